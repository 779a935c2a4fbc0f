//! Which of the candidates, in which order? [`Search::best`]: matrix, solve, check, and a last look at those that were not
//! searched.

use super::Planner;
use super::candidates::Candidate;
use super::error::{PlanError, Result};
use super::plan::StopKind;
use super::problem::{Frame, day_problem, travel};
use crate::geometry::distance;
use crate::tours::{
    Blocked, Budget, Control, Problem, Progress, Solution, check, solve_with, why_in, why_not,
};

/// How often accounts that were left to the end and would fit may send the search back.
const ROUNDS: u32 = 3;
/// What a visit asked for is worth beside one that was agreed, in milliseconds of travel: more than all that is merely due.
const WORTH_OF_ASKED: i64 = 1_000_000_000_000;
/// Speed as the crow flies, for a first guess of who is near, in metres per second.
const CROW_SPEED: f64 = 8.0;

/// A day, or what is left of one, to be filled.
pub(super) struct Search<'q, 'a> {
    pub planner: &'q Planner,
    pub frame: &'q Frame<'a>,
    pub seed: u64,
    /// Wall-clock guard of one search.
    pub seconds: Option<f64>,
    /// Told how far a search is; may call it off.
    pub watch: &'q dyn Fn(&Progress) -> Control,
}

/// A candidate and what keeps it out.
pub(super) type Verdict<'c, 'a> = (&'c Candidate<'a>, Blocked);

impl<'a> Search<'_, 'a> {
    /// The best tour found of `done` (fixed, first) and `candidates`, and the verdicts on those that were not searched.
    pub fn best<'c>(
        &self,
        done: &[&'c Candidate<'a>],
        candidates: Vec<&'c Candidate<'a>>,
        warnings: &mut Vec<String>,
    ) -> Result<(Found<'c, 'a>, Vec<Verdict<'c, 'a>>)> {
        let (mut searched, mut rest) = self.foremost(candidates, warnings);
        let mut found = self.search(done, &searched)?;
        let mut late = self.judge_rest(done, &found, &rest);
        for _ in 0..ROUNDS {
            let (fit, stay): (Vec<(_, _)>, Vec<(_, _)>) = late
                .iter()
                .copied()
                .partition(|(_, blocked)| matches!(blocked, Blocked::Fits { .. }));
            if fit.is_empty() {
                break;
            }
            searched.extend(fit.iter().map(|(candidate, _)| *candidate));
            rest = stay.iter().map(|(candidate, _)| *candidate).collect();
            found = self.search(done, &searched)?;
            late = self.judge_rest(done, &found, &rest);
        }
        Ok((found, late))
    }

    /// The candidates that the search looks at, and the rest. Bound ones always come along; of the others those that are
    /// worth most for the time they take, the drive guessed as the crow flies.
    fn foremost<'c>(
        &self,
        mut order: Vec<&'c Candidate<'a>>,
        warnings: &mut Vec<String>,
    ) -> (Vec<&'c Candidate<'a>>, Vec<&'c Candidate<'a>>) {
        let all = order.len();
        let limit = self.planner.settings.candidates as usize;
        if all <= limit {
            return (order, Vec::new());
        }
        let promise = |c: &Candidate| promise(self.frame, c);
        let bound = |c: &Candidate| c.kind == StopKind::Suggested && !c.pinned && c.kept.is_none();
        order.sort_by(|a, b| {
            bound(a)
                .cmp(&bound(b))
                .then(promise(b).total_cmp(&promise(a)))
                .then_with(|| a.account.id.cmp(&b.account.id))
        });
        let rest = order.split_off(limit);
        warnings.push(format!(
            "of {all} due accounts the {limit} most promising were searched; the others were tried on the finished tour"
        ));
        (order, rest)
    }

    /// Solves the day for `done` (fixed, first) and `searched`, and has the tour checked.
    fn search<'c>(
        &self,
        done: &[&'c Candidate<'a>],
        searched: &[&'c Candidate<'a>],
    ) -> Result<Found<'c, 'a>> {
        let candidates: Vec<&Candidate> = done.iter().chain(searched).copied().collect();
        let matrix = travel(&self.planner.ground, self.frame, &candidates);
        let problem = day_problem(self.frame, &candidates, done.len(), &matrix);
        let solution = self.solved(&problem)?;
        let found = Found {
            candidates,
            problem,
            solution,
        };
        self.promises_first(found)
    }

    /// The same where all promises are kept; otherwise the plan that keeps more of them at the cost of what was only asked
    /// for or pinned, if there is one.
    fn promises_first<'c>(&self, found: Found<'c, 'a>) -> Result<Found<'c, 'a>> {
        let asked = |c: &Candidate| c.is_required() && !c.promised && c.kind != StopKind::Done;
        let broken = found.promises_broken();
        if broken == 0 || !found.candidates.iter().any(|c| asked(c)) {
            return Ok(found);
        }
        let mut problem = found.problem.clone();
        for (visit, candidate) in problem.visits.iter_mut().zip(&found.candidates) {
            if asked(candidate) {
                visit.required = false;
                visit.prize = WORTH_OF_ASKED;
            }
        }
        let other = Found {
            solution: self.solved(&problem)?,
            candidates: found.candidates.clone(),
            problem,
        };
        let better = other.promises_broken() < broken;
        Ok(if better { other } else { found })
    }

    /// A solution of a problem, checked.
    pub fn solved(&self, problem: &Problem) -> Result<Solution> {
        let budget = Budget {
            iterations: Some(self.planner.settings.iterations),
            seconds: self.seconds,
            seed: self.seed,
            threads: 1,
        };
        let solution = solve_with(problem, &budget, &mut |told| (self.watch)(told))?;
        check::check(problem, &solution).map_err(|violations| {
            PlanError::Unsound(violations.iter().map(ToString::to_string).collect())
        })?;
        Ok(solution)
    }

    /// What the finished tour says to each account that was not searched: the same tour, with those accounts as further
    /// visits.
    pub fn judge_rest<'c>(
        &self,
        done: &[&'c Candidate<'a>],
        found: &Found<'c, 'a>,
        rest: &[&'c Candidate<'a>],
    ) -> Vec<(&'c Candidate<'a>, Blocked)> {
        if rest.is_empty() {
            return Vec::new();
        }
        let mut candidates = found.planned();
        let on_tour = candidates.len();
        candidates.extend(rest);
        let matrix = travel(&self.planner.ground, self.frame, &candidates);
        let mut solution = found.solution.clone();
        for tour in &mut solution.tours {
            for (visit, stop) in tour.stops.iter_mut().enumerate() {
                stop.visit = visit;
            }
        }
        solution.left_out = (on_tour..candidates.len()).collect();
        let widened = Found {
            problem: day_problem(self.frame, &candidates, done.len(), &matrix),
            candidates,
            solution,
        };
        rest.iter()
            .enumerate()
            .map(|(i, candidate)| (*candidate, widened.blocked(on_tour + i)))
            .collect()
    }
}

