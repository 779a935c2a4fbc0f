//! Days planned again, changed by hand, explained; on the drawn map.

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::tests::{MONDAY, account, appointment, at, day, map, noon, order, planner, rep};
use super::*;
use crate::accounts::{Lunch, Rep, VisitStatus};
use crate::geometry::LonLat;
use crate::store::Changes;

/// A tiny generator of repeatable random numbers (splitmix64).
pub(super) struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

fn monday_at(minute: i64) -> DateTime<FixedOffset> {
    let midnight: DateTime<FixedOffset> = format!("{MONDAY}T00:00:00+01:00").parse().unwrap();
    midnight + TimeDelta::minutes(minute)
}

pub(super) fn replan_at(minute: i64, here: Option<char>) -> ReplanRequest {
    ReplanRequest {
        rep: "r1".into(),
        date: day(MONDAY),
        now: monday_at(minute),
        here: here.map(|node| map().at(node)),
        stability_s: None,
    }
}

pub(super) fn edit_of(edits: Vec<Edit>) -> EditRequest {
    EditRequest {
        rep: "r1".into(),
        date: day(MONDAY),
        edits,
        hours: Hours::default(),
        now: None,
        repair: false,
    }
}

pub(super) fn planned(rep: Rep, nodes: &str) -> Planner {
    let planner = planner(rep, nodes.chars().map(account).collect());
    let request = DayRequest::new("r1".into(), day(MONDAY));
    planner.plan_and_store(&request, noon()).unwrap();
    planner
}

pub(super) fn kept(planner: &Planner) -> DayPlan {
    planner
        .stored_plan(&"r1".into(), day(MONDAY))
        .unwrap()
        .unwrap()
}

fn done(planner: &Planner, stop: &Stop) {
    let outcome = Outcome::of(VisitStatus::Done);
    planner
        .record_outcome(&stop.visit, &outcome, noon())
        .unwrap();
}

/// A random Monday: due accounts, some with hours, some with appointments, maybe lunch.
pub(super) fn random_day(dice: &mut Dice) -> Option<Planner> {
    let mut rep = rep();
    rep.shift_end = at(14 + dice.below(5) as u32, 0);
    if dice.below(2) == 0 {
        rep.lunch = Some(Lunch {
            earliest: at(12, 0),
            latest: at(13, 30),
            minutes: 30,
        });
    }
    let nodes: Vec<char> = "ABCDEFGIJ".chars().filter(|_| dice.below(3) > 0).collect();
    let accounts = nodes.iter().map(|&node| {
        let mut one = account(node);
        if dice.below(4) == 0 {
            one.opening_hours = Some("Mo-Fr 09:00-12:00,14:00-18:00".to_owned());
        }
        one
    });
    let planner = planner(rep, accounts.collect());
    for &node in &nodes {
        if dice.below(3) > 0 {
            continue;
        }
        let time = at(10 + dice.below(5) as u32, 15 * dice.below(4) as u32);
        let wish = appointment(&format!("ap{node}"), &node.to_string(), time);
        // Those that collide with one made before are refused.
        let _ = planner.make_appointment(&wish, noon());
    }
    let request = DayRequest::new("r1".into(), day(MONDAY));
    let plan = planner.plan_and_store(&request, noon()).unwrap();
    (plan.stops.len() > 1).then_some(planner)
}

