//! The suite's own vehicle.

use rondo::geometry::{LonLat, line_length};
use rondo::network::TurnModel;
use rondo::osm::car::CarModel;
use rondo::osm::{Direction, Extract, NodeRules, RawWay, RoadClass, Roads, Tags};
use rondo::units::Millis;

/// The roads of the suite's own vehicle, which takes every way at a round speed: 36 km/h on a primary road, half of it on a
/// secondary, a third on a tertiary, 24 elsewhere; 20 s to turn back, 7 s at lights.
pub fn roads(mut extract: Extract) -> (Roads, TurnModel) {
    let ways = extract.ways.clone();
    for way in &mut extract.ways {
        let kept = ["name", "ref", "oneway", "toll"];
        let mut tags: Vec<(&str, &str)> = vec![("highway", "primary")];
        tags.extend(way.tags.iter().filter(|(key, _)| kept.contains(key)));
        if way.tags.is("junction", "roundabout") {
            tags.push(("junction", "roundabout"));
        }
        way.tags = tags.into_iter().collect();
    }
    let lights = |tags: &Tags| tags.is("highway", "traffic_signals");
    let signals: Vec<_> = std::mem::take(&mut extract.node_tags)
        .into_iter()
        .filter(|(_, tags)| lights(tags))
        .map(|(id, _)| id)
        .collect();
    let mut roads = CarModel::default().judge(&extract);
    roads.node_rules = signals
        .into_iter()
        .map(|id| {
            let rules = NodeRules {
                delay_forward: Millis::from_secs(7),
                delay_backward: Millis::from_secs(7),
                ..NodeRules::default()
            };
            (id, rules)
        })
        .collect();
    let positions = extract.node_positions;
    for road in &mut roads.ways {
        let Some(way) = ways.iter().find(|way| way.id == road.id) else {
            continue;
        };
        let line: Vec<LonLat> = way
            .nodes
            .iter()
            .filter_map(|node| {
                let i = positions.binary_search_by_key(node, |(id, _)| *id).ok()?;
                Some(positions[i].1.to_lon_lat())
            })
            .collect();
        let [forward, backward] = speeds(way, line_length(&line).0);
        let set = |direction: &mut Option<Direction>, speed: f64| {
            if let Some(direction) = direction {
                direction.speed_kmh = speed;
                direction.reluctance = 1.0;
            }
        };
        set(&mut road.forward, forward);
        set(&mut road.backward, backward);
        if way.tags.is("highway", "motorway") {
            road.class = RoadClass::Motorway;
        }
    }
    let turns = TurnModel {
        sharpest: Millis::ZERO,
        turning_back: Millis::from_secs(20),
        ..TurnModel::FREE
    };
    (roads, turns)
}

/// Speeds along and against a way, km/h.
fn speeds(way: &RawWay, length_m: f64) -> [f64; 2] {
    let number = |key: &str| way.tags.get(key).and_then(|text| text.parse::<f64>().ok());
    if let Some(seconds) = way.tags.get("duration").and_then(seconds) {
        return [length_m / seconds * 3.6; 2];
    }
    let usual = match way.tags.get("highway") {
        Some("primary") => 36.0,
        Some("secondary") => 18.0,
        Some("tertiary") => 12.0,
        Some("steps") => 6.0,
        _ => 24.0,
    };
    let [along, against] = if way.tags.is("highway", "river") {
        [usual * 1.5, usual / 1.5]
    } else {
        [usual, usual]
    };
    let limited = |speed: f64, key: &str| match (number(key), number("maxspeed")) {
        (Some(limit), _) if limit > 0.0 => limit,
        (_, Some(limit)) if limit > 0.0 => speed.min(limit),
        _ => speed,
    };
    [
        limited(along, "maxspeed:forward"),
        limited(against, "maxspeed:backward"),
    ]
}

/// `hh:mm`, `hh:mm:ss` or minutes.
fn seconds(text: &str) -> Option<f64> {
    let parts: Option<Vec<f64>> = text.split(':').map(|part| part.parse().ok()).collect();
    let seconds = match parts?[..] {
        [minutes] => minutes * 60.0,
        [hours, minutes] => (hours * 60.0 + minutes) * 60.0,
        [hours, minutes, seconds] => (hours * 60.0 + minutes) * 60.0 + seconds,
        _ => return None,
    };
    Some(seconds.max(1.0))
}
