//! One feature with typed properties.

use geo::Geometry;

pub use crate::vector::Value;

/// A feature of a layer, in WGS 84.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature {
    /// Its place in the order of its layer; unique, and opaque outside of it.
    pub key: String,
    /// Its id: stable over calls.
    pub id: String,
    /// Where; `None` when nowhere, or when the layer is a table.
    pub shape: Option<Geometry<f64>>,
    /// One value per [`super::Field`] of the layer, in the same order.
    pub values: Vec<Value>,
}
