//! From weights of turns to weights of all edges of the hierarchy.
//!
//! Three passes, as in Dibbelt, Strasser and Wagner ("Customizable contraction hierarchies", JEA 2016): every edge starts
//! with the weight of its turn; then, from below, each edge takes the way over any vertex below both its ends; then,
//! from above, each edge is compared with the way over any third vertex, which gives exact distances ("perfect
//! customization") and tells which edges no shortest path needs. The trees of the topology are worked on in parallel, and
//! the top by itself.

use std::ops::Range;

use rayon::prelude::*;

use super::packed::Packed;
use super::topology::{NONE, Topology};

/// Weight of an edge in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Half {
    pub key: Packed,
    /// Length of the same way; of ways with the same key the shortest.
    pub length_mm: u32,
    /// The vertex below both ends over which the way leads; [`NONE`] for a turn; [`NEEDLESS`] when a shorter way leads
    /// over other edges.
    pub middle: u32,
}

/// Marks a [`Half`] that no shortest path needs.
pub(super) const NEEDLESS: u32 = u32::MAX - 1;

impl Half {
    const NEVER: Self = Self {
        key: Packed::NEVER,
        length_mm: u32::MAX,
        middle: NONE,
    };

    pub fn is_needed(&self) -> bool {
        self.key.fits() && self.middle != NEEDLESS
    }

    /// Takes the way over `first` and `second` if it is better; whether it is better but too long to fit.
    #[inline]
    fn offer(&mut self, first: Self, second: Self, middle: u32) -> bool {
        let key = Packed(first.key.0 + second.key.0);
        if key > self.key {
            return false;
        }
        let length = u64::from(first.length_mm) + u64::from(second.length_mm);
        if key == self.key && length >= u64::from(self.length_mm) {
            return false;
        }
        if !key.fits() || length >= u64::from(u32::MAX) {
            return first.key.fits() && second.key.fits();
        }
        *self = Self {
            key,
            length_mm: length as u32,
            middle,
        };
        false
    }
}

/// Weights of all edges.
pub(super) struct Customized {
    /// From the lower to the upper end.
    pub up: Vec<Half>,
    /// From the upper to the lower end.
    pub down: Vec<Half>,
    /// Whether some way was left out because it does not fit.
    pub beyond: bool,
}

impl Customized {
    /// From the weights and lengths in millimetres of all turns, in the order of the graph's turns; no weight closes one.
    pub fn new(topology: &Topology, turns: impl Iterator<Item = (Option<Packed>, u64)>) -> Self {
        let mut found = Self {
            up: vec![Half::NEVER; topology.edges()],
            down: vec![Half::NEVER; topology.edges()],
            beyond: false,
        };
        for (slot, (key, length)) in topology.slots.iter().zip(turns) {
            if let Some(key) = key {
                found.turn(*slot, key, length);
            }
        }
        found.ascend(topology);
        found.descend(topology);
        found
    }

    fn turn(&mut self, slot: u32, key: Packed, length: u64) {
        if slot == NONE {
            return;
        }
        let Some(length_mm) = u32::try_from(length).ok().filter(|_| key.fits()) else {
            self.beyond = true;
            return;
        };
        let halves = if slot & 1 == 0 {
            &mut self.up
        } else {
            &mut self.down
        };
        let half = &mut halves[slot as usize / 2];
        if (key, length_mm) < (half.key, half.length_mm) {
            *half = Half {
                key,
                length_mm,
                middle: NONE,
            };
        }
    }

    fn ascend(&mut self, topology: &Topology) {
        let top = topology.top()..topology.len() as u32;
        let (mut parts, _) = self.parts(topology);
        let mut beyond = parts
            .par_iter_mut()
            .map_init(
                || vec![0; topology.len()],
                |place, part| part.ascend(topology, part.vertices.clone(), place),
            )
            .reduce(|| false, |a, b| a | b);
        let mut whole = Part {
            vertices: 0..topology.len() as u32,
            base: 0,
            up: &mut self.up,
            down: &mut self.down,
        };
        beyond |= whole.ascend(topology, top, &mut vec![0; topology.len()]);
        self.beyond |= beyond;
    }

    fn descend(&mut self, topology: &Topology) {
        let (mut parts, mut top) = self.parts(topology);
        top.descend(topology, &mut vec![0; topology.len()]);
        parts.par_iter_mut().for_each_init(
            || vec![0; topology.len()],
            |place, part| {
                let root = part.vertices.end - 1;
                let above: Vec<u32> =
                    std::iter::successors(topology.parent(root), |v| topology.parent(*v)).collect();
                for y in above.into_iter().rev() {
                    part.descend_over(topology, y, &top, place);
                }
                part.descend(topology, place);
            },
        );
    }

