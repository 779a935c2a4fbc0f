//! OSRM keeps coordinates to a millionth of a degree and adds times up in tenths of a second: segment by segment, turn by
//! turn, and of the segment on which a trip begins or ends whole tenths only. The suite's figures come from that, so the map
//! and the requests are rounded in the same way here; Rondo itself is finer.

use std::collections::{HashMap, HashSet};

use rondo::geometry::distance;
use rondo::network::{Charge, Edge, Knot, Network};
use rondo::osm::{Extract, OsmWayId, RoadWay, Roads};
use rondo::routing::SegmentSpeeds;
use rondo::units::Millis;

/// Rounds all positions to a millionth of a degree.
pub fn round_positions(extract: &mut Extract) {
    // By way of degrees, as OSRM has it: halves fall as their binary fractions do.
    let round = |e7: i32| millionths(f64::from(e7) / 1e7) as i32 * 10;
    for (_, at) in &mut extract.node_positions {
        at.lon_e7 = round(at.lon_e7);
        at.lat_e7 = round(at.lat_e7);
    }
}

fn millionths(degrees: f64) -> i64 {
    (degrees * 1e6).round() as i64
}

/// The ways that say how long they take.
pub fn with_duration(extract: &Extract) -> HashSet<OsmWayId> {
    let timed = extract
        .ways
        .iter()
        .filter(|way| way.tags.get("duration").is_some());
    timed.map(|way| way.id).collect()
}

/// A request's target with its coordinates rounded in the same way.
pub fn round_target(target: &str) -> String {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let (service, places) = path.rsplit_once('/').unwrap_or(("", path));
    let places: Vec<String> = places.split(';').map(round_place).collect();
    let mut rounded = format!("{service}/{}", places.join(";"));
    if let Some(query) = query {
        rounded.push('?');
        rounded.push_str(query);
    }
    rounded
}

/// `lon,lat` rounded; anything else as it is.
fn round_place(place: &str) -> String {
    let numbers: Option<Vec<f64>> = place.split(',').map(|n| n.parse().ok()).collect();
    match numbers.as_deref() {
        Some([lon, lat]) if lon.is_finite() && lat.is_finite() => {
            let degrees = |n: &f64| millionths(*n) as f64 / 1e6;
            format!("{},{}", degrees(lon), degrees(lat))
        }
        _ => place.to_owned(),
    }
}

/// A request's body with its coordinates rounded in the same way; as it is when it is no JSON.
pub fn round_body(body: &[u8]) -> Vec<u8> {
    let Ok(mut json) = serde_json::from_slice::<serde_json::Value>(body) else {
        return body.to_vec();
    };
    let places = json.get_mut("coordinates").and_then(|c| c.as_array_mut());
    for place in places.into_iter().flatten() {
        for number in place.as_array_mut().into_iter().flatten() {
            if let Some(degrees) = number.as_f64() {
                *number = (millionths(degrees) as f64 / 1e6).into();
            }
        }
    }
    json.to_string().into_bytes()
}

