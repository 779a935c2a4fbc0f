//! Pages of other origins: with `--cors` they may read, and nothing more.
//!
//! Of its own because the layer of tower-http answers every `OPTIONS`, also those that ask a resource which methods it has
//! (OGC API - Features, part 4, wants an answer to that).

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// Lets browsers show what is read to any page, and tells those that ask before a request that they may read.
pub async fn readers(request: Request, next: Next) -> Response {
    let any = HeaderValue::from_static("*");
    if is_preflight(request.method(), request.headers()) {
        let told = [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, any),
            (
                header::ACCESS_CONTROL_ALLOW_METHODS,
                HeaderValue::from_static("GET"),
            ),
        ];
        return told.into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
    response
}

/// Whether a browser asks if it may send a request, rather than somebody what a resource can do.
fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}
