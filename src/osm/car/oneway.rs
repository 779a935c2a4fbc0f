//! Which way traffic flows.

use super::conditional::Conditions;
use super::profile::Mode;
use crate::osm::Tags;

/// Directions that `oneway` leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Two-way.
    Both,
    /// Along the node order only.
    Forward,
    /// Against the node order only.
    Backward,
    /// Changes with time in a way nobody can plan on (`reversible`).
    Closed,
}

/// Reads `oneway` and its forms. For vehicles roundabouts and motorways are one-way unless tagged otherwise, bicycles may go
/// against the flow where lanes or signs say so; people on foot are bound by `oneway:foot` alone.
pub fn flow(tags: &Tags, conditions: &mut Conditions) -> Flow {
    let mode = conditions.mode();
    let keys: &[&str] = match mode {
        Mode::Car => &[
            "oneway:motorcar",
            "oneway:motor_vehicle",
            "oneway:vehicle",
            "oneway",
        ],
        Mode::Foot => &["oneway:foot"],
        Mode::Bicycle if against_the_flow(tags) => &["oneway:bicycle"],
        Mode::Bicycle => &["oneway:bicycle", "oneway:vehicle", "oneway"],
    };
    keys.iter()
        .find_map(|key| {
            let conditional = conditions.value(tags, key);
            conditional
                .as_deref()
                .or_else(|| tags.get(key))
                .and_then(tagged)
        })
        .unwrap_or_else(|| {
            let round = is_roundabout(tags) || tags.is("highway", "motorway");
            if round && mode != Mode::Foot {
                Flow::Forward
            } else {
                Flow::Both
            }
        })
}

/// Whether bicycles have a lane or track against the one-way.
fn against_the_flow(tags: &Tags) -> bool {
    [
        "cycleway",
        "cycleway:left",
        "cycleway:right",
        "cycleway:both",
    ]
    .iter()
    .any(|key| {
        tags.get(key)
            .is_some_and(|value| value.starts_with("opposite"))
    }) || ["cycleway:left:oneway", "cycleway:right:oneway"]
        .iter()
        .any(|key| matches!(tags.get(key), Some("no" | "-1")))
}

fn tagged(value: &str) -> Option<Flow> {
    match value {
        "yes" | "1" | "true" => Some(Flow::Forward),
        "-1" | "reverse" => Some(Flow::Backward),
        "no" | "0" | "false" => Some(Flow::Both),
        // Both ways by turns, where the kind of road does not say otherwise.
        "alternating" => None,
        "reversible" => Some(Flow::Closed),
        _ => None,
    }
}

/// Whether the way runs around a roundabout (or a circular junction, which drives alike).
pub fn is_roundabout(tags: &Tags) -> bool {
    matches!(tags.get("junction"), Some("roundabout" | "circular"))
}
