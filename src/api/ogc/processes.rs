//! OGC API - Processes: what can be computed, at once or as a job.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value as Json, json};

use super::documents::answer_with;
use super::process_jobs::{Ground, ProcessJob, State as JobState, Status};
use super::process_run::{Beside, Process};
use super::{answer, parameters};
use crate::api::extract::{JSON_LIMIT, discard, media_type, read_body, unsupported};
use crate::api::fields::{Fields, Raw, Refusal, short};
use crate::api::problem::{Kind, Problem};
use crate::api::read;
use crate::api::state::{App, Work};
use crate::ogc::documents::{Base, link};

const JSON: &str = "application/json";
/// Where the standard's relations are described.
const RELATIONS: &str = "http://www.opengis.net/def/rel/ogc/1.0";

fn summary(base: &Base, process: Process) -> Json {
    let (title, description) = process.texts();
    let address = base.at(&format!("/processes/{}", process.id()));
    json!({
        "id": process.id(), "version": env!("CARGO_PKG_VERSION"), "title": title, "description": description,
        "jobControlOptions": ["sync-execute", "async-execute", "dismiss"], "outputTransmission": ["value"],
        "links": [
            link(format!("{address}?f=json"), "self", JSON, title),
            link(format!("{address}?f=html"), "alternate", "text/html", title),
            link(format!("{address}/execution"), &format!("{RELATIONS}/execute"), JSON, "POST runs it"),
        ],
    })
}

/// The processes.
pub async fn list(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // There are few: what a limit leaves out is not paged.
    let limit = Fields::from_query(&uri).read_with(|f| {
        let _ = parameters::format(f);
        f.optional("limit", read::integer(1, 10_000))
    })?;
    let asked: Uri = without(&uri, "limit");
    answer_with(app, asked, headers, None, move |asked| {
        let most = limit.map_or(usize::MAX, |limit| limit as usize);
        let list: Vec<Json> = Process::ALL
            .iter()
            .take(most)
            .map(|one| summary(&asked.base, *one))
            .collect();
        let about = json!({
            "processes": list,
            "links": [
                link(asked.base.at("/processes?f=json"), "self", JSON, "This document"),
                link(asked.base.at("/processes?f=html"), "alternate", "text/html", "This document"),
            ],
        });
        Ok((JSON, "Processes".into(), about))
    })
    .await
}

/// The address without one parameter, which was read already.
fn without(uri: &Uri, name: &str) -> Uri {
    let kept = uri.query().unwrap_or_default().split('&');
    let kept: Vec<&str> = kept
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name))
        .collect();
    let text = format!("{}?{}", uri.path(), kept.join("&"));
    text.parse().unwrap_or_else(|_| uri.clone())
}

/// One process with its inputs and outputs.
pub async fn description(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let process = Process::find(&id)?;
    answer_with(app, uri, headers, None, move |asked| {
        let mut about = summary(&asked.base, process);
        let inputs: Map<String, Json> = process
            .inputs()
            .into_iter()
            .map(|(name, title, is_needed, schema)| {
                let input = json!({"title": title, "schema": schema, "minOccurs": u8::from(is_needed), "maxOccurs": 1});
                (name.to_owned(), input)
            })
            .collect();
        let (output, _) = process.output();
        about["inputs"] = Json::Object(inputs);
        about["outputs"] =
            json!({output: {"title": process.texts().0, "schema": process.output_schema()}});
        Ok((JSON, process.texts().0.into(), about))
    })
    .await
}

/// What a request to run a process asks for.
struct Execution {
    inputs: Map<String, Json>,
    /// The output stands under its name in a document, instead of alone.
    in_document: bool,
    /// No output is wanted.
    is_silent: bool,
}

impl Execution {
    fn read(process: Process, body: &[u8]) -> Result<Self, Problem> {
        let object = match serde_json::from_slice(body) {
            Ok(Json::Object(object)) => object,
            Ok(_) => {
                let text = "The body is JSON, but no object: write {\"inputs\": {...}}.";
                return Err(Problem::new(Kind::UnreadableBody, text));
            }
            Err(cause) => {
                let text = format!("The body is not JSON: {cause}.");
                return Err(Problem::new(Kind::UnreadableBody, text));
            }
        };
        let (known, _) = process.output();
        Fields::from_object(object).read_with(|f| {
            let inputs = f.optional("inputs", |raw| match raw {
                Raw::Json(Json::Object(inputs)) => Ok(inputs.clone()),
                _ => Err(Refusal::new(
                    "is no object",
                    "an object with the inputs by name",
                )),
            });
            let outputs = f.optional("outputs", |raw| match raw {
                Raw::Json(Json::Object(outputs)) if outputs.keys().all(|name| name == known) => {
                    Ok(outputs.len())
                }
                _ => Err(Refusal::new(
                    "names what is no output",
                    format!("{{\"{known}\": {{}}}}"),
                )),
            });
            let response = f.optional("response", read::choice(&["raw", "document"]));
            Self {
                inputs: inputs.unwrap_or_default(),
                in_document: response == Some(1),
                is_silent: outputs == Some(0),
            }
        })
    }
}

