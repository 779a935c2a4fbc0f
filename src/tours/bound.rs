//! What no plan can beat: a value that the problem itself gives, whatever tours are chosen.

use super::one_tree::one_tree;
use super::problem::{Objective, Problem, UNREACHABLE};
use super::solution::{Bound, BoundMethod};

/// Up to this many visits and days the assignment bound is worth its time.
const ASSIGNABLE: usize = 160;

/// Dearer than any plan, for pairs that cannot follow each other.
const FORBIDDEN: i64 = 1 << 50;

/// A bound on [`super::Cost::value`] over all plans that make every required visit: from below, or from above for
/// [`Objective::MaxPrize`]. `None` when no plan makes every required visit. Costs some 20 ms, for thousands of visits n^2
/// legs.
#[must_use]
pub fn bound(problem: &Problem) -> Option<Bound> {
    bound_until(problem, || false)
}

/// The same, less tight when `enough` cuts it short.
pub(super) fn bound_until(problem: &Problem, enough: impl Fn() -> bool) -> Option<Bound> {
    if problem.objective == Objective::MaxPrize {
        return Some(Bound {
            value: most_prize(problem),
            method: BoundMethod::Knapsack,
        });
    }
    let small = problem.visits.len() + problem.days.len() <= ASSIGNABLE;
    let paired = Bound {
        value: if small {
            cheapest_assignment(problem)?
        } else {
            0
        },
        method: BoundMethod::Assignment,
    };
    let tree = Bound {
        value: one_tree(problem, enough)?,
        method: BoundMethod::OneTree,
    };
    Some(if paired.value > tree.value {
        paired
    } else {
        tree
    })
}

/// Every visit made has one leg in and one out, every day used one first and one last leg; a visit left out stands for
/// itself and costs its prize. The cheapest such pairing, orders that windows rule out excluded, is never dearer than
/// a plan.
fn cheapest_assignment(problem: &Problem) -> Option<i64> {
    let (visits, days) = (problem.visits.len(), problem.days.len());
    let size = visits + days;
    let mut cost = vec![vec![FORBIDDEN; size]; size];
    for (row, line) in cost.iter_mut().enumerate() {
        for (column, cell) in line.iter_mut().enumerate() {
            *cell = pair_cost(problem, row, column);
        }
    }
    let total = assign(&cost);
    (total < FORBIDDEN).then_some(total)
}

/// Rows are visits and day starts, columns visits and day ends.
fn pair_cost(problem: &Problem, row: usize, column: usize) -> i64 {
    let visits = problem.visits.len();
    let leg =
        |from: Option<usize>, to: Option<usize>| problem.travel.leg(from, to).unwrap_or(FORBIDDEN);
    match (row < visits, column < visits) {
        (true, true) if row == column => left_out_cost(problem, row),
        (true, true) if !can_follow(problem, row, column) => FORBIDDEN,
        (true, true) => leg(
            Some(problem.visits[row].place),
            Some(problem.visits[column].place),
        ),
        (false, true) => {
            let day = &problem.days[row - visits];
            if problem.may_serve(row - visits, column) {
                leg(day.start, Some(problem.visits[column].place)) + day.fixed_cost
            } else {
                FORBIDDEN
            }
        }
        (true, false) => {
            let day = &problem.days[column - visits];
            if problem.may_serve(column - visits, row) {
                leg(Some(problem.visits[row].place), day.end)
            } else {
                FORBIDDEN
            }
        }
        (false, false) if row == column => 0,
        (false, false) => FORBIDDEN,
    }
}

fn left_out_cost(problem: &Problem, visit: usize) -> i64 {
    let visit = &problem.visits[visit];
    if visit.required {
        FORBIDDEN
    } else if visit.group.is_some() || problem.objective == Objective::Travel {
        0
    } else {
        visit.expected_prize()
    }
}

