//! Tiles made lately, bounded by bytes, least recently used first out.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;

/// Column, row and zoom of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TileKey {
    /// Zoom.
    pub z: u8,
    /// Column from the west.
    pub x: u32,
    /// Row from the north.
    pub y: u32,
}

/// A bounded memory of tiles, shared by threads.
#[derive(Debug)]
pub struct TileCache {
    limit: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    tiles: HashMap<TileKey, (u64, Bytes)>,
    /// The same keys by last use.
    by_use: BTreeMap<u64, TileKey>,
    uses: u64,
    bytes: usize,
}

/// What a held tile costs beside its bytes.
const OVERHEAD: usize = 128;

impl TileCache {
    /// Holds tiles up to about `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            held: Mutex::default(),
        }
    }

    /// The tile, if it is held.
    pub fn get(&self, key: TileKey) -> Option<Bytes> {
        let mut held = self.lock();
        held.uses += 1;
        let now = held.uses;
        let (used, tile) = held.tiles.get_mut(&key)?;
        let before = std::mem::replace(used, now);
        let tile = tile.clone();
        held.by_use.remove(&before);
        held.by_use.insert(now, key);
        Some(tile)
    }

    /// Holds a tile, letting go of those that were not asked for the longest.
    pub fn put(&self, key: TileKey, tile: Bytes) {
        let mut held = self.lock();
        held.uses += 1;
        let now = held.uses;
        held.bytes += tile.len() + OVERHEAD;
        held.by_use.insert(now, key);
        if let Some((used, old)) = held.tiles.insert(key, (now, tile)) {
            held.by_use.remove(&used);
            held.bytes -= old.len() + OVERHEAD;
        }
        while held.bytes > self.limit {
            let Some((_, oldest)) = held.by_use.pop_first() else {
                return;
            };
            if let Some((_, tile)) = held.tiles.remove(&oldest) {
                held.bytes -= tile.len() + OVERHEAD;
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Held> {
        // A panic between two of the maps' changes cannot happen short of running out of memory.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(x: u32) -> TileKey {
        TileKey { z: 10, x, y: 0 }
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let cache = TileCache::new(3 * (1_000 + OVERHEAD));
        for x in 0..3 {
            cache.put(key(x), Bytes::from(vec![0; 1_000]));
        }
        assert!(cache.get(key(0)).is_some());
        cache.put(key(3), Bytes::from(vec![0; 1_000]));
        assert!(cache.get(key(1)).is_none());
        assert!(cache.get(key(0)).is_some() && cache.get(key(3)).is_some());
    }

    #[test]
    fn bytes_stay_bounded_whatever_comes() {
        let cache = TileCache::new(10_000);
        for x in 0..1_000 {
            cache.put(key(x % 40), Bytes::from(vec![0; (x as usize * 37) % 900]));
            let held = cache.lock();
            assert!(held.bytes <= 10_000);
            assert_eq!(held.tiles.len(), held.by_use.len());
            let real: usize = held.tiles.values().map(|(_, t)| t.len() + OVERHEAD).sum();
            assert_eq!(real, held.bytes);
        }
        cache.put(key(7), Bytes::from(vec![0; 20_000]));
        assert!(cache.get(key(7)).is_none());
    }
}
