//! Ruin: take strings of neighbouring visits out of neighbouring tours.
//!
//! After "Slack Induction by String Removals" (Christiaens and Vanden Berghe, Transportation Science 2020): around a
//! random visit, each nearby tour loses one string of consecutive visits, sometimes with a stretch in its middle kept.

use super::model::{NONE, Node};
use super::near::Near;
use super::random::Random;
use super::state::Tours;

/// How much is taken out.
#[derive(Clone, Copy, Debug)]
pub struct RuinSize {
    /// Visits taken out on average.
    pub average: f64,
    /// The longest string.
    pub longest: usize,
}

/// Takes strings out around `seed`, and lists the visits taken out in `out`.
pub fn ruin(
    tours: &mut Tours,
    near: &Near,
    seed: Node,
    size: RuinSize,
    random: &mut Random,
    out: &mut Vec<Node>,
) {
    let model = tours.model;
    let used = model.days.len() - empties(tours);
    let planned = model.visits - tours.absent().len();
    if planned == 0 {
        return;
    }
    let mean_length = planned as f64 / used.max(1) as f64;
    let longest = (size.longest as f64).min(mean_length).max(1.0);
    let most_strings = 4.0 * size.average / (1.0 + longest) - 1.0;
    let strings = (random.unit() * most_strings + 1.0).max(1.0) as usize;
    let mut done = 0;
    for &visit in std::iter::once(&seed).chain(near.of(model, seed)) {
        if done == strings {
            break;
        }
        let day = tours.day[visit as usize];
        if day == NONE || tours.is_touched(day) || model.locked[visit as usize] {
            continue;
        }
        let stops = tours.stops[day as usize] as usize;
        let most = (stops as f64).min(longest);
        let length = (random.unit() * most + 1.0).min(stops as f64) as usize;
        take_string(tours, visit, day, length, random, out);
        done += 1;
    }
}

fn empties(tours: &Tours) -> usize {
    tours.stops.iter().filter(|s| **s == 0).count()
}

/// Takes a string of `length` visits around `visit` out of its day; half of the time a stretch inside is kept.
fn take_string(
    tours: &mut Tours,
    visit: Node,
    day: u32,
    length: usize,
    random: &mut Random,
    out: &mut Vec<Node>,
) {
    let model = tours.model;
    let stops = tours.stops[day as usize] as usize;
    let mut kept = 0;
    if length > 1 && length < stops && random.below(2) == 0 {
        kept = 1;
        while length + kept < stops && random.below(100) > 0 {
            kept += 1;
        }
    }
    let span = length + kept;
    // Steps back from `visit` that leave room for the whole span, locked visits aside.
    let mut back = 0;
    let mut first = visit;
    while back + 1 < span {
        let prev = tours.prev[first as usize];
        if !model.is_visit(prev) || model.locked[prev as usize] {
            break;
        }
        first = prev;
        back += 1;
    }
    let mut ahead = 0;
    let mut at = visit;
    while ahead + 1 < span {
        at = tours.next[at as usize];
        if !model.is_visit(at) {
            break;
        }
        ahead += 1;
    }
    let span = span.min(back + ahead + 1);
    let least_back = (span - 1).saturating_sub(ahead);
    let steps = random.between(least_back, back.min(span - 1));
    let mut first = visit;
    for _ in 0..steps {
        first = tours.prev[first as usize];
    }
    let kept = kept.min(span.saturating_sub(1));
    let length = span - kept;
    if kept == 0 {
        remove(tours, first, length, out);
    } else {
        let head = random.between(1, length.max(2) - 1).min(length);
        let mut behind = first;
        for _ in 0..head + kept {
            behind = tours.next[behind as usize];
        }
        if length > head {
            remove(tours, behind, length - head, out);
        }
        remove(tours, first, head, out);
    }
    tours.refresh(day);
    if !tours.sound(day) {
        empty_day(tours, day, out);
    }
}

fn remove(tours: &mut Tours, first: Node, count: usize, out: &mut Vec<Node>) {
    let mut at = first;
    for _ in 0..count {
        out.push(at);
        at = tours.next[at as usize];
    }
    tours.remove_run(first, count);
}

/// Takes everything but the locked visits out of a day.
pub fn empty_day(tours: &mut Tours, day: u32, out: &mut Vec<Node>) {
    let order = tours.order(day);
    let free = order.iter().position(|&v| !tours.model.locked[v as usize]);
    if let Some(at) = free {
        remove(tours, order[at], order.len() - at, out);
        tours.refresh(day);
    }
}

/// Takes everything but the required and the locked visits out of a day.
pub fn keep_required(tours: &mut Tours, day: u32, out: &mut Vec<Node>) {
    let model = tours.model;
    let free = |v: &Node| !model.required[*v as usize] && !model.locked[*v as usize];
    let optional: Vec<Node> = tours.order(day).into_iter().filter(free).collect();
    for &visit in &optional {
        remove(tours, visit, 1, out);
    }
    if !optional.is_empty() {
        tours.refresh(day);
        if !tours.sound(day) {
            empty_day(tours, day, out);
        }
    }
}
