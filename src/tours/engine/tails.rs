//! Tail exchange (2-opt*): two tours of like days swap everything behind a cut.
//!
//! Ruin and recreate moves short strings; on long tours the better plan is often a tail away (Potvin and Rousseau 1995).

use super::model::{Clock, NONE, Node};
use super::near::Near;
use super::state::Tours;

/// How many near visits are tried as partners.
const PARTNERS: usize = 16;

/// Tries to swap tails at each of `visits` that is planned; applies what helps.
pub fn swap_tails(tours: &mut Tours, near: &Near, visits: &[Node]) {
    if tours.model.days.len() < 2 || tours.model.any_locked || tours.model.any_keep {
        return;
    }
    for &visit in visits {
        if tours.day[visit as usize] == NONE {
            continue;
        }
        for &other in near.of(tours.model, visit).iter().take(PARTNERS) {
            let (a, b) = (tours.day[visit as usize], tours.day[other as usize]);
            if b == NONE || a == b || !alike(tours, a, b) {
                continue;
            }
            // ... visit | other ...: the tail from `other` on follows `visit`, or the other way round.
            let before = tours.prev[other as usize];
            if helps(tours, visit, before) {
                tours.swap_tails(visit, before);
            } else {
                let before = tours.prev[visit as usize];
                if helps(tours, other, before) {
                    tours.swap_tails(other, before);
                }
            }
        }
    }
}

fn alike(tours: &Tours, a: u32, b: u32) -> bool {
    let days = &tours.model.days;
    days[a as usize].class == days[b as usize].class
}

/// Would the tours be cheaper and still sound if the tails behind `a` and `b` changed places?
fn helps(tours: &Tours, a: Node, b: Node) -> bool {
    let model = tours.model;
    let (after_a, after_b) = (tours.next[a as usize], tours.next[b as usize]);
    // The ends of like days are the same place.
    let to_b = model.travel(a, after_b);
    let to_a = model.travel(b, after_a);
    let delta = to_a + to_b - tours.leg(after_a) - tours.leg(after_b);
    if delta >= 0 {
        return false;
    }
    if model.clock == Clock::Windows
        && (tours.ready(a) + to_b > tours.latest(after_b)
            || tours.ready(b) + to_a > tours.latest(after_a))
    {
        return false;
    }
    tours.tails_fit(a, b, to_a, to_b)
}
