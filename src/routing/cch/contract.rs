//! Contraction: which vertices become joined when those below them are taken away, and the numbers that vertices get.

use super::edges::Edges;
use super::graph::ArcGraph;
use super::topology::{NONE, subtree_sizes, tree_limit};

/// Contracts the arcs of `graph` in `order`: arcs by vertex, and the edges.
pub(super) fn contracted(graph: &ArcGraph, order: &[u32]) -> (Vec<u32>, Edges) {
    let mut rank = vec![0_u32; order.len()];
    for (i, arc) in order.iter().enumerate() {
        rank[*arc as usize] = i as u32;
    }
    numbered(order, &contract(graph, &rank))
}

/// Contracts the arcs of `graph`, those of lower rank first; vertices are ranks.
pub(super) fn contract(graph: &ArcGraph, rank: &[u32]) -> Edges {
    let count = rank.len();
    let mut above: Vec<Vec<u32>> = vec![Vec::new(); count];
    for arc in 0..count {
        for head in &graph.heads[graph.turns(arc)] {
            let (a, b) = (rank[arc], rank[*head as usize]);
            if a != b {
                above[a.min(b) as usize].push(a.max(b));
            }
        }
    }
    let mut first = Vec::with_capacity(count + 1);
    let mut heads = Vec::new();
    first.push(0);
    for v in 0..count {
        let mut mine = std::mem::take(&mut above[v]);
        mine.sort_unstable();
        mine.dedup();
        if let Some((parent, rest)) = mine.split_first() {
            let parents = &mut above[*parent as usize];
            if parents.is_empty() {
                *parents = rest.to_vec();
            } else {
                merge(parents, rest);
            }
        }
        heads.extend_from_slice(&mine);
        first.push(u32::try_from(heads.len()).expect("fewer than 2^32 edges"));
    }
    Edges { first, heads }
}

/// Adds what is missing; doubles are removed when the vertex is contracted.
fn merge(into: &mut Vec<u32>, more: &[u32]) {
    into.extend_from_slice(more);
    if into.len() > 256 {
        into.sort_unstable();
        into.dedup();
    }
}

/// From the order of contraction to the final numbers.
fn numbered(order: &[u32], edges: &Edges) -> (Vec<u32>, Edges) {
    let parents = edges.parents();
    let number = numbers(&parents, &subtree_sizes(&parents));
    let count = order.len();
    let mut arc_of = vec![0; count];
    let mut new_first = vec![0; count + 1];
    for (old, new) in number.iter().enumerate() {
        arc_of[*new as usize] = order[old];
        new_first[*new as usize + 1] = edges.of(old as u32).len() as u32;
    }
    for v in 0..count {
        new_first[v + 1] += new_first[v];
    }
    let mut new_heads = vec![0; edges.heads.len()];
    for (old, new) in number.iter().enumerate() {
        let to = new_first[*new as usize] as usize..new_first[*new as usize + 1] as usize;
        let to = &mut new_heads[to];
        for (to, head) in to.iter_mut().zip(edges.above(old as u32)) {
            *to = number[*head as usize];
        }
        to.sort_unstable();
    }
    let edges = Edges {
        first: new_first,
        heads: new_heads,
    };
    (arc_of, edges)
}

/// New numbers: trees in post-order, then the top in the old order.
fn numbers(parents: &[u32], below: &[u32]) -> Vec<u32> {
    let count = parents.len();
    let limit = tree_limit(count);
    let mut number = vec![0_u32; count];
    // Going down from the roots, each vertex takes the end of its parent's stretch that is still free.
    let mut free_end = vec![0_u32; count];
    let mut next_top = count as u32;
    let mut next_tree = below.iter().filter(|b| **b as usize <= limit).count() as u32;
    for v in (0..count).rev() {
        if below[v] as usize > limit {
            next_top -= 1;
            number[v] = next_top;
            continue;
        }
        let parent = parents[v];
        let end = if parent == NONE || below[parent as usize] as usize > limit {
            &mut next_tree
        } else {
            &mut free_end[parent as usize]
        };
        number[v] = *end - 1;
        *end -= below[v];
        free_end[v] = number[v];
    }
    number
}
