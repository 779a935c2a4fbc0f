//! Each rule of the roads on a map drawn for it.

use crate::osm::RestrictionKind::{No, NoUTurn, Only};
use crate::osm::{Access, Ferry, RoadWay};
use crate::testkit::{TextMap, ViaName};
use crate::units::Millis;

fn restricted(road: &mut RoadWay) {
    for direction in [&mut road.forward, &mut road.backward]
        .into_iter()
        .flatten()
    {
        direction.access = Access::Restricted;
    }
}

#[test]
fn a_one_way_blocks_the_return() {
    let drive = TextMap::draw(100.0, "A-B-C").one_way("ABC").drive();
    assert_eq!(drive.path("A", "C"), "ABC");
    assert_eq!(drive.path("C", "A"), "");
}

#[test]
fn a_way_closed_along_its_nodes_is_open_against_them() {
    let drive = TextMap::draw(100.0, "A-B-C")
        .road("ABC", |road| road.forward = None)
        .drive();
    assert_eq!(drive.path("A", "C"), "");
    assert_eq!(drive.path("C", "A"), "CBA");
}

#[test]
fn time_and_length_are_those_of_the_road() {
    // 400 m at 36 km/h are 40 s; from the middle of the road half of that.
    let drive = TextMap::draw(100.0, "A---C").road("AC", |_| {}).drive();
    let whole = drive.route("A", "C").unwrap();
    assert!((whole.time.0 - 40_000).abs() < 20, "{:?}", whole.time);
    assert!((whole.length.0 - 400.0).abs() < 0.2);
    let half = drive.route("AC", "A").unwrap();
    assert!((half.time.0 - 20_000).abs() < 20);
    assert!((half.length.0 - 200.0).abs() < 0.2);
}

#[test]
fn start_and_end_on_the_same_edge_in_either_order() {
    let map = TextMap::draw(100.0, "A----B");
    let drive = map.clone().road("AB", |_| {}).drive();
    let near_a = drive.snap(crate::geometry::along(map.at('A'), map.at('B'), 0.2));
    let near_b = drive.snap(crate::geometry::along(map.at('A'), map.at('B'), 0.8));
    let mut query = drive.router.query();
    for (from, to) in [(&near_a, &near_b), (&near_b, &near_a)] {
        let route = drive.router.route(&mut query, from, to).unwrap();
        assert_eq!(route.edges.len(), 1);
        assert!((route.length.0 - 300.0).abs() < 0.2);
    }
    let nothing = drive.router.route(&mut query, &near_a, &near_a).unwrap();
    assert_eq!(
        (nothing.time, nothing.line(drive.router.network()).len()),
        (Millis(0), 1)
    );
}

#[test]
fn a_place_behind_on_a_one_way_is_reached_round_the_block() {
    let map = TextMap::draw(100.0, "A----B\n|    |\nD----C");
    let drive = map
        .clone()
        .one_way("AB")
        .one_way("BC")
        .one_way("CD")
        .one_way("DA")
        .drive();
    let near_a = drive.snap(crate::geometry::along(map.at('A'), map.at('B'), 0.2));
    let near_b = drive.snap(crate::geometry::along(map.at('A'), map.at('B'), 0.8));
    let mut query = drive.router.query();
    let round = drive.router.route(&mut query, &near_b, &near_a).unwrap();
    assert_eq!(round.edges.len(), 5);
    // 1,400 m round the block less the 300 m between the two places.
    assert!((round.length.0 - 1_100.0).abs() < 1.0, "{:?}", round.length);
    let mut reference = drive.router.reference();
    let plain = reference.route(&near_b, &near_a);
    assert_eq!(plain.as_ref(), Some(&round));
    let both = reference.route_bidirectional(&near_b, &near_a);
    assert_eq!(both, Some(round));
}

#[test]
fn nobody_turns_round_on_an_open_road() {
    // D can be reached from A only by turning right at B, which is forbidden, or by turning round behind B.
    let map = TextMap::draw(
        100.0,
        "
        A-B-C
          |
          D
        ",
    )
    .road("AB", |_| {})
    .road("BC", |_| {})
    .road("BD", |_| {})
    .restrict(No, "AB", ViaName::Node('B'), "BD");
    assert_eq!(
        map.drive().path("A", "D"),
        "ABCBD",
        "the dead end C is a place to turn"
    );
}

#[test]
fn a_turning_place_lets_traffic_turn_back() {
    let map = TextMap::draw(100.0, "A-B-C-D\n  |\n  E")
        .road("AB", |_| {})
        .road("BCD", |_| {})
        .road("BE", |_| {})
        .restrict(No, "AB", ViaName::Node('B'), "BE");
    assert_eq!(map.drive().path("A", "E"), "ABCDCBE");
    let map = map.rules('C', |rules| rules.turning_place = true);
    assert_eq!(map.drive().path("A", "E"), "ABCBE");
}

