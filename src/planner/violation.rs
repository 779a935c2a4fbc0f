//! What an order of stops does not keep: [`Violation`], in the words of the trade. A plan made by hand may break rules; it
//! says which.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

use super::plan::hh_mm;
use crate::accounts::AccountId;

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Violation {
    /// A visit starts after the last instant at which it may.
    Late {
        /// Whom.
        account: AccountId,
        /// The account's name.
        name: String,
        /// Last local time at which it may start.
        until: NaiveTime,
        /// By how many minutes, rounded up.
        late_min: i64,
    },
    /// The day ends after the working hours.
    AfterShift {
        /// By how many minutes, rounded up.
        late_min: i64,
    },
    /// Lunch starts later than it may.
    LateLunch {
        /// By how many minutes, rounded up.
        late_min: i64,
    },
    /// More visits than the rep makes in a day.
    MaxVisits {
        /// The limit.
        limit: u32,
        /// How many too many.
        over: u32,
    },
    /// More driving than the rep does in a day.
    MaxDrive {
        /// The limit, in minutes.
        limit_min: u32,
        /// By how many minutes, rounded up.
        over_min: i64,
    },
    /// A visit that was agreed, asked for or pinned is not made.
    Dropped {
        /// Whom.
        account: AccountId,
        /// The account's name.
        name: String,
        /// Agreed local time, for appointments.
        agreed: Option<NaiveTime>,
    },
}

impl Violation {
    /// The code that stands in JSON.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Late { .. } => "late",
            Self::AfterShift { .. } => "after_shift",
            Self::LateLunch { .. } => "late_lunch",
            Self::MaxVisits { .. } => "max_visits",
            Self::MaxDrive { .. } => "max_drive",
            Self::Dropped { .. } => "dropped",
        }
    }

    /// The account it is about, where it is about one.
    #[must_use]
    pub const fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Late { account, .. } | Self::Dropped { account, .. } => Some(account),
            _ => None,
        }
    }

    /// How bad it is, in minutes; a visit too many or a promise dropped counts as a whole day.
    #[must_use]
    pub const fn minutes(&self) -> i64 {
        match self {
            Self::Late { late_min, .. }
            | Self::AfterShift { late_min }
            | Self::LateLunch { late_min } => *late_min,
            Self::MaxDrive { over_min, .. } => *over_min,
            Self::MaxVisits { .. } | Self::Dropped { .. } => 24 * 60,
        }
    }

    /// One line for people.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Late {
                name,
                until,
                late_min,
                ..
            } => format!(
                "{name} would start {late_min} min late (by {})",
                hh_mm(*until)
            ),
            Self::AfterShift { late_min } => format!("the day would end {late_min} min late"),
            Self::LateLunch { late_min } => format!("lunch would start {late_min} min late"),
            Self::MaxVisits { limit, over } => {
                format!("{over} over the limit of {limit} visits")
            }
            Self::MaxDrive {
                limit_min,
                over_min,
            } => {
                format!("{over_min} min over the limit of {limit_min} min driving")
            }
            Self::Dropped {
                name,
                agreed: Some(time),
                ..
            } => format!(
                "the appointment at {} with {name} is not kept",
                hh_mm(*time)
            ),
            Self::Dropped { name, .. } => format!("{name} was asked for and is not visited"),
        }
    }
}
