//! New weights of a few turns: only what they change is worked out anew.
//!
//! Both passes of customization are repeated for the ways that can differ ("partial updates" in Dibbelt, Strasser and
//! Wagner, JEA 2016). From below, a way is worked out anew when one over a lower vertex changed that was its own, or that
//! is better now. From above, the ways of a vertex are worked out anew when one over a higher vertex changed that any of
//! them could ever have taken. Everything else stays as it is, so that the result is that of a whole customization, to the bit.

use std::collections::{BTreeMap, BTreeSet};

use super::customize::{Above, Customized};
use super::lower::Lower;
use super::metric::{Metric, Star};
use super::packed::Packed;
use super::topology::{Topology, Way};
use super::ways::{DOWN, UP, Ways};
use super::weights::{Half, TURN, over};

/// Weights of all ways before and after they were compared with those above, and what lies below each vertex: what changes
/// start from.
#[derive(Debug)]
pub struct Foundation {
    basic: Customized,
    compared: Customized,
    lower: [Lower; 2],
}

/// So many steps here take about as long as a triangle of a whole customization.
const STEPS: u64 = 2;

impl Foundation {
    /// From the weights of all turns, as [`Metric::new`] takes them.
    #[must_use]
    pub fn new(topology: &Topology, turns: impl Iterator<Item = (Option<Packed>, u64)>) -> Self {
        let mut basic = Customized::of_turns(topology, turns);
        basic.ascend(topology);
        let mut compared = basic.clone();
        compared.descend(topology);
        Self {
            basic,
            compared,
            lower: [UP, DOWN].map(|side| {
                let Ways { first, heads } = &topology.ways[side];
                Lower::new(first, heads)
            }),
        }
    }

    /// Memory in bytes that it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let lower: usize = self.lower.iter().map(Lower::bytes).sum();
        self.basic.weights.bytes() + self.compared.weights.bytes() + lower
    }

    /// `metric`, which is the one of these weights, where the turns of `ways` weigh otherwise; `turns` tells the weights
    /// and lengths of the turns from one arc to another.
    ///
    /// `None` when that would take longer than a whole customization.
    #[must_use]
    pub fn changed(
        &self,
        topology: &Topology,
        metric: &Metric,
        ways: &BTreeSet<Way>,
        turns: impl Fn(u32, u32) -> Vec<(Packed, u64)>,
    ) -> Option<Metric> {
        let most = topology.triangles() * STEPS;
        self.changed_within(most, topology, metric, ways, turns)
    }

    /// The same with at most so many steps.
    pub(super) fn changed_within(
        &self,
        most: u64,
        topology: &Topology,
        metric: &Metric,
        ways: &BTreeSet<Way>,
        turns: impl Fn(u32, u32) -> Vec<(Packed, u64)>,
    ) -> Option<Metric> {
        if metric.beyond || self.basic.beyond || self.compared.beyond {
            return None;
        }
        let mut change = Change {
            topology,
            foundation: self,
            turns,
            basic: BTreeMap::new(),
            compared: BTreeMap::new(),
            work: 0,
            most,
            beyond: false,
        };
        change.ascend(ways)?;
        change.descend()?;
        if change.beyond {
            return None;
        }
        let rows = &change.compared;
        let (up, down) = rayon::join(
            || metric.up.with_rows(&topology.ways[UP], rows, UP),
            || metric.down.with_rows(&topology.ways[DOWN], rows, DOWN),
        );
        Some(Metric {
            up,
            down,
            beyond: false,
        })
    }
}

/// The weights of the ways of a vertex, up and down.
type Rows = [Vec<Half>; 2];

struct Change<'a, T> {
    topology: &'a Topology,
    foundation: &'a Foundation,
    turns: T,
    /// Weights that changed before they are compared with those above.
    basic: BTreeMap<Way, Half>,
    /// Final weights of all ways of the vertices where some changed.
    compared: BTreeMap<u32, Rows>,
    work: u64,
    most: u64,
    beyond: bool,
}

