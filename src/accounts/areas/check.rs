//! Whether a shape is an area: [`flaw`].

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Area as _, CoordsIter as _, Line, LineString, MultiPolygon};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// Positions of an area, at most.
pub(super) const MOST_POSITIONS: usize = 100_000;
/// Pairs of sides that are looked at, at most; shapes that people draw need a few per side.
const MOST_PAIRS: usize = 20_000_000;

/// What is wrong with a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// No ring at all.
    Empty,
    /// A position that is no number.
    NotFinite,
    /// More positions than the limit.
    TooLarge,
    /// A ring without three corners, or that holds nothing.
    NoArea,
    /// Sides that cross or lie on one another, or a ring that touches itself.
    Crossing,
    /// Too many sides run beside one another to tell whether they cross.
    Tangled,
}

/// One side of a ring: which ring, and its number in it.
type Side = GeomWithData<Rectangle<[f64; 2]>, (usize, usize)>;

/// What is wrong with a shape; `None` when it is sound. Rings may touch one another in single points. O(n log n) for
/// shapes that people draw.
pub(super) fn flaw(shape: &MultiPolygon<f64>) -> Option<Flaw> {
    if shape.0.is_empty() {
        return Some(Flaw::Empty);
    }
    if shape.coords_count() > MOST_POSITIONS {
        return Some(Flaw::TooLarge);
    }
    if shape
        .coords_iter()
        .any(|at| !at.x.is_finite() || !at.y.is_finite())
    {
        return Some(Flaw::NotFinite);
    }
    let rings: Vec<Vec<Line<f64>>> = shape
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()))
        .map(sides)
        .collect();
    if rings.iter().any(|ring| ring.len() < 3) || shape.iter().any(|one| one.unsigned_area() <= 0.0)
    {
        return Some(Flaw::NoArea);
    }
    crossing(&rings)
}

/// The sides of a ring, those without a length left out.
fn sides(ring: &LineString<f64>) -> Vec<Line<f64>> {
    ring.lines().filter(|side| side.start != side.end).collect()
}

