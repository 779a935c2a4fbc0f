//! FlatGeobuf 3: one table with a packed R-tree over its rows, which readers use over HTTP too.

mod read;
mod shapeless;
mod write;

pub use read::read;
pub use write::{WriteError, Writer};

/// Media type.
pub const MEDIA_TYPE: &str = "application/flatgeobuf";
