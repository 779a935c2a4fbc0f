//! Places on the globe: [`LonLat`], [`Bounds`] and the distances used everywhere else.
//!
//! WGS 84, longitude first. One metric, that of its ellipsoid: [`distance`] for lengths that are shown or summed, and
//! [`LocalPlane`], the same flattened, for nearest-point work within a few kilometres. Nothing here knows OSM or roads.

use geo::{Bearing as _, Distance as _};
use serde::{Deserialize, Serialize};

use crate::units::Metres;

/// Semi-major axis of the WGS 84 ellipsoid in metres.
const EQUATOR_M: f64 = 6_378_137.0;
/// Square of its eccentricity, from the flattening 1/298.257223563.
const ECCENTRICITY_2: f64 = 0.006_694_379_990_141_317;
/// The least and the greatest radius of curvature in metres: that of a meridian at the equator, and that of everything at
/// the poles. A way between two places on the ellipsoid is at least the one and at most the other times the angle
/// between them on a sphere of the same latitudes.
pub const CURVATURE_M: [f64; 2] = [6_335_439.327, 6_399_593.626];
/// Up to so many degrees apart two places are near enough for the flat formula.
const NEAR_DEGREES: f64 = 0.1;

/// A WGS 84 position in degrees, longitude first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LonLat {
    /// Degrees east, -180 to 180.
    pub lon: f64,
    /// Degrees north, -90 to 90.
    pub lat: f64,
}

impl LonLat {
    /// A position; not checked, see [`LonLat::checked`] for input from outside.
    #[must_use]
    pub const fn new(lon: f64, lat: f64) -> Self {
        Self { lon, lat }
    }

    /// A position from untrusted numbers; `None` when not finite or out of range.
    #[must_use]
    pub fn checked(lon: f64, lat: f64) -> Option<Self> {
        ((-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat))
            .then_some(Self { lon, lat })
    }

    /// The position rounded to OSM's grid of 1e-7 degrees (about a centimetre).
    #[must_use]
    pub fn to_e7(self) -> LonLatE7 {
        LonLatE7 {
            lon_e7: (self.lon * 1e7).round() as i32,
            lat_e7: (self.lat * 1e7).round() as i32,
        }
    }

    /// The position on the same grid, as seven decimals have it.
    #[must_use]
    pub fn rounded(self) -> Self {
        let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
        Self::new(round(self.lon), round(self.lat))
    }
}

impl From<LonLat> for geo::Coord {
    fn from(p: LonLat) -> Self {
        Self { x: p.lon, y: p.lat }
    }
}

impl From<LonLat> for geo::Point {
    fn from(p: LonLat) -> Self {
        Self::new(p.lon, p.lat)
    }
}

impl From<geo::Coord> for LonLat {
    fn from(c: geo::Coord) -> Self {
        Self { lon: c.x, lat: c.y }
    }
}

/// A position on OSM's own integer grid: degrees times ten million. Exact, hashable, eight bytes.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    bytemuck::Pod,
    bytemuck::Zeroable,
)]
#[repr(C)]
pub struct LonLatE7 {
    /// Degrees east times 1e7.
    pub lon_e7: i32,
    /// Degrees north times 1e7.
    pub lat_e7: i32,
}

impl LonLatE7 {
    /// Degrees again.
    #[must_use]
    pub fn to_lon_lat(self) -> LonLat {
        LonLat {
            lon: f64::from(self.lon_e7) / 1e7,
            lat: f64::from(self.lat_e7) / 1e7,
        }
    }
}

/// An axis-aligned box in degrees. Never crosses the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// South-west corner.
    pub min: LonLat,
    /// North-east corner.
    pub max: LonLat,
}

impl Bounds {
    /// The smallest box around `points`; `None` when there are none.
    #[must_use]
    pub fn around(points: impl IntoIterator<Item = LonLat>) -> Option<Self> {
        let mut points = points.into_iter();
        let first = points.next()?;
        Some(points.fold(
            Self {
                min: first,
                max: first,
            },
            Self::with,
        ))
    }

    /// The box grown to hold `p`.
    #[must_use]
    pub fn with(self, p: LonLat) -> Self {
        Self {
            min: LonLat::new(self.min.lon.min(p.lon), self.min.lat.min(p.lat)),
            max: LonLat::new(self.max.lon.max(p.lon), self.max.lat.max(p.lat)),
        }
    }

    /// Whether `p` lies inside or on the border.
    #[must_use]
    pub fn contains(&self, p: LonLat) -> bool {
        (self.min.lon..=self.max.lon).contains(&p.lon)
            && (self.min.lat..=self.max.lat).contains(&p.lat)
    }

    /// The middle of the box.
    #[must_use]
    pub fn centre(&self) -> LonLat {
        LonLat::new(
            f64::midpoint(self.min.lon, self.max.lon),
            f64::midpoint(self.min.lat, self.max.lat),
        )
    }

