//! Accounts: searched, looked at, corrected.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::NaiveDate;
use utoipa::IntoParams;

use super::account_patch::{AccountPatch, PatchBody};
use super::account_query::AccountParams;
use super::account_view::{self, AccountCard, AccountProperties};
use super::appointments::AppointmentProperties;
use super::extract::{JsonFields, Params, PathId};
use super::fields::{Fields, FromFields, Patch};
use super::geo::{Collection, Feature, GeoJson};
use super::problem::{Problem, ProblemBody};
use super::state::{App, Loaded, Work};
use super::visits::VisitProperties;
use super::{caching, lookup, read, standing};
use crate::accounts::{AccountId, hours};
use crate::store::Slice;

/// Accounts by id, with where they stand on a day; searched, filtered, in pages.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "book", params(AccountParams),
    responses((status = 200, body = Collection<AccountProperties>, content_type = "application/geo+json"),
        (status = 304, description = "Unchanged"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<App>,
    Params(params): Params<AccountParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let today = app.today()?;
    app.run(Work::Reading, move |loaded| {
        let date = params.date.unwrap_or(today);
        caching::by_revision(loaded, &headers, &date, || {
            let all = standing::all(loaded, date, params.minutes)?;
            let wanted: Vec<_> = all.iter().filter(|one| params.wants(one)).collect();
            Ok(GeoJson(account_view::page(loaded, &params, &wanted)?))
        })
    })
    .await
}

/// On which day.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OnDay {
    /// The day that cadence and hours are about; default today.
    date: Option<NaiveDate>,
}

impl FromFields for OnDay {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        Some(Self {
            date: f.optional("date", read::date),
        })
    }
}

/// One account with its visits, the day's hours and its appointments from that day on.
#[utoipa::path(get, path = "/api/v1/accounts/{id}", tag = "book",
    params(("id" = String, Path, description = "Id of the account"), OnDay),
    responses((status = 200, body = Feature<AccountCard>, content_type = "application/geo+json"),
        (status = 304, description = "Unchanged"),
        (status = 404, description = "No such account", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn one(
    State(app): State<App>,
    PathId(id): PathId,
    Params(on): Params<OnDay>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let today = app.today()?;
    app.run(Work::Reading, move |loaded| {
        let date = on.date.unwrap_or(today);
        caching::by_revision(loaded, &headers, &date, || {
            Ok(GeoJson(card(loaded, &AccountId(id), date)?))
        })
    })
    .await
}

fn card(loaded: &Loaded, id: &AccountId, date: NaiveDate) -> Result<Feature<AccountCard>, Problem> {
    let standing = standing::one(loaded, id, date)?;
    let account = &standing.account;
    let of_account = Slice {
        account: Some(id.clone()),
        ..Slice::default()
    };
    let mut visits = loaded.store.visits(&of_account)?;
    visits.reverse();
    let appointments = loaded.store.appointments(&Slice {
        from: Some(date),
        ..of_account
    })?;
    let hours = loaded
        .planner
        .ground
        .hours_reader()
        .read(
            account.opening_hours.as_deref(),
            account.location.map(|place| place.at),
        )
        .on(date);
    let card = AccountCard {
        account: account_view::properties(&standing),
        visits: visits
            .iter()
            .map(|visit| VisitProperties::new(visit, Some(account), loaded.zone()))
            .collect(),
        hours_today: hours
            .windows
            .into_iter()
            .map(hours::OpenWindow::to_text)
            .collect(),
        hours_warning: hours.unreadable,
        appointments: appointments
            .iter()
            .map(|made| AppointmentProperties::new(made, Some(account), loaded.zone()))
            .collect(),
    };
    Ok(account_view::at_place(&standing, card))
}

/// Corrects an account: place, rep, class, cadence, hours, blocks. A JSON merge patch: what is not named stays, `null`
/// clears. Differences are kept in the account's log; a later import does not undo them.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "book",
    params(("id" = String, Path, description = "Id of the account")),
    request_body(content = PatchBody, content_type = "application/merge-patch+json"),
    responses((status = 200, body = Feature<AccountProperties>, content_type = "application/geo+json"),
        (status = 404, description = "No such account", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn patch(
    State(app): State<App>,
    PathId(id): PathId,
    JsonFields(patch): JsonFields<AccountPatch>,
) -> Result<GeoJson<Feature<AccountProperties>>, Problem> {
    let (today, now) = (app.today()?, app.now()?);
    app.run(Work::Reading, move |loaded| {
        if let Patch::Set(rep) = &patch.rep {
            lookup::known_rep(loaded, rep)?;
        }
        if let Patch::Set(text) = &patch.opening_hours
            && let Some(why) = hours::complaint(text)
        {
            return Err(Problem::field(
                "opening_hours",
                format!("cannot be read: {why}"),
                "as OpenStreetMap writes them, such as Mo-Fr 08:00-13:00,16:00-19:00",
            ));
        }
        let id = AccountId(id);
        loaded
            .planner
            .edit_account(&id, now, &mut |account| patch.apply(account))?;
        let standing = standing::one(loaded, &id, today)?;
        Ok(GeoJson(account_view::feature(&standing)))
    })
    .await
}
