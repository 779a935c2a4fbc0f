//! What became of a plan: [`diff`] of two days.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::plan::{DayPlan, Stop, StopKind};
use super::violation::Violation;
use crate::accounts::{AccountId, RepId, VisitStatus};

/// What a new plan changes against an old one. Stops with an outcome in the old plan are history and not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanDiff {
    /// In both, in the same order among themselves; in the new order. As many as possible.
    pub kept: Vec<StopChange>,
    /// In both, at another place in the order, or on another day or with another rep; in the new order.
    pub moved: Vec<StopChange>,
    /// No longer planned, in the old order.
    pub dropped: Vec<StopChange>,
    /// Newly planned, in the new order.
    pub added: Vec<StopChange>,
    /// How much later the day ends, in seconds.
    pub home_change_s: i64,
    /// How much more is driven, in seconds.
    pub drive_change_s: i64,
    /// How much more the visits are worth, in seconds of travel.
    pub prize_change_s: i64,
    /// Agreed visits that are dropped or made too late.
    pub agreed_broken: usize,
}

/// One stop, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopChange {
    /// Whom.
    pub account: AccountId,
    /// The account's name.
    pub name: String,
    /// Promised for that time or day.
    pub agreed: bool,
    /// Where it stood.
    pub before: Option<When>,
    /// Where it stands.
    pub after: Option<When>,
}

/// Where a stop stands in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// Whose day.
    pub rep: RepId,
    /// Which day.
    pub date: NaiveDate,
    /// Place in the order, from 1.
    pub seq: u32,
    /// When it starts.
    pub start: DateTime<FixedOffset>,
}

/// What `new` changes against `old`. Costs O(n^2) for n stops.
#[must_use]
pub fn diff(old: &DayPlan, new: &DayPlan) -> PlanDiff {
    let before: Vec<&Stop> = old.stops.iter().filter(|s| !is_history(s)).collect();
    let history: BTreeSet<&AccountId> = old
        .stops
        .iter()
        .filter(|s| is_history(s))
        .map(|s| &s.account)
        .collect();
    let after: Vec<&Stop> = new
        .stops
        .iter()
        .filter(|s| !history.contains(&s.account))
        .collect();
    let was: BTreeMap<&AccountId, &Stop> = before.iter().map(|s| (&s.account, *s)).collect();
    let is: BTreeSet<&AccountId> = after.iter().map(|s| &s.account).collect();
    let same_day = (&old.rep, old.date) == (&new.rep, new.date);
    let steady = if same_day {
        steady(&before, &after)
    } else {
        BTreeSet::new()
    };
    let change = |before: Option<&Stop>, after: Option<&Stop>| {
        let stop = after.or(before)?;
        Some(StopChange {
            account: stop.account.clone(),
            name: stop.name.clone(),
            agreed: before.or(after).is_some_and(is_agreed),
            before: before.map(|stop| when(old, stop)),
            after: after.map(|stop| when(new, stop)),
        })
    };
    let mut diff = PlanDiff {
        home_change_s: (new.home_at - old.home_at).num_seconds(),
        drive_change_s: new.totals.drive_s - old.totals.drive_s,
        prize_change_s: prizes(&after) - prizes(&before),
        ..PlanDiff::default()
    };
    for stop in &after {
        let former = was.get(&stop.account).copied();
        let list = match former {
            None => &mut diff.added,
            Some(_) if steady.contains(&stop.account) => &mut diff.kept,
            Some(_) => &mut diff.moved,
        };
        list.extend(change(former, Some(stop)));
    }
    let gone = before.iter().filter(|stop| !is.contains(&stop.account));
    diff.dropped = gone.filter_map(|stop| change(Some(stop), None)).collect();
    let late = |account: &AccountId| {
        let mut broken = new.violations.iter();
        broken.any(|v| matches!(v, Violation::Late { account: late, .. } if late == account))
    };
    diff.agreed_broken = before
        .iter()
        .filter(|stop| is_agreed(stop))
        .filter(|stop| !is.contains(&stop.account) || late(&stop.account))
        .count();
    diff
}

fn is_history(stop: &Stop) -> bool {
    stop.kind == StopKind::Done || stop.status.is_outcome()
}

fn is_agreed(stop: &Stop) -> bool {
    stop.kind == StopKind::Appointment || stop.status == VisitStatus::Agreed
}

fn prizes(stops: &[&Stop]) -> i64 {
    stops.iter().map(|stop| stop.prize_s).sum()
}

fn when(plan: &DayPlan, stop: &Stop) -> When {
    When {
        rep: plan.rep.clone(),
        date: plan.date,
        seq: stop.seq,
        start: stop.start,
    }
}

/// The accounts of a longest common subsequence of both orders: the fewest others have moved.
fn steady<'s>(before: &[&'s Stop], after: &[&Stop]) -> BTreeSet<&'s AccountId> {
    let width = after.len() + 1;
    let mut longest = vec![0_usize; (before.len() + 1) * width];
    for (i, old) in before.iter().enumerate().rev() {
        for (j, new) in after.iter().enumerate().rev() {
            longest[i * width + j] = if old.account == new.account {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut steady = BTreeSet::new();
    while i < before.len() && j < after.len() {
        if before[i].account == after[j].account {
            steady.insert(&before[i].account);
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    steady
}
