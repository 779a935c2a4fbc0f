//! Coordinate reference systems through PROJ; the only user of the `proj` crate.
