//! What an operator sees of each request: its id, one log line, counts and latencies; and the last touch on every
//! answer: security headers, and failures as problems that carry the request's id.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use super::problem::{Kind, MEDIA_TYPE, Problem};
use super::state::App;

/// The header that carries a request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Only this server's own files and data; pictures may also be drawn in memory.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const SECURITY_HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "geolocation=(self), camera=(), microphone=()",
    ),
];

/// Runs a request and keeps the record of it.
pub async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = request_id(request.headers());
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unmatched", MatchedPath::as_str)
        .to_owned();
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        %method,
        route
    );
    let began = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let response = finish(response, &id, app.options().cors);
    let took = began.elapsed();
    app.metrics()
        .request(&method, route, response.status(), took);
    span.in_scope(|| {
        tracing::info!(
            status = response.status().as_u16(),
            ms = took.as_secs_f64() * 1e3,
            "answered"
        );
    });
    response
}

/// A caller's own id when it is harmless in a log, otherwise a new one.
pub fn request_id(headers: &HeaderMap) -> HeaderValue {
    let harmless = |value: &&HeaderValue| {
        (1..=64).contains(&value.len())
            && value
                .as_bytes()
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
    };
    headers
        .get(REQUEST_ID)
        .filter(harmless)
        .cloned()
        .unwrap_or_else(new_id)
}

/// Unique over restarts: keyed at random by process, counted within it.
fn new_id() -> HeaderValue {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    static KEY: std::sync::LazyLock<RandomState> = std::sync::LazyLock::new(RandomState::new);
    let id = KEY.hash_one(COUNT.fetch_add(1, Ordering::Relaxed));
    HeaderValue::try_from(format!("{id:016x}")).expect("hex digits are a header value")
}

fn finish(response: Response, id: &HeaderValue, cors: bool) -> Response {
    let mut response = as_problem(response, id);
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id.clone());
    for (name, value) in SECURITY_HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if cors {
        headers.insert(
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        );
    }
    response
}

/// Marks a failure whose body is in the words of another program's API and stays as it is.
#[derive(Clone, Copy, Debug)]
pub struct OwnWords;

/// Failures as problems with the request's id; bare ones of the framework (no such route, timeout) become problems too.
fn as_problem(mut response: Response, id: &HeaderValue) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if has_problem_body(&response) => return response,
        None if response.extensions().get::<OwnWords>().is_some() => return response,
        None => Problem::new(Kind::from_status(status), plain_detail(status)),
    };
    let mut rendered = problem.render(id.to_str().ok());
    for (name, value) in response.headers() {
        if matches!(*name, header::ALLOW | header::VARY) {
            rendered.headers_mut().insert(name.clone(), value.clone());
        }
    }
    rendered
}

fn has_problem_body(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == MEDIA_TYPE)
}

fn plain_detail(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => {
            "There is nothing at this address; /api/openapi.json lists what there is."
        }
        StatusCode::METHOD_NOT_ALLOWED => "The header `allow` lists the methods of this address.",
        StatusCode::SERVICE_UNAVAILABLE => "The answer took longer than the server allows.",
        _ => "The request could not be answered.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_callers_are_kept_when_harmless() {
        let with = |id: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_static(id));
            request_id(&headers)
        };
        assert_eq!(with("trip-7.a_B"), "trip-7.a_B");
        assert_ne!(with("a b"), "a b");
        assert_ne!(with(""), "");
        assert_ne!(new_id(), new_id());
    }
}
