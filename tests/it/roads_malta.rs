//! A whole country: prepared, saved, loaded, and asked for routes that slower searches confirm.

use std::sync::LazyLock;

use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};
use rondo::geometry::LonLat;
use rondo::network::{ArcId, Network, Snap, SnapOptions};
use rondo::planner::{PrepareOptions, Region};
use rondo::routing::{Direction, Route, Router};
use rondo::units::Millis;

const VALLETTA: LonLat = LonLat::new(14.5124, 35.8985);
const VICTORIA: LonLat = LonLat::new(14.2396, 36.0443);

static MALTA: LazyLock<Region> = LazyLock::new(|| {
    let path = std::path::Path::new("data/malta.osm.pbf");
    Region::prepare(path, &PrepareOptions::default(), &|_| {}).unwrap()
});

fn router() -> Router {
    MALTA.router()
}

fn snap(at: LonLat) -> Snap {
    MALTA.network.snap(at, &SnapOptions::default()).unwrap()
}

/// Places strewn over the islands by a fixed rule, each on a road.
fn places(count: usize) -> Vec<Snap> {
    let mut state = 42_u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    std::iter::repeat_with(|| LonLat::new(14.2 + 0.37 * draw(), 35.81 + 0.26 * draw()))
        .filter_map(|at| MALTA.network.snap(at, &SnapOptions::default()))
        .take(count)
        .collect()
}

#[test]
fn malta_is_where_it_is() {
    assert_eq!(MALTA.meta.country.as_deref(), Some("MT"));
    assert_eq!(MALTA.meta.time_zone, "Europe/Malta");
    assert!(MALTA.meta.drives_left);
    assert!(MALTA.meta.bounds.contains(VALLETTA) && MALTA.meta.bounds.contains(VICTORIA));
}

#[test]
fn valletta_to_victoria_takes_the_ferry_and_says_so() {
    let router = router();
    let mut query = router.query();
    let route = router
        .route(&mut query, &snap(VALLETTA), &snap(VICTORIA))
        .unwrap();
    assert!(route.ferry);
    assert!(
        (60..150).contains(&(route.time.0 / 60_000)),
        "{:?}",
        route.time
    );
    assert!(
        (30.0..50.0).contains(&route.length.as_km()),
        "{:?}",
        route.length
    );
    let mosta = snap(LonLat::new(14.4256, 35.9097));
    assert!(
        !router
            .route(&mut query, &snap(VALLETTA), &mosta)
            .unwrap()
            .ferry
    );
}

#[test]
fn gozo_is_an_island_joined_by_ferry() {
    let islands = MALTA.network.islands();
    assert!(islands[0].nodes > 6 * islands[1].nodes);
    let gozo = &islands[1];
    assert!(gozo.joined && gozo.bounds.contains(VICTORIA) && !gozo.bounds.contains(VALLETTA));
    assert!(gozo.nodes > 3_000);
    assert!(islands[2..].iter().all(|island| island.nodes < 300));
}

/// The arcs and turns as a petgraph graph; an edge weighs what its turn and the arc after it cost.
fn line_graph(network: &Network) -> DiGraph<(), u64> {
    let mut graph = DiGraph::with_capacity(network.arc_count(), network.turn_count());
    for _ in 0..network.arc_count() {
        graph.add_node(());
    }
    for arc in 0..network.arc_count() as u32 {
        for (next, _, cost) in network.turns(ArcId(arc)) {
            let edge = network.edge(network.arc_edge(next));
            graph.add_edge(arc.into(), next.0.into(), cost.0 + edge.cost().0 as u64);
        }
    }
    graph
}

#[test]
fn routes_table_reference_and_petgraph_agree() {
    let router = router();
    let network = router.network();
    let graph = line_graph(network);
    let places = places(16);
    let matrix = router.matrix(&places, &places);
    let mut query = router.query();
    let mut reference = router.reference();
    for (i, from) in places.iter().enumerate().take(3) {
        // From the end of the edge that the trip starts on, in either direction.
        let ends: Vec<_> = [
            Some((from.edge, from.along)),
            from.reverse.map(|e| (e, 1.0 - from.along)),
        ]
        .into_iter()
        .flatten()
        .map(|(edge, along)| {
            let cost = network.edge(edge).cost().0 as f64;
            let rest = cost as u64 - (cost * along).round() as u64;
            (
                rest,
                dijkstra(&graph, NodeIndex::new(edge.index()), None, |e| *e.weight()),
            )
        })
        .collect();
        for (j, to) in places.iter().enumerate().filter(|(j, _)| *j != i) {
            let plain = router.route(&mut query, from, to);
            let both = reference.route_bidirectional(from, to);
            assert_eq!(
                plain.as_ref().map(|r| (r.cost, r.time)),
                both.as_ref().map(|r| (r.cost, r.time))
            );
            assert_eq!(matrix.time(i, j), plain.as_ref().map(|r| r.time));
            let slow = [
                Some((to.edge, to.along)),
                to.reverse.map(|e| (e, 1.0 - to.along)),
            ]
            .into_iter()
            .flatten()
            .flat_map(|(edge, along)| {
                let cost = network.edge(edge).cost().0 as f64;
                let left = cost as u64 - (cost * along).round() as u64;
                let arcs = (0..network.arc_count() as u32)
                    .filter(move |a| network.arc_edge(ArcId(*a)) == edge);
                arcs.filter_map(|arc| {
                    ends.iter()
                        .filter_map(|(rest, costs)| {
                            Some(rest + costs.get(&NodeIndex::new(arc as usize))?)
                        })
                        .min()
                        .map(|cost| cost - left)
                })
                .collect::<Vec<_>>()
            })
            .min();
            assert_eq!(plain.map(|r| r.cost.0), slow, "{from:?} {to:?}");
        }
    }
}

