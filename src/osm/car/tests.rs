//! The tag table as a table: tags in, directions and speeds out.

use chrono::NaiveDate;

use super::*;
use crate::geometry::LonLatE7;
use crate::osm::{
    Access, Member, NodeRules, OsmNodeId, OsmRelationId, OsmWayId, RawRelation, RawWay,
    RestrictionKind, RoadWay, Tags, Via,
};
use crate::units::Millis;

/// `a=b c=d` as tags; an underscore in a value that needs a space is written `~`.
fn tags(text: &str) -> Tags {
    text.split_whitespace()
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap();
            (key.to_owned(), value.replace('~', " "))
        })
        .collect()
}

/// One way of 1 km in the country with these tags.
fn extract(ways: &[&str]) -> Extract {
    Extract {
        node_positions: (0..=ways.len() as i64)
            .map(|id| {
                let at = LonLatE7 {
                    lon_e7: 144_000_000 + id as i32 * 100_000,
                    lat_e7: 359_000_000,
                };
                (OsmNodeId(id), at)
            })
            .collect(),
        ways: ways
            .iter()
            .enumerate()
            .map(|(i, text)| RawWay {
                id: OsmWayId(i as i64),
                nodes: vec![OsmNodeId(i as i64), OsmNodeId(i as i64 + 1)],
                tags: tags(text),
            })
            .collect(),
        ..Extract::default()
    }
}

fn model(country: &str) -> CarModel {
    CarModel {
        country: Some(country.into()),
        ..CarModel::default()
    }
}

fn judged(text: &str, country: &str) -> Option<RoadWay> {
    model(country).judge(&extract(&[text])).ways.pop()
}

/// Forward and backward: `o` open, `r` restricted, `-` closed.
fn arrows(text: &str) -> String {
    let Some(way) = judged(text, "MT") else {
        return "--".into();
    };
    [way.forward, way.backward]
        .map(|d| match d.map(|d| d.access) {
            Some(Access::Open) => 'o',
            Some(Access::Restricted) => 'r',
            _ => '-',
        })
        .iter()
        .collect()
}

#[test]
fn who_may_drive_and_which_way() {
    for (text, expected) in [
        ("highway=residential", "oo"),
        ("highway=footway", "--"),
        ("highway=footway access=yes", "--"),
        ("highway=pedestrian motor_vehicle=destination", "rr"),
        ("highway=cycleway motorcar=yes", "oo"),
        ("highway=track", "rr"),
        ("highway=track motor_vehicle=yes", "oo"),
        ("highway=track tracktype=grade5", "--"),
        ("highway=construction", "--"),
        ("highway=proposed", "--"),
        ("highway=service area=yes", "--"),
        ("highway=primary smoothness=impassable", "--"),
        ("highway=residential access=no", "--"),
        ("highway=residential access=no vehicle=yes", "oo"),
        ("highway=residential vehicle=yes motor_vehicle=no", "--"),
        ("highway=residential motor_vehicle=no motorcar=yes", "oo"),
        ("highway=residential access=private", "rr"),
        ("highway=residential access=no;destination", "rr"),
        (
            "highway=residential motor_vehicle=agricultural;forestry",
            "--",
        ),
        ("highway=residential access=unknown", "rr"),
        ("highway=residential access=somebody", "oo"),
        ("highway=residential access=official", "--"),
        ("highway=residential motor_vehicle=minibus", "--"),
        ("highway=residential construction=yes", "--"),
        ("highway=residential construction=minor", "oo"),
        ("highway=residential proposed=secondary", "oo"),
        ("highway=residential status=impassable", "--"),
        ("highway=motorway hov=designated", "r-"),
        ("highway=motorway hov:lanes=designated|designated", "r-"),
        ("highway=motorway hov:lanes=designated|yes", "o-"),
        ("highway=runway motorcar=yes", "--"),
        ("highway=ice_road", "oo"),
        ("highway=residential vehicle:backward=no", "o-"),
        (
            "highway=residential motor_vehicle:forward=destination",
            "ro",
        ),
        ("highway=service service=emergency_access", "--"),
        ("highway=residential oneway=yes", "o-"),
        ("highway=residential oneway=1", "o-"),
        ("highway=residential oneway=-1", "-o"),
        ("highway=residential oneway=reversible", "--"),
        ("highway=residential oneway=alternating", "oo"),
        ("highway=residential oneway=yes oneway:motorcar=no", "oo"),
        ("highway=residential oneway=no oneway:vehicle=yes", "o-"),
        ("highway=motorway", "o-"),
        ("highway=motorway oneway=no", "oo"),
        ("highway=motorway_link", "oo"),
        ("highway=primary junction=roundabout", "o-"),
        ("highway=primary junction=circular", "o-"),
        ("highway=primary junction=roundabout oneway=-1", "-o"),
        ("route=ferry", "oo"),
        ("route=ferry foot=yes", "--"),
        ("route=ferry bicycle=yes", "oo"),
        ("route=ferry motor_vehicle=yes foot=yes", "oo"),
        ("route=ferry access=no", "--"),
        ("route=shuttle_train motorcar=yes", "oo"),
    ] {
        assert_eq!(arrows(text), expected, "{text}");
    }
}

