//! The sweep of a table for several sources at once.
//!
//! The lanes of a vertex lie side by side, so that one instruction adds or compares several of them. The same plain loop
//! is compiled for the wide registers of the machine at hand and chosen when it runs.

use super::packed::{BEYOND, Packed};
use super::table::Cone;

/// Sources that are swept at once.
pub(super) const LANES: usize = 16;

type Row = [u64; LANES];

/// Weights and lengths by place in the cone and lane.
pub(super) struct Lanes {
    keys: Vec<Row>,
    lengths_mm: Vec<Row>,
    rows: usize,
    /// Whether some sum did not fit.
    pub beyond: bool,
}

impl Lanes {
    pub fn new(rows: usize) -> Self {
        Self {
            keys: Vec::new(),
            lengths_mm: Vec::new(),
            rows,
            beyond: false,
        }
    }

    pub fn reset(&mut self) {
        self.beyond = false;
        self.keys.clear();
        self.keys.resize(self.rows, [Packed::NEVER.0; LANES]);
        self.lengths_mm.clear();
        self.lengths_mm.resize(self.rows, [0; LANES]);
    }

    pub fn set(&mut self, row: u32, lane: usize, key: u64, length_mm: u64) {
        self.keys[row as usize][lane] = key;
        self.lengths_mm[row as usize][lane] = length_mm;
    }

    pub fn get(&self, row: u32, lane: usize) -> (u64, u64) {
        let row = row as usize;
        (self.keys[row][lane], self.lengths_mm[row][lane])
    }
}

/// Takes the ways over upper vertices for every row, from the top down.
pub(super) fn sweep(cone: &Cone, lanes: &mut Lanes) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
            #[expect(unsafe_code, reason = "the processor was asked for these instructions")]
            // SAFETY: the features are there.
            return unsafe { sweep_avx512(cone, lanes) };
        }
        if is_x86_feature_detected!("avx2") {
            #[expect(unsafe_code, reason = "the processor was asked for these instructions")]
            // SAFETY: the feature is there.
            return unsafe { sweep_avx2(cone, lanes) };
        }
    }
    sweep_plain(cone, lanes);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx2")]
fn sweep_avx512(cone: &Cone, lanes: &mut Lanes) {
    sweep_plain(cone, lanes);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sweep_avx2(cone: &Cone, lanes: &mut Lanes) {
    sweep_plain(cone, lanes);
}

#[expect(
    clippy::needless_bitwise_bool,
    reason = "a branch would keep the loops from being vectors"
)]
#[expect(
    clippy::inline_always,
    reason = "it must be compiled into the functions above for their instructions"
)]
#[inline(always)]
fn sweep_plain(cone: &Cone, lanes: &mut Lanes) {
    let mut over = 0;
    for row in 0..lanes.rows {
        let edges = cone.first[row] as usize..cone.first[row + 1] as usize;
        let (done, rest) = lanes.keys.split_at_mut(row);
        let (done_mm, rest_mm) = lanes.lengths_mm.split_at_mut(row);
        let (mut keys, mut lengths) = (rest[0], rest_mm[0]);
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
        for key in &mut keys {
            let fits = *key & BEYOND == 0;
            over |= u64::from(!fits & (*key < Packed::NEVER.0));
            *key = if fits { *key } else { Packed::NEVER.0 };
        }
        (rest[0], rest_mm[0]) = (keys, lengths);
    }
    lanes.beyond |= over != 0;
}
