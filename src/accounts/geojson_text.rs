//! The text of a GeoJSON file as features: a collection, one feature, or one feature a line (RFC 8142, with its separators
//! or without).

use serde_json::Value;

use super::import::{ImportError, ImportOptions};
use super::report::{ProblemCode, ReadAs};
use super::rows::Complaint;
use crate::crs::{Crs, System};

/// Begins each record of a GeoJSON text sequence.
const SEPARATOR: char = '\u{1e}';

/// What a file says.
pub(super) struct Features {
    /// Features as they came; `Null` = a record that is no JSON.
    pub list: Vec<Value>,
    pub read_as: ReadAs,
    pub system: System,
}

/// Whether a text is meant as GeoJSON.
pub(super) fn is_geojson(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[', SEPARATOR])
}

/// Reads all features of a text.
pub(super) fn features(text: &str, options: &ImportOptions) -> Result<Features, ImportError> {
    let (list, crs, format) = if let Some(list) = sequence(text) {
        let crs = list.first().map_or(Ok(Crs::WGS84), crs_of)?;
        (list, crs, "geojsonseq")
    } else {
        let (list, crs) = document(text)?;
        (list, crs, "geojson")
    };
    if list.len() > options.limits.rows {
        return Err(ImportError::TooManyRows {
            limit: options.limits.rows,
        });
    }
    Ok(Features {
        list,
        read_as: ReadAs {
            format: format.to_owned(),
            ..ReadAs::default()
        },
        system: System::from(options.crs.unwrap_or(crs)),
    })
}

/// The features of a collection, or a single one.
fn document(text: &str) -> Result<(Vec<Value>, Crs), ImportError> {
    let mut document: Value = serde_json::from_str(text).map_err(|e| ImportError::Json {
        detail: e.to_string(),
    })?;
    let crs = crs_of(&document);
    let list = match document.get_mut("features").map(Value::take) {
        Some(Value::Array(list)) => list,
        _ if document["type"] == "Feature" => vec![document],
        _ => return Err(ImportError::NotFeatures),
    };
    Ok((list, crs?))
}

/// The records of a text sequence; `None` when the text is none.
fn sequence(text: &str) -> Option<Vec<Value>> {
    let text = text.trim_start();
    let records: Vec<&str> = if text.starts_with(SEPARATOR) {
        text.split(SEPARATOR).collect()
    } else {
        let lines: Vec<&str> = text.lines().collect();
        let first: Value = serde_json::from_str(lines.first()?).ok()?;
        let is_more = lines.iter().skip(1).any(|line| !line.trim().is_empty());
        if first["type"] != "Feature" || !is_more {
            return None;
        }
        lines
    };
    let filled = records.iter().filter(|record| !record.trim().is_empty());
    let read = |record: &&str| serde_json::from_str(record).unwrap_or_default();
    Some(filled.map(read).collect())
}

/// The `crs` member of GeoJSON before RFC 7946.
fn crs_of(document: &Value) -> Result<Crs, ImportError> {
    match document.pointer("/crs/properties/name") {
        Some(Value::String(name)) => Ok(name.parse()?),
        _ => Ok(Crs::WGS84),
    }
}

/// What is wrong with a record that is no feature at all.
pub(super) fn damage(feature: &Value) -> Option<Complaint> {
    (!feature.is_object()).then(|| Complaint {
        code: ProblemCode::DamagedRow,
        problem: "is no GeoJSON feature".to_owned(),
        cure: "write every feature as one JSON object",
    })
}
