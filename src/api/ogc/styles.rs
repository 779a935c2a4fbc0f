//! How collections may be drawn: style files for QGIS and Leaflet.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;

use super::answer;
use super::parameters;
use crate::api::caching;
use crate::api::fields::{Fields, short};
use crate::api::problem::Problem;
use crate::api::state::{App, Work};
use crate::ogc::Layer;
use crate::ogc::style::{self, Style};

/// One style as a file: its id with the ending `.qml` or `.json`.
pub async fn file(
    State(app): State<App>,
    Path((collection, file)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = parameters::layer(&collection)?;
    Fields::from_query(&uri).read_with(|_| ())?;
    let (style, qml) = named(layer, &file)?;
    app.run(Work::Reading, move |loaded| {
        caching::by_revision(loaded, &headers, &(layer, &file), || {
            if !qml {
                let text = style::leaflet(layer, style).to_string();
                return Ok(answer::body("application/json", text.into_bytes()));
            }
            let mut response = answer::body(style::QML, style::qml(layer, style).into_bytes());
            let name = format!("inline; filename=\"{}-{}.qml\"", layer.id(), style.id);
            if let Ok(value) = HeaderValue::try_from(name) {
                let headers = response.headers_mut();
                headers.insert(header::CONTENT_DISPOSITION, value);
            }
            Ok(response)
        })
    })
    .await
}

/// The style behind the name of a file, and whether it is wanted as QML.
fn named(layer: Layer, file: &str) -> Result<(&'static Style, bool), Problem> {
    let (id, ending) = file.rsplit_once('.').unwrap_or((file, ""));
    match Style::find(layer, id) {
        Some(style) if matches!(ending, "qml" | "json") => Ok((style, ending == "qml")),
        _ => {
            let ids: Vec<&str> = Style::of(layer).iter().map(|style| style.id).collect();
            let (file, ids) = (short(file), ids.join(", "));
            Err(Problem::not_found(format!(
                "There is no style {file} of {}; there are, each with .qml and .json: {ids}.",
                layer.id()
            )))
        }
    }
}
