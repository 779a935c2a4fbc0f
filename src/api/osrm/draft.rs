//! A request while it is being read: places, lists with one entry for each place, and the options of all services.

use super::scan::Scan;
use super::url::Service;
use super::values::{
    alternatives, annotations, bearing, boolean, each, hint, indices, names, radius, word,
};
use crate::geometry::LonLat;
use crate::osrm::{
    Approach, Bearing, Code, Common, FallbackFrom, Fault, Geometries, Hint, NearestAsk, Overview,
    RouteAsk, Spot, TableAsk, TripAsk,
};

/// What has been read so far.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Longitude and latitude, not checked yet.
    places: Vec<[f64; 2]>,
    radiuses: Vec<Option<f64>>,
    bearings: Vec<Option<Bearing>>,
    approaches: Vec<Option<Approach>>,
    hints: Vec<Option<Hint>>,
    anywhere: bool,
    common: Common,
    route: RouteAsk,
    table: TableAsk,
    nearest: NearestAsk,
    trip: TripAsk,
}

/// Why an option cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The service has no such option.
    Unknown,
    /// The value makes no sense from this byte on.
    At(usize),
}

/// The form of an option's value, for those who write it otherwise (JSON).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One value.
    One,
    /// Values with commas between.
    Commas,
    /// Values with semicolons between.
    Semicolons,
}

impl Form {
    /// Of the option of this name.
    pub fn of(name: &str) -> Self {
        match name {
            "annotations" | "exclude" => Self::Commas,
            "radiuses" | "bearings" | "approaches" | "hints" | "sources" | "destinations"
            | "waypoints" | "timestamps" => Self::Semicolons,
            _ => Self::One,
        }
    }
}

impl Draft {
    /// A request for these places, longitude first.
    pub fn of(places: Vec<[f64; 2]>) -> Self {
        Self {
            places,
            ..Self::default()
        }
    }

    /// Whether the service has an option of this name.
    pub fn knows(service: Service, name: &str) -> bool {
        Self::default().set(service, name, "") != Err(Wrong::Unknown)
    }

    /// Reads the value of an option.
    ///
    /// # Errors
    /// When the service does not have it or the value cannot be read.
    pub fn set(&mut self, service: Service, name: &str, value: &str) -> Result<(), Wrong> {
        let scan = &mut Scan::new(value);
        let read = match service {
            Service::Route => self.set_route(name, scan),
            Service::Table => self.set_table(name, scan),
            Service::Trip => self.set_trip(name, scan),
            Service::Nearest if name == "number" => {
                Some(scan.natural().map(|n| self.nearest.number = n).is_some())
            }
            _ => None,
        };
        match read.or_else(|| self.set_common(name, scan)) {
            None => Err(Wrong::Unknown),
            Some(true) if scan.is_done() => Ok(()),
            Some(_) => Err(Wrong::At(scan.at())),
        }
    }

    /// `None` when there is no such option; else whether its value is good.
    fn set_common(&mut self, name: &str, scan: &mut Scan<'_>) -> Option<bool> {
        let read: Option<()> = match name {
            "radiuses" => each(scan, radius).map(|read| self.radiuses = read),
            "bearings" => each(scan, bearing).map(|read| self.bearings = read),
            "approaches" => each(scan, |s| word(s, APPROACHES)).map(|it| self.approaches = it),
            "hints" => each(scan, hint).map(|read| self.hints = read),
            "generate_hints" => boolean(scan).map(|yes| self.common.no_hints = !yes),
            "skip_waypoints" => boolean(scan).map(|yes| self.common.no_waypoints = yes),
            "exclude" => names(scan).map(|read| self.common.exclude = read),
            "snapping" => word(scan, &[("default", false), ("any", true)])
                .map(|anywhere| self.anywhere = anywhere),
            _ => return None,
        };
        Some(read.is_some())
    }

