//! What tags mean for a vehicle, an ordinary car unless its profile says otherwise: a table, one question per file.
//!
//! `profile` what the vehicle is like, `sizes` whether it fits, `access` who may drive, `oneway` which way, `limits` and `speed` how fast, `ferries` how long a crossing
//! takes, `barriers` what stands on the road, `restrictions` which turns are forbidden, `conditional` what holds at
//! the time of departure, `country` whose rules apply, `directions` how numbered routes are signed. [`CarModel::judge`] asks them in that order.

mod access;
mod barriers;
mod conditional;
mod country;
mod directions;
mod ferries;
mod judge;
mod limits;
mod oneway;
mod profile;
mod restrictions;
mod sizes;
mod speed;
#[cfg(test)]
mod tests;

use chrono::{NaiveDate, NaiveDateTime};

pub use profile::{Mode, Profile, ProfileError, Turning, Vehicle};

use super::{Extract, Roads};

/// A car, or another vehicle, that leaves at a certain time.
#[derive(Clone, Debug, PartialEq)]
pub struct CarModel {
    /// The vehicle. Default: an ordinary car.
    pub profile: Profile,
    /// Local time at which conditional tags are read. Default: a working Tuesday, 10:00.
    pub departure: NaiveDateTime,
    /// ISO 3166-1 alpha-2 code whose rules hold everywhere; `None` to look at where each road lies.
    pub country: Option<String>,
}

impl Default for CarModel {
    fn default() -> Self {
        Self {
            departure: NaiveDate::from_ymd_opt(2024, 3, 12)
                .and_then(|day| day.and_hms_opt(10, 0, 0))
                .expect("a Tuesday that existed"),
            country: None,
            profile: Profile::car(),
        }
    }
}

impl CarModel {
    /// What `extract` means for this vehicle: ways open in at least one direction, rules at nodes, turn restrictions, and a
    /// report of everything dropped. Linear in the extract; the same extract gives the same roads.
    #[must_use]
    pub fn judge(&self, extract: &Extract) -> Roads {
        judge::judge(self, extract)
    }
}
