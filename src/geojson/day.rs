//! A planned day as features: home, visits, legs and what stayed out, told apart by `layer`.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Collection, Feature, Geometry, Position};
use crate::accounts::VisitStatus;
use crate::planner::{
    DayOff, DayPlan, LeftOut, Leg, PlanStatus, Stop, StopKind, Violation, WhyOut,
};

/// A planned day.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Day {
    /// Home, visits in order, legs in order, what stayed out (most worth first).
    #[serde(flatten)]
    pub collection: Collection<DayProperties>,
    /// The day in figures.
    pub plan: PlanSummary,
}

/// Properties of a day's features, by layer.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "layer", rename_all = "snake_case")]
pub enum DayProperties {
    /// Point: where the day starts and, unless it ends open, ends.
    Home(HomeProperties),
    /// Point: one visit.
    Visits(Box<StopProperties>),
    /// `LineString`: one drive.
    Legs(LegProperties),
    /// Point or none: an account that stayed out.
    Unplanned(UnplannedProperties),
}

/// The rep's home.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HomeProperties {
    rep: String,
    name: String,
}

/// One visit of the day.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StopProperties {
    /// Id of the visit; takes outcomes.
    id: String,
    account: String,
    name: String,
    class: Option<String>,
    rep: String,
    /// Local day.
    day: NaiveDate,
    /// Place in the order, from 1.
    seq: u32,
    /// Car arrives.
    arrival: DateTime<FixedOffset>,
    start: DateTime<FixedOffset>,
    end: DateTime<FixedOffset>,
    /// Idle before the start, lunch not counted.
    wait_s: i64,
    /// `suggested`, `appointment`, `must` or `done`.
    #[schema(value_type = String)]
    kind: StopKind,
    /// Only a person may move or drop it.
    frozen: bool,
    /// A person holds it at about this time.
    pinned: bool,
    /// `planned`, `agreed`, `done`, `missed`, `phone`, `refused` or `cancelled`.
    #[schema(value_type = String)]
    status: VisitStatus,
    outcome: Option<String>,
    /// Minutes on site.
    visit_min: u32,
    /// OSM opening_hours.
    opening_hours: Option<String>,
    /// Hours of the day; empty = none known.
    #[schema(value_type = Vec<Vec<String>>)]
    hours_today: Vec<[String; 2]>,
    /// Days since the last visit over the interval.
    urgency: Option<f64>,
    overdue_days: i64,
    /// `not_due`, `due`, `overdue`, `critical` or `no_cadence`.
    due_status: String,
    /// What the visit is worth, in seconds of travel.
    prize_s: i64,
    /// Driving that it adds to the day.
    detour_s: i64,
    /// Why it is in, for people.
    reason_in: String,
    reason_in_code: String,
    address: Option<String>,
    phone: Option<String>,
}

/// One drive.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LegProperties {
    /// Place in the order, from 1.
    seq: u32,
    /// Account it starts from; `null` = home, or where the rep was when the day was planned again.
    from: Option<String>,
    /// Account it leads to; `null` = home.
    to: Option<String>,
    drive_s: i64,
    /// What its way was chosen by: `drive_s` and what else counts against roads, such as sharp turns (that private roads are avoided
    /// goes before and is not counted); `null` in plans of versions that did not keep it.
    cost_s: Option<i64>,
    dist_m: f64,
    /// A ferry is part of it.
    ferry: bool,
    depart: DateTime<FixedOffset>,
    arrive: DateTime<FixedOffset>,
}

/// An account that stayed out.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct UnplannedProperties {
    account: String,
    name: String,
    class: Option<String>,
    /// `not_due`, `closed`, `blocked`, `off_network`, `unlocated`, `out_of_reach`, `no_time`, `max_visits`,
    /// `max_drive`, `not_worth_it`, `in_other_plan`, `skill`, `removed` or `fits`.
    reason_code: &'static str,
    /// For people.
    reason: String,
    /// The numbers behind the reason, such as `short_min`.
    params: Value,
    urgency: Option<f64>,
    prize_s: i64,
}

