//! Reps, with their homes.

use std::collections::BTreeMap;

use axum::extract::State;
use chrono::{NaiveTime, Weekday};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::{NoParams, Params};
use super::geo::{Collection, Feature, GeoJson, Geometry};
use super::problem::{Problem, ProblemBody};
use super::state::{App, Work};
use crate::accounts::{Lunch, Rep, RepId};

/// One rep.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RepProperties {
    id: String,
    name: String,
    /// Local time.
    shift_start: String,
    /// Local time.
    shift_end: String,
    /// `mon` to `sun`.
    weekdays: Vec<&'static str>,
    lunch: Option<LunchWindow>,
    /// At most so many visits a day.
    max_visits: Option<u32>,
    /// At most so many minutes of driving a day.
    max_drive_min: Option<u32>,
    skills: Vec<String>,
    /// The day may end at the last visit.
    open_end: bool,
    active: bool,
    /// How many active accounts the rep looks after.
    accounts: usize,
}

/// A lunch break that floats in a window.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LunchWindow {
    /// Earliest start.
    earliest: String,
    /// Latest start.
    latest: String,
    /// Length.
    minutes: u32,
}

impl From<Lunch> for LunchWindow {
    fn from(lunch: Lunch) -> Self {
        Self {
            earliest: hh_mm(lunch.earliest),
            latest: hh_mm(lunch.latest),
            minutes: lunch.minutes,
        }
    }
}

fn hh_mm(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

const fn day_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

fn feature(rep: &Rep, accounts: usize) -> Feature<RepProperties> {
    let mut weekdays = rep.weekdays.clone();
    weekdays.sort_by_key(Weekday::num_days_from_monday);
    Feature::new(
        rep.id.0.clone(),
        Some(Geometry::point(rep.home)),
        RepProperties {
            id: rep.id.0.clone(),
            name: rep.name.clone(),
            shift_start: hh_mm(rep.shift_start),
            shift_end: hh_mm(rep.shift_end),
            weekdays: weekdays.into_iter().map(day_name).collect(),
            lunch: rep.lunch.map(Into::into),
            max_visits: rep.max_visits,
            max_drive_min: rep.max_drive_min,
            skills: rep.skills.clone(),
            open_end: rep.open_end,
            active: rep.active,
            accounts,
        },
    )
}

/// All reps, by id.
#[utoipa::path(get, path = "/api/v1/reps", tag = "book",
    responses((status = 200, body = Collection<RepProperties>, content_type = "application/geo+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<App>,
    Params(NoParams): Params<NoParams>,
) -> Result<GeoJson<Collection<RepProperties>>, Problem> {
    app.run(Work::Reading, |loaded| {
        let mut accounts: BTreeMap<RepId, usize> = BTreeMap::new();
        for account in loaded.store.accounts()? {
            if let Some(rep) = account.rep.filter(|_| account.active) {
                *accounts.entry(rep).or_default() += 1;
            }
        }
        let features = loaded
            .store
            .reps()?
            .iter()
            .map(|rep| feature(rep, accounts.get(&rep.id).copied().unwrap_or(0)))
            .collect();
        Ok(GeoJson(Collection::new(features, loaded.store.as_of()?)))
    })
    .await
}
