//! What a team may set: [`Settings`], with the defaults of the trade. Shown where they are used and part of every run id.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

use crate::accounts::cadence::CadenceRules;

/// Every default that changes an answer. Units are in the names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// When accounts are due and what a visit is worth.
    #[serde(flatten)]
    pub cadence: CadenceRules,
    /// The period that visit frequencies refer to, in days.
    pub period_days: u32,
    /// Minutes on site where the account says nothing.
    pub visit_min: u32,
    /// Minutes for parking and walking in, before each visit.
    pub parking_min: u32,
    /// Length of lunch in minutes, for reps whose list says nothing about it.
    pub lunch_min: u32,
    /// Earliest start of that lunch.
    pub lunch_earliest: NaiveTime,
    /// Latest start of that lunch.
    pub lunch_latest: NaiveTime,
    /// Farthest an account may lie from a road, in metres.
    pub snap_limit_m: f64,
    /// Farthest an account may lie from its rep's home, in minutes of driving.
    pub reach_min: u32,
    /// Drive minutes that reach polygons show.
    pub reach_bands_min: Vec<u32>,
    /// Length of the window that frequency coverage looks back on, in days.
    pub window_days: u32,
    /// How far ahead plans are made, in days.
    pub horizon_days: u32,
    /// Factor k of the travel estimate k * sqrt(n A): the constant of the travelling salesman times the detour of roads.
    pub travel_factor: f64,
    /// Speed that the travel estimate assumes, in km/h.
    pub travel_speed_kmh: f64,
    /// What dropping a suggested visit costs when a day is planned again, in seconds of travel.
    pub stability_s: u32,
    /// How far a pinned stop may shift, earlier or later, in minutes.
    pub pin_leeway_min: u32,
    /// How far driving times lie from the planned, as their standard deviation over the planned: the chances of a day's times.
    pub drive_spread: f64,
    /// How far visits lie from their planned length, likewise.
    pub visit_spread: f64,
    /// Most candidates that one day's search looks at; the rest is judged against the finished tour.
    pub candidates: u32,
    /// Work budget of one day's search, in iterations.
    pub iterations: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cadence: CadenceRules::default(),
            period_days: 28,
            visit_min: 30,
            parking_min: 3,
            lunch_min: 30,
            lunch_earliest: NaiveTime::from_hms_opt(12, 0, 0).expect("noon exists"),
            lunch_latest: NaiveTime::from_hms_opt(13, 30, 0).expect("half past one exists"),
            snap_limit_m: 500.0,
            reach_min: 45,
            reach_bands_min: vec![10, 20, 30, 45],
            window_days: 84,
            horizon_days: 7,
            travel_factor: 0.7124 * 1.3,
            travel_speed_kmh: 40.0,
            stability_s: 600,
            pin_leeway_min: 15,
            drive_spread: 0.2,
            visit_spread: 0.25,
            candidates: 60,
            iterations: 20_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_trade() {
        let s = Settings::default();
        assert_eq!(s.cadence.interval_by_class["A"], 14);
        assert_eq!(s.cadence.interval_by_class["C"], 56);
        assert_eq!(s.window_days, 12 * 7);
    }

    #[test]
    fn a_partial_file_keeps_the_other_defaults() {
        let s: Settings = serde_json::from_str(r#"{"reach_min": 30, "phone_resets": true}"#)
            .expect("valid settings");
        let mut expected = Settings {
            reach_min: 30,
            ..Settings::default()
        };
        expected.cadence.phone_resets = true;
        assert_eq!(s, expected);
    }
}
