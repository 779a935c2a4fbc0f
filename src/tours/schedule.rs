//! When everything happens on one rep-day, given the order of its visits.
//!
//! The schedule ends as early as the order allows and, for that end, departs as late as possible without making a visit
//! late that need not be. Where the day has a longest duration that this breaks, later departures are tried until one
//! fits.

use super::clock::{
    NEVER, NO_STATE, State, TOO_LATE, before_breaks, last_start, lateness, next_start, ready,
    take_breaks, tidy_windows,
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

/// The most departures tried for a day with a longest duration.
const MOST_DEPARTURES: usize = 200;

/// No single price of time exceeds this.
const MOST_PRICE: i128 = 1 << 50;

/// A stop as the clock sees it.
struct Item<'a> {
    visit: usize,
    wanted: &'a Visit,
    leg: Leg,
    service: i64,
    windows: Vec<Window>,
}

/// From where to where.
type Leg = (Option<usize>, Option<usize>);

/// A day's stops in order.
struct Line<'a> {
    travel: &'a TravelTable,
    rep: &'a RepDay,
    items: Vec<Item<'a>>,
    last_leg: Leg,
}

/// Backward states of a stop: latest on arrival, and latest when service is over.
struct Latest {
    arrival: Vec<State>,
    departure: State,
}

