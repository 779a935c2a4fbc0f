//! Fast road answers against slow ones on random towns: routes, tables, reach and snapping.

use std::collections::{BTreeMap, HashMap};

use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;
use rondo::geometry::{LocalPlane, LonLat};
use rondo::network::{Cost, Network, Snap, SnapOptions, TurnModel};
use rondo::osm::{Access, OsmNodeId, OsmWayId, Restriction, RestrictionKind, Roads, Via};
use rondo::routing::{Direction, Router};
use rondo::testkit::TextMap;
use rondo::units::{Metres, Millis};

const TOWN: &str = "A---B--C-----D\n\nE--F-----G---H\n\n\nI-----J--K---L";
/// Neighbours in the drawing; a road over any of them may exist.
const PAIRS: &[&str] = &[
    "AB", "BC", "CD", "EF", "FG", "GH", "IJ", "JK", "KL", "AE", "EI", "BF", "FJ", "CG", "GK", "DH",
    "HL", "AF", "CF", "GL",
];

/// Per pair: 0 none, 1 two-way, 2 one-way, 3 one-way against, 4 private, 5 slow.
fn town(kinds: &[u8], restrictions: &[(u8, usize, usize, usize)], bollard: Option<u8>) -> Roads {
    let mut map = TextMap::draw(90.0, TOWN);
    for (pair, kind) in PAIRS.iter().zip(kinds) {
        if *kind == 0 {
            continue;
        }
        map = map.road(pair, |road| {
            match kind {
                2 => road.backward = None,
                3 => road.forward = None,
                _ => {}
            }
            for direction in [&mut road.forward, &mut road.backward]
                .into_iter()
                .flatten()
            {
                if *kind == 4 {
                    direction.access = Access::Restricted;
                }
                if *kind == 5 {
                    direction.speed_kmh = 9.0;
                }
            }
        });
    }
    if let Some(node) = bollard {
        map = map.rules(char::from(b'A' + node % 12), |r| r.access = Access::Closed);
    }
    let mut roads = map.roads();
    roads.restrictions = restrictions
        .iter()
        .enumerate()
        .filter_map(|(i, picks)| restriction(&roads, i, *picks))
        .collect();
    roads
}

/// A restriction over a chain of two or three roads that meet, picked by number.
fn restriction(
    roads: &Roads,
    id: usize,
    (kind, a, b, c): (u8, usize, usize, usize),
) -> Option<Restriction> {
    let road = |n: usize| roads.ways.get(n % roads.ways.len().max(1));
    let (a, b, c) = (road(a)?, road(b)?, road(c)?);
    let shared = |x: &[OsmNodeId], y: &[OsmNodeId]| x.iter().find(|n| y.contains(n)).copied();
    let first = shared(&a.nodes, &b.nodes)?;
    let kind_of = if kind % 3 == 0 {
        RestrictionKind::Only
    } else {
        RestrictionKind::No
    };
    if a.id == b.id {
        return None;
    }
    let (via, to) = if kind % 2 == 0 {
        (Via::Node(first), b.id)
    } else {
        let last = shared(&b.nodes, &c.nodes)?;
        if last == first || b.id == c.id {
            return None;
        }
        (Via::Ways(vec![b.id]), c.id)
    };
    Some(Restriction {
        id: rondo::osm::OsmRelationId(id as i64),
        kind: kind_of,
        from: vec![a.id],
        via,
        to: vec![to],
        holds: rondo::osm::When::ALWAYS,
    })
}

/// A directed road of the town: every way of it is one edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Step {
    way: OsmWayId,
    from: OsmNodeId,
    to: OsmNodeId,
}

/// The slow twin: states are the last two steps, written out in full, each rule asked at each of them.
struct Naive<'a> {
    roads: &'a Roads,
    steps: BTreeMap<Step, (u64, bool)>,
}

type State = (Option<Step>, Step);

impl<'a> Naive<'a> {
    fn new(roads: &'a Roads, network: &Network) -> Self {
        let steps = network
            .edges()
            .map(|edge| {
                let step = Step {
                    way: edge.way(),
                    from: network.node(edge.from).osm,
                    to: network.node(edge.to).osm,
                };
                (step, (edge.cost().0 as u64, edge.restricted()))
            })
            .collect();
        Self { roads, steps }
    }

    fn closed(&self, node: OsmNodeId) -> bool {
        self.roads
            .node_rules
            .iter()
            .any(|(id, rules)| *id == node && rules.access == Access::Closed)
    }

