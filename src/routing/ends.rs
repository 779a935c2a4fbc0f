//! Where trips begin and end, as seeds of a search in the hierarchy.
//!
//! A seed is an arc that is entered at its beginning. A trip that begins inside an edge first enters the arcs after its
//! first turn; one that begins at a junction enters the edges there. A trip that ends inside an edge enters one of its
//! arcs. What needs no turn at all never meets the hierarchy: [`direct`].

use super::cch::Seed;
use super::hierarchy::packed;
use super::metric::{Metric, Preferred, Weight, part};
use super::place::{Place, Stand};
use crate::network::{ArcId, Network};

/// Seeds, and for each the place on the edge where the trip begins or ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Ends {
    pub seeds: Vec<Seed>,
    pub places: Vec<Place>,
}

impl Ends {
    fn push(&mut self, place: Place, arc: ArcId, weight: Weight, length_mm: u64) {
        self.places.push(place);
        self.seeds.push(Seed {
            arc: arc.0,
            key: packed(weight),
            length_mm,
        });
    }

    /// Whether some seed is too far from its place to fit.
    pub fn beyond(&self) -> bool {
        self.seeds.iter().any(|seed| !seed.key.fits())
    }
}

/// How a trip from `from` enters arcs. Those entered at a junction are the place's own edge.
pub(super) fn beginnings(network: &Network, from: &Stand) -> Ends {
    let mut ends = Ends::default();
    for &place in &from.departures {
        let arc = ArcId(place.edge.0);
        if place.share == 0.0 {
            ends.push(place, arc, Weight::ZERO, 0);
        } else {
            after_turns::<Preferred>(network, place, &mut ends);
        }
    }
    ends
}

/// The arcs after the first turn of a trip that begins at `place`.
pub(super) fn after_turns<M: Metric>(network: &Network, place: Place, ends: &mut Ends) {
    let rest = M::part(network, place.edge, place.share, 1.0);
    let length_mm = part(network.weights(place.edge).2, place.share, 1.0);
    for turn in network.turns_from(ArcId(place.edge.0)) {
        ends.push(place, ArcId(turn.arc), rest + M::turn(turn), length_mm);
    }
}

/// The arcs before the last turn of a trip that ends at `place`, from their beginning on.
pub(super) fn before_turns<M: Metric>(network: &Network, place: Place, ends: &mut Ends) {
    let rest = M::part(network, place.edge, 0.0, place.share);
    let length_mm = part(network.weights(place.edge).2, 0.0, place.share);
    for arc in network.arcs_of(place.edge) {
        for turn in network.turns_to(arc) {
            let before = network.arc_edge(ArcId(turn.arc));
            let weight = M::edge(network, before) + M::turn(turn) + rest;
            let length_mm = network.weights(before).2 + length_mm;
            ends.push(place, ArcId(turn.arc), weight, length_mm);
        }
    }
}

/// How a trip to `to` enters its last arc.
pub(super) fn endings(network: &Network, to: &Stand) -> Ends {
    let mut ends = Ends::default();
    for &place in &to.arrivals {
        let weight = Preferred::part(network, place.edge, 0.0, place.share);
        let length_mm = part(network.weights(place.edge).2, 0.0, place.share);
        for arc in network.arcs_of(place.edge) {
            ends.push(place, arc, weight, length_mm);
        }
    }
    ends
}

/// A trip without turns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Direct {
    pub weight: Weight,
    pub length_mm: u64,
    /// Where it begins, and the share where it ends; `None` when it begins and ends at the same junction.
    pub along: Option<(Place, f64)>,
}

/// The best trip without turns: staying at a junction, or along the one edge that both places are on.
pub(super) fn direct(network: &Network, from: &Stand, to: &Stand) -> Option<Direct> {
    if from.node.is_some() && from.node == to.node {
        return Some(Direct {
            weight: Weight::ZERO,
            length_mm: 0,
            along: None,
        });
    }
    from.departures
        .iter()
        .flat_map(|&start| {
            to.arrivals
                .iter()
                .filter(move |end| end.edge == start.edge && end.share >= start.share)
                .map(move |end| Direct {
                    weight: Preferred::part(network, start.edge, start.share, end.share),
                    length_mm: part(network.weights(start.edge).2, start.share, end.share),
                    along: Some((start, end.share)),
                })
        })
        .min_by_key(|direct| (direct.weight, direct.length_mm))
}
