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
use super::hand_work::HandWork;
use super::plan::{DayOff, DayPlan, Hours, LeftOut, WhyOut};
use super::problem::{Frame, day_problem, travel};
use super::replan::dropped;
use super::request::DayRequest;
use super::run_id::run_id;
use super::search::{Found, Search};
use super::standing::Standings;
use super::verify::verify;
use super::why_out::why_out;
use super::{PlanStatus, Planner, Settings};
use crate::accounts::{Account, AccountId, Appointment, Rep, Visit};
use crate::store::{Book, Slice, StopOnDay};
use crate::tours::schedule::schedule;
use crate::tours::{Blocked, Control, Progress};

impl Planner {
    /// Plans one day; nothing is stored. Equal questions on an equal book give equal bytes. What people changed by hand in the plan
    /// that is kept for the day stays as they decided, unless the request wants the day afresh.
    ///
    /// # Errors
    /// Unknown rep, a home off the roads, an agreed plan on that day, a failing store.
    pub fn plan_day(&self, request: &DayRequest) -> Result<DayPlan> {
        self.plan_day_watched(request, &|_| Control::Continue)
    }

    /// The same, told how far the search is. Answering [`Control::Stop`] ends it with the best plan so far, which is then not
    /// the plan of this run: whoever stops it should throw it away.
    ///
    /// # Errors
    /// As [`Planner::plan_day`].
    pub fn plan_day_watched(
        &self,
        request: &DayRequest,
        watch: &dyn Fn(&Progress) -> Control,
    ) -> Result<DayPlan> {
        let book = self.store.book()?;
        let rep = book
            .reps
            .iter()
            .find(|rep| rep.id == request.rep)
            .ok_or_else(|| PlanError::UnknownRep(request.rep.clone()))?;
        let by_hand = self.by_hand(request)?;
        let stops = self.stops_around(request.date)?;
        let inputs = Inputs {
            by_hand: (!by_hand.is_none()).then_some(&by_hand),
            ..Inputs::new(self, request, rep, &book, &stops)
        };
        let run = run_id("day_plan", &inputs);
        if let Some(why) = day_off(rep, request.date) {
            let clock = DayClock::new(request.date, self.ground.time_zone);
            return Ok(day_off_plan(&book, rep, request, clock, run, why));
        }
        DayRun::new(self, request, rep, &book, &stops, run, &by_hand)?.plan(watch)
    }

    /// What people changed by hand in the plan kept for the day. A plan that this version cannot read holds nothing to keep:
    /// planning the day anew is its cure.
    ///
    /// # Errors
    /// An agreed plan, which nobody plans over; a failing store.
    fn by_hand(&self, request: &DayRequest) -> Result<HandWork> {
        let (rep, date) = (&request.rep, request.date);
        let stored = self.store.plan(rep, date)?;
        if stored.is_some_and(|stored| stored.status == PlanStatus::Agreed) {
            return Err(PlanError::Agreed {
                rep: rep.clone(),
                date,
            });
        }
        let kept = match self.stored_plan(rep, date) {
            Err(PlanError::StoredPlan { .. }) => None,
            kept => kept?,
        };
        let kept = kept.filter(|_| !request.afresh);
        Ok(kept.map_or_else(HandWork::default, |kept| HandWork::of(&kept)))
    }

    /// Planned stops near enough in time to matter.
    pub(super) fn stops_around(&self, date: NaiveDate) -> Result<Vec<StopOnDay>> {
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
pub(super) struct Inputs<'a> {
    roads: &'a str,
    settings: &'a Settings,
    request: &'a DayRequest,
    rep: &'a Rep,
    mean_value: f64,
    accounts: Vec<&'a Account>,
    visits: Vec<&'a Visit>,
    appointments: Vec<&'a Appointment>,
    other_stops: Vec<(&'a str, &'a str, NaiveDate)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_hand: Option<&'a HandWork>,
}

impl<'a> Inputs<'a> {
    pub fn new(
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
            by_hand: None,
        }
    }
}

/// One planning of one day.
struct DayRun<'a> {
    planner: &'a Planner,
    request: &'a DayRequest,
    book: &'a Book,
    hours: Hours,
    frame: Frame<'a>,
    stops: &'a [StopOnDay],
    run: String,
    by_hand: &'a HandWork,
    /// Whom to visit whatever their cadence says: of the request, and as people asked before.
    wanted: Vec<AccountId>,
}

