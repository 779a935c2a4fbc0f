//! A kept day back on the table: [`Table`], what lies behind of it, who could still be visited, and in which order the
//! plan would. Replanning, editing by hand and explaining start here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::candidates::{Candidate, Sieve, Sifted, sift};
use super::clock::DayClock;
use super::day::day_off;
use super::error::{PlanError, Result};
use super::plan::{DayPlan, Hours, Stop, StopKind, WhyOut};
use super::problem::Frame;
use super::request::DayRequest;
use super::standing::Standings;
use super::{PlanStatus, Planner};
use crate::accounts::{AccountId, Rep, RepId, Visit};
use crate::geometry::LonLat;
use crate::network::Snap;
use crate::store::{Book, StopOnDay};

use super::answer::Past;

/// Everything read for one kept day.
#[derive(Clone)]
pub(super) struct Kept {
    pub book: Book,
    pub rep: Rep,
    pub stops: Vec<StopOnDay>,
    pub plan: DayPlan,
}

impl Planner {
    /// Reads the plan kept for a day and what planning it again needs.
    pub(super) fn kept(&self, rep: &RepId, date: NaiveDate) -> Result<Kept> {
        let book = self.store.book()?;
        let found = book.reps.iter().find(|r| r.id == *rep).cloned();
        let owner = found.ok_or_else(|| PlanError::UnknownRep(rep.clone()))?;
        let plan = self
            .stored_plan(rep, date)?
            .ok_or_else(|| PlanError::NotPlanned {
                rep: rep.clone(),
                date,
            })?;
        if let Some(off) = day_off(&owner, date) {
            return Err(PlanError::NotNow(off.text(&owner.name, date)));
        }
        Ok(Kept {
            stops: self.stops_around(date)?,
            rep: owner,
            book,
            plan,
        })
    }
}

/// What a person asks of a kept day beyond its plan.
#[derive(Clone, Debug, Default)]
pub(super) struct Asks {
    /// The time it is, in the middle of the day.
    pub now: Option<chrono::DateTime<chrono::FixedOffset>>,
    /// Where the rep is.
    pub here: Option<LonLat>,
    /// Working hours other than the plan's.
    pub hours: Hours,
    /// Visit these too.
    pub insert: BTreeSet<AccountId>,
    /// Leave these out.
    pub remove: BTreeSet<AccountId>,
    /// Hold these no longer.
    pub unpin: BTreeSet<AccountId>,
    /// What leaving out a suggested visit of the plan costs, in milliseconds of travel.
    pub stability: i64,
}

/// Where accounts stand on the kept day, and who has promised whom a visit on another.
pub(super) struct Seen<'a> {
    kept: &'a Kept,
    standings: Standings<'a>,
    promises: BTreeMap<AccountId, Vec<(NaiveDate, RepId)>>,
    wanted: Vec<AccountId>,
    clock: DayClock,
}

impl<'a> Seen<'a> {
    pub fn new(planner: &'a Planner, kept: &'a Kept, asks: &Asks) -> Self {
        let date = kept.plan.date;
        let standings = Standings::new(&kept.book, &planner.settings, date);
        let promises = standings.promised_elsewhere(&kept.rep.id, &kept.stops);
        let open = kept.plan.stops.iter().filter(|stop| is_open(stop));
        let mut wanted: Vec<AccountId> = open.map(|stop| stop.account.clone()).collect();
        wanted.extend(asks.insert.iter().cloned());
        wanted.sort();
        wanted.dedup();
        Self {
            kept,
            standings,
            promises,
            wanted,
            clock: DayClock::new(date, planner.ground.time_zone),
        }
    }

    /// What sifts the accounts of this day.
    pub fn sieve(&'a self, planner: &'a Planner) -> Sieve<'a> {
        Sieve {
            book: &self.kept.book,
            rep: &self.kept.rep,
            standings: &self.standings,
            promises: &self.promises,
            ground: &planner.ground,
            settings: &planner.settings,
            clock: self.clock,
            must_visit: &self.wanted,
            list_not_due: false,
        }
    }
}

/// Still to be made.
pub(super) fn is_open(stop: &Stop) -> bool {
    stop.kind != StopKind::Done && !stop.status.is_outcome()
}

