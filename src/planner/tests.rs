//! Days planned on drawn maps.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc, Weekday};

use super::*;
use crate::accounts::{
    Account, AccountId, Appointment, Block, Location, LocationQuality, Lunch, Rep, RepId, Visit,
    VisitId, VisitStatus,
};
use crate::geometry::LonLat;
use crate::store::{Changes, SqliteStore};
use crate::testkit::TextMap;

/// One step of the drawing is a kilometre, 100 s at 36 km/h; neighbours are two steps apart.
pub(super) fn map() -> TextMap {
    TextMap::draw(
        1_000.0,
        "
        A-B-C-D-E
        |       |
        H-F-G-I-J
        ",
    )
    .road("ABCDE", |_| {})
    .road("HFGIJ", |_| {})
    .road("AH", |_| {})
    .road("EJ", |_| {})
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn at(h: u32, m: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(h, m, 0).unwrap()
}

pub(super) fn rep() -> Rep {
    Rep {
        id: "r1".into(),
        name: "Rita".into(),
        home: map().at('H'),
        shift_start: at(9, 0),
        shift_end: at(17, 0),
        weekdays: vec![
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
        ],
        lunch: None,
        max_visits: None,
        max_drive_min: None,
        skills: Vec::new(),
        blocks: Vec::new(),
        open_end: false,
        active: true,
    }
}

/// An account at a node, last seen long ago: overdue on any day of the tests.
pub(super) fn account(node: char) -> Account {
    Account {
        id: AccountId(node.to_string()),
        name: format!("Shop {node}"),
        location: Some(Location {
            at: map().at(node),
            quality: LocationQuality::Given,
        }),
        class: Some("A".to_owned()),
        value: 100.0,
        rep: Some("r1".into()),
        last_visit: Some(day("2026-10-26")),
        ..Account::default()
    }
}

pub(super) fn planner(rep: Rep, accounts: Vec<Account>) -> Planner {
    let store = SqliteStore::in_memory().unwrap();
    let changes = Changes {
        source: "import".to_owned(),
        reps: vec![rep],
        accounts,
        ..Changes::default()
    };
    store.write(&changes, noon()).unwrap();
    let network = Arc::new(map().network());
    let ground = Ground::new(
        network,
        "Europe/Malta",
        Some("MT".to_owned()),
        "map".to_owned(),
    );
    Planner::new(ground, Arc::new(store), Settings::default())
}

pub(super) fn noon() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

pub(super) const MONDAY: &str = "2026-11-23";

fn plan(planner: &Planner, date: &str) -> DayPlan {
    planner
        .plan_day(&DayRequest::new("r1".into(), day(date)))
        .unwrap()
}

pub(super) fn order(plan: &DayPlan) -> String {
    plan.stops.iter().map(|s| s.account.0.as_str()).collect()
}

fn why<'p>(plan: &'p DayPlan, account: &str) -> &'p WhyOut {
    let left = plan.left_out.iter().find(|l| l.account.0 == account);
    &left
        .unwrap_or_else(|| panic!("{account} is not left out"))
        .why
}

