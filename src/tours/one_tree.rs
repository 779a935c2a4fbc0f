//! A lower bound by spanning trees (Held and Karp 1971), with prizes.
//!
//! All starts and ends are one depot. A plan is then a set of loops through it, in which every visit has two legs: a visit
//! left out counts as a loop of its own, over two legs that cost half its prize each. Such loops hold a spanning tree and
//! one more leg of the depot per loop; the cheapest tree and legs are therefore never dearer. A price on each visit, raised
//! where the tree gives it too few legs and lowered where it gives too many, pushes the bound up. Where the days cannot hold
//! everyone, time and stops have prices too, see [`super::scarcity`]: legs and visits then cost the time they take, and what
//! the days have of it is given back at the end.

use super::problem::{Objective, Problem};
use super::scarcity::{PARTS, Scarcity};

/// Dearer than any plan.
const FORBIDDEN: i64 = 1 << 44;
/// About as many legs are looked at.
const WORK: usize = 10_000_000;
/// The most trees.
const MOST_TREES: usize = 100;

/// A bound from below on travel, fixed cost and missed prizes of every plan that makes all required visits; `None`
/// when a required visit cannot be reached. Looks at `n^2` legs per tree for n visits, at one tree at least, and stops
/// when `enough` says so.
pub fn one_tree(problem: &Problem, enough: impl Fn() -> bool) -> Option<i64> {
    let may_be_made = |&v: &usize| {
        (0..problem.days.len()).any(|day| problem.may_serve(day, v) && problem.has_time(day, v))
    };
    let all = 0..problem.visits.len();
    let (held, never): (Vec<usize>, Vec<usize>) = all.partition(may_be_made);
    if never.iter().any(|&v| problem.visits[v].required) {
        return None;
    }
    let missed: i64 = never.iter().map(|&v| miss_cost(problem, v)).sum();
    let plain = Graph::new(problem, &held, Scarcity::default()).bound(&enough);
    if plain >= FORBIDDEN {
        return None;
    }
    let scarcity = Scarcity::of(problem, &held);
    let bound = if scarcity.is_free() || enough() {
        plain
    } else {
        // Scarce time makes legs dearer, not more telling of each other.
        let dearer = (PARTS + scarcity.time_price) as f64 / PARTS as f64;
        let mut priced = Graph::new(problem, &held, scarcity);
        priced.first_step = Some(step_of(plain * PARTS, held.len()) * dearer);
        plain.max(priced.bound(&enough))
    };
    Some(bound + missed)
}

/// What leaving out a visit costs that need not be made.
fn miss_cost(problem: &Problem, visit: usize) -> i64 {
    let visit = &problem.visits[visit];
    if visit.group.is_some() || problem.objective == Objective::Travel {
        0
    } else {
        visit.expected_prize()
    }
}

/// Some visits and one depot, in parts of a unit.
struct Graph<'a> {
    problem: &'a Problem,
    visits: usize,
    place: Vec<usize>,
    /// The cheapest leg between depot and visit over all days that may make it.
    depot: Vec<i64>,
    /// Half of what leaving a visit out costs beyond what making it costs at its place.
    out: Vec<i64>,
    /// What a unit of travel costs: itself, and the time it takes.
    leg_price: i64,
    /// What no plan is spared: all visits at their places, less what is given back.
    base: i128,
    /// By how much prices change at first; `None` = as the first tree says.
    first_step: Option<f64>,
}

/// By how much prices change at first where the cheapest tree costs so much.
fn step_of(value: i64, visits: usize) -> f64 {
    value.max(PARTS) as f64 / (2 * visits) as f64
}

impl<'a> Graph<'a> {
    fn new(problem: &'a Problem, visits: &[usize], scarcity: Scarcity) -> Self {
        let at_place = |v: usize| {
            let takes = problem.visits[v].least_service();
            takes * scarcity.time_price + scarcity.stop_price
        };
        let out = visits.iter().map(|&v| {
            if problem.visits[v].required {
                FORBIDDEN * PARTS
            } else {
                (miss_cost(problem, v) * PARTS - at_place(v)).div_euclid(2)
            }
        });
        let places: i128 = visits.iter().map(|&v| i128::from(at_place(v))).sum();
        let leg_price = PARTS + scarcity.time_price;
        Self {
            problem,
            visits: visits.len(),
            place: visits.iter().map(|&v| problem.visits[v].place).collect(),
            depot: depot_legs(problem, visits, leg_price),
            out: out.collect(),
            leg_price,
            base: places - i128::from(scarcity.refund()),
            first_step: None,
        }
    }

