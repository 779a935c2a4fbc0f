//! Six months of invented visits and two weeks of appointments, in days from the demo's Monday.

use std::collections::BTreeMap;

use chrono::{NaiveTime, Weekday};

use crate::accounts::cadence::CadenceRules;
use crate::accounts::{Account, AccountKind, Rep, RepId, VisitStatus};

use crate::planner::random::Random;

/// Length of the history in days.
pub(super) const HISTORY_D: i64 = 182;

/// Most visits that a rep's day of the history holds.
const FULL_DAY: usize = 10;

/// A visit of the history.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PastVisit {
    pub(super) rep: RepId,
    /// Days from the demo's Monday; negative.
    pub(super) day: i64,
    pub(super) start: NaiveTime,
    pub(super) end: NaiveTime,
    pub(super) account: crate::accounts::AccountId,
    pub(super) status: VisitStatus,
    pub(super) outcome: &'static str,
}

/// An appointment to come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Promise {
    pub(super) rep: RepId,
    pub(super) day: i64,
    pub(super) start: NaiveTime,
    pub(super) account: crate::accounts::AccountId,
    pub(super) leeway_min: u32,
}

/// Which weekday a day is; day 0 is a Monday.
fn weekday(day: i64) -> Weekday {
    Weekday::try_from(day.rem_euclid(7) as u8).unwrap_or(Weekday::Mon)
}

/// Visits by rep, day and time. Most accounts were visited about as often as promised; some were neglected for months,
/// some were never visited.
pub(super) fn visits(accounts: &[Account], reps: &[Rep], random: &mut Random) -> Vec<PastVisit> {
    let rules = CadenceRules::default();
    let by_id: BTreeMap<_, _> = reps.iter().map(|r| (&r.id, r)).collect();
    let mut days: BTreeMap<(RepId, i64), Vec<(usize, VisitStatus)>> = BTreeMap::new();
    for (i, account) in accounts.iter().enumerate() {
        let Some(rep) = account.rep.as_ref().and_then(|id| by_id.get(id)) else {
            continue;
        };
        let never =
            (account.kind == AccountKind::Prospect && random.chance(60)) || random.chance(3);
        let until = if random.chance(9) {
            random.between(-120, -45)
        } else {
            0
        };
        let interval = i64::from(rules.interval(account).unwrap_or(28));
        let mut day = -HISTORY_D + random.between(0, interval);
        while day < until && !never {
            let Some(at) = free_day(rep, day, &days) else {
                break;
            };
            let status = outcome(random);
            days.entry((rep.id.clone(), at))
                .or_default()
                .push((i, status));
            day = at
                + match status {
                    VisitStatus::Done => interval * random.between(85, 125) / 100,
                    VisitStatus::Missed => random.between(3, 8),
                    _ => interval / 2 + random.between(0, 6),
                }
                .max(1);
        }
    }
    let mut visits: Vec<_> = days
        .into_iter()
        .flat_map(|((rep, day), stops)| day_of(accounts, &rep, day, &stops, random))
        .collect();
    visits.sort();
    visits
}

fn outcome(random: &mut Random) -> VisitStatus {
    match random.below(100) {
        0..87 => VisitStatus::Done,
        87..94 => VisitStatus::Missed,
        94..98 => VisitStatus::Phone,
        _ => VisitStatus::Refused,
    }
}

/// The first working day from `day` on that is not full, before the demo's Monday.
fn free_day(
    rep: &Rep,
    day: i64,
    days: &BTreeMap<(RepId, i64), Vec<(usize, VisitStatus)>>,
) -> Option<i64> {
    (day..0).find(|d| {
        rep.weekdays.contains(&weekday(*d))
            && days
                .get(&(rep.id.clone(), *d))
                .is_none_or(|v| v.len() < FULL_DAY)
    })
}

fn day_of(
    accounts: &[Account],
    rep: &RepId,
    day: i64,
    stops: &[(usize, VisitStatus)],
    random: &mut Random,
) -> Vec<PastVisit> {
    let mut minute = 510_u32;
    let clock = |m: u32| {
        NaiveTime::from_num_seconds_from_midnight_opt(m.min(1_439) * 60, 0).unwrap_or_default()
    };
    let outcomes = [
        "order",
        "order",
        "no order",
        "stock check",
        "complaint solved",
        "new listing",
    ];
    stops
        .iter()
        .map(|(i, status)| {
            let account = &accounts[*i];
            let met = matches!(status, VisitStatus::Done | VisitStatus::Phone);
            let length = if met {
                account.visit_min.unwrap_or(30)
            } else {
                5
            };
            let start = minute;
            minute += length + random.between(8, 20) as u32;
            if (720..750).contains(&minute) {
                minute += 30;
            }
            PastVisit {
                rep: rep.clone(),
                day,
                start: clock(start),
                end: clock(start + length),
                account: account.id.clone(),
                status: *status,
                outcome: if met {
                    random.pick::<&str>(&outcomes)
                } else {
                    ""
                },
            }
        })
        .collect()
}

/// About three appointments a rep and week over two weeks, each with another account, mid-morning or mid-afternoon.
pub(super) fn promises(accounts: &[Account], reps: &[Rep], random: &mut Random) -> Vec<Promise> {
    let mut promises = Vec::new();
    for rep in reps {
        let mut own: Vec<&Account> = accounts
            .iter()
            .filter(|a| {
                a.rep.as_ref() == Some(&rep.id) && a.location.is_some() && a.opening_hours.is_none()
            })
            .collect();
        for day in 0..12 {
            if own.is_empty() || !rep.weekdays.contains(&weekday(day)) || !random.chance(55) {
                continue;
            }
            let account = own.remove(random.below(own.len() as u64) as usize);
            let hour = *random.pick(&[9_u32, 10, 11, 14, 15]);
            let minute = *random.pick(&[0_u32, 30]);
            promises.push(Promise {
                rep: rep.id.clone(),
                day,
                start: NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default(),
                account: account.id.clone(),
                leeway_min: *random.pick(&[0_u32, 15, 15, 30]),
            });
        }
    }
    promises
}
