//! Whose rules apply where: country outlines in the extract, else a coarse outline of the world that is built in.

use std::collections::HashMap;
use std::sync::LazyLock;

use country_boundaries::{BOUNDARIES_ODBL_180X90, BoundingBox, CountryBoundaries, LatLon};
use geo::Contains;

use crate::geometry::LonLatE7;
use crate::osm::Extract;

/// Outlines of the world's countries, unpacked at first use.
static WORLD: LazyLock<CountryBoundaries> = LazyLock::new(|| {
    CountryBoundaries::from_reader(BOUNDARIES_ODBL_180X90).expect("data built into the crate")
});

/// Countries where traffic keeps left, sorted.
const LEFT: [&str; 74] = [
    "AG", "AI", "AU", "BB", "BD", "BM", "BN", "BS", "BT", "BW", "CC", "CK", "CX", "CY", "DM", "FJ",
    "FK", "GB", "GD", "GG", "GS", "GY", "HK", "ID", "IE", "IM", "IN", "IO", "JE", "JM", "JP", "KE",
    "KI", "KN", "KY", "LC", "LK", "LS", "MO", "MS", "MT", "MU", "MV", "MW", "MY", "MZ", "NA", "NF",
    "NP", "NR", "NU", "NZ", "PG", "PK", "PN", "SB", "SC", "SG", "SH", "SR", "SZ", "TC", "TH", "TK",
    "TL", "TO", "TT", "TV", "TZ", "UG", "VC", "VG", "VI", "WS",
];

/// Whether traffic keeps left in `country`.
pub fn drives_left(country: &str) -> bool {
    LEFT.binary_search(&country).is_ok() || matches!(country, "ZA" | "ZM" | "ZW")
}

/// Side of a cell within which one answer is remembered, 1e-7 degrees (about 1 km).
const CELL: i32 = 100_000;

/// Finds the country of places in one extract.
pub struct Countries<'a> {
    fixed: Option<&'a str>,
    extract: &'a Extract,
    /// Answers for cells that lie in one country whole; `None` for cells on a border.
    cells: HashMap<(i32, i32), Option<String>>,
    last: String,
}

impl<'a> Countries<'a> {
    /// `fixed` is a code that holds everywhere.
    pub fn new(extract: &'a Extract, fixed: Option<&'a str>) -> Self {
        Self {
            fixed,
            extract,
            cells: HashMap::new(),
            last: String::new(),
        }
    }

    /// The code of the country at `at`; off shore that of the place asked before, so that bridges and piers follow
    /// their land. Empty when nothing is known.
    pub fn of(&mut self, at: LonLatE7) -> String {
        if let Some(code) = self.fixed {
            return code.to_ascii_uppercase();
        }
        let key = (at.lon_e7.div_euclid(CELL), at.lat_e7.div_euclid(CELL));
        let cell = self.cells.entry(key).or_insert_with(|| whole_cell(key));
        let found = match cell {
            Some(code) => Some(code.clone()),
            None => self.at_border(at),
        };
        if let Some(code) = found {
            self.last = code;
        }
        self.last.clone()
    }

    fn at_border(&self, at: LonLatE7) -> Option<String> {
        let point: geo::Coord = at.to_lon_lat().into();
        self.extract
            .countries
            .iter()
            .find(|country| country.outline.contains(&point))
            .map(|country| country.code.clone())
            .or_else(|| {
                let at = LatLon::new(point.y, point.x).ok()?;
                country_code(&WORLD.ids(at)).map(str::to_owned)
            })
    }
}

/// The country that holds a cell whole.
fn whole_cell((x, y): (i32, i32)) -> Option<String> {
    let degrees = |cells: i32| f64::from(cells) * f64::from(CELL) / 1e7;
    let (west, south) = (degrees(x).max(-180.0), degrees(y).max(-90.0));
    let (east, north) = (degrees(x + 1).min(180.0), degrees(y + 1).min(90.0));
    let bounds = BoundingBox::new(south, west, north, east).ok()?;
    let ids = WORLD.containing_ids(bounds);
    let mut ids: Vec<&str> = ids.into_iter().collect();
    // Dependent territories are listed with the country that they belong to: several codes are for the border rule.
    ids.retain(|id| id.len() == 2);
    match ids[..] {
        [only] => Some(only.to_owned()),
        _ => None,
    }
}

/// The first code of a country, not of a part of one.
fn country_code<'a>(ids: &[&'a str]) -> Option<&'a str> {
    ids.iter().copied().find(|id| id.len() == 2)
}
