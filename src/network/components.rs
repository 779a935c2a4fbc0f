//! Parts of the network that can be driven within: strongly connected components, and islands.
//!
//! Connectivity is that of the turns, not of the drawn lines: a road that can be left but not reached is a component
//! of its own. petgraph does the analysis, on a view of the flat arrays.

use petgraph::visit::{
    GraphBase, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers, NodeCount, NodeIndexable,
    VisitMap, Visitable,
};
use serde::{Deserialize, Serialize};

use super::edges::Rows;
use super::ids::ArcId;
use super::memory::Memory;
use super::rows::flags;
use super::turns::TurnTable;
use crate::geometry::{Bounds, LonLat};
use crate::units::Metres;

/// Islands with fewer nodes than this are counted, not listed.
pub const LISTED_ISLAND_NODES: u32 = 10;

/// A strongly connected part of the network, ferries included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// Nodes that its edges touch and that belong to no larger component.
    pub nodes: u32,
    /// Directed edges.
    pub edges: u32,
}

/// A part of the network that can be driven within without a ferry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Island {
    /// Name of the place that it surrounds or that lies nearest; empty until someone who knows names fills it.
    pub name: String,
    /// Nodes.
    pub nodes: u32,
    /// Directed edges.
    pub edges: u32,
    /// Sum of the lengths of its stretches.
    pub length: Metres,
    /// Box around its nodes.
    pub bounds: Bounds,
    /// The node nearest to the middle of its nodes.
    pub centre: LonLat,
    /// Whether ferries join it with the main component both ways. The main island itself says `true`.
    pub joined: bool,
}

/// Components of edges with and without ferries.
pub(crate) struct Analysis {
    /// Largest first.
    pub components: Vec<Component>,
    /// By edge.
    pub component_of_edge: Vec<u32>,
    /// Those of at least [`LISTED_ISLAND_NODES`] nodes, largest first.
    pub islands: Vec<Island>,
}

pub(crate) fn analyse(
    rows: &Rows,
    memory: &Memory,
    forth: &TurnTable,
    back: &TurnTable,
) -> Analysis {
    let arc_is_open = |ferries: bool| {
        move |arc: u32| {
            let edge = arc_edge(rows, memory, arc);
            let stretch = &rows.stretches[rows.edges[edge].stretch as usize];
            ferries || stretch.flags & flags::FERRY == 0
        }
    };
    let whole = Parts::new(rows, memory, forth, back, &arc_is_open(true));
    let land = Parts::new(rows, memory, forth, back, &arc_is_open(false));
    let components = (0..whole.nodes.len())
        .map(|c| Component {
            nodes: whole.nodes[c],
            edges: whole.edges[c],
        })
        .collect();
    Analysis {
        components,
        islands: islands(rows, &land, &whole),
        component_of_edge: whole.part_of_edge,
    }
}

fn arc_edge(rows: &Rows, memory: &Memory, arc: u32) -> usize {
    match (arc as usize).checked_sub(rows.edges.len()) {
        None => arc as usize,
        Some(copy) => memory.copies()[copy].index(),
    }
}

/// Parts, largest first, and which edge and node belongs where.
struct Parts {
    part_of_edge: Vec<u32>,
    part_of_node: Vec<u32>,
    nodes: Vec<u32>,
    edges: Vec<u32>,
}

impl Parts {
    fn new(
        rows: &Rows,
        memory: &Memory,
        forth: &TurnTable,
        back: &TurnTable,
        open: &(dyn Fn(u32) -> bool + Sync),
    ) -> Self {
        let graph = ArcGraph { forth, back, open };
        let found = petgraph::algo::kosaraju_scc(graph);
        let mut part_of_arc = vec![u32::MAX; forth.first.len() - 1];
        for (part, arcs) in found.iter().enumerate() {
            for arc in arcs {
                part_of_arc[*arc as usize] = part as u32;
            }
        }
        // An edge belongs to the largest part that one of its arcs is in.
        let size = |part: u32| found.get(part as usize).map_or(0, Vec::len);
        let mut part_of_edge = part_of_arc[..rows.edges.len()].to_vec();
        for (i, edge) in memory.copies().iter().enumerate() {
            let part = part_of_arc[rows.edges.len() + i];
            if size(part) > size(part_of_edge[edge.index()]) {
                part_of_edge[edge.index()] = part;
            }
        }
        let mut part_of_node = vec![u32::MAX; rows.nodes.len()];
        for (edge, part) in rows.edges.iter().zip(&part_of_edge) {
            for node in [edge.from, edge.to] {
                let best = &mut part_of_node[node.index()];
                if size(*part) > size(*best) {
                    *best = *part;
                }
            }
        }
        Self::ranked(found.len(), part_of_edge, part_of_node)
    }

    /// Renumbers parts by nodes, then edges, then first edge.
    fn ranked(parts: usize, mut part_of_edge: Vec<u32>, mut part_of_node: Vec<u32>) -> Self {
        let mut nodes = vec![0_u32; parts];
        let mut edges = vec![0_u32; parts];
        let mut first = vec![u32::MAX; parts];
        for part in part_of_node.iter().filter(|p| **p != u32::MAX) {
            nodes[*part as usize] += 1;
        }
        for (edge, part) in part_of_edge.iter().enumerate() {
            if *part != u32::MAX {
                edges[*part as usize] += 1;
                first[*part as usize] = first[*part as usize].min(edge as u32);
            }
        }
        let mut order: Vec<u32> = (0..parts as u32)
            .filter(|p| edges[*p as usize] > 0)
            .collect();
        let key = |p: u32| {
            let p = p as usize;
            (u32::MAX - nodes[p], u32::MAX - edges[p], first[p])
        };
        order.sort_unstable_by_key(|p| key(*p));
        let mut rank = vec![u32::MAX; parts];
        for (new, old) in order.iter().enumerate() {
            rank[*old as usize] = new as u32;
        }
        for part in part_of_edge.iter_mut().chain(&mut part_of_node) {
            if *part != u32::MAX {
                *part = rank[*part as usize];
            }
        }
        Self {
            nodes: order.iter().map(|p| nodes[*p as usize]).collect(),
            edges: order.iter().map(|p| edges[*p as usize]).collect(),
            part_of_edge,
            part_of_node,
        }
    }
}

