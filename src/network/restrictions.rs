//! Finding the edges that a turn restriction speaks of.
//!
//! A restriction names ways; ways are cut into edges. Only the edges next to the via node (or along the via ways)
//! matter, and only in the directions that traffic may take. What cannot be told is reported, not guessed.

use std::collections::BTreeMap;

use super::edges::Rows;
use super::ids::{EdgeId, NodeId};
use super::out::OutEdges;
use crate::osm::{OsmNodeId, OsmWayId, Restriction, RestrictionKind, Via, When};

/// Edges to follow over via ways before giving up: longer than any real restriction.
const MOST_EDGES: usize = 64;
/// Candidate movements over via ways to look at before giving up.
const MOST_CANDIDATES: usize = 256;

/// A movement over two or more edges, which is forbidden or (kind `Only`) the only one allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Movement {
    pub edges: Vec<EdgeId>,
    pub only: bool,
    pub holds: When,
}

/// Why a restriction could not be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unresolved {
    /// A member way is no road for this vehicle, or is not in the extract.
    WayMissing,
    /// The via node is on no road.
    ViaMissing,
    /// The members do not touch.
    NotConnected,
    /// One-way rules already forbid the movement (or the only one allowed).
    NoSuchMovement,
    /// A way goes on through the via node, so that it is open which side is meant.
    Ambiguous,
}

impl Unresolved {
    /// The reason in words.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::WayMissing => "a member way is no road for this vehicle",
            Self::ViaMissing => "the via node is on no road",
            Self::NotConnected => "its members do not touch",
            Self::NoSuchMovement => "one-way rules leave no such movement",
            Self::Ambiguous => "a way goes on through the via node, so its side is unclear",
        }
    }
}

/// Edges by the OSM way that they belong to, and by node.
pub(crate) struct WayEdges<'a> {
    rows: &'a Rows,
    out: &'a OutEdges,
    by_way: BTreeMap<OsmWayId, Vec<EdgeId>>,
}

impl<'a> WayEdges<'a> {
    /// The edges of the ways that `restrictions` name.
    pub fn new(rows: &'a Rows, out: &'a OutEdges, restrictions: &[Restriction]) -> Self {
        let mut by_way: BTreeMap<OsmWayId, Vec<EdgeId>> = BTreeMap::new();
        for restriction in restrictions {
            let vias: &[OsmWayId] = match &restriction.via {
                Via::Node(_) => &[],
                Via::Ways(ways) => ways,
            };
            for way in restriction.from.iter().chain(&restriction.to).chain(vias) {
                by_way.entry(*way).or_default();
            }
        }
        for (i, edge) in rows.edges.iter().enumerate() {
            let way = rows.stretches[edge.stretch as usize].way;
            if let Some(edges) = by_way.get_mut(&way) {
                edges.push(EdgeId::from_index(i));
            }
        }
        Self { rows, out, by_way }
    }

    /// The movements that `restriction` speaks of; at least one when `Ok`.
    pub fn resolve(&self, restriction: &Restriction) -> Result<Vec<Movement>, Unresolved> {
        let mut found = Vec::new();
        for from in &restriction.from {
            for to in &restriction.to {
                let paths = match &restriction.via {
                    Via::Node(node) => self.over_node(*from, *node, *to, restriction.kind)?,
                    Via::Ways(ways) => self.over_ways(*from, ways, *to)?,
                };
                found.extend(paths.into_iter().map(|edges| Movement {
                    edges,
                    only: restriction.kind == RestrictionKind::Only,
                    holds: restriction.holds,
                }));
            }
        }
        if found.is_empty() {
            return Err(Unresolved::WayMissing);
        }
        Ok(found)
    }

    fn edges_of(&self, way: OsmWayId) -> Result<&[EdgeId], Unresolved> {
        match self.by_way.get(&way) {
            Some(edges) if !edges.is_empty() => Ok(edges),
            _ => Err(Unresolved::WayMissing),
        }
    }