/// Runs a process: at once, or as a job where `Prefer: respond-async` says so.
pub async fn execute(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    request: Request,
) -> Result<Response, Problem> {
    let process = Process::find(&id)?;
    Fields::from_query(&uri).read_with(|_| ())?;
    let (parts, body) = request.into_parts();
    let kind = media_type(&parts.headers);
    if kind != JSON {
        discard(body).await;
        return Err(unsupported(&kind, JSON));
    }
    let bytes = read_body(&parts.headers, body, JSON_LIMIT).await?;
    let Execution {
        inputs,
        in_document,
        is_silent,
    } = Execution::read(process, &bytes)?;
    let task = process.read(inputs)?;
    let (today, now) = (app.today()?, app.now()?);
    if prefers_async(&parts.headers) {
        let loaded = app.loaded()?;
        let ground = Ground { loaded, today, now };
        let job = app
            .process_jobs()
            .start(ground, process, task, in_document)?;
        let base = answer::base(app.options(), &uri, &parts.headers);
        let about = told(&base, &job, &job.state());
        let mut response = answer::body(JSON, about.to_string().into_bytes());
        *response.status_mut() = StatusCode::CREATED;
        let headers = response.headers_mut();
        if let Ok(place) = HeaderValue::try_from(base.at(&format!("/jobs/{}", job.id))) {
            headers.insert(header::LOCATION, place);
        }
        let applied = HeaderName::from_static("preference-applied");
        headers.insert(applied, HeaderValue::from_static("respond-async"));
        return Ok(response);
    }
    let bytes = app
        .run(Work::Planning, move |loaded| {
            let off = std::sync::atomic::AtomicBool::new(false);
            task.run(&Beside {
                loaded,
                today,
                now,
                off: &off,
            })
        })
        .await?;
    if is_silent {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(result(process, in_document, &bytes))
}

/// RFC 7240: preferences are separated by commas, in one header or several.
fn prefers_async(headers: &HeaderMap) -> bool {
    headers
        .get_all("prefer")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| {
            one.split(';')
                .next()
                .is_some_and(|name| name.trim().eq_ignore_ascii_case("respond-async"))
        })
}

/// The output alone, or under its name.
fn result(process: Process, in_document: bool, bytes: &[u8]) -> Response {
    let (output, media) = process.output();
    if !in_document {
        return answer::body(media, bytes.to_vec());
    }
    let mut text = format!("{{\"{output}\":").into_bytes();
    text.extend(bytes);
    text.push(b'}');
    answer::body(JSON, text)
}

/// A job as it is told of.
fn told(base: &Base, job: &ProcessJob, state: &JobState) -> Json {
    let address = base.at(&format!("/jobs/{}", job.id));
    let mut links = vec![
        link(&*address, "self", JSON, "This job"),
        link(base.at("/jobs"), "up", JSON, "All jobs"),
    ];
    if state.status == Status::Successful {
        let media = if job.in_document {
            JSON
        } else {
            job.process.output().1
        };
        links.push(link(
            format!("{address}/results"),
            &format!("{RELATIONS}/results"),
            media,
            "Its result",
        ));
    }
    let message = match &state.outcome {
        Some(Err(problem)) => Some(problem.detail.clone()),
        _ => None,
    };
    let mut about = json!({
        "jobID": job.id, "id": job.id, "processID": job.process.id(), "type": "process",
        "processingEntityType": "ogc-api-processes", "status": state.status.name(),
        "created": job.created,
        "updated": state.finished.or(state.started).unwrap_or(job.created),
        "progress": if state.status == Status::Successful { 100 } else { 0 }, "links": links,
    });
    // The standard has no null here: what is not known is left out.
    if let Some(message) = message {
        about["message"] = json!(message);
    }
    for (name, at) in [("started", state.started), ("finished", state.finished)] {
        if let Some(at) = at {
            about[name] = json!(at);
        }
    }
    about
}

/// Which jobs.
struct Wanted {
    limit: usize,
    processes: Vec<usize>,
    statuses: Vec<usize>,
    kinds: Vec<usize>,
    shortest_s: Option<f64>,
    longest_s: Option<f64>,
    period: Option<crate::ogc::Period>,
}

