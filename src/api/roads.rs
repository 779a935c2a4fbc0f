//! Roads for people and maps: who is near, what can be reached, how to get there.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::account_view::{self, NearbyAccount};
use super::extract::{JsonFields, Params};
use super::fields::{Fields, FromFields, Refusal};
use super::geo::{Collection, Feature, GeoJson, Geometry};
use super::problem::{Kind, Problem, ProblemBody};
use super::state::{App, Loaded, Work};
use super::{caching, lookup, read, standing};
use crate::geojson::coverage::{ReachProperties, reach};
use crate::geometry::LonLat;
use crate::planner::Direction;

/// Longest reach that is drawn.
const LONGEST_MIN: u32 = 240;
/// Most limits in one answer.
const MOST_BANDS: usize = 8;

/// Around where, how far, when.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NearbyParams {
    /// Degrees east.
    lon: f64,
    /// Degrees north.
    lat: f64,
    /// Drive minutes, 1 to 120; default 15.
    minutes: Option<u32>,
    /// The day; default today.
    date: Option<NaiveDate>,
    /// Local time of leaving, `10:30`, which decides who is open on arrival; default 10:00.
    #[param(value_type = Option<String>)]
    time: Option<NaiveTime>,
}

impl FromFields for NearbyParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let lon = f.required("lon", read::lon);
        let lat = f.required("lat", read::lat);
        let minutes = f.optional("minutes", read::integer(1, 120));
        let date = f.optional("date", read::date);
        let time = f.optional("time", read::time);
        Some(Self {
            lon: lon?,
            lat: lat?,
            minutes,
            date,
            time,
        })
    }
}

/// Active accounts within some minutes of driving, nearest first, with where their cadence stands.
#[utoipa::path(get, path = "/api/v1/nearby", tag = "roads", params(NearbyParams),
    responses((status = 200, body = Collection<NearbyAccount>, content_type = "application/geo+json"),
        (status = 422, description = "No road there", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn nearby(
    State(app): State<App>,
    Params(params): Params<NearbyParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let today = app.today()?;
    app.run(Work::Reading, move |loaded| {
        let date = params.date.unwrap_or(today);
        caching::by_revision(loaded, &headers, &date, || {
            Ok(GeoJson(near(loaded, &params, date)?))
        })
    })
    .await
}

fn near(
    loaded: &Loaded,
    params: &NearbyParams,
    date: NaiveDate,
) -> Result<Collection<NearbyAccount>, Problem> {
    let at = LonLat::new(params.lon, params.lat);
    let ten = NaiveTime::from_hms_opt(10, 0, 0).unwrap_or_default();
    let found = loaded.planner.nearby(
        at,
        params.minutes.unwrap_or(15),
        date,
        params.time.unwrap_or(ten),
    )?;
    let standings = standing::all(loaded, date, None)?;
    let by_id: BTreeMap<_, _> = standings.iter().map(|s| (&s.account.id, s)).collect();
    let features = found
        .iter()
        .filter_map(|near| {
            let standing = by_id.get(&near.account.id)?;
            let properties = NearbyAccount {
                account: account_view::properties(standing),
                drive_s: near.drive.as_secs_rounded(),
                dist_m: (near.dist_m * 10.0).round() / 10.0,
                there_at: near.there_at,
                open_now: near.open_now,
            };
            Some(account_view::at_place(standing, properties))
        })
        .collect();
    Ok(Collection::new(features, loaded.store.as_of()?))
}

/// From where and how far.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReachParams {
    /// From a rep's home, instead of a place.
    rep: Option<String>,
    /// Degrees east, with `lat`.
    lon: Option<f64>,
    /// Degrees north, with `lon`.
    lat: Option<f64>,
    /// Up to 8 limits of 1 to 240 minutes; default 10,20,30,45.
    #[param(value_type = Option<String>, example = "10,20,30,45")]
    minutes: Option<Vec<u32>>,
    /// `from` (default) or `towards` the place.
    #[param(value_type = Option<String>)]
    direction: Option<usize>,
}

const DIRECTIONS: [&str; 2] = ["from", "towards"];

impl FromFields for ReachParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let params = Self {
            rep: f.optional("rep", read::id),
            lon: f.optional("lon", read::lon),
            lat: f.optional("lat", read::lat),
            minutes: f.optional("minutes", minutes()),
            direction: f.optional("direction", read::choice(&DIRECTIONS)),
        };
        let place = (params.lon.is_some(), params.lat.is_some());
        let one_of_both = matches!(
            (params.rep.is_some(), place),
            (true, (false, false)) | (false, (true, true))
        );
        if !one_of_both && !["rep", "lon", "lat"].iter().any(|name| f.is_refused(name)) {
            f.refuse(
                "lon",
                Refusal::new("is not a whole place", "lon and lat together, or rep alone"),
            );
        }
        Some(params)
    }
}

fn minutes() -> impl Fn(super::fields::Raw<'_>) -> read::Read<Vec<u32>> {
    read::list(MOST_BANDS, read::integer(1, LONGEST_MIN))
}

fn direction(chosen: Option<usize>) -> Direction {
    if chosen == Some(1) {
        Direction::Towards
    } else {
        Direction::From
    }
}

