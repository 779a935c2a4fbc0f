//! Signing the page in where tokens are asked for: a form that puts the token into a cookie which scripts cannot read and
//! other sites cannot send.

use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse as _, Response};

use super::extract::{media_type, read_body, unsupported};
use super::guard::{TOKEN_COOKIE, token_of};
use super::problem::{Kind, Problem};
use super::state::App;

/// Longest form that is read.
const FORM_LIMIT: usize = 4 * 1024;

/// Whether the caller has to sign in before the page is of any use.
pub fn is_needed(app: &App, headers: &HeaderMap) -> bool {
    app.options()
        .tokens
        .as_ref()
        .is_some_and(|tokens| !token_of(headers).is_some_and(|token| tokens.accepts(token)))
}

/// The form.
pub fn form() -> Response {
    (
        [(header::CACHE_CONTROL, "no-store")],
        Html(include_str!("login.html")),
    )
        .into_response()
}

/// Takes the form's token; a good one opens the page.
pub async fn submit(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let kind = media_type(&parts.headers);
    if kind != "application/x-www-form-urlencoded" {
        return Err(unsupported(&kind, "application/x-www-form-urlencoded"));
    }
    let token = token_in_form(&parts.headers, body).await?;
    let Some(tokens) = &app.options().tokens else {
        return Err(Problem::not_found("This server asks for no token."));
    };
    if !tokens.accepts(&token) {
        return Err(Problem::new(
            Kind::Unauthorized,
            "This is not a token of this server.",
        ));
    }
    let secure = if app.options().https { "; Secure" } else { "" };
    let cookie = format!(
        "{TOKEN_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=7776000{secure}"
    );
    let cookie = HeaderValue::try_from(cookie)
        .map_err(|_| Problem::new(Kind::Unauthorized, "This is not a token of this server."))?;
    let home = HeaderValue::from_static("/");
    Ok((
        StatusCode::SEE_OTHER,
        [(header::LOCATION, home), (header::SET_COOKIE, cookie)],
    )
        .into_response())
}

async fn token_in_form(headers: &HeaderMap, body: Body) -> Result<String, Problem> {
    let unreadable = || Problem::new(Kind::UnreadableBody, "Send token=<token>.");
    let bytes = read_body(headers, body, FORM_LIMIT).await?;
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable())?;
    // A form is written as the query of an address.
    let uri = Uri::try_from(format!("/?{text}")).map_err(|_| unreadable())?;
    let Query(pairs) =
        Query::<Vec<(String, String)>>::try_from_uri(&uri).map_err(|_| unreadable())?;
    pairs
        .into_iter()
        .find_map(|(name, value)| (name == "token").then(|| value.trim().to_owned()))
        // What separates cookies cannot be part of one.
        .filter(|token| !token.contains([';', ',', ' ']))
        .ok_or_else(unreadable)
}
