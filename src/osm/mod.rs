//! Reading OpenStreetMap extracts, and judging tags: what a way, node or relation means for a car.
//!
//! [`read()`] turns a file into an [`Extract`] (what is read), [`car::CarModel::judge`] turns that into [`Roads`] (what it
//! means). Never knows graphs.

pub mod car;
mod collect;
mod error;
mod model;
mod pbf;
mod read;
mod tags;
#[cfg(test)]
mod tests;
mod xml;

pub use error::OsmError;
pub use model::*;
pub use read::{Progress, ReadOptions, Round, read, read_from};
pub use tags::Tags;
pub use xml::read_xml;
