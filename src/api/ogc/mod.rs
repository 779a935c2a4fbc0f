//! `/ogc`: the collections of [`crate::ogc`] over HTTP, as OGC API - Features has it. Handlers read the address, let the
//! service answer on a thread where it may block, and choose the form.

mod answer;
mod condition;
mod documents;
mod download;
mod edit;
mod edit_account;
mod edit_body;
mod edit_visit;
mod features;
mod methods;
mod parameters;
mod process_jobs;
mod process_run;
mod processes;
mod styles;
mod tiles;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};

pub use process_jobs::ProcessJobs;

use super::state::App;

/// An address that is only read.
fn read<T: 'static>(handler: impl Handler<T, App>) -> MethodRouter<App> {
    get(handler).options(methods::reading)
}

/// Every route below `/ogc`. They are documented in their own OpenAPI 3.0 document, at `/ogc/api`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/ogc", read(documents::landing))
        .route("/ogc/", read(documents::landing))
        .route("/ogc/{*path}", get(documents::nowhere))
        .route("/ogc/api", read(documents::api))
        .route("/ogc/conformance", read(documents::conformance))
        .route("/ogc/collections", read(documents::collections))
        .route("/ogc/collections/{layer}", read(documents::collection))
        .route("/ogc/download", read(download::everything))
        .route("/ogc/collections/{layer}/download", read(download::layer))
        .route("/ogc/collections/{layer}/schema", read(documents::schema))
        .route(
            "/ogc/collections/{layer}/feature-schema",
            read(documents::feature_schema),
        )
        .route(
            "/ogc/collections/{layer}/queryables",
            read(documents::queryables),
        )
        .route(
            "/ogc/collections/{layer}/sortables",
            read(documents::sortables),
        )
        .route("/ogc/collections/{layer}/styles", read(documents::styles))
        .route("/ogc/collections/{layer}/styles/{file}", read(styles::file))
        .route("/ogc/processes", read(processes::list))
        .route("/ogc/processes/{id}", read(processes::description))
        .route(
            "/ogc/processes/{id}/execution",
            post(processes::execute).options(methods::executing),
        )
        .route("/ogc/jobs", read(processes::jobs))
        .route(
            "/ogc/jobs/{id}",
            get(processes::job)
                .delete(processes::dismiss)
                .options(methods::dismissing),
        )
        .route("/ogc/jobs/{id}/results", read(processes::results))
        .route("/ogc/tileMatrixSets", read(tiles::sets))
        .route("/ogc/tileMatrixSets/{set}", read(tiles::set))
        .route("/ogc/tiles", read(tiles::list_of_all))
        .route("/ogc/tiles/{set}", read(tiles::tileset_of_all))
        .route("/ogc/tiles/{set}/tilejson", read(tiles::tilejson_of_all))
        .route("/ogc/tiles/{set}/{z}/{y}/{x}", read(tiles::tile_of_all))
        .route("/ogc/collections/{layer}/tiles", read(tiles::list))
        .route("/ogc/collections/{layer}/tiles/{set}", read(tiles::tileset))
        .route(
            "/ogc/collections/{layer}/tiles/{set}/tilejson",
            read(tiles::tilejson),
        )
        .route(
            "/ogc/collections/{layer}/tiles/{set}/{z}/{y}/{x}",
            read(tiles::tile),
        )
        .route(
            "/ogc/collections/{layer}/items",
            get(features::items)
                .post(edit::create)
                .options(edit::items_options),
        )
        .route(
            "/ogc/collections/{layer}/items/{id}",
            get(features::item)
                .put(edit::change)
                .patch(edit::change)
                .delete(edit::remove)
                .options(edit::item_options),
        )
}
