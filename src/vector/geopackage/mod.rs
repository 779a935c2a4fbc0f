//! OGC GeoPackage 1.3 (12-128r18): an SQLite file with one table per layer, and a spatial index of each that has
//! shapes.

mod index;
mod read;
mod write;

pub use read::read;
pub use write::Writer;

/// Media type.
pub const MEDIA_TYPE: &str = "application/geopackage+sqlite3";

/// A name as SQL has it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
