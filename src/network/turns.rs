//! The table of turns: from each arc, which arcs may follow, at what time and cost.

use std::sync::OnceLock;

use rayon::prelude::*;

use super::cost::Cost;
use super::edges::Rows;
use super::ids::{ArcId, EdgeId, NodeId};
use super::memory::Memory;
use super::out::{OutEdges, group};
use super::rows::{CLOSED_AT, ENTRY_BIT, EdgeRow, LONGEST_TURN, TurnRow, flags};
use super::split::NodeTable;
use super::turn_cost::{Turn, TurnModel, angle_between, leaving, turn_millis};
use crate::osm::{Access, NodeRules, Roads, When};
use crate::units::Millis;

/// All turns, by the arc that they come from and, once somebody asks, by the arc that they lead to.
#[derive(Debug)]
pub(crate) struct Turns {
    pub forth: TurnTable,
    back: OnceLock<TurnTable>,
}

impl Turns {
    pub const fn new(forth: TurnTable) -> Self {
        Self {
            forth,
            back: OnceLock::new(),
        }
    }

    /// The same turns by the arc that they lead to.
    pub fn back(&self) -> &TurnTable {
        self.back.get_or_init(|| self.forth.reversed())
    }

    /// Memory in bytes, so far.
    pub fn bytes(&self) -> usize {
        self.forth.bytes() + self.back.get().map_or(0, TurnTable::bytes)
    }
}

/// Turns by arc as two flat arrays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TurnTable {
    /// `first[a]..first[a + 1]` are the places of arc `a` in `turns`.
    pub first: Vec<u32>,
    pub turns: Vec<TurnRow>,
}

impl TurnTable {
    /// Turns of `arc`.
    pub fn of(&self, arc: ArcId) -> &[TurnRow] {
        &self.turns[self.first[arc.index()] as usize..self.first[arc.index() + 1] as usize]
    }

    /// Memory in bytes.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.first[..]) + size_of_val(&self.turns[..])
    }

    /// The same turns at other prices.
    pub fn changed(&self, price: impl Fn(ArcId, &TurnRow) -> TurnRow) -> Self {
        let arcs = (0..self.first.len() - 1).map(ArcId::from_index);
        Self {
            first: self.first.clone(),
            turns: arcs
                .flat_map(|arc| self.of(arc).iter().map(move |turn| (arc, turn)))
                .map(|(arc, turn)| price(arc, turn))
                .collect(),
        }
    }

    /// The same turns by the arc that they lead to.
    pub fn reversed(&self) -> Self {
        let arcs = self.first.len() - 1;
        let (first, order) = group(arcs, self.turns.iter().map(|t| t.arc as usize));
        let mut origin = vec![0_u32; self.turns.len()];
        for arc in 0..arcs {
            origin[self.first[arc] as usize..self.first[arc + 1] as usize].fill(arc as u32);
        }
        let turns = order
            .into_iter()
            .map(|i| TurnRow {
                arc: origin[i as usize],
                ..self.turns[i as usize]
            })
            .collect();
        Self { first, turns }
    }
}

impl TurnRow {
    /// What the turn adds to the cost of a path.
    pub fn path_cost(&self) -> Cost {
        let entry = if self.cost & ENTRY_BIT == 0 {
            Cost::ZERO
        } else {
            Cost::ENTRY
        };
        entry + Cost::from_millis(u64::from(self.cost & LONGEST_TURN))
    }

    /// 1 when the turn enters a restricted stretch, else 0.
    pub fn entries(&self) -> u64 {
        u64::from(self.cost >> 31)
    }
}

/// The bits of [`TurnRow::cost`] for a turn that may be taken at these times.
pub(crate) fn closed_bits(when: When) -> u32 {
    u32::from(when.not().bits()) << CLOSED_AT
}

/// Arcs that one thread does in one go.
const CHUNK: usize = 4_096;

/// All that the price of a turn depends on.
struct Junctions<'a> {
    rows: &'a Rows,
    roads: &'a Roads,
    model: &'a TurnModel,
    out: &'a OutEdges,
    memory: &'a Memory,
    /// Rules by node.
    rules: Vec<NodeRules>,
    /// Stretches that touch each node.
    roads_at: Vec<u32>,
    /// Bearings away from the first and away from the last point of each stretch.
    bearings: Vec<[Option<f64>; 2]>,
}

/// Builds the table for all arcs.
pub(crate) fn turn_table(
    roads: &Roads,
    model: &TurnModel,
    table: &NodeTable,
    rows: &Rows,
    out: &OutEdges,
    memory: &Memory,
) -> TurnTable {
    let junctions = Junctions::new(roads, model, table, rows, out, memory);
    let arcs = rows.edges.len() + memory.copies().len();
    let chunks: Vec<(Vec<TurnRow>, Vec<u32>)> = (0..arcs.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let mut turns = Vec::new();
            let mut counts = Vec::with_capacity(CHUNK);
            for arc in chunk * CHUNK..arcs.min((chunk + 1) * CHUNK) {
                let before = turns.len();
                junctions.turns(ArcId::from_index(arc), &mut turns);
                counts.push((turns.len() - before) as u32);
            }
            (turns, counts)
        })
        .collect();
    let mut found = TurnTable {
        first: Vec::with_capacity(arcs + 1),
        turns: Vec::with_capacity(chunks.iter().map(|(turns, _)| turns.len()).sum()),
    };
    let mut end = 0_u32;
    found.first.push(end);
    for (turns, counts) in chunks {
        found.turns.extend(turns);
        for count in counts {
            end = end.checked_add(count).expect("fewer than 2^32 turns");
            found.first.push(end);
        }
    }
    found
}