    fn over_node(
        &self,
        from: OsmWayId,
        via: OsmNodeId,
        to: OsmWayId,
        kind: RestrictionKind,
    ) -> Result<Vec<Vec<EdgeId>>, Unresolved> {
        let (from_edges, to_edges) = (self.edges_of(from)?, self.edges_of(to)?);
        let via = self
            .rows
            .nodes
            .binary_search_by_key(&via, |row| row.osm)
            .map(NodeId::from_index)
            .map_err(|_| Unresolved::ViaMissing)?;
        let row = |edge: &EdgeId| &self.rows.edges[edge.index()];
        for edges in [from_edges, to_edges] {
            if !edges.iter().any(|e| row(e).from == via || row(e).to == via) {
                return Err(Unresolved::NotConnected);
            }
        }
        let ins: Vec<EdgeId> = from_edges
            .iter()
            .copied()
            .filter(|e| row(e).to == via)
            .collect();
        let through = |edges: &[EdgeId]| edges.len() > 1 && !self.closes_at(edges, via);
        if from == to && (kind == RestrictionKind::NoUTurn || !through(&ins)) {
            let back: Vec<_> = ins
                .iter()
                .filter_map(|e| Some(vec![*e, row(e).reverse()?]))
                .collect();
            return some_or(back, Unresolved::NoSuchMovement);
        }
        let outs: Vec<EdgeId> = to_edges
            .iter()
            .copied()
            .filter(|e| row(e).from == via)
            .collect();
        if through(&ins) || through(&outs) {
            return Err(Unresolved::Ambiguous);
        }
        let pairs = ins
            .iter()
            .flat_map(|a| outs.iter().map(move |b| vec![*a, *b]))
            .collect();
        some_or(pairs, Unresolved::NoSuchMovement)
    }

    /// Whether the way of `edges` is closed and begins and ends at `node`, so that both its edges there are ends.
    fn closes_at(&self, edges: &[EdgeId], node: NodeId) -> bool {
        let of_way = &self.by_way[&self.way(edges[0])];
        let stretch = |e: EdgeId| &self.rows.stretches[self.rows.edges[e.index()].stretch as usize];
        let (first, last) = (stretch(of_way[0]), stretch(of_way[of_way.len() - 1]));
        let osm = self.rows.nodes[node.index()].osm;
        self.rows.point_nodes[first.first_point as usize] == osm
            && self.rows.point_nodes[(last.first_point + last.points - 1) as usize] == osm
    }

    fn over_ways(
        &self,
        from: OsmWayId,
        vias: &[OsmWayId],
        to: OsmWayId,
    ) -> Result<Vec<Vec<EdgeId>>, Unresolved> {
        let mut ways = vec![from];
        ways.extend(vias);
        ways.push(to);
        for way in &ways {
            self.edges_of(*way)?;
        }
        let mut found = Vec::new();
        for start in self.edges_of(from)? {
            self.follow(&ways, 0, &mut vec![*start], &mut found);
        }
        // Mappers cut via ways where the restriction begins and ends. Where a movement over whole via ways exists it
        // is the one meant; a movement that leaves a via way half-way counts only when there is no other.
        let whole: Vec<_> = found
            .iter()
            .filter(|path| self.over_whole_ways(path, vias))
            .cloned()
            .collect();
        let candidates = if whole.is_empty() { found } else { whole };
        match candidates.len() {
            0 => Err(Unresolved::NoSuchMovement),
            1 => Ok(candidates),
            _ => Err(Unresolved::Ambiguous),
        }
    }

    /// Extends `path`, whose last edge lies on `ways[stage]`, in all ways that follow `ways` without turning back.
    fn follow(
        &self,
        ways: &[OsmWayId],
        stage: usize,
        path: &mut Vec<EdgeId>,
        found: &mut Vec<Vec<EdgeId>>,
    ) {
        if path.len() >= MOST_EDGES || found.len() >= MOST_CANDIDATES {
            return;
        }
        let last = path[path.len() - 1];
        let node = self.rows.edges[last.index()].to;
        for &next in self.out.of(node) {
            if self.rows.edges[last.index()].reverse() == Some(next) || path.contains(&next) {
                continue;
            }
            let way = self.way(next);
            if stage > 0 && way == ways[stage] {
                path.push(next);
                self.follow(ways, stage, path, found);
                path.pop();
            }
            if way == ways[stage + 1] {
                path.push(next);
                if stage + 2 == ways.len() {
                    found.push(path.clone());
                } else {
                    self.follow(ways, stage + 1, path, found);
                }
                path.pop();
            }
        }
    }

    fn way(&self, edge: EdgeId) -> OsmWayId {
        self.rows.stretches[self.rows.edges[edge.index()].stretch as usize].way
    }

    /// Whether `path` travels every edge of each via way.
    fn over_whole_ways(&self, path: &[EdgeId], vias: &[OsmWayId]) -> bool {
        let stretches = |edges: &[EdgeId], way: OsmWayId| {
            let mut of_way: Vec<u32> = edges
                .iter()
                .filter(|e| self.way(**e) == way)
                .map(|e| self.rows.edges[e.index()].stretch)
                .collect();
            of_way.sort_unstable();
            of_way.dedup();
            of_way
        };
        let inner = &path[1..path.len() - 1];
        vias.iter()
            .all(|via| stretches(inner, *via) == stretches(&self.by_way[via], *via))
    }
}

fn some_or(paths: Vec<Vec<EdgeId>>, otherwise: Unresolved) -> Result<Vec<Vec<EdgeId>>, Unresolved> {
    if paths.is_empty() {
        Err(otherwise)
    } else {
        Ok(paths)
    }
}
