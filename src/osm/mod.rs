//! Reading OpenStreetMap extracts, and judging tags: what a way, node or relation means for a car.
//!
//! Start at [`model::Extract`] (what is read) and [`model::Roads`] (what it means). Never knows graphs.

mod model;

pub use model::*;
