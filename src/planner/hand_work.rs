//! What people changed on a kept day by hand: [`HandWork`]. Planning the day anew keeps it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::candidates::{Candidate, Sieve, Sifted};
use super::clock::DayClock;
use super::plan::{DayPlan, Hours, Stop, StopKind, WhyOut};
use super::settings::Settings;
use super::table::is_open;
use crate::accounts::AccountId;

/// The decisions of people in a kept plan.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct HandWork {
    /// Asked for, whatever their cadence says.
    pub asked: Vec<AccountId>,
    /// Taken out.
    removed: BTreeSet<AccountId>,
    /// Held at about this time.
    held: BTreeMap<AccountId, DateTime<FixedOffset>>,
    /// Other working hours for this day.
    pub hours: Hours,
}

impl HandWork {
    /// What people decided about the day of `plan`.
    pub fn of(plan: &DayPlan) -> Self {
        let open = || plan.stops.iter().filter(|stop| is_open(stop));
        let removed = plan.left_out.iter().filter(|o| o.why == WhyOut::Removed);
        let is_held = |stop: &&Stop| stop.pinned && stop.kind != StopKind::Appointment;
        let is_asked = |stop: &&Stop| stop.kind == StopKind::Must;
        Self {
            asked: open()
                .filter(is_asked)
                .map(|stop| stop.account.clone())
                .collect(),
            removed: removed.map(|out| out.account.clone()).collect(),
            held: open()
                .filter(is_held)
                .map(|stop| (stop.account.clone(), stop.start))
                .collect(),
            hours: plan.hours,
        }
    }

    /// Nobody changed anything.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Takes out who was taken out, unless `wanted` now, and holds who was held.
    pub fn apply<'a>(
        &self,
        sieve: &Sieve<'a>,
        wanted: &[AccountId],
        settings: &Settings,
        clock: DayClock,
        sifted: &mut Sifted<'a>,
    ) {
        let leeway = i64::from(settings.pin_leeway_min) * 60_000;
        let is_out = |candidate: &Candidate| {
            let id = &candidate.account.id;
            self.removed.contains(id) && !wanted.contains(id) && !candidate.promised
        };
        let (out, mut stay): (Vec<_>, Vec<_>) =
            sifted.candidates.drain(..).partition(|one| is_out(one));
        for candidate in out {
            let told = sieve.left_out(candidate.account, WhyOut::Removed);
            sifted.out.push(told);
        }
        for candidate in &mut stay {
            if let Some(start) = self.held.get(&candidate.account.id)
                && candidate.kind != StopKind::Appointment
            {
                let start = clock.millis_until(*start);
                candidate.hold(start - leeway, start + leeway);
            }
        }
        sifted.candidates = stay;
    }
}
