//! Places on the globe: [`LonLat`], [`Bounds`] and the distances used everywhere else.
//!
//! WGS 84, longitude first. Two metrics and no third: [`haversine`] on the mean-radius sphere for lengths that are
//! shown or summed, and [`LocalPlane`] for nearest-point work within a few kilometres. Nothing here knows OSM or roads.

use serde::{Deserialize, Serialize};

use crate::units::Metres;

/// Mean radius of the earth in metres (IUGG).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

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
}

impl From<LonLat> for geo::Coord {
    fn from(p: LonLat) -> Self {
        Self { x: p.lon, y: p.lat }
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

/// Great-circle distance on the mean-radius sphere.
#[must_use]
pub fn haversine(a: LonLat, b: LonLat) -> Metres {
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let half_dlat = (lat_b - lat_a) / 2.0;
    let half_dlon = (b.lon - a.lon).to_radians() / 2.0;
    let h = half_dlat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_dlon.sin().powi(2);
    Metres(2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin())
}

/// Sum of the haversine lengths of the segments of `line`.
#[must_use]
pub fn line_length(line: &[LonLat]) -> Metres {
    line.windows(2)
        .map(|pair| haversine(pair[0], pair[1]))
        .sum()
}

/// Bearing from `a` to `b` in degrees clockwise from north, 0 to 360.
#[must_use]
pub fn bearing(a: LonLat, b: LonLat) -> f64 {
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let dlon = (b.lon - a.lon).to_radians();
    let y = dlon.sin() * lat_b.cos();
    let x = lat_a.cos() * lat_b.sin() - lat_a.sin() * lat_b.cos() * dlon.cos();
    y.atan2(x).to_degrees().rem_euclid(360.0)
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
        let metres_per_degree_lat = EARTH_RADIUS_M.to_radians();
        Self {
            origin,
            metres_per_degree_lat,
            metres_per_degree_lon: metres_per_degree_lat * origin.lat.to_radians().cos(),
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

    #[test]
    fn a_degree_of_latitude_is_111_km() {
        let d = haversine(LonLat::new(14.0, 35.0), LonLat::new(14.0, 36.0)).0;
        assert!((d - 111_195.08).abs() < 0.1, "{d}");
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
    fn the_plane_agrees_with_haversine_nearby() {
        let (a, b) = (LonLat::new(14.45, 35.9), LonLat::new(14.46, 35.905));
        let p = LocalPlane::at(a).project(b);
        assert!((p[0].hypot(p[1]) - haversine(a, b).0).abs() < 0.05);
        let back = LocalPlane::at(a).unproject(p);
        assert!((back.lon - b.lon).abs() < 1e-12 && (back.lat - b.lat).abs() < 1e-12);
    }

    #[test]
    fn a_point_beside_a_segment_meets_it_at_a_right_angle() {
        let (a, b) = (LonLat::new(0.0, 0.0), LonLat::new(0.01, 0.0));
        let (share, d) = LocalPlane::at(a).nearest_on_segment(LonLat::new(0.004, 0.001), a, b);
        assert!((share - 0.4).abs() < 1e-9 && (d.0 - 111.195).abs() < 0.01);
        let (share, _) = LocalPlane::at(a).nearest_on_segment(LonLat::new(1.0, 0.0), a, a);
        assert!(share == 0.0);
    }
}
