//! Where does coverage fall short? [`Planner::coverage`] looks every fact up and lets `coverage` count.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::error::Result;
use super::run_id::run_id;
use super::standing::Standings;
use super::{Planner, Settings};
use crate::accounts::cadence::Due;
use crate::accounts::days::counted;
use crate::accounts::{Account, AccountId, Rep, RepId};
use crate::coverage::capacity::{CapacityRule, estimate};
use crate::coverage::causes::{cause, tally};
use crate::coverage::cells::{Cells, Weight, cells};
use crate::coverage::metrics::{Frame, metrics};
use crate::coverage::{
    Capacity, ClassCoverage, Coverage, Drive, Facts, GapCause, RepCoverage, RepFacts, Scope,
};
use crate::network::Snap;
use crate::store::Book;
use crate::units::{Millis, total};

/// Which coverage is asked for; `None` = as set, or all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CoverageRequest {
    /// At the end of this local day.
    pub date: NaiveDate,
    /// Length of the window in days.
    pub window_days: Option<u32>,
    /// Reach limit in minutes.
    pub reach_min: Option<u32>,
    /// Accounts of this rep only.
    pub rep: Option<RepId>,
    /// Accounts of this class only.
    pub class: Option<String>,
}

impl CoverageRequest {
    /// Everything, as set.
    #[must_use]
    pub fn on(date: NaiveDate) -> Self {
        Self {
            date,
            ..Self::default()
        }
    }
}

/// The facts behind a coverage, account by account.
#[derive(Debug)]
pub struct CoverageFacts {
    /// One per active account asked for, by id.
    pub facts: Vec<Facts>,
    /// Where each of them stands.
    pub due: Vec<Due>,
    /// Metres from each to its road; `None` = none near enough.
    pub snap_m: Vec<Option<f64>>,
    /// Reach limit.
    pub reach: Millis,
    /// Hash of inputs, settings and versions.
    pub run_id: String,
    book: Book,
    window: (NaiveDate, NaiveDate),
}

impl CoverageFacts {
    /// Why each account is not covered, in the order of the facts.
    #[must_use]
    pub fn causes(&self) -> Vec<GapCause> {
        self.facts.iter().map(|f| cause(f, self.reach)).collect()
    }

    /// The book as it was read.
    #[must_use]
    pub const fn book(&self) -> &Book {
        &self.book
    }

    /// The book alone.
    #[must_use]
    pub fn into_book(self) -> Book {
        self.book
    }

    /// Counted by H3 cell.
    #[must_use]
    pub fn cells(&self, resolution: Option<u8>, weight: Weight) -> Cells {
        cells(&self.facts, resolution, weight, self.reach)
    }
}

