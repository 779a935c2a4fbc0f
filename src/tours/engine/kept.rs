//! Best insertions kept: what was found on a day holds until the day changes.
//!
//! Most steps of the search are taken back, so that most days stand as they stood when a visit was last looked at. The best
//! spot of each visit on each day is kept with the day's version. Days that the present step has touched are looked
//! at anew each time: a visit is put back once in a step, so nothing found there would be asked for again.

use super::model::{Model, NONE, Node};

/// The most pairs of visit and day that are kept, 16 bytes each.
const MOST: usize = 4_000_000;

/// What is known of a visit on a day as it stood at `version`: the best spot, or without one that none costs less than `delta`.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    version: u32,
    pub after: Node,
    pub delta: i64,
}

/// The best spot of each visit on each day, as far as it is known.
pub struct Kept {
    days: usize,
    known: Vec<Known>,
}

impl Kept {
    /// Nothing is known yet; `None` when it would take too much memory.
    pub fn new(model: &Model) -> Option<Self> {
        let days = model.days.len();
        let pairs = model.visits.checked_mul(days).filter(|n| *n <= MOST)?;
        let nothing = Known {
            version: u32::MAX,
            after: NONE,
            delta: i64::MIN,
        };
        Some(Self {
            days,
            known: vec![nothing; pairs],
        })
    }

    /// What is known of `visit` on `day`, if the day still is at `version`.
    #[inline]
    pub fn get(&self, visit: Node, day: u32, version: u32) -> Option<Known> {
        let known = self.known[visit as usize * self.days + day as usize];
        (known.version == version).then_some(known)
    }

    /// Keeps the best spot on a day: behind `after`, or when that is [`NONE`] nowhere for less than `delta`.
    #[inline]
    pub fn set(&mut self, visit: Node, day: u32, version: u32, after: Node, delta: i64) {
        self.known[visit as usize * self.days + day as usize] = Known {
            version,
            after,
            delta,
        };
    }
}
