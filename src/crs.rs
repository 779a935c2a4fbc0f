//! Coordinate reference systems through PROJ; the only user of the `proj` crate.
//!
//! Start at [`Crs`]. Coordinates are x (east) then y (north), whatever order the authority defines for its axes; who has
//! to follow the authority asks for [`Crs::axes`] and swaps. PROJ objects are not shared between threads: each thread
//! makes its own, once per system and direction.

mod axes;
mod text;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::str::FromStr;

use proj::Proj;

use crate::geometry::LonLat;
pub use axes::{Axes, AxisOrder};
pub use text::{Dialect, System, Written};

/// A reference system by its EPSG code. The default is WGS 84, which needs no PROJ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Crs(u32);

/// Why a reference system cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CrsError {
    /// Not of the form `EPSG:n`.
    #[error("{0:?} is no reference system; write EPSG and its number, for example EPSG:3857")]
    NotACode(String),
    /// PROJ does not know it, or cannot turn it into WGS 84.
    #[error("EPSG:{code} is not known, or leads nowhere on WGS 84")]
    Unknown {
        /// The EPSG code.
        code: u32,
        /// What PROJ said.
        detail: String,
    },
    /// Vertical or geocentric: two of its numbers are no place.
    #[error(
        "EPSG:{code} has no east and north; take a geographic or projected system, for example EPSG:3857"
    )]
    NoMap {
        /// The EPSG code.
        code: u32,
    },
    /// A definition as text that PROJ cannot work with.
    #[error("the reference system that begins {start:?} cannot be used")]
    Unreadable {
        /// Its beginning.
        start: String,
    },
}

impl Crs {
    /// Longitude and latitude in degrees (EPSG:4326).
    pub const WGS84: Self = Self(4326);

    /// Whether positions need no transformation.
    #[must_use]
    pub fn is_wgs84(self) -> bool {
        self == Self::WGS84
    }

    /// Makes sure that PROJ knows this system and that it is one of places on a map, so that a whole file is not refused row by
    /// row.
    ///
    /// # Errors
    /// When it does not, or it is vertical or geocentric.
    pub fn check(self) -> Result<(), CrsError> {
        if self.is_wgs84() {
            return Ok(());
        }
        self.with_proj(Way::ToWgs84, |_| ())?;
        self.axes().map(|_| ())
    }

    /// The EPSG code.
    #[must_use]
    pub const fn code(self) -> u32 {
        self.0
    }

    /// The system with this EPSG code; [`Crs::check`] tells whether PROJ knows it.
    #[must_use]
    pub const fn epsg(code: u32) -> Self {
        Self(code)
    }

    /// How the authority orders and measures the axes. Looked up in PROJ's database once per thread and system.
    ///
    /// # Errors
    /// When the system has no east and north, or PROJ does not know it.
    pub fn axes(self) -> Result<Axes, CrsError> {
        thread_local! {
            static SEEN: RefCell<BTreeMap<u32, Axes>> = const { RefCell::new(BTreeMap::new()) };
        }
        if let Some(axes) = SEEN.with_borrow(|seen| seen.get(&self.0).copied()) {
            return Ok(axes);
        }
        let axes = axes::look_up(self.0).ok_or(CrsError::NoMap { code: self.0 })?;
        SEEN.with_borrow_mut(|seen| seen.insert(self.0, axes));
        Ok(axes)
    }

    /// Where a place is in this system, x east and y north; `None` outside the area where the projection is defined.
    /// About a microsecond, after a few milliseconds for the first on each thread.
    ///
    /// # Errors
    /// When PROJ does not know the system.
    pub fn from_wgs84(self, at: LonLat) -> Result<Option<[f64; 2]>, CrsError> {
        if self.is_wgs84() {
            return Ok(Some([at.lon, at.lat]));
        }
        self.with_proj(Way::FromWgs84, |proj| {
            let (x, y) = proj.convert((at.lon, at.lat)).ok()?;
            (x.is_finite() && y.is_finite()).then_some([x, y])
        })
    }

