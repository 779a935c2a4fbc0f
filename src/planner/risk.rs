//! How sure are the times of a planned day? [`chances`] lives the day many times over, with drives and visits that take
//! more or less time than planned, and counts.
//!
//! Every drive takes its planned time with a factor that half belongs to the day (traffic, weather) and half to the drive;
//! every visit takes its planned time with a factor of its own. Factors are normal about 1 with the spreads of
//! [`Settings`]. The rep leaves as planned, drives on when a visit ends, has lunch no earlier than planned, and begins no visit
//! before its time or before the door opens. Lateness adds up, waiting swallows it: so the later stops of a full day are the
//! least sure. Only additions and multiplications of seeded numbers: the same day has the same chances everywhere.

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::plan::{DayPlan, Stop, StopKind};
use super::random::Random;
use super::settings::Settings;

/// So many times a day is lived: a share then is off by about three in a hundred at most.
const LIVES: usize = 1_000;
/// No drive and no visit is over sooner than in this share of its time.
const LEAST: f64 = 0.3;

/// How sure the times of one stop are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// Half of the days the car has arrived by then.
    pub p50: DateTime<FixedOffset>,
    /// Nine days in ten the car has arrived by then.
    pub p90: DateTime<FixedOffset>,
    /// Share of the days on which the visit keeps its time: begins no later than a pinned stop may, or lies within the hours
    /// as it was planned to. `None` = it has no time to keep, or lies behind.
    pub on_time: Option<f64>,
}

/// How sure the times of a day's stops are, in their order. A thousand days are lived: some tenths of a millisecond.
#[must_use]
pub fn chances(plan: &DayPlan, settings: &Settings) -> Vec<Chance> {
    let steps = steps(plan, settings);
    let mut dice = Random::seeded(plan.seed);
    let mut arrivals = vec![Vec::with_capacity(LIVES); steps.len()];
    let mut kept = vec![0_u32; steps.len()];
    for _ in 0..LIVES {
        let of_day = normal(&mut dice);
        let mut time = millis(plan.depart);
        for (i, step) in steps.iter().enumerate() {
            let drive = (of_day + normal(&mut dice)) * std::f64::consts::FRAC_1_SQRT_2;
            let lived = step.live(
                time,
                stretched(step.drive, settings.drive_spread * drive),
                stretched(step.visit, settings.visit_spread * normal(&mut dice)),
            );
            arrivals[i].push(lived.arrival);
            kept[i] += u32::from(step.due.is_some_and(|due| due.is_kept(&lived)));
            time = lived.end;
        }
    }
    let zone = *plan.depart.offset();
    let instant = |at: i64| {
        // Whole seconds: more would promise what nobody can keep.
        let whole = (at + 500).div_euclid(1_000);
        DateTime::from_timestamp(whole, 0).map_or(plan.depart, |utc| utc.with_timezone(&zone))
    };
    let one = |((step, mut times), kept): ((&Step, Vec<i64>), u32)| {
        times.sort_unstable();
        Chance {
            p50: instant(times[LIVES / 2 - 1]),
            p90: instant(times[LIVES * 9 / 10 - 1]),
            on_time: step.due.map(|_| f64::from(kept) / LIVES as f64),
        }
    };
    steps.iter().zip(arrivals).zip(kept).map(one).collect()
}

/// What a stop asks for, in milliseconds since 1970.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// Where it lies behind: from when to when it was. Nothing about it is unsure.
    behind: Option<(i64, i64)>,
    drive: i64,
    parking: i64,
    visit: i64,
    /// Not before then.
    opens: Option<i64>,
    due: Option<Due>,
    lunch: Option<Lunch>,
}

/// By when a visit is on time.
#[derive(Clone, Copy, Debug)]
enum Due {
    Begun(i64),
    Over(i64),
}

/// Lunch between the stop before and this one.
#[derive(Clone, Copy, Debug)]
struct Lunch {
    start: i64,
    length: i64,
    on_arrival: bool,
}

/// A stop as it went.
struct Lived {
    arrival: i64,
    start: i64,
    end: i64,
}

