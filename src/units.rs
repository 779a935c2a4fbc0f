//! Quantities that must not be mixed up: [`Millis`] for time that searches compare, [`Metres`] for lengths.
//!
//! Times are whole milliseconds because whole seconds round short city edges to nothing. Lengths are metres in
//! double precision. Adding one to the other does not compile. At the border of the program the raw number carries
//! its unit in the name (`duration_s`, `distance_m`).

use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use serde::{Deserialize, Serialize};

/// A duration, or an instant counted from an agreed zero, in whole milliseconds. May be negative.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// One second.
    pub const SECOND: Self = Self(1_000);
    /// One minute.
    pub const MINUTE: Self = Self(60_000);
    /// One hour.
    pub const HOUR: Self = Self(3_600_000);

    /// `seconds` as milliseconds.
    #[must_use]
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds * 1_000)
    }

    /// `minutes` as milliseconds.
    #[must_use]
    pub const fn from_minutes(minutes: i64) -> Self {
        Self(minutes * 60_000)
    }

    /// Seconds with fraction, for output.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1_000.0
    }

    /// Whole seconds, rounded to nearest, for output.
    #[must_use]
    pub const fn as_secs_rounded(self) -> i64 {
        (self.0 + 500).div_euclid(1_000)
    }

    /// Minutes with fraction, for output.
    #[must_use]
    pub fn as_minutes_f64(self) -> f64 {
        self.0 as f64 / 60_000.0
    }
}

/// A length in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metres(pub f64);

impl Metres {
    /// No length.
    pub const ZERO: Self = Self(0.0);

    /// Kilometres, for output.
    #[must_use]
    pub fn as_km(self) -> f64 {
        self.0 / 1_000.0
    }
}

macro_rules! arithmetic {
    ($type:ident) => {
        impl Add for $type {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl Sub for $type {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl Neg for $type {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl AddAssign for $type {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl SubAssign for $type {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl Sum for $type {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                items.fold(Self::default(), Add::add)
            }
        }
    };
}

arithmetic!(Millis);
arithmetic!(Metres);

/// The sum of plain numbers; of none it is 0, where `Iterator::sum` gives -0.0, which JSON would show.
#[must_use]
pub fn total(numbers: impl IntoIterator<Item = f64>) -> f64 {
    numbers.into_iter().fold(0.0, Add::add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_adds_up_to_a_plain_zero() {
        assert!(total([]).is_sign_positive());
        assert!((total([1.5, 2.0]) - 3.5).abs() < f64::EPSILON);
    }

    #[test]
    fn seconds_round_to_nearest() {
        assert_eq!(Millis(1_499).as_secs_rounded(), 1);
        assert_eq!(Millis(1_500).as_secs_rounded(), 2);
        assert_eq!(Millis(-400).as_secs_rounded(), 0);
    }

    #[test]
    fn sums_keep_the_unit() {
        assert_eq!(
            [Millis(1), Millis(2)].into_iter().sum::<Millis>(),
            Millis(3)
        );
        assert_eq!(
            [Metres(1.5), Metres(2.0)].into_iter().sum::<Metres>(),
            Metres(3.5)
        );
    }
}