    /// `[west, south, east, north]`, as GeoJSON writes it.
    #[must_use]
    pub const fn to_bbox(self) -> [f64; 4] {
        [self.min.lon, self.min.lat, self.max.lon, self.max.lat]
    }
}

/// Metres per degree of longitude and of latitude at a latitude of the WGS 84 ellipsoid.
#[must_use]
pub fn metres_per_degree(lat: f64) -> [f64; 2] {
    let (sin, cos) = lat.to_radians().sin_cos();
    let square = 1.0 - ECCENTRICITY_2 * sin * sin;
    // The radius of curvature across the meridian; along it the same times what the flattening takes away.
    let across = EQUATOR_M / square.sqrt();
    let along = across * (1.0 - ECCENTRICITY_2) / square;
    [(across * cos).to_radians(), along.to_radians()]
}

/// East and north from `a` to `b` in metres, as at the latitude midway; `None` when they are far apart.
fn nearby(a: LonLat, b: LonLat) -> Option<[f64; 2]> {
    let (dlon, dlat) = (b.lon - a.lon, b.lat - a.lat);
    let near = dlon.abs() <= NEAR_DEGREES && dlat.abs() <= NEAR_DEGREES;
    near.then(|| {
        let [east, north] = metres_per_degree(f64::midpoint(a.lat, b.lat));
        [dlon * east, dlat * north]
    })
}

/// Length of the shortest way from `a` to `b` on the WGS 84 ellipsoid.
///
/// Segments of roads are short, so within a tenth of a degree (some 10 km) the middle latitude decides, which is off by less than
/// 4 parts in ten million there and by nothing that shows over a kilometre; beyond that it is the geodesic itself (Karney, 2013).
#[must_use]
pub fn distance(a: LonLat, b: LonLat) -> Metres {
    Metres(match nearby(a, b) {
        Some([east, north]) => east.hypot(north),
        None => geo::Geodesic.distance(a.into(), b.into()),
    })
}

/// Sum of the lengths of the segments of `line`.
#[must_use]
pub fn line_length(line: &[LonLat]) -> Metres {
    line.windows(2).map(|pair| distance(pair[0], pair[1])).sum()
}

/// Bearing with which the shortest way from `a` to `b` begins (midway, when they are near), in degrees clockwise from north, 0
/// to 360.
#[must_use]
pub fn bearing(a: LonLat, b: LonLat) -> f64 {
    match nearby(a, b) {
        Some([east, north]) => east.atan2(north).to_degrees().rem_euclid(360.0),
        None => geo::Geodesic.bearing(a.into(), b.into()).rem_euclid(360.0),
    }
}

/// A flat picture of the surroundings of one place, in metres east and north of it.
///
/// Good to a few centimetres within some kilometres, which is what snapping needs.
#[derive(Clone, Copy, Debug)]
pub struct LocalPlane {
    origin: LonLat,
    metres_per_degree_lon: f64,
    metres_per_degree_lat: f64,
}

impl LocalPlane {
    /// The plane that touches the globe at `origin`.
    #[must_use]
    pub fn at(origin: LonLat) -> Self {
        let [metres_per_degree_lon, metres_per_degree_lat] = metres_per_degree(origin.lat);
        Self {
            origin,
            metres_per_degree_lon,
            metres_per_degree_lat,
        }
    }

    /// `p` in metres east and north of the origin.
    #[must_use]
    pub fn project(&self, p: LonLat) -> [f64; 2] {
        [
            (p.lon - self.origin.lon) * self.metres_per_degree_lon,
            (p.lat - self.origin.lat) * self.metres_per_degree_lat,
        ]
    }

    /// Degrees of a place given in metres east and north of the origin.
    #[must_use]
    pub fn unproject(&self, [x, y]: [f64; 2]) -> LonLat {
        LonLat::new(
            self.origin.lon + x / self.metres_per_degree_lon,
            self.origin.lat + y / self.metres_per_degree_lat,
        )
    }

