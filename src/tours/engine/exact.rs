//! The proven best day, when one rep-day has few candidates.
//!
//! Dynamic programming over sets of visits (Held and Karp 1962; labels as in Feillet et al. 2004): for each set and last
//! visit it keeps every pair of travel and earliest instants that no other beats in both. Costs O(2^n n^2) labels.

use super::model::{Clock, Model, Node};
use super::orders::best_order;
use super::stop::Limits;
use crate::tours::clock::{NO_STATE, State as Instants, TOO_LATE, take_breaks};

/// The most free candidates that are tried.
pub const MOST: usize = 12;
/// The effort after which a proof is given up: a step from one visit to another is one, and so is each comparison of two ways
/// to have made the same visits. Ordinary days take a tenth of it; many kinds of load and breaks can take any amount.
const MOST_EFFORT: u64 = 20_000_000;
/// So many ways are remembered at most.
const MOST_LABELS: usize = 500_000;
/// The clock is looked at once in so much effort.
const BETWEEN_LOOKS: u64 = 1 << 12;

/// A way to have made a set of visits, ending at one of them.
pub(super) struct Label {
    pub(super) drive: i64,
    ready: Instants,
    /// How much more is on board than at the start, of each kind that is brought and taken along.
    swell: Vec<Swell>,
    pub(super) visit: usize,
    before: Option<u32>,
}

/// What is on board beyond what was at the start.
#[derive(Clone, Copy, Default)]
struct Swell {
    now: i64,
    most: i64,
}

/// Which days are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Whatever choice of visits is best.
    Best,
    /// Only days that make every visit, which is far quicker to see: whatever can no longer hold the rest is dropped.
    Everyone,
}

/// One rep-day's visits in the order that costs least, by proof; no visits at all when everyone is wanted and no day holds
/// them. `None` when the problem is not of this kind (more than one day, too many candidates), where it takes too much
/// effort, and when half the time there is went into it.
pub fn best_day(model: &Model, wanted: Wanted, limits: &Limits) -> Option<Vec<usize>> {
    if model.days.len() != 1 {
        return None;
    }
    let free: Vec<Node> = (0..model.visits as Node)
        .filter(|&v| model.may_serve(0, v) && !model.locked[v as usize])
        .collect();
    let prefix = &model.rep(0).prefix;
    let sound = crate::tours::rules::holds(model.problem, 0, prefix).is_ok();
    if free.len() > MOST || !sound {
        return None;
    }
    let mut search = Search::new(model, free, wanted, limits);
    search.start(prefix);
    // No single instant can stand for a longest duration or a price of time.
    if model.priced || model.rep(0).max_duration.is_some() && model.clock != Clock::Sum {
        return best_order(&search);
    }
    for set in 0..1usize << search.free.len() {
        search.extend(set)?;
    }
    Some(search.best())
}

pub(super) struct Search<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) free: Vec<Node>,
    pub(super) wanted: Wanted,
    pub(super) labels: Vec<Label>,
    /// Labels by set and last visit; the last row stands for "no free visit yet".
    at: Vec<Vec<u32>>,
    /// Which sets keep stops, loads and groups.
    pub(super) allowed: Vec<bool>,
    pub(super) locked: Vec<usize>,
    pub(super) limits: &'a Limits,
    effort: u64,
}

impl<'a> Search<'a> {
    fn new(model: &'a Model<'a>, free: Vec<Node>, wanted: Wanted, limits: &'a Limits) -> Self {
        let rows = (1usize << free.len()) * (free.len() + 1);
        Self {
            model,
            free,
            wanted,
            labels: Vec::new(),
            at: (0..rows).map(|_| Vec::new()).collect(),
            allowed: Vec::new(),
            locked: Vec::new(),
            limits,
            effort: 0,
        }
    }

    /// Counts effort; `None` when that was too much, or took too long.
    fn spend(&mut self, effort: u64) -> Option<()> {
        let before = self.effort / BETWEEN_LOOKS;
        self.effort += effort;
        let look = self.effort / BETWEEN_LOOKS > before;
        let enough = self.effort > MOST_EFFORT
            || self.labels.len() > MOST_LABELS
            || look && self.limits.is_half_spent();
        (!enough).then_some(())
    }

    pub(super) const fn row(&self, set: usize, last: usize) -> usize {
        set * (self.free.len() + 1) + last
    }

