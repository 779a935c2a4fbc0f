//! `/table`: times and distances between many places.

use super::Services;
use super::ask::{FallbackFrom, TableAsk};
use super::fault::{Code, Fault};
use super::json::Json;
use super::route::check_count;
use super::waypoint::{Waypoint, waypoints};
use crate::geometry::distance;
use crate::routing::{Stand, TravelMatrix};

impl Services {
    /// The answer of `/table`.
    ///
    /// # Errors
    /// When too much is asked for or a place has no road. Pairs without a route are `null` in the answer.
    pub fn table(&self, ask: &TableAsk) -> Result<Vec<u8>, Fault> {
        let most = self.settings.limits.table_places;
        check_count(&ask.common, most.saturating_mul(most))?;
        let places = ask.common.spots.len();
        let sources = chosen(&ask.sources, places);
        let destinations = chosen(&ask.destinations, places);
        if sources.len() * destinations.len() > most * most {
            return Err(Fault::new(
                Code::TooBig,
                format!(
                    "Too many table coordinates: {} x {} is more than {most} x {most}",
                    sources.len(),
                    destinations.len()
                ),
            ));
        }
        let services = self.without(&ask.common.exclude)?;
        let waypoints = waypoints(&services, &ask.common)?;
        let stands = |chosen: &[usize]| -> Vec<Stand> {
            chosen.iter().map(|i| waypoints[*i].stand.clone()).collect()
        };
        let matrix = services
            .router
            .matrix_between(&stands(&sources), &stands(&destinations));
        let table = Table {
            ask,
            waypoints: &waypoints,
            sources: &sources,
            destinations: &destinations,
            matrix: &matrix,
        };
        Ok(self.write_table(&table))
    }

    fn write_table(&self, table: &Table<'_>) -> Vec<u8> {
        let cells = table.sources.len() * table.destinations.len();
        let mut json = Json::with_capacity(512 + cells * 8);
        let ask = table.ask;
        json.object(|json| {
            json.key("code").text("Ok");
            if ask.durations {
                json.key("durations");
                table.write(json, |row, column| table.duration_s(row, column));
            }
            if ask.distances {
                json.key("distances");
                table.write(json, |row, column| table.distance_m(row, column));
            }
            if ask.fallback_speed.is_some() {
                json.key("fallback_speed_cells")
                    .list(table.estimated(), |json, (row, column)| {
                        json.list([row, column], |json, i| json.whole(i as i64));
                    });
            }
            if !ask.common.no_waypoints {
                for (key, chosen) in [
                    ("sources", table.sources),
                    ("destinations", table.destinations),
                ] {
                    json.key(key).list(chosen, |json, i| {
                        let w = &table.waypoints[*i];
                        self.write_waypoint(json, w.asked, &w.snap, !ask.common.no_hints, |_| {});
                    });
                }
            }
            self.write_version(json);
        });
        json.into_bytes()
    }
}

/// The places of a side; all when none is named.
fn chosen(named: &[usize], places: usize) -> Vec<usize> {
    if named.is_empty() {
        (0..places).collect()
    } else {
        named.to_vec()
    }
}

/// Metres per second in a unit of `fallback_speed`. OSRM divides metres by it and takes the result for tenths of a second;
/// its clients reckon with that.
const FALLBACK_UNIT: f64 = 10.0;
/// The longest duration that the API tells: 32 bits of tenths of a second.
const LONGEST_S: f64 = 214_748_364.6;

/// A table to be written.
struct Table<'a> {
    ask: &'a TableAsk,
    waypoints: &'a [Waypoint],
    sources: &'a [usize],
    destinations: &'a [usize],
    matrix: &'a TravelMatrix,
}

impl Table<'_> {
    fn write(&self, json: &mut Json, cell: impl Fn(usize, usize) -> Option<f64>) {
        json.list(0..self.sources.len(), |json, row| {
            json.list(0..self.destinations.len(), |json, column| {
                match cell(row, column) {
                    Some(value) => json.fixed(value, 1),
                    None => json.null(),
                }
            });
        });
    }

    fn duration_s(&self, row: usize, column: usize) -> Option<f64> {
        let found = self
            .matrix
            .time(row, column)
            .map(|time| time.0 as f64 / 1e3);
        let seconds = found.or_else(|| {
            let speed = self.ask.fallback_speed? * FALLBACK_UNIT;
            Some(self.straight_m(row, column) / speed)
        })?;
        Some((seconds * self.ask.scale_factor).min(LONGEST_S))
    }

    fn distance_m(&self, row: usize, column: usize) -> Option<f64> {
        let found = self.matrix.length(row, column).map(|length| length.0);
        found.or_else(|| {
            self.ask.fallback_speed?;
            Some(self.straight_m(row, column))
        })
    }

    /// Metres along the straight line.
    fn straight_m(&self, row: usize, column: usize) -> f64 {
        let at = |i: usize| match self.ask.fallback_from {
            FallbackFrom::Input => self.waypoints[i].asked,
            FallbackFrom::Snapped => self.waypoints[i].snap.at,
        };
        distance(at(self.sources[row]), at(self.destinations[column])).0
    }

    /// Cells without a route.
    fn estimated(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.sources.len()).flat_map(move |row| {
            (0..self.destinations.len())
                .filter(move |column| self.matrix.time(row, *column).is_none())
                .map(move |column| (row, column))
        })
    }
}
