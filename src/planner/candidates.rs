//! Who could be visited on a day? [`sift`] parts a rep's accounts into candidates and those that stay out at once.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::clock::DayClock;
use super::ground::Ground;
use super::plan::{LeftOut, StopKind, WhyOut};
use super::settings::Settings;
use super::standing::Standings;
use crate::accounts::cadence::{Due, DueStatus};
use crate::accounts::hours::{Hours, HoursReader};
use crate::accounts::{
    Account, AccountId, Appointment, LocationQuality, Rep, RepId, Visit, VisitId, VisitStatus,
};
use crate::network::Snap;
use crate::store::Book;

/// An account that may be visited, with everything that deciding needs.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// Whom.
    pub account: &'a Account,
    /// Why it may stand in the plan.
    pub kind: StopKind,
    /// Where its cadence stands.
    pub due: Due,
    /// Where it meets the roads.
    pub snap: Snap,
    /// Hours of the date.
    pub hours: Hours,
    /// Id of its visit.
    pub visit: VisitId,
    /// Minutes on site.
    pub visit_min: u32,
    /// When the visit may start, in milliseconds after midnight, both ends included; empty = any time.
    pub starts: Vec<(i64, i64)>,
    /// Agreed local time, for appointments.
    pub agreed: Option<chrono::NaiveTime>,
    /// Agreed with the account for this day, at a time or not: comes before all that is only asked for.
    pub promised: bool,
    /// As recorded, for visits that were done already.
    pub outcome: Option<String>,
    /// A person holds it at about its time.
    pub pinned: bool,
    /// A former plan has it: the price of leaving it out, in milliseconds of travel.
    pub kept: Option<i64>,
}

/// The accounts of one day.
#[derive(Debug, Default)]
pub struct Sifted<'a> {
    /// Done today, in the order in which they were.
    pub done: Vec<Candidate<'a>>,
    /// May be visited; appointments and must-visits first, then by worth.
    pub candidates: Vec<Candidate<'a>>,
    /// Stay out at once.
    pub out: Vec<LeftOut>,
    /// What a person should know.
    pub warnings: Vec<String>,
}

/// What sifting reads.
pub struct Sieve<'a> {
    /// The book.
    pub book: &'a Book,
    /// The rep.
    pub rep: &'a Rep,
    /// Where accounts stand.
    pub standings: &'a Standings<'a>,
    /// Promises on other days.
    pub promises: &'a BTreeMap<AccountId, Vec<(NaiveDate, RepId)>>,
    /// The roads.
    pub ground: &'a Ground,
    /// Settings.
    pub settings: &'a Settings,
    /// The day.
    pub clock: DayClock,
    /// Visit these, whatever is due.
    pub must_visit: &'a [AccountId],
    /// Also list accounts that are not due.
    pub list_not_due: bool,
}

/// Sifts the rep's accounts.
#[must_use]
pub fn sift<'a>(sieve: &Sieve<'a>) -> Sifted<'a> {
    let date = sieve.standings.date;
    let reader = sieve.ground.hours_reader();
    let by_id: BTreeMap<&AccountId, &'a Account> =
        sieve.book.accounts.iter().map(|a| (&a.id, a)).collect();
    let mut sifted = Sifted::default();
    let today: Vec<&Visit> = sieve
        .book
        .visits
        .iter()
        .filter(|v| v.date == date && v.rep == sieve.rep.id)
        .collect();
    let promised = Promised::of(sieve, &today);
    for visit in today.iter().filter(|v| v.status == VisitStatus::Done) {
        if let Some(account) = by_id.get(&visit.account) {
            sieve.add_done(account, visit, &reader, &mut sifted);
        }
    }
    for appointment in &promised.timed {
        if let Some(account) = by_id.get(&appointment.account) {
            sieve.add_appointment(account, appointment, &reader, &mut sifted);
        }
    }
    for account in &sieve.book.accounts {
        let untimed = promised.untimed.get(&account.id);
        let must = untimed.is_some() || sieve.must_visit.contains(&account.id);
        let own = account.rep.as_ref() == Some(&sieve.rep.id);
        let settled = promised.timed.iter().any(|a| a.account == account.id)
            || sifted.done.iter().any(|c| c.account.id == account.id);
        if account.active && (own || must) && !settled {
            sieve.add_account(account, must, &today, &reader, &mut sifted);
        }
        if let (Some(id), Some(last)) = (untimed, sifted.candidates.last_mut())
            && last.account.id == account.id
        {
            last.visit = (*id).clone();
            last.promised = true;
        }
    }
    sifted.candidates.sort_by(|a, b| {
        let rank = |c: &Candidate| (c.kind == StopKind::Suggested, -c.due.prize_s);
        rank(a)
            .cmp(&rank(b))
            .then_with(|| a.account.id.cmp(&b.account.id))
    });
    sifted
}

