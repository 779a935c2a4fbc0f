//! Joining ways into rings and rings into polygons with holes.

use std::collections::BTreeMap;

use geo::{
    Area, BoundingRect, Contains, Coord, Intersects, LineString, MultiPolygon, Polygon, Rect,
};

/// Joins lines of node ids end to end, turning them round where needed. Returns closed rings; what does not close is
/// left out. Linear but for the maps.
pub fn join(lines: &[&[i64]]) -> Vec<Vec<i64>> {
    let mut at_end: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate().filter(|(_, l)| l.len() > 1) {
        at_end.entry(line[0]).or_default().push(i);
        at_end.entry(line[line.len() - 1]).or_default().push(i);
    }
    let mut used = vec![false; lines.len()];
    let mut rings = Vec::new();
    for first in 0..lines.len() {
        if used[first] || lines[first].len() < 2 {
            continue;
        }
        used[first] = true;
        let mut ring = lines[first].to_vec();
        while ring[0] != ring[ring.len() - 1] {
            let end = ring[ring.len() - 1];
            let Some(&next) = at_end.get(&end).into_iter().flatten().find(|i| !used[**i]) else {
                break;
            };
            used[next] = true;
            let line = lines[next];
            if line[0] == end {
                ring.extend(&line[1..]);
            } else {
                ring.extend(line[..line.len() - 1].iter().rev());
            }
        }
        if ring.len() > 3 && ring[0] == ring[ring.len() - 1] {
            rings.push(ring);
        }
    }
    rings
}

/// Nests rings by what lies inside what, whatever roles say: rings at even depth are filled, at odd depth holes.
pub fn nest(rings: Vec<Vec<Coord>>) -> MultiPolygon {
    let mut shells: Vec<(Polygon, Rect, f64)> = rings
        .into_iter()
        .filter_map(|ring| {
            let polygon = Polygon::new(LineString::new(ring), Vec::new());
            let area = polygon.unsigned_area();
            let bounds = polygon.bounding_rect()?;
            (area > 0.0).then_some((polygon, bounds, area))
        })
        .collect();
    shells.sort_by(|a, b| b.2.total_cmp(&a.2));
    let mut around: Vec<Vec<usize>> = Vec::new();
    for (i, (inner, bounds, _)) in shells.iter().enumerate() {
        let holders = (0..i)
            .filter(|&j| shells[j].1.intersects(bounds) && lies_in(inner, &shells[j].0))
            .collect();
        around.push(holders);
    }
    let mut filled: BTreeMap<usize, (LineString, Vec<LineString>)> = BTreeMap::new();
    for (i, (polygon, _, _)) in shells.into_iter().enumerate() {
        let ring = polygon.into_inner().0;
        if around[i].len().is_multiple_of(2) {
            filled.insert(i, (ring, Vec::new()));
        } else if let Some((_, holes)) = around[i]
            .last()
            .and_then(|smallest| filled.get_mut(smallest))
        {
            holes.push(ring);
        }
    }
    MultiPolygon::new(
        filled
            .into_values()
            .map(|(shell, holes)| Polygon::new(shell, holes))
            .collect(),
    )
}

/// Whether most of a few points of `inner` lie in `outer`: rings may touch, so one point alone could mislead.
fn lies_in(inner: &Polygon, outer: &Polygon) -> bool {
    let points = &inner.exterior().0;
    let step = (points.len() / 5).max(1);
    let tests: Vec<bool> = points
        .iter()
        .step_by(step)
        .map(|point| outer.contains(point))
        .collect();
    tests.iter().filter(|inside| **inside).count() * 2 > tests.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ```text
    /// 1---2---3     three ways, one of them against the direction of the others
    /// |       |
    /// 6---5---4
    /// ```
    #[test]
    fn ways_close_to_a_ring_whatever_their_direction() {
        let rings = join(&[&[1, 2, 3], &[5, 4, 3], &[5, 6, 1]]);
        assert_eq!(rings, [[1, 2, 3, 4, 5, 6, 1]]);
        assert!(join(&[&[1, 2, 3], &[3, 4]]).is_empty());
        assert!(join(&[&[7], &[]]).is_empty());
    }

    fn square(at: f64, side: f64) -> Vec<Coord> {
        [
            (0.0, 0.0),
            (side, 0.0),
            (side, side),
            (0.0, side),
            (0.0, 0.0),
        ]
        .map(|(x, y)| Coord {
            x: at + x,
            y: at + y,
        })
        .to_vec()
    }

    #[test]
    fn an_island_in_a_lake_on_an_island_is_filled_again() {
        let nested = nest(vec![square(2.0, 2.0), square(0.0, 10.0), square(1.0, 6.0)]);
        assert_eq!(nested.0.len(), 2);
        assert!((nested.unsigned_area() - (100.0 - 36.0 + 4.0)).abs() < 1e-9);
    }
}
