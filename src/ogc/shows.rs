//! How many of the visits that were meant took place, by class: [`Shows`].

use std::sync::{Arc, Mutex, PoisonError};

use crate::planner::Result;
use crate::store::{Shown, Store};

/// Fewer visits than this say nothing.
const LEAST: u64 = 20;

/// What the book says of all classes.
#[derive(Debug, Default)]
pub(super) struct Shows(Vec<Shown>);

impl Shows {
    /// Share of the visits at accounts of this class that took place.
    pub fn of(&self, class: Option<&str>) -> Option<f64> {
        let mut all = self.0.iter();
        let shown = all.find(|shown| shown.class.as_deref() == class)?;
        (shown.meant >= LEAST).then(|| shown.held as f64 / shown.meant as f64)
    }
}

/// What the book's latest state that was asked about says.
#[derive(Debug, Default)]
pub(super) struct LatestShows(Mutex<Option<(u64, Arc<Shows>)>>);

impl LatestShows {
    /// Counted once per state of the book.
    pub fn get(&self, store: &dyn Store) -> Result<Arc<Shows>> {
        let revision = store.revision()?;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((of, shows)) if *of >= revision => Ok(Arc::clone(shows)),
            _ => {
                let shows = Arc::new(Shows(store.shown()?));
                *known = Some((revision, Arc::clone(&shows)));
                Ok(shows)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_visits_say_nothing() {
        let shown = |class: Option<&str>, held, meant| Shown {
            class: class.map(str::to_owned),
            held,
            meant,
        };
        let shows = Shows(vec![shown(None, 19, 19), shown(Some("A"), 15, 20)]);
        assert_eq!(shows.of(Some("A")), Some(0.75));
        assert_eq!((shows.of(None), shows.of(Some("B"))), (None, None));
    }
}