#[test]
fn limits_are_read_in_every_unit_and_zone() {
    for (text, country, kmh) in [
        ("50", "MT", Some(50.0)),
        ("30 mph", "GB", Some(48.28)),
        ("10 knots", "MT", Some(18.52)),
        ("none", "DE", Some(140.0)),
        ("walk", "DE", Some(7.0)),
        ("signals", "DE", None),
        ("-5", "DE", None),
        ("1e9", "DE", None),
        ("50;30", "MT", Some(30.0)),
        ("MT:urban", "MT", Some(50.0)),
        ("MT:rural", "MT", Some(80.0)),
        ("GB:nsl_single", "GB", Some(96.56)),
        ("GB:nsl_dual", "GB", Some(112.65)),
        ("DE:rural", "DE", Some(100.0)),
        ("DE:zone30", "DE", Some(30.0)),
        ("DE:zone:20", "DE", Some(20.0)),
        ("RO:trunk", "RO", Some(100.0)),
        ("BE-VLG:rural", "BE", Some(70.0)),
        ("FR:nonsense", "FR", None),
        ("urban", "RU", Some(60.0)),
    ] {
        let found = limits::parse(text, country).map(|v| (v * 100.0).round() / 100.0);
        assert_eq!(found, kmh, "{text}");
    }
}

#[test]
fn real_speeds_stay_under_the_limit() {
    let speeds = |text: &str| {
        let way = judged(text, "MT").unwrap();
        [way.forward, way.backward].map(|d| d.map_or(0, |d| d.speed_kmh.round() as u32))
    };
    for (text, expected) in [
        ("highway=primary maxspeed=50", [40, 40]),
        ("highway=primary maxspeed=50 maxspeed:backward=30", [40, 24]),
        ("highway=primary maxspeed:type=MT:urban", [40, 40]),
        ("highway=primary source:maxspeed=MT:rural", [64, 64]),
        ("highway=primary maxspeed=80 maxspeed:advisory=40", [32, 32]),
        ("highway=trunk", [72, 72]),
        ("highway=residential", [25, 25]),
        ("highway=living_street", [10, 10]),
        ("highway=living_street maxspeed=20", [16, 16]),
        ("highway=secondary surface=cobblestone", [30, 30]),
        (
            "highway=track motor_vehicle=yes smoothness=horrible",
            [10, 10],
        ),
        ("highway=service service=parking_aisle", [10, 10]),
    ] {
        assert_eq!(speeds(text), expected, "{text}");
    }
    assert!(judged("highway=residential", "MT").unwrap().drives_left);
    assert!(!judged("highway=residential", "FR").unwrap().drives_left);
    assert!(
        !judged("highway=residential driving_side=right", "MT")
            .unwrap()
            .drives_left
    );
}

