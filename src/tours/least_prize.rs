//! The least prize at which a plan takes a visit by itself.

use super::changes::{Change, Proven, apply, least_moved, standing as stops_of};
use super::objective;
use super::problem::{Budget, Objective, Problem};
use super::resolve::resolved;
use super::solution::Solution;

/// How often a prize is corrected by what solving anew finds.
const CORRECTIONS: usize = 6;

/// The least prize, in whole steps, at which `problem` solved anew has `visit` on `day`; at one step less it has not. `None`
/// where prizes are not set against travel, where no prize is enough, and where the visit is worth enough already.
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
        let (mut with, mut without) = (taken.value, standing.value);
        let mut steps = self.steps(with - without + 1);
        for _ in 0..CORRECTIONS {
            if steps * self.step <= self.own {
                return None;
            }
            let found = self.at(steps)?;
            let Some((day, _)) = found.position(self.visit) else {
                // A better plan without it than was known.
                without = without.min(self.cost(&found).value);
                let more = self.steps(self.worth(steps) + 1);
                steps = more.max(self.steps(with - without + 1));
                continue;
            };
            let less = self.at(steps - 1)?;
            if less.position(self.visit).is_none() {
                let order: Vec<usize> = found.tour(day)?.visits().collect();
                let stops = stops_of(&self.worthless, plan, self.day);
                return Some(Proven {
                    change: Change::WorthMore {
                        prize: steps * self.step,
                    },
                    order: least_moved(&self.worthless, self.day, &stops, self.visit, order),
                });
            }
            // A better plan with it than was known, or one that is as good: so it is at every prize that counts the same.
            with = with.min(self.cost(&less).value);
            let same = self.steps(self.worth(steps - 1));
            steps = same.min(self.steps(with - without + 1));
        }
        None
    }

    /// The least number of steps that is worth as much, the chance that the visit takes place counted in.
    fn steps(&self, worth: i64) -> i64 {
        let up = |value: i64, by: i64| (value + by - 1).div_euclid(by);
        up(up(worth.saturating_mul(1_000), self.chance), self.step)
    }

    /// What so many steps count, with the chance that the visit takes place.
    const fn worth(&self, steps: i64) -> i64 {
        steps * self.step * self.chance / 1_000
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