impl Wanted {
    fn read(f: &mut Fields, zone: chrono_tz::Tz) -> Self {
        let _ = parameters::format(f);
        let ids = Process::ALL.map(Process::id);
        let names = Status::ALL.map(Status::name);
        let seconds = || read::number(0.0, 1e9);
        Self {
            limit: f.optional("limit", read::integer(1, 10_000)).unwrap_or(100) as usize,
            processes: f
                .optional("processID", read::list(20, read::choice(&ids)))
                .unwrap_or_default(),
            statuses: f
                .optional("status", read::list(20, read::choice(&names)))
                .unwrap_or_default(),
            kinds: f
                .optional("type", read::list(20, read::choice(&["process"])))
                .unwrap_or_default(),
            shortest_s: f.optional("minDuration", seconds()),
            longest_s: f.optional("maxDuration", seconds()),
            period: f.optional("datetime", |raw| parameters::period(raw, zone)),
        }
    }

    fn wants(&self, job: &ProcessJob, state: &JobState, now: DateTime<Utc>) -> bool {
        let listed = |list: &[usize], is: &dyn Fn(usize) -> bool| {
            list.is_empty() || list.iter().any(|i| is(*i))
        };
        let span = state
            .started
            .map(|from| state.finished.unwrap_or(now) - from);
        let seconds = span.map(|span| span.num_milliseconds() as f64 / 1e3);
        listed(&self.processes, &|i| Process::ALL[i] == job.process)
            && listed(&self.statuses, &|i| Status::ALL[i] == state.status)
            && listed(&self.kinds, &|_| true)
            && self
                .shortest_s
                .is_none_or(|least| seconds.is_some_and(|s| s >= least))
            && self
                .longest_s
                .is_none_or(|most| seconds.is_some_and(|s| s <= most))
            && self.period.is_none_or(|period| period.holds(job.created))
    }
}

/// The jobs that wait, run or are kept, newest first.
pub async fn jobs(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let zone = app.loaded()?.zone();
    let wanted = Fields::from_query(&uri).read_with(|f| Wanted::read(f, zone))?;
    let base = answer::base(app.options(), &uri, &headers);
    let now = crate::api::clock::now();
    let list: Vec<Json> = app
        .process_jobs()
        .all()
        .iter()
        .map(|job| (job, job.state()))
        .filter(|(job, state)| wanted.wants(job, state, now))
        .take(wanted.limit)
        .map(|(job, state)| told(&base, job, &state))
        .collect();
    let query = uri.query().unwrap_or_default();
    let kept = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("f="));
    let kept: Vec<&str> = kept.collect();
    let address = |form: &str| {
        let query = [&kept[..], &[form]].concat().join("&");
        base.at(&format!("/jobs?{query}"))
    };
    let about = json!({
        "jobs": list,
        "links": [
            link(address("f=json"), "self", JSON, "This document"),
            link(address("f=html"), "alternate", "text/html", "This document"),
        ],
    });
    shown(&uri, &headers, "Jobs", &about)
}

/// A document that changes by itself: never kept.
fn shown(uri: &Uri, headers: &HeaderMap, title: &str, about: &Json) -> Result<Response, Problem> {
    let query = uri.query().unwrap_or_default();
    let asked = match query
        .split('&')
        .rev()
        .find_map(|pair| pair.strip_prefix("f="))
    {
        Some("html") => Some(crate::ogc::documents::Format::Html),
        Some(_) => Some(crate::ogc::documents::Format::Json),
        None => None,
    };
    let format = answer::format(asked, headers, &[JSON])?;
    let mut response = answer::document(format, JSON, title, about, None)?;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn no_such_job(id: &str) -> Problem {
    let text = format!("There is no job {}, or no longer.", short(id));
    Problem::new(Kind::NoSuchJob, text)
}

/// How a job stands.
pub async fn job(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Fields::from_query(&uri).read_with(parameters::format)?;
    let job = app
        .process_jobs()
        .get(&id)
        .ok_or_else(|| no_such_job(&id))?;
    let base = answer::base(app.options(), &uri, &headers);
    shown(&uri, &headers, &job.id, &told(&base, &job, &job.state()))
}

/// Calls a job off, or forgets one that has ended.
pub async fn dismiss(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Fields::from_query(&uri).read_with(|_| ())?;
    let (job, state) = app
        .process_jobs()
        .dismiss(&id)
        .ok_or_else(|| no_such_job(&id))?;
    let base = answer::base(app.options(), &uri, &headers);
    let about = told(&base, &job, &state);
    Ok(answer::body(JSON, about.to_string().into_bytes()))
}

/// What a job came to.
pub async fn results(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Response, Problem> {
    Fields::from_query(&uri).read_with(|_| ())?;
    let job = app
        .process_jobs()
        .get(&id)
        .ok_or_else(|| no_such_job(&id))?;
    let state = job.state();
    match state.outcome {
        Some(Ok(bytes)) => Ok(result(job.process, job.in_document, &bytes)),
        Some(Err(problem)) => Err(problem),
        None => {
            let status = state.status.name();
            let text = format!("There is no result: the job is {status}.");
            Err(Problem::new(Kind::ResultNotReady, text))
        }
    }
}
