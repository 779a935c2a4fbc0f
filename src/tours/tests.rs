//! The solver against brute force, the judge and its own promises.

use super::check::check;
use super::problem::{Break, Budget, Objective, Problem, RepDay, TravelTable, Visit, Window};
use super::reasons::{Blocked, why_not};
use super::rules::holds;
use super::solution::{Bound, BoundMethod, Solution};
use super::testkit::{brute_force, day_cost, random_problem};
use super::{Control, room_for, solve, solve_with};

fn budget(iterations: u64) -> Budget {
    Budget {
        iterations: Some(iterations),
        ..Budget::default()
    }
}

/// So many random problems as a rule; RONDO_FUZZ asks for another number, 10,000 for a thorough run.
fn fuzz_cases(usual: usize) -> usize {
    std::env::var("RONDO_FUZZ")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(usual)
}

fn value(problem: &Problem, solution: &Solution) -> i128 {
    solution
        .tours
        .iter()
        .map(|tour| {
            let order: Vec<usize> = tour.visits().collect();
            day_cost(problem, tour.day, &order).expect("the judge accepted it")
        })
        .sum()
}

/// Locked visits that cannot be kept leave nothing to compare with.
fn prefixes_hold(problem: &Problem) -> bool {
    (0..problem.days.len()).all(|d| holds(problem, d, &problem.days[d].prefix).is_ok())
}

/// Solves, has the answer judged, and asks of every visit left out whether it would have fitted. Returns how many are.
fn judged(seed: u64, problem: &Problem) -> usize {
    let solution = solve(problem, &budget(60)).expect("a sound problem");
    if let Err(wrong) = check(problem, &solution) {
        panic!("seed {seed}: {wrong:?}\n{problem:#?}\n{solution:#?}");
    }
    for &visit in &solution.left_out {
        for verdict in why_not(problem, &solution, visit) {
            assert!(
                !matches!(verdict.blocked, Blocked::Fits { .. }),
                "seed {seed}: visit {visit} {verdict:?}\n{problem:#?}\n{solution:#?}"
            );
        }
    }
    solution.left_out.len()
}

#[test]
fn the_judge_accepts_every_solution_and_no_worthwhile_visit_is_left_out() {
    for seed in 0..fuzz_cases(1_000) as u64 {
        let problem = random_problem(seed, 12, 3);
        if prefixes_hold(&problem) {
            judged(seed, &problem);
        }
    }
}

#[test]
fn room_is_found_beside_given_tours_exactly_where_a_visit_fits() {
    let (mut some, mut none) = (0, 0);
    for seed in 0..fuzz_cases(1_000) as u64 {
        let problem = random_problem(seed + 600_000, 12, 3);
        if !prefixes_hold(&problem) {
            continue;
        }
        // Tours of every other visit, and of those that are locked.
        let mut half = problem.clone();
        let is_locked = |v: &usize| problem.days.iter().any(|day| day.prefix.contains(v));
        for visit in (0..half.visits.len()).step_by(2).filter(|v| !is_locked(v)) {
            half.visits[visit].allowed_days = Some(Vec::new());
        }
        let solution = solve(&half, &budget(20)).expect("a sound problem");
        let found = room_for(&problem, &solution, None);
        let fits = |visit: &usize| {
            let days = why_not(&problem, &solution, *visit);
            days.iter()
                .any(|day| matches!(day.blocked, Blocked::Fits { .. }))
        };
        let fitting: Vec<usize> = solution.left_out.iter().copied().filter(fits).collect();
        assert_eq!(
            found.is_empty(),
            fitting.is_empty(),
            "seed {seed}: {found:?} {fitting:?}"
        );
        assert!(found.is_empty() || found.iter().any(fits), "seed {seed}");
        *(if found.is_empty() {
            &mut none
        } else {
            &mut some
        }) += 1;
    }
    assert!(some > 100 && none > 100, "{some} with room, {none} without");
}

#[test]
fn without_time_to_search_a_plan_is_never_worse_than_staying_home() {
    let none = Budget {
        iterations: Some(0),
        ..budget(0)
    };
    let mut dear = 0;
    for seed in 0..fuzz_cases(300) as u64 {
        let mut problem = random_problem(seed + 800_000, 60, 6);
        problem.objective = Objective::TravelAndMissed;
        for visit in &mut problem.visits {
            (visit.required, visit.keep) = (false, None);
            visit.prize /= 4;
        }
        for day in &mut problem.days {
            day.prefix.clear();
        }
        if problem.prices_time() {
            continue; // what a day then costs is known when its times are
        }
        let solution = solve(&problem, &none).expect("a sound problem");
        let nobody = vec![Vec::new(); problem.days.len()];
        let home = super::objective::cost(&problem, &nobody);
        assert!(solution.cost.value <= home.value, "seed {seed}");
        dear += usize::from(solution.left_out.len() > problem.visits.len() / 2);
    }
    assert!(dear > 30, "{dear} problems with little worth going for");
}

