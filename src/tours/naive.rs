//! A plain planner: cheapest insertion, then every small move until none helps.
//!
//! Each trial is judged from scratch, so it is slow and easy to trust.

use super::objective;
use super::problem::{Budget, Problem, ProblemError};
use super::rules::{gain, holds};
use super::schedule::schedule;
use super::solution::Solution;

/// The best plan found for `problem` within `budget`.
///
/// # Errors
/// When the problem does not hang together, see [`Problem::validate`].
pub fn solve(problem: &Problem, budget: &Budget) -> Result<Solution, ProblemError> {
    problem.validate()?;
    let mut search = Search::new(problem, budget);
    search.fill();
    while search.has_budget() && (search.improve_order() || search.exchange()) {
        search.fill();
    }
    search.fill();
    Ok(finish(problem, &search.tours, search.trials))
}

/// Turns orders of visits into a solution with all instants and costs. Days that cannot be scheduled are left empty.
pub fn finish(problem: &Problem, tours: &[Vec<usize>], iterations: u64) -> Solution {
    let mut left_out = vec![true; problem.visits.len()];
    let mut solution = Solution {
        iterations,
        ..Solution::default()
    };
    let mut kept = Vec::new();
    for (day, visits) in tours.iter().enumerate().filter(|(_, v)| !v.is_empty()) {
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

struct Search<'a> {
    problem: &'a Problem,
    tours: Vec<Vec<usize>>,
    drives: Vec<i64>,
    on: Vec<Option<usize>>,
    trials: u64,
    limit: u64,
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem, budget: &Budget) -> Self {
        let mut search = Self {
            problem,
            tours: vec![Vec::new(); problem.days.len()],
            drives: vec![0; problem.days.len()],
            on: vec![None; problem.visits.len()],
            trials: 0,
            limit: budget.iterations.unwrap_or(20_000).saturating_mul(50),
        };
        for (day, rep) in problem.days.iter().enumerate() {
            if let Ok(drive) = holds(problem, day, &rep.prefix) {
                search.set(day, rep.prefix.clone(), drive);
            }
        }
        search
    }

    const fn has_budget(&self) -> bool {
        self.trials < self.limit
    }

    fn set(&mut self, day: usize, visits: Vec<usize>, drive: i64) {
        for &visit in &self.tours[day] {
            self.on[visit] = None;
        }
        for &visit in &visits {
            self.on[visit] = Some(day);
        }
        self.tours[day] = visits;
        self.drives[day] = drive;
    }

    /// What a day costs with these visits, gains taken off; `None` when a rule is broken.
    fn cost(&mut self, day: usize, visits: &[usize]) -> Option<(i128, i64)> {
        self.trials += 1;
        if visits.is_empty() {
            return self.problem.days[day].prefix.is_empty().then_some((0, 0));
        }
        let drive = holds(self.problem, day, visits).ok()?;
        let gains: i128 = visits.iter().map(|&v| gain(self.problem, day, v)).sum();
        let fixed = self.problem.days[day].fixed_cost;
        Some((i128::from(drive + fixed) - gains, drive))
    }

    fn current(&self, day: usize) -> i128 {
        let visits = &self.tours[day];
        if visits.is_empty() {
            return 0;
        }
        let gains: i128 = visits.iter().map(|&v| gain(self.problem, day, v)).sum();
        i128::from(self.drives[day] + self.problem.days[day].fixed_cost) - gains
    }

    fn group_is_free(&self, visit: usize) -> bool {
        let group = self.problem.visits[visit].group;
        group.is_none()
            || !(0..self.on.len())
                .any(|v| self.on[v].is_some() && self.problem.visits[v].group == group)
    }

    /// The cheapest worthwhile place for `visit`: (change of cost, day, order, drive).
    fn best_insertion(&mut self, visit: usize) -> Option<(i128, usize, Vec<usize>, i64)> {
        if self.on[visit].is_some() || !self.group_is_free(visit) {
            return None;
        }
        let mut best: Option<(i128, usize, Vec<usize>, i64)> = None;
        for day in 0..self.tours.len() {
            if !self.problem.may_serve(day, visit) {
                continue;
            }
            let now = self.current(day);
            for at in self.problem.days[day].prefix.len()..=self.tours[day].len() {
                let mut order = self.tours[day].clone();
                if at > order.len() {
                    continue;
                }
                order.insert(at, visit);
                if let Some((cost, drive)) = self.cost(day, &order) {
                    let change = cost - now;
                    if change < 0 && best.as_ref().is_none_or(|b| change < b.0) {
                        best = Some((change, day, order, drive));
                    }
                }
            }
        }
        best
    }

    /// Inserts, most useful first, until no left-out visit has a worthwhile place.
    fn fill(&mut self) {
        loop {
            let out: Vec<usize> = (0..self.on.len())
                .filter(|&v| self.on[v].is_none())
                .collect();
            let best = out
                .into_iter()
                .filter_map(|visit| self.best_insertion(visit))
                .min_by_key(|found| found.0);
            let Some((_, day, order, drive)) = best else {
                return;
            };
            self.set(day, order, drive);
        }
    }

    fn accept(&mut self, day: usize, order: Vec<usize>) -> bool {
        let now = self.current(day);
        match self.cost(day, &order) {
            Some((cost, drive)) if cost < now => {
                self.set(day, order, drive);
                true
            }
            _ => false,
        }
    }

    /// Reversed stretches and moved stretches inside one day.
    fn improve_order(&mut self) -> bool {
        let mut helped = false;
        for day in 0..self.tours.len() {
            let first = self.problem.days[day].prefix.len();
            let len = self.tours[day].len();
            for from in first..len {
                for to in from + 1..len {
                    let mut order = self.tours[day].clone();
                    order[from..=to].reverse();
                    helped |= self.accept(day, order);
                    for turn in 1..=3.min(to - from) {
                        let mut order = self.tours[day].clone();
                        order[from..=to].rotate_left(turn);
                        helped |= self.accept(day, order);
                        let mut order = self.tours[day].clone();
                        order[from..=to].rotate_right(turn);
                        helped |= self.accept(day, order);
                    }
                }
            }
        }
        helped
    }

    /// Each planned visit: to another day, swapped with another day's, or out for one that is left out.
    fn exchange(&mut self) -> bool {
        for visit in 0..self.on.len() {
            let Some(day) = self.on[visit] else { continue };
            if self.problem.days[day].prefix.contains(&visit) {
                continue;
            }
            if !self.has_budget() {
                return false;
            }
            if self.move_out(visit, day) {
                return true;
            }
        }
        false
    }

    /// Takes `visit` off its day, lets the best left-out visit in, and finds the visit a new place.
    fn move_out(&mut self, visit: usize, day: usize) -> bool {
        let saved = (self.tours.clone(), self.drives.clone(), self.on.clone());
        let before: i128 = (0..self.tours.len()).map(|d| self.current(d)).sum();
        let rest: Vec<usize> = self.tours[day]
            .iter()
            .copied()
            .filter(|&v| v != visit)
            .collect();
        let Some((_, drive)) = self.cost(day, &rest) else {
            return false;
        };
        self.set(day, rest, drive);
        let others: Vec<usize> = (0..self.on.len())
            .filter(|&v| v != visit && self.on[v].is_none())
            .collect();
        let newcomer = others
            .into_iter()
            .filter_map(|v| self.best_insertion(v))
            .min_by_key(|found| found.0);
        if let Some((_, day, order, drive)) = newcomer {
            self.set(day, order, drive);
        }
        if let Some((_, day, order, drive)) = self.best_insertion(visit) {
            self.set(day, order, drive);
        }
        let after: i128 = (0..self.tours.len()).map(|d| self.current(d)).sum();
        if after < before {
            return true;
        }
        (self.tours, self.drives, self.on) = saved;
        false
    }
}
