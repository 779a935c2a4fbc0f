//! From weights of turns to weights of all ways of the hierarchy.
//!
//! Three passes, as in Dibbelt, Strasser and Wagner ("Customizable contraction hierarchies", JEA 2016): every way starts
//! with the weight of its turn; then, from below, each takes the way over any vertex below both its ends; then, from above,
//! each is compared with that over any third vertex ("perfect customization"), which tells of most ways that no shortest
//! path needs that it is so; not of all, since there is nothing to compare with where two upper neighbours are joined by no
//! way. The trees of the topology are worked on in parallel, and the top by itself.
//!
//! All of it is done twice, for what leads up and for what leads down; each side is the other with its directions turned
//! round. A way x-z over a vertex v below is then one of the other side and one of its own: v-x and v-z.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::lower::Waiting;
use super::packed::Packed;
use super::topology::{NONE, Topology};
use super::ways::{DOWN, UP, Ways};
use super::weights::{Half, NEEDLESS, TURN, Weights, over};

/// So many weights of turns are taken at once. They go to places all over memory, which is quicker when nothing is worked
/// out in between.
const AT_ONCE: usize = 256;

/// Weights of all ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Customized {
    pub weights: Weights,
    /// Whether some way was left out because it does not fit.
    pub beyond: bool,
}

impl Customized {
    /// From the weights and lengths in millimetres of all turns, in the order of the graph's turns; no weight closes one.
    pub fn new(topology: &Topology, turns: impl Iterator<Item = (Option<Packed>, u64)>) -> Self {
        let mut found = Self::of_turns(topology, turns);
        found.ascend(topology);
        found.descend(topology);
        found
    }

    /// The weights of the turns alone.
    pub fn of_turns(
        topology: &Topology,
        turns: impl Iterator<Item = (Option<Packed>, u64)>,
    ) -> Self {
        let mut found = Self {
            weights: Weights::new(topology),
            beyond: false,
        };
        let mut some = Vec::with_capacity(AT_ONCE);
        for (slot, (key, length)) in topology.slots.iter().zip(turns) {
            if let Some(key) = key.filter(|_| *slot != NONE) {
                some.push((*slot as usize, Half::new(key, length, TURN)));
            }
            if some.len() == AT_ONCE {
                found.take(some.drain(..));
            }
        }
        found.take(some.into_iter());
        found
    }

    /// Takes weights of turns, each with its slot.
    fn take(&mut self, turns: impl Iterator<Item = (usize, Half)>) {
        for (slot, half) in turns {
            self.beyond |= !half.fits();
            let known = &mut self.weights.0[slot % 2][slot / 2];
            *known = half.min(*known);
        }
    }

    /// Takes the ways over lower vertices.
    pub fn ascend(&mut self, topology: &Topology) {
        let (top, end) = (topology.top(), topology.len() as u32);
        let scratch = Pool::new(|| (vec![0; topology.len()], waiting(topology)));
        let (mut parts, _) = self.parts(topology);
        let beyond = any(&mut parts, |part| {
            let vertices = part.vertices.clone();
            scratch.lend(|(place, below)| part.ascend(topology, vertices, place, below))
        });
        let mut whole = self.whole(topology);
        self.beyond |= beyond
            | scratch.lend(|(place, below)| {
                for v in 0..top {
                    for (side, below) in below.iter_mut().enumerate() {
                        let (ways, last) = (&topology.ways[side], topology.ways[1 - side].last(v));
                        // Most lead nowhere near the top.
                        if last >= Some(top) && ways.last(v) >= Some(top) {
                            let start = ways.of(v).start;
                            let heads = &ways.heads[ways.of(v)];
                            let place = heads.partition_point(|head| *head < top);
                            wait(ways, below, v, start + place, last);
                        }
                    }
                }
                whole.ascend(topology, top..end, place, below)
            });
    }

    /// Compares all ways with those over upper vertices and marks what is needless. Tree by tree also on one thread: the
    /// ways of a tree stay near while all that lies above it is compared with.
    pub fn descend(&mut self, topology: &Topology) {
        let scratch = Pool::new(|| (Above::new(topology), waiting(topology)));
        let (mut parts, mut top) = self.parts(topology);
        let mut beyond = scratch.lend(|(above, below)| {
            top.wait_from_above(topology, below);
            top.descend(topology, above, below)
        });
        beyond |= any(&mut parts, |part| {
            scratch.lend(|(above, below)| {
                part.wait_from_above(topology, below);
                part.descend_over(topology, &top, above, below)
                    | part.descend(topology, above, below)
            })
        });
        self.beyond |= beyond;
    }

    fn whole(&mut self, topology: &Topology) -> Part<'_> {
        let [up, down] = &mut self.weights.0;
        Part {
            vertices: 0..topology.len() as u32,
            base: [0; 2],
            rows: [up, down],
        }
    }

    /// The trees and the top.
    fn parts(&mut self, topology: &Topology) -> (Vec<Part<'_>>, Part<'_>) {
        let mut rest = self.whole(topology);
        let mut parts = Vec::with_capacity(topology.trees.len());
        for pair in topology.trees.windows(2) {
            let (part, more) = rest.split(topology, pair[1]);
            parts.push(part);
            rest = more;
        }
        (parts, rest)
    }
}