impl Planner {
    /// Coverage at a date.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn coverage(&self, request: &CoverageRequest) -> Result<Coverage> {
        Ok(self.summary(&self.coverage_facts(request)?, request))
    }

    /// The facts that coverage counts, for lists and cells.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn coverage_facts(&self, request: &CoverageRequest) -> Result<CoverageFacts> {
        let book = self.store.book()?;
        let days = request
            .window_days
            .unwrap_or(self.settings.window_days)
            .max(1);
        let last = request.date + Days::new(1);
        let window = (last - Days::new(u64::from(days)), last);
        let wanted: Vec<&Account> = book
            .accounts
            .iter()
            .filter(|a| a.active_on(request.date))
            .filter(|a| request.rep.is_none() || a.rep == request.rep)
            .filter(|a| request.class.is_none() || a.class == request.class)
            .collect();
        let standings = Standings::new(&book, &self.settings, request.date);
        let due: Vec<Due> = wanted.iter().map(|a| standings.due(a)).collect();
        let snaps: Vec<Option<Snap>> = wanted
            .iter()
            .map(|a| self.ground.snap_account(a, &self.settings))
            .collect();
        let drives = self.drives_home(&book, &wanted, &snaps);
        let history = History::new(&book, &self.settings, window);
        let reps: BTreeSet<&RepId> = active_reps(&book).map(|r| &r.id).collect();
        let facts = wanted
            .iter()
            .enumerate()
            .map(|(i, account)| Facts {
                account: account.id.clone(),
                class: account.class.clone(),
                rep: account.rep.clone().filter(|rep| reps.contains(rep)),
                value: account.value.max(0.0),
                at: account.location.map(|l| l.at),
                on_network: snaps[i].is_some(),
                drive: drives[i],
                interval_days: due[i].interval_d,
                visit_min: account.visit_min.unwrap_or(self.settings.visit_min),
                active_days: history.active_days(account),
                done: history.done(account),
                ever_done: due[i].last_done.is_some(),
                urgency: due[i].interval_d.map(|_| due[i].urgency),
                overdue_days: history.overdue_days(account, due[i].interval_d),
            })
            .collect();
        let minutes = request.reach_min.unwrap_or(self.settings.reach_min);
        let inputs = (
            &self.ground.hash,
            &self.settings,
            request,
            &book.accounts,
            &book.reps,
            &book.visits,
        );
        Ok(CoverageFacts {
            run_id: run_id("coverage", &inputs),
            facts,
            due,
            snap_m: snaps.iter().map(|s| s.map(|s| s.distance.0)).collect(),
            reach: Millis::from_minutes(i64::from(minutes)),
            window,
            book,
        })
    }

    fn drives_home(
        &self,
        book: &Book,
        accounts: &[&Account],
        snaps: &[Option<Snap>],
    ) -> Vec<Drive> {
        let homes: BTreeMap<&RepId, Option<Snap>> = active_reps(book)
            .map(|rep| (&rep.id, self.ground.snap(rep.home, &self.settings)))
            .collect();
        let home_of = |account: &Account| homes.get(account.rep.as_ref()?).copied().flatten();
        let pairs: Vec<Option<(Snap, Snap)>> = accounts
            .iter()
            .zip(snaps)
            .map(|(account, snap)| home_of(account).zip(*snap))
            .collect();
        let asked: Vec<(Snap, Snap)> = pairs.iter().flatten().copied().collect();
        let mut found = self.drives.between(&self.ground, &asked).into_iter();
        pairs
            .iter()
            .map(|pair| pair.and_then(|_| found.next()).unwrap_or(Drive::Unknown))
            .collect()
    }

    /// The facts counted.
    #[must_use]
    pub fn summary(&self, found: &CoverageFacts, request: &CoverageRequest) -> Coverage {
        let frame = Frame {
            window_days: (found.window.1 - found.window.0).num_days() as u32,
            reach: found.reach,
        };
        let all: Vec<&Facts> = found.facts.iter().collect();
        let mut by_rep: BTreeMap<Option<&RepId>, Vec<&Facts>> = BTreeMap::new();
        let mut by_class: BTreeMap<&str, Vec<&Facts>> = BTreeMap::new();
        let wanted = |rep: &&Rep| request.rep.as_ref().is_none_or(|only| *only == rep.id);
        for rep in active_reps(&found.book).filter(wanted) {
            by_rep.entry(Some(&rep.id)).or_default();
        }
        for facts in &all {
            by_rep.entry(facts.rep.as_ref()).or_default().push(facts);
            by_class
                .entry(facts.class.as_deref().unwrap_or_default())
                .or_default()
                .push(facts);
        }
        // Accounts without a rep stand last.
        let orphans = by_rep.remove(&None);
        let with_rep = by_rep
            .into_iter()
            .map(|(rep, facts)| self.rep_coverage(found, rep, &facts, frame, request.date));
        let orphans =
            orphans.map(|facts| self.rep_coverage(found, None, &facts, frame, request.date));
        Coverage {
            date: request.date,
            window_from: found.window.0,
            window_to: found.window.1,
            reach_min: (found.reach.0 / 60_000) as u32,
            run_id: found.run_id.clone(),
            as_of: found.book.as_of,
            total: all.len() as u64,
            total_value: total(all.iter().map(|f| f.value)),
            causes: tally(all.iter().copied(), found.reach),
            metrics: metrics(&all, frame, &Scope::All),
            by_rep: with_rep.chain(orphans).collect(),
            by_class: by_class
                .into_iter()
                .map(|(class, facts)| ClassCoverage {
                    class: class.to_owned(),
                    accounts: facts.len() as u64,
                    value: total(facts.iter().map(|f| f.value)),
                    causes: tally(facts.iter().copied(), found.reach),
                    metrics: metrics(&facts, frame, &Scope::Class(class.to_owned())),
                })
                .collect(),
        }
    }

    fn rep_coverage(
        &self,
        found: &CoverageFacts,
        rep: Option<&RepId>,
        facts: &[&Facts],
        frame: Frame,
        date: NaiveDate,
    ) -> RepCoverage {
        let person = found.book.reps.iter().find(|r| Some(&r.id) == rep);
        let scope = rep.map_or(Scope::Rep(RepId::default()), |rep| Scope::Rep(rep.clone()));
        RepCoverage {
            rep: rep.cloned(),
            name: person.map(|r| r.name.clone()).unwrap_or_default(),
            accounts: facts.len() as u64,
            value: total(facts.iter().map(|f| f.value)),
            causes: tally(facts.iter().copied(), found.reach),
            metrics: metrics(facts, frame, &scope),
            capacity: person.map(|person| self.capacity(person, facts, date)),
        }
    }

    /// The hours that the cadences of some accounts ask of a rep, and those there are, over the period that starts at `date`.
    #[must_use]
    pub fn capacity(&self, rep: &Rep, accounts: &[&Facts], date: NaiveDate) -> Capacity {
        let rule = CapacityRule {
            period_days: self.settings.period_days,
            parking: Millis::from_minutes(i64::from(self.settings.parking_min)),
            travel_factor: self.settings.travel_factor,
            travel_speed_kmh: self.settings.travel_speed_kmh,
        };
        estimate(&rep_facts(rep, date, &self.settings), accounts, &rule)
    }
}

