//! Dijkstra from one place to several, stopping when all are settled. Routes and tables are made of it.

use super::frontier::{Frontier, Sense};
use super::metric::{Metric, Preferred, Weight, part};
use super::place::{Place, Stand};
use crate::network::{ArcId, EdgeId, Network, NodeId};

/// Places to be reached, by edge. Made once per set of targets and shared by all searches.
pub(super) struct Targets {
    count: usize,
    /// (edge, target, share), sorted by edge.
    places: Vec<(EdgeId, u32, f64)>,
    /// One bit per edge that has a target.
    marked: Vec<u64>,
    /// (junction, target), sorted, for targets at a junction.
    at_nodes: Vec<(NodeId, u32)>,
}

impl Targets {
    pub fn new(network: &Network, targets: &[Stand]) -> Self {
        let mut places = Vec::new();
        let mut at_nodes = Vec::new();
        for (i, stand) in targets.iter().enumerate() {
            let i = i as u32;
            places.extend(
                stand
                    .arrivals
                    .iter()
                    .map(|place| (place.edge, i, place.share)),
            );
            at_nodes.extend(stand.node.map(|node| (node, i)));
        }
        places.sort_unstable_by_key(|(edge, target, _)| (*edge, *target));
        at_nodes.sort_unstable();
        let mut marked = vec![0_u64; network.edge_count().div_ceil(64)];
        for (edge, _, _) in &places {
            marked[edge.index() / 64] |= 1 << (edge.index() % 64);
        }
        Self {
            count: targets.len(),
            places,
            marked,
            at_nodes,
        }
    }

    pub fn on(&self, edge: EdgeId) -> &[(EdgeId, u32, f64)] {
        if self.marked[edge.index() / 64] & 1 << (edge.index() % 64) == 0 {
            return &[];
        }
        let first = self.places.partition_point(|(e, _, _)| *e < edge);
        let count = self.places[first..].partition_point(|(e, _, _)| *e == edge);
        &self.places[first..first + count]
    }

    fn at(&self, node: NodeId) -> impl Iterator<Item = u32> {
        let first = self.at_nodes.partition_point(|(n, _)| *n < node);
        self.at_nodes[first..]
            .iter()
            .take_while(move |(n, _)| *n == node)
            .map(|(_, target)| *target)
    }
}

/// How a target is reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    pub weight: Weight,
    pub length_mm: u64,
    pub last: Last,
}

/// The end of the way to a target.
#[derive(Clone, Copy, Debug)]
pub(super) enum Last {
    /// Along a labelled arc to a share of its edge.
    Arc(ArcId, f64),
    /// Along the edge that the trip began on.
    Same(Place, f64),
    /// The trip begins and ends at the same junction.
    Here,
}

/// Reaches every target that can be reached; `None` for the others. The labels stay in `front` for unpacking.
pub(super) fn search(
    network: &Network,
    front: &mut Frontier,
    from: &Stand,
    targets: &Targets,
) -> Vec<Option<Arrival>> {
    front.reset();
    let first_target = network.arc_count() as u32;
    let mut best: Vec<Option<Arrival>> = vec![None; targets.count];
    let mut offer = |front: &mut Frontier, target: u32, arrival: Arrival| {
        let slot = &mut best[target as usize];
        if slot.is_none_or(|known| arrival.weight < known.weight) {
            *slot = Some(arrival);
            front.announce(arrival.weight, first_target + target);
        }
    };
    without_turns(network, from, targets, |target, arrival| {
        offer(front, target, arrival);
    });
    for &place in &from.departures {
        let rest = Preferred::part(network, place.edge, place.share, 1.0);
        let whole_mm = network.weights(place.edge).2;
        let arc = ArcId(place.edge.0);
        front.start::<Preferred>(
            network,
            Sense::Forth,
            arc,
            rest,
            part(whole_mm, place.share, 1.0),
            |_, _| {},
        );
    }
    let mut settled = vec![false; targets.count];
    let mut missing = targets.count;
    while missing > 0
        && let Some((_, id)) = front.pop()
    {
        if let Some(target) = id.checked_sub(first_target) {
            // A target announced twice is settled by the better announcement, which comes first.
            missing -= usize::from(!std::mem::replace(&mut settled[target as usize], true));
            continue;
        }
        let arc = ArcId(id);
        let edge = network.arc_edge(arc);
        for (_, target, share) in targets.on(edge) {
            if let Some(label) = front.label(arc) {
                let arrival = Arrival {
                    weight: label.weight + Preferred::part(network, edge, 0.0, *share),
                    length_mm: label.length_mm + part(network.weights(edge).2, 0.0, *share),
                    last: Last::Arc(arc, *share),
                };
                offer(front, *target, arrival);
            }
        }
        front.travel::<Preferred>(network, Sense::Forth, arc, |_, _| {});
    }
    best
}

/// Offers every target that is reached without a turn: at the junction of the start, or along the start's own edge.
pub(super) fn without_turns(
    network: &Network,
    from: &Stand,
    targets: &Targets,
    mut offer: impl FnMut(u32, Arrival),
) {
    for target in from.node.into_iter().flat_map(|n| targets.at(n)) {
        let here = Arrival {
            weight: Weight::ZERO,
            length_mm: 0,
            last: Last::Here,
        };
        offer(target, here);
    }
    for &place in &from.departures {
        let whole_mm = network.weights(place.edge).2;
        for (_, target, share) in targets.on(place.edge) {
            if *share >= place.share {
                let arrival = Arrival {
                    weight: Preferred::part(network, place.edge, place.share, *share),
                    length_mm: part(whole_mm, place.share, *share),
                    last: Last::Same(place, *share),
                };
                offer(*target, arrival);
            }
        }
    }
}
