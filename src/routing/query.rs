//! What a thread needs to ask a router.

use std::sync::{Arc, Mutex, PoisonError};

use super::cch::{Climber, ReachSearch, Search, Topology};
use super::frontier::Frontiers;
use crate::network::Network;

/// Scratch memory for queries on one router: one for each thread that asks.
///
/// Cheap to get: each kind of search makes its memory when it is first asked, and what a query leaves behind goes to the
/// next one.
#[derive(Debug)]
pub struct Query {
    scratch: Scratch,
    pool: Arc<Pool>,
}

#[derive(Debug, Default)]
struct Scratch {
    search: Option<Search>,
    reach: Option<ReachSearch>,
    climber: Option<Climber>,
    frontiers: Option<Frontiers>,
}

/// Scratch that no query holds.
#[derive(Debug, Default)]
pub(super) struct Pool(Mutex<Vec<Scratch>>);

impl Pool {
    /// More is given back to the system.
    const MOST: usize = 16;

    pub fn query(self: &Arc<Self>) -> Query {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Query {
            scratch: idle.unwrap_or_default(),
            pool: Arc::clone(self),
        }
    }
}

impl Drop for Query {
    fn drop(&mut self) {
        // A search that panicked leaves labels behind.
        if !std::thread::panicking() {
            let mut scratch = std::mem::take(&mut self.scratch);
            if let Some(climber) = &mut scratch.climber {
                climber.shrink();
            }
            let mut idle = self.pool.0.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < Pool::MOST {
                idle.push(scratch);
            }
        }
    }
}

impl Query {
    pub(super) fn search(&mut self, topology: &Topology) -> &mut Search {
        let search = &mut self.scratch.search;
        search.get_or_insert_with(|| Search::new(topology))
    }

    pub(super) fn reach(&mut self, topology: &Topology) -> &mut ReachSearch {
        let reach = &mut self.scratch.reach;
        reach.get_or_insert_with(|| ReachSearch::new(topology))
    }

    pub(super) fn climber(&mut self, topology: &Topology) -> &mut Climber {
        let climber = &mut self.scratch.climber;
        climber.get_or_insert_with(|| Climber::new(topology))
    }

    pub(super) fn frontiers(&mut self, network: &Network) -> &mut Frontiers {
        let frontiers = &mut self.scratch.frontiers;
        frontiers.get_or_insert_with(|| Frontiers::new(network))
    }
}
