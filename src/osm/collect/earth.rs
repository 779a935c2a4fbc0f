//! The land: coastline ways (land on their left) joined to islands; where the extract cuts the coast, closed along its
//! border; without coast, the box of the roads.

use std::collections::BTreeMap;

use geo::{Area, Contains, Coord, LineString, MultiPolygon, Polygon};

use super::rings::nest;
use crate::geometry::{Bounds, LonLat};

/// Land around the roads when nothing says where it ends, in shares of the box.
const MARGIN: f64 = 0.05;

/// The land of an extract with `coast` lines (node id and place), whose roads lie at `roads`. Empty without roads and
/// coast. Falls back to the box of the roads when the coast would leave most of them in the sea.
pub fn earth(coast: &[Vec<(i64, Coord)>], roads: &[LonLat]) -> MultiPolygon {
    let Some(bounds) = Bounds::around(roads.iter().copied()) else {
        return MultiPolygon::new(Vec::new());
    };
    let chains = chains(coast);
    let (closed, open): (Vec<_>, Vec<_>) = chains
        .into_iter()
        .partition(|chain| chain.len() > 3 && chain.first() == chain.last());
    let mut rings: Vec<Vec<Coord>> = closed;
    if !open.is_empty() {
        let all = open
            .iter()
            .flatten()
            .fold(bounds, |b, c| b.with(LonLat::from(*c)));
        rings.extend(close_along_border(&open, &grown(all)));
    }
    // A ring that runs clockwise has the sea inside; alone it cuts a hole into nothing, so the land needs a frame.
    let counter = |ring: &Vec<Coord>| {
        Polygon::new(LineString::new(ring.clone()), Vec::new()).signed_area() > 0.0
    };
    if !rings.iter().any(counter) {
        rings.push(frame(&grown(bounds)));
    }
    let land = nest(rings);
    let sample: Vec<Coord> = roads
        .iter()
        .step_by((roads.len() / 200).max(1))
        .map(|&p| p.into())
        .collect();
    let dry = sample.iter().filter(|p| land.contains(*p)).count();
    if dry * 2 >= sample.len() {
        land
    } else {
        nest(vec![frame(&grown(bounds))])
    }
}

/// Follows coast ways from end to start without ever turning one round: the side of the land hangs on the direction.
fn chains(coast: &[Vec<(i64, Coord)>]) -> Vec<Vec<Coord>> {
    let mut starts: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    let mut ends: BTreeMap<i64, usize> = BTreeMap::new();
    for (i, line) in coast.iter().enumerate() {
        if let (Some(first), Some(last)) = (line.first(), line.last()) {
            starts.entry(first.0).or_default().push(i);
            ends.insert(last.0, i);
        }
    }
    // Begin with ways that nothing leads to, so that cut chains are not broken in the middle; then the rings.
    let (heads, others): (Vec<usize>, Vec<usize>) = (0..coast.len())
        .filter(|&i| coast[i].len() > 1)
        .partition(|&i| !ends.contains_key(&coast[i][0].0));
    let mut used = vec![false; coast.len()];
    let mut chains = Vec::new();
    for first in heads.into_iter().chain(others) {
        if used[first] {
            continue;
        }
        used[first] = true;
        let mut chain = coast[first].clone();
        while chain[0].0 != chain[chain.len() - 1].0 {
            let end = chain[chain.len() - 1].0;
            let Some(&next) = starts.get(&end).into_iter().flatten().find(|i| !used[**i]) else {
                break;
            };
            used[next] = true;
            chain.extend(&coast[next][1..]);
        }
        chains.push(chain.into_iter().map(|(_, at)| at).collect());
    }
    chains
}

/// Leads each cut chain to the border and along it, counter-clockwise, to where the next chain comes in.
fn close_along_border(open: &[Vec<Coord>], border: &Bounds) -> Vec<Vec<Coord>> {
    let entries: Vec<f64> = open.iter().map(|c| along_border(c[0], border)).collect();
    let mut used = vec![false; open.len()];
    let mut rings = Vec::new();
    for first in 0..open.len() {
        if used[first] {
            continue;
        }
        let mut ring = Vec::new();
        let mut current = first;
        loop {
            used[current] = true;
            ring.extend(&open[current]);
            let exit = along_border(open[current][open[current].len() - 1], border);
            let (ahead, next) = (0..open.len())
                .filter(|&i| i == first || !used[i])
                .map(|i| ((entries[i] - exit).rem_euclid(4.0), i))
                .min_by(|a, b| a.0.total_cmp(&b.0))
                .expect("the first chain is always there");
            ring.push(at_border(exit, border));
            let mut corner = exit.floor() + 1.0;
            while corner < exit + ahead {
                ring.push(at_border(corner, border));
                corner += 1.0;
            }
            ring.push(at_border(entries[next], border));
            if next == first {
                break;
            }
            current = next;
        }
        ring.push(ring[0]);
        rings.push(ring);
    }
    rings
}

