//! From a snapped place to the edges on which a trip may leave it or reach it.

use crate::network::{EdgeId, Network, NodeId, Snap};

/// Shares nearer than this to an end of the edge are at the junction: less than a millimetre on any road.
const AT_NODE: f64 = 1e-9;

/// A place on an edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    pub edge: EdgeId,
    pub share: f64,
}

/// The junction at which the place lies, if it does.
pub(super) fn node(network: &Network, snap: &Snap) -> Option<NodeId> {
    let edge = network.edge(snap.edge);
    if snap.along <= AT_NODE {
        Some(edge.from)
    } else if snap.along >= 1.0 - AT_NODE {
        Some(edge.to)
    } else {
        None
    }
}

/// Where a trip from `snap` may begin: both directions of the road, or all roads out of the junction.
pub(super) fn departures(network: &Network, snap: &Snap) -> Vec<Place> {
    match node(network, snap) {
        Some(node) => all(network.edges_from(node), 0.0),
        None => both(snap),
    }
}

/// Where a trip to `snap` may end: both directions of the road, or all roads into the junction.
pub(super) fn arrivals(network: &Network, snap: &Snap) -> Vec<Place> {
    match node(network, snap) {
        Some(node) => all(network.edges_to(node), 1.0),
        None => both(snap),
    }
}

fn all(edges: &[EdgeId], share: f64) -> Vec<Place> {
    edges
        .iter()
        .map(|edge| Place { edge: *edge, share })
        .collect()
}

fn both(snap: &Snap) -> Vec<Place> {
    let there = Place {
        edge: snap.edge,
        share: snap.along,
    };
    let back = snap.reverse.map(|edge| Place {
        edge,
        share: 1.0 - snap.along,
    });
    std::iter::once(there).chain(back).collect()
}