#[test]
fn agreed_visits_never_move_and_what_was_done_stays() {
    let mut tried = 0;
    for seed in 0..150 {
        let mut dice = Dice(seed);
        let Some(planner) = random_day(&mut dice) else {
            continue;
        };
        let before = kept(&planner);
        let behind = dice.below(before.stops.len() as u64) as usize;
        for stop in &before.stops[..behind] {
            done(&planner, stop);
        }
        let left = before.stops[..behind].last();
        let (on_time, here) = left.map_or((before.depart, before.home), |s| (s.end, s.at));
        let late_min = [0, 0, 10, 45, 150][dice.below(5) as usize];
        let ask = ReplanRequest {
            now: on_time + TimeDelta::minutes(late_min),
            here: Some(here),
            ..replan_at(0, None)
        };
        let found = planner.replan(&ask).unwrap();
        let plan = &found.plan;
        tried += 1;
        let history: Vec<_> = plan.stops[..behind].iter().map(|s| &s.account).collect();
        let was: Vec<_> = before.stops[..behind].iter().map(|s| &s.account).collect();
        assert_eq!(history, was, "seed {seed}: what was done stays first");
        for agreed in &before.stops[behind..] {
            if agreed.kind != StopKind::Appointment {
                continue;
            }
            let stop = plan.stops.iter().find(|s| s.account == agreed.account);
            let late = plan
                .violations
                .iter()
                .any(|v| v.account() == Some(&agreed.account));
            match stop {
                Some(stop) => assert!(stop.start == agreed.start || late, "seed {seed}"),
                None => assert!(late, "seed {seed}: {} is gone", agreed.account),
            }
        }
        if late_min == 0 {
            // The old plan's rest still holds, so that every promise can be kept.
            assert_eq!(found.diff.agreed_broken, 0, "seed {seed}");
            // An appointment that the old plan could not keep either may still be out.
            let held = |v: &Violation| {
                let mut stops = before.stops.iter();
                stops.any(|s| v.account() == Some(&s.account))
            };
            assert!(
                !plan.violations.iter().any(held),
                "seed {seed}: {:?}",
                plan.violations
            );
        }
        assert!(
            plan.stops[behind..].iter().all(|s| s.arrival >= ask.now),
            "seed {seed}"
        );
        assert_eq!(found, planner.replan(&ask).unwrap(), "seed {seed}");
        assert_eq!(kept(&planner).run_id, before.run_id, "nothing changed yet");
    }
    assert!(tried > 80, "{tried}");
}

#[test]
fn a_promise_that_is_late_takes_no_other_with_it() {
    let planner = planner(rep(), "ABCDEFGIJ".chars().map(account).collect());
    for (node, time) in [("A", at(10, 0)), ("F", at(14, 0))] {
        let wish = appointment(&format!("ap{node}"), node, time);
        planner.make_appointment(&wish, noon()).unwrap();
    }
    let request = DayRequest::new("r1".into(), day(MONDAY));
    let before = planner.plan_and_store(&request, noon()).unwrap();
    let start = |plan: &DayPlan, account: &str| {
        let account = account.into();
        let stop = plan.stops.iter().find(|stop| stop.account == account);
        stop.unwrap().start
    };
    // The first of the two was missed, everything else lies ahead.
    for minute in [10 * 60 + 40, 11 * 60 + 30, 12 * 60 + 10, 13 * 60] {
        let found = planner.replan(&replan_at(minute, None)).unwrap();
        let plan = &found.plan;
        assert_eq!(start(plan, "F"), start(&before, "F"), "{minute}");
        let waits = start(plan, "A") - monday_at(minute);
        assert!(waits < TimeDelta::minutes(30), "{minute}: {waits}");
        let of: Vec<_> = plan.violations.iter().map(Violation::account).collect();
        assert_eq!(of, [Some(&"A".into())], "{minute}: {:?}", plan.violations);
    }
}

#[test]
fn a_replan_is_accepted_once_and_undone() {
    let planner = planned(rep(), "ABCDEFGIJ");
    let before = kept(&planner);
    done(&planner, &before.stops[0]);
    let found = planner.replan(&replan_at(13 * 60, None)).unwrap();
    assert!(!found.diff.dropped.is_empty(), "two hours are lost");
    planner.keep_proposal(&found, noon()).unwrap();
    let (rep, date, run) = ("r1".into(), day(MONDAY), found.plan.run_id.as_str());
    let stands = planner.accept(&rep, date, run, noon()).unwrap();
    assert_eq!(order(&stands), order(&found.plan));
    assert_eq!(planner.accept(&rep, date, run, noon()).unwrap(), stands);
    let (_, _, changes) = planner.compare(&before.run_id, run).unwrap();
    assert_eq!(changes.added, Vec::new());
    let back = planner.undo(&rep, date, run, noon()).unwrap();
    assert_eq!(order(&back), order(&before));
    assert_eq!(planner.undo(&rep, date, run, noon()).unwrap(), back);
    assert!(planner.accept(&rep, date, "nothing", noon()).is_err());
}

