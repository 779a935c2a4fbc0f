//! The day slips: [`Planner::replan`] plans the rest of it again, from now and here. What was done stays as it was, what
//! was agreed stays agreed, and dropping a suggested visit of the old plan has its price.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;

use super::Planner;
use super::answer::Answer;
use super::candidates::{Candidate, Sieve};
use super::day::{Inputs, by_worth};
use super::error::{PlanError, Result};
use super::plan::{DayPlan, LeftOut, LunchTaken, Replanned, StopKind};
use super::problem::{Frame, day_problem, travel};
use super::proposal::Proposal;
use super::run_id::run_id;
use super::search::{Found, Search, Verdict};
use super::strain::{tour_of, violations};
use super::table::{Asks, Kept, Seen, Table};
use super::verify::verify;
use super::violation::Violation;
use super::why_out::why_out;
use crate::accounts::RepId;
use crate::geometry::LonLat;
use crate::tours::{Budget, Control, Lateness, Overtime, Tour, check, solve_with};

/// How late a promise or the end of a day can be, in milliseconds.
const MOST_LATE: i64 = 640 * 60_000;
/// What a thousand units of time late with a promise cost, in units of driving, and what as many of overtime do.
const LATE_PRICE: i64 = 20_000;
const OVERTIME_PRICE: i64 = 2_000;
/// Minutes by which lunch may be late for the sake of promises, tried one after the other.
const LUNCH_LATER_MIN: [i64; 3] = [0, 60, 640];

/// Wall-clock guard of one search, in seconds. A day's search takes a fraction of it.
const GUARD_S: f64 = 1.0;

/// Plan the rest of a day again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReplanRequest {
    /// Whose day.
    pub rep: RepId,
    /// Which local day.
    pub date: NaiveDate,
    /// The time it is.
    pub now: DateTime<FixedOffset>,
    /// Where the rep is; `None` = at the last stop done, or at home.
    pub here: Option<LonLat>,
    /// What dropping a suggested visit of the plan costs, in seconds of travel; `None` = the team's setting.
    pub stability_s: Option<u32>,
}

impl Planner {
    /// The rest of a kept day, planned again; a proposal that changes nothing until it is accepted.
    ///
    /// # Errors
    /// Unknown rep, no plan kept, a place off the roads, a failing store.
    pub fn replan(&self, ask: &ReplanRequest) -> Result<Proposal> {
        let kept = self.kept(&ask.rep, ask.date)?;
        let stability_s = ask.stability_s.unwrap_or(self.settings.stability_s);
        let asks = Asks {
            now: Some(ask.now),
            here: ask.here,
            stability: i64::from(stability_s) * 1_000,
            ..Asks::default()
        };
        let seen = Seen::new(self, &kept, &asks);
        let request = Table::request(&kept, &seen);
        let inputs = Inputs::new(self, &request, &kept.rep, &kept.book, &kept.stops);
        let run = run_id("replan", &(inputs, ask, &kept.plan.run_id));
        let table = Table::new(self, &kept, &seen, &asks)?;
        let mut plan = self.fill(&kept, &seen, table, run)?;
        plan.replanned = Some(Replanned {
            now: ask.now,
            here: ask.here.unwrap_or_else(|| last_place(&plan)),
        });
        Ok(Proposal::new(&kept.plan, plan))
    }