/// Scratch of who waits for whom, on both sides.
fn waiting(topology: &Topology) -> [Waiting; 2] {
    [UP, DOWN].map(|_| Waiting::new(topology.len()))
}

/// Lets `vertex` wait with a way of its, if it has that and its upper end is below `end`: those further up lead over it to
/// nowhere.
#[inline]
fn wait(ways: &Ways, below: &mut Waiting, vertex: u32, edge: usize, end: Option<u32>) {
    if edge < ways.of(vertex).end {
        let head = ways.heads[edge];
        if Some(head) < end {
            below.add(vertex, edge, head);
        }
    }
}

/// Whether anything is true of some part; all are visited, in parallel.
fn any<'a>(parts: &mut [Part<'a>], visit: impl Fn(&mut Part<'a>) -> bool + Sync + Send) -> bool {
    parts
        .par_iter_mut()
        .map(visit)
        .reduce(|| false, |a, b| a | b)
}

/// Scratch that threads take in turns, as much as there are threads.
struct Pool<T, F> {
    free: Mutex<Vec<T>>,
    make: F,
}

impl<T, F: Fn() -> T> Pool<T, F> {
    const fn new(make: F) -> Self {
        Self {
            free: Mutex::new(Vec::new()),
            make,
        }
    }

    fn lend<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let known = self.free().pop();
        let mut scratch = known.unwrap_or_else(&self.make);
        let found = work(&mut scratch);
        self.free().push(scratch);
        found
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<T>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The ways of some neighbouring vertices, which lie together, on each side from its `base`.
struct Part<'a> {
    vertices: Range<u32>,
    base: [usize; 2],
    rows: [&'a mut [Half]; 2],
}

impl Part<'_> {
    /// What lies before a vertex, and the rest.
    fn split(self, topology: &Topology, vertex: u32) -> (Self, Self) {
        let at = [UP, DOWN].map(|side| topology.ways[side].first[vertex as usize] as usize);
        let [up, down] = self.rows;
        let (up, more_up) = up.split_at_mut(at[UP] - self.base[UP]);
        let (down, more_down) = down.split_at_mut(at[DOWN] - self.base[DOWN]);
        let before = Part {
            vertices: self.vertices.start..vertex,
            base: self.base,
            rows: [up, down],
        };
        let rest = Part {
            vertices: vertex..self.vertices.end,
            base: at,
            rows: [more_up, more_down],
        };
        (before, rest)
    }

