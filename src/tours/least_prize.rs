//! The least prize at which a plan takes a visit by itself.

use super::changes::{Change, Proven, apply, least_moved, standing as stops_of};
use super::objective;
use super::problem::{Budget, Objective, Problem};
use super::resolve::resolved;
use super::solution::Solution;

/// How often it is solved anew, at most.
const TRIES: usize = 24;
/// So often the next prize follows from the best plans known; after that what is left is halved.
const CORRECTIONS: usize = 6;

/// The least prize, in whole steps, at which `problem` solved anew has `visit` on `day`; at one step less it has not. Where it has it
/// for what it is worth now, that is said instead ([`Change::Anew`]). `None` where prizes are not set against travel, and where
/// no prize is enough.
pub(super) fn least_prize(
    problem: &Problem,
    solution: &Solution,
    visit: usize,
    day: usize,
    step: i64,
    budget: &Budget,
) -> Option<Proven> {
    let wanted = &problem.visits[visit];
    let chance = i64::from(wanted.show.unwrap_or(1_000));
    let traded = problem.objective == Objective::TravelAndMissed;
    if !traded || wanted.required || wanted.group.is_some() || chance == 0 {
        return None;
    }
    let mut worthless = problem.clone();
    worthless.visits[visit].allowed_days = Some(vec![day]);
    worthless.visits[visit].prize = 0;
    let prize = Prize {
        worthless,
        visit,
        day,
        step: step.max(1),
        own: wanted.prize,
        chance,
        budget,
    };
    prize.least(solution)
}

struct Prize<'a> {
    /// The problem in which the visit earns nothing, so that plans with and without it compare by the rest.
    worthless: Problem,
    visit: usize,
    day: usize,
    step: i64,
    /// What it earns now.
    own: i64,
    chance: i64,
    budget: &'a Budget,
}

