//! Everything within a driving time, over the hierarchy.

use super::cch::{Packed, ReachSearch, Reached, Sense};
use super::ends::{Ends, after_turns, before_turns};
use super::hierarchy::packed;
use super::metric::{Fastest, Metric};
use super::reach::{Direction, Near, Reach, assemble, places};
use super::{Query, Router, reach};
use crate::network::{ArcId, EdgeId, Network, Snap};
use crate::units::Millis;

pub(super) fn reach(
    router: &Router,
    query: &mut Query,
    origins: &[Snap],
    limit: Millis,
    direction: Direction,
) -> Reach {
    let network = &*router.network;
    let metric = router.hierarchy.fastest(network);
    let topology = router.hierarchy.topology();
    let ends = ends(network, origins, direction);
    let limit_ms = limit.0.max(0) as u64;
    let sense = match direction {
        Direction::From => Sense::From,
        Direction::Towards => Sense::Towards,
    };
    let search = query.reach(topology);
    let reached = search.run(topology, metric, sense, &ends.seeds, limit_ms);
    if ends.beyond() || reached.beyond {
        return reach::reach(network, query.frontiers(network), origins, limit, direction);
    }
    let mut distances = Distances::new(network, &reached);
    let of = |search: &mut ReachSearch, arc| search.key(topology, metric, sense, arc);
    distances.complete(limit_ms, direction, |arc| of(search, arc));
    assemble(
        network,
        origins,
        limit,
        direction,
        &distances.near(direction),
    )
}

fn ends(network: &Network, origins: &[Snap], direction: Direction) -> Ends {
    let mut ends = Ends::default();
    for place in places(network, origins, direction) {
        match direction {
            Direction::From => after_turns::<Fastest>(network, place, &mut ends),
            Direction::Towards => before_turns::<Fastest>(network, place, &mut ends),
        }
    }
    ends
}

/// How far the beginning of every edge is, by the best of its arcs.
struct Distances<'a> {
    network: &'a Network,
    best: Vec<Packed>,
}

impl<'a> Distances<'a> {
    fn new(network: &'a Network, reached: &Reached) -> Self {
        let mut best = vec![Packed::NEVER; network.edge_count()];
        for (arc, key) in &reached.arcs {
            let known = &mut best[network.arc_edge(ArcId(*arc)).index()];
            *known = (*key).min(*known);
        }
        Self { network, best }
    }

    /// Adds what the search leapt over and is needed all the same: an edge that is within the limit only by entering a
    /// restricted stretch may have another arc or another direction that is farther, with fewer entries.
    fn complete(
        &mut self,
        limit_ms: u64,
        direction: Direction,
        mut key: impl FnMut(u32) -> Packed,
    ) {
        for i in 0..self.best.len() {
            let edge = EdgeId::from_index(i);
            let near = self.of(edge, direction);
            if !near.fits() || near.entries() == 0 || near.time_ms() > limit_ms {
                continue;
            }
            for edge in [Some(edge), self.network.edge(edge).reverse()]
                .into_iter()
                .flatten()
            {
                for arc in self.network.arcs_of(edge) {
                    let known = &mut self.best[edge.index()];
                    *known = key(arc.0).min(*known);
                }
            }
        }
    }

    /// How far the near end of an edge is: its beginning, or towards the origins its end.
    fn of(&self, edge: EdgeId, direction: Direction) -> Packed {
        let key = self.best[edge.index()];
        match direction {
            Direction::Towards if key.fits() => {
                key.minus(packed(Fastest::edge(self.network, edge)))
            }
            _ => key,
        }
    }

    fn near(&self, direction: Direction) -> Vec<Near> {
        (0..self.best.len())
            .map(EdgeId::from_index)
            .map(|edge| (edge, self.of(edge, direction)))
            .filter(|(_, key)| key.fits())
            .map(|(edge, key)| Near {
                edge,
                entries: key.entries(),
                time_ms: key.time_ms(),
            })
            .collect()
    }
}
