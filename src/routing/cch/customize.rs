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
use super::weights::{Half, NEEDLESS, Rows, TURN, View, Weights, over};

/// Weights of all edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Customized {
    /// By edge.
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
            weights: Weights::new(topology.edges()),
            beyond: false,
        };
        for (slot, (key, length)) in topology.slots.iter().zip(turns) {
            if let Some(key) = key {
                found.turn(*slot, key, length);
            }
        }
        found
    }

    fn turn(&mut self, slot: u32, key: Packed, length: u64) {
        if slot == NONE {
            return;
        }
        let half = Half::new(key, length, TURN);
        self.beyond |= !half.fits();
        let (edge, side) = (slot as usize / 2, slot as usize % 2);
        let known = self.weights.half_mut(edge, side);
        *known = half.min(*known);
    }

    /// Takes the ways over lower vertices.
    pub fn ascend(&mut self, topology: &Topology) {
        let (top, end) = (topology.top(), topology.len() as u32);
        let (mut parts, _) = self.parts(topology);
        let mut beyond = parts
            .par_iter_mut()
            .map_init(
                || vec![0; topology.len()],
                |place, part| {
                    let vertices = part.vertices.clone();
                    part.ascend(topology, vertices, place)
                },
            )
            .reduce(|| false, |a, b| a | b);
        let mut whole = self.whole(topology);
        beyond |= whole.ascend(topology, top..end, &mut vec![0; topology.len()]);
        self.beyond |= beyond;
    }

    /// Makes all weights exact and marks what is needless. Tree by tree also on one thread: the edges of a tree stay near
    /// while all that lies above it is compared with.
    pub fn descend(&mut self, topology: &Topology) {
        let (mut parts, mut top) = self.parts(topology);
        let mut beyond = top.descend(topology, &mut vec![0; topology.len()]);
        beyond |= parts
            .par_iter_mut()
            .map_init(
                || vec![0; topology.len()],
                |place, part| {
                    let root = part.vertices.end - 1;
                    let above =
                        std::iter::successors(topology.parent(root), |v| topology.parent(*v));
                    let above: Vec<u32> = above.collect();
                    part.descend_over(topology, &above, &top, place) | part.descend(topology, place)
                },
            )
            .reduce(|| false, |a, b| a | b);
        self.beyond |= beyond;
    }

    fn whole(&mut self, topology: &Topology) -> Part<'_> {
        Part {
            vertices: 0..topology.len() as u32,
            base: 0,
            rows: self.weights.from(0),
        }
    }

    /// The trees and the top.
    fn parts(&mut self, topology: &Topology) -> (Vec<Part<'_>>, Part<'_>) {
        let mut rest = self.whole(topology);
        let mut parts = Vec::with_capacity(topology.trees.len());
        for pair in topology.trees.windows(2) {
            let size = topology.first[pair[1] as usize] as usize - rest.base;
            let (rows, more) = rest.rows.take(size);
            parts.push(Part {
                vertices: pair[0]..pair[1],
                base: rest.base,
                rows,
            });
            rest = Part {
                vertices: pair[1]..rest.vertices.end,
                base: rest.base + size,
                rows: more,
            };
        }
        (parts, rest)
    }
}

/// The edges of some neighbouring vertices, which lie together from `base`.
struct Part<'a> {
    vertices: Range<u32>,
    base: usize,
    rows: Rows<'a>,
}