/// A day in figures. The shares have the shift less lunch as denominator.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PlanSummary {
    id: String,
    rep: String,
    rep_name: String,
    date: NaiveDate,
    /// `draft` or `agreed`.
    #[schema(value_type = String)]
    status: PlanStatus,
    /// Hash of inputs, settings, seed and versions: equal ids mean equal plans.
    run_id: String,
    /// Last change of the book that the plan stands on.
    as_of: Option<DateTime<Utc>>,
    seed: u64,
    /// Why nobody works that day.
    day_off: Option<DayOffReason>,
    /// Number of visits.
    visits: u32,
    depart: DateTime<FixedOffset>,
    home_at: DateTime<FixedOffset>,
    drive_s: i64,
    dist_m: f64,
    /// Time on site.
    face_s: i64,
    /// Parking and walking in.
    parking_s: i64,
    wait_s: i64,
    lunch: Option<Span>,
    /// Shift less lunch.
    shift_s: i64,
    drive_share: f64,
    face_share: f64,
    /// What the visits are worth together, in seconds of travel.
    expected_prize_s: i64,
    bound: Option<BoundOut>,
    /// What a person should know.
    warnings: Vec<String>,
    /// What a plan made by hand, or in the middle of the day, does not keep.
    violations: Vec<ViolationOut>,
    /// When and where the rest of the day was planned again.
    replanned: Option<ReplannedOut>,
}

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Violation)]
pub struct ViolationOut {
    /// `late`, `after_shift`, `late_lunch`, `max_visits`, `max_drive` or `dropped`.
    code: &'static str,
    /// The stop it is about.
    account: Option<String>,
    /// For people.
    text: String,
}

/// From when and where the rest of a day was planned again.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Replanned)]
pub struct ReplannedOut {
    now: DateTime<FixedOffset>,
    here: Position,
}

/// From and to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Span {
    start: DateTime<FixedOffset>,
    end: DateTime<FixedOffset>,
}

/// A value no plan of these candidates can beat.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Bound)]
pub struct BoundOut {
    /// Least cost, in seconds: driving plus what the visits left out are worth.
    value: i64,
    /// Cost of this plan, likewise.
    cost: i64,
    /// The share of its cost that the plan costs too much at most; 0 = no plan is better.
    gap: f64,
    /// How that is known: `exact`, `assignment` or `one-tree`.
    method: String,
}

/// Why nobody works that day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayOffReason {
    /// `weekday`, `blocked` or `inactive`.
    code: &'static str,
    /// For people.
    text: String,
}

/// The features of a day, stored under `id`.
#[must_use]
pub fn day(plan: &DayPlan, id: &str) -> Day {
    let mut features = vec![Feature::new(
        format!("home-{}", plan.rep),
        Some(Geometry::point(plan.home)),
        DayProperties::Home(HomeProperties {
            rep: plan.rep.0.clone(),
            name: plan.rep_name.clone(),
        }),
    )];
    features.extend(plan.stops.iter().map(|stop| visit(plan, stop)));
    features.extend(plan.legs.iter().map(|one| leg(plan, one)));
    features.extend(plan.left_out.iter().map(left_out));
    Day {
        collection: Collection::new(features, plan.as_of).of_run(plan.run_id.clone()),
        plan: summary(plan, id),
    }
}

/// The figures of a day, stored under `id`.
#[must_use]
pub fn summary(plan: &DayPlan, id: &str) -> PlanSummary {
    let totals = &plan.totals;
    PlanSummary {
        id: id.to_owned(),
        rep: plan.rep.0.clone(),
        rep_name: plan.rep_name.clone(),
        date: plan.date,
        status: plan.status,
        run_id: plan.run_id.clone(),
        as_of: plan.as_of,
        seed: plan.seed,
        day_off: plan.day_off.as_ref().map(|off| day_off(plan, off)),
        visits: totals.visits,
        depart: plan.depart,
        home_at: plan.home_at,
        drive_s: totals.drive_s,
        dist_m: metres(totals.dist_m),
        face_s: totals.face_s,
        parking_s: totals.parking_s,
        wait_s: totals.wait_s,
        lunch: plan.lunch.map(|lunch| Span {
            start: lunch.start,
            end: lunch.end,
        }),
        shift_s: totals.shift_s,
        drive_share: share(totals.drive_share),
        face_share: share(totals.face_share),
        expected_prize_s: totals.expected_prize_s,
        bound: plan.bound.as_ref().map(|bound| BoundOut {
            value: bound.value_s,
            cost: bound.cost_s,
            gap: share(bound.gap()),
            method: bound.method.clone(),
        }),
        warnings: plan.warnings.clone(),
        violations: plan.violations.iter().map(violation).collect(),
        replanned: plan.replanned.map(|replanned| ReplannedOut {
            now: replanned.now,
            here: replanned.here.into(),
        }),
    }
}