/// A kept day on the table.
pub(super) struct Table<'a> {
    pub frame: Frame<'a>,
    pub hours: Hours,
    /// The stops behind, in order.
    pub past: Vec<Past<'a>>,
    /// Who may still be visited.
    pub candidates: Vec<Candidate<'a>>,
    /// Where the rep is, as far as it was told and the roads lead on from there.
    pub here: Option<LonLat>,
    /// The plan's stops still to come, in order, by number of candidate.
    pub order: Vec<usize>,
    /// Those who stay out whatever the tour looks like, and warnings.
    pub sifted: Sifted<'a>,
}

impl<'a> Table<'a> {
    pub fn new(
        planner: &'a Planner,
        kept: &'a Kept,
        seen: &'a Seen<'a>,
        asks: &Asks,
    ) -> Result<Self> {
        let sieve = seen.sieve(planner);
        let mut sifted = sift(&sieve);
        let hours = Hours {
            start: asks.hours.start.or(kept.plan.hours.start),
            end: asks.hours.end.or(kept.plan.hours.end),
        };
        let home = planner.ground.snap(kept.rep.home, &planner.settings);
        let home = home.ok_or_else(|| PlanError::HomeOffNetwork {
            rep: kept.rep.id.clone(),
            limit_m: planner.settings.snap_limit_m,
        })?;
        let whole = Frame::new(&kept.rep, home, hours, seen.clock, &planner.settings);
        let done = std::mem::take(&mut sifted.done);
        // Instants are told in whole seconds: half a second earlier is as true, and keeps what is just in time in time.
        let now = asks.now.map(|now| seen.clock.millis_until(now) - 500);
        let past = behind(done, kept, &whole, now);
        let last = past.last().map(|past| past.end);
        // A plan made in the middle of the day starts from there until something was done since.
        let before = kept.plan.replanned.filter(|before| {
            let then = seen.clock.millis_until(before.now);
            asks.here.is_none() && last.is_none_or(|last| last <= then)
        });
        let told = asks.here.or(before.map(|before| before.here));
        let on_road = told.and_then(|at| Some((at, way_on(planner, at, &home)?)));
        if let (Some(at), None) = (asks.here, on_road) {
            on_the_map(planner, at)?;
        }
        if told.is_some() && on_road.is_none() {
            let from = past
                .last()
                .map_or("home", |past| &past.candidate.account.name);
            sifted.warnings.push(format!(
                "no road leads on from where you are; planned as from {from}"
            ));
        }
        let last_snap = || past.last().map(|past| past.candidate.snap);
        let here = on_road.map(|(_, snap)| snap).or_else(last_snap);
        let then = before.map(|before| seen.clock.millis_until(before.now));
        let now = now.or(then).or(last);
        let frame = match now {
            Some(now) => from_now(planner, whole, &past, now, here.unwrap_or(home), &kept.plan),
            None => whole,
        };
        let pool = std::mem::take(&mut sifted.candidates);
        let mut candidates = Vec::with_capacity(pool.len());
        for candidate in pool {
            if is_removed(&kept.plan, &candidate.account.id, asks) {
                sifted
                    .out
                    .push(sieve.left_out(candidate.account, WhyOut::Removed));
            } else {
                candidates.push(as_planned(planner, candidate, kept, asks, seen.clock));
            }
        }
        let place = |stop: &Stop| {
            candidates
                .iter()
                .position(|c| c.account.id == stop.account)
                .filter(|_| is_open(stop))
        };
        Ok(Self {
            order: kept.plan.stops.iter().filter_map(place).collect(),
            here: on_road.map(|(at, _)| at),
            frame,
            hours,
            past,
            candidates,
            sifted,
        })
    }

    /// Whether a person took the account out of this day.
    pub fn was_removed(&self, account: &AccountId) -> bool {
        let mut out = self.sifted.out.iter();
        out.any(|out| out.account == *account && out.why == WhyOut::Removed)
    }

    /// The plain request behind this day, for the run's inputs.
    pub fn request(kept: &Kept, seen: &Seen) -> DayRequest {
        DayRequest {
            seed: kept.plan.seed,
            start: kept.plan.hours.start,
            must_visit: seen.wanted.clone(),
            ..DayRequest::new(kept.rep.id.clone(), kept.plan.date)
        }
    }
}

