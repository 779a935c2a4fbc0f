//! What area can be reached? [`reach_areas`] turns reached pieces of road into polygons, one set per time limit.
//!
//! Every reached piece is widened by [`WIDTH_M`] on a fine grid of distances, and the outline of what is near enough is
//! drawn by marching squares. That gives polygons that are valid by construction (rings never cross or touch), keep
//! their holes, run counter-clockwise outside and clockwise inside, and nest: a longer limit only lowers distances, so
//! its outline lies around the shorter one's. Corners within `HAIR` of a straight line are dropped where nothing comes to
//! cross by it.

use super::contour::{Area, outline};
use super::raster::{Field, Grid};
use super::simplify::simplify;
use crate::geometry::{Bounds, LocalPlane, LonLat, along, distance};
use crate::units::{Metres, Millis, total};

/// Half the width that a reached road is given, in metres.
pub const WIDTH_M: f64 = 150.0;
/// How far dropping corners may move a border, as a share of the distance between grid points: some metres at most.
const HAIR: f64 = 0.02;

/// A piece of road that is reached: from its first point at `enter` to its last at `leave`.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// At least one point; in the order of reaching.
    pub line: Vec<LonLat>,
    /// Time at which the first point is reached.
    pub enter: Millis,
    /// Time at which the last point is reached, not before `enter`.
    pub leave: Millis,
}

/// The area reached within one limit.
#[derive(Clone, Debug, PartialEq)]
pub struct ReachArea {
    /// The limit.
    pub limit: Millis,
    /// Polygons in degrees.
    pub polygons: Vec<Polygon>,
    /// Their area.
    pub area_m2: f64,
}

/// Rings in degrees, closed, the outer one counter-clockwise, holes clockwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Polygon {
    /// The border.
    pub outer: Vec<LonLat>,
    /// Holes in it.
    pub holes: Vec<Vec<LonLat>>,
}

/// One area per limit, shortest first. Without any reached piece the areas are empty.
///
/// O(cells near roads); a country of 30 km by 45 km takes some tens of milliseconds per limit.
#[must_use]
pub fn reach_areas(pieces: &[Piece], limits: &[Millis]) -> Vec<ReachArea> {
    let mut limits = limits.to_vec();
    limits.sort_unstable();
    limits.dedup();
    let longest = limits.last().copied().unwrap_or_default();
    let reached = pieces.iter().filter(|p| p.enter <= longest);
    let Some(bounds) = Bounds::around(reached.flat_map(|p| p.line.iter().copied())) else {
        return limits.into_iter().map(nothing).collect();
    };
    let plane = LocalPlane::at(bounds.centre());
    let grid = Grid::around(
        plane.project(bounds.min),
        plane.project(bounds.max),
        WIDTH_M,
    );
    let mut field = Field::new(grid);
    let mut done = None;
    limits
        .into_iter()
        .map(|limit| {
            for piece in pieces {
                // What an earlier limit has drawn whole needs no second drawing.
                if done.is_none_or(|earlier| piece.leave > earlier) {
                    draw(&mut field, piece, limit, &plane);
                }
            }
            done = Some(limit);
            let mut areas = outline(&field);
            simplify(&mut areas, grid.cell * HAIR);
            area_of(limit, areas, &plane)
        })
        .collect()
}

fn nothing(limit: Millis) -> ReachArea {
    ReachArea {
        limit,
        polygons: Vec::new(),
        area_m2: 0.0,
    }
}

/// Draws the part of `piece` that is reached by `limit`.
fn draw(field: &mut Field, piece: &Piece, limit: Millis, plane: &LocalPlane) {
    let Some(line) = reached_part(piece, limit) else {
        return;
    };
    let flat: Vec<[f64; 2]> = line.iter().map(|&p| plane.project(p)).collect();
    if let [only] = flat[..] {
        field.near_segment(only, only);
    }
    for pair in flat.windows(2) {
        field.near_segment(pair[0], pair[1]);
    }
}

/// The points of `piece` up to where `limit` ends, time running evenly along its length.
fn reached_part(piece: &Piece, limit: Millis) -> Option<Vec<LonLat>> {
    if piece.enter > limit || piece.line.is_empty() {
        return None;
    }
    if piece.leave <= limit {
        return Some(piece.line.clone());
    }
    let share = (limit - piece.enter).0 as f64 / (piece.leave - piece.enter).0 as f64;
    let lengths: Vec<Metres> = piece
        .line
        .windows(2)
        .map(|p| distance(p[0], p[1]))
        .collect();
    let mut left = lengths.iter().copied().sum::<Metres>().0 * share;
    let mut part = vec![piece.line[0]];
    for (pair, length) in piece.line.windows(2).zip(lengths) {
        if length.0 >= left {
            if length.0 > 0.0 {
                part.push(along(pair[0], pair[1], left / length.0));
            }
            break;
        }
        left -= length.0;
        part.push(pair[1]);
    }
    Some(part)
}

