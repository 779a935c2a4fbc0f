//! A route: the edges in order, and what can be read off them.

use super::frontier::{Frontier, Frontiers};
use super::metric::{Metric, Preferred, part};
use super::one_to_many::{Last, Targets, search};
use super::place::{Place, Stand};
use crate::geometry::LonLat;
use crate::network::{ArcId, Cost, EdgeId, Network};
use crate::units::{Metres, Millis};

/// A way to drive from one place to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Driving time, turns and delays included.
    pub time: Millis,
    /// What was minimised.
    pub cost: Cost,
    /// Length on the road.
    pub length: Metres,
    /// The edges in order. Empty only when it starts and ends at the same junction.
    pub edges: Vec<RouteEdge>,
    /// Whether a ferry or shuttle train is used.
    pub ferry: bool,
}

/// What a route takes as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Totals {
    /// Driving time, turns and delays included.
    pub time: Millis,
    /// What was minimised.
    pub cost: Cost,
    /// Length on the road.
    pub length: Metres,
}

impl Totals {
    /// What `route` takes.
    #[must_use]
    pub const fn of(route: &Route) -> Self {
        Self {
            time: route.time,
            cost: route.cost,
            length: route.length,
        }
    }
}

/// An edge of a route, or the part of it that is driven.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RouteEdge {
    /// The edge.
    pub edge: EdgeId,
    /// The same as a state of the search, which knows what turns are open after it.
    pub arc: ArcId,
    /// Share of the edge's length where driving begins.
    pub from_share: f64,
    /// Share of the edge's length where driving ends.
    pub to_share: f64,
    /// Time of the turn onto this edge, with delays at the junction; zero for the first.
    pub turn_time: Millis,
    /// Time along the driven part.
    pub time: Millis,
    /// Cost of the turn and the driven part.
    pub cost: Cost,
    /// Length of the driven part.
    pub length: Metres,
}

impl Route {
    /// The points of the route, in order, without repeats; empty when it has no edges.
    #[must_use]
    pub fn line(&self, network: &Network) -> Vec<LonLat> {
        let mut line: Vec<LonLat> = Vec::new();
        for part in &self.edges {
            line.extend(network.line_between(part.edge, part.from_share, part.to_share));
        }
        line.dedup();
        line
    }

    /// Names of the roads in order, neighbours of the same name once; a number stands in for a missing name.
    #[must_use]
    pub fn names<'a>(&self, network: &'a Network) -> Vec<&'a str> {
        let mut names: Vec<&str> = self
            .edges
            .iter()
            .map(|part| {
                let edge = network.edge(part.edge);
                if edge.name().is_empty() {
                    edge.reference()
                } else {
                    edge.name()
                }
            })
            .collect();
        names.dedup();
        names
    }
}

pub(super) fn plain(
    network: &Network,
    query: &mut Frontiers,
    from: &Stand,
    to: &Stand,
) -> Option<Route> {
    let targets = Targets::new(network, std::slice::from_ref(to));
    let arrival = search(network, &mut query.forth, from, &targets).pop()??;
    let route = match arrival.last {
        Last::Here => Unpacked::default(),
        Last::Same(place, share) => Unpacked::on_one_edge(place, share),
        Last::Arc(arc, share) => {
            let mut found = Unpacked::back_to_start(&query.forth, arc, from);
            found.end = share;
            found
        }
    };
    let route = route.into_route(network);
    debug_assert_eq!(route.cost, arrival.weight.cost);
    debug_assert_eq!(route.time.0, arrival.weight.time_ms as i64);
    Some(route)
}

/// The arcs of a route and where it begins and ends on the first and last.
#[derive(Default)]
pub(super) struct Unpacked {
    pub arcs: Vec<ArcId>,
    pub start: f64,
    pub end: f64,
}

impl Unpacked {
    pub fn on_one_edge(place: Place, share: f64) -> Self {
        Self {
            arcs: vec![ArcId(place.edge.0)],
            start: place.share,
            end: share,
        }
    }

    /// Follows the labels of a search forth from `arc` to where it began; the end is left at 1.
    pub fn back_to_start(front: &Frontier, arc: ArcId, from: &Stand) -> Self {
        let mut arcs = vec![arc];
        let mut at = arc;
        loop {
            let label = front
                .label(at)
                .expect("parents of labelled arcs are labelled");
            let (parent, root) = label.parent();
            arcs.push(parent);
            if root {
                break;
            }
            at = parent;
        }
        arcs.reverse();
        Self {
            start: start_share(arcs[0], from),
            arcs,
            end: 1.0,
        }
    }

    pub fn into_route(self, network: &Network) -> Route {
        let last = self.arcs.len().wrapping_sub(1);
        let mut length_mm = 0;
        let mut edges = Vec::with_capacity(self.arcs.len());
        for (i, arc) in self.arcs.iter().enumerate() {
            let edge = network.arc_edge(*arc);
            let from_share = if i == 0 { self.start } else { 0.0 };
            let to_share = if i == last { self.end } else { 1.0 };
            let weight = Preferred::part(network, edge, from_share, to_share);
            let turn = i.checked_sub(1).map(|before| {
                let turn = network
                    .turn_rows(self.arcs[before])
                    .iter()
                    .find(|turn| turn.arc == arc.0)
                    .expect("a route follows permitted turns");
                Preferred::turn(turn)
            });
            let turn = turn.unwrap_or_default();
            let millimetres = part(network.weights(edge).2, from_share, to_share);
            length_mm += millimetres;
            edges.push(RouteEdge {
                edge,
                arc: *arc,
                from_share,
                to_share,
                turn_time: Millis(turn.time_ms as i64),
                time: Millis(weight.time_ms as i64),
                cost: turn.cost + weight.cost,
                length: Metres(millimetres as f64 / 1_000.0),
            });
        }
        Route {
            time: edges.iter().map(|e| e.turn_time + e.time).sum(),
            cost: edges.iter().map(|e| e.cost).sum(),
            length: Metres(length_mm as f64 / 1_000.0),
            ferry: edges.iter().any(|e| network.is_ferry(e.edge)),
            edges,
        }
    }
}

/// Where on its first edge a trip from `from` begins.
pub(super) fn start_share(first: ArcId, from: &Stand) -> f64 {
    from.departures
        .iter()
        .find(|place| place.edge.0 == first.0)
        .map_or(0.0, |place| place.share)
}