    /// The best bound of some trees, in whole units; [`FORBIDDEN`] where a required visit cannot be reached.
    fn bound(&self, enough: impl Fn() -> bool) -> i64 {
        let n = self.visits;
        if n == 0 {
            return 0;
        }
        let most = (WORK / (n * n)).clamp(1, MOST_TREES);
        let mut price = vec![0i64; n];
        let mut last = vec![0i64; n];
        let mut best = i64::MIN;
        let mut first_step = 0.0;
        for tree in 0..most {
            let (value, legs) = self.cheapest(&price);
            if value >= FORBIDDEN * PARTS {
                return FORBIDDEN;
            }
            best = best.max(value);
            if tree == 0 {
                first_step = self.first_step.unwrap_or_else(|| step_of(value, n));
            }
            let surplus: Vec<i64> = legs.iter().map(|&legs| i64::from(legs) - 2).collect();
            if surplus.iter().all(|&s| s == 0) || enough() {
                break;
            }
            let step = first_step * (1.0 - tree as f64 / most as f64);
            for ((price, &now), last) in price.iter_mut().zip(&surplus).zip(&mut last) {
                *price += (step * (0.6 * now as f64 + 0.4 * *last as f64)) as i64;
                *last = now;
            }
        }
        let parts = i128::from(best) + self.base;
        // Whole units: no plan lies between.
        let units = (parts + i128::from(PARTS) - 1).div_euclid(i128::from(PARTS));
        units.clamp(0, i128::from(FORBIDDEN)) as i64
    }

    fn between(&self, a: usize, b: usize) -> i64 {
        let (a, b) = (self.place[a], self.place[b]);
        let travel = &self.problem.travel;
        let least = [travel.time(a, b), travel.time(b, a)]
            .into_iter()
            .flatten()
            .min();
        least.map_or(FORBIDDEN * PARTS, |time| time * self.leg_price)
    }

    /// The cheapest tree and depot legs with a price on every leg of each visit: value, and legs per visit.
    fn cheapest(&self, price: &[i64]) -> (i64, Vec<u32>) {
        let n = self.visits;
        const DEPOT: usize = usize::MAX;
        let mut legs = vec![0; n];
        let join = |v: usize| self.depot[v].min(self.out[v]) + price[v];
        let mut least: Vec<(i64, usize)> = (0..n).map(|v| (join(v), DEPOT)).collect();
        let mut waiting: Vec<usize> = (0..n).collect();
        let mut value = -2 * price.iter().sum::<i64>();
        while !waiting.is_empty() {
            let mut next = (i64::MAX, 0);
            for (at, &v) in waiting.iter().enumerate() {
                if least[v].0 < next.0 {
                    next = (least[v].0, at);
                }
            }
            let v = waiting.swap_remove(next.1);
            value += least[v].0;
            legs[v] += 1;
            if least[v].1 != DEPOT {
                legs[least[v].1] += 1;
            }
            for &u in &waiting {
                let leg = self.between(v, u) + price[v] + price[u];
                if leg < least[u].0 {
                    least[u] = (leg, v);
                }
            }
        }
        // One more depot leg per loop: one at least, and each that pays.
        let cheapest = (0..n).min_by_key(|&v| (join(v), v));
        for (v, legs) in legs.iter_mut().enumerate() {
            if join(v) < 0 || Some(v) == cheapest {
                value += join(v);
                *legs += 1;
            }
        }
        (value, legs)
    }
}

/// The cheapest way from a start or to an end, with half the fixed cost, per visit.
fn depot_legs(problem: &Problem, visits: &[usize], leg_price: i64) -> Vec<i64> {
    let mut legs = vec![FORBIDDEN * PARTS; visits.len()];
    for (day, rep) in problem.days.iter().enumerate() {
        for (at, &visit) in visits.iter().enumerate() {
            if !problem.may_serve(day, visit) {
                continue;
            }
            let place = Some(problem.visits[visit].place);
            let out = problem.travel.leg(rep.start, place);
            let back = problem.travel.leg(place, rep.end);
            if let Some(least) = [out, back].into_iter().flatten().min() {
                legs[at] = legs[at].min(least * leg_price + rep.fixed_cost * (PARTS / 2));
            }
        }
    }
    legs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tours::problem::{RepDay, TravelTable, Visit};

    #[test]
    fn a_ring_is_bounded_by_its_length() {
        // Depot and 7 visits on a circle: the tour around is the only sensible one.
        let at = |i: usize| (i as f64 * std::f64::consts::TAU / 8.0).sin_cos();
        let travel = TravelTable::from_fn(8, |a, b| {
            let ((ax, ay), (bx, by)) = (at(a), at(b));
            (1_000.0 * ((ax - bx).powi(2) + (ay - by).powi(2)).sqrt()).round() as u32
        });
        let around: i64 = (0..8)
            .map(|i| travel.time(i, (i + 1) % 8).expect("a way"))
            .sum();
        let problem = Problem {
            visits: (1..8)
                .map(|place| Visit {
                    place,
                    required: true,
                    ..Visit::default()
                })
                .collect(),
            days: vec![RepDay {
                start: Some(0),
                end: Some(0),
                ..RepDay::default()
            }],
            travel,
            objective: Objective::Travel,
        };
        let bound = one_tree(&problem, || false).expect("reachable");
        assert!(
            bound <= around && bound * 100 >= around * 99,
            "{bound} of {around}"
        );
    }
}
