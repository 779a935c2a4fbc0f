//! The road graph, its geometry, snapping and its saved bytes. Never knows accounts.
//!
//! Read [`Network`] first. [`Network::build`] makes it from [`crate::osm::Roads`]: ways are split into stretches
//! (`split`), stretches become directed edges with time and cost (`edges`), restrictions find their edges
//! (`restrictions`) and become search states (`memory`), and the table of turns (`turns`) joins the states. The arrays
//! are flat; petgraph analyses them (`components`) and offers them as a plain graph ([`Network::to_petgraph`]).

mod build;
mod bytes;
mod charge;
mod components;
mod cost;
mod edge;
mod edges;
mod ids;
mod memory;
mod out;
mod restrictions;
mod rows;
pub(crate) mod sections;
mod slots;
mod snap;
mod split;
mod spread;
mod turn_cost;
mod turns;

pub use build::BuildReport;
pub use charge::Charge;
pub use components::{Component, Island, LISTED_ISLAND_NODES};
pub use cost::Cost;
pub use edge::{Edge, Node, Trace};
pub use ids::{ArcId, EdgeId, NodeId};
pub use restrictions::Unresolved;
pub use sections::SectionError;
pub use snap::{Side, Snap, SnapOptions};
pub use spread::Knot;

pub use turn_cost::TurnModel;

pub(crate) use rows::TurnRow;

use std::ops::Range;
use std::sync::Arc;

use crate::geometry::{Bounds, LonLat, LonLatE7};
pub use crate::osm::{OsmNodeId, RoadClass, Slot};
use crate::units::Millis;
use out::OutEdges;
use rows::{DelayRow, EdgeRow, NodeRow, SlotRow, StretchRow};
use spread::Spread;
use turns::Turns;

/// The roads of a region for one vehicle, ready to be searched. Built once, never changed, shared by `Arc`.
///
/// Promises for odd shapes: parallel roads are different edges; a closed loop is cut so that its two directions are
/// different edges; a dead end may be turned round in; an edge between two nodes at the same place has length and time
/// zero; a bollard has an edge on either side and no way through.
#[derive(Debug)]
pub struct Network {
    shape: Arc<Shape>,
    edges: Vec<EdgeRow>,
    turns: Arc<Turns>,
    spread: Arc<Spread>,
}

/// What stays the same however long the roads take: shared by all networks that were made of one by [`Network::recharged`].
#[derive(Clone, Debug, Default)]
struct Shape {
    nodes: Vec<NodeRow>,
    stretches: Vec<StretchRow>,
    points: Vec<LonLatE7>,
    point_nodes: Vec<OsmNodeId>,
    /// All names in one text, and where each begins.
    names: String,
    name_ends: Vec<u32>,
    /// Stretches whose name has a pronunciation, ascending, with that among the names: few do.
    pronounced: Vec<[u32; 2]>,
    out: OutEdges,
    incoming: OutEdges,
    /// Edge of each arc beyond the edges themselves.
    copies: Vec<EdgeId>,
    /// The same the other way: arcs of edges that have more than one, by edge.
    copies_of: Vec<(EdgeId, ArcId)>,
    components: Vec<Component>,
    islands: Vec<Island>,
    /// What edges take in slots of the day, where it is not as at departure; by edge and slot.
    slots: Vec<SlotRow>,
    /// Waits between the ends of edges, by edge and along it.
    delays: Vec<DelayRow>,
    tree: snap::SegmentTree,
}

