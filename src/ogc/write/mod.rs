//! Features in the forms that clients read, one file per form.

pub mod csv;
mod geojson;
pub mod geopackage;
pub mod seq;

pub use geojson::{GeoJson, feature, geometry};