#[test]
fn routes_tables_and_reach_are_those_of_the_reference() {
    let router = router();
    let places = places(60);
    let (from, to) = places.split_at(20);
    let mut query = router.query();
    let mut reference = router.reference();
    let table = router.matrix(from, to);
    let slow = reference.matrix(from, to);
    for (i, a) in from.iter().enumerate() {
        for (j, b) in to.iter().enumerate() {
            let route = router.route(&mut query, a, b);
            assert_eq!(table.time(i, j), slow.time(i, j), "{a:?} {b:?}");
            assert_eq!(table.time(i, j), route.as_ref().map(|r| r.time));
            let (cell, length) = (table.length(i, j), route.as_ref().map(|r| r.length));
            // The table rounds to centimetres.
            assert!(
                cell.zip(length)
                    .is_none_or(|(a, b)| (a.0 - b.0).abs() < 0.006)
            );
            if i < 3 {
                let plain = reference.route(a, b);
                let weight = |r: &Route| (r.cost, r.time);
                assert_eq!(route.as_ref().map(weight), plain.as_ref().map(weight));
            }
        }
    }
    for (i, home) in from.iter().enumerate().take(3) {
        let limit = Millis::from_minutes(7 + 12 * i as i64);
        for direction in [Direction::From, Direction::Towards] {
            let quick = router.reach(&mut query, &[*home], limit, direction);
            assert_eq!(quick, reference.reach(&[*home], limit, direction));
        }
    }
}

#[test]
fn a_larger_reach_holds_a_smaller_one() {
    let router = router();
    let mut query = router.query();
    let home = [snap(VALLETTA)];
    let mut last = 0;
    for minutes in [0, 5, 10, 20, 45] {
        let reach = router.reach(
            &mut query,
            &home,
            Millis::from_minutes(minutes),
            Direction::From,
        );
        assert!(reach.edges.len() >= last);
        last = reach.edges.len();
        assert!(
            reach
                .edges
                .iter()
                .all(|e| e.time_from <= reach.limit && e.time_to <= reach.limit)
        );
        assert!(reach.time_at(&home[0]) == Some(Millis(0)));
    }
    assert!(last > 30_000, "most of the island within 45 min: {last}");
}

#[test]
fn a_region_survives_its_file_and_the_same_extract_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("a.rondo"), folder.path().join("b.rondo"));
    MALTA.save(&first).unwrap();
    let loaded = Region::load(&first).unwrap();
    assert_eq!(
        (&loaded.meta, &loaded.report, &loaded.hash),
        (&MALTA.meta, &MALTA.report, &MALTA.hash)
    );
    assert_eq!(loaded.places, MALTA.places);
    assert_eq!(loaded.network.to_bytes(), MALTA.network.to_bytes());
    let path = std::path::Path::new("data/malta.osm.pbf");
    let again = Region::prepare(path, &PrepareOptions::default(), &|_| {}).unwrap();
    again.save(&second).unwrap();
    assert!(std::fs::read(&first).unwrap() == std::fs::read(&second).unwrap());
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 2, "no part file is left behind");
}

#[test]
fn a_damaged_region_file_is_refused_with_a_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.rondo");
    let refused = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let error = Region::load(&path).unwrap_err().to_string();
        assert!(!error.contains('\n'), "{error}");
        error
    };
    MALTA.save(&path).unwrap();
    let good = std::fs::read(&path).unwrap();
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    let error = refused(&flipped);
    assert!(
        error.contains("damaged") && error.contains("rondo prepare"),
        "{error}"
    );
    assert!(refused(&good[..good.len() / 2]).contains("cut off"));
    assert!(refused(b"").contains("no region file"));
    assert!(refused(b"OSMHeader and so on, long enough").contains("no region file"));
    let mut old = good;
    old[8] = 0;
    assert!(refused(&old).contains("format 0"));
    let missing = Region::load(&folder.path().join("none.rondo"))
        .unwrap_err()
        .to_string();
    assert!(missing.contains("none.rondo"), "{missing}");
}
