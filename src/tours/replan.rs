//! Replan: solve again around what is done and promised, and say what became of the old plan.

use super::problem::{Keep, Problem};
use super::solution::Solution;

/// The problem with a price on every change: each planned visit that leaves its rep-day costs `price`.
#[must_use]
pub fn with_stability(problem: &Problem, plan: &Solution, price: i64) -> Problem {
    let mut kept = problem.clone();
    for tour in &plan.tours {
        for visit in tour.visits() {
            kept.visits[visit].keep = Some(Keep {
                day: tour.day,
                price,
            });
        }
    }
    kept
}

/// The problem with agreed visits held: each stays on the rep-day the plan has it on, and must be made.
#[must_use]
pub fn with_agreed(problem: &Problem, plan: &Solution, agreed: &[usize]) -> Problem {
    let mut held = problem.clone();
    for &visit in agreed {
        if let Some((day, _)) = plan.position(visit) {
            held.visits[visit].required = true;
            held.visits[visit].allowed_days = Some(vec![day]);
        }
    }
    held
}

/// The problem as it stands on one rep-day at `now`, when the rep is at `here`: visits done are off every day, the day
/// starts here and now, breaks taken (by index) are over, and what was used of the day's limits is used up.
#[must_use]
pub fn from_now(
    problem: &Problem,
    day: usize,
    now: i64,
    here: usize,
    done: &[usize],
    breaks_taken: &[usize],
) -> Problem {
    let mut rest = problem.clone();
    for &visit in done {
        rest.visits[visit].allowed_days = Some(Vec::new());
        rest.visits[visit].required = false;
        rest.visits[visit].prize = 0;
        rest.visits[visit].keep = None;
    }
    let rep = &mut rest.days[day];
    rep.start = Some(here);
    let gone = (now - rep.shift.open).max(0);
    rep.shift.open = rep.shift.open.max(now);
    rep.shift.close = rep.shift.close.max(rep.shift.open);
    rep.max_duration = rep.max_duration.map(|most| (most - gone).max(0));
    rep.max_stops = rep.max_stops.map(|most| most.saturating_sub(done.len()));
    rep.prefix.clear();
    let mut index = 0;
    rep.breaks.retain(|_| {
        index += 1;
        !breaks_taken.contains(&(index - 1))
    });
    rest
}

/// What became of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Visits on the same rep-day as before.
    pub kept: Vec<usize>,
    /// Visits on another rep-day: (visit, from, to).
    pub moved: Vec<(usize, usize, usize)>,
    /// Visits no longer planned, with their old rep-day.
    pub dropped: Vec<(usize, usize)>,
    /// Visits newly planned, with their rep-day.
    pub added: Vec<(usize, usize)>,
    /// Rep-days whose return changes, and by how much (later is positive).
    pub back: Vec<(usize, i64)>,
}

/// What the new plan changes against the old one; lists ascend by visit or day.
#[must_use]
pub fn diff(old: &Solution, new: &Solution) -> Diff {
    let mut diff = Diff::default();
    let (before, after) = (days_by_visit(old), days_by_visit(new));
    for (&visit, &from) in &before {
        match after.get(&visit) {
            Some(&to) if to == from => diff.kept.push(visit),
            Some(&to) => diff.moved.push((visit, from, to)),
            None => diff.dropped.push((visit, from)),
        }
    }
    let fresh = after
        .iter()
        .filter(|(visit, _)| !before.contains_key(visit));
    diff.added = fresh.map(|(&visit, &day)| (visit, day)).collect();
    for tour in &new.tours {
        if let Some(was) = old.tour(tour.day)
            && was.back != tour.back
        {
            diff.back.push((tour.day, tour.back - was.back));
        }
    }
    diff
}

fn days_by_visit(plan: &Solution) -> std::collections::BTreeMap<usize, usize> {
    let tours = plan.tours.iter();
    tours
        .flat_map(|tour| tour.visits().map(|visit| (visit, tour.day)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tours::testkit::{BUDGET, random_problem};
    use crate::tours::{check, solve};

    #[test]
    fn a_high_price_keeps_the_plan_and_agreed_visits_never_move() {
        for seed in 0..120 {
            let problem = random_problem(seed + 9_000, 10, 3);
            let plan = solve(&problem, &BUDGET).expect("sound");
            if check::check(&problem, &plan).is_err() {
                continue; // locked visits that cannot be kept
            }
            let dear = with_stability(&problem, &plan, 1 << 30);
            let again = solve(&dear, &BUDGET).expect("sound");
            let changes = diff(&plan, &again);
            assert!(
                changes.moved.is_empty() && changes.dropped.is_empty(),
                "seed {seed}: {changes:?}"
            );
            let agreed: Vec<usize> = plan
                .tours
                .iter()
                .flat_map(super::super::Tour::visits)
                .step_by(2)
                .collect();
            let held = with_agreed(&problem, &plan, &agreed);
            let kept = solve(&held, &BUDGET).expect("sound");
            for &visit in &agreed {
                let day = |s: &Solution| s.position(visit).map(|p| p.0);
                assert_eq!(day(&plan), day(&kept), "seed {seed}: visit {visit}");
            }
        }
    }

    #[test]
    fn done_visits_stay_done_and_the_rest_starts_here_and_now() {
        let problem = random_problem(9_004, 12, 1);
        let plan = solve(&problem, &BUDGET).expect("sound");
        let Some(tour) = plan.tours.first() else {
            return;
        };
        let first = tour.stops[0];
        let here = problem.visits[first.visit].place;
        let rest = from_now(&problem, tour.day, first.end, here, &[first.visit], &[]);
        let again = solve(&rest, &BUDGET).expect("sound");
        assert!(again.position(first.visit).is_none());
        assert!(check::check(&rest, &again).is_ok());
        assert!(again.tours.iter().all(|t| t.departure >= first.end));
    }
}
