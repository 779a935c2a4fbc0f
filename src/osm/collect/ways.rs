//! Second round: what each way is kept for.

use super::TagView;
use super::roads::may_carry_traffic;
use crate::osm::{OsmWayId, Tags};

/// A way that is kept, with its reasons.
#[derive(Debug)]
pub struct KeptWay {
    /// OSM id.
    pub id: OsmWayId,
    /// Node ids in order.
    pub nodes: Vec<i64>,
    /// Tags, when it may carry traffic.
    pub road: Option<Tags>,
}

/// What `way` is kept for; `None` when for nothing. `members` are the ways that areas are made of, sorted.
pub fn keep_way(
    id: OsmWayId,
    nodes: &[i64],
    tags: TagView<'_>,
    members: &[i64],
) -> Option<KeptWay> {
    let member = members.binary_search(&id.0).is_ok();
    let road = may_carry_traffic(tags).then(|| tags.to_tags());
    (member || road.is_some()).then(|| KeptWay {
        id,
        nodes: nodes.to_vec(),
        road,
    })
}
