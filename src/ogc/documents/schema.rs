//! Properties of a collection as JSON Schema: what its features have, and what filters may ask about.

use serde_json::{Map, Value as Json, json};

use super::links::Base;
use super::openapi::schema_of;
use crate::ogc::{Field, GeometryKind, ID, Kind, Layer};

/// Media type of a schema.
pub const SCHEMA: &str = "application/schema+json";

/// What is to be known of a property that takes long to work out.
const ON_REQUEST: &str = "Worked out on request: it comes with a feature that is read alone, and on pages whose parameter properties names it. \
     No filter and no order asks about it, and files and tiles do not have it.";

/// What the features of a layer have.
#[must_use]
pub fn schema(base: &Base, layer: Layer) -> Json {
    let mut properties = properties(layer, layer.fields());
    if let Some(time) = layer.time() {
        let roles = match time.span {
            Some((start, end)) => vec![
                (start, "primary-interval-start"),
                (end, "primary-interval-end"),
            ],
            None => vec![(time.day, "primary-instant")],
        };
        for (at, role) in roles {
            properties[layer.fields()[at].name]["x-ogc-role"] = json!(role);
        }
    }
    properties["id"]["x-ogc-role"] = json!("id");
    if layer.is_editable() {
        // What a write does not set. The place of a visit is that of its account.
        let place = (layer == Layer::Visits).then_some("geometry");
        for name in layer.computed().chain(["id"]).chain(place) {
            properties[name]["readOnly"] = json!(true);
        }
    }
    if layer.geometry().is_some() {
        properties["geometry"]["x-ogc-role"] = json!("primary-geometry");
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{}/schema", base.collection(layer)),
        "type": "object",
        "title": layer.title(),
        "description": layer.description(),
        "properties": properties,
        "required": ["id"],
        "additionalProperties": false,
    })
}

/// What filters on a layer may ask about.
#[must_use]
pub fn queryables(base: &Base, layer: Layer) -> Json {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{}/queryables", base.collection(layer)),
        "type": "object",
        "title": layer.title(),
        "properties": properties(layer, &layer.queryables().copied().collect::<Vec<_>>()),
        "additionalProperties": false,
    })
}

/// What features of a layer can be sorted by.
#[must_use]
pub fn sortables(base: &Base, layer: Layer) -> Json {
    let mut about = queryables(base, layer);
    about["$id"] = json!(format!("{}/sortables", base.collection(layer)));
    if let Some(properties) = about["properties"].as_object_mut() {
        // Places have no order.
        properties.remove("geometry");
    }
    about
}

/// Id, geometry and these properties, in the order of the layer's table.
fn properties(layer: Layer, fields: &[Field]) -> Json {
    let mut all = Map::new();
    let id = json!({"type": "string", "title": ID.title, "x-ogc-propertySeq": 1});
    all.insert("id".to_owned(), id);
    if let Some(kind) = layer.geometry() {
        let format = match kind {
            GeometryKind::Point => "geometry-point",
            GeometryKind::Line => "geometry-linestring",
            GeometryKind::MultiLine => "geometry-multilinestring",
            GeometryKind::Polygon => "geometry-polygon",
            GeometryKind::MultiPolygon => "geometry-multipolygon",
        };
        let geometry = json!({"format": format, "title": "Where", "x-ogc-propertySeq": 2});
        all.insert("geometry".to_owned(), geometry);
    }
    for (at, field) in fields.iter().enumerate() {
        let mut about = schema_of(field);
        about["title"] = json!(field.title);
        if field.on_request {
            about["description"] = json!(ON_REQUEST);
        }
        about["x-ogc-propertySeq"] = json!(at + 3);
        if let Some(unit) = unit(field.name, field.kind) {
            about["x-ogc-unit"] = json!(unit);
        }
        all.insert(field.name.to_owned(), about);
    }
    Json::Object(all)
}

/// The unit in UCUM that a name ends with.
fn unit(name: &str, kind: Kind) -> Option<&'static str> {
    if !matches!(kind, Kind::Int | Kind::Real) {
        return None;
    }
    Some(match name.rsplit('_').next()? {
        "s" => "s",
        "m" => "m",
        "m2" => "m2",
        "min" | "minutes" => "min",
        "days" | "d" => "d",
        "kmh" => "km/h",
        "lon" | "lat" => "deg",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_tells_all_its_properties_and_their_roles() {
        let base = Base::new("http", "localhost");
        for layer in Layer::ALL {
            let about = schema(&base, layer);
            let properties = about["properties"].as_object().unwrap();
            let extra = 1 + usize::from(layer.geometry().is_some());
            assert_eq!(properties.len(), layer.fields().len() + extra);
            assert_eq!(properties["id"]["x-ogc-role"], "id");
            assert!(
                queryables(&base, layer)["properties"]["id"]
                    .get("x-ogc-role")
                    .is_none()
            );
        }
        let tours = schema(&base, Layer::Tours);
        for (name, role) in [
            ("depart", "primary-interval-start"),
            ("home_at", "primary-interval-end"),
        ] {
            assert_eq!(tours["properties"][name]["x-ogc-role"], role);
        }
        let unplanned = schema(&base, Layer::Unplanned);
        assert_eq!(
            unplanned["properties"]["day"]["x-ogc-role"],
            "primary-instant"
        );
        assert_eq!(tours["properties"]["drive_s"]["x-ogc-unit"], "s");
    }
}
