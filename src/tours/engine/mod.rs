//! The search engine: ruin and recreate on linked tours with exact constant-time insertion tests.
//!
//! [`search`] is the door. [`model`] packs the problem, [`state`] holds the tours, [`ruin`], [`recreate`] and
//! [`insert`] change them, [`anneal`] decides what to keep.

mod anneal;
mod exact;
mod feasible;
mod insert;
mod instants;
mod journal;
mod losses;
mod model;
mod near;
mod random;
mod recreate;
mod ruin;
mod state;
mod stop;
mod tails;
#[cfg(test)]
mod tests;

use std::time::Instant;

use crate::tours::problem::{Budget, Problem};

use anneal::{Settings, anneal};
use insert::Inserter;
use model::{Clock, Model, Node};
use near::Near;
use random::Random;
use recreate::{Orders, recreate};
use state::Tours;
use stop::Stop;

/// Up to this many visits every position is looked at.
const SMALL: usize = 150;
/// The same where windows bind: the best place is then seldom beside the nearest visits.
const SMALL_WITH_WINDOWS: usize = 500;

/// What the search found: orders per rep-day, steps made, and whether the clock cut it.
pub struct Found {
    pub orders: Vec<Vec<usize>>,
    pub steps: u64,
    pub cut_by_clock: bool,
    /// No plan is better.
    pub proven: bool,
}

/// Searches a sound problem within a budget.
pub fn search(problem: &Problem, budget: &Budget) -> Found {
    let started = Instant::now();
    let model = Model::new(problem);
    if let Some(order) = exact::best_day(&model) {
        return Found {
            orders: vec![order],
            steps: 0,
            cut_by_clock: false,
            proven: true,
        };
    }
    let mut random = Random::new(budget.seed);
    let mut stop = Stop::new(budget.iterations, budget.seconds, started);
    let near = Near::new(&model, 100);
    let settings = Settings::for_shape(model.has_optional());
    let mut tours = Tours::new(&model);
    let everywhere_up_to = if model.clock == Clock::Sum {
        SMALL
    } else {
        SMALL_WITH_WINDOWS
    };
    construct(&mut tours, &near, &mut random);
    let inserter = Inserter {
        near: &near,
        everywhere: model.visits <= everywhere_up_to,
        blink: settings.blink,
    };
    if model.visits > 0 {
        tours = anneal(tours, &near, &inserter, &settings, &mut stop, &mut random);
    }
    fill(&mut tours, &inserter, &mut random);
    Found {
        orders: tours.orders(),
        steps: stop.steps(),
        cut_by_clock: stop.was_cut(),
        proven: false,
    }
}

/// Inserts what is left out until no single feasible insertion pays: every visit at every position of every day.
fn fill(tours: &mut Tours, inserter: &Inserter, random: &mut Random) {
    let thorough = Inserter {
        near: inserter.near,
        everywhere: true,
        blink: 0,
    };
    loop {
        let mut out: Vec<Node> = tours.absent().to_vec();
        out.sort_unstable_by_key(|&v| (std::cmp::Reverse(tours.model.worth[v as usize]), v));
        let before = out.len();
        recreate(tours, &thorough, &out, 0, random);
        if tours.absent().len() == before {
            return;
        }
    }
}

/// First tours: every visit where it costs least, hard ones first.
fn construct(tours: &mut Tours, near: &Near, random: &mut Random) {
    let inserter = Inserter {
        near,
        everywhere: true,
        blink: 0,
    };
    let mut visits: Vec<Node> = tours.absent().to_vec();
    Orders::new(tours.model).sort(tours.model, &mut visits, random);
    recreate(tours, &inserter, &visits, i64::MAX / 4, random);
}