impl<T: Fn(u32, u32) -> Vec<(Packed, u64)>> Change<'_, T> {
    fn basic(&self, way: Way) -> Half {
        let known = self.basic.get(&way);
        known.map_or_else(|| self.foundation.basic.weights.of(way), |half| *half)
    }

    /// Counts work; `None` when there is too much of it.
    fn count(&mut self, work: usize) -> Option<()> {
        self.work += work as u64;
        (self.work <= self.most).then_some(())
    }

    /// Works out anew what can change among the ways over lower vertices. All that a way depends on has a lower end that is
    /// lower, and so comes first.
    fn ascend(&mut self, ways: &BTreeSet<Way>) -> Option<()> {
        let mut open = ways.clone();
        while let Some(way) = open.pop_first() {
            let half = self.over_lower(way)?;
            if half != self.foundation.basic.weights.of(way) {
                self.basic.insert(way, half);
            }
            // What lies above depends on all ways of this vertex.
            if open.first().is_none_or(|next| next.low != way.low) {
                self.spread(way.low, &mut open)?;
            }
        }
        Some(())
    }

    /// The weight of a way, over all vertices below both its ends.
    fn over_lower(&mut self, way: Way) -> Option<Half> {
        let topology = self.topology;
        let (low, high) = (way.low, topology.ways[way.side].heads[way.at]);
        let (from, to) = if way.side == UP {
            (low, high)
        } else {
            (high, low)
        };
        let (a, b) = (topology.arc_of[from as usize], topology.arc_of[to as usize]);
        let mut best = Half::NEVER;
        for (key, length_mm) in (self.turns)(a, b) {
            let half = Half::new(key, length_mm, TURN);
            self.beyond |= !half.fits();
            best = half.min(best);
        }
        let into = self.foundation.lower[DOWN].of(from);
        let out = self.foundation.lower[UP].of(to);
        self.count(into.len() + out.len())?;
        for (v, down, up) in below_both(into, out) {
            let first = self.basic(Way {
                low: v,
                side: DOWN,
                at: down,
            });
            let second = self.basic(Way {
                low: v,
                side: UP,
                at: up,
            });
            self.beyond |= best.offer(first, second, over(v));
        }
        Some(best)
    }

    /// Opens the ways between neighbours of `x` that its changed ways can change.
    fn spread(&mut self, x: u32, open: &mut BTreeSet<Way>) -> Option<()> {
        let topology = self.topology;
        let before = &self.foundation.basic.weights;
        let all = Way {
            low: x,
            side: UP,
            at: 0,
        }..Way {
            low: x + 1,
            side: UP,
            at: 0,
        };
        let changed: Vec<(Way, Half)> = self
            .basic
            .range(all)
            .map(|(way, half)| (*way, *half))
            .collect();
        for (one, half) in changed {
            let side = 1 - one.side;
            let ways = &topology.ways[side];
            let end = topology.ways[one.side].heads[one.at];
            self.count(ways.of(x).len())?;
            for at in ways.of(x) {
                let head = ways.heads[at];
                if head == end {
                    continue;
                }
                let other = Way { low: x, side, at };
                // Down to x, and up from there.
                let (from, to) = if side == DOWN {
                    (head, end)
                } else {
                    (end, head)
                };
                let way = topology.way(from, to)?;
                let old = before.of(one).and(before.of(other), over(x));
                let new = half.and(self.basic(other), over(x));
                if matters(before.of(way), old, new) {
                    open.insert(way);
                }
            }
        }
        Some(())
    }

    /// Works out anew the ways of all vertices where some can change, from above.
    fn descend(&mut self) -> Option<()> {
        let topology = self.topology;
        let mut open: BTreeSet<u32> = self.basic.keys().map(|way| way.low).collect();
        let mut above = Above::new(topology);
        while let Some(x) = open.pop_last() {
            let rows = [
                self.over_upper(x, UP, &mut above)?,
                self.over_upper(x, DOWN, &mut above)?,
            ];
            let mut changed = false;
            for (side, row) in rows.iter().enumerate() {
                for (at, half) in topology.ways[side].of(x).zip(row) {
                    let way = Way { low: x, side, at };
                    if *half != self.foundation.compared.weights.of(way) {
                        changed = true;
                        self.sink(way, *half, &mut open)?;
                    }
                }
            }
            if changed {
                self.compared.insert(x, rows);
            }
        }
        Some(())
    }

    /// The final weights of the ways of `x` on one side.
    fn over_upper(&mut self, x: u32, side: usize, above: &mut Above) -> Option<Vec<Half>> {
        let topology = self.topology;
        let ways = &topology.ways[side];
        let mine = ways.of(x);
        let heads = &ways.heads[mine.clone()];
        let mut row: Vec<Half> = mine
            .map(|at| self.basic(Way { low: x, side, at }))
            .collect();
        for (i, y) in heads.iter().enumerate().rev() {
            let rows = self.rows_of(*y);
            let work = rows[UP].len() + rows[DOWN].len() + heads.len() - i;
            above.take(topology, *y, rows);
            self.beyond |= above.compare(&heads[i..], &mut row[i..], side);
            above.forget(topology, *y);
            self.count(work)?;
        }
        Some(row)
    }

    /// The final weights of a vertex so far.
    fn rows_of(&self, vertex: u32) -> [&[Half]; 2] {
        let known = self.compared.get(&vertex);
        [UP, DOWN].map(|side| match known {
            Some(rows) => &rows[side][..],
            None => &self.foundation.compared.weights.0[side][self.topology.ways[side].of(vertex)],
        })
    }

    /// Opens the vertices below both ends of a way x-z, which now weighs `new`, that it can change: as the second part of a
    /// way of its own side over x, and as the second part of one of the other side over z.
    ///
    /// What a way weighs while it is compared lies between its weight before all comparing and that after, so that an offer
    /// above the one is never taken, whatever the other offers.
    fn sink(&mut self, way: Way, new: Half, open: &mut BTreeSet<u32>) -> Option<()> {
        let topology = self.topology;
        let (basic, compared) = (
            &self.foundation.basic.weights,
            &self.foundation.compared.weights,
        );
        let old = compared.of(way);
        let (x, z) = (way.low, topology.ways[way.side].heads[way.at]);
        for (side, lower) in self.foundation.lower.iter().enumerate() {
            let (to_x, to_z) = (lower.of(x), lower.of(z));
            self.count(to_x.len() + to_z.len())?;
            for (v, at_x, at_z) in below_both(to_x, to_z) {
                let (whole, part) = if side == way.side {
                    (at_z, at_x)
                } else {
                    (at_x, at_z)
                };
                let most = basic.0[side][whole].key;
                let part = compared.0[side][part].key;
                if part + old.key <= most || part + new.key <= most {
                    open.insert(v);
                }
            }
        }
        Some(())
    }
}

