//! Which accounts are near, in a box, or in a polygon? An R-tree over places.
//!
//! Answers are positions in the list the index was built from. Accounts without a place are in no answer.

use geo::{Contains, MultiPolygon};
use rstar::primitives::GeomWithData;
use rstar::{AABB, PointDistance, RTree};

use super::model::Account;
use crate::geometry::{Bounds, CURVATURE_M, LonLat, distance};
use crate::units::Metres;

type Flat = GeomWithData<[f64; 2], usize>;
type Round = GeomWithData<[f64; 3], usize>;

/// Places of a list of accounts. Two trees: degrees for boxes, points on the unit sphere for distances, which are then
/// exact at the poles and across the date line too.
#[derive(Clone, Debug, Default)]
pub struct AccountIndex {
    flat: RTree<Flat>,
    round: RTree<Round>,
}

impl AccountIndex {
    /// Index of the places of `accounts`; n log n.
    #[must_use]
    pub fn build(accounts: &[Account]) -> Self {
        Self::of_places(accounts.iter().map(|a| a.location.map(|l| l.at)))
    }

    /// Index of places; the positions of `None` stay out.
    #[must_use]
    pub fn of_places(places: impl IntoIterator<Item = Option<LonLat>>) -> Self {
        let located: Vec<(usize, LonLat)> = places
            .into_iter()
            .enumerate()
            .filter_map(|(i, p)| Some((i, p?)))
            .collect();
        let flat = located.iter().map(|(i, p)| Flat::new([p.lon, p.lat], *i));
        let round = located.iter().map(|(i, p)| Round::new(on_sphere(*p), *i));
        Self {
            flat: RTree::bulk_load(flat.collect()),
            round: RTree::bulk_load(round.collect()),
        }
    }

    /// Accounts inside or on the border of a box, in list order.
    #[must_use]
    pub fn in_box(&self, bounds: &Bounds) -> Vec<usize> {
        let envelope = AABB::from_corners(
            [bounds.min.lon, bounds.min.lat],
            [bounds.max.lon, bounds.max.lat],
        );
        let mut found: Vec<_> = self
            .flat
            .locate_in_envelope(envelope)
            .map(|entry| entry.data)
            .collect();
        found.sort_unstable();
        found
    }

    /// Accounts inside a shape (not on its border), in list order.
    #[must_use]
    pub fn in_polygon(&self, shape: &MultiPolygon) -> Vec<usize> {
        let corners = shape
            .iter()
            .flat_map(|p| p.exterior().coords().map(|c| LonLat::from(*c)));
        let Some(bounds) = Bounds::around(corners) else {
            return Vec::new();
        };
        let envelope = AABB::from_corners(
            [bounds.min.lon, bounds.min.lat],
            [bounds.max.lon, bounds.max.lat],
        );
        let mut found: Vec<_> = self
            .flat
            .locate_in_envelope(envelope)
            .filter(|entry| {
                let [x, y] = *entry.geom();
                shape.contains(&geo::Coord { x, y })
            })
            .map(|entry| entry.data)
            .collect();
        found.sort_unstable();
        found
    }

    /// The `k` accounts nearest to `p` with their distances as the crow flies, nearest first, ties in list order.
    #[must_use]
    pub fn nearest(&self, p: LonLat, k: usize) -> Vec<(usize, Metres)> {
        let centre = on_sphere(p);
        // What the sphere of the tree puts farther by this (a squared chord) is farther on the ellipsoid too; nearer ones
        // may change places with the last of the k.
        let [least, greatest] = CURVATURE_M;
        let beyond = (greatest / least).powi(2) * (1.0 + 1e-9);
        let mut found = Vec::new();
        let mut last = 0.0;
        for entry in self.round.nearest_neighbor_iter(centre) {
            let chord = entry.distance_2(&centre);
            if found.len() >= k && chord > last * beyond + 1e-18 {
                break;
            }
            if found.len() < k {
                last = chord;
            }
            found.push(entry);
        }
        let mut measured = measure(p, found.into_iter());
        measured.truncate(k);
        measured
    }

    /// Accounts within `limit` of `p` as the crow flies, nearest first, ties in list order.
    #[must_use]
    pub fn within(&self, p: LonLat, limit: Metres) -> Vec<(usize, Metres)> {
        let angle = (limit.0 / CURVATURE_M[0]).clamp(0.0, std::f64::consts::PI);
        // A hair more than the chord of the limit; the distance itself decides below.
        let chord = 2.0 * (angle / 2.0).sin() + 1e-9;
        let near = self
            .round
            .locate_within_distance(on_sphere(p), chord * chord);
        let mut found = measure(p, near);
        found.retain(|(_, distance)| *distance <= limit);
        found
    }
}