#[test]
fn a_no_restriction_forbids_one_movement_only() {
    let map = TextMap::draw(100.0, "  X\n  |\nA-B-C")
        .road("AB", |_| {})
        .road("BC", |_| {})
        .road("BX", |_| {})
        .restrict(No, "AB", ViaName::Node('B'), "BC");
    let drive = map.drive();
    assert_eq!(drive.path("A", "C"), "ABXBC");
    assert_eq!(drive.path("C", "A"), "CBA");
    assert_eq!(drive.path("X", "C"), "XBC");
}

#[test]
fn an_only_restriction_forbids_all_others() {
    let drive = TextMap::draw(100.0, "  X\n  |\nA-B-C\n  |\n  Y")
        .road("AB", |_| {})
        .road("BC", |_| {})
        .road("BX", |_| {})
        .road("BY", |_| {})
        .restrict(Only, "AB", ViaName::Node('B'), "BC")
        .drive();
    assert_eq!(drive.path("A", "C"), "ABC");
    assert_eq!(drive.path("A", "X"), "ABCBX");
    assert_eq!(drive.path("A", "Y"), "ABCBY");
    assert_eq!(drive.path("Y", "X"), "YBX");
}

#[test]
fn a_forbidden_turn_back_leaves_a_dead_end_without_exit() {
    let map = TextMap::draw(100.0, "  X\n  |\nA-B-C")
        .road("AB", |_| {})
        .road("BC", |_| {})
        .road("BX", |_| {})
        .restrict(No, "AB", ViaName::Node('B'), "BX")
        .restrict(NoUTurn, "BC", ViaName::Node('C'), "BC");
    assert_eq!(map.drive().path("A", "X"), "");
}

/// A dual carriageway: west to east on top, back below, joined by the short way CD.
fn carriageway() -> TextMap {
    TextMap::draw(100.0, "A-C-E-G\n  |   |\nB-D-F-H")
        .one_way("AC")
        .one_way("CEG")
        .one_way("HFD")
        .one_way("DB")
        .road("CD", |_| {})
        .road("GH", |_| {})
}

#[test]
fn a_restriction_over_a_way_forbids_turning_round_across_it() {
    assert_eq!(carriageway().drive().path("A", "B"), "ACDB");
    let map = carriageway().restrict(NoUTurn, "AC", ViaName::Ways(&["CD"]), "DB");
    assert_eq!(map.drive().path("A", "B"), "ACEGHFDB");
    // Whoever did not come from AC may take the same turn.
    assert_eq!(map.drive().path("CD", "B"), "DB");
}

#[test]
fn a_restriction_over_several_ways_holds_for_the_whole_movement() {
    let base = TextMap::draw(
        100.0,
        "A-B-C-D-E\n    |   |\n    X---Y\n    |   |\n    Z---W",
    )
    .one_way("AB")
    .one_way("BC")
    .one_way("CD")
    .one_way("DE")
    .road("CX", |_| {})
    .one_way("EY")
    .one_way("YX")
    .one_way("XZ")
    .one_way("YW")
    .one_way("WZ");
    assert_eq!(base.drive().path("A", "X"), "ABCX");
    let map = base.restrict(No, "AB", ViaName::Ways(&["BC"]), "CX");
    assert_eq!(map.drive().path("A", "X"), "ABCDEYX");
    assert_eq!(map.drive().path("BC", "X"), "CX");
    let map = map.restrict(No, "BC", ViaName::Ways(&["CD", "DE"]), "EY");
    assert_eq!(map.drive().path("A", "X"), "");
    assert_eq!(map.drive().path("CD", "X"), "DEYX");
}

#[test]
fn an_only_restriction_over_a_way_decides_its_last_turn() {
    let map = TextMap::draw(100.0, "A-B-C-D\n  | |\n  E F")
        .one_way("AB")
        .one_way("BC")
        .one_way("CD")
        .one_way("BE")
        .one_way("CF")
        .restrict(Only, "AB", ViaName::Ways(&["BC"]), "CD");
    let drive = map.drive();
    assert_eq!(drive.path("A", "D"), "ABCD");
    assert_eq!(drive.path("A", "F"), "");
    assert_eq!(
        drive.path("A", "E"),
        "ABE",
        "the way over BC need not be taken"
    );
    assert_eq!(drive.path("BC", "F"), "CF");
}

