//! What a problem's `type` leads to: its class in words.

use axum::Json;
use axum::extract::Path;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::{Kind, Problem, ProblemBody};

/// A class of problems.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemClass {
    /// As in a problem's `type`.
    #[serde(rename = "type")]
    address: String,
    title: &'static str,
    status: u16,
}

/// A class of problems in words.
#[utoipa::path(get, path = "/problems/{code}", tag = "operation",
    params(("code" = String, Path, description = "Last part of a problem's type")),
    responses((status = 200, body = ProblemClass),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn class(Path(code): Path<String>) -> Result<Json<ProblemClass>, Problem> {
    Kind::ALL
        .into_iter()
        .find(|kind| kind.code() == code)
        .map(|kind| {
            Json(ProblemClass {
                address: kind.address(),
                title: kind.title(),
                status: kind.status().as_u16(),
            })
        })
        .ok_or_else(|| Problem::not_found("There is no such class of problems."))
}
