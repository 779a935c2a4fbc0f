//! The search: ruin and recreate under a falling temperature.

use super::insert::Inserter;
use super::model::Node;
use super::near::Near;
use super::random::{Random, exp, ln};
use super::recreate::{Orders, recreate};
use super::ruin::{RuinSize, ruin};
use super::state::Tours;
use super::stop::Stop;

/// Settings of the search; the defaults suit every shape of problem.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub ruin: RuinSize,
    /// First and last temperature, as a share of a mean leg.
    pub hot: f64,
    pub cold: f64,
    pub blink: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ruin: RuinSize {
                average: 10.0,
                longest: 10,
            },
            hot: 1.0,
            cold: 0.01,
            blink: 100,
        }
    }
}

/// Searches until `stop` says so. Returns the best tours and the number of steps.
pub fn anneal<'a>(
    mut tours: Tours<'a>,
    near: &Near,
    inserter: &Inserter,
    settings: &Settings,
    stop: &mut Stop,
    random: &mut Random,
) -> Tours<'a> {
    let model = tours.model;
    let orders = Orders::new(model);
    let mut best = tours.clone();
    let scale = mean_leg(&tours);
    let cooling = ln(settings.cold / settings.hot);
    let mut heat = settings.hot * scale;
    let mut out: Vec<Node> = Vec::new();
    while let Some(progress) = stop.step() {
        if stop.steps() % 64 == 1 {
            heat = settings.hot * scale * exp(cooling * progress);
        }
        tours.begin();
        let before = tours.cost;
        let seed = random.below(model.visits) as Node;
        out.clear();
        ruin(&mut tours, near, seed, settings.ruin, random, &mut out);
        add_absent(&tours, near, seed, random, &mut out);
        orders.sort(model, &mut out, random);
        recreate(&mut tours, inserter, &out, random);
        if (tours.cost as f64) < before as f64 + heat * random.exponential() {
            if tours.cost < best.cost {
                best.copy_orders(&tours);
            }
        } else {
            tours.undo();
        }
    }
    best.rebuild();
    best
}

/// Adds some of the visits left out before this step: those near the seed, and a few from anywhere.
fn add_absent(tours: &Tours, near: &Near, seed: Node, random: &mut Random, out: &mut Vec<Node>) {
    let removed = out.len();
    let absent = tours.absent().len();
    if absent == removed {
        return;
    }
    let wanted = random.between(1, 10);
    let fresh = |tours: &Tours, v: Node, out: &[Node]| {
        tours.day[v as usize] == super::model::NONE && !out.contains(&v)
    };
    for &v in std::iter::once(&seed).chain(near.of(seed)) {
        if out.len() >= removed + wanted {
            break;
        }
        if fresh(tours, v, &out[..removed]) && !out[removed..].contains(&v) {
            out.push(v);
        }
    }
    for _ in 0..2 {
        let v = tours.absent()[random.below(absent)];
        if fresh(tours, v, out) {
            out.push(v);
        }
    }
    if tours.required_out() > 0 {
        let missing = tours
            .absent()
            .iter()
            .filter(|&&v| tours.model.required[v as usize]);
        let missing: Vec<Node> = missing
            .copied()
            .filter(|v| !out.contains(v))
            .take(10)
            .collect();
        out.extend(missing);
    }
}

/// Travel per stop, the unit of temperature.
fn mean_leg(tours: &Tours) -> f64 {
    let planned: u32 = tours.stops.iter().sum();
    let days = tours.stops.iter().filter(|s| **s > 0).count();
    let travel: i64 = (0..tours.stops.len())
        .filter(|&d| tours.stops[d] > 0)
        .map(|d| tours.drive[d])
        .sum();
    travel as f64 / (f64::from(planned) + days as f64).max(1.0)
}
