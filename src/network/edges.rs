//! Turning pieces of ways into rows: lengths, times and costs of edges, their points and names.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::ids::{EdgeId, NodeId};
use super::rows::{CLOSED, DelayRow, EdgeRow, NONE, NodeRow, SlotRow, StretchRow, flags};
use super::split::{NodeTable, Piece};
use crate::geometry::{LonLatE7, line_length};
use crate::osm::{Access, Direction, OsmNodeId, RoadClass, RoadWay, Roads, Slot, When};

/// Longest time or cost of one edge in milliseconds (24 days). Only nonsense tags reach it; it keeps sums in range.
const LONGEST_EDGE_MS: f64 = (1_u32 << 31) as f64;

/// Longest wait at one place, ms: a day.
const LONGEST_WAIT_MS: i64 = 86_400_000;

/// The rows of nodes, stretches and edges before turns are known.
#[derive(Default)]
pub(crate) struct Rows {
    pub nodes: Vec<NodeRow>,
    pub stretches: Vec<StretchRow>,
    pub edges: Vec<EdgeRow>,
    pub points: Vec<LonLatE7>,
    pub point_nodes: Vec<OsmNodeId>,
    pub names: Vec<String>,
    /// Stretches whose name has a pronunciation, with that among the names.
    pub pronounced: Vec<[u32; 2]>,
    /// What edges take in slots of the day, where it differs; by edge and slot.
    pub slots: Vec<SlotRow>,
    /// Waits between the ends of edges, by edge and along it.
    pub delays: Vec<DelayRow>,
    /// When those edges are open.
    pub open: BTreeMap<EdgeId, When>,
    /// Index of each stretch's way in `Roads::ways`; only needed while building.
    pub stretch_ways: Vec<u32>,
}

/// What one piece becomes.
struct Measured {
    nodes: Vec<OsmNodeId>,
    points: Vec<LonLatE7>,
    length_mm: u64,
    /// Along the way and against it.
    directions: [Measures; 2],
}

/// What a direction takes.
#[derive(Default)]
struct Measures {
    /// At departure, where open.
    usual: Option<Charged>,
    /// In each slot, where some differ.
    slots: Option<[Option<Charged>; Slot::COUNT]>,
    /// Points with a wait, in the direction of travel, and its milliseconds; part of the times above.
    delays: Vec<(u32, u32)>,
}

/// Time and cost in milliseconds of an open direction, and whether through traffic is kept out.
#[derive(Clone, Copy, PartialEq)]
struct Charged {
    time_ms: u32,
    cost_ms: u32,
    restricted: bool,
}

impl Measures {
    /// Whether it is open at any time.
    fn is_ever_open(&self) -> bool {
        let in_slots = self.slots.iter().flatten().any(Option::is_some);
        self.usual.is_some() || in_slots
    }

    fn when_open(&self) -> When {
        let usual = match self.usual {
            Some(_) => When::AT_DEPARTURE,
            None => When::NEVER,
        };
        let Some(slots) = &self.slots else {
            return When::ALWAYS;
        };
        Slot::ALL
            .into_iter()
            .zip(slots)
            .filter(|(_, charged)| charged.is_some())
            .fold(usual, |when, (slot, _)| when.or(When::within(slot)))
    }
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
            back_reference: name(back_reference(way)),
            class: way.class as u8,
            flags: flags_of(way),
            reserved: [0; 2],
        };
        let (first, last) = (node(part.nodes[0]), node(part.nodes[part.nodes.len() - 1]));
        let index = self.stretches.len() as u32;
        if !way.pronunciation.is_empty() {
            self.pronounced.push([index, name(&way.pronunciation)]);
        }
        let both = part.directions.iter().all(Measures::is_ever_open);
        let ends = [(first, last, 0), (last, first, 1)];
        for (measures, (from, to, backward)) in part.directions.iter().zip(ends) {
            if !measures.is_ever_open() {
                continue;
            }
            let id = EdgeId::from_index(self.edges.len());
            self.note_slots(id, measures);
            let delays = measures.delays.iter();
            self.delays
                .extend(delays.map(|&(point, delay_ms)| DelayRow {
                    edge: id,
                    point,
                    delay_ms,
                }));
            let usual = measures.usual.unwrap_or(Charged::CLOSED);
            self.edges.push(EdgeRow {
                from,
                to,
                stretch: index,
                reverse: match (both, backward) {
                    (false, _) => NONE,
                    (true, 0) => id.0 + 1,
                    (true, _) => id.0 - 1,
                },
                time_ms: usual.time_ms,
                cost_ms: usual.cost_ms,
                backward,
                restricted: u16::from(usual.restricted),
                component: 0,
            });
        }
        self.stretches.push(stretch);
        self.stretch_ways.push(way_index);
        self.points.extend(part.points);
        self.point_nodes.extend(part.nodes);
    }

    /// Keeps what differs in slots of the day.
    fn note_slots(&mut self, edge: EdgeId, measures: &Measures) {
        let Some(slots) = &measures.slots else {
            return;
        };
        self.open.insert(edge, measures.when_open());
        for (slot, charged) in slots.iter().enumerate() {
            let charged = *charged;
            if charged != measures.usual {
                let charged = charged.unwrap_or(Charged::CLOSED);
                self.slots.push(SlotRow {
                    edge,
                    time_ms: charged.time_ms,
                    cost_ms: charged.cost_ms,
                    slot: slot as u16,
                    restricted: u16::from(charged.restricted),
                });
            }
        }
    }
}

