//! What the walks of a search know of the vertices they come by.
//!
//! A search comes by the ancestors of its seeds and nothing else: a few hundred vertices of hundreds of thousands. Labels of
//! only those lie together, found by a number for each vertex that says where, so that they stay in the nearest cache and a
//! search has nothing to clear (the sparse set of Briggs and Torczon, 1993).

use super::packed::Packed;
use super::topology::{NONE, Topology};

/// The walk up from where a search begins.
pub(super) const FORTH: usize = 0;
/// The walk up from where it ends.
pub(super) const BACK: usize = 1;

/// Set in [`Label::tail`] when it is the number of a seed.
pub(super) const SEED: u32 = 1 << 31;

/// What a walk knows of a vertex.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    pub key: Packed,
    /// Length in millimetres. Ways of more than 4,294 km do not fit.
    pub length_mm: u32,
    /// The vertex below from which it was reached, or [`SEED`] and the number of a seed.
    pub tail: u32,
}

impl Label {
    const NEVER: Self = Self {
        key: Packed::NEVER,
        length_mm: 0,
        tail: NONE,
    };

    /// Takes the other if it is better: lighter, then shorter.
    #[inline]
    pub fn take(&mut self, other: Self) {
        let better = other.key < self.key
            || other.key == self.key && other.length_mm < self.length_mm && other.key.fits();
        if better {
            *self = other;
        }
    }
}

/// Labels of both walks.
#[derive(Debug)]
pub(super) struct Labels {
    /// For each vertex its place in the lists below, if that has this vertex; of the others anything.
    places: Vec<u32>,
    vertices: Vec<u32>,
    sides: [Vec<Label>; 2],
}

impl Labels {
    /// Labels of `vertices` vertices, none of them known.
    pub fn new(vertices: usize) -> Self {
        Self {
            places: vec![0; vertices],
            vertices: Vec::new(),
            sides: [Vec::new(), Vec::new()],
        }
    }

    /// Makes room for a vertex and all that a walk from it comes by.
    pub fn lay_out(&mut self, topology: &Topology, vertex: u32) {
        let mut next = Some(vertex);
        while let Some(vertex) = next.filter(|vertex| !self.has(*vertex)) {
            self.places[vertex as usize] = self.vertices.len() as u32;
            self.vertices.push(vertex);
            for side in &mut self.sides {
                side.push(Label::NEVER);
            }
            next = topology.parent(vertex);
        }
    }

    fn has(&self, vertex: u32) -> bool {
        let place = self.places[vertex as usize] as usize;
        self.vertices.get(place) == Some(&vertex)
    }

    /// Both labels of a vertex that was laid out.
    #[inline]
    pub fn of(&self, vertex: u32) -> [Label; 2] {
        let place = self.places[vertex as usize] as usize;
        [self.sides[FORTH][place], self.sides[BACK][place]]
    }

    /// The label of one walk of a vertex that was laid out.
    #[inline]
    pub fn known(&mut self, side: usize, vertex: u32) -> &mut Label {
        &mut self.sides[side][self.places[vertex as usize] as usize]
    }

    /// All vertices with their labels.
    pub fn all(&self) -> impl Iterator<Item = (u32, [Label; 2])> {
        let [forth, back] = &self.sides;
        let labels = forth.iter().zip(back).map(|(a, b)| [*a, *b]);
        self.vertices.iter().copied().zip(labels)
    }

    /// Forgets all labels.
    pub fn forget(&mut self) {
        self.vertices.clear();
        for side in &mut self.sides {
            side.clear();
        }
    }
}
