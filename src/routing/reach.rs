//! Everything within a driving time.

use std::collections::BTreeMap;

use super::frontier::{Frontier, Query, Sense};
use super::metric::{Fastest, Metric};
use super::place::{Place, arrivals, departures};
use crate::network::{ArcId, EdgeId, Network, Snap};
use crate::units::Millis;

/// Whether trips leave the origins or come to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the origins to everywhere.
    From,
    /// From everywhere to the origins.
    Towards,
}

/// A reached edge, or the part of it that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReachedEdge {
    /// The edge.
    pub edge: EdgeId,
    /// Where the reached part begins, as a share of the edge's length.
    pub from_share: f64,
    /// Where it ends.
    pub to_share: f64,
    /// Time between the origins and the beginning of the part.
    pub time_from: Millis,
    /// Time between the origins and the end of the part.
    pub time_to: Millis,
}

/// All roads within a driving time. The parts of an edge do not overlap except around an origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// The driving time.
    pub limit: Millis,
    /// Which way was driven.
    pub direction: Direction,
    /// The reached parts, by edge and then by share.
    pub edges: Vec<ReachedEdge>,
}

impl Reach {
    /// Time between the origins and a place, if it is within the limit: the better of its two directions.
    #[must_use]
    pub fn time_at(&self, snap: &Snap) -> Option<Millis> {
        let there = self.time_on(snap.edge, snap.along);
        let back = snap
            .reverse
            .and_then(|edge| self.time_on(edge, 1.0 - snap.along));
        there.into_iter().chain(back).min()
    }

    fn time_on(&self, edge: EdgeId, share: f64) -> Option<Millis> {
        let first = self.edges.partition_point(|part| part.edge < edge);
        self.edges[first..]
            .iter()
            .take_while(|part| part.edge == edge)
            .filter(|part| (part.from_share..=part.to_share).contains(&share))
            .map(|part| part.time_at(share))
            .min()
    }
}

impl ReachedEdge {
    fn time_at(&self, share: f64) -> Millis {
        let width = self.to_share - self.from_share;
        let inside = if width > 0.0 {
            (share - self.from_share) / width
        } else {
            0.0
        };
        let (from, to) = (self.time_from.0 as f64, self.time_to.0 as f64);
        Millis((from + (to - from) * inside).round() as i64)
    }
}

pub(super) fn reach(
    network: &Network,
    query: &mut Query,
    origins: &[Snap],
    limit: Millis,
    direction: Direction,
) -> Reach {
    let front = &mut query.forth;
    front.reset();
    let limit_ms = limit.0.max(0) as u64;
    let mut edges = Vec::new();
    let sense = match direction {
        Direction::From => Sense::Forth,
        Direction::Towards => Sense::Back,
    };
    for origin in origins {
        let places = match direction {
            Direction::From => departures(network, origin),
            Direction::Towards => arrivals(network, origin),
        };
        for place in places {
            start(network, front, sense, place);
            let (from, to) = match direction {
                Direction::From => (place.share, 1.0),
                Direction::Towards => (0.0, place.share),
            };
            edges.push(clip(network, place.edge, (from, to), 0, limit_ms, sense));
        }
    }
    // Entered and left times of every edge: of its arcs the best, by (entries, time) and not by time alone.
    let mut best: BTreeMap<EdgeId, super::metric::Weight> = BTreeMap::new();
    while let Some((weight, arc)) = front.pop() {
        let arc = ArcId(arc);
        best.entry(network.arc_edge(arc)).or_insert(weight);
        front.travel::<Fastest>(network, sense, arc, |_, _| {});
    }
    // A place on a two-way road is reached by the better of its directions, and fewer entries are better.
    let mut entries_of: BTreeMap<EdgeId, u64> = best
        .iter()
        .map(|(edge, weight)| (*edge, weight.cost.entries()))
        .collect();
    entries_of.extend(
        edges
            .iter()
            .filter(|part| network.edge(part.edge).reverse().is_some())
            .map(|part| (part.edge, 0)),
    );
    for (edge, weight) in best {
        let entries = weight.cost.entries();
        let better_side = network
            .edge(edge)
            .reverse()
            .and_then(|reverse| entries_of.get(&reverse))
            .is_some_and(|other| *other < entries);
        if weight.time_ms <= limit_ms && !better_side {
            edges.push(clip(
                network,
                edge,
                (0.0, 1.0),
                weight.time_ms,
                limit_ms,
                sense,
            ));
        }
    }
    edges.sort_by(|a, b| {
        a.edge
            .cmp(&b.edge)
            .then(a.from_share.total_cmp(&b.from_share))
            .then(a.to_share.total_cmp(&b.to_share))
            .then(a.time_from.cmp(&b.time_from))
    });
    edges.dedup();
    Reach {
        limit,
        direction,
        edges,
    }
}

fn start(network: &Network, front: &mut Frontier, sense: Sense, place: Place) {
    match sense {
        Sense::Forth => {
            let rest = Fastest::part(network, place.edge, place.share, 1.0);
            front.start::<Fastest>(network, sense, ArcId(place.edge.0), rest, 0, |_, _| {});
        }
        Sense::Back => {
            let rest = Fastest::part(network, place.edge, 0.0, place.share);
            for arc in network.arcs_of(place.edge) {
                front.start::<Fastest>(network, sense, arc, rest, 0, |_, _| {});
            }
        }
    }
}

/// The part of `edge` between two shares that is within the limit when its near end is `time_ms` away.
fn clip(
    network: &Network,
    edge: EdgeId,
    (from, to): (f64, f64),
    time_ms: u64,
    limit_ms: u64,
    sense: Sense,
) -> ReachedEdge {
    let whole = Fastest::part(network, edge, from, to).time_ms;
    let left = limit_ms - time_ms;
    let share = if whole <= left {
        1.0
    } else {
        left as f64 / whole as f64
    };
    let far = Millis((time_ms + whole.min(left)) as i64);
    let near = Millis(time_ms as i64);
    let width = (to - from) * share;
    let whole_part = share >= 1.0;
    match sense {
        Sense::Forth => ReachedEdge {
            edge,
            from_share: from,
            to_share: if whole_part { to } else { from + width },
            time_from: near,
            time_to: far,
        },
        Sense::Back => ReachedEdge {
            edge,
            from_share: if whole_part { from } else { to - width },
            to_share: to,
            time_from: far,
            time_to: near,
        },
    }
}
