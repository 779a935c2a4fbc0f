//! Visits, recorded and planned, day by day, the newest first: QGIS learns the types of columns from the first features, and what is
//! planned has values in all of them. A planned stop that has an outcome is one visit.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeZone as _, Utc};

use super::super::feature::{Feature, Value};
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::super::service::{Context, Each, Walk};
use super::{SEPARATOR, hand_over, plans, point, share};
use crate::accounts::{VisitId, VisitStatus};
use crate::planner::risk::{Chance, chances};
use crate::planner::{DayPlan, Result, Stop, StopKind};
use crate::store::VisitThere;

const KINDS: &[&str] = &["suggested", "appointment", "must", "done", "recorded"];
const STATUSES: &[&str] = &[
    "planned",
    "agreed",
    "done",
    "missed",
    "phone",
    "refused",
    "cancelled",
];

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new("account", Kind::Text, "Id of the account").editable(),
    Field::new("name", Kind::Text, "Name of the account"),
    Field::new("class", Kind::Text, "Class of the account"),
    Field::new("rep", Kind::Text, "Id of the rep").editable(),
    Field::new("day", Kind::Date, "Local day").editable(),
    Field::new(
        "seq",
        Kind::Int,
        "Place in the order of the planned day, from 1; none = not planned",
    ),
    Field::new(
        "start",
        Kind::Instant,
        "Starts; none = only the day is known",
    )
    .editable(),
    Field::new("end", Kind::Instant, "Ends").editable(),
    Field::new(
        "p50",
        Kind::Instant,
        "Half of such days the car has arrived by then, drives and visits taking more or less than planned as the settings \
         drive_spread and visit_spread have it; none = not planned",
    ),
    Field::new(
        "p90",
        Kind::Instant,
        "Nine in ten such days the car has arrived by then",
    ),
    Field::new(
        "p_on_time",
        Kind::Real,
        "Share of such days on which the visit keeps its time: an appointment or pinned stop begins at most pin_leeway_min late, \
         others lie within their hours; none = no time to keep",
    ),
    Field::new(
        "show_p",
        Kind::Real,
        "Share of visits that took place, of those done, missed, refused or cancelled so far at accounts of its class; \
         none = fewer than 20 of them, or it has happened",
    ),
    Field::new("wait_s", Kind::Int, "Idle before the start, in seconds"),
    Field::new(
        "kind",
        Kind::Code(KINDS),
        "Why it stands in the plan; recorded = it does not",
    ),
    Field::new("status", Kind::Code(STATUSES), "What became of it").editable(),
    Field::new("outcome", Kind::Text, "What came out").editable(),
    Field::new("purpose", Kind::Text, "Why it was made").editable(),
    Field::new("note", Kind::Text, "Note").editable(),
    Field::new("frozen", Kind::Bool, "Only a person may move or drop it"),
    Field::new("visit_min", Kind::Int, "Minutes on site"),
    Field::new(
        "urgency",
        Kind::Real,
        "Days since the last visit over the interval",
    ),
    Field::new("overdue_days", Kind::Int, "Days past the interval"),
    Field::new(
        "prize_s",
        Kind::Int,
        "What the visit is worth, in seconds of travel",
    ),
    Field::new(
        "detour_s",
        Kind::Int,
        "Driving that it adds to the day, in seconds",
    ),
    Field::new("reason_in", Kind::Text, "Why it is in the plan, for people"),
    Field::new("source", Kind::Text, "import, plan or manual"),
    Field {
        title: "Plan that it stands in, by the hash of its inputs, settings and versions; none = it does not",
        ..RUN_ID
    },
    AS_OF,
];

pub(super) fn walk(context: &Context, walk: &Walk, each: Each<'_>) -> Result<()> {
    let reached = walk.after.as_deref().and_then(day_of);
    let to = match (walk.to, reached) {
        (Some(to), Some(reached)) => Some(to.min(reached)),
        (to, reached) => to.or(reached),
    };
    let as_of = context.as_of()?;
    let days = context.planner().store.visit_days(walk.from, to)?;
    for day in days.into_iter().rev() {
        if hand_over(on(context, day, as_of)?, walk, each).is_break() {
            break;
        }
    }
    Ok(())
}

pub(super) fn one(context: &Context, id: &str) -> Result<Option<Feature>> {
    let store = &context.planner().store;
    let id = VisitId::from(id);
    let day = match store.visit(&id)? {
        Some(visit) => Some(visit.date),
        None => store.planned_stop(&id)?.map(|stop| stop.date),
    };
    let Some(day) = day else { return Ok(None) };
    let features = on(context, day, context.as_of()?)?;
    Ok(features.into_iter().find(|feature| feature.id == id.0))
}

/// The visits of a day by id.
fn on(context: &Context, day: NaiveDate, as_of: Option<DateTime<Utc>>) -> Result<Vec<Feature>> {
    let recorded = context.planner().store.visits_on(day)?;
    let plans = plans::on(context, day)?;
    let mut all: BTreeMap<VisitId, Feature> = BTreeMap::new();
    let mut known: BTreeMap<&VisitId, &VisitThere> = recorded
        .iter()
        .map(|there| (&there.visit.id, there))
        .collect();
    for plan in &plans {
        let chances = chances(plan, &context.planner().settings);
        let shows = context.service.shows()?;
        for (stop, chance) in plan.stops.iter().zip(chances) {
            let record = known.remove(&stop.visit);
            let odds = Odds {
                chance,
                shows: shows.of(stop.class.as_deref()),
            };
            let feature = planned(plan, stop, record, &odds, as_of);
            all.insert(stop.visit.clone(), feature);
        }
    }
    for there in known.into_values() {
        all.insert(there.visit.id.clone(), logged(context, there, as_of));
    }
    Ok(all.into_values().collect())
}

