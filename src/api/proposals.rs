//! A kept day planned again or changed by hand: proposed, accepted, undone, compared.

use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::extract::{JsonFields, Params};
use super::fields::{Fields, FromFields, Raw, Refusal};
use super::geo::GeoJson;
use super::plans::features;
use super::problem::{Problem, ProblemBody};
use super::state::{App, Loaded, Work};
use super::{clock, lookup, read};
use crate::geojson::day::Day;
use crate::geojson::proposal::{Comparison, ProposedDay, comparison, proposal};
use crate::geometry::LonLat;
use crate::planner::{Edit, EditRequest, Hours, ReplanRequest};

/// Edits of one request, at most.
const MOST_EDITS: usize = 50;

/// An instant in the region's zone.
fn local(loaded: &Loaded, at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&loaded.zone()).fixed_offset()
}

/// Plan the rest of a day again.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReplanBody {
    /// Whose day.
    rep: String,
    /// Which local day.
    date: NaiveDate,
    /// The time it is.
    now: DateTime<Utc>,
    /// Where the rep is, `[lon, lat]`; left out = at the last stop done, or at home. From a place on the map that no road leads
    /// on from, such as a beach or a ferry, the day is planned as if left out, with a warning.
    #[schema(value_type = Option<[f64; 2]>)]
    here: Option<LonLat>,
    /// What dropping a suggested visit of the plan costs, in seconds of travel, up to a day. Default: the team's setting.
    stability_s: Option<u32>,
}

impl FromFields for ReplanBody {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let rep = f.required("rep", read::id);
        let date = f.required("date", read::date);
        let now = f.required("now", read::instant);
        let here = f.optional("here", read::lon_lat);
        let stability_s = f.optional("stability_s", read::integer(0, 86_400));
        let (date, now) = (date?, now?);
        of_the_day(f, date, now);
        Some(Self {
            rep: rep?,
            date,
            now,
            here,
            stability_s,
        })
    }
}

