//! What a write of a feature brings: a GeoJSON feature, or a JSON merge patch of one, with its properties in one object.

use axum::extract::Request;
use axum::http::HeaderMap;
use serde_json::{Map, Value};

use crate::api::extract::{JSON_LIMIT, discard, media_type, read_body, unsupported};
use crate::api::fields::{Fields, Patch, Raw, Refusal};
use crate::api::problem::{FieldError, Kind, Problem};
use crate::api::read::{self, Read};
use crate::geometry::{LonLat, distance};
use crate::ogc::documents::MERGE_PATCH;
use crate::ogc::{Reference, References};

/// How much of the feature a body speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All of it: what is not named is empty.
    Whole,
    /// Only what is named.
    Part,
}

/// A feature, or a part of one, as it came.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Its id, when it names one.
    pub id: Option<String>,
    /// Properties by name, and `geometry` among them when it is named.
    pub members: Map<String, Value>,
    /// All of the feature, or a part.
    pub extent: Extent,
    /// Reference system of its coordinates.
    pub reference: Reference,
}

/// Receives a body.
///
/// # Errors
/// A media type that is not read here, a body that is too long or no JSON object, an unknown reference system.
pub async fn receive(
    request: Request,
    extent: Extent,
    references: &References,
) -> Result<Sent, Problem> {
    let (parts, body) = request.into_parts();
    let kind = media_type(&parts.headers);
    let wanted = match extent {
        Extent::Whole => "application/geo+json",
        Extent::Part => MERGE_PATCH,
    };
    if kind != wanted && kind != "application/json" {
        discard(body).await;
        return Err(unsupported(&kind, wanted));
    }
    let reference = content_crs(&parts.headers, references)?;
    let bytes = read_body(&parts.headers, body, JSON_LIMIT).await?;
    let object = match serde_json::from_slice(&bytes) {
        Ok(Value::Object(object)) => object,
        Ok(_) => {
            let text = "The body is JSON, but no object: write a GeoJSON feature.";
            return Err(Problem::new(Kind::UnreadableBody, text));
        }
        Err(cause) => {
            let text = format!("The body is not JSON: {cause}.");
            return Err(Problem::new(Kind::UnreadableBody, text));
        }
    };
    let (id, members) = flat(object, extent)?;
    Ok(Sent {
        id,
        members,
        extent,
        reference,
    })
}

/// Takes out the members that no write sets. A whole feature may be sent back as it was served; a change that names one of
/// them means what cannot be done.
pub fn computed(f: &mut Fields, extent: Extent, names: impl IntoIterator<Item = &'static str>) {
    for name in names {
        let named: Patch<()> = f.patch(name, |_| Ok(()));
        if extent == Extent::Part && named != Patch::Keep {
            let cure = "leave it out; /schema tells what is readOnly";
            f.refuse(name, Refusal::new("is computed and cannot be set", cure));
        }
    }
}

/// The system that the header `Content-Crs` names, CRS84 without one.
fn content_crs(headers: &HeaderMap, references: &References) -> Result<Reference, Problem> {
    let Some(value) = headers.get("content-crs") else {
        return Ok(Reference::crs84());
    };
    let text = value.to_str().unwrap_or_default().trim();
    let name = text.strip_prefix('<').and_then(|t| t.strip_suffix('>'));
    let found = references.find(name.unwrap_or(text));
    found.cloned().ok_or_else(|| {
        let uris: Vec<String> = references
            .all()
            .iter()
            .map(|r| format!("<{}>", r.uri()))
            .collect();
        Problem {
            kind: Kind::InvalidParameters,
            detail: "Content-Crs: is no reference system on offer".to_owned(),
            errors: vec![FieldError {
                row: None,
                field: "Content-Crs".to_owned(),
                problem: "is no reference system on offer".to_owned(),
                cure: format!("one of: {}", uris.join(", ")),
            }],
        }
    })
}

