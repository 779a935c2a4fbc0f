//! Why is an account not covered? One cause each, the first that applies: [`cause`]; and their [`tally`], which sums
//! exactly to the total.

use super::facts::{Drive, Facts};
use super::model::{CauseCount, GapCause};
use crate::units::Millis;

/// The first cause that applies to an account, with reach limit `reach`.
#[must_use]
pub fn cause(account: &Facts, reach: Millis) -> GapCause {
    if !account.on_network {
        return GapCause::Unlocated;
    }
    if account.rep.is_none() {
        return GapCause::Unassigned;
    }
    if account.drive != Drive::Unknown && !account.drive.within(reach) {
        return GapCause::OutOfReach;
    }
    match account.urgency {
        Some(u) if u >= 1.0 && !account.ever_done => GapCause::NeverVisited,
        Some(u) if u > 1.0 => GapCause::Overdue,
        _ => GapCause::Covered,
    }
}

/// Accounts and value by cause, all six in order.
pub fn tally<'a>(accounts: impl IntoIterator<Item = &'a Facts>, reach: Millis) -> Vec<CauseCount> {
    let mut counts = GapCause::ALL.map(|cause| CauseCount {
        cause,
        accounts: 0,
        share: 0.0,
        value: 0.0,
    });
    let mut total = 0_u64;
    for account in accounts {
        let count = &mut counts[cause(account, reach) as usize];
        count.accounts += 1;
        count.value += account.value;
        total += 1;
    }
    if total > 0 {
        for count in &mut counts {
            count.share = count.accounts as f64 / total as f64;
        }
    }
    counts.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::tests::account;

    const REACH: Millis = Millis::from_minutes(45);

    #[test]
    fn the_first_cause_that_applies_wins() {
        let lost = Facts {
            on_network: false,
            rep: None,
            drive: Drive::Unreachable,
            urgency: Some(3.0),
            ..account("a")
        };
        assert_eq!(cause(&lost, REACH), GapCause::Unlocated);
        let found = Facts {
            on_network: true,
            ..lost
        };
        assert_eq!(cause(&found, REACH), GapCause::Unassigned);
        let assigned = Facts {
            rep: Some("r".into()),
            ..found
        };
        assert_eq!(cause(&assigned, REACH), GapCause::OutOfReach);
        let near = Facts {
            drive: Drive::Takes(REACH),
            ever_done: false,
            ..assigned
        };
        assert_eq!(cause(&near, REACH), GapCause::NeverVisited);
        let seen = Facts {
            ever_done: true,
            ..near
        };
        assert_eq!(cause(&seen, REACH), GapCause::Overdue);
        let due = Facts {
            urgency: Some(1.0),
            ..seen
        };
        assert_eq!(cause(&due, REACH), GapCause::Covered);
    }

    #[test]
    fn no_cadence_is_never_a_gap() {
        let silent = Facts {
            urgency: None,
            ever_done: false,
            ..account("a")
        };
        assert_eq!(cause(&silent, REACH), GapCause::Covered);
    }

    #[test]
    fn a_millisecond_beyond_the_limit_is_out_of_reach() {
        let far = Facts {
            drive: Drive::Takes(REACH + Millis(1)),
            ..account("a")
        };
        assert_eq!(cause(&far, REACH), GapCause::OutOfReach);
    }

    #[test]
    fn planted_causes_are_recovered_and_sum_to_the_total() {
        let mut book = Vec::new();
        for n in 0..60_u32 {
            let plain = account(&format!("a{n}"));
            book.push(match n % 6 {
                0 => Facts {
                    on_network: false,
                    ..plain
                },
                1 => Facts { rep: None, ..plain },
                2 => Facts {
                    drive: Drive::Unreachable,
                    ..plain
                },
                3 => Facts {
                    ever_done: false,
                    urgency: Some(1.0),
                    ..plain
                },
                4 => Facts {
                    urgency: Some(1.01),
                    ..plain
                },
                _ => plain,
            });
        }
        let counts = tally(&book, REACH);
        assert!(counts.iter().all(|c| c.accounts == 10), "{counts:?}");
        assert_eq!(counts.iter().map(|c| c.accounts).sum::<u64>(), 60);
    }
}
