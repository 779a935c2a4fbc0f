//! OSRM keeps coordinates to a millionth of a degree and adds times up in tenths of a second, segment by segment. The suite's
//! figures come from that, so the map is rounded in the same way here; Rondo itself is finer.

use std::collections::HashMap;

use rondo::geometry::distance;
use rondo::network::{Charge, Edge, Network};
use rondo::osm::{Extract, Roads};
use rondo::units::Millis;

/// Rounds all positions to a millionth of a degree.
pub fn round_positions(extract: &mut Extract) {
    // By way of degrees, as OSRM has it: halves fall as their binary fractions do.
    let round = |e7: i32| (f64::from(e7) / 1e7 * 1e6).round() as i32 * 10;
    for (_, at) in &mut extract.node_positions {
        at.lon_e7 = round(at.lon_e7);
        at.lat_e7 = round(at.lat_e7);
    }
}

/// The same roads with the times of segments in tenths of a second; `segment_s` is what every segment takes instead.
pub fn round_times(network: &Network, roads: &Roads, segment_s: Option<f64>) -> Network {
    let mut directions = HashMap::new();
    for way in &roads.ways {
        directions.insert(way.id, [way.forward, way.backward]);
    }
    network.recharged(|edge| {
        if let Some(seconds) = segment_s {
            let segments = edge.node_refs().len() - 1;
            let time = Millis((seconds * 1_000.0) as i64 * segments as i64);
            return Some(Charge { time, cost: time });
        }
        let direction = directions.get(&edge.way())?[usize::from(edge.runs_backward())];
        Some(match direction.filter(|_| !edge.ferry()) {
            Some(direction) => rounded(&edge, direction.speed_kmh, direction.reluctance),
            None => sailed(&edge),
        })
    })
}

fn rounded(edge: &Edge<'_>, speed_kmh: f64, reluctance: f64) -> Charge {
    let driving = |factor: f64| edge.length().0 / speed_kmh * 3_600.0 * factor;
    let tenths = |factor: f64| -> i64 {
        lengths(edge)
            .map(|metres| (metres / speed_kmh * 36.0 * factor).round() as i64 * 100)
            .sum()
    };
    // What stands on the road comes on top.
    let delay = edge.time().0 - driving(1.0).round() as i64;
    Charge {
        time: Millis(tenths(1.0) + delay),
        cost: Millis(tenths(reluctance.max(1.0)) + delay),
    }
}

fn sailed(edge: &Edge<'_>) -> Charge {
    let (whole, time) = (edge.length().0.max(1e-9), edge.time().0 as f64);
    let tenths = |metres: f64| (metres / whole * time / 100.0).round() as i64 * 100;
    let time = Millis(lengths(edge).map(tenths).sum());
    Charge { time, cost: time }
}

fn lengths(edge: &Edge<'_>) -> impl Iterator<Item = f64> {
    let line = edge.line();
    (1..line.len()).map(move |i| distance(line[i - 1], line[i]).0)
}
