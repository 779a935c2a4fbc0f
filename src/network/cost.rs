//! What searches minimise: [`Cost`], which compares entries into restricted stretches first and milliseconds second.

use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

/// The cost of a path: how often it enters a restricted stretch (a private road, a customers-only yard) from an open
/// one, and then milliseconds of time with preference applied.
///
/// Both live in one integer, entries above bit 44, so that comparing is comparing integers and one entry outweighs
/// any path of less than 550 years. Every trip into a restricted yard pays the same one entry, so its first and last
/// stretch are in effect free, while a short cut through somebody's yard loses to any open way round.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Cost(pub u64);

impl Cost {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// More than any path.
    pub const MAX: Self = Self(u64::MAX);
    /// What entering a restricted stretch costs.
    pub const ENTRY: Self = Self(1 << 44);

    /// Cost of `millis` without an entry.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// How often a restricted stretch is entered.
    #[must_use]
    pub const fn entries(self) -> u64 {
        self.0 >> 44
    }

    /// The milliseconds beside the entries.
    #[must_use]
    pub const fn millis(self) -> u64 {
        self.0 & (Self::ENTRY.0 - 1)
    }
}

impl Add for Cost {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_entry_outweighs_any_detour() {
        let year = Cost::from_millis(365 * 24 * 3_600_000);
        assert!(year < Cost::ENTRY);
        let both = year + Cost::ENTRY;
        assert_eq!((both.entries(), both.millis()), (1, year.0));
    }
}
