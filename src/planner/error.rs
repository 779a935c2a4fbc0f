//! What can keep the planner from answering: [`PlanError`].

use chrono::NaiveDate;
use thiserror::Error;

use crate::accounts::{AccountId, RepId, VisitId};
use crate::routing::MetricError;
use crate::store::StoreError;
use crate::tours::ProblemError;

/// Result of the planner's use cases.
pub type Result<T> = std::result::Result<T, PlanError>;

/// Why a question has no answer.
#[derive(Debug, Error)]
pub enum PlanError {
    /// No such rep.
    #[error("there is no rep {0}")]
    UnknownRep(RepId),
    /// No such account.
    #[error("there is no account {0}")]
    UnknownAccount(AccountId),
    /// No visit, planned stop or appointment with this id.
    #[error("there is no visit {0}")]
    UnknownVisit(VisitId),
    /// The status is not one that an outcome can have.
    #[error("{0} is not an outcome: done, missed, phone, refused or cancelled")]
    NotAnOutcome(String),
    /// The rep's home lies too far from any road.
    #[error("the home of rep {rep} lies farther than {limit_m:.0} m from any road")]
    HomeOffNetwork {
        /// Who.
        rep: RepId,
        /// Metres searched.
        limit_m: f64,
    },
    /// A place lies too far from any road.
    #[error("{lon:.5}, {lat:.5} lies farther than {limit_m:.0} m from any road")]
    PlaceOffNetwork {
        /// Degrees east.
        lon: f64,
        /// Degrees north.
        lat: f64,
        /// Metres searched.
        limit_m: f64,
    },
    /// No region of such a profile was loaded.
    #[error("there is no profile {name}; there are: {known}")]
    UnknownProfile {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The way of driving makes no sense.
    #[error(transparent)]
    Driving(#[from] MetricError),
    /// The appointment cannot be made.
    #[error("the appointment on {date} cannot be made: {why}")]
    Conflict {
        /// Which day.
        date: NaiveDate,
        /// What stands in the way.
        why: String,
    },
    /// The plan on that day is agreed; only a person changes it.
    #[error("the plan of {rep} on {date} is agreed")]
    Agreed {
        /// Whose.
        rep: RepId,
        /// Which day.
        date: NaiveDate,
    },
    /// No plan is kept for that day.
    #[error("there is no plan of {rep} for {date}")]
    NotPlanned {
        /// Whose.
        rep: RepId,
        /// Which day.
        date: NaiveDate,
    },
    /// No plan is kept under this run.
    #[error("no plan is kept under the run {0}")]
    UnknownRun(String),
    /// Not as things stand; the text says why.
    #[error("{0}")]
    NotNow(String),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The question could not be put to the tour planner.
    #[error("the day could not be put as a problem")]
    Problem(#[from] ProblemError),
    /// A stored plan cannot be read.
    #[error("the stored plan of {rep} on {date} cannot be read")]
    StoredPlan {
        /// Whose.
        rep: RepId,
        /// Which day.
        date: NaiveDate,
        /// Why.
        source: serde_json::Error,
    },
    /// The tour found did not survive checking. A fault of the program; nothing was stored.
    #[error("the tour found did not survive checking: {}", .0.join("; "))]
    Unsound(Vec<String>),
}
