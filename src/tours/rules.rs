//! Does a rep-day hold a given sequence of visits, and if not, which rule stands first in the way?

use super::objective::drive;
use super::problem::Problem;
use super::schedule::schedule;

/// The first rule that a sequence of visits breaks on a rep-day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The rep may not make this visit on this day.
    DayNotAllowed(usize),
    /// The rep lacks a skill for this visit.
    Skill(usize),
    /// The locked first visits are not first.
    Prefix,
    /// More visits than the day may have.
    Stops {
        /// The most allowed.
        limit: usize,
    },
    /// More load than the day can carry.
    Load {
        /// How much too much.
        over: i64,
    },
    /// A leg does not exist.
    NoWay,
    /// More travel than the day may have.
    Drive {
        /// How much too much.
        over: i64,
    },
    /// No schedule keeps windows, breaks, shift and longest duration.
    Time,
}

/// The travel time of `visits` on `day`, price of time included, when every rule holds.
pub fn holds(problem: &Problem, day: usize, visits: &[usize]) -> Result<i64, Broken> {
    let rep = &problem.days[day];
    for &visit in visits {
        if !problem.day_allowed(day, visit) {
            return Err(Broken::DayNotAllowed(visit));
        }
        if !problem.has_skills(day, visit) {
            return Err(Broken::Skill(visit));
        }
    }
    if !visits.starts_with(&rep.prefix) {
        return Err(Broken::Prefix);
    }
    if let Some(limit) = rep.max_stops
        && visits.len() > limit
    {
        return Err(Broken::Stops { limit });
    }
    let over = overload(problem, day, visits);
    if over > 0 {
        return Err(Broken::Load { over });
    }
    let least = drive(problem, day, visits).ok_or(Broken::NoWay)?;
    let within = |travel: i64| match rep.max_drive {
        Some(limit) if travel > limit => Err(Broken::Drive {
            over: travel - limit,
        }),
        _ => Ok(()),
    };
    within(least)?;
    if visits.is_empty() {
        return Ok(least);
    }
    let tour = schedule(problem, day, visits).ok_or(Broken::Time)?;
    within(tour.drive)?;
    Ok(tour.drive + tour.time_price)
}

/// How much the visits exceed the day's capacity, in its worst kind of load.
fn overload(problem: &Problem, day: usize, visits: &[usize]) -> i64 {
    let capacity = problem.days[day].capacity.iter().enumerate();
    capacity
        .map(|(kind, limit)| most_on_board(problem, visits, kind) - limit)
        .max()
        .unwrap_or(0)
}

/// The most of one kind that is on board at a time: all that is brought at first, then less of it and more taken along.
fn most_on_board(problem: &Problem, visits: &[usize], kind: usize) -> i64 {
    let of = |amounts: &[i64]| amounts.get(kind).copied().unwrap_or(0);
    let brought = |&v: &usize| of(&problem.visits[v].demand);
    let mut load: i64 = visits.iter().map(brought).sum();
    let mut most = load;
    for visit in visits {
        load += of(&problem.visits[*visit].pickup) - brought(visit);
        most = most.max(load);
    }
    most
}

/// What a visit adds to the objective when it is made on `day`, as a number to set against travel.
/// Required visits are worth more than any travel; with the objective "most prize" so is every prize.
pub fn gain(problem: &Problem, day: usize, visit: usize) -> i128 {
    use super::problem::Objective;
    const REQUIRED: i128 = 1 << 90;
    const PRIZE_FIRST: i128 = 1 << 45;
    let wanted = &problem.visits[visit];
    let prize = i128::from(wanted.expected_prize());
    let keep = wanted.keep.filter(|keep| keep.day == day);
    let kept = keep.map_or(0, |keep| i128::from(keep.price));
    let worth = match problem.objective {
        Objective::Travel => 0,
        Objective::TravelAndMissed => prize,
        Objective::MaxPrize => prize * PRIZE_FIRST,
    };
    worth + kept + if wanted.required { REQUIRED } else { 0 }
}
