//! Answers on a drawn map, read back as JSON.

use serde_json::Value;

use super::*;
use crate::testkit::TextMap;

fn map() -> TextMap {
    TextMap::draw(
        100.0,
        "
        A---B---C---D
        |   |       |
        E---F---G---H
    ",
    )
    .road("ABCD", |road| road.name = "North".into())
    .road("EFGH", |road| road.name = "South".into())
    .road("AE", |road| road.name = "West".into())
    .road("BF", |road| road.name = "Middle".into())
    .road("DH", |road| road.name = "East".into())
}

fn services() -> Services {
    let network = std::sync::Arc::new(map().network());
    Services::new(Router::new(network), Settings::default(), "test")
}

fn spots(names: &str) -> Common {
    Common {
        spots: names
            .chars()
            .map(|name| Spot {
                at: map().at(name),
                ..Spot::default()
            })
            .collect(),
        ..Common::default()
    }
}

fn read(json: Result<Vec<u8>, Fault>) -> Value {
    serde_json::from_slice(&json.unwrap()).unwrap()
}

fn names(route: &Value) -> Vec<String> {
    let legs = route["legs"].as_array().unwrap();
    legs.iter()
        .flat_map(|leg| leg["steps"].as_array().unwrap())
        .map(|step| {
            let m = &step["maneuver"];
            let modifier = m["modifier"].as_str().unwrap_or("");
            format!(
                "{} {} {}",
                m["type"].as_str().unwrap(),
                modifier,
                step["name"].as_str().unwrap()
            )
        })
        .collect()
}

/// A route with steps on a drawn map, as it comes back from a file.
fn told(map: &TextMap, stops: &str) -> Value {
    let saved = crate::network::Network::from_bytes(&map.network().to_bytes()).unwrap();
    let router = Router::new(std::sync::Arc::new(saved));
    let services = Services::new(router, Settings::default(), "test");
    let spot = |name| Spot {
        at: map.at(name),
        ..Spot::default()
    };
    let ask = RouteAsk {
        common: Common {
            spots: stops.chars().map(spot).collect(),
            ..Common::default()
        },
        steps: true,
        ..RouteAsk::default()
    };
    read(services.route(&ask))["routes"][0].clone()
}

#[test]
fn a_road_drawn_on_top_of_another_is_no_choice() {
    let map = TextMap::draw(100.0, "A-B-C-D")
        .road("ABCD", |road| road.name = "Main".into())
        .road("BC", |road| {
            road.name = "Doubled".into();
            for way in [&mut road.forward, &mut road.backward]
                .into_iter()
                .flatten()
            {
                way.speed_kmh = 18.0;
            }
        });
    assert_eq!(names(&told(&map, "AD")), ["depart  Main", "arrive  Main"]);
}

#[test]
fn a_name_that_ends_goes_without_saying_and_names_are_told_how_to_be_spoken() {
    let map = TextMap::draw(100.0, "A-B-C-D")
        .road("AB", |road| road.name = "Road".into())
        .road("BC", |road| road.name.clear())
        .road("CD", |road| {
            road.name = "Cholmondeley Street".into();
            road.pronunciation = "\u{2c8}t\u{283}\u{28c}mli".into();
        });
    assert_eq!(names(&told(&map, "AC")), ["depart  Road", "arrive  "]);
    let named = told(&map, "AD");
    let steps = &named["legs"][0]["steps"];
    assert_eq!(names(&named)[1], "new name straight Cholmondeley Street");
    assert_eq!(steps[0].get("pronunciation"), None);
    assert_eq!(steps[1]["pronunciation"], "\u{2c8}t\u{283}\u{28c}mli");
}

#[test]
fn a_roundabout_is_entered_towards_the_road_one_leaves_it_by() {
    let map = TextMap::draw(100.0, "A-B-C-F\n  | |  \n  E-D-G")
        .road("BEDCB", |road| {
            road.name = "Circle".into();
            road.roundabout = true;
            road.backward = None;
        })
        .road("AB", |road| road.name = "Way In".into())
        .road("DG", |road| road.name = "First Way Out".into())
        .road("CF", |road| road.name = "Second Way Out".into());
    let route = told(&map, "AF");
    let steps = route["legs"][0]["steps"].as_array().unwrap();
    let told: Vec<_> = steps
        .iter()
        .map(|step| {
            let (kind, exit) = (&step["maneuver"]["type"], &step["maneuver"]["exit"]);
            (
                kind.as_str().unwrap(),
                exit.as_u64(),
                step["name"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("depart", None, "Way In"),
            ("roundabout", Some(2), "Second Way Out"),
            ("exit roundabout", Some(2), "Second Way Out"),
            ("arrive", None, "Second Way Out"),
        ]
    );
}

#[test]
fn a_bend_goes_without_saying_unless_another_road_leads_on() {
    let drawn = || {
        TextMap::draw(100.0, "    N\n\n\nG---H---I\n\n\n\n\nY")
            .road("YHI", |road| road.name = "Main".into())
            .road("GH", |road| road.name = "Side".into())
    };
    assert_eq!(
        names(&told(&drawn(), "YI")),
        ["depart  Main", "arrive  Main"]
    );
    let leads_on = drawn().road("HN", |_| ());
    assert_eq!(
        names(&told(&leads_on, "YI")),
        ["depart  Main", "continue right Main", "arrive  Main"]
    );
}

#[test]
fn steps_tell_the_way() {
    let ask = RouteAsk {
        common: spots("BG"),
        steps: true,
        ..RouteAsk::default()
    };
    let answer = read(services().route(&ask));
    assert_eq!(answer["code"], "Ok");
    assert_eq!(
        names(&answer["routes"][0]),
        ["depart  Middle", "end of road left South", "arrive  South"]
    );
}
