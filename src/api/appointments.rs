//! Appointments: made and cancelled by people, kept by the planner.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{JsonFields, Params, PathId};
use super::fields::{Fields, FromFields};
use super::geo::{Collection, Feature, GeoJson, Geometry};
use super::problem::{Problem, ProblemBody};
use super::state::{App, Work};
use super::visits::SliceParams;
use super::{clock, lookup, read};
use crate::accounts::{Account, Appointment, VisitId};

/// One appointment.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AppointmentProperties {
    id: String,
    account: String,
    account_name: Option<String>,
    rep: String,
    /// Local day.
    date: NaiveDate,
    /// Agreed start.
    start: DateTime<FixedOffset>,
    /// It may start this many minutes later.
    leeway_min: u32,
    /// Minutes on site; `null` = the account's.
    visit_min: Option<u32>,
    purpose: Option<String>,
    note: Option<String>,
}

impl AppointmentProperties {
    /// As served, in the region's zone.
    pub fn new(made: &Appointment, account: Option<&Account>, zone: chrono_tz::Tz) -> Self {
        Self {
            id: made.id.0.clone(),
            account: made.account.0.clone(),
            account_name: account.map(|account| account.name.clone()),
            rep: made.rep.0.clone(),
            date: made.date,
            start: clock::instant(zone, made.date, made.start),
            leeway_min: made.leeway_min,
            visit_min: made.visit_min,
            purpose: made.purpose.clone(),
            note: made.note.clone(),
        }
    }
}

fn feature(
    made: &Appointment,
    account: Option<&Account>,
    zone: chrono_tz::Tz,
) -> Feature<AppointmentProperties> {
    let place = account
        .and_then(|account| account.location)
        .map(|location| Geometry::point(location.at));
    Feature::new(
        made.id.0.clone(),
        place,
        AppointmentProperties::new(made, account, zone),
    )
}

/// Appointments, by day, start and id.
#[utoipa::path(get, path = "/api/v1/appointments", tag = "book", params(SliceParams),
    responses((status = 200, body = Collection<AppointmentProperties>, content_type = "application/geo+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<App>,
    Params(slice): Params<SliceParams>,
) -> Result<GeoJson<Collection<AppointmentProperties>>, Problem> {
    app.run(Work::Reading, move |loaded| {
        let made = loaded.store.appointments(&slice.into())?;
        let features = made
            .iter()
            .map(|one| {
                let account = loaded.store.account(&one.account)?;
                Ok(feature(one, account.as_ref(), loaded.zone()))
            })
            .collect::<Result<_, Problem>>()?;
        Ok(GeoJson(Collection::new(features, loaded.store.as_of()?)))
    })
    .await
}

/// A visit agreed with the account.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewAppointment {
    /// Whom.
    account: String,
    /// Who.
    rep: String,
    /// Local day.
    date: NaiveDate,
    /// Agreed local start, `08:30`.
    #[schema(value_type = String)]
    start: NaiveTime,
    /// It may start this many minutes later; default 0.
    #[schema(maximum = 480)]
    leeway_min: Option<u32>,
    /// Minutes on site; default the account's.
    #[schema(minimum = 1, maximum = 720)]
    visit_min: Option<u32>,
    /// Purpose.
    purpose: Option<String>,
    /// Note.
    note: Option<String>,
}

impl FromFields for NewAppointment {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let account = f.required("account", read::id);
        let rep = f.required("rep", read::id);
        let date = f.required("date", read::date);
        let start = f.required("start", read::time);
        let leeway_min = f.optional("leeway_min", read::integer(0, 480));
        let visit_min = f.optional("visit_min", read::integer(1, 720));
        let purpose = f.optional("purpose", read::text(200));
        let note = f.optional("note", read::text(4_000));
        Some(Self {
            account: account?,
            rep: rep?,
            date: date?,
            start: start?,
            leeway_min,
            visit_min,
            purpose,
            note,
        })
    }
}

/// Makes an appointment that can be kept: the rep works then, and reaches it from the day's other appointments. The same
/// one sent again changes nothing.
#[utoipa::path(post, path = "/api/v1/appointments", tag = "book", request_body = NewAppointment,
    responses((status = 200, body = Feature<AppointmentProperties>, content_type = "application/geo+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn make(
    State(app): State<App>,
    JsonFields(new): JsonFields<NewAppointment>,
) -> Result<GeoJson<Feature<AppointmentProperties>>, Problem> {
    let now = app.now()?;
    app.run(Work::Reading, move |loaded| {
        let account = lookup::known_account(loaded, &new.account)?;
        lookup::known_rep(loaded, &new.rep)?;
        let wanted = Appointment {
            // Made by the planner from the contents.
            id: VisitId::default(),
            account: new.account.as_str().into(),
            rep: new.rep.as_str().into(),
            date: new.date,
            start: new.start,
            leeway_min: new.leeway_min.unwrap_or(0),
            visit_min: new.visit_min,
            purpose: new.purpose,
            note: new.note,
        };
        let made = loaded.planner.make_appointment(&wanted, now)?;
        Ok(GeoJson(feature(&made, Some(&account), loaded.zone())))
    })
    .await
}

/// Cancels an appointment.
#[utoipa::path(delete, path = "/api/v1/appointments/{id}", tag = "book",
    params(("id" = String, Path, description = "Id of the appointment")),
    responses((status = 204, description = "Cancelled"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn cancel(State(app): State<App>, PathId(id): PathId) -> Result<StatusCode, Problem> {
    let now = app.now()?;
    app.run(Work::Reading, move |loaded| {
        loaded.planner.cancel_appointment(&VisitId(id), now)?;
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}
