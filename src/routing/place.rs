//! From a snapped place to the edges on which a trip may leave it or reach it.

use crate::network::{EdgeId, Network, NodeId, Snap};

/// Shares nearer than this to an end of the edge are at the junction: less than a millimetre on any road.
const AT_NODE: f64 = 1e-9;

/// A place on a directed edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The edge.
    pub edge: EdgeId,
    /// Share of its length before the place, 0 to 1.
    pub share: f64,
}

/// Where a trip may begin and end when it touches one spot on the map.
///
/// [`Stand::of`] allows both directions of a road and all roads of a junction; whoever allows less (only the kerb side,
/// only straight on) takes places out. A trip that begins on an edge at share 1 has that edge's turns before it; one that
/// begins at share 0 has already turned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stand {
    /// Places to set off from.
    pub departures: Vec<Place>,
    /// Places to come to.
    pub arrivals: Vec<Place>,
    /// The junction at which the spot lies, if it does and one may leave it by all roads: a trip from a stand to one at
    /// the same junction is no trip at all.
    pub node: Option<NodeId>,
}

impl Stand {
    /// Either direction of a two-way road, or all roads of the junction where `snap` lies.
    #[must_use]
    pub fn of(network: &Network, snap: &Snap) -> Self {
        let node = node(network, snap);
        Self {
            departures: departures(network, snap),
            arrivals: arrivals(network, snap),
            node,
        }
    }

    /// The stands of several places.
    pub(super) fn all(network: &Network, snaps: &[Snap]) -> Vec<Self> {
        snaps.iter().map(|snap| Self::of(network, snap)).collect()
    }
}

/// The junction at which the place lies, if it does.
fn node(network: &Network, snap: &Snap) -> Option<NodeId> {
    let edge = network.edge(snap.edge);
    if snap.along <= AT_NODE {
        Some(edge.from)
    } else if snap.along >= 1.0 - AT_NODE {
        Some(edge.to)
    } else {
        None
    }
}

/// Where a trip from `snap` may begin: both directions of the road, or all roads out of the junction, as far as they are
/// open.
pub(super) fn departures(network: &Network, snap: &Snap) -> Vec<Place> {
    match node(network, snap) {
        Some(node) => {
            let (out, into) = (network.edges_from(node), network.edges_to(node));
            all(network, (out, 0.0), (into, 1.0))
        }
        None => both(network, snap),
    }
}

/// Where a trip to `snap` may end: both directions of the road, or all roads into the junction, as far as they are open.
pub(super) fn arrivals(network: &Network, snap: &Snap) -> Vec<Place> {
    match node(network, snap) {
        Some(node) => {
            let (out, into) = (network.edges_from(node), network.edges_to(node));
            all(network, (into, 1.0), (out, 0.0))
        }
        None => both(network, snap),
    }
}

/// The open roads of a junction, in the direction wanted. Nobody lives on a ferry: where one lands, it is boarded from the
/// roads, and left for them, at the cost of doing so; that takes the roads of the other direction too.
fn all(network: &Network, wanted: (&[EdgeId], f64), others: (&[EdgeId], f64)) -> Vec<Place> {
    let open = |(edges, share): (&[EdgeId], f64)| -> Vec<Place> {
        let open = edges.iter().filter(|edge| network.is_open(**edge));
        open.map(|edge| Place { edge: *edge, share }).collect()
    };
    let mut places = open(wanted);
    let ashore = |place: &Place| !network.is_ferry(place.edge);
    if !places.iter().all(ashore) {
        places.extend(open(others));
        places.retain(ashore);
    }
    places
}

fn both(network: &Network, snap: &Snap) -> Vec<Place> {
    let there = Place {
        edge: snap.edge,
        share: snap.along,
    };
    let back = snap.reverse.map(|edge| Place {
        edge,
        share: 1.0 - snap.along,
    });
    std::iter::once(there)
        .chain(back)
        .filter(|place| network.is_open(place.edge))
        .collect()
}
