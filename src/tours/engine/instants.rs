//! The instants of the nodes of a day: earliest one can leave, latest one can arrive, per set of breaks taken.

use super::model::{Clock, Model, Node};
use super::state::Tours;
use crate::tours::clock::{
    NEVER, NO_STATE, State as Instants, TOO_LATE, before_breaks, take_breaks,
};

impl Tours<'_> {
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

    /// Recomputes the instants and loads of a day.
    pub fn refresh(&mut self, day: u32) {
        self.weigh(day);
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
    pub(super) fn forward(&mut self, node: Node) {
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
    pub(super) fn backward(&mut self, node: Node) {
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
    pub(super) fn set_ready(&mut self, node: Node, day: u32) -> bool {
        let v = node as usize;
        let model = self.model;
        if model.masks == 1 {
            let arrival = self.ready[self.prev[v] as usize] + self.leg[v];
            let start = model.next_start(model.slot(day, node), arrival);
            let done = (start + model.service(day, node)).min(TOO_LATE);
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
    pub(super) fn set_ready_end(&mut self, end: Node, day: u32) {
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
    pub(super) fn set_latest(&mut self, node: Node, day: u32) -> bool {
        let v = node as usize;
        let model = self.model;
        let next = self.next[v];
        if model.masks == 1 {
            let leave = self.latest[next as usize] - self.leg[next as usize];
            let latest = if model.is_visit(node) {
                model.last_start(model.slot(day, node), leave - model.service(day, node))
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
                    .last_start(slot, *instant - model.service(day, node))
                    .max(NEVER);
            }
            before_breaks(&mut state, breaks);
        }
        store(&mut self.latest, v, model.masks, &state)
    }

    #[inline]
    pub(super) fn load_ready(&self, node: Node) -> Instants {
        load(&self.ready, node, self.model.masks, TOO_LATE)
    }

    #[inline]
    pub(super) fn load_latest(&self, node: Node) -> Instants {
        load(&self.latest, node, self.model.masks, NEVER)
    }
}

#[inline]
pub(super) fn load(from: &[i64], node: Node, masks: usize, none: i64) -> Instants {
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
pub(super) fn store(into: &mut [i64], node: usize, masks: usize, state: &Instants) -> bool {
    let slots = &mut into[node * masks..(node + 1) * masks];
    let changed = *slots != state[..masks];
    slots.copy_from_slice(&state[..masks]);
    changed
}

#[inline]
pub(super) fn ride(state: &mut Instants, leg: i64, model: &Model, day: u32) {
    let breaks = &model.days[day as usize].breaks;
    take_breaks(state, breaks);
    for instant in &mut state[..model.masks] {
        *instant = (*instant + leg).min(TOO_LATE);
    }
    take_breaks(state, breaks);
}

#[inline]
pub(super) fn serve(state: &mut Instants, visit: Node, model: &Model, day: u32) {
    let slot = model.slot(day, visit);
    for instant in &mut state[..model.masks] {
        *instant = (model.next_start(slot, *instant) + model.service(day, visit)).min(TOO_LATE);
    }
}
