//! Find a slot: where a visit could go into tours that stay as they are.

use super::objective::day_price;
use super::problem::Problem;
use super::rules::holds;
use super::schedule::schedule;
use super::solution::Solution;

/// A place and time for a visit on a rep-day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Travel (and price of time) it adds.
    pub detour: i64,
    /// The rep-day.
    pub day: usize,
    /// Position on the tour.
    pub at: usize,
    /// When one would arrive.
    pub arrival: i64,
    /// When service would start.
    pub start: i64,
    /// How much later one could still arrive.
    pub slack: i64,
}

/// Every feasible position for `visit` on every rep-day, cheapest first, ties by day and position. A visit that is
/// planned is looked at as if it were not. Whether it pays is for the caller: the prize is not looked at.
/// Costs O(stops) per position.
#[must_use]
pub fn find_slots(problem: &Problem, solution: &Solution, visit: usize) -> Vec<Slot> {
    let mut slots: Vec<Slot> = (0..problem.days.len())
        .filter(|&day| problem.may_serve(day, visit))
        .flat_map(|day| slots_of_day(problem, solution, visit, day))
        .collect();
    slots.sort_by_key(|slot| (slot.detour, slot.day, slot.at));
    slots
}

fn slots_of_day(problem: &Problem, solution: &Solution, visit: usize, day: usize) -> Vec<Slot> {
    let locked = &problem.days[day].prefix;
    let order: Vec<usize> = solution.tour(day).map_or_else(
        || locked.clone(),
        |tour| tour.visits().filter(|&v| v != visit).collect(),
    );
    let before = if order.is_empty() {
        Some(0)
    } else {
        day_price(problem, day, &order).map(|(travel, time)| travel + time)
    };
    let Some(before) = before else {
        return Vec::new();
    };
    (locked.len()..=order.len())
        .filter_map(|at| {
            let mut with = order.clone();
            with.insert(at, visit);
            let detour = holds(problem, day, &with).ok()? - before;
            let stop = schedule(problem, day, &with)?.stops[at];
            Some(Slot {
                detour,
                day,
                at,
                arrival: stop.arrival,
                start: stop.start,
                slack: stop.slack,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tours::testkit::random_problem;
    use crate::tours::{Blocked, Budget, check, solve, why_not};

    #[test]
    fn slots_are_where_the_reasons_say_it_fits_or_is_not_worth_it() {
        let budget = Budget {
            iterations: Some(50),
            ..Budget::default()
        };
        for seed in 0..150 {
            let problem = random_problem(seed + 3_000, 10, 3);
            let solution = solve(&problem, &budget).expect("sound");
            if check::check(&problem, &solution).is_err() {
                continue; // locked visits that cannot be kept
            }
            for &visit in &solution.left_out {
                let slots = find_slots(&problem, &solution, visit);
                assert!(slots.is_sorted_by_key(|slot| slot.detour));
                for verdict in why_not(&problem, &solution, visit) {
                    let has_slot = slots.iter().any(|slot| slot.day == verdict.day);
                    match verdict.blocked {
                        Blocked::GroupServed => {}
                        Blocked::NotWorthIt { .. } => assert!(has_slot, "seed {seed}"),
                        other => assert!(!has_slot, "seed {seed}: {other:?}"),
                    }
                }
            }
        }
    }
}