    fn set_route(&mut self, name: &str, scan: &mut Scan<'_>) -> Option<bool> {
        let route = &mut self.route;
        let read: Option<()> = match name {
            "alternatives" => alternatives(scan).map(|count| route.alternatives = count),
            "continue_straight" => word(scan, STRAIGHT).map(|it| route.continue_straight = it),
            "waypoints" => indices(scan).map(|it| route.waypoints = it),
            _ => return self.set_shown(name, scan),
        };
        Some(read.is_some())
    }

    fn set_trip(&mut self, name: &str, scan: &mut Scan<'_>) -> Option<bool> {
        let trip = &mut self.trip;
        let read: Option<()> = match name {
            "roundtrip" => boolean(scan).map(|yes| trip.roundtrip = yes),
            "source" => word(scan, SOURCES).map(|first| trip.source_first = first),
            "destination" => word(scan, DESTINATIONS).map(|last| trip.destination_last = last),
            _ => return self.set_shown(name, scan),
        };
        Some(read.is_some())
    }

    /// How routes and trips are written.
    fn set_shown(&mut self, name: &str, scan: &mut Scan<'_>) -> Option<bool> {
        let route = &mut self.route;
        let read: Option<()> = match name {
            "steps" => boolean(scan).map(|yes| route.steps = yes),
            "geometries" => word(scan, GEOMETRIES).map(|it| route.geometries = it),
            "overview" => word(scan, OVERVIEWS).map(|it| route.overview = it),
            "annotations" => annotations(scan).map(|it| route.annotations = it),
            _ => return None,
        };
        Some(read.is_some())
    }

    fn set_table(&mut self, name: &str, scan: &mut Scan<'_>) -> Option<bool> {
        let table = &mut self.table;
        let read: Option<()> = match name {
            "sources" => indices(scan).map(|it| table.sources = it),
            "destinations" => indices(scan).map(|it| table.destinations = it),
            "annotations" => annotations(scan)
                .filter(|it| it.duration || it.distance)
                .map(|it| (table.durations, table.distances) = (it.duration, it.distance)),
            "fallback_speed" => scan.number().map(|it| table.fallback_speed = Some(it)),
            "scale_factor" => scan.number().map(|it| table.scale_factor = it),
            "fallback_coordinate" => word(scan, FALLBACKS).map(|it| table.fallback_from = it),
            _ => return None,
        };
        Some(read.is_some())
    }

    /// The question about a route.
    ///
    /// # Errors
    /// When options and places do not go together.
    pub fn into_route(mut self) -> Result<RouteAsk, Fault> {
        let common = self.common(2, Code::InvalidValue)?;
        exist("waypoints", &self.route.waypoints, common.spots.len())?;
        if self.route.waypoints.windows(2).any(|two| two[0] >= two[1]) {
            return Err(invalid("waypoints need to be in ascending order"));
        }
        Ok(RouteAsk {
            common,
            ..self.route
        })
    }

    /// The question about a table.
    ///
    /// # Errors
    /// As above.
    pub fn into_table(mut self) -> Result<TableAsk, Fault> {
        let common = self.common(2, Code::InvalidOptions)?;
        exist("sources", &self.table.sources, common.spots.len())?;
        exist("destinations", &self.table.destinations, common.spots.len())?;
        let positive = |name: &str, value: f64| {
            let fault = || invalid(format!("{name} must be > 0"));
            (value > 0.0).then_some(()).ok_or_else(fault)
        };
        positive("fallback_speed", self.table.fallback_speed.unwrap_or(1.0))?;
        positive("scale_factor", self.table.scale_factor)?;
        Ok(TableAsk {
            common,
            ..self.table
        })
    }

    /// The question about the nearest roads.
    ///
    /// # Errors
    /// As above.
    pub fn into_nearest(mut self) -> Result<NearestAsk, Fault> {
        Ok(NearestAsk {
            common: self.common(1, Code::InvalidOptions)?,
            ..self.nearest
        })
    }

