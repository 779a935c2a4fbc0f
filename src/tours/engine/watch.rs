//! What a running search tells, and how it is called off.

use std::time::{Duration, Instant};

use super::stop::Limits;
use crate::tours::objective;
use crate::tours::problem::Problem;
use crate::tours::solution::{Bound, Cost};

/// At most one report in this time.
const EVERY: Duration = Duration::from_millis(50);

/// How far a search has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Search steps made.
    pub iterations: u64,
    /// Share of the budget that is used, 0 to 1.
    pub share: f64,
    /// What the best plan so far costs.
    pub best: Cost,
    /// What no plan can beat, when known.
    pub bound: Option<Bound>,
}

/// Go on or not: the answer to a [`Progress`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Search on.
    Continue,
    /// Stop searching; the best plan so far is the answer.
    Stop,
}

/// Reports to the caller, not too often. Reports never change a result unless the caller stops the search.
pub struct Watch<'w> {
    tell: &'w mut dyn FnMut(&Progress) -> Control,
    last: Option<Instant>,
    bound: Option<Bound>,
}

impl<'w> Watch<'w> {
    pub fn new(tell: &'w mut dyn FnMut(&Progress) -> Control, bound: Option<Bound>) -> Self {
        Self {
            tell,
            last: None,
            bound,
        }
    }

    /// Is a report due?
    pub fn is_due(&self) -> bool {
        self.last.is_none_or(|last| last.elapsed() >= EVERY)
    }

    /// Reports the best plan so far.
    pub fn report(
        &mut self,
        problem: &Problem,
        limits: &Limits,
        orders: &[Vec<usize>],
        iterations: u64,
        share: f64,
    ) {
        self.last = Some(Instant::now());
        let best = objective::cost(problem, orders);
        let progress = Progress {
            iterations,
            share,
            best,
            bound: self.bound,
        };
        if (self.tell)(&progress) == Control::Stop {
            limits.cancel();
        }
    }
}
