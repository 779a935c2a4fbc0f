//! One route over the hierarchy.

use super::cch::{Found, Path};
use super::ends::{Direct, Ends, beginnings, direct, endings};
use super::hierarchy::unpacked;
use super::place::Stand;
use super::route::{Route, Totals, Unpacked};
use super::{Query, Router, route};
use crate::network::ArcId;
use crate::units::{Metres, Millis};

pub(super) fn route(router: &Router, query: &mut Query, from: &Stand, to: &Stand) -> Option<Route> {
    let network = &*router.network;
    let (begin, end) = (beginnings(network, from), endings(network, to));
    let metric = router.hierarchy.preferred(network);
    let topology = router.hierarchy.topology();
    let found = query
        .search(topology)
        .path(topology, metric, &begin.seeds, &end.seeds);
    let direct = direct(network, from, to);
    if begin.beyond() || end.beyond() || found == Found::Beyond {
        return route::plain(network, query.frontiers(network), from, to);
    }
    let unpacked = match (found, direct) {
        (Found::Path(path), Some(direct)) if is_better(&path, &direct) => {
            joined(path, &begin, &end)
        }
        (_, Some(direct)) => match direct.along {
            Some((start, share)) => Unpacked::on_one_edge(start, share),
            None => Unpacked::default(),
        },
        (Found::Path(path), None) => joined(path, &begin, &end),
        _ => return None,
    };
    Some(unpacked.into_route(network))
}

/// Time, cost and length of the same route, without its edges.
pub(super) fn totals(
    router: &Router,
    query: &mut Query,
    from: &Stand,
    to: &Stand,
) -> Option<Totals> {
    let network = &*router.network;
    let (begin, end) = (beginnings(network, from), endings(network, to));
    let metric = router.hierarchy.preferred(network);
    let topology = router.hierarchy.topology();
    let search = query.search(topology);
    let found = search.weight(topology, metric, &begin.seeds, &end.seeds);
    let found = match found {
        Ok(found) if !begin.beyond() && !end.beyond() => found,
        _ => {
            let route = route::plain(network, query.frontiers(network), from, to);
            return route.map(|route| Totals::of(&route));
        }
    };
    let over = found.map(|(key, length_mm)| (unpacked(key), length_mm));
    let direct = direct(network, from, to).map(|direct| (direct.weight, direct.length_mm));
    let (weight, length_mm) = over.into_iter().chain(direct).min()?;
    Some(Totals {
        time: Millis(weight.time_ms as i64),
        cost: weight.cost,
        length: Metres(length_mm as f64 / 1_000.0),
    })
}

fn is_better(path: &Path, direct: &Direct) -> bool {
    (unpacked(path.key), path.length_mm) < (direct.weight, direct.length_mm)
}

/// The path with the edge before its first turn.
pub(super) fn joined(path: Path, begin: &Ends, end: &Ends) -> Unpacked {
    let start = begin.places[path.from];
    let mut arcs = Vec::with_capacity(path.arcs.len() + 1);
    if start.share != 0.0 {
        arcs.push(ArcId(start.edge.0));
    }
    arcs.extend(path.arcs.into_iter().map(ArcId));
    Unpacked {
        arcs,
        start: start.share,
        end: end.places[path.to].share,
    }
}
