//! A table over the hierarchy.

use super::Router;
use super::cch::{Row, Seed, rows};
use super::ends::{Ends, beginnings, endings};
use super::frontier::Frontiers;
use super::hierarchy::unpacked;
use super::matrix::{Cells, TravelMatrix};
use super::metric::Weight;
use super::one_to_many::{Targets, search, without_turns};
use super::place::Stand;
use crate::network::Network;

pub(super) fn matrix(router: &Router, from: &[Stand], to: &[Stand]) -> TravelMatrix {
    let network = &*router.network;
    let seeds = |ends: fn(&Network, &Stand) -> Ends, snaps: &[Stand]| -> Vec<Vec<Seed>> {
        snaps.iter().map(|snap| ends(network, snap).seeds).collect()
    };
    let (begin, end) = (seeds(beginnings, from), seeds(endings, to));
    let targets = Targets::new(network, to);
    // A seed that does not fit is as good as a path that does not.
    let beyond = begin.iter().chain(&end).flatten().any(|s| !s.key.fits());
    let row = |source: usize, row: Row| {
        if (beyond || row.beyond) && row.keys.iter().any(|key| !key.fits()) {
            return by_reference(network, &from[source], &targets);
        }
        let mut best: Vec<Option<(Weight, u64)>> = row
            .keys
            .into_iter()
            .zip(row.lengths_mm)
            .map(|(key, length)| key.fits().then(|| (unpacked(key), length)))
            .collect();
        without_turns(network, &from[source], &targets, |target, arrival| {
            let offered = (arrival.weight, arrival.length_mm);
            let known = &mut best[target as usize];
            *known = Some(known.map_or(offered, |known| known.min(offered)));
        });
        Cells::new(best)
    };
    let metric = router.hierarchy.preferred(network);
    let topology = router.hierarchy.topology();
    let rows = rows(topology, metric, &begin, &end, row);
    TravelMatrix::from_rows(to.len(), rows)
}

/// A row by the search that knows no limits.
fn by_reference(network: &Network, from: &Stand, targets: &Targets) -> Cells {
    let mut frontiers = Frontiers::new(network);
    let found = search(network, &mut frontiers.forth, from, targets);
    Cells::new(
        found
            .into_iter()
            .map(|a| a.map(|a| (a.weight, a.length_mm))),
    )
}
