//! `/table`: times and distances between many places.
//!
//! The text of a large table runs to many megabytes. So it is made piece by piece ([`TableText`]): some rows are worked out
//! and written in parallel, and can be on their way before the next are begun. What is kept for later are the distances,
//! four bytes each, when times and distances are both asked for.

use super::Services;
use super::ask::{FallbackFrom, TableAsk};
use super::fault::{Code, Fault};
use super::json::Json;
use super::route::check_count;
use super::waypoint::{Waypoint, waypoints};
use crate::geometry::distance;
use crate::routing::{Stand, TravelRow, TravelTable};

/// Cells that are worked out for one piece of the text, about half a megabyte of it.
const CELLS: usize = 1 << 16;

impl Services {
    /// The answer of `/table`, to be taken piece by piece.
    ///
    /// # Errors
    /// When too much is asked for or a place has no road. Pairs without a route are `null` in the answer.
    pub fn table(&self, ask: &TableAsk) -> Result<TableText, Fault> {
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
        let (from, to) = (stands(&sources), stands(&destinations));
        let table = services.router.table_between(from, &to, ask.distances);
        let mut json = Json::with_capacity(512);
        json.open(b'{');
        json.key("code").text("Ok");
        Ok(TableText {
            services: self.clone(),
            ask: ask.clone(),
            waypoints,
            sources,
            destinations,
            table,
            json,
            next: Next::Rows(0),
            kept: Vec::new(),
            estimated: Vec::new(),
        })
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

/// Metres per second in a unit of `fallback_speed`. OSRM divides metres by it and takes the whole part for tenths of a
/// second; its clients reckon with that.
const FALLBACK_UNIT: f64 = 10.0;
/// The longest duration that the API tells: 32 bits of tenths of a second.
const LONGEST_S: f64 = 214_748_364.6;
/// Stands for "no route" among the distances kept.
const NONE: u32 = u32::MAX;

/// The text of a table, an iterator over its pieces. The same text whatever the number of threads.
#[derive(Debug)]
pub struct TableText {
    services: Services,
    ask: TableAsk,
    waypoints: Vec<Waypoint>,
    sources: Vec<usize>,
    destinations: Vec<usize>,
    table: TravelTable,
    json: Json,
    next: Next,
    /// Centimetres, row by row, of the distances that are written after the times.
    kept: Vec<u32>,
    /// One bit for each cell without a route, where such cells are told.
    estimated: Vec<u64>,
}

/// What is to be written next.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// Rows from this one on: of times, or of distances when nothing else is asked for.
    Rows(usize),
    /// Rows from this one on of distances kept.
    Kept(usize),
    /// What follows the rows.
    Rest,
    Nothing,
}

/// What is made of a row.
struct Made {
    text: Vec<u8>,
    kept: Vec<u32>,
    estimated: Vec<usize>,
}

impl Iterator for TableText {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        self.next = match self.next {
            Next::Rows(row) => self.rows(row),
            Next::Kept(row) => self.kept(row),
            Next::Rest => self.rest(),
            Next::Nothing => return None,
        };
        Some(self.json.take())
    }
}

impl TableText {
    /// The whole text.
    #[must_use]
    pub fn whole(self) -> Vec<u8> {
        let mut text = Vec::new();
        for piece in self {
            if text.is_empty() {
                text = piece;
            } else {
                text.extend_from_slice(&piece);
            }
        }
        text
    }

