//! Why in, why out, and when instead; on the drawn map.

use chrono::TimeDelta;

use super::remedy::What;
use super::tests::{MONDAY, account, appointment, at, day, noon, planner, rep};
use super::tests_by_hand::*;
use super::*;
use crate::store::Changes;

#[test]
fn remedies_do_what_they_say() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let mut short = rep();
        short.shift_end = at(11 + dice.below(3) as u32, 15);
        if dice.below(3) == 0 {
            short.max_visits = Some(2);
        }
        let planner = planned(short, "ABCDEFGIJ");
        let before = kept(&planner);
        for out in before.left_out.clone() {
            let why = planner
                .explain(&"r1".into(), day(MONDAY), &out.account)
                .unwrap();
            assert!(why.stop.is_none());
            assert_eq!(why.days[0].why.code(), out.why.code(), "seed {seed}");
            for remedy in &why.days[0].changes {
                seen.insert(remedy.what.code());
                let ask = EditRequest {
                    hours: remedy.hours,
                    ..edit_of(remedy.edits.clone())
                };
                let with = planner.edit(&ask).unwrap();
                let plan = &with.plan;
                assert!(plan.stops.iter().any(|s| s.account == out.account));
                let lost = match &remedy.what {
                    What::InsteadOf { .. } => 1,
                    What::WorthMore { instead, .. } => instead.len(),
                    _ => 0,
                };
                assert_eq!(with.diff.dropped.len(), lost, "seed {seed}: {remedy:?}");
                if let What::MoreVisits { by, .. } = remedy.what {
                    let over = |v: &Violation| matches!(v, Violation::MaxVisits { over, .. } if *over == by);
                    assert!(plan.violations.iter().all(over), "{:?}", plan.violations);
                } else if !matches!(remedy.what, What::OpenLonger { .. }) {
                    assert!(
                        plan.violations.is_empty(),
                        "seed {seed}: {remedy:?} {:?}",
                        plan.violations
                    );
                }
                let minute = TimeDelta::minutes(1);
                let less = match &remedy.what {
                    What::StartEarlier { start, .. } => Hours {
                        start: Some(*start + minute),
                        ..remedy.hours
                    },
                    What::EndLater { end, .. } => Hours {
                        end: Some(*end - minute),
                        ..remedy.hours
                    },
                    _ => continue,
                };
                let plan = planner
                    .edit(&EditRequest { hours: less, ..ask })
                    .unwrap()
                    .plan;
                assert!(
                    !plan.violations.is_empty(),
                    "seed {seed}: {remedy:?} is enough with less"
                );
            }
        }
    }
    assert!(
        ["start_earlier", "end_later", "more_visits"]
            .iter()
            .all(|code| seen.contains(code)),
        "{seen:?}"
    );
}

#[test]
fn a_visit_that_is_in_says_what_it_costs_and_earns() {
    let planner = planned(rep(), "ABCD");
    let stop = kept(&planner).stops[0].clone();
    let why = planner
        .explain(&"r1".into(), day(MONDAY), &stop.account)
        .unwrap();
    let found = why.stop.unwrap();
    assert_eq!(
        (found.detour_s, found.prize_s),
        (stop.detour_s, stop.prize_s)
    );
    assert!(why.days.is_empty());
    assert!(
        planner
            .explain(&"r1".into(), day(MONDAY), &"nobody".into())
            .is_err()
    );
}

#[test]
fn slots_fit_where_they_say_and_cost_what_they_say() {
    for seed in 0..40 {
        let mut dice = Dice(500 + seed);
        let Some(planner) = random_day(&mut dice) else {
            continue;
        };
        let mut late = account('H');
        late.id = "late".into();
        late.last_visit = Some(day("2026-11-22"));
        let changes = Changes {
            accounts: vec![late],
            ..Changes::default()
        };
        planner.store.write(&changes, noon()).unwrap();
        let before = kept(&planner);
        let slots = planner
            .slots(&SlotsRequest {
                account: "late".into(),
                from: day(MONDAY),
                to: day(MONDAY) + TimeDelta::days(6),
                rep: None,
                not_before: None,
            })
            .unwrap();
        assert!(slots.is_sorted_by_key(|slot| slot.detour_s));
        assert!(slots.iter().all(|slot| slot.start <= slot.latest));
        assert!(
            slots.iter().any(|slot| slot.date > day(MONDAY)),
            "empty days have room"
        );
        for slot in slots.iter().filter(|slot| slot.date == day(MONDAY)) {
            let ask = edit_of(vec![Edit::Insert {
                account: "late".into(),
                to: Some(slot.seq),
            }]);
            let with = planner.edit(&ask).unwrap();
            assert!(with.plan.violations.is_empty(), "seed {seed}: {slot:?}");
            let drive = with.plan.totals.drive_s - before.totals.drive_s;
            assert!((drive - slot.detour_s).abs() <= 1, "seed {seed}");
            let stop = with
                .plan
                .stops
                .iter()
                .find(|s| s.account.0 == "late")
                .unwrap();
            assert!(
                stop.start >= slot.start - TimeDelta::seconds(1),
                "seed {seed}"
            );
        }
    }
}