/// What can be driven to, as polygons, longest limit first so that shorter ones are drawn over it.
#[utoipa::path(get, path = "/api/v1/isochrones", tag = "roads", params(ReachParams),
    responses((status = 200, body = Collection<ReachProperties>, content_type = "application/geo+json"),
        (status = 422, description = "No road there", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn isochrones(
    State(app): State<App>,
    Params(params): Params<ReachParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    app.run(Work::Planning, move |loaded| {
        caching::by_revision(loaded, &headers, &(), || {
            let place = params
                .lon
                .zip(params.lat)
                .map(|(lon, lat)| LonLat::new(lon, lat));
            let origin = match (&params.rep, place) {
                (Some(rep), _) => lookup::rep_by_id(loaded, rep)?.home,
                (None, Some(place)) => place,
                (None, None) => return Err(Problem::internal(&"no origin was read")),
            };
            let ask = Ask {
                origins: vec![origin],
                minutes: params.minutes.clone(),
                direction: direction(params.direction),
            };
            areas(loaded, ask, params.rep.as_deref())
        })
    })
    .await
}

struct Ask {
    origins: Vec<LonLat>,
    minutes: Option<Vec<u32>>,
    direction: Direction,
}

fn areas(
    loaded: &Loaded,
    ask: Ask,
    base: Option<&str>,
) -> Result<GeoJson<Collection<ReachProperties>>, Problem> {
    let minutes = ask
        .minutes
        .unwrap_or_else(|| loaded.planner.settings.reach_bands_min.clone());
    let found = loaded
        .planner
        .isochrones(&ask.origins, &minutes, ask.direction)?;
    let features = found.iter().rev().map(|area| reach(area, base)).collect();
    Ok(GeoJson(Collection::new(features, loaded.store.as_of()?)))
}

/// Reach from the nearest of several places.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReachRequest {
    /// Up to 50 places, longitude first.
    #[schema(value_type = Vec<[f64; 2]>)]
    origins: Vec<LonLat>,
    /// Up to 8 limits of 1 to 240 minutes; default 10, 20, 30, 45.
    minutes: Option<Vec<u32>>,
    /// `from` (default) or `towards`.
    #[schema(value_type = Option<String>)]
    direction: Option<usize>,
}

impl FromFields for ReachRequest {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let origins = f.required("origins", read::list(50, read::lon_lat));
        if origins.as_ref().is_some_and(Vec::is_empty) {
            f.refuse("origins", Refusal::new("is empty", "at least one place"));
        }
        let minutes = f.optional("minutes", minutes());
        let direction = f.optional("direction", read::choice(&DIRECTIONS));
        Some(Self {
            origins: origins?,
            minutes,
            direction,
        })
    }
}

/// What can be driven to from the nearest of several places, as polygons, longest limit first.
#[utoipa::path(post, path = "/api/v1/isochrones", tag = "roads", request_body = ReachRequest,
    responses((status = 200, body = Collection<ReachProperties>, content_type = "application/geo+json"),
        (status = 422, description = "No road there", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn isochrones_of_many(
    State(app): State<App>,
    JsonFields(ask): JsonFields<ReachRequest>,
) -> Result<GeoJson<Collection<ReachProperties>>, Problem> {
    app.run(Work::Planning, move |loaded| {
        let ask = Ask {
            origins: ask.origins,
            minutes: ask.minutes,
            direction: direction(ask.direction),
        };
        areas(loaded, ask, None)
    })
    .await
}

/// From where to where.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RouteParams {
    /// `lon,lat`.
    #[param(value_type = String, example = "14.51,35.9")]
    from: LonLat,
    /// `lon,lat`.
    #[param(value_type = String, example = "14.24,36.04")]
    to: LonLat,
}

impl FromFields for RouteParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let from = f.required("from", read::lon_lat);
        let to = f.required("to", read::lon_lat);
        Some(Self {
            from: from?,
            to: to?,
        })
    }
}

/// A route by car.
#[derive(Debug, Serialize, ToSchema)]
pub struct RouteProperties {
    drive_s: i64,
    dist_m: f64,
    /// A ferry is part of it.
    ferry: bool,
    /// Names of the roads, in order.
    names: Vec<String>,
    /// Metres from the start to its road.
    from_snap_m: f64,
    /// Metres from the destination to its road.
    to_snap_m: f64,
}

/// The best route by car.
#[utoipa::path(get, path = "/api/v1/route", tag = "roads", params(RouteParams),
    responses((status = 200, body = Feature<RouteProperties>, content_type = "application/geo+json"),
        (status = 422, description = "No road there, or no way between", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn route(
    State(app): State<App>,
    Params(params): Params<RouteParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    app.run(Work::Reading, move |loaded| {
        caching::by_revision(loaded, &headers, &(), || {
            best_route(loaded, &params).map(GeoJson)
        })
    })
    .await
}

fn best_route(loaded: &Loaded, params: &RouteParams) -> Result<Feature<RouteProperties>, Problem> {
    let router = &loaded.planner.ground.router;
    let (from, to) = (
        loaded.planner.place(params.from)?,
        loaded.planner.place(params.to)?,
    );
    let route = router
        .route(&mut router.query(), &from, &to)
        .ok_or_else(|| {
            Problem::new(
                Kind::Unanswerable,
                "No road or ferry leads from the one place to the other.",
            )
        })?;
    let network = router.network();
    let mut line = route.line(network);
    if line.len() < 2 {
        line = vec![from.at, to.at];
    }
    let metres = |m: f64| (m * 10.0).round() / 10.0;
    Ok(Feature::new(
        "route",
        Geometry::line(&line),
        RouteProperties {
            drive_s: route.time.as_secs_rounded(),
            dist_m: metres(route.length.0),
            ferry: route.ferry,
            names: route
                .names(network)
                .into_iter()
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            from_snap_m: metres(from.distance.0),
            to_snap_m: metres(to.distance.0),
        },
    ))
}
