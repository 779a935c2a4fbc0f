//! The answer to a day's question: [`DayPlan`], with its stops, legs, totals and the accounts that stayed out.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::violation::Violation;
use crate::accounts::{AccountId, RepId, VisitId, VisitStatus};
use crate::geometry::LonLat;
pub use crate::store::PlanStatus;

/// One rep's day, checked against the roads. Instants carry the offset of the region's zone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DayPlan {
    /// Whose day.
    pub rep: RepId,
    /// The rep's name.
    pub rep_name: String,
    /// Which local day.
    pub date: NaiveDate,
    /// Where the day starts and, unless open, ends.
    pub home: LonLat,
    /// Suggested, or agreed by a person.
    pub status: PlanStatus,
    /// Hash of inputs, settings, seed and versions: equal ids mean equal plans.
    pub run_id: String,
    /// Last change of the store the plan stands on; `None` = an untouched store.
    pub as_of: Option<DateTime<Utc>>,
    /// Start of every random choice in the search.
    pub seed: u64,
    /// Why nobody works that day; then there are no stops.
    pub day_off: Option<DayOff>,
    /// Leaves home (just in time for the first stop).
    pub depart: DateTime<FixedOffset>,
    /// Back home, or end of the last visit where the day ends open.
    pub home_at: DateTime<FixedOffset>,
    /// The visits, in order.
    pub stops: Vec<Stop>,
    /// The drives: home to the first stop, between stops, and home again unless the day ends open.
    pub legs: Vec<Leg>,
    /// Lunch, when the rep has one.
    pub lunch: Option<LunchTaken>,
    /// Sums over the day.
    pub totals: DayTotals,
    /// Accounts that stayed out, each with its reason; most worth first.
    pub left_out: Vec<LeftOut>,
    /// A value no plan of these candidates can beat, when known.
    pub bound: Option<Bound>,
    /// What a person should know: unreadable hours, broken promises, candidates not searched.
    pub warnings: Vec<String>,
    /// What a plan made by hand, or in the middle of the day, does not keep.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
    /// Working hours of this day when a person set others than the rep's.
    #[serde(default, skip_serializing_if = "Hours::is_usual")]
    pub hours: Hours,
    /// When and where the rest was planned again, for a plan made in the middle of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replanned: Option<Replanned>,
}

/// Working hours of one day, where they differ from the rep's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Leaves not before this local time.
    pub start: Option<NaiveTime>,
    /// Back by this local time.
    pub end: Option<NaiveTime>,
}

impl Hours {
    /// The rep's own.
    #[must_use]
    pub const fn is_usual(&self) -> bool {
        self.start.is_none() && self.end.is_none()
    }
}

/// From when and where the rest of a day was planned again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replanned {
    /// When.
    pub now: DateTime<FixedOffset>,
    /// Where the rep was.
    pub here: LonLat,
}

/// Why a rep does not work on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DayOff {
    /// Not one of the rep's working weekdays.
    Weekday,
    /// A day off or holiday of the rep.
    Blocked {
        /// Last day off.
        until: NaiveDate,
        /// As noted.
        reason: Option<String>,
    },
    /// The rep is kept for history only.
    Inactive,
}

/// One visit of the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// Id of the visit; takes outcomes.
    pub visit: VisitId,
    /// Whom.
    pub account: AccountId,
    /// The account's name.
    pub name: String,
    /// The account's class.
    pub class: Option<String>,
    /// Where the account is.
    pub at: LonLat,
    /// Address in one line.
    pub address: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Place in the order, from 1.
    pub seq: u32,
    /// Car arrives.
    pub arrival: DateTime<FixedOffset>,
    /// Visit starts, after parking and waiting.
    pub start: DateTime<FixedOffset>,
    /// Visit ends.
    pub end: DateTime<FixedOffset>,
    /// Idle time between parking and start, in seconds (lunch not counted).
    pub wait_s: i64,
    /// Why it stands in the plan at all.
    pub kind: StopKind,
    /// The planner may not move or drop it.
    pub frozen: bool,
    /// A person holds it at about this time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    /// What became of it.
    pub status: VisitStatus,
    /// What came out.
    pub outcome: Option<String>,
    /// Minutes on site.
    pub visit_min: u32,
    /// OSM opening hours as given.
    pub opening_hours: Option<String>,
    /// Hours of that date; empty = none known, `[00:00, 24:00]` = all day.
    pub hours_today: Vec<OpenSpan>,
    /// (date - last done) / interval; `None` without a cadence.
    pub urgency: Option<f64>,
    /// Days past the due date.
    pub overdue_days: i64,
    /// `not_due`, `due`, `overdue`, `critical` or `no_cadence`.
    pub due_status: String,
    /// What the visit is worth, in seconds of travel.
    pub prize_s: i64,
    /// Driving that the visit adds to the day, in seconds.
    pub detour_s: i64,
    /// Why it is in.
    pub reason: ReasonIn,
}

/// A span of open hours as local text, `["08:00", "13:00"]`; hours after midnight count on, as in `25:00`.
pub type OpenSpan = [String; 2];

