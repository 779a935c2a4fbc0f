//! The tours being searched: linked lists with the sums and instants that make a trial insertion cheap.
//!
//! `ready` is the earliest instant one can leave a node, `latest` the latest instant one can arrive at it, each per
//! set of breaks taken. An insertion between two nodes is feasible exactly when the earliest way through it arrives no
//! later than the latest allowed: waiting is always possible, so one instant per side tells everything, also with
//! several windows.

use super::model::{Clock, Model, NONE, Node};
use crate::tours::clock::{
    NEVER, NO_STATE, State as Instants, TOO_LATE, before_breaks, take_breaks,
};
use crate::tours::schedule::schedule;

/// Tours under search. Create it, insert and remove visits; `begin`, then `undo` takes everything since back.
#[derive(Clone)]
pub struct Tours<'a> {
    pub model: &'a Model<'a>,
    pub next: Vec<Node>,
    pub prev: Vec<Node>,
    /// The day of each visit, [`NONE`] when it is left out.
    pub day: Vec<u32>,
    /// Travel from the node before.
    leg: Vec<i64>,
    ready: Vec<i64>,
    latest: Vec<i64>,
    pub stops: Vec<u32>,
    pub drive: Vec<i64>,
    work: Vec<i64>,
    load: Vec<i64>,
    group_used: Vec<bool>,
    /// Travel and fixed cost minus what the visits made are worth.
    pub cost: i64,
    absent: Vec<Node>,
    absent_at: Vec<u32>,
    required_out: usize,
    empty: Vec<u64>,
    journal: Journal,
}

/// What `undo` needs: each day as it was when first touched.
#[derive(Clone, Default)]
struct Journal {
    stamp: u32,
    touched: Vec<u32>,
    days: Vec<SavedDay>,
    nodes: Vec<Node>,
    instants: Vec<i64>,
    loads: Vec<i64>,
    cost: i64,
}

#[derive(Clone)]
struct SavedDay {
    day: u32,
    first: usize,
    instants: usize,
    loads: usize,
    stops: u32,
    drive: i64,
    work: i64,
}

/// Sums over the end of a tour.
#[derive(Default)]
struct Tail {
    stops: u32,
    drive: i64,
    work: i64,
    load: Vec<i64>,
}

/// A place on a day for a visit: behind node `after`.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    pub after: Node,
}

impl<'a> Tours<'a> {
    /// All days with their locked visits only.
    pub fn new(model: &'a Model<'a>) -> Self {
        let (nodes, days) = (model.nodes(), model.days.len());
        let mut tours = Self {
            model,
            next: vec![NONE; nodes],
            prev: vec![NONE; nodes],
            day: vec![NONE; nodes],
            leg: vec![0; nodes],
            ready: vec![TOO_LATE; nodes * model.masks],
            latest: vec![NEVER; nodes * model.masks],
            stops: vec![0; days],
            drive: vec![0; days],
            work: vec![0; days],
            load: vec![0; days * model.loads],
            group_used: vec![false; model.groups],
            cost: 0,
            absent: (0..model.visits as Node).collect(),
            absent_at: (0..model.visits as u32).collect(),
            required_out: model.required.iter().filter(|r| **r).count(),
            empty: vec![0; days.div_ceil(64)],
            journal: Journal {
                touched: vec![0; days],
                ..Journal::default()
            },
        };
        for day in 0..days as u32 {
            tours.day[model.start(day) as usize] = day;
            tours.day[model.end(day) as usize] = day;
            let prefix: Vec<Node> = model.rep(day).prefix.iter().map(|&v| v as Node).collect();
            let whole: Vec<usize> = model.rep(day).prefix.clone();
            let sound = prefix.is_empty()
                || crate::tours::rules::holds(model.problem, day as usize, &whole).is_ok();
            tours.set_order(day, if sound { &prefix } else { &[] });
        }
        tours
    }

