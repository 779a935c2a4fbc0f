//! Why is an account in a day, or out of it, and what would let it in? [`Planner::explain`].

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};

use super::Planner;
use super::candidates::Candidate;
use super::edit::Edit;
use super::error::{PlanError, Result};
use super::plan::{Hours, Stop, WhyOut};
use super::problem::{day_problem, travel};
use super::search::Found;
use super::slots::{Slot, SlotsRequest};
use super::table::{Asks, Kept, Seen, Table};
use super::why_out::why_out;
use crate::accounts::{AccountId, RepId};
use crate::store::Slice;
use crate::tours::changes::{Change, apply, smallest_changes};
use crate::tours::schedule::schedule;
use crate::tours::{Blocked, Problem, Solution};

/// Why an account is in a kept day or out of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Whom.
    pub account: AccountId,
    /// The account's name.
    pub name: String,
    /// The run of the day's plan.
    pub run_id: String,
    /// The stop, when it is in: with what it costs (`detour_s`) and earns (`prize_s`).
    pub stop: Option<Box<Stop>>,
    /// When it is out: what keeps it out of the day and of the rep's next planned days.
    pub days: Vec<DayReason>,
    /// The cheapest slot on one of the days after, when there is one.
    pub next: Option<Slot>,
}

/// What keeps an account out of one rep-day.
#[derive(Clone, Debug, PartialEq)]
pub struct DayReason {
    /// Whose day.
    pub rep: RepId,
    /// Which local day.
    pub date: NaiveDate,
    /// The first rule in the way.
    pub why: WhyOut,
    /// The smallest changes that let it in, each proven: with it the visit fits, with a minute (a second of worth) less it
    /// does not.
    pub changes: Vec<Remedy>,
}

/// A change that lets a visit in, and how to make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// What to change.
    pub what: What,
    /// The edits that make use of it.
    pub edits: Vec<Edit>,
    /// The working hours it needs.
    pub hours: Hours,
}

/// Kinds of [`Remedy`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Nothing: asking for the visit is enough.
    AskFor,
    /// Leave earlier.
    StartEarlier {
        /// Then.
        start: NaiveTime,
        /// By so many minutes.
        by_min: i64,
    },
    /// Come home later.
    EndLater {
        /// Then.
        end: NaiveTime,
        /// By so many minutes.
        by_min: i64,
    },
    /// The account stays open longer.
    OpenLonger {
        /// So that the visit may start by then.
        until: NaiveTime,
        /// By so many minutes.
        by_min: i64,
    },
    /// Another visit, of lower worth, makes room.
    InsteadOf {
        /// Which.
        account: AccountId,
        /// Its name.
        name: String,
    },
    /// The visit is worth more.
    WorthMore {
        /// What it is worth, in seconds of travel.
        from_s: i64,
        /// What it would have to be worth.
        to_s: i64,
    },
}

impl What {
    /// The code that stands in JSON.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AskFor => "ask_for",
            Self::StartEarlier { .. } => "start_earlier",
            Self::EndLater { .. } => "end_later",
            Self::OpenLonger { .. } => "open_longer",
            Self::InsteadOf { .. } => "instead_of",
            Self::WorthMore { .. } => "worth_more",
        }
    }

    /// One line for people.
    #[must_use]
    pub fn text(&self) -> String {
        let at = |time: &NaiveTime| time.format("%H:%M");
        match self {
            Self::AskFor => "put it in anyway".to_owned(),
            Self::StartEarlier { start, by_min } => {
                format!("start {by_min} min earlier, at {}", at(start))
            }
            Self::EndLater { end, by_min } => format!("end {by_min} min later, at {}", at(end)),
            Self::OpenLonger { until, by_min } => {
                format!("be received until {}, {by_min} min longer", at(until))
            }
            Self::InsteadOf { name, .. } => format!("drop {name}"),
            Self::WorthMore { from_s, to_s } => format!(
                "count it worth {} min of driving, not {}",
                (to_s + 59) / 60,
                from_s / 60
            ),
        }
    }
}