/// Nobody is where the map does not reach: more likely longitude and latitude changed places.
fn on_the_map(planner: &Planner, at: LonLat) -> Result<()> {
    let bounds = planner.ground.network().bounds();
    if bounds.is_some_and(|bounds| bounds.contains(at)) {
        return Ok(());
    }
    Err(PlanError::PlaceOffNetwork {
        lon: at.lon,
        lat: at.lat,
        limit_m: planner.settings.snap_limit_m,
    })
}

/// Where a place meets the roads, when one can drive home from there.
fn way_on(planner: &Planner, at: LonLat, home: &Snap) -> Option<Snap> {
    let ground = &planner.ground;
    let snap = ground.snap(at, &planner.settings)?;
    let mut query = ground.router.query();
    ground.router.route(&mut query, &snap, home).map(|_| snap)
}

/// Taken out by a person, now or before.
fn is_removed(plan: &DayPlan, account: &AccountId, asks: &Asks) -> bool {
    let before = plan
        .left_out
        .iter()
        .any(|out| out.account == *account && out.why == WhyOut::Removed);
    asks.remove.contains(account) || (before && !asks.insert.contains(account))
}

/// A candidate with what the plan makes of it: a stop of the plan stays as free or as bound as it was there.
fn as_planned<'a>(
    planner: &Planner,
    mut candidate: Candidate<'a>,
    kept: &Kept,
    asks: &Asks,
    clock: DayClock,
) -> Candidate<'a> {
    let account = &candidate.account.id;
    let stop = kept.plan.stops.iter().find(|s| s.account == *account);
    let Some(stop) = stop.filter(|stop| is_open(stop)) else {
        return candidate;
    };
    let asked = asks.insert.contains(account);
    let agreed = candidate.promised || kept.plan.status == PlanStatus::Agreed;
    if candidate.kind == StopKind::Must && stop.kind == StopKind::Suggested && !asked && !agreed {
        candidate.kind = StopKind::Suggested;
    }
    if stop.pinned && !asks.unpin.contains(account) && candidate.kind != StopKind::Appointment {
        let start = clock.millis_until(stop.start);
        let leeway = i64::from(planner.settings.pin_leeway_min) * 60_000;
        candidate.hold(start - leeway, start + leeway);
    }
    candidate.kept = Some(asks.stability);
    candidate
}

/// What was done, each stop with its times: as recorded, or as the plan had it, but never later than `now`.
fn behind<'a>(
    done: Vec<Candidate<'a>>,
    kept: &Kept,
    frame: &Frame,
    now: Option<i64>,
) -> Vec<Past<'a>> {
    let clock = frame.clock;
    let recorded: BTreeMap<_, &Visit> = kept.book.visits.iter().map(|v| (&v.id, v)).collect();
    let planned: BTreeMap<_, &Stop> = kept.plan.stops.iter().map(|s| (&s.visit, s)).collect();
    let mut past: Vec<Past> = done
        .into_iter()
        .map(|candidate| {
            let log = recorded.get(&candidate.visit);
            let stop = planned.get(&candidate.visit);
            let length = i64::from(candidate.visit_min) * 60_000;
            let end = log
                .and_then(|visit| visit.end)
                .map(|end| clock.millis_at(end))
                .or_else(|| stop.map(|stop| clock.millis_until(stop.end)))
                .unwrap_or(frame.working.0 + length);
            let end = now.map_or(end, |now| end.min(now));
            Past {
                arrival: end - length - frame.parking,
                end,
                candidate,
            }
        })
        .collect();
    past.sort_by(|a, b| (a.end, &a.candidate.account.id).cmp(&(b.end, &b.candidate.account.id)));
    past
}

/// What is left of the day.
fn from_now<'a>(
    planner: &Planner,
    whole: Frame<'a>,
    past: &[Past],
    now: i64,
    here: Snap,
    plan: &DayPlan,
) -> Frame<'a> {
    let mut query = planner.ground.router.query();
    let places = std::iter::once(whole.home).chain(past.iter().map(|p| p.candidate.snap));
    let driven = places
        .zip(past)
        .filter_map(|(from, to)| {
            let route = planner
                .ground
                .router
                .route(&mut query, &from, &to.candidate.snap);
            route.map(|route| route.time.0)
        })
        .sum();
    // Lunch counts as had when the plan put it before now, a visit since or not.
    let had = plan
        .lunch
        .is_some_and(|lunch| whole.clock.millis_until(lunch.end) <= now);
    whole.rest_from(now, here, past.len(), driven, had)
}
