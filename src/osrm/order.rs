//! The best order of places: exact for few, by the tour engine for many.

use crate::tours::{Budget, Objective, Problem, RepDay, TravelTable, Visit, solve};

/// Up to so many places all orders are compared, by dynamic programming over sets (Bellman; Held and Karp, 1962).
const EXACT: usize = 12;
/// Steps of the tour engine, per place.
const STEPS: u64 = 200;
/// Stands for "no way".
const NEVER: u64 = u64::MAX / 4;

/// What kind of order is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Place to begin at.
    pub start: Option<usize>,
    /// Place to end at; never the same as `start`.
    pub end: Option<usize>,
    /// Whether the way back to the first place counts.
    pub back: bool,
}

/// The order of places `0..count` of least total time; `time` says what it takes from one to another.
///
/// Every pair must have a time. Ties are broken in favour of lower numbers first.
pub fn order(count: usize, time: &dyn Fn(usize, usize) -> u64, wish: Wish) -> Vec<usize> {
    if count <= EXACT {
        exact(count, time, wish)
    } else {
        searched(count, time, wish)
    }
}

/// `best[set][last]`: the least time over all of `set`, ending at `last`.
fn exact(count: usize, time: &dyn Fn(usize, usize) -> u64, wish: Wish) -> Vec<usize> {
    // A round trip may be begun anywhere; begin it at the wanted place, or at the first.
    let start = wish
        .start
        .or((wish.back && wish.end.is_none()).then_some(0));
    let sets = 1_usize << count;
    let mut best = vec![NEVER; sets * count];
    let mut from = vec![u8::MAX; sets * count];
    for first in 0..count {
        if start.is_none_or(|start| start == first) {
            best[(1 << first) * count + first] = 0;
        }
    }
    for set in 1..sets {
        for last in (0..count).filter(|i| set >> i & 1 == 1) {
            let here = best[set * count + last];
            if here >= NEVER || (wish.end == Some(last) && set + 1 < sets) {
                continue;
            }
            for next in (0..count).filter(|i| set >> i & 1 == 0) {
                let there = (set | 1 << next) * count + next;
                let through = here + time(last, next);
                if through < best[there] {
                    best[there] = through;
                    from[there] = last as u8;
                }
            }
        }
    }
    let all = sets - 1;
    let total = |last: usize| {
        let back = match (wish.back, start) {
            (true, Some(start)) => time(last, start),
            _ => 0,
        };
        best[all * count + last].saturating_add(back)
    };
    let mut last = (0..count)
        .filter(|last| wish.end.is_none_or(|end| end == *last))
        .min_by_key(|last| total(*last))
        .unwrap_or(0);
    let mut order = vec![last];
    let mut set = all;
    while let before = from[set * count + last]
        && before != u8::MAX
    {
        set &= !(1 << last);
        last = usize::from(before);
        order.push(last);
    }
    order.reverse();
    order
}

fn searched(count: usize, time: &dyn Fn(usize, usize) -> u64, wish: Wish) -> Vec<usize> {
    let start = wish
        .start
        .or((wish.back && wish.end.is_none()).then_some(0));
    let fit = |ms: u64| u32::try_from(ms).unwrap_or(u32::MAX).min(u32::MAX - 1);
    let end = wish.end.or(start.filter(|_| wish.back));
    let ends = [start, wish.end];
    let visits: Vec<usize> = (0..count).filter(|i| !ends.contains(&Some(*i))).collect();
    let problem = Problem {
        travel: TravelTable::from_fn(count, |from, to| fit(time(from, to))),
        visits: visits
            .iter()
            .map(|place| Visit {
                place: *place,
                required: true,
                ..Visit::default()
            })
            .collect(),
        days: vec![RepDay {
            start,
            end,
            ..RepDay::default()
        }],
        objective: Objective::Travel,
    };
    let budget = Budget {
        iterations: Some(STEPS * count as u64),
        ..Budget::default()
    };
    let tour: Vec<usize> = match solve(&problem, &budget) {
        Ok(solution) => solution
            .tour(0)
            .map(|tour| tour.visits().map(|visit| visits[visit]).collect())
            .unwrap_or_default(),
        Err(_) => visits.clone(),
    };
    start.into_iter().chain(tour).chain(wish.end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All orders, one after the other.
    fn by_hand(count: usize, time: &dyn Fn(usize, usize) -> u64, wish: Wish) -> u64 {
        let mut places: Vec<usize> = (0..count).collect();
        let mut best = u64::MAX;
        permute(&mut places, 0, &mut |order| {
            let fits = |wanted: Option<usize>, is: usize| wanted.is_none_or(|w| w == is);
            if fits(wish.start, order[0]) && fits(wish.end, order[count - 1]) {
                best = best.min(total(order, time, wish.back));
            }
        });
        best
    }

    fn permute(places: &mut Vec<usize>, at: usize, see: &mut dyn FnMut(&[usize])) {
        if at == places.len() {
            see(places);
        }
        for i in at..places.len() {
            places.swap(at, i);
            permute(places, at + 1, see);
            places.swap(at, i);
        }
    }

    fn total(order: &[usize], time: &dyn Fn(usize, usize) -> u64, back: bool) -> u64 {
        let there: u64 = order.windows(2).map(|two| time(two[0], two[1])).sum();
        there
            + if back {
                time(order[order.len() - 1], order[0])
            } else {
                0
            }
    }

    fn made_up(seed: u64) -> impl Fn(usize, usize) -> u64 {
        move |from, to| {
            let mixed =
                (seed + from as u64 * 31 + to as u64 * 17).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            if from == to {
                0
            } else {
                1 + (mixed >> 40) % 1_000
            }
        }
    }

    #[test]
    fn few_places_are_in_the_best_order() {
        for seed in 0..20 {
            let time = made_up(seed);
            for count in 2..=7 {
                for (start, end, back) in [
                    (None, None, true),
                    (Some(0), None, true),
                    (Some(0), None, false),
                    (None, Some(count - 1), false),
                    (Some(0), Some(count - 1), false),
                ] {
                    let wish = Wish { start, end, back };
                    let order = order(count, &time, wish);
                    let mut sorted = order.clone();
                    sorted.sort_unstable();
                    assert_eq!(sorted, (0..count).collect::<Vec<_>>());
                    assert_eq!(
                        total(&order, &time, back),
                        by_hand(count, &time, wish),
                        "{wish:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn many_places_on_a_ring_are_driven_round() {
        let count = 30;
        let time = |from: usize, to: usize| {
            let ahead = (to + count - from) % count;
            ahead.min(count - ahead) as u64 * 1_000
        };
        let ring = order(
            count,
            &time,
            Wish {
                start: None,
                end: None,
                back: true,
            },
        );
        assert_eq!(total(&ring, &time, true), 30_000);
        let line = order(
            count,
            &time,
            Wish {
                start: Some(0),
                end: None,
                back: false,
            },
        );
        assert_eq!((line[0], total(&line, &time, false)), (0, 29_000));
    }
}
