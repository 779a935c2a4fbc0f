//! Collections as tables of a GeoPackage.

use std::ops::ControlFlow;
use std::path::Path;

use chrono::{DateTime, Utc};

use super::columns;
use crate::ogc::{Feature, Layer, Placed, Reference, Value};
use crate::vector::About;
use crate::vector::geopackage::Writer;

pub use crate::vector::geopackage::MEDIA_TYPE;

/// A file being written. What is dropped before [`GeoPackage::finish`] is no GeoPackage yet.
pub struct GeoPackage(Writer);

impl GeoPackage {
    /// A new file at `path`, which is empty or not there; `as_of` is the instant that the file says it is of.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn create(path: &Path, as_of: Option<DateTime<Utc>>) -> rusqlite::Result<Self> {
        Writer::create(path, as_of).map(Self)
    }

    /// Adds a layer with the features that `walk` hands over, their properties by place in the layer's fields.
    ///
    /// # Errors
    /// Those of `walk`, and when the file system refuses.
    pub fn layer<E: From<rusqlite::Error>>(
        &mut self,
        layer: Layer,
        reference: &Reference,
        properties: &[usize],
        walk: impl FnOnce(&mut dyn FnMut(Feature) -> ControlFlow<()>) -> Result<(), E>,
    ) -> Result<(), E> {
        let columns = columns::of(layer, properties);
        let about = About {
            name: layer.id(),
            title: layer.title(),
            description: layer.description(),
            geometry: layer.geometry(),
            crs: reference.crs(),
            columns: &columns,
        };
        self.0.table(&about, |rows| {
            let mut written = Ok(());
            walk(&mut |feature| {
                let id = Value::from(feature.id);
                let values = properties.iter().map(|at| &feature.values[*at]);
                // Files have east first, whatever the authority says.
                let placed = feature.shape.as_ref();
                let placed = placed.and_then(|shape| Placed::east_first(shape, reference));
                let shape = placed.as_ref().map(|placed| &placed.0);
                written = rows.push(shape, std::iter::once(&id).chain(values));
                if written.is_ok() {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })?;
            Ok(written?)
        })
    }

    /// Closes the file.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn finish(self) -> rusqlite::Result<()> {
        self.0.finish()
    }
}
