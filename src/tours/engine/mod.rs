//! The search engine: ruin and recreate on linked tours with exact constant-time insertion tests.
//!
//! [`search`] is the door. [`model`] is the problem as [`pack`] lays it out, [`state`] holds the tours, [`ruin`], [`recreate`] and
//! [`insert`] change them, [`kept`] spares a second look at days that did not change, [`anneal`] decides what to keep. Large
//! problems are searched in [`rounds`] of [`parts`].

mod anneal;
mod exact;
mod extra;
mod feasible;
mod insert;
mod instants;
mod journal;
mod kept;
mod loads;
mod losses;
mod model;
mod near;
mod orders;
mod pack;
mod parts;
mod random;
mod recreate;
mod rescue;
mod rounds;
mod ruin;
mod state;
mod stop;
mod tails;
#[cfg(test)]
mod tests;
mod watch;

use std::time::Duration;

use crate::tours::problem::{Budget, Problem};

use anneal::{Keep, Settings, anneal, unit_of_heat};
use insert::Inserter;
use kept::Kept;
use losses::{drop_losing_days, drop_losses_everywhere};
use model::{Clock, Model, Node};
use near::Near;
use random::Random;
use recreate::{Orders, recreate};
use state::Tours;
use stop::{Leash, Stop};

pub use exact::Wanted;
pub use stop::Limits;
pub use watch::{Control, Progress, Watch};

/// Up to this many visits every position is looked at.
const SMALL: usize = 150;
/// The same where windows bind: the best place is then seldom beside the nearest visits.
const SMALL_WITH_WINDOWS: usize = 500;
/// From so many visits on, the search works on parts of the problem.
const LARGE: usize = 400;
/// Time to write a visit's instants down, with a margin.
const FINISH_PER_VISIT: Duration = Duration::from_micros(2);
/// So many visits are inserted between two looks at the clock.
const AT_ONCE: usize = 16;
/// How many near visits each visit knows.
const NEAR: usize = 100;

/// What the search found: orders per rep-day, steps made, and whether the clock cut it.
pub struct Found {
    pub orders: Vec<Vec<usize>>,
    pub steps: u64,
    pub cut: bool,
}

/// The proven best plan where the problem is small enough: one rep-day with few candidates, and no more than half the time.
pub fn prove(problem: &Problem, wanted: Wanted, limits: &Limits) -> Option<Vec<Vec<usize>>> {
    // Packing a large problem takes time, and it has seldom few candidates.
    if problem.days.len() != 1 || problem.visits.len() > LARGE {
        return None;
    }
    exact::best_day(&Model::new(problem), wanted, limits).map(|order| vec![order])
}

/// Searches a sound problem within a budget.
pub fn search(problem: &Problem, budget: &Budget, limits: &Limits, watch: &mut Watch) -> Found {
    let model = Model::new(problem);
    let mut random = Random::new(budget.seed);
    let near = Near::new(&model, NEAR);
    let mut tours = Tours::new(&model);
    let late = || limits.is_late();
    construct(&mut tours, &near, &late, &mut random);
    let settings = Settings::for_shape(&model, unit_of_heat(&tours));
    let before = limits.spent();
    fill(&mut tours, &near, &late, &mut random);
    // The last pass and the schedules take their time after the search.
    let pass = limits.spent().saturating_sub(before);
    let reserve = pass * 2 + FINISH_PER_VISIT * model.visits as u32;
    let until = limits.limit().map(|limit| limit.saturating_sub(reserve));
    let (mut steps, mut cut) = (0, false);
    if model.visits >= LARGE && model.days.len() > 1 {
        let rounds = rounds::Rounds {
            near: &near,
            settings: &settings,
            budget,
            limits,
            until,
        };
        (tours, steps, cut) = rounds.run(tours, &mut random, watch);
    } else if model.visits > 0 {
        let leash = Leash {
            steps: budget.iterations,
            until,
            from: 0.0,
            to: 1.0,
        };
        let mut stop = Stop::new(limits, leash);
        tours = anneal(
            tours,
            &mut inserter(&model, &near, settings.blink),
            &settings,
            Keep::Best,
            &mut stop,
            &mut random,
            |best, steps, share| {
                if watch.is_due() {
                    watch.report(problem, limits, &best.orders(), steps, share);
                }
            },
        );
        steps = stop.steps();
        cut = stop.was_cut();
    }
    if model.has_optional() {
        // The first tours take everyone in, whatever it costs; there may have been no time to think better of it.
        drop_losses_everywhere(&mut tours);
        tours.settle_all();
        drop_losing_days(&mut tours);
    }
    let complete = fill(&mut tours, &near, &late, &mut random);
    Found {
        orders: tours.orders(),
        steps,
        cut: cut || !complete,
    }
}

