//! When to stop: after so many steps, when the clock says so, or when the caller does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// So much later than asked for a plan may still be finished.
const GRACE: Duration = Duration::from_millis(15);

/// The clock and the caller's wish to stop, shared by all threads of a search.
#[derive(Debug)]
pub struct Limits {
    started: Instant,
    limit: Option<Duration>,
    cancelled: AtomicBool,
}

impl Limits {
    /// `seconds` from `started` on, for ever without.
    pub fn new(seconds: Option<f64>, started: Instant) -> Self {
        Self {
            started,
            limit: seconds
                .map(|s| Duration::try_from_secs_f64(s.max(0.0)).unwrap_or(Duration::MAX)),
            cancelled: AtomicBool::new(false),
        }
    }

    /// Time since the start.
    pub fn spent(&self) -> Duration {
        self.started.elapsed()
    }

    /// All the time there is; `None` when no clock runs.
    pub const fn limit(&self) -> Option<Duration> {
        self.limit
    }

    /// Has the caller asked to stop?
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// The caller asks to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Did half the time there is go by, or does the caller ask to stop?
    pub fn is_half_spent(&self) -> bool {
        self.is_cancelled() || self.limit.is_some_and(|limit| self.spent() * 2 >= limit)
    }

    /// Is it time to answer with what there is, finished or not?
    pub fn is_late(&self) -> bool {
        self.limit
            .is_some_and(|limit| self.spent() >= limit + GRACE)
    }
}

/// How far one run of steps may go.
#[derive(Clone, Copy, Debug)]
pub struct Leash {
    /// The most steps.
    pub steps: Option<u64>,
    /// When the clock, counted from the start of the search, ends this run.
    pub until: Option<Duration>,
    /// The stretch of the whole search that this run covers, 0 to 1.
    pub from: f64,
    pub to: f64,
}

/// Counts the steps of one run and watches the clock.
#[derive(Debug)]
pub struct Stop<'l> {
    limits: &'l Limits,
    leash: Leash,
    began: Duration,
    steps: u64,
    share: f64,
    cut: bool,
}

/// The clock is looked at once in so many steps.
const EVERY: u64 = 8;

impl<'l> Stop<'l> {
    pub fn new(limits: &'l Limits, leash: Leash) -> Self {
        Self {
            limits,
            leash,
            began: limits.spent(),
            steps: 0,
            share: 0.0,
            cut: false,
        }
    }

    /// Counts a step: how far the whole search has come, 0 to 1, or `None` when this run is over.
    #[inline]
    pub fn step(&mut self) -> Option<f64> {
        if let Some(most) = self.leash.steps {
            if self.steps >= most {
                return None;
            }
            self.share = self.steps as f64 / most as f64;
        }
        if self.steps.is_multiple_of(EVERY) && self.is_out_of_time() {
            return None;
        }
        self.steps += 1;
        Some(self.leash.from + (self.leash.to - self.leash.from) * self.share)
    }

    fn is_out_of_time(&mut self) -> bool {
        if self.limits.is_cancelled() {
            self.cut = true;
            return true;
        }
        let Some(until) = self.leash.until else {
            return false;
        };
        let spent = self.limits.spent();
        if spent >= until {
            self.cut = self.leash.steps.is_some();
            return true;
        }
        if self.leash.steps.is_none() {
            let whole = until.saturating_sub(self.began).as_secs_f64();
            self.share = spent.saturating_sub(self.began).as_secs_f64() / whole.max(1e-9);
        }
        false
    }

    /// Steps made.
    pub const fn steps(&self) -> u64 {
        self.steps
    }

    /// Did the clock or the caller end a run that had steps left?
    pub const fn was_cut(&self) -> bool {
        self.cut
    }
}
