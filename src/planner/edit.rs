//! A plan changed by hand: [`Planner::edit`]. What a person decides stands, and what it breaks is said; the rest can be
//! planned again around it.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;

use super::Planner;
use super::candidates::Candidate;
use super::day::Inputs;
use super::error::{PlanError, Result};
use super::plan::{DayPlan, Hours, StopKind};
use super::problem::{day_problem, travel};
use super::proposal::Proposal;
use super::replan::{Closing, not_kept};
use super::run_id::run_id;
use super::search::{Found, Search};
use super::strain::{tour_of, violations};
use super::table::{Asks, Kept, Seen, Table, is_open};
use super::violation::Violation;
use crate::accounts::{AccountId, RepId};
use crate::tours::{Control, Solution, Tour};

/// One change by hand. Places count from 1 among the stops still to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit {
    /// Put a stop at another place in the order.
    Move {
        /// Which stop.
        account: AccountId,
        /// Its new place; beyond the last counts as the last.
        to: u32,
    },
    /// Let two stops change places.
    Swap {
        /// One.
        a: AccountId,
        /// The other.
        b: AccountId,
    },
    /// Visit an account that is not in the plan.
    Insert {
        /// Whom.
        account: AccountId,
        /// At this place; `None` = where it breaks and costs least.
        to: Option<u32>,
    },
    /// Take a stop out.
    Remove {
        /// Which stop.
        account: AccountId,
    },
    /// Hold a stop at about its time.
    Pin {
        /// Which stop.
        account: AccountId,
    },
    /// Hold it no longer.
    Unpin {
        /// Which stop.
        account: AccountId,
    },
}

impl Edit {
    /// The accounts it is about.
    #[must_use]
    pub fn accounts(&self) -> Vec<&AccountId> {
        match self {
            Self::Move { account, .. }
            | Self::Insert { account, .. }
            | Self::Remove { account }
            | Self::Pin { account }
            | Self::Unpin { account } => vec![account],
            Self::Swap { a, b } => vec![a, b],
        }
    }
}

/// Change a kept day by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EditRequest {
    /// Whose day.
    pub rep: RepId,
    /// Which local day.
    pub date: NaiveDate,
    /// The changes, one after the other.
    pub edits: Vec<Edit>,
    /// Other working hours for this day.
    pub hours: Hours,
    /// The time it is, in the middle of the day.
    pub now: Option<DateTime<FixedOffset>>,
    /// Plan the rest again around what the edits name and what is pinned.
    pub repair: bool,
}

impl Planner {
    /// A kept day changed by hand; a proposal that changes nothing until it is accepted.
    ///
    /// # Errors
    /// Unknown rep or stop, no plan kept, an account that cannot be visited at all, a failing store.
    pub fn edit(&self, ask: &EditRequest) -> Result<Proposal> {
        let kept = self.kept(&ask.rep, ask.date)?;
        let asks = self.asks(ask);
        let seen = Seen::new(self, &kept, &asks);
        let request = Table::request(&kept, &seen);
        let inputs = Inputs::new(self, &request, &kept.rep, &kept.book, &kept.stops);
        let run = run_id("edit", &(inputs, ask, &kept.plan.run_id));
        let mut proposal = self.edited(&kept, &seen, &asks, ask, ask.repair, &run)?;
        if ask.repair && broken(&proposal) != (0, 0) {
            // What was agreed, and making a visit at all, comes before the place that a stop was put at.
            let looser = self.edited(&kept, &seen, &asks, ask, false, &run)?;
            if broken(&looser) < broken(&proposal) {
                proposal = looser;
            }
        }
        Ok(proposal)
    }

    /// The kept day with the edits made; `held` says whether the rest is planned around the places they chose.
    fn edited(
        &self,
        kept: &Kept,
        seen: &Seen,
        asks: &Asks,
        ask: &EditRequest,
        held: bool,
        run: &str,
    ) -> Result<Proposal> {
        let mut table = Table::new(self, kept, seen, asks)?;
        let (numbers, order) = {
            let hand = Hand::new(self, &table, asks)?;
            let order = hand.edited(&ask.edits)?;
            let tour = hand.tour(&order)?;
            let times = hand.times(&tour);
            let numbers = hand.numbers;
            hold(self, &mut table, &times, &ask.edits, held);
            (numbers, order)
        };
        let mut plan = if ask.repair {
            self.fill(kept, seen, table, run.to_owned())?
        } else {
            let hand = Hand::of(self, &table, numbers);
            self.as_ordered(kept, seen, &hand, &order, run)?
        };
        plan.replanned = kept.plan.replanned;
        Ok(Proposal::new(&kept.plan, plan))
    }