fn measure<'a>(p: LonLat, entries: impl Iterator<Item = &'a Round>) -> Vec<(usize, Metres)> {
    let mut measured: Vec<_> = entries
        .map(|entry| (entry.data, distance(p, from_sphere(*entry.geom()))))
        .collect();
    measured.sort_by(|a, b| a.1.0.total_cmp(&b.1.0).then(a.0.cmp(&b.0)));
    measured
}

fn on_sphere(p: LonLat) -> [f64; 3] {
    let (lon, lat) = (p.lon.to_radians(), p.lat.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

fn from_sphere([x, y, z]: [f64; 3]) -> LonLat {
    LonLat::new(y.atan2(x).to_degrees(), z.atan2(x.hypot(y)).to_degrees())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places() -> impl Strategy<Value = Vec<Option<LonLat>>> {
        let near = (14.0_f64..15.0, 35.5_f64..36.5);
        let anywhere = (-180.0_f64..180.0, -90.0_f64..90.0);
        let place = prop_oneof![
            8 => near.prop_map(|(x, y)| Some(LonLat::new(x, y))),
            2 => anywhere.prop_map(|(x, y)| Some(LonLat::new(x, y))),
            1 => Just(Some(LonLat::new(14.5, 35.9))),
            1 => Just(None),
        ];
        prop::collection::vec(place, 0..80)
    }

    /// Every account measured.
    fn scan(places: &[Option<LonLat>], p: LonLat) -> Vec<(usize, Metres)> {
        let mut all: Vec<_> = places
            .iter()
            .enumerate()
            .filter_map(|(i, q)| Some((i, distance(p, (*q)?))))
            .collect();
        all.sort_by(|a, b| a.1.0.total_cmp(&b.1.0).then(a.0.cmp(&b.0)));
        all
    }

    fn same(a: &[(usize, Metres)], b: &[(usize, Metres)]) -> bool {
        // Distances are compared, not positions: places millimetres apart may swap.
        a.len() == b.len() && a.iter().zip(b).all(|(x, y)| (x.1.0 - y.1.0).abs() < 1e-3)
    }

    proptest! {
        #[test]
        fn boxes_agree_with_a_scan(places in places(), x in 14.0_f64..15.0, y in 35.5_f64..36.5, w in 0.0_f64..1.0) {
            let bounds = Bounds { min: LonLat::new(x, y), max: LonLat::new(x + w, y + w / 2.0) };
            let want: Vec<_> = (0..places.len()).filter(|i| places[*i].is_some_and(|p| bounds.contains(p))).collect();
            let index = AccountIndex::of_places(places.clone());
            prop_assert_eq!(&index.in_box(&bounds), &want);
            let rectangle = geo::Rect::new(geo::Coord::from(bounds.min), geo::Coord::from(bounds.max)).to_polygon();
            let inside = index.in_polygon(&MultiPolygon::new(vec![rectangle]));
            prop_assert!(inside.iter().all(|i| want.contains(i)));
        }

        #[test]
        fn nearest_and_within_agree_with_a_scan(
            places in places(), x in -180.0_f64..180.0, y in -90.0_f64..90.0, near in any::<bool>(), k in 0_usize..12,
            limit in prop_oneof![0.0_f64..1e5, 0.0_f64..2.1e7],
        ) {
            let p = if near { LonLat::new(14.5, 35.9) } else { LonLat::new(x, y) };
            let index = AccountIndex::of_places(places.clone());
            let all = scan(&places, p);
            prop_assert!(same(&index.nearest(p, k), &all[..k.min(all.len())]));
            let want: Vec<_> = all.into_iter().filter(|(_, d)| d.0 <= limit).collect();
            let found = index.within(p, Metres(limit));
            // A place exactly on the limit may fall on either side by rounding.
            prop_assert!(found.len().abs_diff(want.len()) <= 1 && (found.len() != want.len() || same(&found, &want)));
        }
    }

    #[test]
    fn ties_come_in_list_order_and_across_the_date_line_is_near() {
        let p = LonLat::new(179.99, 0.0);
        let here = Some(LonLat::new(-179.99, 0.0));
        let index =
            AccountIndex::of_places([here, None, here, Some(LonLat::new(170.0, 0.0)), here]);
        let order: Vec<_> = index.nearest(p, 2).into_iter().map(|(i, _)| i).collect();
        assert_eq!(order, [0, 2]);
        assert_eq!(index.within(p, Metres(3_000.0)).len(), 3);
    }
}
