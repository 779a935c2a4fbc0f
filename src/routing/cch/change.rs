//! New weights of a few turns: only what they change is worked out anew.
//!
//! Both passes of customization are repeated for the edges that can differ ("partial updates" in Dibbelt, Strasser and
//! Wagner, JEA 2016). From below, an edge is worked out anew when a way over a lower vertex changed that was its own, or
//! that is better now. From above, the edges of a vertex are worked out anew when that holds for a way over a higher
//! one. Everything else stays as it is, so that the result is that of a whole customization, to the bit.

use std::collections::{BTreeMap, BTreeSet};

use super::customize::{Customized, compare_row};
use super::metric::{Metric, Star};
use super::packed::Packed;
use super::topology::Topology;
use super::weights::{Half, NEEDLESS, Pair, TURN, Weights, over};

/// Weights of all edges before and after they were made exact: what changes start from.
#[derive(Debug)]
pub struct Foundation {
    basic: Customized,
    exact: Customized,
}

/// So many steps here take about as long as a triangle of a whole customization.
const STEPS: u64 = 2;

impl Foundation {
    /// From the weights of all turns, as [`Metric::new`] takes them.
    #[must_use]
    pub fn new(topology: &Topology, turns: impl Iterator<Item = (Option<Packed>, u64)>) -> Self {
        let mut basic = Customized::of_turns(topology, turns);
        basic.ascend(topology);
        let mut exact = basic.clone();
        exact.descend(topology);
        Self { basic, exact }
    }

    /// Memory in bytes that it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.basic.weights.bytes() + self.exact.weights.bytes()
    }

    /// `metric`, which is the one of these weights, where the turns of `edges` weigh otherwise; `turns` tells the weights
    /// and lengths of the turns from one arc to another.
    ///
    /// `None` when that would take longer than a whole customization.
    #[must_use]
    pub fn changed(
        &self,
        topology: &Topology,
        metric: &Metric,
        edges: &BTreeSet<usize>,
        turns: impl Fn(u32, u32) -> Vec<(Packed, u64)>,
    ) -> Option<Metric> {
        let most = topology.triangles() * STEPS;
        self.changed_within(most, topology, metric, edges, turns)
    }

    /// The same with at most so many steps.
    pub(super) fn changed_within(
        &self,
        most: u64,
        topology: &Topology,
        metric: &Metric,
        edges: &BTreeSet<usize>,
        turns: impl Fn(u32, u32) -> Vec<(Packed, u64)>,
    ) -> Option<Metric> {
        if metric.beyond || self.basic.beyond || self.exact.beyond {
            return None;
        }
        let mut change = Change {
            topology,
            foundation: self,
            turns,
            basic: BTreeMap::new(),
            exact: BTreeMap::new(),
            work: 0,
            most,
            beyond: false,
        };
        change.ascend(edges)?;
        change.descend()?;
        if change.beyond {
            return None;
        }
        let rows = &change.exact;
        let (up, down) = rayon::join(
            || metric.up.with_rows(topology, rows, 0),
            || metric.down.with_rows(topology, rows, 1),
        );
        Some(Metric {
            up,
            down,
            beyond: false,
        })
    }
}

struct Change<'a, T> {
    topology: &'a Topology,
    foundation: &'a Foundation,
    turns: T,
    /// Weights of edges that changed before they are made exact.
    basic: BTreeMap<usize, Pair>,
    /// Exact weights of all edges of the vertices where some changed.
    exact: BTreeMap<u32, Weights>,
    work: u64,
    most: u64,
    beyond: bool,
}

