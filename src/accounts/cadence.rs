//! When is an account due, how urgent is it, and what is a visit worth?
//!
//! Start at [`CadenceRules::due`]. Terms, for account a on day d: the interval `I` (days between visits), the last done
//! visit `L`, urgency `u = (d - L) / I`, where days in a block of the account do not count. An account that was never
//! visited has `L = activation - I`: it is due on the day it becomes active. See [`DueStatus`] for what follows from u.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::days::{after, counted};
use super::model::{Account, AccountId, Visit, VisitStatus};

/// Largest prize, seconds: far above any day's travel, and safe to sum.
const LARGEST_PRIZE_S: f64 = 1e9;

/// The rules that turn a visit history into urgency. All are settings; [`CadenceRules::default`] is the trade's habit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CadenceRules {
    /// Days between visits by class; 0 = no cadence.
    pub interval_by_class: BTreeMap<String, u32>,
    /// For accounts whose class is unknown or not in the list; 0 = no cadence.
    pub default_interval: u32,
    /// Urgency from which an account is due (delta).
    pub due_threshold: f64,
    /// Exponent of the urgency above the threshold (beta).
    pub urgency_exponent: f64,
    /// Weight in the score by class.
    pub weight_by_class: BTreeMap<String, f64>,
    /// Weight of other classes and none.
    pub default_weight: f64,
    /// Critical when the last visit is more than this many intervals ago (maximum gap).
    pub max_gap_intervals: f64,
    /// Two visits are at least this share of the interval apart (minimum gap).
    pub min_gap_share: f64,
    /// Whether a call by phone counts as a visit.
    pub phone_resets: bool,
    /// Seconds of travel that one point of score is worth.
    pub prize_s_per_point: f64,
    /// An overdue account is worth at least this many seconds of travel.
    pub overdue_prize_s: i64,
}

impl Default for CadenceRules {
    fn default() -> Self {
        let by_class = |list: [(&str, u32); 3]| list.map(|(k, v)| (k.to_owned(), v)).into();
        let weights = |list: [(&str, f64); 3]| list.map(|(k, v)| (k.to_owned(), v)).into();
        Self {
            interval_by_class: by_class([("A", 14), ("B", 28), ("C", 56)]),
            default_interval: 28,
            due_threshold: 0.7,
            urgency_exponent: 1.0,
            weight_by_class: weights([("A", 2.0), ("B", 1.0), ("C", 0.5)]),
            default_weight: 0.5,
            max_gap_intervals: 2.0,
            min_gap_share: 0.5,
            phone_resets: false,
            prize_s_per_point: 1_800.0,
            overdue_prize_s: 600,
        }
    }
}

/// Status of an account on a day.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum DueStatus {
    /// Interval 0 by account, class or default, or not active.
    #[default]
    NoCadence,
    /// u below the threshold, or not active yet.
    NotDue,
    /// From the threshold up to u = 1.
    Due,
    /// u above 1.
    Overdue,
    /// Longer ago than the maximum gap.
    Critical,
}

impl DueStatus {
    /// Whether a visit is wanted: due, overdue or critical.
    #[must_use]
    pub const fn wants_visit(self) -> bool {
        matches!(self, Self::Due | Self::Overdue | Self::Critical)
    }

    /// Name in JSON and on the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoCadence => "no_cadence",
            Self::NotDue => "not_due",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::Critical => "critical",
        }
    }
}

/// Where an account stands on a day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Due {
    /// Status.
    pub status: DueStatus,
    /// Days between visits; `None` = no cadence.
    pub interval_d: Option<u32>,
    /// Last done visit up to that day, from the log or the account list.
    pub last_done: Option<NaiveDate>,
    /// u; 0 without a cadence.
    pub urgency: f64,
    /// Days past the interval.
    pub overdue_days: i64,
    /// First day with u at the threshold: from here a visit is wanted.
    pub due_from: Option<NaiveDate>,
    /// First day with u = 1: by then the visit should be done.
    pub next_due: Option<NaiveDate>,
    /// Score P.
    pub score: f64,
    /// What a visit is worth, in seconds of travel.
    pub prize_s: i64,
}

