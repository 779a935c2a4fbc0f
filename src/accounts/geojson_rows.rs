//! A GeoJSON file as rows: properties under the names of fields, the point as coordinates.
//!
//! Read leniently, feature by feature: a broken feature must not hide the others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::columns::account_fields;
use super::fields::{Field, FieldSet};
use super::geojson_text;
use super::import::{ImportError, ImportOptions, SourceRow, SourceRows, guesses};
use super::report::{ColumnGuess, ProblemCode};
use super::rows::Complaint;
use super::vector_rows::no_point;

/// Rows of a feature collection, a single feature or a sequence of them.
pub(super) fn geojson_rows(text: &str, options: &ImportOptions) -> Result<SourceRows, ImportError> {
    let source = geojson_text::features(text, options)?;
    let features = &source.list[..];
    let headings = headings(features);
    let mut guessed = account_fields(&headings);
    // The geometry says where it is; properties of that name are copies.
    for field in &mut guessed {
        if matches!(field, Some(Field::Lon | Field::Lat)) {
            *field = None;
        }
    }
    let mut columns = guesses(&headings, guessed.iter().map(|f| f.map(Field::name)));
    let mut fields: FieldSet = guessed.iter().flatten().copied().collect();
    fields.extend([Field::Lon, Field::Lat]);
    columns.push(made_of("(geometry)", "lon, lat"));
    let has_ids = features.iter().any(|f| f.get("id").is_some());
    let use_feature_id = !fields.contains(&Field::Id) && has_ids;
    if use_feature_id {
        fields.insert(Field::Id);
        columns.push(made_of("(id of the feature)", "id"));
    }
    let rows = (1..)
        .zip(features)
        .map(|(number, feature)| {
            row(
                number,
                feature,
                &headings,
                &guessed,
                use_feature_id,
                options,
            )
        })
        .collect();
    Ok(SourceRows {
        columns,
        fields,
        rows,
        read_as: source.read_as,
        crs: source.system,
    })
}

pub(super) fn made_of(column: &str, field: &str) -> ColumnGuess {
    ColumnGuess {
        column: column.to_owned(),
        field: Some(field.to_owned()),
    }
}

/// Names of properties, in order of the alphabet.
pub(super) fn headings(features: &[Value]) -> Vec<String> {
    let names: BTreeSet<_> = features
        .iter()
        .filter_map(|f| f.get("properties")?.as_object())
        .flat_map(Map::keys)
        .collect();
    names.into_iter().cloned().collect()
}

fn row(
    number: usize,
    feature: &Value,
    headings: &[String],
    guessed: &[Option<Field>],
    use_feature_id: bool,
    options: &ImportOptions,
) -> SourceRow {
    let mut cells: BTreeMap<&'static str, String> = BTreeMap::new();
    let properties = feature.get("properties").and_then(Value::as_object);
    for (heading, field) in headings.iter().zip(guessed) {
        let value = properties.and_then(|p| p.get(heading));
        if let (Some(field), Some(value)) = (field, value) {
            cells.insert(field.name(), cell(value));
        }
    }
    if use_feature_id && let Some(id) = feature.get("id") {
        cells.insert("id", cell(id));
    }
    let mut defect = geojson_text::damage(feature).or_else(|| too_long(&cells, options));
    match feature.get("geometry") {
        None | Some(Value::Null) => {}
        Some(geometry) => match point(geometry) {
            Some([x, y]) => {
                cells.insert("lon", x);
                cells.insert("lat", y);
            }
            None => {
                defect = Some(no_point());
            }
        },
    }
    SourceRow {
        number,
        cells,
        defect,
        doubt: None,
    }
}

/// Both coordinates as text; whether they make sense is for the row's reader to say.
fn point(geometry: &Value) -> Option<[String; 2]> {
    if geometry.get("type")?.as_str()? != "Point" {
        return None;
    }
    let coordinates = geometry.get("coordinates")?.as_array()?;
    Some([0, 1].map(|i| coordinates.get(i).map(cell).unwrap_or_default()))
}

pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

pub(super) fn too_long(
    cells: &BTreeMap<&'static str, String>,
    options: &ImportOptions,
) -> Option<Complaint> {
    let bytes: usize = cells.values().map(String::len).sum();
    (bytes > options.limits.row_bytes).then(|| Complaint {
        code: ProblemCode::RowTooLong,
        problem: format!("{bytes} bytes, more than {}", options.limits.row_bytes),
        cure: "shorten the texts",
    })
}
