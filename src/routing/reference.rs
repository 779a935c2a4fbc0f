//! The searches that are simple enough to trust: Dijkstra over arcs, with no index at all.
//!
//! They judge the hierarchy in tests, and answer in its place for trips of more than a day and a half, which do not fit
//! its weights.

use std::sync::Arc;

use super::frontier::Frontiers;
use super::place::Stand;
use super::{Direction, Reach, Route, TravelMatrix, bidirectional, matrix, reach, route};
use crate::network::{Network, Snap};
use crate::units::Millis;

/// Finds what [`super::Router`] finds, slowly.
#[derive(Debug)]
pub struct Reference {
    network: Arc<Network>,
    frontiers: Frontiers,
}

impl Reference {
    /// A search on `network` with its scratch, about 80 bytes per arc.
    #[must_use]
    pub fn new(network: Arc<Network>) -> Self {
        Self {
            frontiers: Frontiers::new(&network),
            network,
        }
    }

    fn stands(&self, from: &Snap, to: &Snap) -> (Stand, Stand) {
        (Stand::of(&self.network, from), Stand::of(&self.network, to))
    }

    /// The cheapest route, of equally cheap ones the fastest: plain Dijkstra, O((turns + arcs) log arcs) within the cost
    /// of the route.
    #[must_use]
    pub fn route(&mut self, from: &Snap, to: &Snap) -> Option<Route> {
        let (from, to) = self.stands(from, to);
        route::plain(&self.network, &mut self.frontiers, &from, &to)
    }

    /// The same, searched from both ends. Cost and time are equal; where several routes are equal in both, the edges may
    /// differ.
    #[must_use]
    pub fn route_bidirectional(&mut self, from: &Snap, to: &Snap) -> Option<Route> {
        let (from, to) = self.stands(from, to);
        bidirectional::route(&self.network, &mut self.frontiers, &from, &to)
    }

    /// Times and lengths of the routes from each of `from` to each of `to`, one search for each row, in parallel.
    #[must_use]
    pub fn matrix(&self, from: &[Snap], to: &[Snap]) -> TravelMatrix {
        let stands = |snaps| Stand::all(&self.network, snaps);
        matrix::matrix(&self.network, &stands(from), &stands(to))
    }

    /// All roads within a driving time: one search over the whole region.
    #[must_use]
    pub fn reach(&mut self, origins: &[Snap], limit: Millis, direction: Direction) -> Reach {
        reach::reach(
            &self.network,
            &mut self.frontiers,
            origins,
            limit,
            direction,
        )
    }
}
