//! Everything within a driving time.

use std::collections::BTreeMap;

use super::frontier::{Frontier, Frontiers, Sense};
use super::metric::{Fastest, Metric, Weight};
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

/// How far the near end of an edge is: where a trip from the origins enters it, or one towards them leaves it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    pub edge: EdgeId,
    pub entries: u64,
    pub time_ms: u64,
}

pub(super) fn reach(
    network: &Network,
    query: &mut Frontiers,
    origins: &[Snap],
    limit: Millis,
    direction: Direction,
) -> Reach {
    let front = &mut query.forth;
    front.reset();
    let sense = direction.sense();
    for place in places(network, origins, direction) {
        start(network, front, sense, place);
    }
    // Of the arcs of an edge the best counts, by (entries, time) and not by time alone.
    let mut best: BTreeMap<EdgeId, Weight> = BTreeMap::new();
    while let Some((weight, arc)) = front.pop() {
        let arc = ArcId(arc);
        best.entry(network.arc_edge(arc)).or_insert(weight);
        front.travel::<Fastest>(network, sense, arc, |_, _| {});
    }
    let near: Vec<Near> = best
        .into_iter()
        .map(|(edge, weight)| Near {
            edge,
            entries: weight.cost.entries(),
            time_ms: weight.time_ms,
        })
        .collect();
    assemble(network, origins, limit, direction, &near)
}

impl Direction {
    const fn sense(self) -> Sense {
        match self {
            Self::From => Sense::Forth,
            Self::Towards => Sense::Back,
        }
    }
}

/// Where trips from or to the origins begin or end.
pub(super) fn places(
    network: &Network,
    origins: &[Snap],
    direction: Direction,
) -> impl Iterator<Item = Place> {
    origins.iter().flat_map(move |origin| match direction {
        Direction::From => departures(network, origin),
        Direction::Towards => arrivals(network, origin),
    })
}

/// What is reached, given how far the edges are (one entry for each, by edge). Missing may be those beyond the limit,
/// unless their other direction is within it and has entries.
pub(super) fn assemble(
    network: &Network,
    origins: &[Snap],
    limit: Millis,
    direction: Direction,
    near: &[Near],
) -> Reach {
    let limit_ms = limit.0.max(0) as u64;
    let sense = direction.sense();
    // A place on a two-way road is reached by the better of its directions, and fewer entries are better.
    let mut entries = vec![u64::MAX; network.edge_count()];
    for near in near {
        entries[near.edge.index()] = near.entries;
    }
    for place in places(network, origins, direction) {
        entries[place.edge.index()] = 0;
    }
    let better_side = |near: &Near| {
        let reverse = network.edge(near.edge).reverse();
        reverse.is_some_and(|reverse| entries[reverse.index()] < near.entries)
    };
    let mut edges: Vec<ReachedEdge> = near
        .iter()
        .filter(|near| near.time_ms <= limit_ms && !better_side(near))
        .map(|near| {
            let whole = (0.0, 1.0);
            clip(network, near.edge, whole, near.time_ms, limit_ms, sense)
        })
        .collect();
    edges.extend(places(network, origins, direction).map(|place| {
        let part = match direction {
            Direction::From => (place.share, 1.0),
            Direction::Towards => (0.0, place.share),
        };
        clip(network, place.edge, part, 0, limit_ms, sense)
    }));
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
