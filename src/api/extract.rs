//! Typed extractors whose rejections are problems: [`Params`] for the query, [`JsonFields`] for a JSON object, [`PathId`]
//! for the one id in a path, [`read_body`] for anything else.

use std::future::poll_fn;

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde_json::Value;

use super::fields::{Fields, FromFields, Raw};
use super::problem::{Kind, Problem};
use super::read;

/// JSON bodies are small; the import reads its own.
pub const JSON_LIMIT: usize = 256 * 1024;

/// The query of the address, read as `T`.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T: FromFields, S: Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        Fields::from_query(&parts.uri).read().map(Self)
    }
}

/// Refuses every parameter: for endpoints that take none.
#[derive(Debug)]
pub struct NoParams;

impl FromFields for NoParams {
    fn from_fields(_fields: &mut Fields) -> Option<Self> {
        Some(Self)
    }
}

/// The one id in the path.
#[derive(Debug)]
pub struct PathId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let unreadable = |cause: &str| Problem {
            kind: Kind::InvalidParameters,
            ..Problem::field("id", cause, "an id of at most 200 characters")
        };
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| unreadable("cannot be read"))?;
        read::id(Raw::Text(&id))
            .map(Self)
            .map_err(|refusal| unreadable(&refusal.problem))
    }
}

/// A JSON object in the body, read as `T`.
#[derive(Debug)]
pub struct JsonFields<T>(pub T);

impl<T: FromFields, S: Sync> FromRequest<S> for JsonFields<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let kind = media_type(&parts.headers);
        if !matches!(
            kind.as_str(),
            "application/json" | "application/merge-patch+json"
        ) {
            discard(body).await;
            return Err(unsupported(&kind, "application/json"));
        }
        let bytes = read_body(&parts.headers, body, JSON_LIMIT).await?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(object)) => Fields::from_object(object).read().map(Self),
            Ok(_) => Err(Problem::new(
                Kind::UnreadableBody,
                "The body is JSON, but not an object: write {\"name\": value}.",
            )),
            Err(cause) => Err(Problem::new(
                Kind::UnreadableBody,
                format!("The body is not JSON: {cause}."),
            )),
        }
    }
}

/// The body's media type in lower case without parameters; empty when not given.
pub fn media_type(headers: &HeaderMap) -> String {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// The problem of a body in a media type that an endpoint does not read.
pub fn unsupported(given: &str, wanted: &str) -> Problem {
    let given = if given.is_empty() {
        "no content-type".to_owned()
    } else {
        super::fields::short(given)
    };
    Problem::new(
        Kind::UnsupportedMediaType,
        format!("This endpoint reads {wanted}; the request says {given}."),
    )
}

/// Bytes of a refused body that are still received, so that a client which sends everything before it listens hears the
/// answer instead of a broken connection.
const DISCARDED: usize = 64 << 20;

/// Receives and forgets the rest of a body, up to a limit; a client that stops sending ends it.
pub async fn discard(body: Body) {
    let mut body = std::pin::pin!(body);
    let mut received = 0;
    while received <= DISCARDED
        && let Some(Ok(frame)) = poll_fn(|context| body.as_mut().poll_frame(context)).await
    {
        received += frame.data_ref().map_or(0, Bytes::len);
    }
}

/// The whole body, at most `limit` bytes: refused by its announced length first, by what arrives second.
pub async fn read_body(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Problem> {
    let too_large = || {
        Problem::new(
            Kind::TooLarge,
            format!("At most {limit} bytes are read here."),
        )
    };
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit as u64) {
        discard(body).await;
        return Err(too_large());
    }
    to_bytes(body, limit).await.map_err(|error| {
        // axum wraps both the limit's error and the connection's; the text of the limit is the stable one.
        let text = std::iter::successors(
            Some(&error as &(dyn std::error::Error + 'static)),
            |cause| cause.source(),
        )
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ");
        if text.contains("length limit exceeded") {
            too_large()
        } else if text.contains("imeout") || text.contains("elapsed") {
            Problem::new(Kind::SlowBody, "The body stopped arriving.")
        } else {
            Problem::new(
                Kind::UnreadableBody,
                "The body broke off before it was complete.",
            )
        }
    })
}
