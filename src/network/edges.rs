//! Turning pieces of ways into rows: lengths, times and costs of edges, their points and names.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::ids::{EdgeId, NodeId};
use super::rows::{EdgeRow, NONE, NodeRow, StretchRow, flags};
use super::split::{NodeTable, Piece};
use crate::geometry::{LonLatE7, line_length};
use crate::osm::{Access, Direction, OsmNodeId, RoadClass, RoadWay, Roads};

/// Longest time or cost of one edge in milliseconds (24 days). Only nonsense tags reach it; it keeps sums in range.
const LONGEST_EDGE_MS: f64 = (1_u32 << 31) as f64;

/// The rows of nodes, stretches and edges before turns are known.
#[derive(Default)]
pub(crate) struct Rows {
    pub nodes: Vec<NodeRow>,
    pub stretches: Vec<StretchRow>,
    pub edges: Vec<EdgeRow>,
    pub points: Vec<LonLatE7>,
    pub point_nodes: Vec<OsmNodeId>,
    pub names: Vec<String>,
    /// Index of each stretch's way in `Roads::ways`; only needed while building.
    pub stretch_ways: Vec<u32>,
}

/// What one piece becomes.
struct Measured {
    nodes: Vec<OsmNodeId>,
    points: Vec<LonLatE7>,
    length_mm: u64,
    /// (time, cost) in milliseconds, where open.
    forward: Option<(u32, u32)>,
    backward: Option<(u32, u32)>,
}

/// Builds the rows: nodes by OSM id, stretches and edges in the order of the pieces, each edge along its way directly
/// before the one against it.
pub(crate) fn rows(roads: &Roads, table: &NodeTable, pieces: &[Piece]) -> Rows {
    let way_lengths = ferry_lengths(roads, table);
    let measured: Vec<Measured> = pieces
        .par_iter()
        .map(|piece| {
            measure(
                *piece,
                roads,
                table,
                way_lengths[piece.way as usize].unwrap_or(0.0),
            )
        })
        .collect();
    let mut rows = Rows {
        nodes: end_nodes(&measured, table),
        names: names(&roads.ways),
        ..Rows::default()
    };
    for (piece, part) in pieces.iter().zip(measured) {
        rows.push(piece.way, &roads.ways[piece.way as usize], part);
    }
    rows
}

impl Rows {
    fn push(&mut self, way_index: u32, way: &RoadWay, part: Measured) {
        let name = |text: &str| {
            self.names
                .binary_search_by(|n| n.as_str().cmp(text))
                .expect("every name and reference was collected") as u32
        };
        let node = |id: OsmNodeId| {
            NodeId::from_index(
                self.nodes
                    .binary_search_by_key(&id, |row| row.osm)
                    .expect("every end of a piece is a node"),
            )
        };
        let stretch = StretchRow {
            way: way.id,
            length_mm: part.length_mm,
            first_point: u32::try_from(self.points.len()).expect("fewer than 2^32 points"),
            points: part.points.len() as u32,
            name: name(&way.name),
            reference: name(&way.reference),
            class: way.class as u8,
            flags: flags_of(way),
            reserved: [0; 6],
        };
        let (first, last) = (node(part.nodes[0]), node(part.nodes[part.nodes.len() - 1]));
        let index = self.stretches.len() as u32;
        let both = part.forward.is_some() && part.backward.is_some();
        let ends = [
            (part.forward, way.forward, first, last, 0),
            (part.backward, way.backward, last, first, 1),
        ];
        for (measured, direction, from, to, backward) in ends {
            let (Some((time_ms, cost_ms)), Some(direction)) = (measured, direction) else {
                continue;
            };
            let id = EdgeId::from_index(self.edges.len());
            self.edges.push(EdgeRow {
                from,
                to,
                stretch: index,
                reverse: match (both, backward) {
                    (false, _) => NONE,
                    (true, 0) => id.0 + 1,
                    (true, _) => id.0 - 1,
                },
                time_ms,
                cost_ms,
                backward,
                restricted: u16::from(direction.access == Access::Restricted),
                component: 0,
            });
        }
        self.stretches.push(stretch);
        self.stretch_ways.push(way_index);
        self.points.extend(part.points);
        self.point_nodes.extend(part.nodes);
    }
}

fn flags_of(way: &RoadWay) -> u8 {
    let bit = |set: bool, flag: u8| if set { flag } else { 0 };
    bit(way.ferry.is_some(), flags::FERRY)
        | bit(way.class == RoadClass::ShuttleTrain, flags::SHUTTLE_TRAIN)
        | bit(way.roundabout, flags::ROUNDABOUT)
        | bit(way.toll, flags::TOLL)
        | bit(way.drives_left, flags::DRIVES_LEFT)
}

/// Lengths in metres of the ways that are ferries, by way; sailing time is spread by length.
fn ferry_lengths(roads: &Roads, table: &NodeTable) -> Vec<Option<f64>> {
    roads
        .ways
        .iter()
        .map(|way| {
            way.ferry.map(|_| {
                let line: Vec<_> = way
                    .nodes
                    .iter()
                    .filter_map(|id| table.position(*id))
                    .map(LonLatE7::to_lon_lat)
                    .collect();
                line_length(&line).0
            })
        })
        .collect()
}

fn measure(piece: Piece, roads: &Roads, table: &NodeTable, ferry_length: f64) -> Measured {
    let way = &roads.ways[piece.way as usize];
    let nodes = piece.nodes(&roads.ways);
    let points: Vec<LonLatE7> = nodes
        .iter()
        .map(|id| table.position(*id).expect("split drops unknown nodes"))
        .collect();
    let line: Vec<_> = points.iter().map(|p| p.to_lon_lat()).collect();
    let metres = line_length(&line).0;
    let mut delays = [0_i64; 2];
    for id in &nodes[1..nodes.len() - 1] {
        let rules = table.rules(*id);
        delays[0] += rules.delay_forward.0;
        delays[1] += rules.delay_backward.0;
    }
    let charge = |direction: Option<Direction>, delay: i64| {
        let direction = direction.filter(|d| d.access != Access::Closed)?;
        let driving = match way.ferry {
            Some(ferry) if ferry_length > 0.0 => ferry.sailing.0 as f64 * metres / ferry_length,
            Some(ferry) => ferry.sailing.0 as f64,
            None => metres / direction.speed_kmh * 3_600.0,
        };
        let whole = |ms: f64| (ms + delay as f64).round().clamp(0.0, LONGEST_EDGE_MS) as u32;
        Some((
            whole(driving),
            whole(driving * direction.reluctance.max(1.0)),
        ))
    };
    Measured {
        forward: charge(way.forward, delays[0]),
        backward: charge(way.backward, delays[1]),
        length_mm: (metres * 1_000.0).round() as u64,
        nodes,
        points,
    }
}

fn end_nodes(measured: &[Measured], table: &NodeTable) -> Vec<NodeRow> {
    let mut ids: Vec<OsmNodeId> = measured
        .iter()
        .flat_map(|part| [part.nodes[0], part.nodes[part.nodes.len() - 1]])
        .collect();
    ids.par_sort_unstable();
    ids.dedup();
    ids.into_iter()
        .map(|osm| NodeRow {
            osm,
            at: table.position(osm).expect("split drops unknown nodes"),
        })
        .collect()
}

/// All names and references, sorted; the empty one is always among them.
fn names(ways: &[RoadWay]) -> Vec<String> {
    let mut names: BTreeSet<&str> = ways
        .iter()
        .flat_map(|way| [way.name.as_str(), way.reference.as_str()])
        .collect();
    names.insert("");
    names.into_iter().map(str::to_owned).collect()
}
