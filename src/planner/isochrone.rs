//! What area lies within a driving time or a distance? [`isochrones`], for any router.

use crate::coverage::polygons::{Piece, ReachArea, reach_areas};
use crate::network::{Network, Snap};
use crate::routing::{Direction, Reach, ReachedEdge, Router};
use crate::units::Millis;

/// Areas with the roads that they were drawn around.
#[derive(Clone, Debug)]
pub struct Isochrones {
    /// One for each limit, shortest first.
    pub areas: Vec<ReachArea>,
    /// All roads within the longest limit.
    pub reach: Reach,
}

/// The area within each of `limits` of the nearest of `origins`. Limits are what the times of `router` are: centimetres for
/// one that measures lengths.
#[must_use]
pub fn isochrones(
    router: &Router,
    origins: &[Snap],
    limits: &[Millis],
    direction: Direction,
) -> Isochrones {
    let longest = limits.iter().copied().max().unwrap_or_default();
    let reach = router.reach(&mut router.query(), origins, longest, direction);
    Isochrones {
        areas: reach_areas(&pieces(router.network(), &reach), limits),
        reach,
    }
}

/// Reached edges as pieces of road, each in the order of reaching; one that its other direction has covered before is left
/// out. Ferries carry nobody to places between their piers.
#[must_use]
pub fn pieces(network: &Network, reach: &Reach) -> Vec<Piece> {
    let mut done = vec![None; network.edge_count()];
    for part in &reach.edges {
        if part.from_share <= 0.0 && part.to_share >= 1.0 {
            done[part.edge.index()] = Some((part.time_from.max(part.time_to), part.edge));
        }
    }
    let is_new = |part: &&ReachedEdge| {
        let begun = part.time_from.min(part.time_to);
        let reverse = network.edge(part.edge).reverse();
        // By id where both take no time at all, lest each stands aside for the other.
        let covered = reverse.and_then(|reverse| done[reverse.index()]);
        covered.is_none_or(|covered| covered > (begun, part.edge))
    };
    reach
        .edges
        .iter()
        .filter(|part| !network.edge(part.edge).ferry())
        .filter(is_new)
        .map(|part| {
            let mut line = network.line_between(part.edge, part.from_share, part.to_share);
            let (mut enter, mut leave) = (part.time_from, part.time_to);
            if leave < enter {
                line.reverse();
                std::mem::swap(&mut enter, &mut leave);
            }
            Piece { line, enter, leave }
        })
        .collect()
}
