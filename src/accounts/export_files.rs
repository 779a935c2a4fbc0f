//! The account list as files of GIS programs, such that reading it again loses nothing.

use geo::Geometry;

use super::export::{ExportError, cell, place};
use super::fields::Field;
use super::model::Account;
use crate::crs::Crs;
use crate::vector::{
    About, Column, ColumnKind, GeometryKind, Value, flatgeobuf, geopackage, shapefile,
};

/// What a file says of an account or an area.
pub(super) type FileRow = (Option<Geometry<f64>>, Vec<Value>);

/// `accounts` as FlatGeobuf, in their own order, without index.
///
/// # Errors
/// When an account has no place in the system, or there is none for a temporary file.
pub fn to_flatgeobuf(accounts: &[Account], crs: Crs) -> Result<Vec<u8>, ExportError> {
    let rows = accounts.iter().map(|account| row(account, crs));
    flatgeobuf_of(&about(crs, &columns()), rows)
}

/// `accounts` as a GeoPackage with one table.
///
/// # Errors
/// When an account has no place in the system, or there is none for a temporary file.
pub fn to_geopackage(accounts: &[Account], crs: Crs) -> Result<Vec<u8>, ExportError> {
    let rows = accounts.iter().map(|account| row(account, crs));
    geopackage_of(&about(crs, &columns()), rows)
}

pub(super) fn flatgeobuf_of(
    about: &About<'_>,
    rows: impl Iterator<Item = Result<FileRow, ExportError>>,
) -> Result<Vec<u8>, ExportError> {
    let mut writer = flatgeobuf::Writer::new(about, false)?;
    for row in rows {
        let (shape, values) = row?;
        writer.push(shape.as_ref(), values.iter())?;
    }
    let mut out = Vec::new();
    writer.finish(&mut out)?;
    Ok(out)
}

pub(super) fn geopackage_of(
    about: &About<'_>,
    rows: impl Iterator<Item = Result<FileRow, ExportError>>,
) -> Result<Vec<u8>, ExportError> {
    let beside = tempfile::NamedTempFile::new()?;
    let mut writer = geopackage::Writer::create(beside.path(), None)?;
    writer.table(about, |table| {
        for row in rows {
            let (shape, values) = row?;
            table.push(shape.as_ref(), values.iter())?;
        }
        Ok::<_, ExportError>(())
    })?;
    writer.finish()?;
    Ok(std::fs::read(beside.path())?)
}

/// `accounts` as a Shapefile in a ZIP archive. Long names of columns are cut, which reading knows; long texts go on in
/// further columns.
///
/// # Errors
/// When an account has no place in the system, or a text is too long even so.
pub fn to_shapefile(accounts: &[Account], crs: Crs) -> Result<Vec<u8>, ExportError> {
    let rows = accounts.iter().map(|account| row(account, crs));
    shapefile_of(about(crs, &columns()), rows)
}

pub(super) fn shapefile_of(
    about: About<'_>,
    rows: impl Iterator<Item = Result<FileRow, ExportError>>,
) -> Result<Vec<u8>, ExportError> {
    let mut writer = shapefile::Writer::new(about);
    for row in rows {
        let (shape, values) = row?;
        writer.push(shape.as_ref(), values.iter());
    }
    Ok(writer.finish()?)
}

const fn about<'a>(crs: Crs, columns: &'a [Column<'a>]) -> About<'a> {
    About {
        name: "accounts",
        title: "Accounts",
        description: "The account list of Rondo",
        geometry: Some(GeometryKind::Point),
        crs,
        columns,
    }
}

/// The fields that are no coordinates.
fn fields() -> impl Iterator<Item = Field> {
    let place = |field: &Field| matches!(field, Field::Lon | Field::Lat);
    Field::ALL
        .iter()
        .copied()
        .filter(move |field| !place(field))
}

fn columns() -> Vec<Column<'static>> {
    fields()
        .map(|field| Column {
            name: field.name(),
            kind: match field {
                Field::Value => ColumnKind::Real,
                Field::CadenceDays | Field::VisitMin => ColumnKind::Int,
                Field::Active | Field::StartInsideIsEnough => ColumnKind::Bool,
                Field::LastVisit | Field::ActiveFrom => ColumnKind::Date,
                _ => ColumnKind::Text,
            },
            title: "",
        })
        .collect()
}

fn row(account: &Account, crs: Crs) -> Result<FileRow, ExportError> {
    let at = place(account, crs)?;
    let shape = at.map(|[x, y]| Geometry::from(geo::Point::new(x, y)));
    let value = |field| match field {
        Field::Value => account.value.into(),
        Field::CadenceDays => account.cadence_days.into(),
        Field::VisitMin => account.visit_min.into(),
        Field::Active => account.active.into(),
        Field::StartInsideIsEnough => account.start_inside_is_enough.into(),
        Field::LastVisit => account.last_visit.into(),
        Field::ActiveFrom => account.active_from.into(),
        other => match cell(account, other, None) {
            text if text.is_empty() => Value::Null,
            text => text.into(),
        },
    };
    Ok((shape, fields().map(value).collect()))
}
