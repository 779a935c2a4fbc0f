//! Answers in the words of the OSRM HTTP API: routes with steps, tables, nearest roads, round trips.
//!
//! [`Services`] is the face: it takes a question (`ask`) and returns the JSON text of the answer or a [`Fault`]. On the way,
//! `waypoint` snaps the places asked for, `journey` finds the legs between them, `course` spells a leg out point by point,
//! `steps` reads manoeuvres off it (`junction`, `manoeuvre`), and `write` puts it down as JSON (`json`, [`crate::polyline`]).
//!
//! Knows roads and routes; never HTTP, URLs or accounts. How a question is spelt in an address is `api`'s matter.

mod annotation;
mod ask;
mod bearing;
mod course;
mod exclude;
mod fault;
mod hint;
mod journey;
mod json;
mod junction;
mod manoeuvre;
mod nearest;
mod order;
mod overview;
mod route;
mod steps;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod trip;
mod waypoint;
mod write;

pub use ask::{
    Annotations, Approach, Bearing, Common, FallbackFrom, Geometries, NearestAsk, Overview,
    RouteAsk, Spot, TableAsk, TripAsk,
};
pub use fault::{Code, Fault};
pub use hint::Hint;
pub use table::TableText;

use std::sync::{Arc, OnceLock};

use crate::network::Network;
use crate::routing::Router;
use junction::Sights;

/// The most that one request may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Places in one route.
    pub route_places: usize,
    /// Sources times destinations of one table may be at most the square of this.
    pub table_places: usize,
    /// Places in one trip.
    pub trip_places: usize,
    /// Results of one nearest request.
    pub nearest_results: usize,
    /// Alternatives beside the best route.
    pub alternatives: usize,
}

impl Default for Limits {
    /// 500 places in a route, 3,000 x 3,000 in a table, 200 in a trip, 100 results, 3 alternatives.
    fn default() -> Self {
        Self {
            route_places: 500,
            table_places: 3_000,
            trip_places: 200,
            nearest_results: 100,
            alternatives: 3,
        }
    }
}

/// What operators and profiles choose.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// See [`Limits`].
    pub limits: Limits,
    /// Said in every answer, if anything.
    pub data_version: Option<String>,
    /// Whether routes go straight on at waypoints when the request does not say.
    pub straight_on: bool,
    /// How one travels off ferries and trains: `driving`, `walking` or `cycling`.
    pub travel: &'static str,
    /// What is minimised, as routes name it.
    pub weight_name: String,
    /// Components of fewer nodes are left for larger ones nearby when not all places of a request lie in the same one.
    pub small_component_nodes: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            data_version: None,
            straight_on: true,
            travel: "driving",
            weight_name: "routability".into(),
            small_component_nodes: 100,
        }
    }
}

/// Answers requests on one router. Cheap to share; every call brings its own scratch.
#[derive(Clone, Debug)]
pub struct Services {
    router: Router,
    settings: Arc<Settings>,
    /// What is seen at the junctions, whatever the roads are charged; looked up when steps are first asked for.
    sights: Arc<OnceLock<Sights>>,
    /// Tells hints of these roads from those of others.
    stamp: u32,
}

impl Services {
    /// Services on `router`. `roads` names the roads (a hash of them): hints of other roads are not taken for ours.
    #[must_use]
    pub fn new(router: Router, settings: Settings, roads: &str) -> Self {
        let hash = blake3::hash(roads.as_bytes());
        let stamp = hash.as_bytes()[..4]
            .iter()
            .fold(0, |stamp, byte| stamp << 8 | u32::from(*byte));
        Self {
            router,
            settings: Arc::new(settings),
            sights: Arc::default(),
            stamp,
        }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        Arc::make_mut(&mut self.settings).limits = limits;
        self
    }

    /// What was chosen.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    fn network(&self) -> &Network {
        self.router.network()
    }

    fn sights(&self) -> &Sights {
        self.sights.get_or_init(|| Sights::new(self.network()))
    }
}