    /// Replaces a day's visits. The new ones must be left out now, or on this day.
    pub fn set_order(&mut self, day: u32, order: &[Node]) {
        let (start, end) = (self.model.start(day), self.model.end(day));
        if self.next[start as usize] == NONE {
            self.next[start as usize] = end;
            self.prev[end as usize] = start;
        }
        self.clear(day);
        let mut at = start;
        for &visit in order {
            self.link(at, visit, day);
            at = visit;
        }
        self.refresh(day);
    }

    fn clear(&mut self, day: u32) {
        let (start, end) = (self.model.start(day), self.model.end(day));
        let mut at = self.next[start as usize];
        while at != end {
            let next = self.next[at as usize];
            self.mark_out(at, day);
            at = next;
        }
        if self.stops[day as usize] > 0 {
            self.cost -= self.drive[day as usize] + self.model.days[day as usize].fixed_cost;
        }
        self.next[start as usize] = end;
        self.prev[end as usize] = start;
        self.leg[end as usize] = self.model.travel(start, end);
        self.stops[day as usize] = 0;
        self.drive[day as usize] = self.leg[end as usize];
        self.work[day as usize] = 0;
        let loads = self.model.loads;
        self.load[day as usize * loads..(day as usize + 1) * loads].fill(0);
        self.empty[day as usize / 64] |= 1 << (day % 64);
    }

    fn mark_in(&mut self, visit: Node, day: u32) {
        let v = visit as usize;
        self.day[v] = day;
        self.cost -= self.model.gain(day, visit);
        let at = self.absent_at[v];
        let last = *self.absent.last().expect("a visit that comes in was out");
        self.absent[at as usize] = last;
        self.absent_at[last as usize] = at;
        self.absent.pop();
        self.absent_at[v] = NONE;
        self.required_out -= usize::from(self.model.required[v]);
        if self.model.group[v] != NONE {
            self.group_used[self.model.group[v] as usize] = true;
        }
    }

    fn mark_out(&mut self, visit: Node, day: u32) {
        let v = visit as usize;
        self.day[v] = NONE;
        self.cost += self.model.gain(day, visit);
        self.absent_at[v] = self.absent.len() as u32;
        self.absent.push(visit);
        self.required_out += usize::from(self.model.required[v]);
        if self.model.group[v] != NONE {
            self.group_used[self.model.group[v] as usize] = false;
        }
    }

    /// Links a visit in and keeps the sums, not the instants.
    fn link(&mut self, after: Node, visit: Node, day: u32) {
        let (a, v, d) = (after as usize, visit as usize, day as usize);
        let before = self.next[a];
        let b = before as usize;
        let (to, from) = (
            self.model.travel(after, visit),
            self.model.travel(visit, before),
        );
        if self.stops[d] == 0 {
            self.cost += self.drive[d] + self.model.days[d].fixed_cost;
            self.empty[d / 64] &= !(1 << (d % 64));
        }
        let change = to + from - self.leg[b];
        self.drive[d] += change;
        self.cost += change;
        self.leg[v] = to;
        self.leg[b] = from;
        self.next[a] = visit;
        self.prev[v] = after;
        self.next[v] = before;
        self.prev[b] = visit;
        self.stops[d] += 1;
        self.work[d] += self.model.service[v];
        self.add_load(day, visit, 1);
        self.mark_in(visit, day);
    }

    fn add_load(&mut self, day: u32, visit: Node, sign: i64) {
        let loads = self.model.loads;
        for kind in 0..loads {
            self.load[day as usize * loads + kind] +=
                sign * self.model.demand[visit as usize * loads + kind];
        }
    }

    /// Inserts a left-out visit behind `after`.
    pub fn insert(&mut self, after: Node, visit: Node) {
        let day = self.day[after as usize];
        self.save(day);
        self.link(after, visit, day);
        if self.model.clock != Clock::Sum {
            self.forward(visit);
            self.backward(visit);
        }
    }

