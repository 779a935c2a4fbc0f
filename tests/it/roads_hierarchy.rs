//! The router, which asks a hierarchy, against its reference, which asks Dijkstra: on random maps.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use rondo::geometry::{LonLat, along};
use rondo::network::{Network, Slot, Snap, SnapOptions};
use rondo::osm::{Access, Ferry, RestrictionKind, RoadClass};
use rondo::routing::{Direction, Exclusion, MetricSpec, Router, SegmentSpeeds};
use rondo::testkit::{TextMap, ViaName};
use rondo::units::{Metres, Millis};

const NAMES: &str = "ABCDEFGHIJKLMNOPQRSTUVWXY";

/// Five rows of five nodes, 100 m apart.
fn nodes() -> TextMap {
    TextMap::draw(100.0, "ABCDE\nFGHIJ\nKLMNO\nPQRST\nUVWXY")
}

/// A road: its nodes, how fast it is, and what kind of road.
type Road = (Vec<usize>, u32, u32);

/// Roads between neighbours and anywhere, some over several nodes, some there twice, some closed to a circle.
fn road() -> impl Strategy<Value = Road> {
    (
        prop::collection::vec(0..25_usize, 2..5),
        1..5_u32,
        0..12_u32,
    )
}

/// Which of the roads through a node (by number, modulo) may not, or must, follow which.
type Rule = (usize, usize, usize, bool);

fn map(roads: &[Road], rules: &[Rule]) -> TextMap {
    let name = |node: &usize| char::from(NAMES.as_bytes()[*node]);
    let mut map = nodes();
    let mut added: Vec<String> = Vec::new();
    for (nodes, speed, kind) in roads {
        let mut nodes: Vec<usize> = nodes.clone();
        nodes.dedup();
        if nodes.len() < 2 {
            continue;
        }
        let names: String = nodes.iter().map(name).collect();
        map = map.road(&names, |road| {
            for direction in [&mut road.forward, &mut road.backward]
                .into_iter()
                .flatten()
            {
                direction.speed_kmh = f64::from(*speed) * 36.0;
                direction.access = if *kind < 2 {
                    Access::Restricted
                } else {
                    Access::Open
                };
                direction.reluctance = if *kind == 3 { 2.5 } else { 1.0 };
            }
            if (4..6).contains(kind) {
                road.backward = None;
            }
            if *kind == 6 {
                road.class = RoadClass::Motorway;
            }
            road.toll = *kind == 7;
            if *kind == 8 {
                // Closed in the morning, closed against at midday, private in the evening, quick at night.
                let (there, back) = (road.forward, road.backward);
                let change = |d: Option<rondo::osm::Direction>, speed_kmh: f64, access: Access| {
                    d.map(|_| rondo::osm::Direction {
                        speed_kmh,
                        reluctance: 1.0,
                        access,
                    })
                };
                road.slots = Some(Box::new([
                    [None, None],
                    [there, None],
                    [there, back].map(|d| change(d, 36.0, Access::Restricted)),
                    [there, back].map(|d| change(d, 180.0, Access::Open)),
                ]));
            }
        });
        added.push(names);
    }
    for (from, via, to, only) in rules {
        let kind = if *only {
            RestrictionKind::Only
        } else {
            RestrictionKind::No
        };
        let pick = |i: usize| added[i % added.len()].clone();
        if added.is_empty() {
            break;
        }
        let (from, to) = (pick(*from), pick(*to));
        map = if via % 2 == 0 {
            let node = from.chars().last().unwrap_or('A');
            map.restrict(kind, &from, ViaName::Node(node), &to)
        } else {
            map.restrict(kind, &from, ViaName::Ways(&[&pick(*via)]), &to)
        };
    }
    map
}

/// Kinds of road to leave out, an area to avoid from corner to corner, speeds of segments by number, a part of the
/// day, and whether lengths count.
type Wish = (
    BTreeSet<Exclusion>,
    Option<[(u32, u32); 2]>,
    Vec<(usize, u32)>,
    Option<Slot>,
    bool,
);

fn wish() -> impl Strategy<Value = Wish> {
    let corner = || (0..41_u32, 0..41_u32);
    (
        prop::collection::btree_set(prop::sample::select(&Exclusion::ALL[..]), 0..3),
        prop::option::of([corner(), corner()]),
        prop::collection::vec((0..100_usize, 0..60_u32), 0..6),
        prop::option::of(prop::sample::select(&Slot::ALL[..])),
        prop::bool::weighted(0.2),
    )
}