impl Charged {
    const CLOSED: Self = Self {
        time_ms: CLOSED,
        cost_ms: CLOSED,
        restricted: false,
    };
}

fn flags_of(way: &RoadWay) -> u8 {
    let bit = |set: bool, flag: u8| if set { flag } else { 0 };
    bit(way.ferry.is_some(), flags::FERRY)
        | bit(way.class == RoadClass::ShuttleTrain, flags::SHUTTLE_TRAIN)
        | bit(way.roundabout, flags::ROUNDABOUT)
        | bit(way.toll, flags::TOLL)
        | bit(way.drives_left, flags::DRIVES_LEFT)
        | bit(way.tunnel, flags::TUNNEL)
        | bit(way.private_service, flags::PRIVATE_SERVICE)
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
    let mut delays = [Vec::new(), Vec::new()];
    for (i, id) in nodes.iter().enumerate().take(nodes.len() - 1).skip(1) {
        let rules = table.rules(*id);
        let mut faced = [true; 2];
        if rules.faces_junction {
            let before = line_length(&line[..=i]).0;
            faced = faced_by_sign(before, metres - before);
        }
        let waits = [rules.delay_forward, rules.delay_backward];
        let places = [i, nodes.len() - 1 - i];
        for sense in [0, 1] {
            let wait = waits[sense].0.clamp(0, LONGEST_WAIT_MS) as u32;
            if faced[sense] && wait > 0 {
                delays[sense].push((places[sense] as u32, wait));
            }
        }
    }
    delays[1].reverse();
    let delayed = delays
        .each_ref()
        .map(|waits| waits.iter().map(|(_, ms)| f64::from(*ms)).sum());
    let charge = |direction: Option<Direction>, delay: f64| {
        let direction = direction.filter(|d| d.access != Access::Closed)?;
        let driving = match way.ferry {
            Some(ferry) if ferry_length > 0.0 => ferry.sailing.0 as f64 * metres / ferry_length,
            Some(ferry) => ferry.sailing.0 as f64,
            None => metres / direction.speed_kmh * 3_600.0,
        };
        let whole = |ms: f64| (ms + delay).round().clamp(0.0, LONGEST_EDGE_MS) as u32;
        Some(Charged {
            time_ms: whole(driving),
            cost_ms: whole(driving * direction.reluctance.max(1.0)),
            restricted: direction.access == Access::Restricted,
        })
    };
    let slots = way.slots.as_deref();
    let measures = |usual: Option<Direction>, sense: usize| Measures {
        usual: charge(usual, delayed[sense]),
        slots: slots.map(|slots| slots.map(|slot| charge(slot[sense], delayed[sense]))),
        delays: delays[sense].clone(),
    };
    Measured {
        directions: [measures(way.forward, 0), measures(way.backward, 1)],
        length_mm: (metres * 1_000.0).round() as u64,
        nodes,
        points,
    }
}

/// A sign stands so near to its junction, in metres, when it does not say whom it faces.
const SIGN_NEAR_M: f64 = 20.0;

/// Whether a sign without direction, so far from either end of its stretch, holds up those who drive along and those who
/// drive against: not those who have just left the junction that it stands at.
fn faced_by_sign(before: f64, after: f64) -> [bool; 2] {
    let leaving = |behind: f64, ahead: f64| behind < SIGN_NEAR_M && ahead > SIGN_NEAR_M;
    [!leaving(before, after), !leaving(after, before)]
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

fn back_reference(way: &RoadWay) -> &str {
    way.back_reference.as_ref().unwrap_or(&way.reference)
}

/// All names and references, sorted; the empty one is always among them.
fn names(ways: &[RoadWay]) -> Vec<String> {
    let mut names: BTreeSet<&str> = ways
        .iter()
        .flat_map(|way| {
            [
                way.name.as_str(),
                way.pronunciation.as_str(),
                way.reference.as_str(),
                back_reference(way),
            ]
        })
        .collect();
    names.insert("");
    names.into_iter().map(str::to_owned).collect()
}
