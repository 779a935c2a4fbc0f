//! What can be reached: areas, and on wish the roads and the accounts in them.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::driving::DrivingParams;
use super::extract::{JsonFields, Params};
use super::fields::{Fields, FromFields, Raw, Refusal};
use super::geo::{Collection, Feature, GeoJson, Geometry};
use super::problem::{Problem, ProblemBody};
use super::state::{App, Loaded, Work};
use super::{caching, driving, lookup, read};
use crate::coverage::overlay::{Overlay, overlay};
use crate::coverage::polygons::ReachArea;
use crate::geojson::coverage::{ReachProperties, reach, reach_by_length};
use crate::geometry::LonLat;
use crate::planner::{Direction, Driving, MetricSpec, ReachQuestion, Reached};
use crate::units::Millis;

/// Longest reach that is drawn.
const LONGEST_MIN: u32 = 240;
const LONGEST_M: u32 = 300_000;
/// Most limits in one answer.
const MOST_BANDS: usize = 8;
/// Most places to set out from, and most of which each gets areas of its own.
const MOST_ORIGINS: usize = 50;
const MOST_BASES: usize = 12;

const DIRECTIONS: [&str; 2] = ["from", "towards"];
const COMBINATIONS: [&str; 5] = ["nearest", "each", "union", "intersection", "difference"];

/// From where and how far.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the address; `Ask` is what is read")]
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
    /// Up to 8 limits of 1 to 300000 metres by road, instead of minutes.
    #[param(value_type = Option<String>, example = "1000,5000")]
    metres: Option<Vec<u32>>,
    /// `from` (default) or `towards` the place.
    direction: Option<String>,
    /// Also the accounts within the longest limit, nearest first.
    accounts: Option<bool>,
    /// Also the roads within the longest limit.
    roads: Option<bool>,
}

/// Reach from several places.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "documents the body; `Ask` is what is read")]
pub struct ReachRequest {
    /// Up to 50 places, longitude first.
    #[schema(value_type = Option<Vec<[f64; 2]>>)]
    origins: Option<Vec<LonLat>>,
    /// From the homes of these reps, instead of places.
    reps: Option<Vec<String>>,
    /// Up to 8 limits of 1 to 240 minutes; default 10, 20, 30, 45.
    minutes: Option<Vec<u32>>,
    /// Up to 8 limits of 1 to 300000 metres by road, instead of minutes.
    metres: Option<Vec<u32>>,
    /// `from` (default) or `towards`.
    direction: Option<String>,
    /// `nearest` (default): what is reached from the nearest of the places. `each`: areas of their own. `union`,
    /// `intersection`, `difference`: those areas laid over each other, the first less all others. But for `nearest`, up to
    /// 12 places or reps.
    combine: Option<String>,
    /// Profile; default that of the region.
    profile: Option<String>,
    /// Kinds of road to leave out: `toll`, `ferry`, `motorway`.
    exclude: Option<Vec<String>>,
    /// Part of the day whose conditional access, speeds and turns hold: `07-09`, `09-16`, `16-19`, `night`.
    slot: Option<String>,
    /// Areas to avoid: GeoJSON polygons.
    #[schema(value_type = Option<Object>)]
    avoid: Option<Value>,
    /// Also the accounts within the longest limit, nearest first.
    accounts: Option<bool>,
    /// Also the roads within the longest limit.
    roads: Option<bool>,
}

/// An address as read.
#[derive(Debug)]
pub struct AskOne(Ask);

/// A body as read.
#[derive(Debug)]
pub struct AskMany(Ask);

#[derive(Debug)]
struct Ask {
    bases: Bases,
    limits: Option<Limits>,
    direction: Direction,
    combine: Combine,
    driving: Driving,
    accounts: bool,
    roads: bool,
}

#[derive(Debug)]
enum Bases {
    Places(Vec<LonLat>),
    Reps(Vec<String>),
}

