//! What a set of tours costs, counted from scratch.

use super::problem::{Objective, Problem};
use super::schedule::schedule;
use super::solution::Cost;

/// The cost of orders of visits, one per rep-day, whose legs must all exist; a day without visits is not used.
pub fn cost(problem: &Problem, orders: &[Vec<usize>]) -> Cost {
    let mut cost = Cost::default();
    let mut served_by = vec![None; problem.visits.len()];
    for (day, visits) in orders.iter().enumerate().filter(|(_, v)| !v.is_empty()) {
        let (travel, time) = day_price(problem, day, visits).unwrap_or_default();
        cost.travel += travel;
        cost.time += time;
        cost.fixed += problem.days[day].fixed_cost;
        for &visit in visits {
            served_by[visit] = Some(day);
        }
    }
    let mut groups = std::collections::BTreeMap::<u32, (i64, i64)>::new();
    for (visit, served) in problem.visits.iter().zip(&served_by) {
        if served.is_some() {
            cost.prize += visit.expected_prize();
        } else if visit.required {
            cost.missing_required += 1;
        }
        if let Some(keep) = visit.keep
            && *served != Some(keep.day)
        {
            cost.changes += keep.price;
        }
        match (visit.group, served) {
            (Some(group), served) => {
                let (most, got) = groups.entry(group).or_default();
                *most = (*most).max(visit.expected_prize());
                *got += if served.is_some() {
                    visit.expected_prize()
                } else {
                    0
                };
            }
            (None, None) => cost.missed += visit.expected_prize(),
            (None, Some(_)) => {}
        }
    }
    cost.missed += groups.values().map(|(most, got)| most - got).sum::<i64>();
    cost.value = match problem.objective {
        Objective::Travel => cost.travel + cost.fixed + cost.changes + cost.time,
        Objective::TravelAndMissed => {
            cost.travel + cost.fixed + cost.missed + cost.changes + cost.time
        }
        Objective::MaxPrize => cost.prize,
    };
    cost
}

/// Travel time and price of time of a day's visits in order; `None` when a leg does not exist or, where the instants
/// matter, no schedule does.
pub fn day_price(problem: &Problem, day: usize, visits: &[usize]) -> Option<(i64, i64)> {
    if !depends_on_instants(problem, day, visits) {
        return Some((drive(problem, day, visits)?, 0));
    }
    let tour = schedule(problem, day, visits)?;
    Some((tour.drive, tour.time_price))
}

/// Does the cost of this day depend on when things happen?
pub fn depends_on_instants(problem: &Problem, day: usize, visits: &[usize]) -> bool {
    problem.travel.has_slices()
        || problem.days[day].prices_time()
        || visits.iter().any(|&v| problem.visits[v].late.is_some())
}

/// Travel time of a day's visits in order, where it depends on the time of day the least; `None` when a leg does not
/// exist.
pub fn drive(problem: &Problem, day: usize, visits: &[usize]) -> Option<i64> {
    let mut at = problem.days[day].start;
    let mut sum = 0;
    for &visit in visits {
        let place = problem.visits[visit].place;
        sum += problem.travel.leg(at, Some(place))?;
        at = Some(place);
    }
    Some(sum + problem.travel.leg(at, problem.days[day].end)?)
}
