//! Who may ask, and from where: host names (against DNS rebinding), origins of writes (against cross-site requests) and
//! bearer tokens.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use super::limits::is_probe;
use super::options::Options;
use super::problem::{Kind, Problem};
use super::state::App;

/// Longest address that is read.
const MAX_ADDRESS: usize = 8 * 1024;
/// The same below `/ogc`, whose filters hold outlines and lists of ids and have no other way in. Just below what an address may
/// be at all, so that the link to the next page has room for its cursor.
const MAX_FILTERED: usize = 60_000;

/// Lets a request through, or answers with the problem that keeps it out.
pub async fn guard(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    check(
        app.options(),
        request.method(),
        request.uri(),
        request.headers(),
    )?;
    Ok(next.run(request).await)
}

fn check(
    options: &Options,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    let length = uri.path_and_query().map_or(0, |text| text.as_str().len());
    let longest = if uri.path().starts_with("/ogc/") {
        MAX_FILTERED
    } else {
        MAX_ADDRESS
    };
    if length > longest {
        return Err(Problem::new(
            Kind::AddressTooLong,
            format!("Addresses of at most {longest} bytes are read here, and this has {length}."),
        ));
    }
    check_sender(options, method, uri, headers)
}

/// Whether the sender of a request may ask at all.
///
/// # Errors
/// With the problem that keeps it out.
pub fn check_sender(
    options: &Options,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    // Whether the process lives is no secret, and probes ask under all sorts of names.
    if is_probe(uri.path()) {
        return Ok(());
    }
    let host = host_of(uri, headers);
    if !host.is_some_and(|host| host_is_ours(host, &options.hosts)) {
        return Err(Problem::new(
            Kind::WrongHost,
            "Ask by IP address, localhost or a name that the server was started with (--host).",
        ));
    }
    if !method.is_safe() && !same_origin(headers, host.unwrap_or_default()) {
        return Err(Problem::new(
            Kind::CrossSite,
            "Only pages of this server may change anything.",
        ));
    }
    match &options.tokens {
        Some(tokens) if needs_token(uri.path()) => {
            if token_of(headers).is_some_and(|token| tokens.accepts(token)) {
                Ok(())
            } else {
                Err(Problem::new(
                    Kind::Unauthorized,
                    "Send the header `Authorization: Bearer <token>`.",
                ))
            }
        }
        _ => Ok(()),
    }
}

/// Cookie in which the page keeps its token.
pub const TOKEN_COOKIE: &str = "rondo_token";

/// The page itself holds no data, and has to load before anyone can sign in.
fn needs_token(path: &str) -> bool {
    [
        "/api/", "/ogc", "/tiles/", "/metrics", "/route", "/table", "/nearest", "/trip", "/match",
    ]
    .iter()
    .any(|prefix| path.starts_with(prefix))
}

fn host_of<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> Option<&'r str> {
    // HTTP/2 carries the host in the address.
    uri.authority()
        .map(axum::http::uri::Authority::as_str)
        .or_else(|| headers.get(header::HOST)?.to_str().ok())
}

/// The name without its port: `[::1]:80` -> `::1`, `a.b:80` -> `a.b`.
fn without_port(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    host.split(':').next().unwrap_or_default()
}

/// A rebinding page can only ask under a name; addresses and `localhost` are beyond its reach.
fn host_is_ours(host: &str, names: &[String]) -> bool {
    let name = without_port(host);
    name.parse::<IpAddr>().is_ok()
        || name.eq_ignore_ascii_case("localhost")
        || names.iter().any(|ours| ours.eq_ignore_ascii_case(name))
}

/// Programs send no `Origin`; browsers send it, and `Sec-Fetch-Site`, with every write.
fn same_origin(headers: &HeaderMap, host: &str) -> bool {
    let text = |name| {
        headers
            .get(name)
            .map(|value: &axum::http::HeaderValue| value.to_str().unwrap_or_default())
    };
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    if !matches!(site, None | Some("same-origin" | "none")) {
        return false;
    }
    match text(header::ORIGIN) {
        None => true,
        Some(origin) => origin
            .split_once("://")
            .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(host)),
    }
}

/// The token that a caller brings, in a header or in the page's cookie.
pub fn token_of(headers: &HeaderMap) -> Option<&str> {
    bearer(headers).or_else(|| cookie(headers, TOKEN_COOKIE))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_localhost_are_ours_names_are_not() {
        let names = ["rondo.example".to_owned()];
        for ours in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "localhost",
            "LOCALHOST:1",
            "192.168.1.4",
            "Rondo.Example:443",
        ] {
            assert!(host_is_ours(ours, &names), "{ours}");
        }
        for foreign in [
            "evil.example",
            "localhost.evil.example",
            "",
            ":80",
            "127.0.0.1.evil.example",
        ] {
            assert!(!host_is_ours(foreign, &names), "{foreign}");
        }
    }

    #[test]
    fn writes_come_from_our_own_page_or_a_program() {
        let with = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            same_origin(&headers, "localhost:8080")
        };
        assert!(with(&[]));
        assert!(with(&[("origin", "http://localhost:8080")]));
        assert!(!with(&[("origin", "http://localhost:9999")]));
        assert!(!with(&[("origin", "null")]));
        assert!(!with(&[("origin", "https://evil.example")]));
        assert!(!with(&[("sec-fetch-site", "cross-site")]));
        assert!(with(&[("sec-fetch-site", "same-origin")]));
    }
}