/// Plans the rest of a kept day again, from now and here: what was done stays, what was agreed stays, the rest is solved
/// anew. A proposal: nothing changes until it is accepted.
#[utoipa::path(post, path = "/api/v1/plans/day/replan", tag = "plans", request_body = ReplanBody,
    responses((status = 200, body = ProposedDay, content_type = "application/geo+json"),
        (status = 404, description = "Not planned yet", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn replan(
    State(app): State<App>,
    JsonFields(ask): JsonFields<ReplanBody>,
) -> Result<GeoJson<ProposedDay>, Problem> {
    app.run(Work::Planning, move |loaded| {
        lookup::known_rep(loaded, &ask.rep)?;
        let found = loaded.planner.replan(&ReplanRequest {
            rep: ask.rep.as_str().into(),
            date: ask.date,
            now: local(loaded, ask.now),
            here: ask.here,
            stability_s: ask.stability_s,
        })?;
        loaded.planner.keep_proposal(&found, clock::now())?;
        Ok(GeoJson(proposal(&found)))
    })
    .await
}

/// Change a day by hand.
#[derive(Debug, ToSchema)]
pub struct EditBody {
    /// Whose day.
    rep: String,
    /// Which local day.
    date: NaiveDate,
    /// One after the other, each an object of one kind: `{"move": account, "to": 3}`, `{"swap": [account, account]}`,
    /// `{"insert": account, "to": 2}` (without `to`: where it costs least), `{"remove": account}`, `{"pin": account}`,
    /// `{"unpin": account}`. Places count from 1 among the stops still to come. At most 50.
    #[schema(value_type = Vec<Object>)]
    edits: Vec<Edit>,
    /// Leave home at this local time on that day.
    #[schema(value_type = Option<String>)]
    start: Option<NaiveTime>,
    /// Be back by this local time on that day.
    #[schema(value_type = Option<String>)]
    end: Option<NaiveTime>,
    /// The time it is, in the middle of the day.
    now: Option<DateTime<Utc>>,
    /// Plan the rest again around what the edits name and what is pinned.
    repair: Option<bool>,
    /// Only say what it would come to: the proposal is not kept and cannot be accepted.
    dry: Option<bool>,
}

impl FromFields for EditBody {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let rep = f.required("rep", read::id);
        let date = f.required("date", read::date);
        let edits = f.required("edits", read::list(MOST_EDITS, edit));
        let start = f.optional("start", read::time);
        let end = f.optional("end", read::time);
        let now = f.optional("now", read::instant);
        let repair = f.optional("repair", read::flag);
        let dry = f.optional("dry", read::flag);
        if let (Some(date), Some(now)) = (date, now) {
            of_the_day(f, date, now);
        }
        if start.zip(end).is_some_and(|(start, end)| end <= start) {
            f.refuse("end", Refusal::new("is not after start", "a later time"));
        }
        Some(Self {
            rep: rep?,
            date: date?,
            edits: edits?,
            start,
            end,
            now,
            repair,
            dry,
        })
    }
}

/// Refuses a `now` that is far from the day.
fn of_the_day(f: &mut Fields, date: NaiveDate, now: DateTime<Utc>) {
    let noon = date.and_time(NaiveTime::MIN).and_utc() + chrono::TimeDelta::hours(12);
    if (now - noon).num_hours().abs() > 48 {
        f.refuse(
            "now",
            Refusal::new("lies on another day", "an instant of the date"),
        );
    }
}

/// One edit: an object with the name of its kind.
fn edit(raw: Raw<'_>) -> Result<Edit, Refusal> {
    let wrong = || {
        Refusal::new(
            "holds something that is no edit",
            "{\"move\": account, \"to\": 3}, {\"swap\": [a, b]}, {\"insert\": account}, {\"remove\": account}, \
             {\"pin\": account} or {\"unpin\": account}",
        )
    };
    let Raw::Json(Value::Object(object)) = raw else {
        return Err(wrong());
    };
    let id = |value: &Value| read::id(Raw::Json(value));
    let place = |value: &Value| read::integer(1, 10_000)(Raw::Json(value));
    let to = object.get("to").map(place).transpose()?;
    let mut kinds = object.iter().filter(|(name, _)| *name != "to");
    let (Some((kind, value)), None) = (kinds.next(), kinds.next()) else {
        return Err(wrong());
    };
    match (kind.as_str(), to) {
        ("move", Some(to)) => Ok(Edit::Move {
            account: id(value)?.as_str().into(),
            to,
        }),
        ("insert", to) => Ok(Edit::Insert {
            account: id(value)?.as_str().into(),
            to,
        }),
        ("swap", None) => match read::list(2, read::id)(Raw::Json(value))?.as_slice() {
            [a, b] => Ok(Edit::Swap {
                a: a.as_str().into(),
                b: b.as_str().into(),
            }),
            _ => Err(wrong()),
        },
        ("remove", None) => Ok(Edit::Remove {
            account: id(value)?.as_str().into(),
        }),
        ("pin", None) => Ok(Edit::Pin {
            account: id(value)?.as_str().into(),
        }),
        ("unpin", None) => Ok(Edit::Unpin {
            account: id(value)?.as_str().into(),
        }),
        _ => Err(wrong()),
    }
}

/// Changes a kept day by hand: move, swap, insert, remove, pin. What it breaks and what it costs come back at once; with
/// `repair` the rest is planned again around it. A proposal: nothing changes until it is accepted.
#[utoipa::path(post, path = "/api/v1/plans/day/edit", tag = "plans", request_body = EditBody,
    responses((status = 200, body = ProposedDay, content_type = "application/geo+json"),
        (status = 409, description = "No such stop to come, or it cannot be visited", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn edit_day(
    State(app): State<App>,
    JsonFields(ask): JsonFields<EditBody>,
) -> Result<GeoJson<ProposedDay>, Problem> {
    app.run(Work::Planning, move |loaded| {
        lookup::known_rep(loaded, &ask.rep)?;
        for account in ask.edits.iter().flat_map(Edit::accounts) {
            lookup::known_account(loaded, &account.0)?;
        }
        let found = loaded.planner.edit(&EditRequest {
            rep: ask.rep.as_str().into(),
            date: ask.date,
            edits: ask.edits,
            hours: Hours {
                start: ask.start,
                end: ask.end,
            },
            now: ask.now.map(|now| local(loaded, now)),
            repair: ask.repair.unwrap_or(false),
        })?;
        if !ask.dry.unwrap_or(false) {
            loaded.planner.keep_proposal(&found, clock::now())?;
        }
        Ok(GeoJson(proposal(&found)))
    })
    .await
}

/// Which proposal, or which plan.
#[derive(Debug, Deserialize, ToSchema)]
pub struct RunOfDay {
    /// Whose day.
    rep: String,
    /// Which local day.
    date: NaiveDate,
    /// The run to accept, or to undo.
    run_id: String,
}

impl FromFields for RunOfDay {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let rep = f.required("rep", read::id);
        let date = f.required("date", read::date);
        let run_id = f.required("run_id", read::id);
        Some(Self {
            rep: rep?,
            date: date?,
            run_id: run_id?,
        })
    }
}

/// Puts a proposal in the place of the plan that it was made from. Accepting again changes nothing.
#[utoipa::path(post, path = "/api/v1/plans/day/accept", tag = "plans", request_body = RunOfDay,
    responses((status = 200, body = Day, content_type = "application/geo+json"),
        (status = 409, description = "The day has changed since", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn accept(
    State(app): State<App>,
    JsonFields(ask): JsonFields<RunOfDay>,
) -> Result<GeoJson<Day>, Problem> {
    app.run(Work::Reading, move |loaded| {
        let rep = ask.rep.as_str().into();
        let plan = loaded
            .planner
            .accept(&rep, ask.date, &ask.run_id, clock::now())?;
        Ok(features(&plan))
    })
    .await
}

/// Puts the plan back that a run replaced. Undoing again changes nothing.
#[utoipa::path(post, path = "/api/v1/plans/day/undo", tag = "plans", request_body = RunOfDay,
    responses((status = 200, body = Day, content_type = "application/geo+json"),
        (status = 409, description = "The day has changed since", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn undo(
    State(app): State<App>,
    JsonFields(ask): JsonFields<RunOfDay>,
) -> Result<GeoJson<Day>, Problem> {
    app.run(Work::Reading, move |loaded| {
        let rep = ask.rep.as_str().into();
        let plan = loaded
            .planner
            .undo(&rep, ask.date, &ask.run_id, clock::now())?;
        Ok(features(&plan))
    })
    .await
}

/// Two runs.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TwoRuns {
    /// The run before.
    pub a: String,
    /// The run after.
    pub b: String,
}

impl FromFields for TwoRuns {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let a = f.required("a", read::id);
        let b = f.required("b", read::id);
        Some(Self { a: a?, b: b? })
    }
}

/// What one run's plan changes against another's. Of each rep's day the last 60 runs are kept.
#[utoipa::path(get, path = "/api/v1/plans/compare", tag = "plans", params(TwoRuns),
    responses((status = 200, body = Comparison),
        (status = 404, description = "No such run", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn compare(
    State(app): State<App>,
    Params(runs): Params<TwoRuns>,
) -> Result<axum::Json<Comparison>, Problem> {
    app.run(Work::Reading, move |loaded| {
        let (a, b, diff) = loaded.planner.compare(&runs.a, &runs.b)?;
        Ok(axum::Json(comparison(&a, &b, &diff)))
    })
    .await
}