#[test]
fn a_proposal_that_the_day_has_overtaken_is_refused() {
    let planner = planned(rep(), "ABCD");
    let (rep, date) = ("r1".into(), day(MONDAY));
    let first = kept(&planner).stops[0].account.clone();
    let cut = planner
        .edit(&edit_of(vec![Edit::Remove {
            account: first.clone(),
        }]))
        .unwrap();
    let found = planner.replan(&replan_at(14 * 60, Some('J'))).unwrap();
    planner.keep_proposal(&found, noon()).unwrap();
    planner.keep_proposal(&cut, noon()).unwrap();
    planner
        .accept(&rep, date, &cut.plan.run_id, noon())
        .unwrap();
    assert!(
        planner
            .accept(&rep, date, &found.plan.run_id, noon())
            .is_err()
    );
    // An appointment made since is a promise that an older proposal does not know.
    let again = planner.replan(&replan_at(9 * 60, None)).unwrap();
    planner.keep_proposal(&again, noon()).unwrap();
    let changes = Changes {
        accounts: vec![account('E')],
        ..Changes::default()
    };
    planner.store.write(&changes, noon()).unwrap();
    let wish = appointment("new", "E", at(15, 0));
    planner.make_appointment(&wish, noon()).unwrap();
    assert!(
        planner
            .accept(&rep, date, &again.plan.run_id, noon())
            .is_err()
    );
}

#[test]
fn a_day_is_planned_again_after_an_agreed_visit_came_to_nothing() {
    for status in [
        VisitStatus::Missed,
        VisitStatus::Phone,
        VisitStatus::Refused,
        VisitStatus::Cancelled,
    ] {
        let planner = planner(rep(), "ABCDE".chars().map(account).collect());
        let wish = appointment("a1", "C", at(10, 30));
        planner.make_appointment(&wish, noon()).unwrap();
        let request = DayRequest::new("r1".into(), day(MONDAY));
        let before = planner.plan_and_store(&request, noon()).unwrap();
        let agreed = before.stops.iter().find(|s| s.account.0 == "C").unwrap();
        planner
            .record_outcome(&agreed.visit, &Outcome::of(status), noon())
            .unwrap();
        let found = planner.replan(&replan_at(11 * 60, None)).unwrap();
        planner.keep_proposal(&found, noon()).unwrap();
        let run = found.plan.run_id.as_str();
        let stands = planner.accept(&"r1".into(), day(MONDAY), run, noon());
        assert_eq!(stands.unwrap().run_id, run, "{status:?}");
    }
}

/// When the visit of an account starts.
fn start_of(plan: &DayPlan, account: &str) -> Option<DateTime<FixedOffset>> {
    let mut stops = plan.stops.iter();
    stops.find(|s| s.account.0 == account).map(|s| s.start)
}

#[test]
fn what_was_agreed_comes_before_pins_whose_time_has_passed() {
    let planner = planner(rep(), "ABCDEFGIJ".chars().map(account).collect());
    let wish = appointment("a1", "J", at(14, 0));
    planner.make_appointment(&wish, noon()).unwrap();
    let request = DayRequest::new("r1".into(), day(MONDAY));
    let before = planner.plan_and_store(&request, noon()).unwrap();
    // Everyone but the agreed one is held at a time of the morning; at half past one nobody was visited yet.
    let pins = before.stops.iter().filter(|s| s.account.0 != "J");
    let pins = pins.map(|stop| Edit::Pin {
        account: stop.account.clone(),
    });
    let pinned = planner.edit(&edit_of(pins.collect())).unwrap();
    planner.keep_proposal(&pinned, noon()).unwrap();
    let run = pinned.plan.run_id.as_str();
    planner
        .accept(&"r1".into(), day(MONDAY), run, noon())
        .unwrap();
    let found = planner.replan(&replan_at(13 * 60 + 30, None)).unwrap();
    assert_eq!(start_of(&found.plan, "J"), Some(monday_at(14 * 60)));
    assert_eq!(found.diff.agreed_broken, 0);
    assert!(!found.plan.violations.is_empty(), "the pins are late");
}

