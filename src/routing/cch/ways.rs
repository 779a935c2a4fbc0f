//! What can be driven along the edges of a hierarchy: the ways up and the ways down.
//!
//! Contracting a vertex makes a way only from what leads into it to what it leads to. In a network of arcs nine edges of ten
//! carry a way in one direction alone, so that keeping the two apart halves the weights and leaves a quarter of the work.

use super::edges::Edges;
use super::lower::Lower;

/// Side of the ways from the lower to the upper end.
pub(super) const UP: usize = 0;
/// Side of the ways from the upper to the lower end.
pub(super) const DOWN: usize = 1;

/// The ways of one side, each with its lower end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ways {
    /// `first[v]..first[v + 1]` are the ways of `v` to (or from) vertices above.
    pub first: Vec<u32>,
    /// Upper ends, ascending within a vertex.
    pub heads: Vec<u32>,
}

impl Ways {
    /// Places of the ways of a vertex.
    #[inline]
    pub fn of(&self, vertex: u32) -> std::ops::Range<usize> {
        self.first[vertex as usize] as usize..self.first[vertex as usize + 1] as usize
    }

    /// The highest upper end of a vertex; `None` when it has no ways.
    #[inline]
    pub fn last(&self, vertex: u32) -> Option<u32> {
        self.heads[self.of(vertex)].last().copied()
    }

    /// The way between two vertices, `low` the lower.
    pub fn find(&self, low: u32, high: u32) -> Option<usize> {
        let ways = self.of(low);
        self.heads[ways.clone()]
            .binary_search(&high)
            .ok()
            .map(|i| ways.start + i)
    }
}

/// Adds to the `sides` of all edges, a bit for each, those of the ways over lower vertices. The edges are those of a chordal
/// graph. O(pairs of neighbours above a vertex).
pub(super) fn fill(edges: &Edges, sides: &mut [u8]) {
    const BITS: [u8; 2] = [1 << UP, 1 << DOWN];
    let Edges { first, heads } = edges;
    let count = first.len() - 1;
    let lower = Lower::new(first, heads);
    let mut place = vec![0_u32; count];
    for x in 0..count {
        for edge in first[x]..first[x + 1] {
            place[heads[edge as usize] as usize] = edge;
        }
        for [edge, v] in lower.of(x as u32) {
            let below = sides[*edge as usize];
            // What leads from x down to v lets x go up over it, and the other way round.
            let up = (below >> DOWN & 1) * BITS[UP];
            let down = (below >> UP & 1) * BITS[DOWN];
            let through = up | down;
            let beyond = *edge as usize + 1..first[*v as usize + 1] as usize;
            for i in beyond {
                sides[place[heads[i] as usize] as usize] |= sides[i] & through;
            }
        }
    }
}

/// The ways of one side, and for each edge the number that its way would have.
pub(super) fn ways(edges: &Edges, sides: &[u8], side: usize) -> (Ways, Vec<u32>) {
    let carries = |edge: usize| sides[edge] >> side & 1 == 1;
    let mut numbers = Vec::with_capacity(edges.heads.len());
    let mut found = Ways::default();
    for (edge, head) in edges.heads.iter().enumerate() {
        numbers.push(found.heads.len() as u32);
        if carries(edge) {
            found.heads.push(*head);
        }
    }
    found.heads.shrink_to_fit();
    let all = found.heads.len() as u32;
    found.first = edges
        .first
        .iter()
        .map(|edge| numbers.get(*edge as usize).copied().unwrap_or(all))
        .collect();
    (found, numbers)
}
