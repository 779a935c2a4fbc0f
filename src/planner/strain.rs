//! The times of an order of stops that may break rules, and which it breaks: [`tour_of`] and [`violations`].
//!
//! A sound order is timed by the tour planner. Any other is walked through from the start: late stops are made late, and
//! lunch is taken at the first chance after its time has come.

use chrono::{NaiveTime, TimeDelta};

use super::problem::Frame;
use super::search::Found;
use super::violation::Violation;
use crate::tours::schedule::schedule;
use crate::tours::{BreakTaken, Tour, TourStop};

/// The tour of the found problem's visits in this order; `None` when a leg does not exist. An empty order is the way home
/// from where the rep is.
pub(super) fn tour_of(found: &Found, order: &[usize]) -> Option<Tour> {
    if !order.is_empty()
        && let Some(tour) = schedule(&found.problem, 0, order)
    {
        return Some(tour);
    }
    Walk::new(found).through(order)
}

/// Minutes, rounded up.
const fn minutes_up(millis: i64) -> i64 {
    (millis + 59_999).div_euclid(60_000)
}

/// Walks an order from the start of the day.
struct Walk<'q, 'c, 'a> {
    found: &'q Found<'c, 'a>,
    now: i64,
    done: usize,
    breaks: Vec<BreakTaken>,
}

impl<'q, 'c, 'a> Walk<'q, 'c, 'a> {
    fn new(found: &'q Found<'c, 'a>) -> Self {
        Self {
            found,
            now: found.problem.days[0].shift.open,
            done: 0,
            breaks: Vec::new(),
        }
    }

    fn through(mut self, order: &[usize]) -> Option<Tour> {
        let problem = &self.found.problem;
        let rep = &problem.days[0];
        let mut tour = Tour {
            day: 0,
            departure: self.now,
            stops: Vec::new(),
            breaks: Vec::new(),
            last_drive: 0,
            back: self.now,
            drive: 0,
            service: 0,
            wait: 0,
            slack: 0,
            time_price: 0,
        };
        let mut at = rep.start;
        for &index in order {
            let visit = &problem.visits[index];
            let drive = problem.travel.leg(at, Some(visit.place))?;
            self.rest(self.now, false);
            let arrival = self.now + drive;
            self.now = arrival;
            let start = self.opening(index);
            self.rest(start, true);
            let start = self.opening(index);
            let taken = self.breaks.iter().filter(|b| b.start >= arrival);
            let idle = start - arrival - taken.map(|b| b.end - b.start).sum::<i64>();
            tour.stops.push(TourStop {
                visit: index,
                drive,
                arrival,
                wait: idle.max(0),
                start,
                end: start + visit.service,
                slack: 0,
                late: 0,
            });
            tour.drive += drive;
            tour.service += visit.service;
            tour.wait += idle.max(0);
            self.now = start + visit.service;
            self.done += 1;
            at = Some(visit.place);
        }
        self.rest(self.now, false);
        tour.last_drive = problem.travel.leg(at, rep.end)?;
        tour.drive += tour.last_drive;
        self.now += tour.last_drive;
        if !order.is_empty() {
            self.rest(i64::MAX, true);
        }
        tour.back = self.now;
        tour.breaks = self.breaks;
        if let Some(first) = tour.stops.first() {
            // Leaves just in time for the first stop.
            let spare = first.wait.min(first.start - first.arrival).max(0);
            let (arrival, wait) = (first.arrival + spare, first.wait - spare);
            if tour.breaks.iter().all(|b| b.after_stops > 0) {
                tour.departure += spare;
                tour.wait -= spare;
                let first = &mut tour.stops[0];
                (first.arrival, first.wait) = (arrival, wait);
            }
        }
        Some(tour)
    }

    /// When a visit can start from now on: in its next window, or late at once.
    fn opening(&self, visit: usize) -> i64 {
        let windows = &self.found.problem.visits[visit].windows;
        let next = windows
            .iter()
            .filter(|w| self.now <= w.close)
            .map(|w| w.open.max(self.now))
            .min();
        next.unwrap_or(self.now)
    }

    /// Takes the breaks whose time has come, or comes while waiting until `until`.
    fn rest(&mut self, until: i64, on_arrival: bool) {
        let rules = &self.found.problem.days[0].breaks;
        for (index, rule) in rules.iter().enumerate() {
            let taken = self.breaks.iter().any(|b| b.index == index);
            let start = self.now.max(rule.window.open);
            let fits = start <= self.now || start.saturating_add(rule.duration) <= until;
            if !taken && fits {
                self.breaks.push(BreakTaken {
                    index,
                    start,
                    end: start + rule.duration,
                    after_stops: self.done,
                    on_arrival,
                });
                self.now = start + rule.duration;
            }
        }
    }
}

/// Everything that a tour of the found problem does not keep, looked at with `frame`'s limits and the candidates' own
/// hours. In the order of the day.
pub(super) fn violations(frame: &Frame, found: &Found, tour: &Tour) -> Vec<Violation> {
    let mut broken: Vec<Violation> = Vec::new();
    for stop in &tour.stops {
        let candidate = found.candidates[stop.visit];
        let start = stop.start + frame.parking;
        let inside = |(first, last): &(i64, i64)| *first <= start && start <= *last;
        if candidate.starts.is_empty() || candidate.starts.iter().any(inside) {
            continue;
        }
        let before = candidate.starts.iter().map(|(_, last)| *last);
        if let Some(last) = before.filter(|last| *last < start).max() {
            broken.push(Violation::Late {
                account: candidate.account.id.clone(),
                name: candidate.account.name.clone(),
                until: local(frame, last),
                late_min: minutes_up(start - last),
            });
        }
    }
    if let (Some(lunch), Some((_, latest, _))) = (tour.breaks.first(), frame.lunch)
        && lunch.start > latest
    {
        let late_min = minutes_up(lunch.start - latest);
        broken.push(Violation::LateLunch { late_min });
    }
    // What is left of a day that is over already ends late by all of it.
    if tour.back > frame.working.1 {
        let late_min = minutes_up(tour.back - frame.working.1);
        broken.push(Violation::AfterShift { late_min });
    }
    if let Some(limit) = frame.max_stops
        && tour.stops.len() > limit
    {
        broken.push(Violation::MaxVisits {
            limit: frame.rep.max_visits.unwrap_or(0),
            over: (tour.stops.len() - limit) as u32,
        });
    }
    if let Some(limit) = frame.max_drive
        && tour.drive > limit
    {
        broken.push(Violation::MaxDrive {
            limit_min: frame.rep.max_drive_min.unwrap_or(0),
            over_min: minutes_up(tour.drive - limit),
        });
    }
    broken
}

fn local(frame: &Frame, millis: i64) -> NaiveTime {
    let minute = frame.clock.instant(millis).time();
    minute - TimeDelta::seconds(i64::from(chrono::Timelike::second(&minute)))
}
