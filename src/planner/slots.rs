//! Find a slot: [`Planner::slots`], the days and times at which a visit fits into plans that stay as they are.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::Planner;
use super::candidates::{Candidate, starts};
use super::clock::DayClock;
use super::day::day_off;
use super::error::{PlanError, Result};
use super::plan::{DayPlan, Stop, StopKind};
use super::problem::{Frame, day_problem, travel};
use super::table::is_open;
use crate::accounts::cadence::Due;
use crate::accounts::hours::HoursReader;
use crate::accounts::{Account, AccountId, Appointment, Rep, RepId, VisitId};
use crate::network::Snap;
use crate::store::Slice;
use crate::tours::schedule::schedule;
use crate::tours::slots::{Slot as Gap, find_slots};
use crate::tours::{Solution, Tour};

/// So many slots of one rep-day are told, at most.
const PER_DAY: usize = 3;

/// When a rep could make a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Who would go.
    pub rep: RepId,
    /// The rep's name.
    pub rep_name: String,
    /// Which local day.
    pub date: NaiveDate,
    /// Earliest start of the visit.
    pub start: DateTime<FixedOffset>,
    /// Latest start that still keeps the rest of the day.
    pub latest: DateTime<FixedOffset>,
    /// Driving it adds, in seconds.
    pub detour_s: i64,
    /// Place in the order of that day's stops, from 1.
    pub seq: u32,
    /// Minutes on site.
    pub visit_min: u32,
}

/// Where to look for slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotsRequest {
    /// For whom.
    pub account: AccountId,
    /// First local day.
    pub from: NaiveDate,
    /// Last local day.
    pub to: NaiveDate,
    /// Who may go; `None` = the account's own rep, or any rep when it has none.
    pub rep: Option<RepId>,
    /// Nothing that starts before this instant.
    pub not_before: Option<DateTime<FixedOffset>>,
}

impl Planner {
    /// Days and times for a visit, cheapest first; at most three of a rep-day, all stops there staying as they are, what was
    /// agreed since the plan was made among them. Days without a plan, or with one that what was agreed since does not fit
    /// into, hold what is agreed for them. An account without a place on the roads has none.
    ///
    /// # Errors
    /// Unknown account or rep, a failing store.
    pub fn slots(&self, ask: &SlotsRequest) -> Result<Vec<Slot>> {
        let account = self
            .store
            .account(&ask.account)?
            .ok_or_else(|| PlanError::UnknownAccount(ask.account.clone()))?;
        let Some(snap) = self.ground.snap_account(&account, &self.settings) else {
            return Ok(Vec::new());
        };
        let wanted = ask.rep.as_ref().or(account.rep.as_ref());
        let mut reps = self.store.reps()?;
        reps.retain(|rep| wanted.map_or(rep.active, |id| rep.id == *id));
        if let (true, Some(id)) = (reps.is_empty(), &ask.rep) {
            return Err(PlanError::UnknownRep(id.clone()));
        }
        let mut search = SlotSearch {
            planner: self,
            reader: self.ground.hours_reader(),
            book: BTreeMap::new(),
            account: &account,
            snap,
        };
        let mut slots = Vec::new();
        for rep in &reps {
            slots.extend(search.of_rep(rep, ask)?);
        }
        if let Some(first) = ask.not_before {
            slots.retain(|slot| slot.start >= first);
        }
        slots.sort_by(|a, b| (a.detour_s, a.start, &a.rep).cmp(&(b.detour_s, b.start, &b.rep)));
        Ok(slots)
    }
}

struct SlotSearch<'q> {
    planner: &'q Planner,
    reader: HoursReader,
    /// Accounts read so far.
    book: BTreeMap<AccountId, Account>,
    account: &'q Account,
    snap: Snap,
}

