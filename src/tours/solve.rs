//! The door: a problem in, a solution with every instant out.

use super::bound::bound;
use super::engine;
use super::objective;
use super::problem::{Budget, Problem, ProblemError};
use super::schedule::schedule;
use super::solution::{Bound, BoundMethod, Solution};

/// The best plan found for `problem` within `budget`.
///
/// No visit is left out that one feasible and worthwhile insertion would serve: the last step tries them all. (Prizes and
/// travel so large that their product passes 2^58 are outside this promise.)
///
/// # Errors
/// When the problem does not hang together, see [`Problem::validate`].
pub fn solve(problem: &Problem, budget: &Budget) -> Result<Solution, ProblemError> {
    problem.validate()?;
    let found = engine::search(problem, budget);
    let mut solution = finish(problem, &found.orders);
    solution.iterations = found.steps;
    solution.cut_by_clock = found.cut_by_clock;
    solution.bound = if found.proven {
        Some(Bound {
            value: solution.cost.value,
            method: BoundMethod::Exact,
        })
    } else if solution.cost.missing_required == 0 {
        bound(problem)
    } else {
        None
    };
    Ok(solution)
}

/// Turns orders of visits into a solution with all instants and costs. Days that cannot be scheduled are left empty.
fn finish(problem: &Problem, orders: &[Vec<usize>]) -> Solution {
    let mut left_out = vec![true; problem.visits.len()];
    let mut solution = Solution::default();
    let mut kept = Vec::new();
    for (day, visits) in orders.iter().enumerate().filter(|(_, v)| !v.is_empty()) {
        if let Some(tour) = schedule(problem, day, visits) {
            for &visit in visits {
                left_out[visit] = false;
            }
            kept.push((day, visits.clone()));
            solution.tours.push(tour);
        }
    }
    solution.cost = objective::cost(problem, &kept);
    solution.left_out = (0..left_out.len()).filter(|&v| left_out[v]).collect();
    solution
}
