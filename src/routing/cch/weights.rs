//! Weights of ways while a hierarchy is customized.
//!
//! A weight is two numbers: its key ([`Packed`]), and its *tail*, the length in millimetres above the vertex that the way
//! leads over. Comparing key, then tail is comparing key, then length, then vertex, so that ties are settled the same way
//! in whatever order ways are offered.

use super::packed::{BEYOND, Packed};
use super::topology::{NONE, Topology, Way};
use super::ways::Ways;

/// Bits of a tail below the length: none for a turn, one more than the vertex for a way over it, all for [`NEEDLESS`].
const OVER: u64 = (1 << LENGTH_AT) - 1;
const LENGTH_AT: u32 = 31;
/// Set in a sum of two tails whose length does not fit.
const TOO_LONG: u64 = 1 << 63;

/// What a tail says of the way: that of a turn.
pub(super) const TURN: u64 = 0;
/// What a tail says of a way that no shortest path needs.
pub(super) const NEEDLESS: u64 = OVER;

/// What a tail says of a way over a vertex.
pub(super) const fn over(vertex: u32) -> u64 {
    vertex as u64 + 1
}

/// Weight of a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Half {
    pub key: u64,
    pub tail: u64,
}

impl Half {
    pub const NEVER: Self = Self {
        key: Packed::NEVER.0,
        tail: 0,
    };

    /// A weight of length; `NEVER` when it does not fit.
    pub fn new(key: Packed, length_mm: u64, over: u64) -> Self {
        if key.fits() && u32::try_from(length_mm).is_ok() {
            Self {
                key: key.0,
                tail: length_mm << LENGTH_AT | over,
            }
        } else {
            Self::NEVER
        }
    }

    pub const fn fits(self) -> bool {
        self.key & BEYOND == 0 && self.tail & TOO_LONG == 0
    }

    pub const fn is_needed(self) -> bool {
        self.key & BEYOND == 0 && self.tail & OVER != NEEDLESS
    }

    pub const fn length_mm(self) -> u32 {
        (self.tail >> LENGTH_AT) as u32
    }

    /// The vertex that the way leads over, or [`NONE`].
    pub const fn middle(self) -> u32 {
        match self.tail & OVER {
            TURN => NONE,
            more => more as u32 - 1,
        }
    }

    /// Takes the way over `first` and `second` if it is better and fits; whether it is better but does not fit. `over` says
    /// of it what is to be said.
    #[inline]
    pub fn offer(&mut self, first: Self, second: Self, over: u64) -> bool {
        // Mostly it is not better, and keys alone say so.
        if first.key + second.key > self.key {
            return false;
        }
        let way = first.and(second, over);
        if way >= *self {
            return false;
        }
        if !way.fits() {
            return true;
        }
        *self = way;
        false
    }

    /// The way over both; it may not fit. `over` says of it what is to be said.
    #[inline]
    pub const fn and(self, other: Self, over: u64) -> Self {
        Self {
            key: self.key + other.key,
            tail: (self.tail & !OVER) + ((other.tail & !OVER) | over),
        }
    }
}

/// Weights of all ways: up, and down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Weights(pub [Vec<Half>; 2]);

impl Weights {
    pub fn new(topology: &Topology) -> Self {
        let never = |ways: &Ways| vec![Half::NEVER; ways.heads.len()];
        let [up, down] = &topology.ways;
        Self([never(up), never(down)])
    }

    pub fn of(&self, way: Way) -> Half {
        self.0[way.side][way.at]
    }

    /// Memory in bytes.
    pub fn bytes(&self) -> usize {
        self.0.iter().map(|side| size_of_val(&side[..])).sum()
    }
}
