//! Over what subtrees of the elimination tree are entered.
//!
//! Whoever comes down into a subtree comes over a neighbour above its root. Subtrees hang side by side where the tree
//! branches; between the branches a question has the answer of the branch above, so that only roots of branches are kept,
//! and only of those that are worth leaping over.

use super::edges::Edges;
use super::topology::NONE;

/// Subtrees of fewer vertices are swept over sooner than leapt over.
const LEAST: u32 = 8;

/// The neighbours above the roots of branches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gates {
    /// The roots, ascending, each with the end of its neighbours.
    roots: Vec<(u32, u32)>,
    heads: Vec<u32>,
}

impl Gates {
    /// From the edges, and the parents and subtree sizes of the vertices.
    pub fn new(edges: &Edges, parents: &[u32], below: &[u32]) -> Self {
        let mut gates = Self::default();
        for (v, parent) in parents.iter().enumerate() {
            let branches = *parent == NONE || below[*parent as usize] > below[v] + 1;
            if branches && below[v] >= LEAST {
                gates.heads.extend_from_slice(edges.above(v as u32));
                gates.roots.push((v as u32, gates.heads.len() as u32));
            }
        }
        gates.heads.shrink_to_fit();
        gates.roots.shrink_to_fit();
        gates
    }

    /// The roots, the highest first, each with the neighbours above it.
    pub fn downwards(&self) -> impl Iterator<Item = (u32, &[u32])> {
        (0..self.roots.len()).rev().map(|i| {
            let begin = i.checked_sub(1).map_or(0, |before| self.roots[before].1);
            let (root, end) = self.roots[i];
            (root, &self.heads[begin as usize..end as usize])
        })
    }
}
