//! The page, as built by Vite and carried inside the binary; without one, a plain page that lists the API.

use std::sync::OnceLock;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;
use serde_json::Value;

use super::caching::{matches_etag, not_modified};
use super::login;
use super::problem::Problem;
use super::state::App;
use crate::ogc::documents::html::Assets;

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

/// The files of the map in the pages of `/ogc`; `None` when the page was not built.
pub fn map_assets() -> Option<&'static Assets> {
    static ASSETS: OnceLock<Option<Assets>> = OnceLock::new();
    let read = || {
        let manifest = Dist::get(".vite/manifest.json")?;
        assets_of(
            &serde_json::from_slice(&manifest.data).ok()?,
            "src/gis/main.ts",
        )
    };
    ASSETS.get_or_init(read).as_ref()
}

/// The files of an entry by Vite's manifest: its script, its style sheets and those of the parts that it shares with others.
fn assets_of(manifest: &Value, entry: &str) -> Option<Assets> {
    let script = manifest.get(entry)?.get("file")?.as_str()?;
    let (mut styles, mut seen) = (Vec::new(), Vec::new());
    let mut open = vec![entry.to_owned()];
    let texts = |part: &Value, name: &str| -> Vec<String> {
        let list = part.get(name).and_then(Value::as_array);
        let texts = list.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    };
    while let Some(name) = open.pop() {
        if seen.contains(&name) {
            continue;
        }
        let part = manifest.get(&name)?;
        open.extend(texts(part, "imports"));
        // What is shared comes first, so that the entry has the last word.
        let sheets = texts(part, "css").into_iter();
        styles.splice(0..0, sheets.map(|file| format!("/{file}")));
        seen.push(name);
    }
    Some(Assets {
        script: format!("/{script}"),
        styles,
    })
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
    fn style_sheets_of_shared_parts_come_first() {
        let manifest = serde_json::json!({
            "_shared.js": {"file": "assets/shared-1.js", "css": ["assets/shared-1.css"]},
            "src/gis/main.ts": {"file": "assets/gis-1.js", "imports": ["_shared.js"], "css": ["assets/gis-1.css"]},
        });
        let assets = assets_of(&manifest, "src/gis/main.ts").unwrap();
        assert_eq!(assets.script, "/assets/gis-1.js");
        assert_eq!(assets.styles, ["/assets/shared-1.css", "/assets/gis-1.css"]);
        assert_eq!(assets_of(&manifest, "src/other.ts"), None);
    }

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