/// What a candidate is worth for the time that it takes, the drive guessed as the crow flies.
pub(super) fn promise(frame: &Frame, candidate: &Candidate) -> f64 {
    let drive_s = distance(frame.rep.home, candidate.snap.at).0 / CROW_SPEED;
    candidate.due.prize_s as f64 / (f64::from(candidate.visit_min) * 60.0 + drive_s)
}

/// A problem with its solution.
pub(super) struct Found<'c, 'a> {
    /// Visit `i` of the problem is candidate `i`.
    pub candidates: Vec<&'c Candidate<'a>>,
    /// The problem.
    pub problem: Problem,
    /// Its solution.
    pub solution: Solution,
}

impl<'c, 'a> Found<'c, 'a> {
    /// How many agreed visits are not made.
    fn promises_broken(&self) -> usize {
        let out = self.solution.left_out.iter();
        out.filter(|&&visit| self.candidates[visit].promised)
            .count()
    }

    /// What keeps a visit off the day.
    pub fn blocked(&self, visit: usize) -> Blocked {
        why_not(&self.problem, &self.solution, visit)
            .first()
            .map_or(Blocked::NoWay, |verdict| verdict.blocked)
    }

    /// Each candidate that was left out, with what keeps it off the day.
    pub fn left_out(&self) -> impl Iterator<Item = Verdict<'c, 'a>> + '_ {
        let left_out = self.solution.left_out.iter();
        left_out.map(|&visit| (self.candidates[visit], self.blocked(visit)))
    }

    /// Driving that a planned visit adds, in milliseconds.
    pub fn detour(&self, visit: usize) -> Option<i64> {
        why_in(&self.problem, &self.solution, visit).map(|why| why.detour)
    }

    /// The candidates on the tour, in order.
    pub fn planned(&self) -> Vec<&'c Candidate<'a>> {
        self.solution
            .tour(0)
            .into_iter()
            .flat_map(crate::tours::Tour::visits)
            .map(|visit| self.candidates[visit])
            .collect()
    }
}
