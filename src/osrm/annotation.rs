//! What is told of every segment between two points of a leg.

use super::ask::Annotations;
use super::bearing::distance;
use super::course::{Course, Part};
use super::json::Json;
use crate::network::Network;

/// Milliseconds and metres of one segment.
struct Segment {
    time_ms: f64,
    cost_ms: f64,
    length_m: f64,
    source: u8,
}

/// Writes the annotation of a leg. Turns belong to no segment, nor do waits at the nodes between them.
pub fn write(json: &mut Json, network: &Network, course: &Course, wish: Annotations) {
    let segments: Vec<Segment> = course
        .parts
        .iter()
        .flat_map(|part| segments(network, course, part))
        .collect();
    json.object(|json| {
        if wish.duration {
            json.key("duration")
                .list(&segments, |json, s| json.fixed(s.time_ms / 1e3, 3));
        }
        if wish.distance {
            json.key("distance")
                .list(&segments, |json, s| json.fixed(s.length_m, 6));
        }
        if wish.weight {
            json.key("weight")
                .list(&segments, |json, s| json.fixed(s.cost_ms / 1e3, 3));
        }
        if wish.speed {
            let mut last = 0.0;
            json.key("speed").list(&segments, |json, s| {
                if s.time_ms > 0.0 {
                    last = s.length_m / s.time_ms * 1e3;
                }
                json.fixed(last, 1);
            });
        }
        if wish.nodes {
            json.key("nodes")
                .list(&course.nodes, |json, node| json.whole(node.0));
        }
        if wish.datasources {
            json.key("datasources")
                .list(&segments, |json, s| json.whole(i64::from(s.source)));
            json.key("metadata").object(|json| {
                json.key("datasource_names")
                    .list(["OpenStreetMap", "measured speeds"], Json::text);
            });
        }
    });
}

fn segments(network: &Network, course: &Course, part: &Part) -> Vec<Segment> {
    let points = &course.points[part.first..=part.last];
    let lengths: Vec<f64> = points
        .windows(2)
        .map(|two| distance(two[0].to_lon_lat(), two[1].to_lon_lat()))
        .collect();
    let whole: f64 = lengths.iter().sum();
    let count = lengths.len() as f64;
    let [begin, end] = part.shares;
    let mut share = begin;
    lengths
        .into_iter()
        .map(|length_m| {
            let of_part = if whole > 0.0 {
                length_m / whole
            } else {
                1.0 / count
            };
            let from = share;
            share = (from + (end - begin) * of_part).min(end);
            let (time_ms, cost_ms) = network.part(part.edge, from, share);
            Segment {
                time_ms: time_ms as f64,
                cost_ms: cost_ms as f64,
                length_m,
                source: network.source(part.edge, f64::midpoint(from, share)),
            }
        })
        .collect()
}
