//! The use cases: plan a day, record what happened, ask for coverage. The library's face.
//!
//! Start at [`Planner`]; [`DayRequest`] and [`DayPlan`] are a day's question and answer. Everything here is plain data and
//! times are instants with the offset of the region's zone. The planner knows accounts, roads and tours; it knows neither
//! HTTP nor JSON shapes, which live in `geojson` and `api`.

mod answer;
mod appointments;
pub mod candidates;
mod clock;
pub mod coverage;
mod day;
pub mod demo;
pub mod diff;
mod drives;
mod edit;
mod error;
pub mod explain;
pub mod geocode;
mod ground;
mod hand_work;
pub mod intake;
mod island_names;
pub mod isochrone;
mod keep;
pub mod plan;
mod problem;
mod proposal;
mod random;
mod reach;
mod record;
pub mod region;
pub mod remedy;
mod replan;
pub mod request;
pub mod risk;
mod room;
mod run_id;
mod search;
pub mod settings;
pub mod slots;
mod standing;
mod strain;
mod table;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_by_hand;
#[cfg(test)]
mod tests_of_promises;
#[cfg(test)]
mod tests_of_reasons;
mod trial;
mod verify;
mod violation;
mod why_out;

pub use answer::address_line;
pub use clock::DayClock;
pub use coverage::{CoverageFacts, CoverageRequest};
pub use diff::{PlanDiff, StopChange};
pub use drives::Drives;
pub use edit::{Edit, EditRequest};
pub use error::{PlanError, Result};
pub use explain::{Explanation, WayIn};
pub use ground::Ground;
pub use keep::plan_id;
pub use plan::{
    Bound, DayOff, DayPlan, DayTotals, Hours, LeftOut, Leg, LunchTaken, PlanStatus, ReasonIn, Stop,
    StopKind, WhyOut,
};
pub use proposal::Proposal;
pub use reach::{Driving, Nearby, ReachQuestion, Reached};
pub use record::{Outcome, made_id};
pub use region::{PrepareOptions, PrepareReport, Region, RegionError, RegionMeta, Step};
pub use replan::ReplanRequest;
pub use request::DayRequest;
pub use run_id::run_id;
pub use settings::Settings;
pub use slots::{Slot, SlotsRequest};
pub use standing::Standings;
pub use violation::Violation;

pub use crate::network::Slot as DayPart;
pub use crate::routing::{Direction, Exclusion, MetricError, MetricSpec};
pub use crate::tours::{Control, Progress};

use std::sync::Arc;

use crate::store::Store;

/// Answers questions about one region and one book. Cheap to share by `Arc`; every call reads the book as it stands.
#[derive(Clone)]
pub struct Planner {
    /// The roads.
    pub ground: Ground,
    /// The book.
    pub store: Arc<dyn Store>,
    /// What the team has set.
    pub settings: Settings,
    drives: Drives,
}

impl Planner {
    /// A planner on these roads, this book and these settings.
    #[must_use]
    pub fn new(ground: Ground, store: Arc<dyn Store>, settings: Settings) -> Self {
        Self {
            ground,
            store,
            settings,
            drives: Drives::default(),
        }
    }
}