/// Where on the border a place is nearest to: 0 to 1 along the south, 1 to 2 east, 2 to 3 north, 3 to 4 west.
fn along_border(at: Coord, border: &Bounds) -> f64 {
    let x = share(at.x, border.min.lon, border.max.lon);
    let y = share(at.y, border.min.lat, border.max.lat);
    let sides = [(y, x), (1.0 - x, 1.0 + y), (1.0 - y, 3.0 - x), (x, 4.0 - y)];
    sides
        .into_iter()
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map_or(0.0, |(_, t)| t.rem_euclid(4.0))
}

fn share(value: f64, from: f64, to: f64) -> f64 {
    if to > from {
        ((value - from) / (to - from)).clamp(0.0, 1.0)
    } else {
        0.0
    }
}

fn at_border(t: f64, border: &Bounds) -> Coord {
    let t = t.rem_euclid(4.0);
    let (x, y) = match t as u8 {
        0 => (t, 0.0),
        1 => (1.0, t - 1.0),
        2 => (3.0 - t, 1.0),
        _ => (0.0, 4.0 - t),
    };
    Coord {
        x: border.min.lon + x * (border.max.lon - border.min.lon),
        y: border.min.lat + y * (border.max.lat - border.min.lat),
    }
}

fn frame(border: &Bounds) -> Vec<Coord> {
    (0..=4)
        .map(|corner| at_border(f64::from(corner), border))
        .collect()
}

fn grown(bounds: Bounds) -> Bounds {
    let dx = ((bounds.max.lon - bounds.min.lon) * MARGIN).max(1e-3);
    let dy = ((bounds.max.lat - bounds.min.lat) * MARGIN).max(1e-3);
    Bounds {
        min: LonLat::new(
            (bounds.min.lon - dx).max(-180.0),
            (bounds.min.lat - dy).max(-90.0),
        ),
        max: LonLat::new(
            (bounds.max.lon + dx).min(180.0),
            (bounds.max.lat + dy).min(90.0),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(i64, f64, f64)]) -> Vec<(i64, Coord)> {
        points
            .iter()
            .map(|&(id, x, y)| (id, Coord { x, y }))
            .collect()
    }

    fn roads() -> Vec<LonLat> {
        (0..100)
            .map(|i| LonLat::new(f64::from(i % 10), f64::from(i / 10)))
            .collect()
    }

    #[test]
    fn an_island_is_what_its_coast_encloses() {
        let coast = [
            line(&[(1, -1.0, -1.0), (2, 10.0, -1.0), (3, 10.0, 10.0)]),
            line(&[(3, 10.0, 10.0), (4, -1.0, 10.0), (1, -1.0, -1.0)]),
        ];
        assert!((earth(&coast, &roads()).unsigned_area() - 121.0).abs() < 1e-9);
    }

    #[test]
    fn a_coast_cut_at_both_ends_keeps_the_land_on_its_left() {
        // A coast that runs north along x = 8: the land lies west of it.
        let coast = [line(&[(1, 8.0, -2.0), (2, 8.0, 11.0)])];
        let land = earth(&coast, &roads());
        assert!(land.contains(&Coord { x: 3.0, y: 4.0 }));
        assert!(!land.contains(&Coord { x: 8.5, y: 4.0 }));
    }

    #[test]
    fn without_a_coast_the_land_is_the_box_of_the_roads() {
        let land = earth(&[], &roads());
        assert!(land.contains(&Coord { x: 9.2, y: 9.2 }));
        assert!(earth(&[], &[]).0.is_empty());
    }

    #[test]
    fn a_coast_that_would_drown_the_roads_is_not_believed() {
        let rock = [line(&[
            (1, 4.0, 4.0),
            (2, 4.1, 4.0),
            (3, 4.1, 4.1),
            (1, 4.0, 4.0),
        ])];
        assert!(earth(&rock, &roads()).contains(&Coord { x: 1.5, y: 1.5 }));
    }
}
