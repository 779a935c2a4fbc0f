//! The same roads driven otherwise: other speeds, roads left out.

use std::sync::Arc;

use rayon::prelude::*;

use super::rows::{CLOSED, EdgeRow, LONGEST_TURN, TurnRow};
use super::turns::Turns;
use super::{ArcId, Edge, EdgeId, Network};
use crate::units::Millis;

/// What driving an edge from end to end takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Real time, without turns.
    pub time: Millis,
    /// Time with preference applied; never less than the time.
    pub cost: Millis,
}

impl Charge {
    /// What an edge takes as it is.
    #[must_use]
    pub fn of(edge: &Edge<'_>) -> Self {
        Self {
            time: edge.time(),
            cost: edge.cost(),
        }
    }
}

/// Longest time or cost of one edge in milliseconds (24 days), as in a network that is built.
const LONGEST_MS: i64 = 1 << 31;

impl Network {
    /// The same nodes, edges and turns under the same ids, where each edge takes what `charge` says; `None` closes it.
    ///
    /// Waits on the way stay where they are; what is left passes evenly.
    /// A closed edge is never part of a route and nothing snaps to it. Negative times count as none, a cost below the time as
    /// the time. Components stay those of the network as it was built. O(edges); the shape of the roads is shared.
    #[must_use]
    pub fn recharged(&self, charge: impl Fn(Edge<'_>) -> Option<Charge> + Sync) -> Self {
        let edges: Vec<EdgeRow> = self
            .edges
            .par_iter()
            .enumerate()
            .map(|(i, row)| {
                let charge = charge(self.edge(EdgeId::from_index(i))).filter(|_| row.is_open());
                charged(row, charge)
            })
            .collect();
        Self {
            spread: Arc::new(self.spread.recharged(&self.shape, &self.edges, &edges)),
            shape: Arc::clone(&self.shape),
            edges,
            turns: Arc::clone(&self.turns),
        }
    }

    /// The same roads with lengths for times: one millisecond stands for one centimetre, turns take nothing. What is closed
    /// and what is entered against the rules stays so.
    #[must_use]
    pub fn by_length(&self) -> Self {
        let mut lengths = self.recharged(|edge| {
            let centimetres = Millis((edge.length().0 * 100.0).round() as i64);
            Some(Charge {
                time: centimetres,
                cost: centimetres,
            })
        });
        let free = |_, turn: &TurnRow| TurnRow {
            time_ms: 0,
            cost: turn.cost & !LONGEST_TURN,
            ..*turn
        };
        lengths.spread = Arc::default();
        lengths.turns = Arc::new(Turns::new(self.turns.forth.changed(free)));
        lengths
    }

    /// Turns, by the arcs that they join, that take something else on `other`, which was made of the same roads: because of
    /// the turn itself or of an edge before or after it. Some may be told twice.
    pub(crate) fn differing_turns<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = (ArcId, ArcId)> + 'a {
        let rows = self.edges.iter().zip(&other.edges).enumerate();
        let edges = rows
            .filter(|(_, (a, b))| a != b)
            .flat_map(|(i, _)| self.arcs_of(EdgeId::from_index(i)))
            .flat_map(|arc| {
                let after = self.turn_rows(arc).iter().map(move |t| (arc, ArcId(t.arc)));
                let before = self.turn_rows_to(arc).iter();
                after.chain(before.map(move |t| (ArcId(t.arc), arc)))
            });
        let same = Arc::ptr_eq(&self.turns, &other.turns);
        let arcs = if same { 0 } else { self.arc_count() };
        let turns = (0..arcs).map(ArcId::from_index).flat_map(|arc| {
            let rows = self.turn_rows(arc).iter().zip(other.turn_rows(arc));
            rows.filter(|(a, b)| a != b)
                .map(move |(a, _)| (arc, ArcId(a.arc)))
        });
        edges.chain(turns)
    }

    /// Memory in bytes that a network made by [`Network::recharged`] adds.
    pub(crate) fn own_bytes(&self) -> usize {
        // Turns belong to this network alone unless they are shared.
        let turns = match Arc::strong_count(&self.turns) {
            1 => self.turns.bytes(),
            _ => 0,
        };
        size_of_val(&self.edges[..]) + self.spread.bytes() + turns
    }
}

fn charged(row: &EdgeRow, charge: Option<Charge>) -> EdgeRow {
    let millis = |ms: Millis, least: i64| ms.0.clamp(least, LONGEST_MS);
    let (time_ms, cost_ms) = match charge {
        Some(charge) => {
            let time = millis(charge.time, 0);
            (time as u32, millis(charge.cost, time) as u32)
        }
        None => (CLOSED, CLOSED),
    };
    EdgeRow {
        time_ms,
        cost_ms,
        ..*row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::SnapOptions;
    use crate::testkit::TextMap;

    #[test]
    fn edges_keep_their_ids_and_closed_ones_hold_no_place() {
        let network = TextMap::draw(100.0, "A-B-C")
            .road("AB", |_| {})
            .road("BC", |_| {})
            .network();
        let first = network.edge(EdgeId(0));
        let (a, b) = (first.from, first.to);
        let changed = network.recharged(|edge| {
            let same_road = edge.id == EdgeId(0) || edge.reverse() == Some(EdgeId(0));
            (!same_road).then(|| Charge {
                time: edge.time() + edge.time(),
                cost: Millis::ZERO,
            })
        });
        assert!(!changed.is_open(EdgeId(0)) && network.is_open(EdgeId(0)));
        let open = changed.edges().find(|e| changed.is_open(e.id)).unwrap();
        let before = network.edge(open.id);
        assert_eq!((open.from, open.to), (before.from, before.to));
        assert_eq!(open.time(), before.time() + before.time());
        assert_eq!(open.cost(), open.time(), "cost is never below time");
        let middle = crate::geometry::along(network.node(a).at, network.node(b).at, 0.4);
        let options = SnapOptions {
            min_component_nodes: 0,
            ..SnapOptions::default()
        };
        let snap = |network: &Network| network.snap(middle, &options).unwrap().edge;
        assert!(!changed.is_open(EdgeId(0)) && changed.is_open(snap(&changed)));
        assert!(!changed.is_open(snap(&network)));
    }
}
