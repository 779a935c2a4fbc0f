//! The part of the API document about tiles.

use serde_json::{Value as Json, json};

use super::openapi::responses;
use super::tiles::{MATRIX_SET, MVT};
use crate::ogc::{DEEPEST, Layer};

/// Path and operation of everything about tiles; `asked` makes the conditions of a layer's features.
pub(super) fn tiles(asked: impl Fn(Layer) -> Vec<Json>) -> Vec<(String, Json)> {
    let layers: Vec<Layer> = Layer::ALL
        .into_iter()
        .filter(|l| l.geometry().is_some())
        .collect();
    let ids: Vec<&str> = layers.iter().copied().map(Layer::id).collect();
    let collections = json!({"name": "collections", "in": "query", "required": false, "style": "form", "explode": false,
        "description": "Which collections the tile holds; all unless told",
        "schema": {"type": "array", "items": {"type": "string", "enum": ids}}});
    let mut paths = vec![
        document("/tileMatrixSets", "tileMatrixSets", "Tile matrix sets"),
        document(
            &format!("/tileMatrixSets/{MATRIX_SET}"),
            "tileMatrixSet",
            "Definition of the tile matrix set",
        ),
    ];
    paths.extend(of("", "dataset", "all collections", vec![collections]));
    for layer in layers {
        let id = layer.id();
        paths.extend(of(
            &format!("/collections/{id}"),
            id,
            layer.title(),
            asked(layer),
        ));
    }
    paths
}

fn document(path: &str, id: &str, summary: &str) -> (String, Json) {
    let forms = [("application/json", "document"), ("text/html", "page")];
    let operation = json!({
        "operationId": id, "tags": ["tiles"], "summary": summary,
        "parameters": [{"$ref": "#/components/parameters/f"}],
        "responses": responses(&forms, false),
    });
    (path.to_owned(), operation)
}

fn of(root: &str, id: &str, title: &str, conditions: Vec<Json>) -> Vec<(String, Json)> {
    let set = format!("{root}/tiles/{MATRIX_SET}");
    let place = |name: &str, description: &str, schema: Json| json!({"name": name, "in": "path", "required": true, "description": description, "schema": schema});
    let index = json!({"type": "integer", "minimum": 0});
    let zooms: Vec<String> = (0..=DEEPEST).map(|zoom| zoom.to_string()).collect();
    let mut parameters = vec![
        place(
            "tileMatrix",
            "Zoom",
            json!({"type": "string", "enum": zooms}),
        ),
        place("tileRow", "Row from the north", index.clone()),
        place("tileCol", "Column from the west", index),
    ];
    parameters.extend(conditions);
    let mut answers = responses(&[(MVT, "file")], true);
    answers["204"] = json!({"description": "Nothing there"});
    let tile = json!({
        "operationId": format!("{id}.tile"), "tags": ["tiles"], "summary": format!("A vector tile of {title}"),
        "description": "Where there are too many features, those that matter most are kept: the same ones each time.",
        "parameters": parameters, "responses": answers,
    });
    vec![
        document(
            &format!("{root}/tiles"),
            &format!("{id}.tilesets"),
            &format!("Tilesets of {title}"),
        ),
        document(
            &set,
            &format!("{id}.tileset"),
            &format!("The tileset of {title}"),
        ),
        document(
            &format!("{set}/tilejson"),
            &format!("{id}.tilejson"),
            &format!("TileJSON of {title}"),
        ),
        (
            format!("{set}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"),
            tile,
        ),
    ]
}