#[test]
fn a_via_way_may_be_cut_by_side_roads() {
    let map = TextMap::draw(100.0, "A-B-C-D-E\n    | |\n    S F")
        .one_way("AB")
        .one_way("BCD")
        .one_way("CS")
        .one_way("DE")
        .one_way("DF")
        .restrict(No, "AB", ViaName::Ways(&["BCD"]), "DF");
    assert_eq!(map.drive().path("A", "F"), "");
    assert_eq!(map.drive().path("A", "E"), "ABCDE");
    assert_eq!(map.drive().path("BC", "F"), "CDF");
}

#[test]
fn a_way_that_goes_on_through_the_via_node_is_no_guess() {
    let map = TextMap::draw(100.0, "A-B-C\n  |\n  D")
        .road("ABC", |_| {})
        .road("BD", |_| {})
        .restrict(No, "ABC", ViaName::Node('B'), "BD");
    let (_, report) = crate::network::Network::build(&map.roads());
    assert_eq!(report.restrictions_applied, 0);
    assert_eq!(report.restrictions_unresolved.len(), 1);
    // One direction leaves no doubt.
    let map = TextMap::draw(100.0, "A-B-C\n  |\n  D")
        .one_way("ABC")
        .road("BD", |_| {})
        .restrict(No, "ABC", ViaName::Node('B'), "BD");
    assert_eq!(map.drive().path("A", "D"), "");
}

#[test]
fn a_restriction_speaks_of_the_edges_at_its_node() {
    // The way A-B-C-D is cut at B by a side road; the restriction at C concerns its edge BC only.
    let map = TextMap::draw(100.0, "A-B-C-D\n  | |\n  E F")
        .road("ABC", |_| {})
        .road("CD", |_| {})
        .road("BE", |_| {})
        .road("CF", |_| {})
        .restrict(No, "ABC", ViaName::Node('C'), "CF");
    let drive = map.drive();
    assert_eq!(drive.path("A", "E"), "ABE");
    assert_eq!(drive.path("A", "F"), "ABCDCF");
}

#[test]
fn a_bollard_stops_traffic_and_both_sides_stay_reachable() {
    let map = TextMap::draw(100.0, "A-B-C\n|   |\nD---E")
        .road("ABC", |_| {})
        .road("AD", |_| {})
        .road("DE", |_| {})
        .road("EC", |_| {});
    assert_eq!(map.drive().path("A", "C"), "ABC");
    let drive = map
        .rules('B', |rules| rules.access = Access::Closed)
        .drive();
    assert_eq!(drive.path("AB", "BC"), "ADEC");
    assert_eq!(drive.path("A", "AB"), "A");
    // Whoever drove up to the bollard turns round there.
    assert_eq!(drive.path("E", "BC"), "EC");
}

#[test]
fn a_private_road_is_for_the_first_and_last_stretch() {
    let map = TextMap::draw(100.0, "A-B-C-D\n  |   |\n  E---F")
        .road("AB", |_| {})
        .road("BCD", restricted)
        .road("BE", |_| {})
        .road("EF", |_| {})
        .road("FD", |_| {});
    let drive = map.drive();
    assert_eq!(drive.path("A", "D"), "ABEFD", "not through");
    assert_eq!(drive.path("A", "C"), "ABC", "but to a place on it");
    assert_eq!(drive.path("C", "F"), "CDF", "and away from it");
    let to = drive.route("A", "C").unwrap();
    assert_eq!(to.cost.entries(), 1);
    assert_eq!(to.time, to.edges.iter().map(|e| e.time + e.turn_time).sum());
    assert_eq!(drive.route("C", "A").unwrap().cost.entries(), 0);
}

#[test]
fn a_private_road_is_driven_through_when_nothing_else_exists() {
    let drive = TextMap::draw(100.0, "A-B-C-D")
        .road("AB", |_| {})
        .road("BC", restricted)
        .road("CD", |_| {})
        .drive();
    assert_eq!(drive.path("A", "D"), "ABCD");
    assert_eq!(drive.route("A", "D").unwrap().cost.entries(), 1);
}

#[test]
fn a_private_gate_counts_as_entering() {
    let map = TextMap::draw(100.0, "A-B-C\n|   |\nD---E")
        .road("ABC", |_| {})
        .road("AD", |_| {})
        .road("DE", |_| {})
        .road("EC", |_| {})
        .rules('B', |rules| rules.access = Access::Restricted);
    let drive = map.drive();
    assert_eq!(drive.path("A", "C"), "ADEC");
    let map = TextMap::draw(100.0, "A-B-C")
        .road("AB", |_| {})
        .road("BC", restricted)
        .rules('B', |rules| rules.access = Access::Restricted);
    let drive = map.drive();
    assert_eq!(
        drive.route("A", "C").unwrap().cost.entries(),
        1,
        "gate and yard are one"
    );
}

