//! Metrics that were asked for, kept while there is room.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Router;
use super::spec::MetricKey;

/// Memory that the metrics of one router may take together; the one asked for last is kept whatever it takes.
const MOST_BYTES: usize = 192 << 20;

/// Routers of other metrics, those asked for last at the end.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<Vec<Entry>>);

type Slot = Arc<Mutex<Option<Router>>>;

#[derive(Debug)]
struct Entry {
    key: MetricKey,
    /// Locked and empty while the first who asked is working it out; who asks for the same waits.
    router: Slot,
}

impl Cache {
    /// The router of a metric, made by `make` unless it is still here. What was not asked for longest goes when memory
    /// runs out; `shared` tells how much of it all of them take together.
    pub fn get<E>(
        &self,
        key: MetricKey,
        shared: impl FnOnce() -> usize,
        make: impl FnOnce() -> Result<Router, E>,
    ) -> Result<Router, E> {
        let slot = self.slot(key);
        let mut known = lock(&slot);
        if let Some(router) = known.as_ref() {
            return Ok(router.clone());
        }
        let made = make();
        match &made {
            Ok(router) => *known = Some(router.clone()),
            Err(_) => lock(&self.0).retain(|entry| entry.key != key),
        }
        drop(known);
        self.shrink(MOST_BYTES.saturating_sub(shared()));
        made
    }

    fn slot(&self, key: MetricKey) -> Slot {
        let mut entries = lock(&self.0);
        let entry = match entries.iter().position(|entry| entry.key == key) {
            Some(place) => entries.remove(place),
            None => Entry {
                key,
                router: Arc::default(),
            },
        };
        let router = Arc::clone(&entry.router);
        entries.push(entry);
        router
    }

    /// Drops the oldest until the rest fits. Memory of metrics grows when reach is asked of them, so it is asked anew.
    fn shrink(&self, most: usize) {
        let mut entries = lock(&self.0);
        // One that is being worked out has no size yet.
        let bytes = |entry: &Entry| match entry.router.try_lock() {
            Ok(router) => router.as_ref().map_or(0, Router::own_bytes),
            Err(_) => 0,
        };
        let mut sum: usize = entries.iter().map(bytes).sum();
        while sum > most && entries.len() > 1 {
            sum -= bytes(&entries.remove(0));
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::super::spec::{Exclusion, MetricSpec};
    use super::*;
    use crate::testkit::TextMap;

    fn key(kind: Exclusion) -> MetricKey {
        let spec = MetricSpec {
            exclude: [kind].into(),
            ..MetricSpec::default()
        };
        spec.key()
    }

    #[test]
    fn metrics_are_made_once_and_the_oldest_goes_first() {
        let router = TextMap::draw(100.0, "A-B")
            .road("AB", |_| {})
            .drive()
            .router;
        router.hierarchy.warm(&router.network);
        let cache = Cache::default();
        let ask = |kind: Exclusion, made: &mut u32| {
            let make = || {
                *made += 1;
                Ok::<_, ()>(router.clone())
            };
            cache.get(key(kind), || 0, make).unwrap();
        };
        let mut made = 0;
        ask(Exclusion::Toll, &mut made);
        ask(Exclusion::Ferry, &mut made);
        ask(Exclusion::Toll, &mut made);
        assert_eq!(made, 2);
        cache.shrink(router.own_bytes());
        ask(Exclusion::Toll, &mut made);
        assert_eq!(made, 2, "asked for last");
        ask(Exclusion::Ferry, &mut made);
        assert_eq!(made, 3, "had to go");
    }

    #[test]
    fn what_fails_leaves_nothing() {
        let cache = Cache::default();
        assert!(cache.get(key(Exclusion::Toll), || 0, || Err(())).is_err());
        assert!(lock(&cache.0).is_empty());
    }
}
