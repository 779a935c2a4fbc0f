//! Which corners of a border can go? [`simplify`] drops those that lie within a hair of a straight line.

use std::collections::BTreeMap;

use super::contour::Area;

/// Corners are dropped one after the other from a kept one on; after so many one is kept, which bounds the work.
const MOST_DROPPED: usize = 24;

/// Drops corners of all rings as long as no border moves by more than `tolerance` metres and none comes to touch another or
/// itself.
///
/// A corner goes only when the triangle that it spans with its neighbours holds no other corner: whatever crossed the new
/// side would have to cross one of the two old ones or end in the triangle. O(corners), when they lie evenly.
pub(super) fn simplify(areas: &mut [Area], tolerance: f64) {
    let mut corners = Corners::new(areas, tolerance.max(1.0) * 32.0);
    let rings = areas
        .iter_mut()
        .flat_map(|area| std::iter::once(&mut area.outer).chain(&mut area.holes));
    for ring in rings {
        *ring = thinned(ring, tolerance, &mut corners);
    }
}

/// All corners that are still there, by square of a grid.
struct Corners {
    size: f64,
    squares: BTreeMap<(i64, i64), Vec<[f64; 2]>>,
}

impl Corners {
    fn new(areas: &[Area], size: f64) -> Self {
        let mut corners = Self {
            size,
            squares: BTreeMap::new(),
        };
        for area in areas {
            for ring in std::iter::once(&area.outer).chain(&area.holes) {
                // The last corner is the first again.
                for corner in &ring[1..] {
                    let square = corners.square(*corner);
                    corners.squares.entry(square).or_default().push(*corner);
                }
            }
        }
        corners
    }

    fn square(&self, at: [f64; 2]) -> (i64, i64) {
        let index = |x: f64| (x / self.size).floor() as i64;
        (index(at[0]), index(at[1]))
    }

    fn remove(&mut self, corner: [f64; 2]) {
        let square = self.square(corner);
        if let Some(list) = self.squares.get_mut(&square)
            && let Some(place) = list.iter().position(|other| *other == corner)
        {
            list.swap_remove(place);
        }
    }

    /// Whether a triangle holds a corner other than its own, or has one on its sides.
    fn any_in(&self, triangle: [[f64; 2]; 3]) -> bool {
        let extreme = |axis: usize, pick: fn(f64, f64) -> f64| {
            let [a, b, c] = triangle.map(|corner| corner[axis]);
            pick(pick(a, b), c)
        };
        let (west, south) = self.square([extreme(0, f64::min), extreme(1, f64::min)]);
        let (east, north) = self.square([extreme(0, f64::max), extreme(1, f64::max)]);
        (west..=east).any(|x| {
            let column = self.squares.range((x, south)..=(x, north));
            column
                .flat_map(|(_, corners)| corners)
                .any(|corner| !triangle.contains(corner) && holds(triangle, *corner))
        })
    }
}

/// The ring, closed, with fewer corners.
fn thinned(ring: &[[f64; 2]], tolerance: f64, corners: &mut Corners) -> Vec<[f64; 2]> {
    let mut kept = vec![ring[0]];
    let mut dropped: Vec<[f64; 2]> = Vec::new();
    for (i, &corner) in ring.iter().enumerate().skip(1) {
        let from = kept[kept.len() - 1];
        let Some(&next) = ring.get(i + 1) else {
            kept.push(corner);
            break;
        };
        let near = |c: &[f64; 2]| distance(*c, from, next) <= tolerance;
        // Three corners and the first again at least, or it is no ring.
        let enough = kept.len() + (ring.len() - 1 - i) >= 4;
        let may_go = enough
            && dropped.len() < MOST_DROPPED
            && from != next
            && near(&corner)
            && dropped.iter().all(near)
            && !corners.any_in([from, corner, next]);
        if may_go {
            corners.remove(corner);
            dropped.push(corner);
        } else {
            kept.push(corner);
            dropped.clear();
        }
    }
    kept
}

/// From a point to the segment `a`-`b`.
fn distance(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let (x, y) = (p[0] - a[0], p[1] - a[1]);
    let squared = dx * dx + dy * dy;
    let share = if squared > 0.0 {
        ((x * dx + y * dy) / squared).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (x - share * dx).hypot(y - share * dy)
}

/// Whether a point lies in a triangle or on its border; a flat triangle is a line that ends.
fn holds([a, b, c]: [[f64; 2]; 3], p: [f64; 2]) -> bool {
    let beyond = |axis: usize| {
        let corners = [a[axis], b[axis], c[axis]];
        corners.iter().all(|x| *x < p[axis]) || corners.iter().all(|x| *x > p[axis])
    };
    if beyond(0) || beyond(1) {
        return false;
    }
    let side =
        |a: [f64; 2], b: [f64; 2]| (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
    let sides = [side(a, b), side(b, c), side(c, a)];
    sides.iter().all(|s| *s >= 0.0) || sides.iter().all(|s| *s <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(outer: Vec<[f64; 2]>) -> Area {
        Area {
            outer,
            holes: Vec::new(),
            size_m2: 0.0,
        }
    }

    #[test]
    fn corners_on_straight_lines_go() {
        let mut ring: Vec<[f64; 2]> = (0..10).map(|i| [f64::from(i) * 10.0, 0.1]).collect();
        ring.extend([[100.0, 0.0], [100.0, 50.0], [0.0, 50.0], [0.0, 0.1]]);
        let mut areas = [area(ring)];
        simplify(&mut areas, 1.0);
        let corners = [
            [0.0, 0.1],
            [100.0, 0.0],
            [100.0, 50.0],
            [0.0, 50.0],
            [0.0, 0.1],
        ];
        assert_eq!(areas[0].outer, corners);
    }

    #[test]
    fn a_neighbour_close_by_keeps_its_distance() {
        // The dent of the first ring holds the tip of the second.
        let dented = vec![
            [0.0, 0.0],
            [50.0, 0.8],
            [100.0, 0.0],
            [50.0, 90.0],
            [0.0, 0.0],
        ];
        let tip = vec![[50.0, 0.4], [40.0, -30.0], [60.0, -30.0], [50.0, 0.4]];
        let mut areas = [area(dented.clone()), area(tip)];
        simplify(&mut areas, 1.0);
        assert_eq!(areas[0].outer, dented);
        let mut alone = [area(dented)];
        simplify(&mut alone, 1.0);
        assert_eq!(alone[0].outer.len(), 4);
    }

    #[test]
    fn a_sliver_stays_a_ring() {
        let sliver = vec![
            [0.0, 0.0],
            [10.0, 0.1],
            [20.0, 0.0],
            [10.0, -0.1],
            [0.0, 0.0],
        ];
        let mut areas = [area(sliver)];
        simplify(&mut areas, 5.0);
        assert!(areas[0].outer.len() >= 4);
        assert_eq!(areas[0].outer.first(), areas[0].outer.last());
    }
}