fn crossing(rings: &[Vec<Line<f64>>]) -> Option<Flaw> {
    let boxed = |line: &Line<f64>| {
        let rect = geo::Rect::new(line.start, line.end);
        ([rect.min().x, rect.min().y], [rect.max().x, rect.max().y])
    };
    let mut entries: Vec<Side> = Vec::new();
    for (r, ring) in rings.iter().enumerate() {
        entries.extend(ring.iter().enumerate().map(|(i, line)| {
            let (min, max) = boxed(line);
            Side::new(Rectangle::from_corners(min, max), (r, i))
        }));
    }
    let tree = RTree::bulk_load(entries);
    let mut pairs = 0;
    for (r, ring) in rings.iter().enumerate() {
        for (i, line) in ring.iter().enumerate() {
            let (min, max) = boxed(line);
            let near = tree.locate_in_envelope_intersecting(AABB::from_corners(min, max));
            for other in near.map(|entry| entry.data).filter(|other| *other > (r, i)) {
                pairs += 1;
                if pairs > MOST_PAIRS {
                    return Some(Flaw::Tangled);
                }
                let same_ring = other.0 == r;
                let apart = other.1 - if same_ring { i } else { 0 };
                let neighbours = same_ring && (apart == 1 || apart + 1 == ring.len());
                let crosses = match line_intersection(*line, rings[other.0][other.1]) {
                    None => false,
                    Some(LineIntersection::SinglePoint { is_proper, .. }) => {
                        is_proper || same_ring && !neighbours
                    }
                    Some(LineIntersection::Collinear { .. }) => true,
                };
                if crosses {
                    return Some(Flaw::Crossing);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Polygon;
    use proptest::prelude::*;

    fn rings(rings: &[&[(f64, f64)]]) -> MultiPolygon<f64> {
        let line = |ring: &&[(f64, f64)]| LineString::from(ring.to_vec());
        let (outer, holes) = rings.split_first().unwrap();
        MultiPolygon(vec![Polygon::new(
            line(outer),
            holes.iter().map(line).collect(),
        )])
    }

    #[test]
    fn sound_shapes_are_taken() {
        let square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)];
        let hole = [(1.0, 1.0), (1.0, 2.0), (2.0, 2.0), (1.0, 1.0)];
        // A hole may touch the outer ring in a point.
        let touching = [(0.0, 1.0), (1.0, 2.0), (1.0, 0.5), (0.0, 1.0)];
        assert_eq!(flaw(&rings(&[&square])), None);
        assert_eq!(flaw(&rings(&[&square, &hole])), None);
        assert_eq!(flaw(&rings(&[&square, &touching])), None);
        let twice = [(0.0, 0.0), (0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (4.0, 4.0)];
        assert_eq!(flaw(&rings(&[&twice])), None);
        let straight = [(0.0, 0.0), (2.0, 0.0), (4.0, 0.0), (4.0, 4.0)];
        assert_eq!(flaw(&rings(&[&straight])), None);
    }

    #[test]
    fn flaws_are_told_apart() {
        let square = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)];
        let bow = [(0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0), (0.0, 0.0)];
        let spike = [(0.0, 0.0), (4.0, 0.0), (2.0, 0.0), (2.0, 3.0)];
        let out = [(3.0, 1.0), (5.0, 1.0), (5.0, 2.0), (3.0, 2.0)];
        let flat = [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.0, 0.0)];
        for (shape, expected) in [
            (MultiPolygon(Vec::new()), Flaw::Empty),
            (rings(&[&[]]), Flaw::NoArea),
            (rings(&[&[(0.0, 0.0), (1.0, 0.0)]]), Flaw::NoArea),
            (rings(&[&flat]), Flaw::NoArea),
            (
                rings(&[&[(0.0, 0.0), (f64::NAN, 0.0), (1.0, 1.0)]]),
                Flaw::NotFinite,
            ),
            (
                rings(&[&[(0.0, 0.0), (f64::INFINITY, 0.0), (1.0, 1.0)]]),
                Flaw::NotFinite,
            ),
            (rings(&[&spike]), Flaw::Crossing),
            (rings(&[&bow[..4]]), Flaw::NoArea),
            (
                rings(&[&[(0.0, 0.0), (4.0, 4.0), (4.0, 1.0), (0.0, 4.0)]]),
                Flaw::Crossing,
            ),
            (rings(&[&square, &out]), Flaw::Crossing),
            (rings(&[&square, &square]), Flaw::NoArea),
        ] {
            assert_eq!(flaw(&shape), Some(expected), "{shape:?}");
        }
        let many: LineString<f64> = (0..=MOST_POSITIONS)
            .map(|i| (i as f64, (i % 2) as f64))
            .collect();
        let many = MultiPolygon(vec![Polygon::new(many, Vec::new())]);
        assert_eq!(flaw(&many), Some(Flaw::TooLarge));
    }

    proptest! {
        /// The naive twin: every side against every other.
        #[test]
        fn crossings_are_found_as_by_looking_at_all_pairs(
            ring in prop::collection::vec((0_i32..8, 0_i32..8), 3..9),
        ) {
            let ring: Vec<(f64, f64)> = ring.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect();
            let shape = rings(&[&ring]);
            let all = sides(shape.0[0].exterior());
            let n = all.len();
            let meets = |i: usize, j: usize| {
                let next = j == i + 1 || i == 0 && j + 1 == n;
                match line_intersection(all[i], all[j]) {
                    None => false,
                    Some(LineIntersection::Collinear { .. }) => true,
                    Some(LineIntersection::SinglePoint { is_proper, .. }) => is_proper || !next,
                }
            };
            let crosses = (0..n).any(|i| (i + 1..n).any(|j| meets(i, j)));
            match flaw(&shape) {
                Some(Flaw::NoArea) => {}
                found => prop_assert_eq!(found == Some(Flaw::Crossing), crosses),
            }
        }
    }
}
