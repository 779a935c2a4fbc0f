//! What the store keeps beside the book's own entities: plans, runs, the log of changed fields, and the forms of
//! questions and answers.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::accounts::areas::Area;
use crate::accounts::{
    Account, AccountId, AccountImport, Appointment, ImportReport, Rep, RepId, Tally, Visit, VisitId,
};
use crate::geometry::LonLat;

/// Everything that planning reads, taken at one instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// Instant of the last change; `None` for an empty store.
    pub as_of: Option<DateTime<Utc>>,
    /// Number of writes so far.
    pub revision: u64,
    /// All accounts, by id.
    pub accounts: Vec<Account>,
    /// All reps, by id.
    pub reps: Vec<Rep>,
    /// All visits, by date, start and id.
    pub visits: Vec<Visit>,
    /// All appointments, by date, start and id.
    pub appointments: Vec<Appointment>,
}

/// Which visits, appointments or plans are asked for; every `None` means all. Days are inclusive at both ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slice {
    /// Of this rep.
    pub rep: Option<RepId>,
    /// Of this account (plans: with a stop at this account).
    pub account: Option<AccountId>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

/// A plan of one rep and day as stored: its key, what other plans must know of it, and the whole value as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredPlan {
    /// Id of the plan, unique.
    pub id: String,
    /// Whose day.
    pub rep: RepId,
    /// Which day.
    pub date: NaiveDate,
    /// Draft or agreed.
    pub status: PlanStatus,
    /// The run that made it.
    pub run_id: String,
    /// Its stops in order.
    pub stops: Vec<PlannedStop>,
    /// The plan itself, JSON.
    pub body: String,
}

/// State of a [`StoredPlan`].
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// The planner's suggestion.
    #[default]
    Draft,
    /// A person agreed to it.
    Agreed,
}

/// A stop of a [`StoredPlan`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStop {
    /// Id under which an outcome may be recorded; unique over all plans.
    pub visit: VisitId,
    /// Whom.
    pub account: AccountId,
}

/// Where a planned visit stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopOnDay {
    /// The stop.
    pub stop: PlannedStop,
    /// Whose plan.
    pub rep: RepId,
    /// Which day.
    pub date: NaiveDate,
}

/// A computation whose results are shown: what went in, so that it can be done again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Hash of inputs, settings, seed and versions.
    pub id: String,
    /// `day_plan`, `coverage`, ... .
    pub kind: String,
    /// `as_of` of the store that it read.
    pub at: DateTime<Utc>,
    /// Inputs and settings, JSON.
    pub inputs: String,
}

/// What a run made for a rep and day, whether it stands or not: a plan, or a draft that waits for a person's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRun {
    /// The run.
    pub run_id: String,
    /// Whose day.
    pub rep: RepId,
    /// Which day.
    pub date: NaiveDate,
    /// The run whose plan it was made from; `None` = from nothing.
    pub base: Option<String>,
    /// The plan itself, JSON.
    pub body: String,
}

/// One changed field of an account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountChange {
    /// When.
    pub at: DateTime<Utc>,
    /// `import` or `manual`.
    pub source: String,
    /// Which field.
    pub field: String,
    /// Value before, JSON.
    pub before: serde_json::Value,
    /// Value after, JSON.
    pub after: serde_json::Value,
}

/// A set of changes that is confirmed as a whole or not at all. Order of application: as the fields stand here.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// `import` or `manual`: goes into the log of changed fields.
    pub source: String,
    /// Reps, made or replaced.
    pub reps: Vec<Rep>,
    /// Areas, made or replaced.
    pub areas: Vec<Area>,
    /// Areas to remove.
    pub removed_areas: Vec<String>,
    /// Accounts, made or replaced as given.
    pub accounts: Vec<Account>,
    /// Accounts of a file, merged.
    pub import: Option<AccountImport>,
    /// Visits, made or replaced.
    pub visits: Vec<Visit>,
    /// Appointments, made or replaced.
    pub appointments: Vec<Appointment>,
    /// Appointments to remove.
    pub cancelled_appointments: Vec<VisitId>,
    /// Plans to remove.
    pub dropped_plans: Vec<(RepId, NaiveDate)>,
    /// Plans, made or replaced by rep and date.
    pub plans: Vec<StoredPlan>,
    /// Runs; one that is there already stays.
    pub runs: Vec<RunRecord>,
    /// What runs made, made or replaced by run. No part of the book: neither `as_of` nor the revision move for them. Of
    /// each rep's day the last [`RUNS_KEPT`] are kept.
    pub plan_runs: Vec<PlanRun>,
    /// Settings by key; `None` removes.
    pub settings: Vec<(String, Option<String>)>,
    /// Visits to remove from the log.
    pub removed_visits: Vec<VisitId>,
    /// Accounts to remove with their own log; refused while visits, appointments or plans name them.
    pub removed_accounts: Vec<AccountId>,
}

/// So many [`PlanRun`]s of a rep's day are kept.
pub const RUNS_KEPT: usize = 60;

/// What a set of changes came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// Reps.
    pub reps: Tally,
    /// Areas.
    pub areas: Tally,
    /// Accounts, given and imported.
    pub accounts: Tally,
    /// Visits.
    pub visits: Tally,
    /// Appointments.
    pub appointments: Tally,
    /// Plans.
    pub plans: Tally,
    /// Areas, appointments, plans, visits and accounts removed.
    pub removed: usize,
    /// The completed report of an import.
    pub report: Option<ImportReport>,
}

/// A recorded visit and where it takes place.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitThere {
    /// The visit.
    pub visit: Visit,
    /// Name of its account.
    pub name: String,
    /// Class of its account.
    pub class: Option<String>,
    /// Where its account is.
    pub at: Option<LonLat>,
}

/// How many of the visits that were meant took place at accounts of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The class; `None` = accounts without one.
    pub class: Option<String>,
    /// Visits done.
    pub held: u64,
    /// Visits done, missed, refused or cancelled.
    pub meant: u64,
}

/// Sizes of the book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Accounts.
    pub accounts: usize,
    /// Reps.
    pub reps: usize,
    /// Visits.
    pub visits: usize,
    /// Plans.
    pub plans: usize,
}