#[test]
fn everyone_due_is_visited_round_the_block() {
    let planner = planner(rep(), "ABCDEFGIJ".chars().map(account).collect());
    let plan = plan(&planner, MONDAY);
    let order = order(&plan);
    assert!(order == "ABCDEJIGF" || order == "FGIJEDCBA", "{order}");
    assert_eq!(plan.legs.len(), 10);
    // Twenty kilometres at 10 m/s, 9 visits of 30 min and 3 min of parking.
    assert!(
        (plan.totals.dist_m - 20_000.0).abs() < 40.0,
        "{}",
        plan.totals.dist_m
    );
    assert_eq!(plan.totals.face_s, 9 * 1_800);
    assert_eq!(plan.totals.parking_s, 9 * 180);
    assert!(plan.left_out.is_empty() && plan.warnings.is_empty());
    assert!(
        plan.stops
            .iter()
            .all(|s| s.reason.code == "overdue" && s.overdue_days == 14)
    );
    assert!(plan.stops[0].arrival.to_rfc3339().ends_with("+01:00"));
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let bytes = || {
        let planner = planner(rep(), "ABCDEFGIJ".chars().map(account).collect());
        serde_json::to_vec(&plan(&planner, MONDAY)).unwrap()
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn opening_hours_hold_the_whole_visit_and_siestas_count() {
    let mut b = account('B');
    b.opening_hours = Some("Mo-Fr 09:00-09:20,16:00-16:40".to_owned());
    let mut c = account('C');
    c.opening_hours = Some("Sa 08:00-12:00".to_owned());
    let mut d = account('D');
    d.opening_hours = Some("Mo 10:00-10:20".to_owned());
    let mut e = account('E');
    e.opening_hours = Some("Mo 10:00-10:20".to_owned());
    e.start_inside_is_enough = true;
    let plan = plan(&planner(rep(), vec![b, c, d, e]), MONDAY);
    let stop = |name: &str| plan.stops.iter().find(|s| s.account.0 == name).unwrap();
    assert!((at(16, 0)..=at(16, 10)).contains(&stop("B").start.time()));
    assert!((at(10, 0)..=at(10, 20)).contains(&stop("E").start.time()));
    assert_eq!(why(&plan, "C").text(), "closed that day");
    assert_eq!(
        why(&plan, "D").text(),
        "open 10:00-10:20: no room for 30 min within the shift"
    );
}

#[test]
fn an_appointment_is_kept_to_the_minute_even_when_nothing_is_due() {
    let mut g = account('G');
    g.last_visit = Some(day("2026-11-20"));
    let planner = planner(rep(), vec![account('B'), g]);
    let agreed = appointment("a1", "G", at(10, 30));
    planner.make_appointment(&agreed, noon()).unwrap();
    let plan = plan(&planner, MONDAY);
    let stop = plan.stops.iter().find(|s| s.account.0 == "G").unwrap();
    assert_eq!(stop.start.time(), at(10, 30));
    assert_eq!((stop.kind, stop.frozen), (StopKind::Appointment, true));
    assert_eq!(stop.reason.text, "appointment 10:30");
    assert_eq!(stop.visit, VisitId("a1".to_owned()));
}

pub(super) fn appointment(id: &str, account: &str, start: NaiveTime) -> Appointment {
    Appointment {
        id: VisitId(id.to_owned()),
        account: account.into(),
        rep: "r1".into(),
        date: day(MONDAY),
        start,
        leeway_min: 0,
        visit_min: None,
        purpose: None,
        note: None,
    }
}

#[test]
fn appointments_that_collide_are_refused() {
    let planner = planner(rep(), vec![account('B'), account('J')]);
    planner
        .make_appointment(&appointment("a1", "B", at(10, 0)), noon())
        .unwrap();
    // 30 min with B, then 8 km of driving to J: 10:20 is too early, 11:00 is not.
    let clash = planner.make_appointment(&appointment("a2", "J", at(10, 20)), noon());
    assert!(
        matches!(clash, Err(PlanError::Conflict { .. })),
        "{clash:?}"
    );
    planner
        .make_appointment(&appointment("a2", "J", at(11, 0)), noon())
        .unwrap();
    planner
        .cancel_appointment(&VisitId("a1".to_owned()), noon())
        .unwrap();
    assert!(matches!(
        planner.cancel_appointment(&VisitId("a1".to_owned()), noon()),
        Err(PlanError::UnknownVisit(_))
    ));
    assert_eq!(plan(&planner, MONDAY).stops.len(), 2);
}

#[test]
fn every_account_left_out_has_its_reason() {
    let mut not_due = account('A');
    not_due.last_visit = Some(day("2026-11-15"));
    let mut blocked = account('B');
    blocked.blocks = vec![Block {
        from: day("2026-11-22"),
        to: day("2026-11-30"),
        reason: Some("stocktaking".to_owned()),
    }];
    let mut lost = account('C');
    lost.location = None;
    let mut vague = account('D');
    vague.location = vague.location.map(|l| Location {
        quality: LocationQuality::Place,
        ..l
    });
    let mut at_sea = account('E');
    at_sea.location = at_sea.location.map(|l| Location {
        at: LonLat::new(14.9, 35.9),
        ..l
    });
    let mut special = account('F');
    special.skills = vec!["welding".to_owned()];
    let plan = plan(
        &planner(rep(), vec![not_due, blocked, lost, vague, at_sea, special]),
        MONDAY,
    );
    let codes: Vec<_> = "ABCDEF"
        .chars()
        .map(|a| why(&plan, &a.to_string()).code())
        .collect();
    assert_eq!(
        codes,
        [
            "not_due",
            "blocked",
            "unlocated",
            "unlocated",
            "off_network",
            "skill"
        ]
    );
    assert!(plan.stops.is_empty());
    assert_eq!(why(&plan, "A").text(), "not due until 2026-11-25");
}

#[test]
fn a_short_day_says_how_many_minutes_are_missing() {
    let mut short = rep();
    short.shift_end = at(10, 30);
    let plan = plan(
        &planner(short, "ABCF".chars().map(account).collect()),
        MONDAY,
    );
    assert_eq!(plan.stops.len(), 2);
    assert!(plan.home_at.time() <= at(10, 30));
    let short_min: Vec<i64> = plan
        .left_out
        .iter()
        .map(|l| match l.why {
            WhyOut::NoTime { short_min } => short_min,
            ref other => panic!("{other:?}"),
        })
        .collect();
    // Two visits and the way to A and F take 79 of 90 min; a third visit takes 33 and 7 more of driving.
    assert!(
        short_min.iter().all(|m| (28..=31).contains(m)),
        "{short_min:?}"
    );
}

#[test]
fn limits_of_visits_and_driving_hold() {
    let mut few = rep();
    few.max_visits = Some(2);
    let few = plan(&planner(few, "ABCF".chars().map(account).collect()), MONDAY);
    assert_eq!(few.stops.len(), 2);
    assert!(
        few.left_out
            .iter()
            .all(|l| l.why == WhyOut::MaxVisits { limit: 2 })
    );
    let mut near = rep();
    near.max_drive_min = Some(7);
    let near = plan(&planner(near, "AE".chars().map(account).collect()), MONDAY);
    assert_eq!(order(&near), "A");
    assert!(
        matches!(why(&near, "E"), WhyOut::MaxDrive { limit_min: 7, over_min } if *over_min == 27)
    );
}

#[test]
fn lunch_is_taken_in_its_window() {
    let mut hungry = rep();
    hungry.lunch = Some(Lunch {
        earliest: at(12, 0),
        latest: at(13, 30),
        minutes: 30,
    });
    let plan = plan(
        &planner(hungry, "ABCDEFGIJ".chars().map(account).collect()),
        MONDAY,
    );
    let lunch = plan.lunch.unwrap();
    assert!((at(12, 0)..=at(13, 30)).contains(&lunch.start.time()));
    assert_eq!((lunch.end - lunch.start).num_minutes(), 30);
    assert_eq!(plan.totals.shift_s, 7 * 3_600 + 1_800);
}

#[test]
fn nobody_works_on_sundays_or_holidays() {
    let mut off = rep();
    off.blocks = vec![Block {
        from: day("2026-11-24"),
        to: day("2026-11-25"),
        reason: None,
    }];
    let planner = planner(off, vec![account('B')]);
    let sunday = plan(&planner, "2026-11-22");
    assert_eq!(sunday.day_off, Some(DayOff::Weekday));
    assert_eq!(sunday.warnings, ["Rita does not work on Sundays"]);
    assert!(matches!(
        plan(&planner, "2026-11-24").day_off,
        Some(DayOff::Blocked { .. })
    ));
    assert_eq!(plan(&planner, MONDAY).stops.len(), 1);
}

#[test]
fn an_open_end_stays_out() {
    let mut open = rep();
    open.open_end = true;
    let plan = plan(&planner(open, vec![account('E')]), MONDAY);
    assert_eq!(plan.legs.len(), 1);
    assert_eq!(plan.home_at, plan.stops[0].end);
}

#[test]
fn clocks_that_change_do_not_shift_the_day() {
    let mut sunday = rep();
    sunday.weekdays = vec![Weekday::Sun];
    let mut b = account('B');
    b.opening_hours = Some("Su 10:00-10:30".to_owned());
    let planner = planner(sunday, vec![b]);
    for date in ["2027-03-28", "2027-10-31"] {
        let plan = plan(&planner, date);
        assert_eq!(plan.stops[0].start.time(), at(10, 0), "{date}");
    }
}

#[test]
fn a_must_visit_comes_along_whatever_is_due() {
    let mut g = account('G');
    g.last_visit = Some(day("2026-11-20"));
    let planner = planner(rep(), vec![g]);
    let request = DayRequest {
        must_visit: vec!["G".into()],
        ..DayRequest::new("r1".into(), day(MONDAY))
    };
    let plan = planner.plan_day(&request).unwrap();
    assert_eq!(
        (order(&plan).as_str(), plan.stops[0].kind),
        ("G", StopKind::Must)
    );
}

#[test]
fn a_week_of_days_never_visits_the_same_account_twice() {
    let mut short = rep();
    short.max_visits = Some(3);
    let planner = planner(short, "ABCDEFGIJ".chars().map(account).collect());
    let mut seen = Vec::new();
    for date in ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26"] {
        let request = DayRequest::new("r1".into(), day(date));
        let plan = planner.plan_and_store(&request, noon()).unwrap();
        seen.extend(plan.stops.into_iter().map(|s| s.account));
    }
    assert_eq!(seen.len(), 9);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 9);
    // Planning a day again replaces only that day; with the other days standing, it takes the same accounts.
    let accounts = |plan: &DayPlan| {
        let mut accounts: Vec<_> = plan.stops.iter().map(|s| s.account.clone()).collect();
        accounts.sort();
        accounts
    };
    let tuesday = DayRequest::new("r1".into(), day("2026-11-24"));
    let before = planner
        .stored_plan(&tuesday.rep, tuesday.date)
        .unwrap()
        .unwrap();
    let again = planner.plan_and_store(&tuesday, noon()).unwrap();
    assert_eq!(accounts(&before), accounts(&again));
    let third = planner.plan_and_store(&tuesday, noon()).unwrap();
    assert_eq!(again.stops, third.stops);
}

