//! A planned day as a file or as links to map apps.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::extract::Params;
use super::fields::{Fields, FromFields};
use super::plans::{DayParams, features, stored};
use super::problem::{Problem, ProblemBody};
use super::read;
use super::state::{App, Work};
use crate::export::{self, GOOGLE_WAYPOINTS, GOOGLE_WAYPOINTS_PHONE, GoogleLink};
use crate::planner::DayPlan;

/// Files a day may be exported as.
#[derive(Clone, Copy, Debug)]
enum Format {
    Gpx,
    Ics,
    Csv,
    GeoJson,
}

const FORMATS: [(&str, Format); 4] = [
    ("gpx", Format::Gpx),
    ("ics", Format::Ics),
    ("csv", Format::Csv),
    ("geojson", Format::GeoJson),
];

/// Which day, as what.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportParams {
    /// Whose day.
    rep: String,
    /// Which local day.
    date: NaiveDate,
    /// `gpx`, `ics`, `csv` or `geojson`.
    #[param(value_type = String)]
    format: Format,
}

impl FromFields for ExportParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let rep = f.required("rep", read::id);
        let date = f.required("date", read::date);
        let names = FORMATS.map(|(name, _)| name);
        let format = f.required("format", read::choice(&names));
        Some(Self {
            rep: rep?,
            date: date?,
            format: FORMATS[format?].1,
        })
    }
}

/// A stored day as a file: GPX 1.1, iCalendar, CSV or GeoJSON.
#[utoipa::path(get, path = "/api/v1/plans/day/export", tag = "plans", params(ExportParams),
    responses((status = 200, description = "The file", body = String,
            content_type = "text/calendar"),
        (status = 404, description = "Not planned yet", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn file(
    State(app): State<App>,
    Params(params): Params<ExportParams>,
) -> Result<Response, Problem> {
    app.run(Work::Reading, move |loaded| {
        let plan = stored(loaded, &params.rep, params.date)?;
        let mut response = as_file(&plan, params.format);
        let name = file_name(&params);
        if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
            response
                .headers_mut()
                .insert(header::CONTENT_DISPOSITION, value);
        }
        Ok(response)
    })
    .await
}

fn as_file(plan: &DayPlan, format: Format) -> Response {
    let typed = |kind: &'static str| [(header::CONTENT_TYPE, kind)];
    match format {
        Format::Gpx => (typed("application/gpx+xml"), export::gpx(plan)).into_response(),
        Format::Ics => (typed("text/calendar; charset=utf-8"), export::ics(plan)).into_response(),
        Format::Csv => (
            typed("text/csv; charset=utf-8; header=present"),
            export::csv(plan),
        )
            .into_response(),
        Format::GeoJson => features(plan).into_response(),
    }
}

/// Plain letters only: ids come from outside.
fn file_name(params: &ExportParams) -> String {
    let rep: String = params
        .rep
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(40)
        .collect();
    let ending = FORMATS[params.format as usize].0;
    format!("rondo-{rep}-{}.{ending}", params.date)
}

/// Ways to hand a day over to map apps.
#[derive(Debug, Serialize, ToSchema)]
pub struct Links {
    /// Google Maps directions in pieces short enough for a phone's browser.
    google: Vec<Directions>,
    /// The same in longer pieces, for Google Maps on a desktop and its app.
    google_long: Vec<Directions>,
    /// Each stop for whatever map app there is.
    geo: Vec<GeoAddress>,
}

/// Directions over some stops.
#[derive(Debug, Serialize, ToSchema)]
pub struct Directions {
    url: String,
    /// Order numbers of the stops it leads to; empty for the way home alone.
    stops: Vec<u32>,
}

/// One stop's place.
#[derive(Debug, Serialize, ToSchema)]
pub struct GeoAddress {
    account: String,
    /// RFC 5870.
    uri: String,
}

impl From<GoogleLink> for Directions {
    fn from(link: GoogleLink) -> Self {
        Self {
            url: link.url,
            stops: link.stops,
        }
    }
}

/// A stored day as links to map apps. Opening one tells that app where the stops are; nothing else leaves this server.
#[utoipa::path(get, path = "/api/v1/plans/day/links", tag = "plans", params(DayParams),
    responses((status = 200, body = Links),
        (status = 404, description = "Not planned yet", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn links(
    State(app): State<App>,
    Params(params): Params<DayParams>,
) -> Result<Json<Links>, Problem> {
    app.run(Work::Reading, move |loaded| {
        let plan = stored(loaded, &params.rep, params.date)?;
        let google = |waypoints| {
            export::google_links(&plan, waypoints)
                .into_iter()
                .map(Into::into)
                .collect()
        };
        Ok(Json(Links {
            google: google(GOOGLE_WAYPOINTS_PHONE),
            google_long: google(GOOGLE_WAYPOINTS),
            geo: export::geo_links(&plan)
                .into_iter()
                .map(|link| GeoAddress {
                    account: link.account.0,
                    uri: link.uri,
                })
                .collect(),
        }))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_hold_nothing_but_plain_letters() {
        let params = ExportParams {
            rep: "../\"r\r\n1".into(),
            date: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
            format: Format::Ics,
        };
        assert_eq!(file_name(&params), "rondo-----r--1-2026-11-24.ics");
    }
}
