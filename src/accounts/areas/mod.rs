//! Areas on the map that a team speaks of: territories, districts, zones to keep out of.
//!
//! [`import_areas`] reads a file of them, [`export`] writes one, `check` says what is wrong with a shape.

mod check;
pub mod export;
mod import;
mod rows;

use geo::MultiPolygon;

use super::RepId;

pub use import::{AreaImport, import_areas};

/// One area.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// External id.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it is, in the words of its file, such as `territory`; `None` = not said.
    pub kind: Option<String>,
    /// Whose territory it is; `None` = nobody's.
    pub rep: Option<RepId>,
    /// Where, in WGS 84: at least one polygon, outer rings against the clock, rings neither crossing nor empty.
    pub shape: MultiPolygon<f64>,
}

#[cfg(test)]
mod tests;
