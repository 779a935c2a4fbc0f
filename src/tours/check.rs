//! An independent judge: re-derives every promise of a solution from the problem alone.
//!
//! Shares no code with schedule or search. A solution states every instant; the judge follows the stated tour with
//! its own arithmetic and names each broken rule. Costs O(stops) and runs before any tour leaves the planner.

use std::collections::BTreeMap;

use thiserror::Error;

use super::problem::{Objective, Problem, RepDay, UNREACHABLE, Visit};
use super::solution::{Cost, Solution, Tour};

/// What a sound solution amounts to, re-counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Visits made.
    pub visits: usize,
    /// The cost, from scratch.
    pub cost: Cost,
}

/// A promise that a solution breaks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Violation {
    /// An index points nowhere.
    #[error("rep-day {day}: {what} does not exist")]
    Unknown {
        /// The tour's rep-day.
        day: usize,
        /// What was named.
        what: String,
    },
    /// A rep-day has two tours, or a tour without visits.
    #[error("rep-day {day} must have one tour with visits")]
    TourShape {
        /// The rep-day.
        day: usize,
    },
    /// A visit is made twice, or stands both on a tour and among those left out, or nowhere.
    #[error("visit {visit} is accounted for {times} times instead of once")]
    Counted {
        /// The visit.
        visit: usize,
        /// How often it is named.
        times: usize,
    },
    /// Two visits of one group are made.
    #[error("group {group} is visited {times} times")]
    Group {
        /// The group.
        group: u32,
        /// How often.
        times: usize,
    },
    /// The rep may not make this visit on this day.
    #[error("rep-day {day} may not make visit {visit}: {rule}")]
    NotAllowed {
        /// The rep-day.
        day: usize,
        /// The visit.
        visit: usize,
        /// "day" or "skill".
        rule: &'static str,
    },
    /// A leg does not exist.
    #[error("rep-day {day}: no way to stop {stop}")]
    NoWay {
        /// The rep-day.
        day: usize,
        /// Position on the tour; the number of stops means the end place.
        stop: usize,
    },
    /// A stated number is not what the rules give.
    #[error("rep-day {day}, stop {stop}: {what} is {stated}, should be {right}")]
    WrongNumber {
        /// The rep-day.
        day: usize,
        /// Position on the tour.
        stop: usize,
        /// Which number.
        what: &'static str,
        /// As stated.
        stated: i64,
        /// As it should be.
        right: i64,
    },
    /// Service starts outside every window of the visit.
    #[error("rep-day {day}: visit {visit} starts at {start}, outside its windows")]
    Closed {
        /// The rep-day.
        day: usize,
        /// The visit.
        visit: usize,
        /// When it starts.
        start: i64,
    },
    /// A limit of the rep-day is passed.
    #[error("rep-day {day}: {limit} is {value}, allowed {allowed}")]
    OverLimit {
        /// The rep-day.
        day: usize,
        /// Which limit.
        limit: &'static str,
        /// What it comes to.
        value: i64,
        /// What is allowed.
        allowed: i64,
    },
    /// A break is missing, doubled or outside its window.
    #[error("rep-day {day}: break {index} is not taken once inside its window")]
    Break {
        /// The rep-day.
        day: usize,
        /// Which break.
        index: usize,
    },
    /// The locked first visits are not where they were.
    #[error("rep-day {day} does not start with its locked visits")]
    Prefix {
        /// The rep-day.
        day: usize,
    },
    /// A part of the cost is not what the tours come to.
    #[error("cost: {what} is {stated}, should be {right}")]
    WrongCost {
        /// Which part.
        what: &'static str,
        /// As stated.
        stated: i64,
        /// As it should be.
        right: i64,
    },
}