impl<'a> Junctions<'a> {
    fn new(
        roads: &'a Roads,
        model: &'a TurnModel,
        table: &NodeTable,
        rows: &'a Rows,
        out: &'a OutEdges,
        memory: &'a Memory,
    ) -> Self {
        let mut roads_at = vec![0; rows.nodes.len()];
        let mut last = None;
        for edge in &rows.edges {
            if last != Some(edge.stretch) {
                roads_at[edge.from.index()] += 1;
                roads_at[edge.to.index()] += 1;
            }
            last = Some(edge.stretch);
        }
        let bearings = rows
            .stretches
            .par_iter()
            .map(|s| {
                let points =
                    &rows.points[s.first_point as usize..(s.first_point + s.points) as usize];
                let line = || points.iter().map(|p| p.to_lon_lat());
                [leaving(line()), leaving(line().rev())]
            })
            .collect();
        Self {
            rules: rows.nodes.iter().map(|n| table.rules(n.osm)).collect(),
            rows,
            roads,
            model,
            out,
            memory,
            roads_at,
            bearings,
        }
    }

    fn edge(&self, id: EdgeId) -> &EdgeRow {
        &self.rows.edges[id.index()]
    }

    /// Adds the turns out of `arc`.
    fn turns(&self, arc: ArcId, found: &mut Vec<TurnRow>) {
        let edges = self.rows.edges.len();
        let from = match arc.index().checked_sub(edges) {
            None => EdgeId(arc.0),
            Some(copy) => self.memory.copies()[copy],
        };
        let node = self.edge(from).to;
        let back = self.edge(from).reverse();
        let closed = self.rules[node.index()].access == Access::Closed;
        let plain = self.memory.is_plain(arc);
        let permitted = |to: EdgeId| {
            let when = if plain {
                When::ALWAYS
            } else {
                self.memory.permits(arc, to)
            };
            when.and(self.rows.open.get(&to).copied().unwrap_or(When::ALWAYS))
        };
        let row = |to: EdgeId, when: When| {
            let next = if plain {
                ArcId(to.0)
            } else {
                self.memory.next(arc, to)
            };
            self.price(from, to, next, when)
        };
        let mut onward = When::NEVER;
        for to in self.out.of(node) {
            let when = permitted(*to);
            if Some(*to) != back && !closed && when != When::NEVER {
                onward = onward.or(when);
                found.push(row(*to, when));
            }
        }
        // Turning back: where nothing else is possible, and where the road is made for it.
        let Some(back) = back else { return };
        let turning_place = self.rules[node.index()].turning_place;
        let free = if turning_place {
            When::ALWAYS
        } else {
            onward.not()
        };
        let when = permitted(back).and(free);
        if when != When::NEVER {
            found.push(row(back, when));
        }
    }

    fn price(&self, from: EdgeId, to: EdgeId, next: ArcId, when: When) -> TurnRow {
        let (a, b) = (self.edge(from), self.edge(to));
        let rules = &self.rules[a.to.index()];
        let delay = if rules.minor_only && !self.meets_major(a) {
            Millis::ZERO
        } else if a.backward == 0 {
            rules.delay_forward
        } else {
            rules.delay_backward
        };
        let millis = delay.0.max(0) + self.boarding(a, b) + self.turn_millis(from, to, a.to);
        let time_ms = u32::try_from(millis).unwrap_or(u32::MAX).min(LONGEST_TURN);
        // A restricted gate is a restricted stretch of no length: it is entered by coming from an open road.
        let enters = a.restricted == 0
            && (b.restricted == 1
                || (rules.access == Access::Restricted && a.reverse() != Some(to)));
        TurnRow {
            arc: next.0,
            time_ms,
            cost: time_ms | if enters { ENTRY_BIT } else { 0 } | closed_bits(when),
        }
    }

    /// Whether a more important road passes the junction that `from` leads to.
    fn meets_major(&self, from: &EdgeRow) -> bool {
        let class = |edge: &EdgeRow| self.rows.stretches[edge.stretch as usize].class;
        let out = self.out.of(from.to).iter();
        out.map(|edge| class(self.edge(*edge)))
            .any(|other| other < class(from))
    }

    fn boarding(&self, from: &EdgeRow, to: &EdgeRow) -> i64 {
        if self.is(from, flags::FERRY) {
            return 0;
        }
        let way = self.rows.stretch_ways[to.stretch as usize];
        self.roads.ways[way as usize]
            .ferry
            .map_or(0, |ferry| ferry.boarding.0.max(0))
    }

    fn is(&self, edge: &EdgeRow, flag: u8) -> bool {
        self.rows.stretches[edge.stretch as usize].flags & flag != 0
    }

    fn turn_millis(&self, from: EdgeId, to: EdgeId, node: NodeId) -> i64 {
        let (a, b) = (self.edge(from), self.edge(to));
        let u_turn = a.reverse() == Some(to);
        let both = |flag| self.is(a, flag) && self.is(b, flag);
        let aboard = self.is(a, flags::FERRY) != self.is(b, flags::FERRY);
        let bend = self.roads_at[node.index()] <= 2 && !u_turn && !aboard;
        if bend || both(flags::FERRY) || both(flags::ROUNDABOUT) {
            return 0;
        }
        let at = |edge: &EdgeRow, end: u16| self.bearings[edge.stretch as usize][usize::from(end)];
        // The bearing away from the junction, back along the road come by, is opposite to the direction of travel.
        let angle = match (at(a, 1 - a.backward), at(b, b.backward)) {
            (Some(back), Some(leaving)) => angle_between(back + 180.0, leaving),
            _ => 0.0,
        };
        let turn = Turn {
            angle: if u_turn { 180.0 } else { angle },
            drives_left: self.is(a, flags::DRIVES_LEFT),
            back: u_turn,
        };
        turn_millis(self.model, turn)
    }
}
