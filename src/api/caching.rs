//! Entity tags: an answer that did not change is not sent again.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use super::state::Loaded;

/// Whether the caller already holds the answer with this tag (weak comparison, RFC 9110 13.1.2).
pub fn matches_etag(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|held| held.trim() == "*" || opaque(held) == opaque(tag))
}

/// 304 with the headers that a cache needs.
pub fn not_modified(tag: &str, cache: &'static str) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    set(response.headers_mut(), tag, cache);
    response
}

/// Puts tag and cache rule on an answer.
pub fn set(headers: &mut HeaderMap, tag: &str, cache: &'static str) {
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
}

/// Answers that follow from the book, the region and the address alone: the tag is made of the book's revision and the
/// region's hash, so that an unchanged answer costs one look at the store. `beside` is what else decides, such as the date
/// that "today" stands for.
///
/// # Errors
/// Those of `answer`.
pub fn by_revision<R: IntoResponse>(
    loaded: &Loaded,
    headers: &HeaderMap,
    beside: &impl std::fmt::Debug,
    answer: impl FnOnce() -> Result<R, Problem>,
) -> Result<Response, Problem> {
    let tag = format!("W/\"{}\"", stands_on(loaded, beside)?);
    by_tag(headers, &tag, answer)
}

/// The answer under its tag, or that the caller holds it already.
///
/// # Errors
/// Those of `answer`.
pub fn by_tag<R: IntoResponse>(
    headers: &HeaderMap,
    tag: &str,
    answer: impl FnOnce() -> Result<R, Problem>,
) -> Result<Response, Problem> {
    if matches_etag(headers, tag) {
        return Ok(not_modified(tag, REVALIDATE));
    }
    let mut response = answer()?.into_response();
    set(response.headers_mut(), tag, REVALIDATE);
    Ok(response)
}

/// Names what an answer follows from: program, region, book and `beside`.
///
/// # Errors
/// When the store cannot be read.
pub fn stands_on(loaded: &Loaded, beside: &impl std::fmt::Debug) -> Result<String, Problem> {
    let (version, hash) = (env!("CARGO_PKG_VERSION"), &loaded.region.hash);
    let text = format!("{version} {hash} {} {beside:?}", loaded.store.revision()?);
    Ok(blake3::hash(text.as_bytes()).to_hex()[..20].to_owned())
}

/// Marks an answer whose tag is strong: its bytes leave as they are, not compressed.
#[derive(Clone, Copy, Debug)]
pub struct Exact;

/// Keep it, but ask each time.
pub const REVALIDATE: &str = "private, no-cache";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_match_weakly_and_in_lists() {
        let held = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static(value));
            headers
        };
        assert!(matches_etag(&held("\"a\", W/\"b\""), "\"b\""));
        assert!(matches_etag(&held("*"), "\"b\""));
        assert!(!matches_etag(&held("\"a\""), "\"b\""));
        assert!(!matches_etag(&HeaderMap::new(), "\"b\""));
    }
}
