//! Required visits that found no place: days are cleared for them, and what stood there looks for another.

use super::insert::Inserter;
use super::model::{NONE, Node};
use super::near::Near;
use super::random::Random;
use super::recreate::{Orders, recreate};
use super::ruin::{empty_day, keep_required};
use super::state::Tours;

/// The most steps per missing visit.
const TRIES: usize = 100;

/// Tries to place required visits that are left out, over all days, until it is `over`; the plan may get dearer meanwhile.
/// Returns the steps made.
pub fn rescue(
    tours: &mut Tours,
    inserter: &mut Inserter,
    over: &dyn Fn() -> bool,
    random: &mut Random,
) -> u64 {
    let orders = Orders::new(tours.model);
    let most = (tours.required_out() * TRIES).min(20 * TRIES);
    let mut out = Vec::new();
    for step in 0..most {
        if tours.required_out() == 0 || over() {
            return step as u64;
        }
        tours.begin();
        let before = tours.required_out();
        out.clear();
        if let Some(visit) = make_room(tours, inserter.near, random, &mut out) {
            out.push(visit);
        }
        orders.sort(tours.model, &mut out, random);
        recreate(tours, inserter, &out, 0, random);
        if tours.required_out() > before {
            tours.undo();
        }
    }
    most as u64
}

/// Clears a near day for a required visit that is left out: of all but required visits, or of all. Returns the visit.
pub fn make_room(
    tours: &mut Tours,
    near: &Near,
    random: &mut Random,
    out: &mut Vec<Node>,
) -> Option<Node> {
    let model = tours.model;
    let missing = tours.absent().iter().copied();
    let missing: Vec<Node> = missing.filter(|&v| model.required[v as usize]).collect();
    let visit = missing[random.below(missing.len())];
    let fits = |&day: &u32| day != NONE && model.may_serve(day, visit);
    let near_days = near.of(model, visit).iter().map(|&v| tours.day[v as usize]);
    let mut days: Vec<u32> = near_days.filter(fits).collect();
    if days.is_empty() || random.below(4) == 0 {
        days = (0..model.days.len() as u32).filter(fits).collect();
    }
    let day = *days.get(random.below(days.len()))?;
    if random.below(2) == 0 {
        empty_day(tours, day, out);
    } else {
        keep_required(tours, day, out);
    }
    Some(visit)
}
