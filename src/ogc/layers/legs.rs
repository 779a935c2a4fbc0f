//! Drives of planned days.

use super::super::feature::Feature;
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::{line, metres, plans};
use crate::planner::DayPlan;

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new("rep", Kind::Text, "Id of the rep"),
    Field::new("day", Kind::Date, "Local day"),
    Field::new("seq", Kind::Int, "Place in the order of the day, from 1"),
    Field::new(
        "from_account",
        Kind::Text,
        "Account it starts from; none = home",
    ),
    Field::new("to_account", Kind::Text, "Account it leads to; none = home"),
    Field::new("depart", Kind::Instant, "Leaves"),
    Field::new("arrive", Kind::Instant, "Arrives"),
    Field::new("drive_s", Kind::Int, "Driving, in seconds"),
    Field::new("dist_m", Kind::Real, "Driving, in metres"),
    Field::new(
        "cost_s",
        Kind::Int,
        "What its way was chosen by, in seconds: drive_s and what else counts against roads, such as sharp turns (that private roads are avoided goes before and is not counted); \
         none = planned by a version that did not keep it",
    ),
    Field::new("ferry", Kind::Bool, "A ferry is part of it"),
    RUN_ID,
    AS_OF,
];

pub(in super::super) fn of(plan: &DayPlan) -> Vec<Feature> {
    let leg = |leg: &crate::planner::Leg| {
        let (key, id) = plans::name(plan, leg.seq as usize, Some(&leg.seq.to_string()));
        Feature {
            key,
            id,
            shape: (leg.line.len() > 1).then(|| line(&leg.line).into()),
            values: vec![
                plan.rep.0.clone().into(),
                plan.date.into(),
                leg.seq.into(),
                leg.from.as_ref().map(|id| id.0.clone()).into(),
                leg.to.as_ref().map(|id| id.0.clone()).into(),
                leg.depart.into(),
                leg.arrive.into(),
                (leg.drive_ms + 500).div_euclid(1_000).into(),
                metres(leg.dist_m).into(),
                leg.cost_ms
                    .map(|cost| (cost + 500).div_euclid(1_000))
                    .into(),
                leg.ferry.into(),
                plan.run_id.clone().into(),
                plan.as_of.into(),
            ],
        }
    };
    plan.legs.iter().map(leg).collect()
}
