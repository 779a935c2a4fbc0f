//! Territories and other areas, as they were imported.

use std::f64::consts::PI;

use geo::GeodesicArea as _;

use super::super::feature::Feature;
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::super::service::Context;
use super::super::standings::Standings;
use super::{hours, share};
use crate::accounts::areas::Area;
use crate::planner::Result;

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new("name", Kind::Text, "Name"),
    Field::new(
        "kind",
        Kind::Text,
        "What it is, in the words of its file, such as territory",
    ),
    Field::new(
        "rep",
        Kind::Text,
        "Id of the rep whose territory it is; none = nobody's",
    ),
    Field::new(
        "area_m2",
        Kind::Real,
        "Square metres on the ellipsoid, holes left out",
    ),
    Field::new(
        "compact",
        Kind::Real,
        "4 pi area over the square of the perimeter: 1 = a circle, 0.785 a square",
    ),
    Field::new("components", Kind::Int, "Separate parts of the outline"),
    Field::new("accounts", Kind::Int, "Active accounts that lie in it"),
    Field::new("potential", Kind::Real, "Value of these accounts"),
    Field::new(
        "hours_need",
        Kind::Real,
        "Hours that the cadences of the accounts whose territory it is ask for in a period, travel estimated; none = no active rep",
    ),
    Field::new(
        "hours_have",
        Kind::Real,
        "Working hours of its rep in that period",
    ),
    Field::new("utilization", Kind::Real, "hours_need over hours_have"),
    Field::new(
        "dev",
        Kind::Real,
        "How far hours_need is from its mean over all territories with a rep, over that mean",
    ),
    RUN_ID,
    AS_OF,
];

pub(super) fn all(context: &Context) -> Result<Vec<Feature>> {
    let areas = context.planner().store.areas()?;
    let standings = context.standings()?;
    let one = |area| feature(area, &standings);
    Ok(areas.into_iter().map(one).collect())
}

pub(super) fn one(context: &Context, id: &str) -> Result<Option<Feature>> {
    let area = context.planner().store.area(id)?;
    let standings = context.standings()?;
    Ok(area.map(|area| feature(area, &standings)))
}

fn feature(area: Area, standings: &Standings) -> Feature {
    let area_m2 = area.shape.geodesic_area_unsigned();
    let around_m = area.shape.geodesic_perimeter();
    // An area that went away between its reading and this look has nothing inside any more.
    let inside = standings.inside.get(&area.id).cloned().unwrap_or_default();
    let capacity = inside.capacity.as_ref();
    let parts = area.shape.0.len() as u64;
    Feature {
        key: area.id.clone(),
        values: vec![
            area.name.into(),
            area.kind.into(),
            area.rep.map(|rep| rep.0).into(),
            area_m2.round().into(),
            share(4.0 * PI * area_m2 / (around_m * around_m)).into(),
            parts.into(),
            inside.accounts.into(),
            inside.potential.into(),
            capacity.map(|c| hours(c.hours_need)).into(),
            capacity.map(|c| hours(c.hours_have)).into(),
            capacity.and_then(|c| c.utilization).map(share).into(),
            inside.deviation.map(share).into(),
            standings.run.clone().into(),
            standings.as_of.into(),
        ],
        shape: Some(area.shape.into()),
        id: area.id,
    }
}
