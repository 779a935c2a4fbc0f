//! What `OPTIONS` answers where nothing is edited; of features, [`super::edit`] tells.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

/// For documents, files and tiles.
pub async fn reading() -> impl IntoResponse {
    allowing("GET, HEAD, OPTIONS")
}

/// For processes.
pub async fn executing() -> impl IntoResponse {
    allowing("POST, OPTIONS")
}

/// For jobs.
pub async fn dismissing() -> impl IntoResponse {
    allowing("GET, HEAD, DELETE, OPTIONS")
}

fn allowing(methods: &'static str) -> impl IntoResponse {
    (StatusCode::OK, [(header::ALLOW, methods)])
}