impl SlotSearch<'_> {
    fn of_rep(&mut self, rep: &Rep, ask: &SlotsRequest) -> Result<Vec<Slot>> {
        let slice = Slice {
            rep: Some(rep.id.clone()),
            from: Some(ask.from),
            to: Some(ask.to),
            account: None,
        };
        let able = self.account.skills.iter().all(|s| rep.skills.contains(s));
        let home = self.planner.ground.snap(rep.home, &self.planner.settings);
        let Some(home) = home.filter(|_| able) else {
            return Ok(Vec::new());
        };
        let plans = self.planner.stored_plans(&slice)?;
        let promised = self.planner.store.appointments(&slice)?;
        let stops = plans.iter().flat_map(|plan| &plan.stops);
        let named = stops.map(|stop| &stop.account);
        for id in named.chain(promised.iter().map(|agreed| &agreed.account)) {
            if !self.book.contains_key(id)
                && let Some(account) = self.planner.store.account(id)?
            {
                self.book.insert(id.clone(), account);
            }
        }
        let mut slots = Vec::new();
        for date in ask.from.iter_days().take_while(|date| *date <= ask.to) {
            let plan = plans.iter().find(|plan| plan.date == date);
            if day_off(rep, date).is_none() && self.account.blocked_on(date).is_none() {
                slots.extend(self.of_day(rep, home, date, plan, &promised));
            }
        }
        Ok(slots)
    }

    /// The cheapest slots of one rep-day; none where the account stands in the plan already, or what is agreed cannot be kept.
    fn of_day(
        &self,
        rep: &Rep,
        home: Snap,
        date: NaiveDate,
        plan: Option<&DayPlan>,
        promised: &[Appointment],
    ) -> Vec<Slot> {
        let settings = &self.planner.settings;
        let clock = DayClock::new(date, self.planner.ground.time_zone);
        let hours = plan.map(|plan| plan.hours).unwrap_or_default();
        let frame = Frame::new(rep, home, hours, clock, settings);
        let agreed = || self.appointments(date, promised, clock);
        let slots = |stops| self.between(rep, &frame, date, stops);
        match plan {
            Some(plan) => self
                .stops(plan, promised, clock)
                .and_then(slots)
                // What was agreed since does not fit into the plan as it stands: it will be made anew around what is agreed.
                .or_else(|| agreed().and_then(slots)),
            None => agreed().and_then(slots),
        }
        .unwrap_or_default()
    }

    /// The cheapest slots between `stops` in their order; `None` where that order cannot be kept.
    fn between<'s>(
        &'s self,
        rep: &Rep,
        frame: &Frame,
        date: NaiveDate,
        mut candidates: Vec<Candidate<'s>>,
    ) -> Option<Vec<Slot>> {
        let (settings, clock) = (&self.planner.settings, frame.clock);
        let minutes = self.account.visit_min.unwrap_or(settings.visit_min);
        let wanted = self.candidate(self.account, self.snap, minutes, clock, date);
        let visit = candidates.len();
        if candidates.iter().any(|c| c.account.id == self.account.id) || wanted.starts.is_empty() {
            return Some(Vec::new());
        }
        candidates.push(wanted);
        let all: Vec<&Candidate> = candidates.iter().collect();
        let matrix = travel(&self.planner.ground, frame, &all);
        let problem = day_problem(frame, &all, 0, &matrix);
        let order: Vec<usize> = (0..visit).collect();
        let tour = if visit == 0 {
            None
        } else {
            Some(schedule(&problem, 0, &order)?)
        };
        let solution = Solution {
            tours: tour.into_iter().collect::<Vec<Tour>>(),
            left_out: vec![visit],
            ..Solution::default()
        };
        let told = |gap: Gap| Slot {
            rep: rep.id.clone(),
            rep_name: rep.name.clone(),
            date,
            start: clock.instant(gap.start + frame.parking),
            latest: clock.instant(gap.start + frame.parking + gap.slack.max(0)),
            detour_s: crate::units::Millis(gap.detour).as_secs_rounded(),
            seq: gap.at as u32 + 1,
            visit_min: minutes,
        };
        let gaps = find_slots(&problem, &solution, visit);
        Some(gaps.into_iter().take(PER_DAY).map(told).collect())
    }

    /// The stops of a plan as candidates, and by time among them what was agreed since it was made; `None` when one of them has
    /// left the book or the roads.
    fn stops(
        &self,
        plan: &DayPlan,
        promised: &[Appointment],
        clock: DayClock,
    ) -> Option<Vec<Candidate<'_>>> {
        let known = |agreed: &&Appointment| {
            let done = |stop: &Stop| stop.kind == StopKind::Done && stop.account == agreed.account;
            let mut stops = plan.stops.iter();
            stops.any(|stop| stop.visit == agreed.id || done(stop))
        };
        let since: Vec<Appointment> = promised.iter().filter(|a| !known(a)).cloned().collect();
        let since = self.appointments(plan.date, &since, clock)?;
        // What was only suggested gives way to the time agreed since.
        let stays = |stop: &&Stop| {
            let open = is_open(stop) && since.iter().all(|c| c.account.id != stop.account);
            open || stop.kind == StopKind::Done
        };
        let mut stops: Vec<(i64, Candidate)> = plan
            .stops
            .iter()
            .filter(stays)
            .map(|stop| {
                let account = self.book.get(&stop.account)?;
                let snap = self
                    .planner
                    .ground
                    .snap_account(account, &self.planner.settings)?;
                let mut candidate = self.candidate(account, snap, stop.visit_min, clock, plan.date);
                candidate.kind = stop.kind;
                let start = clock.millis_until(stop.start);
                let agreed = promised.iter().find(|a| a.id == stop.visit);
                if let Some(agreed) = agreed {
                    candidate.starts = vec![agreed_span(agreed, clock)];
                } else if stop.kind == StopKind::Done || stop.kind == StopKind::Appointment {
                    candidate.starts = vec![(start, start)];
                } else if stop.pinned {
                    let leeway = i64::from(self.planner.settings.pin_leeway_min) * 60_000;
                    candidate.hold(start - leeway, start + leeway);
                }
                Some((start, candidate))
            })
            .collect::<Option<_>>()?;
        for agreed in since {
            let start = agreed.starts[0].0;
            let at = stops.partition_point(|(before, _)| *before <= start);
            stops.insert(at, (start, agreed));
        }
        Some(stops.into_iter().map(|(_, candidate)| candidate).collect())
    }

    /// What is promised for a day without a plan, by time; `None` when one of them has no place on the roads.
    fn appointments(
        &self,
        date: NaiveDate,
        promised: &[Appointment],
        clock: DayClock,
    ) -> Option<Vec<Candidate<'_>>> {
        let settings = &self.planner.settings;
        let mut today: Vec<&Appointment> = promised.iter().filter(|a| a.date == date).collect();
        today.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
        today
            .into_iter()
            .map(|agreed| {
                let account = self.book.get(&agreed.account)?;
                let snap = self.planner.ground.snap_account(account, settings)?;
                let usual = account.visit_min.unwrap_or(settings.visit_min);
                let minutes = agreed.visit_min.unwrap_or(usual);
                let mut candidate = self.candidate(account, snap, minutes, clock, date);
                candidate.kind = StopKind::Appointment;
                candidate.starts = vec![agreed_span(agreed, clock)];
                Some(candidate)
            })
            .collect()
    }

    fn candidate<'c>(
        &self,
        account: &'c Account,
        snap: Snap,
        visit_min: u32,
        clock: DayClock,
        date: NaiveDate,
    ) -> Candidate<'c> {
        let at = account.location.map(|l| l.at);
        let hours = self
            .reader
            .read(account.opening_hours.as_deref(), at)
            .on(date);
        Candidate {
            starts: starts(&hours, visit_min, account.start_inside_is_enough, clock),
            account,
            kind: StopKind::Suggested,
            due: Due::default(),
            snap,
            hours,
            visit: VisitId(String::new()),
            visit_min,
            agreed: None,
            promised: false,
            outcome: None,
            pinned: false,
            kept: None,
        }
    }
}

/// When an agreed visit may start, in milliseconds after midnight.
fn agreed_span(agreed: &Appointment, clock: DayClock) -> (i64, i64) {
    let first = clock.millis_at(agreed.start);
    (first, first + i64::from(agreed.leeway_min) * 60_000)
}
