//! How one drives, as requests say it: the fields that all questions about roads share.

use std::collections::BTreeSet;

use utoipa::IntoParams;

use super::fields::{Fields, Raw, Refusal};
use super::read::{self, Read};
use crate::geojson::areas;
use crate::planner::{DayPart, Driving, Exclusion, MetricSpec};

/// Most areas to avoid in one request; their corners are limited too.
const MOST_AREAS: usize = 50;

/// How one drives, in an address.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "documents the address; `read` is what reads it")]
pub struct DrivingParams {
    /// Profile, such as `car`; default that of the region.
    profile: Option<String>,
    /// Kinds of road to leave out, separated by commas: `toll`, `ferry`, `motorway`.
    exclude: Option<String>,
    /// Part of the day whose conditional access, speeds and turns hold: `07-09`, `09-16`, `16-19`, `night`.
    slot: Option<String>,
}

/// Reads `profile`, `exclude` and `slot`, and `avoid` where there is a body to put it in.
pub fn read(f: &mut Fields, body: bool) -> Driving {
    let profile = f.optional("profile", read::id);
    let exclude = f.optional("exclude", read::list(Exclusion::ALL.len(), exclusion));
    let slot = f.optional("slot", slot);
    let avoid = if body {
        f.optional("avoid", avoid)
    } else {
        None
    };
    let spec = MetricSpec {
        exclude: exclude.into_iter().flatten().collect::<BTreeSet<_>>(),
        avoid: avoid.unwrap_or_default(),
        slot,
        ..MetricSpec::default()
    };
    Driving { profile, spec }
}

fn exclusion(raw: Raw<'_>) -> Read<Exclusion> {
    let names = Exclusion::ALL.map(Exclusion::name);
    read::choice(&names)(raw).map(|i| Exclusion::ALL[i])
}

fn slot(raw: Raw<'_>) -> Read<DayPart> {
    let names = DayPart::ALL.map(DayPart::name);
    read::choice(&names)(raw).map(|i| DayPart::ALL[i])
}

fn avoid(raw: Raw<'_>) -> Read<Vec<geo::Polygon>> {
    let cure = "a GeoJSON Polygon, MultiPolygon, Feature or FeatureCollection";
    let Raw::Json(value) = raw else {
        return Err(Refusal::new("is not GeoJSON", cure));
    };
    let polygons = areas::read(value).map_err(|problem| Refusal::new(problem, cure))?;
    if polygons.len() > MOST_AREAS {
        return Err(Refusal::new(
            "has too many areas",
            format!("at most {MOST_AREAS}"),
        ));
    }
    Ok(polygons)
}
