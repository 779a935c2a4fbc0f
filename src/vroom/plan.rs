//! The best plan found for an [`Ask`]: the most important jobs, then the most jobs, then the least cost.
//!
//! A search that may leave jobs out looks less well at the way. So everyone is asked for first. Where that cannot be, one
//! search says whom to leave out, and another makes the tours of those that stay.

use std::time::Instant;

use super::ask::Ask;
use super::pose::{Travel, Wish, problem};
use crate::tours::{Budget, Problem, ProblemError, Solution, Tour, room_for, solve};

/// How often it is searched whom to leave out, each time with other random choices: jobs that count the same can be left
/// out in many ways, which one search seldom compares.
const SELECTIONS: u64 = 3;
/// Shares of the time: a first look whether everyone can be served, whom to leave out otherwise, and the tours of the others.
const LOOK: f64 = 0.25;
const CHOICE: f64 = 0.4;
const TOURS: f64 = 0.35;
/// How often the jobs are added that fit beside the tours found.
const ADDITIONS: i32 = 4;

/// A solution with the problem it solves.
pub struct Plan {
    pub problem: Problem,
    pub solution: Solution,
}

/// What makes one plan better than another, least first: priorities and jobs missed, then what it costs.
type Rank = (i64, usize, i64);

/// The best plan found; each of its searches makes the steps of `budget`, all together keep its seconds, counted from `started`.
///
/// # Errors
/// When the problem does not hang together.
pub fn best(
    ask: &Ask,
    travel: &Travel,
    budget: &Budget,
    started: Instant,
) -> Result<Plan, ProblemError> {
    let left = || {
        let spent = started.elapsed().as_secs_f64();
        budget.seconds.map(|seconds| (seconds - spent).max(0.0))
    };
    let is_over = || left() == Some(0.0);
    let found = |wish: Wish, part: f64, other: u64| {
        let share = budget.seconds.map(|seconds| seconds * part);
        let budget = Budget {
            seconds: share.zip(left()).map(|(share, left)| share.min(left)),
            seed: budget.seed.wrapping_add(other),
            ..*budget
        };
        let problem = problem(ask, travel, wish);
        let solution = solve(&problem, &budget)?;
        Ok(Plan { problem, solution })
    };
    let mut best = found(Wish::Everyone, LOOK, 0)?;
    if best.solution.left_out.is_empty() {
        // What time is left belongs to the tours.
        if budget.seconds.is_some() && !is_over() {
            let longer = found(Wish::Everyone, 1.0 - LOOK, 1)?;
            if rank(ask, &longer) < rank(ask, &best) {
                best = longer;
            }
        }
        return Ok(best);
    }
    let mut selection = 0;
    while selection < SELECTIONS && !is_over() {
        let important = found(Wish::MostImportant, CHOICE / SELECTIONS as f64, selection)?;
        if rank(ask, &important) < rank(ask, &best) {
            best = important;
        }
        selection += 1;
    }
    let all = problem(ask, travel, Wish::Everyone);
    let mut jobs = served(ask, &best);
    let mut round = 0;
    while round < ADDITIONS && !is_over() {
        let these = found(Wish::These(&jobs), TOURS / f64::from(2 << round), 0)?;
        if rank(ask, &these) < rank(ask, &best) {
            best = these;
        }
        jobs = served(ask, &best);
        let more = room_for(&all, &best.solution, left());
        if more.is_empty() {
            break;
        }
        for job in more {
            jobs[job] = true;
        }
        round += 1;
    }
    Ok(best)
}

fn served(ask: &Ask, plan: &Plan) -> Vec<bool> {
    let mut served = vec![false; ask.jobs.len()];
    for job in plan.solution.tours.iter().flat_map(Tour::visits) {
        served[job] = true;
    }
    served
}

fn rank(ask: &Ask, plan: &Plan) -> Rank {
    let missed = ask.jobs.iter().zip(served(ask, plan));
    let missed: Vec<i64> = missed
        .filter(|(_, served)| !served)
        .map(|(job, _)| job.priority)
        .collect();
    let cost = plan.solution.cost;
    (missed.iter().sum(), missed.len(), cost.travel + cost.fixed)
}
