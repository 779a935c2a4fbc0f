//! Why is an account in a day, or out of it, and what would let it in? [`Planner::explain`].

use chrono::{NaiveDate, TimeDelta};
use rayon::prelude::*;

use super::Planner;
use super::error::{PlanError, Result};
use super::plan::{Stop, WhyOut};
use super::remedy::{Remedy, What};
use super::slots::{Slot, SlotsRequest};
use super::table::{Asks, Kept, Seen, Table};
use super::trial::Trial;
use super::why_out::why_out;
use crate::accounts::{AccountId, RepId};
use crate::store::Slice;

/// Why an account is in a kept day or out of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Whom.
    pub account: AccountId,
    /// The account's name.
    pub name: String,
    /// The run of the day's plan.
    pub run_id: String,
    /// The stop, when it is in: with what it costs (`detour_s`) and earns (`prize_s`).
    pub stop: Option<Box<Stop>>,
    /// When it is out: what keeps it out of the day and of the rep's next planned days.
    pub days: Vec<DayReason>,
    /// The first day after on which it fits with all stops there staying, and the cheapest slot of that day.
    pub next: Option<Slot>,
}

/// What keeps an account out of one rep-day.
#[derive(Clone, Debug, PartialEq)]
pub struct DayReason {
    /// Whose day.
    pub rep: RepId,
    /// Which local day.
    pub date: NaiveDate,
    /// The first rule in the way.
    pub why: WhyOut,
    /// The smallest changes that let it in, each proven by solving the day anew: with it the visit is in, with a minute (a
    /// second of worth) less it is not. That it is not is a proof for days of up to
    /// twelve visits; beyond, the search found no such day.
    pub changes: Vec<Remedy>,
}

/// What would let a left-out account into a kept day, or else onto a later one.
#[derive(Clone, Debug, PartialEq)]
pub struct WayIn {
    /// The run of the day's plan.
    pub run_id: String,
    /// The smallest of the changes that let it in, proven as in [`DayReason::changes`]; `None` = no single change does, or it
    /// is in.
    pub change: Option<Remedy>,
    /// The first day after on which it fits with all stops there staying, and the cheapest slot of that day.
    pub next: Option<Slot>,
}

impl Planner {
    /// What would let a left-out account in: the short form of [`Planner::explain`], of the day alone.
    ///
    /// # Errors
    /// As [`Planner::explain`].
    pub fn way_in(&self, rep: &RepId, date: NaiveDate, account: &AccountId) -> Result<WayIn> {
        let kept = self.kept(rep, date)?;
        let is_in = kept.plan.stops.iter().any(|s| s.account == *account);
        let (change, next) = if is_in {
            (None, None)
        } else {
            let changes = self.day_reason(&kept, account)?.changes;
            let smallest = changes.into_iter().min_by_key(|one| one.what.size());
            (smallest, self.next_slot(rep, date, account)?)
        };
        Ok(WayIn {
            run_id: kept.plan.run_id,
            change,
            next,
        })
    }

    /// Why an account is in a kept day, or out of it and of the rep's planned days in the horizon after it, and what would
    /// let it in.
    ///
    /// # Errors
    /// Unknown rep or account, no plan kept, a failing store.
    pub fn explain(
        &self,
        rep: &RepId,
        date: NaiveDate,
        account: &AccountId,
    ) -> Result<Explanation> {
        let known = self.store.account(account)?;
        let name = known
            .ok_or_else(|| PlanError::UnknownAccount(account.clone()))?
            .name;
        let kept = self.kept(rep, date)?;
        let stop = kept.plan.stops.iter().find(|s| s.account == *account);
        let mut explanation = Explanation {
            account: account.clone(),
            name,
            run_id: kept.plan.run_id.clone(),
            stop: stop.cloned().map(Box::new),
            days: Vec::new(),
            next: None,
        };
        if explanation.stop.is_some() {
            return Ok(explanation);
        }
        explanation.days.push(self.day_reason(&kept, account)?);
        let after = Slice {
            rep: Some(rep.clone()),
            from: Some(date + TimeDelta::days(1)),
            to: Some(self.horizon(date)),
            account: None,
        };
        let later: Vec<DayReason> = self
            .store
            .plans(&after)?
            .par_iter()
            .map(|plan| {
                let other = self.kept(rep, plan.date)?;
                let out = other.plan.stops.iter().all(|s| s.account != *account);
                out.then(|| self.day_reason(&other, account)).transpose()
            })
            .filter_map(Result::transpose)
            .collect::<Result<_>>()?;
        explanation.days.extend(later);
        explanation.next = self.next_slot(rep, date, account)?;
        Ok(explanation)
    }

