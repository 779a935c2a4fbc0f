//! The OSRM API on the server: what surrounds [`super::answer`] there.
//!
//! Requests are counted and guarded like all others, but pass few layers: a plain route takes less time than compressing
//! or queueing it would. What takes longer goes to a thread where it may block.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{Request as HttpRequest, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use axum::routing::any;
use tokio::sync::oneshot;

use super::answer::{Answer, MOST_BYTES, Question, Request, Text};
use crate::api::extract::{media_type, read_body};
use crate::api::problem::{Kind, Problem};
use crate::api::state::{App, Work};
use crate::api::stream::{Pipe, pipe};
use crate::api::{guard, observe};
use crate::osrm::{Code, Fault, Services, TableText};

/// The services' paths.
pub fn routes() -> Router<App> {
    ["route", "table", "nearest", "trip", "match", "tile"]
        .iter()
        .fold(Router::new(), |router, service| {
            router
                .route(&format!("/{service}"), any(serve))
                .route(&format!("/{service}/"), any(serve))
                .route(&format!("/{service}/{{*rest}}"), any(serve))
        })
}

async fn serve(State(app): State<App>, request: HttpRequest) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let service = service_of(request.uri().path());
    let id = observe::request_id(request.headers());
    if method == Method::OPTIONS && app.options().cors {
        return preflight();
    }
    let reply = guarded(&app, request).await;
    let response = respond(reply, &method, &id, app.options().cors);
    app.metrics()
        .request(&method, service, response.status(), began.elapsed());
    tracing::info!(
        id = id.to_str().unwrap_or_default(),
        %method,
        route = service,
        status = response.status().as_u16(),
        ms = began.elapsed().as_secs_f64() * 1e3,
        "answered"
    );
    response
}

/// What a browser asks before a page of another origin may post.
fn preflight() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The name under which requests are counted.
fn service_of(path: &str) -> &'static str {
    match path.split('/').nth(1) {
        Some("route") => "/route",
        Some("table") => "/table",
        Some("nearest") => "/nearest",
        Some("trip") => "/trip",
        _ => "/match",
    }
}

/// The profile that an address names.
fn profile_of(path: &str) -> &str {
    path.split('/').nth(3).unwrap_or_default()
}

/// What goes back: a text that is there, or one that is still being written.
enum Reply {
    Whole(Answer),
    Pieces(Body),
}

impl<T: Into<Answer>> From<T> for Reply {
    fn from(answer: T) -> Self {
        Self::Whole(answer.into())
    }
}

async fn guarded(app: &App, request: HttpRequest) -> Reply {
    // Nothing here changes anything, so a POST is as harmless as a GET.
    let allowed = guard::check_sender(
        app.options(),
        &Method::GET,
        request.uri(),
        request.headers(),
    );
    if let Err(problem) = allowed {
        return refused(&problem).into();
    }
    let Ok(_place) = app.in_flight().try_acquire() else {
        let message = "Too many requests are under way; try again in a moment.";
        return Fault::new(Code::Unavailable, message).into();
    };
    let within = app.options().answer_within;
    let answered = tokio::time::timeout(within, read_and_answer(app, request)).await;
    answered.unwrap_or_else(|_| {
        let message = "The answer took longer than the server allows.";
        Fault::new(Code::Unavailable, message).into()
    })
}

async fn read_and_answer(app: &App, request: HttpRequest) -> Reply {
    let loaded = match app.loaded() {
        Ok(loaded) => loaded,
        Err(problem) => return refused(&problem).into(),
    };
    let (parts, body) = request.into_parts();
    let body = match read(&parts.headers, body, app).await {
        Ok(body) => body,
        Err(problem) => return refused(&problem).into(),
    };
    let target = parts.uri.path_and_query().map_or("", |text| text.as_str());
    let request = Request {
        method: parts.method.as_str(),
        target,
        media_type: &media_type(&parts.headers),
        body: &body,
    };
    let profile = profile_of(parts.uri.path());
    let question = match Question::read(loaded.osrm(profile), &request) {
        Ok(question) => question,
        Err(fault) => return fault.into(),
    };
    if !question.is_quick() {
        return aside(app.clone(), question, profile.to_owned()).await;
    }
    match told(loaded.osrm(profile), &question) {
        Ok(text) => Ok(text.whole()).into(),
        Err(fault) => fault.into(),
    }
}

