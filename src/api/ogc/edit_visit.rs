//! Visits as features that are recorded, corrected and taken out of the log.
//!
//! The log is what happened. What is planned or agreed is moved by the planner or a person, through their own addresses; here it
//! can be given an outcome, and nothing else.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use super::edit_body::{Extent, Sent, computed};
use crate::accounts::{AccountId, RepId, Visit, VisitStatus};
use crate::api::fields::{Fields, Patch, Raw, Refusal};
use crate::api::problem::{Kind, Problem};
use crate::api::read::{self, Read};
use crate::api::state::Loaded;
use crate::api::visits::OUTCOMES;
use crate::ogc::Layer;

/// A visit before it is written.
pub struct Known {
    /// As the log, a plan or an appointment has it.
    pub visit: Visit,
    /// It stands in a plan or is agreed: account, rep and day are not changed here.
    pub fixed: bool,
}

/// The visit that `sent` makes of the one before. Properties that are computed are not read in a whole feature, and refused in
/// a part of one.
///
/// # Errors
/// Every member that cannot be accepted, all at once; a conflict when it would move what is planned or agreed.
pub fn read(
    id: &str,
    sent: &Sent,
    before: Option<&Known>,
    loaded: &Loaded,
    now: DateTime<Utc>,
) -> Result<Visit, Problem> {
    let known = before.map(|known| &known.visit);
    let named = sent.members.get("account").and_then(|id| id.as_str());
    let is_account = match named {
        Some(id) => loaded.store.account(&id.into())?.is_some(),
        None => false,
    };
    let reps = loaded.store.reps()?;
    let account = |raw: Raw<'_>| {
        let id = AccountId(read::id(raw)?);
        let cure = "an id of the collection accounts";
        is_account
            .then_some(id)
            .ok_or_else(|| Refusal::new("is no account", cure))
    };
    let rep = |raw: Raw<'_>| {
        let id = RepId(read::id(raw)?);
        let is_rep = reps.iter().any(|rep| rep.id == id);
        let cure = "an id of the collection reps";
        is_rep
            .then_some(id)
            .ok_or_else(|| Refusal::new("is no rep", cure))
    };
    let made = Fields::from_object(sent.members.clone()).read_with(|f| {
        let whole = sent.extent == Extent::Whole;
        // The place of a visit is that of its account.
        let place = std::iter::once("geometry");
        computed(f, sent.extent, place.chain(Layer::Visits.computed()));
        let mut edit = Edit { f, whole };
        let account = edit.needed("account", account, known.map(|v| &v.account));
        let rep = edit.needed("rep", rep, known.map(|v| &v.rep));
        let date = edit.needed("day", read::date, known.map(|v| &v.date));
        let became = known.map(|v| &v.status).filter(|s| is_outcome(**s));
        let status = edit.needed("status", status, became);
        let zone = loaded.zone();
        let start = edit.time("start", date, zone, known.and_then(|v| v.start));
        let end = edit.time("end", date, zone, known.and_then(|v| v.end));
        if start.zip(end).is_some_and(|(start, end)| end < start) {
            let later = "an instant that is not before start";
            edit.f
                .refuse("end", Refusal::new("lies before start", later));
        }
        // Everything is asked for before anything is missed: what was not asked for counts as unknown.
        let purpose = edit.text("purpose", 200, known.and_then(|v| v.purpose.clone()));
        let outcome = edit.text("outcome", 500, known.and_then(|v| v.outcome.clone()));
        let note = edit.text("note", 4_000, known.and_then(|v| v.note.clone()));
        Some(Visit {
            id: id.into(),
            account: account?,
            rep: rep?,
            date: date?,
            start,
            end,
            status: status?,
            purpose,
            outcome,
            note,
            source: known.map_or_else(|| "manual".to_owned(), |v| v.source.clone()),
            recorded_at: Some(now),
        })
    })?;
    let made = made.ok_or_else(|| Problem::internal(&"a missing member was not noted"))?;
    if let Some(known) = before
        && known.fixed
        && (&made.account, &made.rep, made.date)
            != (&known.visit.account, &known.visit.rep, known.visit.date)
    {
        return Err(Problem::new(
            Kind::Conflict,
            "The visit is planned or agreed: here it can be given an outcome; account, rep and day are changed by a person, \
             with /api/v1/plans/day/edit or /api/v1/appointments.",
        ));
    }
    Ok(made)
}

fn is_outcome(status: VisitStatus) -> bool {
    OUTCOMES.iter().any(|(_, outcome)| *outcome == status)
}

fn status(raw: Raw<'_>) -> Read<VisitStatus> {
    let names = OUTCOMES.map(|(name, _)| name);
    let at = read::choice(&names)(raw).map_err(|refusal| {
        let cure = format!(
            "{}; visits are agreed with POST /api/v1/appointments and planned with POST /api/v1/plans/day",
            refusal.cure
        );
        Refusal::new("is not what became of a visit", cure)
    })?;
    Ok(OUTCOMES[at].1)
}

struct Edit<'f> {
    f: &'f mut Fields,
    whole: bool,
}

impl Edit<'_> {
    /// A member that a visit must have: from the body, or in a part of a visit from the one before.
    fn needed<T: Clone>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Raw<'_>) -> Read<T>,
        before: Option<&T>,
    ) -> Option<T> {
        match self.f.patch(name, read) {
            Patch::Set(value) => return Some(value),
            Patch::Keep if !self.whole && before.is_some() => return before.cloned(),
            Patch::Keep | Patch::Clear => {}
        }
        if !self.f.is_refused(name) {
            let cure = format!("give a value for {name}");
            self.f.refuse(name, Refusal::new("is missing", cure));
        }
        None
    }

    fn text(
        &mut self,
        name: &'static str,
        longest: usize,
        before: Option<String>,
    ) -> Option<String> {
        let text = match self.f.patch(name, read::text(longest)) {
            Patch::Set(text) => Some(text),
            Patch::Keep if !self.whole => before,
            Patch::Keep | Patch::Clear => None,
        };
        text.filter(|text| !text.is_empty())
    }

    /// Local time of an instant on the day of the visit.
    fn time(
        &mut self,
        name: &'static str,
        date: Option<NaiveDate>,
        zone: Tz,
        before: Option<NaiveTime>,
    ) -> Option<NaiveTime> {
        let local = |raw: Raw<'_>| {
            let at = read::instant(raw)?.with_timezone(&zone).naive_local();
            if date.is_some_and(|date| date != at.date()) {
                return Err(Refusal::new(
                    "is not on the day of the visit",
                    "an instant of the local day",
                ));
            }
            Ok(at.time())
        };
        match self.f.patch(name, local) {
            Patch::Set(time) => Some(time),
            Patch::Keep if !self.whole => before,
            Patch::Keep | Patch::Clear => None,
        }
    }
}
