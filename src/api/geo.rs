//! GeoJSON as an answer.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::problem::Problem;
pub use crate::geojson::{Collection, Feature, Geometry};

/// A collection as an answer.
#[derive(Debug)]
pub struct GeoJson<T>(pub T);

impl<T: Serialize> IntoResponse for GeoJson<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(text) => {
                let kind = [(header::CONTENT_TYPE, crate::geojson::MEDIA_TYPE)];
                (kind, text).into_response()
            }
            Err(cause) => Problem::internal(&cause).into_response(),
        }
    }
}
