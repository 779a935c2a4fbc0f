//! What was agreed and what people decided stays, whatever happens to the plan; on the drawn map.

use chrono::{TimeDelta, Timelike as _};

use super::tests::{MONDAY, account, appointment, at, day, noon, order, planner, rep};
use super::tests_by_hand::{Dice, edit_of, kept, planned, random_day, replan_at};
use super::violation::Violation;
use super::*;
use crate::accounts::{AccountId, Appointment, Visit, VisitId, VisitStatus};
use crate::store::Changes;

fn monday() -> DayRequest {
    DayRequest::new("r1".into(), day(MONDAY))
}

/// A kept day of A to D, and E, who is not due, with an appointment made since.
fn agreed_since() -> Planner {
    let mut not_due = account('E');
    not_due.last_visit = Some(day("2026-11-20"));
    let mut accounts: Vec<_> = "ABCD".chars().map(account).collect();
    accounts.push(not_due);
    let planner = planner(rep(), accounts);
    planner.plan_and_store(&monday(), noon()).unwrap();
    let wish = appointment("new", "E", at(15, 0));
    planner.make_appointment(&wish, noon()).unwrap();
    planner
}

fn is_dropped(plan: &DayPlan, account: &str) -> bool {
    plan.violations.iter().any(|violation| {
        matches!(violation, Violation::Dropped { account: who, agreed: Some(_), .. } if who.0 == account)
    })
}

#[test]
fn a_plan_says_what_was_agreed_since_and_is_not_in_it() {
    let planner = agreed_since();
    let plan = kept(&planner);
    assert!(is_dropped(&plan, "E"), "{:?}", plan.violations);
    assert!(plan.left_out.iter().all(|out| out.account.0 != "E"));
    let told = planner
        .explain(&"r1".into(), day(MONDAY), &"E".into())
        .unwrap();
    let why = &told.days[0].why;
    assert!(!matches!(why, WhyOut::NotDue { .. }), "{why:?}");
    let replanned = planner.replan(&replan_at(8 * 60, None)).unwrap();
    assert!(order(&replanned.plan).contains('E'));
    assert!(replanned.plan.violations.is_empty());
}

#[test]
fn a_hand_edit_beside_what_was_agreed_since_says_so_and_can_be_kept() {
    let planner = agreed_since();
    let last = kept(&planner).stops[3].account.clone();
    let moved = Edit::Move {
        account: last,
        to: 1,
    };
    let found = planner.edit(&edit_of(vec![moved.clone()])).unwrap();
    assert!(is_dropped(&found.plan, "E"));
    planner.keep_proposal(&found, noon()).unwrap();
    let (rep, run) = ("r1".into(), found.plan.run_id.as_str());
    let stands = planner.accept(&rep, day(MONDAY), run, noon()).unwrap();
    assert_eq!(stands.run_id, run);
    assert!(is_dropped(&stands, "E"), "still, and said once");
    assert_eq!(stands.violations.len(), found.plan.violations.len());
    let repaired = planner
        .edit(&EditRequest {
            repair: true,
            ..edit_of(vec![moved])
        })
        .unwrap();
    assert!(order(&repaired.plan).contains('E'));
}

#[test]
fn undo_does_not_bring_back_a_plan_without_what_was_agreed_since() {
    let planner = agreed_since();
    let found = planner.replan(&replan_at(8 * 60, None)).unwrap();
    planner.keep_proposal(&found, noon()).unwrap();
    let (rep, date, run) = ("r1".into(), day(MONDAY), found.plan.run_id.as_str());
    planner.accept(&rep, date, run, noon()).unwrap();
    let undone = planner.undo(&rep, date, run, noon());
    assert!(matches!(undone, Err(PlanError::NotNow(_))), "{undone:?}");
    assert!(order(&kept(&planner)).contains('E'));
    // Once it is called off, nothing is lost any more.
    planner
        .cancel_appointment(&VisitId("new".to_owned()), noon())
        .unwrap();
    planner.undo(&rep, date, run, noon()).unwrap();
    assert!(!order(&kept(&planner)).contains('E'));
}

