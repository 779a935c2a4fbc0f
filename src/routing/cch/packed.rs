//! What the hierarchy adds up and compares: entries, cost and time in one number.

/// Entries into restricted stretches, then cost in milliseconds, then time in milliseconds, in one integer, so that
/// comparing is comparing integers and adding is adding integers.
///
/// A path fits while it has fewer than 64 entries and costs less than 2^27 ms (37 hours); whatever does not is
/// [`Packed::NEVER`]. Two that fit can be added without one part running over into the next, and two that are `NEVER`
/// without overflow. Time never exceeds cost, so it fits too.
///
/// ```text
/// bit 62      56           28         0
///     NEVER | entries (6) | cost (28) | time (28)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Packed(pub(super) u64);

/// Bits that no path that fits has: `NEVER`, a sum of two of it, and the highest bit of the cost.
pub(super) const BEYOND: u64 = 1 << 63 | Packed::NEVER.0 | 1 << (COST_AT + COST_BITS - 1);

const COST_BITS: u32 = 28;
const COST_AT: u32 = 28;
const ENTRIES_AT: u32 = COST_AT + COST_BITS;
const FIELD: u64 = (1 << COST_BITS) - 1;

impl Packed {
    /// Nothing.
    #[cfg(test)]
    pub const ZERO: Self = Self(0);
    /// More than any path: not connected, or beyond what fits.
    pub const NEVER: Self = Self(1 << 62);

    /// A weight; `NEVER` when it does not fit or when the time exceeds the cost.
    #[must_use]
    pub const fn new(entries: u64, cost_ms: u64, time_ms: u64) -> Self {
        if entries >= 64 || cost_ms >= 1 << (COST_BITS - 1) || time_ms > cost_ms {
            return Self::NEVER;
        }
        Self(entries << ENTRIES_AT | cost_ms << COST_AT | time_ms)
    }

    /// The sum, or `NEVER`.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0).settled()
    }

    /// What is left of a sum that fits after one of its parts is taken away.
    #[must_use]
    pub const fn minus(self, part: Self) -> Self {
        Self(self.0 - part.0)
    }

    /// `NEVER` for a sum of two that does not fit.
    pub(super) const fn settled(self) -> Self {
        if self.0 & BEYOND == 0 {
            self
        } else {
            Self::NEVER
        }
    }

    /// Whether there is a path, and it fits.
    #[must_use]
    pub const fn fits(self) -> bool {
        self.0 & BEYOND == 0
    }

    /// How often a restricted stretch is entered.
    #[must_use]
    pub const fn entries(self) -> u64 {
        self.0 >> ENTRIES_AT
    }

    /// Cost in milliseconds beside the entries.
    #[must_use]
    pub const fn cost_ms(self) -> u64 {
        self.0 >> COST_AT & FIELD
    }

    /// Time in milliseconds.
    #[must_use]
    pub const fn time_ms(self) -> u64 {
        self.0 & FIELD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stay_apart() {
        let a = Packed::new(3, 70_000, 60_000);
        let b = Packed::new(1, 5, 5);
        let sum = a.plus(b);
        assert_eq!(
            (sum.entries(), sum.cost_ms(), sum.time_ms()),
            (4, 70_005, 60_005)
        );
        assert_eq!(sum.minus(b), a);
        assert!(Packed::new(0, 100_000_000, 0) < b, "entries come first");
        assert!(Packed::new(0, 7, 7) < Packed::new(0, 8, 1), "then cost");
        assert!(Packed::new(0, 7, 6) < Packed::new(0, 7, 7), "then time");
    }

    #[test]
    fn what_does_not_fit_is_never_reached() {
        let most = Packed::new(63, (1 << 27) - 1, (1 << 27) - 1);
        assert!(most.fits());
        assert_eq!(most.plus(Packed::new(0, 1, 1)), Packed::NEVER);
        assert_eq!(most.plus(Packed::new(1, 0, 0)), Packed::NEVER);
        assert_eq!(most.plus(most), Packed::NEVER);
        assert_eq!(Packed::NEVER.plus(Packed::NEVER), Packed::NEVER);
        assert_eq!(Packed::new(64, 0, 0), Packed::NEVER);
        assert_eq!(Packed::new(0, 1 << 27, 0), Packed::NEVER);
        assert_eq!(Packed::new(0, 1, 2), Packed::NEVER);
    }
}
