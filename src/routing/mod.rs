//! Router (shared), Query (scratch), TravelMatrix, reach. Never knows tags, accounts or JSON.
//!
//! Searches run over *arcs* ([`crate::network::ArcId`]): being on a directed edge, having come a certain way. That is what
//! makes turn costs and restrictions exact. A trip starts and ends anywhere along an edge.
//!
//! [`Router`] answers by a [`Hierarchy`] of the arcs (`cch`), which a region brings along: `ends` says where trips enter
//! and leave it, and `quick_route`, `quick_matrix` and `quick_reach` ask it. [`Reference`] answers the same questions by
//! plain Dijkstra, slowly and without an index; it is the judge of everything else.

mod alternatives;
mod avoid;
mod bidirectional;
mod cache;
mod cch;
mod ends;
mod frontier;
mod hierarchy;
mod matrix;
mod metric;
mod one_to_many;
mod place;
mod query;
mod quick_matrix;
mod quick_reach;
mod quick_route;
mod reach;
mod reference;
mod route;
mod spec;
mod speeds;

pub use avoid::{AreaError, MOST_CORNERS};
use cache::Cache;
pub use hierarchy::Hierarchy;
pub use matrix::{TravelMatrix, TravelRow};
pub use place::{Place, Stand};
use query::Pool;
pub use query::Query;
pub use quick_matrix::TravelTable;
pub use reach::{Direction, Reach, ReachedEdge};
pub use reference::Reference;
pub use route::{Route, RouteEdge, Totals};
pub use spec::{Exclusion, MetricError, MetricSpec};
pub use speeds::{SegmentSpeeds, SpeedError};

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::network::{Network, Snap};
use crate::units::Millis;

/// Finds routes. Cheap to clone and to share; each thread brings its own [`Query`].
#[derive(Clone, Debug)]
pub struct Router {
    network: Arc<Network>,
    hierarchy: Arc<Hierarchy>,
    pool: Arc<Pool>,
    metrics: Arc<Cache>,
}

impl Router {
    /// A router on `network`, which builds its hierarchy first: some seconds for a large city, see
    /// [`Router::with_hierarchy`].
    #[must_use]
    pub fn new(network: Arc<Network>) -> Self {
        let hierarchy = Arc::new(Hierarchy::build(&network));
        Self::with_hierarchy(network, hierarchy)
    }

    /// A router on `network` with the hierarchy that was built from it.
    #[must_use]
    pub fn with_hierarchy(network: Arc<Network>, hierarchy: Arc<Hierarchy>) -> Self {
        Self {
            network,
            hierarchy,
            pool: Arc::default(),
            metrics: Arc::default(),
        }
    }

    /// A router that drives otherwise: the same edges, turns and ids, other times, some roads left out. Places for it are
    /// to be snapped on its own [`Router::network`], which leaves closed roads aside.
    ///
    /// The wish is worked out when it is first asked for (some tenths of a second for a large city) and kept with the
    /// others while memory allows, least recently asked for first to go; so asking again is cheap.
    ///
    /// # Errors
    /// When the wish makes no sense.
    pub fn metric(&self, spec: &MetricSpec) -> Result<Self, MetricError> {
        if spec.is_default() {
            return Ok(self.clone());
        }
        let shared = || self.hierarchy.foundation_bytes();
        self.metrics.get(spec.key(), shared, || {
            let network = spec.apply(&self.network)?;
            let hierarchy = self.hierarchy.beside(&self.network, &network);
            hierarchy.warm(&network);
            Ok(Self {
                network: Arc::new(network),
                hierarchy: Arc::new(hierarchy),
                pool: Arc::clone(&self.pool),
                metrics: Arc::default(),
            })
        })
    }

    /// Works out the weights of routes and tables now, so that the first who asks need not wait.
    pub fn warm(&self) {
        self.hierarchy.warm(&self.network);
    }

    /// Memory in bytes that this router takes beside the one that it was made of.
    fn own_bytes(&self) -> usize {
        self.network.own_bytes() + self.hierarchy.weight_bytes()
    }