impl<T: Fn(u32, u32) -> Vec<(Packed, u64)>> Change<'_, T> {
    fn basic(&self, edge: usize) -> Pair {
        let known = self.basic.get(&edge);
        known.map_or_else(|| self.foundation.basic.weights.pair(edge), |pair| *pair)
    }

    /// Counts work; `None` when there is too much of it.
    fn count(&mut self, work: usize) -> Option<()> {
        self.work += work as u64;
        (self.work <= self.most).then_some(())
    }

    /// Works out anew what can change among the edges over lower vertices. Edges are numbered by their lower ends, so that
    /// all that an edge depends on has a lower number.
    fn ascend(&mut self, edges: &BTreeSet<usize>) -> Option<()> {
        let mut open = edges.clone();
        while let Some(first) = open.first() {
            let x = self.topology.lower_end(*first);
            let end = self.topology.edges_of(x).end;
            let mine: Vec<usize> = open.range(..end).copied().collect();
            let mut changed = Vec::new();
            for edge in mine {
                open.remove(&edge);
                let pair = self.over_lower(x, edge)?;
                if pair != self.foundation.basic.weights.pair(edge) {
                    self.basic.insert(edge, pair);
                    changed.push(edge);
                }
            }
            self.spread(x, &changed, &mut open)?;
        }
        Some(())
    }

    /// The weights of an edge of `x`, over all vertices below both its ends.
    fn over_lower(&mut self, x: u32, edge: usize) -> Option<Pair> {
        let topology = self.topology;
        let y = topology.heads[edge];
        let mut best = [Half::NEVER; 2];
        let (a, b) = (topology.arc_of[x as usize], topology.arc_of[y as usize]);
        for (best, turns) in best
            .iter_mut()
            .zip([(self.turns)(a, b), (self.turns)(b, a)])
        {
            for (key, length_mm) in turns {
                let half = Half::new(key, length_mm, TURN);
                self.beyond |= !half.fits();
                *best = half.min(*best);
            }
        }
        let (low, high) = (topology.lower_of(x), topology.lower_of(y));
        self.count(low.len() + high.len())?;
        for (v, to_x, to_y) in below_both(low, high) {
            let ([v_x, x_v], [v_y, y_v]) = (self.basic(to_x), self.basic(to_y));
            self.offer(&mut best[0], x_v, v_y, over(v));
            self.offer(&mut best[1], y_v, v_x, over(v));
        }
        Some(best)
    }

    fn offer(&mut self, best: &mut Half, first: Half, second: Half, over: u64) {
        self.beyond |= best.offer(first, second, over);
    }

    /// Opens the edges between neighbours of `x` that the changed edges of `x` can change.
    fn spread(&mut self, x: u32, changed: &[usize], open: &mut BTreeSet<usize>) -> Option<()> {
        let topology = self.topology;
        let before = &self.foundation.basic.weights;
        for one in changed {
            self.count(topology.edges_of(x).len())?;
            for other in topology.edges_of(x).filter(|other| other != one) {
                let (a, b) = (*one.min(&other), *one.max(&other));
                let edge = topology.edge(topology.heads[a], topology.heads[b])?;
                let old = ways(before.pair(a), before.pair(b), over(x));
                let new = ways(self.basic(a), self.basic(b), over(x));
                if matters(before.pair(edge), old, new) {
                    open.insert(edge);
                }
            }
        }
        Some(())
    }

    /// Works out anew the edges of all vertices where some can change, from above.
    fn descend(&mut self) -> Option<()> {
        let topology = self.topology;
        let mut open: BTreeSet<u32> = self
            .basic
            .keys()
            .map(|edge| topology.lower_end(*edge))
            .collect();
        let mut place = vec![0; topology.len()];
        while let Some(x) = open.pop_last() {
            let row = self.over_upper(x, &mut place)?;
            let edges = topology.edges_of(x);
            let exact = &self.foundation.exact.weights;
            let changed: Vec<(usize, Pair)> = edges
                .enumerate()
                .map(|(i, edge)| (edge, row.pair(i)))
                .filter(|(edge, pair)| *pair != exact.pair(*edge))
                .collect();
            for (edge, pair) in &changed {
                self.sink(x, *edge, *pair, &mut open)?;
            }
            if !changed.is_empty() {
                self.exact.insert(x, row);
            }
        }
        Some(())
    }

    /// The exact weights of the edges of `x`.
    fn over_upper(&mut self, x: u32, place: &mut [u32]) -> Option<Weights> {
        let topology = self.topology;
        let edges = topology.edges_of(x);
        let mut row: Weights = edges.clone().map(|edge| self.basic(edge)).collect();
        for i in (0..edges.len()).rev() {
            let y = topology.heads[edges.start + i];
            let size = topology.edges_of(y).len();
            self.count(size)?;
            let exact = match self.exact.get(&y) {
                Some(row) => row.view(0..size),
                None => self.foundation.exact.weights.view(topology.edges_of(y)),
            };
            let range = edges.start + i..edges.end;
            self.beyond |= compare_row(topology, range, row.from(i), exact, place);
        }
        Some(row)
    }

    /// Opens the vertices below both ends of the edge x-z, whose exact weights are now `new`, that it can change.
    fn sink(&mut self, x: u32, edge: usize, new: Pair, open: &mut BTreeSet<u32>) -> Option<()> {
        let topology = self.topology;
        let exact = &self.foundation.exact.weights;
        let old = exact.pair(edge);
        let (low, high) = (
            topology.lower_of(x),
            topology.lower_of(topology.heads[edge]),
        );
        self.count(low.len() + high.len())?;
        for (v, to_x, to_z) in below_both(low, high) {
            let ([v_x, x_v], [v_z, z_v]) = (exact.pair(to_x), exact.pair(to_z));
            // Over x to and from z, and over z to and from x.
            let over_x = |[x_z, z_x]: Pair| [v_x.and(x_z, NEEDLESS), z_x.and(x_v, NEEDLESS)];
            let over_z = |[x_z, z_x]: Pair| [v_z.and(z_x, NEEDLESS), x_z.and(z_v, NEEDLESS)];
            if matters([v_z, z_v], over_x(old), over_x(new))
                || matters([v_x, x_v], over_z(old), over_z(new))
            {
                open.insert(v);
            }
        }
        Some(())
    }
}

