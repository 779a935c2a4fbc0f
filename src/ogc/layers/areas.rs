//! Territories and other areas, as they were imported.

use geo::{CoordsIter as _, GeodesicArea as _};

use super::super::feature::Feature;
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::super::service::Context;
use crate::accounts::areas::Area;
use crate::planner::{Result, run_id};

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
    RUN_ID,
    AS_OF,
];

pub(super) fn all(context: &Context) -> Result<Vec<Feature>> {
    let as_of = context.as_of()?;
    let areas = context.planner().store.areas()?;
    Ok(areas.into_iter().map(|area| feature(area, as_of)).collect())
}

pub(super) fn one(context: &Context, id: &str) -> Result<Option<Feature>> {
    let as_of = context.as_of()?;
    let area = context.planner().store.area(id)?;
    Ok(area.map(|area| feature(area, as_of)))
}

fn feature(area: Area, as_of: Option<chrono::DateTime<chrono::Utc>>) -> Feature {
    let area_m2 = area.shape.geodesic_area_unsigned().round();
    // Nothing but the outline goes into the one number that is worked out here.
    let corners: Vec<[f64; 2]> = area.shape.coords_iter().map(|at| [at.x, at.y]).collect();
    let run = run_id("area", &(&area.id, corners));
    Feature {
        key: area.id.clone(),
        values: vec![
            area.name.into(),
            area.kind.into(),
            area.rep.map(|rep| rep.0).into(),
            area_m2.into(),
            run.into(),
            as_of.into(),
        ],
        shape: Some(area.shape.into()),
        id: area.id,
    }
}
