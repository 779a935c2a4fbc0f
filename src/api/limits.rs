//! How much at once: requests beyond the limit are refused at the door instead of queueing without end.

use std::any::Any;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::problem::{Kind, Problem};
use super::state::App;

/// Answers 503 when too many requests are under way; probes are answered all the same.
pub async fn in_flight(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if is_probe(request.uri().path()) {
        return Ok(next.run(request).await);
    }
    let Ok(_place) = app.in_flight().try_acquire() else {
        return Err(Problem::new(
            Kind::Overloaded,
            "Too many requests are under way; try again in a moment.",
        ));
    };
    Ok(next.run(request).await)
}

/// Questions of those who watch the process.
pub fn is_probe(path: &str) -> bool {
    matches!(path, "/health" | "/ready")
}

/// A panic of a handler as a problem; the panic's message went to the log.
pub fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let text = cause
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| cause.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    Problem::internal(&format_args!("panic: {text}")).into_response()
}
