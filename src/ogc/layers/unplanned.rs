//! Accounts that planned days left out.

use super::super::feature::{Feature, Value};
use super::super::layer::Layer;
use super::super::remedies::{Asked, Remedies};
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::{plans, point, share};
use crate::accounts::{AccountId, RepId};
use crate::planner::{DayPlan, Planner, Result, WhyOut};

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
    Field::new(
        "minimal_change",
        Kind::Text,
        "The smallest single change that lets it into the day, proven by solving the day anew; none = no single change does",
    )
    .on_request(),
    Field::new(
        "next_slot",
        Kind::Instant,
        "Start of the cheapest slot on the first later day with room, all stops there staying; none = no room within the horizon",
    )
    .on_request(),
    RUN_ID,
    AS_OF,
];

pub(in super::super) fn of(plan: &DayPlan) -> Vec<Feature> {
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
                Value::Null,
                Value::Null,
                plan.run_id.clone().into(),
                plan.as_of.into(),
            ],
        }
    };
    plan.left_out.iter().enumerate().map(one).collect()
}

/// Puts what would let a visit in into its feature.
pub(in super::super) fn work_out(
    planner: &Planner,
    remedies: &Remedies,
    feature: &mut Feature,
) -> Result<()> {
    let at = |name: &str| {
        Layer::Unplanned
            .field(name)
            .expect("a property of the table")
    };
    let text = |name: &str| feature.values[at(name)].to_text().into_owned();
    let Value::Date(day) = feature.values[at("day")] else {
        return Ok(());
    };
    let found = remedies.get(
        planner,
        Asked {
            rep: RepId::from(text("rep").as_str()),
            day,
            account: AccountId::from(text("account").as_str()),
            run_id: text("run_id"),
        },
    )?;
    feature.values[at("minimal_change")] = found.change.clone().into();
    feature.values[at("next_slot")] = found.next.into();
    Ok(())
}

/// The numbers of a reason; nothing where it has none.
fn params(why: &WhyOut) -> Value {
    let tagged = serde_json::to_value(why).unwrap_or_default();
    match tagged.get("params") {
        Some(params) if params.is_object() => params.to_string().into(),
        _ => Value::Null,
    }
}