    /// The day as far as it is locked.
    fn start(&mut self, prefix: &[usize]) {
        let mut ready = NO_STATE;
        ready[0] = self.model.days[0].shift.open;
        let mut label = Label {
            drive: 0,
            ready,
            swell: vec![Swell::default(); self.model.mixed.len()],
            visit: self.model.start(0) as usize,
            before: None,
        };
        for &visit in prefix {
            if let Some(next) = self.step(&label, visit as Node, None) {
                label = next;
            }
        }
        self.locked = prefix.to_vec();
        let sets = 0..1usize << self.free.len();
        self.allowed = sets.map(|set| self.set_allowed(set)).collect();
        let row = self.row(0, self.free.len());
        self.labels.push(label);
        self.at[row].push(0);
    }

    /// Tries each visit outside `set` behind each way to have made `set`; `None` when that is too much effort.
    fn extend(&mut self, set: usize) -> Option<()> {
        for last in 0..=self.free.len() {
            let from = std::mem::take(&mut self.at[set * (self.free.len() + 1) + last]);
            for &label in &from {
                for next in 0..self.free.len() {
                    if set >> next & 1 == 0 && self.allowed[set | 1 << next] {
                        self.try_step(label, set | 1 << next, next);
                        let compared = self.at[self.row(set | 1 << next, next)].len();
                        self.spend(1 + compared as u64)?;
                    }
                }
            }
            let row = self.row(set, last);
            self.at[row] = from;
        }
        Some(())
    }

    fn try_step(&mut self, from: u32, set: usize, next: usize) {
        let visit = self.free[next];
        let Some(label) = self.step(&self.labels[from as usize], visit, Some(from)) else {
            return;
        };
        if !self.carries(&label, set)
            || self.wanted == Wanted::Everyone && !self.may_hold_rest(&label, set)
        {
            return;
        }
        let row = self.row(set, next);
        let beats = |a: &Label, b: &Label| {
            let masks = self.model.masks;
            a.drive <= b.drive
                && (0..masks).all(|m| a.ready[m] <= b.ready[m])
                && a.swell.iter().zip(&b.swell).all(|(a, b)| a.most <= b.most)
        };
        if self.at[row]
            .iter()
            .any(|&l| beats(&self.labels[l as usize], &label))
        {
            return;
        }
        let mut kept = std::mem::take(&mut self.at[row]);
        kept.retain(|&l| !beats(&label, &self.labels[l as usize]));
        kept.push(self.labels.len() as u32);
        self.at[row] = kept;
        self.labels.push(label);
    }

    /// The label after one more visit, `None` when its windows or the day's drive forbid it.
    pub(super) fn step(&self, from: &Label, visit: Node, before: Option<u32>) -> Option<Label> {
        let model = self.model;
        let leg = model.travel(from.visit as Node, visit);
        let drive = from.drive + leg;
        if drive > model.days[0].max_drive {
            return None;
        }
        let mut ready = self.ride(from.ready, leg);
        let slot = model.slot(0, visit);
        let mut work = model.service(0, visit);
        if model.place(from.visit as Node) != model.place(visit) {
            work += model.setup(0, visit);
        }
        for instant in &mut ready[..model.masks] {
            let start = model.next_start(slot, *instant);
            *instant = (start + work).min(TOO_LATE);
        }
        let alive = ready[..model.masks].iter().any(|&at| at < TOO_LATE);
        alive.then_some(Label {
            drive,
            ready,
            swell: self.swollen(&from.swell, visit),
            visit: visit as usize,
            before,
        })
    }

    fn swollen(&self, swell: &[Swell], visit: Node) -> Vec<Swell> {
        let loads = &self.model.demand[visit as usize * self.model.loads..];
        let kinds = swell.iter().zip(&self.model.mixed);
        kinds
            .map(|(swell, &(brought, taken))| {
                let now = swell.now + loads[taken] - loads[brought];
                Swell {
                    now,
                    most: swell.most.max(now),
                }
            })
            .collect()
    }

