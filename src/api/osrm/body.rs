//! Places and options as a JSON object in the body of a POST request.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::draft::{Draft, Form};
use super::text::{Places, no_flatbuffers, polyline, too_many};
use super::url::Service;
use crate::osrm::{Code, Fault};
use crate::polyline::Precision;

/// Reads the object. Names that no option of the service has are left aside, as OSRM does.
///
/// # Errors
/// `InvalidQuery` with the member that makes no sense; `TooBig`; `NotImplemented` for another format than JSON.
pub fn read(service: Service, bytes: &[u8], most: usize) -> Result<Draft, Fault> {
    let Object { places, options } = serde_json::from_slice(bytes)
        .map_err(|error| malformed(format!("invalid JSON: {error}")))?;
    let places = match places {
        None => return Err(malformed("missing required member: coordinates")),
        Some(Coordinates::List(list)) if list.len() > most => return Err(too_many(most)),
        Some(Coordinates::List(list)) => list,
        Some(Coordinates::Line(text)) => line(&text, most)?,
    };
    let mut draft = Draft::of(places);
    for (name, value) in &options {
        if name == "format" {
            match value.as_str() {
                Some("json") => continue,
                Some("flatbuffers") => return Err(no_flatbuffers()),
                _ => return Err(malformed("invalid format value")),
            }
        }
        let wrong = || malformed(format!("{name} cannot be read: {}", short(value)));
        if !Draft::knows(service, name) {
            continue;
        }
        let text = text(Form::of(name), value).ok_or_else(wrong)?;
        draft.set(service, name, &text).map_err(|_| wrong())?;
    }
    Ok(draft)
}

fn malformed(message: impl Into<String>) -> Fault {
    Fault::new(Code::InvalidQuery, message)
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

fn line(text: &str, most: usize) -> Result<Vec<[f64; 2]>, Fault> {
    let inside = |prefix: &str| text.strip_prefix(prefix)?.strip_suffix(')');
    let (encoded, precision) = match (inside("polyline("), inside("polyline6(")) {
        (Some(encoded), _) => (encoded, Precision::Five),
        (_, Some(encoded)) => (encoded, Precision::Six),
        _ => {
            return Err(malformed(
                "coordinates string must be of the form polyline(...) or polyline6(...)",
            ));
        }
    };
    polyline(encoded, precision, most).map_err(|wrong| match wrong {
        Places::Malformed => malformed("coordinates: the polyline cannot be decoded"),
        Places::TooMany => too_many(most),
    })
}

/// A value as it would stand in an address; `None` when it has the wrong form.
fn text(form: Form, value: &Value) -> Option<Cow<'_, str>> {
    match (form, value) {
        (Form::Commas, Value::Array(list)) => joined(list, ",").map(Cow::Owned),
        (Form::Semicolons, Value::Array(list)) => list
            .iter()
            .map(|entry| match entry {
                Value::Null => Some(String::new()),
                Value::Array(pair) => joined(pair, ","),
                _ => atom(entry).map(Cow::into_owned),
            })
            .collect::<Option<Vec<_>>>()
            .map(|entries| Cow::Owned(entries.join(";"))),
        (Form::Semicolons, _) => None,
        // `annotations` may be true or false.
        (Form::One | Form::Commas, _) => atom(value),
    }
}

fn joined(list: &[Value], separator: &str) -> Option<String> {
    let atoms: Option<Vec<_>> = list.iter().map(atom).collect();
    Some(atoms?.join(separator))
}

/// A single value. Separators inside would make several of it.
fn atom(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) if !text.contains([',', ';']) => Some(Cow::Borrowed(text)),
        Value::Bool(yes) => Some(Cow::Borrowed(if *yes { "true" } else { "false" })),
        Value::Number(number) => Some(Cow::Owned(match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.to_string(),
            // Unlike JSON's own form this has no exponent.
            (_, float) => float?.to_string(),
        })),
        _ => None,
    }
}

/// The body: the places in their own form, because there may be thousands, the rest as it comes.
struct Object {
    places: Option<Coordinates>,
    options: Vec<(String, Value)>,
}

/// More options than all services have together.
const MOST_OPTIONS: usize = 64;

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object, M::Error> {
                let mut object = Object {
                    places: None,
                    options: Vec::new(),
                };
                while let Some(name) = map.next_key::<String>()? {
                    if name == "coordinates" {
                        object.places = Some(map.next_value()?);
                    } else if object.options.len() < MOST_OPTIONS {
                        object.options.push((name, map.next_value()?));
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(object)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

enum Coordinates {
    List(Vec<[f64; 2]>),
    Line(String),
}

impl<'de> Deserialize<'de> for Coordinates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Coordinates;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("coordinates: an array of [longitude, latitude] pairs or a polyline")
            }

            fn visit_str<E>(self, text: &str) -> Result<Coordinates, E> {
                Ok(Coordinates::Line(text.to_owned()))
            }

            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Coordinates, S::Error> {
                let mut places = Vec::new();
                while let Some(place) = list.next_element::<[f64; 2]>()? {
                    places.push(place);
                }
                Ok(Coordinates::List(places))
            }
        }
        deserializer.deserialize_any(Either)
    }
}