#[test]
fn a_disliked_road_costs_more_than_it_takes() {
    let map = TextMap::draw(100.0, "A-----B\n|     |\nC-----D")
        .road("AB", |road| {
            for direction in [&mut road.forward, &mut road.backward] {
                direction.as_mut().unwrap().reluctance = 3.0;
            }
        })
        .road("AC", |_| {})
        .road("CD", |_| {})
        .road("DB", |_| {});
    let drive = map.drive();
    assert_eq!(drive.path("A", "B"), "ACDB");
    let on_it = drive.route("AB", "B").unwrap();
    assert!(on_it.cost.millis() > 2 * on_it.time.0 as u64);
}

#[test]
fn lights_cost_time_in_the_direction_they_face() {
    let plain = TextMap::draw(100.0, "A-B-C").road("ABC", |_| {});
    let base = plain.drive().route("A", "C").unwrap().time;
    let lights = plain.rules('B', |rules| {
        rules.delay_forward = Millis(2_000);
    });
    let drive = lights.drive();
    assert_eq!(drive.route("A", "C").unwrap().time, base + Millis(2_000));
    assert_eq!(drive.route("C", "A").unwrap().time, base);
}

#[test]
fn lights_at_a_junction_cost_time_whichever_way_one_leaves() {
    let map = |delay| {
        TextMap::draw(100.0, "A-B-C\n  |\n  D")
            .road("AB", |_| {})
            .road("BC", |_| {})
            .road("BD", |_| {})
            .rules('B', |rules| {
                rules.delay_forward = Millis(delay);
                rules.delay_backward = Millis(delay);
            })
            .drive()
    };
    for to in ["C", "D"] {
        let (with, without) = (map(2_000), map(0));
        let time = |drive: &crate::testkit::Drive| drive.route("A", to).unwrap().time;
        assert_eq!(time(&with), time(&without) + Millis(2_000));
    }
}

#[test]
fn turns_cost_by_angle_and_side_of_the_road() {
    let map = |left| {
        TextMap::draw(100.0, "  X\n  |\nA-B-C\n  |\n  Y")
            .road("AB", |road| road.drives_left = left)
            .road("BC", |_| {})
            .road("BX", |_| {})
            .road("BY", |_| {})
            .drive()
    };
    let turn = |left, to| map(left).route("A", to).unwrap().edges[1].turn_time;
    assert!(turn(false, "C") < Millis(50));
    assert!(
        turn(false, "X") > turn(false, "Y"),
        "left across traffic that keeps right"
    );
    assert!(
        turn(true, "Y") > turn(true, "X"),
        "right across traffic that keeps left"
    );
}

#[test]
fn a_bend_is_no_turn() {
    let drive = TextMap::draw(100.0, "A-B\n  |\n  C")
        .road("AB", |_| {})
        .road("BC", |_| {})
        .drive();
    assert_eq!(drive.route("A", "C").unwrap().edges[1].turn_time, Millis(0));
}

#[test]
fn parallel_roads_stay_apart() {
    let drive = TextMap::draw(100.0, "A---B\n C-D")
        .road("AB", |_| {})
        .road("ACDB", |road| {
            road.forward.as_mut().unwrap().speed_kmh = 100.0;
        });
    let drive = drive.drive();
    assert_eq!(drive.path("A", "B"), "ACDB", "longer and faster");
    assert_eq!(drive.path("B", "A"), "BA");
    let edges: Vec<_> = drive
        .router
        .network()
        .edges()
        .map(|e| (e.from, e.to))
        .collect();
    assert_eq!(edges[0], edges[2]);
}

#[test]
fn a_loop_can_be_driven_both_ways_and_left() {
    // A stem S-A and a loop A-B-C-D-A.
    let drive = TextMap::draw(100.0, "S-A-B\n  | |\n  D-C")
        .road("SA", |_| {})
        .road("ABCDA", |_| {})
        .drive();
    assert_eq!(drive.path("S", "B"), "SAB");
    assert_eq!(drive.path("S", "D"), "SAD");
    assert_eq!(drive.path("B", "S"), "BAS");
    assert_eq!(drive.path("D", "S"), "DAS");
}

#[test]
fn a_one_way_loop_is_driven_round() {
    let drive = TextMap::draw(100.0, "S-A-B\n  | |\n  D-C")
        .road("SA", |_| {})
        .road("ABCDA", |road| {
            road.backward = None;
            road.roundabout = true;
        })
        .drive();
    assert_eq!(drive.path("S", "D"), "SABCD");
    assert_eq!(drive.path("D", "B"), "DAB");
    assert_eq!(drive.path("B", "S"), "BCDAS");
}