impl Prize<'_> {
    fn least(&self, plan: &Solution) -> Option<Proven> {
        let standing = self.cost(plan);
        let mut asked = self.worthless.clone();
        asked.visits[self.visit].required = true;
        let taken = resolved(&asked, self.budget)?.cost;
        if taken.missing_required > standing.missing_required {
            return None;
        }
        // The best plans known with it and without.
        let (mut with, mut without) = (taken.value, standing.value);
        let own = self.own / self.step;
        // The most steps at which it stays out, as far as is known, and the fewest at which it is in.
        let (mut out, mut solved_out) = (own, false);
        let mut least: Option<(i64, Solution)> = None;
        for tried in 0..TRIES {
            let guess = self.steps(with - without + 1);
            let next = match &least {
                Some((steps, _)) if *steps == out + 1 && solved_out => break,
                Some((steps, _)) if *steps == out + 1 => out,
                Some((steps, _)) if tried > CORRECTIONS => i64::midpoint(out, *steps),
                Some((steps, _)) => guess.clamp(out + 1, steps - 1),
                None if guess <= own && !solved_out => own,
                None if tried > CORRECTIONS => guess.max(out.max(1).saturating_mul(2)),
                None => guess.max(out + 1),
            };
            let found = self.at(next)?;
            if found.position(self.visit).is_some() {
                with = with.min(self.cost(&found).value);
                if next <= own {
                    return self.proven(plan, Change::Anew, &found);
                }
                least = Some((next, found));
            } else {
                without = without.min(self.cost(&found).value);
                (out, solved_out) = (next, true);
            }
        }
        let (steps, found) = least.filter(|(steps, _)| *steps == out + 1)?;
        let prize = steps * self.step;
        self.proven(plan, Change::WorthMore { prize }, &found)
    }

    fn proven(&self, plan: &Solution, change: Change, found: &Solution) -> Option<Proven> {
        let (day, _) = found.position(self.visit)?;
        let order: Vec<usize> = found.tour(day)?.visits().collect();
        let stops = stops_of(&self.worthless, plan, self.day);
        Some(Proven {
            change,
            order: least_moved(&self.worthless, self.day, &stops, self.visit, order),
        })
    }

    /// The least number of steps that is worth as much, the chance that the visit takes place counted in.
    fn steps(&self, worth: i64) -> i64 {
        let up = |value: i64, by: i64| (value + by - 1).div_euclid(by);
        up(up(worth.saturating_mul(1_000), self.chance), self.step)
    }

    /// The plan when the visit is worth so many steps.
    fn at(&self, steps: i64) -> Option<Solution> {
        let change = Change::WorthMore {
            prize: steps * self.step,
        };
        let changed = apply(&self.worthless, self.visit, self.day, change);
        resolved(&changed, self.budget)
    }

    /// What a plan costs, the visit's own prize aside.
    fn cost(&self, plan: &Solution) -> super::solution::Cost {
        let day = |day| {
            let tour = plan.tour(day);
            tour.map_or_else(Vec::new, |tour| tour.visits().collect())
        };
        let orders: Vec<Vec<usize>> = (0..self.worthless.days.len()).map(day).collect();
        objective::cost(&self.worthless, &orders)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tours::check::check;
    use crate::tours::solve::solve;
    use crate::tours::testkit::{BUDGET, random_problem};

    /// A plan that the book has overtaken: one of its visits is gone. What was left out then is told a prize, and solving
    /// anew at it and at one step less says the same.
    #[test]
    fn a_plan_that_is_no_longer_the_best_still_names_the_least_prize() {
        let (mut more, mut anew) = (0, 0);
        for seed in 0..400 {
            let mut problem = random_problem(seed + 40_000, 9, 1);
            for visit in &mut problem.visits {
                (visit.required, visit.group, visit.show) = (false, None, None);
                visit.keep = None;
            }
            let Ok(planned) = solve(&problem, &BUDGET) else {
                continue;
            };
            if check(&problem, &planned).is_err() || planned.tours.is_empty() {
                continue;
            }
            let locked = &problem.days[0].prefix;
            let free = |v: &usize| !locked.contains(v);
            let Some(gone) = planned.tours[0].visits().find(free) else {
                continue;
            };
            problem.visits[gone].allowed_days = Some(Vec::new());
            let mut order: Vec<usize> = planned.tours[0].visits().collect();
            order.retain(|&v| v != gone);
            let Some(tour) = crate::tours::schedule::schedule(&problem, 0, &order) else {
                continue;
            };
            let plan = Solution {
                tours: vec![tour],
                ..Solution::default()
            };
            for visit in 0..problem.visits.len() {
                if order.contains(&visit) || !problem.may_serve(0, visit) {
                    continue;
                }
                let mut asked = problem.clone();
                asked.visits[visit].required = true;
                let can_be =
                    resolved(&asked, &BUDGET).is_some_and(|found| found.position(visit).is_some());
                let traded = problem.objective == Objective::TravelAndMissed;
                let Some(found) = least_prize(&problem, &plan, visit, 0, 1, &BUDGET) else {
                    assert!(!can_be || !traded, "seed {seed}: visit {visit}");
                    continue;
                };
                let at = |prize| {
                    let change = Change::WorthMore { prize };
                    let changed = apply(&problem, visit, 0, change);
                    resolved(&changed, &BUDGET)
                        .unwrap()
                        .position(visit)
                        .is_some()
                };
                assert!(found.order.contains(&visit));
                match found.change {
                    Change::Anew => {
                        anew += 1;
                        assert!(at(problem.visits[visit].prize), "seed {seed}");
                    }
                    Change::WorthMore { prize } => {
                        more += 1;
                        assert!(at(prize) && !at(prize - 1), "seed {seed}: {prize}");
                    }
                    other => panic!("seed {seed}: {other:?}"),
                }
            }
        }
        assert!(more > 50 && anew > 20, "{more} worth more, {anew} anew");
    }
}
