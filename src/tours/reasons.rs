//! Why a visit is out, rep-day by rep-day, and what a visit that is in costs and earns.

use super::problem::{FOREVER, Problem, Visit, Window};
use super::rules::{Broken, gain, holds};
use super::schedule::schedule_of;
use super::solution::Solution;

/// The first rule that keeps a visit off a rep-day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// The visit may not be made on this rep-day.
    DayNotAllowed,
    /// The rep lacks a skill.
    Skill,
    /// Another visit of its group is made.
    GroupServed,
    /// No window of the visit meets the shift.
    Closed,
    /// There is no way there and back.
    NoWay,
    /// Even alone on an empty day it would not fit.
    OutOfReach {
        /// How much longer the day would have to be, when that alone would help.
        short: Option<i64>,
    },
    /// The day has its most visits.
    MaxStops {
        /// The most allowed.
        limit: usize,
    },
    /// The day has no room for its load.
    Load {
        /// How much too much, at least.
        over: i64,
    },
    /// It would take too much travel.
    MaxDrive {
        /// How much too much, at the best position.
        over: i64,
    },
    /// The day would have to last longer.
    NoTime {
        /// How much longer, at the best position.
        short: i64,
    },
    /// A longer day would not help: windows and breaks of the day's visits leave no gap.
    NoGap {
        /// How much later every window and break would have to shut, at the best position.
        short: i64,
    },
    /// It fits, but costs more than it is worth.
    NotWorthIt {
        /// Travel it adds at the cheapest position, fixed cost of an unused day included.
        detour: i64,
        /// What it is worth.
        prize: i64,
    },
    /// It fits and is worth it: the solution can be improved.
    Fits {
        /// Travel it adds at the cheapest position.
        detour: i64,
        /// Position on the tour.
        at: usize,
    },
}

/// What a rep-day says to a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayVerdict {
    /// The rep-day.
    pub day: usize,
    /// What stands in the way.
    pub blocked: Blocked,
}

/// What a planned visit costs and earns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhyIn {
    /// Its rep-day.
    pub day: usize,
    /// Travel (and price of time) saved if it were dropped.
    pub detour: i64,
    /// What it earns: its expected prize.
    pub prize: i64,
    /// It must be made.
    pub required: bool,
}

/// Why `visit` is not made: one verdict per rep-day, by day. Empty when the visit is planned.
///
/// Each verdict is exact for the given tours: their visits and orders stay, `visit` is tried at every position.
#[must_use]
pub fn why_not(problem: &Problem, solution: &Solution, visit: usize) -> Vec<DayVerdict> {
    if solution.position(visit).is_some() {
        return Vec::new();
    }
    (0..problem.days.len())
        .map(|day| DayVerdict {
            day,
            blocked: day_verdict(problem, solution, visit, day),
        })
        .collect()
}

/// What `visit` costs and earns where it stands, `None` when it is left out.
#[must_use]
pub fn why_in(problem: &Problem, solution: &Solution, visit: usize) -> Option<WhyIn> {
    let (day, at) = solution.position(visit)?;
    let tour = solution.tour(day)?;
    let mut rest: Vec<usize> = tour.visits().collect();
    rest.remove(at);
    let without = if rest.is_empty() {
        0
    } else {
        super::objective::day_price(problem, day, &rest)
            .map_or(tour.drive, |(travel, time)| travel + time)
    };
    Some(WhyIn {
        day,
        detour: tour.drive + tour.time_price - without,
        prize: problem.visits[visit].expected_prize(),
        required: problem.visits[visit].required,
    })
}

/// What one rep-day says to a visit that is left out.
pub(super) fn day_verdict(
    problem: &Problem,
    solution: &Solution,
    visit: usize,
    day: usize,
) -> Blocked {
    if !problem.day_allowed(day, visit) {
        return Blocked::DayNotAllowed;
    }
    if !problem.has_skills(day, visit) {
        return Blocked::Skill;
    }
    if group_served(problem, solution, visit) {
        return Blocked::GroupServed;
    }
    let rep = &problem.days[day];
    let windows = &problem.visits[visit].windows;
    let open = |w: &Window| w.open <= rep.shift.close && w.close >= rep.shift.open;
    if !windows.is_empty() && !windows.iter().any(open) {
        return Blocked::Closed;
    }
    let order: Vec<usize> = solution
        .tour(day)
        .map_or_else(|| rep.prefix.clone(), |tour| tour.visits().collect());
    let trials: Vec<Vec<usize>> = (rep.prefix.len()..=order.len())
        .map(|at| {
            let mut with = order.clone();
            with.insert(at, visit);
            with
        })
        .collect();
    let outcomes: Vec<Result<i64, Broken>> = trials
        .iter()
        .map(|trial| holds(problem, day, trial))
        .collect();
    let best = (0..trials.len())
        .filter_map(|at| Some((*outcomes[at].as_ref().ok()?, at)))
        .min();
    if let Some((drive, at)) = best {
        let before = solution.tour(day).map(|tour| tour.drive + tour.time_price);
        let fixed = if before.is_none() { rep.fixed_cost } else { 0 };
        let detour = drive - before.unwrap_or(0) + fixed;
        return if gain(problem, day, visit) > i128::from(detour) {
            Blocked::Fits {
                detour,
                at: rep.prefix.len() + at,
            }
        } else {
            let prize = problem.visits[visit].expected_prize();
            Blocked::NotWorthIt { detour, prize }
        };
    }
    // Only now: where tables lack legs or break the triangle rule, company can help.
    alone(problem, visit, day).unwrap_or_else(|| nearest_miss(problem, day, &trials, &outcomes))
}

