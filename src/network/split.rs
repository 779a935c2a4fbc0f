//! Cutting ways into stretches: pieces between two nodes at which traffic may turn, is stopped or ends.
//!
//! A way is cut wherever a node is used twice (by two ways, or twice by one), at its ends, at barriers and turning
//! places, and at the via nodes of restrictions. A piece that would start and end at the same node is cut once more
//! in its middle, so that no stretch is a loop and its two directions stay apart at the junction.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::geometry::LonLatE7;
use crate::osm::{Access, NodeRules, OsmNodeId, RoadWay, Roads, Via};

/// A piece of `Roads::ways[way]`: nodes `first..=last` of its node list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub way: u32,
    pub first: u32,
    pub last: u32,
}

impl Piece {
    /// Its nodes in the order of the way, repeated ones dropped.
    pub fn nodes(self, ways: &[RoadWay]) -> Vec<OsmNodeId> {
        let mut nodes =
            ways[self.way as usize].nodes[self.first as usize..=self.last as usize].to_vec();
        nodes.dedup();
        nodes
    }
}

/// Where nodes are and what holds there.
pub(crate) struct NodeTable<'a> {
    positions: &'a [(OsmNodeId, LonLatE7)],
    rules: &'a [(OsmNodeId, NodeRules)],
}

impl<'a> NodeTable<'a> {
    pub fn new(roads: &'a Roads) -> Self {
        Self {
            positions: &roads.node_positions,
            rules: &roads.node_rules,
        }
    }

    fn index(&self, id: OsmNodeId) -> Option<usize> {
        self.positions.binary_search_by_key(&id, |(id, _)| *id).ok()
    }

    pub fn position(&self, id: OsmNodeId) -> Option<LonLatE7> {
        self.index(id).map(|i| self.positions[i].1)
    }

    pub fn rules(&self, id: OsmNodeId) -> NodeRules {
        self.rules
            .binary_search_by_key(&id, |(id, _)| *id)
            .map(|i| self.rules[i].1)
            .unwrap_or_default()
    }
}

/// All pieces of all ways, by way and then along it. Ways with fewer than two different nodes, or with a node that has
/// no position, have none.
pub(crate) fn split(roads: &Roads, table: &NodeTable) -> Vec<Piece> {
    let uses = uses(roads, table);
    let cut = |id: OsmNodeId| table.index(id).is_some_and(|i| uses[i] > 1);
    roads
        .ways
        .par_iter()
        .enumerate()
        .flat_map_iter(|(way, road)| {
            let known = road.nodes.iter().all(|id| table.index(*id).is_some());
            let nodes: &[OsmNodeId] = if known { &road.nodes } else { &[] };
            pieces(nodes, cut)
                .into_iter()
                .map(move |(first, last)| Piece {
                    way: way as u32,
                    first,
                    last,
                })
        })
        .collect()
}

/// How often each node is used, by index into the positions; ends and special nodes count as used twice.
fn uses(roads: &Roads, table: &NodeTable) -> Vec<u8> {
    let mut uses = vec![0_u8; roads.node_positions.len()];
    let mut count = |id: OsmNodeId, n: u8| {
        if let Some(i) = table.index(id) {
            uses[i] = uses[i].saturating_add(n);
        }
    };
    for road in &roads.ways {
        let mut previous = None;
        for &id in &road.nodes {
            if previous != Some(id) {
                count(id, 1);
            }
            previous = Some(id);
        }
        for end in [road.nodes.first(), road.nodes.last()]
            .into_iter()
            .flatten()
        {
            count(*end, 2);
        }
    }
    for (id, rules) in &roads.node_rules {
        if rules.access != Access::Open || rules.turning_place {
            count(*id, 2);
        }
    }
    for restriction in &roads.restrictions {
        if let Via::Node(id) = restriction.via {
            count(id, 2);
        }
    }
    uses
}

/// Index pairs of the pieces of one way.
fn pieces(nodes: &[OsmNodeId], cut: impl Fn(OsmNodeId) -> bool) -> Vec<(u32, u32)> {
    let mut cuts = BTreeSet::new();
    let mut start = 0;
    for end in 1..nodes.len() {
        if end + 1 < nodes.len() && !cut(nodes[end]) {
            continue;
        }
        let inside = &nodes[start..=end];
        if inside.iter().all(|id| *id == nodes[start]) {
            // The same node again and again: nothing to drive along, the next piece starts at its last mention.
            start = end;
            continue;
        }
        cuts.insert((start, end));
        start = end;
    }
    let mut found = Vec::with_capacity(cuts.len());
    for (start, end) in cuts {
        if nodes[start] == nodes[end] {
            let middle = usize::midpoint(start, end);
            let middle = (middle..end)
                .find(|i| nodes[*i] != nodes[start])
                .unwrap_or_else(|| {
                    (start..end)
                        .find(|i| nodes[*i] != nodes[start])
                        .unwrap_or(middle)
                });
            found.push((start as u32, middle as u32));
            found.push((middle as u32, end as u32));
        } else {
            found.push((start as u32, end as u32));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut_at(way: &str, junctions: &str) -> Vec<String> {
        let ids: Vec<_> = way.bytes().map(|b| OsmNodeId(i64::from(b))).collect();
        pieces(&ids, |id| junctions.bytes().any(|b| i64::from(b) == id.0))
            .into_iter()
            .map(|(a, b)| way[a as usize..=b as usize].to_owned())
            .collect()
    }

    #[test]
    fn ways_are_cut_at_junctions_and_only_there() {
        assert_eq!(cut_at("ABCDE", ""), ["ABCDE"]);
        assert_eq!(cut_at("ABCDE", "C"), ["ABC", "CDE"]);
        assert_eq!(cut_at("ABC", "ABC"), ["AB", "BC"]);
    }

    #[test]
    fn loops_are_cut_in_the_middle() {
        assert_eq!(cut_at("ABCDA", "A"), ["ABC", "CDA"]);
        assert_eq!(cut_at("XABCAY", "A"), ["XA", "AB", "BCA", "AY"]);
        assert_eq!(cut_at("ABA", "A"), ["AB", "BA"]);
    }

    #[test]
    fn a_repeated_node_makes_no_stretch() {
        assert_eq!(cut_at("AAB", "A"), ["AB"]);
        assert_eq!(cut_at("AA", "A"), [""; 0]);
        assert_eq!(cut_at("ABBC", "B"), ["AB", "BC"]);
        assert!(cut_at("A", "").is_empty());
    }
}
