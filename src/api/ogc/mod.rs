//! `/ogc`: the collections of [`crate::ogc`] over HTTP, as OGC API - Features has it. Handlers read the address, let the
//! service answer on a thread where it may block, and choose the form.

mod answer;
mod documents;
mod download;
mod features;
mod parameters;
mod styles;

use axum::Router;
use axum::routing::get;

use super::state::App;

/// Every route below `/ogc`. They are documented in their own OpenAPI 3.0 document, at `/ogc/api`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/ogc", get(documents::landing))
        .route("/ogc/", get(documents::landing))
        .route("/ogc/api", get(documents::api))
        .route("/ogc/conformance", get(documents::conformance))
        .route("/ogc/collections", get(documents::collections))
        .route("/ogc/collections/{layer}", get(documents::collection))
        .route("/ogc/download", get(download::everything))
        .route("/ogc/collections/{layer}/download", get(download::layer))
        .route("/ogc/collections/{layer}/schema", get(documents::schema))
        .route(
            "/ogc/collections/{layer}/queryables",
            get(documents::queryables),
        )
        .route("/ogc/collections/{layer}/styles", get(documents::styles))
        .route("/ogc/collections/{layer}/styles/{file}", get(styles::file))
        .route("/ogc/collections/{layer}/items", get(features::items))
        .route("/ogc/collections/{layer}/items/{id}", get(features::item))
}