    /// Does every leg carry its load, when the day started with what is brought to all it has visited?
    pub(super) fn carries(&self, label: &Label, set: usize) -> bool {
        let model = self.model;
        let kinds = label.swell.iter().zip(&model.mixed);
        kinds.into_iter().all(|(swell, &(brought, _))| {
            let at_start: i64 = self
                .members(set)
                .map(|v| model.demand[v * model.loads + brought])
                .sum();
            at_start + swell.most <= model.capacity[brought]
        })
    }

    /// The visits of a set, and the locked ones.
    pub(super) fn members(&self, set: usize) -> impl Iterator<Item = usize> + '_ {
        let free = (0..self.free.len()).filter(move |i| set >> i & 1 == 1);
        free.map(|i| self.free[i] as usize)
            .chain(self.locked.iter().copied())
    }

    /// Is there time left for each visit outside `set`, and for all their service, were there no way between them?
    pub(super) fn may_hold_rest(&self, label: &Label, set: usize) -> bool {
        let model = self.model;
        let (close, states) = (model.days[0].shift.close, &label.ready[..model.masks]);
        let Some(&now) = states.iter().min() else {
            return false;
        };
        let mut all_served = now;
        let outside = (0..self.free.len()).filter(|i| set >> i & 1 == 0);
        for visit in outside.map(|i| self.free[i]) {
            let service = model.service(0, visit);
            all_served += service;
            if model.next_start(model.slot(0, visit), now) + service > close {
                return false;
            }
        }
        all_served <= close
    }

    fn ride(&self, mut ready: Instants, leg: i64) -> Instants {
        let breaks = &self.model.days[0].breaks;
        take_breaks(&mut ready, breaks);
        for instant in &mut ready[..self.model.masks] {
            *instant = (*instant + leg).min(TOO_LATE);
        }
        take_breaks(&mut ready, breaks);
        ready
    }

    /// Stops, loads and groups of a set, locked visits included.
    fn set_allowed(&self, set: usize) -> bool {
        let model = self.model;
        let stops = set.count_ones() + self.locked.len() as u32;
        let mut groups: Vec<u32> = self
            .members(set)
            .map(|v| model.group[v])
            .filter(|g| *g != u32::MAX)
            .collect();
        groups.sort_unstable();
        stops <= model.days[0].max_stops
            && groups.windows(2).all(|pair| pair[0] != pair[1])
            && (0..model.loads).all(|kind| {
                let load: i64 = self
                    .members(set)
                    .map(|v| model.demand[v * model.loads + kind])
                    .sum();
                load <= model.capacity[kind]
            })
    }

    /// The cheapest complete day.
    fn best(&self) -> Vec<usize> {
        let model = self.model;
        let end = model.end(0);
        let mut best: Option<(i64, u32)> = None;
        let sets = 1usize << self.free.len();
        let first = match self.wanted {
            Wanted::Best => 0,
            Wanted::Everyone => sets - 1,
        };
        for set in first..sets {
            let gain: i64 = (0..self.free.len())
                .filter(|i| set >> i & 1 == 1)
                .map(|i| model.gain(0, self.free[i]))
                .sum();
            for last in 0..=self.free.len() {
                for &index in &self.at[self.row(set, last)] {
                    let label = &self.labels[index as usize];
                    if let Some(cost) = self.close(label, end)
                        && self.carries(label, set)
                        && best.is_none_or(|b| cost - gain < b.0)
                    {
                        best = Some((cost - gain, index));
                    }
                }
            }
        }
        let mut order = Vec::new();
        let mut at = best.map(|b| b.1);
        while let Some(index) = at {
            let label = &self.labels[index as usize];
            if label.before.is_some() {
                order.push(label.visit);
            }
            at = label.before;
        }
        order.extend(self.locked.iter().rev());
        order.reverse();
        order
    }

    /// Travel and fixed cost of ending the day here, `None` when the shift is over before.
    fn close(&self, label: &Label, end: Node) -> Option<i64> {
        let model = self.model;
        let limits = &model.days[0];
        if !model.is_visit(label.visit as Node) {
            return Some(0);
        }
        let leg = model.travel(label.visit as Node, end);
        let drive = label.drive + leg;
        let back = self.ride(label.ready, leg)[(1 << limits.breaks.len()) - 1];
        let in_time = back <= limits.shift.close
            && (model.rep(0).max_duration.is_none() || back - limits.shift.open <= limits.max_work);
        (in_time && drive <= limits.max_drive).then_some(drive + limits.fixed_cost)
    }
}
