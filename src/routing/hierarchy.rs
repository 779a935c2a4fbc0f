//! The roads as a hierarchy that answers in microseconds: what `cch` needs to know of a network, and its place in the
//! region file.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::cch::{ArcGraph, Edges, Foundation, Metric, Packed, Topology, Way};
use super::metric::{Fastest, Metric as Measure, Preferred, Weight};
use crate::network::sections::{Reader, Writer, senseless};
use crate::network::{ArcId, Cost, Network, NodeId, SectionError, TurnRow};

/// Order and shortcuts of a network's arcs, with the weights that were asked for so far. Shared by `Arc`.
#[derive(Debug)]
pub struct Hierarchy {
    topology: Arc<Topology>,
    preferred: Weighed,
    fastest: Weighed,
    origin: Option<Origin>,
}

/// Weights by one measure.
#[derive(Debug, Default)]
struct Weighed {
    metric: OnceLock<Metric>,
    /// What few changes start from; made when there are some.
    foundation: OnceLock<Foundation>,
}

/// The roads that others were made of, by changing few.
#[derive(Debug)]
struct Origin {
    network: Arc<Network>,
    hierarchy: Arc<Hierarchy>,
    /// Ways of the hierarchy whose turns changed.
    changed: BTreeSet<Way>,
}

/// Of so many ways of the hierarchy one may change for the others to be kept.
const FEW: usize = 50;

impl Hierarchy {
    /// Builds the hierarchy of a network, which takes some seconds for a large city. Same network, same hierarchy, at any
    /// number of threads.
    #[must_use]
    pub fn build(network: &Network) -> Self {
        Self::of(Arc::new(Topology::build(&arc_graph(network))), None)
    }

    fn of(topology: Arc<Topology>, origin: Option<Origin>) -> Self {
        Self {
            topology,
            preferred: Weighed::default(),
            fastest: Weighed::default(),
            origin,
        }
    }

    /// The same order and shortcuts for `charged`, which are the roads of `network` charged otherwise. Its weights are
    /// made from those here where few roads differ.
    pub(super) fn beside(self: &Arc<Self>, network: &Arc<Network>, charged: &Network) -> Self {
        let origin = self.changed(network, charged).map(|changed| Origin {
            network: Arc::clone(network),
            hierarchy: Arc::clone(self),
            changed,
        });
        Self::of(Arc::clone(&self.topology), origin)
    }

    /// Ways of the hierarchy whose turns weigh otherwise in `charged`; `None` when they are many.
    fn changed(&self, network: &Network, charged: &Network) -> Option<BTreeSet<Way>> {
        let most = self.topology.ways() / FEW;
        let mut changed = BTreeSet::new();
        for (from, to) in network.differing_turns(charged) {
            changed.extend(self.topology.way_between(from.0, to.0));
            if changed.len() > most {
                return None;
            }
        }
        Some(changed)
    }

    /// Works out the weights of routes and tables now, so that the first to ask need not wait.
    pub fn warm(&self, network: &Network) {
        self.preferred(network);
    }

    /// Memory in bytes that the weights worked out so far take.
    pub(super) fn weight_bytes(&self) -> usize {
        let weights = [&self.preferred, &self.fastest];
        let known = weights.iter().filter_map(|weighed| weighed.metric.get());
        known.map(Metric::bytes).sum()
    }

    /// Memory in bytes that is kept to change few weights quickly.
    pub(super) fn foundation_bytes(&self) -> usize {
        let weights = [&self.preferred, &self.fastest];
        let known = weights
            .iter()
            .filter_map(|weighed| weighed.foundation.get());
        known.map(Foundation::bytes).sum()
    }

    /// Number of shortcuts and turns that new weights are worked out for, counting directions.
    #[must_use]
    pub fn shortcuts(&self) -> usize {
        self.topology.ways()
    }

    /// Number of triangles that new weights are worked out over.
    #[must_use]
    pub fn triangles(&self) -> u64 {
        self.topology.triangles()
    }

    /// The most arcs that lie above an arc, which bounds what a search looks at.
    #[must_use]
    pub fn height(&self) -> usize {
        self.topology.height()
    }

    /// Works out the weights that routes and tables use anew and says how many shortcuts they need, counting
    /// directions. Searches do this themselves when they are first asked; this is the price of other weights.
    #[must_use]
    pub fn weigh(&self, network: &Network) -> usize {
        Metric::new(&self.topology, turns::<Preferred>(network)).edges()
    }

