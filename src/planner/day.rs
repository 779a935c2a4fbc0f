//! Whom should a rep visit on a day, and in which order? [`Planner::plan_day`]: sift, snap, matrix, solve, check.
//!
//! The tour planner sees numbers only. What it answers is judged twice before it leaves: by `tours::check` against the
//! problem, and by [`super::verify`] against fresh routes on the roads.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use serde::Serialize;

use super::answer::{Answer, day_off_plan};
use super::candidates::{Candidate, Sieve, Sifted, sift};
use super::clock::DayClock;
use super::error::{PlanError, Result};
use super::plan::{DayOff, DayPlan, LeftOut, WhyOut};
use super::problem::{Frame, day_problem, travel};
use super::request::DayRequest;
use super::run_id::run_id;
use super::standing::Standings;
use super::verify::verify;
use super::why_out::why_out;
use super::{PlanStatus, Planner, Settings};
use crate::accounts::{Account, Appointment, Rep, Visit};
use crate::geometry::haversine;
use crate::store::{Book, Slice, StopOnDay};
use crate::tours::{Blocked, Budget, Problem, Solution, check, solve, why_not};

/// How often accounts that were left to the end and would fit may send the search back.
const ROUNDS: u32 = 3;
/// Speed as the crow flies, for a first guess of who is near, in metres per second.
const CROW_SPEED: f64 = 8.0;

impl Planner {
    /// Plans one day; nothing is stored. Equal questions on an equal book give equal bytes.
    ///
    /// # Errors
    /// Unknown rep, a home off the roads, an agreed plan on that day, a failing store.
    pub fn plan_day(&self, request: &DayRequest) -> Result<DayPlan> {
        let book = self.store.book()?;
        let rep = book
            .reps
            .iter()
            .find(|rep| rep.id == request.rep)
            .ok_or_else(|| PlanError::UnknownRep(request.rep.clone()))?;
        if let Some(stored) = self.store.plan(&rep.id, request.date)?
            && stored.status == PlanStatus::Agreed
        {
            return Err(PlanError::Agreed {
                rep: rep.id.clone(),
                date: request.date,
            });
        }
        let stops = self.stops_around(request.date)?;
        let run = run_id("day_plan", &Inputs::new(self, request, rep, &book, &stops));
        if let Some(why) = day_off(rep, request.date) {
            let clock = DayClock::new(request.date, self.ground.time_zone);
            return Ok(day_off_plan(&book, rep, request, clock, run, why));
        }
        DayRun::new(self, request, rep, &book, &stops, run)?.plan()
    }

    /// Planned stops near enough in time to matter.
    fn stops_around(&self, date: NaiveDate) -> Result<Vec<StopOnDay>> {
        let year = TimeDelta::days(400);
        Ok(self.store.planned_stops(&Slice {
            from: Some(date - year),
            to: Some(date + year),
            ..Slice::default()
        })?)
    }
}

/// Why `rep` does not work on `date`, if so.
#[must_use]
pub fn day_off(rep: &Rep, date: NaiveDate) -> Option<DayOff> {
    if !rep.active {
        return Some(DayOff::Inactive);
    }
    let block = rep.blocks.iter().find(|b| (b.from..=b.to).contains(&date));
    if let Some(block) = block {
        return Some(DayOff::Blocked {
            until: block.to,
            reason: block.reason.clone(),
        });
    }
    (!rep.works_on(date)).then_some(DayOff::Weekday)
}

/// Everything that can change the answer, for the run id.
#[derive(Serialize)]
struct Inputs<'a> {
    roads: &'a str,
    settings: &'a Settings,
    request: &'a DayRequest,
    rep: &'a Rep,
    mean_value: f64,
    accounts: Vec<&'a Account>,
    visits: Vec<&'a Visit>,
    appointments: Vec<&'a Appointment>,
    other_stops: Vec<(&'a str, &'a str, NaiveDate)>,
}