#[test]
fn every_slot_can_be_booked_beside_what_was_agreed_since() {
    let (mut booked, mut days) = (0, 0);
    for seed in 0..150 {
        let mut dice = Dice(seed);
        let Some(planner) = random_day(&mut dice) else {
            continue;
        };
        let plan = kept(&planner);
        let free = |stop: &&Stop| stop.kind == StopKind::Suggested;
        let Some(stop) = plan.stops.iter().find(free) else {
            continue;
        };
        // One of the stops is agreed for a time that the plan knows nothing of, another account asks for a slot.
        let time = at(9 + dice.below(7) as u32, 15 * dice.below(4) as u32);
        let wish = appointment("since", &stop.account.0, time);
        let changes = Changes {
            accounts: vec![account('H')],
            ..Changes::default()
        };
        planner.store.write(&changes, noon()).unwrap();
        if planner.make_appointment(&wish, noon()).is_err() {
            continue;
        }
        days += 1;
        let asker = AccountId("H".to_owned());
        let slots = planner.slots(&SlotsRequest {
            account: asker.clone(),
            from: day(MONDAY),
            to: day(MONDAY),
            rep: None,
            not_before: None,
        });
        for (number, slot) in slots.unwrap().into_iter().enumerate() {
            // People agree on whole minutes; the drives before are not.
            let start = slot.start.with_second(0).unwrap() + TimeDelta::minutes(1);
            if start > slot.latest {
                continue;
            }
            let wish = Appointment {
                start: start.time(),
                ..appointment(&format!("slot{number}"), &asker.0, at(0, 0))
            };
            let made = planner.make_appointment(&wish, noon());
            assert!(made.is_ok(), "seed {seed}: {slot:?} {made:?}");
            planner.cancel_appointment(&wish.id, noon()).unwrap();
            booked += 1;
        }
    }
    assert!(days > 30 && booked > 60, "{days} days, {booked} slots");
}

#[test]
fn planning_anew_keeps_what_people_decided() {
    let mut not_due = account('E');
    not_due.last_visit = Some(day("2026-11-20"));
    let mut accounts: Vec<_> = "ABCDG".chars().map(account).collect();
    accounts.push(not_due);
    let planner = planner(rep(), accounts);
    let before = planner.plan_and_store(&monday(), noon()).unwrap();
    let [first, .., last] = &before.stops[..] else {
        panic!("a day with stops");
    };
    let edits = vec![
        Edit::Remove {
            account: first.account.clone(),
        },
        Edit::Pin {
            account: last.account.clone(),
        },
        Edit::Insert {
            account: "E".into(),
            to: None,
        },
    ];
    let by_hand = planner
        .edit(&EditRequest {
            hours: Hours {
                start: Some(at(8, 30)),
                end: None,
            },
            ..edit_of(edits)
        })
        .unwrap();
    planner.keep_proposal(&by_hand, noon()).unwrap();
    let run = by_hand.plan.run_id.as_str();
    planner
        .accept(&"r1".into(), day(MONDAY), run, noon())
        .unwrap();
    let pinned = |plan: &DayPlan| {
        let held = plan.stops.iter().filter(|stop| stop.pinned);
        held.map(|stop| stop.account.0.clone()).collect::<String>()
    };
    for again in [1, 2] {
        let plan = planner.plan_and_store(&monday(), noon()).unwrap();
        assert!(!order(&plan).contains(&first.account.0), "time {again}");
        assert!(order(&plan).contains('E'), "time {again}");
        assert_eq!(pinned(&plan), last.account.0, "time {again}");
        assert_eq!(plan.hours.start, Some(at(8, 30)));
    }
    let afresh = DayRequest {
        afresh: true,
        ..monday()
    };
    let plan = planner.plan_and_store(&afresh, noon()).unwrap();
    assert_eq!(order(&plan), order(&before));
    assert_eq!((pinned(&plan).as_str(), plan.hours), ("", Hours::default()));
    assert_eq!(planner.plan_day(&monday()).unwrap().stops, plan.stops);
}

#[test]
fn a_kept_plan_that_cannot_be_read_is_planned_over() {
    let planner = planned(rep(), "ABCD");
    let before = kept(&planner);
    let mut stored = planner
        .store
        .plan(&"r1".into(), day(MONDAY))
        .unwrap()
        .unwrap();
    stored.body = "{}".to_owned();
    let changes = Changes {
        plans: vec![stored],
        ..Changes::default()
    };
    planner.store.write(&changes, noon()).unwrap();
    assert!(planner.stored_plan(&"r1".into(), day(MONDAY)).is_err());
    let again = planner.plan_and_store(&monday(), noon()).unwrap();
    assert_eq!(again.stops, before.stops);
}

#[test]
fn planning_anew_leaves_what_was_done_at_its_time() {
    let planner = planned(rep(), "ABCD");
    let last = kept(&planner).stops[3].clone();
    let outcome = Outcome {
        start: Some(at(14, 0)),
        end: Some(at(14, 30)),
        ..Outcome::of(VisitStatus::Done)
    };
    planner
        .record_outcome(&last.visit, &outcome, noon())
        .unwrap();
    let plan = planner.plan_and_store(&monday(), noon()).unwrap();
    let stop = plan.stops.iter().find(|s| s.account == last.account);
    let stop = stop.expect("what was done stays");
    assert_eq!(
        (stop.start.time(), stop.end.time()),
        (at(14, 0), at(14, 30))
    );
    assert_eq!(stop.kind, StopKind::Done);
    assert_eq!(plan.stops.len(), 4, "the others have room beside it");
}

