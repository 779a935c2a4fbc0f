//! What a driver sees at a junction: the roads that meet there, clockwise, and which of them may be entered.

use super::bearing;
use crate::network::{ArcId, EdgeId, Network};

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
    pub fn look(&mut self, network: &Network, from: ArcId, to: EdgeId) {
        let from_edge = network.arc_edge(from);
        let node = network.edge(to).from;
        self.roads.clear();
        for out in network.edges_from(node) {
            let edge = network.edge(*out);
            self.add(bearing::at_start(edge), Some(*out), edge.reverse());
        }
        for inward in network.edges_to(node) {
            let edge = network.edge(*inward);
            if edge.reverse().is_none() {
                let bearing = bearing::opposite(bearing::at_end(edge));
                self.add(bearing, None, Some(*inward));
            }
        }
        for (next, _, _) in network.turns(from) {
            let next = network.arc_edge(next);
            if let Some(road) = self.roads.iter_mut().find(|road| road.out == Some(next)) {
                road.entry = true;
            }
        }
        self.roads
            .sort_by(|a, b| a.bearing.cmp(&b.bearing).then(a.exact.total_cmp(&b.exact)));
        let find = |is: &dyn Fn(&Road) -> bool| self.roads.iter().position(is).unwrap_or(0);
        let goes = find(&|road| road.out == Some(to));
        let came = find(&|road| road.inward == Some(from_edge));
        (self.came, self.goes) = (came, goes);
    }

    fn add(&mut self, exact: f64, out: Option<EdgeId>, inward: Option<EdgeId>) {
        self.roads.push(Road {
            bearing: bearing::whole(exact),
            exact,
            out,
            inward,
            entry: false,
        });
    }

    /// How much a driver who comes in turns onto a road.
    pub fn turn_onto(&self, road: &Road) -> f64 {
        bearing::turn(bearing::opposite(self.roads[self.came].exact), road.exact)
    }

    /// Roads that could be taken instead, turning back aside.
    pub fn others(&self) -> impl Iterator<Item = &Road> {
        self.roads
            .iter()
            .enumerate()
            .filter(|(i, road)| *i != self.came && *i != self.goes && road.entry)
            .map(|(_, road)| road)
    }
}
