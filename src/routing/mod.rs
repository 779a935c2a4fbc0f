//! Router (shared), Query (scratch), TravelMatrix, reach. Never knows tags, accounts or JSON.
//!
//! The search runs over *arcs* ([`crate::network::ArcId`]): being on a directed edge, having come a certain way. That
//! is what makes turn costs and restrictions exact. A label says what it costs to have entered an arc; a trip starts and
//! ends anywhere along an edge. [`Router::route`] is plain Dijkstra, [`Router::route_bidirectional`] meets in the middle,
//! [`Router::matrix`] and [`Router::reach`] share the same search. They are the judges of any faster engine.

mod bidirectional;
mod frontier;
mod matrix;
mod metric;
mod one_to_many;
mod place;
mod reach;
mod route;

pub use frontier::Query;
pub use matrix::TravelMatrix;
pub use reach::{Direction, Reach, ReachedEdge};
pub use route::{Route, RouteEdge};

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::network::{Network, Snap};

/// Finds routes. Cheap to clone and to share; each thread brings its own [`Query`].
#[derive(Clone, Debug)]
pub struct Router {
    network: Arc<Network>,
}

impl Router {
    /// A router on `network`.
    #[must_use]
    pub const fn new(network: Arc<Network>) -> Self {
        Self { network }
    }

    /// The roads that it routes on.
    #[must_use]
    pub const fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// Scratch for queries on this router.
    #[must_use]
    pub fn query(&self) -> Query {
        Query::new(&self.network)
    }

    /// The cheapest route from `from` to `to`, of equally cheap ones the fastest; `None` when there is none.
    ///
    /// Either direction of a two-way road may be taken at both ends. A place at a junction counts as the junction:
    /// all its roads begin there. Plain Dijkstra: O((turns + arcs) log arcs) within the cost of the route.
    #[must_use]
    pub fn route(&self, query: &mut Query, from: &Snap, to: &Snap) -> Option<Route> {
        route::plain(&self.network, query, from, to)
    }

    /// The same as [`Router::route`], searched from both ends. Cost and time are equal; where several routes are equal
    /// in both, the edges may differ.
    #[must_use]
    pub fn route_bidirectional(&self, query: &mut Query, from: &Snap, to: &Snap) -> Option<Route> {
        bidirectional::route(&self.network, query, from, to)
    }

    /// Times and lengths of the routes from each of `from` to each of `to`, searched in parallel by row.
    #[must_use]
    pub fn matrix(&self, from: &[Snap], to: &[Snap]) -> TravelMatrix {
        matrix::matrix(&self.network, from, to)
    }

    /// All roads that can be driven to (or from, for [`Direction::Towards`]) within `limit` of the nearest of
    /// `origins`.
    ///
    /// Routes minimise (entries into restricted stretches, time): pure time, but nobody drives through a private
    /// yard; a road that its other direction reaches with fewer entries is not reached the worse way. The whole region is searched before the limit is applied, because a road whose permitted way takes longer than
    /// the limit must not count as reached over a yard.
    #[must_use]
    pub fn reach(
        &self,
        query: &mut Query,
        origins: &[Snap],
        limit: crate::units::Millis,
        direction: Direction,
    ) -> Reach {
        reach::reach(&self.network, query, origins, limit, direction)
    }
}