impl<'a> Inputs<'a> {
    fn new(
        planner: &'a Planner,
        request: &'a DayRequest,
        rep: &'a Rep,
        book: &'a Book,
        stops: &'a [StopOnDay],
    ) -> Self {
        let here = |a: &Appointment| a.rep == rep.id && a.date == request.date;
        let mut ids: BTreeSet<_> = request.must_visit.iter().collect();
        ids.extend(
            book.appointments
                .iter()
                .filter(|a| here(a))
                .map(|a| &a.account),
        );
        ids.extend(
            book.visits
                .iter()
                .filter(|v| v.rep == rep.id && v.date == request.date)
                .map(|v| &v.account),
        );
        let accounts: Vec<&Account> = book
            .accounts
            .iter()
            .filter(|a| a.rep.as_ref() == Some(&rep.id) || ids.contains(&a.id))
            .collect();
        ids.extend(accounts.iter().map(|a| &a.id));
        Self {
            roads: &planner.ground.hash,
            settings: &planner.settings,
            request,
            rep,
            mean_value: crate::accounts::cadence::mean_value(&book.accounts),
            visits: book
                .visits
                .iter()
                .filter(|v| ids.contains(&v.account))
                .collect(),
            appointments: book
                .appointments
                .iter()
                .filter(|a| ids.contains(&a.account))
                .collect(),
            other_stops: stops
                .iter()
                .filter(|s| (&s.rep, s.date) != (&rep.id, request.date))
                .filter(|s| ids.contains(&s.stop.account))
                .map(|s| (s.stop.account.0.as_str(), s.rep.0.as_str(), s.date))
                .collect(),
            accounts,
        }
    }
}

/// One planning of one day.
struct DayRun<'a> {
    planner: &'a Planner,
    request: &'a DayRequest,
    book: &'a Book,
    frame: Frame<'a>,
    stops: &'a [StopOnDay],
    run: String,
}

impl<'a> DayRun<'a> {
    fn new(
        planner: &'a Planner,
        request: &'a DayRequest,
        rep: &'a Rep,
        book: &'a Book,
        stops: &'a [StopOnDay],
        run: String,
    ) -> Result<Self> {
        let clock = DayClock::new(request.date, planner.ground.time_zone);
        let home = planner
            .ground
            .snap(rep.home, &planner.settings)
            .ok_or_else(|| PlanError::HomeOffNetwork {
                rep: rep.id.clone(),
                limit_m: planner.settings.snap_limit_m,
            })?;
        Ok(Self {
            planner,
            request,
            book,
            frame: Frame::new(rep, home, request.start, clock, &planner.settings),
            stops,
            run,
        })
    }

