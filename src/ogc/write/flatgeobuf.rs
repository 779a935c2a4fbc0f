//! A collection as FlatGeobuf, all of whose rows are known only at the end.

use std::io::Write;
use std::ops::ControlFlow;

use super::columns;
use crate::ogc::{Feature, Layer, Placed, Reference, Value};
use crate::vector::About;
use crate::vector::flatgeobuf::{WriteError, Writer};

pub use crate::vector::flatgeobuf::MEDIA_TYPE;

/// What hands all features over, as often as it is called.
pub type Walk<'a, E> = &'a dyn Fn(&mut dyn FnMut(Feature) -> ControlFlow<()>) -> Result<(), E>;

/// Writes the features that `walk` hands over. They stand in the order of a spatial index when all of them have a place,
/// else in the order of the layer; then `walk` is called a second time.
///
/// # Errors
/// Those of `walk`, and when `out` or the temporary file refuses.
pub fn write<E: From<WriteError>>(
    layer: Layer,
    reference: &Reference,
    properties: &[usize],
    walk: Walk<'_, E>,
    out: impl Write,
) -> Result<(), E> {
    let with_index = layer.geometry().is_some();
    match gather(layer, reference, properties, with_index, walk)? {
        Ok(writer) => writer.finish(out)?,
        Err(WriteError::NoShape) => {
            let writer = gather(layer, reference, properties, false, walk)?;
            writer?.finish(out)?;
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn gather<E>(
    layer: Layer,
    reference: &Reference,
    properties: &[usize],
    index: bool,
    walk: Walk<'_, E>,
) -> Result<Result<Writer<'static>, WriteError>, E> {
    let columns = columns::of(layer, properties);
    let about = About {
        name: layer.id(),
        title: layer.title(),
        description: layer.description(),
        geometry: layer.geometry(),
        crs: reference.crs(),
        columns: &columns,
    };
    let mut writer = match Writer::new(&about, index) {
        Ok(writer) => writer,
        Err(error) => return Ok(Err(error)),
    };
    let mut written = Ok(());
    walk(&mut |feature| {
        // Files have east first, whatever the authority says.
        let placed = feature.shape.as_ref();
        let placed = placed.and_then(|shape| Placed::east_first(shape, reference));
        let id = Value::from(feature.id);
        let values = properties.iter().map(|at| &feature.values[*at]);
        let shape = placed.as_ref().map(|placed| &placed.0);
        written = writer.push(shape, std::iter::once(&id).chain(values));
        if written.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    Ok(written.map(|()| writer))
}
