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
    let services = Services::new(
        Router::new(std::sync::Arc::new(map.network())),
        Settings::default(),
        "test",
    );
    let common = Common {
        spots: ['A', 'D']
            .map(|name| Spot {
                at: map.at(name),
                ..Spot::default()
            })
            .into(),
        ..Common::default()
    };
    let answer = read(services.route(&RouteAsk {
        common,
        steps: true,
        ..RouteAsk::default()
    }));
    assert_eq!(
        names(&answer["routes"][0]),
        ["depart  Main", "arrive  Main"]
    );
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
    let saved = crate::network::Network::from_bytes(&map.network().to_bytes()).unwrap();
    let router = Router::new(std::sync::Arc::new(saved));
    let services = Services::new(router, Settings::default(), "test");
    let spots = |names: &str| Common {
        spots: names
            .chars()
            .map(|name| Spot {
                at: map.at(name),
                ..Spot::default()
            })
            .collect(),
        ..Common::default()
    };
    let ask = |names: &str| RouteAsk {
        common: spots(names),
        steps: true,
        ..RouteAsk::default()
    };
    let ended = read(services.route(&ask("AC")));
    assert_eq!(names(&ended["routes"][0]), ["depart  Road", "arrive  "]);
    let named = read(services.route(&ask("AD")));
    let steps = &named["routes"][0]["legs"][0]["steps"];
    assert_eq!(
        names(&named["routes"][0])[1],
        "new name straight Cholmondeley Street"
    );
    assert_eq!(steps[0].get("pronunciation"), None);
    assert_eq!(steps[1]["pronunciation"], "\u{2c8}t\u{283}\u{28c}mli");
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
