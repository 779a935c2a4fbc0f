//! The use cases: plan a day, record what happened, ask for coverage. The library's face.
//!
//! Read [`DayRequest`] and [`DayPlan`] first: one asks, the other answers. Everything here is plain data and times are
//! instants with the offset of the region's zone. The planner knows accounts, roads and tours; it knows neither HTTP nor
//! JSON shapes, which live in `geojson` and `api`.

mod island_names;
pub mod plan;
pub mod region;
pub mod request;
pub mod settings;

pub use plan::{
    Bound, DayOff, DayPlan, DayTotals, LeftOut, Leg, LunchTaken, PlanStatus, ReasonIn, Stop,
    StopKind, WhyOut,
};
pub use region::{PrepareOptions, PrepareReport, Region, RegionError, RegionMeta, Step};
pub use request::DayRequest;
pub use settings::Settings;
