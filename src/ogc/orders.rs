//! Orders that were asked for, kept for the pages that follow: [`Orders`].

use std::sync::{Arc, Mutex, PoisonError};

use super::ask::Ask;

/// Rows of a table in the orders that were asked for last. Forgetting costs time only.
#[derive(Debug, Default)]
pub(super) struct Orders(Mutex<Vec<(Ask, Arc<[u32]>)>>);

/// So many orders are kept, and so many rows in all of them together (16 MB).
const MOST: usize = 16;
const MOST_ROWS: usize = 4_000_000;

impl Orders {
    /// The rows that are wanted, in the asked order; those of `find` when it is not known.
    pub fn get(&self, ask: &Ask, find: impl FnOnce() -> Arc<[u32]>) -> Arc<[u32]> {
        let same = |known: &Ask| known.same_list(ask);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = kept.iter().position(|(known, _)| same(known)) {
            // The last one asked for stands last.
            kept[at..].rotate_left(1);
            return kept
                .last()
                .map(|(_, rows)| Arc::clone(rows))
                .unwrap_or_default();
        }
        // Others may read while this one is found; two who want the same both find it.
        drop(kept);
        let rows = find();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.iter().any(|(known, _)| same(known)) && rows.len() <= MOST_ROWS {
            kept.push((ask.list(), Arc::clone(&rows)));
        }
        let mut all: usize = kept.iter().map(|(_, rows)| rows.len()).sum();
        while kept.len() > MOST || all > MOST_ROWS {
            all -= kept.remove(0).1.len();
        }
        rows
    }
}