#[test]
fn conditions_are_read_for_the_departure() {
    // 2024-03-12 is a Tuesday.
    let at = |hour| CarModel {
        profile: Profile::car(),
        departure: NaiveDate::from_ymd_opt(2024, 3, 12)
            .unwrap()
            .and_hms_opt(hour, 30, 0)
            .unwrap(),
        country: Some("MT".into()),
    };
    let open = |text: &str, hour| {
        let roads = at(hour).judge(&extract(&[text]));
        (
            roads.ways.iter().any(|way| way.forward.is_some()),
            roads.report.conditionals.values().copied().next().unwrap(),
        )
    };
    let school = "highway=residential motor_vehicle:conditional=no~@~(Mo-Fr~07:00-09:00)";
    assert_eq!(
        open(school, 8),
        (false, [2, 0, 0]),
        "asked once for each direction"
    );
    assert_eq!(open(school, 10), (true, [0, 2, 0]));
    let broken = "highway=residential access:conditional=no~@~(when~it~rains)";
    assert_eq!(open(broken, 8), (true, [0, 0, 2]));
    let heavy = "highway=residential access:conditional=no~@~(weight>3.5)";
    assert_eq!(open(heavy, 8), (true, [0, 2, 0]));
    let both = "highway=residential access:conditional=no~@~(Mo-Fr~06:00-22:00~AND~weight<3)";
    assert!(!open(both, 8).0);
    let last = "highway=residential access:conditional=no~@~(06:00-22:00);yes~@~(Tu)";
    assert!(open(last, 8).0, "the last that holds wins");
    let slow = at(8).judge(&extract(&[
        "highway=primary maxspeed=50 maxspeed:conditional=30~@~(08:00-09:00)",
    ]));
    assert!((slow.ways[0].forward.unwrap().speed_kmh - 24.0).abs() < 1e-9);
    let turned = at(8).judge(&extract(&[
        "highway=primary oneway:conditional=yes~@~(08:00-09:00)",
    ]));
    assert!(turned.ways[0].backward.is_none());
}

#[test]
fn what_holds_at_certain_hours_is_known_for_each_part_of_the_day() {
    let open = |text: &str| {
        let way = judged(text, "MT")?;
        let forward = |slot: [Option<crate::osm::Direction>; 2]| slot[0].is_some();
        Some((
            way.forward.is_some(),
            way.slots.map(|slots| slots.map(forward)),
        ))
    };
    let morning = "highway=residential access:conditional=no~@~(Mo-Fr~07:30-08:30)";
    assert_eq!(open(morning), Some((true, Some([false, true, true, true]))));
    let night = "highway=residential access=no access:conditional=yes~@~(22:00-05:00)";
    assert_eq!(
        open(night),
        Some((false, Some([false, false, false, true])))
    );
    let sunday = "highway=residential access:conditional=no~@~(Su)";
    assert_eq!(open(sunday), Some((true, None)));
    let never = "highway=residential access=no access:conditional=yes~@~(Su)";
    assert_eq!(open(never), None);
    let slow = judged(
        "highway=primary maxspeed=60 maxspeed:conditional=30~@~(16:00-19:00)",
        "MT",
    );
    let speeds = slow
        .unwrap()
        .slots
        .unwrap()
        .map(|slot| slot[0].unwrap().speed_kmh);
    assert_eq!(speeds, [48.0, 48.0, 24.0, 48.0]);
}

#[test]
fn what_stands_on_the_road() {
    let rules = |text: &str| {
        let mut extract = extract(&["highway=residential"]);
        extract.node_tags = vec![(OsmNodeId(0), tags(text))];
        model("MT")
            .judge(&extract)
            .node_rules
            .first()
            .map_or(NodeRules::default(), |r| r.1)
    };
    for (text, access) in [
        ("barrier=bollard", Access::Closed),
        ("barrier=bollard bollard=rising", Access::Open),
        ("barrier=gate", Access::Open),
        ("barrier=gate access=private", Access::Restricted),
        ("barrier=gate locked=yes", Access::Closed),
        ("barrier=lift_gate", Access::Open),
        ("barrier=cattle_grid", Access::Open),
        ("barrier=height_restrictor", Access::Open),
        ("barrier=toll_booth", Access::Open),
        ("barrier=kerb", Access::Closed),
        ("barrier=kerb highway=crossing", Access::Open),
        ("barrier=kerb kerb=lowered", Access::Open),
        ("barrier=fence sensory=audible", Access::Open),
        ("barrier=kerb kerb=raised", Access::Closed),
        ("barrier=block motor_vehicle=yes", Access::Open),
        ("barrier=jersey_barrier", Access::Closed),
    ] {
        assert_eq!(rules(text).access, access, "{text}");
    }
    let lights = rules("highway=traffic_signals traffic_signals:direction=forward");
    assert!(lights.delay_forward > Millis::ZERO);
    assert_eq!(lights.delay_backward, Millis::ZERO);
    assert!(rules("highway=mini_roundabout").turning_place);
}

/// Ways 0, 1, 2 in a row; node 1 joins 0 and 1, node 2 joins 1 and 2.
fn turn(members: &[(Member, &str)], text: &str) -> Result<(RestrictionKind, Via), String> {
    let mut extract = extract(&["highway=primary", "highway=primary", "highway=primary"]);
    extract.restrictions = vec![RawRelation {
        id: OsmRelationId(1),
        members: members
            .iter()
            .map(|(m, role)| (*m, (*role).to_owned()))
            .collect(),
        tags: tags(text),
    }];
    let roads = model("MT").judge(&extract);
    match roads.restrictions.first() {
        Some(found) => Ok((found.kind, found.via.clone())),
        None => Err(roads
            .report
            .restrictions_dropped
            .keys()
            .next()
            .unwrap()
            .clone()),
    }
}