/// What was promised for the day: appointments, and visits that a person agreed to.
struct Promised<'v> {
    /// For a time.
    timed: Vec<Appointment>,
    /// For the day only.
    untimed: BTreeMap<&'v AccountId, &'v VisitId>,
}

impl<'v> Promised<'v> {
    fn of(sieve: &Sieve, today: &[&'v Visit]) -> Self {
        let settled = |id: &VisitId| {
            today
                .iter()
                .any(|v| v.id == *id && v.status != VisitStatus::Agreed)
        };
        let mut timed: Vec<Appointment> = sieve
            .book
            .appointments
            .iter()
            .filter(|a| a.date == sieve.standings.date && a.rep == sieve.rep.id && !settled(&a.id))
            .cloned()
            .collect();
        let mut untimed = BTreeMap::new();
        for visit in today.iter().filter(|v| v.status == VisitStatus::Agreed) {
            let known = timed.iter().any(|a| a.account == visit.account);
            match visit.start {
                _ if known => {}
                None => {
                    untimed.insert(&visit.account, &visit.id);
                }
                Some(start) => timed.push(Appointment {
                    id: visit.id.clone(),
                    account: visit.account.clone(),
                    rep: visit.rep.clone(),
                    date: visit.date,
                    start,
                    leeway_min: 0,
                    visit_min: visit
                        .end
                        .filter(|end| *end > start)
                        .map(|end| (end - start).num_minutes() as u32),
                    purpose: visit.purpose.clone(),
                    note: visit.note.clone(),
                }),
            }
        }
        Self { timed, untimed }
    }
}

impl<'a> Sieve<'a> {
    fn add_done(
        &self,
        account: &'a Account,
        visit: &Visit,
        reader: &HoursReader,
        sifted: &mut Sifted<'a>,
    ) {
        let Some(snap) = self.ground.snap_account(account, self.settings) else {
            sifted.warnings.push(format!(
                "{} was visited, but nobody knows where it is",
                account.name
            ));
            return;
        };
        let minutes = match (visit.start, visit.end) {
            (Some(start), Some(end)) if end >= start => (end - start).num_minutes() as u32,
            _ => self.minutes(account),
        };
        let mut candidate = self.candidate(account, StopKind::Done, snap, reader);
        candidate.visit = visit.id.clone();
        candidate.visit_min = minutes;
        candidate.starts.clear();
        candidate.outcome.clone_from(&visit.outcome);
        sifted.done.push(candidate);
    }

    fn add_appointment(
        &self,
        account: &'a Account,
        appointment: &Appointment,
        reader: &HoursReader,
        sifted: &mut Sifted<'a>,
    ) {
        let promise = format!(
            "the appointment at {} with {}",
            appointment.start.format("%H:%M"),
            account.name
        );
        let Some(snap) = self.ground.snap_account(account, self.settings) else {
            sifted
                .warnings
                .push(format!("{promise} cannot be planned: no place on a road"));
            sifted
                .out
                .push(self.left_out(account, self.nowhere(account)));
            return;
        };
        let mut candidate = self.candidate(account, StopKind::Appointment, snap, reader);
        candidate.visit = appointment.id.clone();
        candidate.visit_min = appointment
            .visit_min
            .unwrap_or_else(|| self.minutes(account));
        let start = self.clock.millis_at(appointment.start);
        let until = start + i64::from(appointment.leeway_min) * 60_000;
        let inside = |(open, close): &(i64, i64)| start <= *close && until >= *open;
        if !candidate.starts.iter().any(inside) {
            sifted
                .warnings
                .push(format!("{promise} lies outside its opening hours"));
        }
        if let Some(block) = account.blocked_on(self.standings.date) {
            sifted.warnings.push(format!(
                "{promise} falls on a blocked day (until {})",
                block.to
            ));
        }
        candidate.starts = vec![(start, until)];
        candidate.agreed = Some(appointment.start);
        candidate.promised = true;
        sifted.candidates.push(candidate);
    }

