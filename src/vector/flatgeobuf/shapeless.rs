//! Rows without a shape: the format leaves the geometry out, the crate writes one without positions, which GDAL refuses.

use std::io::{self, Read, Write};

use ::flatgeobuf as fgb;

/// The size of what follows stands in front of the header and of each row.
const PREFIX: usize = 4;
/// What every file begins with.
const MAGIC: usize = 8;

/// Copies a file without an index; the rows with these numbers, in ascending order, lose their empty geometries.
///
/// # Errors
/// When reading or writing fails, and when `from` is no such file.
pub(super) fn without_empty_geometries(
    mut from: impl Read,
    mut to: impl Write,
    shapeless: &[usize],
) -> io::Result<()> {
    let mut magic = [0; MAGIC];
    from.read_exact(&mut magic)?;
    to.write_all(&magic)?;
    let header = sized(&mut from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    to.write_all(&header)?;
    let mut shapeless = shapeless.iter().peekable();
    let mut number = 0;
    while let Some(row) = sized(&mut from)? {
        if shapeless.next_if_eq(&&number).is_some() {
            to.write_all(&values_only(&row)?)?;
        } else {
            to.write_all(&row)?;
        }
        number += 1;
    }
    Ok(())
}

/// The next part with its size in front; `None` at the end of the file.
fn sized(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut prefix = Vec::with_capacity(PREFIX);
    from.by_ref().take(PREFIX as u64).read_to_end(&mut prefix)?;
    if prefix.is_empty() {
        return Ok(None);
    }
    let size: [u8; PREFIX] = prefix[..]
        .try_into()
        .map_err(|_| io::ErrorKind::UnexpectedEof)?;
    let mut part = prefix;
    part.resize(PREFIX + u32::from_le_bytes(size) as usize, 0);
    from.read_exact(&mut part[PREFIX..])?;
    Ok(Some(part))
}

/// The row again, without its geometry.
fn values_only(row: &[u8]) -> io::Result<Vec<u8>> {
    let feature = fgb::size_prefixed_root_as_feature(row).map_err(io::Error::other)?;
    let mut builder = flatbuffers::FlatBufferBuilder::with_capacity(row.len());
    let properties = feature
        .properties()
        .map(|values| builder.create_vector(values.bytes()));
    let args = fgb::FeatureArgs {
        properties,
        ..fgb::FeatureArgs::default()
    };
    let feature = fgb::Feature::create(&mut builder, &args);
    builder.finish_size_prefixed(feature, None);
    Ok(builder.finished_data().to_vec())
}