    /// Takes a run of `count` visits from `first` on out of its day. Instants are stale until `refresh`.
    pub fn remove_run(&mut self, first: Node, count: usize) {
        let day = self.day[first as usize];
        let d = day as usize;
        self.save(day);
        let before = self.prev[first as usize];
        let mut at = first;
        let mut legs = 0;
        for _ in 0..count {
            legs += self.leg[at as usize];
            self.work[d] -= self.model.service[at as usize];
            self.add_load(day, at, -1);
            self.mark_out(at, day);
            at = self.next[at as usize];
        }
        legs += self.leg[at as usize];
        let direct = self.model.travel(before, at);
        self.leg[at as usize] = direct;
        self.next[before as usize] = at;
        self.prev[at as usize] = before;
        self.drive[d] += direct - legs;
        self.cost += direct - legs;
        self.stops[d] -= count as u32;
        if self.stops[d] == 0 {
            self.cost -= self.drive[d] + self.model.days[d].fixed_cost;
            self.empty[d / 64] |= 1 << (d % 64);
        }
    }

    /// Swaps what follows `a` with what follows `b` on another day.
    pub fn swap_tails(&mut self, a: Node, b: Node) {
        let (day_a, day_b) = (self.day[a as usize], self.day[b as usize]);
        self.save(day_a);
        self.save(day_b);
        let (mut head_a, tail_a) = self.cut(day_a, a);
        let (mut head_b, tail_b) = self.cut(day_b, b);
        head_a.extend(tail_b);
        head_b.extend(tail_a);
        self.clear(day_a);
        self.set_order(day_b, &head_b);
        self.set_order(day_a, &head_a);
    }