    /// What the edits come to for the table: who must be on it, who must not.
    fn asks(&self, ask: &EditRequest) -> Asks {
        let mut asks = Asks {
            now: ask.now,
            hours: ask.hours,
            stability: i64::from(self.settings.stability_s) * 1_000,
            ..Asks::default()
        };
        for edit in &ask.edits {
            match edit {
                Edit::Insert { account, .. } => {
                    asks.remove.remove(account);
                    asks.insert.insert(account.clone());
                }
                Edit::Remove { account } => {
                    asks.insert.remove(account);
                    asks.remove.insert(account.clone());
                }
                Edit::Unpin { account } => {
                    asks.unpin.insert(account.clone());
                }
                Edit::Move { .. } | Edit::Swap { .. } => {
                    asks.unpin.extend(edit.accounts().into_iter().cloned());
                }
                Edit::Pin { .. } => {}
            }
        }
        asks
    }

    /// The plan that visits in exactly this order.
    fn as_ordered<'a>(
        &'a self,
        kept: &'a Kept,
        seen: &'a Seen<'a>,
        hand: &Hand<'_, 'a>,
        order: &[usize],
        run: &str,
    ) -> Result<DayPlan> {
        let table = hand.table;
        let tour = hand.tour(order)?;
        let mut broken = violations(&table.frame, &hand.found, &tour);
        let under_way = table.frame.origin.is_some();
        let tour = (under_way || !order.is_empty()).then_some(tour);
        broken.extend(
            kept.plan
                .stops
                .iter()
                .filter_map(|stop| dropped(stop, table)),
        );
        let found = Found {
            candidates: hand.found.candidates.clone(),
            problem: hand.found.problem.clone(),
            solution: Solution {
                tours: tour
                    .iter()
                    .filter(|t| !t.stops.is_empty())
                    .cloned()
                    .collect(),
                ..Solution::default()
            },
        };
        let on_tour: BTreeSet<usize> = order.iter().map(|&visit| hand.numbers[visit]).collect();
        let others: Vec<&Candidate> = (0..table.candidates.len())
            .filter(|number| !on_tour.contains(number))
            .map(|number| &table.candidates[number])
            .collect();
        let promised = others.iter().filter(|c| c.promised);
        broken.extend(promised.map(|candidate| not_kept(candidate)));
        let search = Search {
            planner: self,
            frame: &table.frame,
            seed: kept.plan.seed,
            seconds: None,
            watch: &|_| Control::Continue,
        };
        let late = search.judge_rest(&[], &found, &others);
        Closing {
            planner: self,
            kept,
            table,
            sieve: seen.sieve(self),
            run,
        }
        .plan(
            &found,
            tour.as_ref(),
            late,
            table.sifted.warnings.clone(),
            broken,
        )
    }
}

/// The stops of a table and the accounts asked for, as a problem whose visits a person puts in order.
struct Hand<'c, 'a> {
    table: &'c Table<'a>,
    /// Which candidate of the table each visit is; those of the plan first, in its order.
    numbers: Vec<usize>,
    found: Found<'c, 'a>,
}

