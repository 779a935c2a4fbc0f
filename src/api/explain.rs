//! Why an account is in a day or out of it, and when it could be visited.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::extract::Params;
use super::fields::{Fields, FromFields, Refusal};
use super::problem::{Problem, ProblemBody};
use super::state::{App, Work};
use super::{clock, lookup, read};
use crate::geojson::explain::{ExplanationOut, SlotOut, explanation, slot};
use crate::planner::SlotsRequest;

/// An account on a rep's day.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExplainParams {
    /// Whose day.
    pub rep: String,
    /// Which local day.
    pub date: NaiveDate,
    /// Which account.
    pub account: String,
}

impl FromFields for ExplainParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let rep = f.required("rep", read::id);
        let date = f.required("date", read::date);
        let account = f.required("account", read::id);
        Some(Self {
            rep: rep?,
            date: date?,
            account: account?,
        })
    }
}

/// Why an account is in a kept day, or out of it: for each rep-day the first rule in the way and the smallest change that
/// would let it in, seen by solving the day anew with it and with one step less (to proof for days of up to twelve visits).
#[utoipa::path(get, path = "/api/v1/plans/day/explain", tag = "plans", params(ExplainParams),
    responses((status = 200, body = ExplanationOut),
        (status = 404, description = "Not planned yet, or no such account", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn explain(
    State(app): State<App>,
    Params(params): Params<ExplainParams>,
) -> Result<Json<ExplanationOut>, Problem> {
    app.run(Work::Planning, move |loaded| {
        let rep = params.rep.as_str().into();
        let account = params.account.as_str().into();
        let found = loaded.planner.explain(&rep, params.date, &account)?;
        Ok(Json(explanation(&found)))
    })
    .await
}

/// Days that one search for slots may span.
const MOST_DAYS: i64 = 62;

/// Where to look for slots.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SlotParams {
    /// For whom.
    pub account: String,
    /// First local day; default today.
    pub from: Option<NaiveDate>,
    /// Last local day; default two weeks after the first, at most 62 days.
    pub to: Option<NaiveDate>,
    /// Who would go; default the account's own rep, or any when it has none.
    pub rep: Option<String>,
    /// How many slots, 1 to 200; default 20.
    pub limit: Option<u32>,
}

impl FromFields for SlotParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let account = f.required("account", read::id);
        let from = f.optional("from", read::date);
        let to = f.optional("to", read::date);
        let rep = f.optional("rep", read::id);
        let limit = f.optional("limit", read::integer(1, 200));
        if let Some((from, to)) = from.zip(to)
            && !(0..MOST_DAYS).contains(&(to - from).num_days())
        {
            f.refuse(
                "to",
                Refusal::new(
                    "is not within 62 days from the first",
                    "a day from the first on",
                ),
            );
        }
        Some(Self {
            account: account?,
            from,
            to,
            rep,
            limit,
        })
    }
}

/// When an account could be visited.
#[derive(Debug, Serialize, ToSchema)]
pub struct Slots {
    account: String,
    from: NaiveDate,
    to: NaiveDate,
    /// Cheapest first.
    slots: Vec<SlotOut>,
    /// How many there are with those beyond the limit; of one rep-day at most three are counted.
    total: usize,
    /// Last change of the book.
    as_of: Option<DateTime<Utc>>,
}

/// Days and times at which a visit fits into plans that stay as they are, cheapest first.
#[utoipa::path(get, path = "/api/v1/slots", tag = "plans", params(SlotParams),
    responses((status = 200, body = Slots),
        (status = 404, description = "No such account or rep", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn slots(
    State(app): State<App>,
    Params(params): Params<SlotParams>,
) -> Result<Json<Slots>, Problem> {
    let today = app.today()?;
    let fixed_today = app.options().today.is_some();
    app.run(Work::Reading, move |loaded| {
        if let Some(rep) = &params.rep {
            lookup::rep_by_id(loaded, rep)?;
        }
        let from = params.from.unwrap_or(today);
        let to = params.to.unwrap_or(from + TimeDelta::days(13));
        if !(0..MOST_DAYS).contains(&(to - from).num_days()) {
            return Err(Problem::field(
                "to",
                "is not within 62 days from the first",
                "a day from the first on",
            ));
        }
        // A server whose today was set lives outside of time.
        let now = clock::now().with_timezone(&loaded.zone()).fixed_offset();
        let found = loaded.planner.slots(&SlotsRequest {
            account: params.account.as_str().into(),
            from,
            to,
            rep: params.rep.as_deref().map(Into::into),
            not_before: (!fixed_today).then_some(now),
        })?;
        let limit = params.limit.unwrap_or(20) as usize;
        Ok(Json(Slots {
            account: params.account,
            from,
            to,
            total: found.len(),
            slots: found.iter().take(limit).map(slot).collect(),
            as_of: loaded.store.as_of()?,
        }))
    })
    .await
}