fn islands(rows: &Rows, land: &Parts, whole: &Parts) -> Vec<Island> {
    let listed = land
        .nodes
        .iter()
        .take_while(|n| **n >= LISTED_ISLAND_NODES)
        .count();
    let mut nodes_of: Vec<Vec<u32>> = vec![Vec::new(); listed];
    for (node, part) in land.part_of_node.iter().enumerate() {
        if let Some(nodes) = nodes_of.get_mut(*part as usize) {
            nodes.push(node as u32);
        }
    }
    let mut length_mm = vec![0_u64; listed];
    let mut in_whole = vec![u32::MAX; listed];
    for (i, edge) in rows.edges.iter().enumerate() {
        let part = land.part_of_edge[i] as usize;
        if part < listed {
            if edge.backward == 0 || edge.reverse().is_none() {
                length_mm[part] += rows.stretches[edge.stretch as usize].length_mm;
            }
            in_whole[part] = in_whole[part].min(whole.part_of_edge[i]);
        }
    }
    nodes_of
        .into_iter()
        .enumerate()
        .filter_map(|(part, nodes)| {
            let at = |node: &u32| rows.nodes[*node as usize].at.to_lon_lat();
            let bounds = Bounds::around(nodes.iter().map(at))?;
            Some(Island {
                name: String::new(),
                nodes: land.nodes[part],
                edges: land.edges[part],
                length: Metres(length_mm[part] as f64 / 1_000.0),
                bounds,
                centre: middle(nodes.iter().map(at))?,
                joined: in_whole[part] == 0,
            })
        })
        .collect()
}

/// The one of `points` nearest to their mean; the first of several.
fn middle(points: impl Iterator<Item = LonLat> + Clone) -> Option<LonLat> {
    let (mut count, mut lon, mut lat) = (0.0, 0.0, 0.0);
    for p in points.clone() {
        count += 1.0;
        lon += p.lon;
        lat += p.lat;
    }
    let (lon, lat) = (lon / count, lat / count);
    let away = |p: &LonLat| (p.lon - lon).powi(2) + (p.lat - lat).powi(2);
    points.min_by(|a, b| away(a).total_cmp(&away(b)))
}

/// The arcs as petgraph sees them: a node per arc, an edge per turn. Closed arcs have no edges and count as parts of
/// their own; they are dropped later, since only open ones are asked for.
#[derive(Clone, Copy)]
struct ArcGraph<'a> {
    forth: &'a TurnTable,
    back: &'a TurnTable,
    open: &'a (dyn Fn(u32) -> bool + Sync),
}

impl GraphBase for ArcGraph<'_> {
    type NodeId = u32;
    type EdgeId = u32;
}

impl petgraph::visit::GraphRef for ArcGraph<'_> {}

impl<'a> IntoNeighbors for ArcGraph<'a> {
    type Neighbors = Box<dyn Iterator<Item = u32> + 'a>;
    fn neighbors(self, arc: u32) -> Self::Neighbors {
        self.neighbors_directed(arc, petgraph::Direction::Outgoing)
    }
}

impl<'a> IntoNeighborsDirected for ArcGraph<'a> {
    type NeighborsDirected = Box<dyn Iterator<Item = u32> + 'a>;
    fn neighbors_directed(self, arc: u32, way: petgraph::Direction) -> Self::NeighborsDirected {
        let table = match way {
            petgraph::Direction::Outgoing => self.forth,
            petgraph::Direction::Incoming => self.back,
        };
        let open = self.open;
        Box::new(
            table
                .of(ArcId(arc))
                .iter()
                .map(|turn| turn.arc)
                .filter(move |arc| open(*arc)),
        )
    }
}

impl IntoNodeIdentifiers for ArcGraph<'_> {
    type NodeIdentifiers = std::vec::IntoIter<u32>;
    fn node_identifiers(self) -> Self::NodeIdentifiers {
        let open: Vec<u32> = (0..self.forth.first.len() as u32 - 1)
            .filter(|arc| (self.open)(*arc))
            .collect();
        open.into_iter()
    }
}

impl NodeCount for ArcGraph<'_> {
    fn node_count(&self) -> usize {
        self.forth.first.len() - 1
    }
}

impl NodeIndexable for ArcGraph<'_> {
    fn node_bound(&self) -> usize {
        self.forth.first.len() - 1
    }
    fn to_index(&self, arc: u32) -> usize {
        arc as usize
    }
    fn from_index(&self, index: usize) -> u32 {
        index as u32
    }
}

impl Visitable for ArcGraph<'_> {
    type Map = Seen;
    fn visit_map(&self) -> Seen {
        Seen(vec![false; self.forth.first.len() - 1])
    }
    fn reset_map(&self, map: &mut Seen) {
        map.0.fill(false);
    }
}

/// Which arcs a walk has seen.
struct Seen(Vec<bool>);

impl VisitMap<u32> for Seen {
    fn visit(&mut self, arc: u32) -> bool {
        !std::mem::replace(&mut self.0[arc as usize], true)
    }
    fn is_visited(&self, arc: &u32) -> bool {
        self.0[*arc as usize]
    }
    fn unvisit(&mut self, arc: u32) -> bool {
        std::mem::replace(&mut self.0[arc as usize], false)
    }
}
