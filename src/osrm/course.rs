//! A leg spelt out: its points and OSM nodes in order, and which part of them belongs to which edge.

use super::bearing;
use super::waypoint::Waypoint;
use crate::geometry::LonLatE7;
use crate::network::{ArcId, EdgeId, Network, Snap};
use crate::osm::OsmNodeId;
use crate::routing::Route;

/// An edge of the leg, or the part of it that is driven.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The edge.
    pub edge: EdgeId,
    /// The same as a state of the search, which knows what turns are open after it.
    pub arc: ArcId,
    /// Its first and last point in [`Course::points`].
    pub first: usize,
    pub last: usize,
    /// The shares of the edge's length between which it is driven.
    pub shares: [f64; 2],
    /// Milliseconds of the turn onto it, which are also its cost, entries into restricted stretches left out.
    pub turn_ms: i64,
    /// Milliseconds along it.
    pub time_ms: i64,
    /// Milliseconds of cost along it.
    pub cost_ms: u64,
    /// Metres along it.
    pub length_m: f64,
}

/// A leg. Has at least one part and two points, which coincide when nothing is driven.
#[derive(Clone, Debug)]
pub struct Course {
    /// Points from waypoint to waypoint.
    pub points: Vec<LonLatE7>,
    /// The OSM node of each; at the ends the node of the segment that is begun or left there.
    pub nodes: Vec<OsmNodeId>,
    /// Edges in order.
    pub parts: Vec<Part>,
}

impl Course {
    /// Spells `route` out. `from` says on which road to stand when nothing is driven.
    pub fn new(network: &Network, route: &Route, from: &Waypoint) -> Self {
        let mut course = Self {
            points: Vec::with_capacity(route.edges.len() * 4 + 2),
            nodes: Vec::with_capacity(route.edges.len() * 4 + 2),
            parts: Vec::with_capacity(route.edges.len()),
        };
        // What is driven with length zero (a waypoint at the end of a road) shows nowhere but in times.
        let mut carried = 0;
        let still = |e: &crate::routing::RouteEdge| e.from_share >= e.to_share;
        let last_moving = route.edges.iter().rposition(|e| !still(e));
        for (i, edge) in route.edges.iter().enumerate() {
            carried += edge.turn_time.0;
            if still(edge) || last_moving.is_some_and(|last| i > last) {
                carried += edge.time.0;
                continue;
            }
            course.line(network, edge.edge, edge.from_share, edge.to_share);
            let first = course.parts.last().map_or(0, |part| part.last);
            course.parts.push(Part {
                edge: edge.edge,
                arc: edge.arc,
                first,
                last: course.points.len() - 1,
                shares: [edge.from_share, edge.to_share],
                turn_ms: carried,
                time_ms: edge.time.0,
                cost_ms: edge
                    .cost
                    .millis()
                    .saturating_sub(edge.turn_time.0.unsigned_abs()),
                length_m: edge.length.0,
            });
            carried = 0;
        }
        match course.parts.last_mut() {
            None => course.stand_still(network, &from.snap, carried),
            Some(part) => {
                part.time_ms += carried;
                part.cost_ms += carried.unsigned_abs();
            }
        }
        course
    }

    /// Adds the points of a piece of an edge; its first point is the last one so far.
    fn line(&mut self, network: &Network, edge: EdgeId, from: f64, to: f64) {
        let trace = network.edge(edge).trace();
        let (first, start) = if from > 0.0 {
            let (segment, at) = trace.locate(from);
            (segment, at.to_e7())
        } else {
            (0, trace.point(0))
        };
        let (last, end) = if to < 1.0 {
            let (segment, at) = trace.locate(to);
            (segment, at.to_e7())
        } else {
            (trace.len() - 2, trace.point(trace.len() - 1))
        };
        if self.points.is_empty() {
            self.push(start, trace.node(first));
        }
        for i in first + 1..=last {
            self.push(trace.point(i), trace.node(i));
        }
        // A place that lies on a node gets no second point there.
        if last > first && trace.point(last) == end {
            return;
        }
        self.push(end, trace.node(last + 1));
    }

    fn push(&mut self, at: LonLatE7, node: OsmNodeId) {
        self.points.push(at);
        self.nodes.push(node);
    }

    fn stand_still(&mut self, network: &Network, snap: &Snap, carried: i64) {
        let trace = network.edge(snap.edge).trace();
        let (segment, _) = trace.locate(snap.along);
        self.push(snap.at.to_e7(), trace.node(segment));
        self.push(snap.at.to_e7(), trace.node(segment + 1));
        self.parts.push(Part {
            edge: snap.edge,
            arc: ArcId(snap.edge.0),
            first: 0,
            last: 1,
            shares: [snap.along; 2],
            turn_ms: carried,
            time_ms: 0,
            cost_ms: 0,
            length_m: 0.0,
        });
    }

    /// Goes on with another leg, which begins where this one ends.
    pub fn append(&mut self, more: Self) {
        let shift = self.points.len() - 1;
        self.points.extend(&more.points[1..]);
        self.nodes.extend(&more.nodes[1..]);
        self.parts.extend(more.parts.into_iter().map(|part| Part {
            first: part.first + shift,
            last: part.last + shift,
            ..part
        }));
    }

    /// Direction of travel at the start of the leg.
    pub fn bearing_at_start(&self, network: &Network) -> f64 {
        self.heading(0, 1)
            .unwrap_or_else(|| bearing::at_start(network.edge(self.parts[0].edge)))
    }

    /// Direction of travel at the end of the leg.
    pub fn bearing_at_end(&self, network: &Network) -> f64 {
        let last = self.points.len() - 1;
        let edge = self.parts[self.parts.len() - 1].edge;
        self.heading(last - 1, last)
            .unwrap_or_else(|| bearing::at_end(network.edge(edge)))
    }

    fn heading(&self, from: usize, to: usize) -> Option<f64> {
        let (a, b) = (self.points[from], self.points[to]);
        (a != b).then(|| bearing::along(a, b))
    }
}