/// Kinds of [`Stop`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopKind {
    /// Chosen by the planner.
    Suggested,
    /// Agreed for a time.
    Appointment,
    /// Asked for by a person.
    Must,
    /// Already done when the day was planned again.
    Done,
}

/// Why a visit is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonIn {
    /// `appointment`, `must`, `critical`, `overdue`, `due` or `done`.
    pub code: String,
    /// For people: "overdue 6 days, adds 4 min".
    pub text: String,
}

/// One drive.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leg {
    /// Place in the order, from 1.
    pub seq: u32,
    /// Account it starts from; `None` = home.
    pub from: Option<AccountId>,
    /// Account it leads to; `None` = home.
    pub to: Option<AccountId>,
    /// Leaves.
    pub depart: DateTime<FixedOffset>,
    /// Arrives.
    pub arrive: DateTime<FixedOffset>,
    /// Driving time, in milliseconds.
    pub drive_ms: i64,
    /// What its way was chosen by, in milliseconds: driving time and what else counts against roads, such as sharp turns.
    /// That private roads are entered as seldom as can be goes before, and is not counted here. `None` in plans of versions that
    /// did not keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_ms: Option<i64>,
    /// Length in metres.
    pub dist_m: f64,
    /// A ferry is part of it.
    pub ferry: bool,
    /// Along the roads; a single point twice when start and end coincide.
    pub line: Vec<LonLat>,
}

/// Lunch as taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LunchTaken {
    /// Starts.
    pub start: DateTime<FixedOffset>,
    /// Ends.
    pub end: DateTime<FixedOffset>,
}

/// Sums over a day, in whole seconds and metres. The shares have the shift less lunch as denominator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DayTotals {
    /// Number of stops.
    pub visits: u32,
    /// Driving.
    pub drive_s: i64,
    /// Driving, in metres.
    pub dist_m: f64,
    /// Time on site.
    pub face_s: i64,
    /// Parking and walking in.
    pub parking_s: i64,
    /// Idle.
    pub wait_s: i64,
    /// Lunch.
    pub lunch_s: i64,
    /// Shift less lunch.
    pub shift_s: i64,
    /// `drive_s / shift_s`.
    pub drive_share: f64,
    /// `face_s / shift_s`.
    pub face_share: f64,
    /// Sum of what the visits are worth, in seconds of travel.
    pub expected_prize_s: i64,
}

/// How good the best plan could be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// No plan has a lower cost, in seconds (driving plus the prizes left out).
    pub value_s: i64,
    /// The cost of this plan, likewise.
    pub cost_s: i64,
    /// How that is known: `exact`, `assignment` or `one-tree`.
    pub method: String,
}

impl Bound {
    /// What the plan may cost too much, as a share of its cost; a day that costs nothing costs nothing too much.
    #[must_use]
    pub fn gap(&self) -> f64 {
        if self.cost_s <= 0 {
            return 0.0;
        }
        (self.cost_s - self.value_s).max(0) as f64 / self.cost_s as f64
    }
}

/// An account that stayed out of the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Whom.
    pub account: AccountId,
    /// The account's name.
    pub name: String,
    /// The account's class.
    pub class: Option<String>,
    /// Where the account is, when located.
    pub at: Option<LonLat>,
    /// Why, with numbers.
    pub why: WhyOut,
    /// (date - last done) / interval; `None` without a cadence.
    pub urgency: Option<f64>,
    /// What the visit would be worth, in seconds of travel.
    pub prize_s: i64,
}

/// Why an account stayed out, and by how much.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
pub enum WhyOut {
    /// Its cadence does not ask for it yet.
    NotDue {
        /// First day it is due.
        due_on: NaiveDate,
    },
    /// No span of its hours that day holds the visit within the shift.
    Closed {
        /// Its hours that day.
        hours_today: Vec<OpenSpan>,
        /// Minutes on site.
        visit_min: u32,
    },
    /// Blocked.
    Blocked {
        /// Last blocked day.
        until: NaiveDate,
        /// As noted.
        reason: Option<String>,
    },
    /// Too far from any road.
    OffNetwork {
        /// Metres that were searched.
        limit_m: f64,
    },
    /// Not located, or only to the town.
    Unlocated {
        /// `place` when only the town is known.
        quality: Option<String>,
    },
    /// No road there and back, or longer than the shift even as the only visit.
    OutOfReach {
        /// Drive there and back in minutes; `None` = no road.
        round_trip_min: Option<i64>,
    },
    /// The day is full: it would end too late by this much.
    NoTime {
        /// Minutes short at the best place in the tour.
        short_min: i64,
    },
    /// The rep's limit of visits is reached.
    MaxVisits {
        /// That limit.
        limit: u32,
    },
    /// The rep's limit of driving would be passed.
    MaxDrive {
        /// That limit.
        limit_min: u32,
        /// By how much.
        over_min: i64,
    },
    /// It would fit, but costs more driving than it is worth.
    NotWorthIt {
        /// Driving it adds.
        adds_min: i64,
        /// What it is worth.
        worth_min: i64,
    },
    /// Planned on another day within its minimum gap.
    InOtherPlan {
        /// That day.
        date: NaiveDate,
        /// Whose plan.
        rep: RepId,
        /// That rep's name.
        rep_name: String,
    },
    /// The rep lacks skills it needs.
    Skill {
        /// Which.
        missing: Vec<String>,
    },
    /// A person took it out of the day.
    Removed,
    /// Nothing: it fits and is worth it. Only beside a day that a person made.
    Fits {
        /// Driving it adds.
        adds_min: i64,
    },
}

