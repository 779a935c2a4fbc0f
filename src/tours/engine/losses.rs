//! Visits made at a loss: let in for a step, weighed again at its end.

use super::model::{Model, NONE, Node};
use super::random::Random;
use super::ruin::empty_day;
use super::state::Tours;

/// Visits may come in at a loss of up to this much, to be weighed again when the step is done: the first visit of a
/// new tour seldom pays alone.
pub fn draw_bonus(optional: bool, leg: f64, round_trip: f64, random: &mut Random) -> i64 {
    if !optional {
        return 0;
    }
    match random.below(16) {
        0 => (round_trip * 2.0 * random.unit()) as i64,
        1 | 2 => (leg * random.exponential()) as i64,
        _ => 0,
    }
}

/// Takes out, worst first, the visits of the days touched in this step that cost more than they are worth.
pub fn drop_losses(tours: &mut Tours, out: &mut Vec<Node>) {
    for day in tours.touched() {
        drop_losses_of(tours, day, out);
    }
}

pub fn drop_losses_everywhere(tours: &mut Tours) {
    for day in 0..tours.model.days.len() as u32 {
        drop_losses_of(tours, day, &mut Vec::new());
    }
}

/// Empties days that cost more than all their visits are worth, where none of them must be made. Prices of time count as of the
/// last `settle`.
pub fn drop_losing_days(tours: &mut Tours) {
    let model = tours.model;
    for day in 0..model.days.len() as u32 {
        let order = tours.order(day);
        let bound = |&v: &Node| model.required[v as usize] || model.locked[v as usize];
        if order.is_empty() || order.iter().any(bound) {
            continue;
        }
        let d = day as usize;
        let earned: i64 = order.iter().map(|&v| model.gain(day, v)).sum();
        if tours.drive[d] + tours.extra[d] + model.days[d].fixed_cost > earned {
            empty_day(tours, day, &mut Vec::new());
        }
    }
}

fn drop_losses_of(tours: &mut Tours, day: u32, out: &mut Vec<Node>) {
    loop {
        let mut worst = (0, NONE);
        let model = tours.model;
        let mut at = tours.next[model.start(day) as usize];
        let last = if tours.stops[day as usize] == 1 {
            model.days[day as usize].fixed_cost
        } else {
            0
        };
        while model.is_visit(at) {
            let (prev, next) = (tours.prev[at as usize], tours.next[at as usize]);
            let direct = if tours.stops[day as usize] == 1 {
                0
            } else {
                model.travel(prev, next)
            };
            let saved = tours.leg(at) + tours.leg(next) - direct + last - model.gain(day, at);
            if saved > worst.0 && !model.locked[at as usize] {
                worst = (saved, at);
            }
            at = next;
        }
        if worst.1 == NONE {
            return;
        }
        tours.remove_run(worst.1, 1);
        tours.refresh(day);
        if !tours.sound(day) {
            empty_day(tours, day, out);
        }
    }
}

/// Travel from a day's start to a visit and back, on average.
pub fn mean_round_trip(model: &Model) -> f64 {
    if model.days.is_empty() {
        return 0.0;
    }
    let trips = (0..model.visits as Node)
        .map(|v| (model.travel(model.start(0), v) + model.travel(v, model.end(0))) as f64);
    trips.sum::<f64>() / (model.visits as f64).max(1.0)
}
