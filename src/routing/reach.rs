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
    let clip = Clip {
        network,
        limit_ms,
        sense,
    };
    let mut edges = Vec::with_capacity(near.len());
    for near in near {
        if near.time_ms <= limit_ms && !better_side(near) {
            clip.push(&mut edges, near.edge, [0.0, 1.0], near.time_ms);
        }
    }
    for place in places(network, origins, direction) {
        let part = match direction {
            Direction::From => [place.share, 1.0],
            Direction::Towards => [0.0, place.share],
        };
        clip.push(&mut edges, place.edge, part, 0);
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

/// Cuts off what is beyond the limit.
struct Clip<'a> {
    network: &'a Network,
    limit_ms: u64,
    sense: Sense,
}

impl Clip<'_> {
    /// Adds what is within the limit of the part of `edge` between two shares, when its near end is `time_ms` away: in
    /// pieces that pass evenly, nearest first.
    fn push(&self, found: &mut Vec<ReachedEdge>, edge: EdgeId, [from, to]: [f64; 2], time_ms: u64) {
        let part = |from: f64, to: f64| Fastest::part(self.network, edge, from, to).time_ms;
        let inside = |at: &f64| *at > from && *at < to;
        let mut bends: Vec<f64> = self.network.bends(edge).filter(inside).collect();
        let forth = matches!(self.sense, Sense::Forth);
        if !forth {
            bends.reverse();
        }
        let (mut near, last) = if forth { (from, to) } else { (to, from) };
        for far in bends.into_iter().chain([last]) {
            // What stands between two pieces is waited for on the way from one to the other.
            let (whole, leave) = if forth {
                (part(near, far), time_ms + part(from, far))
            } else {
                (part(far, near), time_ms + part(far, to))
            };
            let enter = leave.saturating_sub(whole).max(time_ms);
            if enter > self.limit_ms {
                return;
            }
            let left = self.limit_ms - enter;
            let end = if whole <= left {
                far
            } else {
                near + (far - near) * (left as f64 / whole as f64)
            };
            let times = [enter, enter + whole.min(left)].map(|ms| Millis(ms as i64));
            found.push(match self.sense {
                Sense::Forth => ReachedEdge {
                    edge,
                    from_share: near,
                    to_share: end,
                    time_from: times[0],
                    time_to: times[1],
                },
                Sense::Back => ReachedEdge {
                    edge,
                    from_share: end,
                    to_share: near,
                    time_from: times[1],
                    time_to: times[0],
                },
            });
            if whole > left {
                return;
            }
            near = far;
        }
    }
}
