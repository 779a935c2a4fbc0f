//! What lies below a vertex: edges and ways are kept by their lower ends, and some work goes by the upper ones.
//!
//! [`Lower`] lists them all, for who asks here and there. Who goes over all vertices in order does with [`Waiting`].

use super::topology::NONE;

/// Edges by their upper ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lower {
    /// `first[v]..first[v + 1]` are those that end in `v` from below.
    first: Vec<u32>,
    /// The edges and their lower ends, ascending within a vertex.
    edges: Vec<[u32; 2]>,
}

impl Lower {
    /// From edges by their lower ends: where those of each vertex begin, and their upper ends.
    pub fn new(first: &[u32], heads: &[u32]) -> Self {
        let count = first.len() - 1;
        let mut starts = vec![0_u32; count + 1];
        for head in heads {
            starts[*head as usize + 1] += 1;
        }
        for v in 0..count {
            starts[v + 1] += starts[v];
        }
        let mut place = starts.clone();
        let mut edges = vec![[0; 2]; heads.len()];
        for v in 0..count {
            for edge in first[v]..first[v + 1] {
                let place = &mut place[heads[edge as usize] as usize];
                edges[*place as usize] = [edge, v as u32];
                *place += 1;
            }
        }
        Self {
            first: starts,
            edges,
        }
    }

    /// The edges that end in a vertex and begin below, with those beginnings, ascending.
    pub fn of(&self, vertex: u32) -> &[[u32; 2]] {
        let v = vertex as usize;
        &self.edges[self.first[v] as usize..self.first[v + 1] as usize]
    }

    /// Memory in bytes.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.first[..]) + size_of_val(&self.edges[..])
    }
}

/// Vertices waiting for the next upper end of theirs, each in the list of that one. Going over the upper ends in order,
/// whoever is found in the list of one moves on to that of its next: the lists of a left-looking factorization (George and
/// Liu, "Computer solution of large sparse positive definite systems", 1981), two numbers a vertex instead of two an edge.
#[derive(Debug)]
pub(super) struct Waiting {
    /// For each upper end the vertex that came last, or [`NONE`].
    last: Vec<u32>,
    /// For each vertex the one that came before it, or [`NONE`], and the edge with which it waits.
    waits: Vec<[u32; 2]>,
}

impl Waiting {
    /// Nobody waits; `vertices` in all.
    pub fn new(vertices: usize) -> Self {
        Self {
            last: vec![NONE; vertices],
            waits: vec![[NONE; 2]; vertices],
        }
    }

    /// Lets `vertex` wait with an edge for its upper end `head`.
    #[inline]
    pub fn add(&mut self, vertex: u32, edge: usize, head: u32) {
        let before = std::mem::replace(&mut self.last[head as usize], vertex);
        self.waits[vertex as usize] = [before, edge as u32];
    }

    /// Whether somebody waits for `head`.
    pub fn is_awaited(&self, head: u32) -> bool {
        self.last[head as usize] != NONE
    }

    /// Takes all who wait for `head` out of its list; they are `next` of each other, beginning with the one returned.
    #[inline]
    pub fn take(&mut self, head: u32) -> Option<u32> {
        some(std::mem::replace(&mut self.last[head as usize], NONE))
    }

    /// Who was taken beside `vertex`, to be asked before that one waits again; and its edge.
    #[inline]
    pub fn next(&self, vertex: u32) -> (Option<u32>, usize) {
        let [before, edge] = self.waits[vertex as usize];
        (some(before), edge as usize)
    }
}

fn some(vertex: u32) -> Option<u32> {
    (vertex != NONE).then_some(vertex)
}