#[derive(Debug)]
enum Limits {
    Minutes(Vec<u32>),
    Metres(Vec<u32>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Combine {
    Nearest,
    Each,
    Over(Overlay),
}

impl FromFields for AskOne {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let rep = f.optional("rep", read::id);
        let (lon, lat) = (f.optional("lon", read::lon), f.optional("lat", read::lat));
        let bases = match (rep, lon, lat) {
            (Some(rep), None, None) => Some(Bases::Reps(vec![rep])),
            (None, Some(lon), Some(lat)) => Some(Bases::Places(vec![LonLat::new(lon, lat)])),
            _ => None,
        };
        if bases.is_none() && !["rep", "lon", "lat"].iter().any(|name| f.is_refused(name)) {
            f.refuse(
                "lon",
                Refusal::new("is not a whole place", "lon and lat together, or rep alone"),
            );
        }
        Ask::read(f, bases, false).map(Self)
    }
}

impl FromFields for AskMany {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let origins = f.optional("origins", read::list(MOST_ORIGINS, read::lon_lat));
        let reps = f.optional("reps", read::list(MOST_ORIGINS, read::id));
        let bases = match (origins, reps) {
            (Some(places), None) if !places.is_empty() => Some(Bases::Places(places)),
            (None, Some(reps)) if !reps.is_empty() => Some(Bases::Reps(reps)),
            _ => None,
        };
        if bases.is_none() && !f.is_refused("origins") && !f.is_refused("reps") {
            f.refuse(
                "origins",
                Refusal::new("names no place", "at least one place, or reps alone"),
            );
        }
        Ask::read(f, bases, true).map(Self)
    }
}

impl Ask {
    fn read(f: &mut Fields, bases: Option<Bases>, body: bool) -> Option<Self> {
        let minutes = f.optional("minutes", limits(LONGEST_MIN));
        let metres = f.optional("metres", limits(LONGEST_M));
        if minutes.is_some() && metres.is_some() {
            f.refuse(
                "metres",
                Refusal::new("stands beside minutes", "one of both"),
            );
        }
        let direction = f.optional("direction", read::choice(&DIRECTIONS));
        let combine = if body {
            f.optional("combine", read::choice(&COMBINATIONS))
                .map(Combine::of)
        } else {
            None
        };
        let ask = Self {
            limits: minutes.map(Limits::Minutes).or(metres.map(Limits::Metres)),
            direction: match direction {
                Some(1) => Direction::Towards,
                _ => Direction::From,
            },
            combine: combine.unwrap_or(Combine::Nearest),
            driving: driving::read(f, body),
            accounts: f.optional("accounts", read::flag).unwrap_or(false),
            roads: f.optional("roads", read::flag).unwrap_or(false),
            bases: bases?,
        };
        if ask.combine != Combine::Nearest && ask.bases.count() > MOST_BASES {
            f.refuse(
                "combine",
                Refusal::new("has too many places", format!("at most {MOST_BASES}")),
            );
        }
        Some(ask)
    }

    fn by_length(&self) -> bool {
        matches!(self.limits, Some(Limits::Metres(_)))
    }
}

impl Bases {
    fn count(&self) -> usize {
        match self {
            Self::Places(places) => places.len(),
            Self::Reps(reps) => reps.len(),
        }
    }
}

impl Combine {
    fn of(choice: usize) -> Self {
        match choice {
            1 => Self::Each,
            2 => Self::Over(Overlay::Union),
            3 => Self::Over(Overlay::Intersection),
            4 => Self::Over(Overlay::Difference),
            _ => Self::Nearest,
        }
    }
}

fn limits(longest: u32) -> impl Fn(Raw<'_>) -> read::Read<Vec<u32>> {
    move |raw| {
        let limits = read::list(MOST_BANDS, read::integer(1, longest))(raw)?;
        if limits.is_empty() {
            return Err(Refusal::new("is empty", "at least one limit"));
        }
        Ok(limits)
    }
}