    /// Adds the sections of the hierarchy of `network` to a file.
    pub(crate) fn write<'a>(&'a self, network: &Network, writer: &mut Writer<'a>) {
        let Edges { first, heads } = self.topology.edges(&arc_graph(network));
        writer.rows("arc order", self.topology.arcs());
        writer.own_rows("first shortcuts", &first);
        writer.own_rows("shortcuts", &heads);
    }

    /// Takes the sections of the hierarchy of `network` from a file.
    pub(crate) fn read(reader: &mut Reader, network: &Network) -> Result<Self, SectionError> {
        let arcs = reader.rows("arc order")?;
        let first = reader.rows("first shortcuts")?;
        let heads = reader.rows("shortcuts")?;
        Topology::from_edges(&arc_graph(network), arcs, &Edges { first, heads })
            .map(|topology| Self::of(Arc::new(topology), None))
            .ok_or_else(|| senseless("shortcuts", "they are not those of these roads"))
    }

    pub(super) fn topology(&self) -> &Topology {
        &self.topology
    }

    /// Weights of [`Preferred`], worked out when first asked for.
    pub(super) fn preferred(&self, network: &Network) -> &Metric {
        self.metric::<Preferred>(network, |hierarchy| &hierarchy.preferred)
    }

    /// Weights of [`Fastest`], worked out when first asked for.
    pub(super) fn fastest(&self, network: &Network) -> &Metric {
        self.metric::<Fastest>(network, |hierarchy| &hierarchy.fastest)
    }

    fn metric<M: Measure>(&self, network: &Network, of: fn(&Self) -> &Weighed) -> &Metric {
        of(self).metric.get_or_init(|| {
            self.changed_metric::<M>(network, of)
                .unwrap_or_else(|| Metric::new(&self.topology, turns::<M>(network)))
        })
    }

    /// The weights of the origin with what changed.
    fn changed_metric<M: Measure>(
        &self,
        network: &Network,
        of: fn(&Self) -> &Weighed,
    ) -> Option<Metric> {
        let origin = self.origin.as_ref()?;
        let (roads, hierarchy) = (&*origin.network, &*origin.hierarchy);
        let metric = hierarchy.metric::<M>(roads, of);
        let foundation = of(hierarchy)
            .foundation
            .get_or_init(|| Foundation::new(&self.topology, turns::<M>(roads)));
        foundation.changed(&self.topology, metric, &origin.changed, |from, to| {
            let turns = turns_of::<M>(network, ArcId(from));
            let there = turns.filter(|(turn, _, _)| turn.arc == to);
            there
                .filter_map(|(_, key, length_mm)| Some((key?, length_mm)))
                .collect()
        })
    }
}

/// A weight as the hierarchy adds it up.
pub(super) fn packed(weight: Weight) -> Packed {
    Packed::new(weight.cost.entries(), weight.cost.millis(), weight.time_ms)
}

/// The weight back.
pub(super) fn unpacked(key: Packed) -> Weight {
    Weight {
        cost: Cost(Cost::ENTRY.0 * key.entries()) + Cost::from_millis(key.cost_ms()),
        time_ms: key.time_ms(),
    }
}

/// Weight and length of every turn with the whole edge before it, in the order of the arcs and their turns; no weight where
/// an edge is closed.
fn turns<M: Measure>(network: &Network) -> impl Iterator<Item = (Option<Packed>, u64)> {
    (0..network.arc_count()).flat_map(move |i| {
        turns_of::<M>(network, ArcId::from_index(i)).map(|(_, key, length_mm)| (key, length_mm))
    })
}

/// The same of one arc.
fn turns_of<M: Measure>(
    network: &Network,
    arc: ArcId,
) -> impl Iterator<Item = (&TurnRow, Option<Packed>, u64)> {
    let edge = network.arc_edge(arc);
    let open = network.is_open(edge);
    let length_mm = network.weights(edge).2;
    network.turn_rows(arc).iter().map(move |turn| {
        let next = network.arc_edge(ArcId(turn.arc));
        if open && turn.is_open() && network.is_open(next) {
            let weight = M::edge(network, edge) + M::turn(turn);
            (turn, Some(packed(weight)), length_mm)
        } else {
            (turn, None, length_mm)
        }
    })
}

/// The arcs and turns of a network, on a plane that is true enough for cutting.
fn arc_graph(network: &Network) -> ArcGraph {
    let squeeze = network
        .bounds()
        .map_or(1.0, |b| b.centre().lat.to_radians().cos());
    let mut graph = ArcGraph {
        positions: (0..network.node_count())
            .map(|i| {
                let at = network.node(NodeId::from_index(i)).at.to_e7();
                [(f64::from(at.lon_e7) * squeeze) as i32, at.lat_e7]
            })
            .collect(),
        ends: Vec::with_capacity(network.arc_count()),
        first: vec![0],
        heads: Vec::with_capacity(network.turn_count()),
    };
    for arc in (0..network.arc_count()).map(ArcId::from_index) {
        let edge = network.edge(network.arc_edge(arc));
        graph.ends.push([edge.from.0, edge.to.0]);
        let turns = network.turn_rows(arc).iter();
        graph.heads.extend(turns.map(|turn| turn.arc));
        graph.first.push(graph.heads.len() as u32);
    }
    graph
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::TextMap;

    fn network(roads: &[&str]) -> Network {
        let map = TextMap::draw(100.0, "A-B-C\n| | |\nD-E-F");
        let add = |map: TextMap, road: &&str| map.road(road, |_| {});
        roads.iter().fold(map, add).network()
    }

    #[test]
    fn a_hierarchy_comes_back_from_its_file_for_its_own_roads_only() {
        let roads = network(&["ABC", "AD", "BE", "CF", "DEF"]);
        let built = Hierarchy::build(&roads);
        let mut writer = Writer::default();
        built.write(&roads, &mut writer);
        let file = writer.finish();
        let of = |roads| Hierarchy::read(&mut Reader::open(&file[..]).unwrap(), roads);
        let read = of(&roads).unwrap();
        assert_eq!(read.topology, built.topology);
        assert_eq!(read.preferred(&roads), built.preferred(&roads));
        let others = network(&["ABC", "AD", "BE", "CF"]);
        assert!(of(&others).is_err());
    }

    #[test]
    fn weights_come_back_as_they_were() {
        let weight = Weight {
            cost: Cost::ENTRY + Cost::from_millis(70_000),
            time_ms: 60_000,
        };
        assert_eq!(unpacked(packed(weight)), weight);
    }
}