impl<'a> Line<'a> {
    fn new(travel: &'a TravelTable, rep: &'a RepDay, visits: &[&'a Visit]) -> Option<Self> {
        let mut at = rep.start;
        let mut items = Vec::with_capacity(visits.len());
        for (visit, &wanted) in visits.iter().enumerate() {
            travel.leg(at, Some(wanted.place))?;
            let (service, mut setup) = wanted.times(rep.kind);
            if at == Some(wanted.place) {
                setup = 0;
            }
            items.push(Item {
                visit,
                wanted,
                leg: (at, Some(wanted.place)),
                service: service + setup,
                windows: tidy_windows(wanted),
            });
            at = Some(wanted.place);
        }
        travel.leg(at, rep.end)?;
        Some(Self {
            travel,
            rep,
            items,
            last_leg: (at, rep.end),
        })
    }

    const fn all_breaks(&self) -> usize {
        (1 << self.rep.breaks.len()) - 1
    }

    fn tour(&self, day: usize) -> Option<Tour> {
        let latest = self.latest(self.rep.shift.close);
        let mut leave = self.rep.shift.open;
        for _ in 0..MOST_DEPARTURES {
            let end = self.earliest_end(leave)?;
            let departure = self.departure(leave, end)?;
            let tour = self.trace(day, departure, &latest)?;
            match self.rep.max_duration {
                Some(longest) if tour.duration() > longest => {
                    leave = departure + self.until_change(&tour)? + 1;
                }
                _ => return Some(tour),
            }
        }
        None
    }

    /// The latest departure for an end, with no visit later than it must be.
    fn departure(&self, leave: i64, end: i64) -> Option<i64> {
        if self.items.iter().all(|item| item.wanted.late.is_none()) {
            return Some(self.latest(end).departure[0]);
        }
        let latest = self.latest(end);
        let first = self.trace(0, leave, &latest)?;
        let mut punctual = Self {
            items: Vec::with_capacity(self.items.len()),
            ..*self
        };
        for (item, stop) in self.items.iter().zip(&first.stops) {
            let mut windows = tidy_windows(&Visit {
                late: None,
                ..item.wanted.clone()
            });
            let starts = Window::new(stop.start, stop.start);
            let at = windows.partition_point(|w| w.close < stop.start);
            if !windows.get(at).is_some_and(|w| w.holds(stop.start)) && !windows.is_empty() {
                windows.insert(at, starts);
            }
            punctual.items.push(Item { windows, ..*item });
        }
        // Never before `leave`: with that departure every start of the first trace is kept.
        Some(punctual.latest(end).departure[0].max(leave))
    }

    /// The earliest end when leaving at `leave`; `None` when the shift cannot hold it.
    fn earliest_end(&self, leave: i64) -> Option<i64> {
        let mut state = ready(leave);
        for item in &self.items {
            self.ride(&mut state, item.leg);
            serve(&mut state, item, self.all_breaks());
        }
        self.ride(&mut state, self.last_leg);
        let end = state[self.all_breaks()];
        (end <= self.rep.shift.close).then_some(end)
    }

    fn arrive(&self, (from, to): Leg, leave: i64) -> i64 {
        self.travel.arrive(from, to, leave).min(TOO_LATE)
    }

    fn leave_by(&self, (from, to): Leg, arrive: i64) -> i64 {
        self.travel.leave_by(from, to, arrive).max(NEVER)
    }

    fn ride(&self, state: &mut State, leg: Leg) {
        take_breaks(state, &self.rep.breaks);
        for at in &mut state[..=self.all_breaks()] {
            *at = self.arrive(leg, *at);
        }
        take_breaks(state, &self.rep.breaks);
    }

    /// Latest instants that still end by `end`.
    fn latest(&self, end: i64) -> Latest {
        let mut state = [NEVER; 16];
        state[self.all_breaks()] = end;
        let mut arrival = vec![state; self.items.len()];
        self.unride(&mut state, self.last_leg);
        for (at, item) in self.items.iter().enumerate().rev() {
            for instant in &mut state[..=self.all_breaks()] {
                *instant = last_start(&item.windows, instant.saturating_sub(item.service))
                    .filter(|&start| start > NEVER)
                    .unwrap_or(NEVER);
            }
            before_breaks(&mut state, &self.rep.breaks);
            arrival[at] = state;
            for instant in &mut state[..=self.all_breaks()] {
                *instant = self.leave_by(item.leg, *instant);
            }
            before_breaks(&mut state, &self.rep.breaks);
        }
        Latest {
            arrival,
            departure: state,
        }
    }

    fn unride(&self, state: &mut State, leg: Leg) {
        before_breaks(state, &self.rep.breaks);
        for instant in &mut state[..=self.all_breaks()] {
            *instant = self.leave_by(leg, *instant);
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
            let arrival = self.arrive(item.leg, pen.now);
            let drive = arrival - pen.now;
            let slack = latest.arrival[at][pen.mask] - arrival;
            pen.now = arrival;
            let idle = pen.breaks_until(masks[2 * at + 1], at, true);
            let start = next_start(&item.windows, pen.now)?;
            stops.push(TourStop {
                visit: item.visit,
                drive,
                arrival,
                wait: idle + start - pen.now,
                start,
                end: start + item.service,
                late: lateness(item.wanted, start),
                slack,
            });
            pen.now = start + item.service;
        }
        let done = self.items.len();
        wait_at_breaks += pen.breaks_until(masks[2 * done], done, false);
        let back = self.arrive(self.last_leg, pen.now);
        let last_drive = back - pen.now;
        pen.now = back;
        wait_at_breaks += pen.breaks_until(masks[2 * done + 1], done, true);
        let wait = stops.iter().map(|s| s.wait).sum::<i64>() + wait_at_breaks;
        Some(Tour {
            day,
            departure,
            last_drive,
            back: pen.now,
            drive: stops.iter().map(|s| s.drive).sum::<i64>() + last_drive,
            service: stops.iter().map(|s| s.end - s.start).sum(),
            wait,
            time_price: self.time_price(&stops, wait, pen.now),
            slack: latest.departure[0] - departure,
            stops,
            breaks: pen.breaks,
        })
    }

    /// What lateness, waiting and overtime cost, each rounded up.
    fn time_price(&self, stops: &[TourStop], wait: i64, back: i64) -> i64 {
        let price = |time: i64, per_mille: i64| {
            let exact = (i128::from(time.max(0)) * i128::from(per_mille) + 999) / 1_000;
            exact.min(MOST_PRICE) as i64
        };
        let late = self.items.iter().zip(stops).map(|(item, stop)| {
            let rate = item.wanted.late.map_or(0, |late| late.per_mille);
            price(stop.late, rate)
        });
        let overtime = self.rep.overtime;
        late.fold(0, i64::saturating_add)
            + price(wait, self.rep.wait_per_mille)
            + overtime.map_or(0, |over| price(back - over.after, over.per_mille))
    }

    /// The set of breaks taken when leaving each point (before a leg, after a leg, in turn) of the earliest schedule.
    fn masks(&self, departure: i64) -> Option<Vec<usize>> {
        let all = self.all_breaks();
        let points = 2 * self.items.len() + 2;
        let mut after = Vec::with_capacity(points);
        let mut before = Vec::with_capacity(points);
        let mut state = ready(departure);
        for at in 0..=self.items.len() {
            let leg = self.items.get(at).map_or(self.last_leg, |i| i.leg);
            before.push(state);
            take_breaks(&mut state, &self.rep.breaks);
            after.push(state);
            for instant in &mut state[..=all] {
                *instant = self.arrive(leg, *instant);
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
        let slices = legs_set_out(tour).filter_map(|at| self.travel.until_change(at));
        let until = stops.chain(breaks).chain(slices).min()?;
        (until <= self.rep.shift.close - tour.back).then_some(until)
    }
}

/// When each leg sets out.
fn legs_set_out(tour: &Tour) -> impl Iterator<Item = i64> + '_ {
    let last = tour.stops.last().map(|stop| stop.end);
    tour.stops.iter().map(|s| s.arrival - s.drive).chain(last)
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
