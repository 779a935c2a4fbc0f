//! Keeping plans: [`Planner::plan_and_store`], [`Planner::stored_plan`] with what has become of its visits since.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::error::{PlanError, Result};
use super::plan::DayPlan;
use super::proposal::plan_run;
use super::violation::Violation;
use super::{DayRequest, Planner};
use crate::accounts::{RepId, Visit, VisitId};
use crate::store::{Changes, PlannedStop, RunRecord, Slice, StoredPlan};

impl Planner {
    /// Plans a day and keeps the plan in the place of the day's former one.
    ///
    /// # Errors
    /// As [`Planner::plan_day`].
    pub fn plan_and_store(&self, request: &DayRequest, at: DateTime<Utc>) -> Result<DayPlan> {
        let plan = self.plan_day(request)?;
        self.store_plan(&plan, at)?;
        Ok(plan)
    }

    /// Keeps a plan in the place of the day's former one. A day off keeps none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn store_plan(&self, plan: &DayPlan, at: DateTime<Utc>) -> Result<()> {
        let mut changes = Changes {
            source: "manual".to_owned(),
            dropped_plans: vec![(plan.rep.clone(), plan.date)],
            ..Changes::default()
        };
        if plan.day_off.is_none() {
            changes.dropped_plans.clear();
            changes.plans = vec![to_stored(plan)];
            changes.runs = vec![run_record(self, plan, at)];
            changes.plan_runs = vec![plan_run(plan, self.replaced_by(plan)?)];
        }
        self.store.write(&changes, at)?;
        Ok(())
    }

    /// The run that `plan` takes the place of.
    fn replaced_by(&self, plan: &DayPlan) -> Result<Option<String>> {
        let before = self.store.plan(&plan.rep, plan.date)?;
        match before.map(|before| before.run_id) {
            Some(same) if same == plan.run_id => {
                let known = self.store.plan_run(&same)?;
                Ok(known.and_then(|known| known.base))
            }
            other => Ok(other),
        }
    }

    /// The plan kept for a day, each stop with what has become of it, and what was agreed since among what it does not keep.
    ///
    /// # Errors
    /// When the store fails or holds a plan that this version cannot read.
    pub fn stored_plan(&self, rep: &RepId, date: NaiveDate) -> Result<Option<DayPlan>> {
        let Some(stored) = self.store.plan(rep, date)? else {
            return Ok(None);
        };
        Ok(Some(self.open_plan(&stored)?))
    }

    /// The plans kept for some days, by date and rep, each stop with what has become of it.
    ///
    /// # Errors
    /// As [`Planner::stored_plan`].
    pub fn stored_plans(&self, slice: &Slice) -> Result<Vec<DayPlan>> {
        let stored = self.store.plans(slice)?;
        stored.iter().map(|plan| self.open_plan(plan)).collect()
    }

    fn open_plan(&self, stored: &StoredPlan) -> Result<DayPlan> {
        let mut plan: DayPlan =
            serde_json::from_str(&stored.body).map_err(|source| PlanError::StoredPlan {
                rep: stored.rep.clone(),
                date: stored.date,
                source,
            })?;
        let visits = self.store.visits(&Slice {
            from: Some(stored.date),
            to: Some(stored.date),
            ..Slice::default()
        })?;
        let became: BTreeMap<&VisitId, &Visit> = visits.iter().map(|v| (&v.id, v)).collect();
        for stop in &mut plan.stops {
            if let Some(visit) = became.get(&stop.visit) {
                stop.status = visit.status;
                stop.outcome.clone_from(&visit.outcome);
            }
        }
        plan.status = stored.status;
        self.add_agreed_since(&mut plan)?;
        Ok(plan)
    }

    /// Says of visits that were agreed since the plan was made that it does not keep them.
    fn add_agreed_since(&self, plan: &mut DayPlan) -> Result<()> {
        for promise in self.unknown_promises(plan)? {
            if promise.done {
                continue;
            }
            // "Not due" is no longer what keeps it out.
            plan.left_out.retain(|out| out.account != promise.account);
            plan.violations.push(Violation::Dropped {
                name: self.name_of(&promise.account)?,
                account: promise.account,
                agreed: promise.agreed,
            });
        }
        Ok(())
    }
}

/// The id under which a day's plan is kept.
#[must_use]
pub fn plan_id(rep: &RepId, date: NaiveDate) -> String {
    format!("{date}-{rep}")
}

/// The run behind a plan, with what went in.
pub(super) fn run_record(planner: &Planner, plan: &DayPlan, at: DateTime<Utc>) -> RunRecord {
    RunRecord {
        id: plan.run_id.clone(),
        kind: "day_plan".to_owned(),
        at: plan.as_of.unwrap_or(at),
        inputs: serde_json::json!({
            "rep": plan.rep, "date": plan.date, "seed": plan.seed,
            "roads": planner.ground.hash, "settings": planner.settings,
            "version": env!("CARGO_PKG_VERSION"),
        })
        .to_string(),
    }
}

/// A plan as text.
pub(super) fn body(plan: &DayPlan) -> String {
    serde_json::to_string(plan).expect("a plan has text keys and finite numbers")
}

pub(super) fn to_stored(plan: &DayPlan) -> StoredPlan {
    StoredPlan {
        id: plan_id(&plan.rep, plan.date),
        rep: plan.rep.clone(),
        date: plan.date,
        status: plan.status,
        run_id: plan.run_id.clone(),
        stops: plan
            .stops
            .iter()
            .map(|stop| PlannedStop {
                visit: stop.visit.clone(),
                account: stop.account.clone(),
            })
            .collect(),
        body: body(plan),
    }
}
