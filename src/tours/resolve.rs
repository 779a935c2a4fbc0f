//! Days and plans solved anew, to see what becomes of one visit: what [`super::changes`] proves its changes with.

use super::check::check;
use super::problem::{Budget, Problem, Visit};
use super::solution::Solution;
use super::solve::plan;

/// The plan of `problem` solved anew, without a bound; `None` when the judge refuses it.
pub(super) fn resolved(problem: &Problem, budget: &Budget) -> Option<Solution> {
    let solution = plan(problem, budget).ok()?;
    check(problem, &solution).is_ok().then_some(solution)
}

/// An order in which the rep-day `day` holds all of `visits`, found by solving that day anew; `None` when the solver finds
/// none. Days of up to 12 free visits are solved to the optimum, so that `None` proves there is none.
pub(super) fn order_of_all(
    problem: &Problem,
    day: usize,
    visits: &[usize],
    budget: &Budget,
) -> Option<Vec<usize>> {
    let alone = day_alone(problem, day, visits);
    let solution = resolved(&alone, budget).filter(|found| found.left_out.is_empty())?;
    let tour = solution.tour(0);
    Some(
        tour.into_iter()
            .flat_map(|tour| tour.visits().map(|at| visits[at]))
            .collect(),
    )
}

/// One rep-day as a problem of its own, in which every one of `visits` must be made.
fn day_alone(problem: &Problem, day: usize, visits: &[usize]) -> Problem {
    let rep = &problem.days[day];
    let mut places: Vec<usize> = visits.iter().map(|&v| problem.visits[v].place).collect();
    places.extend(rep.start.iter().chain(&rep.end));
    places.sort_unstable();
    places.dedup();
    let at = |place: usize| places.partition_point(|&p| p < place);
    let required = visits.iter().map(|&v| Visit {
        place: at(problem.visits[v].place),
        required: true,
        allowed_days: (!problem.day_allowed(day, v)).then(Vec::new),
        group: None,
        keep: None,
        ..problem.visits[v].clone()
    });
    let number = |visit: &usize| visits.iter().position(|v| v == visit);
    let mut alone = rep.clone();
    alone.start = rep.start.map(at);
    alone.end = rep.end.map(at);
    alone.prefix = rep.prefix.iter().filter_map(number).collect();
    Problem {
        visits: required.collect(),
        days: vec![alone],
        travel: problem.travel.only(&places),
        objective: problem.objective,
    }
}