impl CadenceRules {
    /// Days between visits of an account: its own, else its class's, else the default. `None` = no cadence.
    #[must_use]
    pub fn interval(&self, account: &Account) -> Option<u32> {
        let of_class = || {
            account
                .class
                .as_ref()
                .and_then(|class| self.interval_by_class.get(class).copied())
        };
        Some(
            account
                .cadence_days
                .or_else(of_class)
                .unwrap_or(self.default_interval),
        )
        .filter(|days| *days > 0)
    }

    /// Days that must lie between two visits at this interval.
    #[must_use]
    pub fn min_gap_d(&self, interval_d: u32) -> u32 {
        (f64::from(interval_d) * self.min_gap_share - 1e-9)
            .ceil()
            .max(0.0) as u32
    }

    /// Whether a visit with this outcome starts the interval anew. Missed, refused and cancelled ones never do.
    #[must_use]
    pub fn resets(&self, status: VisitStatus) -> bool {
        status == VisitStatus::Done || (status == VisitStatus::Phone && self.phone_resets)
    }

    /// The last visit of each account up to `date` that counts.
    #[must_use]
    pub fn last_done<'a>(
        &self,
        visits: &'a [Visit],
        date: NaiveDate,
    ) -> BTreeMap<&'a AccountId, NaiveDate> {
        let mut last = BTreeMap::new();
        for visit in visits {
            if visit.date <= date && self.resets(visit.status) {
                let day = last.entry(&visit.account).or_insert(visit.date);
                *day = visit.date.max(*day);
            }
        }
        last
    }

    /// Where `account` stands on `date`. `logged` is its last visit in the log ([`Self::last_done`]); the later of it
    /// and the account list's date counts. `mean_value` is [`mean_value`] of the book.
    #[must_use]
    pub fn due(
        &self,
        account: &Account,
        logged: Option<NaiveDate>,
        mean_value: f64,
        date: NaiveDate,
    ) -> Due {
        let last_done = logged.max(account.last_visit.filter(|d| *d <= date));
        let Some(interval) = self.interval(account).filter(|_| account.active) else {
            return Due {
                last_done,
                ..Due::default()
            };
        };
        let due_after = (f64::from(interval) * self.due_threshold - 1e-9)
            .ceil()
            .max(0.0) as u32;
        let (elapsed, due_from, next_due) = match (last_done, account.active_from) {
            (Some(last), _) => (
                counted(last, date, &account.blocks),
                after(last, due_after, &account.blocks),
                after(last, interval, &account.blocks),
            ),
            (None, Some(start)) => (
                i64::from(interval) + counted(start, date, &account.blocks),
                Some(start),
                Some(start),
            ),
            (None, None) => (i64::from(interval), Some(date), Some(date)),
        };
        let urgency = elapsed as f64 / f64::from(interval);
        let waiting = last_done.is_none() && account.active_from.is_some_and(|start| start > date);
        let status = if waiting || elapsed < i64::from(due_after) {
            DueStatus::NotDue
        } else if urgency > self.max_gap_intervals {
            DueStatus::Critical
        } else if elapsed > i64::from(interval) {
            DueStatus::Overdue
        } else {
            DueStatus::Due
        };
        let score = if waiting {
            0.0
        } else {
            self.score(account, mean_value, urgency)
        };
        Due {
            status,
            interval_d: Some(interval),
            last_done,
            urgency,
            overdue_days: (elapsed - i64::from(interval)).max(0),
            due_from,
            next_due,
            score,
            prize_s: self.prize_s(score, urgency),
        }
    }

    /// `P = c v' max(0, u - delta)^beta`.
    fn score(&self, account: &Account, mean_value: f64, urgency: f64) -> f64 {
        let above = urgency - self.due_threshold;
        if above <= 0.0 {
            return 0.0;
        }
        let weight = account
            .class
            .as_ref()
            .and_then(|class| self.weight_by_class.get(class).copied())
            .unwrap_or(self.default_weight);
        let value = if mean_value > 0.0 {
            account.value.max(0.0) / mean_value
        } else {
            1.0
        };
        weight * value * above.powf(self.urgency_exponent)
    }

    fn prize_s(&self, score: f64, urgency: f64) -> i64 {
        let prize = (self.prize_s_per_point * score)
            .clamp(0.0, LARGEST_PRIZE_S)
            .round() as i64;
        if urgency > 1.0 {
            prize.max(self.overdue_prize_s)
        } else {
            prize
        }
    }
}