/// Judges `solution`.
///
/// Missing a required visit is not a violation but a number in the cost: the caller decides what to make of it.
///
/// # Errors
/// Every violation found.
pub fn check(problem: &Problem, solution: &Solution) -> Result<Verdict, Vec<Violation>> {
    let mut wrong = Vec::new();
    let mut seen_days = vec![0usize; problem.days.len()];
    for tour in &solution.tours {
        if tour.day >= problem.days.len() {
            wrong.push(unknown(tour.day, "the rep-day"));
        } else if let Some(stop) = tour.stops.iter().find(|s| s.visit >= problem.visits.len()) {
            wrong.push(unknown(tour.day, &format!("visit {}", stop.visit)));
        } else {
            seen_days[tour.day] += 1;
        }
    }
    if let Some(visit) = solution
        .left_out
        .iter()
        .find(|v| **v >= problem.visits.len())
    {
        wrong.push(unknown(0, &format!("left-out visit {visit}")));
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    for tour in &solution.tours {
        if tour.stops.is_empty() || seen_days[tour.day] > 1 {
            wrong.push(Violation::TourShape { day: tour.day });
        }
        follow(problem, tour, &mut wrong);
        limits(problem, tour, &mut wrong);
    }
    for (day, rep) in problem.days.iter().enumerate() {
        if !rep.prefix.is_empty() && seen_days[day] == 0 {
            wrong.push(Violation::Prefix { day });
        }
    }
    counted(problem, solution, &mut wrong);
    let cost = recount(problem, solution);
    compare_cost(&solution.cost, &cost, &mut wrong);
    if wrong.is_empty() {
        let visits = solution.tours.iter().map(|t| t.stops.len()).sum();
        Ok(Verdict { visits, cost })
    } else {
        Err(wrong)
    }
}

fn unknown(day: usize, what: &str) -> Violation {
    Violation::Unknown {
        day,
        what: what.to_owned(),
    }
}

/// How long the way takes for one who sets out at `leave`: of all slices still to come within two periods, the one
/// that arrives first counts.
fn travel(problem: &Problem, from: Option<usize>, to: Option<usize>, leave: i64) -> Option<i64> {
    let (Some(from), Some(to)) = (from, to) else {
        return Some(0);
    };
    let pair = from * problem.travel.places() + to;
    let entry = problem.travel.raw()[pair];
    if entry == UNREACHABLE {
        return None;
    }
    let (slices, period) = (problem.travel.slices(), problem.travel.period());
    if slices.is_empty() {
        return Some(i64::from(entry));
    }
    let midnight = leave.div_euclid(period) * period;
    let mut first = i64::MAX;
    for day in 0..3 {
        for (at, slice) in slices.iter().enumerate() {
            let open = midnight + day * period + slice.from;
            let shut = midnight + day * period + slices.get(at + 1).map_or(period, |s| s.from);
            if shut > leave {
                first = first.min(leave.max(open) + i64::from(slice.times[pair]));
            }
        }
    }
    Some(first - leave)
}

/// Walks along a tour and compares each stated instant with what the rules give.
fn follow(problem: &Problem, tour: &Tour, wrong: &mut Vec<Violation>) {
    let rep = &problem.days[tour.day];
    let mut differ = |stop: usize, what: &'static str, stated: i64, right: i64| {
        if stated != right {
            wrong.push(Violation::WrongNumber {
                day: tour.day,
                stop,
                what,
                stated,
                right,
            });
        }
    };
    let mut closed = Vec::new();
    let mut no_way = Vec::new();
    let (mut now, mut place) = (tour.departure, rep.start);
    let (mut drive, mut service, mut wait, mut price) = (0, 0, 0, 0);
    for (at, stop) in tour.stops.iter().enumerate() {
        let visit = &problem.visits[stop.visit];
        let (ready, idle) = pauses(tour, at, false, now);
        wait += idle;
        let Some(leg) = travel(problem, place, Some(visit.place), ready) else {
            no_way.push(at);
            break;
        };
        differ(at, "drive", stop.drive, leg);
        differ(at, "arrival", stop.arrival, ready + leg);
        let (ready, idle) = pauses(tour, at, true, ready + leg);
        differ(at, "wait", stop.wait, idle + stop.start - ready);
        if stop.start < ready {
            differ(at, "start", stop.start, ready);
        }
        let general = (visit.service, visit.setup);
        let (mut work, setup) = *visit.by_kind.get(rep.kind).unwrap_or(&general);
        if place != Some(visit.place) {
            work += setup;
        }
        differ(at, "end", stop.end, stop.start + work);
        let late = how_late(visit, stop.start);
        differ(at, "lateness", stop.late, late.unwrap_or(0));
        if late.is_none_or(|late| late > visit.late.map_or(0, |rule| rule.most)) {
            closed.push((stop.visit, stop.start));
        }
        price += priced(
            late.unwrap_or(0),
            visit.late.map_or(0, |rule| rule.per_mille),
        );
        drive += leg;
        service += work;
        wait += idle + stop.start - ready;
        now = stop.end;
        place = Some(visit.place);
    }
    if no_way.is_empty() {
        let last = tour.stops.len();
        let (ready, idle) = pauses(tour, last, false, now);
        if let Some(leg) = travel(problem, place, rep.end, ready) {
            let (back, late_idle) = pauses(tour, last, true, ready + leg);
            differ(last, "last drive", tour.last_drive, leg);
            differ(last, "back", tour.back, back);
            differ(last, "total drive", tour.drive, drive + leg);
            differ(last, "total service", tour.service, service);
            differ(last, "total wait", tour.wait, wait + idle + late_idle);
            price += priced(wait + idle + late_idle, rep.wait_per_mille);
            if let Some(over) = rep.overtime {
                price += priced(back - over.after, over.per_mille);
            }
            differ(last, "price of time", tour.time_price, price);
        } else {
            no_way.push(last);
        }
    }
    let day = tour.day;
    wrong.extend(
        no_way
            .into_iter()
            .map(|stop| Violation::NoWay { day, stop }),
    );
    wrong.extend(
        closed
            .into_iter()
            .map(|(visit, start)| Violation::Closed { day, visit, start }),
    );
}