#[test]
fn nor_on_days_of_thirty_to_eighty_visits() {
    let large = |(_, problem): &(u64, Problem)| {
        problem.visits.len() >= 30 && problem.days.len() > 1 && prefixes_hold(problem)
    };
    let problems = (0..).map(|seed| (seed, random_problem(seed + 300_000, 80, 8)));
    let (mut out, mut windows, mut breaks) = (0, 0, 0);
    for (seed, problem) in problems.filter(large).take(fuzz_cases(60)) {
        out += judged(seed, &problem);
        windows += usize::from(problem.visits.iter().any(|visit| visit.windows.len() > 1));
        breaks += usize::from(problem.days.iter().any(|day| !day.breaks.is_empty()));
    }
    assert!(
        out > 300 && windows > 10 && breaks > 10,
        "{out} left out, {windows} with several windows, {breaks} with breaks"
    );
}

#[test]
fn small_problems_are_solved_to_the_optimum_nearly_always() {
    let (mut tried, mut missed) = (0, Vec::new());
    for seed in 0..250 {
        let problem = random_problem(seed + 10_000, 6, 2);
        if !prefixes_hold(&problem) {
            continue;
        }
        let solution = solve(&problem, &budget(500)).expect("a sound problem");
        let best = brute_force(&problem);
        let found = value(&problem, &solution);
        assert!(found >= best, "seed {seed}: better than possible");
        tried += 1;
        if found > best {
            missed.push(seed);
        }
    }
    assert!(
        missed.len() * 20 <= tried,
        "{} of {tried}: {missed:?}",
        missed.len()
    );
}

#[test]
fn nothing_to_do_is_an_answer() {
    let problem = Problem {
        travel: TravelTable::from_fn(1, |_, _| 0),
        visits: Vec::new(),
        days: vec![RepDay::default()],
        objective: super::Objective::default(),
    };
    let solution = solve(&problem, &budget(10)).expect("a sound problem");
    assert!(solution.tours.is_empty() && solution.left_out.is_empty());
    assert!(check(&problem, &solution).is_ok());
}

#[test]
fn a_required_visit_that_cannot_be_made_is_counted() {
    let problem = Problem {
        travel: TravelTable::from_fn(2, |a, b| if a == b { 0 } else { 100 }),
        visits: vec![Visit {
            place: 1,
            required: true,
            ..Visit::default()
        }],
        days: vec![RepDay {
            start: Some(0),
            end: Some(0),
            shift: Window::new(0, 150),
            ..RepDay::default()
        }],
        objective: super::Objective::default(),
    };
    let solution = solve(&problem, &budget(10)).expect("a sound problem");
    assert_eq!(solution.cost.missing_required, 1);
    let verdicts = why_not(&problem, &solution, 0);
    // There and back takes 200, the shift has 150.
    assert_eq!(verdicts[0].blocked, Blocked::OutOfReach { short: Some(50) });
}

#[test]
fn same_seed_same_answer() {
    let problem = random_problem(77, 12, 3);
    let once = solve(&problem, &budget(300)).expect("a sound problem");
    let again = solve(&problem, &budget(300)).expect("a sound problem");
    assert_eq!(once, again);
}

#[test]
fn any_number_of_threads_gives_the_same_answer() {
    let large = |problem: &Problem| problem.visits.len() >= 400 && problem.days.len() > 1;
    let problems = (0..)
        .map(|seed| random_problem(seed, 500, 12))
        .filter(large);
    for problem in problems.filter(prefixes_hold).take(3) {
        let with = |threads| {
            let budget = Budget {
                threads,
                ..budget(3_000)
            };
            solve(&problem, &budget).expect("a sound problem")
        };
        let (one, three) = (with(1), with(3));
        assert_eq!(one, three);
        assert!(check(&problem, &one).is_ok());
    }
}