    fn restricted(&self, (before, last): State, next: Step) -> bool {
        let mut forbidden = false;
        for r in &self.roads.restrictions {
            let (applies, here) = match &r.via {
                Via::Node(node) => (
                    last.way == r.from[0] && last.to == *node,
                    next.way == r.to[0],
                ),
                Via::Ways(ways) => (
                    before.is_some_and(|b| b.way == r.from[0]) && last.way == ways[0],
                    next.way == r.to[0],
                ),
            };
            // The movement must exist: its last road must be open the way it is meant, and (over a way) be the one
            // reached by passing the via way.
            let exists = self
                .steps
                .keys()
                .any(|s| s.from == last.to && s.way == r.to[0]);
            match r.kind {
                RestrictionKind::Only => {
                    forbidden |= applies && exists && !self.only_allows((before, last), next);
                }
                _ => forbidden |= applies && here,
            }
        }
        forbidden
    }

    /// Several `only` rules for the same way come by leave the choice between their ends.
    fn only_allows(&self, (before, last): State, next: Step) -> bool {
        let allows = |over_way: bool| {
            let mut rules = self
                .roads
                .restrictions
                .iter()
                .filter(|r| r.kind == RestrictionKind::Only)
                .filter(|r| match &r.via {
                    Via::Node(node) => !over_way && last.way == r.from[0] && last.to == *node,
                    Via::Ways(ways) => {
                        over_way
                            && before.is_some_and(|b| b.way == r.from[0])
                            && last.way == ways[0]
                    }
                })
                .filter(|r| {
                    self.steps
                        .keys()
                        .any(|s| s.from == last.to && s.way == r.to[0])
                })
                .peekable();
            rules.peek().is_none() || rules.any(|r| r.to[0] == next.way)
        };
        allows(false) && allows(true)
    }

    fn next(&self, state: State) -> Vec<Step> {
        let (_, last) = state;
        let back = |s: &Step| s.way == last.way && s.to == last.from;
        let mut found: Vec<Step> = self
            .steps
            .keys()
            .filter(|s| s.from == last.to && !back(s))
            .filter(|s| !self.closed(last.to) && !self.restricted(state, **s))
            .copied()
            .collect();
        if found.is_empty() {
            found.extend(
                self.steps
                    .keys()
                    .filter(|s| s.from == last.to && back(s))
                    .filter(|s| !self.restricted(state, **s)),
            );
        }
        found
    }

    /// Cost from one node to another, by petgraph on the written-out states.
    fn cost(&self, from: OsmNodeId, to: OsmNodeId) -> Option<Cost> {
        if from == to {
            return Some(Cost::ZERO);
        }
        let mut graph: DiGraph<State, u64> = DiGraph::new();
        let mut index: HashMap<State, NodeIndex> = HashMap::new();
        let root = graph.add_node((
            None,
            Step {
                way: OsmWayId(0),
                from,
                to: from,
            },
        ));
        let mut open = Vec::new();
        for (step, (cost, _)) in self.steps.iter().filter(|(s, _)| s.from == from) {
            let state = (None, *step);
            let node = graph.add_node(state);
            index.insert(state, node);
            graph.add_edge(root, node, *cost);
            open.push(state);
        }
        while let Some(state) = open.pop() {
            for next in self.next(state) {
                let (cost, restricted) = self.steps[&next];
                let entry = if restricted && !self.steps[&state.1].1 {
                    Cost::ENTRY.0
                } else {
                    0
                };
                let after = (Some(state.1), next);
                let node = *index.entry(after).or_insert_with(|| {
                    open.push(after);
                    graph.add_node(after)
                });
                graph.add_edge(index[&state], node, cost + entry);
            }
        }
        let costs = dijkstra(&graph, root, None, |e| *e.weight());
        costs
            .into_iter()
            .filter(|(node, _)| *node != root && graph[*node].1.to == to)
            .map(|(_, cost)| Cost(cost))
            .min()
    }
}

fn any_snap() -> SnapOptions {
    SnapOptions {
        limit: Metres(5_000.0),
        min_component_nodes: 0,
    }
}

/// A place on each node that has a road.
fn places(network: &Network) -> Vec<(OsmNodeId, Snap)> {
    (0..network.node_count())
        .map(|i| network.node(rondo::network::NodeId(i as u32)))
        .filter_map(|node| Some((node.osm, network.snap(node.at, &any_snap())?)))
        .collect()
}

fn kinds() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(0_u8..6, PAIRS.len())
}

