//! For those who run it: `/health` (alive), `/ready` (loaded), `/metrics`.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::{Problem, ProblemBody};
use super::state::App;

/// State of the process.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `alive` or `ready`.
    status: &'static str,
    /// Version of the program.
    version: &'static str,
}

/// Whether the process answers at all.
#[utoipa::path(get, path = "/health", tag = "operation",
    responses((status = 200, description = "Alive", body = Health)))]
pub async fn health() -> Json<Health> {
    Json(Health {
        status: "alive",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// Whether region and book are loaded.
#[utoipa::path(get, path = "/ready", tag = "operation",
    responses((status = 200, description = "Loaded", body = Health),
        (status = 503, description = "Still loading", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn ready(State(app): State<App>) -> Result<Json<Health>, Problem> {
    app.loaded()?;
    Ok(Json(Health {
        status: "ready",
        version: env!("CARGO_PKG_VERSION"),
    }))
}

/// Counts and latencies for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, description = "Prometheus text", body = String, content_type = "text/plain")))]
pub async fn metrics(State(app): State<App>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        app.metrics().render(),
    )
}