#[test]
fn a_prize_at_which_the_planner_itself_takes_the_visit() {
    let mut seen = 0;
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let mut short = rep();
        short.shift_end = at(11 + dice.below(3) as u32, 15);
        let nodes: Vec<char> = "ABCDEFGIJ".chars().collect();
        let accounts = nodes.iter().map(|&node| {
            let mut one = account(node);
            one.value = 40.0 + dice.below(160) as f64;
            one
        });
        let planner = planner(short, accounts.collect());
        let request = DayRequest::new("r1".into(), day(MONDAY));
        let before = planner.plan_and_store(&request, noon()).unwrap();
        for out in &before.left_out {
            let why = planner
                .explain(&"r1".into(), day(MONDAY), &out.account)
                .unwrap();
            for remedy in &why.days[0].changes {
                let What::WorthMore { from_s, to_s, .. } = remedy.what else {
                    continue;
                };
                assert_eq!(from_s, out.prize_s, "seed {seed}");
                assert!(to_s > from_s, "seed {seed}");
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn a_missing_skill_is_named_with_those_who_have_it() {
    let mut cold = account('C');
    cold.skills = vec!["cold".to_owned()];
    let planner = planner(rep(), vec![account('A'), account('B'), cold]);
    let mut able = rep();
    able.id = "r2".into();
    able.name = "Karl".to_owned();
    able.skills = vec!["cold".to_owned()];
    let changes = Changes {
        reps: vec![able],
        ..Changes::default()
    };
    planner.store.write(&changes, noon()).unwrap();
    let request = DayRequest::new("r1".into(), day(MONDAY));
    planner.plan_and_store(&request, noon()).unwrap();
    let why = planner
        .explain(&"r1".into(), day(MONDAY), &"C".into())
        .unwrap();
    assert_eq!(why.days[0].why.code(), "skill");
    let [remedy] = &why.days[0].changes[..] else {
        panic!("{:?}", why.days[0].changes);
    };
    let what = What::OtherSkill {
        missing: vec!["cold".to_owned()],
        able: vec!["Karl".to_owned()],
    };
    assert_eq!(remedy.what, what);
    assert!(remedy.edits.is_empty());
    assert_eq!(remedy.what.text(), "someone with cold: Karl");
    assert_eq!(why.next, None, "Rita can go on no day");
}

#[test]
fn the_next_day_that_fits_is_the_first_one_and_holds_what_is_agreed_for_it() {
    // Tuesday has no plan yet, but a promise that fills it: of the week after Monday, Wednesday is first.
    let mut short = rep();
    short.shift_end = at(10, 30);
    let planner = planner(short, "ABCDEFGIJ".chars().map(account).collect());
    let request = DayRequest::new("r1".into(), day(MONDAY));
    let before = planner.plan_and_store(&request, noon()).unwrap();
    let out = before.left_out[0].account.clone();
    let explain = || planner.explain(&"r1".into(), day(MONDAY), &out).unwrap();
    let next = explain().next.expect("Tuesday is empty");
    assert_eq!(next.date, day("2026-11-24"));
    let other = before.stops[0].account.0.as_str();
    let mut long = appointment("long", other, at(9, 30));
    long.date = day("2026-11-24");
    long.visit_min = Some(45);
    planner.make_appointment(&long, noon()).unwrap();
    let next = explain().next.expect("Wednesday is empty");
    assert_eq!(next.date, day("2026-11-25"));
}
