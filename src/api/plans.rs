//! Planned days: asked for, made, listed.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{JsonFields, Params};
use super::fields::{Fields, FromFields, Refusal};
use super::geo::GeoJson;
use super::problem::{Kind, Problem, ProblemBody};
use super::state::{App, Loaded, Work};
use super::{caching, lookup, read};
use crate::geojson::day::{Day, PlanSummary, day, summary};
use crate::planner::{Control, DayPlan, DayRequest, plan_id};
use crate::store::Slice;

/// One rep's day.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DayParams {
    /// Whose day.
    pub rep: String,
    /// Which local day.
    pub date: NaiveDate,
}

impl FromFields for DayParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let rep = f.required("rep", read::id);
        let date = f.required("date", read::date);
        Some(Self {
            rep: rep?,
            date: date?,
        })
    }
}

/// The stored plan of a rep and day, with what has become of its visits.
pub fn stored(loaded: &Loaded, rep: &str, date: NaiveDate) -> Result<DayPlan, Problem> {
    let plan = loaded.planner.stored_plan(&rep.into(), date)?;
    plan.ok_or_else(|| {
        let rep = super::fields::short(rep);
        Problem::not_found(format!(
            "There is no plan of {rep} for {date}; POST /api/v1/plans/day makes one."
        ))
    })
}

/// The features of a plan.
pub fn features(plan: &DayPlan) -> GeoJson<Day> {
    GeoJson(day(plan, &plan_id(&plan.rep, plan.date)))
}

/// The stored plan of a rep and day.
#[utoipa::path(get, path = "/api/v1/plans/day", tag = "plans", params(DayParams),
    responses((status = 200, body = Day, content_type = "application/geo+json"),
        (status = 304, description = "Unchanged"),
        (status = 404, description = "Not planned yet", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn get(
    State(app): State<App>,
    Params(params): Params<DayParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    app.run(Work::Reading, move |loaded| {
        caching::by_revision(loaded, &headers, &(), || {
            Ok(features(&stored(loaded, &params.rep, params.date)?))
        })
    })
    .await
}

/// What to plan.
#[derive(Debug, Deserialize, ToSchema)]
pub struct PlanRequest {
    /// Whose day.
    rep: String,
    /// Which local day.
    date: NaiveDate,
    /// Start of every random choice; equal seeds give equal plans. Default 1.
    seed: Option<u64>,
    /// Leave home at this local time, `08:30`, instead of the start of the shift.
    #[schema(value_type = Option<String>)]
    start: Option<NaiveTime>,
    /// Accounts to visit whatever their cadence says; at most 50.
    must_visit: Option<Vec<String>>,
    /// Also list accounts that are not due among those left out.
    list_not_due: Option<bool>,
    /// Forget what people changed by hand in the day's plan: who they asked for, took out or held at a time, and other hours.
    afresh: Option<bool>,
}

impl FromFields for PlanRequest {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let rep = f.required("rep", read::id);
        let date = f.required("date", read::date);
        let seed = f.optional("seed", read::seed);
        let start = f.optional("start", read::time);
        let must_visit = f.optional("must_visit", read::list(50, read::id));
        let list_not_due = f.optional("list_not_due", read::flag);
        let afresh = f.optional("afresh", read::flag);
        Some(Self {
            rep: rep?,
            date: date?,
            seed,
            start,
            must_visit,
            list_not_due,
            afresh,
        })
    }
}

impl From<PlanRequest> for DayRequest {
    fn from(ask: PlanRequest) -> Self {
        let plain = Self::new(ask.rep.as_str().into(), ask.date);
        Self {
            seed: ask.seed.unwrap_or(plain.seed),
            start: ask.start,
            must_visit: ask
                .must_visit
                .unwrap_or_default()
                .iter()
                .map(|id| id.as_str().into())
                .collect(),
            list_not_due: ask.list_not_due.unwrap_or(plain.list_not_due),
            afresh: ask.afresh.unwrap_or(plain.afresh),
            ..plain
        }
    }
}

/// Plans a day, stores the plan in place of the one before and returns it. Agreed visits, appointments and what is done
/// stay, and so does what people changed by hand, unless `afresh` is asked for.
#[utoipa::path(post, path = "/api/v1/plans/day", tag = "plans", request_body = PlanRequest,
    responses((status = 200, body = Day, content_type = "application/geo+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn make(
    State(app): State<App>,
    JsonFields(ask): JsonFields<PlanRequest>,
) -> Result<GeoJson<Day>, Problem> {
    let began = std::time::Instant::now();
    let now = app.now()?;
    let planned = app
        .run(Work::Planning, move |loaded| {
            planned(loaded, ask, now, &|| Control::Continue)
        })
        .await?;
    app.metrics().plan(began.elapsed(), planned.stops.len());
    Ok(features(&planned))
}

/// Plans a day and stores the plan, unless `control` stops it.
///
/// # Errors
/// Unknown names, an agreed plan, a home off the roads; a conflict when it was stopped.
pub fn planned(
    loaded: &Loaded,
    ask: PlanRequest,
    now: DateTime<Utc>,
    control: &dyn Fn() -> Control,
) -> Result<DayPlan, Problem> {
    lookup::known_rep(loaded, &ask.rep)?;
    for account in ask.must_visit.iter().flatten() {
        lookup::known_account(loaded, account)?;
    }
    let plan = loaded
        .planner
        .plan_day_watched(&ask.into(), &|_| control())?;
    if control() == Control::Stop {
        return Err(Problem::new(Kind::Conflict, "The plan was called off."));
    }
    loaded.planner.store_plan(&plan, now)?;
    Ok(plan)
}

/// Which plans.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlansParams {
    /// Of this rep.
    pub rep: Option<String>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl FromFields for PlansParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let params = Self {
            rep: f.optional("rep", read::id),
            from: f.optional("from", read::date),
            to: f.optional("to", read::date),
        };
        if params
            .from
            .zip(params.to)
            .is_some_and(|(from, to)| from > to)
        {
            f.refuse(
                "to",
                Refusal::new("lies before from", "a day not before from"),
            );
        }
        Some(params)
    }
}

/// Planned days in figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct Plans {
    /// By date and rep.
    plans: Vec<PlanSummary>,
    total: usize,
    /// Last change of the book.
    as_of: Option<DateTime<Utc>>,
}

/// Planned days in figures, by date and rep.
#[utoipa::path(get, path = "/api/v1/plans", tag = "plans", params(PlansParams),
    responses((status = 200, body = Plans), (status = 304, description = "Unchanged"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<App>,
    Params(params): Params<PlansParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    app.run(Work::Reading, move |loaded| {
        let slice = Slice {
            rep: params.rep.as_deref().map(Into::into),
            from: params.from,
            to: params.to,
            ..Slice::default()
        };
        caching::by_revision(loaded, &headers, &(), || {
            let plans: Vec<PlanSummary> = loaded
                .planner
                .stored_plans(&slice)?
                .iter()
                .map(|plan| summary(plan, &plan_id(&plan.rep, plan.date)))
                .collect();
            Ok(Json(Plans {
                total: plans.len(),
                plans,
                as_of: loaded.store.as_of()?,
            }))
        })
    })
    .await
}
