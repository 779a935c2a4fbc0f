//! Walking through planned days one at a time; tours, legs and what was left out are made of each.

use chrono::NaiveDate;

use super::super::feature::Feature;
use super::super::service::{Context, Each, Walk};
use super::{SEPARATOR, hand_over, part};
use crate::planner::{DayPlan, Result};
use crate::store::Slice;

/// Makes the features of one plan, in the order of their keys.
pub(super) type Of = fn(&DayPlan) -> Vec<Feature>;

pub(super) fn walk(context: &Context, walk: &Walk, each: Each<'_>, of: Of) -> Result<()> {
    // A key begins with its day.
    let first: Option<NaiveDate> = walk
        .after
        .as_deref()
        .and_then(|key| key.get(..10))
        .and_then(|day| day.parse().ok());
    let from = walk.from.max(first);
    for day in context.planner().store.visit_days(from, walk.to)? {
        for plan in on(context, day)? {
            if hand_over(of(&plan), walk, each).is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The feature with an id that begins with its day.
pub(super) fn one(context: &Context, id: &str, of: Of) -> Result<Option<Feature>> {
    let day = id.get(..10).and_then(|day| day.parse().ok());
    let Some(day) = day else { return Ok(None) };
    let plans = on(context, day)?;
    Ok(plans.iter().flat_map(of).find(|feature| feature.id == id))
}

/// The plans of a day, by rep.
pub(super) fn on(context: &Context, day: NaiveDate) -> Result<Vec<DayPlan>> {
    let mut plans = context.planner().stored_plans(&Slice {
        from: Some(day),
        to: Some(day),
        ..Slice::default()
    })?;
    plans.sort_by(|a, b| a.rep.cmp(&b.rep));
    Ok(plans)
}

/// Key and id of a part of a plan; of the plan itself without `last`. `place` orders the parts.
pub(super) fn name(plan: &DayPlan, place: usize, last: Option<&str>) -> (String, String) {
    let (day, rep) = (plan.date, &plan.rep);
    let key = format!("{day}{SEPARATOR}{rep}{SEPARATOR}{place:06}");
    let id = format!("{day}:{}", part(&rep.0));
    match last {
        None => (key, id),
        Some(last) => (key, format!("{id}:{}", part(last))),
    }
}