    /// Fills what is left of the day. Where promises cannot all be kept, those that cannot are as little late as possible; the
    /// others are kept, and suggested visits take what room is left.
    pub(super) fn fill<'a>(
        &'a self,
        kept: &'a Kept,
        seen: &'a Seen<'a>,
        mut table: Table<'a>,
        run: String,
    ) -> Result<DayPlan> {
        let mut warnings = std::mem::take(&mut table.sifted.warnings);
        let mut frame = table.frame.clone();
        let mut pool = table.candidates.clone();
        let seed = kept.plan.seed;
        if self.must_be_late(&frame, &pool, seed)? {
            self.make_room(&mut frame, &mut pool, seed)?;
        }
        let search = Search {
            planner: self,
            frame: &frame,
            seed,
            seconds: Some(GUARD_S),
            watch: &|_| Control::Continue,
        };
        let (found, late) = search.best(&[], pool.iter().collect(), &mut warnings)?;
        let under_way = frame.origin.is_some();
        let way_home = || tour_of(&found, &[]).filter(|_| under_way);
        let tour = found.solution.tour(0).cloned().or_else(way_home);
        let mut broken = tour
            .as_ref()
            .map(|tour| violations(&table.frame, &truly(&found, &table), tour))
            .unwrap_or_default();
        broken.extend(dropped(&found));
        Closing {
            planner: self,
            kept,
            table: &table,
            sieve: seen.sieve(self),
            run: &run,
        }
        .plan(&found, tour.as_ref(), late, warnings, broken)
    }

    /// Whether some promise cannot be kept even when nobody else is visited.
    fn must_be_late(&self, frame: &Frame<'_>, pool: &[Candidate<'_>], seed: u64) -> Result<bool> {
        let promises: Vec<&Candidate> = pool.iter().filter(|c| is_promise(c)).collect();
        let search = Search {
            planner: self,
            frame,
            seed,
            seconds: Some(GUARD_S),
            watch: &|_| Control::Continue,
        };
        let (found, _) = search.best(&[], promises, &mut Vec::new())?;
        Ok(!found.solution.left_out.is_empty())
    }

    /// Gives the promises that cannot be kept as much more time as they need at least, and the day as much as it takes to
    /// make good all promises and nothing else.
    fn make_room(
        &self,
        frame: &mut Frame<'_>,
        pool: &mut [Candidate<'_>],
        seed: u64,
    ) -> Result<()> {
        let promises: Vec<usize> = (0..pool.len()).filter(|i| is_promise(&pool[*i])).collect();
        frame.max_stops = frame.max_stops.map(|most| most.max(promises.len()));
        let them: Vec<&Candidate> = promises.iter().map(|i| &pool[*i]).collect();
        let matrix = travel(&self.ground, frame, &them);
        let mut problem = day_problem(frame, &them, 0, &matrix);
        for visit in &mut problem.visits {
            visit.late = Some(Lateness {
                most: MOST_LATE,
                per_mille: LATE_PRICE,
            });
        }
        let day = &mut problem.days[0];
        day.overtime = Some(Overtime {
            after: day.shift.close,
            per_mille: OVERTIME_PRICE,
        });
        day.shift.close += MOST_LATE;
        day.max_drive = None;
        let lunches: Vec<i64> = day.breaks.iter().map(|lunch| lunch.window.close).collect();
        let budget = Budget {
            iterations: Some(self.settings.iterations),
            seconds: Some(GUARD_S),
            seed,
            threads: 1,
        };
        let mut best: Option<Tour> = None;
        for later in LUNCH_LATER_MIN {
            let breaks = problem.days[0].breaks.iter_mut();
            for (lunch, latest) in breaks.zip(&lunches) {
                lunch.window.close = latest + later * 60_000;
            }
            let solution = solve_with(&problem, &budget, &mut |_| Control::Continue)?;
            check::check(&problem, &solution).map_err(|violations| {
                PlanError::Unsound(violations.iter().map(ToString::to_string).collect())
            })?;
            let kept = |tour: &Tour| tour.stops.len();
            if let Some(tour) = solution.tour(0)
                && best.as_ref().is_none_or(|best| kept(tour) > kept(best))
            {
                best = Some(tour.clone());
            }
            if solution.left_out.is_empty() {
                break;
            }
        }
        let Some(tour) = best else {
            return Ok(());
        };
        for stop in tour.stops.iter().filter(|stop| stop.late > 0) {
            let start = stop.start + frame.parking;
            let windows = pool[promises[stop.visit]].starts.iter_mut();
            let missed = windows.filter(|(_, last)| *last < start);
            if let Some((_, last)) = missed.max_by_key(|(_, last)| *last) {
                *last = start;
            }
        }
        frame.shift.1 = frame.shift.1.max(tour.back);
        frame.max_drive = frame.max_drive.map(|most| most.max(tour.drive));
        if let (Some((_, latest, _)), Some(taken)) = (&mut frame.lunch, tour.breaks.first()) {
            *latest = taken.start.max(*latest);
        }
        Ok(())
    }
}

