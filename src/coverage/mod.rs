//! Where cadence and reach fall short, and why.
//!
//! Plain inputs in ([`Facts`]), plain numbers out ([`Coverage`]): nothing here knows requests, the store or the map.
//! Read [`GapCause`] and [`Metric`] first. Every number carries its numerator, denominator and formula, and causes sum
//! exactly to the total.

pub mod capacity;
pub mod causes;
pub mod cells;
mod contour;
pub mod facts;
pub mod metrics;
pub mod model;
pub mod overlay;
pub mod polygons;
mod raster;
mod simplify;

pub use facts::{Drive, Facts, RepFacts};
pub use model::{
    Capacity, CauseCount, ClassCoverage, Coverage, GapCause, Metric, RepCoverage, Scope,
};

#[cfg(test)]
pub(crate) mod tests {
    use super::{Drive, Facts};
    use crate::units::Millis;

    /// A covered account with nothing special about it.
    pub(crate) fn account(id: &str) -> Facts {
        Facts {
            account: id.into(),
            class: Some("A".into()),
            rep: Some("r".into()),
            value: 1.0,
            at: None,
            on_network: true,
            drive: Drive::Takes(Millis::MINUTE),
            interval_days: Some(14),
            visit_min: 30,
            active_days: 84,
            done: 0,
            ever_done: true,
            urgency: Some(0.5),
            overdue_days: 0,
        }
    }
}
