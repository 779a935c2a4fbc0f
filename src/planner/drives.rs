//! How long is the drive between accounts and their rep's home? [`Drives`], remembered while the roads stay.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::ground::Ground;
use crate::coverage::Drive;
use crate::geometry::LonLatE7;
use crate::network::Snap;
use crate::routing::{Direction, Reach};
use crate::units::Millis;

/// Longer than any drive; reach with this limit is the whole component.
const WHOLE_REGION: Millis = Millis(1_000 * Millis::HOUR.0);

/// A home and a place, both on the roads.
type Pair = (LonLatE7, LonLatE7);

/// Drives that were asked for before, by home and place. Shared by the clones of a planner; forgetting costs time only.
#[derive(Clone, Debug, Default)]
pub struct Drives(Arc<Mutex<BTreeMap<Pair, Drive>>>);

/// So many pairs are remembered, at most.
const MOST: usize = 400_000;

impl Drives {
    /// The longer of the two directions between each place and its home, in order. Every home is searched once, forth and
    /// back, the homes in parallel.
    #[must_use]
    pub fn between(&self, ground: &Ground, pairs: &[(Snap, Snap)]) -> Vec<Drive> {
        let keys: Vec<Pair> = pairs
            .iter()
            .map(|(home, place)| (home.at.to_e7(), place.at.to_e7()))
            .collect();
        let mut drives: Vec<Option<Drive>> = {
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            keys.iter().map(|key| known.get(key).copied()).collect()
        };
        let mut homes: BTreeMap<LonLatE7, (Snap, Vec<usize>)> = BTreeMap::new();
        for (i, key) in keys.iter().enumerate() {
            if drives[i].is_none() {
                let (_, places) = homes
                    .entry(key.0)
                    .or_insert_with(|| (pairs[i].0, Vec::new()));
                places.push(i);
            }
        }
        let fresh: Vec<Vec<(usize, Drive)>> = homes
            .into_values()
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|(home, places)| {
                let both = there_and_back(ground, &home);
                places
                    .into_iter()
                    .map(|i| (i, drive(&both, &pairs[i].1)))
                    .collect()
            })
            .collect();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (i, drive) in fresh.into_iter().flatten() {
            drives[i] = Some(drive);
            if known.len() < MOST {
                known.insert(keys[i], drive);
            }
        }
        drives.into_iter().map(Option::unwrap_or_default).collect()
    }
}

fn there_and_back(ground: &Ground, home: &Snap) -> [Reach; 2] {
    let mut query = ground.router.query();
    [Direction::From, Direction::Towards].map(|direction| {
        ground
            .router
            .reach(&mut query, &[*home], WHOLE_REGION, direction)
    })
}

fn drive([from, towards]: &[Reach; 2], place: &Snap) -> Drive {
    match (from.time_at(place), towards.time_at(place)) {
        (Some(there), Some(back)) => Drive::Takes(there.max(back)),
        _ => Drive::Unreachable,
    }
}
