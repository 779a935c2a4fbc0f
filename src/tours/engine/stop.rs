//! When to stop: after so many steps, or when the clock says so.

use std::time::{Duration, Instant};

/// Counts steps and watches the clock.
#[derive(Clone, Debug)]
pub struct Stop {
    steps: u64,
    most_steps: Option<u64>,
    started: Instant,
    limit: Option<Duration>,
    progress: f64,
    cut: bool,
    every: u64,
}

impl Stop {
    /// At most `iterations` steps and `seconds` from `started` on; without both it never stops.
    pub fn new(iterations: Option<u64>, seconds: Option<f64>, started: Instant) -> Self {
        let limit = seconds.map(|s| Duration::try_from_secs_f64(s).unwrap_or(Duration::MAX));
        Self {
            steps: 0,
            most_steps: iterations,
            started,
            limit,
            progress: 0.0,
            cut: false,
            every: 8,
        }
    }

    /// Counts a step: how far the budget is used, 0 to 1, or `None` when it is used up.
    #[inline]
    pub fn step(&mut self) -> Option<f64> {
        if let Some(most) = self.most_steps {
            if self.steps >= most {
                return None;
            }
            self.progress = self.steps as f64 / most as f64;
        }
        if self.steps.is_multiple_of(self.every)
            && let Some(limit) = self.limit
        {
            let spent = self.started.elapsed();
            if spent >= limit {
                self.cut = self.most_steps.is_some();
                return None;
            }
            if self.most_steps.is_none() {
                self.progress = spent.as_secs_f64() / limit.as_secs_f64();
            }
        }
        self.steps += 1;
        Some(self.progress)
    }

    /// Steps made.
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    /// Did the clock end a search that had steps left?
    pub const fn was_cut(&self) -> bool {
        self.cut
    }
}
