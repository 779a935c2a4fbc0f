//! Whether a shape is an area: [`flaw`].

use geo::kernels::{Kernel as _, Orientation, RobustKernel};
use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Area as _, BoundingRect as _, Contains as _, Coord, CoordsIter as _};
use geo::{Line, LineString, MultiPolygon, Polygon};
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
    /// A hole that does not lie in its outline.
    HoleOutside,
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
    let mut rings = Vec::new();
    // For each ring: which is its outline, when it is a hole.
    let mut outlines = Vec::new();
    for polygon in shape {
        let outline = rings.len();
        rings.push(sides(polygon.exterior()));
        outlines.push(None);
        for hole in polygon.interiors() {
            rings.push(sides(hole));
            outlines.push(Some(outline));
        }
    }
    if rings.iter().any(|ring| is_flat(ring)) || shape.iter().any(holes_fill) {
        return Some(Flaw::NoArea);
    }
    let looked_at = Sides::new(rings);
    let left = match looked_at.crossing() {
        Ok(left) => left,
        Err(flaw) => return Some(flaw),
    };
    if let Some(flaw) = looked_at.hole_outside(&outlines, left) {
        return Some(flaw);
    }
    let nothing = shape.iter().any(|one| one.unsigned_area() <= 0.0);
    nothing.then_some(Flaw::NoArea)
}

/// Whether a ring has no three corners that do not lie on one line.
fn is_flat(ring: &[Line<f64>]) -> bool {
    let turns = |first: &Line<f64>, at: Coord<f64>| {
        RobustKernel::orient2d(first.start, first.end, at) != Orientation::Collinear
    };
    let first = ring.first();
    first.is_none_or(|first| !ring.iter().any(|side| turns(first, side.end)))
}

/// Whether the holes of a polygon lie in its outline and leave nothing of it.
fn holes_fill(polygon: &Polygon<f64>) -> bool {
    let Some(around) = polygon.exterior().bounding_rect() else {
        return false;
    };
    let outline = Polygon::new(polygon.exterior().clone(), Vec::new()).unsigned_area();
    let mut holes = polygon.interiors().iter();
    let within = holes.all(|hole| {
        hole.bounding_rect()
            .is_none_or(|hole| around.contains(&hole) || around == hole)
    });
    outline > 0.0 && within && polygon.unsigned_area() <= 0.0
}

/// The sides of a ring, those without a length left out.
fn sides(ring: &LineString<f64>) -> Vec<Line<f64>> {
    ring.lines().filter(|side| side.start != side.end).collect()
}

/// The sides of all rings, to be found by place.
struct Sides {
    rings: Vec<Vec<Line<f64>>>,
    tree: RTree<Side>,
}

impl Sides {
    fn new(rings: Vec<Vec<Line<f64>>>) -> Self {
        let mut entries: Vec<Side> = Vec::new();
        for (r, ring) in rings.iter().enumerate() {
            entries.extend(ring.iter().enumerate().map(|(i, line)| {
                let (min, max) = boxed(line);
                Side::new(Rectangle::from_corners(min, max), (r, i))
            }));
        }
        let tree = RTree::bulk_load(entries);
        Self { rings, tree }
    }

    /// [`Flaw::Crossing`] where two sides cross; else how many pairs of sides may still be looked at.
    fn crossing(&self) -> Result<usize, Flaw> {
        let mut left = MOST_PAIRS;
        for (r, ring) in self.rings.iter().enumerate() {
            for (i, line) in ring.iter().enumerate() {
                let (min, max) = boxed(line);
                let near = self
                    .tree
                    .locate_in_envelope_intersecting(AABB::from_corners(min, max));
                for other in near.map(|entry| entry.data).filter(|other| *other > (r, i)) {
                    left = left.checked_sub(1).ok_or(Flaw::Tangled)?;
                    let same_ring = other.0 == r;
                    let apart = other.1 - if same_ring { i } else { 0 };
                    let neighbours = same_ring && (apart == 1 || apart + 1 == ring.len());
                    let crosses = match line_intersection(*line, self.rings[other.0][other.1]) {
                        None => false,
                        Some(LineIntersection::SinglePoint { is_proper, .. }) => {
                            is_proper || same_ring && !neighbours
                        }
                        Some(LineIntersection::Collinear { .. }) => true,
                    };
                    if crosses {
                        return Err(Flaw::Crossing);
                    }
                }
            }
        }
        Ok(left)
    }

    /// A hole outside of its outline, of rings that do not cross: then one point that is not on the outline tells it for the
    /// whole hole. At most `left` sides are looked at.
    fn hole_outside(&self, outlines: &[Option<usize>], mut left: usize) -> Option<Flaw> {
        for (hole, outline) in self.rings.iter().zip(outlines) {
            let Some(outline) = *outline else { continue };
            let corners = hole.iter().map(|side| side.start);
            let middles = hole.iter().map(|side| (side.start + side.end) / 2.0);
            for at in corners.chain(middles) {
                match self.holds(outline, at, &mut left) {
                    Err(flaw) => return Some(flaw),
                    Ok(Some(true)) => break,
                    Ok(Some(false)) => return Some(Flaw::HoleOutside),
                    Ok(None) => {}
                }
            }
        }
        None
    }