impl Due {
    const fn is_kept(self, lived: &Lived) -> bool {
        match self {
            Self::Begun(latest) => lived.start <= latest,
            Self::Over(latest) => lived.end <= latest,
        }
    }
}

impl Step {
    fn live(&self, from: i64, drive: i64, visit: i64) -> Lived {
        if let Some((arrival, end)) = self.behind {
            let start = end;
            return Lived {
                arrival,
                start,
                end,
            };
        }
        let eaten = |time: i64, on_arrival| match self.lunch {
            Some(lunch) if lunch.on_arrival == on_arrival => lunch.start.max(time) + lunch.length,
            _ => time,
        };
        let arrival = eaten(from, false) + drive;
        let ready = eaten(arrival, true) + self.parking;
        let start = self.opens.map_or(ready, |opens| ready.max(opens));
        Lived {
            arrival,
            start,
            end: start + visit,
        }
    }
}

fn steps(plan: &DayPlan, settings: &Settings) -> Vec<Step> {
    let parking = i64::from(settings.parking_min) * 60_000;
    let lunch = plan.lunch.map(|l| (millis(l.start), millis(l.end)));
    let mut before = millis(plan.depart);
    let mut steps = Vec::with_capacity(plan.stops.len());
    for stop in &plan.stops {
        let (arrival, start, end) = (millis(stop.arrival), millis(stop.start), millis(stop.end));
        let lunch = lunch.filter(|(from, to)| before <= *from && *to <= start);
        let leg = plan
            .legs
            .iter()
            .find(|l| l.to.as_ref() == Some(&stop.account));
        steps.push(Step {
            behind: (stop.kind == StopKind::Done).then_some((arrival, end)),
            drive: leg.map_or(0, |leg| leg.drive_ms),
            parking,
            visit: end - start,
            opens: opens(stop, start),
            due: due(stop, start, end, settings),
            lunch: lunch.map(|(from, to)| Lunch {
                start: from,
                length: to - from,
                on_arrival: from >= arrival,
            }),
        });
        before = end;
    }
    steps
}

/// A visit for which somebody waits, or for which the rep waits, does not begin before its time; others when the door opens.
fn opens(stop: &Stop, start: i64) -> Option<i64> {
    if stop.wait_s > 0 || has_time(stop) {
        Some(start)
    } else {
        hours(stop).map(|(opens, _)| opens)
    }
}

fn due(stop: &Stop, start: i64, end: i64, settings: &Settings) -> Option<Due> {
    if stop.kind == StopKind::Done {
        return None;
    }
    if has_time(stop) {
        return Some(Due::Begun(
            start + i64::from(settings.pin_leeway_min) * 60_000,
        ));
    }
    let (_, closes) = hours(stop)?;
    // Where only the start has to lie within the hours, the plan itself goes beyond them.
    Some(if end <= closes {
        Due::Over(closes)
    } else {
        Due::Begun(closes)
    })
}

/// Somebody counts on it at about this time.
fn has_time(stop: &Stop) -> bool {
    stop.kind == StopKind::Appointment || stop.pinned
}

/// The span of open hours in which the visit is planned to begin.
fn hours(stop: &Stop) -> Option<(i64, i64)> {
    let start = stop.start;
    let midnight = start.date_naive().and_time(chrono::NaiveTime::MIN);
    let at = |text: &str| {
        let (hours, minutes) = text.split_once(':')?;
        let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
        let local = midnight + TimeDelta::try_minutes(minutes)?;
        Some(millis(local.and_local_timezone(*start.offset()).single()?))
    };
    let spans = stop.hours_today.iter();
    let mut spans = spans.filter_map(|[from, to]| at(from).zip(at(to)));
    spans.find(|(from, to)| (*from..=*to).contains(&millis(start)))
}

fn millis(at: DateTime<FixedOffset>) -> i64 {
    at.timestamp_millis()
}

/// A time with a factor of one and `more`.
fn stretched(time: i64, more: f64) -> i64 {
    (time as f64 * (1.0 + more).max(LEAST)).round() as i64
}

