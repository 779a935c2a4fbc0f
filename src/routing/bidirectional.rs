//! The same shortest path, searched from both ends until neither can improve on the best meeting.

use super::frontier::{Frontier, Frontiers, Sense};
use super::metric::{Metric, Preferred, Weight, part};
use super::one_to_many::Targets;
use super::place::{Place, Stand};
use super::route::{Route, Unpacked, start_share};
use crate::network::{ArcId, Network};

/// The best way found so far.
enum Meeting {
    Here,
    Same(Place, f64),
    /// Labelled from the start, and the target lies on it.
    Last(ArcId, f64),
    /// Labelled from both sides.
    Arc(ArcId),
}

struct Best {
    weight: Weight,
    meeting: Meeting,
}

pub(super) fn route(
    network: &Network,
    query: &mut Frontiers,
    from: &Stand,
    to: &Stand,
) -> Option<Route> {
    let Frontiers { forth, back } = query;
    let mut best = direct(network, from, to);
    start_back(network, back, to);
    start_forth(network, forth, back, from, to, &mut best);
    // With `f` and `b` the next weights of the two queues, any route not met yet weighs at least f + b.
    while let (Some(f), Some(b)) = (forth.next_weight(), back.next_weight()) {
        if best.as_ref().is_some_and(|best| f + b >= best.weight) {
            break;
        }
        if f <= b {
            step(network, forth, back, Sense::Forth, &mut best);
        } else {
            step(network, back, forth, Sense::Back, &mut best);
        }
    }
    let unpacked = match best?.meeting {
        Meeting::Here => Unpacked::default(),
        Meeting::Same(place, share) => Unpacked::on_one_edge(place, share),
        Meeting::Last(arc, share) => Unpacked {
            end: share,
            ..Unpacked::back_to_start(forth, arc, from)
        },
        Meeting::Arc(arc) => join(network, forth, back, arc, from, to),
    };
    Some(unpacked.into_route(network))
}

fn offer(best: &mut Option<Best>, weight: Weight, meeting: Meeting) {
    if best.as_ref().is_none_or(|best| weight < best.weight) {
        *best = Some(Best { weight, meeting });
    }
}

/// Ways that need no turn.
fn direct(network: &Network, from: &Stand, to: &Stand) -> Option<Best> {
    let mut best = None;
    if from.node.is_some() && from.node == to.node {
        offer(&mut best, Weight::ZERO, Meeting::Here);
    }
    for &place in &from.departures {
        for end in &to.arrivals {
            if end.edge == place.edge && end.share >= place.share {
                let weight = Preferred::part(network, place.edge, place.share, end.share);
                offer(&mut best, weight, Meeting::Same(place, end.share));
            }
        }
    }
    best
}

fn start_back(network: &Network, back: &mut Frontier, to: &Stand) {
    back.reset();
    for place in &to.arrivals {
        let weight = Preferred::part(network, place.edge, 0.0, place.share);
        let length = part(network.weights(place.edge).2, 0.0, place.share);
        for arc in network.arcs_of(place.edge) {
            back.start::<Preferred>(network, Sense::Back, arc, weight, length, |_, _| {});
        }
    }
}

/// Labels the arcs after the first turn. The target may lie on one of them, and then no arc lies in between.
fn start_forth(
    network: &Network,
    forth: &mut Frontier,
    back: &Frontier,
    from: &Stand,
    to: &Stand,
    best: &mut Option<Best>,
) {
    forth.reset();
    let targets = Targets::new(network, std::slice::from_ref(to));
    for &place in &from.departures {
        let rest = Preferred::part(network, place.edge, place.share, 1.0);
        let length = part(network.weights(place.edge).2, place.share, 1.0);
        let arc = ArcId(place.edge.0);
        forth.start::<Preferred>(network, Sense::Forth, arc, rest, length, |arc, label| {
            let edge = network.arc_edge(arc);
            for (_, _, share) in targets.on(edge) {
                let weight = label.weight + Preferred::part(network, edge, 0.0, *share);
                offer(best, weight, Meeting::Last(arc, *share));
            }
            if let Some(other) = back.label(arc) {
                let weight = label.weight + Preferred::edge(network, edge) + other.weight;
                offer(best, weight, Meeting::Arc(arc));
            }
        });
    }
}

fn step(
    network: &Network,
    front: &mut Frontier,
    other: &Frontier,
    sense: Sense,
    best: &mut Option<Best>,
) {
    let Some((_, id)) = front.pop() else { return };
    front.travel::<Preferred>(network, sense, ArcId(id), |arc, label| {
        if let Some(met) = other.label(arc) {
            let edge = Preferred::edge(network, network.arc_edge(arc));
            offer(best, label.weight + edge + met.weight, Meeting::Arc(arc));
        }
    });
}

fn join(
    network: &Network,
    forth: &Frontier,
    back: &Frontier,
    arc: ArcId,
    from: &Stand,
    to: &Stand,
) -> Unpacked {
    let mut found = Unpacked::back_to_start(forth, arc, from);
    let mut at = arc;
    loop {
        let label = back
            .label(at)
            .expect("a meeting is labelled from both sides");
        let (next, root) = label.parent();
        found.arcs.push(next);
        if root {
            break;
        }
        at = next;
    }
    let last = network.arc_edge(found.arcs[found.arcs.len() - 1]);
    found.start = start_share(found.arcs[0], from);
    found.end = to
        .arrivals
        .iter()
        .find(|place| place.edge == last)
        .map_or(1.0, |place| place.share);
    found
}
