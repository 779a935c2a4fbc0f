//! Other good ways beside the best: few, different from each other, and without detours.
//!
//! Paths over meeting vertices of the hierarchy are tried lightest first against the three tests of Abraham, Delling,
//! Goldberg and Werneck ("Alternative routes in road networks", JEA 2013): limited stretch, limited sharing, and local
//! optimality, which is checked around the meeting by asking for the best way between two points of the path (their
//! T-test).

use std::collections::BTreeSet;

use super::ends::{beginnings, endings};
use super::hierarchy::packed;
use super::metric::Weight;
use super::place::{Place, Stand};
use super::quick_route::joined;
use super::{Query, Route, Router};
use crate::network::Cost;

/// An alternative costs at most so much more, in quarters of the best.
const MORE: f64 = 0.25;
/// Share of time that an alternative may have in common with a route shown before it.
const SHARED: f64 = 0.75;
/// Length of the stretches that must be best ways, to either side of the meeting, as a share of the best route's cost.
const LOCAL: f64 = 0.25;
/// Paths that are looked at.
const CANDIDATES: usize = 60;

/// See [`Router::alternatives`].
pub(super) fn alternatives(
    router: &Router,
    query: &mut Query,
    from: &Stand,
    to: &Stand,
    best: &Route,
    count: usize,
) -> Vec<Route> {
    let network = &*router.network;
    let (begin, end) = (beginnings(network, from), endings(network, to));
    if count == 0 || best.edges.is_empty() || begin.beyond() || end.beyond() {
        return Vec::new();
    }
    let most_ms = (best.cost.millis() as f64 * (1.0 + MORE)) as u64;
    let most = packed(Weight {
        cost: Cost(Cost::ENTRY.0 * best.cost.entries()) + Cost::from_millis(most_ms),
        time_ms: most_ms,
    });
    if !most.fits() {
        return Vec::new();
    }
    let topology = router.hierarchy.topology();
    let metric = router.hierarchy.preferred(network);
    let search = query.search(topology);
    let candidates = search.paths(topology, metric, &begin.seeds, &end.seeds, most, CANDIDATES);
    let mut found: Vec<Route> = Vec::new();
    for candidate in candidates {
        let lead = usize::from(begin.places[candidate.path.from].share != 0.0);
        let over = candidate.over + lead;
        let route = joined(candidate.path, &begin, &end).into_route(network);
        let fresh = differs(&route, best) && found.iter().all(|known| differs(&route, known));
        if fresh && is_simple(router, &route) && is_locally_best(router, query, &route, over, best)
        {
            found.push(route);
            if found.len() == count {
                break;
            }
        }
    }
    found
}

/// Whether two routes have little enough in common.
fn differs(route: &Route, known: &Route) -> bool {
    let driven: BTreeSet<_> = known.edges.iter().map(|e| e.edge).collect();
    let shared: i64 = route
        .edges
        .iter()
        .filter(|e| driven.contains(&e.edge))
        .map(|e| e.time.0)
        .sum();
    let shorter = route.time.0.min(known.time.0);
    shared as f64 <= shorter as f64 * SHARED
}

/// Whether no junction is passed twice.
fn is_simple(router: &Router, route: &Route) -> bool {
    let mut passed = BTreeSet::new();
    route
        .edges
        .iter()
        .all(|e| passed.insert(router.network.edge(e.edge).from))
}

/// Whether the stretch around the meeting is the cheapest way between its ends.
fn is_locally_best(
    router: &Router,
    query: &mut Query,
    route: &Route,
    over: usize,
    best: &Route,
) -> bool {
    let reach = (best.cost.millis() as f64 * LOCAL) as u64;
    let over = over.min(route.edges.len() - 1);
    let cost = |i: usize| route.edges[i].cost;
    let (mut first, mut last) = (over, over);
    let mut behind = 0;
    while first > 0 && behind < reach {
        behind += cost(first).millis();
        first -= 1;
    }
    let mut ahead = 0;
    while last + 1 < route.edges.len() && ahead < reach {
        last += 1;
        ahead += cost(last).millis();
    }
    // From the end of the first edge to where the route leaves the last.
    let (start, stop) = (&route.edges[first], &route.edges[last]);
    let from = Stand {
        departures: vec![Place {
            edge: start.edge,
            share: start.to_share,
        }],
        ..Stand::default()
    };
    let to = Stand {
        arrivals: vec![Place {
            edge: stop.edge,
            share: stop.to_share,
        }],
        ..Stand::default()
    };
    let here: Cost = (first + 1..=last).map(cost).sum();
    router
        .route_between(query, &from, &to)
        .is_some_and(|between| between.cost >= here)
}