    /// The first day after `date`, within the horizon, on which `rep` has room for the account, and that day's cheapest slot.
    fn next_slot(&self, rep: &RepId, date: NaiveDate, account: &AccountId) -> Result<Option<Slot>> {
        let slots = self.slots(&SlotsRequest {
            account: account.clone(),
            from: date + TimeDelta::days(1),
            to: self.horizon(date),
            rep: Some(rep.clone()),
            not_before: None,
        })?;
        // They come cheapest first, so that the first of a day is its cheapest.
        Ok(slots.into_iter().min_by_key(|slot| slot.date))
    }

    /// The last day that is looked ahead to from `date`.
    fn horizon(&self, date: NaiveDate) -> NaiveDate {
        date + TimeDelta::days(i64::from(self.settings.horizon_days))
    }

    fn day_reason(&self, kept: &Kept, account: &AccountId) -> Result<DayReason> {
        let asks = Asks {
            insert: [account.clone()].into(),
            ..Asks::default()
        };
        let seen = Seen::new(self, kept, &asks);
        let table = Table::new(self, kept, &seen, &asks)?;
        let said = kept.plan.left_out.iter().find(|o| o.account == *account);
        let reason = |why, changes| DayReason {
            rep: kept.rep.id.clone(),
            date: kept.plan.date,
            why,
            changes,
        };
        let number = table
            .candidates
            .iter()
            .position(|c| c.account.id == *account);
        let Some(number) = number else {
            let mut out = table.sifted.out.iter();
            let out = out.find(|out| out.account == *account).or(said);
            let why = out.map_or(WhyOut::Unlocated { quality: None }, |out| out.why.clone());
            let changes = match &why {
                WhyOut::Skill { missing } => self.with_skills(kept, account, missing)?,
                _ => Vec::new(),
            };
            return Ok(reason(why, changes));
        };
        let Some(trial) = Trial::new(self, kept, &table, number) else {
            let why = said.map_or(
                WhyOut::OutOfReach {
                    round_trip_min: None,
                },
                |o| o.why.clone(),
            );
            return Ok(reason(why, Vec::new()));
        };
        let blocked = trial.found.blocked(trial.visit);
        let sieve = seen.sieve(self);
        let tour_says = why_out(
            trial.candidate(),
            &blocked,
            &sieve,
            &table.frame,
            &trial.found,
        );
        // What the book says comes first: not due, planned elsewhere, taken out by hand. What was agreed since the plan was made
        // is due all the same.
        let book_says = said.map(|out| &out.why).filter(|why| {
            matches!(
                why,
                WhyOut::NotDue { .. } | WhyOut::InOtherPlan { .. } | WhyOut::Removed
            )
        });
        let not_due = || sieve.not_due(trial.candidate().account);
        let why = book_says.cloned().or_else(not_due);
        let why = why.filter(|why| !trial.candidate().promised || *why == WhyOut::Removed);
        let changes = trial.remedies(&blocked, why.is_some());
        Ok(reason(why.unwrap_or(tour_says), changes))
    }

    /// Someone with the missing skills could go, when the day would then hold the visit and every stop.
    fn with_skills(
        &self,
        kept: &Kept,
        account: &AccountId,
        missing: &[String],
    ) -> Result<Vec<Remedy>> {
        let mut taught = kept.clone();
        taught.rep.skills.extend(missing.iter().cloned());
        let asks = Asks {
            insert: [account.clone()].into(),
            ..Asks::default()
        };
        let seen = Seen::new(self, &taught, &asks);
        let table = Table::new(self, &taught, &seen, &asks)?;
        let mut numbers = table.candidates.iter();
        let number = numbers.position(|c| c.account.id == *account);
        let trial = number.and_then(|number| Trial::new(self, &taught, &table, number));
        let Some(found) = trial.and_then(|trial| trial.asked_for()) else {
            return Ok(Vec::new());
        };
        let others = kept.book.reps.iter().filter(|rep| rep.active);
        let able = others.filter(|rep| missing.iter().all(|skill| rep.skills.contains(skill)));
        Ok(vec![Remedy {
            what: What::OtherSkill {
                missing: missing.to_vec(),
                able: able.map(|rep| rep.name.clone()).collect(),
            },
            edits: Vec::new(),
            hours: found.hours,
        }])
    }
}