    /// The place of `x` east and `y` north in this system, so that [`Crs::from_wgs84`] leads back to the same numbers; `None` when
    /// there is none (infinite, or outside the area where the projection is defined). A few microseconds, after a few milliseconds
    /// for the first on each thread.
    ///
    /// # Errors
    /// When PROJ does not know the system.
    pub fn to_wgs84(self, x: f64, y: f64) -> Result<Option<LonLat>, CrsError> {
        if self.is_wgs84() {
            return Ok(LonLat::checked(x, y));
        }
        let Some(first) = self.inverse(x, y)? else {
            return Ok(None);
        };
        // PROJ turns some projections, and shifts of a datum, back to about a millimetre only. What its own error is there shows
        // when the way back is gone once more; taken off, what is left is its square.
        let mut at = first;
        for _ in 0..2 {
            let Some([a, b]) = self.from_wgs84(at)? else {
                break;
            };
            if a == x && b == y {
                break;
            }
            let Some(again) = self.inverse(a, b)? else {
                break;
            };
            let (east, north) = (first.lon - again.lon, first.lat - again.lat);
            if east.hypot(north) > SAME_PLACE {
                // No error but another way there, or the other side of the antimeridian.
                return Ok(Some(first));
            }
            let Some(better) = LonLat::checked(at.lon + east, at.lat + north) else {
                break;
            };
            at = better;
        }
        Ok(Some(at))
    }

    fn inverse(self, x: f64, y: f64) -> Result<Option<LonLat>, CrsError> {
        if !x.is_finite() || !y.is_finite() {
            return Ok(None);
        }
        self.with_proj(Way::ToWgs84, |proj| {
            let (lon, lat) = proj.convert((x, y)).ok()?;
            LonLat::checked(lon, lat)
        })
    }

    fn with_proj<T>(self, way: Way, ask: impl FnOnce(&Proj) -> T) -> Result<T, CrsError> {
        thread_local! {
            static MADE: RefCell<BTreeMap<(u32, Way), Proj>> = const { RefCell::new(BTreeMap::new()) };
        }
        let key = (self.0, way);
        MADE.with_borrow_mut(|made| {
            if made.get(&key).is_none() {
                let (own, wgs84) = (self.to_string(), "EPSG:4326");
                let proj = match way {
                    Way::ToWgs84 => Proj::new_known_crs(&own, wgs84, None),
                    Way::FromWgs84 => Proj::new_known_crs(wgs84, &own, None),
                };
                let proj = proj.map_err(|e| CrsError::Unknown {
                    code: self.0,
                    detail: e.to_string(),
                })?;
                made.insert(key, proj);
            }
            Ok(ask(&made[&key]))
        })
    }
}

/// Degrees, about ten centimetres, within which the way there and back may miss the place that it began at.
const SAME_PLACE: f64 = 1e-6;

/// Direction of a transformation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    ToWgs84,
    FromWgs84,
}

impl Default for Crs {
    fn default() -> Self {
        Self::WGS84
    }
}

impl std::fmt::Display for Crs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EPSG:{}", self.0)
    }
}

impl FromStr for Crs {
    type Err = CrsError;

