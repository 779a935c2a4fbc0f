//! A table over the hierarchy, some rows at a time.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::cch::{Cone, LANES, Row, Seed};
use super::ends::{Ends, beginnings, endings};
use super::frontier::Frontiers;
use super::hierarchy::unpacked;
use super::matrix::{TravelMatrix, TravelRow};
use super::metric::Weight;
use super::one_to_many::{Targets, search, without_turns};
use super::place::Stand;
use super::{Query, Router};
use crate::network::Network;

/// A table that is worked out row by row, so that it never has to lie in memory as a whole: what its rows have in common.
pub struct TravelTable {
    router: Router,
    from: Vec<Stand>,
    begin: Vec<Vec<Seed>>,
    targets: Targets,
    cone: Cone,
    columns: usize,
    lengths: bool,
    /// A seed that does not fit is as good as a path that does not.
    beyond: bool,
    /// Scratch that no thread uses just now, kept until the table is done.
    idle: Mutex<Vec<Query>>,
}

/// Scratch on loan from a table.
struct Loan<'a> {
    query: Option<Query>,
    idle: &'a Mutex<Vec<Query>>,
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.query.take());
    }
}

impl std::fmt::Debug for TravelTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TravelTable of {} x {}", self.from.len(), self.columns)
    }
}

impl TravelTable {
    pub(super) fn new(router: &Router, from: Vec<Stand>, to: &[Stand], lengths: bool) -> Self {
        let network = &*router.network;
        let seeds = |ends: fn(&Network, &Stand) -> Ends, stands: &[Stand]| -> Vec<Vec<Seed>> {
            let ends = stands.iter().map(|stand| ends(network, stand).seeds);
            ends.collect()
        };
        let (begin, end) = (seeds(beginnings, &from), seeds(endings, to));
        let metric = router.hierarchy.preferred(network);
        Self {
            targets: Targets::new(network, to),
            cone: Cone::new(router.hierarchy.topology(), metric, &end),
            beyond: begin.iter().chain(&end).flatten().any(|s| !s.key.fits()),
            columns: to.len(),
            router: router.clone(),
            from,
            begin,
            lengths,
            idle: Mutex::default(),
        }
    }

    fn loan(&self) -> Loan<'_> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        Loan {
            query: Some(idle.pop().unwrap_or_else(|| self.router.query())),
            idle: &self.idle,
        }
    }

    /// The rows of some sources, as `finish` makes them from the number of the source and its row; in parallel, the same at
    /// any number of threads.
    ///
    /// # Panics
    /// When the range reaches beyond the sources.
    pub fn rows<R: Send>(
        &self,
        sources: Range<usize>,
        finish: impl Fn(usize, TravelRow) -> R + Sync,
    ) -> Vec<R> {
        let router = &self.router;
        let metric = router.hierarchy.preferred(&router.network);
        let topology = router.hierarchy.topology();
        let batches: Vec<Vec<R>> = self.begin[sources.clone()]
            .par_chunks(LANES)
            .enumerate()
            .map_init(
                || self.loan(),
                |loan, (batch, from)| {
                    let query = loan.query.get_or_insert_with(|| router.query());
                    let first = sources.start + batch * LANES;
                    let finish = |lane, row| finish(first + lane, self.row(first + lane, row));
                    let climber = query.climber(topology);
                    let wish = (from, self.lengths);
                    self.cone.rows(topology, metric, climber, wish, finish)
                },
            )
            .collect();
        batches.into_iter().flatten().collect()
    }

    fn row(&self, source: usize, row: Row) -> TravelRow {
        let (network, from) = (&*self.router.network, &self.from[source]);
        if (self.beyond || row.beyond) && row.keys.iter().any(|key| !key.fits()) {
            return self.by_reference(from);
        }
        let mut best: Vec<Option<(Weight, u64)>> = row
            .keys
            .into_iter()
            .zip(row.lengths_mm)
            .map(|(key, length)| key.fits().then(|| (unpacked(key), length)))
            .collect();
        without_turns(network, from, &self.targets, |target, arrival| {
            let offered = (arrival.weight, arrival.length_mm);
            let known = &mut best[target as usize];
            *known = Some(known.map_or(offered, |known| known.min(offered)));
        });
        TravelRow::new(self.lengths, best)
    }

    /// A row by the search that knows no limits.
    fn by_reference(&self, from: &Stand) -> TravelRow {
        let network = &*self.router.network;
        let mut frontiers = Frontiers::new(network);
        let found = search(network, &mut frontiers.forth, from, &self.targets);
        let cells = found.into_iter();
        TravelRow::new(
            self.lengths,
            cells.map(|a| a.map(|a| (a.weight, a.length_mm))),
        )
    }
}

pub(super) fn matrix(router: &Router, from: &[Stand], to: &[Stand]) -> TravelMatrix {
    let table = TravelTable::new(router, from.to_vec(), to, true);
    TravelMatrix::from_rows(to.len(), table.rows(0..from.len(), |_, row| row))
}
