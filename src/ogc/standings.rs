//! All accounts and where each stands today, computed once per state of the book: what accounts, gaps, cells and metrics tell.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use rayon::prelude::*;

use super::layers::snaps::Met;
use super::orders::Orders;
use super::places::Places;
use super::territories::{Inside, Territories};
use crate::accounts::Account;
use crate::accounts::cadence::Due;
use crate::coverage::cells::{Cells, Weight};
use crate::coverage::{Coverage, GapCause};
use crate::planner::{CoverageRequest, Planner, Result, Standings as Cadences};

/// Where all accounts stand on a day.
#[derive(Debug)]
pub struct Standings {
    revision: u64,
    day: NaiveDate,
    /// Last change of the book it stands on.
    pub as_of: Option<DateTime<Utc>>,
    /// Coverage in figures, with the run that all of this is.
    pub coverage: Coverage,
    /// Coverage by cell.
    pub cells: Cells,
    /// All accounts, by id.
    pub accounts: Vec<Account>,
    /// Where each of them stands.
    pub rows: Vec<Standing>,
    /// Where each of them is.
    pub places: OnceLock<Places>,
    /// Orders of them that were asked for.
    pub orders: Orders,
    /// Where they meet the roads.
    pub snaps: OnceLock<Arc<Met>>,
    /// Names what `territory` and the figures of areas follow from.
    pub run: String,
    /// Ids of the areas that [`Standing::territory`] numbers.
    pub areas: Vec<String>,
    /// What lies in each area, by id.
    pub inside: BTreeMap<String, Inside>,
    /// Accounts by rep.
    pub by_rep: BTreeMap<crate::accounts::RepId, u64>,
}

/// Where one account stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its cadence.
    pub due: Due,
    /// Metres to the road; `None` = none near enough.
    pub snap_m: Option<f64>,
    /// Why it is not covered; `None` for accounts that are not active.
    pub cause: Option<GapCause>,
    /// Number of the territory that it lies in.
    pub territory: Option<u32>,
}

impl Standings {
    fn compute(planner: &Planner, day: NaiveDate) -> Result<Self> {
        let request = CoverageRequest::on(day);
        let facts = planner.coverage_facts(&request)?;
        let book = facts.book();
        let cadences = Cadences::new(book, &planner.settings, day);
        let causes = facts.causes();
        // The facts are in the order of the accounts, those that are not active left out.
        let mut next = 0;
        let mut rows = Vec::with_capacity(book.accounts.len());
        // Read after the book: an area that came meanwhile belongs to a later state, which is asked about anew.
        let territories = Territories::new(planner.store.areas()?);
        let places = book.accounts.par_iter();
        let places = places.map(|one| (one.location.map(|l| l.at), one.rep.as_ref()));
        let within = territories.of(places);
        for (account, territory) in book.accounts.iter().zip(within) {
            if facts
                .facts
                .get(next)
                .is_some_and(|one| one.account == account.id)
            {
                rows.push(Standing {
                    due: facts.due[next].clone(),
                    snap_m: facts.snap_m[next],
                    cause: Some(causes[next]),
                    territory,
                });
                next += 1;
            } else {
                rows.push(Standing {
                    due: cadences.due(account),
                    snap_m: None,
                    cause: None,
                    territory,
                });
            }
        }
        let mut by_rep = BTreeMap::new();
        for rep in book
            .accounts
            .iter()
            .filter_map(|account| account.rep.as_ref())
        {
            *by_rep.entry(rep.clone()).or_default() += 1;
        }
        Ok(Self {
            revision: book.revision,
            day,
            as_of: book.as_of,
            coverage: planner.summary(&facts, &request),
            run: territories.run(&facts.run_id),
            areas: territories.ids(),
            inside: territories.inside(planner, &facts, day),
            cells: facts.cells(None, Weight::Accounts),
            rows,
            by_rep,
            places: OnceLock::new(),
            orders: Orders::default(),
            snaps: OnceLock::new(),
            accounts: facts.into_book().accounts,
        })
    }
}

/// The standings of the latest state that was asked about.
#[derive(Debug, Default)]
pub struct Latest(Mutex<Option<Arc<Standings>>>);

impl Latest {
    /// The standings on `day` of the book as it is now. One caller computes, the others wait for it.
    pub fn get(&self, planner: &Planner, day: NaiveDate) -> Result<Arc<Standings>> {
        let revision = planner.store.revision()?;
        let mut latest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*latest {
            // A later one is as good: the caller tells of the book as it is by then.
            Some(known) if known.revision >= revision && known.day == day => Ok(Arc::clone(known)),
            _ => {
                let fresh = Arc::new(Standings::compute(planner, day)?);
                *latest = Some(Arc::clone(&fresh));
                Ok(fresh)
            }
        }
    }
}