    /// The trees and the top.
    fn parts(&mut self, topology: &Topology) -> (Vec<Part<'_>>, Part<'_>) {
        let (mut up, mut down) = (&mut self.up[..], &mut self.down[..]);
        let mut take = |vertices: Range<u32>| {
            let base = topology.first[vertices.start as usize] as usize;
            let size = topology.first[vertices.end as usize] as usize - base;
            Part {
                vertices,
                base,
                up: up.split_off_mut(..size).expect("parts lie side by side"),
                down: down.split_off_mut(..size).expect("parts lie side by side"),
            }
        };
        let trees = topology
            .trees
            .windows(2)
            .map(|w| take(w[0]..w[1]))
            .collect();
        (trees, take(topology.top()..topology.len() as u32))
    }
}

/// The edges of some neighbouring vertices, which lie together from `base`.
struct Part<'a> {
    vertices: Range<u32>,
    base: usize,
    up: &'a mut [Half],
    down: &'a mut [Half],
}

impl Part<'_> {
    /// Takes the ways over lower vertices for all edges of `vertices`; whether some did not fit. All lower neighbours are
    /// in this part. `place` is scratch by vertex.
    fn ascend(&mut self, topology: &Topology, vertices: Range<u32>, place: &mut [u32]) -> bool {
        let mut beyond = false;
        for x in vertices {
            let edges = topology.edges_of(x);
            for (i, head) in topology.heads[edges.clone()].iter().enumerate() {
                place[*head as usize] = i as u32;
            }
            let split = edges.start - self.base;
            let (low_up, up) = self.up.split_at_mut(split);
            let (low_down, down) = self.down.split_at_mut(split);
            for [edge, v] in topology.lower_of(x) {
                let edge = *edge as usize;
                let range = edge + 1 - self.base..topology.edges_of(*v).end - self.base;
                let (to_x, from_x) = (low_up[edge - self.base], low_down[edge - self.base]);
                let heads = &topology.heads[edge + 1..topology.edges_of(*v).end];
                let halves = low_up[range.clone()].iter().zip(&low_down[range]);
                for (head, (v_up, v_down)) in heads.iter().zip(halves) {
                    let i = place[*head as usize] as usize;
                    beyond |= up[i].offer(from_x, *v_up, *v);
                    beyond |= down[i].offer(*v_down, to_x, *v);
                }
            }
        }
        beyond
    }

    /// Takes the ways over upper vertices in this part, which are exact, from above.
    fn descend(&mut self, topology: &Topology, place: &mut [u32]) {
        for y in self.vertices.clone().rev() {
            let split = topology.first[y as usize] as usize - self.base;
            let size = topology.edges_of(y).len();
            let (low_up, up) = self.up.split_at_mut(split);
            let (low_down, down) = self.down.split_at_mut(split);
            let mut low = Part {
                vertices: self.vertices.start..y,
                base: self.base,
                up: low_up,
                down: low_down,
            };
            low.compare(topology, y, (&up[..size], &down[..size]), place);
        }
    }

    /// The same for an upper vertex of the top.
    fn descend_over(&mut self, topology: &Topology, y: u32, top: &Part<'_>, place: &mut [u32]) {
        let edges = topology.edges_of(y);
        let range = edges.start - top.base..edges.end - top.base;
        self.compare(
            topology,
            y,
            (&top.up[range.clone()], &top.down[range]),
            place,
        );
    }

    /// Compares the edges of all lower neighbours x of `y` in this part with the ways x-y-z and x-z-y.
    fn compare(
        &mut self,
        topology: &Topology,
        y: u32,
        (y_up, y_down): (&[Half], &[Half]),
        place: &mut [u32],
    ) {
        for (i, head) in topology.heads[topology.edges_of(y)].iter().enumerate() {
            place[*head as usize] = i as u32;
        }
        let lower = topology.lower_of(y);
        let from = lower.partition_point(|[_, x]| *x < self.vertices.start);
        let end = self.vertices.end;
        for [edge, x] in lower[from..].iter().take_while(|[_, x]| *x < end) {
            self.compare_one(topology, (*edge as usize, *x), (y_up, y_down), place);
        }
    }

    /// Over the upper vertex y of the edge x-y: for every further neighbour z, x-z over y and x-y over z.
    #[inline]
    fn compare_one(
        &mut self,
        topology: &Topology,
        (edge, x): (usize, u32),
        (y_up, y_down): (&[Half], &[Half]),
        place: &[u32],
    ) {
        let end = topology.edges_of(x).end;
        let heads = &topology.heads[edge + 1..end];
        let range = edge - self.base..end - self.base;
        let [x_to_y, up @ ..] = &mut self.up[range.clone()] else {
            return;
        };
        let [y_to_x, down @ ..] = &mut self.down[range] else {
            return;
        };
        for (head, (x_to_z, z_to_x)) in heads.iter().zip(up.iter_mut().zip(down)) {
            let i = place[*head as usize] as usize;
            let (y_to_z, z_to_y) = (y_up[i], y_down[i]);
            x_to_z.offer(*x_to_y, y_to_z, NEEDLESS);
            z_to_x.offer(z_to_y, *y_to_x, NEEDLESS);
            x_to_y.offer(*x_to_z, z_to_y, NEEDLESS);
            y_to_x.offer(y_to_z, *z_to_x, NEEDLESS);
        }
    }
}