    fn add_account(
        &self,
        account: &'a Account,
        must: bool,
        today: &[&Visit],
        reader: &HoursReader,
        sifted: &mut Sifted<'a>,
    ) {
        let due = self.standings.due(account);
        if !must && !due.status.wants_visit() {
            if let Some(due_on) = due.due_from
                && (self.list_not_due || self.is_near(due_on))
                && due.status == DueStatus::NotDue
            {
                sifted
                    .out
                    .push(self.left_out(account, WhyOut::NotDue { due_on }));
            }
            return;
        }
        if let Some(why) = self.kept_out(account, must, today) {
            sifted.out.push(self.left_out(account, why));
            return;
        }
        let Some(snap) = self.ground.snap_account(account, self.settings) else {
            sifted
                .out
                .push(self.left_out(account, self.nowhere(account)));
            return;
        };
        let kind = if must {
            StopKind::Must
        } else {
            StopKind::Suggested
        };
        let candidate = self.candidate(account, kind, snap, reader);
        if let Some(text) = &candidate.hours.unreadable {
            sifted.warnings.push(format!(
                "the opening hours of {} cannot be read ({text}); taken as open",
                account.name
            ));
        }
        if candidate.starts.is_empty() {
            let why = WhyOut::Closed {
                hours_today: spans(&candidate.hours),
                visit_min: candidate.visit_min,
            };
            sifted.out.push(self.left_out(account, why));
            return;
        }
        sifted.candidates.push(candidate);
    }

    /// Reasons that hold whatever the tour looks like.
    fn kept_out(&self, account: &Account, must: bool, today: &[&Visit]) -> Option<WhyOut> {
        let date = self.standings.date;
        if let Some(block) = account.blocked_on(date) {
            return Some(WhyOut::Blocked {
                until: block.to,
                reason: block.reason.clone(),
            });
        }
        let missing: Vec<String> = account
            .skills
            .iter()
            .filter(|skill| !self.rep.skills.contains(skill))
            .cloned()
            .collect();
        if !missing.is_empty() {
            return Some(WhyOut::Skill { missing });
        }
        if must {
            return None;
        }
        if let Some(tried) = today.iter().rev().find(|v| v.account == account.id)
            && let Some(what) = tried_today(tried.status)
        {
            return Some(WhyOut::Blocked {
                until: date,
                reason: Some(what.to_owned()),
            });
        }
        if let Some(until) = self.refused_until(account) {
            return Some(WhyOut::Blocked {
                until,
                reason: Some("refused".to_owned()),
            });
        }
        let promises = self.promises.get(&account.id)?;
        let (date, rep) = self.standings.kept_by(account, promises)?;
        Some(WhyOut::InOtherPlan {
            date: *date,
            rep: rep.clone(),
            rep_name: self.name_of(rep),
        })
    }

    /// What people call a rep; the id of one who is no longer in the book.
    fn name_of(&self, rep: &RepId) -> String {
        let known = self.book.reps.iter().find(|r| r.id == *rep);
        known.map_or_else(|| rep.0.clone(), |r| r.name.clone())
    }

    /// The last day of the pause after a refusal: one minimum gap.
    fn refused_until(&self, account: &Account) -> Option<NaiveDate> {
        let gap = self.standings.min_gap_d(account);
        let date = self.standings.date;
        self.book
            .visits
            .iter()
            .filter(|v| v.account == account.id && v.status == VisitStatus::Refused)
            .filter(|v| v.date <= date && (date - v.date).num_days() < gap)
            .map(|v| v.date + chrono::TimeDelta::days(gap - 1))
            .max()
    }

    /// Due within the planning horizon.
    fn is_near(&self, due_on: NaiveDate) -> bool {
        (due_on - self.standings.date).num_days() < i64::from(self.settings.horizon_days)
    }