/// Answers on a thread where it may block; what is sent in pieces goes on being worked out there.
async fn aside(app: App, question: Question, profile: String) -> Reply {
    let (sender, reply) = oneshot::channel();
    let work = tokio::spawn(async move {
        app.run(Work::Reading, move |loaded| {
            let (reply, rest) = match told(loaded.osrm(&profile), &question) {
                Ok(Text::Whole(json)) => (Ok(json).into(), None),
                Ok(Text::Table(table)) => {
                    let (pipe, pieces) = pipe();
                    (Reply::Pieces(Body::new(pieces)), Some((pipe, table)))
                }
                Err(fault) => (fault.into(), None),
            };
            // Nobody may be waiting any more; then nobody takes the pieces either.
            let _ = sender.send(reply);
            if let Some((pipe, table)) = rest
                && catch_unwind(AssertUnwindSafe(|| send_all(&pipe, *table))).is_err()
            {
                pipe.fail("the table could not be finished".into());
            }
            Ok(())
        })
        .await
    });
    match reply.await {
        Ok(reply) => reply,
        Err(_) => match work.await {
            Ok(Err(problem)) => refused(&problem).into(),
            _ => refused(&Problem::new(Kind::Internal, FAILED)).into(),
        },
    }
}

/// Works out and sends all pieces, until the reader leaves.
fn send_all(pipe: &Pipe, table: TableText) {
    for piece in table {
        if pipe.send(piece).is_err() {
            return;
        }
    }
}

/// The body of a request that may have one.
async fn read(headers: &HeaderMap, body: Body, app: &App) -> Result<axum::body::Bytes, Problem> {
    if body.is_end_stream() {
        return Ok(axum::body::Bytes::new());
    }
    tokio::time::timeout(
        app.options().body_idle,
        read_body(headers, body, MOST_BYTES),
    )
    .await
    .unwrap_or_else(|_| Err(Problem::new(Kind::SlowBody, "The body stopped arriving.")))
}

const FAILED: &str = "The program failed on this request; the log says more.";

/// The answer; a panic is a fault of ours and told as such.
fn told(services: &Services, question: &Question) -> Result<Text, Fault> {
    catch_unwind(AssertUnwindSafe(|| question.answer(services)))
        .unwrap_or_else(|_| Err(Fault::new(Code::InternalError, FAILED)))
}

/// A refusal of the server in OSRM's form, with the server's own status.
fn refused(problem: &Problem) -> Answer {
    let code = match problem.kind {
        Kind::TooLarge | Kind::AddressTooLong => Code::TooBig,
        Kind::Internal => Code::InternalError,
        Kind::UnreadableBody | Kind::SlowBody => Code::InvalidQuery,
        _ => Code::Unavailable,
    };
    Answer {
        status: problem.kind.status().as_u16(),
        ..Fault::new(code, problem.detail.clone()).into()
    }
}

fn respond(reply: Reply, method: &Method, id: &HeaderValue, cors: bool) -> Response {
    let (status, body) = match reply {
        Reply::Whole(answer) => (answer.status, Body::from(answer.json)),
        Reply::Pieces(body) => (200, body),
    };
    let body = if *method == Method::HEAD {
        Body::empty()
    } else {
        body
    };
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let fixed = HeaderValue::from_static;
    headers.insert(
        header::CONTENT_TYPE,
        fixed("application/json; charset=UTF-8"),
    );
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, fixed("nosniff"));
    headers.insert(observe::REQUEST_ID, id.clone());
    if status == 405 {
        headers.insert(header::ALLOW, fixed("GET, HEAD, POST"));
    }
    if cors {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, fixed("*"));
    }
    response
}
