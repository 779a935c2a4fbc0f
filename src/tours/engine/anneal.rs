//! The search: ruin and recreate under a falling temperature.

use super::insert::Inserter;
use super::losses::{draw_bonus, drop_losses, drop_losses_everywhere, mean_round_trip};
use super::model::{Clock, Model, NONE, Node};
use super::near::Near;
use super::random::{Random, exp, ln};
use super::recreate::{Orders, recreate};
use super::rescue::make_room;
use super::ruin::{RuinSize, empty_day, ruin};
use super::state::Tours;
use super::stop::Stop;
use super::tails::swap_tails;
use crate::tours::problem::Objective;

/// One step in this many empties a whole tour, another starts a new one.
const WHIM: usize = 50;

/// Settings of the search; the defaults suit every shape of problem.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub ruin: RuinSize,
    /// First and last temperature, as shares of `scale`.
    pub hot: f64,
    pub cold: f64,
    /// What temperature is measured in, see [`unit_of_heat`].
    pub scale: f64,
    pub blink: u32,
}

impl Settings {
    /// Settings by shape, each measured: where all visits are required larger ruins are better, and where windows bind still
    /// larger ones the more visits there are; without windows it is better to stop wandering early; where prizes come first,
    /// many plans are worth the same and it takes more heat and larger ruins to leave them.
    pub fn for_shape(model: &Model, scale: f64) -> Self {
        let windows = model.clock != Clock::Sum;
        let late = windows || model.has_optional();
        let prizes_first = model.problem.objective == Objective::MaxPrize;
        let (average, longest) = match (model.has_optional(), windows) {
            (true, _) if prizes_first => (16, 30),
            (true, _) => (10, 10),
            (false, false) => (12, 12),
            (false, true) => {
                let size = (9 + model.visits / 33).clamp(12, 15);
                (size, size)
            }
        };
        Self {
            ruin: RuinSize {
                average: average as f64,
                longest,
            },
            hot: if prizes_first { 2.0 } else { 1.0 },
            cold: if late { 0.01 } else { 0.02 },
            scale,
            blink: 100,
        }
    }
}

/// What a run of the search leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The best tours it saw.
    Best,
    /// The tours it stands at, for a next run to go on from.
    Last,
}

/// Searches until `stop` says so; `each` is told the best tours, steps and progress now and then.
pub fn anneal<'a>(
    mut tours: Tours<'a>,
    inserter: &mut Inserter,
    settings: &Settings,
    keep: Keep,
    stop: &mut Stop,
    random: &mut Random,
    mut each: impl FnMut(&Tours<'a>, u64, f64),
) -> Tours<'a> {
    let (model, near) = (tours.model, inserter.near);
    let orders = Orders::new(model);
    tours.settle_all();
    let mut best = tours.clone();
    let cooling = ln(settings.cold / settings.hot);
    let mut heat = settings.hot * settings.scale;
    let mut out: Vec<Node> = Vec::new();
    let optional = model.has_optional();
    let leg = mean_leg(&tours);
    let round_trip = mean_round_trip(model);
    drop_losses_everywhere(&mut tours);
    tours.settle_all();
    while let Some(progress) = stop.step() {
        if stop.steps() % 64 == 1 {
            heat = settings.hot * settings.scale * exp(cooling * progress);
            each(&best, stop.steps(), progress);
        }
        tours.begin();
        let before = tours.cost;
        let mut seed = random.below(model.visits) as Node;
        out.clear();
        if tours.required_out() > 0 && random.below(4) == 0 {
            seed = make_room(&mut tours, near, random, &mut out).unwrap_or(seed);
        }
        let whim = random.below(WHIM);
        if whim == 0 && tours.day[seed as usize] != NONE {
            let day = tours.day[seed as usize];
            empty_day(&mut tours, day, &mut out);
        }
        ruin(&mut tours, near, seed, settings.ruin, random, &mut out);
        add_absent(&tours, near, seed, random, &mut out);
        orders.sort(model, &mut out, random);
        if whim == 1 {
            open_tour(&mut tours, &out, random);
        }
        let bonus = draw_bonus(optional, leg, round_trip, random);
        recreate(&mut tours, inserter, &out, bonus, random);
        swap_tails(&mut tours, near, &out);
        if bonus > 0 {
            drop_losses(&mut tours, &mut out);
        }
        tours.settle();
        if (tours.cost as f64) < before as f64 + heat * random.exponential() {
            if tours.cost < best.cost {
                best.copy_orders(&tours);
            }
        } else {
            tours.undo();
        }
    }
    if keep == Keep::Last {
        return tours;
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
    let fresh =
        |tours: &Tours, v: Node, out: &[Node]| tours.day[v as usize] == NONE && !out.contains(&v);
    for &v in std::iter::once(&seed).chain(near.of(tours.model, seed)) {
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

/// Starts a new tour with one of the visits, whatever it costs: the annealing weighs the outcome.
fn open_tour(tours: &mut Tours, out: &[Node], random: &mut Random) {
    if out.is_empty() {
        return;
    }
    let visit = out[random.below(out.len())];
    let Some(day) = tours.next_empty(0) else {
        return;
    };
    let (start, end) = (tours.model.start(day), tours.model.end(day));
    let (to, from) = (
        tours.model.travel(start, visit),
        tours.model.travel(visit, end),
    );
    if tours.group_free(visit)
        && tours.has_room(day, visit)
        && tours.fits(day, start, visit, to, from)
    {
        tours.insert(start, visit);
    }
}

/// What temperature is measured in: a mean leg, or a mean prize where prizes come first.
pub fn unit_of_heat(tours: &Tours) -> f64 {
    let model = tours.model;
    if model.problem.objective == Objective::MaxPrize {
        let optional = (0..model.visits).filter(|&v| !model.required[v]);
        let worth: i64 = optional.map(|v| model.worth[v]).sum();
        return worth as f64 / (model.visits as f64).max(1.0);
    }
    mean_leg(tours)
}

/// Travel per stop.
fn mean_leg(tours: &Tours) -> f64 {
    let planned: u32 = tours.stops.iter().sum();
    let days = tours.stops.iter().filter(|s| **s > 0).count();
    let travel: i64 = (0..tours.stops.len())
        .filter(|&d| tours.stops[d] > 0)
        .map(|d| tours.drive[d])
        .sum();
    travel as f64 / (f64::from(planned) + days as f64).max(1.0)
}
