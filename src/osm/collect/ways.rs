//! Second round: what each way is kept for.

use super::TagView;
use super::interpolation::{Interpolation, interpolation};
use super::places::place;
use super::roads::may_carry_traffic;
use super::shapes::{Shape, shape};
use crate::osm::{OsmWayId, Place, Tags};

/// A way that is kept, with its reasons.
#[derive(Debug)]
pub struct KeptWay {
    /// OSM id.
    pub id: OsmWayId,
    /// Node ids in order.
    pub nodes: Vec<i64>,
    /// Tags, when it may carry traffic.
    pub road: Option<Tags>,
    /// How it is drawn.
    pub shape: Option<Box<Shape>>,
    /// The business, address or settlement that it is.
    pub place: Option<Box<Place>>,
    /// The house numbers along it.
    pub interpolation: Option<Box<Interpolation>>,
    /// Part of the coast.
    pub coast: bool,
}

/// What `way` is kept for; `None` when for nothing. `members` are the ways that areas are made of, sorted.
pub fn keep_way(
    id: OsmWayId,
    nodes: &[i64],
    tags: TagView<'_>,
    members: &[i64],
) -> Option<KeptWay> {
    let member = members.binary_search(&id.0).is_ok();
    if tags.is_empty() && !member {
        return None;
    }
    let closed = nodes.len() > 3 && nodes.first() == nodes.last();
    let way = KeptWay {
        id,
        nodes: Vec::new(),
        road: may_carry_traffic(tags).then(|| tags.to_tags()),
        shape: shape(tags, closed).map(Box::new),
        place: place(tags).map(Box::new),
        interpolation: interpolation(tags).map(Box::new),
        coast: tags.is("natural", "coastline"),
    };
    let wanted = member
        || way.road.is_some()
        || way.shape.is_some()
        || way.place.is_some()
        || way.interpolation.is_some()
        || way.coast;
    wanted.then(|| KeptWay {
        nodes: nodes.to_vec(),
        ..way
    })
}
