//! VROOM's endpoint on our roads: its clients ask here unchanged.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use serde_json::Value;

use super::extract::read_body;
use super::observe::OwnWords;
use super::problem::{Kind, Problem};
use super::state::{App, Loaded, Work};
use crate::geometry::LonLat;
use crate::planner::Ground;
use crate::vroom::{Code, Roads, VroomError, solve};

/// Largest body that is read: a custom matrix of some 1,500 places.
const BODY_LIMIT: usize = 16 << 20;
/// Wall-clock guard of one problem, in seconds.
const LIMIT_S: f64 = 10.0;

/// The ground's roads, as VROOM's format needs them.
struct OnGround<'g> {
    ground: &'g Ground,
    loaded: &'g Loaded,
}

impl Roads for OnGround<'_> {
    fn table(&self, places: &[LonLat]) -> Result<Vec<Option<(i64, f64)>>, usize> {
        self.ground.table(places, &self.loaded.planner.settings)
    }

    fn line(&self, places: &[LonLat]) -> Option<Vec<LonLat>> {
        self.ground.line(places, &self.loaded.planner.settings)
    }
}

/// Solves a problem in VROOM's format: jobs, vehicles, breaks, skills, priorities, time windows, amounts, custom matrices or
/// coordinates on our roads, `options.g` for geometry. Failures come in VROOM's shape, `{"code": 2, "error": ".."}`, with
/// its codes: 1 internal, 2 input, 3 routing, 4 too large. Shipments and plan mode are refused.
#[utoipa::path(post, path = "/vroom", tag = "roads", request_body = Value,
    responses((status = 200, body = Value, description = "A solution in VROOM's format"),
        (status = 400, body = Value, description = "`code` 2 or 3 and `error`"),
        (status = 413, body = Value, description = "`code` 4 and `error`"),
        (status = 500, body = Value, description = "`code` 1 and `error`")))]
pub async fn vroom(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let bytes = match read_body(&parts.headers, body, BODY_LIMIT).await {
        Ok(bytes) => bytes,
        Err(problem) if problem.kind == Kind::TooLarge => {
            return failure(&VroomError::too_large(problem.detail));
        }
        Err(problem) => return failure(&VroomError::input(problem.detail)),
    };
    // Reading a large matrix counts.
    let started = Instant::now();
    let Ok(input) = serde_json::from_slice::<Value>(&bytes) else {
        return failure(&VroomError::input("The input is not valid JSON."));
    };
    let solved = app.run(Work::Planning, move |loaded| {
        let ground = &loaded.planner.ground;
        Ok(solve(
            &input,
            &OnGround { ground, loaded },
            LIMIT_S,
            started,
        ))
    });
    match solved.await {
        Ok(Ok(answer)) => Json(answer).into_response(),
        Ok(Err(error)) => failure(&error),
        Err(problem) => busy(problem),
    }
}

fn failure(error: &VroomError) -> Response {
    let status = match error.code {
        Code::Internal => {
            tracing::error!(
                cause = error.message,
                "a problem in VROOM's format failed inside"
            );
            StatusCode::INTERNAL_SERVER_ERROR
        }
        Code::Input | Code::Routing => StatusCode::BAD_REQUEST,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
    };
    (status, Extension(OwnWords), Json(error.body())).into_response()
}

/// The server cannot take it on now.
fn busy(problem: Problem) -> Response {
    let body = VroomError::internal(problem.detail.clone()).body();
    (problem.kind.status(), Extension(OwnWords), Json(body)).into_response()
}
