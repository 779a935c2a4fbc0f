//! Roads for people and maps: who is near, how to get there.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::account_view::{self, NearbyAccount};
use super::driving::DrivingParams;
use super::extract::{JsonFields, Params};
use super::fields::{Fields, FromFields};
use super::geo::{Collection, Feature, GeoJson, Geometry};
use super::problem::{Kind, Problem, ProblemBody};
use super::state::{App, Loaded, Work};
use super::{caching, driving, read, standing};
use crate::geometry::LonLat;
use crate::planner::Driving;

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
    #[param(ignore)]
    driving: Driving,
}

impl FromFields for NearbyParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let lon = f.required("lon", read::lon);
        let lat = f.required("lat", read::lat);
        let minutes = f.optional("minutes", read::integer(1, 120));
        let date = f.optional("date", read::date);
        let time = f.optional("time", read::time);
        let driving = driving::read(f, false);
        Some(Self {
            lon: lon?,
            lat: lat?,
            minutes,
            date,
            time,
            driving,
        })
    }
}

/// Active accounts within some minutes of driving, nearest first, with where their cadence stands.
#[utoipa::path(get, path = "/api/v1/nearby", tag = "roads", params(NearbyParams, DrivingParams),
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
        &params.driving,
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
                dist_m: metres(near.dist_m),
                there_at: near.there_at,
                open_now: near.open_now,
            };
            Some(account_view::at_place(standing, properties))
        })
        .collect();
    Ok(Collection::new(features, loaded.store.as_of()?))
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
    /// At most so many other good ways beside the best, 0 to 3; default none.
    alternatives: Option<u32>,
    #[param(ignore)]
    driving: Driving,
}

/// The same in a body, which has room for areas to avoid.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "documents the body; `RouteAsk` is what is read")]
pub struct RouteRequest {
    /// Longitude, latitude.
    #[schema(value_type = [f64; 2])]
    from: LonLat,
    /// Longitude, latitude.
    #[schema(value_type = [f64; 2])]
    to: LonLat,
    /// At most so many other good ways beside the best, 0 to 3; default none.
    alternatives: Option<u32>,
    /// Profile; default that of the region.
    profile: Option<String>,
    /// Kinds of road to leave out: `toll`, `ferry`, `motorway`.
    exclude: Option<Vec<String>>,
    /// Part of the day whose conditional access, speeds and turns hold: `07-09`, `09-16`, `16-19`, `night`.
    slot: Option<String>,
    /// Areas to avoid: GeoJSON polygons.
    #[schema(value_type = Option<Object>)]
    avoid: Option<serde_json::Value>,
}

/// A body as read.
#[derive(Debug)]
pub struct RouteAsk(RouteParams);

impl FromFields for RouteAsk {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        RouteParams::read(f, true).map(Self)
    }
}

impl FromFields for RouteParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        Self::read(f, false)
    }
}

impl RouteParams {
    fn read(f: &mut Fields, body: bool) -> Option<Self> {
        let from = f.required("from", read::lon_lat);
        let to = f.required("to", read::lon_lat);
        let alternatives = f.optional("alternatives", read::integer(0, 3));
        let driving = driving::read(f, body);
        Some(Self {
            from: from?,
            to: to?,
            alternatives,
            driving,
        })
    }
}

/// A route by car.
#[derive(Debug, Serialize, ToSchema)]
pub struct RouteProperties {
    #[serde(flatten)]
    way: Way,
    /// Metres from the start to its road.
    from_snap_m: f64,
    /// Metres from the destination to its road.
    to_snap_m: f64,
    /// Other good ways, best first, when asked for: each at most a quarter longer, mostly on other roads and without
    /// detours. There may be none.
    #[serde(skip_serializing_if = "Option::is_none")]
    alternatives: Option<Vec<Feature<Way>>>,
}

/// What one way takes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Way {
    drive_s: i64,
    dist_m: f64,
    /// A ferry is part of it.
    ferry: bool,
    /// Names of the roads, in order.
    names: Vec<String>,
}

/// The best route by car.
#[utoipa::path(get, path = "/api/v1/route", tag = "roads", params(RouteParams, DrivingParams),
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

/// The best route by car, round areas to avoid.
#[utoipa::path(post, path = "/api/v1/route", tag = "roads", request_body = RouteRequest,
    responses((status = 200, body = Feature<RouteProperties>, content_type = "application/geo+json"),
        (status = 422, description = "No road there, or no way between", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn route_round(
    State(app): State<App>,
    JsonFields(RouteAsk(params)): JsonFields<RouteAsk>,
) -> Result<GeoJson<Feature<RouteProperties>>, Problem> {
    app.run(Work::Planning, move |loaded| {
        best_route(loaded, &params).map(GeoJson)
    })
    .await
}

fn best_route(loaded: &Loaded, params: &RouteParams) -> Result<Feature<RouteProperties>, Problem> {
    let planner = &loaded.planner;
    let router = planner.router(&params.driving)?;
    let (from, to) = (
        planner.place_on(&router, params.from)?,
        planner.place_on(&router, params.to)?,
    );
    let others = params.alternatives.unwrap_or(0) as usize;
    let ways = router.ways(&mut router.query(), &from, &to, others);
    let network = router.network();
    let mut told = ways.iter().enumerate().map(|(i, route)| {
        let mut line = route.line(network);
        if line.len() < 2 {
            line = vec![from.at, to.at];
        }
        let names = route.names(network).into_iter();
        let way = Way {
            drive_s: route.time.as_secs_rounded(),
            dist_m: metres(route.length.0),
            ferry: route.ferry,
            names: names
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
        };
        let id = if i == 0 {
            "route".into()
        } else {
            format!("route-{}", i + 1)
        };
        (id, Geometry::line(&line), way)
    });
    let Some((id, line, way)) = told.next() else {
        return Err(Problem::new(
            Kind::Unanswerable,
            "No road or ferry leads from the one place to the other.",
        ));
    };
    let others = told.map(|(id, line, way)| Feature::new(id, line, way));
    let alternatives = params.alternatives.map(|_| others.collect());
    let properties = RouteProperties {
        way,
        from_snap_m: metres(from.distance.0),
        to_snap_m: metres(to.distance.0),
        alternatives,
    };
    Ok(Feature::new(id, line, properties))
}

/// To a tenth.
fn metres(m: f64) -> f64 {
    (m * 10.0).round() / 10.0
}