#[test]
fn an_edge_without_length_is_driven_in_no_time() {
    // P and Q lie at the same place.
    let mut roads = TextMap::draw(100.0, "A-P-B")
        .road("AP", |_| {})
        .road("PQ", |_| {})
        .road("QB", |_| {})
        .roads();
    let place = roads.node_positions[2].1;
    roads
        .node_positions
        .push((crate::testkit::node_id('Q'), place));
    roads.node_positions.sort();
    let network = crate::network::Network::build(&roads).0;
    assert_eq!(network.edge_count(), 6);
    let drive = TextMap::draw(100.0, "A-P-B").drive_on(network);
    assert_eq!(drive.path("A", "B"), "APQB");
    assert!((drive.route("A", "B").unwrap().time.0 - 40_000).abs() < 20);
}

fn ferry(road: &mut RoadWay) {
    road.class = crate::osm::RoadClass::Ferry;
    road.ferry = Some(Ferry {
        sailing: Millis::from_minutes(20),
        boarding: Millis::from_minutes(5),
    });
}

#[test]
fn a_ferry_sails_its_time_and_boards_once() {
    let drive = TextMap::draw(100.0, "A-B---C---D-E")
        .road("AB", |_| {})
        .road("BCD", ferry)
        .road("DE", |_| {})
        .drive();
    let route = drive.route("A", "E").unwrap();
    assert!(route.ferry);
    // 2 x 200 m at 10 m/s, 20 min at sea, 5 min at the pier.
    let expected = 40_000 + 25 * 60_000;
    assert!((route.time.0 - expected).abs() < 100, "{:?}", route.time);
    assert!(!drive.route("A", "B").unwrap().ferry);
}

#[test]
fn a_ferry_with_stops_spreads_its_time_by_length() {
    let drive = TextMap::draw(100.0, "A-B---C-----D-E\n      |\n      F")
        .road("AB", |_| {})
        .road("BCD", ferry)
        .road("DE", |_| {})
        .road("CF", |_| {})
        .drive();
    let to_c = drive.route("B", "C").unwrap().time;
    let to_d = drive.route("B", "D").unwrap().time;
    // 8 of 20 min at sea; who sets off at the pier has to board as well. Driving on and off takes seconds.
    assert!((to_c.0 - 13 * 60_000).abs() < 10_000, "{to_c:?}");
    assert!(
        (to_d.0 - 25 * 60_000).abs() < 10_000,
        "no second boarding at C: {to_d:?}"
    );
}

#[test]
fn islands_are_told_apart_and_ferries_join_them() {
    let land = TextMap::draw(100.0, "abcdefghijkl\n\nABCDEFGHIJKL")
        .road("abcdefghijkl", |_| {})
        .road("ABCDEFGHIJKL", |_| {});
    // Every node is a junction when short roads meet.
    let cut = |map: TextMap, names: &str| {
        names.as_bytes().windows(2).fold(map, |map, pair| {
            map.road(std::str::from_utf8(pair).unwrap(), |_| {})
        })
    };
    let land = cut(cut(land, "abcdefghijkl"), "ABCDEFGHIJKL");
    let apart = land.network();
    assert_eq!(apart.islands().len(), 2);
    assert!(apart.islands()[0].joined && !apart.islands()[1].joined);
    assert_eq!(
        apart.components().iter().filter(|c| c.nodes >= 10).count(),
        2
    );
    let joined = land.road("lL", ferry).network();
    assert_eq!(joined.islands().len(), 2);
    assert!(joined.islands().iter().all(|i| i.joined));
    assert_eq!(joined.components().len(), 1);
}

#[test]
fn unreachable_is_an_answer() {
    let drive = TextMap::draw(100.0, "A-B\n\nC-D")
        .road("AB", |_| {})
        .road("CD", |_| {})
        .drive();
    assert_eq!(drive.route("A", "D"), None);
}

#[test]
fn names_follow_the_route() {
    let drive = TextMap::draw(100.0, "A-B-C-D")
        .road("AB", |road| road.name = "Long Street".into())
        .road("BC", |road| road.name = "Long Street".into())
        .road("CD", |road| {
            road.name.clear();
            road.reference = "R7".into();
        })
        .drive();
    let route = drive.route("A", "D").unwrap();
    assert_eq!(route.names(drive.router.network()), ["Long Street", "R7"]);
    assert_eq!(route.line(drive.router.network()).len(), 4);
}