impl Planner {
    /// Why an account is in a kept day, or out of it and of the rep's planned days in the horizon after it, and what would
    /// let it in.
    ///
    /// # Errors
    /// Unknown rep or account, no plan kept, a failing store.
    pub fn explain(
        &self,
        rep: &RepId,
        date: NaiveDate,
        account: &AccountId,
    ) -> Result<Explanation> {
        let known = self.store.account(account)?;
        let name = known
            .ok_or_else(|| PlanError::UnknownAccount(account.clone()))?
            .name;
        let kept = self.kept(rep, date)?;
        let stop = kept.plan.stops.iter().find(|s| s.account == *account);
        let mut explanation = Explanation {
            account: account.clone(),
            name,
            run_id: kept.plan.run_id.clone(),
            stop: stop.cloned().map(Box::new),
            days: Vec::new(),
            next: None,
        };
        if explanation.stop.is_some() {
            return Ok(explanation);
        }
        explanation.days.push(self.day_reason(&kept, account)?);
        let last = date + TimeDelta::days(i64::from(self.settings.horizon_days));
        let after = Slice {
            rep: Some(rep.clone()),
            from: Some(date + TimeDelta::days(1)),
            to: Some(last),
            account: None,
        };
        for plan in self.store.plans(&after)? {
            let other = self.kept(rep, plan.date)?;
            if other.plan.stops.iter().all(|s| s.account != *account) {
                explanation.days.push(self.day_reason(&other, account)?);
            }
        }
        let slots = self.slots(&SlotsRequest {
            account: account.clone(),
            from: date + TimeDelta::days(1),
            to: last,
            rep: Some(rep.clone()),
            not_before: None,
        })?;
        explanation.next = slots.into_iter().next();
        Ok(explanation)
    }

    fn day_reason(&self, kept: &Kept, account: &AccountId) -> Result<DayReason> {
        let asks = Asks {
            insert: [account.clone()].into(),
            ..Asks::default()
        };
        let seen = Seen::new(self, kept, &asks);
        let table = Table::new(self, kept, &seen, &asks)?;
        let said = kept.plan.left_out.iter().find(|o| o.account == *account);
        let reason = |why, changes| DayReason {
            rep: kept.rep.id.clone(),
            date: kept.plan.date,
            why,
            changes,
        };
        let number = table
            .candidates
            .iter()
            .position(|c| c.account.id == *account);
        let Some(number) = number else {
            let mut out = table.sifted.out.iter();
            let out = out.find(|out| out.account == *account).or(said);
            let why = out.map_or(WhyOut::Unlocated { quality: None }, |out| out.why.clone());
            return Ok(reason(why, Vec::new()));
        };
        let Some(trial) = Trial::new(self, kept, &table, number) else {
            let why = said.map_or(
                WhyOut::OutOfReach {
                    round_trip_min: None,
                },
                |o| o.why.clone(),
            );
            return Ok(reason(why, Vec::new()));
        };
        let blocked = trial.found.blocked(trial.visit);
        let sieve = seen.sieve(self);
        let tour_says = why_out(
            trial.candidate(),
            &blocked,
            &sieve,
            &table.frame,
            &trial.found,
        );
        // What the book says comes first: not due, planned elsewhere, taken out by hand.
        let book_says = said.map(|out| &out.why).filter(|why| {
            matches!(
                why,
                WhyOut::NotDue { .. } | WhyOut::InOtherPlan { .. } | WhyOut::Removed
            )
        });
        let not_due = || sieve.not_due(trial.candidate().account);
        let why = book_says.cloned().or_else(not_due);
        let changes = trial.remedies(&blocked, why.is_some());
        Ok(reason(why.unwrap_or(tour_says), changes))
    }
}

/// A visit tried on the tour of a kept day.
struct Trial<'c, 'a> {
    kept: &'c Kept,
    table: &'c Table<'a>,
    found: Found<'c, 'a>,
    visit: usize,
}

impl<'c, 'a> Trial<'c, 'a> {
    /// `None` when the plan breaks rules as it stands: then nothing can be proven on it.
    fn new(planner: &Planner, kept: &'c Kept, table: &'c Table<'a>, number: usize) -> Option<Self> {
        let visit = table.order.len();
        let numbers = table.order.iter().chain([&number]);
        let candidates: Vec<&Candidate> = numbers.map(|&n| &table.candidates[n]).collect();
        let matrix = travel(&planner.ground, &table.frame, &candidates);
        let mut problem = day_problem(&table.frame, &candidates, 0, &matrix);
        problem.visits[visit].required = false;
        let order: Vec<usize> = (0..visit).collect();
        let tours = if visit == 0 {
            Vec::new()
        } else {
            vec![schedule(&problem, 0, &order)?]
        };
        Some(Self {
            kept,
            table,
            visit,
            found: Found {
                candidates,
                problem,
                solution: Solution {
                    tours,
                    left_out: vec![visit],
                    ..Solution::default()
                },
            },
        })
    }

    fn candidate(&self) -> &'c Candidate<'a> {
        self.found.candidates[self.visit]
    }