/// How long after the last window that has opened a start is; `None` when none has.
fn how_late(visit: &Visit, start: i64) -> Option<i64> {
    if visit.windows.is_empty() {
        return Some(0);
    }
    let opened = visit.windows.iter().filter(|w| w.open <= start);
    opened.map(|w| (start - w.close).max(0)).min()
}

/// What so much time costs, rounded up.
fn priced(time: i64, per_mille: i64) -> i64 {
    let thousandths = i128::from(time.max(0)) * i128::from(per_mille);
    ((thousandths + 999) / 1_000).min(1 << 50) as i64
}

/// The instant after the breaks stated for one point of the tour, and the idle time before them.
fn pauses(tour: &Tour, after_stops: usize, on_arrival: bool, from: i64) -> (i64, i64) {
    let (mut now, mut idle) = (from, 0);
    for pause in &tour.breaks {
        if pause.after_stops == after_stops && pause.on_arrival == on_arrival {
            idle += pause.start - now;
            now = pause.end;
        }
    }
    (now, idle)
}

/// Shift, breaks, stops, drive, duration, loads, skills, allowed days and locked visits.
fn limits(problem: &Problem, tour: &Tour, wrong: &mut Vec<Violation>) {
    let day = tour.day;
    let rep = &problem.days[day];
    let mut most = |limit: &'static str, value: i64, allowed: i64| {
        if value > allowed {
            wrong.push(Violation::OverLimit {
                day,
                limit,
                value,
                allowed,
            });
        }
    };
    most("return", tour.back, rep.shift.close);
    most("departure", -tour.departure, -rep.shift.open);
    most(
        "stops",
        tour.stops.len() as i64,
        rep.max_stops.map_or(i64::MAX, |m| m as i64),
    );
    most("drive", tour.drive, rep.max_drive.unwrap_or(i64::MAX));
    most(
        "duration",
        tour.back - tour.departure,
        rep.max_duration.unwrap_or(i64::MAX),
    );
    for (kind, &capacity) in rep.capacity.iter().enumerate() {
        most("load", most_on_board(problem, tour, kind), capacity);
    }
    breaks(rep, tour, wrong);
    for stop in &tour.stops {
        let visit = &problem.visits[stop.visit];
        let mut refuse = |rule| {
            wrong.push(Violation::NotAllowed {
                day,
                visit: stop.visit,
                rule,
            });
        };
        if visit
            .allowed_days
            .as_ref()
            .is_some_and(|days| !days.contains(&day))
        {
            refuse("day");
        }
        if !visit.skills.iter().all(|skill| rep.skills.contains(skill)) {
            refuse("skill");
        }
    }
    let first: Vec<usize> = tour
        .stops
        .iter()
        .map(|s| s.visit)
        .take(rep.prefix.len())
        .collect();
    if first != rep.prefix {
        wrong.push(Violation::Prefix { day });
    }
}

/// The most that is on board on any leg, followed backwards: what was taken along and what is still to be brought.
fn most_on_board(problem: &Problem, tour: &Tour, kind: usize) -> i64 {
    let of = |amounts: &[i64]| amounts.get(kind).copied().unwrap_or(0);
    let visits = || tour.stops.iter().map(|stop| &problem.visits[stop.visit]);
    let mut on_board: i64 = visits().map(|visit| of(&visit.pickup)).sum();
    let mut most = on_board;
    for visit in visits().rev() {
        on_board += of(&visit.demand) - of(&visit.pickup);
        most = most.max(on_board);
    }
    most
}