fn picks() -> impl Strategy<Value = Vec<(u8, usize, usize, usize)>> {
    proptest::collection::vec((0_u8..12, 0_usize..20, 0_usize..20, 0_usize..20), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn routes_cost_what_the_written_out_states_say(
        kinds in kinds(), picks in picks(), bollard in proptest::option::of(0_u8..12),
    ) {
        let roads = town(&kinds, &picks, bollard);
        let (network, report) = Network::build_with(&roads, &TurnModel::FREE);
        let mut roads = roads;
        roads.restrictions.retain(|r| report.restrictions_unresolved.iter().all(|(id, _)| *id != r.id));
        let naive = Naive::new(&roads, &network);
        let router = Router::new(network.into());
        let places = places(router.network());
        let snaps: Vec<Snap> = places.iter().map(|(_, s)| *s).collect();
        let matrix = router.matrix(&snaps, &snaps);
        let mut query = router.query();
        let mut reference = router.reference();
        for (i, (from, a)) in places.iter().enumerate() {
            for (j, (to, b)) in places.iter().enumerate() {
                let plain = router.route(&mut query, a, b);
                let both = reference.route_bidirectional(a, b);
                let expected = naive.cost(*from, *to);
                prop_assert_eq!(plain.as_ref().map(|r| r.cost), expected, "{:?} to {:?}", from, to);
                prop_assert_eq!(both.as_ref().map(|r| (r.cost, r.time)), plain.as_ref().map(|r| (r.cost, r.time)));
                prop_assert_eq!(matrix.time(i, j), plain.as_ref().map(|r| r.time));
                let length = matrix.length(i, j).map(|m| m.0);
                let routed = plain.as_ref().map(|r| r.length.0);
                prop_assert!(length.zip(routed).is_none_or(|(a, b)| (a - b).abs() < 0.006));
                prop_assert_eq!(length.is_some(), routed.is_some());
            }
        }
    }

    /// Roads of the town cost what they take, so reach and routes minimise the same.
    #[test]
    fn reach_holds_exactly_what_routes_reach_in_time(
        kinds in kinds(), picks in picks(), origin in 0_usize..12, limit_s in 0_i64..200, towards: bool,
    ) {
        let roads = town(&kinds, &picks, None);
        let (network, _) = Network::build(&roads);
        let router = Router::new(network.into());
        let places = places(router.network());
        prop_assume!(!places.is_empty());
        let (_, origin) = places[origin % places.len()];
        let limit = Millis::from_secs(limit_s);
        let direction = if towards { Direction::Towards } else { Direction::From };
        let mut query = router.query();
        let reach = router.reach(&mut query, &[origin], limit, direction);
        for edge in router.network().edges() {
            let middle = Snap { edge: edge.id, reverse: edge.reverse(), along: 0.5, ..origin };
            let route = if towards {
                router.route(&mut query, &middle, &origin)
            } else {
                router.route(&mut query, &origin, &middle)
            };
            let routed = route.map(|r| r.time).filter(|t| *t <= limit);
            let reached = reach.time_at(&middle);
            // Half an edge is rounded to a millisecond in one of the two.
            let near = match (routed, reached) {
                (Some(a), Some(b)) => (a.0 - b.0).abs() <= 2,
                (None, None) => true,
                (Some(t), None) | (None, Some(t)) => (t.0 - limit.0).abs() <= 2,
            };
            prop_assert!(near, "{:?} {:?} {:?}", edge.id, routed, reached);
        }
    }

    #[test]
    fn snapping_finds_what_a_scan_of_all_segments_finds(
        kinds in kinds(), east in -400.0_f64..1800.0, south in -400.0_f64..1000.0, limit in 1.0_f64..400.0,
    ) {
        let network = Network::build(&town(&kinds, &[], None)).0;
        let point = LocalPlane::at(LonLat::new(14.4, 35.9)).unproject([east, -south]);
        let plane = LocalPlane::at(point);
        let scan = network
            .edges()
            .flat_map(|edge| {
                let line = edge.line();
                line.windows(2)
                    .map(|s| plane.nearest_on_segment(point, s[0], s[1]).1.0)
                    .collect::<Vec<_>>()
            })
            .min_by(f64::total_cmp)
            .filter(|d| *d <= limit);
        let options = SnapOptions { limit: Metres(limit), min_component_nodes: 0 };
        let snap = network.snap(point, &options);
        // The scan also sees each segment from its other end, where the last digits differ.
        let same = match (snap.map(|s| s.distance.0), scan) {
            (Some(found), Some(scanned)) => (found - scanned).abs() < 1e-6,
            (None, None) => true,
            (one, other) => one.or(other).is_some_and(|d| (d - limit).abs() < 1e-6),
        };
        prop_assert!(same, "{:?} {:?}", snap, scan);
        if let Some(snap) = snap {
            let on_edge = network.edge(snap.edge).place_at(snap.along);
            let apart = rondo::geometry::distance(on_edge, snap.at).0;
            prop_assert!(apart < 0.05, "share and place differ by {} m", apart);
        }
    }

    #[test]
    fn a_network_survives_its_bytes(kinds in kinds(), picks in picks()) {
        let network = Network::build(&town(&kinds, &picks, None)).0;
        let bytes = network.to_bytes();
        let again = Network::from_bytes(&bytes).unwrap();
        prop_assert_eq!(again.to_bytes(), bytes);
    }
}
