//! The document of the whole interface, gathered from the routes themselves: what is routed is documented.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Rondo",
        description = "Field-visit routes and coverage on OpenStreetMap roads.\n\nCoordinates are WGS 84, longitude first, \
            7 digits. Instants carry the offset of the region's zone. Numbers carry their unit in the name: `_s` seconds, \
            `_m` metres, `_min` minutes. Every failure is an `application/problem+json` body (RFC 9457). \
            Parameters that an endpoint does not know are refused.\n\nAt the root of the server `/route/v1`, `/table/v1`, \
            `/nearest/v1` and `/trip/v1` speak the OSRM HTTP API as its project documents it \
            (https://project-osrm.org/docs/v5.24.0/api/), with its own error codes.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    modifiers(&Tokens),
    security((), ("token" = [])),
    tags(
        (name = "book", description = "Accounts, reps, visits, appointments, imports"),
        (name = "plans", description = "Planned days and what leaves the house with them"),
        (name = "coverage", description = "Where coverage falls short, and why"),
        (name = "roads", description = "Routes, reach, who is near"),
        (name = "map", description = "The background"),
        (name = "operation", description = "For those who run it"),
    )
)]
pub(super) struct Document;

struct Tokens;

impl utoipa::Modify for Tokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(
            "token",
            SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
        );
    }
}

/// The document as it is served: written once.
static TEXT: LazyLock<Bytes> = LazyLock::new(|| {
    let text = super::router::document().to_json();
    Bytes::from(text.expect("the document holds only text, numbers and lists"))
});

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operation",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value)))]
pub(super) async fn document() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json")],
        Bytes::clone(&TEXT),
    )
}
