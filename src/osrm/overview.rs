//! A line with only those points that show when all of it is on a screen.

use crate::geometry::{Bounds, LocalPlane, LonLat};

/// Part of the larger side of a line's box below which a bend does not show: a pixel on a large screen.
const SHARE: f64 = 1.0 / 1_500.0;

/// Douglas and Peucker's simplification with a tolerance that follows the line's extent. O(n log n) as a rule.
pub fn simplified(line: &[LonLat]) -> Vec<LonLat> {
    let (Some(bounds), [first, .., last]) = (Bounds::around(line.iter().copied()), line) else {
        return line.to_vec();
    };
    let plane = LocalPlane::at(bounds.centre());
    let points: Vec<[f64; 2]> = line.iter().map(|at| plane.project(*at)).collect();
    let (low, high) = (plane.project(bounds.min), plane.project(bounds.max));
    let tolerance = (high[0] - low[0]).max(high[1] - low[1]) * SHARE;
    let mut keep = vec![false; line.len()];
    let mut open = vec![(0, line.len() - 1)];
    while let Some((a, b)) = open.pop() {
        let farthest = (a + 1..b)
            .map(|i| (i, squared_distance(points[i], points[a], points[b])))
            .max_by(|x, y| x.1.total_cmp(&y.1));
        if let Some((i, squared)) = farthest
            && squared > tolerance * tolerance
        {
            keep[i] = true;
            open.push((a, i));
            open.push((i, b));
        }
    }
    let inner = line.iter().zip(&keep).filter(|(_, keep)| **keep);
    std::iter::once(*first)
        .chain(inner.map(|(at, _)| *at))
        .chain(std::iter::once(*last))
        .collect()
}

fn squared_distance(p: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let squared = dx * dx + dy * dy;
    let share = if squared > 0.0 {
        (((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / squared).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (ex, ey) = (p[0] - a[0] - share * dx, p[1] - a[1] - share * dy);
    ex * ex + ey * ey
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_corners_stay_and_wobbles_go() {
        let at = |x: f64, y: f64| LonLat::new(14.4 + x * 1e-3, 35.9 + y * 1e-3);
        let line = [
            at(0.0, 0.0),
            at(50.0, 0.001),
            at(100.0, 0.0),
            at(100.0, 60.0),
        ];
        assert_eq!(simplified(&line), [line[0], line[2], line[3]]);
        assert_eq!(simplified(&line[..1]), line[..1]);
        assert_eq!(simplified(&[line[0], line[0]]), [line[0], line[0]]);
    }
}