impl<'c, 'a> Hand<'c, 'a> {
    fn new(planner: &Planner, table: &'c Table<'a>, asks: &Asks) -> Result<Self> {
        let mut numbers = table.order.clone();
        for account in &asks.insert {
            let number = table
                .candidates
                .iter()
                .position(|c| c.account.id == *account);
            let number = number.ok_or_else(|| PlanError::NotNow(no_visit(table, account)))?;
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        Ok(Self::of(planner, table, numbers))
    }

    fn of(planner: &Planner, table: &'c Table<'a>, numbers: Vec<usize>) -> Self {
        let candidates: Vec<&Candidate> = numbers.iter().map(|&n| &table.candidates[n]).collect();
        let matrix = travel(&planner.ground, &table.frame, &candidates);
        Self {
            found: Found {
                problem: day_problem(&table.frame, &candidates, 0, &matrix),
                candidates,
                solution: Solution::default(),
            },
            table,
            numbers,
        }
    }

    fn tour(&self, order: &[usize]) -> Result<Tour> {
        tour_of(&self.found, order)
            .ok_or_else(|| PlanError::NotNow("no road joins the stops in this order".to_owned()))
    }

    /// The order that the edits make of the plan's.
    fn edited(&self, edits: &[Edit]) -> Result<Vec<usize>> {
        let mut order: Vec<usize> = (0..self.table.order.len()).collect();
        for edit in edits {
            match edit {
                Edit::Move { account, to } => {
                    let at = self.place(&order, account)?;
                    let visit = order.remove(at);
                    order.insert(place_of(*to, order.len()), visit);
                }
                Edit::Swap { a, b } => {
                    let (a, b) = (self.place(&order, a)?, self.place(&order, b)?);
                    order.swap(a, b);
                }
                // Put in and taken out again by the same hand.
                Edit::Insert { account, .. } if self.table.was_removed(account) => {}
                Edit::Insert { account, to } => {
                    let visit = self.visit(account)?;
                    if order.contains(&visit) {
                        return Err(PlanError::NotNow(format!(
                            "{account} is in the plan already"
                        )));
                    }
                    let at = match to {
                        Some(to) => place_of(*to, order.len()),
                        None => self.best_place(&order, visit),
                    };
                    order.insert(at, visit);
                }
                Edit::Remove { account } => {
                    // A stop of the plan that is removed is off the table already.
                    if let Ok(at) = self.place(&order, account) {
                        order.remove(at);
                    } else if !self.table.was_removed(account) {
                        return Err(not_a_stop(account));
                    }
                }
                Edit::Pin { account } | Edit::Unpin { account } => {
                    self.place(&order, account)?;
                }
            }
        }
        Ok(order)
    }

    fn visit(&self, account: &AccountId) -> Result<usize> {
        let mut candidates = self.found.candidates.iter();
        candidates
            .position(|candidate| candidate.account.id == *account)
            .ok_or_else(|| not_a_stop(account))
    }

    fn place(&self, order: &[usize], account: &AccountId) -> Result<usize> {
        let visit = self.visit(account)?;
        let place = order.iter().position(|&v| v == visit);
        place.ok_or_else(|| not_a_stop(account))
    }

    /// Where a visit breaks least, and among those drives least.
    fn best_place(&self, order: &[usize], visit: usize) -> usize {
        let cost = |at: &usize| {
            let mut with = order.to_vec();
            with.insert(*at, visit);
            tour_of(&self.found, &with).map_or((i64::MAX, i64::MAX), |tour| {
                let broken = violations(&self.table.frame, &self.found, &tour);
                let minutes = broken.iter().map(Violation::minutes).sum();
                (minutes, tour.drive)
            })
        };
        (0..=order.len()).min_by_key(cost).unwrap_or(order.len())
    }

    /// When each stop of a tour starts, by number of candidate.
    fn times(&self, tour: &Tour) -> Vec<(usize, i64)> {
        let parking = self.table.frame.parking;
        tour.stops
            .iter()
            .map(|stop| (self.numbers[stop.visit], stop.start + parking))
            .collect()
    }
}

/// How many promises a proposal breaks, and how many visits that were asked for it does not make.
fn broken(proposal: &Proposal) -> (usize, usize) {
    let dropped = |violation: &&Violation| matches!(violation, Violation::Dropped { .. });
    let violations = proposal.plan.violations.iter();
    (
        proposal.diff.agreed_broken,
        violations.filter(dropped).count(),
    )
}

/// A place counted from 1 as an index.
fn place_of(to: u32, stops: usize) -> usize {
    (to.saturating_sub(1) as usize).min(stops)
}

fn not_a_stop(account: &AccountId) -> PlanError {
    PlanError::NotNow(format!("{account} is no stop still to come"))
}

/// Why an account cannot be put into the day at all.
fn no_visit(table: &Table, account: &AccountId) -> String {
    let out = table.sifted.out.iter().find(|out| out.account == *account);
    match out {
        Some(out) => format!("{} cannot be visited: {}", out.name, out.why.text()),
        None if table
            .past
            .iter()
            .any(|past| past.candidate.account.id == *account) =>
        {
            format!("{account} was visited today")
        }
        None => format!("{account} cannot be visited that day"),
    }
}

/// Holds what the edits pin at the times they got; with `places_too` also what they moved or put in.
fn hold(
    planner: &Planner,
    table: &mut Table,
    times: &[(usize, i64)],
    edits: &[Edit],
    places_too: bool,
) {
    let leeway = i64::from(planner.settings.pin_leeway_min) * 60_000;
    let held = |edit: &&Edit| match edit {
        Edit::Pin { .. } => true,
        Edit::Move { .. } | Edit::Swap { .. } | Edit::Insert { to: Some(_), .. } => places_too,
        // Nobody said where.
        Edit::Insert { to: None, .. } => false,
        Edit::Remove { .. } | Edit::Unpin { .. } => false,
    };
    let accounts: BTreeSet<&AccountId> =
        edits.iter().filter(held).flat_map(Edit::accounts).collect();
    for &(number, start) in times {
        let candidate = &mut table.candidates[number];
        if accounts.contains(&candidate.account.id) && candidate.kind != StopKind::Appointment {
            candidate.hold(start - leeway, start + leeway);
        }
    }
}

/// An agreed stop of the former plan that a person took out.
fn dropped(stop: &super::Stop, table: &Table) -> Option<Violation> {
    let gone = is_open(stop) && table.was_removed(&stop.account);
    (gone && stop.kind == StopKind::Appointment).then(|| Violation::Dropped {
        account: stop.account.clone(),
        name: stop.name.clone(),
        agreed: Some(stop.start.time()),
    })
}
