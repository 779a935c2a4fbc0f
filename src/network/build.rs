//! From roads to network, step by step, with a report of what could not be used.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::components::{Analysis, analyse};
use super::edges::{Rows, rows};
use super::memory::Memory;
use super::out::{OutEdges, group};
use super::restrictions::{Movement, Unresolved, WayEdges};
use super::rows::EdgeRow;
use super::snap::SegmentTree;
use super::split::{NodeTable, split};
use super::spread::Spread;
use super::turn_cost::TurnModel;
use super::turns::{Turns, turn_table};
use super::{ArcId, EdgeId, Network, Shape};
use crate::osm::{OsmRelationId, Roads};

/// What building made, and what it could not use.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BuildReport {
    /// Ways that became edges.
    pub ways: u64,
    /// Ways without two different nodes, or with a node that has no position.
    pub ways_unusable: u64,
    /// Nodes.
    pub nodes: u64,
    /// Directed edges.
    pub edges: u64,
    /// Permitted turns.
    pub turns: u64,
    /// Kilometres of road and ferry, each once.
    pub km: f64,
    /// Restrictions that hold.
    pub restrictions_applied: u64,
    /// Restrictions over via ways among them.
    pub restrictions_over_ways: u64,
    /// Restrictions that do not, with the reason, by id.
    pub restrictions_unresolved: Vec<(OsmRelationId, String)>,
    /// Ferries and shuttle trains.
    pub ferries: u64,
}

impl BuildReport {
    /// Unresolved restrictions counted by reason.
    #[must_use]
    pub fn unresolved_by_reason(&self) -> BTreeMap<&str, u64> {
        let mut counts = BTreeMap::new();
        for (_, reason) in &self.restrictions_unresolved {
            *counts.entry(reason.as_str()).or_insert(0) += 1;
        }
        counts
    }
}

impl Network {
    /// Builds the network. Same roads, same network, at any number of threads; the cost is near linear in the number
    /// of way nodes.
    #[must_use]
    pub fn build(roads: &Roads) -> (Self, BuildReport) {
        Self::build_with(roads, &TurnModel::default())
    }

    /// The same with turns priced by `model`.
    #[must_use]
    pub fn build_with(roads: &Roads, model: &TurnModel) -> (Self, BuildReport) {
        let table = NodeTable::new(roads);
        let pieces = split(roads, &table);
        let rows = rows(roads, &table, &pieces);
        drop(pieces);
        let out = OutEdges::new(rows.nodes.len(), &rows.edges);
        let (movements, mut report) = movements(roads, &rows, &out);
        // Stretches come way by way, so each way begins where its index changes.
        report.ways = rows.stretch_ways.chunk_by(|a, b| a == b).count() as u64;
        let memory = Memory::new(rows.edges.len(), &movements);
        let forth = turn_table(roads, model, &table, &rows, &out, &memory);
        let turns = Turns::new(forth);
        let analysis = analyse(&rows, &memory, &turns.forth, turns.back());
        let network = assemble(rows, out, &memory, turns, analysis);
        network.describe(roads, &mut report);
        (network, report)
    }

    fn describe(&self, roads: &Roads, report: &mut BuildReport) {
        report.ways_unusable = roads.ways.len() as u64 - report.ways;
        report.nodes = self.shape.nodes.len() as u64;
        report.edges = self.edges.len() as u64;
        report.turns = self.turns.forth.turns.len() as u64;
        let millimetres: u64 = self.shape.stretches.iter().map(|s| s.length_mm).sum();
        report.km = millimetres as f64 / 1e6;
        report.ferries = roads.ways.iter().filter(|w| w.ferry.is_some()).count() as u64;
    }
}

/// The movements of all restrictions that can be resolved.
fn movements(roads: &Roads, rows: &Rows, out: &OutEdges) -> (Vec<Movement>, BuildReport) {
    let mut report = BuildReport::default();
    let mut movements = Vec::new();
    let edges = WayEdges::new(rows, out, &roads.restrictions);
    for restriction in &roads.restrictions {
        match edges.resolve(restriction) {
            Ok(found) => {
                report.restrictions_applied += 1;
                report.restrictions_over_ways += u64::from(found.iter().any(|m| m.edges.len() > 2));
                movements.extend(found);
            }
            Err(why) => report
                .restrictions_unresolved
                .push((restriction.id, Unresolved::reason(why).to_owned())),
        }
    }
    report.restrictions_unresolved.sort();
    (movements, report)
}

fn assemble(
    rows: Rows,
    out: OutEdges,
    memory: &Memory,
    turns: Turns,
    analysis: Analysis,
) -> Network {
    let mut names = String::new();
    let mut name_ends = Vec::with_capacity(rows.names.len());
    for name in &rows.names {
        names.push_str(name);
        name_ends.push(u32::try_from(names.len()).expect("less than 4 GB of names"));
    }
    let mut edges = rows.edges;
    for (edge, component) in edges.iter_mut().zip(&analysis.component_of_edge) {
        edge.component = *component;
    }
    let mut shape = Shape {
        nodes: rows.nodes,
        stretches: rows.stretches,
        points: rows.points,
        point_nodes: rows.point_nodes,
        names,
        name_ends,
        pronounced: rows.pronounced,
        out,
        copies: memory.copies().to_vec(),
        components: analysis.components,
        islands: analysis.islands,
        slots: rows.slots,
        delays: rows.delays,
        ..Shape::default()
    };
    shape.derive(&edges);
    Network {
        spread: Arc::new(Spread::of_delays(&shape, &edges)),
        shape: Arc::new(shape),
        edges,
        turns: Arc::new(turns),
    }
}

impl Shape {
    /// Fills what follows from the rest and is not saved: incoming edges, copies by edge and the tree of segments.
    pub(super) fn derive(&mut self, edges: &[EdgeRow]) {
        let (first, into) = group(self.nodes.len(), edges.iter().map(|e| e.to.index()));
        self.incoming = OutEdges {
            first,
            edges: into.into_iter().map(EdgeId).collect(),
        };
        self.copies_of = self
            .copies
            .iter()
            .enumerate()
            .map(|(i, edge)| (*edge, ArcId::from_index(edges.len() + i)))
            .collect();
        self.copies_of.sort_unstable();
        self.tree = SegmentTree::new(self, edges);
    }
}
