//! The `datetime` parameter: [`Period`], a span of time that may be open at either end.

use chrono::{DateTime, Days, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Tz;

/// A closed span of instants; `None` = open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// From.
    pub from: Option<DateTime<Utc>>,
    /// To.
    pub to: Option<DateTime<Utc>>,
}

impl Period {
    /// Reads `2026-11-24`, an RFC 3339 instant, or two of them (or `..`, or nothing) around a slash. A day is the local
    /// one of `zone`, from its first instant to its last. `None` when it is none of these, when both ends are open, or
    /// when it ends before it begins.
    #[must_use]
    pub fn parse(text: &str, zone: Tz) -> Option<Self> {
        let end = |text: &str, last: bool| match text {
            "" | ".." => Some(None),
            text => instant(text, zone, last).map(Some),
        };
        let period = match text.split_once('/') {
            None => Self {
                from: Some(instant(text, zone, false)?),
                to: Some(instant(text, zone, true)?),
            },
            Some((from, to)) => Self {
                from: end(from, false)?,
                to: end(to, true)?,
            },
        };
        let forward = match (period.from, period.to) {
            (None, None) => false,
            (Some(from), Some(to)) => from <= to,
            _ => true,
        };
        forward.then_some(period)
    }

    /// A local day; `None` for those beyond the calendar.
    pub(super) fn of_day(day: NaiveDate, zone: Tz) -> Option<Self> {
        Some(Self {
            from: Some(start(day, zone)?),
            to: Some(end(day, zone)?),
        })
    }

    /// Whether the local day shares an instant with it.
    #[must_use]
    pub fn meets(&self, day: NaiveDate, zone: Tz) -> bool {
        let (from, to) = self.days(zone);
        from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
    }

    /// Whether it shares an instant with the span from one instant to another.
    #[must_use]
    pub fn meets_span(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from <= end) && self.to.is_none_or(|to| start <= to)
    }

    /// Whether an instant lies in it.
    #[must_use]
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at <= to)
    }

    /// First and last local day that share an instant with it.
    #[must_use]
    pub fn days(&self, zone: Tz) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let local = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
        (self.from.map(local), self.to.map(local))
    }
}

/// The first or last instant that the text stands for.
fn instant(text: &str, zone: Tz, last: bool) -> Option<DateTime<Utc>> {
    if text.len() > 40 {
        return None;
    }
    if let Ok(day) = text.parse::<NaiveDate>() {
        return if last {
            end(day, zone)
        } else {
            start(day, zone)
        };
    }
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|at| at.with_timezone(&Utc))
}

/// The first instant of a local day.
fn start(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = day.and_hms_opt(0, 0, 0)?;
    // Where clocks jump over midnight, the day starts an hour later.
    let one = day.and_hms_opt(1, 0, 0)?;
    let local = zone.from_local_datetime(&midnight).earliest();
    let local = local.or_else(|| zone.from_local_datetime(&one).earliest())?;
    Some(local.with_timezone(&Utc))
}

/// The last instant of a local day, to the millisecond.
fn end(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let next = start(day.checked_add_days(Days::new(1))?, zone)?;
    next.checked_sub_signed(chrono::TimeDelta::milliseconds(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MALTA: Tz = Tz::Europe__Malta;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn meets(period: &str, on: &str) -> bool {
        Period::parse(period, MALTA).unwrap().meets(day(on), MALTA)
    }

    #[test]
    fn a_day_is_the_local_one() {
        assert!(meets("2026-11-24", "2026-11-24") && !meets("2026-11-24", "2026-11-25"));
        // 23:30 UTC is past midnight in Malta.
        assert!(meets("2026-11-24T23:30:00Z", "2026-11-25"));
        assert!(!meets("2026-11-24T23:30:00Z", "2026-11-24"));
        assert!(meets("2026-11-24T23:30:00+01:00", "2026-11-24"));
    }

    #[test]
    fn open_ends_are_two_dots_or_nothing() {
        for open in ["2026-11-24/..", "2026-11-24/"] {
            assert!(meets(open, "2026-11-24") && meets(open, "2030-01-01"));
            assert!(!meets(open, "2026-11-23"));
        }
        for open in ["../2026-11-24", "/2026-11-24"] {
            assert!(meets(open, "2026-11-24") && !meets(open, "2026-11-25"));
        }
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for bad in [
            "",
            "../..",
            "/",
            "..",
            "now",
            "2026-11-25/2026-11-24",
            "2026-13-01",
            "2026-11-24/x",
            "2026-11-24T10:00:00",
            "1/2/3",
        ] {
            assert_eq!(Period::parse(bad, MALTA), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[0-9T:Z./+-]{0,45}") {
            let _ = Period::parse(&text, MALTA);
        }
    }
}
