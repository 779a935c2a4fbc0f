//! From a place asked for to a place on the road: what it may snap to, and which directions it may be left and reached in.

use super::ask::{Approach, Common, Spot};
use super::fault::{Code, Fault};
use super::hint::Hint;
use super::json::Json;
use super::{Services, bearing, write};
use crate::geometry::LonLat;
use crate::network::{EdgeId, Network, Side, Snap};
use crate::routing::{Place, Stand};
use crate::units::Metres;

/// A place on the road.
#[derive(Clone, Debug)]
pub struct Waypoint {
    /// What was asked for.
    pub asked: LonLat,
    /// Where that is on the road.
    pub snap: Snap,
    /// Where trips may begin and end there.
    pub stand: Stand,
}

/// Takes all places of a request to the road.
///
/// The nearest road counts. Only when the nearest ones lie in parts of the network that are not joined, places on small
/// parts (a yard, a piece cut off at the edge of the map) go to the nearest large one instead.
pub fn waypoints(services: &Services, common: &Common) -> Result<Vec<Waypoint>, Fault> {
    let network = services.network();
    let nearest = common
        .spots
        .iter()
        .enumerate()
        .map(|(i, spot)| {
            candidates(services, spot, 1)
                .pop()
                .ok_or_else(|| no_segment(i, &common.spots))
        })
        .collect::<Result<Vec<Snap>, Fault>>()?;
    let part = |snap: &Snap| network.component(snap.edge);
    let joined = nearest.windows(2).all(|two| part(&two[0]) == part(&two[1]));
    let small = |snap: &Snap| {
        network.components()[part(snap)].nodes < services.settings.small_component_nodes
    };
    let snaps = nearest.into_iter().zip(&common.spots).map(|(snap, spot)| {
        if joined || !small(&snap) {
            return snap;
        }
        let fits = |other: &Snap| !small(other) && fits(network, spot, other);
        network
            .snap_where(spot.at, 1, limit(spot), fits)
            .pop()
            .unwrap_or(snap)
    });
    Ok(snaps
        .map(|snap| at_junction(network, snap))
        .zip(&common.spots)
        .map(|(snap, spot)| Waypoint {
            asked: spot.at,
            snap,
            stand: stand(network, spot, &snap),
        })
        .collect())
}

/// Nearer than this to the end of its road, in metres, a place is at the junction: answers tell places to a tenth of a
/// metre, and what is told has to lead back to the same place.
const AT_JUNCTION_M: f64 = 0.15;

/// Moves a place by centimetres onto the junction that it is meant to be at.
fn at_junction(network: &Network, snap: Snap) -> Snap {
    let edge = network.edge(snap.edge);
    let length = edge.length().0;
    let (along, node) = if snap.along * length < AT_JUNCTION_M {
        (0.0, edge.from)
    } else if (1.0 - snap.along) * length < AT_JUNCTION_M {
        (1.0, edge.to)
    } else {
        return snap;
    };
    Snap {
        along,
        at: network.node(node).at,
        ..snap
    }
}

/// The `count` nearest roads that a place may snap to.
pub fn candidates(services: &Services, spot: &Spot, count: usize) -> Vec<Snap> {
    let network = services.network();
    if count == 1
        && let Some(snap) = spot.hint.and_then(|hint| services.remembered(spot, hint))
        && fits(network, spot, &snap)
        && snap.distance.0 <= limit(spot).0
    {
        return vec![snap];
    }
    network.snap_where(spot.at, count, limit(spot), |snap| {
        fits(network, spot, snap)
    })
}

fn limit(spot: &Spot) -> Metres {
    Metres(spot.radius_m.unwrap_or(f64::INFINITY))
}

fn no_segment(i: usize, spots: &[Spot]) -> Fault {
    let at = spots[i].at;
    let what = format!(
        "Could not find a matching segment for coordinate {i} ({:.6},{:.6})",
        at.lon, at.lat
    );
    Fault::new(Code::NoSegment, what)
}

fn fits(network: &Network, spot: &Spot, snap: &Snap) -> bool {
    if !spot.anywhere && network.edge(snap.edge).private_service() {
        return false;
    }
    spot.bearing.is_none() && spot.approach == Approach::Unrestricted
        || directions(network, spot, snap).contains(&true)
}

