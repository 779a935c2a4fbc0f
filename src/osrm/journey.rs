//! The legs between waypoints: the cheapest chain of routes, with or without turning back on the way.

use super::waypoint::Waypoint;
use crate::network::Cost;
use crate::routing::{Place, Query, Route, Router, Stand};

/// The best route over all waypoints, leg by leg; `None` when there is none.
///
/// With `straight`, a leg goes on in the direction in which the one before it came: among all ways to come to each
/// waypoint (its directions, or the roads of its junction) the chain of least cost is chosen, exactly. That takes one
/// search for each pair of such ways, four where a waypoint lies along a two-way road. Only where nothing leads on from any
/// of them it turns back.
pub fn journey(
    router: &Router,
    query: &mut Query,
    waypoints: &[Waypoint],
    straight: bool,
) -> Option<Vec<Route>> {
    if straight && waypoints.len() > 2 {
        return straight_on(router, query, waypoints);
    }
    waypoints
        .windows(2)
        .map(|two| router.route_between(query, &two[0].stand, &two[1].stand))
        .collect()
}

/// A way to have come to a waypoint, with what led there.
struct State {
    /// Where the next leg may begin.
    next: Stand,
    cost: Cost,
    leg: Route,
    /// The state before, by its number at the waypoint before.
    from: usize,
}

fn straight_on(router: &Router, query: &mut Query, waypoints: &[Waypoint]) -> Option<Vec<Route>> {
    let mut stages: Vec<Vec<State>> = Vec::with_capacity(waypoints.len() - 1);
    for (i, to) in waypoints.iter().enumerate().skip(1) {
        let first = [(waypoints[0].stand.clone(), Cost::ZERO)];
        let starts: Vec<(Stand, Cost)> = match stages.last() {
            None => first.to_vec(),
            Some(states) => states.iter().map(|s| (s.next.clone(), s.cost)).collect(),
        };
        let last = i + 1 == waypoints.len();
        let mut leg = |starts: &[(Stand, Cost)]| -> Vec<State> {
            if last {
                let to = best(router, query, starts, &to.stand, Stand::default());
                to.into_iter().collect()
            } else {
                arrivals(router, query, starts, &to.stand)
            }
        };
        let mut stage = leg(&starts);
        if stage.is_empty() && i > 1 {
            // Whoever cannot go on has to turn back, as in any dead end.
            let anyhow = starts.iter().map(|(_, cost)| *cost);
            let anyhow: Vec<_> = anyhow
                .map(|cost| (waypoints[i - 1].stand.clone(), cost))
                .collect();
            stage = leg(&anyhow);
        }
        if stage.is_empty() {
            return None;
        }
        stages.push(stage);
    }
    let mut legs = Vec::with_capacity(stages.len());
    let mut at = 0;
    for mut stage in stages.into_iter().rev() {
        let state = stage.swap_remove(at);
        at = state.from;
        legs.push(state.leg);
    }
    legs.reverse();
    Some(legs)
}

/// The best leg for each way to come to a waypoint.
fn arrivals(
    router: &Router,
    query: &mut Query,
    starts: &[(Stand, Cost)],
    to: &Stand,
) -> Vec<State> {
    let one_way_in = |place: Place| {
        let target = Stand {
            departures: Vec::new(),
            arrivals: vec![place],
            node: None,
        };
        let next = Stand {
            departures: vec![place],
            ..Stand::default()
        };
        (target, next)
    };
    let mut found: Vec<State> = to
        .arrivals
        .iter()
        .filter_map(|place| {
            let (target, next) = one_way_in(*place);
            best(router, query, starts, &target, next)
        })
        .collect();
    // Setting off at a junction and stopping there at once: every road is still open.
    if let Some(start) = starts
        .iter()
        .position(|(start, _)| start.node.is_some() && start.node == to.node)
    {
        found.extend(
            router
                .route_between(query, &starts[start].0, to)
                .map(|leg| State {
                    next: starts[start].0.clone(),
                    cost: starts[start].1 + leg.cost,
                    leg,
                    from: start,
                }),
        );
    }
    found
}

fn best(
    router: &Router,
    query: &mut Query,
    starts: &[(Stand, Cost)],
    to: &Stand,
    next: Stand,
) -> Option<State> {
    let (from, cost, leg) = starts
        .iter()
        .enumerate()
        .filter_map(|(i, (start, cost))| {
            let leg = router.route_between(query, start, to)?;
            Some((i, *cost + leg.cost, leg))
        })
        .min_by_key(|(_, cost, leg)| (*cost, leg.time))?;
    Some(State {
        next,
        cost,
        leg,
        from,
    })
}