    /// Whether a ring holds a point, by the sides that a ray to the east meets; `None` on the ring itself.
    fn holds(&self, ring: usize, at: Coord<f64>, left: &mut usize) -> Result<Option<bool>, Flaw> {
        let ray = AABB::from_corners([at.x, at.y], [f64::MAX, at.y]);
        let mut inside = false;
        for entry in self.tree.locate_in_envelope_intersecting(ray) {
            *left = left.checked_sub(1).ok_or(Flaw::Tangled)?;
            let (r, i) = entry.data;
            if r != ring {
                continue;
            }
            let side = self.rings[r][i];
            let (low, high) = if side.start.y <= side.end.y {
                (side.start, side.end)
            } else {
                (side.end, side.start)
            };
            match RobustKernel::orient2d(low, high, at) {
                // What the ray meets has the height of the point, so that it is on the side if it is on its line.
                Orientation::Collinear
                    if at.x <= low.x.max(high.x) && at.x >= low.x.min(high.x) =>
                {
                    return Ok(None);
                }
                // To the left of a side that goes up: the ray goes through it. The upper end belongs to the next side.
                Orientation::CounterClockwise if low.y <= at.y && at.y < high.y => inside = !inside,
                _ => {}
            }
        }
        Ok(Some(inside))
    }
}

/// Corners of the box around a side.
fn boxed(line: &Line<f64>) -> ([f64; 2], [f64; 2]) {
    let rect = geo::Rect::new(line.start, line.end);
    ([rect.min().x, rect.min().y], [rect.max().x, rect.max().y])
}

#[cfg(test)]
mod tests {
    use super::*;
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
        let far = [(7.0, 1.0), (8.0, 1.0), (8.0, 2.0)];
        let larger = [(7.0, 0.0), (17.0, 0.0), (17.0, 10.0), (7.0, 10.0)];
        let around = [(-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0)];
        let shoe = [
            (0.0, 0.0),
            (5.0, 0.0),
            (5.0, 5.0),
            (4.0, 5.0),
            (4.0, 1.0),
            (1.0, 1.0),
            (1.0, 5.0),
            (0.0, 5.0),
        ];
        let bay = [(1.0, 3.0), (4.0, 3.0), (2.0, 2.0)];
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
            // Its two halves are of the same size, so that it has no area on balance.
            (rings(&[&bow[..4]]), Flaw::Crossing),
            (
                rings(&[&[(0.0, 0.0), (4.0, 4.0), (4.0, 1.0), (0.0, 4.0)]]),
                Flaw::Crossing,
            ),
            (rings(&[&square, &out]), Flaw::Crossing),
            (rings(&[&square, &square]), Flaw::NoArea),
            (rings(&[&square, &flat]), Flaw::NoArea),
            (rings(&[&square, &far]), Flaw::HoleOutside),
            // Larger than the outline, beside it, and round it.
            (rings(&[&square, &larger]), Flaw::HoleOutside),
            (rings(&[&square, &around]), Flaw::HoleOutside),
            // In the bay of a horseshoe, with two corners on it.
            (rings(&[&shoe, &bay]), Flaw::HoleOutside),
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

        /// The naive twin: where rings do not meet, a hole is where its corners are, as geo finds them.
        #[test]
        fn holes_outside_are_found_as_by_looking_at_their_corners(
            outline in prop::collection::vec((0_i32..12, 0_i32..12), 3..8),
            near in (0_i32..12, 0_i32..12),
            hole in prop::collection::vec((0_i32..3, 0_i32..3), 3),
        ) {
            // Small, so that it often lies wholly on one side.
            let hole = hole.into_iter().map(|(x, y)| (near.0 + x, near.1 + y)).collect();
            let ring = |all: Vec<(i32, i32)>| -> Vec<(f64, f64)> {
                all.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect()
            };
            let (outline, hole) = (ring(outline), ring(hole));
            let around = rings(&[&outline]).0.remove(0);
            let (outer, inner) = (sides(around.exterior()), sides(rings(&[&hole]).0[0].exterior()));
            let meets = |side: &Line<f64>| outer.iter().any(|other| line_intersection(*side, *other).is_some());
            if inner.iter().any(meets) {
                return Ok(());
            }
            let outside = inner.iter().any(|side| !around.contains(&side.start));
            match flaw(&rings(&[&outline, &hole])) {
                Some(Flaw::HoleOutside) => prop_assert!(outside),
                None => prop_assert!(!outside),
                _ => {}
            }
        }
    }
}
