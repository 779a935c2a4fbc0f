//! Which edges leave each node.

use super::ids::{EdgeId, NodeId};
use super::rows::EdgeRow;

/// Outgoing edges by node, as two flat arrays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct OutEdges {
    /// `first[n]..first[n + 1]` are the places of node `n` in `edges`.
    pub first: Vec<u32>,
    pub edges: Vec<EdgeId>,
}

impl OutEdges {
    pub fn new(nodes: usize, edges: &[EdgeRow]) -> Self {
        let (first, edges) = group(nodes, edges.iter().map(|e| e.from.index()));
        Self {
            first,
            edges: edges.into_iter().map(EdgeId).collect(),
        }
    }

    /// Edges that leave `node`, by id.
    pub fn of(&self, node: NodeId) -> &[EdgeId] {
        &self.edges[self.first[node.index()] as usize..self.first[node.index() + 1] as usize]
    }
}

/// Groups items `0..` by key `< keys`, keeping their order: where each group starts, and the items.
pub(crate) fn group(
    keys: usize,
    key_of: impl Iterator<Item = usize> + Clone,
) -> (Vec<u32>, Vec<u32>) {
    let mut first = vec![0_u32; keys + 1];
    let mut items = 0_usize;
    for key in key_of.clone() {
        first[key + 1] += 1;
        items += 1;
    }
    for i in 0..keys {
        first[i + 1] += first[i];
    }
    let mut place = first.clone();
    let mut grouped = vec![0; items];
    for (item, key) in key_of.enumerate() {
        grouped[place[key] as usize] = item as u32;
        place[key] += 1;
    }
    (first, grouped)
}