/// The vertices that are below both of two vertices, with their edges to them.
fn below_both<'a>(
    one: &'a [[u32; 2]],
    other: &'a [[u32; 2]],
) -> impl Iterator<Item = (u32, usize, usize)> + 'a {
    let mut others = other.iter().peekable();
    one.iter().filter_map(move |[edge, v]| {
        while others.next_if(|[_, w]| w < v).is_some() {}
        let [same, _] = others.next_if(|[_, w]| w == v)?;
        Some((*v, *edge as usize, *same as usize))
    })
}

/// The ways between the upper ends of two edges of a vertex, over it.
fn ways([v_a, a_v]: Pair, [v_b, b_v]: Pair, over: u64) -> Pair {
    [a_v.and(v_b, over), b_v.and(v_a, over)]
}

/// Whether an edge can change when a way that was `old` is `new`: when it was as good as the edge, or is better.
fn matters(edge: Pair, old: Pair, new: Pair) -> bool {
    edge.iter()
        .zip(old.iter().zip(new))
        .any(|(edge, (old, new))| {
            *old != new
                && (edge.key == old.key && edge.length_mm() == old.length_mm() && edge.fits()
                    || new <= *edge && new.key < Half::NEVER.key
                    || !new.fits() && new.key < Half::NEVER.key)
        })
}

impl Star {
    /// The same, but for the rows of some vertices.
    fn with_rows(&self, topology: &Topology, rows: &BTreeMap<u32, Weights>, side: usize) -> Self {
        let mut star = Self::with_room(topology.len(), self.heads.len() + 64);
        let mut next = 0;
        for (vertex, row) in rows {
            star.copy(self, next..*vertex);
            let begin = topology.edges_of(*vertex).start;
            star.push_row(topology, *vertex, |edge| row.side(side)[edge - begin]);
            next = vertex + 1;
        }
        star.copy(self, next..topology.len() as u32);
        star
    }
}