/// Whether a visit of the former plan was promised. One that the plan could not keep either is no reason to be late for
/// others.
fn is_promise(candidate: &Candidate) -> bool {
    (candidate.pinned || candidate.kind != StopKind::Suggested) && candidate.kept.is_some()
}

/// The found tour with the candidates' own hours.
fn truly<'t, 'a>(found: &Found<'_, 'a>, table: &'t Table<'a>) -> Found<'t, 'a> {
    let own = |candidate: &&Candidate| {
        let mut pool = table.candidates.iter();
        pool.find(|c| c.account.id == candidate.account.id)
    };
    Found {
        candidates: found.candidates.iter().filter_map(own).collect(),
        problem: found.problem.clone(),
        solution: found.solution.clone(),
    }
}

fn last_place(plan: &DayPlan) -> LonLat {
    let done = plan.stops.iter().rfind(|s| s.kind == StopKind::Done);
    done.map_or(plan.home, |stop| stop.at)
}

/// Promises that no tour keeps.
fn dropped(found: &Found) -> Vec<Violation> {
    let out = found.solution.left_out.iter();
    out.filter(|&&visit| found.problem.visits[visit].required)
        .map(|&visit| found.candidates[visit])
        .map(|candidate| Violation::Dropped {
            account: candidate.account.id.clone(),
            name: candidate.account.name.clone(),
            agreed: candidate.agreed,
        })
        .collect()
}

/// What turns a tour of a kept day into a plan.
pub(super) struct Closing<'q, 'a> {
    pub planner: &'q Planner,
    pub kept: &'q Kept,
    pub table: &'q Table<'a>,
    pub sieve: Sieve<'a>,
    pub run: &'q str,
}

impl<'a> Closing<'_, 'a> {
    /// The plan of `tour`, with what it breaks; judged again on the roads.
    pub fn plan(
        &self,
        found: &Found<'_, 'a>,
        tour: Option<&Tour>,
        late: Vec<Verdict<'_, 'a>>,
        warnings: Vec<String>,
        broken: Vec<Violation>,
    ) -> Result<DayPlan> {
        let Self {
            kept,
            table,
            planner,
            ..
        } = self;
        let frame = &table.frame;
        let mut left_out: Vec<LeftOut> = table.sifted.out.clone();
        for (candidate, blocked) in found.left_out().chain(late) {
            let why = why_out(candidate, &blocked, &self.sieve, frame, found);
            left_out.push(self.sieve.left_out(candidate.account, why));
        }
        by_worth(&mut left_out);
        let request = super::DayRequest {
            seed: kept.plan.seed,
            ..super::DayRequest::new(kept.rep.id.clone(), kept.plan.date)
        };
        let mut plan = Answer {
            ground: &planner.ground,
            frame,
            request: &request,
            hours: table.hours,
            past: &table.past,
            found,
            tour,
            run: self.run,
            as_of: kept.book.as_of,
        }
        .plan(left_out, warnings)?;
        plan.status = kept.plan.status;
        plan.violations = broken;
        plan.lunch = plan.lunch.or_else(|| lunch_had(frame, kept));
        let past = table.past.iter().map(|past| &past.candidate);
        let ahead = tour.into_iter().flat_map(Tour::visits);
        let planned: Vec<&Candidate> = past.chain(ahead.map(|v| found.candidates[v])).collect();
        verify(&planner.ground, frame, &planned, &plan).map_err(PlanError::Unsound)?;
        Ok(plan)
    }
}

/// Lunch as the former plan had it, once it is over.
fn lunch_had(frame: &Frame, kept: &Kept) -> Option<LunchTaken> {
    let over = |lunch: &LunchTaken| frame.clock.millis_until(lunch.end) <= frame.shift.0;
    kept.plan
        .lunch
        .filter(|lunch| frame.origin.is_some() && over(lunch))
}
