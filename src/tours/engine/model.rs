//! A problem packed for the search: flat arrays, one lookup per question.
//!
//! Visits are nodes `0..visits`; each rep-day adds two nodes, its start and its end. An open start or end is a place
//! of its own without distance to any other.

use std::borrow::Cow;

use crate::tours::clock::{NEVER, TOO_LATE, tidy_windows};
use crate::tours::problem::{Break, Objective, Problem, RepDay, UNREACHABLE, Window};

/// Node index of a visit, a day's start or a day's end.
pub type Node = u32;

/// No day, no node.
pub const NONE: u32 = u32::MAX;

/// The most travel a tour can add up to where some legs do not exist: one of those always goes beyond.
const MOST_DRIVE_WITH_GAPS: i64 = UNREACHABLE as i64 - 1;
/// The same where all legs exist.
const MOST_DRIVE: i64 = i64::MAX / 16;

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
    rest: u32,
    rest_len: u32,
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
    shift_class: u32,
    pub breaks: Vec<Break>,
}

/// What a column of loads counts of its kind.
#[derive(Clone, Copy)]
enum Column {
    Brought,
    Taken,
    Either,
}

/// The packed problem.
pub struct Model<'a> {
    pub problem: &'a Problem,
    pub visits: usize,
    pub days: Vec<Day>,
    pub clock: Clock,
    /// Sets of breaks per node: 1 without breaks.
    pub masks: usize,
    places: usize,
    out: Cow<'a, [u32]>,
    into: Option<Vec<u32>>,
    place: Vec<u32>,
    /// How long each visit takes at least.
    pub service: Vec<i64>,
    /// What comes on top for one who was not there before, at places where one may have been.
    pub setup: Vec<i64>,
    /// What leaving a visit out costs.
    pub worth: Vec<i64>,
    pub required: Vec<bool>,
    pub locked: Vec<bool>,
    pub any_locked: bool,
    pub keep: Vec<(u32, i64)>,
    pub any_keep: bool,
    pub group: Vec<u32>,
    pub groups: usize,
    slots: Vec<Slot>,
    later: Vec<(i64, i64)>,
    allowed: Vec<bool>,
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

impl<'a> Model<'a> {
    pub fn new(problem: &'a Problem) -> Self {
        let visits = problem.visits.len();
        let (classes, shifts) = (day_classes(problem), shift_classes(problem));
        let mut model = Self {
            problem,
            visits,
            days: Vec::new(),
            clock: Clock::Sum,
            masks: 1,
            places: 0,
            out: Cow::Borrowed(&[]),
            into: None,
            place: Vec::new(),
            service: Vec::new(),
            setup: Vec::new(),
            worth: Vec::new(),
            required: problem.visits.iter().map(|v| v.required).collect(),
            locked: vec![false; visits],
            any_locked: false,
            keep: problem
                .visits
                .iter()
                .map(|v| v.keep.map_or((NONE, 0), |k| (k.day as u32, k.price)))
                .collect(),
            any_keep: problem.visits.iter().any(|v| v.keep.is_some()),
            group: Vec::new(),
            groups: 0,
            slots: Vec::new(),
            later: Vec::new(),
            allowed: Vec::new(),
            loads: 0,
            demand: Vec::new(),
            capacity: Vec::new(),
            mixed: Vec::new(),
            priced: problem.prices_time(),
            big: 0,
        };
        model.pack_travel();
        model.pack_service();
        model.pack_days(&classes, &shifts);
        model.pack_windows(&shifts);
        model.pack_allowed(&classes);
        model.pack_groups();
        model.pack_loads();
        model.pack_worth();
        model.choose_clock();
        model
    }

    fn pack_travel(&mut self) {
        let problem = self.problem;
        let table = &problem.travel;
        let open = problem
            .days
            .iter()
            .any(|d| d.start.is_none() || d.end.is_none());
        let known = table.places();
        self.places = known + usize::from(open);
        if open {
            let mut out = Vec::with_capacity(self.places * self.places);
            for row in table.raw().chunks(known.max(1)) {
                out.extend_from_slice(row);
                out.push(0);
            }
            out.resize(self.places * self.places, 0);
            self.out = Cow::Owned(out);
        } else {
            self.out = Cow::Borrowed(table.raw());
        }
        let n = self.places;
        if !table.is_symmetric() {
            self.into = Some(transposed(&self.out, n));
        }
        self.place = problem.visits.iter().map(|v| v.place as u32).collect();
        for day in &problem.days {
            for place in [day.start, day.end] {
                self.place.push(place.unwrap_or(known) as u32);
            }
        }
    }

    fn pack_service(&mut self) {
        let problem = self.problem;
        let mut seen = vec![0u32; problem.travel.places()];
        let starts = problem.days.iter().filter_map(|day| day.start);
        for place in starts.chain(problem.visits.iter().map(|visit| visit.place)) {
            seen[place] += 1;
        }
        for visit in &problem.visits {
            let (setup, folded) = if seen[visit.place] > 1 {
                (visit.setup, 0)
            } else {
                (0, visit.setup)
            };
            self.service.push(visit.service + folded);
            self.setup.push(setup);
        }
    }

