//! Where coverage falls short, and why: the table, the accounts behind it, and cells.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::NaiveDate;
use utoipa::IntoParams;

use super::account_query::AccountParams;
use super::account_view::{self, AccountProperties};
use super::extract::Params;
use super::fields::{Fields, FromFields, Raw, Refusal};
use super::geo::{Collection, GeoJson};
use super::problem::{Problem, ProblemBody};
use super::state::{App, Loaded, Work};
use super::{caching, read, standing};
use crate::coverage::cells::{COARSEST, FINEST, Weight};
use crate::geojson::coverage::{CellProperties, CoverageAnswer, cell};
use crate::planner::CoverageRequest;

/// Which coverage.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CoverageParams {
    /// The day; default today.
    date: Option<NaiveDate>,
    /// Days to look back on, ending with the day, 7 to 731; default 84.
    window_days: Option<u32>,
    /// Reach limit, 1 to 240; default 45.
    minutes: Option<u32>,
    /// Accounts of this rep only.
    rep: Option<String>,
    /// Accounts of this class only.
    class: Option<String>,
}

impl FromFields for CoverageParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        Some(Self {
            date: f.optional("date", read::date),
            window_days: f.optional("window_days", read::integer(7, 731)),
            minutes: f.optional("minutes", read::integer(1, 240)),
            rep: f.optional("rep", read::id),
            class: f.optional("class", read::id),
        })
    }
}

/// Coverage as fractions: each metric with numerator, denominator and formula, causes that sum to the total, by rep and
/// class.
#[utoipa::path(get, path = "/api/v1/coverage", tag = "coverage", params(CoverageParams),
    responses((status = 200, body = CoverageAnswer), (status = 304, description = "Unchanged"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn table(
    State(app): State<App>,
    Params(params): Params<CoverageParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let today = app.today()?;
    app.run(Work::Planning, move |loaded| {
        let date = params.date.unwrap_or(today);
        caching::by_revision(loaded, &headers, &date, || {
            Ok(Json(answer(loaded, &params, today)?))
        })
    })
    .await
}

/// Coverage in figures; without a date, that of today.
///
/// # Errors
/// When the store cannot be read.
pub fn answer(
    loaded: &Loaded,
    params: &CoverageParams,
    today: NaiveDate,
) -> Result<CoverageAnswer, Problem> {
    let ask = CoverageRequest {
        date: params.date.unwrap_or(today),
        window_days: params.window_days,
        reach_min: params.minutes,
        rep: params.rep.as_deref().map(Into::into),
        class: params.class.clone(),
    };
    let coverage = loaded.planner.coverage(&ask)?;
    Ok(CoverageAnswer::from(&coverage))
}

/// Active accounts with their gap cause and what would help, by id. Filter by `cause` for the accounts behind a number of
/// the table.
#[utoipa::path(get, path = "/api/v1/coverage/accounts", tag = "coverage", params(AccountParams),
    responses((status = 200, body = Collection<AccountProperties>, content_type = "application/geo+json"),
        (status = 304, description = "Unchanged"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn accounts(
    State(app): State<App>,
    Params(params): Params<AccountParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let today = app.today()?;
    app.run(Work::Reading, move |loaded| {
        let date = params.date.unwrap_or(today);
        caching::by_revision(loaded, &headers, &date, || {
            let all = standing::all(loaded, date, params.minutes)?;
            let wanted: Vec<_> = all
                .iter()
                .filter(|one| one.account.active && params.wants(one))
                .collect();
            Ok(GeoJson(account_view::page(loaded, &params, &wanted)?))
        })
    })
    .await
}

/// Which cells.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CellParams {
    /// The day; default today.
    date: Option<NaiveDate>,
    /// H3 resolution 5 to 9, or `auto` (default): fine enough to see, coarse enough to read.
    #[param(value_type = Option<String>)]
    res: Option<Resolution>,
    /// What a cell's gap counts: `accounts` (default) or `value`.
    #[param(value_type = Option<String>)]
    weight: Option<Weight>,
    /// Reach limit, 1 to 240; default 45.
    minutes: Option<u32>,
    /// Accounts of this rep only.
    rep: Option<String>,
    /// Accounts of this class only.
    class: Option<String>,
}

#[derive(Clone, Copy, Debug)]
enum Resolution {
    Auto,
    Fixed(u8),
}

impl FromFields for CellParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        const WEIGHTS: [(&str, Weight); 2] =
            [("accounts", Weight::Accounts), ("value", Weight::Value)];
        let names = WEIGHTS.map(|(name, _)| name);
        Some(Self {
            date: f.optional("date", read::date),
            res: f.optional("res", resolution),
            weight: f
                .optional("weight", read::choice(&names))
                .map(|i| WEIGHTS[i].1),
            minutes: f.optional("minutes", read::integer(1, 240)),
            rep: f.optional("rep", read::id),
            class: f.optional("class", read::id),
        })
    }
}

fn resolution(raw: Raw<'_>) -> read::Read<Resolution> {
    if matches!(raw, Raw::Text("auto")) {
        return Ok(Resolution::Auto);
    }
    read::integer(u32::from(COARSEST), u32::from(FINEST))(raw)
        .map(|res| Resolution::Fixed(res as u8))
        .map_err(|refusal| Refusal {
            cure: format!("auto, or {}", refusal.cure),
            ..refusal
        })
}

/// H3 cells that hold accounts, with their gap. Accounts without a place are in no cell: `total` counts cells.
#[utoipa::path(get, path = "/api/v1/coverage/cells", tag = "coverage", params(CellParams),
    responses((status = 200, body = Collection<CellProperties>, content_type = "application/geo+json"),
        (status = 304, description = "Unchanged"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn cell_map(
    State(app): State<App>,
    Params(params): Params<CellParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let today = app.today()?;
    app.run(Work::Reading, move |loaded| {
        let date = params.date.unwrap_or(today);
        caching::by_revision(loaded, &headers, &date, || {
            let resolution = match params.res {
                Some(Resolution::Fixed(res)) => Some(res),
                Some(Resolution::Auto) | None => None,
            };
            let facts = loaded.planner.coverage_facts(&CoverageRequest {
                date,
                window_days: None,
                reach_min: params.minutes,
                rep: params.rep.as_deref().map(Into::into),
                class: params.class.clone(),
            })?;
            let cells = facts.cells(resolution, params.weight.unwrap_or_default());
            let features = cells.cells.iter().map(cell).collect();
            Ok(GeoJson(
                Collection::new(features, facts.book().as_of).of_run(facts.run_id),
            ))
        })
    })
    .await
}
