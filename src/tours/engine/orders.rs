//! The proven best day where its price depends on its instants: by a longest duration beside windows, by travel that depends
//! on the time of day, or by prices of time.
//!
//! There no label can stand for all ways to have made a set of visits, see `exact`. So orders are tried one by
//! one, depth first, and left where they can no longer be in time, or where the least travel to come cannot beat the best
//! day so far. Whole days are priced by the rules themselves. Few days need many orders; those are not proven.

use super::exact::{Label, Search, Wanted};
use super::model::Node;
use crate::tours::rules::holds;

/// The effort after which a proof is given up: an order looked at is one, a whole day priced is [`PRICING`].
const MOST_EFFORT: u32 = 150_000;
/// What pricing a whole day takes beside looking at an order.
const PRICING: u32 = 16;

/// The clock is looked at about once in so much effort.
const BETWEEN_LOOKS: u32 = 64;

/// No way to go on.
const NOWHERE: i64 = i64::MAX / 4;

/// One rep-day's visits in the order that costs least; no visits at all when everyone is wanted and no day holds them.
/// `None` when it takes too much effort to tell.
pub(super) fn best_order(search: &Search) -> Option<Vec<usize>> {
    let start = search.labels.first()?;
    let mut orders = Orders {
        to_go: least_to_go(search, start.visit as Node),
        order: search.locked.clone(),
        best: NOWHERE,
        found: Vec::new(),
        effort: 0,
        search,
    };
    if search.wanted == Wanted::Best && search.locked.is_empty() {
        orders.best = 0;
    }
    orders.extend(start, 0, 0)?;
    Some(orders.found)
}

/// The least travel to come, gains taken off, behind each set of visits and the last of them, were there no clock.
fn least_to_go(search: &Search, start: Node) -> Vec<i64> {
    let (model, free) = (search.model, &search.free);
    let all = (1usize << free.len()) - 1;
    let mut to_go = vec![NOWHERE; (all + 1) * (free.len() + 1)];
    for set in (0..=all).rev() {
        for last in 0..=free.len() {
            let at = free.get(last).copied().unwrap_or(start);
            let mut least = NOWHERE;
            if search.wanted == Wanted::Best || set == all {
                least = model.travel(at, model.end(0));
            }
            for (next, &visit) in free.iter().enumerate() {
                let with = set | 1 << next;
                if with != set && search.allowed[with] {
                    let rest = to_go[search.row(with, next)] - model.gain(0, visit);
                    least = least.min(model.travel(at, visit) + rest);
                }
            }
            to_go[search.row(set, last)] = least;
        }
    }
    to_go
}

struct Orders<'s, 'a> {
    search: &'s Search<'a>,
    /// See [`least_to_go`].
    to_go: Vec<i64>,
    /// The visits up to here.
    order: Vec<usize>,
    /// What the best day so far costs, gains taken off.
    best: i64,
    found: Vec<usize>,
    effort: u32,
}

impl Orders<'_, '_> {
    /// Tries all days that begin with the visits up to here, `set` and the locked ones, which have `gained` so much; `None`
    /// when that is too much effort.
    fn extend(&mut self, label: &Label, set: usize, gained: i64) -> Option<()> {
        let (search, model) = (self.search, self.search.model);
        self.spend(1)?;
        self.end_here(label, set, gained)?;
        let spent = label.drive + model.days[0].fixed_cost - gained;
        let mut next = Vec::new();
        for (at, &visit) in search.free.iter().enumerate() {
            let with = set | 1 << at;
            if with == set || !search.allowed[with] {
                continue;
            }
            let leg = model.travel(label.visit as Node, visit);
            let least = spent + leg - model.gain(0, visit) + self.to_go[search.row(with, at)];
            if least < self.best {
                next.push((least, at));
            }
        }
        next.sort_unstable();
        for (least, at) in next {
            let (visit, with) = (search.free[at], set | 1 << at);
            // The best may have become better since.
            if least < self.best
                && let Some(label) = self.in_time(label, visit, with)
            {
                self.order.push(visit as usize);
                self.extend(&label, with, gained + model.gain(0, visit))?;
                self.order.pop();
            }
        }
        Some(())
    }

    /// One visit more, where the earliest one can be there and the least work leave a chance.
    fn in_time(&self, from: &Label, visit: Node, with: usize) -> Option<Label> {
        let search = self.search;
        let label = search.step(from, visit, None)?;
        let work: i64 = search
            .members(with)
            .map(|v| search.model.service(0, v as Node))
            .sum();
        let chance = label.drive + work <= search.model.days[0].max_work
            && search.carries(&label, with)
            && (search.wanted == Wanted::Best || search.may_hold_rest(&label, with));
        chance.then_some(label)
    }

    /// Prices the day that ends here, where it may be the best.
    fn end_here(&mut self, label: &Label, set: usize, gained: i64) -> Option<()> {
        let (search, model) = (self.search, self.search.model);
        let whole = search.wanted == Wanted::Best || set + 1 == 1 << search.free.len();
        let least = label.drive + model.travel(label.visit as Node, model.end(0));
        let rest = model.days[0].fixed_cost - gained;
        if !whole || self.order.is_empty() || least + rest >= self.best {
            return Some(());
        }
        self.spend(PRICING)?;
        if let Ok(price) = holds(model.problem, 0, &self.order)
            && price + rest < self.best
        {
            self.best = price + rest;
            self.found.clone_from(&self.order);
        }
        Some(())
    }

    fn spend(&mut self, effort: u32) -> Option<()> {
        self.effort += effort;
        let look = self.effort.is_multiple_of(BETWEEN_LOOKS);
        let enough = self.effort > MOST_EFFORT || look && self.search.limits.is_half_spent();
        (!enough).then_some(())
    }
}