#[test]
fn what_was_agreed_comes_before_what_is_asked_for() {
    let mut short = rep();
    short.max_visits = Some(3);
    let planner = planner(short, "ABCDE".chars().map(account).collect());
    let wish = appointment("a1", "E", at(14, 0));
    planner.make_appointment(&wish, noon()).unwrap();
    let request = DayRequest {
        must_visit: ["A", "B", "C", "D"].map(Into::into).to_vec(),
        ..DayRequest::new("r1".into(), day(MONDAY))
    };
    let plan = planner.plan_day(&request).unwrap();
    assert_eq!(start_of(&plan, "E"), Some(monday_at(14 * 60)));
    assert_eq!(plan.stops.len(), 3);
    let codes: Vec<&str> = plan.violations.iter().map(Violation::code).collect();
    assert_eq!(codes, ["dropped"; 2], "of four asked for two stay out");
}

#[test]
fn from_where_no_road_leads_on_the_day_is_planned_as_from_the_last_stop() {
    let planner = planned(rep(), "ABCDEFGIJ");
    let first = kept(&planner).stops[0].clone();
    done(&planner, &first);
    // Between the two rows, a kilometre from either.
    let (b, f) = (map().at('B'), map().at('F'));
    let adrift = LonLat::new(b.lon, f64::midpoint(b.lat, f.lat));
    let ask = ReplanRequest {
        here: Some(adrift),
        ..replan_at(10 * 60, None)
    };
    let found = planner.replan(&ask).unwrap().plan;
    let plain = planner.replan(&replan_at(10 * 60, None)).unwrap().plan;
    assert_eq!(found.stops, plain.stops);
    assert!(
        found.warnings[0].contains(&format!("planned as from {}", first.name)),
        "{:?}",
        found.warnings
    );
    assert_eq!(found.replanned.map(|r| r.here), Some(first.at));
    let off_the_map = ReplanRequest {
        here: Some(LonLat::new(b.lat, b.lon)),
        ..ask
    };
    assert!(planner.replan(&off_the_map).is_err());
}

#[test]
fn a_dear_change_keeps_the_plan_and_a_free_one_may_not() {
    let planner = planned(rep(), "ABCDEFGIJ");
    let before = kept(&planner);
    let steady = ReplanRequest {
        stability_s: Some(86_400),
        ..replan_at(8 * 60, None)
    };
    let found = planner.replan(&steady).unwrap();
    assert!(found.diff.dropped.is_empty(), "{:?}", found.diff);
    assert_eq!(found.plan.stops.len(), before.stops.len());
}