fn breaks(rep: &RepDay, tour: &Tour, wrong: &mut Vec<Violation>) {
    for (index, rule) in rep.breaks.iter().enumerate() {
        let taken: Vec<_> = tour.breaks.iter().filter(|b| b.index == index).collect();
        let sound = matches!(taken[..], [pause] if rule.window.open <= pause.start
            && pause.start <= rule.window.close
            && pause.end == pause.start + rule.duration
            && pause.after_stops <= tour.stops.len());
        if !sound {
            wrong.push(Violation::Break {
                day: tour.day,
                index,
            });
        }
    }
    let in_turn = tour.breaks.windows(2).all(|pair| {
        let key = |b: &super::solution::BreakTaken| (b.after_stops, b.on_arrival);
        key(&pair[0]) <= key(&pair[1]) && pair[0].end <= pair[1].start
    });
    // The first break of a point must not start before one is there.
    let mut early = false;
    for pause in &tour.breaks {
        let stops_done = pause.after_stops;
        let there = if pause.on_arrival {
            tour.stops
                .get(stops_done)
                .map_or(tour.back - pause.end + pause.start, |s| s.arrival)
        } else if stops_done == 0 {
            tour.departure
        } else {
            tour.stops.get(stops_done - 1).map_or(i64::MAX, |s| s.end)
        };
        early |= pause.start < there && (!pause.on_arrival || stops_done < tour.stops.len());
    }
    let at_the_end = tour
        .breaks
        .iter()
        .find(|b| b.on_arrival && b.after_stops >= tour.stops.len());
    if let (Some(pause), Some(last)) = (at_the_end, tour.stops.last()) {
        early |= pause.start < last.end + tour.last_drive;
    }
    let known = tour.breaks.iter().all(|b| b.index < rep.breaks.len());
    if !in_turn || early || !known {
        wrong.push(Violation::Break {
            day: tour.day,
            index: rep.breaks.len(),
        });
    }
}

fn counted(problem: &Problem, solution: &Solution, wrong: &mut Vec<Violation>) {
    let mut times = vec![0; problem.visits.len()];
    let mut groups = BTreeMap::<u32, usize>::new();
    for stop in solution.tours.iter().flat_map(|tour| &tour.stops) {
        times[stop.visit] += 1;
        if let Some(group) = problem.visits[stop.visit].group {
            *groups.entry(group).or_default() += 1;
        }
    }
    for &visit in &solution.left_out {
        times[visit] += 1;
    }
    for (visit, times) in times.into_iter().enumerate() {
        if times != 1 {
            wrong.push(Violation::Counted { visit, times });
        }
    }
    for (group, times) in groups {
        if times > 1 {
            wrong.push(Violation::Group { group, times });
        }
    }
}

fn recount(problem: &Problem, solution: &Solution) -> Cost {
    let mut on = vec![None; problem.visits.len()];
    let mut cost = Cost::default();
    for tour in &solution.tours {
        for stop in &tour.stops {
            cost.travel += stop.drive;
            on[stop.visit] = Some(tour.day);
        }
        cost.travel += tour.last_drive;
        cost.time += tour.time_price;
        cost.fixed += problem.days[tour.day].fixed_cost;
    }
    let mut best_of_group = BTreeMap::<u32, i64>::new();
    for (index, visit) in problem.visits.iter().enumerate() {
        if on[index].is_some() {
            cost.prize += expected(visit);
        }
        cost.missing_required += usize::from(visit.required && on[index].is_none());
        if visit.keep.is_some_and(|keep| on[index] != Some(keep.day)) {
            cost.changes += visit.keep.map_or(0, |keep| keep.price);
        }
        match visit.group {
            Some(group) => {
                let best = best_of_group.entry(group).or_default();
                *best = expected(visit).max(*best);
            }
            None => cost.missed += expected(visit),
        }
    }
    cost.missed += best_of_group.values().sum::<i64>() - cost.prize;
    cost.value = match problem.objective {
        Objective::MaxPrize => cost.prize,
        Objective::Travel => cost.travel + cost.fixed + cost.changes + cost.time,
        Objective::TravelAndMissed => {
            cost.travel + cost.fixed + cost.changes + cost.missed + cost.time
        }
    };
    cost
}

/// The prize times the chance of meeting someone.
fn expected(visit: &Visit) -> i64 {
    visit.prize * i64::from(visit.show.unwrap_or(1_000)) / 1_000
}

fn compare_cost(stated: &Cost, right: &Cost, wrong: &mut Vec<Violation>) {
    let parts = [
        (
            "missing required",
            stated.missing_required as i64,
            right.missing_required as i64,
        ),
        ("travel", stated.travel, right.travel),
        ("fixed", stated.fixed, right.fixed),
        ("prize", stated.prize, right.prize),
        ("missed", stated.missed, right.missed),
        ("changes", stated.changes, right.changes),
        ("time", stated.time, right.time),
        ("value", stated.value, right.value),
    ];
    for (what, stated, right) in parts {
        if stated != right {
            wrong.push(Violation::WrongCost {
                what,
                stated,
                right,
            });
        }
    }
}
