//! What is kept of an extract, whatever format it comes in.
//!
//! Three rounds, because files hold nodes first and what refers to them last: [`Relations`] say which member ways
//! matter, [`KeptWay`]s say which nodes matter ([`Needed`]), [`Nodes`] gather those. [`assemble`](assemble::assemble)
//! turns all into an [`Extract`](super::Extract). Memory goes with roads, places and shapes, not with all nodes.

mod assemble;
mod earth;
mod interpolation;
mod nodes;
mod places;
mod relations;
mod rings;
mod roads;
mod shapes;
mod ways;

pub use assemble::assemble;
pub use nodes::{Needed, NodeBatch, Nodes};
pub use relations::Relations;
pub use ways::{KeptWay, keep_way};

/// Tags lent for the length of one visit.
#[derive(Clone, Copy, Debug)]
pub struct TagView<'a>(pub &'a [(&'a str, &'a str)]);

impl<'a> TagView<'a> {
    /// The value of `key`, if tagged.
    pub fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, v)| *v)
    }

    /// Whether `key` is tagged exactly `value`.
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// All pairs, in file order.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().copied()
    }

    /// Whether nothing is tagged.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Kept for good.
    pub fn to_tags(self) -> super::Tags {
        self.iter().collect()
    }
}
