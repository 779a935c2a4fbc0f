//! Which ways may carry traffic, and which nodes on them carry rules.

use super::TagView;

/// Whether a way belongs to the network that a tag table will judge: `highway=*`, ferries and shuttle trains.
pub fn may_carry_traffic(tags: TagView<'_>) -> bool {
    tags.get("highway").is_some() || matches!(tags.get("route"), Some("ferry" | "shuttle_train"))
}

/// Whether a node on a road says something about passing it.
pub fn has_rules(tags: TagView<'_>) -> bool {
    tags.iter().any(|(key, _)| {
        matches!(
            key,
            "highway" | "barrier" | "access" | "vehicle" | "motor_vehicle" | "motorcar" | "ford"
        )
    })
}
