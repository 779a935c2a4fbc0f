//! What a search minimises.

use std::ops::Add;

use crate::network::{Cost, EdgeId, Network, TurnRow};

/// Cost first, then time, so that the time of a cheapest route does not depend on how it was searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weight {
    pub cost: Cost,
    pub time_ms: u64,
}

impl Weight {
    pub const ZERO: Self = Self {
        cost: Cost::ZERO,
        time_ms: 0,
    };
}

impl Add for Weight {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            cost: self.cost + other.cost,
            time_ms: self.time_ms + other.time_ms,
        }
    }
}

/// A measure of edges and turns.
pub(super) trait Metric {
    /// Weight of an edge, or a part of it, that takes so many milliseconds of time and of cost.
    fn of(time_ms: u64, cost_ms: u64) -> Weight;
    /// Weight of a turn.
    fn turn(turn: &TurnRow) -> Weight;

    /// Weight of a whole edge.
    fn edge(network: &Network, edge: EdgeId) -> Weight {
        let (time_ms, cost_ms, _) = network.weights(edge);
        Self::of(time_ms, cost_ms)
    }

    /// Weight of the part of an edge between two shares. Parts add up to the whole exactly, however it is cut, except where
    /// there is a wait: nobody pays for one who stops or sets off there.
    fn part(network: &Network, edge: EdgeId, from: f64, to: f64) -> Weight {
        let (time_ms, cost_ms) = network.part(edge, from, to);
        Self::of(time_ms, cost_ms)
    }
}

/// The part of a whole number between two shares.
pub(super) fn part(whole: u64, from: f64, to: f64) -> u64 {
    let upto = |share: f64| (whole as f64 * share.clamp(0.0, 1.0)).round() as u64;
    upto(to).saturating_sub(upto(from))
}

/// Entries, then time with preference applied: what routes and tables minimise.
pub(super) struct Preferred;

impl Metric for Preferred {
    fn of(time_ms: u64, cost_ms: u64) -> Weight {
        Weight {
            cost: Cost::from_millis(cost_ms),
            time_ms,
        }
    }

    fn turn(turn: &TurnRow) -> Weight {
        Weight {
            cost: turn.path_cost(),
            time_ms: u64::from(turn.time_ms),
        }
    }
}

/// Entries, then time: what reach minimises.
pub(super) struct Fastest;

impl Metric for Fastest {
    fn of(time_ms: u64, _: u64) -> Weight {
        Weight {
            cost: Cost::from_millis(time_ms),
            time_ms,
        }
    }

    fn turn(turn: &TurnRow) -> Weight {
        let time_ms = u64::from(turn.time_ms);
        Weight {
            cost: Cost(Cost::ENTRY.0 * turn.entries()) + Cost::from_millis(time_ms),
            time_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn parts_add_up_to_the_whole() {
        for whole in [0, 1, 7, 1_000_003] {
            for cut in [0.0, 0.1, 0.333, 0.5, 0.999, 1.0] {
                assert_eq!(part(whole, 0.0, cut) + part(whole, cut, 1.0), whole);
            }
        }
        assert_eq!(part(10, 0.8, 0.2), 0);
    }
}
