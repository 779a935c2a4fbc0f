//! Undo: each day as it was when first touched in a step.
//!
//! Most steps of the search are taken back, so what is saved and restored is exactly what a step can change on the days
//! it touches, instants included: nothing is computed again.

use super::model::{Clock, Node};
use super::state::Tours;

/// What `undo` needs: each day as it was when first touched.
#[derive(Clone, Default)]
pub struct Journal {
    stamp: u32,
    touched: Vec<u32>,
    /// How often a step changed each day for good.
    versions: Vec<u32>,
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
    extra: i64,
}

impl Journal {
    /// Nothing saved yet of so many days.
    pub fn new(days: usize) -> Self {
        Self {
            touched: vec![0; days],
            versions: vec![0; days],
            ..Self::default()
        }
    }
}

impl Tours<'_> {
    /// Forgets what `undo` would take back: days that stand otherwise than they were saved get a new version.
    pub fn begin(&mut self) {
        for at in 0..self.journal.days.len() {
            if !self.stands_as_saved(&self.journal.days[at]) {
                self.journal.versions[self.journal.days[at].day as usize] += 1;
            }
        }
        let journal = &mut self.journal;
        journal.stamp += 1;
        journal.days.clear();
        journal.nodes.clear();
        journal.instants.clear();
        journal.loads.clear();
        journal.cost = self.cost;
    }

    /// Does the day have its saved visits in their order? Many steps put everything back where it was.
    fn stands_as_saved(&self, saved: &SavedDay) -> bool {
        if self.stops[saved.day as usize] != saved.stops {
            return false;
        }
        let mut at = self.next[self.model.start(saved.day) as usize];
        for &visit in &self.journal.nodes[saved.first..saved.first + saved.stops as usize] {
            if at != visit {
                return false;
            }
            at = self.next[at as usize];
        }
        true
    }

    /// The days touched since `begin`.
    pub fn touched(&self) -> Vec<u32> {
        self.journal.days.iter().map(|saved| saved.day).collect()
    }

    /// Tells apart how a day stood at one `begin` and at another; days that are not touched keep it.
    #[inline]
    pub fn version(&self, day: u32) -> u32 {
        self.journal.versions[day as usize]
    }

    /// Was the day touched since `begin`?
    #[inline]
    pub fn is_touched(&self, day: u32) -> bool {
        self.journal.touched[day as usize] == self.journal.stamp
    }

    pub(super) fn save(&mut self, day: u32) {
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
            extra: self.extra[d],
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
        self.journal.days.clear();
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
        self.extra[d] = saved.extra;
        let loads = model.loads;
        self.load[d * loads..(d + 1) * loads]
            .copy_from_slice(&journal.loads[saved.loads..saved.loads + loads]);
        self.weigh(day);
        if saved.stops == 0 {
            self.empty[d / 64] |= 1 << (d % 64);
        } else {
            self.empty[d / 64] &= !(1 << (d % 64));
        }
    }
}