#[test]
fn turns_that_are_forbidden_and_relations_that_mean_nothing() {
    let way = |id| Member::Way(OsmWayId(id));
    let node = |id| Member::Node(OsmNodeId(id));
    let simple = [(way(0), "from"), (node(1), "via"), (way(1), "to")];
    let at_one = || Via::Node(OsmNodeId(1));
    for (text, expected) in [
        (
            "restriction=no_left_turn",
            Ok((RestrictionKind::No, at_one())),
        ),
        (
            "restriction=only_straight_on",
            Ok((RestrictionKind::Only, at_one())),
        ),
        (
            "restriction=no_u_turn",
            Ok((RestrictionKind::NoUTurn, at_one())),
        ),
        (
            "restriction:motorcar=no_left_turn",
            Ok((RestrictionKind::No, at_one())),
        ),
        ("restriction:hgv=no_left_turn", Err("for other vehicles")),
        (
            "restriction=no_left_turn restriction:motorcar=none",
            Err("lifted for this vehicle"),
        ),
        (
            "restriction=no_left_turn except=psv;bicycle",
            Ok((RestrictionKind::No, at_one())),
        ),
        (
            "restriction=no_left_turn except=psv;motorcar",
            Err("except this vehicle"),
        ),
        (
            "restriction=give_way",
            Err("an unknown kind of restriction"),
        ),
        (
            "restriction:conditional=no_left_turn~@~(Mo-Fr~09:00-11:00)",
            Ok((RestrictionKind::No, at_one())),
        ),
        (
            "restriction:conditional=no_left_turn~@~(Su)",
            Err("conditional and not in force"),
        ),
    ] {
        assert_eq!(
            turn(&simple, text),
            expected.map_err(str::to_owned),
            "{text}"
        );
    }
    let no = "restriction=no_u_turn";
    let reason = |members: &[(Member, &str)]| turn(members, no).unwrap_err();
    assert_eq!(reason(&[(way(0), "from"), (way(1), "to")]), "without via");
    assert_eq!(
        reason(&[(way(0), "from"), (node(1), "via")]),
        "without from or to"
    );
    assert_eq!(
        reason(&[(way(0), "from"), (node(2), "via"), (way(1), "to")]),
        "via not on from and to"
    );
    assert_eq!(
        reason(&[
            (way(0), "from"),
            (way(1), "from"),
            (node(1), "via"),
            (way(1), "to")
        ]),
        "several from"
    );
    let chain = [(way(0), "from"), (way(1), "via"), (way(2), "to")];
    assert_eq!(
        turn(&chain, no),
        Ok((RestrictionKind::NoUTurn, Via::Ways(vec![OsmWayId(1)])))
    );
    assert_eq!(
        reason(&[(way(0), "from"), (way(9), "via"), (way(2), "to")]),
        "via a way that is closed or missing"
    );
    let entry = [
        (way(0), "from"),
        (way(1), "from"),
        (node(1), "via"),
        (way(1), "to"),
    ];
    assert!(turn(&entry, "restriction=no_entry").is_ok());
}

#[test]
fn durations_in_every_notation() {
    let minutes = |text: &str| ferries::duration(text).map(Millis::as_minutes_f64);
    assert_eq!(minutes("00:25"), Some(25.0));
    assert_eq!(minutes("1:30:30"), Some(90.5));
    assert_eq!(minutes("25"), Some(25.0));
    assert_eq!(minutes("PT1H30M"), Some(90.0));
    assert_eq!(minutes("P1DT2H"), Some(26.0 * 60.0));
    for bad in [
        "", "soon", "PT", "0", "-5", "P1X", "1:2:3:4", "NaN", "inf", "99999999",
    ] {
        assert_eq!(minutes(bad), None, "{bad}");
    }
}

#[test]
fn countries_by_place_when_none_is_given() {
    let roads = CarModel::default().judge(&extract(&["highway=residential"]));
    assert_eq!(roads.report.countries.get("MT"), Some(&1));
}

