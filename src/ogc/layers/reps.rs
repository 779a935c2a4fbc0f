//! Reps at home.

use super::super::feature::{Feature, Value};
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::super::service::Context;
use super::{hours, list, point, share};
use crate::planner::Result;

const LOADS: &[&str] = &["free", "full", "over"];

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new("name", Kind::Text, "Name"),
    Field::new("shift_start", Kind::Text, "Start of the shift, local time"),
    Field::new("shift_end", Kind::Text, "End of the shift, local time"),
    Field::new(
        "weekdays",
        Kind::Text,
        "Working days, separated by semicolons",
    ),
    Field::new("lunch_min", Kind::Int, "Minutes of lunch; none = no lunch"),
    Field::new("max_visits", Kind::Int, "At most so many visits a day"),
    Field::new(
        "max_drive_min",
        Kind::Int,
        "At most so many minutes of driving a day",
    ),
    Field::new(
        "skills",
        Kind::Text,
        "Skills, separated by semicolons; a JSON array where one holds a separator",
    ),
    Field::new("active", Kind::Bool, "Whether the rep works"),
    Field::new("accounts", Kind::Int, "Accounts that the rep looks after"),
    Field::new(
        "hours_need",
        Kind::Real,
        "Hours that their cadences ask for in a period, travel estimated; none = not active",
    ),
    Field::new("hours_have", Kind::Real, "Working hours in that period"),
    Field::new("utilization", Kind::Real, "hours_need over hours_have"),
    Field::new(
        "load",
        Kind::Code(LOADS),
        "free below 0.85 of utilization, full to 1, over above",
    ),
    RUN_ID,
    AS_OF,
];

pub(super) fn all(context: &Context) -> Result<Vec<Feature>> {
    let standings = context.standings()?;
    let time = |time: chrono::NaiveTime| Value::from(time.format("%H:%M").to_string());
    let reps = context.planner().store.reps()?;
    let feature = |rep: crate::accounts::Rep| {
        let mut by_rep = standings.coverage.by_rep.iter();
        let own = by_rep.find(|one| one.rep.as_ref() == Some(&rep.id));
        let capacity = own.and_then(|own| own.capacity.as_ref());
        let days: Vec<String> = rep
            .weekdays
            .iter()
            .map(|day| day.to_string().to_lowercase())
            .collect();
        Feature {
            key: rep.id.0.clone(),
            shape: Some(point(rep.home).into()),
            values: vec![
                rep.name.into(),
                time(rep.shift_start),
                time(rep.shift_end),
                list(&days),
                rep.lunch.map(|lunch| lunch.minutes).into(),
                rep.max_visits.into(),
                rep.max_drive_min.into(),
                list(&rep.skills),
                rep.active.into(),
                standings
                    .by_rep
                    .get(&rep.id)
                    .copied()
                    .unwrap_or_default()
                    .into(),
                capacity.map(|c| hours(c.hours_need)).into(),
                capacity.map(|c| hours(c.hours_have)).into(),
                capacity.and_then(|c| c.utilization).map(share).into(),
                capacity.map(|c| c.state.clone()).into(),
                standings.coverage.run_id.clone().into(),
                standings.as_of.into(),
            ],
            id: rep.id.0,
        }
    };
    Ok(reps.into_iter().map(feature).collect())
}
