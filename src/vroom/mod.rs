//! The input and output format of VROOM, so that its clients get their tours from Rondo: [`solve`].
//!
//! What VROOM's documentation calls jobs, vehicles, breaks, skills, priorities, time windows, amounts, custom matrices and
//! route geometry is read and answered in its shapes. What the tour planner has no notion of is refused by name, never
//! ignored: shipments, plan mode, costs per kilometre, several profiles. `steps` of a vehicle are a hint to VROOM's search
//! and have no effect here.
//!
//! This module knows tours and places, not roads: whoever calls brings a [`Roads`].

mod answer;
mod ask;
mod error;
mod plan;
mod pose;
mod read;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_shapes;

pub use error::{Code, VroomError};

use std::time::Instant;

use serde_json::Value;

use crate::geometry::LonLat;
use crate::tours::{Budget, check};

/// Most jobs of one request.
pub const MOST_JOBS: usize = 2_000;
/// Most vehicles of one request.
pub const MOST_VEHICLES: usize = 250;
/// Most different places that are looked up on the roads for one request.
pub const MOST_PLACES: usize = 1_000;

/// What coordinates need.
pub trait Roads {
    /// Driving times in milliseconds and lengths in metres between all places, row by row; `None` where no road leads.
    ///
    /// # Errors
    /// The number of a place that lies on no road.
    fn table(&self, places: &[LonLat]) -> Result<Vec<Option<(i64, f64)>>, usize>;

    /// The way through all places in order, when there is one.
    fn line(&self, places: &[LonLat]) -> Option<Vec<LonLat>>;
}

/// Answers a problem in VROOM's form: the body for code 0.
///
/// Equal input gives equal output, unless the wall-clock guard of `limit_s` seconds from `started` cuts the search.
///
/// # Errors
/// Input that is wrong or not served (code 2), places off the roads (code 3), a defect (code 1).
pub fn solve(
    input: &Value,
    roads: &dyn Roads,
    limit_s: f64,
    started: Instant,
) -> Result<Value, VroomError> {
    let ask = read::ask(input)?;
    let travel = pose::travel(&ask, roads)?;
    let budget = Budget {
        iterations: Some(ask.options.iterations()),
        seconds: Some(ask.options.limit_s.unwrap_or(limit_s).min(limit_s)),
        seed: 1,
        threads: 1,
    };
    let inside = |error: &dyn std::fmt::Display| VroomError::internal(error.to_string());
    let plan = plan::best(&ask, &travel, &budget, started).map_err(|error| inside(&error))?;
    check::check(&plan.problem, &plan.solution).map_err(|violations| {
        let texts: Vec<String> = violations.iter().map(ToString::to_string).collect();
        VroomError::internal(texts.join("; "))
    })?;
    Ok(answer::answer(&ask, &travel, &plan.solution, roads))
}
