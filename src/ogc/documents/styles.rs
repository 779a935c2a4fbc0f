//! The styles of a collection.

use serde_json::{Value as Json, json};

use super::links::{Base, Format, link, own};
use crate::ogc::Layer;
use crate::ogc::style::{QML, Style};

/// The styles of a layer with the addresses of their files, the usual one first.
#[must_use]
pub fn styles(base: &Base, format: Format, layer: Layer) -> Json {
    let list: Vec<Json> = Style::of(layer)
        .iter()
        .map(|style| {
            json!({"id": style.id, "title": style.title, "links": stylesheets(base, layer, style)})
        })
        .collect();
    let address = format!("{}/styles", base.collection(layer));
    json!({
        "title": format!("Styles of {}", layer.title()),
        "default": Style::of(layer).first().map(|style| style.id),
        "styles": list,
        "links": own(&address, format, "This document"),
    })
}

/// Links to the files of a style.
pub(super) fn stylesheets(base: &Base, layer: Layer, style: &Style) -> [Json; 2] {
    let address = format!("{}/styles/{}", base.collection(layer), style.id);
    let title = style.title;
    [
        link(
            format!("{address}.qml"),
            "stylesheet",
            QML,
            &format!("{title}, for QGIS"),
        ),
        link(
            format!("{address}.json"),
            "stylesheet",
            "application/json",
            &format!("{title}, for Leaflet"),
        ),
    ]
}