fn spec(network: &Network, (exclude, avoid, speeds, slot, by_length): Wish) -> MetricSpec {
    let avoid = avoid.map(|[a, b]| {
        // Never flat.
        let (a, b) = (place(a), place(b));
        let wider = |from: f64, to: f64| (from.min(to) - 1e-6, from.max(to) + 1e-6);
        let (x, y) = (wider(a.lon, b.lon), wider(a.lat, b.lat));
        geo::Rect::new((x.0, y.0), (x.1, y.1)).to_polygon()
    });
    let segments: Vec<_> = network
        .edges()
        .flat_map(|edge| {
            let nodes = edge.node_refs();
            nodes.windows(2).map(|p| (p[0], p[1])).collect::<Vec<_>>()
        })
        .collect();
    let rows = speeds
        .iter()
        .filter(|_| !segments.is_empty())
        .map(|(i, kmh)| {
            let (from, to) = segments[i % segments.len()];
            (from, to, f64::from(*kmh))
        });
    MetricSpec {
        exclude,
        avoid: avoid.into_iter().collect(),
        speeds: (!speeds.is_empty()).then(|| Arc::new(SegmentSpeeds::new(rows))),
        slot,
        by_length,
    }
}

/// A router as it is built, or one that drives otherwise.
fn router() -> impl Strategy<Value = Router> {
    (built(), prop::option::of(wish())).prop_map(|(router, wish)| match wish {
        Some(wish) => {
            let spec = spec(router.network(), wish);
            router.metric(&spec).expect("the wish makes sense")
        }
        None => router,
    })
}

fn built() -> impl Strategy<Value = Router> {
    let rule = (0..100_usize, 0..100_usize, 0..100_usize, any::<bool>());
    (
        prop::collection::vec(road(), 1..40),
        prop::collection::vec(rule, 0..12),
        any::<bool>(),
    )
        .prop_map(|(roads, rules, squeeze)| {
            let mut roads = map(&roads, &rules).roads();
            if squeeze {
                // Two nodes at one place: edges without length.
                roads.node_positions[7].1 = roads.node_positions[8].1;
            }
            Router::new(Arc::new(Network::build(&roads).0))
        })
}

/// Shares of the drawing, to be snapped; whole hundredths, so that some lie on junctions.
fn points() -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((0..41_u32, 0..41_u32), 1..8)
}

fn snaps(router: &Router, points: &[(u32, u32)]) -> Vec<Snap> {
    let options = SnapOptions {
        limit: Metres(1_000.0),
        min_component_nodes: 0,
    };
    points
        .iter()
        .filter_map(|point| router.network().snap(place(*point), &options))
        .collect()
}

fn place((x, z): (u32, u32)) -> LonLat {
    let map = nodes();
    let (a, y) = (map.at('A'), map.at('Y'));
    let share = |from: f64, to: f64, s: u32| from + (to - from) * f64::from(s) / 40.0;
    LonLat::new(share(a.lon, y.lon, x), share(a.lat, y.lat, z))
}

proptest! {
    #[test]
    fn routes_and_tables_are_those_of_the_reference(router in router(), points in points()) {
        let snaps = snaps(&router, &points);
        let mut reference = router.reference();
        let mut query = router.query();
        let table = router.matrix(&snaps, &snaps);
        let slow = reference.matrix(&snaps, &snaps);
        for (i, from) in snaps.iter().enumerate() {
            for (j, to) in snaps.iter().enumerate() {
                let route = router.route(&mut query, from, to);
                let expected = reference.route(from, to);
                prop_assert_eq!(
                    route.as_ref().map(|r| (r.cost, r.time)),
                    expected.as_ref().map(|r| (r.cost, r.time)),
                    "from {:?} to {:?}", from, to
                );
                prop_assert_eq!(table.time(i, j), slow.time(i, j));
                prop_assert_eq!(table.time(i, j), route.as_ref().map(|r| r.time));
                let (cell, length) = (table.length(i, j), route.as_ref().map(|r| r.length));
                prop_assert_eq!(cell.is_some(), length.is_some());
                // The table rounds to centimetres.
                prop_assert!(cell.zip(length).is_none_or(|(a, b)| (a.0 - b.0).abs() < 0.006));
                if let Some(route) = route {
                    prop_assert!(route.edges.iter().all(|e| router.network().is_open(e.edge)));
                    for pair in route.edges.windows(2) {
                        let ends = |e| { let e = router.network().edge(e); (e.from, e.to) };
                        prop_assert_eq!(ends(pair[0].edge).1, ends(pair[1].edge).0);
                    }
                }
            }
        }
    }

    #[test]
    fn reach_is_that_of_the_reference(
        router in router(), points in points(), seconds in 0..120_i64,
    ) {
        let snaps = snaps(&router, &points);
        let mut query = router.query();
        let mut reference = router.reference();
        for direction in [Direction::From, Direction::Towards] {
            for limit in [Millis(seconds * 1_000), Millis(i64::MAX)] {
                let reach = router.reach(&mut query, &snaps, limit, direction);
                prop_assert_eq!(&reach, &reference.reach(&snaps, limit, direction));
                let one = &snaps[..snaps.len().min(1)];
                let reach = router.reach(&mut query, one, limit, direction);
                prop_assert_eq!(reach, reference.reach(one, limit, direction));
            }
        }
    }
}