fn active_reps(book: &Book) -> impl Iterator<Item = &Rep> {
    book.reps.iter().filter(|rep| rep.active)
}

/// Working days of the period that starts at `date`.
fn rep_facts(rep: &Rep, date: NaiveDate, settings: &Settings) -> RepFacts {
    let working_days = date
        .iter_days()
        .take(settings.period_days as usize)
        .filter(|day| rep.works_on(*day))
        .count();
    let lunch = rep.lunch.map_or(0, |lunch| i64::from(lunch.minutes));
    let shift = (rep.shift_end - rep.shift_start).num_minutes();
    RepFacts {
        rep: rep.id.clone(),
        name: rep.name.clone(),
        working_days: working_days as u32,
        day: Millis::from_minutes((shift - lunch).max(0)),
        max_visits: rep.max_visits,
    }
}

/// Visits that count, by account.
struct History<'a> {
    visits: BTreeMap<&'a AccountId, Vec<NaiveDate>>,
    window: (NaiveDate, NaiveDate),
}

impl<'a> History<'a> {
    fn new(book: &'a Book, settings: &Settings, window: (NaiveDate, NaiveDate)) -> Self {
        let mut visits: BTreeMap<&AccountId, Vec<NaiveDate>> = BTreeMap::new();
        for visit in &book.visits {
            if settings.cadence.resets(visit.status) && visit.date < window.1 {
                visits.entry(&visit.account).or_default().push(visit.date);
            }
        }
        for account in &book.accounts {
            if let Some(date) = account.last_visit.filter(|date| *date < window.1) {
                let days = visits.entry(&account.id).or_default();
                if !days.contains(&date) {
                    days.push(date);
                }
            }
        }
        for days in visits.values_mut() {
            days.sort_unstable();
        }
        Self { visits, window }
    }

    fn days(&self, account: &Account) -> &[NaiveDate] {
        self.visits.get(&account.id).map_or(&[], Vec::as_slice)
    }

    fn done(&self, account: &Account) -> u32 {
        let inside = |day: &&NaiveDate| **day >= self.window.0;
        self.days(account).iter().filter(inside).count() as u32
    }

    /// Days of the window on which the account is active and not blocked.
    fn active_days(&self, account: &Account) -> u32 {
        let from = account
            .active_from
            .map_or(self.window.0, |start| start.max(self.window.0));
        if from >= self.window.1 {
            return 0;
        }
        counted(
            from - Days::new(1),
            self.window.1 - Days::new(1),
            &account.blocks,
        )
        .max(0) as u32
    }

    /// Days of the window on which more than the interval had passed since the visit before, or since one interval before
    /// the account became active. An account without visit and without activation is taken as due, never overdue.
    fn overdue_days(&self, account: &Account, interval: Option<u32>) -> u32 {
        let Some(interval) = interval else { return 0 };
        let visits = self.days(account);
        let mut overdue = 0;
        let mut day = self.window.0;
        while day < self.window.1 {
            let seen = visits.partition_point(|visit| *visit <= day);
            let elapsed = match (seen.checked_sub(1), account.active_from) {
                (Some(last), _) => counted(visits[last], day, &account.blocks),
                (None, Some(start)) if start <= day => {
                    i64::from(interval) + counted(start, day, &account.blocks)
                }
                _ => 0,
            };
            overdue += u32::from(elapsed > i64::from(interval));
            day = day + Days::new(1);
        }
        overdue
    }
}
