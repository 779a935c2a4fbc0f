//! What coverage needs to know of an account and of a rep: [`Facts`] and [`RepFacts`], plain values that someone else
//! has looked up.

use crate::accounts::{AccountId, RepId};
use crate::geometry::LonLat;
use crate::units::Millis;

/// One active account at the date of the question.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Whom.
    pub account: AccountId,
    /// Its class; `None` = unknown.
    pub class: Option<String>,
    /// The *active* rep who looks after it.
    pub rep: Option<RepId>,
    /// Its worth, at least 0.
    pub value: f64,
    /// Where it is, when located at all.
    pub at: Option<LonLat>,
    /// Located well enough to plan, and near enough to a road.
    pub on_network: bool,
    /// Driving between it and its rep's home.
    pub drive: Drive,
    /// Days between visits; `None` = no cadence.
    pub interval_days: Option<u32>,
    /// Minutes on site.
    pub visit_min: u32,
    /// Days of the window on which it was active and not blocked.
    pub active_days: u32,
    /// Visits done in the window.
    pub done: u32,
    /// A visit was done at some time.
    pub ever_done: bool,
    /// Urgency at the date; `None` = no cadence.
    pub urgency: Option<f64>,
    /// Days of the window on which its urgency was above 1.
    pub overdue_days: u32,
}

/// Driving between an account and its rep's home.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Drive {
    /// Not known: no place or no rep.
    #[default]
    Unknown,
    /// No road there and back. Listed apart, never counted as far.
    Unreachable,
    /// The longer of the two directions.
    Takes(Millis),
}

impl Drive {
    /// Whether it takes at most `limit`.
    #[must_use]
    pub fn within(self, limit: Millis) -> bool {
        matches!(self, Self::Takes(time) if time <= limit)
    }
}

/// One rep over the period that capacity looks at.
#[derive(Clone, Debug, PartialEq)]
pub struct RepFacts {
    /// Who.
    pub rep: RepId,
    /// Name.
    pub name: String,
    /// Working days in the period.
    pub working_days: u32,
    /// Shift less lunch.
    pub day: Millis,
    /// Limit of visits a day.
    pub max_visits: Option<u32>,
}
