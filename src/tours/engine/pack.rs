//! Packing a problem for the search: [`Model::new`].

use std::borrow::Cow;

use super::model::{Clock, Day, Model, NONE, Node, Slot};
use crate::tours::clock::{NEVER, TOO_LATE, tidy_windows};
use crate::tours::problem::{Objective, Problem, UNREACHABLE, Window};

/// The most travel a tour can add up to where some legs do not exist: one of those always goes beyond.
const MOST_DRIVE_WITH_GAPS: i64 = UNREACHABLE as i64 - 1;
/// The same where all legs exist.
const MOST_DRIVE: i64 = i64::MAX / 16;

/// What a column of loads counts of its kind.
#[derive(Clone, Copy)]
enum Column {
    Brought,
    Taken,
    Either,
}

impl<'a> Model<'a> {
    pub fn new(problem: &'a Problem) -> Self {
        let visits = problem.visits.len();
        let (classes, shifts) = (day_classes(problem), shift_classes(problem));
        let kinds = kinds(problem);
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
        model.pack_service(&kinds);
        model.pack_days(&classes, &shifts, &kinds);
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

    fn pack_service(&mut self, kinds: &[usize]) {
        let problem = self.problem;
        let mut seen = vec![0u32; problem.travel.places()];
        let starts = problem.days.iter().filter_map(|day| day.start);
        for place in starts.chain(problem.visits.iter().map(|visit| visit.place)) {
            seen[place] += 1;
        }
        for &kind in kinds {
            for visit in &problem.visits {
                let (service, setup) = visit.times(kind);
                let spared = seen[visit.place] > 1;
                self.service.push(service + if spared { 0 } else { setup });
                self.setup.push(if spared { setup } else { 0 });
            }
        }
    }

    /// Does how long a visit takes depend on the one before it?
    fn has_setups(&self) -> bool {
        self.setup.iter().any(|&setup| setup > 0)
    }

    fn pack_days(&mut self, classes: &[u32], shifts: &[u32], kinds: &[usize]) {
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
                services: self.visits * kinds.binary_search(&day.kind).unwrap_or(0),
                breaks: day.breaks.clone(),
            });
            self.any_locked |= !day.prefix.is_empty();
            for &visit in &day.prefix {
                self.locked[visit] = true;
            }
        }
    }

    fn pack_windows(&mut self, shifts: &[u32]) {
        for day in first_days(shifts) {
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
        for day in first_days(classes) {
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
                    && slot.close >= shift.close - self.service(day, visit) - back
        })
    }
}

/// The first day of each class, where `classes` numbers those of all days from 0 without leaving one out.
fn first_days(classes: &[u32]) -> impl Iterator<Item = usize> {
    let count = classes.iter().max().map_or(0, |&m| m + 1);
    (0..count).map(|class| {
        let day = classes.iter().position(|&c| c == class);
        day.expect("each class has a day")
    })
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

/// The kinds of days that visits tell apart, in order; one where none does.
fn kinds(problem: &Problem) -> Vec<usize> {
    let mut kinds: Vec<usize> = problem.days.iter().map(|day| day.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if problem.visits.iter().all(|visit| visit.by_kind.is_empty()) {
        kinds.truncate(1);
    }
    kinds
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