    /// The roads that it routes on.
    #[must_use]
    pub const fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// Scratch for queries on this router.
    #[must_use]
    pub fn query(&self) -> Query {
        self.pool.query()
    }

    /// The same searches without the hierarchy, to check against.
    #[must_use]
    pub fn reference(&self) -> Reference {
        Reference::new(Arc::clone(&self.network))
    }

    /// The cheapest route from `from` to `to`, of equally cheap ones the fastest, of those the shortest; `None` when there
    /// is none.
    ///
    /// Either direction of a two-way road may be taken at both ends. A place at a junction counts as the junction:
    /// all its roads begin there. O(shortcuts above both ends), tens of microseconds in a large city.
    #[must_use]
    pub fn route(&self, query: &mut Query, from: &Snap, to: &Snap) -> Option<Route> {
        self.route_between(
            query,
            &Stand::of(&self.network, from),
            &Stand::of(&self.network, to),
        )
    }

    /// The best route and at most `others` good ones beside it, as [`Router::alternatives`] finds them; none when there is no way.
    #[must_use]
    pub fn ways(&self, query: &mut Query, from: &Snap, to: &Snap, others: usize) -> Vec<Route> {
        let (from, to) = (Stand::of(&self.network, from), Stand::of(&self.network, to));
        let Some(best) = self.route_between(query, &from, &to) else {
            return Vec::new();
        };
        let mut ways = self.alternatives(query, &from, &to, &best, others);
        ways.insert(0, best);
        ways
    }

    /// The same between stands, which may leave out some of the directions and roads.
    #[must_use]
    pub fn route_between(&self, query: &mut Query, from: &Stand, to: &Stand) -> Option<Route> {
        quick_route::route(self, query, from, to)
    }

    /// What [`Router::route_between`] takes, in less time than finding its edges would take.
    #[must_use]
    pub fn totals_between(&self, query: &mut Query, from: &Stand, to: &Stand) -> Option<Totals> {
        quick_route::totals(self, query, from, to)
    }

    /// At most `count` other good ways beside `best`, which is what [`Router::route_between`] found, best first.
    ///
    /// Each costs at most a quarter more, shares at most three quarters of its time with any route before it, and has no
    /// detour in it: its stretches around the middle, a quarter of the best route long, are themselves the cheapest ways
    /// between their ends. There may be none.
    #[must_use]
    pub fn alternatives(
        &self,
        query: &mut Query,
        from: &Stand,
        to: &Stand,
        best: &Route,
        count: usize,
    ) -> Vec<Route> {
        alternatives::alternatives(self, query, from, to, best, count)
    }

    /// Times and lengths of the routes from each of `from` to each of `to`, in parallel.
    #[must_use]
    pub fn matrix(&self, from: &[Snap], to: &[Snap]) -> TravelMatrix {
        let stands = |snaps| Stand::all(&self.network, snaps);
        self.matrix_between(&stands(from), &stands(to))
    }

    /// The same between stands, which may leave out some of the directions and roads.
    #[must_use]
    pub fn matrix_between(&self, from: &[Stand], to: &[Stand]) -> TravelMatrix {
        quick_matrix::matrix(self, from, to)
    }

    /// The same to be worked out some rows at a time, for tables that are too large to lie in memory; with lengths or,
    /// which is faster, with times alone.
    #[must_use]
    pub fn table_between(&self, from: Vec<Stand>, to: &[Stand], lengths: bool) -> TravelTable {
        TravelTable::new(self, from, to, lengths)
    }

    /// All roads that can be driven to (or from, for [`Direction::Towards`]) within `limit` of the nearest of
    /// `origins`.
    ///
    /// Routes minimise (entries into restricted stretches, time): pure time, but nobody drives through a private
    /// yard; a road that its other direction reaches with fewer entries is not reached the worse way, and one whose
    /// permitted way takes longer than the limit does not count as reached over a yard.
    #[must_use]
    pub fn reach(
        &self,
        query: &mut Query,
        origins: &[Snap],
        limit: Millis,
        direction: Direction,
    ) -> Reach {
        quick_reach::reach(self, query, origins, limit, direction)
    }
}