/// A feature of a reach answer; `layer` says which.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ReachFeature {
    /// `layer` is `area`.
    Area(ReachProperties),
    /// An account within the longest limit.
    Account(ReachedAccount),
    /// A road within the longest limit, in the order of reaching.
    Road(ReachedRoad),
}

/// An account within the longest limit.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReachedAccount {
    /// `account`.
    layer: &'static str,
    name: String,
    /// Driving between, where minutes were asked for.
    drive_s: Option<i64>,
    /// Metres between, where metres were asked for.
    dist_m: Option<f64>,
}

/// A road within the longest limit.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReachedRoad {
    /// `road`.
    layer: &'static str,
    /// Seconds, or metres where metres were asked for, between the nearest place and the start of the line.
    enter: f64,
    /// The same at the end of the line.
    leave: f64,
}

/// What can be driven to, as polygons, longest limit first so that shorter ones are drawn over it.
#[utoipa::path(get, path = "/api/v1/isochrones", tag = "roads", params(ReachParams, DrivingParams),
    responses((status = 200, body = Collection<ReachFeature>, content_type = "application/geo+json"),
        (status = 422, description = "No road there", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn isochrones(
    State(app): State<App>,
    Params(AskOne(ask)): Params<AskOne>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    app.run(Work::Planning, move |loaded| {
        caching::by_revision(loaded, &headers, &(), || answer(loaded, &ask))
    })
    .await
}

/// What can be driven to from several places or reps, as polygons, longest limit first: from the nearest, from each, or
/// what these share.
#[utoipa::path(post, path = "/api/v1/isochrones", tag = "roads", request_body = ReachRequest,
    responses((status = 200, body = Collection<ReachFeature>, content_type = "application/geo+json"),
        (status = 422, description = "No road there", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn isochrones_of_many(
    State(app): State<App>,
    JsonFields(AskMany(ask)): JsonFields<AskMany>,
) -> Result<GeoJson<Collection<ReachFeature>>, Problem> {
    app.run(Work::Planning, move |loaded| answer(loaded, &ask))
        .await
}

/// Where reach starts, under the name it is shown with.
struct Base {
    name: Option<String>,
    at: LonLat,
}

/// The answer to a body.
///
/// # Errors
/// Unknown names, places without a road.
pub fn answer_many(
    loaded: &Loaded,
    ask: &AskMany,
) -> Result<GeoJson<Collection<ReachFeature>>, Problem> {
    answer(loaded, &ask.0)
}

fn answer(loaded: &Loaded, ask: &Ask) -> Result<GeoJson<Collection<ReachFeature>>, Problem> {
    let bases = bases(loaded, &ask.bases)?;
    let question = |bases: &[Base]| ReachQuestion {
        origins: bases.iter().map(|base| base.at).collect(),
        limits: millis(loaded, ask.limits.as_ref()),
        direction: ask.direction,
        driving: Driving {
            profile: ask.driving.profile.clone(),
            spec: MetricSpec {
                by_length: ask.by_length(),
                ..ask.driving.spec.clone()
            },
        },
    };
    let mut features = Vec::new();
    if ask.combine != Combine::Nearest {
        let each = bases
            .iter()
            .map(|base| {
                Ok(loaded
                    .planner
                    .reached(&question(std::slice::from_ref(base)))?
                    .areas)
            })
            .collect::<Result<Vec<_>, Problem>>()?;
        features = combined(ask, &bases, &each);
    }
    if ask.combine == Combine::Nearest || ask.accounts || ask.roads {
        let reached = loaded.planner.reached(&question(&bases))?;
        if ask.combine == Combine::Nearest {
            let name = match &bases[..] {
                [base] => base.name.as_deref(),
                _ => None,
            };
            features = areas(ask, &reached.areas, name);
        }
        features.extend(inside(loaded, ask, &reached)?);
    }
    Ok(GeoJson(Collection::new(features, loaded.store.as_of()?)))
}

fn bases(loaded: &Loaded, bases: &Bases) -> Result<Vec<Base>, Problem> {
    match bases {
        Bases::Places(places) => Ok(places
            .iter()
            .map(|at| Base {
                name: None,
                at: *at,
            })
            .collect()),
        Bases::Reps(reps) => reps
            .iter()
            .map(|id| {
                let rep = lookup::rep_by_id(loaded, id)?;
                Ok(Base {
                    name: Some(id.clone()),
                    at: rep.home,
                })
            })
            .collect(),
    }
}

/// Limits as the planner takes them: milliseconds, or centimetres.
fn millis(loaded: &Loaded, limits: Option<&Limits>) -> Vec<Millis> {
    let minutes = |limits: &[u32]| {
        let limits = limits.iter().map(|m| Millis::from_minutes(i64::from(*m)));
        limits.collect()
    };
    match limits {
        None => minutes(&loaded.planner.settings.reach_bands_min),
        Some(Limits::Minutes(limits)) => minutes(limits),
        Some(Limits::Metres(limits)) => {
            let limits = limits.iter().map(|m| Millis(i64::from(*m) * 100));
            limits.collect()
        }
    }
}

/// The longest limit first.
fn areas(ask: &Ask, areas: &[ReachArea], base: Option<&str>) -> Vec<Feature<ReachFeature>> {
    let one = |area| {
        let Feature {
            id,
            geometry,
            properties,
            ..
        } = if ask.by_length() {
            reach_by_length(area, base)
        } else {
            reach(area, base)
        };
        Feature::new(id, geometry, ReachFeature::Area(properties))
    };
    areas.iter().rev().map(one).collect()
}

fn combined(ask: &Ask, bases: &[Base], each: &[Vec<ReachArea>]) -> Vec<Feature<ReachFeature>> {
    let Combine::Over(how) = ask.combine else {
        let named = bases.iter().enumerate().zip(each);
        return named
            .flat_map(|((i, base), found)| {
                let number = (i + 1).to_string();
                areas(ask, found, Some(base.name.as_deref().unwrap_or(&number)))
            })
            .collect();
    };
    let bands = each.iter().map(Vec::len).min().unwrap_or(0);
    let over: Vec<ReachArea> = (0..bands)
        .filter_map(|band| {
            let same: Vec<&ReachArea> = each.iter().map(|areas| &areas[band]).collect();
            overlay(&same, how)
        })
        .collect();
    areas(ask, &over, None)
}

/// The accounts and roads that were asked for.
fn inside(
    loaded: &Loaded,
    ask: &Ask,
    reached: &Reached,
) -> Result<Vec<Feature<ReachFeature>>, Problem> {
    let by_length = ask.by_length();
    let amount = |m: Millis| m.0 as f64 / if by_length { 100.0 } else { 1_000.0 };
    let mut features = Vec::new();
    if ask.accounts {
        for (account, near) in loaded.planner.accounts_reached(reached)? {
            let at = account.location.map(|l| Geometry::point(l.at));
            let properties = ReachFeature::Account(ReachedAccount {
                layer: "account",
                name: account.name,
                drive_s: (!by_length).then(|| near.as_secs_rounded()),
                dist_m: by_length.then(|| amount(near)),
            });
            features.push(Feature::new(account.id.to_string(), at, properties));
        }
    }
    if ask.roads {
        let roads = reached.roads().into_iter().enumerate();
        features.extend(roads.map(|(i, road)| {
            let properties = ReachFeature::Road(ReachedRoad {
                layer: "road",
                enter: amount(road.enter),
                leave: amount(road.leave),
            });
            Feature::new(
                format!("road-{}", i + 1),
                Geometry::line(&road.line),
                properties,
            )
        }));
    }
    Ok(features)
}