/// About normal, with mean 0 and deviation 1: the sum of twelve even numbers between 0 and 1, less six.
fn normal(dice: &mut Random) -> f64 {
    let sum: u64 = (0..12).map(|_| dice.below(1 << 20)).sum();
    sum as f64 / f64::from(1 << 20) - 6.0
}

#[cfg(test)]
mod tests {
    use super::super::tests::{MONDAY, account, appointment, at, day, noon, planner, rep};
    use super::*;
    use crate::accounts::Lunch;
    use crate::planner::DayRequest;

    /// A full day with lunch, an appointment and a late opening.
    fn full_day() -> DayPlan {
        let mut hungry = rep();
        hungry.lunch = Some(Lunch {
            earliest: at(12, 0),
            latest: at(13, 30),
            minutes: 30,
        });
        let mut accounts: Vec<_> = "ABCDEFGIJ".chars().map(account).collect();
        accounts[8].opening_hours = Some("Mo 14:00-16:00".to_owned());
        let planner = planner(hungry, accounts);
        let agreed = appointment("a1", "G", at(10, 30));
        planner.make_appointment(&agreed, noon()).unwrap();
        let plan = planner.plan_day(&DayRequest::new("r1".into(), day(MONDAY)));
        let plan = plan.unwrap();
        assert!(plan.stops.len() > 6 && plan.lunch.is_some());
        plan
    }

    fn spread(drive_spread: f64, visit_spread: f64) -> Settings {
        Settings {
            drive_spread,
            visit_spread,
            ..Settings::default()
        }
    }

    #[test]
    fn where_nothing_varies_the_day_goes_as_planned() {
        let plan = full_day();
        for (stop, chance) in plan.stops.iter().zip(chances(&plan, &spread(0.0, 0.0))) {
            for at in [chance.p50, chance.p90] {
                let off = (at - stop.arrival).num_milliseconds().abs();
                assert!(off <= 500, "{}: {off} ms off the plan", stop.name);
            }
            assert!(chance.on_time.is_none_or(|share| share == 1.0));
        }
    }

    #[test]
    fn a_single_drive_is_as_late_as_the_normal_distribution_says() {
        let plan = planner(rep(), vec![account('J')]);
        let plan = plan.plan_day(&DayRequest::new("r1".into(), day(MONDAY)));
        let plan = plan.unwrap();
        let chance = chances(&plan, &spread(0.2, 0.0))[0];
        let drive = plan.legs[0].drive_ms as f64;
        let share = |at: DateTime<FixedOffset>| {
            (at - plan.stops[0].arrival).num_milliseconds() as f64 / drive / 0.2
        };
        // Quantiles of the normal distribution: 0 and 1.2816.
        assert!(share(chance.p50).abs() < 0.1, "{}", share(chance.p50));
        assert!(
            (share(chance.p90) - 1.2816).abs() < 0.1,
            "{}",
            share(chance.p90)
        );
    }

    #[test]
    fn the_more_varies_the_later_nine_days_in_ten_are_and_the_fewer_are_on_time() {
        let plan = full_day();
        let (calm, wild) = (
            chances(&plan, &spread(0.1, 0.1)),
            chances(&plan, &spread(0.4, 0.4)),
        );
        for (calm, wild) in calm.iter().zip(&wild) {
            assert!(calm.p50 <= calm.p90 && calm.p90 <= wild.p90);
            assert_eq!(calm.on_time.is_some(), wild.on_time.is_some());
        }
        let kept = |all: &[Chance]| all.iter().filter_map(|c| c.on_time).sum::<f64>();
        assert!(kept(&wild) < kept(&calm));
        // Appointments and known hours have a time to keep; the others do not.
        let timed = plan
            .stops
            .iter()
            .map(|s| has_time(s) || !s.hours_today.is_empty());
        assert!(calm.iter().map(|c| c.on_time.is_some()).eq(timed));
        assert_eq!(calm, chances(&plan, &spread(0.1, 0.1)));
    }
}
