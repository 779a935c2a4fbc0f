//! What a change would do to stops, loads, drive and times of a day, without making it.

use super::instants::{ride, serve};
use super::model::{Clock, NONE, Node, Slot};
use super::state::Tours;
use crate::tours::clock::take_breaks;
use crate::tours::schedule::schedule;

/// Sums over the end of a tour.
#[derive(Default)]
struct Tail {
    stops: u32,
    drive: i64,
    work: i64,
    load: Vec<i64>,
}

/// One visit tried on one day: what [`Tours::fits`] would look up for each position, looked up once.
pub struct Trial<'t, 'm> {
    tours: &'t Tours<'m>,
    day: u32,
    visit: Node,
    slot: Slot,
    service: i64,
    /// By how much the day's drive may grow.
    spare_drive: i64,
    /// One instant per side and the drive tell everything.
    simple: bool,
}

impl<'t, 'm> Trial<'t, 'm> {
    #[inline]
    pub fn new(tours: &'t Tours<'m>, day: u32, visit: Node) -> Self {
        let model = tours.model;
        let limits = &model.days[day as usize];
        Self {
            slot: *model.slot(day, visit),
            service: model.service(day, visit),
            spare_drive: limits.max_drive - tours.drive[day as usize],
            simple: model.clock == Clock::Windows && !limits.timed && model.mixed.is_empty(),
            tours,
            day,
            visit,
        }
    }

    /// The same as [`Tours::fits`] between `after` and `next`.
    #[inline]
    pub fn fits(&self, after: Node, next: Node, to: i64, from: i64) -> bool {
        let tours = self.tours;
        if !self.simple {
            return tours.fits(self.day, after, self.visit, to, from);
        }
        let arrival = tours.ready[after as usize] + to;
        let start = tours.model.next_start(&self.slot, arrival);
        let fits = start + self.service + from <= tours.latest[next as usize]
            && to + from - tours.leg[next as usize] <= self.spare_drive;
        debug_assert_eq!(
            fits,
            tours.fits(self.day, after, self.visit, to, from),
            "the quick test of visit {} on day {} says what the whole one says",
            self.visit,
            self.day
        );
        fits
    }
}

