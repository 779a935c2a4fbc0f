//! When everything happens on one rep-day, given the order of its visits.
//!
//! The schedule ends as early as the order allows and, for that end, departs as late as possible. Where the day has a
//! longest duration that this breaks, later departures are tried until one fits.

use super::clock::{
    NEVER, NO_STATE, State, TOO_LATE, before_breaks, last_start, next_start, ready, take_breaks,
    tidy_windows,
};
use super::problem::{Problem, RepDay, TravelTable, Visit, Window};
use super::solution::{BreakTaken, Tour, TourStop};

/// The tour of `day` that makes `visits` in this order, or `None` when no schedule keeps windows, breaks, shift and
/// longest duration, or a leg does not exist. Limits on stops, drive, skills and loads are not looked at.
/// Costs O(n 2^b) for n visits and b breaks.
#[must_use]
pub fn schedule(problem: &Problem, day: usize, visits: &[usize]) -> Option<Tour> {
    let wanted: Vec<&Visit> = visits.iter().map(|&v| &problem.visits[v]).collect();
    let line = Line::new(&problem.travel, &problem.days[day], &wanted)?;
    let mut tour = line.tour(day)?;
    for (stop, &visit) in tour.stops.iter_mut().zip(visits) {
        stop.visit = visit;
    }
    Some(tour)
}

/// The same for a rep-day and visits that need not be those of a problem; stops are numbered in the given order.
pub(super) fn schedule_of(
    travel: &TravelTable,
    rep: &RepDay,
    day: usize,
    visits: &[Visit],
) -> Option<Tour> {
    let wanted: Vec<&Visit> = visits.iter().collect();
    Line::new(travel, rep, &wanted)?.tour(day)
}

/// A stop as the clock sees it.
struct Item {
    visit: usize,
    drive: i64,
    service: i64,
    windows: Vec<Window>,
}

/// A day's stops in order.
struct Line<'a> {
    rep: &'a RepDay,
    items: Vec<Item>,
    last_drive: i64,
}

/// Backward states of a stop: latest on arrival, and latest when service is over.
struct Latest {
    arrival: Vec<State>,
    departure: State,
}

impl<'a> Line<'a> {
    fn new(travel: &TravelTable, rep: &'a RepDay, visits: &[&Visit]) -> Option<Self> {
        let mut at = rep.start;
        let mut items = Vec::with_capacity(visits.len());
        for (visit, wanted) in visits.iter().enumerate() {
            items.push(Item {
                visit,
                drive: travel.leg(at, Some(wanted.place))?,
                service: wanted.service,
                windows: tidy_windows(wanted),
            });
            at = Some(wanted.place);
        }
        let last_drive = travel.leg(at, rep.end)?;
        Some(Self {
            rep,
            items,
            last_drive,
        })
    }

    const fn all_breaks(&self) -> usize {
        (1 << self.rep.breaks.len()) - 1
    }

    fn tour(&self, day: usize) -> Option<Tour> {
        let latest = self.latest(self.rep.shift.close);
        let mut leave = self.rep.shift.open;
        loop {
            let end = self.earliest_end(leave)?;
            let departure = self.latest(end).departure[0];
            let tour = self.trace(day, departure, &latest)?;
            match self.rep.max_duration {
                Some(longest) if tour.duration() > longest => {
                    leave = departure + self.until_change(&tour)? + 1;
                }
                _ => return Some(tour),
            }
        }
    }

    /// The earliest end when leaving at `leave`; `None` when the shift cannot hold it.
    fn earliest_end(&self, leave: i64) -> Option<i64> {
        let mut state = ready(leave);
        for item in &self.items {
            self.ride(&mut state, item.drive);
            serve(&mut state, item, self.all_breaks());
        }
        self.ride(&mut state, self.last_drive);
        let end = state[self.all_breaks()];
        (end <= self.rep.shift.close).then_some(end)
    }

    fn ride(&self, state: &mut State, drive: i64) {
        take_breaks(state, &self.rep.breaks);
        for at in &mut state[..=self.all_breaks()] {
            *at = at.saturating_add(drive).min(TOO_LATE);
        }
        take_breaks(state, &self.rep.breaks);
    }

    /// Latest instants that still end by `end`.
    fn latest(&self, end: i64) -> Latest {
        let mut state = [NEVER; 16];
        state[self.all_breaks()] = end;
        let mut arrival = vec![state; self.items.len()];
        self.unride(&mut state, self.last_drive);
        for (at, item) in self.items.iter().enumerate().rev() {
            for instant in &mut state[..=self.all_breaks()] {
                *instant = last_start(&item.windows, instant.saturating_sub(item.service))
                    .filter(|&start| start > NEVER)
                    .unwrap_or(NEVER);
            }
            before_breaks(&mut state, &self.rep.breaks);
            arrival[at] = state;
            for instant in &mut state[..=self.all_breaks()] {
                *instant = instant.saturating_sub(item.drive).max(NEVER);
            }
            before_breaks(&mut state, &self.rep.breaks);
        }
        Latest {
            arrival,
            departure: state,
        }
    }

    fn unride(&self, state: &mut State, drive: i64) {
        before_breaks(state, &self.rep.breaks);
        for instant in &mut state[..=self.all_breaks()] {
            *instant = instant.saturating_sub(drive).max(NEVER);
        }
        before_breaks(state, &self.rep.breaks);
    }

