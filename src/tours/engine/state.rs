//! The tours being searched: linked lists with the sums and instants that make a trial insertion cheap.
//!
//! `ready` is the earliest instant one can leave a node, `latest` the latest instant one can arrive at it, each per
//! set of breaks taken. An insertion between two nodes is feasible exactly when the earliest way through it arrives no
//! later than the latest allowed: waiting is always possible, so one instant per side tells everything, also with
//! several windows.

use super::journal::Journal;
use super::loads::Fullest;
use super::model::{Clock, Model, NONE, Node};
use crate::tours::clock::{NEVER, TOO_LATE};

/// Tours under search. Create it, insert and remove visits; `begin`, then `undo` takes everything since back.
#[derive(Clone)]
pub struct Tours<'a> {
    pub model: &'a Model<'a>,
    pub next: Vec<Node>,
    pub prev: Vec<Node>,
    /// The day of each visit, [`NONE`] when it is left out.
    pub day: Vec<u32>,
    /// Travel from the node before.
    pub(super) leg: Vec<i64>,
    pub(super) ready: Vec<i64>,
    pub(super) latest: Vec<i64>,
    pub stops: Vec<u32>,
    pub drive: Vec<i64>,
    pub(super) work: Vec<i64>,
    /// What a day costs beyond its legs: prices of time, and travel that depends on the time of day. See `settle`.
    pub(super) extra: Vec<i64>,
    pub(super) load: Vec<i64>,
    /// The most on board up to the leg that leaves a node, and from that leg on, see `loads`.
    pub(super) fullest: Vec<Fullest>,
    pub(super) group_used: Vec<bool>,
    /// Travel and fixed cost minus what the visits made are worth; `extra` as of the last `settle`.
    pub cost: i64,
    pub(super) absent: Vec<Node>,
    pub(super) absent_at: Vec<u32>,
    pub(super) required_out: usize,
    pub(super) empty: Vec<u64>,
    pub(super) journal: Journal,
}

/// A place on a day for a visit: behind node `after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
            extra: vec![0; days],
            load: vec![0; days * model.loads],
            fullest: vec![Fullest::default(); nodes * model.mixed.len()],
            group_used: vec![false; model.groups],
            cost: 0,
            absent: (0..model.visits as Node).collect(),
            absent_at: (0..model.visits as u32).collect(),
            required_out: model.required.iter().filter(|r| **r).count(),
            empty: vec![0; days.div_ceil(64)],
            journal: Journal::new(days),
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

    pub(super) fn mark_in(&mut self, visit: Node, day: u32) {
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

    pub(super) fn mark_out(&mut self, visit: Node, day: u32) {
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
        self.work[d] += self.model.service(day, visit);
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
        self.weigh(day);
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
            self.work[d] -= self.model.service(day, at);
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
        fresh.settle_all();
        debug_assert_eq!(
            fresh.cost, self.cost,
            "sums kept step by step agree with a fresh count"
        );
        *self = fresh;
    }
}
