//! Recreate: put visits back one by one, each at its cheapest spot, in an order drawn anew each time.

use super::insert::Inserter;
use super::model::{Model, Node};
use super::random::Random;
use super::state::Tours;

/// Orders in which visits are put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Random,
    /// Most loaded first.
    Demand,
    /// Furthest from the first day's start first.
    Far,
    /// Nearest first.
    Close,
    /// Least total window first.
    Narrow,
    /// Earliest opening first.
    Opens,
    /// Earliest closing last.
    Closes,
    /// Highest prize first.
    Prize,
    /// Highest prize per time first.
    Rate,
}

/// The orders that mean something for a problem, with their weights, and a rank of each visit in each.
pub struct Orders {
    draw: Vec<(Order, usize)>,
    keys: Vec<Vec<i64>>,
}

impl Orders {
    pub fn new(model: &Model) -> Self {
        let visits = &model.problem.visits;
        let timed = visits.iter().any(|v| !v.windows.is_empty());
        let loaded = model.loads > 0;
        let optional = visits.iter().any(|v| !v.required && v.prize > 0);
        let mut draw = vec![(Order::Random, 4), (Order::Far, 2), (Order::Close, 1)];
        if loaded {
            draw.push((Order::Demand, 4));
        }
        if timed {
            draw.extend([(Order::Narrow, 2), (Order::Opens, 2), (Order::Closes, 2)]);
        }
        if optional {
            draw.extend([(Order::Prize, 4), (Order::Rate, 4)]);
        }
        let keys = draw
            .iter()
            .map(|(order, _)| (0..model.visits).map(|v| key(model, *order, v)).collect())
            .collect();
        Self { draw, keys }
    }

    /// Sorts visits by an order drawn at random; required ones always come first.
    pub fn sort(&self, model: &Model, visits: &mut [Node], random: &mut Random) {
        random.shuffle(visits);
        let total: usize = self.draw.iter().map(|d| d.1).sum();
        let mut pick = random.below(total);
        for ((order, weight), keys) in self.draw.iter().zip(&self.keys) {
            if pick < *weight {
                if *order != Order::Random {
                    visits.sort_by_key(|&v| keys[v as usize]);
                }
                break;
            }
            pick -= weight;
        }
        if visits.iter().any(|&v| !model.required[v as usize]) {
            visits.sort_by_key(|&v| !model.required[v as usize]);
        }
    }
}

fn key(model: &Model, order: Order, v: usize) -> i64 {
    let visit = &model.problem.visits[v];
    let far = if model.days.is_empty() {
        0
    } else {
        model.travel(model.start(0), v as Node)
    };
    let windows = &visit.windows;
    match order {
        Order::Random => 0,
        Order::Demand => -(0..model.loads)
            .map(|k| model.demand[v * model.loads + k])
            .sum::<i64>(),
        Order::Far => -far,
        Order::Close => far,
        Order::Narrow if windows.is_empty() => i64::MAX,
        Order::Narrow => windows.iter().map(|w| w.close - w.open).sum(),
        Order::Opens => windows.iter().map(|w| w.open).min().unwrap_or(i64::MIN),
        Order::Closes => -windows
            .iter()
            .map(|w| w.close)
            .max()
            .unwrap_or(i64::MIN / 2),
        Order::Prize => -visit.prize,
        Order::Rate => {
            let near = far.max(1) / 4;
            -(visit.prize.saturating_mul(1 << 16) / (visit.service + near + 1))
        }
    }
}

/// Puts `visits` back in the given order, each where it costs least, if that is less than it is worth
/// and `bonus` more.
pub fn recreate(
    tours: &mut Tours,
    inserter: &mut Inserter,
    visits: &[Node],
    bonus: i64,
    random: &mut Random,
) {
    for &visit in visits {
        if tours.day[visit as usize] != super::model::NONE {
            continue;
        }
        if let Some(spot) = inserter.best(tours, visit, bonus, random) {
            tours.insert(spot.after, visit);
        }
    }
}