    fn plan(&self) -> Result<DayPlan> {
        let standings = Standings::new(self.book, &self.planner.settings, self.request.date);
        let promises = standings.promised_elsewhere(&self.frame.rep.id, self.stops);
        let sieve = Sieve {
            book: self.book,
            rep: self.frame.rep,
            standings: &standings,
            promises: &promises,
            ground: &self.planner.ground,
            settings: &self.planner.settings,
            clock: self.frame.clock,
            must_visit: &self.request.must_visit,
            list_not_due: self.request.list_not_due,
        };
        let mut sifted = sift(&sieve);
        let candidates = std::mem::take(&mut sifted.candidates);
        let done = std::mem::take(&mut sifted.done);
        let done: Vec<&Candidate> = done.iter().collect();
        let (mut searched, mut rest) = self.foremost(&candidates, &mut sifted.warnings);
        let mut found = self.search(&done, &searched)?;
        let mut late = self.judge_rest(&done, &found, &rest);
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
            found = self.search(&done, &searched)?;
            late = self.judge_rest(&done, &found, &rest);
        }
        self.answer(&sieve, sifted, &found, late)
    }

    /// The candidates that the search looks at, and the rest. Bound ones always come along; of the others those that are
    /// worth most for the time they take, the drive guessed as the crow flies.
    fn foremost<'c>(
        &self,
        candidates: &'c [Candidate<'a>],
        warnings: &mut Vec<String>,
    ) -> (Vec<&'c Candidate<'a>>, Vec<&'c Candidate<'a>>) {
        let limit = self.planner.settings.candidates as usize;
        let mut order: Vec<&Candidate> = candidates.iter().collect();
        if order.len() <= limit {
            return (order, Vec::new());
        }
        let promise = |c: &Candidate| -> f64 {
            let drive_s = haversine(self.frame.rep.home, c.snap.at).0 / CROW_SPEED;
            c.due.prize_s as f64 / (f64::from(c.visit_min) * 60.0 + drive_s)
        };
        let bound = |c: &Candidate| c.kind == super::StopKind::Suggested;
        order.sort_by(|a, b| {
            bound(a)
                .cmp(&bound(b))
                .then(promise(b).total_cmp(&promise(a)))
                .then_with(|| a.account.id.cmp(&b.account.id))
        });
        let rest = order.split_off(limit);
        warnings.push(format!(
            "of {} due accounts the {limit} most promising were searched; the others were tried on the finished tour",
            candidates.len()
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
        let matrix = travel(&self.planner.ground, &self.frame, &candidates);
        let problem = day_problem(&self.frame, &candidates, done.len(), &matrix);
        let budget = Budget {
            iterations: Some(self.planner.settings.iterations),
            seconds: None,
            seed: self.request.seed,
            threads: 1,
        };
        let solution = solve(&problem, &budget)?;
        check::check(&problem, &solution).map_err(|violations| {
            PlanError::Unsound(violations.iter().map(ToString::to_string).collect())
        })?;
        Ok(Found {
            candidates,
            problem,
            solution,
        })
    }

    /// What the finished tour says to each account that was not searched: the same tour, with those accounts as further
    /// visits.
    fn judge_rest<'c>(
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
        let matrix = travel(&self.planner.ground, &self.frame, &candidates);
        let mut solution = found.solution.clone();
        for tour in &mut solution.tours {
            for (visit, stop) in tour.stops.iter_mut().enumerate() {
                stop.visit = visit;
            }
        }
        solution.left_out = (on_tour..candidates.len()).collect();
        let widened = Found {
            problem: day_problem(&self.frame, &candidates, done.len(), &matrix),
            candidates,
            solution,
        };
        rest.iter()
            .enumerate()
            .map(|(i, candidate)| (*candidate, widened.blocked(on_tour + i)))
            .collect()
    }

    fn answer(
        &self,
        sieve: &Sieve<'a>,
        sifted: Sifted<'a>,
        found: &Found<'_, 'a>,
        late: Vec<(&Candidate<'a>, Blocked)>,
    ) -> Result<DayPlan> {
        let mut warnings = sifted.warnings;
        let mut left_out: Vec<LeftOut> = sifted.out;
        let inside = found
            .solution
            .left_out
            .iter()
            .map(|&visit| (found.candidates[visit], found.blocked(visit)));
        for (candidate, blocked) in inside.chain(late) {
            let why = why_out(candidate, &blocked, sieve, &self.frame, found);
            if candidate.kind != super::StopKind::Suggested {
                warnings.push(broken_promise(candidate, &why));
            }
            left_out.push(sieve.left_out(candidate.account, why));
        }
        left_out.sort_by(|a, b| {
            b.prize_s
                .cmp(&a.prize_s)
                .then_with(|| a.account.cmp(&b.account))
        });
        let plan = Answer {
            ground: &self.planner.ground,
            frame: &self.frame,
            request: self.request,
            found,
            run: &self.run,
            as_of: self.book.as_of,
        }
        .plan(left_out, warnings)?;
        verify(&self.planner.ground, &self.frame, &found.planned(), &plan)
            .map_err(PlanError::Unsound)?;
        Ok(plan)
    }
}

fn broken_promise(candidate: &Candidate, why: &WhyOut) -> String {
    let what = match candidate.agreed {
        Some(time) => format!("the appointment at {}", time.format("%H:%M")),
        None => "the visit asked for".to_owned(),
    };
    format!(
        "{what} with {} cannot be kept: {}",
        candidate.account.name,
        why.text()
    )
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
    /// What keeps a visit off the day.
    fn blocked(&self, visit: usize) -> Blocked {
        why_not(&self.problem, &self.solution, visit)
            .first()
            .map_or(Blocked::NoWay, |verdict| verdict.blocked)
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