impl WhyOut {
    /// The code that stands in JSON.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotDue { .. } => "not_due",
            Self::Closed { .. } => "closed",
            Self::Blocked { .. } => "blocked",
            Self::OffNetwork { .. } => "off_network",
            Self::Unlocated { .. } => "unlocated",
            Self::OutOfReach { .. } => "out_of_reach",
            Self::NoTime { .. } => "no_time",
            Self::MaxVisits { .. } => "max_visits",
            Self::MaxDrive { .. } => "max_drive",
            Self::NotWorthIt { .. } => "not_worth_it",
            Self::InOtherPlan { .. } => "in_other_plan",
            Self::Skill { .. } => "skill",
            Self::Removed => "removed",
            Self::Fits { .. } => "fits",
        }
    }

    /// One line for people.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::NotDue { due_on } => format!("not due until {due_on}"),
            Self::Closed { hours_today, .. } if hours_today.is_empty() => "closed that day".into(),
            Self::Closed {
                hours_today,
                visit_min,
            } => format!(
                "open {}: no room for {visit_min} min within the shift",
                spans(hours_today)
            ),
            Self::Blocked { until, reason } => match reason {
                Some(reason) => format!("blocked until {until}: {reason}"),
                None => format!("blocked until {until}"),
            },
            Self::OffNetwork { limit_m } => format!("no road within {limit_m:.0} m"),
            Self::Unlocated { quality: Some(_) } => "only its town is known".into(),
            Self::Unlocated { quality: None } => "not located".into(),
            Self::OutOfReach {
                round_trip_min: Some(min),
            } => format!("{min} min there and back: too far for the shift"),
            Self::OutOfReach {
                round_trip_min: None,
            } => "no road there and back".into(),
            Self::NoTime { short_min } => format!("would need {short_min} more minutes"),
            Self::MaxVisits { limit } => format!("the limit of {limit} visits is reached"),
            Self::MaxDrive {
                limit_min,
                over_min,
            } => {
                format!("would pass the limit of {limit_min} min driving by {over_min} min")
            }
            Self::NotWorthIt {
                adds_min,
                worth_min,
            } => {
                format!("would add {adds_min} min driving for a visit worth {worth_min} min")
            }
            Self::InOtherPlan { date, rep_name, .. } => format!("planned on {date} by {rep_name}"),
            Self::Skill { missing } => format!("needs {}", missing.join(", ")),
            Self::Removed => "taken out by hand".into(),
            Self::Fits { adds_min } => format!("would fit, adds {adds_min} min"),
        }
    }
}

/// `08:00-13:00, 18:00-02:00 next day`.
fn spans(hours: &[OpenSpan]) -> String {
    let spans: Vec<String> = hours
        .iter()
        .map(|[open, close]| format!("{}-{}", on_the_clock(open), on_the_clock(close)))
        .collect();
    spans.join(", ")
}

/// Hours after midnight as a clock shows them.
fn on_the_clock(time: &str) -> String {
    let hour_and_minute = time.split_once(':');
    let after =
        hour_and_minute.and_then(|(h, m)| Some((h.parse::<u32>().ok()?.checked_sub(24)?, m)));
    match after {
        Some((hour, minute)) if (hour, minute) != (0, "00") => {
            format!("{hour:02}:{minute} next day")
        }
        _ => time.to_owned(),
    }
}

impl DayOff {
    /// The code that stands in JSON.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Weekday => "weekday",
            Self::Blocked { .. } => "blocked",
            Self::Inactive => "inactive",
        }
    }

    /// One line for people.
    #[must_use]
    pub fn text(&self, rep: &str, date: NaiveDate) -> String {
        match self {
            Self::Weekday => format!("{rep} does not work on {}s", date.format("%A")),
            Self::Blocked { until, reason } => match reason {
                Some(reason) => format!("{rep} is off until {until}: {reason}"),
                None => format!("{rep} is off until {until}"),
            },
            Self::Inactive => format!("{rep} is no longer active"),
        }
    }
}

/// A local time of day as `HH:MM`.
#[must_use]
pub fn hh_mm(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gap_is_the_share_of_the_cost_above_the_bound() {
        let bound = |value_s, cost_s| Bound {
            value_s,
            cost_s,
            method: "assignment".into(),
        };
        assert_eq!(bound(75, 100).gap(), 0.25);
        // Rounding to whole seconds may leave the bound one above.
        assert_eq!(bound(101, 100).gap(), 0.0);
        assert_eq!(bound(0, 0).gap(), 0.0);
    }
}
