//! ESRI Shapefiles: shapes (.shp), their values (.dbf), their reference system (.prj) and encoding (.cpg), mostly together
//! in a ZIP archive.
//!
//! Read here and not with a crate: those believe the counts that a file claims, and end at the first damaged record, while
//! here the good ones go in. The format is from 1998 and does not change.

mod dbf;
mod shp;
mod write;
mod zip;

use crate::crs::System;
use crate::vector::read::Ask;
use crate::vector::table::{Limits, ReadError, Row, Table};
use crate::vector::value::Value;

pub use write::{Writer, short_name};
pub use zip::bundle;

/// Media type of the archive.
pub const MEDIA_TYPE: &str = "application/zip";

fn damaged(detail: impl Into<String>) -> ReadError {
    ReadError::Damaged {
        format: "Shapefile",
        detail: detail.into(),
    }
}

/// The parts of one Shapefile.
#[derive(Debug, Default)]
struct Parts {
    shp: Vec<u8>,
    dbf: Option<Vec<u8>>,
    prj: Option<Vec<u8>>,
    cpg: Option<Vec<u8>>,
}

/// Reads the Shapefile in a ZIP archive.
///
/// # Errors
/// When nothing of it can be read.
pub fn read_zip(bytes: &[u8], ask: &Ask<'_>) -> Result<Table, ReadError> {
    read(&zip::parts(bytes, ask)?, &ask.limits)
}

/// Reads the .shp alone: shapes without values.
///
/// # Errors
/// When nothing of it can be read.
pub fn read_shp(bytes: &[u8], limits: &Limits) -> Result<Table, ReadError> {
    let parts = Parts {
        shp: bytes.to_vec(),
        ..Parts::default()
    };
    read(&parts, limits)
}

fn read(parts: &Parts, limits: &Limits) -> Result<Table, ReadError> {
    let shapes = shp::read(&parts.shp, limits)?;
    let label = parts.cpg.as_deref().map(String::from_utf8_lossy);
    let values = match &parts.dbf {
        Some(bytes) => dbf::read(bytes, label.as_deref(), limits)?,
        None => dbf::Values::default(),
    };
    if parts.dbf.is_some() && values.rows.len() != shapes.len() {
        return Err(damaged(format!(
            "its .shp has {} shapes and its .dbf {} rows",
            shapes.len(),
            values.rows.len()
        )));
    }
    let system = match &parts.prj {
        Some(text) if !text.trim_ascii().is_empty() => {
            Some(System::from_wkt(&String::from_utf8_lossy(text))?)
        }
        _ => None,
    };
    let mut columns = values.columns;
    let empty = dbf::Record::default();
    let mut given = values.rows.into_iter();
    let rows = shapes.into_iter().enumerate().filter_map(|(at, shape)| {
        let record = given.next().unwrap_or_else(|| empty.clone());
        if record.deleted {
            return None;
        }
        let (shape, damage) = match shape {
            Ok(shape) => (shape, None),
            Err(damage) => (None, Some(damage)),
        };
        Some(Row {
            number: at + 1,
            shape,
            values: record.values,
            damage,
        })
    });
    let mut rows: Vec<Row> = rows.collect();
    join_continued(&mut columns, &mut rows);
    Ok(Table {
        format: "shapefile",
        system,
        encoding: values.encoding,
        spatial: true,
        columns,
        rows,
    })
}

/// Texts longer than the format's 254 bytes go on in columns named `note~2`, `note~3`, ...: puts them together.
fn join_continued(columns: &mut Vec<String>, rows: &mut [Row]) {
    let mut at = 1;
    while at < columns.len() {
        let Some((of, _)) = write::continued(&columns[at], &columns[..at]) else {
            at += 1;
            continue;
        };
        columns.remove(at);
        for row in rows.iter_mut().filter(|row| row.values.len() > at) {
            if let Value::Text(more) = row.values.remove(at) {
                let before = row.values[of].to_text().into_owned();
                row.values[of] = (before + &*more).into();
            }
        }
    }
}