#[test]
fn what_happened_today_stays_in_and_is_not_suggested_again() {
    let planner = planner(rep(), "ABC".chars().map(account).collect());
    let first = planner
        .plan_and_store(&DayRequest::new("r1".into(), day(MONDAY)), noon())
        .unwrap();
    let visit = |account: &str| {
        let stop = first.stops.iter().find(|s| s.account.0 == account).unwrap();
        stop.visit.clone()
    };
    let done = planner
        .record_outcome(&visit("A"), &Outcome::of(VisitStatus::Done), noon())
        .unwrap();
    assert_eq!(done.status, VisitStatus::Done);
    planner
        .record_outcome(&visit("B"), &Outcome::of(VisitStatus::Missed), noon())
        .unwrap();
    let stored = planner
        .stored_plan(&"r1".into(), day(MONDAY))
        .unwrap()
        .unwrap();
    let status = |account: &str| {
        stored
            .stops
            .iter()
            .find(|s| s.account.0 == account)
            .unwrap()
            .status
    };
    assert_eq!(status("A"), VisitStatus::Done);
    assert_eq!(status("B"), VisitStatus::Missed);
    let again = plan(&planner, MONDAY);
    assert_eq!(order(&again), "AC");
    assert_eq!(again.stops[0].kind, StopKind::Done);
    assert_eq!(
        why(&again, "B").text(),
        "blocked until 2026-11-23: missed today"
    );
    // A day later the one who was missed is wanted again; the one who was visited is not.
    let tuesday = plan(&planner, "2026-11-24");
    assert_eq!(order(&tuesday), "B");
    let unknown = planner.record_outcome(
        &VisitId("nope".to_owned()),
        &Outcome::of(VisitStatus::Done),
        noon(),
    );
    assert!(matches!(unknown, Err(PlanError::UnknownVisit(_))));
    let planned = planner.record_outcome(&visit("A"), &Outcome::of(VisitStatus::Planned), noon());
    assert!(matches!(planned, Err(PlanError::NotAnOutcome(_))));
}

