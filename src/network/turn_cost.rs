//! What a turn costs by its angle: nothing straight on, some seconds round a corner, much for turning back.
//!
//! The shape is the smooth step that OSRM's car profile made common: a logistic curve over the turning angle that
//! stays near zero for bends and nears its maximum for sharp turns, a little dearer across oncoming traffic.

use crate::geometry::{LonLat, bearing, distance};
use crate::units::Millis;

/// How turns are priced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TurnModel {
    /// What the sharpest turn approaches.
    pub sharpest: Millis,
    /// What turning back costs on top.
    pub turning_back: Millis,
    /// How much dearer turns across oncoming traffic are than those to the near side; below 1 they are cheaper.
    pub side_bias: f64,
    /// Turns take whole multiples of this, rounded down; at least a millisecond.
    pub grain: Millis,
}

impl TurnModel {
    /// Turns cost nothing; for comparing bare distances with other engines.
    pub const FREE: Self = Self {
        sharpest: Millis::ZERO,
        turning_back: Millis::ZERO,
        side_bias: 1.0,
        grain: Millis(1),
    };
}

impl Default for TurnModel {
    /// 7.5 s for the sharpest turn, 20 s more for turning back.
    fn default() -> Self {
        Self {
            sharpest: Millis(7_500),
            turning_back: Millis(20_000),
            side_bias: 1.075,
            grain: Millis(1),
        }
    }
}

/// How steep the step is, and where its middle lies.
const STEEPNESS: f64 = 13.0;
/// Length of road that decides the direction in which an edge leaves or reaches a junction. Junctions are drawn with
/// short kinks; the direction some metres away says better what a driver does.
const LOOK_M: f64 = 12.0;

/// What decides the price of a turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// Degrees, positive to the right, -180 to 180.
    pub angle: f64,
    pub drives_left: bool,
    pub back: bool,
}

/// Milliseconds that the turn takes.
pub(crate) fn turn_millis(model: &TurnModel, turn: Turn) -> i64 {
    // Crossing oncoming traffic is a left turn where traffic keeps right.
    let across = (turn.angle < 0.0) != turn.drives_left;
    let bias = if across {
        model.side_bias
    } else {
        1.0 / model.side_bias
    };
    let step = STEEPNESS * bias * turn.angle.abs() / 180.0 - STEEPNESS / 2.0 / bias;
    let turning = model.sharpest.0 as f64 / (1.0 + (-step).exp());
    let back = if turn.back { model.turning_back.0 } else { 0 };
    match model.grain.0 {
        ..=1 => turning.round() as i64 + back,
        grain => (turning as i64 + back) / grain * grain,
    }
}

/// Bearing with which `line` leaves its first point; `None` when all its points coincide.
pub(crate) fn leaving(line: impl IntoIterator<Item = LonLat>) -> Option<f64> {
    let mut line = line.into_iter();
    let start = line.next()?;
    let mut best = None;
    for point in line {
        let away = distance(start, point).0;
        if away > 0.0 {
            best = Some(bearing(start, point));
        }
        if away >= LOOK_M {
            break;
        }
    }
    best
}

/// Angle from one bearing to the next in degrees, positive to the right.
pub(crate) fn angle_between(arriving: f64, leaving: f64) -> f64 {
    let turn = (leaving - arriving).rem_euclid(360.0);
    if turn > 180.0 { turn - 360.0 } else { turn }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis(angle: f64, drives_left: bool) -> i64 {
        let turn = Turn {
            angle,
            drives_left,
            back: false,
        };
        turn_millis(&TurnModel::default(), turn)
    }

    #[test]
    fn straight_on_is_nearly_free_and_sharp_turns_near_the_maximum() {
        assert!(millis(0.0, false) < 50);
        assert!(millis(90.0, false) > 2_000 && millis(90.0, false) < 5_000);
        assert!(millis(170.0, false) > 6_500 && millis(170.0, false) <= 7_500);
        let steps: Vec<_> = (0..18).map(|i| millis(f64::from(i) * 10.0, true)).collect();
        assert!(steps.is_sorted(), "{steps:?}");
    }

    #[test]
    fn crossing_oncoming_traffic_is_dearer_on_either_side_of_the_world() {
        assert!(millis(-90.0, false) > millis(90.0, false));
        assert!(millis(90.0, true) > millis(-90.0, true));
        assert_eq!(millis(90.0, true), millis(-90.0, false));
        let turned = TurnModel {
            side_bias: 1.0 / TurnModel::default().side_bias,
            ..TurnModel::default()
        };
        let turn = Turn {
            angle: 90.0,
            drives_left: false,
            back: false,
        };
        assert_eq!(turn_millis(&turned, turn), millis(-90.0, false));
    }

    #[test]
    fn turning_back_costs_twenty_seconds_more() {
        let turn = Turn {
            angle: 180.0,
            drives_left: true,
            back: true,
        };
        assert_eq!(
            turn_millis(&TurnModel::default(), turn) - millis(180.0, true),
            20_000
        );
    }

    #[test]
    fn angles_wrap_around_north() {
        assert!((angle_between(350.0, 20.0) - 30.0).abs() < 1e-9);
        assert!((angle_between(20.0, 350.0) + 30.0).abs() < 1e-9);
        assert!((angle_between(90.0, 270.0) - 180.0).abs() < 1e-9);
    }

    #[test]
    fn a_short_kink_does_not_decide_the_direction() {
        let start = LonLat::new(14.0, 36.0);
        // One metre east, then sixty metres north.
        let line = [
            start,
            LonLat::new(14.000_011, 36.0),
            LonLat::new(14.000_011, 36.0005),
        ];
        let b = leaving(line).unwrap();
        assert!(!(2.0..=358.0).contains(&b), "{b}");
        assert_eq!(leaving([start, start]), None);
    }
}
