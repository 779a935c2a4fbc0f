//! A whole feature of a collection, as GeoJSON has it, as JSON Schema. GDAL takes the types and the order of its columns from
//! there; without it, it would guess from the first features, where what is not known yet looks like text.

use serde::Serialize;
use serde::ser::SerializeMap as _;
use serde_json::{Value as Json, json};

use super::links::Base;
use super::openapi::schema_of;
use crate::ogc::{Field, Layer};

/// Properties whose whole numbers may need more than 32 bits. GDAL takes every integer of a schema for one of 32 and cuts off the
/// rest; what the schema does not tell it learns from the features.
const LONG: [&str; 2] = ["way", "seed"];

/// See [`feature_schema`].
#[derive(Serialize)]
pub struct FeatureSchema {
    #[serde(rename = "$schema")]
    dialect: &'static str,
    #[serde(rename = "$id")]
    id: String,
    title: &'static str,
    description: String,
    #[serde(rename = "type")]
    kind: &'static str,
    required: [&'static str; 4],
    properties: Members,
}

#[derive(Serialize)]
struct Members {
    #[serde(rename = "type")]
    kind: Json,
    id: Json,
    geometry: Json,
    properties: Properties,
}

#[derive(Serialize)]
struct Properties {
    #[serde(rename = "type")]
    kind: &'static str,
    properties: InOrder,
}

/// Properties in the order in which features have them, which a map of JSON would lose.
struct InOrder(Vec<&'static Field>);

impl Serialize for InOrder {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.0.len()))?;
        for field in &self.0 {
            let mut about = schema_of(field);
            about["title"] = json!(field.title);
            // As OpenAPI 3.0 says it: GDAL reads no list of types.
            about["nullable"] = json!(true);
            map.serialize_entry(field.name, &about)?;
        }
        map.end()
    }
}

/// What a feature of a layer looks like on a page: those of its properties that come without being asked for.
#[must_use]
pub fn feature_schema(base: &Base, layer: Layer) -> FeatureSchema {
    let geometry = match layer.geometry() {
        Some(kind) => json!({
            "type": "object", "nullable": true,
            "properties": {"type": {"type": "string", "enum": [kind.name()]}, "coordinates": {"type": "array"}},
        }),
        None => json!({"type": "null"}),
    };
    let fields = layer.queryables();
    FeatureSchema {
        dialect: "https://json-schema.org/draft/2020-12/schema",
        id: format!("{}/feature-schema", base.collection(layer)),
        title: layer.title(),
        description: format!(
            "{} A property that is not known is null. Properties of more than 32 bits are not listed.",
            layer.description()
        ),
        kind: "object",
        required: ["type", "id", "geometry", "properties"],
        properties: Members {
            kind: json!({"type": "string", "enum": ["Feature"]}),
            id: json!({"type": "string"}),
            geometry,
            properties: Properties {
                kind: "object",
                properties: InOrder(fields.filter(|field| !LONG.contains(&field.name)).collect()),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_stand_in_the_order_of_the_layer() {
        let base = Base::new("http", "localhost");
        for layer in Layer::ALL {
            let text = serde_json::to_string(&feature_schema(&base, layer)).unwrap();
            let mut from = text.rfind("\"properties\":{\"").unwrap();
            for field in layer
                .queryables()
                .filter(|field| !LONG.contains(&field.name))
            {
                let member = format!("\"{}\":{{", field.name);
                let found = text[from..].find(&member);
                from += found.unwrap_or_else(|| panic!("{}: {member} after {from}", layer.id()));
            }
        }
    }
}
