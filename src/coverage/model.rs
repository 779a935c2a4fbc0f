//! The answer to "where does coverage fall short?": [`Coverage`].

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::accounts::RepId;

/// Why an account is not covered; the first that applies, in this order. Exclusive and complete: the counts of all
/// causes, [`GapCause::Covered`] among them, sum to the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapCause {
    /// Not located, located only to the town, or farther from a road than the snap limit.
    Unlocated,
    /// No active rep looks after it.
    Unassigned,
    /// Farther than the reach limit from its rep's home, or no road there and back.
    OutOfReach,
    /// No visit was ever done, and one is due by now (urgency 1 or more).
    NeverVisited,
    /// Past its due date (urgency above 1).
    Overdue,
    /// None of these; "due" is a status inside it.
    Covered,
}

impl GapCause {
    /// All causes in the order in which they apply.
    pub const ALL: [Self; 6] = [
        Self::Unlocated,
        Self::Unassigned,
        Self::OutOfReach,
        Self::NeverVisited,
        Self::Overdue,
        Self::Covered,
    ];

    /// The code that stands in JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unlocated => "unlocated",
            Self::Unassigned => "unassigned",
            Self::OutOfReach => "out_of_reach",
            Self::NeverVisited => "never_visited",
            Self::Overdue => "overdue",
            Self::Covered => "covered",
        }
    }

    /// The label that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unlocated => "Not located",
            Self::Unassigned => "No rep",
            Self::OutOfReach => "Out of reach",
            Self::NeverVisited => "Never visited",
            Self::Overdue => "Overdue",
            Self::Covered => "Covered",
        }
    }

    /// What would help.
    #[must_use]
    pub const fn fix(self) -> &'static str {
        match self {
            Self::Unlocated => "Correct the address or drag the account to its place",
            Self::Unassigned => "Assign an active rep",
            Self::OutOfReach => {
                "Assign a rep who lives nearer, or plan a day trip with a longer limit"
            }
            Self::NeverVisited => "Plan a first visit",
            Self::Overdue => "Plan it next, or phone to keep the contact",
            Self::Covered => "Nothing: covered",
        }
    }

    /// The cause with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.code() == code)
    }
}

/// Coverage at a date, over a window that ends with that date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// The date.
    pub date: NaiveDate,
    /// First day of the window.
    pub window_from: NaiveDate,
    /// First day after the window (the day after `date`).
    pub window_to: NaiveDate,
    /// The reach limit, in minutes of driving.
    pub reach_min: u32,
    /// Hash of inputs, settings and versions.
    pub run_id: String,
    /// Last change of the store; `None` = an untouched store.
    pub as_of: Option<DateTime<Utc>>,
    /// Number of active accounts looked at.
    pub total: u64,
    /// Their value.
    pub total_value: f64,
    /// Accounts by cause; all six, in order.
    pub causes: Vec<CauseCount>,
    /// Metrics over everything.
    pub metrics: Vec<Metric>,
    /// The same per rep; accounts without a rep stand under `None`.
    pub by_rep: Vec<RepCoverage>,
    /// The same per class.
    pub by_class: Vec<ClassCoverage>,
}

/// Accounts that share a cause.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CauseCount {
    /// The cause.
    pub cause: GapCause,
    /// How many accounts.
    pub accounts: u64,
    /// Their share of the total, 0 when there are none.
    pub share: f64,
    /// Their value.
    pub value: f64,
}

/// What a [`Metric`] is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Everything asked for.
    All,
    /// One rep.
    Rep(RepId),
    /// One class; empty = unknown.
    Class(String),
}

/// A number with its proof.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// `frequency_coverage`, `over_service`, `account_reach`, `on_cadence_time`, `reach_coverage`, ...
    pub name: String,
    /// What it is about.
    pub scope: Scope,
    /// `numerator / denominator`; `None` when the denominator is 0.
    pub value: Option<f64>,
    /// The part.
    pub numerator: f64,
    /// The whole.
    pub denominator: f64,
    /// How both are made.
    pub formula: String,
}

/// One rep's share of a [`Coverage`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RepCoverage {
    /// Who; `None` = accounts that no rep looks after.
    pub rep: Option<RepId>,
    /// Name of the rep, empty for `None`.
    pub name: String,
    /// Number of accounts.
    pub accounts: u64,
    /// Their value.
    pub value: f64,
    /// Accounts by cause; all six, in order.
    pub causes: Vec<CauseCount>,
    /// Metrics over this rep's accounts.
    pub metrics: Vec<Metric>,
    /// Hours of work and the hours there are; `None` for accounts without a rep.
    pub capacity: Option<Capacity>,
}

/// One class's share of a [`Coverage`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassCoverage {
    /// The class; empty = unknown.
    pub class: String,
    /// Number of accounts.
    pub accounts: u64,
    /// Their value.
    pub value: f64,
    /// Accounts by cause; all six, in order.
    pub causes: Vec<CauseCount>,
    /// Metrics over this class's accounts.
    pub metrics: Vec<Metric>,
}

/// Need and have of one rep over one period, in hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Capacity {
    /// Length of the period in days.
    pub period_days: u32,
    /// Hours on site that the cadences ask for.
    pub visits_h: f64,
    /// Hours of travel (and parking) to get there.
    pub travel_h: f64,
    /// Their sum.
    pub hours_need: f64,
    /// Working hours less breaks.
    pub hours_have: f64,
    /// `hours_need / hours_have`; `None` when there are no hours.
    pub utilization: Option<f64>,
    /// Share of the promised cadence that fits: `1 / max(1, utilization)`.
    pub promise_factor: f64,
    /// `free` below 0.85, `full` to 1, `over` above.
    pub state: String,
    /// `estimate`: travel by the square-root law; `tour`: from planned tours.
    pub method: String,
}