impl Network {
    /// Number of nodes; their ids are `0..`.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.shape.nodes.len()
    }

    /// Number of directed edges; their ids are `0..`.
    #[must_use]
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// Number of search states; see [`ArcId`].
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.edges.len() + self.shape.copies.len()
    }

    /// Number of permitted turns between arcs.
    #[must_use]
    pub fn turn_count(&self) -> usize {
        self.turns.forth.turns.len()
    }

    /// Number of segments of all stretches.
    #[must_use]
    pub fn point_count(&self) -> usize {
        self.shape.points.len()
    }

    /// A node.
    ///
    /// # Panics
    /// When `id` is not of this network.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node {
        let row = &self.shape.nodes[id.index()];
        Node {
            id,
            osm: row.osm,
            at: row.at.to_lon_lat(),
        }
    }

    /// An edge.
    ///
    /// # Panics
    /// When `id` is not of this network.
    #[must_use]
    pub fn edge(&self, id: EdgeId) -> Edge<'_> {
        Edge::new(self, id)
    }

    /// All edges, by id.
    pub fn edges(&self) -> impl Iterator<Item = Edge<'_>> {
        (0..self.edges.len()).map(|i| self.edge(EdgeId::from_index(i)))
    }

    /// Edges that leave `node`, by id.
    #[must_use]
    pub fn edges_from(&self, node: NodeId) -> &[EdgeId] {
        self.shape.out.of(node)
    }

    /// Edges that end in `node`, by id.
    #[must_use]
    pub fn edges_to(&self, node: NodeId) -> &[EdgeId] {
        self.shape.incoming.of(node)
    }

    /// Strongly connected components, ferries included; the main one first.
    #[must_use]
    pub fn components(&self) -> &[Component] {
        &self.shape.components
    }

    /// The place of an edge's component in [`Network::components`]. Between edges of the same component there is a route
    /// either way.
    #[must_use]
    pub fn component(&self, edge: EdgeId) -> usize {
        self.edges[edge.index()].component as usize
    }

    /// What can be driven within without a ferry, largest first; parts of fewer than [`LISTED_ISLAND_NODES`] nodes are
    /// not listed.
    #[must_use]
    pub fn islands(&self) -> &[Island] {
        &self.shape.islands
    }

    /// Gives each island the name that `name_of` knows for it.
    pub fn name_islands(&mut self, name_of: impl Fn(&Island) -> Option<String>) {
        for island in &mut Arc::make_mut(&mut self.shape).islands {
            if let Some(name) = name_of(island) {
                island.name = name;
            }
        }
    }

    /// The box around all nodes that are on a road rather than a ferry; `None` when there are none.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        Bounds::around(
            self.shape
                .stretches
                .iter()
                .filter(|s| s.flags & rows::flags::FERRY == 0)
                .flat_map(|s| self.shape.points_of(s))
                .map(|p| p.to_lon_lat()),
        )
    }

    /// The junctions and edges as a petgraph graph, for analyses that need no turns. Weights are ids; edge `i` of the
    /// graph is edge `i` here.
    #[must_use]
    pub fn to_petgraph(&self) -> petgraph::Graph<NodeId, EdgeId> {
        let mut graph = petgraph::Graph::with_capacity(self.shape.nodes.len(), self.edges.len());
        for i in 0..self.shape.nodes.len() {
            graph.add_node(NodeId::from_index(i));
        }
        for (i, edge) in self.edges.iter().enumerate() {
            graph.add_edge(edge.from.0.into(), edge.to.0.into(), EdgeId::from_index(i));
        }
        graph
    }

    fn component_nodes(&self, edge: EdgeId) -> u32 {
        self.shape.components[self.component(edge)].nodes
    }

    fn name(&self, index: u32) -> &str {
        let index = index as usize;
        let start = index.checked_sub(1).map_or(0, |i| self.shape.name_ends[i]) as usize;
        &self.shape.names[start..self.shape.name_ends[index] as usize]
    }

    /// The turns that traffic in `arc` may take: the next arc, the time of the turn and what it costs. For other engines
    /// and for checks; [`crate::routing`] is the ordinary way to use them.
    pub fn turns(&self, arc: ArcId) -> impl Iterator<Item = (ArcId, Millis, Cost)> {
        self.turns_from(arc).map(|turn| {
            let time = Millis(i64::from(turn.time_ms));
            (ArcId(turn.arc), time, turn.path_cost())
        })
    }

    /// Whether an edge may be driven at departure. Closed are those that open at other times of the day, and those that
    /// [`Network::recharged`] closed.
    ///
    /// # Panics
    /// When `edge` is not of this network.
    #[must_use]
    pub fn is_open(&self, edge: EdgeId) -> bool {
        self.edges[edge.index()].is_open()
    }

    /// The edge that an arc stands for.
    ///
    /// # Panics
    /// When `arc` is not of this network.
    #[must_use]
    pub fn arc_edge(&self, arc: ArcId) -> EdgeId {
        match arc.index().checked_sub(self.edges.len()) {
            None => EdgeId(arc.0),
            Some(copy) => self.shape.copies[copy],
        }
    }

    /// Whether what may follow an edge does not depend on how it was reached.
    pub(crate) fn is_free_of_memory(&self, edge: EdgeId) -> bool {
        self.arcs_of(edge).nth(1).is_none()
    }

    /// All arcs of an edge: itself first, then its copies.
    pub(crate) fn arcs_of(&self, edge: EdgeId) -> impl Iterator<Item = ArcId> {
        let first = self.shape.copies_of.partition_point(|(e, _)| *e < edge);
        std::iter::once(ArcId(edge.0)).chain(
            self.shape.copies_of[first..]
                .iter()
                .take_while(move |(e, _)| *e == edge)
                .map(|(_, arc)| *arc),
        )
    }

    // What searches need, without the views.

    /// Turns from an arc that may be taken.
    pub(crate) fn turns_from(&self, arc: ArcId) -> impl Iterator<Item = &TurnRow> {
        self.turn_rows(arc)
            .iter()
            .filter(|turn| self.may_turn(turn))
    }

    /// Turns onto an arc that may be taken; each names the arc that it comes from.
    pub(crate) fn turns_to(&self, arc: ArcId) -> impl Iterator<Item = &TurnRow> {
        self.turn_rows_to(arc)
            .iter()
            .filter(|turn| self.may_turn(turn))
    }

    /// All turns from an arc, those that may not be taken too.
    pub(crate) fn turn_rows(&self, arc: ArcId) -> &[TurnRow] {
        self.turns.forth.of(arc)
    }

    /// All turns onto an arc, those that may not be taken too.
    pub(crate) fn turn_rows_to(&self, arc: ArcId) -> &[TurnRow] {
        self.turns.back().of(arc)
    }

    /// Whether a turn between an open edge and the one that `turn` names may be taken.
    pub(crate) fn may_turn(&self, turn: &TurnRow) -> bool {
        turn.is_open() && self.is_open(self.arc_edge(ArcId(turn.arc)))
    }

    /// Time and cost in milliseconds and length in millimetres of a whole edge.
    pub(crate) fn weights(&self, edge: EdgeId) -> (u64, u64, u64) {
        let row = &self.edges[edge.index()];
        (
            u64::from(row.time_ms),
            u64::from(row.cost_ms),
            self.shape.stretches[row.stretch as usize].length_mm,
        )
    }

    pub(crate) fn is_ferry(&self, edge: EdgeId) -> bool {
        let row = &self.edges[edge.index()];
        self.shape.stretches[row.stretch as usize].flags & rows::flags::FERRY != 0
    }

    /// The points from `from_share` to `to_share` of an edge, in its direction.
    #[must_use]
    pub fn line_between(&self, edge: EdgeId, from_share: f64, to_share: f64) -> Vec<LonLat> {
        let line = self.edge(edge).line();
        if from_share <= 0.0 && to_share >= 1.0 {
            return line;
        }
        edge::line_between(&line, from_share, to_share)
    }
}

impl Shape {
    fn points_of(&self, stretch: &StretchRow) -> &[LonLatE7] {
        &self.points[point_range(stretch)]
    }
}

fn point_range(stretch: &StretchRow) -> Range<usize> {
    stretch.first_point as usize..(stretch.first_point + stretch.points) as usize
}