#[test]
fn what_is_noted_as_done_before_its_planned_end_ended_then() {
    let planner = planned(rep(), "ABCD");
    let last = kept(&planner).stops[3].clone();
    assert!(last.end.time() > at(11, 0));
    let noted = replan_at(10 * 60 + 20, None).now.to_utc();
    let outcome = Outcome::of(VisitStatus::Done);
    let visit = planner
        .record_outcome(&last.visit, &outcome, noted)
        .unwrap();
    assert_eq!(
        (visit.start, visit.end),
        (Some(at(9, 50)), Some(at(10, 20)))
    );
    // In the evening nobody knows better than the plan.
    let first = kept(&planner).stops[0].clone();
    let evening = replan_at(20 * 60, None).now.to_utc();
    let visit = planner
        .record_outcome(&first.visit, &outcome, evening)
        .unwrap();
    assert_eq!(visit.start, Some(first.start.time()));
}

#[test]
fn after_hours_the_day_is_late_by_all_that_has_passed() {
    let planner = planned(rep(), "ABCD");
    let found = planner.replan(&replan_at(20 * 60, Some('J'))).unwrap();
    let late = found.plan.violations.iter().find_map(|v| match v {
        Violation::AfterShift { late_min } => Some(*late_min),
        _ => None,
    });
    let home = (found.plan.home_at.time() - at(17, 0)).num_seconds();
    assert_eq!(late, Some((home + 59) / 60));
}

#[test]
fn repairing_makes_room_for_who_is_put_in() {
    let mut short = rep();
    short.max_visits = Some(3);
    let planner = planned(short, "ABCDG");
    let out = kept(&planner).left_out[0].account.clone();
    let repair = |edits| {
        let ask = EditRequest {
            repair: true,
            ..edit_of(edits)
        };
        planner.edit(&ask).unwrap().plan
    };
    for to in [None, Some(2)] {
        let plan = repair(vec![Edit::Insert {
            account: out.clone(),
            to,
        }]);
        assert!(order(&plan).contains(&out.0), "{to:?}: {}", order(&plan));
        assert_eq!(plan.violations, Vec::new(), "{to:?}");
    }
    // Put in and taken out again is nothing.
    let plan = repair(vec![
        Edit::Insert {
            account: out.clone(),
            to: None,
        },
        Edit::Remove { account: out },
    ]);
    assert_eq!(order(&plan), order(&kept(&planner)));
}

#[test]
fn the_outcome_that_was_noted_last_stands_whichever_arrives_last() {
    let planner = planner(rep(), vec![account('A')]);
    let monday = DayRequest::new("r1".into(), day(MONDAY));
    let plan = planner.plan_and_store(&monday, noon()).unwrap();
    let visit = &plan.stops[0].visit;
    let minutes = chrono::Duration::minutes;
    let noted = |status, at| Outcome {
        noted: Some(at),
        ..Outcome::of(status)
    };
    let as_of = || planner.store.as_of().unwrap();
    planner
        .record_outcome(visit, &Outcome::of(VisitStatus::Missed), noon())
        .unwrap();
    let late = noted(VisitStatus::Done, noon() - minutes(30));
    let stands = planner
        .record_outcome(visit, &late, noon() + minutes(60))
        .unwrap();
    assert_eq!(stands.status, VisitStatus::Missed);
    assert_eq!(as_of(), Some(noon()), "nothing was written");
    let newer = noted(VisitStatus::Done, noon() + minutes(30));
    let stands = planner
        .record_outcome(visit, &newer, noon() + minutes(60))
        .unwrap();
    assert_eq!(stands.status, VisitStatus::Done);
    assert_eq!(stands.recorded_at, Some(noon() + minutes(30)));
    assert_eq!(
        as_of(),
        Some(noon() + minutes(60)),
        "the book changed when it was written"
    );
    // The same for visits that no plan knew of.
    let manual = |status, at| Visit {
        id: VisitId::default(),
        status,
        recorded_at: Some(at),
        ..stands.clone()
    };
    let first = manual(VisitStatus::Refused, noon());
    let kept = planner.record_visit(first, noon()).unwrap();
    let late = manual(VisitStatus::Phone, noon() - minutes(1));
    let stands = planner.record_visit(late, noon() + minutes(90)).unwrap();
    assert_eq!((stands.status, stands.id), (VisitStatus::Refused, kept.id));
}
