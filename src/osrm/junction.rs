//! What a driver sees at a junction: the roads that meet there, clockwise, and which of them may be entered.

use rayon::prelude::*;

use super::bearing;
use crate::network::{ArcId, EdgeId, Network, NodeId};

/// A road at a junction.
#[derive(Clone, Copy, Debug)]
pub struct Road {
    /// Direction in which it leaves the junction, whole degrees.
    pub bearing: u16,
    /// The same, exactly.
    pub exact: f64,
    /// The edge that leaves along it, if one may leave.
    pub out: Option<EdgeId>,
    /// The edge that comes in along it, if one may come.
    pub inward: Option<EdgeId>,
    /// Whether the turn onto it is allowed.
    pub entry: bool,
}

/// The roads of a junction, clockwise from north, and which one the route comes in and goes out by.
#[derive(Debug, Default)]
pub struct Junction {
    pub roads: Vec<Road>,
    pub came: usize,
    pub goes: usize,
}

impl Junction {
    /// Looks at the junction where `from` ends and the route goes on along `to`. Reuses what it holds.
    pub fn look(&mut self, network: &Network, sights: &Sights, from: ArcId, to: EdgeId) {
        let from_edge = network.arc_edge(from);
        self.roads.clear();
        let seen = sights.at(network.edge(to).from);
        self.roads.extend(seen.iter().map(Seen::road));
        for (next, _, _) in network.turns(from) {
            let next = network.arc_edge(next);
            if let Some(road) = self.roads.iter_mut().find(|road| road.out == Some(next)) {
                road.entry = true;
            }
        }
        let find = |is: &dyn Fn(&Road) -> bool| self.roads.iter().position(is).unwrap_or(0);
        let goes = find(&|road| road.out == Some(to));
        let came = find(&|road| road.inward == Some(from_edge));
        (self.came, self.goes) = (came, goes);
    }

    /// How much a driver who comes in turns onto a road.
    pub fn turn_onto(&self, road: &Road) -> f64 {
        bearing::turn(bearing::opposite(self.roads[self.came].exact), road.exact)
    }

    /// Roads that could be taken instead, turning back aside. One drawn on top of the road taken is none: nobody sees two.
    pub fn others(&self) -> impl Iterator<Item = &Road> {
        let taken = self.roads[self.goes].exact;
        self.roads
            .iter()
            .enumerate()
            .filter(move |(i, road)| {
                *i != self.came && *i != self.goes && road.entry && road.exact != taken
            })
            .map(|(_, road)| road)
    }
}

/// The roads at all junctions of a network, clockwise from north. Routes with steps pass hundreds of junctions, and where a
/// road leads is drawn far away in memory; 12 bytes a road keep it at hand.
#[derive(Debug)]
pub struct Sights {
    /// `first[node]..first[node + 1]` are the roads of a node.
    first: Vec<u32>,
    roads: Vec<Seen>,
}

/// A road at a junction, whoever comes.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// Direction in which it leaves, degrees.
    bearing: f32,
    /// The edges out and in along it, [`NO_EDGE`] where there is none.
    out: u32,
    inward: u32,
}

const NO_EDGE: u32 = u32::MAX;

impl Seen {
    fn new(bearing: f64, out: Option<EdgeId>, inward: Option<EdgeId>) -> Self {
        let number = |edge: Option<EdgeId>| edge.map_or(NO_EDGE, |edge| edge.0);
        Self {
            bearing: bearing as f32,
            out: number(out),
            inward: number(inward),
        }
    }

    fn road(&self) -> Road {
        let edge = |number| (number != NO_EDGE).then_some(EdgeId(number));
        let exact = f64::from(self.bearing);
        Road {
            bearing: bearing::whole(exact),
            exact,
            out: edge(self.out),
            inward: edge(self.inward),
            entry: false,
        }
    }
}

impl Sights {
    /// Looks around at every node. O(edges), in parallel.
    #[must_use]
    pub fn new(network: &Network) -> Self {
        const NODES: usize = 4_096;
        let nodes: Vec<NodeId> = (0..network.node_count()).map(NodeId::from_index).collect();
        let parts: Vec<(Vec<u32>, Vec<Seen>)> = nodes
            .par_chunks(NODES)
            .map(|nodes| {
                let (mut counts, mut roads) = (Vec::with_capacity(nodes.len()), Vec::new());
                for node in nodes {
                    let before = roads.len();
                    look_around(network, *node, &mut roads);
                    counts.push((roads.len() - before) as u32);
                }
                (counts, roads)
            })
            .collect();
        let mut sights = Self {
            first: vec![0],
            roads: Vec::with_capacity(parts.iter().map(|(_, roads)| roads.len()).sum()),
        };
        let mut end = 0;
        for (counts, roads) in parts {
            sights.first.extend(counts.iter().map(|count| {
                end += count;
                end
            }));
            sights.roads.extend(roads);
        }
        sights
    }

    fn at(&self, node: NodeId) -> &[Seen] {
        &self.roads[self.first[node.index()] as usize..self.first[node.index() + 1] as usize]
    }
}

/// Appends the roads of a node, clockwise.
fn look_around(network: &Network, node: NodeId, roads: &mut Vec<Seen>) {
    let first = roads.len();
    for out in network.edges_from(node) {
        let edge = network.edge(*out);
        roads.push(Seen::new(
            bearing::at_start(edge),
            Some(*out),
            edge.reverse(),
        ));
    }
    for inward in network.edges_to(node) {
        let edge = network.edge(*inward);
        if edge.reverse().is_none() {
            let bearing = bearing::opposite(bearing::at_end(edge));
            roads.push(Seen::new(bearing, None, Some(*inward)));
        }
    }
    let order = |seen: &Seen| bearing::whole(f64::from(seen.bearing));
    roads[first..].sort_by(|a, b| {
        let whole = order(a).cmp(&order(b));
        whole.then(a.bearing.total_cmp(&b.bearing))
    });
}