    /// The schedule itself, leaving at `departure`.
    fn trace(&self, day: usize, departure: i64, latest: &Latest) -> Option<Tour> {
        let masks = self.masks(departure)?;
        let mut pen = Pen {
            rep: self.rep,
            now: departure,
            mask: 0,
            breaks: Vec::new(),
        };
        let mut stops = Vec::with_capacity(self.items.len());
        let mut wait_at_breaks = 0;
        for (at, item) in self.items.iter().enumerate() {
            wait_at_breaks += pen.breaks_until(masks[2 * at], at, false);
            let arrival = pen.now + item.drive;
            let slack = latest.arrival[at][pen.mask] - arrival;
            pen.now = arrival;
            let idle = pen.breaks_until(masks[2 * at + 1], at, true);
            let start = next_start(&item.windows, pen.now)?;
            stops.push(TourStop {
                visit: item.visit,
                drive: item.drive,
                arrival,
                wait: idle + start - pen.now,
                start,
                end: start + item.service,
                slack,
            });
            pen.now = start + item.service;
        }
        let done = self.items.len();
        wait_at_breaks += pen.breaks_until(masks[2 * done], done, false);
        pen.now += self.last_drive;
        wait_at_breaks += pen.breaks_until(masks[2 * done + 1], done, true);
        Some(Tour {
            day,
            departure,
            last_drive: self.last_drive,
            back: pen.now,
            drive: stops.iter().map(|s| s.drive).sum::<i64>() + self.last_drive,
            service: stops.iter().map(|s| s.end - s.start).sum(),
            wait: stops.iter().map(|s| s.wait).sum::<i64>() + wait_at_breaks,
            slack: latest.departure[0] - departure,
            stops,
            breaks: pen.breaks,
        })
    }

    /// The set of breaks taken when leaving each point (before a leg, after a leg, in turn) of the earliest schedule.
    fn masks(&self, departure: i64) -> Option<Vec<usize>> {
        let all = self.all_breaks();
        let points = 2 * self.items.len() + 2;
        let mut after = Vec::with_capacity(points);
        let mut before = Vec::with_capacity(points);
        let mut state = ready(departure);
        for at in 0..=self.items.len() {
            let drive = self.items.get(at).map_or(self.last_drive, |i| i.drive);
            before.push(state);
            take_breaks(&mut state, &self.rep.breaks);
            after.push(state);
            for instant in &mut state[..=all] {
                *instant = instant.saturating_add(drive).min(TOO_LATE);
            }
            before.push(state);
            take_breaks(&mut state, &self.rep.breaks);
            after.push(state);
            if let Some(item) = self.items.get(at) {
                serve(&mut state, item, all);
            }
        }
        if after[points - 1][all] > self.rep.shift.close {
            return None;
        }
        let mut masks = vec![0; points];
        let mut mask = all;
        for point in (0..points).rev() {
            masks[point] = mask;
            mask = self.parent(&before[point], &after[point], mask);
        }
        Some(masks)
    }

    /// Which set one came with to leave this point with `mask` at its earliest; fewest breaks here where it ties.
    fn parent(&self, before: &State, after: &State, mask: usize) -> usize {
        let goal = after[mask];
        (0..=mask)
            .rev()
            .filter(|from| from & mask == *from)
            .find(|&from| {
                let mut state = NO_STATE;
                state[from] = before[from];
                before[from] < TOO_LATE && {
                    take_breaks(&mut state, &self.rep.breaks);
                    state[mask] == goal
                }
            })
            .unwrap_or(mask)
    }

    /// How much later one can leave with every start moving along before some window or break shuts.
    fn until_change(&self, tour: &Tour) -> Option<i64> {
        let stops = self
            .items
            .iter()
            .zip(&tour.stops)
            .filter_map(|(item, stop)| {
                let window = item.windows.iter().find(|w| w.holds(stop.start))?;
                Some(window.close - stop.start)
            });
        let breaks = tour
            .breaks
            .iter()
            .map(|b| self.rep.breaks[b.index].window.close - b.start);
        let until = stops.chain(breaks).min()?;
        (until <= self.rep.shift.close - tour.back).then_some(until)
    }
}

fn serve(state: &mut State, item: &Item, all: usize) {
    for at in &mut state[..=all] {
        *at = next_start(&item.windows, *at).map_or(TOO_LATE, |start| {
            start.saturating_add(item.service).min(TOO_LATE)
        });
    }
}

/// Writes breaks down while the clock moves on.
struct Pen<'a> {
    rep: &'a RepDay,
    now: i64,
    mask: usize,
    breaks: Vec<BreakTaken>,
}

impl Pen<'_> {
    /// Takes the breaks that lead to `goal`, in the order that ends first; returns the idle time before them.
    fn breaks_until(&mut self, goal: usize, after_stops: usize, on_arrival: bool) -> i64 {
        let mut idle = 0;
        for index in self.order(goal) {
            let pause = self.rep.breaks[index];
            let start = self.now.max(pause.window.open);
            idle += start - self.now;
            self.now = start + pause.duration;
            self.breaks.push(BreakTaken {
                index,
                start,
                end: self.now,
                after_stops,
                on_arrival,
            });
        }
        self.mask = goal;
        idle
    }

    fn order(&self, goal: usize) -> Vec<usize> {
        let mut order = Vec::new();
        let mut mask = goal;
        while mask != self.mask {
            // The break that comes last: what is left must lead to the same end.
            let end_of = |set: usize| {
                let mut state = NO_STATE;
                state[self.mask] = self.now;
                take_breaks(&mut state, &self.rep.breaks);
                state[set]
            };
            let last = (0..self.rep.breaks.len())
                .filter(|bit| (mask & !self.mask) >> bit & 1 == 1)
                .find(|bit| {
                    let pause = self.rep.breaks[*bit];
                    let before = end_of(mask & !(1 << bit));
                    before <= pause.window.close
                        && before.max(pause.window.open) + pause.duration == end_of(mask)
                });
            let Some(bit) = last else { break };
            order.push(bit);
            mask &= !(1 << bit);
        }
        order.reverse();
        order
    }
}
