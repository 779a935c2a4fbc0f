//! Which way traffic flows.

use super::conditional::Conditions;
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

/// Reads `oneway` and its forms for motor traffic; roundabouts and motorways are one-way unless tagged otherwise.
pub fn flow(tags: &Tags, conditions: &mut Conditions) -> Flow {
    [
        "oneway:motorcar",
        "oneway:motor_vehicle",
        "oneway:vehicle",
        "oneway",
    ]
    .iter()
    .find_map(|key| {
        let conditional = conditions.value(tags, key);
        conditional
            .as_deref()
            .or_else(|| tags.get(key))
            .and_then(tagged)
    })
    .unwrap_or_else(|| {
        if is_roundabout(tags) || tags.is("highway", "motorway") {
            Flow::Forward
        } else {
            Flow::Both
        }
    })
}

fn tagged(value: &str) -> Option<Flow> {
    match value {
        "yes" | "1" | "true" => Some(Flow::Forward),
        "-1" | "reverse" => Some(Flow::Backward),
        "no" | "0" | "false" | "alternating" => Some(Flow::Both),
        "reversible" => Some(Flow::Closed),
        _ => None,
    }
}

/// Whether the way runs around a roundabout (or a circular junction, which drives alike).
pub fn is_roundabout(tags: &Tags) -> bool {
    matches!(tags.get("junction"), Some("roundabout" | "circular"))
}
