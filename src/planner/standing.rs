//! Where does every account stand on a day? [`Standings`] joins the book's history with the cadence rules.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::settings::Settings;
use crate::accounts::cadence::{Due, mean_value};
use crate::accounts::{Account, AccountId, RepId, VisitId, VisitStatus};
use crate::store::{Book, StopOnDay};

/// The book seen from one day.
#[derive(Debug)]
pub struct Standings<'a> {
    /// The day.
    pub date: NaiveDate,
    book: &'a Book,
    settings: &'a Settings,
    mean_value: f64,
    last_done: BTreeMap<&'a AccountId, NaiveDate>,
}

impl<'a> Standings<'a> {
    /// The book as of `date`.
    #[must_use]
    pub fn new(book: &'a Book, settings: &'a Settings, date: NaiveDate) -> Self {
        Self {
            date,
            book,
            settings,
            mean_value: mean_value(&book.accounts),
            last_done: settings.cadence.last_done(&book.visits, date),
        }
    }

    /// Where an account stands.
    #[must_use]
    pub fn due(&self, account: &Account) -> Due {
        self.due_if_visited(account, None)
    }

    /// Where it would stand had it also been visited on `planned`.
    #[must_use]
    pub fn due_if_visited(&self, account: &Account, planned: Option<NaiveDate>) -> Due {
        let logged = self.last_done.get(&account.id).copied().max(planned);
        self.settings
            .cadence
            .due(account, logged, self.mean_value, self.date)
    }

    /// Days that must lie between two visits of an account; 0 without a cadence.
    #[must_use]
    pub fn min_gap_d(&self, account: &Account) -> i64 {
        let rules = &self.settings.cadence;
        rules
            .interval(account)
            .map_or(0, |interval| i64::from(rules.min_gap_d(interval)))
    }

    /// Planned stops, appointments and agreed visits of other days, by account, that still stand: those with an outcome
    /// no longer do.
    #[must_use]
    pub fn promised_elsewhere(
        &self,
        rep: &RepId,
        stops: &[StopOnDay],
    ) -> BTreeMap<AccountId, Vec<(NaiveDate, RepId)>> {
        let outcomes: BTreeMap<&VisitId, VisitStatus> = self
            .book
            .visits
            .iter()
            .map(|visit| (&visit.id, visit.status))
            .collect();
        let over = |id: &VisitId| outcomes.get(id).is_some_and(|status| status.is_outcome());
        let planned = stops
            .iter()
            .filter(|s| !over(&s.stop.visit))
            .map(|s| (&s.stop.account, s.date, &s.rep));
        let agreed = self
            .book
            .appointments
            .iter()
            .filter(|a| !over(&a.id))
            .map(|a| (&a.account, a.date, &a.rep));
        let logged = self
            .book
            .visits
            .iter()
            .filter(|v| !v.status.is_outcome())
            .map(|v| (&v.account, v.date, &v.rep));
        let mut found: BTreeMap<AccountId, Vec<(NaiveDate, RepId)>> = BTreeMap::new();
        for (account, date, whose) in planned.chain(agreed).chain(logged) {
            if (date, whose) != (self.date, rep) {
                found
                    .entry(account.clone())
                    .or_default()
                    .push((date, whose.clone()));
            }
        }
        for days in found.values_mut() {
            days.sort();
            days.dedup();
        }
        found
    }

    /// The promise on another day that keeps `account` out of this one: one within its minimum gap, or an earlier one after
    /// which no visit would be wanted yet.
    #[must_use]
    pub fn kept_by<'p>(
        &self,
        account: &Account,
        promises: &'p [(NaiveDate, RepId)],
    ) -> Option<&'p (NaiveDate, RepId)> {
        let gap = self.min_gap_d(account).max(1);
        promises.iter().find(|(date, _)| {
            let apart = (self.date - *date).num_days();
            apart.abs() < gap
                || (apart >= 0
                    && !self
                        .due_if_visited(account, Some(*date))
                        .status
                        .wants_visit())
        })
    }
}
