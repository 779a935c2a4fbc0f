//! Planning many rep-days as a job: asked for, followed, called off.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use chrono::{Days, NaiveDate};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{JsonFields, NoParams, Params, PathId};
use super::fields::{Fields, FromFields, Refusal, short};
use super::job_list::{Job, JobOut, JobProgress};
use super::problem::{Problem, ProblemBody};
use super::state::{App, Work};
use super::{lookup, read};
use crate::planner::DayRequest;

/// Days of one job, at most.
const MOST_DAYS: i64 = 62;
/// Rep-days of one job, at most.
const MOST_REP_DAYS: usize = 2_000;

/// What a job plans.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewJob {
    /// Whose days; left out = all active reps. At most 500.
    reps: Option<Vec<String>>,
    /// First local day.
    from: NaiveDate,
    /// Last local day, at most 62 days on.
    to: NaiveDate,
    /// Start of every random choice. Default 1.
    seed: Option<u64>,
}

impl FromFields for NewJob {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let reps = f.optional("reps", read::list(500, read::id));
        let from = f.required("from", read::date);
        let to = f.required("to", read::date);
        let seed = f.optional("seed", read::seed);
        let (from, to) = (from?, to?);
        if !(0..MOST_DAYS).contains(&(to - from).num_days()) {
            f.refuse(
                "to",
                Refusal::new(
                    "is not within 62 days from the first",
                    "a day from the first on",
                ),
            );
        }
        Some(Self {
            reps,
            from,
            to,
            seed,
        })
    }
}

/// Plans the days of a team one after the other, each stored in the place of its former plan; agreed plans stay. Answers at
/// once; the job goes on whether anyone follows it or not. One job runs at a time, eight may wait.
#[utoipa::path(post, path = "/api/v1/jobs", tag = "plans", request_body = NewJob,
    responses((status = 202, body = JobOut), (status = 503, description = "Too many jobs wait", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn start(
    State(app): State<App>,
    JsonFields(ask): JsonFields<NewJob>,
) -> Result<Response, Problem> {
    let days = app
        .run(Work::Reading, move |loaded| {
            let reps: Vec<String> = if let Some(reps) = ask.reps {
                reps
            } else {
                let all = loaded.store.reps()?.into_iter();
                all.filter(|rep| rep.active).map(|rep| rep.id.0).collect()
            };
            for rep in &reps {
                lookup::known_rep(loaded, rep)?;
            }
            let length = (ask.to - ask.from).num_days() as u64;
            let dates = (0..=length).map(|n| ask.from + Days::new(n));
            let days: Vec<DayRequest> = dates
                .flat_map(|date| reps.iter().map(move |rep| (date, rep)))
                .map(|(date, rep)| DayRequest {
                    seed: ask.seed.unwrap_or(1),
                    ..DayRequest::new(rep.as_str().into(), date)
                })
                .take(MOST_REP_DAYS + 1)
                .collect();
            if days.len() > MOST_REP_DAYS {
                let most = format!("at most {MOST_REP_DAYS} days of reps");
                return Err(Problem::field("to", "makes too many days of reps", most));
            }
            Ok(days)
        })
        .await?;
    let job = app.jobs().start(app.loaded()?, days)?;
    let told = job.told();
    let place = HeaderValue::try_from(format!("/api/v1/jobs/{}", told.id));
    let mut response = (StatusCode::ACCEPTED, Json(told)).into_response();
    if let Ok(place) = place {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// Jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobsOut {
    /// Newest first.
    jobs: Vec<JobOut>,
}

/// The jobs that wait, run, or ended lately, newest first.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "plans",
    responses((status = 200, body = JobsOut),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list(State(app): State<App>, Params(NoParams): Params<NoParams>) -> Json<JobsOut> {
    let jobs = app.jobs().all();
    Json(JobsOut {
        jobs: jobs.iter().map(|job| job.told()).collect(),
    })
}

fn known(app: &App, id: &str) -> Result<Arc<Job>, Problem> {
    let job = app.jobs().get(id);
    job.ok_or_else(|| Problem::not_found(format!("There is no job {}.", short(id))))
}

/// A job with its results so far.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "plans", params(("id" = String, Path)),
    responses((status = 200, body = JobOut),
        (status = 404, description = "No such job", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn one(
    State(app): State<App>,
    PathId(id): PathId,
    Params(NoParams): Params<NoParams>,
) -> Result<Json<JobOut>, Problem> {
    Ok(Json(known(&app, &id)?.told()))
}

/// Calls a job off. The days that it has planned stay; one that is over is left as it is.
#[utoipa::path(delete, path = "/api/v1/jobs/{id}", tag = "plans", params(("id" = String, Path)),
    responses((status = 200, body = JobOut),
        (status = 404, description = "No such job", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn cancel(
    State(app): State<App>,
    PathId(id): PathId,
    Params(NoParams): Params<NoParams>,
) -> Result<Json<JobOut>, Problem> {
    known(&app, &id)?;
    let job = app.jobs().cancel(&id);
    let job = job.ok_or_else(|| Problem::not_found("The job is no longer kept."))?;
    Ok(Json(job.told()))
}

/// A job's progress as server-sent events: `progress` as it goes, and last one named after how it ended (`done`,
/// `cancelled` or `failed`). Each carries the newest state; who reads slowly misses some in between.
#[utoipa::path(get, path = "/api/v1/jobs/{id}/events", tag = "plans", params(("id" = String, Path)),
    responses((status = 200, body = JobProgress, content_type = "text/event-stream"),
        (status = 404, description = "No such job", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn events(
    State(app): State<App>,
    PathId(id): PathId,
    Params(NoParams): Params<NoParams>,
) -> Result<Response, Problem> {
    let mut states = known(&app, &id)?.follow();
    states.mark_changed();
    let events = stream::unfold(Some(states), async |states| {
        let mut states = states?;
        // The sender lives as long as the job is listed.
        states.changed().await.ok()?;
        let progress = states.borrow_and_update().clone();
        let over = progress.status.is_final();
        let told: Result<Event, Infallible> = Ok(event(&progress));
        Some((told, (!over).then_some(states)))
    });
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
        .into_response();
    // Proxies must pass each event on.
    let headers = response.headers_mut();
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

fn event(progress: &JobProgress) -> Event {
    let name = serde_json::to_value(progress.status).unwrap_or_default();
    let name = name.as_str().filter(|_| progress.status.is_final());
    let event = Event::default().event(name.unwrap_or("progress"));
    let text = serde_json::to_string(progress).unwrap_or_default();
    event.data(text)
}
