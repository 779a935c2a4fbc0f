//! Features in the forms that clients read, one file per form.

mod geojson;

pub use geojson::{GeoJson, feature, geometry};