#[test]
fn agreed_plans_are_not_planned_over() {
    let planner = planner(rep(), vec![account('B')]);
    let request = DayRequest::new("r1".into(), day(MONDAY));
    let agreed = DayPlan {
        status: PlanStatus::Agreed,
        ..planner.plan_day(&request).unwrap()
    };
    planner.store_plan(&agreed, noon()).unwrap();
    assert!(matches!(
        planner.plan_day(&request),
        Err(PlanError::Agreed { .. })
    ));
}

#[test]
fn whoever_opens_when_the_shift_ends_is_closed_and_not_too_far() {
    let mut evening = account('B');
    evening.opening_hours = Some("Mo-Fr 17:00-02:00".to_owned());
    let mut late = account('C');
    late.opening_hours = Some("Mo-Fr 16:40-23:00".to_owned());
    let plan = plan(&planner(rep(), vec![evening, late]), MONDAY);
    assert_eq!(
        why(&plan, "B").text(),
        "open 17:00-02:00 next day: no room for 30 min within the shift"
    );
    assert_eq!(
        why(&plan, "C").text(),
        "open 16:40-23:00: no room for 30 min within the shift"
    );
}

#[test]
fn beyond_the_search_everyone_is_tried_on_the_finished_tour() {
    let mut planner = planner(rep(), "ABCDEFGIJ".chars().map(account).collect());
    let whole = plan(&planner, MONDAY);
    planner.settings.candidates = 3;
    let sifted = plan(&planner, MONDAY);
    assert_eq!(sifted.stops.len(), whole.stops.len());
    assert!(sifted.warnings[0].contains("the 3 most promising"));
}