    /// Does how long a visit takes depend on the one before it?
    fn has_setups(&self) -> bool {
        self.setup.iter().any(|&setup| setup > 0)
    }

    fn pack_days(&mut self, classes: &[u32], shifts: &[u32]) {
        let by_order = self.problem.travel.has_slices() || self.has_setups();
        let most_drive = if self.problem.travel.has_gaps() {
            MOST_DRIVE_WITH_GAPS
        } else {
            MOST_DRIVE
        };
        for (index, day) in self.problem.days.iter().enumerate() {
            let pause: i64 = day.breaks.iter().map(|b| b.duration).sum();
            let span = (day.shift.close - day.shift.open).min(day.max_duration.unwrap_or(i64::MAX));
            self.days.push(Day {
                shift: day.shift,
                max_stops: day
                    .max_stops
                    .map_or(u32::MAX, |m| m.min(NONE as usize) as u32),
                max_drive: day.max_drive.unwrap_or(most_drive).min(most_drive),
                max_work: span - pause,
                fixed_cost: day.fixed_cost,
                timed: day.max_duration.is_some() || by_order,
                class: classes[index],
                shift_class: shifts[index],
                breaks: day.breaks.clone(),
            });
            self.any_locked |= !day.prefix.is_empty();
            for &visit in &day.prefix {
                self.locked[visit] = true;
            }
        }
    }

    fn pack_windows(&mut self, shifts: &[u32]) {
        let kinds = shifts.iter().max().map_or(0, |&m| m as usize + 1);
        for kind in 0..kinds {
            let day = shifts
                .iter()
                .position(|&s| s as usize == kind)
                .expect("each kind has a day");
            let shift = self.problem.days[day].shift;
            for visit in &self.problem.visits {
                let mut windows: Vec<(i64, i64)> = tidy_windows(visit)
                    .iter()
                    .map(|w| (w.open.max(shift.open), w.close.min(shift.close)))
                    .filter(|(open, close)| open <= close)
                    .collect();
                if visit.windows.is_empty() {
                    windows.push((shift.open, shift.close));
                }
                let rest = self.later.len() as u32;
                let (open, close) = windows.first().copied().unwrap_or((TOO_LATE, NEVER));
                self.later.extend(windows.iter().skip(1));
                self.slots.push(Slot {
                    open,
                    close,
                    rest,
                    rest_len: self.later.len() as u32 - rest,
                });
            }
        }
    }

    fn pack_allowed(&mut self, classes: &[u32]) {
        let kinds = classes.iter().max().map_or(0, |&m| m as usize + 1);
        for kind in 0..kinds {
            let day = classes
                .iter()
                .position(|&c| c as usize == kind)
                .expect("each kind has a day");
            for visit in 0..self.visits {
                let fits = self.problem.may_serve(day, visit)
                    && self.slot(day as u32, visit as Node).open < TOO_LATE;
                self.allowed.push(fits);
            }
        }
    }

    fn pack_groups(&mut self) {
        let mut numbers = std::collections::BTreeMap::new();
        for visit in &self.problem.visits {
            let next = numbers.len() as u32;
            let number = visit
                .group
                .map_or(NONE, |g| *numbers.entry(g).or_insert(next));
            self.group.push(number);
        }
        self.groups = numbers.len();
    }

    /// A kind that is only brought, or only taken along, is fullest at one end of the day: its sum decides. Of others the
    /// sums are necessary, and the loads on the way decide, see `loads`.
    fn pack_loads(&mut self) {
        let problem = self.problem;
        let of = |amounts: &[i64], kind: usize| amounts.get(kind).copied().unwrap_or(0);
        let kinds = problem.days.iter().map(|day| day.capacity.len()).max();
        let mut columns: Vec<(usize, Column)> = Vec::new();
        for kind in 0..kinds.unwrap_or(0) {
            let brings = problem.visits.iter().any(|v| of(&v.demand, kind) > 0);
            let takes = problem.visits.iter().any(|v| of(&v.pickup, kind) > 0);
            if brings && takes {
                self.mixed.push((columns.len(), columns.len() + 1));
                columns.extend([(kind, Column::Brought), (kind, Column::Taken)]);
            } else {
                columns.push((kind, Column::Either));
            }
        }
        self.loads = columns.len();
        for visit in &problem.visits {
            self.demand.extend(columns.iter().map(|&(kind, column)| {
                let (brought, taken) = (of(&visit.demand, kind), of(&visit.pickup, kind));
                match column {
                    Column::Brought => brought,
                    Column::Taken => taken,
                    Column::Either => brought + taken,
                }
            }));
        }
        for day in &problem.days {
            let room = |&(kind, _): &(usize, Column)| day.capacity.get(kind).copied();
            self.capacity.extend(
                columns
                    .iter()
                    .map(|column| room(column).unwrap_or(i64::MAX / 2)),
            );
        }
    }

