//! The demo's reps on Malta: every day can be planned, survives both checks, and accounts for everyone.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use rondo::planner::{
    CoverageRequest, DayRequest, Ground, Planner, Settings, StopKind, WhyOut, demo,
};
use rondo::store::SqliteStore;

fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

fn planner() -> Planner {
    let region = super::malta::region();
    let store = SqliteStore::in_memory().unwrap();
    demo::load(
        &store,
        &demo::DemoFiles::committed(),
        monday(),
        &region.places,
        Some(region.meta.bounds),
    )
    .unwrap();
    Planner::new(Ground::of(region), Arc::new(store), Settings::default())
}

#[test]
fn every_rep_of_the_demo_has_a_sound_monday() {
    let planner = planner();
    let book = planner.store.book().unwrap();
    for rep in &book.reps {
        let request = DayRequest {
            list_not_due: true,
            ..DayRequest::new(rep.id.clone(), monday())
        };
        let plan = planner.plan_day(&request).unwrap();
        let t = &plan.totals;
        assert!(
            plan.stops.len() >= 4,
            "{}: {} stops",
            rep.name,
            plan.stops.len()
        );
        assert!(t.drive_s > 0 && t.face_s > 0 && t.drive_share + t.face_share < 1.0);
        // Everyone who has a cadence is planned or has a reason, never both.
        let planned: BTreeSet<_> = plan.stops.iter().map(|s| &s.account).collect();
        let left: BTreeSet<_> = plan.left_out.iter().map(|l| &l.account).collect();
        assert!(planned.is_disjoint(&left));
        let mine = book
            .accounts
            .iter()
            .filter(|a| a.active && a.rep.as_ref() == Some(&rep.id));
        for account in mine.filter(|a| planner.settings.cadence.interval(a).is_some()) {
            assert!(
                planned.contains(&account.id) || left.contains(&account.id),
                "{} of {}",
                account.name,
                rep.name
            );
        }
        let lunch = plan.lunch.expect("every rep of the demo has lunch");
        assert_eq!((lunch.end - lunch.start).num_minutes(), 30);
        // Appointments of the day are kept.
        let promised = book
            .appointments
            .iter()
            .filter(|a| a.rep == rep.id && a.date == monday())
            .count();
        let kept = plan
            .stops
            .iter()
            .filter(|s| s.kind == StopKind::Appointment)
            .count();
        let told = plan
            .warnings
            .iter()
            .filter(|w| w.contains("appointment"))
            .count();
        assert!(
            kept + told >= promised,
            "{}: {kept} of {promised}, {told} told",
            rep.name
        );
        // Numbers of reasons make sense.
        for out in &plan.left_out {
            match &out.why {
                WhyOut::NoTime { short_min } => assert!(*short_min > 0),
                WhyOut::NotWorthIt {
                    adds_min,
                    worth_min,
                } => assert!(adds_min >= worth_min),
                WhyOut::NotDue { due_on } => assert!(*due_on > monday()),
                _ => {}
            }
        }
    }
}

#[test]
fn coverage_of_the_demo_sums_by_cause_rep_class_and_cell() {
    let planner = planner();
    let request = CoverageRequest::on(monday());
    let found = planner.coverage_facts(&request).unwrap();
    let coverage = planner.summary(&found, &request);
    assert!(coverage.total > 800);
    for (index, count) in coverage.causes.iter().enumerate() {
        let by_rep: u64 = coverage
            .by_rep
            .iter()
            .map(|r| r.causes[index].accounts)
            .sum();
        let by_class: u64 = coverage
            .by_class
            .iter()
            .map(|c| c.causes[index].accounts)
            .sum();
        assert_eq!((by_rep, by_class), (count.accounts, count.accounts));
    }
    assert_eq!(
        coverage.causes.iter().map(|c| c.accounts).sum::<u64>(),
        coverage.total
    );
    let cells = found.cells(None, rondo::coverage::cells::Weight::Accounts);
    let inside: u64 = cells.cells.iter().map(|c| c.accounts).sum();
    assert_eq!(inside + cells.without_place, coverage.total);
    assert!(
        coverage
            .by_rep
            .iter()
            .filter_map(|r| r.capacity.as_ref())
            .all(|c| c.hours_need > 0.0)
    );
    let reach = |limit| {
        let request = CoverageRequest {
            reach_min: Some(limit),
            ..CoverageRequest::on(monday())
        };
        let coverage = planner.coverage(&request).unwrap();
        let metric = coverage
            .metrics
            .into_iter()
            .find(|m| m.name == "reach_coverage");
        metric.unwrap().numerator
    };
    assert!(reach(10) < reach(20) && reach(20) <= reach(45));
}
