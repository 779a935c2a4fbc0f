//! A plan that waits for a person's word: [`Proposal`]; accepted it stands, and undone the former plan stands again.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::Planner;
use super::diff::{PlanDiff, diff};
use super::error::{PlanError, Result};
use super::keep::{run_record, to_stored};
use super::plan::{DayPlan, LeftOut, Stop, StopKind, WhyOut};
use crate::accounts::{AccountId, RepId, Visit, VisitId, VisitStatus};
use crate::store::{Changes, PlanRun, Slice};

/// A new plan of a kept day, and what it changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The run of the plan it was made from.
    pub base: String,
    /// The new plan.
    pub plan: DayPlan,
    /// What it changes.
    pub diff: PlanDiff,
}

/// A visit made, or promised for a day.
pub(super) struct Promise {
    visit: VisitId,
    pub account: AccountId,
    /// For which local time; `None` = for the day.
    pub agreed: Option<NaiveTime>,
    /// It was made already.
    pub done: bool,
}

impl Proposal {
    /// `plan` proposed in the place of `base`.
    #[must_use]
    pub fn new(base: &DayPlan, plan: DayPlan) -> Self {
        Self {
            base: base.run_id.clone(),
            diff: diff(base, &plan),
            plan,
        }
    }
}

impl Planner {
    /// Keeps a proposal beside the plan, so that it can be accepted by its run. The book does not change.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_proposal(&self, proposal: &Proposal, at: DateTime<Utc>) -> Result<()> {
        let changes = Changes {
            plan_runs: vec![plan_run(&proposal.plan, Some(proposal.base.clone()))],
            ..Changes::default()
        };
        self.store.write(&changes, at)?;
        Ok(())
    }

    /// Puts a proposal in the place of the plan it was made from. Accepting it again changes nothing.
    ///
    /// # Errors
    /// Unknown run; a plan that was changed since, or a visit done or agreed since that the proposal does not know.
    pub fn accept(
        &self,
        rep: &RepId,
        date: NaiveDate,
        run: &str,
        at: DateTime<Utc>,
    ) -> Result<DayPlan> {
        let current = self.current(rep, date)?;
        if current.run_id == run {
            return Ok(current);
        }
        let proposed = self.run_of_day(rep, date, run)?;
        if proposed.base.as_deref() != Some(current.run_id.as_str()) {
            return Err(PlanError::NotNow(format!(
                "the plan of {rep} on {date} has changed since this was proposed"
            )));
        }
        let plan = read(&proposed)?;
        if let Some(promise) = self.unknown_promises(&plan)?.first() {
            let name = self.name_of(&promise.account)?;
            return Err(PlanError::NotNow(format!(
                "a visit of {name} was recorded or agreed since this was proposed"
            )));
        }
        self.stand(&plan, at)
    }

    /// Puts the plan back that `run` replaced. Undoing it again changes nothing.
    ///
    /// # Errors
    /// Unknown run; `run` does not stand, or replaced nothing that is still kept; a visit done or agreed since that the former
    /// plan does not know.
    pub fn undo(
        &self,
        rep: &RepId,
        date: NaiveDate,
        run: &str,
        at: DateTime<Utc>,
    ) -> Result<DayPlan> {
        let current = self.current(rep, date)?;
        let base = self.run_of_day(rep, date, run)?.base;
        if base.as_deref() == Some(current.run_id.as_str()) && current.run_id != run {
            return Ok(current);
        }
        if current.run_id != run {
            return Err(PlanError::NotNow(format!(
                "the plan of {rep} on {date} has changed since"
            )));
        }
        let base = base.ok_or_else(|| {
            PlanError::NotNow(format!("nothing stood before this plan of {rep} on {date}"))
        })?;
        let before = read(&self.run_of_day(rep, date, &base)?)?;
        if let Some(promise) = self.unknown_promises(&before)?.first() {
            let name = self.name_of(&promise.account)?;
            return Err(PlanError::NotNow(format!(
                "the plan before this one knows nothing of the visit of {name}, recorded or agreed since: it would be lost"
            )));
        }
        self.stand(&before, at)
    }

    /// What run `b` changes against run `a`.
    ///
    /// # Errors
    /// A run that is not kept.
    pub fn compare(&self, a: &str, b: &str) -> Result<(DayPlan, DayPlan, PlanDiff)> {
        let (a, b) = (self.run_plan(a)?, self.run_plan(b)?);
        let changes = diff(&a, &b);
        Ok((a, b, changes))
    }

    fn run_plan(&self, run: &str) -> Result<DayPlan> {
        let known = self.store.plan_run(run)?;
        read(&known.ok_or_else(|| PlanError::UnknownRun(run.to_owned()))?)
    }

    fn current(&self, rep: &RepId, date: NaiveDate) -> Result<DayPlan> {
        self.stored_plan(rep, date)?
            .ok_or_else(|| PlanError::NotPlanned {
                rep: rep.clone(),
                date,
            })
    }

    fn run_of_day(&self, rep: &RepId, date: NaiveDate, run: &str) -> Result<PlanRun> {
        let known = self.store.plan_run(run)?;
        known
            .filter(|known| (&known.rep, known.date) == (rep, date))
            .ok_or_else(|| PlanError::UnknownRun(run.to_owned()))
    }

    /// Stores a plan whose run is kept already.
    fn stand(&self, plan: &DayPlan, at: DateTime<Utc>) -> Result<DayPlan> {
        let changes = Changes {
            source: "manual".to_owned(),
            plans: vec![to_stored(plan)],
            runs: vec![run_record(self, plan, at)],
            ..Changes::default()
        };
        self.store.write(&changes, at)?;
        self.current(&plan.rep, plan.date)
    }

    /// Visits done, or agreed and still to be made, on the plan's day of which the plan knows nothing.
    pub(super) fn unknown_promises(&self, plan: &DayPlan) -> Result<Vec<Promise>> {
        let day = Slice {
            rep: Some(plan.rep.clone()),
            from: Some(plan.date),
            to: Some(plan.date),
            ..Slice::default()
        };
        let visits = self.store.visits(&day)?;
        let over = |id: &VisitId| visits.iter().any(|v| v.id == *id && v.status.is_outcome());
        let made = |visit: &&Visit| matches!(visit.status, VisitStatus::Done | VisitStatus::Agreed);
        let appointments = self.store.appointments(&day)?.into_iter();
        let agreed = appointments
            .filter(|a| !over(&a.id))
            .map(|appointment| Promise {
                visit: appointment.id,
                account: appointment.account,
                agreed: Some(appointment.start),
                done: false,
            });
        let logged = visits.iter().filter(made).map(|visit| Promise {
            visit: visit.id.clone(),
            account: visit.account.clone(),
            agreed: visit.start,
            done: visit.status == VisitStatus::Done,
        });
        let known = |promise: &Promise| {
            let account = &promise.account;
            let told = |out: &LeftOut| out.account == *account && keeps_promises_out(&out.why);
            // A stop that was only suggested may stand at another time.
            let kept = |stop: &Stop| {
                stop.visit == promise.visit
                    || stop.account == *account && (promise.done || stop.kind == StopKind::Done)
            };
            plan.stops.iter().any(kept)
                || plan.violations.iter().any(|v| v.account() == Some(account))
                || plan.left_out.iter().any(told)
        };
        let promised = logged.chain(agreed);
        Ok(promised.filter(|promise| !known(promise)).collect())
    }

    /// What people call an account.
    pub(super) fn name_of(&self, id: &AccountId) -> Result<String> {
        let known = self.store.account(id)?;
        Ok(known.map_or_else(|| id.0.clone(), |account| account.name))
    }
}

/// Reasons for which a plan leaves out even what was agreed.
const fn keeps_promises_out(why: &WhyOut) -> bool {
    matches!(
        why,
        WhyOut::Removed
            | WhyOut::Blocked { .. }
            | WhyOut::Skill { .. }
            | WhyOut::Unlocated { .. }
            | WhyOut::OffNetwork { .. }
    )
}

/// A plan as the store keeps it by run.
pub(super) fn plan_run(plan: &DayPlan, base: Option<String>) -> PlanRun {
    PlanRun {
        run_id: plan.run_id.clone(),
        rep: plan.rep.clone(),
        date: plan.date,
        base,
        body: super::keep::body(plan),
    }
}

fn read(run: &PlanRun) -> Result<DayPlan> {
    serde_json::from_str(&run.body).map_err(|source| PlanError::StoredPlan {
        rep: run.rep.clone(),
        date: run.date,
        source,
    })
}
