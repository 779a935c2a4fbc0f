//! What each active rep reaches from home.

use geo::{MultiPolygon, Polygon};

use super::super::feature::Feature;
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::super::service::Context;
use super::{line, part};
use crate::accounts::RepId;
use crate::coverage::polygons::ReachArea;
use crate::geometry::LonLat;
use crate::planner::{Direction, Planner, Result, run_id};

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new(
        "base",
        Kind::Text,
        "Id of the rep whose home it starts from",
    ),
    Field::new("base_name", Kind::Text, "Name of the rep"),
    Field::new("tau_s", Kind::Int, "Driving time, in seconds"),
    Field::new("minutes", Kind::Int, "Driving time, in minutes"),
    Field::new("area_m2", Kind::Real, "Area, in square metres"),
    RUN_ID,
    AS_OF,
];

/// Who starts from where, by rep, and the minutes that are drawn.
pub type Homes = (Vec<(RepId, LonLat)>, Vec<u32>);

/// What one rep reaches; no area when the home lies off the roads.
#[derive(Clone, Debug)]
pub struct Reached {
    rep: RepId,
    run_id: String,
    areas: Vec<ReachArea>,
}

/// Reach of all homes, in their order.
pub(in super::super) fn reach(planner: &Planner, (homes, minutes): &Homes) -> Vec<Reached> {
    homes
        .iter()
        .map(|(rep, home)| Reached {
            rep: rep.clone(),
            run_id: run_id(
                "isochrones",
                &(
                    &planner.ground.hash,
                    &planner.settings,
                    (home.lon, home.lat),
                    minutes,
                ),
            ),
            // The only fault is a home off the roads: it reaches nothing.
            areas: planner
                .isochrones(&[*home], minutes, Direction::From)
                .unwrap_or_default(),
        })
        .collect()
}

pub(super) fn all(context: &Context) -> Result<Vec<Feature>> {
    let planner = context.planner();
    let reps = planner.store.reps()?;
    let homes = reps
        .iter()
        .filter(|rep| rep.active)
        .map(|rep| (rep.id.clone(), rep.home))
        .collect();
    let reached = context
        .service
        .reach((homes, planner.settings.reach_bands_min.clone()));
    let as_of = context.as_of()?;
    let mut features = Vec::new();
    for of in reached.iter() {
        let name = reps
            .iter()
            .find(|rep| rep.id == of.rep)
            .map(|r| r.name.clone());
        for area in &of.areas {
            let minutes = area.limit.0 / 60_000;
            let id = format!("{}:{minutes}", part(&of.rep.0));
            features.push(Feature {
                key: format!("{}{}{minutes:06}", of.rep, super::SEPARATOR),
                id,
                shape: shape(area).map(Into::into),
                values: vec![
                    of.rep.0.clone().into(),
                    name.clone().into(),
                    (area.limit.0 / 1_000).into(),
                    minutes.into(),
                    area.area_m2.round().into(),
                    of.run_id.clone().into(),
                    as_of.into(),
                ],
            });
        }
    }
    Ok(features)
}

fn shape(area: &ReachArea) -> Option<MultiPolygon<f64>> {
    let polygons: Vec<Polygon<f64>> = area
        .polygons
        .iter()
        .map(|p| {
            Polygon::new(
                line(&p.outer),
                p.holes.iter().map(|hole| line(hole)).collect(),
            )
        })
        .collect();
    (!polygons.is_empty()).then_some(MultiPolygon::new(polygons))
}