/// Mean value over the active accounts, for normalising; 0 when there are none or all are worth nothing (then every
/// account counts as average).
#[must_use]
pub fn mean_value(accounts: &[Account]) -> f64 {
    let (sum, n) = accounts
        .iter()
        .filter(|a| a.active)
        .fold((0.0, 0_u32), |(sum, n), a| (sum + a.value.max(0.0), n + 1));
    if n == 0 { 0.0 } else { sum / f64::from(n) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Block;
    use chrono::Days;
    use proptest::prelude::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n)
    }

    fn account(interval: u32) -> Account {
        Account {
            id: "a".into(),
            cadence_days: Some(interval),
            value: 10.0,
            ..Account::default()
        }
    }

    fn due_after(account: &Account, days: u64) -> Due {
        CadenceRules::default().due(account, Some(day(0)), 10.0, day(days))
    }

    #[test]
    fn the_interval_is_the_accounts_then_the_classes_then_the_default() {
        let rules = CadenceRules::default();
        let mut a = account(9);
        a.class = Some("A".to_owned());
        assert_eq!(rules.interval(&a), Some(9));
        a.cadence_days = None;
        assert_eq!(rules.interval(&a), Some(14));
        a.class = Some("Q".to_owned());
        assert_eq!(rules.interval(&a), Some(28));
        a.cadence_days = Some(0);
        assert_eq!(rules.interval(&a), None);
        assert_eq!(due_after(&a, 500).status, DueStatus::NoCadence);
    }

    #[test]
    fn statuses_change_at_their_borders() {
        // Interval 10: due from 7 (0.7), last day in time is 10, critical after 20.
        let a = account(10);
        for (days, status, overdue) in [
            (6, DueStatus::NotDue, 0),
            (7, DueStatus::Due, 0),
            (10, DueStatus::Due, 0),
            (11, DueStatus::Overdue, 1),
            (20, DueStatus::Overdue, 10),
            (21, DueStatus::Critical, 11),
        ] {
            let due = due_after(&a, days);
            assert_eq!((due.status, due.overdue_days), (status, overdue), "{days}");
            assert_eq!((due.due_from, due.next_due), (Some(day(7)), Some(day(10))));
        }
    }

    #[test]
    fn the_score_by_hand() {
        // A weighs 2, value 20 of mean 10 is 2, u = 12/10: P = 2 x 2 x (1.2 - 0.7) = 2, 3600 s.
        let mut a = account(10);
        a.class = Some("A".to_owned());
        a.value = 20.0;
        let due = due_after(&a, 12);
        assert!((due.score - 2.0).abs() < 1e-12);
        assert_eq!(due.prize_s, 3_600);
        a.value = 0.0;
        assert_eq!(due_after(&a, 12).prize_s, 600, "overdue has a floor");
        assert_eq!(due_after(&a, 10).prize_s, 0, "due has none");
    }

    #[test]
    fn never_visited_is_due_when_active_and_grows_from_there() {
        let rules = CadenceRules::default();
        let mut a = account(10);
        assert_eq!(rules.due(&a, None, 10.0, day(5)).status, DueStatus::Due);
        a.active_from = Some(day(5));
        let before = rules.due(&a, None, 10.0, day(4));
        assert_eq!(
            (before.status, before.prize_s, before.next_due),
            (DueStatus::NotDue, 0, Some(day(5)))
        );
        assert_eq!(rules.due(&a, None, 10.0, day(5)).status, DueStatus::Due);
        let later = rules.due(&a, None, 10.0, day(8));
        assert_eq!((later.status, later.overdue_days), (DueStatus::Overdue, 3));
        a.active = false;
        assert_eq!(
            rules.due(&a, None, 10.0, day(9)).status,
            DueStatus::NoCadence
        );
    }

    #[test]
    fn blocked_days_do_not_count() {
        let mut a = account(10);
        a.blocks = vec![Block {
            from: day(3),
            to: day(6),
            reason: None,
        }];
        let due = due_after(&a, 14);
        assert_eq!((due.status, due.overdue_days), (DueStatus::Due, 0));
        assert_eq!(due.next_due, Some(day(14)));
        assert_eq!(due_after(&a, 15).overdue_days, 1);
    }

    #[test]
    fn only_done_and_allowed_phone_reset() {
        let visit = |n, status| Visit {
            id: "v".into(),
            account: "a".into(),
            rep: "r".into(),
            date: day(n),
            start: None,
            end: None,
            status,
            purpose: None,
            outcome: None,
            note: None,
            source: String::new(),
            recorded_at: None,
        };
        let log = [
            visit(9, VisitStatus::Done),
            visit(2, VisitStatus::Done),
            visit(3, VisitStatus::Phone),
            visit(4, VisitStatus::Missed),
            visit(5, VisitStatus::Refused),
        ];
        let mut rules = CadenceRules::default();
        let id = AccountId::from("a");
        assert_eq!(rules.last_done(&log, day(8)).get(&id), Some(&day(2)));
        assert_eq!(rules.last_done(&log, day(9)).get(&id), Some(&day(9)));
        assert_eq!(rules.last_done(&log, day(1)).get(&id), None);
        rules.phone_resets = true;
        assert_eq!(rules.last_done(&log, day(8)).get(&id), Some(&day(3)));
    }

    #[test]
    fn the_later_of_log_and_list_counts_but_never_the_future() {
        let mut a = account(10);
        a.last_visit = Some(day(5));
        assert_eq!(due_after(&a, 8).last_done, Some(day(5)));
        assert_eq!(due_after(&a, 4).last_done, Some(day(0)));
    }

    #[test]
    fn the_minimum_gap_is_half_the_interval_rounded_up() {
        let rules = CadenceRules::default();
        assert_eq!([14, 15, 1].map(|i| rules.min_gap_d(i)), [7, 8, 1]);
    }

    proptest! {
        #[test]
        fn nothing_is_worth_a_visit_below_the_threshold(interval in 1_u32..200, days in 0_u64..400) {
            let due = due_after(&account(interval), days);
            prop_assert_eq!(due.score > 0.0, due.urgency > 0.7);
            prop_assert_eq!(due.prize_s == 0, due.urgency <= 0.7 || due.score * 1800.0 < 0.5);
            prop_assert_eq!(due.status.wants_visit(), due.urgency >= 0.7);
            prop_assert_eq!(due.overdue_days > 0, due.urgency > 1.0);
        }

        #[test]
        fn the_prize_never_falls_with_days_or_value(
            interval in 1_u32..200, days in 0_u64..400, more in 0_u64..50, value in 0.0_f64..1e6, gain in 0.0_f64..1e6,
        ) {
            let mut a = account(interval);
            a.value = value;
            let first = due_after(&a, days);
            let later = due_after(&a, days + more);
            prop_assert!(later.prize_s >= first.prize_s && later.score >= first.score);
            prop_assert!(later.status >= first.status && later.urgency >= first.urgency);
            a.value += gain;
            prop_assert!(due_after(&a, days).prize_s >= first.prize_s);
        }

        #[test]
        fn equal_shares_of_the_interval_are_equally_urgent(days in 0_u64..100) {
            let (short, long) = (due_after(&account(30), days), due_after(&account(60), 2 * days));
            prop_assert!((short.urgency - long.urgency).abs() < 1e-12);
            prop_assert_eq!(short.prize_s, long.prize_s);
        }

        #[test]
        fn the_days_named_are_the_first_of_their_kind(
            interval in 1_u32..60, days in 0_u64..200, from in 0_u64..100, length in 0_u64..30,
        ) {
            let mut a = account(interval);
            a.blocks = vec![Block { from: day(from), to: day(from + length), reason: None }];
            let due = due_after(&a, days);
            let reached = |d: NaiveDate, u: f64| {
                let n = (d - day(0)).num_days().unsigned_abs();
                due_after(&a, n).urgency >= u && (n == 0 || due_after(&a, n - 1).urgency < u)
            };
            prop_assert!(reached(due.due_from.unwrap(), 0.7 - 1e-9));
            prop_assert!(reached(due.next_due.unwrap(), 1.0));
        }
    }
}
