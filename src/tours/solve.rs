//! The door: a problem in, a solution with every instant out.

use std::time::{Duration, Instant};

use super::bound::bound_until;
use super::engine::{self, Control, Limits, Progress, Wanted, Watch};
use super::objective;
use super::problem::{Budget, Problem, ProblemError};
use super::schedule::schedule;
use super::solution::{Bound, BoundMethod, Solution};

/// Time that a bound takes per pair of visits, on a slow machine.
const LEG: Duration = Duration::from_nanos(8);

/// The best plan found for `problem` within `budget`.
///
/// No visit is left out that one feasible and worthwhile insertion would serve: the last step tries them all. (Prizes and
/// travel so large that their product passes 2^58 are outside this promise.)
///
/// # Errors
/// When the problem does not hang together, see [`Problem::validate`].
pub fn solve(problem: &Problem, budget: &Budget) -> Result<Solution, ProblemError> {
    solve_with(problem, budget, &mut |_| Control::Continue)
}

/// The same, told of [`Progress`] some twenty times a second while it searches, from the calling thread.
///
/// Answering [`Control::Stop`] ends the search with the best plan so far, marked [`Solution::cut`]; otherwise being
/// watched changes nothing.
///
/// # Errors
/// When the problem does not hang together, see [`Problem::validate`].
pub fn solve_with(
    problem: &Problem,
    budget: &Budget,
    tell: &mut dyn FnMut(&Progress) -> Control,
) -> Result<Solution, ProblemError> {
    let limits = Limits::new(budget.seconds, Instant::now());
    problem.validate()?;
    if let Some(proven) = proven(problem, Wanted::Best, &limits) {
        return Ok(proven);
    }
    let bound = bound_within(problem, &limits);
    let mut solution = searched(problem, budget, &limits, &mut Watch::new(tell, bound));
    // The bound speaks of plans that make every required visit.
    solution.bound = bound.filter(|_| solution.cost.missing_required == 0);
    Ok(solution)
}

/// Visits left out that fit into the tours of `solution` as they stand, each beside those before it, if they are worth it or must be
/// made. In at most so many `seconds`; then there may be more. Costs a few operations for each position of each visit.
#[must_use]
pub fn room_for(problem: &Problem, solution: &Solution, seconds: Option<f64>) -> Vec<usize> {
    let mut orders = vec![Vec::new(); problem.days.len()];
    for tour in &solution.tours {
        orders[tour.day] = tour.visits().collect();
    }
    engine::room_for(problem, &orders, &Limits::new(seconds, Instant::now()))
}

/// The same plan without a bound, which takes time of its own.
pub(super) fn plan(
    problem: &Problem,
    budget: &Budget,
    wanted: Wanted,
) -> Result<Solution, ProblemError> {
    let limits = Limits::new(budget.seconds, Instant::now());
    problem.validate()?;
    let mut silent = |_: &Progress| Control::Continue;
    let search = || searched(problem, budget, &limits, &mut Watch::new(&mut silent, None));
    Ok(proven(problem, wanted, &limits).unwrap_or_else(search))
}

/// The best plan by proof, where the problem is small enough.
fn proven(problem: &Problem, wanted: Wanted, limits: &Limits) -> Option<Solution> {
    let orders = engine::prove(problem, wanted, limits)?;
    let mut solution = finish(problem, &orders);
    solution.bound = Some(Bound {
        value: solution.cost.value,
        method: BoundMethod::Exact,
    });
    Some(solution)
}

fn searched(problem: &Problem, budget: &Budget, limits: &Limits, watch: &mut Watch) -> Solution {
    let found = engine::search(problem, budget, limits, watch);
    let mut solution = finish(problem, &found.orders);
    solution.iterations = found.steps;
    solution.cut = found.cut;
    solution
}

/// The bound, in a twentieth of the time at most; `None` when even the least would take longer.
fn bound_within(problem: &Problem, limits: &Limits) -> Option<Bound> {
    let Some(limit) = limits.limit() else {
        return bound_until(problem, || false);
    };
    let share = limit / 20;
    let legs = u32::try_from(problem.visits.len().pow(2)).unwrap_or(u32::MAX);
    let least = LEG * legs;
    (least <= share).then(|| bound_until(problem, || limits.spent() > share))?
}

/// Turns orders of visits into a solution with all instants and costs. Days that cannot be scheduled are left empty.
fn finish(problem: &Problem, orders: &[Vec<usize>]) -> Solution {
    let mut left_out = vec![true; problem.visits.len()];
    let mut solution = Solution::default();
    let mut kept = vec![Vec::new(); problem.days.len()];
    for (day, visits) in orders.iter().enumerate().filter(|(_, v)| !v.is_empty()) {
        if let Some(tour) = schedule(problem, day, visits) {
            for &visit in visits {
                left_out[visit] = false;
            }
            kept[day].clone_from(visits);
            solution.tours.push(tour);
        }
    }
    solution.cost = objective::cost(problem, &kept);
    solution.left_out = (0..left_out.len()).filter(|&v| left_out[v]).collect();
    solution
}