/// The visits that go into given tours one after the other, until no feasible insertion pays or it is late.
pub fn room_for(problem: &Problem, orders: &[Vec<usize>], limits: &Limits) -> Vec<usize> {
    let model = Model::new(problem);
    let near = Near::new(&model, NEAR);
    let mut tours = Tours::new(&model);
    for (day, order) in orders.iter().enumerate() {
        let order: Vec<Node> = order.iter().map(|&v| v as Node).collect();
        tours.set_order(day as u32, &order);
    }
    let before: Vec<Node> = tours.absent().to_vec();
    let late = || limits.is_late();
    fill(&mut tours, &near, &late, &mut Random::new(0));
    let is_in = |v: &Node| tours.day[*v as usize] != model::NONE;
    before
        .into_iter()
        .filter(is_in)
        .map(|v| v as usize)
        .collect()
}

/// How visits are inserted into problems of this shape.
fn inserter<'a>(model: &Model, near: &'a Near, blink: u32) -> Inserter<'a> {
    let everywhere_up_to = if model.clock == Clock::Sum {
        SMALL
    } else {
        SMALL_WITH_WINDOWS
    };
    let everywhere = model.visits <= everywhere_up_to;
    Inserter {
        near,
        everywhere,
        blink,
        kept: everywhere.then(|| Kept::new(model)).flatten(),
    }
}

/// Inserts what is left out until no single feasible insertion pays: every visit at every position of every day. False
/// when it was too late to try them all.
fn fill(tours: &mut Tours, near: &Near, late: &dyn Fn() -> bool, random: &mut Random) -> bool {
    if tours.model.priced {
        return tours.fill_by_schedule(late);
    }
    let mut thorough = Inserter::thorough(near);
    loop {
        let mut out: Vec<Node> = tours.absent().to_vec();
        out.sort_unstable_by_key(|&v| (std::cmp::Reverse(tours.model.worth[v as usize]), v));
        let before = out.len();
        for some in out.chunks(AT_ONCE) {
            if late() {
                return false;
            }
            recreate(tours, &mut thorough, some, 0, random);
        }
        if tours.absent().len() == before {
            return true;
        }
    }
}

/// First tours: every visit where it costs least, hard ones first. When it gets late, what must be made goes to any day
/// that takes it at its end, and the rest stays out.
fn construct(tours: &mut Tours, near: &Near, late: &dyn Fn() -> bool, random: &mut Random) {
    let mut inserter = Inserter::thorough(near);
    let mut visits: Vec<Node> = tours.absent().to_vec();
    Orders::new(tours.model).sort(tours.model, &mut visits, random);
    for some in visits.chunks(AT_ONCE) {
        if late() {
            append_required(tours);
            return;
        }
        recreate(tours, &mut inserter, some, i64::MAX / 4, random);
    }
}

/// Puts each required visit that is left out behind the last stop of the first day that takes it there.
fn append_required(tours: &mut Tours) {
    let model = tours.model;
    if model.days.is_empty() {
        return;
    }
    let mut out: Vec<Node> = tours.absent().to_vec();
    out.retain(|&v| model.required[v as usize]);
    out.sort_unstable_by_key(|&v| (model.slot(0, v).close, v));
    for visit in out {
        let takes = |&day: &u32| {
            let end = model.end(day);
            let last = tours.prev[end as usize];
            let (to, from) = (model.travel(last, visit), model.travel(visit, end));
            tours.group_free(visit)
                && tours.has_room(day, visit)
                && tours.fits(day, last, visit, to, from)
        };
        if let Some(day) = (0..model.days.len() as u32).find(takes) {
            tours.insert(tours.prev[model.end(day) as usize], visit);
        }
    }
}
