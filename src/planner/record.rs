//! What happened: outcomes of visits, visits without a plan, corrections of accounts. Each takes the instant at which it is
//! recorded; nothing here reads the clock.
//!
//! What a phone noted down without a signal arrives late. The outcome that was noted last stands, whichever arrives last.

use chrono::{DateTime, NaiveTime, Timelike as _, Utc};
use serde::{Deserialize, Serialize};

use super::Planner;
use super::error::{PlanError, Result};
use crate::accounts::{Account, AccountId, Visit, VisitId, VisitStatus};
use crate::store::{Changes, Slice};

/// What became of a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Done, missed, phone, refused or cancelled.
    pub status: VisitStatus,
    /// What came out.
    pub outcome: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// When it really started, local time.
    pub start: Option<NaiveTime>,
    /// When it really ended, local time.
    pub end: Option<NaiveTime>,
    /// When it was noted down; `None` is now.
    pub noted: Option<DateTime<Utc>>,
}

impl Outcome {
    /// Only a status.
    #[must_use]
    pub const fn of(status: VisitStatus) -> Self {
        Self {
            status,
            outcome: None,
            note: None,
            start: None,
            end: None,
            noted: None,
        }
    }
}

impl Planner {
    /// Records what became of a planned stop, an appointment or a logged visit, and gives the visit as it stands then. Recording
    /// again corrects it, unless what is recorded was noted later. A planned visit that is noted as done before its planned end
    /// ended when it was noted, and took as long as planned; start and end, where told, are taken as they are.
    ///
    /// # Errors
    /// Unknown id, a status that is no outcome, a failing store.
    pub fn record_outcome(
        &self,
        id: &VisitId,
        outcome: &Outcome,
        at: DateTime<Utc>,
    ) -> Result<Visit> {
        if !outcome.status.is_outcome() {
            return Err(PlanError::NotAnOutcome(format!("{:?}", outcome.status)));
        }
        let mut known = self.known_visit(id)?;
        if outcome.status == VisitStatus::Done && known.recorded_at.is_none() {
            self.end_by(&mut known, outcome.noted.unwrap_or(at));
        }
        let visit = Visit {
            status: outcome.status,
            outcome: outcome.outcome.clone().or(known.outcome),
            note: outcome.note.clone().or(known.note),
            start: outcome.start.or(known.start),
            end: outcome.end.or(known.end),
            recorded_at: Some(outcome.noted.unwrap_or(at)),
            ..known
        };
        self.write_visit(visit, at)
    }

    /// What is done was over when it was noted down: where it was planned for later on that day, it took place before.
    fn end_by(&self, planned: &mut Visit, noted: DateTime<Utc>) {
        let noted = noted.with_timezone(&self.ground.time_zone);
        if let (Some(start), Some(end)) = (planned.start, planned.end)
            && noted.date_naive() == planned.date
            && noted.time() < end
        {
            let over = noted.time().with_nanosecond(0).unwrap_or(end);
            let since_midnight = over - NaiveTime::MIN;
            planned.start = Some(over - (end - start).min(since_midnight));
            planned.end = Some(over);
        }
    }

    /// The visit behind an id: from the log, from a plan, or from the appointments.
    ///
    /// # Errors
    /// Unknown id, a failing store.
    pub fn known_visit(&self, id: &VisitId) -> Result<Visit> {
        if let Some(visit) = self.store.visit(id)? {
            return Ok(visit);
        }
        if let Some(planned) = self.store.planned_stop(id)? {
            let plan = self.stored_plan(&planned.rep, planned.date)?;
            let stop = plan.and_then(|p| p.stops.into_iter().find(|s| s.visit == *id));
            return Ok(Visit {
                start: stop.as_ref().map(|s| s.start.time()),
                end: stop.as_ref().map(|s| s.end.time()),
                ..blank(id, &planned.stop.account, &planned.rep, planned.date)
            });
        }
        let appointments = self.store.appointments(&Slice::default())?;
        let appointment = appointments.iter().find(|a| a.id == *id);
        let a = appointment.ok_or_else(|| PlanError::UnknownVisit(id.clone()))?;
        Ok(Visit {
            start: Some(a.start),
            purpose: a.purpose.clone(),
            ..blank(id, &a.account, &a.rep, a.date)
        })
    }

    /// Records a visit that no plan knew of, noted down at its `recorded_at` (`None` is now), and gives the visit as it stands
    /// then. Without an id it gets one made from its contents, so that recording the same visit twice keeps one.
    ///
    /// # Errors
    /// Unknown account or rep, a failing store.
    pub fn record_visit(&self, visit: Visit, at: DateTime<Utc>) -> Result<Visit> {
        if self.store.account(&visit.account)?.is_none() {
            return Err(PlanError::UnknownAccount(visit.account));
        }
        if self.store.rep(&visit.rep)?.is_none() {
            return Err(PlanError::UnknownRep(visit.rep));
        }
        let id = if visit.id.0.is_empty() {
            made_id(&visit)
        } else {
            visit.id.clone()
        };
        let visit = Visit {
            id,
            source: "manual".to_owned(),
            recorded_at: visit.recorded_at.or(Some(at)),
            ..visit
        };
        self.write_visit(visit, at)
    }

    /// Writes a visit unless a newer outcome of it stands; which of two writers at once is newer is seen, too.
    fn write_visit(&self, visit: Visit, at: DateTime<Utc>) -> Result<Visit> {
        let changes = Changes {
            source: "manual".to_owned(),
            visits: vec![visit.clone()],
            ..Changes::default()
        };
        loop {
            let revision = self.store.revision()?;
            let there = self.store.visit(&visit.id)?;
            let newer =
                |there: &Visit| there.status.is_outcome() && there.recorded_at > visit.recorded_at;
            if let Some(there) = there.filter(newer) {
                return Ok(there);
            }
            if self.store.write_at(revision, &changes, at)?.is_some() {
                return Ok(visit);
            }
        }
    }

    /// Changes an account by hand: its place, rep, class, cadence, blocks. The differences go into its log.
    ///
    /// # Errors
    /// Unknown account, a failing store.
    pub fn edit_account(
        &self,
        id: &AccountId,
        at: DateTime<Utc>,
        edit: &mut dyn FnMut(&mut Account),
    ) -> Result<Account> {
        self.store
            .update_account(id, at, edit)?
            .ok_or_else(|| PlanError::UnknownAccount(id.clone()))
    }
}

/// An id for a visit that was recorded without one, made of its contents.
#[must_use]
pub fn made_id(visit: &Visit) -> VisitId {
    let start = visit.start.map(|s| s.format("-%H%M").to_string());
    let (date, rep, account) = (visit.date, &visit.rep, &visit.account);
    let start = start.unwrap_or_default();
    VisitId(format!("m-{date}-{rep}-{account}{start}"))
}

fn blank(
    id: &VisitId,
    account: &AccountId,
    rep: &crate::accounts::RepId,
    date: chrono::NaiveDate,
) -> Visit {
    Visit {
        id: id.clone(),
        account: account.clone(),
        rep: rep.clone(),
        date,
        start: None,
        end: None,
        status: VisitStatus::Planned,
        purpose: None,
        outcome: None,
        note: None,
        source: "plan".to_owned(),
        recorded_at: None,
    }
}