/// Can the second visit start after the first at all?
fn can_follow(problem: &Problem, first: usize, second: usize) -> bool {
    let (a, b) = (&problem.visits[first], &problem.visits[second]);
    let Some(leg) = problem.travel.time(a.place, b.place) else {
        return false;
    };
    let opens = a.windows.iter().map(|w| w.open).min();
    let late = b.late.map_or(0, |late| late.most);
    let closes = b.windows.iter().map(|w| w.close.saturating_add(late)).max();
    match (opens, closes) {
        (Some(opens), Some(closes)) => opens + a.least_service() + leg <= closes,
        _ => true,
    }
}

/// The most prize that the days' hours can hold, visits cut to fit: each takes its service and its shortest way there.
fn most_prize(problem: &Problem) -> i64 {
    let hours: i128 = problem
        .days
        .iter()
        .map(|d| i128::from(d.shift.close - d.shift.open))
        .sum();
    let mut items: Vec<(i64, i64)> = (0..problem.visits.len())
        .filter(|&v| (0..problem.days.len()).any(|day| problem.may_serve(day, v)))
        .map(|v| {
            (
                problem.visits[v].expected_prize(),
                problem.visits[v].least_service() + shortest_in(problem, v),
            )
        })
        .collect();
    items.sort_by(|a, b| {
        let (left, right) = (
            i128::from(a.0) * i128::from(b.1),
            i128::from(b.0) * i128::from(a.1),
        );
        right.cmp(&left).then(a.1.cmp(&b.1))
    });
    let (mut left, mut prize) = (hours, 0i128);
    for (worth, takes) in items {
        let takes = i128::from(takes);
        if takes <= left {
            prize += i128::from(worth);
            left -= takes;
        } else {
            // Rounded up: a bound may only be too high.
            prize += (i128::from(worth) * left + takes - 1) / takes;
            break;
        }
    }
    prize.min(i128::from(i64::MAX)) as i64
}

fn shortest_in(problem: &Problem, visit: usize) -> i64 {
    let to = problem.visits[visit].place;
    let others = (0..problem.visits.len())
        .filter(|&v| v != visit)
        .map(|v| problem.visits[v].place);
    if problem.days.iter().any(|day| day.start.is_none()) {
        return 0;
    }
    let starts = problem.days.iter().filter_map(|day| day.start);
    let places = problem.travel.places();
    others
        .chain(starts)
        .map(|from| problem.travel.raw()[from * places + to])
        .filter(|&time| time != UNREACHABLE)
        .min()
        .map_or(0, i64::from)
}

/// The least total of a square assignment (shortest augmenting paths; Kuhn, Munkres; Jonker and Volgenant). O(n^3).
fn assign(cost: &[Vec<i64>]) -> i64 {
    let n = cost.len();
    let (mut row_price, mut column_price) = (vec![0i64; n + 1], vec![0i64; n + 1]);
    // Column 0 is a stand-in for "none"; rows and columns count from 1.
    let mut row_of = vec![0usize; n + 1];
    for row in 1..=n {
        row_of[0] = row;
        let mut column = 0;
        let mut least = vec![i64::MAX; n + 1];
        let mut came_from = vec![0usize; n + 1];
        let mut done = vec![false; n + 1];
        while row_of[column] != 0 {
            done[column] = true;
            let at = row_of[column];
            let (mut step, mut next) = (i64::MAX, 0);
            for other in 1..=n {
                if done[other] {
                    continue;
                }
                let reduced = cost[at - 1][other - 1] - row_price[at] - column_price[other];
                if reduced < least[other] {
                    least[other] = reduced;
                    came_from[other] = column;
                }
                if least[other] < step {
                    step = least[other];
                    next = other;
                }
            }
            for other in 0..=n {
                if done[other] {
                    row_price[row_of[other]] += step;
                    column_price[other] -= step;
                } else {
                    least[other] = least[other].saturating_sub(step);
                }
            }
            column = next;
        }
        while column != 0 {
            let before = came_from[column];
            row_of[column] = row_of[before];
            column = before;
        }
    }
    (1..=n)
        .map(|column| cost[row_of[column] - 1][column - 1])
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_assignment_is_found() {
        // 0->1, 1->0, 2->2: 2 + 3 + 1.
        let cost = vec![vec![9, 2, 7], vec![3, 9, 8], vec![5, 6, 1]];
        assert_eq!(assign(&cost), 6);
    }
}
