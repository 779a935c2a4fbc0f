//! What this server holds: region, book, defaults, today.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::{NoParams, Params};
use super::problem::{Problem, ProblemBody};
use super::state::{App, Loaded, Work};
use crate::coverage::GapCause;

/// What this server holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meta {
    /// `rondo`.
    name: &'static str,
    version: &'static str,
    region: RegionInfo,
    /// The region's date now.
    today: NaiveDate,
    /// Last change of the book.
    as_of: Option<DateTime<Utc>>,
    /// Classes in use, in order.
    classes: Vec<String>,
    /// Gap causes in the order in which they apply.
    causes: Vec<CauseName>,
    defaults: Defaults,
    counts: Sizes,
    /// First and last day that has a plan.
    plan_dates: Option<PlanDates>,
    attribution: Attribution,
}

/// The roads.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegionInfo {
    name: String,
    /// The extract.
    file: String,
    /// State of the map data.
    osm_timestamp: Option<String>,
    /// West, south, east, north of the roads.
    bbox: [f64; 4],
    /// ISO 3166-1 alpha-2.
    country: Option<String>,
    /// IANA name.
    time_zone: String,
    drives_left: bool,
    /// Hash of the region; part of every run id.
    hash: String,
}

/// A gap cause.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseName {
    code: &'static str,
    label: &'static str,
    /// What would help.
    fix: &'static str,
}

/// Settings that hold where a request says nothing.
#[derive(Debug, Serialize, ToSchema)]
pub struct Defaults {
    /// Farthest an account may lie from its rep's home.
    reach_minutes: u32,
    /// Drive minutes that reach polygons show.
    reach_bands: Vec<u32>,
    /// Farthest an account may lie from a road.
    snap_limit_m: f64,
    /// Window of frequency coverage.
    window_days: u32,
    /// How far ahead plans are made.
    horizon_days: u32,
    /// Minutes on site where the account says nothing.
    visit_min: u32,
    /// Parking and walking in.
    parking_min: u32,
}

/// How much there is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sizes {
    accounts: usize,
    reps: usize,
    visits: usize,
    plans: usize,
}

/// First and last day that has a plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanDates {
    first: NaiveDate,
    last: NaiveDate,
}

/// Whose map data it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attribution {
    text: &'static str,
    url: &'static str,
    licence: &'static str,
}

/// What this server holds.
#[utoipa::path(get, path = "/api/v1/meta", tag = "book",
    responses((status = 200, body = Meta),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn meta(
    State(app): State<App>,
    Params(NoParams): Params<NoParams>,
) -> Result<Json<Meta>, Problem> {
    let today = app.today()?;
    app.run(Work::Reading, move |loaded| {
        let settings = &loaded.planner.settings;
        let counts = loaded.store.counts()?;
        let classes: BTreeSet<String> = loaded
            .store
            .accounts()?
            .into_iter()
            .filter_map(|account| account.class)
            .collect();
        Ok(Json(Meta {
            name: "rondo",
            version: env!("CARGO_PKG_VERSION"),
            region: region(loaded),
            today,
            as_of: loaded.store.as_of()?,
            classes: classes.into_iter().collect(),
            causes: GapCause::ALL.map(cause_name).into(),
            defaults: Defaults {
                reach_minutes: settings.reach_min,
                reach_bands: settings.reach_bands_min.clone(),
                snap_limit_m: settings.snap_limit_m,
                window_days: settings.window_days,
                horizon_days: settings.horizon_days,
                visit_min: settings.visit_min,
                parking_min: settings.parking_min,
            },
            counts: Sizes {
                accounts: counts.accounts,
                reps: counts.reps,
                visits: counts.visits,
                plans: counts.plans,
            },
            plan_dates: loaded
                .store
                .plan_dates()?
                .map(|(first, last)| PlanDates { first, last }),
            attribution: Attribution {
                text: "© OpenStreetMap contributors",
                url: "https://www.openstreetmap.org/copyright",
                licence: "ODbL 1.0",
            },
        }))
    })
    .await
}

fn region(loaded: &Loaded) -> RegionInfo {
    let meta = &loaded.region.meta;
    RegionInfo {
        name: title(&meta.source.file),
        file: meta.source.file.clone(),
        osm_timestamp: meta.source.osm_timestamp.clone(),
        bbox: meta.bounds.to_bbox(),
        country: meta.country.clone(),
        time_zone: meta.time_zone.clone(),
        drives_left: meta.drives_left,
        hash: loaded.region.hash.clone(),
    }
}

fn cause_name(cause: GapCause) -> CauseName {
    CauseName {
        code: cause.code(),
        label: cause.label(),
        fix: cause.fix(),
    }
}

/// `malta.osm.pbf` -> `Malta`.
fn title(file: &str) -> String {
    let stem = file.split('.').next().unwrap_or(file);
    let mut letters = stem.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_called_by_their_file() {
        assert_eq!(title("malta.osm.pbf"), "Malta");
        assert_eq!(title("örebro-2026"), "Örebro-2026");
        assert_eq!(title(""), "");
    }
}
