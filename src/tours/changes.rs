//! The smallest change that would let a left-out visit in, proven by making it.
//!
//! Each change is the least of its kind: with it the visit fits into the tour as it stands and pays, with one unit less
//! it does not.

use super::problem::{Objective, Problem, Window};
use super::reasons::{Blocked, least_stretch};
use super::rules::{gain, holds};
use super::solution::Solution;

/// One change to a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The rep-day starts earlier.
    StartEarlier {
        /// By how much.
        by: i64,
    },
    /// The rep-day ends later.
    EndLater {
        /// By how much.
        by: i64,
    },
    /// Every window of the visit closes later.
    OpenLonger {
        /// By how much.
        by: i64,
    },
    /// The visit is worth more.
    WorthMore {
        /// The prize it needs.
        prize: i64,
    },
    /// A planned visit of lower worth makes room.
    InsteadOf {
        /// The visit to drop.
        visit: usize,
    },
}

/// The changes that would put `visit` on `day`, one of each kind that can help; empty where none can, or where it fits.
#[must_use]
pub fn smallest_changes(
    problem: &Problem,
    solution: &Solution,
    visit: usize,
    day: usize,
) -> Vec<Change> {
    let verdict = super::reasons::day_verdict(problem, solution, visit, day);
    let trial = Trial {
        problem,
        solution,
        visit,
        day,
    };
    match verdict {
        Blocked::NotWorthIt { detour, .. } => trial.worth_more(detour).into_iter().collect(),
        Blocked::NoTime { .. }
        | Blocked::NoGap { .. }
        | Blocked::OutOfReach { .. }
        | Blocked::Closed
        | Blocked::MaxStops { .. }
        | Blocked::MaxDrive { .. }
        | Blocked::Load { .. } => trial.all(),
        _ => Vec::new(),
    }
}

/// The problem with a change made for `visit` and `day`.
#[must_use]
pub fn apply(problem: &Problem, visit: usize, day: usize, change: Change) -> Problem {
    let mut changed = problem.clone();
    match change {
        Change::StartEarlier { by } => changed.days[day].shift.open -= by,
        Change::EndLater { by } => changed.days[day].shift.close += by,
        Change::OpenLonger { by } => {
            for window in &mut changed.visits[visit].windows {
                *window = Window::new(window.open, window.close + by);
            }
        }
        Change::WorthMore { prize } => changed.visits[visit].prize = prize,
        Change::InsteadOf { .. } => {}
    }
    changed
}

struct Trial<'a> {
    problem: &'a Problem,
    solution: &'a Solution,
    visit: usize,
    day: usize,
}

impl Trial<'_> {
    fn all(&self) -> Vec<Change> {
        let kinds: [fn(i64) -> Change; 3] = [
            |by| Change::StartEarlier { by },
            |by| Change::EndLater { by },
            |by| Change::OpenLonger { by },
        ];
        let stretches = kinds.into_iter().filter_map(|kind| {
            let by = least_stretch(|by| self.pays_with(kind(by)), 1 << 36)?;
            Some(kind(by))
        });
        stretches.chain(self.instead()).collect()
    }

    /// The visits of the day as they stand.
    fn order(&self) -> Vec<usize> {
        let locked = &self.problem.days[self.day].prefix;
        let tour = self.solution.tour(self.day);
        tour.map_or_else(|| locked.clone(), |tour| tour.visits().collect())
    }

    fn pays_with(&self, change: Change) -> bool {
        let mut order = self.order();
        if let Change::InsteadOf { visit } = change {
            order.retain(|&v| v != visit);
        }
        let changed = apply(self.problem, self.visit, self.day, change);
        let before = self.cost(&changed, &self.order());
        let with = self.cheapest_with(&changed, &order);
        matches!((before, with), (Some(before), Some(with)) if with < before)
    }

    /// Travel and fixed cost minus gains of the day's visits.
    fn cost(&self, problem: &Problem, order: &[usize]) -> Option<i128> {
        if order.is_empty() {
            return Some(0);
        }
        let travel = holds(problem, self.day, order).ok()? + problem.days[self.day].fixed_cost;
        let gains: i128 = order.iter().map(|&v| gain(problem, self.day, v)).sum();
        Some(i128::from(travel) - gains)
    }

    fn cheapest_with(&self, problem: &Problem, order: &[usize]) -> Option<i128> {
        (problem.days[self.day].prefix.len()..=order.len())
            .filter_map(|at| {
                let mut with = order.to_vec();
                with.insert(at, self.visit);
                self.cost(problem, &with)
            })
            .min()
    }

    /// The least prize at which the detour pays, where prizes are set against travel.
    fn worth_more(&self, detour: i64) -> Option<Change> {
        let kept = self.problem.visits[self.visit]
            .keep
            .filter(|keep| keep.day == self.day);
        let chance = i64::from(self.problem.visits[self.visit].show.unwrap_or(1_000));
        let expected = detour + 1 - kept.map_or(0, |keep| keep.price);
        let prize = (expected * 1_000 + chance - 1).checked_div(chance)?;
        (self.problem.objective == Objective::TravelAndMissed)
            .then_some(Change::WorthMore { prize })
    }

    /// The planned visit that is worth least among those whose place pays better for this one.
    fn instead(&self) -> Option<Change> {
        let locked = &self.problem.days[self.day].prefix;
        self.order()
            .into_iter()
            .filter(|v| !locked.contains(v) && !self.problem.visits[*v].required)
            .filter(|&visit| self.pays_with(Change::InsteadOf { visit }))
            .min_by_key(|&v| (gain(self.problem, self.day, v), v))
            .map(|visit| Change::InsteadOf { visit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tours::testkit::random_problem;
    use crate::tours::{Budget, check, solve, why_not};

    #[test]
    fn a_change_lets_the_visit_in_and_one_step_less_does_not() {
        let budget = Budget {
            iterations: Some(50),
            ..Budget::default()
        };
        let mut seen = 0;
        for seed in 0..200 {
            let problem = random_problem(seed + 7_000, 10, 2);
            let solution = solve(&problem, &budget).expect("sound");
            if check::check(&problem, &solution).is_err() {
                continue; // locked visits that cannot be kept
            }
            for &visit in &solution.left_out {
                for day in 0..problem.days.len() {
                    for change in smallest_changes(&problem, &solution, visit, day) {
                        let fits = |change| {
                            let changed = apply(&problem, visit, day, change);
                            let verdicts = why_not(&changed, &solution, visit);
                            matches!(verdicts[day].blocked, Blocked::Fits { .. })
                        };
                        let less = match change {
                            Change::StartEarlier { by } => Change::StartEarlier { by: by - 1 },
                            Change::EndLater { by } => Change::EndLater { by: by - 1 },
                            Change::OpenLonger { by } => Change::OpenLonger { by: by - 1 },
                            Change::WorthMore { prize } => Change::WorthMore { prize: prize - 1 },
                            Change::InsteadOf { .. } => continue,
                        };
                        assert!(fits(change), "seed {seed}: {change:?}");
                        assert!(!fits(less), "seed {seed}: {less:?}");
                        seen += 1;
                    }
                }
            }
        }
        assert!(seen > 50, "{seen}");
    }
}
