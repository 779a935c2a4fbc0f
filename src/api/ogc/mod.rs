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
mod parameters;
mod process_jobs;
mod process_run;
mod processes;
mod styles;
mod tiles;

use axum::Router;
use axum::routing::{get, post};

pub use process_jobs::ProcessJobs;

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
        .route("/ogc/processes", get(processes::list))
        .route("/ogc/processes/{id}", get(processes::description))
        .route("/ogc/processes/{id}/execution", post(processes::execute))
        .route("/ogc/jobs", get(processes::jobs))
        .route(
            "/ogc/jobs/{id}",
            get(processes::job).delete(processes::dismiss),
        )
        .route("/ogc/jobs/{id}/results", get(processes::results))
        .route("/ogc/tileMatrixSets", get(tiles::sets))
        .route("/ogc/tileMatrixSets/{set}", get(tiles::set))
        .route("/ogc/tiles", get(tiles::list_of_all))
        .route("/ogc/tiles/{set}", get(tiles::tileset_of_all))
        .route("/ogc/tiles/{set}/tilejson", get(tiles::tilejson_of_all))
        .route("/ogc/tiles/{set}/{z}/{y}/{x}", get(tiles::tile_of_all))
        .route("/ogc/collections/{layer}/tiles", get(tiles::list))
        .route("/ogc/collections/{layer}/tiles/{set}", get(tiles::tileset))
        .route(
            "/ogc/collections/{layer}/tiles/{set}/tilejson",
            get(tiles::tilejson),
        )
        .route(
            "/ogc/collections/{layer}/tiles/{set}/{z}/{y}/{x}",
            get(tiles::tile),
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