    /// The same for a while.
    fn all(&mut self) -> Part<'_> {
        let [up, down] = &mut self.rows;
        Part {
            vertices: self.vertices.clone(),
            base: self.base,
            rows: [up, down],
        }
    }

    /// The weights of the ways of a vertex.
    fn rows_of(&self, topology: &Topology, vertex: u32) -> [&[Half]; 2] {
        [UP, DOWN].map(|side| {
            let ways = topology.ways[side].of(vertex);
            &self.rows[side][ways.start - self.base[side]..ways.end - self.base[side]]
        })
    }

    /// Takes the ways over lower vertices for all ways of `vertices`; whether some did not fit. All lower neighbours are
    /// in this part, and those below `vertices` wait already. `place` is scratch by vertex.
    fn ascend(
        &mut self,
        topology: &Topology,
        vertices: Range<u32>,
        place: &mut [u32],
        below: &mut [Waiting; 2],
    ) -> bool {
        let mut beyond = false;
        let end = Some(vertices.end);
        for x in vertices {
            let (low, rest) = self.all().split(topology, x);
            for side in [UP, DOWN] {
                let (ways, others) = (&topology.ways[side], &topology.ways[1 - side]);
                let below = &mut below[1 - side];
                let mut next = below.take(x);
                if next.is_some() {
                    for (i, head) in ways.heads[ways.of(x)].iter().enumerate() {
                        place[*head as usize] = i as u32;
                    }
                }
                let row = &mut rest.rows[side][..ways.of(x).len()];
                while let Some(v) = next {
                    let (beside, edge) = below.next(v);
                    beyond |= low.lift(topology, side, [edge, v as usize], x, row, place);
                    wait(others, below, v, edge + 1, ways.last(v).min(end));
                    next = beside;
                }
            }
            for (side, below) in below.iter_mut().enumerate() {
                let (ways, others) = (&topology.ways[side], &topology.ways[1 - side]);
                wait(ways, below, x, ways.of(x).start, others.last(x).min(end));
            }
        }
        beyond
    }

    /// Offers to the ways of a vertex x on one side, whose upper ends have their places in `place`, those over the lower
    /// vertex `v`; x and v are joined by the way `at` of the other side.
    #[inline]
    fn lift(
        &self,
        topology: &Topology,
        side: usize,
        [at, v]: [usize; 2],
        x: u32,
        row: &mut [Half],
        place: &[u32],
    ) -> bool {
        let first = self.rows[1 - side][at - self.base[1 - side]];
        if !first.fits() {
            return false;
        }
        let v = v as u32;
        let ways = topology.ways[side].of(v);
        let heads = &topology.ways[side].heads[ways.clone()];
        let seconds = &self.rows[side][ways.start - self.base[side]..ways.end - self.base[side]];
        let mut beyond = false;
        for (head, second) in heads.iter().zip(seconds).rev() {
            if *head <= x {
                break;
            }
            beyond |= row[place[*head as usize] as usize].offer(first, *second, over(v));
        }
        beyond
    }

    /// Lets all vertices wait for their highest upper ends but one: beyond the highest there is nothing to compare.
    fn wait_from_above(&self, topology: &Topology, below: &mut [Waiting; 2]) {
        for (ways, below) in topology.ways.iter().zip(below) {
            for x in self.vertices.clone() {
                if let Some(edge) = ways.of(x).nth_back(1) {
                    below.add(x, edge, ways.heads[edge]);
                }
            }
        }
    }

    /// Compares with the ways over upper vertices in this part, from above; whether some did not fit.
    fn descend(
        &mut self,
        topology: &Topology,
        above: &mut Above,
        below: &mut [Waiting; 2],
    ) -> bool {
        let mut beyond = false;
        for y in self.vertices.clone().rev() {
            let (mut low, rest) = self.all().split(topology, y);
            beyond |= low.compare(topology, y, rest.rows_of(topology, y), above, below);
        }
        beyond
    }

    /// The same for the upper vertices above this part, which are of the top.
    fn descend_over(
        &mut self,
        topology: &Topology,
        top: &Part<'_>,
        above: &mut Above,
        below: &mut [Waiting; 2],
    ) -> bool {
        let root = self.vertices.end - 1;
        let vertices: Vec<u32> =
            std::iter::successors(topology.parent(root), |v| topology.parent(*v)).collect();
        let mut beyond = false;
        for y in vertices.into_iter().rev() {
            beyond |= self.compare(topology, y, top.rows_of(topology, y), above, below);
        }
        beyond
    }

    /// Compares the ways of all lower neighbours x of `y` in this part with the ways x-y-z and x-z-y.
    fn compare(
        &mut self,
        topology: &Topology,
        y: u32,
        rows: [&[Half]; 2],
        above: &mut Above,
        below: &mut [Waiting; 2],
    ) -> bool {
        if !below.iter().any(|below| below.is_awaited(y)) {
            return false;
        }
        let mut beyond = false;
        above.take(topology, y, rows);
        for (side, below) in below.iter_mut().enumerate() {
            let (ways, base) = (&topology.ways[side], self.base[side]);
            let mut next = below.take(y);
            while let Some(x) = next {
                let (beside, edge) = below.next(x);
                let mine = ways.of(x);
                let row = &mut self.rows[side][edge - base..mine.end - base];
                beyond |= above.compare(&ways.heads[edge..mine.end], row, side);
                if edge > mine.start {
                    below.add(x, edge - 1, ways.heads[edge - 1]);
                }
                next = beside;
            }
        }
        above.forget(topology, y);
        beyond
    }
}

/// The weights of the ways of one vertex, by their upper ends.
pub(super) struct Above(Vec<[Half; 2]>);

impl Above {
    pub fn new(topology: &Topology) -> Self {
        Self(vec![[Half::NEVER; 2]; topology.len()])
    }

    /// Takes up the weights of a vertex.
    pub fn take(&mut self, topology: &Topology, vertex: u32, rows: [&[Half]; 2]) {
        for (side, row) in rows.into_iter().enumerate() {
            let ways = &topology.ways[side];
            for (head, half) in ways.heads[ways.of(vertex)].iter().zip(row) {
                self.0[*head as usize][side] = *half;
            }
        }
    }

    /// Lays them down again.
    pub fn forget(&mut self, topology: &Topology, vertex: u32) {
        for ways in &topology.ways {
            for head in &ways.heads[ways.of(vertex)] {
                self.0[*head as usize] = [Half::NEVER; 2];
            }
        }
    }

    /// Over the vertex y taken up, the upper end of the first of some ways of a vertex x on one side: for every further
    /// upper end z, x-z over y and x-y over z; whether some way did not fit. `row` are the weights of these ways.
    #[inline]
    pub fn compare(&self, heads: &[u32], row: &mut [Half], side: usize) -> bool {
        let [x_y, further @ ..] = row else {
            return false;
        };
        let mut beyond = false;
        for (head, x_z) in heads[1..].iter().zip(further) {
            let y_z = &self.0[*head as usize];
            beyond |= x_z.offer(*x_y, y_z[side], NEEDLESS);
            beyond |= x_y.offer(*x_z, y_z[1 - side], NEEDLESS);
        }
        beyond
    }
}
