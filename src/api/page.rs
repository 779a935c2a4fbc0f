//! The page, as built by Vite and carried inside the binary; without one, a plain page that lists the API.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

use super::caching::{matches_etag, not_modified};
use super::login;
use super::problem::Problem;
use super::state::App;

#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

/// `/`: the page, or the plain one; a form to sign in where that is needed.
pub async fn index(State(app): State<App>, headers: HeaderMap) -> Response {
    if login::is_needed(&app, &headers) {
        return login::form();
    }
    match Dist::get("index.html") {
        Some(file) => serve("index.html", &file, &headers),
        None => Html(include_str!("plain.html")).into_response(),
    }
}

/// Any other path: a file of the page, or nothing.
pub async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    match Dist::get(&path) {
        Some(file) if is_plain(&path) => Ok(serve(&path, &file, &headers)),
        _ => Err(Problem::not_found(
            "There is nothing at this address; /api/openapi.json lists what there is.",
        )),
    }
}

/// Names without steps up, empty parts or hidden files.
fn is_plain(path: &str) -> bool {
    path.split('/')
        .all(|part| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', '\0', ':']))
}

fn serve(path: &str, file: &rust_embed::EmbeddedFile, headers: &HeaderMap) -> Response {
    let hash = file.metadata.sha256_hash();
    let tag = hash[..12]
        .iter()
        .fold("\"".to_owned(), |tag, byte| format!("{tag}{byte:02x}"))
        + "\"";
    let cache = if path.starts_with("assets/") {
        // Vite puts a hash of the content into these names.
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    if matches_etag(headers, &tag) {
        return not_modified(&tag, cache);
    }
    let mut response = file.data.clone().into_owned().into_response();
    let out = response.headers_mut();
    out.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type(path)),
    );
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        out.insert(header::ETAG, tag);
    }
    response
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_climb_are_not_plain() {
        for bad in [
            "../Cargo.toml",
            "assets/../../x",
            "a//b",
            ".git/config",
            "c:\\x",
            "a\\..\\b",
            "",
        ] {
            assert!(!is_plain(bad), "{bad}");
        }
        assert!(is_plain("assets/index-4f3a.js"));
    }
}
