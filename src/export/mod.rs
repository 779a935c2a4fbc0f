//! A planned day as files and links that other programs read: GPX for navigation devices, ICS for calendars, CSV for
//! spreadsheets, links for map apps.
//!
//! Each is a pure function of a [`DayPlan`](crate::planner::DayPlan): the same plan gives the same bytes.

mod csv;
mod gpx;
mod ics;
mod links;

pub use csv::csv;
pub use gpx::gpx;
pub use ics::ics;
pub use links::{GeoLink, GoogleLink, geo_links, google_links};

/// Waypoints between start and end that a Google Maps link may hold in a phone's browser.
pub const GOOGLE_WAYPOINTS_PHONE: usize = 3;
/// The same elsewhere.
pub const GOOGLE_WAYPOINTS: usize = 9;

#[cfg(test)]
mod sample;