    /// Whether the text is so short that it is hardly worth sending in pieces.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.sources.len() * self.destinations.len() <= CELLS / 4
    }

    /// The rows of one piece.
    fn piece(&self, first: usize) -> std::ops::Range<usize> {
        let rows = (CELLS / self.destinations.len().max(1)).max(1);
        // Whole batches of the search, where it makes no difference otherwise.
        let rows = if rows > 64 {
            rows / 64 * 64
        } else {
            rows.max(64)
        };
        first..(first + rows).min(self.sources.len())
    }

    fn rows(&mut self, first: usize) -> Next {
        let piece = self.piece(first);
        if first == 0 {
            let key = if self.ask.durations {
                "durations"
            } else {
                "distances"
            };
            self.json.key(key).open(b'[');
        }
        let made = self
            .table
            .rows(piece.clone(), |row, cells| self.made(row, &cells));
        let columns = self.destinations.len();
        for (row, made) in piece.clone().zip(made) {
            self.json.value(&made.text);
            self.kept.extend(made.kept);
            for column in made.estimated {
                let cell = row * columns + column;
                let cells = self.sources.len() * columns;
                self.estimated.resize(cells.div_ceil(64), 0);
                self.estimated[cell / 64] |= 1 << (cell % 64);
            }
        }
        if piece.end < self.sources.len() {
            return Next::Rows(piece.end);
        }
        self.json.close(b']');
        if self.ask.durations && self.ask.distances {
            Next::Kept(0)
        } else {
            Next::Rest
        }
    }

    /// The text of a row, and what later pieces need of it.
    fn made(&self, row: usize, cells: &TravelRow) -> Made {
        let columns = 0..self.destinations.len();
        let mut json = Json::with_capacity(16 + columns.len() * 8);
        let mut made = Made {
            text: Vec::new(),
            kept: Vec::new(),
            estimated: Vec::new(),
        };
        json.list(columns.clone(), |json, column| {
            let value = if self.ask.durations {
                self.duration_s(row, column, cells)
            } else {
                self.distance_m(row, column, cells.length_cm(column))
            };
            match value {
                Some(value) => json.fixed(value, 1),
                None => json.null(),
            }
        });
        made.text = json.into_bytes();
        if self.ask.durations && self.ask.distances {
            let lengths = columns
                .clone()
                .map(|to| cells.length_cm(to).unwrap_or(NONE));
            made.kept = lengths.collect();
        }
        if self.ask.fallback_speed.is_some() {
            made.estimated = columns.filter(|to| cells.time(*to).is_none()).collect();
        }
        made
    }

    fn kept(&mut self, first: usize) -> Next {
        let piece = self.piece(first);
        if first == 0 {
            self.json.key("distances").open(b'[');
        }
        let columns = self.destinations.len();
        let mut json = std::mem::take(&mut self.json);
        json_rows(&mut json, piece.clone(), columns, |row, column| {
            let cm = self.kept[row * columns + column];
            self.distance_m(row, column, (cm != NONE).then_some(cm))
        });
        self.json = json;
        if piece.end < self.sources.len() {
            return Next::Kept(piece.end);
        }
        self.json.close(b']');
        self.kept = Vec::new();
        Next::Rest
    }

    fn rest(&mut self) -> Next {
        let mut json = std::mem::take(&mut self.json);
        if self.ask.fallback_speed.is_some() {
            json.key("fallback_speed_cells")
                .list(self.estimated(), |json, (row, column)| {
                    json.list([row, column], |json, i| json.whole(i as i64));
                });
        }
        let common = &self.ask.common;
        if !common.no_waypoints {
            for (key, chosen) in [
                ("sources", &self.sources),
                ("destinations", &self.destinations),
            ] {
                json.key(key).list(chosen, |json, i| {
                    let w = &self.waypoints[*i];
                    let hints = !common.no_hints;
                    let services = &self.services;
                    services.write_waypoint(json, w.asked, &w.snap, hints, |_| {});
                });
            }
        }
        self.services.write_version(&mut json);
        json.close(b'}');
        self.json = json;
        Next::Nothing
    }

    fn duration_s(&self, row: usize, column: usize, cells: &TravelRow) -> Option<f64> {
        let found = cells.time(column).map(|time| time.0 as f64 / 1e3);
        let seconds = found.or_else(|| {
            let speed = self.ask.fallback_speed? * FALLBACK_UNIT;
            let tenths = self.straight_m(row, column) / speed * 10.0;
            Some(tenths.floor() / 10.0)
        })?;
        Some((seconds * self.ask.scale_factor).min(LONGEST_S))
    }

    fn distance_m(&self, row: usize, column: usize, cm: Option<u32>) -> Option<f64> {
        cm.map(|cm| f64::from(cm) / 100.0).or_else(|| {
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
        let columns = self.destinations.len();
        let words = self.estimated.iter().enumerate();
        words.flat_map(move |(i, word)| {
            let bits = (0..64).filter(move |bit| word >> bit & 1 == 1);
            bits.map(move |bit| ((i * 64 + bit) / columns, (i * 64 + bit) % columns))
        })
    }
}

/// Writes rows of numbers with one decimal.
fn json_rows(
    json: &mut Json,
    rows: std::ops::Range<usize>,
    columns: usize,
    cell: impl Fn(usize, usize) -> Option<f64>,
) {
    for row in rows {
        json.list(0..columns, |json, column| match cell(row, column) {
            Some(value) => json.fixed(value, 1),
            None => json.null(),
        });
    }
}