#[test]
fn being_watched_changes_nothing_and_stopping_still_answers() {
    let several = |problem: &Problem| problem.visits.len() > 5 && problem.days.len() > 1;
    let mut problems = (0..)
        .map(|seed| random_problem(seed, 12, 3))
        .filter(several);
    let problem = problems.find(prefixes_hold).expect("there are some");
    let (mut reports, budget) = (Vec::new(), budget(2_000));
    let watched = solve_with(&problem, &budget, &mut |progress| {
        reports.push(*progress);
        Control::Continue
    });
    assert_eq!(watched, solve(&problem, &budget));
    assert!(!reports.is_empty());
    let stopped = solve_with(&problem, &budget, &mut |_| Control::Stop).expect("sound");
    assert!(stopped.cut && stopped.iterations < 2_000);
    assert!(check(&problem, &stopped).is_ok());
}

#[test]
fn a_proof_that_would_take_too_long_gives_way_to_the_search() {
    // Twelve visits, each of which brings and takes along something of ten kinds in amounts that no other is equal to: hardly
    // any way to have made some of them beats another.
    let kinds = 10;
    let amount = |visit: usize, kind: usize, by: usize| ((visit * by + kind * 29) % 31) as i64;
    let places = 13;
    let visits = (1..places).map(|place| Visit {
        place,
        service: 60,
        prize: 100_000,
        demand: (0..kinds).map(|kind| amount(place, kind, 17)).collect(),
        pickup: (0..kinds).map(|kind| amount(place, kind, 23)).collect(),
        ..Visit::default()
    });
    let pause = |at: i64| Break {
        window: Window::new(at, at + 15_000),
        duration: 300,
    };
    let problem = Problem {
        visits: visits.collect(),
        days: vec![RepDay {
            start: Some(0),
            end: Some(0),
            shift: Window::new(0, 40_000),
            breaks: [2_000, 6_000, 9_000, 14_000].map(pause).to_vec(),
            capacity: vec![220; kinds],
            ..RepDay::default()
        }],
        travel: TravelTable::from_fn(places, |a, b| ((a * 37 + b * 101) % 900 + 100) as u32),
        objective: Objective::TravelAndMissed,
    };
    let budget = Budget {
        iterations: None,
        seconds: Some(0.02),
        ..Budget::default()
    };
    let solution = solve(&problem, &budget).expect("sound");
    assert!(check(&problem, &solution).is_ok());
    assert!(solution.iterations > 0 || solution.cut, "{solution:?}");
    let exact = |bound: Bound| bound.method == BoundMethod::Exact;
    assert!(!solution.bound.is_some_and(exact));
}

#[test]
fn small_days_are_proven_optimal_and_bounds_hold() {
    let (mut proven, mut bounded) = (0, 0);
    let (mut by_duration, mut by_slices, mut by_prices) = (0, 0, 0);
    for seed in 0..400 {
        let problem = random_problem(seed + 50_000, 7, 2);
        if !prefixes_hold(&problem) {
            continue;
        }
        let solution = solve(&problem, &budget(200)).expect("a sound problem");
        let best = brute_force(&problem);
        let found = value(&problem, &solution);
        let small = problem.days.len() == 1;
        if problem.objective != Objective::MaxPrize && solution.cost.missing_required == 0 {
            let least = super::bound::bound(&problem).expect("a plan makes all that is required");
            assert!(
                found > best || least.value <= solution.cost.value,
                "seed {seed}: {least:?} {:?}\n{problem:#?}",
                solution.cost
            );
        }
        match solution.bound {
            Some(bound) if bound.method == BoundMethod::Exact => {
                assert_eq!(found, best, "seed {seed}: {problem:#?}\n{solution:#?}");
                proven += 1;
                let windows = problem.visits.iter().any(|visit| !visit.windows.is_empty());
                by_duration += usize::from(windows && problem.days[0].max_duration.is_some());
                by_slices += usize::from(problem.travel.has_slices());
                by_prices += usize::from(problem.prices_time());
            }
            _ if small => panic!("seed {seed}: a small day without a proof\n{problem:#?}"),
            Some(bound) => {
                let value = solution.cost.value;
                let sound = match problem.objective {
                    Objective::MaxPrize => bound.value >= value,
                    _ => bound.value <= value,
                };
                assert!(sound, "seed {seed}: {bound:?} {value}\n{problem:#?}");
                bounded += 1;
            }
            None => {}
        }
    }
    assert!(proven > 50 && bounded > 50, "{proven} {bounded}");
    assert!(
        by_duration > 5 && by_slices > 15 && by_prices > 30,
        "{by_duration} with a longest duration, {by_slices} by time of day, {by_prices} with prices of time"
    );
}
