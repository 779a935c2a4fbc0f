//! The visit log: what was planned, what happened.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::account_view::{self, AccountProperties};
use super::extract::{JsonFields, Params, PathId};
use super::fields::{Fields, FromFields, Refusal};
use super::geo::{Collection, Feature, GeoJson, Geometry};
use super::problem::{Problem, ProblemBody};
use super::state::{App, Loaded, Work};
use super::{clock, lookup, read, standing};
use crate::accounts::{Account, AccountId, Visit, VisitId, VisitStatus};
use crate::planner;
use crate::store::Slice;

/// What may be recorded.
pub(super) const OUTCOMES: [(&str, VisitStatus); 5] = [
    ("done", VisitStatus::Done),
    ("missed", VisitStatus::Missed),
    ("phone", VisitStatus::Phone),
    ("refused", VisitStatus::Refused),
    ("cancelled", VisitStatus::Cancelled),
];

/// One visit.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct VisitProperties {
    id: String,
    account: String,
    account_name: Option<String>,
    rep: String,
    /// Local day.
    date: NaiveDate,
    start: Option<DateTime<FixedOffset>>,
    end: Option<DateTime<FixedOffset>>,
    #[schema(value_type = String)]
    status: VisitStatus,
    purpose: Option<String>,
    outcome: Option<String>,
    note: Option<String>,
    /// `import`, `plan` or `manual`.
    source: String,
    recorded_at: Option<DateTime<Utc>>,
}

impl VisitProperties {
    /// As served, in the region's zone.
    pub fn new(visit: &Visit, account: Option<&Account>, zone: chrono_tz::Tz) -> Self {
        let at = |time: NaiveTime| clock::instant(zone, visit.date, time);
        Self {
            id: visit.id.0.clone(),
            account: visit.account.0.clone(),
            account_name: account.map(|account| account.name.clone()),
            rep: visit.rep.0.clone(),
            date: visit.date,
            start: visit.start.map(at),
            end: visit.end.map(at),
            status: visit.status,
            purpose: visit.purpose.clone(),
            outcome: visit.outcome.clone(),
            note: visit.note.clone(),
            source: visit.source.clone(),
            recorded_at: visit.recorded_at,
        }
    }
}

fn feature(
    visit: &Visit,
    account: Option<&Account>,
    zone: chrono_tz::Tz,
) -> Feature<VisitProperties> {
    let place = account
        .and_then(|account| account.location)
        .map(|location| Geometry::point(location.at));
    Feature::new(
        visit.id.0.clone(),
        place,
        VisitProperties::new(visit, account, zone),
    )
}

/// Which visits or appointments.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SliceParams {
    /// Of this rep.
    pub rep: Option<String>,
    /// Of this account.
    pub account: Option<String>,
    /// First day.
    pub from: Option<NaiveDate>,
    /// Last day.
    pub to: Option<NaiveDate>,
}

impl FromFields for SliceParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let params = Self {
            rep: f.optional("rep", read::id),
            account: f.optional("account", read::id),
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

impl From<SliceParams> for Slice {
    fn from(params: SliceParams) -> Self {
        Self {
            rep: params.rep.as_deref().map(Into::into),
            account: params.account.as_deref().map(Into::into),
            from: params.from,
            to: params.to,
        }
    }
}

/// Visits, by day, start and id.
#[utoipa::path(get, path = "/api/v1/visits", tag = "book", params(SliceParams),
    responses((status = 200, body = Collection<VisitProperties>, content_type = "application/geo+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<App>,
    Params(slice): Params<SliceParams>,
) -> Result<GeoJson<Collection<VisitProperties>>, Problem> {
    app.run(Work::Reading, move |loaded| {
        let visits = loaded.store.visits(&slice.into())?;
        let accounts = by_id(loaded)?;
        let features = visits
            .iter()
            .map(|visit| feature(visit, accounts.get(&visit.account), loaded.zone()))
            .collect();
        Ok(GeoJson(Collection::new(features, loaded.store.as_of()?)))
    })
    .await
}

fn by_id(loaded: &Loaded) -> Result<BTreeMap<AccountId, Account>, Problem> {
    let accounts = loaded.store.accounts()?;
    Ok(accounts.into_iter().map(|a| (a.id.clone(), a)).collect())
}

/// A visit that happened, or did not, without a plan.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewVisit)]
pub struct NewVisit {
    /// Whom.
    account: String,
    /// Who.
    rep: String,
    /// Local day.
    date: NaiveDate,
    /// What became of it: `done`, `missed`, `phone`, `refused` or `cancelled`.
    #[schema(value_type = String)]
    status: VisitStatus,
    /// Local start, `08:30`.
    #[schema(value_type = Option<String>)]
    start: Option<NaiveTime>,
    /// Local end.
    #[schema(value_type = Option<String>)]
    end: Option<NaiveTime>,
    /// Why.
    purpose: Option<String>,
    /// What came out.
    outcome: Option<String>,
    /// Note.
    note: Option<String>,
    #[serde(flatten)]
    noted: Noted,
}

impl FromFields for NewVisit {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let account = f.required("account", read::id);
        let rep = f.required("rep", read::id);
        let date = f.required("date", read::date);
        let status = status(f);
        let start = f.optional("start", read::time);
        let end = f.optional("end", read::time);
        if start.zip(end).is_some_and(|(start, end)| end < start) {
            f.refuse("end", Refusal::new("lies before start", "a later time"));
        }
        let purpose = f.optional("purpose", read::text(200));
        let outcome = f.optional("outcome", read::text(500));
        let note = f.optional("note", read::text(4_000));
        let noted = Noted::read(f);
        Some(Self {
            account: account?,
            rep: rep?,
            date: date?,
            status: status?,
            start,
            end,
            purpose,
            outcome,
            note,
            noted,
        })
    }
}

/// When something was noted down, for phones that were offline: one of the two, or none for now. An outcome that was noted
/// earlier than what is recorded of the visit changes nothing, and the answer tells what stands.
#[derive(Debug, Deserialize, ToSchema)]
struct Noted {
    /// When it was noted down; default now. The visit keeps its planned day.
    at: Option<DateTime<Utc>>,
    /// How many seconds ago it was noted down, for devices whose clock may be wrong.
    ago_s: Option<u32>,
}

impl Noted {
    /// A month, after which nobody remembers.
    const MOST_AGO_S: u32 = 31 * 86_400;

