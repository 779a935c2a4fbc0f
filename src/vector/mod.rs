//! Tables of features in the file formats of GIS programs: FlatGeobuf, GeoPackage, Shapefile.
//!
//! Writing: one writer per format takes rows one by one ([`flatgeobuf::Writer`], [`geopackage::Writer`], [`shapefile::Writer`]). Reading:
//! [`read()`] tells the format by its first bytes and answers a [`Table`]; files come from outside, and no size that one of
//! them claims is believed. Coordinates stand east before north in all of these files, whatever order the authority of a
//! system has. Nothing is known here of accounts or of HTTP.

mod bytes;
mod columns;
pub mod flatgeobuf;
pub mod geopackage;
mod read;
pub mod shapefile;
mod table;
mod value;
mod wkb;

pub use columns::{About, Column, ColumnKind, GeometryKind};
pub use read::{Ask, Format, read};
pub use table::{Limits, ReadError, Row, Table};
pub use value::Value;

#[cfg(test)]
mod tests;