    /// The question about a trip.
    ///
    /// # Errors
    /// As above.
    pub fn into_trip(self) -> Result<TripAsk, Fault> {
        let trip = self.trip.clone();
        let route = self.into_route()?;
        Ok(TripAsk { route, ..trip })
    }

    /// Places with what is said of each. `least` of them are needed; `off_globe` tells of one that is not on the globe.
    fn common(&mut self, least: usize, off_globe: Code) -> Result<Common, Fault> {
        self.check(least)?;
        let spots = self.places.iter().enumerate().map(|(i, [lon, lat])| {
            let at = LonLat::checked(*lon, *lat)
                .ok_or_else(|| Fault::new(off_globe, "Invalid coordinate value."))?;
            let radius = self.radiuses.get(i).copied().flatten();
            Ok(Spot {
                at,
                radius_m: radius.filter(|r| r.is_finite()),
                bearing: self.bearings.get(i).copied().flatten(),
                approach: self
                    .approaches
                    .get(i)
                    .copied()
                    .flatten()
                    .unwrap_or_default(),
                hint: self.hints.get(i).copied().flatten(),
                anywhere: self.anywhere,
            })
        });
        let spots = spots.collect::<Result<_, Fault>>()?;
        Ok(Common {
            spots,
            ..std::mem::take(&mut self.common)
        })
    }

    fn check(&self, least: usize) -> Result<(), Fault> {
        let count = self.places.len();
        for (name, size) in [
            ("hints", self.hints.len()),
            ("bearings", self.bearings.len()),
            ("radiuses", self.radiuses.len()),
            ("approaches", self.approaches.len()),
        ] {
            if size > 0 && size != count {
                return Err(invalid(format!(
                    "Number of elements in {name} size {size} does not match coordinate size {count}"
                )));
            }
        }
        if count < least {
            let needed = if least == 1 { "one" } else { "two" };
            return Err(invalid(format!(
                "Number of coordinates needs to be at least {needed}."
            )));
        }
        let sane =
            |b: &Bearing| (0.0..=360.0).contains(&b.degrees) && (0.0..=180.0).contains(&b.range);
        if !self.bearings.iter().flatten().all(sane) {
            return Err(invalid(
                "bearings need values of 0 to 360 and ranges of 0 to 180",
            ));
        }
        if self.radiuses.iter().flatten().any(|r| *r < 0.0) {
            return Err(invalid("radiuses must be >= 0"));
        }
        Ok(())
    }
}

fn invalid(message: impl Into<String>) -> Fault {
    Fault::new(Code::InvalidOptions, message)
}

/// Whether a list names places that there are.
fn exist(name: &str, list: &[usize], places: usize) -> Result<(), Fault> {
    match list.iter().find(|i| **i >= places) {
        None => Ok(()),
        Some(beyond) => Err(invalid(format!(
            "{name} names place {beyond}, but there are only {places}, counted from 0"
        ))),
    }
}

const APPROACHES: &[(&str, Approach)] = &[
    ("unrestricted", Approach::Unrestricted),
    ("curb", Approach::Curb),
    ("opposite", Approach::Opposite),
];

const STRAIGHT: &[(&str, Option<bool>)] = &[
    ("default", None),
    ("true", Some(true)),
    ("false", Some(false)),
];

const GEOMETRIES: &[(&str, Geometries)] = &[
    ("polyline", Geometries::Polyline),
    ("polyline6", Geometries::Polyline6),
    ("geojson", Geometries::GeoJson),
];

const OVERVIEWS: &[(&str, Overview)] = &[
    ("simplified", Overview::Simplified),
    ("full", Overview::Full),
    ("false", Overview::No),
    ("by_legs", Overview::ByLegs),
];

const SOURCES: &[(&str, bool)] = &[("any", false), ("first", true)];
const DESTINATIONS: &[(&str, bool)] = &[("any", false), ("last", true)];

const FALLBACKS: &[(&str, FallbackFrom)] = &[
    ("input", FallbackFrom::Input),
    ("snapped", FallbackFrom::Snapped),
];
