//! Where every account stands today, computed once per state of the book: what accounts, gaps, cells and metrics tell.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};

use crate::accounts::AccountId;
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
    rows: BTreeMap<AccountId, Standing>,
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
}

impl Standings {
    /// Where an account stands; `None` when it came after.
    pub fn of(&self, id: &AccountId) -> Option<&Standing> {
        self.rows.get(id)
    }

    fn compute(planner: &Planner, day: NaiveDate) -> Result<Self> {
        let request = CoverageRequest::on(day);
        let facts = planner.coverage_facts(&request)?;
        let book = facts.book();
        let cadences = Cadences::new(book, &planner.settings, day);
        let mut rows: BTreeMap<AccountId, Standing> = BTreeMap::new();
        let causes = facts.causes();
        for (i, one) in facts.facts.iter().enumerate() {
            let standing = Standing {
                due: facts.due[i].clone(),
                snap_m: facts.snap_m[i],
                cause: Some(causes[i]),
            };
            rows.insert(one.account.clone(), standing);
        }
        let mut by_rep = BTreeMap::new();
        for account in &book.accounts {
            if let Some(rep) = &account.rep {
                *by_rep.entry(rep.clone()).or_default() += 1;
            }
            rows.entry(account.id.clone()).or_insert_with(|| Standing {
                due: cadences.due(account),
                snap_m: None,
                cause: None,
            });
        }
        Ok(Self {
            revision: book.revision,
            day,
            as_of: book.as_of,
            coverage: planner.summary(&facts, &request),
            cells: facts.cells(None, Weight::Accounts),
            rows,
            by_rep,
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
            // A later one is as good: the caller reads the book as it is by then.
            Some(known) if known.revision >= revision && known.day == day => Ok(Arc::clone(known)),
            _ => {
                let fresh = Arc::new(Standings::compute(planner, day)?);
                *latest = Some(Arc::clone(&fresh));
                Ok(fresh)
            }
        }
    }
}