fn violation(broken: &Violation) -> ViolationOut {
    ViolationOut {
        code: broken.code(),
        account: broken.account().map(|id| id.0.clone()),
        text: broken.text(),
    }
}

fn day_off(plan: &DayPlan, off: &DayOff) -> DayOffReason {
    DayOffReason {
        code: off.code(),
        text: off.text(&plan.rep_name, plan.date),
    }
}

fn visit(plan: &DayPlan, stop: &Stop) -> Feature<DayProperties> {
    let properties = StopProperties {
        id: stop.visit.0.clone(),
        account: stop.account.0.clone(),
        name: stop.name.clone(),
        class: stop.class.clone(),
        rep: plan.rep.0.clone(),
        day: plan.date,
        seq: stop.seq,
        arrival: stop.arrival,
        start: stop.start,
        end: stop.end,
        wait_s: stop.wait_s,
        kind: stop.kind,
        frozen: stop.frozen,
        pinned: stop.pinned,
        status: stop.status,
        outcome: stop.outcome.clone(),
        visit_min: stop.visit_min,
        opening_hours: stop.opening_hours.clone(),
        hours_today: stop.hours_today.clone(),
        urgency: stop.urgency.map(share),
        overdue_days: stop.overdue_days,
        due_status: stop.due_status.clone(),
        prize_s: stop.prize_s,
        detour_s: stop.detour_s,
        reason_in: stop.reason.text.clone(),
        reason_in_code: stop.reason.code.clone(),
        address: stop.address.clone(),
        phone: stop.phone.clone(),
    };
    Feature::new(
        stop.visit.0.clone(),
        Some(Geometry::point(stop.at)),
        DayProperties::Visits(Box::new(properties)),
    )
}

fn leg(plan: &DayPlan, leg: &Leg) -> Feature<DayProperties> {
    Feature::new(
        format!("leg-{}-{}-{}", plan.rep, plan.date, leg.seq),
        Geometry::line(&leg.line),
        DayProperties::Legs(LegProperties {
            seq: leg.seq,
            from: leg.from.as_ref().map(|id| id.0.clone()),
            to: leg.to.as_ref().map(|id| id.0.clone()),
            drive_s: (leg.drive_ms + 500).div_euclid(1_000),
            cost_s: leg.cost_ms.map(|cost| (cost + 500).div_euclid(1_000)),
            dist_m: metres(leg.dist_m),
            ferry: leg.ferry,
            depart: leg.depart,
            arrive: leg.arrive,
        }),
    )
}

fn left_out(out: &LeftOut) -> Feature<DayProperties> {
    Feature::new(
        format!("unplanned-{}", out.account),
        out.at.map(Geometry::point),
        DayProperties::Unplanned(UnplannedProperties {
            account: out.account.0.clone(),
            name: out.name.clone(),
            class: out.class.clone(),
            reason_code: out.why.code(),
            reason: out.why.text(),
            params: params(&out.why),
            urgency: out.urgency.map(share),
            prize_s: out.prize_s,
        }),
    )
}

/// The numbers of a reason, as an object.
pub(super) fn params(why: &WhyOut) -> Value {
    let mut tagged = serde_json::to_value(why).unwrap_or_default();
    match tagged.get_mut("params").map(Value::take) {
        Some(params) if params.is_object() => params,
        _ => Value::Object(serde_json::Map::new()),
    }
}

/// A decimetre.
fn metres(m: f64) -> f64 {
    (m * 10.0).round() / 10.0
}

/// Four digits.
fn share(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_show_their_numbers() {
        assert_eq!(
            params(&WhyOut::NoTime { short_min: 24 }),
            serde_json::json!({"short_min": 24})
        );
    }
}
