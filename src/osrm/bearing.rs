//! Directions of travel, in degrees clockwise from north.
//!
//! Everything here is near enough together to be flat: one cosine and one arc tangent, no more.

use crate::geometry::{LonLat, LonLatE7, metres_per_degree};
use crate::network::{Edge, Trace};

/// Length of road, in metres, that decides the direction in which it leaves or reaches a junction. Junctions are drawn
/// with short kinks; the direction some metres away says better what a driver sees.
const LOOK_M: f64 = 12.0;

/// Metres per degree, east and north, around a point.
fn scale_at(point: LonLatE7) -> [f64; 2] {
    metres_per_degree(f64::from(point.lat_e7) / 1e7)
}

/// East and north of `from`, in metres.
fn between(from: LonLatE7, to: LonLatE7, [east, north]: [f64; 2]) -> [f64; 2] {
    [
        (f64::from(to.lon_e7) - f64::from(from.lon_e7)) / 1e7 * east,
        (f64::from(to.lat_e7) - f64::from(from.lat_e7)) / 1e7 * north,
    ]
}

fn degrees([east, north]: [f64; 2]) -> f64 {
    wrapped(east.atan2(north).to_degrees())
}

/// From 0 to 360, of what is less than a turn off. A remainder would say the same, but is slow.
fn wrapped(degrees: f64) -> f64 {
    if degrees < 0.0 {
        degrees + 360.0
    } else if degrees >= 360.0 {
        degrees - 360.0
    } else {
        degrees
    }
}

/// Direction in which a line leaves its first point; `None` when all its points coincide.
fn leaving(mut points: impl Iterator<Item = LonLatE7>) -> Option<f64> {
    let start = points.next()?;
    let scale = scale_at(start);
    let mut best = None;
    for point in points {
        let away = between(start, point, scale);
        let square = away[0] * away[0] + away[1] * away[1];
        if square > 0.0 {
            best = Some(away);
        }
        if square >= LOOK_M * LOOK_M {
            break;
        }
    }
    best.map(degrees)
}

/// Direction of travel at the beginning of an edge.
pub fn at_start(edge: Edge<'_>) -> f64 {
    let trace = edge.trace();
    leaving((0..trace.len()).map(|i| trace.point(i))).unwrap_or(0.0)
}

/// Direction of travel at the end of an edge.
pub fn at_end(edge: Edge<'_>) -> f64 {
    let trace = edge.trace();
    let back = leaving((0..trace.len()).rev().map(|i| trace.point(i)));
    back.map_or(0.0, opposite)
}

/// Direction of travel at a share of an edge's length: that of its segment there.
pub fn at_share(trace: Trace<'_>, share: f64) -> f64 {
    let (segment, _) = trace.locate(share);
    along(trace.point(segment), trace.point(segment + 1))
}

/// Direction from one point to another; north when they coincide.
pub fn along(from: LonLatE7, to: LonLatE7) -> f64 {
    degrees(between(from, to, scale_at(from)))
}

/// The other way.
pub fn opposite(bearing: f64) -> f64 {
    wrapped(bearing + 180.0)
}

/// By how much one turns from one direction to another: positive to the right, -180 to 180.
pub fn turn(arriving: f64, leaving: f64) -> f64 {
    let turn = wrapped(leaving - arriving);
    if turn > 180.0 { turn - 360.0 } else { turn }
}

/// Whether `bearing` lies within `range` degrees of `middle`, to either side.
pub fn within(bearing: f64, middle: f64, range: f64) -> bool {
    turn(middle, bearing).abs() <= range + 1e-9
}

/// Whole degrees, 0 to 359, as answers tell them.
pub fn whole(bearing: f64) -> u16 {
    let rounded = (bearing + 0.5) as u16;
    if rounded == 360 { 0 } else { rounded }
}

/// Metres between two near points.
pub fn distance(from: LonLat, to: LonLat) -> f64 {
    crate::geometry::distance(from, to).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_agree_with_those_on_the_globe() {
        let o = LonLat::new(14.4, 35.9);
        for (east, north) in [
            (0.001, 0.0),
            (0.001, 0.001),
            (-0.001, 0.0005),
            (0.0, -0.001),
        ] {
            let p = LonLat::new(o.lon + east, o.lat + north);
            let flat = along(o.to_e7(), p.to_e7());
            assert!((flat - crate::geometry::bearing(o, p)).abs() < 0.01);
        }
    }

    #[test]
    fn ranges_wrap_around_north() {
        assert!(within(350.0, 5.0, 20.0) && within(5.0, 350.0, 20.0));
        assert!(!within(180.0, 0.0, 179.0) && within(180.0, 0.0, 180.0));
        assert_eq!((whole(359.6), whole(0.4)), (0, 0));
        assert_eq!(turn(350.0, 20.0), 30.0);
        assert_eq!(turn(20.0, 350.0), -30.0);
    }
}
