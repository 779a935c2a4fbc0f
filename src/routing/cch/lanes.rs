//! The sweep of a table for several sources at once.
//!
//! The lanes of a vertex lie side by side, so that one instruction adds or compares several of them. The same plain loop
//! is compiled for the wide registers of the machine at hand and chosen when it runs.

#![expect(
    clippy::inline_always,
    reason = "the loops must be compiled into the functions that have the instructions"
)]

use super::packed::{BEYOND, Packed};
use super::simd::{Wide, widest};
use super::table::Cone;

/// Sources that are swept at once.
pub const LANES: usize = 16;

type Row = [u64; LANES];

/// Weights and, where they are wished for, lengths by place in the cone and lane. Rows that no source has touched count as
/// `NEVER` without being written, so that a batch begins without going over all of them.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    keys: Vec<Row>,
    lengths_mm: Vec<Row>,
    touched: Vec<bool>,
    /// Which are touched.
    places: Vec<u32>,
    rows: usize,
    lengths: bool,
    /// Whether some sum did not fit.
    pub beyond: bool,
}

impl Lanes {
    /// Begins a batch over so many rows.
    pub fn begin(&mut self, rows: usize, lengths: bool) {
        for place in self.places.drain(..) {
            self.touched[place as usize] = false;
        }
        self.beyond = false;
        (self.rows, self.lengths) = (rows, lengths);
        if self.keys.len() < rows {
            self.keys.resize(rows, [0; LANES]);
            self.touched.resize(rows, false);
        }
        if lengths && self.lengths_mm.len() < rows {
            self.lengths_mm.resize(rows, [0; LANES]);
        }
    }

    pub fn set(&mut self, row: u32, lane: usize, key: u64, length_mm: u64) {
        let place = row as usize;
        if !std::mem::replace(&mut self.touched[place], true) {
            self.places.push(row);
            self.keys[place] = [Packed::NEVER.0; LANES];
            if self.lengths {
                self.lengths_mm[place] = [0; LANES];
            }
        }
        self.keys[place][lane] = key;
        if self.lengths {
            self.lengths_mm[place][lane] = length_mm;
        }
    }

    /// Weight and length of a swept row; no length where none was wished for.
    pub fn get(&self, row: u32, lane: usize) -> (u64, u64) {
        let row = row as usize;
        let length_mm = if self.lengths {
            self.lengths_mm[row][lane]
        } else {
            0
        };
        (self.keys[row][lane], length_mm)
    }

    /// Memory in bytes.
    pub fn bytes(&self) -> usize {
        (self.keys.capacity() + self.lengths_mm.capacity()) * size_of::<Row>()
    }
}

/// Takes the ways over upper vertices for every row, from the top down.
pub(super) fn sweep(cone: &Cone, lanes: &mut Lanes) {
    widest(Sweep { cone, lanes });
}

struct Sweep<'a> {
    cone: &'a Cone,
    lanes: &'a mut Lanes,
}

impl Wide for Sweep<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        if self.lanes.lengths {
            with_lengths(self.cone, self.lanes);
        } else {
            without_lengths(self.cone, self.lanes);
        }
    }
}

#[expect(
    clippy::needless_bitwise_bool,
    reason = "a branch would keep the loops from being vectors"
)]
#[inline(always)]
fn with_lengths(cone: &Cone, lanes: &mut Lanes) {
    let mut over = 0;
    for row in 0..lanes.rows {
        let edges = cone.first[row] as usize..cone.first[row + 1] as usize;
        let (done, rest) = lanes.keys.split_at_mut(row);
        let (done_mm, rest_mm) = lanes.lengths_mm.split_at_mut(row);
        let (mut keys, mut lengths) = ([Packed::NEVER.0; LANES], [0; LANES]);
        if lanes.touched[row] {
            (keys, lengths) = (rest[0], rest_mm[0]);
        }
        let heads = cone.heads[edges.clone()].iter();
        let weights = cone.keys[edges.clone()].iter().zip(&cone.lengths_mm[edges]);
        for (head, (key, length)) in heads.zip(weights) {
            let (from, from_mm) = (&done[*head as usize], &done_mm[*head as usize]);
            let length = u64::from(*length);
            let mine = keys.iter_mut().zip(&mut lengths);
            for ((key_here, length_here), (from, from_mm)) in mine.zip(from.iter().zip(from_mm)) {
                let (new, new_mm) = (from + key, from_mm + length);
                let shorter = (new == *key_here) & (new_mm < *length_here);
                let better = (new < *key_here) | shorter;
                *key_here = if better { new } else { *key_here };
                *length_here = if better { new_mm } else { *length_here };
            }
        }
        over |= settle(&mut keys);
        (rest[0], rest_mm[0]) = (keys, lengths);
    }
    lanes.beyond |= over != 0;
}

#[inline(always)]
fn without_lengths(cone: &Cone, lanes: &mut Lanes) {
    let mut over = 0;
    for row in 0..lanes.rows {
        let edges = cone.first[row] as usize..cone.first[row + 1] as usize;
        let (done, rest) = lanes.keys.split_at_mut(row);
        let mut keys = [Packed::NEVER.0; LANES];
        if lanes.touched[row] {
            keys = rest[0];
        }
        for (head, key) in cone.heads[edges.clone()].iter().zip(&cone.keys[edges]) {
            for (here, from) in keys.iter_mut().zip(&done[*head as usize]) {
                *here = (from + key).min(*here);
            }
        }
        over |= settle(&mut keys);
        rest[0] = keys;
    }
    lanes.beyond |= over != 0;
}

/// Makes sums that do not fit `NEVER`; not zero when there are some.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "a branch would keep the loop from being vectors"
)]
#[inline(always)]
fn settle(keys: &mut Row) -> u64 {
    let mut over = 0;
    for key in keys {
        let fits = *key & BEYOND == 0;
        over |= u64::from(!fits & (*key < Packed::NEVER.0));
        *key = if fits { *key } else { Packed::NEVER.0 };
    }
    over
}