/// As [`arrows`] for another vehicle.
fn arrows_of(profile: &Profile, text: &str) -> String {
    let model = CarModel {
        profile: profile.clone(),
        ..model("MT")
    };
    let way = model.judge(&extract(&[text])).ways.pop();
    let arrow = |direction: Option<crate::osm::Direction>| match direction.map(|d| d.access) {
        None | Some(Access::Closed) => '-',
        Some(Access::Open) => 'o',
        Some(Access::Restricted) => 'r',
    };
    way.map_or_else(
        || "--".to_owned(),
        |way| [arrow(way.forward), arrow(way.backward)].iter().collect(),
    )
}

#[test]
fn on_foot_and_by_bicycle_other_roads_are_open() {
    let table = [
        // tags, car, foot, bicycle
        ("highway=residential", "oo", "oo", "oo"),
        ("highway=residential oneway=yes", "o-", "oo", "o-"),
        (
            "highway=residential oneway=yes oneway:bicycle=no",
            "o-",
            "oo",
            "oo",
        ),
        (
            "highway=residential oneway=yes cycleway=opposite_lane",
            "o-",
            "oo",
            "oo",
        ),
        ("highway=residential junction=roundabout", "o-", "oo", "o-"),
        ("highway=motorway", "o-", "--", "--"),
        ("highway=trunk", "oo", "--", "oo"),
        ("highway=trunk sidewalk=both", "oo", "oo", "oo"),
        ("highway=footway", "--", "oo", "--"),
        ("highway=footway bicycle=yes", "--", "oo", "oo"),
        ("highway=pedestrian", "--", "oo", "oo"),
        ("highway=cycleway", "--", "oo", "oo"),
        ("highway=cycleway foot=no", "--", "--", "oo"),
        ("highway=steps", "--", "oo", "--"),
        ("highway=path", "--", "oo", "oo"),
        ("highway=path bicycle=no", "--", "oo", "--"),
        ("highway=service access=private", "rr", "rr", "rr"),
        ("highway=service access=no foot=yes", "--", "oo", "--"),
        ("highway=track", "rr", "oo", "oo"),
        ("highway=primary bicycle=dismount", "oo", "oo", "oo"),
        ("highway=residential motor_vehicle=no", "--", "oo", "oo"),
        ("highway=residential vehicle=no", "--", "oo", "--"),
    ];
    for (tags, car, foot, bicycle) in table {
        for (name, expected) in [("car", car), ("foot", foot), ("bicycle", bicycle)] {
            let profile = Profile::built_in(name).unwrap();
            assert_eq!(arrows_of(&profile, tags), expected, "{tags} for {name}");
        }
    }
}

#[test]
fn a_tall_vehicle_stays_out_from_under_low_bridges() {
    let bus = Profile::parse("name = 'bus'\n[vehicle]\nheight_m = 3.2\nweight_t = 12").unwrap();
    for (tags, expected) in [
        ("highway=residential maxheight=3.0", "--"),
        ("highway=residential maxheight=3.5", "oo"),
        ("highway=residential maxheight=default", "oo"),
        ("highway=residential maxweight=7.5", "--"),
        ("highway=residential maxlength=7", "oo"),
    ] {
        assert_eq!(arrows_of(&bus, tags), expected, "{tags}");
        assert_eq!(arrows_of(&Profile::car(), tags), "oo", "{tags} for a car");
    }
}

#[test]
fn speeds_follow_the_profile() {
    let speed = |profile: &Profile, text: &str| {
        let model = CarModel {
            profile: profile.clone(),
            ..model("MT")
        };
        let way = model.judge(&extract(&[text])).ways.pop()?;
        Some(way.forward?.speed_kmh)
    };
    let [foot, bicycle] = ["foot", "bicycle"].map(|name| Profile::built_in(name).unwrap());
    assert_eq!(speed(&foot, "highway=primary maxspeed=70"), Some(5.0));
    assert_eq!(speed(&foot, "highway=steps"), Some(3.0));
    assert_eq!(
        speed(&bicycle, "highway=residential maxspeed=10"),
        Some(10.0)
    );
    assert_eq!(
        speed(&bicycle, "highway=residential surface=sand"),
        Some(4.0)
    );
    let slow =
        Profile::parse("name = 's'\ntop_speed = 45\nlimit_factor = 0.5\n[speeds]\ntrack = 0");
    let slow = slow.unwrap();
    assert_eq!(speed(&slow, "highway=primary maxspeed=60"), Some(30.0));
    assert_eq!(speed(&slow, "highway=primary"), Some(45.0));
    assert_eq!(speed(&slow, "highway=track"), None);
}
