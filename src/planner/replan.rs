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
use super::problem::Frame;
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
use crate::tours::{Control, Tour};

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
    /// Where the rep is; `None` = at the last stop done, or at home, and so is a place from which no road leads home.
    pub here: Option<LonLat>,
    /// What dropping a suggested visit of the plan costs, in seconds of travel; `None` = the team's setting.
    pub stability_s: Option<u32>,
}

impl Planner {
    /// The rest of a kept day, planned again; a proposal that changes nothing until it is accepted.
    ///
    /// # Errors
    /// Unknown rep, no plan kept, a place off the map, a failing store.
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
        let here = table.here;
        let mut plan = self.fill(&kept, &seen, table, run)?;
        plan.replanned = Some(Replanned {
            now: ask.now,
            here: here.unwrap_or_else(|| last_place(&plan)),
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
        let search = Search {
            planner: self,
            frame: &table.frame,
            seed: kept.plan.seed,
            seconds: Some(GUARD_S),
            watch: &|_| Control::Continue,
        };
        let room = search.room_for_promises(&table.candidates)?;
        let (frame, pool) = match &room {
            Some((frame, pool)) => (frame, pool),
            None => (&table.frame, &table.candidates),
        };
        let search = Search { frame, ..search };
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

/// What was agreed, asked for or pinned and is on no tour.
pub(super) fn dropped(found: &Found) -> Vec<Violation> {
    let out = found.solution.left_out.iter();
    out.map(|&visit| found.candidates[visit])
        .filter(|candidate| candidate.is_required())
        .map(not_kept)
        .collect()
}

/// That a visit agreed, asked for or pinned is not made.
pub(super) fn not_kept(candidate: &Candidate) -> Violation {
    Violation::Dropped {
        account: candidate.account.id.clone(),
        name: candidate.account.name.clone(),
        agreed: candidate.agreed,
    }
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
