//! Reps at home.

use super::super::feature::{Feature, Value};
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::super::service::Context;
use super::point;
use crate::planner::Result;

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
    Field::new("skills", Kind::Text, "Skills, separated by semicolons"),
    Field::new("active", Kind::Bool, "Whether the rep works"),
    Field::new("accounts", Kind::Int, "Accounts that the rep looks after"),
    RUN_ID,
    AS_OF,
];

pub(super) fn all(context: &Context) -> Result<Vec<Feature>> {
    let standings = context.standings()?;
    let time = |time: chrono::NaiveTime| Value::from(time.format("%H:%M").to_string());
    let reps = context.planner().store.reps()?;
    let feature = |rep: crate::accounts::Rep| {
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
                Value::from(days.as_slice()),
                rep.lunch.map(|lunch| lunch.minutes).into(),
                rep.max_visits.into(),
                rep.max_drive_min.into(),
                Value::from(rep.skills.as_slice()),
                rep.active.into(),
                standings
                    .by_rep
                    .get(&rep.id)
                    .copied()
                    .unwrap_or_default()
                    .into(),
                standings.coverage.run_id.clone().into(),
                standings.as_of.into(),
            ],
            id: rep.id.0,
        }
    };
    Ok(reps.into_iter().map(feature).collect())
}
