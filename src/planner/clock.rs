//! A local day as a line of milliseconds: [`DayClock`]. Zero is local midnight; spans are real time, so that days on which
//! clocks change are as long as they are.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

/// One local day.
#[derive(Clone, Copy, Debug)]
pub struct DayClock {
    date: NaiveDate,
    zone: Tz,
    midnight: DateTime<Tz>,
}

impl DayClock {
    /// The day `date` in `zone`.
    #[must_use]
    pub fn new(date: NaiveDate, zone: Tz) -> Self {
        Self {
            date,
            zone,
            midnight: first_instant(date, 0, zone),
        }
    }

    /// Milliseconds from midnight to a local time of this day.
    #[must_use]
    pub fn millis_at(&self, time: NaiveTime) -> i64 {
        let seconds = i64::from(time.num_seconds_from_midnight());
        self.millis_of(seconds)
    }

    /// Milliseconds from midnight to a minute of this day; minutes from 1440 on lie on the next day.
    #[must_use]
    pub fn millis_at_minute(&self, minute: u32) -> i64 {
        self.millis_of(i64::from(minute) * 60)
    }

    fn millis_of(&self, wall_seconds: i64) -> i64 {
        (first_instant(self.date, wall_seconds, self.zone) - self.midnight).num_milliseconds()
    }

    /// The instant `millis` after midnight, rounded to the second, with the offset that holds then.
    #[must_use]
    pub fn instant(&self, millis: i64) -> DateTime<FixedOffset> {
        let seconds = (millis + 500).div_euclid(1_000);
        let instant = self.midnight + TimeDelta::seconds(seconds);
        instant.with_timezone(&instant.offset().fix())
    }

    /// Milliseconds from midnight to an instant.
    #[must_use]
    pub fn millis_until(&self, instant: DateTime<FixedOffset>) -> i64 {
        instant
            .signed_duration_since(self.midnight)
            .num_milliseconds()
    }
}

/// The first instant whose wall clock shows `wall_seconds` after the midnight of `date`; where clocks jump over it, as
/// long after the jump as it was meant to be after the jump's beginning.
fn first_instant(date: NaiveDate, wall_seconds: i64, zone: Tz) -> DateTime<Tz> {
    let wall = date.and_time(NaiveTime::MIN) + TimeDelta::seconds(wall_seconds);
    zone.from_local_datetime(&wall)
        .earliest()
        .unwrap_or_else(|| {
            // The offset of a day before holds up to the jump.
            let before = zone
                .from_local_datetime(&(wall - TimeDelta::days(1)))
                .earliest();
            let offset = before.map_or(0, |b| b.offset().fix().local_minus_utc());
            zone.from_utc_datetime(&(wall - TimeDelta::seconds(i64::from(offset))))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(text: &str) -> DayClock {
        DayClock::new(text.parse().unwrap(), chrono_tz::Europe::Malta)
    }

    fn at(h: u32, m: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(h, m, 0).unwrap()
    }

    #[test]
    fn nine_o_clock_is_nine_hours_after_midnight_but_when_clocks_change() {
        let hours = |clock: DayClock| clock.millis_at(at(9, 0)) as f64 / 3.6e6;
        assert!((hours(clock("2026-06-01")) - 9.0).abs() < 1e-9);
        assert!((hours(clock("2026-03-29")) - 8.0).abs() < 1e-9);
        assert!((hours(clock("2026-10-25")) - 10.0).abs() < 1e-9);
    }

    #[test]
    fn instants_carry_the_offset_of_their_season_and_come_back() {
        for day in ["2026-03-29", "2026-06-01", "2026-10-25", "2026-12-01"] {
            let clock = clock(day);
            let millis = clock.millis_at(at(16, 30));
            let text = clock.instant(millis).to_rfc3339();
            let offset = if day < "2026-10" { "+02:00" } else { "+01:00" };
            assert_eq!(text, format!("{day}T16:30:00{offset}"));
            assert_eq!(clock.millis_until(clock.instant(millis)), millis);
        }
    }

    #[test]
    fn a_time_that_clocks_jump_over_is_taken_after_the_jump() {
        let clock = clock("2026-03-29");
        assert_eq!(
            clock.instant(clock.millis_at(at(2, 30))).to_rfc3339(),
            "2026-03-29T03:30:00+02:00"
        );
    }
}