/// Days that are counted back from, so that keys grow towards older ones; beyond any day of the calendar.
const LAST: i64 = 1_000_000_000;

fn key(day: NaiveDate, id: &VisitId) -> String {
    let back = LAST - i64::from(day.num_days_from_ce());
    format!("{back:010}{SEPARATOR}{id}")
}

/// The day of a key.
fn day_of(key: &str) -> Option<NaiveDate> {
    let back: i64 = key.get(..10)?.parse().ok()?;
    let days = i32::try_from(LAST.checked_sub(back)?).ok()?;
    NaiveDate::from_num_days_from_ce_opt(days)
}

/// How sure a planned stop is.
struct Odds {
    /// Of its times.
    chance: Chance,
    /// To take place at all.
    shows: Option<f64>,
}

/// `as_of` is the instant of the book.
fn planned(
    plan: &DayPlan,
    stop: &Stop,
    record: Option<&VisitThere>,
    odds: &Odds,
    as_of: Option<DateTime<Utc>>,
) -> Feature {
    let ahead = matches!(stop.status, VisitStatus::Planned | VisitStatus::Agreed);
    let shows = odds.shows.filter(|_| ahead);
    // What became of it, and what became of others, the book says later than the plan.
    let from_book = record.is_some() || shows.is_some();
    let as_of = if from_book {
        plan.as_of.max(as_of)
    } else {
        plan.as_of
    };
    let visit = record.map(|there| &there.visit);
    let kind = match stop.kind {
        StopKind::Suggested => "suggested",
        StopKind::Appointment => "appointment",
        StopKind::Must => "must",
        StopKind::Done => "done",
    };
    Feature {
        key: key(plan.date, &stop.visit),
        id: stop.visit.0.clone(),
        shape: Some(point(stop.at).into()),
        values: vec![
            stop.account.0.clone().into(),
            stop.name.clone().into(),
            stop.class.clone().into(),
            plan.rep.0.clone().into(),
            plan.date.into(),
            stop.seq.into(),
            stop.start.into(),
            stop.end.into(),
            odds.chance.p50.into(),
            odds.chance.p90.into(),
            odds.chance.on_time.map(share).into(),
            shows.map(share).into(),
            stop.wait_s.into(),
            kind.into(),
            stop.status.name().into(),
            stop.outcome.clone().into(),
            visit.and_then(|v| v.purpose.clone()).into(),
            visit.and_then(|v| v.note.clone()).into(),
            stop.frozen.into(),
            stop.visit_min.into(),
            stop.urgency.map(share).into(),
            stop.overdue_days.into(),
            stop.prize_s.into(),
            stop.detour_s.into(),
            stop.reason.text.clone().into(),
            visit.map_or_else(|| "plan".into(), |v| v.source.clone().into()),
            plan.run_id.clone().into(),
            as_of.into(),
        ],
    }
}

fn logged(context: &Context, there: &VisitThere, as_of: Option<DateTime<Utc>>) -> Feature {
    let visit = &there.visit;
    let zone = context.service.zone();
    let instant = |time: Option<NaiveTime>| {
        let local = visit.date.and_time(time?);
        let at = zone.from_local_datetime(&local).earliest()?;
        Some(at.fixed_offset())
    };
    Feature {
        key: key(visit.date, &visit.id),
        id: visit.id.0.clone(),
        shape: there.at.map(|at| point(at).into()),
        values: vec![
            visit.account.0.clone().into(),
            there.name.clone().into(),
            there.class.clone().into(),
            visit.rep.0.clone().into(),
            visit.date.into(),
            Value::Null,
            instant(visit.start).into(),
            instant(visit.end).into(),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            "recorded".into(),
            visit.status.name().into(),
            visit.outcome.clone().into(),
            visit.purpose.clone().into(),
            visit.note.clone().into(),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
            visit.source.clone().into(),
            Value::Null,
            as_of.into(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_grow_towards_older_days_and_name_theirs() {
        let days = [
            "9999-12-31",
            "2026-11-24",
            "2026-11-23",
            "1970-01-01",
            "0001-01-01",
        ];
        let days = days.map(|day| day.parse::<NaiveDate>().unwrap());
        for pair in days.windows(2) {
            let [newer, older] = [pair[0], pair[1]].map(|day| key(day, &"v".into()));
            assert!(newer < older, "{newer} {older}");
        }
        for day in days.into_iter().chain([NaiveDate::MIN, NaiveDate::MAX]) {
            assert_eq!(day_of(&key(day, &"v".into())), Some(day));
        }
        for other in [
            "",
            "2026-11-24\u{1f}v",
            "9999999999",
            "-999999999",
            "ħħħħħħ",
        ] {
            assert_eq!(day_of(other), None, "{other}");
        }
    }
}