    fn pack_worth(&mut self) {
        let problem = self.problem;
        let by_leg = i64::from(problem.travel.longest()) * (self.visits + self.days.len()) as i64;
        let by_day = self.days.iter().fold(0i64, |sum, day| {
            sum.saturating_add(day.max_drive.min(day.max_work.max(0)))
        });
        let fixed: i64 = self.days.iter().map(|d| d.fixed_cost).sum();
        let kept: i64 = self.keep.iter().map(|k| k.1).sum();
        let most_cost = by_leg.min(by_day) + fixed + kept + 1;
        let prizes: i64 = problem.visits.iter().map(|v| v.prize).sum();
        let weight = match problem.objective {
            Objective::Travel => 0,
            Objective::TravelAndMissed => 1,
            Objective::MaxPrize => most_cost.min((1 << 58) / (prizes + 1)).max(1),
        };
        // Far above any trade of travel and prizes, far below overflow.
        let room = i64::MAX / 8 / (self.visits as i64 + 1);
        self.big = most_cost
            .saturating_add(prizes.saturating_mul(weight))
            .saturating_add(most_time_price(problem))
            .min(room);
        for visit in &problem.visits {
            let required = if visit.required { self.big } else { 0 };
            self.worth.push(visit.expected_prize() * weight + required);
        }
    }

    fn choose_clock(&mut self) {
        let most = self.days.iter().map(|d| d.breaks.len()).max().unwrap_or(0);
        self.masks = 1 << most;
        self.clock = if most > 0 {
            Clock::Breaks
        } else if !self.problem.travel.has_slices()
            && !self.has_setups()
            && (0..self.days.len()).all(|day| self.windows_idle(day as u32))
        {
            Clock::Sum
        } else {
            Clock::Windows
        };
    }

    /// Does no window bind on this day beyond the end of the shift? Then the order cannot matter to the clock.
    fn windows_idle(&self, day: u32) -> bool {
        let shift = self.days[day as usize].shift;
        (0..self.visits as Node).all(|visit| {
            let slot = self.slot(day, visit);
            let back = self.travel(visit, self.end(day));
            slot.open == TOO_LATE
                || slot.open <= shift.open
                    && slot.close >= shift.close - self.service[visit as usize] - back
        })
    }

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

/// A square table with rows and columns exchanged; tile by tile, which large tables need to stay in the cache.
fn transposed(table: &[u32], n: usize) -> Vec<u32> {
    const TILE: usize = 64;
    let mut into = vec![0; n * n];
    for top in (0..n).step_by(TILE) {
        for left in (0..n).step_by(TILE) {
            for a in top..n.min(top + TILE) {
                for b in left..n.min(left + TILE) {
                    into[b * n + a] = table[a * n + b];
                }
            }
        }
    }
    into
}

/// Numbers days so that equal numbers mean days alike in everything.
fn day_classes(problem: &Problem) -> Vec<u32> {
    let mut told_apart = vec![false; problem.days.len()];
    for visit in &problem.visits {
        if let Some(days) = &visit.allowed_days
            && days.len() < problem.days.len()
        {
            // Days of one vehicle type are listed together, so neighbours that differ are told apart.
            let mut listed = vec![false; problem.days.len()];
            for &day in days {
                listed[day] = true;
            }
            for day in 1..listed.len() {
                told_apart[day] |= listed[day] != listed[day - 1];
            }
        }
        if let Some(keep) = visit.keep {
            told_apart[keep.day] = true;
            if let Some(next) = told_apart.get_mut(keep.day + 1) {
                *next = true;
            }
        }
    }
    let mut class = 0;
    (0..problem.days.len())
        .map(|day| {
            let alike = day > 0
                && !told_apart[day]
                && problem.days[day].prefix.is_empty()
                && problem.days[day] == problem.days[day - 1];
            if day > 0 && !alike {
                class += 1;
            }
            class
        })
        .collect()
}

/// Numbers days by shift.
fn shift_classes(problem: &Problem) -> Vec<u32> {
    let mut known: Vec<Window> = Vec::new();
    let mut number = |shift: Window| {
        known.iter().position(|w| *w == shift).unwrap_or_else(|| {
            known.push(shift);
            known.len() - 1
        }) as u32
    };
    problem.days.iter().map(|day| number(day.shift)).collect()
}

/// The most that being late, overtime and idle time can cost in a plan.
fn most_time_price(problem: &Problem) -> i64 {
    let price = |time: i64, per_mille: i64| time.max(0).saturating_mul(per_mille) / 1_000;
    let late = problem.visits.iter().filter_map(|visit| visit.late);
    let late = late.map(|late| price(late.most, late.per_mille));
    let days = problem.days.iter().map(|day| {
        let length = day.shift.close.saturating_sub(day.shift.open);
        let over = day.overtime.map_or(0, |over| {
            price(day.shift.close.saturating_sub(over.after), over.per_mille)
        });
        price(length, day.wait_per_mille).saturating_add(over)
    });
    late.chain(days).fold(0, i64::saturating_add)
}
