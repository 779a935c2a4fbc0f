//! A problem packed for the search: flat arrays, one lookup per question.
//!
//! Visits are nodes `0..visits`; each rep-day adds two nodes, its start and its end. An open start or end is a place
//! of its own without distance to any other.

use std::borrow::Cow;

use crate::tours::clock::{NEVER, TOO_LATE};
use crate::tours::problem::{Break, Problem, RepDay, Window};

/// Node index of a visit, a day's start or a day's end.
pub type Node = u32;

/// No day, no node.
pub const NONE: u32 = u32::MAX;

/// What decides whether a tour keeps its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// No window binds and there are no breaks: the sum of travel and service decides.
    Sum,
    /// Windows, no breaks: one instant per node.
    Windows,
    /// Breaks: one instant per node and set of breaks taken.
    Breaks,
}

/// When service may start at a visit on the days of one shift: the first window, and where further ones are listed.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub open: i64,
    pub close: i64,
    pub(super) rest: u32,
    pub(super) rest_len: u32,
}

/// Limits of a rep-day.
#[derive(Clone, Debug)]
pub struct Day {
    pub shift: Window,
    pub max_stops: u32,
    pub max_drive: i64,
    /// The most travel plus service (breaks taken off).
    pub max_work: i64,
    pub fixed_cost: i64,
    /// A full schedule must say whether a tour fits: durations, travel by the time of day, or setups.
    pub timed: bool,
    /// Days of one class are alike in everything.
    pub class: u32,
    /// Days of one shift share windows.
    pub(super) shift_class: u32,
    /// Where the day's row of services begins.
    pub(super) services: usize,
    pub breaks: Vec<Break>,
}

/// The packed problem.
pub struct Model<'a> {
    pub problem: &'a Problem,
    pub visits: usize,
    pub days: Vec<Day>,
    pub clock: Clock,
    /// Sets of breaks per node: 1 without breaks.
    pub masks: usize,
    pub(super) places: usize,
    pub(super) out: Cow<'a, [u32]>,
    pub(super) into: Option<Vec<u32>>,
    pub(super) place: Vec<u32>,
    /// How long each visit takes at least; a row for each kind of rep-day.
    pub(super) service: Vec<i64>,
    /// What comes on top for one who was not there before, at places where one may have been; likewise.
    pub(super) setup: Vec<i64>,
    /// What leaving a visit out costs.
    pub worth: Vec<i64>,
    pub required: Vec<bool>,
    pub locked: Vec<bool>,
    pub any_locked: bool,
    pub keep: Vec<(u32, i64)>,
    pub any_keep: bool,
    pub group: Vec<u32>,
    pub groups: usize,
    pub(super) slots: Vec<Slot>,
    pub(super) later: Vec<(i64, i64)>,
    pub(super) allowed: Vec<bool>,
    /// Columns of loads that are summed up per day: a kind, or what is brought and what is taken along of a kind of both.
    pub loads: usize,
    /// What each visit adds to each column.
    pub demand: Vec<i64>,
    /// What each day holds in each column.
    pub capacity: Vec<i64>,
    /// The two columns, brought and taken along, of each kind of both.
    pub mixed: Vec<(usize, usize)>,
    /// The cost of a day depends on its instants, beyond its legs.
    pub priced: bool,
    /// Above this a cost difference is about required visits.
    pub big: i64,
}

impl Model<'_> {
    /// Is there a visit that may be left out and earns something?
    pub fn has_optional(&self) -> bool {
        (0..self.visits).any(|v| !self.required[v] && self.worth[v] > 0)
    }

    /// The start node of a day.
    #[inline]
    pub const fn start(&self, day: u32) -> Node {
        self.visits as u32 + 2 * day
    }

    /// The end node of a day.
    #[inline]
    pub const fn end(&self, day: u32) -> Node {
        self.visits as u32 + 2 * day + 1
    }

    #[inline]
    pub const fn is_visit(&self, node: Node) -> bool {
        (node as usize) < self.visits
    }

    #[inline]
    pub const fn nodes(&self) -> usize {
        self.visits + 2 * self.days.len()
    }

    /// Travel time between two nodes; unreachable is beyond every day's most drive.
    #[inline]
    pub fn travel(&self, from: Node, to: Node) -> i64 {
        let row = self.place[from as usize] as usize * self.places;
        i64::from(self.out[row + self.place[to as usize] as usize])
    }

    /// Travel times from a node to every place.
    #[inline]
    pub fn row_out(&self, node: Node) -> &[u32] {
        let row = self.place[node as usize] as usize * self.places;
        &self.out[row..row + self.places]
    }

    /// Travel times to a node from every place.
    #[inline]
    pub fn row_in(&self, node: Node) -> &[u32] {
        let row = self.place[node as usize] as usize * self.places;
        let table = self.into.as_deref().unwrap_or(&self.out);
        &table[row..row + self.places]
    }

    /// How long a visit takes on a day at least.
    #[inline]
    pub fn service(&self, day: u32, visit: Node) -> i64 {
        if self.service.len() == self.visits {
            // One kind of rep-day, as mostly: the search asks at every step.
            return self.service[visit as usize];
        }
        self.service[self.days[day as usize].services + visit as usize]
    }

    /// What comes on top for one who was not there before.
    pub fn setup(&self, day: u32, visit: Node) -> i64 {
        self.setup[self.days[day as usize].services + visit as usize]
    }

    #[inline]
    pub fn place(&self, node: Node) -> usize {
        self.place[node as usize] as usize
    }

    #[inline]
    pub fn slot(&self, day: u32, visit: Node) -> &Slot {
        let kind = self.days[day as usize].shift_class as usize;
        &self.slots[kind * self.visits + visit as usize]
    }

    #[inline]
    pub fn may_serve(&self, day: u32, visit: Node) -> bool {
        self.allowed[self.days[day as usize].class as usize * self.visits + visit as usize]
    }

    /// The first start from `at` on, [`TOO_LATE`] when there is none.
    #[inline]
    pub fn next_start(&self, slot: &Slot, at: i64) -> i64 {
        if at <= slot.close {
            return at.max(slot.open);
        }
        let rest = &self.later[slot.rest as usize..(slot.rest + slot.rest_len) as usize];
        rest.iter()
            .find(|w| at <= w.1)
            .map_or(TOO_LATE, |w| at.max(w.0))
    }

    /// The last start up to `at`, [`NEVER`] when there is none.
    #[inline]
    pub fn last_start(&self, slot: &Slot, at: i64) -> i64 {
        let rest = &self.later[slot.rest as usize..(slot.rest + slot.rest_len) as usize];
        for window in rest.iter().rev() {
            if at >= window.0 {
                return at.min(window.1);
            }
        }
        if at >= slot.open {
            at.min(slot.close)
        } else {
            NEVER
        }
    }

    /// What making `visit` on `day` saves against leaving it out.
    #[inline]
    pub fn gain(&self, day: u32, visit: Node) -> i64 {
        let (kept, price) = self.keep[visit as usize];
        self.worth[visit as usize] + if kept == day { price } else { 0 }
    }

    /// The problem's rep-day behind a day.
    pub fn rep(&self, day: u32) -> &RepDay {
        &self.problem.days[day as usize]
    }
}
