//! A made-up day for the tests of this folder.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate};

use crate::accounts::VisitStatus;
use crate::geometry::LonLat;
use crate::planner::{DayPlan, DayTotals, Hours, Leg, PlanStatus, ReasonIn, Stop, StopKind};

const HOME: LonLat = LonLat::new(14.51, 35.90);

fn at(minutes: i64) -> DateTime<FixedOffset> {
    let midnight: DateTime<FixedOffset> = "2026-11-24T00:00:00+01:00".parse().unwrap();
    midnight + Duration::minutes(minutes)
}

/// Stop n at latitude 35.90 + n/100, starting at 08:00 + n hours, after half an hour of driving.
pub(super) fn day(visits: u32) -> DayPlan {
    let stops: Vec<Stop> = (1..=visits).map(stop).collect();
    let mut legs: Vec<Leg> = stops
        .iter()
        .map(|stop| leg(stop.seq, Some(&stop.account.0), stop.arrival, stop.at))
        .collect();
    if visits > 0 {
        let back = at(i64::from(visits) * 60 + 570);
        legs.push(leg(visits + 1, None, back, HOME));
    }
    DayPlan {
        rep: "r1".into(),
        rep_name: "Maria Borg".into(),
        date: NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
        home: HOME,
        status: PlanStatus::Draft,
        run_id: "run".into(),
        as_of: None,
        seed: 1,
        day_off: None,
        depart: at(510),
        home_at: at(i64::from(visits) * 60 + 570),
        stops,
        legs,
        lunch: None,
        totals: DayTotals::default(),
        left_out: Vec::new(),
        bound: None,
        warnings: Vec::new(),
        violations: Vec::new(),
        hours: Hours::default(),
        replanned: None,
    }
}

fn stop(seq: u32) -> Stop {
    let start = at(480 + i64::from(seq) * 60);
    Stop {
        visit: format!("v{seq}").as_str().into(),
        account: format!("a{seq}").as_str().into(),
        name: format!("Account {seq}"),
        class: Some("A".into()),
        at: LonLat::new(14.51, 35.90 + f64::from(seq) / 100.0),
        address: Some("1 Republic Street, Valletta".into()),
        phone: None,
        seq,
        arrival: start,
        start,
        end: start + Duration::minutes(30),
        wait_s: 0,
        kind: StopKind::Suggested,
        frozen: false,
        pinned: false,
        status: VisitStatus::Planned,
        outcome: None,
        visit_min: 30,
        opening_hours: None,
        hours_today: Vec::new(),
        urgency: Some(1.0),
        overdue_days: 0,
        due_status: "due".into(),
        prize_s: 600,
        detour_s: 60,
        reason: ReasonIn {
            code: "due".into(),
            text: "due".into(),
        },
    }
}

fn leg(seq: u32, to: Option<&str>, arrive: DateTime<FixedOffset>, end: LonLat) -> Leg {
    Leg {
        seq,
        from: None,
        to: to.map(Into::into),
        depart: arrive - Duration::minutes(30),
        arrive,
        drive_ms: 1_800_000,
        cost_ms: Some(1_800_000),
        dist_m: 5_000.0,
        ferry: false,
        line: vec![HOME, end],
    }
}
