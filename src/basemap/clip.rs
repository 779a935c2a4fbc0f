//! Cutting lines and rings to a square.

use super::grid::Cell;

/// The square from `min` to `max`, both included, on both axes.
#[derive(Clone, Copy, Debug)]
pub struct Square {
    /// Lowest coordinate.
    pub min: i32,
    /// Highest coordinate.
    pub max: i32,
}

impl Square {
    /// Whether a point lies inside or on the border.
    pub fn holds(self, [x, y]: Cell) -> bool {
        (self.min..=self.max).contains(&x) && (self.min..=self.max).contains(&y)
    }
}

/// The pieces of `line` inside the square.
pub fn line(line: &[Cell], square: Square) -> Vec<Vec<Cell>> {
    let mut pieces: Vec<Vec<Cell>> = Vec::new();
    for pair in line.windows(2) {
        let Some((a, b)) = segment(pair[0], pair[1], square) else {
            continue;
        };
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&a) => {
                if a != b {
                    piece.push(b);
                }
            }
            _ => pieces.push(if a == b { vec![a] } else { vec![a, b] }),
        }
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// The stretch of a segment inside the square (Liang and Barsky's method).
fn segment(a: Cell, b: Cell, square: Square) -> Option<(Cell, Cell)> {
    if square.holds(a) && square.holds(b) {
        return Some((a, b));
    }
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for axis in 0..2 {
        let (start, step) = (f64::from(a[axis]), f64::from(b[axis]) - f64::from(a[axis]));
        let (low, high) = (f64::from(square.min), f64::from(square.max));
        if step == 0.0 {
            if start < low || start > high {
                return None;
            }
            continue;
        }
        let (enter, leave) = ((low - start) / step, (high - start) / step);
        from = from.max(enter.min(leave));
        to = to.min(enter.max(leave));
    }
    let at = |share: f64| {
        [0, 1].map(|axis: usize| {
            (f64::from(a[axis]) + share * (f64::from(b[axis]) - f64::from(a[axis]))).round() as i32
        })
    };
    (from <= to).then(|| {
        (
            if from > 0.0 { at(from) } else { a },
            if to < 1.0 { at(to) } else { b },
        )
    })
}

/// The part of a ring inside the square (Sutherland and Hodgman's method: pieces stay joined along the border, which
/// lies in the buffer and is not seen). Keeps the sense of turning.
pub fn ring(ring: &[Cell], square: Square) -> Vec<Cell> {
    let mut points = ring.to_vec();
    if points.iter().all(|p| square.holds(*p)) {
        return points;
    }
    for (axis, bound, above) in [
        (0, square.min, true),
        (0, square.max, false),
        (1, square.min, true),
        (1, square.max, false),
    ] {
        let inside = |p: Cell| {
            if above {
                p[axis] >= bound
            } else {
                p[axis] <= bound
            }
        };
        let mut kept = Vec::with_capacity(points.len());
        for i in 0..points.len() {
            let (here, next) = (points[i], points[(i + 1) % points.len()]);
            if inside(here) {
                kept.push(here);
            }
            if inside(here) != inside(next) {
                kept.push(crossing(here, next, axis, bound));
            }
        }
        points = kept;
    }
    points.dedup();
    points
}

/// Where a segment crosses a border line.
fn crossing(a: Cell, b: Cell, axis: usize, bound: i32) -> Cell {
    let other = 1 - axis;
    let wide = |v: i32| i64::from(v);
    let part = wide(bound) - wide(a[axis]);
    let whole = wide(b[axis]) - wide(a[axis]);
    let shift = (wide(b[other]) - wide(a[other])) * part / whole;
    let mut point = [bound; 2];
    point[other] = (wide(a[other]) + shift) as i32;
    point
}
