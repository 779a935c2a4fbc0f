//! Keeping the book: accounts, reps, areas, visits, appointments, plans, runs, import reports and settings.
//!
//! Start at [`Store`], the face that the planner and the API see, and [`SqliteStore`], the embedded default. All SQL of
//! the program is in this folder, one file per entity. A write is a set of [`Changes`] that is confirmed as a whole or
//! not at all, and what was confirmed survives a killed process and a power cut. The store never reads the clock: the
//! caller says when a change happened.

mod accounts;
mod apply;
mod appointments;
mod areas;
mod columns;
mod error;
mod imports;
mod pages;
mod plan_runs;
mod plans;
mod records;
mod reps;
mod schema;
mod settings;
mod sqlite;
mod state;
mod visits;

use chrono::{DateTime, NaiveDate, Utc};

pub use error::StoreError;
pub use records::*;
pub use sqlite::SqliteStore;

use crate::accounts::areas::Area;
use crate::accounts::{Account, AccountId, Appointment, ImportReport, Rep, RepId, Visit, VisitId};

/// Result of store calls.
pub type Result<T> = std::result::Result<T, StoreError>;

/// A place that keeps the book. Object-safe; shared by threads.
///
/// Lists come in the order that each method names, so that equal stores give equal answers.
pub trait Store: Send + Sync {
    /// Instant of the last change, as told by its caller; `None` when nothing was ever written.
    ///
    /// # Errors
    /// When the store cannot be read; so for every other method.
    fn as_of(&self) -> Result<Option<DateTime<Utc>>>;

    /// Number of writes that changed something. Grows by one with each; equal revisions mean an equal book.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn revision(&self) -> Result<u64>;

    /// The whole book at one instant.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn book(&self) -> Result<Book>;

    /// Sizes.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn counts(&self) -> Result<Counts>;

    /// All accounts, by id.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn accounts(&self) -> Result<Vec<Account>>;

    /// One account.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn account(&self, id: &AccountId) -> Result<Option<Account>>;

    /// The log of changed fields of one account, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn account_changes(&self, id: &AccountId) -> Result<Vec<AccountChange>>;

    /// All reps, by id.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn reps(&self) -> Result<Vec<Rep>>;

    /// One rep.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn rep(&self, id: &RepId) -> Result<Option<Rep>>;

    /// All areas, by id.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn areas(&self) -> Result<Vec<Area>>;

    /// One area.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn area(&self, id: &str) -> Result<Option<Area>>;

    /// Visits, by date, start and id.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn visits(&self, slice: &Slice) -> Result<Vec<Visit>>;

    /// One visit.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn visit(&self, id: &VisitId) -> Result<Option<Visit>>;

    /// Days on which visits stand, recorded or planned, in order; both ends included.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn visit_days(&self, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Vec<NaiveDate>>;

    /// The recorded visits of a day with what is known of their accounts, by id.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn visits_on(&self, day: NaiveDate) -> Result<Vec<VisitThere>>;

    /// How many of the visits that were meant took place, by class of the account.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn shown(&self) -> Result<Vec<Shown>>;

    /// Appointments, by date, start and id.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn appointments(&self, slice: &Slice) -> Result<Vec<Appointment>>;

    /// The plan of a rep and day.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn plan(&self, rep: &RepId, date: NaiveDate) -> Result<Option<StoredPlan>>;

    /// Plans, by date and rep.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn plans(&self, slice: &Slice) -> Result<Vec<StoredPlan>>;

    /// Stops of stored plans without their bodies, by date, rep and order: what another day's plan must know.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn planned_stops(&self, slice: &Slice) -> Result<Vec<StopOnDay>>;

    /// The planned stop with this visit id.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn planned_stop(&self, visit: &VisitId) -> Result<Option<StopOnDay>>;

    /// First and last day that has a plan.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn plan_dates(&self) -> Result<Option<(NaiveDate, NaiveDate)>>;

    /// One run.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn run(&self, id: &str) -> Result<Option<RunRecord>>;

    /// What a run made, unless it was so long ago that it is no longer kept ([`RUNS_KEPT`]).
    ///
    /// # Errors
    /// When the store cannot be read.
    fn plan_run(&self, run_id: &str) -> Result<Option<PlanRun>>;

    /// Import reports, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn imports(&self) -> Result<Vec<ImportReport>>;

    /// One import report.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn import(&self, id: &str) -> Result<Option<ImportReport>>;

    /// A setting.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn setting(&self, key: &str) -> Result<Option<String>>;

    /// Applies all `changes` or none. When nothing differs from what is stored, neither `as_of` nor the revision
    /// move.
    ///
    /// # Errors
    /// When a change names an account or rep that is not there, or the store cannot be written; then nothing changed.
    fn write(&self, changes: &Changes, at: DateTime<Utc>) -> Result<Written>;

    /// As [`Store::write`], but only while the book is the one of `revision`; `None` when it has changed since, and then
    /// nothing is written. For changes that follow from what was read: whoever is late reads again.
    ///
    /// # Errors
    /// Those of [`Store::write`].
    fn write_at(
        &self,
        revision: u64,
        changes: &Changes,
        at: DateTime<Utc>,
    ) -> Result<Option<Written>>;

    /// Changes one account in place, safe against a concurrent change of the same account: reads it, lets `edit`
    /// change it, logs the differences and returns it. `None` when there is no such account; its id never changes.
    ///
    /// # Errors
    /// When the store cannot be written; then nothing changed.
    fn update_account(
        &self,
        id: &AccountId,
        at: DateTime<Utc>,
        edit: &mut dyn FnMut(&mut Account),
    ) -> Result<Option<Account>>;
}

#[cfg(test)]
mod tests;
