//! Is the promised cadence kept, and who can be reached? [`metrics()`] gives every number as a fraction with its formula.
//!
//! Frequency coverage is capped per account, so that visits too many to one never hide visits too few to another; those
//! too many are shown as over-service.

use super::facts::{Drive, Facts};
use super::model::{Metric, Scope};
use crate::units::Millis;

/// The window and the limit that the metrics refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Length of the window in days.
    pub window_days: u32,
    /// Reach limit.
    pub reach: Millis,
}

/// All metrics over `accounts`, in a fixed order.
#[must_use]
pub fn metrics(accounts: &[&Facts], frame: Frame, scope: &Scope) -> Vec<Metric> {
    let fraction = |name: &str, (numerator, denominator): (f64, f64), formula: String| Metric {
        name: name.to_owned(),
        scope: scope.clone(),
        value: (denominator > 0.0).then(|| numerator / denominator),
        numerator,
        denominator,
        formula,
    };
    let days = frame.window_days;
    let minutes = frame.reach.as_minutes_f64();
    let once = |_: &Facts| 1.0;
    let by_value = |a: &Facts| a.value;
    vec![
        fraction(
            "frequency_coverage",
            frequency(accounts, days, once),
            format!(
                "sum min(done, required) / sum required; required = active days of {days} / interval; intervals up to {days} days"
            ),
        ),
        fraction(
            "frequency_coverage_value",
            frequency(accounts, days, by_value),
            "sum value * min(done, required) / sum value * required".into(),
        ),
        fraction(
            "over_service",
            over_service(accounts, days),
            "sum max(0, done - required rounded up) / sum done".into(),
        ),
        fraction(
            "account_reach",
            share(accounts, once, |a| a.done >= 1),
            format!("accounts with a visit done in {days} days / accounts"),
        ),
        fraction(
            "account_reach_value",
            share(accounts, by_value, |a| a.done >= 1),
            format!("value of accounts with a visit done in {days} days / value"),
        ),
        fraction(
            "on_cadence_time",
            on_cadence(accounts, days),
            format!("1 - overdue days / (accounts with a cadence * {days} days)"),
        ),
        fraction(
            "reach_coverage",
            share(accounts, by_value, |a| a.drive.within(frame.reach)),
            format!(
                "value of accounts within {minutes} min of their rep's home, longer direction / value"
            ),
        ),
        fraction(
            "reach_coverage_accounts",
            share(accounts, once, |a| a.drive.within(frame.reach)),
            format!(
                "accounts within {minutes} min of their rep's home, longer direction / accounts"
            ),
        ),
        fraction(
            "unreachable",
            share(accounts, once, |a| a.drive == Drive::Unreachable),
            "accounts with no road to and from their rep's home / accounts".into(),
        ),
    ]
}

/// Visits that the cadence asks for in the window; `None` where the interval is longer than the window.
fn required(account: &Facts, window_days: u32) -> Option<f64> {
    let interval = account
        .interval_days
        .filter(|&i| i > 0 && i <= window_days)?;
    Some(f64::from(account.active_days) / f64::from(interval))
}

fn frequency(accounts: &[&Facts], window_days: u32, weight: impl Fn(&Facts) -> f64) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    for account in accounts {
        if let Some(required) = required(account, window_days) {
            sums.0 += weight(account) * required.min(f64::from(account.done));
            sums.1 += weight(account) * required;
        }
    }
    sums
}

fn over_service(accounts: &[&Facts], window_days: u32) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    for account in accounts {
        if let Some(required) = required(account, window_days) {
            let done = f64::from(account.done);
            sums.0 += (done - required.ceil()).max(0.0);
            sums.1 += done;
        }
    }
    sums
}

fn on_cadence(accounts: &[&Facts], window_days: u32) -> (f64, f64) {
    let with_cadence = || accounts.iter().filter(|a| a.interval_days.is_some());
    let all = with_cadence().count() as f64 * f64::from(window_days);
    let overdue: u64 = with_cadence().map(|a| u64::from(a.overdue_days)).sum();
    (all - overdue as f64, all)
}

