//! A file's rows under the names of an area's fields, with the shape as it stands there.

use std::collections::BTreeMap;

use geo::{Coord, Geometry, LineString, MultiPolygon, Polygon};
use serde_json::Value as Json;
use wkt::TryFromWkt as _;

use crate::accounts::columns::account_fields;
use crate::accounts::geojson_rows::{cell, headings, made_of, too_long};
use crate::accounts::geojson_text;
use crate::accounts::import::{guesses, named_rows};
use crate::accounts::rows::Complaint;
use crate::accounts::table::{TableRow, read_table};
use crate::accounts::wkt::{is_wkt, kind};
use crate::accounts::{ColumnGuess, Field, ImportError, ImportOptions, ProblemCode, ReadAs};
use crate::crs::{Crs, System};
use crate::vector::{self, Format, Value};

/// One row.
pub(super) struct AreaRow {
    pub number: usize,
    pub cells: BTreeMap<&'static str, String>,
    /// Its shape in the system of the file, or why it has none that can be used.
    pub shape: Result<MultiPolygon<f64>, Complaint>,
}

/// All rows of a file.
pub(super) struct AreaRows {
    pub columns: Vec<ColumnGuess>,
    pub read_as: ReadAs,
    pub system: System,
    pub rows: Vec<AreaRow>,
}

/// The columns that are looked at, found as those of accounts are.
fn fields_of(headings: &[String]) -> Vec<Option<&'static str>> {
    let of_areas =
        |field: &Field| matches!(field, Field::Id | Field::Name | Field::Kind | Field::Rep);
    let guessed = account_fields(headings).into_iter();
    guessed
        .map(|field| field.filter(of_areas).map(Field::name))
        .collect()
}

/// Rows of a file that a GIS program wrote.
pub(super) fn of_file(
    bytes: &[u8],
    format: Format,
    options: &ImportOptions,
) -> Result<AreaRows, ImportError> {
    let ask = vector::Ask {
        table: options.table.as_deref(),
        prefer: "areas",
        limits: vector::Limits {
            bytes: options.limits.bytes,
            rows: options.limits.rows,
            ..vector::Limits::default()
        },
    };
    let table = vector::read(bytes, format, &ask)?;
    let fields = fields_of(&table.columns);
    let mut columns = guesses(&table.columns, fields.iter().copied());
    columns.push(made_of("(geometry)", "shape"));
    let rows = table.rows.into_iter().map(|row| {
        let named = row.values.iter().zip(&fields);
        let cells: BTreeMap<&'static str, String> = named
            .filter(|(value, _)| **value != Value::Null)
            .filter_map(|(value, field)| Some(((*field)?, value.to_text().trim().to_owned())))
            .collect();
        let shape = match (row.damage, too_long(&cells, options), row.shape) {
            (Some(damage), ..) => Err(Complaint {
                code: ProblemCode::DamagedRow,
                problem: damage.to_owned(),
                cure: "save the file again with the program that it comes from",
            }),
            (None, Some(complaint), _) => Err(complaint),
            (None, None, Some(Geometry::Polygon(one))) => Ok(MultiPolygon(vec![one])),
            (None, None, Some(Geometry::MultiPolygon(many))) => Ok(many),
            (None, None, _) => Err(no_area()),
        };
        AreaRow {
            number: row.number,
            cells,
            shape,
        }
    });
    Ok(AreaRows {
        rows: rows.collect(),
        columns,
        read_as: ReadAs {
            format: table.format.to_owned(),
            encoding: table.encoding,
            ..ReadAs::default()
        },
        system: match options.crs {
            Some(crs) => crs.into(),
            None => table.system.unwrap_or_default(),
        },
    })
}