fn group_served(problem: &Problem, solution: &Solution, visit: usize) -> bool {
    let group = problem.visits[visit].group;
    let mut planned = solution
        .tours
        .iter()
        .flat_map(super::solution::Tour::visits);
    group.is_some() && planned.any(|v| problem.visits[v].group == group)
}

/// What blocks the visit on the day when nothing else is on it.
fn alone(problem: &Problem, visit: usize, day: usize) -> Option<Blocked> {
    let rep = &problem.days[day];
    let place = problem.visits[visit].place;
    let there = problem.travel.leg(rep.start, Some(place));
    let (Some(out), Some(back)) = (there, problem.travel.leg(Some(place), rep.end)) else {
        return Some(Blocked::NoWay);
    };
    if let Some(limit) = rep.max_drive
        && out + back > limit
    {
        let over = out + back - limit;
        return Some(Blocked::MaxDrive { over });
    }
    if stretched(problem, day, &[visit], 0, 0) {
        return None;
    }
    Some(Blocked::OutOfReach {
        short: longer_day(problem, day, &[visit]),
    })
}

/// The rule that comes closest to letting one of the trials in.
fn nearest_miss(
    problem: &Problem,
    day: usize,
    trials: &[Vec<usize>],
    outcomes: &[Result<i64, Broken>],
) -> Blocked {
    let mut late = Vec::new();
    let mut over_drive = None::<i64>;
    for (trial, outcome) in trials.iter().zip(outcomes) {
        match outcome {
            Err(Broken::Stops { limit }) => return Blocked::MaxStops { limit: *limit },
            Err(Broken::Load { over }) => return Blocked::Load { over: *over },
            Err(Broken::Drive { over }) => {
                over_drive = Some(over_drive.map_or(*over, |least| least.min(*over)));
            }
            Err(Broken::Time) => late.push(trial),
            _ => {}
        }
    }
    if let Some(short) = late
        .iter()
        .filter_map(|t| longer_day(problem, day, t))
        .min()
    {
        return Blocked::NoTime { short };
    }
    if let Some(short) = late
        .iter()
        .filter_map(|t| later_closing(problem, day, t))
        .min()
    {
        return Blocked::NoGap { short };
    }
    over_drive.map_or(Blocked::NoWay, |over| Blocked::MaxDrive { over })
}

/// How much later the shift must end (and the longest duration be) for this order to hold.
fn longer_day(problem: &Problem, day: usize, order: &[usize]) -> Option<i64> {
    least_stretch(|by| stretched(problem, day, order, by, 0), FOREVER)
}

/// How much later the shift, every window and every break must shut for this order to hold.
fn later_closing(problem: &Problem, day: usize, order: &[usize]) -> Option<i64> {
    least_stretch(|by| stretched(problem, day, order, by, by), FOREVER)
}

/// Does the order have a schedule when the shift ends `longer` later and windows and breaks shut `later`?
fn stretched(problem: &Problem, day: usize, order: &[usize], longer: i64, later: i64) -> bool {
    let mut rep = problem.days[day].clone();
    rep.shift.close = rep.shift.close.saturating_add(longer);
    rep.max_duration = rep.max_duration.map(|m| m.saturating_add(longer));
    for pause in &mut rep.breaks {
        pause.window.close = pause.window.close.saturating_add(later);
    }
    let visits: Vec<Visit> = order
        .iter()
        .map(|&v| {
            let mut visit = problem.visits[v].clone();
            for window in &mut visit.windows {
                window.close = window.close.saturating_add(later);
            }
            visit
        })
        .collect();
    schedule_of(&problem.travel, &rep, day, &visits).is_some()
}

/// The least stretch for which `holds` (which stays true once true), found by doubling and halving.
pub(super) fn least_stretch(holds: impl Fn(i64) -> bool, most: i64) -> Option<i64> {
    let mut high = 1;
    while !holds(high) {
        high *= 2;
        if high > most {
            return None;
        }
    }
    let mut low = high / 2;
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}
