//! What a hierarchy is built from, without roads: arcs that join junctions, and turns that join arcs.

/// Arcs and the turns between them. The vertices of the hierarchy are the arcs, its edges are the turns.
#[derive(Clone, Debug, Default)]
pub struct ArcGraph {
    /// Where each junction lies, on a plane in any unit; it only guides the cuts.
    pub positions: Vec<[i32; 2]>,
    /// Junctions at the beginning and at the end of each arc.
    pub ends: Vec<[u32; 2]>,
    /// `first[a]..first[a + 1]` are the places of arc `a`'s turns in `heads`.
    pub first: Vec<u32>,
    /// The arcs that are turned onto.
    pub heads: Vec<u32>,
}

impl ArcGraph {
    /// Number of arcs.
    #[must_use]
    pub fn arcs(&self) -> usize {
        self.ends.len()
    }

    /// Places of the turns of `arc` in [`ArcGraph::heads`].
    #[must_use]
    pub fn turns(&self, arc: usize) -> std::ops::Range<usize> {
        self.first[arc] as usize..self.first[arc + 1] as usize
    }
}