impl Tours<'_> {
    /// Would both days keep stops, loads, drive and sums if what follows `a` and `b` changed places, over new legs
    /// `to_b` from `a` and `to_a` from `b`? Windows are for the caller, breaks and durations make it say no.
    pub fn tails_fit(&self, a: Node, b: Node, to_a: i64, to_b: i64) -> bool {
        let (day_a, day_b) = (self.day[a as usize] as usize, self.day[b as usize] as usize);
        let limits = &self.model.days[day_a];
        if self.model.clock == Clock::Breaks || limits.timed && self.model.clock != Clock::Sum {
            return false;
        }
        let (tail_a, tail_b) = (self.tail(a), self.tail(b));
        let joined = |day: usize, own: &Tail, new: &Tail, leg: i64, old_leg: i64| {
            let drive = self.drive[day] - own.drive - old_leg + leg + new.drive;
            let work = self.work[day] - own.work + new.work;
            let loads = self.model.loads;
            self.stops[day] - own.stops + new.stops <= limits.max_stops
                && drive <= limits.max_drive
                && (self.model.clock != Clock::Sum || drive + work <= limits.max_work)
                && (0..loads).all(|kind| {
                    let at = day * loads + kind;
                    self.load[at] - own.load[kind] + new.load[kind] <= self.model.capacity[at]
                })
        };
        let leg_a = self.leg[self.next[a as usize] as usize];
        let leg_b = self.leg[self.next[b as usize] as usize];
        joined(day_a, &tail_a, &tail_b, to_b, leg_a)
            && joined(day_b, &tail_b, &tail_a, to_a, leg_b)
            && self.joined_loads_fit((a, &tail_a.load), (b, &tail_b.load))
            && self.joined_loads_fit((b, &tail_b.load), (a, &tail_a.load))
    }

    /// What follows a node: stops, service, loads, and travel from the first of them to the end.
    fn tail(&self, node: Node) -> Tail {
        let model = self.model;
        let mut tail = Tail {
            load: vec![0; model.loads],
            ..Tail::default()
        };
        let mut at = self.next[node as usize];
        while model.is_visit(at) {
            tail.stops += 1;
            tail.work += model.service(self.day[node as usize], at);
            for kind in 0..model.loads {
                tail.load[kind] += model.demand[at as usize * model.loads + kind];
            }
            at = self.next[at as usize];
            tail.drive += self.leg[at as usize];
        }
        tail
    }

    /// Does the day as it stands keep its times and its drive? Only needed after removals, where a table that breaks
    /// the triangle rule can surprise.
    pub fn sound(&self, day: u32) -> bool {
        let limits = &self.model.days[day as usize];
        let d = day as usize;
        if self.stops[d] == 0 {
            return true;
        }
        let in_time = if self.model.clock == Clock::Sum {
            self.drive[d] + self.work[d] <= limits.max_work
        } else {
            let start = self.model.start(day) as usize;
            self.latest[start * self.model.masks] >= limits.shift.open
        };
        in_time
            && self.drive[d] <= limits.max_drive
            && (!limits.timed || self.model.clock == Clock::Sum || self.schedulable(day, None))
    }

    /// Could `visit` be on `day` at all next to what is there (skills, days, stops, loads, group)?
    #[inline]
    pub fn has_room(&self, day: u32, visit: Node) -> bool {
        let model = self.model;
        let d = day as usize;
        if !model.may_serve(day, visit) || self.stops[d] >= model.days[d].max_stops {
            return false;
        }
        for kind in 0..model.loads {
            let at = d * model.loads + kind;
            if self.load[at] + model.demand[visit as usize * model.loads + kind]
                > model.capacity[at]
            {
                return false;
            }
        }
        true
    }

    /// Is the visit's group free?
    #[inline]
    pub fn group_free(&self, visit: Node) -> bool {
        let group = self.model.group[visit as usize];
        group == NONE || !self.group_used[group as usize]
    }

    /// Would `visit`, reached in `to` and left in `from`, keep the times and the drive of its day behind `after`?
    #[inline]
    pub fn fits(&self, day: u32, after: Node, visit: Node, to: i64, from: i64) -> bool {
        let model = self.model;
        let d = day as usize;
        let limits = &model.days[d];
        let before = self.next[after as usize] as usize;
        let drive = self.drive[d] + to + from - self.leg[before];
        if drive > limits.max_drive || !self.carries(day, after, visit) {
            return false;
        }
        let in_time = match model.clock {
            Clock::Sum => drive + self.work[d] + model.service(day, visit) <= limits.max_work,
            Clock::Windows => {
                let arrival = self.ready[after as usize] + to;
                let start = model.next_start(model.slot(day, visit), arrival);
                start + model.service(day, visit) + from <= self.latest[before]
            }
            Clock::Breaks => self.fits_with_breaks(day, after, visit, to, from),
        };
        in_time
            && (!limits.timed
                || model.clock == Clock::Sum
                || drive + self.work[d] + model.service(day, visit) <= limits.max_work
                    && self.schedulable(day, Some((after, visit))))
    }

    fn fits_with_breaks(&self, day: u32, after: Node, visit: Node, to: i64, from: i64) -> bool {
        let model = self.model;
        let mut state = self.load_ready(after);
        ride(&mut state, to, model, day);
        serve(&mut state, visit, model, day);
        take_breaks(&mut state, &model.days[day as usize].breaks);
        let before = self.next[after as usize] as usize * model.masks;
        let latest = &self.latest[before..before + model.masks];
        state
            .iter()
            .zip(latest)
            .any(|(ready, latest)| ready + from <= *latest)
    }

    /// Full schedule of a day, with one visit added: for days with a longest duration or travel by the time of day.
    fn schedulable(&self, day: u32, added: Option<(Node, Node)>) -> bool {
        let mut order = Vec::with_capacity(self.stops[day as usize] as usize + 1);
        let mut at = self.model.start(day);
        loop {
            if let Some((after, visit)) = added
                && after == at
            {
                order.push(visit as usize);
            }
            at = self.next[at as usize];
            if !self.model.is_visit(at) {
                break;
            }
            order.push(at as usize);
        }
        let most = self.model.days[day as usize].max_drive;
        schedule(self.model.problem, day as usize, &order).is_some_and(|tour| tour.drive <= most)
    }
}
