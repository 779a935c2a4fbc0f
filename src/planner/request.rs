//! What a caller asks for: [`DayRequest`].

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::accounts::{AccountId, RepId};

/// Plan one rep's day. Equal requests on an equal store give equal plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DayRequest {
    /// Whose day.
    pub rep: RepId,
    /// Which local day.
    pub date: NaiveDate,
    /// Start of every random choice in the search.
    pub seed: u64,
    /// Leave home at this local time instead of the start of the shift.
    pub start: Option<NaiveTime>,
    /// Visit these, whatever their cadence says.
    pub must_visit: Vec<AccountId>,
    /// Also list the rep's accounts that are not due.
    pub list_not_due: bool,
    /// Forget what people changed by hand in the day's plan: who they asked for, took out or held at a time, and other hours.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub afresh: bool,
}

impl Default for DayRequest {
    fn default() -> Self {
        Self {
            rep: RepId::default(),
            date: NaiveDate::default(),
            seed: 1,
            start: None,
            must_visit: Vec::new(),
            list_not_due: false,
            afresh: false,
        }
    }
}

impl DayRequest {
    /// The plain question: this rep, this day.
    #[must_use]
    pub fn new(rep: RepId, date: NaiveDate) -> Self {
        Self {
            rep,
            date,
            ..Self::default()
        }
    }
}