    /// A day's visits up to `node` and behind it.
    fn cut(&self, day: u32, node: Node) -> (Vec<Node>, Vec<Node>) {
        let mut head = self.order(day);
        let at = head.iter().position(|&v| v == node).map_or(0, |at| at + 1);
        let tail = head.split_off(at);
        (head, tail)
    }

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
        joined(day_a, &tail_a, &tail_b, to_b, leg_a) && joined(day_b, &tail_b, &tail_a, to_a, leg_b)
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
            tail.work += model.service[at as usize];
            for kind in 0..model.loads {
                tail.load[kind] += model.demand[at as usize * model.loads + kind];
            }
            at = self.next[at as usize];
            tail.drive += self.leg[at as usize];
        }
        tail
    }

    /// Earliest instant of leaving (days without breaks).
    #[inline]
    pub fn ready(&self, node: Node) -> i64 {
        self.ready[node as usize]
    }

    /// Latest instant of arriving (days without breaks).
    #[inline]
    pub fn latest(&self, node: Node) -> i64 {
        self.latest[node as usize]
    }

    /// Recomputes the instants of a day.
    pub fn refresh(&mut self, day: u32) {
        if self.model.clock == Clock::Sum {
            return;
        }
        let (start, end) = (self.model.start(day), self.model.end(day));
        let shift = self.model.days[day as usize].shift;
        let m = self.model.masks;
        let first = start as usize * m;
        self.ready[first..first + m].fill(TOO_LATE);
        self.ready[first] = shift.open;
        let last = end as usize * m;
        self.latest[last..last + m].fill(NEVER);
        let all = (1 << self.model.days[day as usize].breaks.len()) - 1;
        self.latest[last + all] = shift.close;
        if m > 1 {
            let mut state = self.load_latest(end);
            before_breaks(&mut state, &self.model.days[day as usize].breaks);
            self.latest[last..last + m].copy_from_slice(&state[..m]);
        }
        let mut at = self.next[start as usize];
        while at != end {
            self.set_ready(at, day);
            at = self.next[at as usize];
        }
        self.set_ready_end(end, day);
        let mut at = self.prev[end as usize];
        loop {
            self.set_latest(at, day);
            if at == start {
                break;
            }
            at = self.prev[at as usize];
        }
    }

    /// Carries `ready` on from `node` until it no longer changes.
    fn forward(&mut self, node: Node) {
        let day = self.day[node as usize];
        let end = self.model.end(day);
        let mut at = node;
        while at != end {
            if !self.set_ready(at, day) && at != node {
                return;
            }
            at = self.next[at as usize];
        }
        self.set_ready_end(end, day);
    }

    /// Carries `latest` back from `node` until it no longer changes.
    fn backward(&mut self, node: Node) {
        let day = self.day[node as usize];
        let start = self.model.start(day);
        let mut at = node;
        loop {
            if !self.set_latest(at, day) && at != node || at == start {
                return;
            }
            at = self.prev[at as usize];
        }
    }

    /// Recomputes `ready` of a visit from the node before; tells whether it changed.
    #[inline]
    fn set_ready(&mut self, node: Node, day: u32) -> bool {
        let v = node as usize;
        let model = self.model;
        if model.masks == 1 {
            let arrival = self.ready[self.prev[v] as usize] + self.leg[v];
            let start = model.next_start(model.slot(day, node), arrival);
            let done = (start + model.service[v]).min(TOO_LATE);
            let changed = self.ready[v] != done;
            self.ready[v] = done;
            return changed;
        }
        let mut state = self.load_ready(self.prev[v]);
        ride(&mut state, self.leg[v], model, day);
        serve(&mut state, node, model, day);
        store(&mut self.ready, v, model.masks, &state)
    }

    /// The end node's `ready` is the arrival there, breaks taken.
    #[inline]
    fn set_ready_end(&mut self, end: Node, day: u32) {
        let e = end as usize;
        if self.model.masks == 1 {
            self.ready[e] = self.ready[self.prev[e] as usize] + self.leg[e];
            return;
        }
        let mut state = self.load_ready(self.prev[e]);
        ride(&mut state, self.leg[e], self.model, day);
        store(&mut self.ready, e, self.model.masks, &state);
    }

    /// Recomputes `latest` of a visit or start node from the node behind; tells whether it changed.
    #[inline]
    fn set_latest(&mut self, node: Node, day: u32) -> bool {
        let v = node as usize;
        let model = self.model;
        let next = self.next[v];
        if model.masks == 1 {
            let leave = self.latest[next as usize] - self.leg[next as usize];
            let latest = if model.is_visit(node) {
                model.last_start(model.slot(day, node), leave - model.service[v])
            } else {
                leave
            }
            .max(NEVER);
            let changed = self.latest[v] != latest;
            self.latest[v] = latest;
            return changed;
        }
        let breaks = &model.days[day as usize].breaks;
        let mut state = self.load_latest(next);
        for instant in &mut state[..model.masks] {
            *instant = (*instant - self.leg[next as usize]).max(NEVER);
        }
        before_breaks(&mut state, breaks);
        if model.is_visit(node) {
            let slot = model.slot(day, node);
            for instant in &mut state[..model.masks] {
                *instant = model
                    .last_start(slot, *instant - model.service[v])
                    .max(NEVER);
            }
            before_breaks(&mut state, breaks);
        }
        store(&mut self.latest, v, model.masks, &state)
    }

    #[inline]
    fn load_ready(&self, node: Node) -> Instants {
        load(&self.ready, node, self.model.masks, TOO_LATE)
    }

    #[inline]
    fn load_latest(&self, node: Node) -> Instants {
        load(&self.latest, node, self.model.masks, NEVER)
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
        let (d, v) = (day as usize, visit as usize);
        let limits = &model.days[d];
        let before = self.next[after as usize] as usize;
        let drive = self.drive[d] + to + from - self.leg[before];
        if drive > limits.max_drive {
            return false;
        }
        let in_time = match model.clock {
            Clock::Sum => drive + self.work[d] + model.service[v] <= limits.max_work,
            Clock::Windows => {
                let arrival = self.ready[after as usize] + to;
                let start = model.next_start(model.slot(day, visit), arrival);
                start + model.service[v] + from <= self.latest[before]
            }
            Clock::Breaks => self.fits_with_breaks(day, after, visit, to, from),
        };
        in_time
            && (!limits.timed
                || model.clock == Clock::Sum
                || drive + self.work[d] + model.service[v] <= limits.max_work
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

    /// Full schedule of a day, with one visit added: for days with a longest duration.
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
        schedule(self.model.problem, day as usize, &order).is_some()
    }

    /// Travel from the node before.
    #[inline]
    pub fn leg(&self, node: Node) -> i64 {
        self.leg[node as usize]
    }

    /// The visits left out, in no particular but repeatable order.
    pub fn absent(&self) -> &[Node] {
        &self.absent
    }

    /// How many required visits are left out.
    pub const fn required_out(&self) -> usize {
        self.required_out
    }

    /// A day without visits from `from` on.
    #[inline]
    pub fn next_empty(&self, from: u32) -> Option<u32> {
        let mut word = from as usize / 64;
        let mut bits = *self.empty.get(word)? & (u64::MAX << (from % 64));
        loop {
            if bits != 0 {
                return Some(word as u32 * 64 + bits.trailing_zeros());
            }
            word += 1;
            bits = *self.empty.get(word)?;
        }
    }

    /// The visits of a day in order.
    pub fn order(&self, day: u32) -> Vec<Node> {
        let mut order = Vec::with_capacity(self.stops[day as usize] as usize);
        let mut at = self.next[self.model.start(day) as usize];
        while self.model.is_visit(at) {
            order.push(at);
            at = self.next[at as usize];
        }
        order
    }

    /// All orders, day by day.
    pub fn orders(&self) -> Vec<Vec<usize>> {
        let day_order = |day: usize| {
            let order = self.order(day as u32);
            order.into_iter().map(|v| v as usize).collect()
        };
        (0..self.model.days.len()).map(day_order).collect()
    }

    /// Takes over the orders of `other`, not its sums and instants: `rebuild` before use.
    pub fn copy_orders(&mut self, other: &Self) {
        self.next.copy_from_slice(&other.next);
        self.cost = other.cost;
    }

    /// Recomputes everything from the orders.
    pub fn rebuild(&mut self) {
        let mut fresh = Tours::new(self.model);
        for day in 0..self.model.days.len() as u32 {
            fresh.clear(day);
        }
        for day in 0..self.model.days.len() as u32 {
            fresh.set_order(day, &self.order(day));
        }
        debug_assert_eq!(
            fresh.cost, self.cost,
            "sums kept step by step agree with a fresh count"
        );
        *self = fresh;
    }

    /// Forgets what `undo` would take back.
    pub fn begin(&mut self) {
        let journal = &mut self.journal;
        journal.stamp += 1;
        journal.days.clear();
        journal.nodes.clear();
        journal.instants.clear();
        journal.loads.clear();
        journal.cost = self.cost;
    }

    /// The days touched since `begin`.
    pub fn touched(&self) -> Vec<u32> {
        self.journal.days.iter().map(|saved| saved.day).collect()
    }

    /// Was the day touched since `begin`?
    #[inline]
    pub fn is_touched(&self, day: u32) -> bool {
        self.journal.touched[day as usize] == self.journal.stamp
    }

    fn save(&mut self, day: u32) {
        let d = day as usize;
        if self.journal.touched[d] == self.journal.stamp {
            return;
        }
        self.journal.touched[d] = self.journal.stamp;
        let m = self.model.masks;
        let timed = self.model.clock != Clock::Sum;
        let journal = &mut self.journal;
        let saved = SavedDay {
            day,
            first: journal.nodes.len(),
            instants: journal.instants.len(),
            loads: journal.loads.len(),
            stops: self.stops[d],
            drive: self.drive[d],
            work: self.work[d],
        };
        let loads = self.model.loads;
        journal
            .loads
            .extend_from_slice(&self.load[d * loads..(d + 1) * loads]);
        let mut at = self.model.start(day);
        let end = self.model.end(day);
        loop {
            if self.model.is_visit(at) {
                journal.nodes.push(at);
            }
            let n = at as usize;
            journal.instants.push(self.leg[n]);
            if timed {
                journal
                    .instants
                    .extend_from_slice(&self.ready[n * m..(n + 1) * m]);
                journal
                    .instants
                    .extend_from_slice(&self.latest[n * m..(n + 1) * m]);
            }
            if at == end {
                break;
            }
            at = self.next[n];
        }
        journal.days.push(saved);
    }

    /// Takes back everything since `begin`.
    pub fn undo(&mut self) {
        let journal = std::mem::take(&mut self.journal);
        for saved in &journal.days {
            let end = self.model.end(saved.day);
            let mut at = self.next[self.model.start(saved.day) as usize];
            while at != end {
                self.mark_out(at, saved.day);
                at = self.next[at as usize];
            }
        }
        for saved in &journal.days {
            self.restore(saved, &journal);
        }
        self.cost = journal.cost;
        self.journal = journal;
    }

    fn restore(&mut self, saved: &SavedDay, journal: &Journal) {
        let (model, day, d) = (self.model, saved.day, saved.day as usize);
        let m = model.masks;
        let timed = model.clock != Clock::Sum;
        let stride = if timed { 1 + 2 * m } else { 1 };
        let visits = &journal.nodes[saved.first..saved.first + saved.stops as usize];
        let mut at = model.start(day);
        let nodes = std::iter::once(at)
            .chain(visits.iter().copied())
            .chain([model.end(day)]);
        for (index, node) in nodes.enumerate() {
            let n = node as usize;
            if index > 0 {
                self.next[at as usize] = node;
                self.prev[n] = at;
                if model.is_visit(node) {
                    self.mark_in(node, day);
                }
            }
            let from = saved.instants + index * stride;
            self.leg[n] = journal.instants[from];
            if timed {
                self.ready[n * m..(n + 1) * m]
                    .copy_from_slice(&journal.instants[from + 1..from + 1 + m]);
                self.latest[n * m..(n + 1) * m]
                    .copy_from_slice(&journal.instants[from + 1 + m..from + 1 + 2 * m]);
            }
            at = node;
        }
        self.stops[d] = saved.stops;
        self.drive[d] = saved.drive;
        self.work[d] = saved.work;
        let loads = model.loads;
        self.load[d * loads..(d + 1) * loads]
            .copy_from_slice(&journal.loads[saved.loads..saved.loads + loads]);
        if saved.stops == 0 {
            self.empty[d / 64] |= 1 << (d % 64);
        } else {
            self.empty[d / 64] &= !(1 << (d % 64));
        }
    }
}

#[inline]
fn load(from: &[i64], node: Node, masks: usize, none: i64) -> Instants {
    let mut state = if none == TOO_LATE {
        NO_STATE
    } else {
        [none; 16]
    };
    let at = node as usize * masks;
    state[..masks].copy_from_slice(&from[at..at + masks]);
    state
}

#[inline]
fn store(into: &mut [i64], node: usize, masks: usize, state: &Instants) -> bool {
    let slots = &mut into[node * masks..(node + 1) * masks];
    let changed = *slots != state[..masks];
    slots.copy_from_slice(&state[..masks]);
    changed
}

#[inline]
fn ride(state: &mut Instants, leg: i64, model: &Model, day: u32) {
    let breaks = &model.days[day as usize].breaks;
    take_breaks(state, breaks);
    for instant in &mut state[..model.masks] {
        *instant = (*instant + leg).min(TOO_LATE);
    }
    take_breaks(state, breaks);
}

#[inline]
fn serve(state: &mut Instants, visit: Node, model: &Model, day: u32) {
    let slot = model.slot(day, visit);
    for instant in &mut state[..model.masks] {
        *instant = (model.next_start(slot, *instant) + model.service[visit as usize]).min(TOO_LATE);
    }
}
