//! Writing the account list, such that reading it again loses nothing.

use std::io;

use serde_json::{Map, Value, json};

use super::fields::Field;
use super::model::Account;
use super::rows::block_text;
use super::values::list_text;
use crate::crs::{Crs, CrsError};
use crate::vector::flatgeobuf::WriteError;

/// Why accounts or areas are not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// One lies where the reference system has no coordinates.
    #[error("{what} has no place in {crs}; write the file in another system")]
    NoPlace {
        /// Which, such as `account M1`.
        what: String,
        /// The system.
        crs: Crs,
    },
    /// The system is not known.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// The file cannot be made.
    #[error("the file cannot be made: {0}")]
    File(#[from] io::Error),
    /// The GeoPackage cannot be made.
    #[error("the file cannot be made: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The FlatGeobuf cannot be made.
    #[error("the file cannot be made: {0}")]
    FlatGeobuf(#[from] WriteError),
}

/// Where an account is in `crs`, east before north; `None` when it has no place.
pub(super) fn place(account: &Account, crs: Crs) -> Result<Option<[f64; 2]>, ExportError> {
    let Some(location) = account.location else {
        return Ok(None);
    };
    let at = crs.from_wgs84(location.at)?;
    at.map(Some).ok_or_else(|| ExportError::NoPlace {
        what: format!("account {}", account.id),
        crs,
    })
}

/// `accounts` as CSV in WGS 84, as [`to_csv_in`] has it.
#[must_use]
#[expect(
    clippy::missing_panics_doc,
    reason = "every account has a place in WGS 84"
)]
pub fn to_csv(accounts: &[Account]) -> Vec<u8> {
    to_csv_in(accounts, Crs::WGS84).expect("every account has a place in WGS 84")
}

/// `accounts` as CSV in UTF-8, comma-separated, with every [`Field`] as a column. The file does not say its system: who
/// reads it has to, unless it is WGS 84.
///
/// # Errors
/// When an account has no place in the system.
#[expect(clippy::missing_panics_doc, reason = "writing to memory cannot fail")]
pub fn to_csv_in(accounts: &[Account], crs: Crs) -> Result<Vec<u8>, ExportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let fits = "writing rows of equal length to memory cannot fail";
    let names = Field::ALL.iter().map(|f| f.name());
    writer.write_record(names).expect(fits);
    for account in accounts {
        let at = place(account, crs)?;
        let cells = Field::ALL.iter().map(|f| cell(account, *f, at));
        writer.write_record(cells).expect(fits);
    }
    Ok(writer.into_inner().expect("flushing to memory cannot fail"))
}

/// `accounts` as a GeoJSON feature collection: the id, a point or null, and the fields that are not empty as properties
/// of type text, number or flag. In another system than WGS 84 the member `crs` names it, as before RFC 7946; east
/// stands first all the same.
///
/// # Errors
/// When an account has no place in the system.
pub fn to_geojson(accounts: &[Account], crs: Crs) -> Result<Vec<u8>, ExportError> {
    let feature = |a: &Account| -> Result<Value, ExportError> {
        let at = place(a, crs)?;
        Ok(json!({
            "type": "Feature",
            "id": a.id.0,
            "geometry": at.map(|at| json!({ "type": "Point", "coordinates": at })),
            "properties": properties(a),
        }))
    };
    let features = accounts.iter().map(feature).collect::<Result<_, _>>()?;
    Ok(collection(features, crs))
}

/// Features as a collection whose coordinates are those of `crs`.
pub(super) fn collection(features: Vec<Value>, crs: Crs) -> Vec<u8> {
    let mut collection = json!({ "type": "FeatureCollection", "features": features });
    if !crs.is_wgs84() {
        let name = format!("urn:ogc:def:crs:EPSG::{}", crs.code());
        collection["crs"] = json!({ "type": "name", "properties": { "name": name } });
    }
    serde_json::to_vec(&collection).expect("a JSON value serialises")
}

fn properties(account: &Account) -> Map<String, Value> {
    Field::ALL
        .iter()
        .filter(|f| !matches!(f, Field::Lon | Field::Lat))
        .filter_map(|field| {
            let text = cell(account, *field, None);
            let value = match field {
                _ if text.is_empty() => return None,
                Field::Value => json!(account.value),
                Field::CadenceDays => json!(account.cadence_days),
                Field::VisitMin => json!(account.visit_min),
                Field::Active => json!(account.active),
                Field::StartInsideIsEnough => json!(account.start_inside_is_enough),
                _ => Value::String(text),
            };
            Some((field.name().to_owned(), value))
        })
        .collect()
}

/// One cell as the importer reads it back, of an account that is at `at`.
pub(super) fn cell(a: &Account, field: Field, at: Option<[f64; 2]>) -> String {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    match field {
        Field::Id => a.id.0.clone(),
        Field::Name => a.name.clone(),
        Field::Lon => at.map(|[x, _]| x.to_string()).unwrap_or_default(),
        Field::Lat => at.map(|[_, y]| y.to_string()).unwrap_or_default(),
        Field::Quality => a
            .location
            .map(|l| l.quality.name().to_owned())
            .unwrap_or_default(),
        Field::Street => or_empty(&a.address.street),
        Field::Housenumber => or_empty(&a.address.housenumber),
        Field::Postcode => or_empty(&a.address.postcode),
        Field::City => or_empty(&a.address.city),
        Field::Class => or_empty(&a.class),
        Field::Value => a.value.to_string(),
        Field::CadenceDays => a.cadence_days.map(|n| n.to_string()).unwrap_or_default(),
        Field::VisitMin => a.visit_min.map(|n| n.to_string()).unwrap_or_default(),
        Field::OpeningHours => or_empty(&a.opening_hours),
        Field::StartInsideIsEnough => a.start_inside_is_enough.to_string(),
        Field::Rep => a.rep.as_ref().map(|r| r.0.clone()).unwrap_or_default(),
        Field::Kind => a.kind.name().to_owned(),
        Field::Stage => or_empty(&a.stage),
        Field::LastVisit => a.last_visit.map(|d| d.to_string()).unwrap_or_default(),
        Field::ActiveFrom => a.active_from.map(|d| d.to_string()).unwrap_or_default(),
        Field::Active => a.active.to_string(),
        Field::Blocks => list_text(&a.blocks.iter().map(block_text).collect::<Vec<_>>()),
        Field::Skills => list_text(&a.skills),
        Field::Phone => or_empty(&a.phone),
        Field::Email => or_empty(&a.email),
        Field::Tags => list_text(&a.tags),
        Field::Note => or_empty(&a.note),
    }
}