#[test]
fn hand_edits_say_what_they_break_and_cost() {
    let mut early = account('A');
    early.opening_hours = Some("Mo-Fr 09:00-10:00".to_owned());
    let planner = planner(rep(), vec![early, account('E'), account('J'), account('F')]);
    let request = DayRequest::new("r1".into(), day(MONDAY));
    let before = planner.plan_and_store(&request, noon()).unwrap();
    assert_eq!(before.stops[0].account.0, "A");
    let last = edit_of(vec![Edit::Move {
        account: "A".into(),
        to: 9,
    }]);
    let moved = planner.edit(&last).unwrap();
    assert_eq!(moved.plan.stops.last().unwrap().account.0, "A");
    let codes: Vec<&str> = moved.plan.violations.iter().map(Violation::code).collect();
    assert_eq!(codes, ["late"]);
    assert_eq!(moved.diff.moved.len(), 1);
    let drive = moved.plan.totals.drive_s - before.totals.drive_s;
    assert_eq!(moved.diff.drive_change_s, drive);
    // To its own place: nothing changes.
    let same = edit_of(vec![Edit::Move {
        account: "A".into(),
        to: 1,
    }]);
    let same = planner.edit(&same).unwrap();
    assert_eq!(same.plan.stops, before.stops);
    assert_eq!(same.plan.home_at, before.home_at);
    let gone = edit_of(vec![Edit::Remove {
        account: "E".into(),
    }]);
    let gone = planner.edit(&gone).unwrap();
    assert_eq!(gone.diff.dropped.len(), 1);
    let why = gone.plan.left_out.iter().find(|o| o.account.0 == "E");
    assert_eq!(why.unwrap().why, WhyOut::Removed);
    for bad in [
        Edit::Move {
            account: "nobody".into(),
            to: 1,
        },
        Edit::Pin {
            account: "nobody".into(),
        },
        Edit::Insert {
            account: "A".into(),
            to: None,
        },
    ] {
        assert!(planner.edit(&edit_of(vec![bad])).is_err());
    }
}

#[test]
fn what_a_person_removed_or_pinned_stays_so() {
    let planner = planned(rep(), "ABCDEFGIJ");
    let before = kept(&planner);
    let pinned = before.stops[4].clone();
    let edits = vec![
        Edit::Remove {
            account: before.stops[1].account.clone(),
        },
        Edit::Pin {
            account: pinned.account.clone(),
        },
    ];
    let found = planner.edit(&edit_of(edits)).unwrap();
    planner.keep_proposal(&found, noon()).unwrap();
    let run = found.plan.run_id.clone();
    planner
        .accept(&"r1".into(), day(MONDAY), &run, noon())
        .unwrap();
    let held = kept(&planner)
        .stops
        .iter()
        .find(|s| s.pinned)
        .cloned()
        .unwrap();
    assert_eq!(held.account, pinned.account);
    let again = planner.replan(&replan_at(9 * 60, None)).unwrap();
    assert!(
        order(&again.plan)
            .find(&before.stops[1].account.0)
            .is_none()
    );
    let stop = again
        .plan
        .stops
        .iter()
        .find(|s| s.account == pinned.account)
        .unwrap();
    assert!((stop.start - held.start).num_minutes().abs() <= 15);
}

#[test]
fn repairing_plans_the_rest_around_what_was_put_by_hand() {
    for seed in 0..60 {
        let mut dice = Dice(1_000 + seed);
        let Some(planner) = random_day(&mut dice) else {
            continue;
        };
        let before = kept(&planner);
        let movable: Vec<&Stop> = before
            .stops
            .iter()
            .filter(|s| s.kind == StopKind::Suggested)
            .collect();
        let Some(stop) = movable.get(dice.below(movable.len().max(1) as u64) as usize) else {
            continue;
        };
        let to = 1 + dice.below(before.stops.len() as u64) as u32;
        let plain = edit_of(vec![Edit::Move {
            account: stop.account.clone(),
            to,
        }]);
        let by_hand = planner.edit(&plain).unwrap();
        let repaired = planner
            .edit(&EditRequest {
                repair: true,
                ..plain
            })
            .unwrap();
        let start = |plan: &DayPlan| {
            let mut stops = plan.stops.iter();
            stops.find(|s| s.account == stop.account).map(|s| s.start)
        };
        if by_hand.plan.violations.is_empty() {
            let apart = start(&repaired.plan).unwrap() - start(&by_hand.plan).unwrap();
            assert!(apart.num_minutes().abs() <= 15, "seed {seed}");
            assert!(repaired.plan.violations.is_empty(), "seed {seed}");
        }
        assert_eq!(repaired.diff.agreed_broken, 0, "seed {seed}");
    }
}
