//! Costs that only a full schedule tells: overtime, waiting, lateness, and travel that depends on the time of day.
//!
//! Insertions are weighed by their legs alone, at the least time of the day; what that leaves out is settled once per
//! step for the days it touched, before the step is accepted or taken back.

use super::model::Node;
use super::state::{Spot, Tours};
use crate::tours::objective::day_price;
use crate::tours::rules::holds;

impl Tours<'_> {
    /// Settles the days touched since `begin`.
    pub fn settle(&mut self) {
        if self.model.priced {
            for day in self.touched() {
                self.settle_day(day);
            }
        }
    }

    /// Settles all days.
    pub fn settle_all(&mut self) {
        if self.model.priced {
            for day in 0..self.model.days.len() as u32 {
                self.settle_day(day);
            }
        }
    }

    fn settle_day(&mut self, day: u32) {
        let order: Vec<usize> = self.order(day).into_iter().map(|v| v as usize).collect();
        let extra = if order.is_empty() {
            0
        } else {
            let price = day_price(self.model.problem, day as usize, &order);
            price.map_or(self.model.big, |(travel, time)| {
                travel + time - self.drive[day as usize]
            })
        };
        self.cost += extra - std::mem::replace(&mut self.extra[day as usize], extra);
    }

    /// The cheapest spot for a left-out visit by full schedules, when it pays there.
    fn best_by_schedule(&self, visit: Node) -> Option<Spot> {
        let model = self.model;
        if !self.group_free(visit) {
            return None;
        }
        let mut best = (0, None);
        for day in 0..model.days.len() as u32 {
            if !self.has_room(day, visit) {
                continue;
            }
            let d = day as usize;
            let mut order: Vec<usize> = self.order(day).into_iter().map(|v| v as usize).collect();
            let before = if order.is_empty() {
                -model.days[d].fixed_cost
            } else {
                self.drive[d] + self.extra[d]
            };
            let locked = model.rep(day).prefix.len().min(order.len());
            for at in locked..=order.len() {
                order.insert(at, visit as usize);
                if let Ok(cost) = holds(model.problem, d, &order) {
                    let delta = cost - before - model.gain(day, visit);
                    if delta < best.0 {
                        let after = at
                            .checked_sub(1)
                            .map_or(model.start(day), |b| order[b] as Node);
                        best = (delta, Some(Spot { after }));
                    }
                }
                order.remove(at);
            }
        }
        best.1
    }

    /// Inserts what is left out until no single feasible insertion pays, by full schedules. False when it was too late to
    /// try them all.
    pub fn fill_by_schedule(&mut self, late: &dyn Fn() -> bool) -> bool {
        self.settle_all();
        loop {
            let mut out: Vec<Node> = self.absent().to_vec();
            out.sort_unstable_by_key(|&v| (std::cmp::Reverse(self.model.worth[v as usize]), v));
            let before = out.len();
            for visit in out {
                if late() {
                    return false;
                }
                if let Some(spot) = self.best_by_schedule(visit) {
                    self.insert(spot.after, visit);
                    self.settle_day(self.day[visit as usize]);
                }
            }
            if self.absent().len() == before {
                return true;
            }
        }
    }
}
