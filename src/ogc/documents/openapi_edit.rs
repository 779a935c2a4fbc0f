//! The part of the API document about writes.

use serde_json::{Map, Value as Json, json};

use super::openapi::schema_of;
use crate::ogc::Layer;

/// Media type of a merge patch (RFC 7396).
pub const MERGE_PATCH: &str = "application/merge-patch+json";

/// Path, method and operation of every write to a layer.
pub(super) fn edits(layer: Layer) -> [(String, &'static str, Json); 4] {
    let (id, title) = (layer.id(), layer.title());
    let items = format!("/collections/{id}/items");
    let item = format!("{items}/{{featureId}}");
    let operation = |name: &str, summary: String, body: Option<Json>, done: Json| {
        let is_item = name != "create";
        let mut parameters = vec![shared("crs")];
        if is_item {
            parameters.extend([json!({"name": "featureId", "in": "path", "required": true,
                "description": "Id of the feature", "schema": {"type": "string"}})]);
            parameters.extend(["If-Match", "If-None-Match"].map(shared));
        }
        let problem = || json!({"$ref": "#/components/responses/Problem"});
        let mut responses = done;
        for code in [
            "400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "500",
        ] {
            responses[code] = problem();
        }
        let mut about = json!({
            "operationId": format!("{id}.{name}"), "tags": ["features"], "summary": summary,
            "description": description(layer), "parameters": parameters, "responses": responses,
        });
        if let Some(body) = body {
            about["parameters"]
                .as_array_mut()
                .into_iter()
                .for_each(|list| list.push(shared("Content-Crs")));
            about["requestBody"] = body;
        }
        about
    };
    let whole = || Some(body(layer, "application/geo+json", true));
    let made = answer("201", "Made", true);
    let mut put = answer("200", "Replaced", false);
    put["201"] = made["201"].clone();
    [
        (
            items,
            "post",
            operation("create", format!("A new feature in {title}"), whole(), made),
        ),
        (
            item.clone(),
            "put",
            operation(
                "replace",
                format!("A feature of {title} in the place of another, or a new one"),
                whole(),
                put,
            ),
        ),
        (
            item.clone(),
            "patch",
            operation(
                "update",
                format!("Some properties of a feature of {title}"),
                Some(body(layer, MERGE_PATCH, false)),
                answer("200", "Changed", false),
            ),
        ),
        (
            item,
            "delete",
            operation(
                "delete",
                format!("A feature less in {title}"),
                None,
                json!({"204": {"description": "Removed"}}),
            ),
        ),
    ]
}

fn shared(name: &str) -> Json {
    json!({"$ref": format!("#/components/parameters/{name}")})
}

fn description(layer: Layer) -> &'static str {
    match layer {
        Layer::Visits => {
            "The log of visits. What is planned or agreed takes an outcome here and nothing else: account, rep and day of \
             such a visit are changed, and it is taken out, by a person through the planner (409). A visit is where its account \
             is: a change of its geometry or of a computed property is refused (422). Without If-Match the last writer wins."
        }
        _ => {
            "Computed properties are read-only: a whole feature may be sent back as it was served, and a change that names one \
             is refused (422). What visits, appointments or plans refer to is not removed (409): set active to false. Without \
             If-Match the last writer wins."
        }
    }
}

fn answer(code: &str, description: &str, with_place: bool) -> Json {
    let mut headers = json!({
        "Content-Crs": {"$ref": "#/components/headers/Content-Crs"},
        "ETag": {"$ref": "#/components/headers/ETag"},
    });
    if with_place {
        headers["Location"] = json!({"description": "Address of the feature", "schema": {"type": "string", "format": "uri"}});
    }
    let schema = json!({"$ref": "#/components/schemas/featureGeoJSON"});
    json!({code: {"description": format!("{description}; the feature as it is now"), "headers": headers,
        "content": {"application/geo+json": {"schema": schema}}}})
}

/// The body of a write with the properties that may be set.
fn body(layer: Layer, media: &str, whole: bool) -> Json {
    let mut properties = Map::new();
    for field in layer.fields().iter().filter(|field| field.editable) {
        let mut about = schema_of(field);
        about["nullable"] = json!(true);
        about["description"] = json!(field.title);
        properties.insert(field.name.to_owned(), about);
    }
    let mut inside = json!({"type": "object", "properties": properties});
    let mut feature = json!({
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": {"type": "object", "nullable": true, "allOf": [{"$ref": "#/components/schemas/geometry"}]},
        },
    });
    if whole {
        inside["required"] = match layer {
            Layer::Visits => json!(["account", "rep", "day", "status"]),
            _ => json!(["name"]),
        };
        feature["required"] = json!(["type", "properties"]);
    }
    feature["properties"]["properties"] = inside;
    json!({"required": true, "content": {media: {"schema": feature}}})
}
