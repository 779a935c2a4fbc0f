//! Accounts that planned days left out.

use super::super::feature::{Feature, Value};
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::{plans, point, share};
use crate::planner::{DayPlan, WhyOut};

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new("account", Kind::Text, "Id of the account"),
    Field::new("name", Kind::Text, "Name of the account"),
    Field::new("class", Kind::Text, "Class of the account"),
    Field::new("rep", Kind::Text, "Id of the rep"),
    Field::new("day", Kind::Date, "Local day"),
    Field::new("reason_code", Kind::Text, "Why it stayed out, as a code"),
    Field::new("reason", Kind::Text, "Why it stayed out, for people"),
    Field::new(
        "params",
        Kind::Text,
        "The numbers behind the reason, as a JSON object",
    ),
    Field::new(
        "urgency",
        Kind::Real,
        "Days since the last visit over the interval",
    ),
    Field::new(
        "prize_s",
        Kind::Int,
        "What a visit is worth, in seconds of travel",
    ),
    RUN_ID,
    AS_OF,
];

pub(super) fn of(plan: &DayPlan) -> Vec<Feature> {
    let one = |(place, out): (usize, &crate::planner::LeftOut)| {
        let (key, id) = plans::name(plan, place, Some(&out.account.0));
        Feature {
            key,
            id,
            shape: out.at.map(|at| point(at).into()),
            values: vec![
                out.account.0.clone().into(),
                out.name.clone().into(),
                out.class.clone().into(),
                plan.rep.0.clone().into(),
                plan.date.into(),
                out.why.code().into(),
                out.why.text().into(),
                params(&out.why),
                out.urgency.map(share).into(),
                out.prize_s.into(),
                plan.run_id.clone().into(),
                plan.as_of.into(),
            ],
        }
    };
    plan.left_out.iter().enumerate().map(one).collect()
}

/// The numbers of a reason; nothing where it has none.
fn params(why: &WhyOut) -> Value {
    let tagged = serde_json::to_value(why).unwrap_or_default();
    match tagged.get("params") {
        Some(params) if params.is_object() => params.to_string().into(),
        _ => Value::Null,
    }
}
