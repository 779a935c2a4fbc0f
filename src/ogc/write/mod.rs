//! Features in the forms that clients read, one file per form.

mod columns;
pub mod csv;
pub mod flatgeobuf;
mod geojson;
pub mod geopackage;
pub mod seq;

pub use geojson::{GeoJson, feature, geometry};
