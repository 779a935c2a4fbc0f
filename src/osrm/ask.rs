//! What may be asked, service by service. Plain data; checked for sense by the services, not here.

use super::hint::Hint;
use crate::geometry::LonLat;

/// A place of a request and what it demands of the road there.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spot {
    /// Where.
    pub at: LonLat,
    /// Metres within which a road must lie; `None` = any distance.
    pub radius_m: Option<f64>,
    /// Direction of travel there.
    pub bearing: Option<Bearing>,
    /// Side of the road.
    pub approach: Approach,
    /// Where an earlier answer found the road.
    pub hint: Option<Hint>,
    /// Whether a private service road will do, which otherwise is only driven on the way.
    pub anywhere: bool,
}

/// Directions of travel within `range` degrees to either side of `degrees` from north.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bearing {
    /// 0 to 360, clockwise.
    pub degrees: f64,
    /// 0 to 180.
    pub range: f64,
}

/// On which side of the road a place may be left or reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Approach {
    /// Any.
    #[default]
    Unrestricted,
    /// With the place on the side of the kerb.
    Curb,
    /// With the place across the road.
    Opposite,
}

/// What all services are asked alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Common {
    /// The places, in order.
    pub spots: Vec<Spot>,
    /// Classes of road to leave out.
    pub exclude: Vec<String>,
    /// Write no hints.
    pub no_hints: bool,
    /// Write no waypoints.
    pub no_waypoints: bool,
}

/// How geometry is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Geometries {
    /// Encoded polyline of five digits.
    #[default]
    Polyline,
    /// Encoded polyline of six digits.
    Polyline6,
    /// A GeoJSON line.
    GeoJson,
}

/// How much of the whole geometry is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overview {
    /// What shows when all of the route is on a screen.
    #[default]
    Simplified,
    /// Every point.
    Full,
    /// Every point, leg by leg.
    ByLegs,
    /// None.
    No,
}

/// What is told of every segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a set of independent wishes")]
#[expect(missing_docs, reason = "the names are those of the API")]
pub struct Annotations {
    pub duration: bool,
    pub distance: bool,
    pub speed: bool,
    pub weight: bool,
    pub nodes: bool,
    pub datasources: bool,
}

impl Annotations {
    /// All of them.
    pub const ALL: Self = Self {
        duration: true,
        distance: true,
        speed: true,
        weight: true,
        nodes: true,
        datasources: true,
    };

    /// Whether anything is wished for.
    #[must_use]
    pub fn any(self) -> bool {
        self != Self::default()
    }
}

/// A route.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RouteAsk {
    /// Places and the like.
    pub common: Common,
    /// Alternatives wished for beside the best.
    pub alternatives: u32,
    /// Write steps.
    pub steps: bool,
    /// Write annotations.
    pub annotations: Annotations,
    /// How geometry is written.
    pub geometries: Geometries,
    /// How much of it.
    pub overview: Overview,
    /// No turning back at waypoints; `None` = as the profile has it.
    pub continue_straight: Option<bool>,
    /// Places that begin and end legs; the others are only passed. Empty = all.
    pub waypoints: Vec<usize>,
}

/// From where distances of unreachable pairs are estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FallbackFrom {
    /// The places as asked for.
    #[default]
    Input,
    /// Their places on the road.
    Snapped,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableAsk {
    /// Places and the like.
    pub common: Common,
    /// Places to start from; empty = all.
    pub sources: Vec<usize>,
    /// Places to go to; empty = all.
    pub destinations: Vec<usize>,
    /// Write durations.
    pub durations: bool,
    /// Write distances.
    pub distances: bool,
    /// Speed along the straight line where there is no route, in tens of metres per second, as OSRM has it.
    pub fallback_speed: Option<f64>,
    /// Between which points that line runs.
    pub fallback_from: FallbackFrom,
    /// Durations are multiplied by this.
    pub scale_factor: f64,
}

impl Default for TableAsk {
    fn default() -> Self {
        Self {
            common: Common::default(),
            sources: Vec::new(),
            destinations: Vec::new(),
            durations: true,
            distances: false,
            fallback_speed: None,
            fallback_from: FallbackFrom::Input,
            scale_factor: 1.0,
        }
    }
}

/// The nearest roads of one place.
#[derive(Clone, Debug, PartialEq)]
pub struct NearestAsk {
    /// The place and the like.
    pub common: Common,
    /// How many.
    pub number: u32,
}

impl Default for NearestAsk {
    fn default() -> Self {
        Self {
            common: Common::default(),
            number: 1,
        }
    }
}

/// The best order of places.
#[derive(Clone, Debug, PartialEq)]
pub struct TripAsk {
    /// Places, and how the trip is written.
    pub route: RouteAsk,
    /// Come back to the first place.
    pub roundtrip: bool,
    /// Begin at the first place.
    pub source_first: bool,
    /// End at the last place.
    pub destination_last: bool,
}

impl Default for TripAsk {
    fn default() -> Self {
        Self {
            route: RouteAsk::default(),
            roundtrip: true,
            source_first: false,
            destination_last: false,
        }
    }
}