fn visit(account: &str, date: &str, status: VisitStatus) -> Visit {
    Visit {
        id: VisitId::default(),
        account: account.into(),
        rep: "r1".into(),
        date: day(date),
        start: None,
        end: None,
        status,
        purpose: None,
        outcome: None,
        note: None,
        source: String::new(),
        recorded_at: None,
    }
}

#[test]
fn agreed_visits_are_kept_on_their_day_and_nowhere_else() {
    let planner = planner(rep(), "BCD".chars().map(account).collect());
    let timed = Visit {
        start: Some(at(11, 15)),
        end: Some(at(12, 0)),
        ..visit("B", MONDAY, VisitStatus::Agreed)
    };
    let timed = planner.record_visit(timed, noon()).unwrap();
    let untimed = planner
        .record_visit(visit("C", MONDAY, VisitStatus::Agreed), noon())
        .unwrap();
    let monday = plan(&planner, MONDAY);
    let stop = |account: &str| {
        monday
            .stops
            .iter()
            .find(|s| s.account.0 == account)
            .unwrap()
    };
    assert_eq!(
        (stop("B").start.time(), stop("B").visit_min),
        (at(11, 15), 45)
    );
    assert_eq!(
        (&stop("B").visit, &stop("C").visit),
        (&timed.id, &untimed.id)
    );
    assert_eq!(stop("C").kind, StopKind::Must);
    assert_eq!(order(&plan(&planner, "2026-11-24")), "D");
}

#[test]
fn a_visit_without_a_plan_moves_the_cadence() {
    let planner = planner(rep(), vec![account('B')]);
    let stored = planner
        .record_visit(visit("B", "2026-11-20", VisitStatus::Done), noon())
        .unwrap();
    assert!(!stored.id.0.is_empty() && stored.source == "manual");
    assert!(plan(&planner, MONDAY).stops.is_empty());
}

#[test]
fn unknown_reps_are_told() {
    let planner = planner(rep(), Vec::new());
    let nobody = planner.plan_day(&DayRequest::new(RepId("x".to_owned()), day(MONDAY)));
    assert!(matches!(nobody, Err(PlanError::UnknownRep(_))));
}
