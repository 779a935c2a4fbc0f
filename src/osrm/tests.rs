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