    /// What would let the visit in. Someone `kept_out` by the book can be asked for where the tour has room; where no change
    /// would make the visit pay, the changes are those that let it in as one asked for.
    fn remedies(&self, blocked: &Blocked, kept_out: bool) -> Vec<Remedy> {
        if let Blocked::Fits { .. } = blocked {
            return vec![self.remedy(What::AskFor, Hours::default(), None)];
        }
        if kept_out && let Blocked::NotWorthIt { .. } = blocked {
            return vec![self.remedy(What::AskFor, Hours::default(), None)];
        }
        let mut asked = self.found.problem.clone();
        asked.visits[self.visit].required = true;
        for problem in [&self.found.problem, &asked] {
            let changes = smallest_changes(problem, &self.found.solution, self.visit, 0);
            let remedies: Vec<Remedy> = changes
                .into_iter()
                .filter_map(|change| self.proven(problem, change))
                .collect();
            if !remedies.is_empty() {
                return remedies;
            }
        }
        Vec::new()
    }

    /// A change in whole minutes, when it is enough and a minute less is not.
    fn proven(&self, problem: &Problem, change: Change) -> Option<Remedy> {
        let up = |by: i64| (by + 59_999).div_euclid(60_000);
        let frame = &self.table.frame;
        let local = |millis: i64| {
            let time = frame.clock.instant(millis).time();
            time.with_second(0).unwrap_or(time)
        };
        let usual = Hours::default();
        match change {
            Change::StartEarlier { by } => {
                let by_min = up(by);
                let change = |min: i64| Change::StartEarlier { by: min * 60_000 };
                let start = local(frame.shift.0 - by_min * 60_000);
                // Nobody leaves yesterday, or before now.
                let can = frame.shift.0 - by_min * 60_000 >= 0 && frame.origin.is_none();
                let hours = Hours {
                    start: Some(start),
                    end: None,
                };
                (can && self.least(problem, change, by_min))
                    .then(|| self.remedy(What::StartEarlier { start, by_min }, hours, None))
            }
            Change::EndLater { by } => {
                let by_min = up(by);
                let change = |min: i64| Change::EndLater { by: min * 60_000 };
                let end = local(frame.shift.1 + by_min * 60_000);
                let hours = Hours {
                    start: None,
                    end: Some(end),
                };
                let today = end > frame.rep.shift_start;
                (today && self.least(problem, change, by_min))
                    .then(|| self.remedy(What::EndLater { end, by_min }, hours, None))
            }
            Change::OpenLonger { by } => {
                let by_min = up(by);
                let change = |min: i64| Change::OpenLonger { by: min * 60_000 };
                let last = self
                    .candidate()
                    .starts
                    .iter()
                    .map(|(_, last)| *last)
                    .max()?;
                let until = local(last + by_min * 60_000);
                self.least(problem, change, by_min)
                    .then(|| self.remedy(What::OpenLonger { until, by_min }, usual, None))
            }
            Change::WorthMore { prize } => {
                let from_s = problem.visits[self.visit].prize / 1_000;
                let to_s = (prize + 999).div_euclid(1_000);
                let change = |s: i64| Change::WorthMore { prize: s * 1_000 };
                self.least(problem, change, to_s)
                    .then(|| self.remedy(What::WorthMore { from_s, to_s }, usual, None))
            }
            Change::InsteadOf { visit } => {
                let other = self.found.candidates[visit].account;
                let what = What::InsteadOf {
                    account: other.id.clone(),
                    name: other.name.clone(),
                };
                Some(self.remedy(what, usual, Some(&other.id)))
            }
        }
    }

    /// With so many steps the visit fits, with one less it does not.
    fn least(&self, problem: &Problem, change: impl Fn(i64) -> Change, steps: i64) -> bool {
        let fits = |steps: i64| {
            let changed = Found {
                candidates: self.found.candidates.clone(),
                problem: apply(problem, self.visit, 0, change(steps)),
                solution: self.found.solution.clone(),
            };
            matches!(changed.blocked(self.visit), Blocked::Fits { .. })
        };
        fits(steps) && !fits(steps - 1)
    }

    fn remedy(&self, what: What, hours: Hours, instead_of: Option<&AccountId>) -> Remedy {
        let mut edits: Vec<Edit> = instead_of
            .map(|account| Edit::Remove {
                account: account.clone(),
            })
            .into_iter()
            .collect();
        edits.push(Edit::Insert {
            account: self.candidate().account.id.clone(),
            to: None,
        });
        Remedy {
            what,
            edits,
            hours: Hours {
                start: hours.start.or(self.kept.plan.hours.start),
                end: hours.end.or(self.kept.plan.hours.end),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remedies_read_as_sentences() {
        let what = What::StartEarlier {
            start: NaiveTime::from_hms_opt(7, 35, 0).expect("a time"),
            by_min: 25,
        };
        assert_eq!(what.text(), "start 25 min earlier, at 07:35");
        let what = What::WorthMore {
            from_s: 900,
            to_s: 1_140,
        };
        assert_eq!(what.text(), "count it worth 19 min of driving, not 15");
    }
}