fn share(
    accounts: &[&Facts],
    weight: impl Fn(&Facts) -> f64,
    counts: impl Fn(&Facts) -> bool,
) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    for account in accounts {
        let weight = weight(account);
        sums.0 += if counts(account) { weight } else { 0.0 };
        sums.1 += weight;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::tests::account;
    use proptest::prelude::*;

    const FRAME: Frame = Frame {
        window_days: 28,
        reach: Millis::from_minutes(45),
    };

    fn value(accounts: &[Facts], name: &str, frame: Frame) -> Metric {
        let borrowed: Vec<&Facts> = accounts.iter().collect();
        metrics(&borrowed, frame, &Scope::All)
            .into_iter()
            .find(|m| m.name == name)
            .expect("a known metric")
    }

    /// Required 4, 2, 1 (28 days over intervals of 7, 14, 28) and done 6, 1, 0.
    fn fixture() -> Vec<Facts> {
        [(7, 6), (14, 1), (28, 0)]
            .map(|(interval, done)| Facts {
                interval_days: Some(interval),
                active_days: 28,
                done,
                ..account("a")
            })
            .to_vec()
    }

    fn is(metric: &Metric, numerator: f64, denominator: f64) {
        assert!(
            (metric.numerator - numerator).abs() < 1e-12
                && (metric.denominator - denominator).abs() < 1e-12,
            "{metric:?}"
        );
    }

    #[test]
    fn four_two_one_required_and_six_one_none_done() {
        let book = fixture();
        // min(6,4) + min(1,2) + min(0,1) = 5 of 7; 6-4 = 2 of 7 done; two of three seen.
        is(&value(&book, "frequency_coverage", FRAME), 5.0, 7.0);
        is(&value(&book, "over_service", FRAME), 2.0, 7.0);
        is(&value(&book, "account_reach", FRAME), 2.0, 3.0);
    }

    #[test]
    fn value_weights_move_the_fraction() {
        let mut book = fixture();
        book[2].value = 10.0;
        // 1*4 + 1*1 + 10*0 of 1*4 + 1*2 + 10*1.
        is(&value(&book, "frequency_coverage_value", FRAME), 5.0, 16.0);
        is(&value(&book, "account_reach_value", FRAME), 2.0, 12.0);
    }

    #[test]
    fn intervals_longer_than_the_window_count_in_cadence_time_only() {
        let slow = Facts {
            interval_days: Some(56),
            active_days: 28,
            overdue_days: 7,
            ..account("a")
        };
        let metric = value(std::slice::from_ref(&slow), "frequency_coverage", FRAME);
        assert_eq!(metric.value, None);
        is(&value(&[slow], "on_cadence_time", FRAME), 21.0, 28.0);
    }

    #[test]
    fn unreachable_is_listed_apart() {
        let mut book = fixture();
        book[0].drive = Drive::Unreachable;
        book[1].drive = Drive::Takes(Millis::from_minutes(50));
        is(&value(&book, "reach_coverage_accounts", FRAME), 1.0, 3.0);
        is(&value(&book, "unreachable", FRAME), 1.0, 3.0);
    }

    #[test]
    fn nothing_of_nothing_has_no_value() {
        assert!(
            metrics(&[], FRAME, &Scope::All)
                .iter()
                .all(|m| m.value.is_none())
        );
    }

    proptest! {
        #[test]
        fn reach_coverage_never_falls_as_the_limit_grows(
            drives in prop::collection::vec(prop::option::of(0_i64..90), 1..20),
            low in 0_i64..90,
            more in 0_i64..30,
        ) {
            let book: Vec<Facts> = drives
                .iter()
                .map(|drive| Facts {
                    drive: drive.map_or(Drive::Unreachable, |min| Drive::Takes(Millis::from_minutes(min))),
                    ..account("a")
                })
                .collect();
            let at = |min| value(&book, "reach_coverage", Frame { reach: Millis::from_minutes(min), ..FRAME });
            prop_assert!(at(low).numerator <= at(low + more).numerator);
        }

        #[test]
        fn one_more_visit_never_lowers_frequency_coverage(
            done in prop::collection::vec(0_u32..6, 3),
            lucky in 0_usize..3,
        ) {
            let mut book = fixture();
            for (account, done) in book.iter_mut().zip(done) {
                account.done = done;
            }
            let before = value(&book, "frequency_coverage", FRAME);
            book[lucky].done += 1;
            prop_assert!(value(&book, "frequency_coverage", FRAME).numerator >= before.numerator);
        }
    }
}
