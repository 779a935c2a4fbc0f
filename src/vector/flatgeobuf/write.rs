//! Writing FlatGeobuf.

use std::io::{self, BufReader, BufWriter, Seek as _, Write};

use ::flatgeobuf as fgb;
use fgb::geozero::{ColumnValue, PropertyProcessor as _};
use geo::Geometry;

use super::shapeless::without_empty_geometries;
use crate::vector::columns::{About, ColumnKind, GeometryKind};
use crate::vector::value::Value;

/// A file being written. Rows wait in an unnamed temporary file, for the format begins with their number and index; memory
/// holds some 60 bytes of each.
pub struct Writer<'a> {
    writer: fgb::FgbWriter<'a>,
    /// The same without an index, until the first row comes: an index of nothing is none, and programs refuse it.
    spare: Option<fgb::FgbWriter<'a>>,
    index: bool,
    /// How many rows there are, and the numbers of those without a shape.
    rows: usize,
    shapeless: Vec<usize>,
}

/// Why a row is not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A row without a shape cannot stand in an index: write the file again without one.
    #[error("a row without a shape has no place in the index")]
    NoShape,
    /// The temporary file refuses.
    #[error("the file cannot be written")]
    File(#[from] fgb::Error),
    /// The file or its temporary copy refuses.
    #[error("the file cannot be written")]
    Copy(#[from] io::Error),
    /// The shape is of another kind than the table says, or the temporary file refuses.
    #[error("the row cannot be written")]
    Row(#[from] fgb::geozero::error::GeozeroError),
}

impl Writer<'_> {
    /// An empty table. With an `index`, every row must have a shape, and the file has them in the order of the index.
    ///
    /// # Errors
    /// When there is no place for a temporary file.
    pub fn new(about: &About<'_>, index: bool) -> Result<Self, WriteError> {
        let spare = index.then(|| Self::begin(about, false));
        Ok(Self {
            writer: Self::begin(about, index)?,
            spare: spare.transpose()?,
            index,
            rows: 0,
            shapeless: Vec::new(),
        })
    }

    fn begin<'f>(about: &About<'_>, index: bool) -> Result<fgb::FgbWriter<'f>, WriteError> {
        let code = i32::try_from(about.crs.code()).unwrap_or_default();
        let options = fgb::FgbWriterOptions {
            write_index: index,
            detect_type: false,
            promote_to_multi: false,
            crs: fgb::FgbCrs {
                org: Some("EPSG"),
                code,
                ..fgb::FgbCrs::default()
            },
            title: Some(about.title),
            description: Some(about.description),
            ..fgb::FgbWriterOptions::default()
        };
        let kind = kind(about.geometry);
        let mut writer = fgb::FgbWriter::create_with_options(about.name, kind, options)?;
        for column in about.columns {
            writer.add_column(column.name, column_type(column.kind), |builder, args| {
                if !column.title.is_empty() {
                    args.description = Some(builder.create_string(column.title));
                }
            });
        }
        Ok(writer)
    }

    /// One more row: a value per column.
    ///
    /// # Errors
    /// [`WriteError::NoShape`] for the first row without a shape under an index; when the temporary file refuses.
    pub fn push<'v>(
        &mut self,
        shape: Option<&Geometry<f64>>,
        values: impl Iterator<Item = &'v Value>,
    ) -> Result<(), WriteError> {
        if shape.is_none() && self.index {
            return Err(WriteError::NoShape);
        }
        if shape.is_none() {
            self.shapeless.push(self.rows);
        }
        self.rows += 1;
        self.spare = None;
        let shape = Shape(shape);
        let mut failed = Ok(());
        self.writer.add_feature_geom(shape, |row| {
            for (at, value) in values.enumerate() {
                failed = with_column_value(value, |value| row.property(at, "", value)).map(|_| ());
                if failed.is_err() {
                    break;
                }
            }
        })?;
        Ok(failed?)
    }

    /// Writes the file.
    ///
    /// # Errors
    /// When `out` or the temporary file refuses.
    pub fn finish(self, out: impl Write) -> Result<(), WriteError> {
        if self.shapeless.is_empty() {
            let writer = self.spare.unwrap_or(self.writer);
            return Ok(writer.write(out)?);
        }
        let mut whole = tempfile::tempfile()?;
        self.writer.write(BufWriter::new(&whole))?;
        whole.rewind()?;
        Ok(without_empty_geometries(
            BufReader::new(whole),
            out,
            &self.shapeless,
        )?)
    }
}

/// A shape or none, in the words of the crate.
struct Shape<'a>(Option<&'a Geometry<f64>>);

impl fgb::geozero::GeozeroGeometry for Shape<'_> {
    fn process_geom<P: fgb::geozero::GeomProcessor>(
        &self,
        processor: &mut P,
    ) -> fgb::geozero::error::Result<()> {
        self.0.map_or(Ok(()), |shape| shape.process_geom(processor))
    }
}

const fn kind(geometry: Option<GeometryKind>) -> fgb::GeometryType {
    match geometry {
        None => fgb::GeometryType::Unknown,
        Some(GeometryKind::Point) => fgb::GeometryType::Point,
        Some(GeometryKind::Line) => fgb::GeometryType::LineString,
        Some(GeometryKind::MultiLine) => fgb::GeometryType::MultiLineString,
        Some(GeometryKind::Polygon) => fgb::GeometryType::Polygon,
        Some(GeometryKind::MultiPolygon) => fgb::GeometryType::MultiPolygon,
    }
}

const fn column_type(kind: ColumnKind) -> fgb::ColumnType {
    match kind {
        ColumnKind::Text => fgb::ColumnType::String,
        ColumnKind::Bool => fgb::ColumnType::Bool,
        ColumnKind::Int => fgb::ColumnType::Long,
        ColumnKind::Real => fgb::ColumnType::Double,
        ColumnKind::Date | ColumnKind::Instant => fgb::ColumnType::DateTime,
    }
}

/// Hands the value over as the crate has it; nothing is not written at all.
fn with_column_value(
    value: &Value,
    write: impl FnOnce(&ColumnValue) -> fgb::geozero::error::Result<bool>,
) -> fgb::geozero::error::Result<bool> {
    match value {
        Value::Null => Ok(false),
        Value::Bool(flag) => write(&ColumnValue::Bool(*flag)),
        Value::Int(n) => write(&ColumnValue::Long(*n)),
        Value::Real(x) => write(&ColumnValue::Double(*x)),
        Value::Text(text) => write(&ColumnValue::String(text)),
        Value::Date(_) | Value::Instant(_) => write(&ColumnValue::DateTime(&value.to_text())),
    }
}