    fn read(f: &mut Fields) -> Self {
        let at = f.optional("at", read::instant);
        let ago_s = f.optional("ago_s", read::integer(0, Self::MOST_AGO_S));
        if at.is_some_and(|at| at > clock::now() + chrono::Duration::minutes(5)) {
            f.refuse(
                "at",
                Refusal::new("lies in the future", "when it was noted down"),
            );
        }
        if at.is_some() && ago_s.is_some() {
            f.refuse("ago_s", Refusal::new("given beside at", "one of the two"));
        }
        Self { at, ago_s }
    }

    /// The instant, `None` for now.
    fn instant(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let ago = |s: u32| now - chrono::Duration::seconds(s.into());
        self.at.or_else(|| self.ago_s.map(ago))
    }
}

fn status(f: &mut Fields) -> Option<VisitStatus> {
    let names = OUTCOMES.map(|(name, _)| name);
    f.required("status", read::choice(&names))
        .map(|index| OUTCOMES[index].1)
}

/// A recorded visit, and where its account stands now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recorded {
    /// The visit.
    visit: Feature<VisitProperties>,
    /// The account, with its new urgency.
    account: Feature<AccountProperties>,
}

/// Records a visit that no plan holds. The same visit sent again changes nothing, nor does one noted down before what is recorded.
#[utoipa::path(post, path = "/api/v1/visits", tag = "book", request_body = NewVisit,
    responses((status = 200, body = Recorded),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn record(
    State(app): State<App>,
    JsonFields(new): JsonFields<NewVisit>,
) -> Result<Json<Recorded>, Problem> {
    let now = app.now()?;
    app.run(Work::Reading, move |loaded| {
        lookup::known_account(loaded, &new.account)?;
        lookup::known_rep(loaded, &new.rep)?;
        let visit = Visit {
            // Made by the planner from the contents.
            id: VisitId::default(),
            account: new.account.as_str().into(),
            rep: new.rep.as_str().into(),
            date: new.date,
            start: new.start,
            end: new.end,
            status: new.status,
            purpose: new.purpose,
            outcome: new.outcome,
            note: new.note,
            source: String::new(),
            recorded_at: new.noted.instant(now),
        };
        let visit = loaded.planner.record_visit(visit, now)?;
        recorded(loaded, &visit)
    })
    .await
    .map(Json)
}

fn recorded(loaded: &Loaded, visit: &Visit) -> Result<Recorded, Problem> {
    let standing = standing::one(loaded, &visit.account, visit.date)?;
    Ok(Recorded {
        visit: feature(visit, Some(&standing.account), loaded.zone()),
        account: account_view::feature(&standing),
    })
}

/// What became of a planned visit.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Outcome {
    /// `done`, `missed`, `phone`, `refused` or `cancelled`.
    #[schema(value_type = String)]
    status: VisitStatus,
    /// What came out.
    outcome: Option<String>,
    /// Note.
    note: Option<String>,
    #[serde(flatten)]
    noted: Noted,
}

impl FromFields for Outcome {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let status = status(f);
        let outcome = f.optional("outcome", read::text(500));
        let note = f.optional("note", read::text(4_000));
        let noted = Noted::read(f);
        Some(Self {
            status: status?,
            outcome,
            note,
            noted,
        })
    }
}

/// Records what became of a visit: a stop of a stored plan, an appointment, or a visit recorded before. Done visits
/// start the account's interval anew; missed ones do not. An outcome noted down before the one that is recorded changes nothing:
/// the answer tells what stands.
#[utoipa::path(post, path = "/api/v1/visits/{id}/outcome", tag = "book",
    params(("id" = String, Path, description = "Id of the visit")), request_body = Outcome,
    responses((status = 200, body = Recorded),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn outcome(
    State(app): State<App>,
    PathId(id): PathId,
    JsonFields(outcome): JsonFields<Outcome>,
) -> Result<Json<Recorded>, Problem> {
    let now = app.now()?;
    app.run(Work::Reading, move |loaded| {
        let became = planner::Outcome {
            outcome: outcome.outcome,
            note: outcome.note,
            noted: outcome.noted.instant(now),
            ..planner::Outcome::of(outcome.status)
        };
        let visit = loaded.planner.record_outcome(&VisitId(id), &became, now)?;
        recorded(loaded, &visit)
    })
    .await
    .map(Json)
}