impl Part<'_> {
    /// Takes the ways over lower vertices for all edges of `vertices`; whether some did not fit. All lower neighbours are
    /// in this part. `place` is scratch by vertex.
    fn ascend(&mut self, topology: &Topology, vertices: Range<u32>, place: &mut [u32]) -> bool {
        let mut beyond = false;
        for x in vertices {
            mark(topology, x, place);
            let (low, mut rows) = self.split(topology, x);
            for edge in topology.lower_of(x) {
                beyond |= low.lift(topology, *edge, &mut rows, place);
            }
        }
        beyond
    }

    /// Offers to the edges of a vertex, whose neighbours have their places in `place`, the ways over the lower vertex `v`
    /// of its edge `edge`, which is in this part.
    #[inline]
    fn lift(
        &self,
        topology: &Topology,
        [edge, v]: [u32; 2],
        x: &mut Rows<'_>,
        place: &[u32],
    ) -> bool {
        let edges = edge as usize + 1..topology.edges_of(v).end;
        let here = edges.start - self.base..edges.end - self.base;
        let (to_x, from_x) = (self.rows.up[here.start - 1], self.rows.down[here.start - 1]);
        let mut beyond = false;
        let [v_up, v_down] = self.rows.view(here);
        for (head, (v_up, v_down)) in topology.heads[edges].iter().zip(v_up.iter().zip(v_down)) {
            let i = place[*head as usize] as usize;
            beyond |= x.up[i].offer(from_x, *v_up, over(v));
            beyond |= x.down[i].offer(*v_down, to_x, over(v));
        }
        beyond
    }

    /// Takes the ways over upper vertices in this part, which are exact, from above; whether some did not fit.
    fn descend(&mut self, topology: &Topology, place: &mut [u32]) -> bool {
        let mut beyond = false;
        for y in self.vertices.clone().rev() {
            let size = topology.edges_of(y).len();
            let (mut low, rows) = self.split(topology, y);
            beyond |= low.compare(topology, y, rows.view(0..size), place);
        }
        beyond
    }

    /// The same for the upper vertices `above` this part, which are of the top, the lowest first.
    fn descend_over(
        &mut self,
        topology: &Topology,
        above: &[u32],
        top: &Part<'_>,
        place: &mut [u32],
    ) -> bool {
        let mut beyond = false;
        for y in above.iter().rev() {
            let edges = topology.edges_of(*y);
            let exact = top.rows.view(edges.start - top.base..edges.end - top.base);
            beyond |= self.compare(topology, *y, exact, place);
        }
        beyond
    }

    /// The edges before those of vertex `y`, and those from there on.
    fn split(&mut self, topology: &Topology, y: u32) -> (Part<'_>, Rows<'_>) {
        let at = topology.first[y as usize] as usize - self.base;
        let (rows, from) = self.rows.all().take(at);
        let low = Part {
            vertices: self.vertices.start..y,
            base: self.base,
            rows,
        };
        (low, from)
    }

    /// Compares the edges of all lower neighbours x of `y` in this part with the ways x-y-z and x-z-y.
    fn compare(&mut self, topology: &Topology, y: u32, exact: View<'_>, place: &mut [u32]) -> bool {
        mark(topology, y, place);
        let lower = topology.lower_of(y);
        let from = lower.partition_point(|[_, x]| *x < self.vertices.start);
        let end = self.vertices.end;
        let mut beyond = false;
        for [edge, x] in lower[from..].iter().take_while(|[_, x]| *x < end) {
            let edges = *edge as usize..topology.edges_of(*x).end;
            let rows = self
                .rows
                .slice(edges.start - self.base..edges.end - self.base);
            beyond |= compare_edges(&topology.heads[edges], rows, exact, place);
        }
        beyond
    }
}

/// Compares `edges` of a vertex x, the first of them x-y, with the ways over y, whose weights are `exact`; whether some did
/// not fit. `rows` are the weights of `edges`.
pub(super) fn compare_row(
    topology: &Topology,
    edges: Range<usize>,
    rows: Rows<'_>,
    exact: View<'_>,
    place: &mut [u32],
) -> bool {
    mark(topology, topology.heads[edges.start], place);
    compare_edges(&topology.heads[edges], rows, exact, place)
}

/// Over the upper vertex y of the first of some edges of a vertex x, x-y: for every further neighbour z of x, x-z over y
/// and x-y over z. `x` are the weights of these edges, up and down, those of y follow; the places of y's neighbours are in
/// `place`.
#[inline]
fn compare_edges(heads: &[u32], x: Rows<'_>, [y_up, y_down]: View<'_>, place: &[u32]) -> bool {
    let ([x_to_y, up @ ..], [y_to_x, down @ ..]) = (x.up, x.down) else {
        return false;
    };
    let y_down = &y_down[..y_up.len()];
    let mut beyond = false;
    for (head, (x_to_z, z_to_x)) in heads[1..].iter().zip(up.iter_mut().zip(down)) {
        let i = place[*head as usize] as usize;
        let (y_to_z, z_to_y) = (y_up[i], y_down[i]);
        // Mostly none is better, and keys alone say so.
        #[expect(
            clippy::needless_bitwise_bool,
            reason = "one branch is quicker than four"
        )]
        let none = (x_to_y.key + y_to_z.key > x_to_z.key)
            & (z_to_y.key + y_to_x.key > z_to_x.key)
            & (x_to_z.key + z_to_y.key > x_to_y.key)
            & (y_to_z.key + z_to_x.key > y_to_x.key);
        if !none {
            beyond |= x_to_z.offer(*x_to_y, y_to_z, NEEDLESS);
            beyond |= z_to_x.offer(z_to_y, *y_to_x, NEEDLESS);
            beyond |= x_to_y.offer(*x_to_z, z_to_y, NEEDLESS);
            beyond |= y_to_x.offer(y_to_z, *z_to_x, NEEDLESS);
        }
    }
    beyond
}

/// Notes the places of a vertex's neighbours.
fn mark(topology: &Topology, vertex: u32, place: &mut [u32]) {
    for (i, head) in topology.heads[topology.edges_of(vertex)].iter().enumerate() {
        place[*head as usize] = i as u32;
    }
}