    fn candidate(
        &self,
        account: &'a Account,
        kind: StopKind,
        snap: Snap,
        reader: &HoursReader,
    ) -> Candidate<'a> {
        let date = self.standings.date;
        let at = account.location.map(|l| l.at);
        let hours = reader.read(account.opening_hours.as_deref(), at).on(date);
        let visit_min = self.minutes(account);
        let starts = starts(
            &hours,
            visit_min,
            account.start_inside_is_enough,
            self.clock,
        );
        Candidate {
            account,
            kind,
            due: self.standings.due(account),
            snap,
            hours,
            visit: VisitId(format!("{date}-{}-{}", self.rep.id, account.id)),
            visit_min,
            starts,
            agreed: None,
            promised: false,
            outcome: None,
            pinned: false,
            kept: None,
        }
    }

    fn minutes(&self, account: &Account) -> u32 {
        account.visit_min.unwrap_or(self.settings.visit_min)
    }

    fn nowhere(&self, account: &Account) -> WhyOut {
        match account.location {
            None => WhyOut::Unlocated { quality: None },
            Some(l) if l.quality == LocationQuality::Place => WhyOut::Unlocated {
                quality: Some("place".to_owned()),
            },
            Some(_) => WhyOut::OffNetwork {
                limit_m: self.settings.snap_limit_m,
            },
        }
    }

    /// That the account's cadence does not ask for a visit yet, if so.
    pub(super) fn not_due(&self, account: &Account) -> Option<WhyOut> {
        let due = self.standings.due(account);
        let due_on = due.due_from.filter(|_| due.status == DueStatus::NotDue)?;
        Some(WhyOut::NotDue { due_on })
    }

    /// `account` as left out for `why`.
    #[must_use]
    pub fn left_out(&self, account: &Account, why: WhyOut) -> LeftOut {
        let due = self.standings.due(account);
        LeftOut {
            account: account.id.clone(),
            name: account.name.clone(),
            class: account.class.clone(),
            at: account.location.map(|l| l.at),
            why,
            urgency: due.interval_d.map(|_| due.urgency),
            prize_s: due.prize_s,
        }
    }
}

/// What keeps an account from being suggested again on the day it was tried.
const fn tried_today(status: VisitStatus) -> Option<&'static str> {
    match status {
        VisitStatus::Missed => Some("missed today"),
        VisitStatus::Phone => Some("phoned today"),
        VisitStatus::Refused => Some("refused today"),
        VisitStatus::Cancelled => Some("cancelled today"),
        VisitStatus::Planned | VisitStatus::Agreed | VisitStatus::Done => None,
    }
}

impl Candidate<'_> {
    /// It is to be made whatever it costs: agreed, asked for or pinned.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.pinned || self.kind != StopKind::Suggested
    }

    /// Holds the start of the visit between two instants, as far as its hours allow that at all.
    pub fn hold(&mut self, first: i64, last: i64) {
        self.pinned = true;
        if self.starts.is_empty() {
            self.starts = vec![(first, last)];
            return;
        }
        let within: Vec<(i64, i64)> = self
            .starts
            .iter()
            .map(|&(open, close)| (open.max(first), close.min(last)))
            .filter(|(open, close)| open <= close)
            .collect();
        if !within.is_empty() {
            self.starts = within;
        }
    }
}

/// Hours of a date as text spans.
#[must_use]
pub fn spans(hours: &Hours) -> Vec<[String; 2]> {
    hours.windows.iter().map(|w| w.to_text()).collect()
}

/// When a visit may start: each open span less the visit's length, unless its start inside is enough.
pub(super) fn starts(
    hours: &Hours,
    visit_min: u32,
    start_is_enough: bool,
    clock: DayClock,
) -> Vec<(i64, i64)> {
    let needs = if start_is_enough {
        0
    } else {
        i64::from(visit_min) * 60_000
    };
    hours
        .windows
        .iter()
        .map(|w| {
            let (open, close) = (
                clock.millis_at_minute(w.start_min),
                clock.millis_at_minute(w.end_min),
            );
            // A start at the very minute of closing is no start inside.
            let last = if start_is_enough {
                close - 60_000
            } else {
                close
            };
            (open, last - needs)
        })
        .filter(|(first, last)| first <= last)
        .collect()
}
