//! The door: a problem in, a solution with every instant out.

use super::engine;
use super::objective;
use super::problem::{Budget, Problem, ProblemError};
use super::rules::{gain, holds};
use super::schedule::schedule;
use super::solution::Solution;

/// The best plan found for `problem` within `budget`.
///
/// No visit is left out that one feasible and worthwhile insertion would serve: the last step tries them all.
///
/// # Errors
/// When the problem does not hang together, see [`Problem::validate`].
pub fn solve(problem: &Problem, budget: &Budget) -> Result<Solution, ProblemError> {
    problem.validate()?;
    let found = engine::search(problem, budget);
    let mut orders = found.orders;
    fill(problem, &mut orders);
    let mut solution = finish(problem, &orders);
    solution.iterations = found.steps;
    solution.cut_by_clock = found.cut_by_clock;
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

/// Inserts left-out visits, most useful first, until none has a worthwhile place left. Judges each trial from scratch.
fn fill(problem: &Problem, orders: &mut [Vec<usize>]) {
    let mut out: Vec<usize> = {
        let mut planned = vec![false; problem.visits.len()];
        for &visit in orders.iter().flatten() {
            planned[visit] = true;
        }
        (0..planned.len()).filter(|&v| !planned[v]).collect()
    };
    let mut found: Vec<Option<Insertion>> = out
        .iter()
        .map(|&visit| best_insertion(problem, orders, visit))
        .collect();
    loop {
        let best = (0..out.len())
            .filter(|&i| found[i].is_some())
            .min_by_key(|&i| found[i]);
        let Some(index) = best else { return };
        let Some(insertion) = found[index] else {
            return;
        };
        let visit = out.swap_remove(index);
        found.swap_remove(index);
        orders[insertion.day].insert(insertion.at, visit);
        // Only the day that changed can offer less or more than before; a group may be taken now.
        for (slot, &visit) in found.iter_mut().zip(&out) {
            *slot = best_insertion(problem, orders, visit);
        }
    }
}

/// A worthwhile insertion; smaller is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Insertion {
    change: i128,
    day: usize,
    at: usize,
}

fn best_insertion(problem: &Problem, orders: &[Vec<usize>], visit: usize) -> Option<Insertion> {
    let group = problem.visits[visit].group;
    let taken = |v: &usize| problem.visits[*v].group == group;
    if group.is_some() && orders.iter().flatten().any(taken) {
        return None;
    }
    (0..orders.len())
        .filter(|&day| problem.may_serve(day, visit))
        .filter_map(|day| best_on_day(problem, day, &orders[day], visit))
        .min()
}

fn best_on_day(problem: &Problem, day: usize, order: &[usize], visit: usize) -> Option<Insertion> {
    let worth = gain(problem, day, visit);
    let before = if order.is_empty() {
        -problem.days[day].fixed_cost
    } else {
        objective::drive(problem, day, order)?
    };
    let locked = problem.days[day].prefix.len();
    if locked > order.len() {
        return None;
    }
    let travel = &problem.travel;
    let place = |at: usize| order.get(at).map(|&v| problem.visits[v].place);
    let here = Some(problem.visits[visit].place);
    (locked..=order.len())
        .filter_map(|at| {
            let from = if at == 0 {
                problem.days[day].start
            } else {
                place(at - 1)
            };
            let to = if at == order.len() {
                problem.days[day].end
            } else {
                place(at)
            };
            let detour = travel.leg(from, here)? + travel.leg(here, to)?;
            let direct = if order.is_empty() {
                before
            } else {
                travel.leg(from, to)?
            };
            let change = i128::from(detour - direct) - worth;
            (change < 0).then_some(Insertion { change, day, at })
        })
        .filter(|insertion| {
            let mut with = order.to_vec();
            with.insert(insertion.at, visit);
            holds(problem, day, &with).is_ok()
        })
        .min()
}
