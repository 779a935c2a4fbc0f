//! How long does a day of 12 candidates take to prove, a day of 100 to plan, and a week of 5 reps and 300 accounts? How
//! long to find a slot in 20 rep-days, and to replan a rep's day around what is done and agreed?

use criterion::{Criterion, criterion_group, criterion_main};
use rondo::tours::replan::{from_now, with_agreed, with_stability};
use rondo::tours::slots::find_slots;
use rondo::tours::{Budget, Objective, Problem, RepDay, TravelTable, Visit, Window, solve};

const MINUTE: i64 = 60_000;

/// Repeatable numbers below `n` (a linear congruence is plenty here).
fn dice(state: &mut u64, n: u64) -> i64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1);
    ((*state >> 33) % n) as i64
}

/// Accounts scattered over 60 by 60 minutes of driving, with opening hours on each of the days.
fn week(accounts: usize, reps: usize, days: usize) -> Problem {
    let mut state = 7;
    let mut point = || (dice(&mut state, 3_600), dice(&mut state, 3_600));
    let places: Vec<(i64, i64)> = (0..reps + accounts).map(|_| point()).collect();
    let travel = TravelTable::from_fn(places.len(), |a, b| {
        let apart = (places[a].0 - places[b].0).abs() + (places[a].1 - places[b].1).abs();
        (apart * 1_000) as u32
    });
    let day = |day: usize| day as i64 * 24 * 60 * MINUTE;
    let visits = (0..accounts).map(|account| Visit {
        place: reps + account,
        windows: (0..days)
            .map(|d| Window::new(day(d) + 9 * 60 * MINUTE, day(d) + 17 * 60 * MINUTE))
            .collect(),
        service: (20 + dice(&mut state, 40)) * MINUTE,
        prize: (10 + dice(&mut state, 50)) * MINUTE,
        ..Visit::default()
    });
    let visits = visits.collect();
    let rep_days = (0..reps * days).map(|index| RepDay {
        start: Some(index / days),
        end: Some(index / days),
        shift: Window::new(
            day(index % days) + 8 * 60 * MINUTE,
            day(index % days) + 18 * 60 * MINUTE,
        ),
        max_stops: Some(12),
        ..RepDay::default()
    });
    Problem {
        travel,
        visits,
        days: rep_days.collect(),
        objective: Objective::TravelAndMissed,
    }
}

fn tours(c: &mut Criterion) {
    let mut group = c.benchmark_group("tours");
    group.sample_size(10);
    let cases = [
        ("prove_day_of_12", week(12, 1, 1), 0),
        ("plan_day_of_100_in_5000_steps", week(100, 1, 1), 5_000),
        ("plan_week_of_300_in_5000_steps", week(300, 5, 5), 5_000),
    ];
    for (name, problem, iterations) in cases {
        let budget = Budget {
            iterations: Some(iterations),
            ..Budget::default()
        };
        group.bench_function(name, |b| {
            b.iter(|| solve(&problem, &budget).expect("a sound problem"));
        });
    }
    let budget = Budget {
        iterations: Some(2_000),
        ..Budget::default()
    };
    let month = week(300, 4, 5);
    let plan = solve(&month, &budget).expect("a sound problem");
    let left_out = plan.left_out[0];
    group.bench_function("find_a_slot_in_20_rep_days", |b| {
        b.iter(|| find_slots(&month, &plan, left_out));
    });
    let day = week(60, 1, 1);
    let plan = solve(&day, &budget).expect("a sound problem");
    let stops = &plan.tours[0].stops;
    let (done, agreed) = (stops[0], [stops[2].visit, stops[4].visit]);
    let late = done.end + 40 * MINUTE;
    group.bench_function("replan_a_day_40_minutes_late", |b| {
        b.iter(|| {
            let held = with_stability(&with_agreed(&day, &plan, &agreed), &plan, 10 * MINUTE);
            let here = day.visits[done.visit].place;
            let rest = from_now(&held, 0, late, here, &[done.visit], &[]);
            solve(&rest, &budget).expect("a sound problem")
        });
    });
    group.finish();
}

criterion_group!(benches, tours);
criterion_main!(benches);