/// Id and properties with the geometry among them. A part may have the form of a feature, as its whole has, or that of the
/// collection's schema, where all members lie side by side.
fn flat(
    mut object: Map<String, Value>,
    extent: Extent,
) -> Result<(Option<String>, Map<String, Value>), Problem> {
    let is_feature = object.get("type").is_none_or(|kind| kind == "Feature");
    if !is_feature || (extent == Extent::Whole && !object.contains_key("type")) {
        return Err(Problem::field("type", "is not Feature", "\"Feature\""));
    }
    let id = match object.get("id") {
        None | Some(Value::Null) => None,
        Some(Value::Number(number)) => Some(number.to_string()),
        Some(value) => Some(read::id(Raw::Json(value)).map_err(|refusal| at("id", refusal))?),
    };
    let geometry = object.remove("geometry");
    let mut members = match object.remove("properties") {
        Some(Value::Object(properties)) => properties,
        Some(Value::Null) => Map::new(),
        None if extent == Extent::Whole => Map::new(),
        // Other members of a feature, such as links, say nothing about it.
        None => ["type", "id", "links", "bbox"]
            .iter()
            .fold(object, |mut flat, name| {
                flat.remove(*name);
                flat
            }),
        Some(_) => {
            let cure = "an object with the properties that /schema lists";
            return Err(Problem::field("properties", "is no object", cure));
        }
    };
    if let Some(geometry) = geometry {
        members.insert("geometry".to_owned(), geometry);
    }
    Ok((id, members))
}

/// A refusal of one member of a body.
pub fn at(field: &str, refusal: Refusal) -> Problem {
    Problem::field(field, refusal.problem, refusal.cure)
}

/// Reads a point. What names no type keeps that of `before`; heights do not count.
pub fn point(sent: &Sent, before: Option<LonLat>) -> impl Fn(Raw<'_>) -> Read<LonLat> + '_ {
    move |raw| {
        let form = || {
            Refusal::new(
                "is no point",
                "{\"type\": \"Point\", \"coordinates\": [14.51, 35.9]}, or null",
            )
        };
        let Raw::Json(Value::Object(object)) = raw else {
            return Err(form());
        };
        let kept = sent.extent == Extent::Part && before.is_some();
        match object.get("type") {
            Some(kind) if kind == "Point" => {}
            None if kept => {}
            _ => return Err(form()),
        }
        let numbers: Option<Vec<f64>> = object
            .get("coordinates")
            .and_then(Value::as_array)
            .and_then(|list| list.iter().map(Value::as_f64).collect());
        let (x, y) = match numbers.as_deref() {
            Some([x, y] | [x, y, _]) => (*x, *y),
            _ => return Err(form()),
        };
        let place = sent.reference.locate([x, y]);
        let checked = place.and_then(|at| LonLat::checked(at.lon, at.lat));
        checked.ok_or_else(|| {
            Refusal::new(
                "lies outside of its reference system",
                "coordinates in the order of the axes of Content-Crs; without it, longitude, latitude",
            )
        })
    }
}

/// Two places that differ by no more than rounding in any reference system.
pub fn is_same_place(a: LonLat, b: LonLat) -> bool {
    distance(a, b).0 < 0.02
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn flattened(body: Value, extent: Extent) -> Option<(Option<String>, Value)> {
        let object = body.as_object().unwrap().clone();
        let (id, members) = flat(object, extent).ok()?;
        Some((id, Value::Object(members)))
    }

    #[test]
    fn wholes_are_features_and_parts_are_features_or_flat() {
        let feature = json!({"type": "Feature", "id": "a", "geometry": null, "properties": {"name": "x"}, "links": []});
        let expected = json!({"name": "x", "geometry": null});
        for extent in [Extent::Whole, Extent::Part] {
            assert_eq!(
                flattened(feature.clone(), extent),
                Some((Some("a".into()), expected.clone()))
            );
        }
        let part = json!({"name": "x", "geometry": null});
        assert_eq!(
            flattened(part.clone(), Extent::Part),
            Some((None, expected))
        );
        assert_eq!(flattened(part, Extent::Whole), None);
        let other = json!({"type": "FeatureCollection", "features": []});
        assert_eq!(flattened(other, Extent::Part), None);
        let numbered = json!({"type": "Feature", "id": 7});
        assert_eq!(
            flattened(numbered, Extent::Whole),
            Some((Some("7".into()), json!({})))
        );
    }
}