impl<'a> DayRun<'a> {
    fn new(
        planner: &'a Planner,
        request: &'a DayRequest,
        rep: &'a Rep,
        book: &'a Book,
        stops: &'a [StopOnDay],
        run: String,
        by_hand: &'a HandWork,
    ) -> Result<Self> {
        let clock = DayClock::new(request.date, planner.ground.time_zone);
        let home = planner
            .ground
            .snap(rep.home, &planner.settings)
            .ok_or_else(|| PlanError::HomeOffNetwork {
                rep: rep.id.clone(),
                limit_m: planner.settings.snap_limit_m,
            })?;
        let hours = Hours {
            start: request.start.or(by_hand.hours.start),
            end: by_hand.hours.end,
        };
        let mut wanted = request.must_visit.clone();
        wanted.extend(by_hand.asked.iter().cloned());
        Ok(Self {
            planner,
            request,
            book,
            hours,
            frame: Frame::new(rep, home, hours, clock, &planner.settings),
            stops,
            run,
            by_hand,
            wanted,
        })
    }

    fn plan(&self, watch: &dyn Fn(&Progress) -> Control) -> Result<DayPlan> {
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
            must_visit: &self.wanted,
            list_not_due: self.request.list_not_due,
        };
        let mut sifted = sift(&sieve);
        let settings = &self.planner.settings;
        let (asked, clock) = (&self.request.must_visit, self.frame.clock);
        self.by_hand
            .apply(&sieve, asked, settings, clock, &mut sifted);
        let mut candidates = std::mem::take(&mut sifted.candidates);
        let mut done = std::mem::take(&mut sifted.done);
        if self.held_as_recorded(&mut done) {
            candidates.append(&mut done);
        }
        let done: Vec<&Candidate> = done.iter().collect();
        let candidates: Vec<&Candidate> = candidates.iter().collect();
        let search = Search {
            planner: self.planner,
            frame: &self.frame,
            seed: self.request.seed,
            seconds: None,
            watch,
        };
        let (found, late) = search.best(&done, candidates, &mut sifted.warnings)?;
        self.answer(&sieve, sifted, &found, late)
    }

    /// Holds what was done at the times in the log, when all of it has times and they go together. Otherwise it stands at the
    /// start of the day.
    fn held_as_recorded(&self, done: &mut [Candidate<'a>]) -> bool {
        let clock = self.frame.clock;
        let started = |candidate: &Candidate| {
            let mut log = self.book.visits.iter();
            let visit = log.find(|visit| visit.id == candidate.visit)?;
            visit.start.map(|start| clock.millis_at(start))
        };
        let Some(starts) = done.iter().map(started).collect::<Option<Vec<i64>>>() else {
            return false;
        };
        let mut timed = done.to_vec();
        for (candidate, start) in timed.iter_mut().zip(starts) {
            candidate.starts = vec![(start, start)];
            candidate.promised = true;
        }
        let all: Vec<&Candidate> = timed.iter().collect();
        let matrix = travel(&self.planner.ground, &self.frame, &all);
        let problem = day_problem(&self.frame, &all, 0, &matrix);
        let order: Vec<usize> = (0..all.len()).collect();
        let goes = !order.is_empty() && schedule(&problem, 0, &order).is_some();
        if goes {
            done.clone_from_slice(&timed);
        }
        goes
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
        for (candidate, blocked) in found.left_out().chain(late) {
            let why = why_out(candidate, &blocked, sieve, &self.frame, found);
            if candidate.kind != super::StopKind::Suggested {
                warnings.push(broken_promise(candidate, &why));
            }
            left_out.push(sieve.left_out(candidate.account, why));
        }
        by_worth(&mut left_out);
        let mut plan = Answer {
            ground: &self.planner.ground,
            frame: &self.frame,
            request: self.request,
            hours: self.hours,
            past: &[],
            found,
            tour: found.solution.tour(0),
            run: &self.run,
            as_of: self.book.as_of,
        }
        .plan(left_out, warnings)?;
        plan.violations = dropped(found);
        verify(&self.planner.ground, &self.frame, &found.planned(), &plan)
            .map_err(PlanError::Unsound)?;
        Ok(plan)
    }
}

/// Most worth first.
pub(super) fn by_worth(left_out: &mut [LeftOut]) {
    left_out.sort_by(|a, b| {
        b.prize_s
            .cmp(&a.prize_s)
            .then_with(|| a.account.cmp(&b.account))
    });
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
