//! Thinning lines to what an eye can tell apart (Douglas and Peucker's method, without recursion).

use super::grid::Cell;

/// Keeps the ends and every point that lies further than `tolerance` from the line without it.
pub fn line(points: &[Cell], tolerance: f64) -> Vec<Cell> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut keep = vec![false; points.len()];
    keep[0] = true;
    keep[points.len() - 1] = true;
    let mut open = vec![(0, points.len() - 1)];
    while let Some((a, b)) = open.pop() {
        let farthest = (a + 1..b)
            .map(|i| (distance(points[i], points[a], points[b]), i))
            .max_by(|x, y| x.0.total_cmp(&y.0));
        if let Some((far, i)) = farthest
            && far > tolerance
        {
            keep[i] = true;
            open.push((a, i));
            open.push((i, b));
        }
    }
    points
        .iter()
        .zip(keep)
        .filter_map(|(point, keep)| keep.then_some(*point))
        .collect()
}

/// As [`line`], for a ring that does not repeat its first point: cut at the point farthest from the first, so that both
/// halves have honest ends.
pub fn ring(points: &[Cell], tolerance: f64) -> Vec<Cell> {
    if points.len() < 5 {
        return points.to_vec();
    }
    let far = (1..points.len())
        .max_by_key(|&i| squared(points[0], points[i]))
        .expect("five points at least");
    let mut kept = line(&points[..=far], tolerance);
    kept.pop();
    let mut back = points[far..].to_vec();
    back.push(points[0]);
    kept.extend(line(&back, tolerance));
    kept.pop();
    kept
}

fn squared(a: Cell, b: Cell) -> i64 {
    let [dx, dy] = [0, 1].map(|i: usize| i64::from(b[i]) - i64::from(a[i]));
    dx * dx + dy * dy
}

/// From a point to a segment.
fn distance(p: Cell, a: Cell, b: Cell) -> f64 {
    let [px, py] = [0, 1].map(|i: usize| f64::from(p[i]) - f64::from(a[i]));
    let [dx, dy] = [0, 1].map(|i: usize| f64::from(b[i]) - f64::from(a[i]));
    let length = dx * dx + dy * dy;
    let share = if length > 0.0 {
        ((px * dx + py * dy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (px - share * dx).hypot(py - share * dy)
}
