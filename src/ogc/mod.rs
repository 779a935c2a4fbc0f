//! The book, the plans and the roads as collections of features, the way the OGC API standards see them.
//!
//! Start at [`Service`], which answers for all of them, and [`Layer`], the list of collections. A layer walks its
//! features in the order of a key and never holds more of them than it must; [`Ask`] says which of them
//! are wanted, and [`Service::page`] takes a page. Nothing here knows HTTP: addresses, headers and media types are
//! `api::ogc`'s. Properties are values of a [`Kind`] that the layer's [`Field`] table declares; tests hold every layer
//! to its table.

mod ask;
mod cql2;
pub mod documents;
mod extents;
mod feature;
mod layer;
mod layers;
mod orders;
mod page;
mod period;
mod places;
mod references;
mod remedies;
mod row;
mod schema;
mod service;
mod shape;
mod shows;
mod standings;
pub mod style;
mod table;
mod territories;
mod tiles;
pub mod write;

pub use ask::{Ask, Property, Sort};
pub use cql2::{Filter, FilterError};
pub use extents::Extent;
pub use feature::{Feature, Value};
pub use layer::{GeometryKind, Layer, Time};
pub use page::{PageEnd, is_cursor};
pub use period::Period;
pub use references::{Reference, References};
pub use schema::{Field, ID, Kind};
pub use service::{Each, Service, Walk};
pub use shape::{Boxes, Placed};
pub use tiles::{DEEPEST, MOST, Tiled};
