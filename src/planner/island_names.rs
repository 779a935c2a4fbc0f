//! What people call a part of the network that roads alone do not join to the rest.

use crate::geometry::{LonLat, distance};
use crate::network::Island;
use crate::osm::{Place, PlaceKind};

/// How far from the middle of an island without a place of its own its name may lie, in metres.
const NEAR_M: f64 = 5_000.0;

/// Kinds of places, those that name an island best first. An island that is mapped as one settles it; otherwise its
/// largest settlement does.
const RANKS: &[&str] = &[
    "place=island",
    "place=islet",
    "place=archipelago",
    "place=city",
    "place=town",
    "place=village",
    "place=suburb",
    "place=hamlet",
];

/// The name of the best-ranked place within the island's box, of several the one nearest to its middle; when the box
/// holds none, of the nearest place within five kilometres.
pub(super) fn name(island: &Island, places: &[Place]) -> Option<String> {
    let away = |place: &Place| distance(island.centre, place.at).0;
    let settlements = || {
        places
            .iter()
            .filter(|p| p.kind == PlaceKind::Settlement)
            .filter_map(|p| p.name.as_deref().map(|name| (p, name)))
    };
    let inside = settlements()
        .filter(|(place, _)| island.bounds.contains(place.at))
        .filter(|(place, _)| fits(island, place.at, &place.tag))
        .min_by(|(a, _), (b, _)| {
            let key = |p: &Place| (rank(&p.tag), away(p));
            let (a, b) = (key(a), key(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
    let near = || {
        settlements()
            .filter(|(place, _)| away(place) <= NEAR_M)
            .min_by(|(a, _), (b, _)| away(a).total_cmp(&away(b)))
    };
    inside.or_else(near).map(|(_, name)| name.to_owned())
}

/// Whether a place that names an island may name this one: its point must lie about the middle of the box. A large box
/// may hold the point of a small island beside it.
fn fits(island: &Island, at: LonLat, tag: &str) -> bool {
    if rank(tag) > 2 {
        return true;
    }
    let (min, max) = (island.bounds.min, island.bounds.max);
    let inner = |low: f64, value: f64, high: f64| {
        let quarter = (high - low) / 4.0;
        (low + quarter..=high - quarter).contains(&value)
    };
    inner(min.lon, at.lon, max.lon) && inner(min.lat, at.lat, max.lat)
}

fn rank(tag: &str) -> usize {
    RANKS
        .iter()
        .position(|known| *known == tag)
        .unwrap_or(RANKS.len())
}
