//! A file of a GIS program as rows: columns under the names of fields, the point as coordinates.

use std::collections::BTreeMap;

use geo::Geometry;

use super::columns::account_fields;
use super::fields::{Field, FieldSet};
use super::geojson_rows::{made_of, too_long};
use super::import::{ImportError, ImportOptions, SourceRow, SourceRows, guesses};
use super::report::{ProblemCode, ReadAs};
use super::rows::Complaint;
use crate::crs::System;
use crate::vector::{self, Ask, Format, Value, shapefile};

/// Rows of the table that is asked for, or the only one, or that of accounts.
pub(super) fn vector_rows(
    bytes: &[u8],
    format: Format,
    options: &ImportOptions,
) -> Result<SourceRows, ImportError> {
    let table = vector::read(
        bytes,
        format,
        &Ask {
            table: options.table.as_deref(),
            prefer: "accounts",
            limits: vector::Limits {
                bytes: options.limits.bytes,
                rows: options.limits.rows,
                ..vector::Limits::default()
            },
        },
    )?;
    let guessed = fields_of(&table.columns, format, table.spatial);
    let mut columns = guesses(&table.columns, guessed.iter().map(|f| f.map(Field::name)));
    let mut fields: FieldSet = guessed.iter().flatten().copied().collect();
    if !fields.contains(&Field::Id) && !fields.contains(&Field::Name) {
        return Err(ImportError::NoColumns {
            headings: super::rows::shortened(&table.columns.join(", ")),
        });
    }
    if table.spatial {
        fields.extend([Field::Lon, Field::Lat]);
        columns.push(made_of("(geometry)", "lon, lat"));
    }
    let own = table.system.unwrap_or_default();
    let rows = table.rows.into_iter();
    Ok(SourceRows {
        columns,
        fields,
        rows: rows.map(|read| row(read, &guessed, options)).collect(),
        read_as: ReadAs {
            format: table.format.to_owned(),
            encoding: table.encoding,
            ..ReadAs::default()
        },
        crs: options.crs.map_or(own, System::from),
    })
}

/// The field of each column. Shapefiles cut names; where there are geometries, they say where an account is.
fn fields_of(headings: &[String], format: Format, spatial: bool) -> Vec<Option<Field>> {
    let cut = matches!(format, Format::Zip | Format::Shp);
    let whole = |heading: &String| {
        let lower = heading.to_ascii_lowercase();
        // Ours are cut word by word, those of other programs after ten letters.
        let cut_from = |field: &&Field| {
            let name = field.name();
            cut && (shapefile::short_name(name) == lower
                || lower.len() == 10 && name.starts_with(&lower))
        };
        let field = Field::ALL.iter().find(cut_from);
        field.map_or_else(|| heading.clone(), |field| field.name().to_owned())
    };
    let headings: Vec<String> = headings.iter().map(whole).collect();
    let mut guessed = account_fields(&headings);
    for field in &mut guessed {
        if spatial && matches!(field, Some(Field::Lon | Field::Lat)) {
            *field = None;
        }
    }
    guessed
}

fn row(read: vector::Row, guessed: &[Option<Field>], options: &ImportOptions) -> SourceRow {
    let mut cells: BTreeMap<&'static str, String> = BTreeMap::new();
    for (value, field) in read.values.iter().zip(guessed) {
        if let (Some(field), false) = (field, *value == Value::Null) {
            cells.insert(field.name(), value.to_text().trim().to_owned());
        }
    }
    let mut defect = too_long(&cells, options);
    match point(read.shape.as_ref()) {
        Ok(Some(at)) => put(at, &mut cells),
        Ok(None) => {}
        Err(complaint) => defect = Some(complaint),
    }
    if let Some(damage) = read.damage {
        defect = Some(Complaint {
            code: ProblemCode::DamagedRow,
            problem: damage.to_owned(),
            cure: "save the file again with the program that it comes from",
        });
    }
    SourceRow {
        number: read.number,
        cells,
        defect,
        doubt: None,
    }
}

/// Writes a point into the cells of its row.
pub(super) fn put(at: geo::Point<f64>, cells: &mut BTreeMap<&'static str, String>) {
    cells.insert("lon", at.x().to_string());
    cells.insert("lat", at.y().to_string());
}

/// The one point that a shape is; `None` when there is none.
pub(super) fn point(shape: Option<&Geometry<f64>>) -> Result<Option<geo::Point<f64>>, Complaint> {
    match shape {
        None => Ok(None),
        Some(Geometry::Point(at)) => Ok(Some(*at)),
        Some(Geometry::MultiPoint(points)) if points.0.len() <= 1 => Ok(points.0.first().copied()),
        Some(_) => Err(no_point()),
    }
}

/// The complaint about a geometry that is not a point.
pub(super) fn no_point() -> Complaint {
    Complaint {
        code: ProblemCode::GeometryNotAPoint,
        problem: "the geometry is not a point".to_owned(),
        cure: "give each account one point, for example the centroid of its area",
    }
}