/// The vertices that are below both of two vertices, with their ways to them.
fn below_both<'a>(
    one: &'a [[u32; 2]],
    other: &'a [[u32; 2]],
) -> impl Iterator<Item = (u32, usize, usize)> + 'a {
    let mut others = other.iter().peekable();
    one.iter().filter_map(move |[at, v]| {
        while others.next_if(|[_, w]| w < v).is_some() {}
        let [same, _] = others.next_if(|[_, w]| w == v)?;
        Some((*v, *at as usize, *same as usize))
    })
}

/// Whether a way can change when another that was `old` is `new`: when that was as good, or is better.
fn matters(way: Half, old: Half, new: Half) -> bool {
    old != new
        && (way.key == old.key && way.length_mm() == old.length_mm() && way.fits()
            || new <= way && new.key < Half::NEVER.key
            || !new.fits() && new.key < Half::NEVER.key)
}

impl Star {
    /// The same, but for the rows of some vertices.
    fn with_rows(&self, ways: &Ways, rows: &BTreeMap<u32, Rows>, side: usize) -> Self {
        let vertices = self.first.len() as u32 - 1;
        let mut star = Self::with_room(vertices as usize, self.heads.len() + 64);
        let mut next = 0;
        for (vertex, row) in rows {
            star.copy(self, next..*vertex);
            star.push_row(ways, *vertex, &row[side]);
            next = vertex + 1;
        }
        star.copy(self, next..vertices);
        star
    }
}
