//! Accounts, reps and visits: the book. Import, cadence and urgency, opening hours, and the R-tree over places.
//!
//! Start at [`Account`]. Rests on geometry; meets roads only in the planner.

pub mod cadence;
pub mod days;
mod fields;
pub mod hours;
pub mod merge;
mod model;
mod report;

pub use fields::*;
pub use model::*;
pub use report::*;
