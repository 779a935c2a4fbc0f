//! A plan that waits for a person's word, with what it changes and breaks: [`proposal`]. And two runs compared:
//! [`comparison`].

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::day::{Day, PlanSummary, day, summary};
use crate::planner::diff::{PlanDiff, StopChange, When};
use crate::planner::{DayPlan, Proposal, plan_id};

/// A proposed day. Nothing has changed yet.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ProposedDay {
    /// The day as it would be.
    #[serde(flatten)]
    pub day: Day,
    /// What is proposed.
    pub proposal: ProposalOut,
}

/// What a proposal is about.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Proposal)]
pub struct ProposalOut {
    /// Accept it under this run.
    run_id: String,
    /// The run of the plan that it was made from.
    base: String,
    /// Driving more, less what the visits are worth more: below zero is a gain.
    cost_change_s: i64,
    diff: DiffOut,
}

/// What a plan changes against another. Stops with an outcome are history and not listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PlanDiff)]
pub struct DiffOut {
    /// In both, in the same order among themselves.
    kept: Vec<StopChangeOut>,
    /// In both, at another place, on another day or with another rep.
    moved: Vec<StopChangeOut>,
    dropped: Vec<StopChangeOut>,
    added: Vec<StopChangeOut>,
    /// How much later the day ends.
    home_change_s: i64,
    drive_change_s: i64,
    /// How much more the visits are worth, in seconds of travel.
    prize_change_s: i64,
    /// Agreed visits that are dropped or late.
    agreed_broken: usize,
}

/// One stop before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StopChange)]
pub struct StopChangeOut {
    account: String,
    name: String,
    /// Promised for a time or day.
    agreed: bool,
    before: Option<WhenOut>,
    after: Option<WhenOut>,
    /// How much later it starts.
    start_change_s: Option<i64>,
}

/// Where a stop stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = When)]
pub struct WhenOut {
    rep: String,
    date: NaiveDate,
    /// Place in the order, from 1.
    seq: u32,
    start: DateTime<FixedOffset>,
}

/// Two runs side by side.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Comparison {
    a: PlanSummary,
    b: PlanSummary,
    /// What b changes against a.
    diff: DiffOut,
}

/// A proposal as features.
#[must_use]
pub fn proposal(proposal: &Proposal) -> ProposedDay {
    let plan = &proposal.plan;
    ProposedDay {
        day: day(plan, &plan_id(&plan.rep, plan.date)),
        proposal: ProposalOut {
            run_id: plan.run_id.clone(),
            base: proposal.base.clone(),
            cost_change_s: proposal.diff.drive_change_s - proposal.diff.prize_change_s,
            diff: diff(&proposal.diff),
        },
    }
}

/// Two plans and what the second changes.
#[must_use]
pub fn comparison(a: &DayPlan, b: &DayPlan, changes: &PlanDiff) -> Comparison {
    let figures = |plan: &DayPlan| summary(plan, &plan_id(&plan.rep, plan.date));
    Comparison {
        a: figures(a),
        b: figures(b),
        diff: diff(changes),
    }
}

fn diff(diff: &PlanDiff) -> DiffOut {
    let list = |stops: &[StopChange]| stops.iter().map(change).collect();
    DiffOut {
        kept: list(&diff.kept),
        moved: list(&diff.moved),
        dropped: list(&diff.dropped),
        added: list(&diff.added),
        home_change_s: diff.home_change_s,
        drive_change_s: diff.drive_change_s,
        prize_change_s: diff.prize_change_s,
        agreed_broken: diff.agreed_broken,
    }
}

fn change(change: &StopChange) -> StopChangeOut {
    let both = change.before.as_ref().zip(change.after.as_ref());
    StopChangeOut {
        account: change.account.0.clone(),
        name: change.name.clone(),
        agreed: change.agreed,
        before: change.before.as_ref().map(when),
        after: change.after.as_ref().map(when),
        start_change_s: both.map(|(before, after)| (after.start - before.start).num_seconds()),
    }
}

fn when(when: &When) -> WhenOut {
    WhenOut {
        rep: when.rep.0.clone(),
        date: when.date,
        seq: when.seq,
        start: when.start,
    }
}
