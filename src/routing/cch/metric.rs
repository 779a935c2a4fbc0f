//! The weights of a hierarchy, ready to be searched: only the ways that shortest paths need.

use std::ops::Range;

use super::customize::Customized;
use super::packed::Packed;
use super::topology::Topology;
use super::ways::{DOWN, UP, Ways};
use super::weights::Half;

/// Length and middle of an edge, read only when a path is unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Detail {
    pub length_mm: u32,
    /// The vertex over which the edge leads, or `NONE` when it is a turn.
    pub middle: u32,
}

/// Edges of one direction by their lower end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Star {
    pub first: Vec<u32>,
    /// Upper ends, ascending within a vertex.
    pub heads: Vec<u32>,
    pub keys: Vec<Packed>,
    pub details: Vec<Detail>,
}

impl Star {
    fn new(ways: &Ways, halves: &[Half]) -> Self {
        let count = halves.iter().filter(|half| half.is_needed()).count();
        let vertices = ways.first.len() - 1;
        let mut star = Self::with_room(vertices, count);
        for v in 0..vertices as u32 {
            star.push_row(ways, v, &halves[ways.of(v)]);
        }
        star
    }

    /// Without vertices, with room for some.
    pub(super) fn with_room(vertices: usize, edges: usize) -> Self {
        let mut star = Self {
            first: Vec::with_capacity(vertices + 1),
            heads: Vec::with_capacity(edges),
            keys: Vec::with_capacity(edges),
            details: Vec::with_capacity(edges),
        };
        star.first.push(0);
        star
    }

    /// Adds the next vertices as they are in another.
    pub(super) fn copy(&mut self, other: &Self, vertices: Range<u32>) {
        let begin = other.first[vertices.start as usize];
        let edges = begin as usize..other.first[vertices.end as usize] as usize;
        let moved = self.heads.len() as u32;
        self.heads.extend_from_slice(&other.heads[edges.clone()]);
        self.keys.extend_from_slice(&other.keys[edges.clone()]);
        self.details.extend_from_slice(&other.details[edges]);
        let ends = &other.first[vertices.start as usize + 1..=vertices.end as usize];
        self.first
            .extend(ends.iter().map(|end| end - begin + moved));
    }

    /// Adds the needed ways of the next vertex, whose weights are `row`.
    pub(super) fn push_row(&mut self, ways: &Ways, vertex: u32, row: &[Half]) {
        for (head, half) in ways.heads[ways.of(vertex)].iter().zip(row) {
            if half.is_needed() {
                self.heads.push(*head);
                self.keys.push(Packed(half.key));
                self.details.push(Detail {
                    length_mm: half.length_mm(),
                    middle: half.middle(),
                });
            }
        }
        self.first.push(self.heads.len() as u32);
    }

    /// Places of the edges of a vertex.
    pub fn of(&self, vertex: u32) -> Range<usize> {
        self.first[vertex as usize] as usize..self.first[vertex as usize + 1] as usize
    }

    /// The place of the edge between two vertices.
    pub fn find(&self, low: u32, high: u32) -> Option<usize> {
        let edges = self.of(low);
        self.heads[edges.clone()]
            .binary_search(&high)
            .ok()
            .map(|i| edges.start + i)
    }
}

/// Exact weights for one way of driving. Made by [`Metric::new`], searched together with the topology it was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// From the lower to the upper end.
    pub(super) up: Star,
    /// From the upper to the lower end, kept with the lower end.
    pub(super) down: Star,
    /// Whether some way was left out because it does not fit; then "no path" may be wrong.
    pub(super) beyond: bool,
}

impl Metric {
    /// Weights of all edges from weights and lengths in millimetres of the turns, in the order of the graph's turns: what
    /// it takes from the beginning of the first arc to the beginning of the second; no weight closes a turn.
    ///
    /// O(triangles), in parallel; the same weights give the same metric at any number of threads.
    #[must_use]
    pub fn new(topology: &Topology, turns: impl Iterator<Item = (Option<Packed>, u64)>) -> Self {
        let Customized { weights, beyond } = Customized::new(topology, turns);
        // One side after the other, and the weights of a side go with it: together they would be the most that the server
        // of a region ever takes.
        let star = |side: usize, halves: Vec<Half>| Star::new(&topology.ways[side], &halves);
        let [upwards, downwards] = weights.0;
        let up = star(UP, upwards);
        let down = star(DOWN, downwards);
        Self { up, down, beyond }
    }

    /// Memory in bytes that it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let edge = size_of::<u32>() + size_of::<Packed>() + size_of::<Detail>();
        self.edges() * edge + (self.up.first.len() + self.down.first.len()) * size_of::<u32>()
    }

    /// Number of edges that shortest paths need, counting directions.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.up.heads.len() + self.down.heads.len()
    }
}
