//! Planned days as lines along the roads.

use geo::MultiLineString;

use super::super::feature::Feature;
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::{line, metres, plans, share};
use crate::planner::{DayPlan, PlanStatus};

const STATUSES: &[&str] = &["draft", "agreed"];

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new("rep", Kind::Text, "Id of the rep"),
    Field::new("rep_name", Kind::Text, "Name of the rep"),
    Field::new("day", Kind::Date, "Local day"),
    Field::new(
        "status",
        Kind::Code(STATUSES),
        "Suggested, or agreed by a person",
    ),
    Field::new("visits", Kind::Int, "Number of visits"),
    Field::new("depart", Kind::Instant, "Leaves home"),
    Field::new(
        "home_at",
        Kind::Instant,
        "Back home, or end of the last visit where the day ends open",
    ),
    Field::new("drive_s", Kind::Int, "Driving, in seconds"),
    Field::new("dist_m", Kind::Real, "Driving, in metres"),
    Field::new("face_s", Kind::Int, "Time on site, in seconds"),
    Field::new("parking_s", Kind::Int, "Parking and walking in, in seconds"),
    Field::new("wait_s", Kind::Int, "Idle before visits, in seconds"),
    Field::new("shift_s", Kind::Int, "Shift less lunch, in seconds"),
    Field::new("drive_share", Kind::Real, "drive_s over shift_s"),
    Field::new("face_share", Kind::Real, "face_s over shift_s"),
    Field::new(
        "prize_s",
        Kind::Int,
        "What the visits are worth together, in seconds of travel",
    ),
    Field::new("left_out", Kind::Int, "Accounts that stayed out"),
    Field::new(
        "bound_s",
        Kind::Int,
        "Cost that no plan of these candidates can beat, in seconds; none = not known",
    ),
    Field::new("bound_method", Kind::Text, "How the bound is known"),
    Field::new(
        "cost_s",
        Kind::Int,
        "Cost of this plan beside the bound: driving plus what the visits left out are worth, in seconds",
    ),
    Field::new(
        "gap",
        Kind::Real,
        "(cost_s - bound_s) / cost_s: the plan costs at most this share too much; none = no bound is known",
    ),
    Field::new("seed", Kind::Int, "Start of every random choice"),
    RUN_ID,
    AS_OF,
];

pub(in super::super) fn of(plan: &DayPlan) -> Vec<Feature> {
    let totals = &plan.totals;
    let (key, id) = plans::name(plan, 0, None);
    let lines: Vec<_> = plan
        .legs
        .iter()
        .filter(|leg| leg.line.len() > 1)
        .map(|leg| line(&leg.line))
        .collect();
    let status = match plan.status {
        PlanStatus::Draft => "draft",
        PlanStatus::Agreed => "agreed",
    };
    vec![Feature {
        key,
        id,
        shape: (!lines.is_empty()).then(|| MultiLineString::new(lines).into()),
        values: vec![
            plan.rep.0.clone().into(),
            plan.rep_name.clone().into(),
            plan.date.into(),
            status.into(),
            totals.visits.into(),
            plan.depart.into(),
            plan.home_at.into(),
            totals.drive_s.into(),
            metres(totals.dist_m).into(),
            totals.face_s.into(),
            totals.parking_s.into(),
            totals.wait_s.into(),
            totals.shift_s.into(),
            share(totals.drive_share).into(),
            share(totals.face_share).into(),
            totals.expected_prize_s.into(),
            (plan.left_out.len() as u64).into(),
            plan.bound.as_ref().map(|bound| bound.value_s).into(),
            plan.bound.as_ref().map(|bound| bound.method.clone()).into(),
            plan.bound.as_ref().map(|bound| bound.cost_s).into(),
            plan.bound.as_ref().map(|bound| share(bound.gap())).into(),
            plan.seed.into(),
            plan.run_id.clone().into(),
            plan.as_of.into(),
        ],
    }]
}
