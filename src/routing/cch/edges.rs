//! What remains joined when vertices are contracted, whatever can be driven.

use rayon::prelude::*;

use super::topology::NONE;

/// The edges of a contracted graph. They say what can be searched where and are checked when a file is read; searches
/// themselves need only the ways along them, so that nobody keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edges {
    /// `first[v]..first[v + 1]` are the edges of `v` to vertices above.
    pub first: Vec<u32>,
    /// Upper ends of the edges, ascending within a vertex.
    pub heads: Vec<u32>,
}

impl Edges {
    /// Places of the edges of a vertex.
    pub(super) fn of(&self, vertex: u32) -> std::ops::Range<usize> {
        self.first[vertex as usize] as usize..self.first[vertex as usize + 1] as usize
    }

    /// The neighbours above a vertex, ascending.
    pub(super) fn above(&self, vertex: u32) -> &[u32] {
        &self.heads[self.of(vertex)]
    }

    /// The place of the edge between two vertices, `low` the lower.
    pub(super) fn find(&self, low: u32, high: u32) -> Option<usize> {
        let place = self.above(low).binary_search(&high).ok()?;
        Some(self.of(low).start + place)
    }

    /// The lowest neighbour above each vertex, or [`NONE`].
    pub(super) fn parents(&self) -> Vec<u32> {
        let vertices = 0..self.first.len() as u32 - 1;
        vertices
            .map(|v| self.above(v).first().copied().unwrap_or(NONE))
            .collect()
    }

    /// Whether all edges of `count` vertices lead upwards, ascending by vertex, and there are not too many.
    pub(super) fn is_upward(&self, count: usize) -> bool {
        let Self { first, heads } = self;
        first.len() == count + 1
            && first[0] == 0
            && first.is_sorted()
            && first[count] as usize == heads.len()
            && heads.len() < 1 << 31
            && (0..count).all(|v| {
                let heads = &heads[first[v] as usize..first[v + 1] as usize];
                heads.is_sorted_by(|a, b| a < b)
                    && heads.first().is_none_or(|head| *head as usize > v)
                    && heads.last().is_none_or(|head| (*head as usize) < count)
            })
    }

    /// Whether the neighbours above each vertex are joined: all but the lowest are neighbours of that.
    pub(super) fn is_chordal(&self) -> bool {
        (0..self.first.len() as u32 - 1).into_par_iter().all(|v| {
            let Some((parent, rest)) = self.above(v).split_first() else {
                return true;
            };
            let mut theirs = self.above(*parent).iter();
            rest.iter().all(|head| theirs.any(|h| h == head))
        })
    }
}