    /// The point of segment `a`-`b` nearest to `p`: its share along the segment (0 to 1) and its distance from `p`.
    #[must_use]
    pub fn nearest_on_segment(&self, p: LonLat, a: LonLat, b: LonLat) -> (f64, Metres) {
        let (p, a, b) = (self.project(p), self.project(a), self.project(b));
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let squared = dx * dx + dy * dy;
        let share = if squared > 0.0 {
            (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / squared).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (
            share,
            Metres((p[0] - a[0] - share * dx).hypot(p[1] - a[1] - share * dy)),
        )
    }
}

/// The point at `share` (0 to 1) of the straight line from `a` to `b` in degrees.
#[must_use]
pub fn along(a: LonLat, b: LonLat, share: f64) -> LonLat {
    LonLat::new(
        a.lon + (b.lon - a.lon) * share,
        a.lat + (b.lat - a.lat) * share,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Pairs with their geodesic on WGS 84, by `geod -I +ellps=WGS84` of PROJ 9.1.
    #[test]
    fn distances_are_those_of_the_ellipsoid() {
        for (a, b, metres) in [
            ((-73.8, 40.6), (-0.5, 51.6), 5_551_759.400_319),
            ((0.0, 0.0), (1.0, 0.0), 111_319.490_793),
            ((0.0, 0.0), (0.0, 1.0), 110_574.388_558),
            ((14.5146, 35.8989), (14.2512, 36.0443), 28_717.749_209),
            ((14.5146, 35.8989), (14.5257, 35.9079), 1_414.675_931),
            ((-169.9214, -19.0556), (-169.9114, -19.0506), 1_189.225_979),
            ((18.9553, 69.6492), (18.9653, 69.6512), 447.800_142),
            ((10.0, 89.99), (-170.0, 89.99), 2_233.879_591),
            ((1.5218, 42.5063), (1.6118, 42.5163), 7_479.526_799),
            ((18.4, -33.9), (18.48, -33.82), 11_556.092_327),
            ((179.99, 0.3), (-179.98, 0.31), 3_517.837_393),
            ((0.0, 0.01), (179.5, 0.02), 19_978_861.231_159),
        ] {
            let found = distance(LonLat::new(a.0, a.1), LonLat::new(b.0, b.1)).0;
            // A millimetre and what 3 mm in 16 km are.
            let within = 1e-3 + f64::min(metres, 16_000.0) * 2e-7;
            assert!((found - metres).abs() < within, "{a:?} {b:?}: {found}");
        }
    }

    proptest! {
        /// The flat formula against the geodesic, everywhere.
        #[test]
        fn near_places_are_as_far_apart_as_the_geodesic_says(
            lon in -179.8..179.8_f64, lat in -89.8..89.8_f64, east in -0.1..0.1_f64, north in -0.1..0.1_f64,
        ) {
            let (a, b) = (LonLat::new(lon, lat), LonLat::new(lon + east, lat + north));
            let exact = geo::Geodesic.distance(a.into(), b.into());
            let found = distance(a, b).0;
            prop_assert!((found - exact).abs() < 1e-6 + exact * 4e-7, "{} {}", found, exact);
            // Nearer to a pole the middle latitude says less about the meridians' convergence.
            if exact < 1_000.0 && lat.abs() < 80.0 {
                prop_assert!((found - exact).abs() < 1e-4, "{} {}", found, exact);
            }
            let plane = LocalPlane::at(a).project(b);
            prop_assert!((plane[0].hypot(plane[1]) - exact).abs() < 1e-3 + exact * 2e-3);
        }

        #[test]
        fn the_radii_of_curvature_bound_every_distance(
            a in (-180.0..180.0_f64, -90.0..90.0_f64), b in (-180.0..180.0_f64, -90.0..90.0_f64),
        ) {
            let (a, b) = (LonLat::new(a.0, a.1), LonLat::new(b.0, b.1));
            let angle = (geo::Haversine.distance(a.into(), b.into()) / geo::Haversine.radius()).abs();
            let [least, greatest] = CURVATURE_M.map(|radius| radius * angle);
            let found = distance(a, b).0;
            prop_assert!(found > least - 1e-3 && found < greatest + 1e-3, "{} {} {}", least, found, greatest);
        }
    }

    #[test]
    fn checked_refuses_what_is_not_on_the_globe() {
        assert!(LonLat::checked(f64::NAN, 0.0).is_none());
        assert!(LonLat::checked(0.0, f64::INFINITY).is_none());
        assert!(LonLat::checked(180.1, 0.0).is_none());
        assert!(LonLat::checked(-180.0, 90.0).is_some());
    }

    #[test]
    fn bearings_go_clockwise_from_north() {
        let o = LonLat::new(14.0, 0.0);
        assert!((bearing(o, LonLat::new(14.1, 0.0)) - 90.0).abs() < 1e-9);
        assert!((bearing(o, LonLat::new(14.0, -0.1)) - 180.0).abs() < 1e-9);
        assert!((bearing(o, LonLat::new(13.9, 0.0)) - 270.0).abs() < 1e-9);
    }

    #[test]
    fn the_plane_agrees_with_distances_nearby() {
        let (a, b) = (LonLat::new(14.45, 35.9), LonLat::new(14.46, 35.905));
        let p = LocalPlane::at(a).project(b);
        assert!((p[0].hypot(p[1]) - distance(a, b).0).abs() < 0.05);
        let back = LocalPlane::at(a).unproject(p);
        assert!((back.lon - b.lon).abs() < 1e-12 && (back.lat - b.lat).abs() < 1e-12);
    }

    #[test]
    fn a_point_beside_a_segment_meets_it_at_a_right_angle() {
        let (a, b) = (LonLat::new(0.0, 0.0), LonLat::new(0.01, 0.0));
        let (share, d) = LocalPlane::at(a).nearest_on_segment(LonLat::new(0.004, 0.001), a, b);
        assert!((share - 0.4).abs() < 1e-9 && (d.0 - 110.574).abs() < 0.01);
        let (share, _) = LocalPlane::at(a).nearest_on_segment(LonLat::new(1.0, 0.0), a, a);
        assert!(share == 0.0);
    }
}