#[test]
fn voyages_of_days_are_found_too() {
    let days = |hours: i64| {
        move |road: &mut rondo::osm::RoadWay| {
            road.class = RoadClass::Ferry;
            road.ferry = Some(Ferry {
                sailing: Millis(hours * Millis::HOUR.0),
                boarding: Millis(0),
            });
        }
    };
    let map = TextMap::draw(100.0, "A-B---C---D-E\n      |\n      X")
        .road("AB", |_| {})
        .road("BC", days(30))
        .road("CX", |_| {})
        .road("CD", days(90))
        .road("DE", |_| {});
    // `Drive::route` compares with the reference.
    let drive = map.drive();
    let voyage = drive.route("A", "E").expect("there is a way");
    assert!(voyage.time > Millis(120 * Millis::HOUR.0));
    let first = drive.route("A", "X").expect("there is a way");
    assert!(first.time < Millis(31 * Millis::HOUR.0));
    let places = [drive.place("A"), drive.place("E")];
    let table = drive.router.matrix(&places, &places);
    assert_eq!(table.time(0, 1), Some(voyage.time));
    assert_eq!(table.time(0, 0), Some(Millis(0)));
    let limit = Millis(200 * Millis::HOUR.0);
    let reach = drive.router.reach(
        &mut drive.router.query(),
        &places[..1],
        limit,
        Direction::From,
    );
    assert_eq!(
        reach,
        drive
            .router
            .reference()
            .reach(&places[..1], limit, Direction::From)
    );
    assert_eq!(reach.time_at(&places[1]), Some(voyage.time));
}

#[test]
fn places_on_one_edge_are_reached_directly_or_round() {
    let map = TextMap::draw(100.0, "A----B\n|    |\nD----C").one_way("ABCDA");
    let drive = map.drive();
    let at = |share| drive.snap(along(map.at('A'), map.at('B'), share));
    let places = [at(0.2), at(0.5), at(0.8)];
    let table = drive.router.matrix(&places, &places);
    let mut query = drive.router.query();
    for (i, from) in places.iter().enumerate() {
        for (j, to) in places.iter().enumerate() {
            let route = drive.router.route(&mut query, from, to);
            let plain = drive.router.reference().route(from, to);
            assert_eq!(route, plain);
            assert_eq!(table.time(i, j), route.map(|r| r.time));
        }
    }
    assert!(table.time(2, 0) > table.time(0, 2));
}

#[test]
fn roads_left_out_are_gone_round_or_bar_the_way() {
    let map = TextMap::draw(100.0, "A-B-C\n| |  \nD-E-F")
        .road("ABC", |road| road.toll = true)
        .road("AD", |_| {})
        .road("DE", |road| road.class = RoadClass::Motorway)
        .road("EF", |_| {})
        .road("BE", |_| {});
    let drive = map.drive();
    let without = |kinds: &[Exclusion]| {
        let spec = MetricSpec {
            exclude: kinds.iter().copied().collect(),
            ..MetricSpec::default()
        };
        drive.router.metric(&spec).unwrap()
    };
    let route = |router: &Router, from: char, to: char| {
        let options = SnapOptions {
            limit: Metres(10.0),
            min_component_nodes: 0,
        };
        let snap = |name: char| router.network().snap(map.at(name), &options);
        router.route(&mut router.query(), &snap(from)?, &snap(to)?)
    };
    let free = without(&[Exclusion::Toll]);
    let round = route(&free, 'A', 'E').unwrap();
    assert!(round.time > route(&drive.router, 'B', 'E').unwrap().time);
    assert!(
        round
            .edges
            .iter()
            .all(|e| !free.network().edge(e.edge).toll())
    );
    assert!(route(&free, 'A', 'C').is_none(), "nothing to snap to");
    let cut = without(&[Exclusion::Toll, Exclusion::Motorway]);
    assert!(route(&cut, 'A', 'E').is_none());
    // A place that was found while the road was open is no place to start from once it is closed.
    let on_toll = drive.snap(along(map.at('B'), map.at('C'), 0.5));
    let e = drive.place("E");
    assert!(free.route(&mut free.query(), &on_toll, &e).is_none());
    assert_eq!(free.matrix(&[on_toll], &[e]).time(0, 0), None);
    assert_eq!(free.matrix(&[e], &[on_toll]).time(0, 0), None);
}