fn area_of(limit: Millis, areas: Vec<Area>, plane: &LocalPlane) -> ReachArea {
    let degrees = |ring: Vec<[f64; 2]>| -> Vec<LonLat> {
        ring.into_iter().map(|p| plane.unproject(p)).collect()
    };
    ReachArea {
        limit,
        area_m2: total(areas.iter().map(|a| a.size_m2)),
        polygons: areas
            .into_iter()
            .map(|area| Polygon {
                outer: degrees(area.outer),
                holes: area.holes.into_iter().map(degrees).collect(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Contains, Distance, Validation};
    use proptest::prelude::*;

    const HOME: LonLat = LonLat::new(14.4, 35.9);

    fn at(x: f64, y: f64) -> LonLat {
        LocalPlane::at(HOME).unproject([x, y])
    }

    fn to_geo(area: &ReachArea) -> geo::MultiPolygon {
        let ring =
            |r: &[LonLat]| geo::LineString::new(r.iter().map(|&p| geo::Coord::from(p)).collect());
        geo::MultiPolygon::new(
            area.polygons
                .iter()
                .map(|p| {
                    geo::Polygon::new(ring(&p.outer), p.holes.iter().map(|h| ring(h)).collect())
                })
                .collect(),
        )
    }

    fn inside(area: &ReachArea, p: LonLat) -> bool {
        to_geo(area).contains(&geo::Point::from(geo::Coord::from(p)))
    }

    fn minutes(all: &[i64]) -> Vec<Millis> {
        all.iter().map(|&m| Millis::from_minutes(m)).collect()
    }

    fn piece(line: Vec<LonLat>, enter: i64, leave: i64) -> Piece {
        Piece {
            line,
            enter: Millis::from_minutes(enter),
            leave: Millis::from_minutes(leave),
        }
    }

    #[test]
    fn a_straight_road_becomes_a_band_around_it() {
        let areas = reach_areas(
            &[piece(vec![at(0.0, 0.0), at(4_000.0, 0.0)], 0, 10)],
            &minutes(&[5, 10]),
        );
        let (half, whole) = (&areas[0], &areas[1]);
        assert!(inside(half, at(1_990.0, 0.0)) && !inside(half, at(2_300.0, 0.0)));
        assert!(inside(whole, at(3_990.0, 0.0)) && !inside(whole, at(4_000.0, 300.0)));
        // A band of 300 m by 4 km with round ends: 1.27 square kilometres.
        assert!(
            (whole.area_m2 / 1e6 - 1.27).abs() < 0.05,
            "{}",
            whole.area_m2
        );
    }

    #[test]
    fn a_ring_road_keeps_its_hole_and_its_orientation() {
        let corners = [(0.0, 0.0), (2e3, 0.0), (2e3, 2e3), (0.0, 2e3), (0.0, 0.0)];
        let line = corners.map(|(x, y)| at(x, y)).to_vec();
        let areas = reach_areas(&[piece(line, 0, 5)], &minutes(&[10]));
        assert_eq!(areas[0].polygons.len(), 1);
        let polygon = &areas[0].polygons[0];
        assert_eq!(polygon.holes.len(), 1);
        let turn = |ring: &[LonLat]| -> f64 {
            ring.windows(2)
                .map(|p| p[0].lon * p[1].lat - p[1].lon * p[0].lat)
                .sum()
        };
        assert!(turn(&polygon.outer) > 0.0 && turn(&polygon.holes[0]) < 0.0);
        assert!(!inside(&areas[0], at(1e3, 1e3)));
    }

    #[test]
    fn nothing_reached_is_no_area() {
        let areas = reach_areas(&[], &minutes(&[10, 20]));
        assert!(areas.len() == 2 && areas.iter().all(|a| a.polygons.is_empty()));
    }

    #[test]
    fn one_point_is_a_disc() {
        let areas = reach_areas(&[piece(vec![HOME], 0, 0)], &minutes(&[0]));
        assert!((areas[0].area_m2 / (std::f64::consts::PI * WIDTH_M * WIDTH_M) - 1.0).abs() < 0.1);
    }

    prop_compose! {
        fn road()(
            x in -3e3..3e3_f64, y in -3e3..3e3_f64, dx in -1e3..1e3_f64, dy in -1e3..1e3_f64,
            bend in -300.0..300.0_f64, enter in 0_i64..30, takes in 0_i64..10,
        ) -> Piece {
            let middle = at(x + dx / 2.0 + bend, y + dy / 2.0 - bend);
            piece(vec![at(x, y), middle, at(x + dx, y + dy)], enter, enter + takes)
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn areas_are_valid_hold_what_is_reached_and_nest(pieces in prop::collection::vec(road(), 1..25)) {
            let limits = minutes(&[10, 20, 40]);
            let areas = reach_areas(&pieces, &limits);
            for area in &areas {
                let shape = to_geo(area);
                prop_assert!(shape.is_valid(), "{:?}", shape.validation_errors());
                for p in pieces.iter().filter(|p| p.leave <= area.limit) {
                    prop_assert!(inside(area, p.line[1]));
                }
                for p in pieces.iter().filter_map(|p| reached_part(p, area.limit)) {
                    prop_assert!(inside(area, *p.last().expect("a part has points")));
                }
            }
            for pair in areas.windows(2) {
                prop_assert!(pair[0].area_m2 <= pair[1].area_m2);
                let wide = to_geo(&pair[1]);
                for polygon in &pair[0].polygons {
                    for &p in &polygon.outer {
                        // A point of the inner border lies inside the outer area or, to two hairs, on its border.
                        let q = geo::Point::from(geo::Coord::from(p));
                        prop_assert!(wide.contains(&q) || geo::Euclidean.distance(&q, &wide) < 5e-5);
                    }
                }
            }
        }

        #[test]
        fn far_from_every_reached_road_is_outside(pieces in prop::collection::vec(road(), 1..10), x in -5e3..5e3_f64, y in -5e3..5e3_f64) {
            let plane = LocalPlane::at(HOME);
            let p = at(x, y);
            let nearest = pieces
                .iter()
                .flat_map(|piece| piece.line.windows(2).map(|s| plane.nearest_on_segment(p, s[0], s[1]).1.0).collect::<Vec<_>>())
                .fold(f64::INFINITY, f64::min);
            let area = &reach_areas(&pieces, &minutes(&[60]))[0];
            if nearest > WIDTH_M * 1.4 {
                prop_assert!(!inside(area, p));
            }
            if nearest < WIDTH_M * 0.6 {
                prop_assert!(inside(area, p));
            }
        }
    }
}
