//! What do several areas share, and what has one alone? [`overlay`].

use geo::orient::{Direction, Orient};
use geo::{BooleanOps, ChamberlainDuquetteArea, Coord, LineString, MultiPolygon};

use super::polygons::{Polygon, ReachArea};
use crate::geometry::LonLat;

/// How areas are laid over each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// In any of them.
    Union,
    /// In all of them.
    Intersection,
    /// In the first and in no other.
    Difference,
}

/// The areas laid over each other, under the limit of the first; `None` for no areas.
///
/// O(n log n) in the corners, in the plane of degrees.
#[must_use]
pub fn overlay(areas: &[&ReachArea], how: Overlay) -> Option<ReachArea> {
    let (first, rest) = areas.split_first()?;
    let mut shape = shape(first);
    for area in rest {
        let other = self::shape(area);
        shape = match how {
            Overlay::Union => shape.union(&other),
            Overlay::Intersection => shape.intersection(&other),
            Overlay::Difference => shape.difference(&other),
        };
    }
    let shape = shape.orient(Direction::Default);
    Some(ReachArea {
        limit: first.limit,
        area_m2: shape.chamberlain_duquette_unsigned_area(),
        polygons: shape.into_iter().map(polygon).collect(),
    })
}

fn shape(area: &ReachArea) -> MultiPolygon {
    let ring = |ring: &Vec<LonLat>| ring.iter().map(|p| Coord::from(*p)).collect::<LineString>();
    area.polygons
        .iter()
        .map(|p| geo::Polygon::new(ring(&p.outer), p.holes.iter().map(ring).collect()))
        .collect()
}

fn polygon(polygon: geo::Polygon) -> Polygon {
    let ring = |ring: LineString| ring.into_iter().map(LonLat::from).collect();
    let (outer, holes) = polygon.into_inner();
    Polygon {
        outer: ring(outer),
        holes: holes.into_iter().map(ring).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Millis;

    fn square(west: f64) -> ReachArea {
        let at = |x: f64, y: f64| LonLat::new(14.0 + (west + x) / 100.0, 36.0 + y / 100.0);
        ReachArea {
            limit: Millis(1),
            polygons: vec![Polygon {
                outer: vec![
                    at(0.0, 0.0),
                    at(2.0, 0.0),
                    at(2.0, 2.0),
                    at(0.0, 2.0),
                    at(0.0, 0.0),
                ],
                holes: Vec::new(),
            }],
            area_m2: 0.0,
        }
    }

    #[test]
    fn halves_add_up() {
        let (a, b) = (square(0.0), square(1.0));
        let size = |areas: &[&ReachArea], how| overlay(areas, how).unwrap().area_m2;
        let whole = size(&[&a], Overlay::Union);
        let half = whole / 2.0;
        let near = |x: f64, y: f64| (x - y).abs() < whole * 1e-6;
        assert!(near(size(&[&a, &b], Overlay::Union), whole + half));
        assert!(near(size(&[&a, &b], Overlay::Intersection), half));
        assert!(near(size(&[&a, &b], Overlay::Difference), half));
        let far = square(10.0);
        assert!(
            overlay(&[&a, &far], Overlay::Intersection)
                .unwrap()
                .polygons
                .is_empty()
        );
        assert!(overlay(&[], Overlay::Union).is_none());
        let turn: f64 = overlay(&[&a, &b], Overlay::Union).unwrap().polygons[0]
            .outer
            .windows(2)
            .map(|p| (p[0].lon - 14.0) * (p[1].lat - 36.0) - (p[1].lon - 14.0) * (p[0].lat - 36.0))
            .sum();
        assert!(turn > 0.0, "counter-clockwise outside");
    }
}