/// The same roads with the times of segments in tenths of a second; `segment_s` is what every segment takes instead, unless
/// its speed is measured.
pub fn round_times(
    network: &Network,
    roads: &Roads,
    segment_s: Option<f64>,
    measured: &SegmentSpeeds,
    durations: &HashSet<OsmWayId>,
) -> Network {
    // Where a way says how long it takes, each of its segments takes the same.
    let timed = |way: &RoadWay| {
        Some((
            way.id,
            way.ferry?.sailing.0 as f64 / 1e3 / (way.nodes.len() - 1) as f64,
        ))
    };
    let timed: HashMap<OsmWayId, f64> = roads
        .ways
        .iter()
        .filter(|way| durations.contains(&way.id))
        .filter_map(timed)
        .collect();
    let mut directions = HashMap::new();
    for way in &roads.ways {
        directions.insert(way.id, [way.forward, way.backward]);
    }
    let segments = |edge: &Edge<'_>| -> Option<Vec<Segment>> {
        let lengths: Vec<f64> = lengths(edge).collect();
        let direction = directions.get(&edge.way())?[usize::from(edge.runs_backward())];
        let seconds = |metres: f64, factor: f64| match (segment_s, direction) {
            (Some(seconds), _) => seconds,
            (None, Some(direction)) if !edge.ferry() => metres / direction.speed_kmh * 3.6 * factor,
            _ => match timed.get(&edge.way()) {
                Some(seconds) => *seconds,
                None => metres / edge.length().0.max(1e-9) * edge.time().0 as f64 / 1e3,
            },
        };
        let reluctance = direction.map_or(1.0, |direction| direction.reluctance.max(1.0));
        let waits: HashMap<usize, Millis> = edge.delays().collect();
        let nodes = edge.node_refs();
        let segment = |(i, metres): (usize, f64)| {
            let measured = measured.of(nodes[i], nodes[i + 1]);
            let seconds = |factor: f64| match measured {
                Some(kmh) => metres / kmh * 3.6,
                None => seconds(metres, factor),
            };
            Segment {
                metres,
                time: tenths(seconds(1.0)),
                cost: tenths(seconds(reluctance)),
                wait_ms: waits.get(&(i + 1)).map_or(0, |wait| wait.0),
                source: u8::from(measured.is_some()),
            }
        };
        let closed = |i: usize| measured.of(nodes[i], nodes[i + 1]) == Some(0.0);
        if (0..lengths.len()).any(closed) {
            return None;
        }
        Some(lengths.into_iter().enumerate().map(segment).collect())
    };
    network
        .recharged(|edge| {
            let segments = segments(&edge)?;
            let sum = |part: fn(&Segment) -> i64| Millis(segments.iter().map(part).sum());
            Some(Charge {
                time: sum(|s| s.time * 100 + s.wait_ms),
                cost: sum(|s| s.cost * 100 + s.wait_ms),
            })
        })
        .with_knots(|edge| {
            // Where a network is recharged its ids stay.
            let before = network.edge(edge.id);
            // OSRM's segments run from the lower to the higher id of the ends of a road.
            let nodes = before.node_refs();
            let backward = nodes.first() > nodes.last();
            segments(&before).map_or_else(Vec::new, |s| steps(&s, backward))
        })
}

/// Tenths of a second, at least one.
fn tenths(seconds: f64) -> i64 {
    ((seconds * 10.0).round() as i64).max(1)
}

/// A segment of an edge, its time and cost in tenths of a second and the wait at its end.
struct Segment {
    metres: f64,
    time: i64,
    cost: i64,
    wait_ms: i64,
    source: u8,
}

/// How whole tenths pass along segments. Those that have passed are counted, backward those that have begun.
fn steps(segments: &[Segment], backward: bool) -> Vec<Knot> {
    /// A tenth has passed a hair before or after its place, so that the place itself counts as it should.
    const HAIR: f64 = 1e-8;
    let whole: f64 = segments.iter().map(|s| s.metres).sum();
    let whole = whole.max(1e-9);
    let (mut metres, mut time, mut cost) = (0.0, 0, 0);
    let mut knots = Vec::new();
    for segment in segments {
        let most = segment.time.max(segment.cost);
        for i in 0..most {
            let at = if backward { i } else { i + 1 } as f64 / most as f64;
            let hair = if backward { HAIR } else { -HAIR };
            let share = (metres + segment.metres * at) / whole + hair;
            let knot = |passed: i64| Knot {
                share: share.clamp(0.0, 1.0),
                passed: Charge {
                    time: Millis(time + passed * segment.time / most * 100),
                    cost: Millis(cost + passed * segment.cost / most * 100),
                },
                source: segment.source,
            };
            knots.extend([knot(i), knot(i + 1)]);
        }
        metres += segment.metres;
        time += segment.time * 100;
        cost += segment.cost * 100;
        if segment.wait_ms > 0 {
            let knot = |waited: i64| Knot {
                share: metres / whole,
                passed: Charge {
                    time: Millis(time + waited),
                    cost: Millis(cost + waited),
                },
                source: segment.source,
            };
            knots.extend([knot(0), knot(segment.wait_ms)]);
            time += segment.wait_ms;
            cost += segment.wait_ms;
        }
    }
    knots
}

fn lengths(edge: &Edge<'_>) -> impl Iterator<Item = f64> {
    let line = edge.line();
    (1..line.len()).map(move |i| distance(line[i - 1], line[i]).0)
}