/// Rows of a GeoJSON feature collection, a single feature or a sequence of them.
pub(super) fn of_geojson(text: &str, options: &ImportOptions) -> Result<AreaRows, ImportError> {
    let source = geojson_text::features(text, options)?;
    let features = &source.list[..];
    let headings = headings(features);
    let fields = fields_of(&headings);
    let own_id = !fields.contains(&Some("id")) && features.iter().any(|f| f.get("id").is_some());
    let mut columns = guesses(&headings, fields.iter().copied());
    columns.push(made_of("(geometry)", "shape"));
    if own_id {
        columns.push(made_of("(id of the feature)", "id"));
    }
    let rows = (1..).zip(features).map(|(number, feature)| {
        let properties = feature.get("properties").and_then(Json::as_object);
        let named = headings.iter().zip(&fields);
        let mut cells: BTreeMap<&'static str, String> = named
            .filter_map(|(heading, field)| Some(((*field)?, cell(properties?.get(heading)?))))
            .collect();
        if own_id && let Some(id) = feature.get("id") {
            cells.insert("id", cell(id));
        }
        let defect = geojson_text::damage(feature).or_else(|| too_long(&cells, options));
        let shape = match defect {
            Some(complaint) => Err(complaint),
            None => polygons(&feature["geometry"]).ok_or_else(no_area),
        };
        AreaRow {
            number,
            cells,
            shape,
        }
    });
    Ok(AreaRows {
        rows: rows.collect(),
        columns,
        read_as: source.read_as,
        system: source.system,
    })
}

/// Rows of a CSV file, whose shapes stand as WKT in one of its columns.
pub(super) fn of_csv(text: &str, options: &ImportOptions) -> Result<AreaRows, ImportError> {
    let mut table = read_table(text, &options.limits)?;
    let mut fields = fields_of(&table.headings);
    let at = table.headings.iter().position(|heading| is_wkt(heading));
    let at = at.ok_or(ImportError::NoColumn { field: "wkt" })?;
    fields[at] = None;
    let mut columns = guesses(&table.headings, fields.iter().copied());
    columns[at].field = Some("shape".to_owned());
    // Outlines may be longer than texts are.
    let outline = |row: &mut TableRow| row.cells.get_mut(at).map(std::mem::take);
    let outlines: Vec<_> = table.rows.iter_mut().map(outline).collect();
    let named = named_rows(&table, &fields, &options.limits);
    let rows = named.into_iter().zip(outlines).map(|(row, outline)| {
        let shape = match row.defect {
            Some(complaint) => Err(complaint),
            None => of_wkt(&outline.unwrap_or_default()).ok_or_else(no_area),
        };
        AreaRow {
            number: row.number,
            cells: row.cells,
            shape,
        }
    });
    Ok(AreaRows {
        rows: rows.collect(),
        columns,
        read_as: ReadAs {
            format: "csv".to_owned(),
            delimiter: Some(table.delimiter),
            ..ReadAs::default()
        },
        system: options.crs.unwrap_or(Crs::WGS84).into(),
    })
}

/// A polygon or multipolygon in WKT; heights and measures are left out. Nothing else is parsed, so that no nesting is deep.
fn of_wkt(text: &str) -> Option<MultiPolygon<f64>> {
    let text = text.trim_start();
    match kind(text).as_str() {
        "polygon" => Some(MultiPolygon(vec![Polygon::try_from_wkt_str(text).ok()?])),
        "multipolygon" => MultiPolygon::try_from_wkt_str(text).ok(),
        _ => None,
    }
}

fn no_area() -> Complaint {
    Complaint {
        code: ProblemCode::GeometryNotAnArea,
        problem: "the geometry is neither a polygon nor a multipolygon of numbers".to_owned(),
        cure: "give each area one polygon or multipolygon; close lines to polygons first",
    }
}

fn polygons(geometry: &Json) -> Option<MultiPolygon<f64>> {
    let coordinates = geometry.get("coordinates")?;
    match geometry.get("type")?.as_str()? {
        "Polygon" => Some(MultiPolygon(vec![polygon(coordinates)?])),
        "MultiPolygon" => coordinates.as_array()?.iter().map(polygon).collect(),
        _ => None,
    }
}

fn polygon(rings: &Json) -> Option<Polygon<f64>> {
    let mut rings = rings.as_array()?.iter().map(ring);
    let outer = rings.next()??;
    Some(Polygon::new(outer, rings.collect::<Option<_>>()?))
}

fn ring(positions: &Json) -> Option<LineString<f64>> {
    let number = |position: &Json, at: usize| position.get(at)?.as_f64();
    let coord = |position: &Json| {
        Some(Coord {
            x: number(position, 0)?,
            y: number(position, 1)?,
        })
    };
    positions.as_array()?.iter().map(coord).collect()
}
