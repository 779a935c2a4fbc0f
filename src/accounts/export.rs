//! Writing the account list, such that reading it again loses nothing.

use serde_json::{Map, Value, json};

use super::fields::Field;
use super::model::Account;
use super::rows::block_text;
use super::values::list_text;

/// `accounts` as CSV in UTF-8, comma-separated, with every [`Field`] as a column.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "writing to memory cannot fail")]
pub fn to_csv(accounts: &[Account]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written: Result<(), csv::Error> = (|| {
        writer.write_record(Field::ALL.iter().map(|f| f.name()))?;
        for account in accounts {
            writer.write_record(Field::ALL.iter().map(|f| cell(account, *f)))?;
        }
        Ok(())
    })();
    written.expect("writing rows of equal length to memory cannot fail");
    writer.into_inner().expect("flushing to memory cannot fail")
}

/// `accounts` as a GeoJSON feature collection: the id, a point or null, and the fields that are not empty as properties
/// of type text, number or flag.
#[must_use]
#[expect(clippy::missing_panics_doc, reason = "a JSON value always serialises")]
pub fn to_geojson(accounts: &[Account]) -> Vec<u8> {
    let features: Vec<Value> = accounts
        .iter()
        .map(|a| {
            json!({
                "type": "Feature",
                "id": a.id.0,
                "geometry": a.location.map(|l| json!({ "type": "Point", "coordinates": [l.at.lon, l.at.lat] })),
                "properties": properties(a),
            })
        })
        .collect();
    let collection = json!({ "type": "FeatureCollection", "features": features });
    serde_json::to_vec(&collection).expect("a JSON value serialises")
}

fn properties(account: &Account) -> Map<String, Value> {
    Field::ALL
        .iter()
        .filter(|f| !matches!(f, Field::Lon | Field::Lat))
        .filter_map(|field| {
            let text = cell(account, *field);
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

/// One cell as the importer reads it back.
fn cell(a: &Account, field: Field) -> String {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    match field {
        Field::Id => a.id.0.clone(),
        Field::Name => a.name.clone(),
        Field::Lon => a.location.map(|l| l.at.lon.to_string()).unwrap_or_default(),
        Field::Lat => a.location.map(|l| l.at.lat.to_string()).unwrap_or_default(),
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
