//! In which form, and under which address, an answer leaves.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use crate::api::options::Options;
use crate::api::page::map_assets;
use crate::api::problem::{Kind, Problem};
use crate::ogc::documents::{Base, File, Format, html};
use crate::ogc::{Layer, Reference};

/// The form that `f` or else `Accept` asks for, among JSON (with its media types here) and HTML.
///
/// # Errors
/// 406 when the caller takes neither.
pub fn format(
    asked: Option<Format>,
    headers: &HeaderMap,
    json: &[&str],
) -> Result<Format, Problem> {
    if let Some(format) = asked {
        return Ok(format);
    }
    let accept = accepted(headers);
    if accept.is_empty() {
        return Ok(Format::Json);
    }
    let best = |media: &[&str]| {
        let weights = media.iter().map(|media| weight(&accept, media));
        weights.fold(0.0, f64::max)
    };
    let (json_weight, html_weight) = (best(json), best(&["text/html"]));
    if json_weight <= 0.0 && html_weight <= 0.0 {
        return Err(Problem::new(
            Kind::NotAcceptable,
            format!("Served here: {}, text/html.", json.join(", ")),
        ));
    }
    Ok(if json_weight >= html_weight {
        Format::Json
    } else {
        Format::Html
    })
}

/// The same for features, with a word about files to who takes neither form.
///
/// # Errors
/// 406 when the caller takes neither.
pub fn format_of_features(
    asked: Option<Format>,
    headers: &HeaderMap,
    layer: Layer,
) -> Result<Format, Problem> {
    format(
        asked,
        headers,
        &["application/geo+json", "application/json"],
    )
    .map_err(|problem| {
        let files = File::ALL.map(|file| {
            let media = file.media_type().split(';').next().unwrap_or_default();
            format!("{media} (f={})", file.name())
        });
        let download = format!("/ogc/collections/{}/download", layer.id());
        let detail = format!("{} At {download}: {}.", problem.detail, files.join(", "));
        Problem::new(Kind::NotAcceptable, detail)
    })
}

/// The file of those `on_offer` that `Accept` wants most, the first of equals. A client that does not say, or takes anything, gets
/// the first; `None` when it takes none of them.
pub fn file(headers: &HeaderMap, on_offer: &[File]) -> Option<File> {
    let accept = accepted(headers);
    if accept.is_empty() {
        return on_offer.first().copied();
    }
    let mut best = None;
    let mut most = 0.0;
    for file in on_offer {
        let media = file.media_type().split(';').next().unwrap_or_default();
        let weight = weight(&accept, media);
        if weight > most {
            (best, most) = (Some(*file), weight);
        }
    }
    best
}

/// The media ranges of `Accept`.
fn accepted(headers: &HeaderMap) -> Vec<&str> {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|range| !range.is_empty())
        .collect()
}

/// How much `media` is wanted: the weight of the closest range that holds it (RFC 9110, 12.5.1).
fn weight(accept: &[&str], media: &str) -> f64 {
    let kind = media.split('/').next().unwrap_or_default();
    let mut best = (0, 0.0);
    for range in accept {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let q = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let closeness = if name.eq_ignore_ascii_case(media) {
            3
        } else if name.strip_suffix("/*") == Some(kind) {
            2
        } else if name == "*/*" {
            1
        } else {
            continue;
        };
        if closeness > best.0 {
            best = (closeness, q);
        }
    }
    best.1
}

/// Where the service is, as the client asked for it. A proxy that ends TLS says so in `X-Forwarded-Proto`.
pub fn base(options: &Options, uri: &Uri, headers: &HeaderMap) -> Base {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    let host = uri
        .authority()
        .map(axum::http::uri::Authority::as_str)
        .or_else(|| text(header::HOST))
        .unwrap_or("localhost");
    let secure = options.https
        || text(header::HeaderName::from_static("x-forwarded-proto")) == Some("https");
    Base::new(if secure { "https" } else { "http" }, host)
}

/// A document in the wanted form; pages draw what is to be drawn.
///
/// # Errors
/// When the document is none of JSON.
pub fn document(
    format: Format,
    media: &'static str,
    title: &str,
    about: &impl Serialize,
    drawn: Option<&html::Drawn<'_>>,
) -> Result<Response, Problem> {
    Ok(match format {
        Format::Json => {
            let text = serde_json::to_vec(about).map_err(|e| Problem::internal(&e))?;
            body(media, text)
        }
        Format::Html => {
            let about = serde_json::to_value(about).map_err(|e| Problem::internal(&e))?;
            page(html::document(title, &about, drawn, map_assets()))
        }
    })
}

/// A page for people.
pub fn page(text: String) -> Response {
    body("text/html; charset=utf-8", text.into_bytes())
}

/// Bytes of a media type; caches keep the forms apart.
pub fn body(media: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(
        header::VARY,
        HeaderValue::from_static("accept, accept-encoding"),
    );
    response
}

/// Says in which reference system the coordinates are.
pub fn in_system(mut response: Response, reference: &Reference) -> Response {
    if let Ok(value) = HeaderValue::try_from(format!("<{}>", reference.uri())) {
        let name = HeaderName::from_static("content-crs");
        response.headers_mut().insert(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &'static str) -> Option<Format> {
        let mut headers = HeaderMap::new();
        if !accept.is_empty() {
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        }
        format(
            None,
            &headers,
            &["application/geo+json", "application/json"],
        )
        .ok()
    }

    #[test]
    fn browsers_get_pages_and_programs_get_json() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (accept, format) in [
            ("", Some(Format::Json)),
            ("*/*", Some(Format::Json)),
            (browser, Some(Format::Html)),
            (
                "application/geo+json, application/json;q=0.9",
                Some(Format::Json),
            ),
            ("text/*", Some(Format::Html)),
            (
                "text/html;q=0.1, application/json;q=0.2",
                Some(Format::Json),
            ),
            ("application/gml+xml", None),
            ("application/json;q=0", None),
        ] {
            assert_eq!(chosen(accept), format, "{accept}");
        }
    }

    #[test]
    fn files_are_chosen_by_header_where_the_address_does_not_say() {
        let chosen = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            if !accept.is_empty() {
                headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            }
            file(&headers, &File::ALL)
        };
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (accept, wanted) in [
            ("", Some(File::Sequence)),
            ("*/*", Some(File::Sequence)),
            (browser, Some(File::Sequence)),
            ("text/csv", Some(File::Csv)),
            ("application/geopackage+sqlite3", Some(File::GeoPackage)),
            (
                "application/flatgeobuf, text/csv;q=0.5",
                Some(File::FlatGeobuf),
            ),
            ("text/csv;q=0.2, */*;q=0.1", Some(File::Csv)),
            ("image/png", None),
            ("text/csv;q=0", None),
        ] {
            assert_eq!(chosen(accept), wanted, "{accept}");
        }
    }
}
