//! Where cadence and reach fall short, and why.
//!
//! Plain inputs in, plain numbers out: nothing here knows requests, the store or the map. Read [`GapCause`] and
//! [`Metric`] first. Every number carries its numerator, denominator and formula, and causes sum exactly to the total.

pub mod model;

pub use model::{
    Capacity, CauseCount, ClassCoverage, Coverage, GapCause, Metric, RepCoverage, Scope,
};
