//! The weights of a hierarchy, ready to be searched: only the edges that shortest paths need.

use super::customize::{Customized, Half};
use super::packed::Packed;
use super::topology::Topology;

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
    fn new(topology: &Topology, halves: &[Half]) -> Self {
        let count = halves.iter().filter(|half| half.is_needed()).count();
        let mut star = Self {
            first: Vec::with_capacity(topology.len() + 1),
            heads: Vec::with_capacity(count),
            keys: Vec::with_capacity(count),
            details: Vec::with_capacity(count),
        };
        star.first.push(0);
        for v in 0..topology.len() as u32 {
            for edge in topology.edges_of(v) {
                let half = &halves[edge];
                if half.is_needed() {
                    star.heads.push(topology.heads[edge]);
                    star.keys.push(half.key);
                    star.details.push(Detail {
                        length_mm: half.length_mm,
                        middle: half.middle,
                    });
                }
            }
            star.first.push(star.heads.len() as u32);
        }
        star
    }

    /// Places of the edges of a vertex.
    pub fn of(&self, vertex: u32) -> std::ops::Range<usize> {
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
        let Customized { up, down, beyond } = Customized::new(topology, turns);
        let (up, down) = rayon::join(|| Star::new(topology, &up), || Star::new(topology, &down));
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
