//! The roads at other times of the day.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::rows::{CLOSED_AT, ENTRY_BIT, EdgeRow, TurnRow};
use super::spread::Spread;
use super::turns::{Turns, closed_bits};
use super::{ArcId, EdgeId, Network, Slot};
use crate::osm::When;

impl Network {
    /// The same roads in a slot of the day: conditional access, speeds and restrictions as they are then. Ids stay. Barriers
    /// are as at departure. O(turns).
    #[must_use]
    pub fn at_slot(&self, slot: Slot) -> Self {
        let mut edges = self.edges.clone();
        let mut otherwise = BTreeSet::new();
        for row in self
            .shape
            .slots
            .iter()
            .filter(|row| row.slot == slot as u16)
        {
            let edge = &mut edges[row.edge.index()];
            if edge.restricted != row.restricted {
                otherwise.insert(row.edge);
            }
            *edge = EdgeRow {
                time_ms: row.time_ms,
                cost_ms: row.cost_ms,
                restricted: row.restricted,
                ..*edge
            };
        }
        let price = |arc: ArcId, turn: &TurnRow| {
            let (from, to) = (self.arc_edge(arc), self.arc_edge(ArcId(turn.arc)));
            let open = turn.holds().meets(When::within(slot));
            let when = if open { When::ALWAYS } else { When::NEVER };
            let mut cost = turn.cost & !(closed_bits(When::NEVER) | ENTRY_BIT) | closed_bits(when);
            let enters = if otherwise.contains(&from) || otherwise.contains(&to) {
                self.enters(turn, (from, to), &edges)
            } else {
                turn.entries() == 1
            };
            cost |= if enters { ENTRY_BIT } else { 0 };
            TurnRow { cost, ..*turn }
        };
        let turns = Turns::new(self.turns.forth.changed(price));
        Self {
            shape: Arc::clone(&self.shape),
            spread: Arc::new(Spread::of_delays(&self.shape, &edges)),
            turns: Arc::new(turns),
            edges,
        }
    }

    /// Whether a turn enters a restricted stretch when `edges` are restricted otherwise than they were.
    fn enters(&self, turn: &TurnRow, (from, to): (EdgeId, EdgeId), edges: &[EdgeRow]) -> bool {
        let was = |edge: EdgeId| self.edges[edge.index()].restricted == 1;
        let is = |edge: EdgeId| edges[edge.index()].restricted == 1;
        // Entered without a restricted road: a restricted gate stands there.
        let gate = turn.entries() == 1 && !was(from) && !was(to);
        !is(from) && (is(to) || gate)
    }
}

// The bits of a turn's cost must not meet.
const _: () = assert!((closed_mask() & ENTRY_BIT) == 0);

const fn closed_mask() -> u32 {
    (When::ALWAYS.bits() as u32) << CLOSED_AT
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::osm::{Access, RoadWay};
    use crate::testkit::TextMap;

    /// A road that is closed in the morning, slow in the evening and private at night.
    fn street(road: &mut RoadWay) {
        let usual = road.forward.unwrap();
        let slow = crate::osm::Direction {
            speed_kmh: usual.speed_kmh / 2.0,
            ..usual
        };
        let private = crate::osm::Direction {
            access: Access::Restricted,
            ..usual
        };
        road.slots = Some(Box::new([
            [None, None],
            [Some(usual); 2],
            [Some(slow); 2],
            [Some(private); 2],
        ]));
    }

    #[test]
    fn roads_close_and_slow_down_at_their_times() {
        let map = TextMap::draw(100.0, "A-B-C")
            .road("AB", |_| {})
            .road("BC", street);
        let network = map.network();
        let bytes = Network::from_bytes(&network.to_bytes()).unwrap();
        let street: Vec<EdgeId> = network
            .edges()
            .filter(|e| e.name() == "BC")
            .map(|e| e.id)
            .collect();
        assert_eq!(street.len(), 2);
        for network in [&network, &bytes] {
            let at = |slot| network.at_slot(slot);
            for id in &street {
                assert!(!at(Slot::Morning).is_open(*id) && network.is_open(*id));
                let usual = network.edge(*id).time();
                assert_eq!(at(Slot::Midday).edge(*id).time(), usual);
                let slow = at(Slot::Evening).edge(*id).time();
                assert!((slow - usual - usual).0.abs() <= 1, "rounded");
                assert!(at(Slot::Night).edge(*id).restricted());
            }
            let first = network
                .edges()
                .find(|e| e.name() == "AB" && !e.runs_backward());
            let arc = ArcId(first.unwrap().id.0);
            let entries =
                |network: &Network| -> u64 { network.turns_from(arc).map(TurnRow::entries).sum() };
            assert_eq!((entries(network), entries(&at(Slot::Night))), (0, 1));
            // Where the street is closed, one turns back.
            let onto = |network: &Network| -> Vec<EdgeId> {
                let turns = network.turns_from(arc);
                turns
                    .map(|turn| network.arc_edge(ArcId(turn.arc)))
                    .collect()
            };
            assert!(street.contains(&onto(network)[0]));
            let morning = onto(&at(Slot::Morning));
            assert_eq!(morning, [first.unwrap().reverse().unwrap()]);
        }
    }

    #[test]
    fn roads_that_open_later_are_closed_till_then() {
        let network = TextMap::draw(100.0, "A-B-C")
            .road("AB", |_| {})
            .road("BC", |road| {
                let open = road.forward;
                road.slots = Some(Box::new([[open; 2], [None; 2], [None; 2], [None; 2]]));
                (road.forward, road.backward) = (None, None);
            })
            .network();
        let street: Vec<EdgeId> = network
            .edges()
            .filter(|e| e.name() == "BC")
            .map(|e| e.id)
            .collect();
        assert_eq!(street.len(), 2);
        assert!(street.iter().all(|id| !network.is_open(*id)));
        let morning = network.at_slot(Slot::Morning);
        assert!(street.iter().all(|id| morning.is_open(*id)));
    }
}
