//! Where each account stands on a day, as handlers see it: its own fields, its cadence, its road, its gap cause.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::problem::Problem;
use super::state::Loaded;
use crate::accounts::cadence::Due;
use crate::accounts::{Account, AccountId, RepId};
use crate::coverage::GapCause;
use crate::planner::{CoverageFacts, CoverageRequest, Standings};

/// One account on a day.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The account.
    pub account: Account,
    /// Name of its active rep.
    pub rep_name: Option<String>,
    /// Its cadence on the day.
    pub due: Due,
    /// Minutes on site that hold.
    pub visit_min: u32,
    /// Metres to the road; `None` when none is within the limit.
    pub snap_m: Option<f64>,
    /// `None` for accounts that are not active.
    pub cause: Option<GapCause>,
}

impl Standing {
    /// An account about which nothing else is known.
    #[cfg(test)]
    pub fn of(account: Account) -> Self {
        Self {
            account,
            rep_name: None,
            due: Due::default(),
            visit_min: 30,
            snap_m: None,
            cause: None,
        }
    }
}

/// All accounts on `date`, by id; `reach_min` is the reach limit that causes are about.
pub fn all(
    loaded: &Loaded,
    date: NaiveDate,
    reach_min: Option<u32>,
) -> Result<Vec<Standing>, Problem> {
    let facts = loaded.planner.coverage_facts(&CoverageRequest {
        reach_min,
        ..CoverageRequest::on(date)
    })?;
    Ok(join(loaded, &facts, date))
}

/// One account on `date`.
pub fn one(loaded: &Loaded, id: &AccountId, date: NaiveDate) -> Result<Standing, Problem> {
    let found = all(loaded, date, None)?
        .into_iter()
        .find(|standing| standing.account.id == *id);
    found.ok_or_else(|| {
        let id = super::fields::short(&id.0);
        Problem::not_found(format!("There is no account {id}."))
    })
}

/// The active accounts from the facts, the others from the book.
fn join(loaded: &Loaded, facts: &CoverageFacts, date: NaiveDate) -> Vec<Standing> {
    let settings = &loaded.planner.settings;
    let book = facts.book();
    let causes = facts.causes();
    let known: BTreeMap<&AccountId, usize> = facts
        .facts
        .iter()
        .enumerate()
        .map(|(i, facts)| (&facts.account, i))
        .collect();
    let reps: BTreeMap<&RepId, &str> = book
        .reps
        .iter()
        .filter(|rep| rep.active)
        .map(|rep| (&rep.id, rep.name.as_str()))
        .collect();
    let standings = Standings::new(book, settings, date);
    book.accounts
        .iter()
        .map(|account| {
            let active = known.get(&account.id).copied();
            Standing {
                rep_name: account
                    .rep
                    .as_ref()
                    .and_then(|rep| reps.get(rep))
                    .map(|name| (*name).to_owned()),
                due: active.map_or_else(|| standings.due(account), |i| facts.due[i].clone()),
                visit_min: account.visit_min.unwrap_or(settings.visit_min),
                snap_m: active.and_then(|i| facts.snap_m[i]),
                cause: active.map(|i| causes[i]),
                account: account.clone(),
            }
        })
        .collect()
}