/// Whether the road at `snap` may be used along [`Snap::edge`] and against it.
fn directions(network: &Network, spot: &Spot, snap: &Snap) -> [bool; 2] {
    let mut open = [
        network.is_open(snap.edge),
        snap.reverse.is_some_and(|edge| network.is_open(edge)),
    ];
    let two_way = open == [true, true];
    if let Some(wish) = spot.bearing {
        let along = bearing::at_share(network.edge(snap.edge).trace(), snap.along);
        for (open, bearing) in open.iter_mut().zip([along, bearing::opposite(along)]) {
            *open &= bearing::within(bearing, wish.degrees, wish.range);
        }
    }
    if two_way && spot.approach != Approach::Unrestricted {
        // The kerb is on the right where traffic keeps right. A place on the road itself counts as on its right.
        let right = snap.side != Side::Left;
        let kerb_along = right != network.edge(snap.edge).drives_left();
        let along = kerb_along == (spot.approach == Approach::Curb);
        open[0] &= along;
        open[1] &= !along;
    }
    open
}

/// Where trips may begin and end at `snap`.
fn stand(network: &Network, spot: &Spot, snap: &Snap) -> Stand {
    let mut stand = Stand::of(network, snap);
    if spot.approach != Approach::Unrestricted {
        return one_road(network, spot, snap);
    }
    if let Some(wish) = spot.bearing {
        if stand.node.is_none() {
            return one_road(network, spot, snap);
        }
        let fits = |place: &Place| {
            let trace = network.edge(place.edge).trace();
            let bearing = bearing::at_share(trace, place.share);
            bearing::within(bearing, wish.degrees, wish.range)
        };
        stand.departures.retain(fits);
        stand.arrivals.retain(fits);
        stand.node = None;
    }
    stand
}

/// The directions of the one road that was found, even at a junction.
fn one_road(network: &Network, spot: &Spot, snap: &Snap) -> Stand {
    let [along, against] = directions(network, spot, snap);
    let place = |edge: EdgeId, share| Place { edge, share };
    let places: Vec<Place> = [
        along.then(|| place(snap.edge, snap.along)),
        snap.reverse
            .filter(|_| against)
            .map(|edge| place(edge, 1.0 - snap.along)),
    ]
    .into_iter()
    .flatten()
    .collect();
    Stand {
        departures: places.clone(),
        arrivals: places,
        node: None,
    }
}

impl Services {
    /// What a hint remembers, if it is ours and for this place.
    fn remembered(&self, spot: &Spot, hint: Hint) -> Option<Snap> {
        let network = self.network();
        if hint.stamp != self.stamp
            || !hint.is_for(spot.at)
            || hint.edge.index() >= network.edge_count()
        {
            return None;
        }
        network.snap_onto(hint.edge, spot.at)
    }

    fn hint(&self, asked: LonLat, snap: &Snap) -> Hint {
        Hint {
            stamp: self.stamp,
            asked: asked.to_e7(),
            edge: snap.edge,
            along: (snap.along * f64::from(u32::MAX)) as u32,
        }
    }

    /// Writes a waypoint; `more` adds what a service tells beside.
    pub(super) fn write_waypoint(
        &self,
        json: &mut Json,
        asked: LonLat,
        snap: &Snap,
        hints: bool,
        more: impl FnOnce(&mut Json),
    ) {
        json.object(|json| {
            if hints {
                let hint = self.hint(asked, snap);
                json.key("hint").raw_text(|out| hint.encode(out));
            }
            write::position(json.key("location"), snap.at.to_e7());
            json.key("name").text(self.network().edge(snap.edge).name());
            json.key("distance").fixed(snap.distance.0, 6);
            more(json);
        });
    }

    /// Writes `"waypoints":[...]` unless the request wants none.
    pub(super) fn write_waypoints(&self, json: &mut Json, common: &Common, waypoints: &[Waypoint]) {
        if !common.no_waypoints {
            json.key("waypoints").list(waypoints, |json, w| {
                self.write_waypoint(json, w.asked, &w.snap, !common.no_hints, |_| {});
            });
        }
    }
}
