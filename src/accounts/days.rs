//! Counting days while skipping blocks: an account on holiday does not grow overdue.

use chrono::{Days, NaiveDate};

use super::model::Block;

/// Blocks as disjoint runs of days in order. Blocks whose end lies before their start hold no day.
fn merged(blocks: &[Block]) -> Vec<(NaiveDate, NaiveDate)> {
    let mut runs: Vec<_> = blocks
        .iter()
        .filter(|b| b.from <= b.to)
        .map(|b| (b.from, b.to))
        .collect();
    runs.sort_unstable();
    let mut disjoint: Vec<(NaiveDate, NaiveDate)> = Vec::with_capacity(runs.len());
    for (from, to) in runs {
        match disjoint.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => disjoint.push((from, to)),
        }
    }
    disjoint
}

/// Days after `start` up to and including `end` that lie in no block; negative of the days from `end` to `start` when
/// `end` comes first. Linear in the number of blocks.
#[must_use]
pub fn counted(start: NaiveDate, end: NaiveDate, blocks: &[Block]) -> i64 {
    if end < start {
        return -counted(end, start, blocks);
    }
    let blocked: i64 = merged(blocks)
        .into_iter()
        .map(|(from, to)| {
            // The day of `start` itself is not counted, so a block only matters from the day after.
            let first = from.max(start + Days::new(1));
            ((to.min(end) - first).num_days() + 1).max(0)
        })
        .sum();
    (end - start).num_days() - blocked
}

/// The first day on which [`counted`] from `start` reaches `days`; `start` itself for 0. `None` beyond the calendar.
#[must_use]
pub fn after(start: NaiveDate, days: u32, blocks: &[Block]) -> Option<NaiveDate> {
    if days == 0 {
        return Some(start);
    }
    let mut day = start.checked_add_days(Days::new(u64::from(days)))?;
    for (from, to) in merged(blocks) {
        if to <= start {
            continue;
        }
        let first = from.max(start.checked_add_days(Days::new(1))?);
        if first > day {
            break;
        }
        let blocked = (to - first).num_days() + 1;
        day = day.checked_add_days(Days::new(blocked.unsigned_abs()))?;
    }
    Some(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n)
    }

    fn block(from: u64, to: u64) -> Block {
        Block {
            from: day(from),
            to: day(to),
            reason: None,
        }
    }

    /// One day at a time.
    fn naive(start: NaiveDate, end: NaiveDate, blocks: &[Block]) -> i64 {
        start
            .iter_days()
            .skip(1)
            .take_while(|d| *d <= end)
            .filter(|d| !blocks.iter().any(|b| (b.from..=b.to).contains(d)))
            .count() as i64
    }

    fn blocks() -> impl Strategy<Value = Vec<Block>> {
        prop::collection::vec((0_u64..60, 0_u64..12), 0..6)
            .prop_map(|list| list.into_iter().map(|(f, n)| block(f, f + n)).collect())
    }

    proptest! {
        #[test]
        fn counting_agrees_with_walking(start in 0_u64..60, length in 0_u64..80, blocks in blocks()) {
            let (start, end) = (day(start), day(start + length));
            prop_assert_eq!(counted(start, end, &blocks), naive(start, end, &blocks));
        }

        #[test]
        fn the_day_found_is_the_first_that_counts_enough(start in 0_u64..60, days in 1_u32..40, blocks in blocks()) {
            let start = day(start);
            let found = after(start, days, &blocks).unwrap();
            prop_assert_eq!(naive(start, found, &blocks), i64::from(days));
            prop_assert_eq!(naive(start, found - Days::new(1), &blocks), i64::from(days) - 1);
        }
    }

    #[test]
    fn a_block_without_end_is_beyond_the_calendar() {
        let endless = Block {
            from: day(3),
            to: NaiveDate::MAX,
            reason: None,
        };
        assert_eq!(
            after(day(0), 2, std::slice::from_ref(&endless)),
            Some(day(2))
        );
        assert_eq!(after(day(0), 3, &[endless]), None);
    }
}