    /// Reads `EPSG:3857`, `3857`, and the forms of GeoJSON and OGC (`urn:ogc:def:crs:EPSG::3857`,
    /// `http://www.opengis.net/def/crs/EPSG/0/3857`, `...CRS84`).
    fn from_str(text: &str) -> Result<Self, CrsError> {
        let wrong = || CrsError::NotACode(text.to_owned());
        let trimmed = text.trim();
        if trimmed.to_ascii_uppercase().ends_with("CRS84") {
            return Ok(Self::WGS84);
        }
        let (authority, code) = match trimmed.rfind([':', '/']) {
            Some(at) => (&trimmed[..at], &trimmed[at + 1..]),
            None => ("EPSG", trimmed),
        };
        if !authority.to_ascii_uppercase().contains("EPSG") {
            return Err(wrong());
        }
        code.parse().map(Self).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn convert(crs: &str, x: f64, y: f64) -> Option<LonLat> {
        crs.parse::<Crs>().unwrap().to_wgs84(x, y).unwrap()
    }

    #[test]
    fn web_mercator_and_utm_meet_at_valletta() {
        // 14.5 E, 35.9 N. Mercator: x = R lon, y = R ln tan(pi/4 + lat/2) with R = 6378137.
        let radius = 6_378_137.0_f64;
        let x = radius * 14.5_f64.to_radians();
        let y = radius
            * (std::f64::consts::FRAC_PI_4 + 35.9_f64.to_radians() / 2.0)
                .tan()
                .ln();
        let p = convert("EPSG:3857", x, y).unwrap();
        assert!(
            (p.lon - 14.5).abs() < 1e-7 && (p.lat - 35.9).abs() < 1e-7,
            "{p:?}"
        );
        // On the central meridian of zone 33 (15 E) x is exactly 500 km.
        let p = convert("EPSG:32633", 500_000.0, 3_973_000.0).unwrap();
        assert!(
            (p.lon - 15.0).abs() < 1e-9 && (35.8..36.0).contains(&p.lat),
            "{p:?}"
        );
    }

    #[test]
    fn axes_are_east_then_north_even_where_the_authority_says_otherwise() {
        // EPSG:4258 (ETRS89) defines latitude first.
        let p = convert("EPSG:4258", 14.5, 35.9).unwrap();
        assert!((p.lon - 14.5).abs() < 1e-6 && (p.lat - 35.9).abs() < 1e-6);
    }

    #[test]
    fn codes_are_read_in_their_usual_forms() {
        for text in [
            "EPSG:3857",
            "epsg:3857",
            "3857",
            "urn:ogc:def:crs:EPSG::3857",
            "http://www.opengis.net/def/crs/EPSG/0/3857",
        ] {
            assert_eq!(text.parse(), Ok(Crs(3857)), "{text}");
        }
        assert_eq!("urn:ogc:def:crs:OGC:1.3:CRS84".parse(), Ok(Crs::WGS84));
        assert!("ESRI:102100".parse::<Crs>().is_err() && "".parse::<Crs>().is_err());
    }

    #[test]
    fn an_unknown_code_is_refused_once() {
        let error = "EPSG:999999".parse::<Crs>().unwrap().check().unwrap_err();
        assert!(error.to_string().starts_with("EPSG:999999 is not known"));
    }

    /// UTM, national grids of every sort of projection, with and without a shift of the datum, and systems in degrees; also in
    /// Malta, where most of them are not meant to be used.
    #[test]
    fn the_way_there_and_back_ends_where_it_began() {
        for (code, [west, south]) in [
            (32_633, [12.0, 36.0]),
            (25_832, [6.0, 47.0]),
            (27_700, [-5.0, 51.0]),
            (2154, [0.0, 44.0]),
            (31_370, [3.0, 49.6]),
            (28_992, [4.0, 51.0]),
            (3857, [100.0, -60.0]),
            (3035, [9.0, 52.0]),
            (2056, [7.0, 46.2]),
            (21_781, [7.0, 46.2]),
            (31_467, [8.0, 48.0]),
            (2180, [16.0, 50.0]),
            (5514, [13.0, 49.0]),
            (3067, [22.0, 61.0]),
            (2193, [171.0, -44.0]),
            (3763, [-8.5, 38.0]),
            (4258, [9.0, 52.0]),
            (4314, [9.0, 52.0]),
            (3413, [-40.0, 70.0]),
            (6933, [20.0, 10.0]),
        ] {
            for i in 0..400_i32 {
                // Steps that share no factor with 400 go all over the box.
                let share = |step: i32| f64::from(i * step % 400) / 400.0;
                let [west, south] = if i % 2 == 0 {
                    [west, south]
                } else {
                    [14.2, 35.8]
                };
                let round = |degrees: f64| (degrees * 1e8).round() / 1e8;
                let began = LonLat::new(round(west + share(37)), round(south + share(61)));
                let crs = Crs(code);
                let Some([x, y]) = crs.from_wgs84(began).unwrap() else {
                    continue;
                };
                let ended = crs.to_wgs84(x, y).unwrap().unwrap();
                let off = (ended.lon - began.lon).hypot(ended.lat - began.lat);
                assert!(
                    off < 1e-10,
                    "EPSG:{code}: {began:?} comes back as {ended:?}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn no_numbers_break_it(x in any::<f64>(), y in any::<f64>()) {
            for code in [4326, 3857, 2154, 27700] {
                let p = Crs(code).to_wgs84(x, y).unwrap();
                prop_assert!(p.is_none_or(|p| LonLat::checked(p.lon, p.lat).is_some()));
            }
        }
    }
}
