//! Weights of edges while a hierarchy is customized.
//!
//! A weight is two numbers: its key ([`Packed`]), and its *tail*, the length in millimetres above the vertex that the way
//! leads over. Comparing key, then tail is comparing key, then length, then vertex, so that ties are settled the same way
//! in whatever order ways are offered.

use std::ops::Range;

use super::packed::{BEYOND, Packed};
use super::topology::NONE;

/// Bits of a tail below the length: none for a turn, one more than the vertex for a way over it, all for [`NEEDLESS`].
const OVER: u64 = (1 << LENGTH_AT) - 1;
const LENGTH_AT: u32 = 31;
/// Set in a sum of two tails whose length does not fit.
const TOO_LONG: u64 = 1 << 63;

/// What a tail says of the way: that of a turn.
pub(super) const TURN: u64 = 0;
/// What a tail says of an edge that no shortest path needs.
pub(super) const NEEDLESS: u64 = OVER;

/// What a tail says of a way over a vertex.
pub(super) const fn over(vertex: u32) -> u64 {
    vertex as u64 + 1
}

/// Weight of an edge in one direction.
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

/// Weights of an edge: from the lower to the upper end, and back.
pub(super) type Pair = [Half; 2];

/// Weights of edges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Weights {
    /// Up, and down.
    halves: [Vec<Half>; 2],
}

impl FromIterator<Pair> for Weights {
    fn from_iter<I: IntoIterator<Item = Pair>>(pairs: I) -> Self {
        let (up, down) = pairs.into_iter().map(|[up, down]| (up, down)).unzip();
        Self { halves: [up, down] }
    }
}

impl Weights {
    pub fn new(edges: usize) -> Self {
        Self {
            halves: [vec![Half::NEVER; edges], vec![Half::NEVER; edges]],
        }
    }

    pub fn pair(&self, edge: usize) -> Pair {
        [self.halves[0][edge], self.halves[1][edge]]
    }

    /// All of one direction: 0 up, 1 down.
    pub fn side(&self, side: usize) -> &[Half] {
        &self.halves[side]
    }

    /// One direction of an edge.
    pub fn half_mut(&mut self, edge: usize, side: usize) -> &mut Half {
        &mut self.halves[side][edge]
    }

    /// All from an edge on.
    pub fn from(&mut self, edge: usize) -> Rows<'_> {
        let [up, down] = &mut self.halves;
        Rows {
            up: &mut up[edge..],
            down: &mut down[edge..],
        }
    }

    pub fn view(&self, edges: Range<usize>) -> View<'_> {
        [&self.halves[0][edges.clone()], &self.halves[1][edges]]
    }

    /// Memory in bytes.
    pub fn bytes(&self) -> usize {
        self.halves[0].len() * size_of::<Pair>()
    }
}

/// Neighbouring weights to look at, up and down.
pub(super) type View<'a> = [&'a [Half]; 2];

/// Neighbouring weights.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    pub up: &'a mut [Half],
    pub down: &'a mut [Half],
}

impl Rows<'_> {
    /// Those of the first `count` edges, and the others.
    pub fn take(self, count: usize) -> (Self, Self) {
        let (up, more_up) = self.up.split_at_mut(count);
        let (down, more_down) = self.down.split_at_mut(count);
        let rest = Self {
            up: more_up,
            down: more_down,
        };
        (Self { up, down }, rest)
    }

    pub fn slice(&mut self, edges: Range<usize>) -> Rows<'_> {
        Rows {
            up: &mut self.up[edges.clone()],
            down: &mut self.down[edges],
        }
    }

    /// The same for a while.
    pub fn all(&mut self) -> Rows<'_> {
        Rows {
            up: self.up,
            down: self.down,
        }
    }

    pub fn view(&self, edges: Range<usize>) -> View<'_> {
        [&self.up[edges.clone()], &self.down[edges]]
    }
}
