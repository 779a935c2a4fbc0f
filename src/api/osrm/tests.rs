//! Hostile and merely odd requests: every one gets an answer of the API, and nothing panics.

use std::sync::{Arc, OnceLock};

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::osrm::{Services, Settings};
use crate::routing::Router;
use crate::testkit::TextMap;

fn services() -> &'static Services {
    static SERVICES: OnceLock<Services> = OnceLock::new();
    SERVICES.get_or_init(|| {
        let map = TextMap::draw(200.0, "A-B-C\n| |\nD-E")
            .road("ABC", |road| road.name = "Long".into())
            .road("DE", |_| {})
            .road("AD", |road| road.toll = true)
            .road("BE", |_| {});
        let router = Router::new(Arc::new(map.network()));
        Services::new(router, Settings::default(), "test")
    })
}

fn ask(method: &str, target: &str, body: &[u8]) -> (u16, Value) {
    let answer = answer(
        services(),
        &Request {
            method,
            target,
            media_type: "application/json",
            body,
        },
    );
    let value = serde_json::from_slice(&answer.json).expect("answers are JSON");
    (answer.status, value)
}

fn code(target: &str) -> String {
    let (status, value) = ask("GET", target, b"");
    let code = value["code"]
        .as_str()
        .expect("answers have a code")
        .to_owned();
    assert_eq!(status == 200, code == "Ok", "{target}: {value}");
    assert_eq!(
        value["message"].is_string(),
        code != "Ok",
        "{target}: {value}"
    );
    code
}

const TWO: &str = "14.4,35.9;14.403,35.9";

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn faults_have_their_codes() {
    for (target, expected) in [
        (format!("/route/v1/driving/{TWO}"), "Ok"),
        (format!("/route/v1/any-profile/{TWO}.json?"), "Ok"),
        (format!("/route/v2/driving/{TWO}"), "InvalidVersion"),
        (format!("/rout/v1/driving/{TWO}"), "InvalidService"),
        (format!("/match/v1/driving/{TWO}"), "NotImplemented"),
        (
            format!("/route/v1/driving/{TWO}.flatbuffers"),
            "NotImplemented",
        ),
        ("/route/v1/driving".into(), "InvalidUrl"),
        ("/route/v1/driving/%zz".into(), "InvalidUrl"),
        ("/route/v1/driving/14.4,35.9".into(), "InvalidOptions"),
        (
            "/route/v1/driving/nan,35.9;14.4,35.9".into(),
            "InvalidQuery",
        ),
        (
            "/route/v1/driving/inf,35.9;14.4,35.9".into(),
            "InvalidQuery",
        ),
        (
            "/route/v1/driving/200,35.9;14.4,35.9".into(),
            "InvalidValue",
        ),
        ("/route/v1/driving/1e9999,1;1,1".into(), "InvalidQuery"),
        ("/route/v1/driving/polyline(".into(), "InvalidQuery"),
        ("/route/v1/driving/polyline(___".into(), "InvalidQuery"),
        (
            "/route/v1/driving/polyline(____________________)".into(),
            "InvalidQuery",
        ),
        (
            format!("/route/v1/driving/{TWO}?steps=maybe"),
            "InvalidQuery",
        ),
        (
            format!("/route/v1/driving/{TWO}?unheard=of"),
            "InvalidQuery",
        ),
        (
            format!("/route/v1/driving/{TWO}?steps=true&"),
            "InvalidQuery",
        ),
        (
            format!("/route/v1/driving/{TWO}?bearings=0,20"),
            "InvalidOptions",
        ),
        (
            format!("/route/v1/driving/{TWO}?bearings=400,20;"),
            "InvalidOptions",
        ),
        (
            format!("/route/v1/driving/{TWO}?radiuses=-1;"),
            "InvalidOptions",
        ),
        (
            format!("/route/v1/driving/{TWO}?alternatives=1000"),
            "TooBig",
        ),
        (
            format!("/route/v1/driving/{TWO}?exclude=rivers"),
            "InvalidValue",
        ),
        (format!("/route/v1/driving/{TWO}?exclude=toll"), "Ok"),
        (
            format!("/route/v1/driving/{TWO}?waypoints=0;7"),
            "InvalidOptions",
        ),
        (
            format!("/route/v1/driving/{TWO}?waypoints=0"),
            "InvalidValue",
        ),
        (
            "/route/v1/driving/14.4,35.9;14.4,36.9?radiuses=;10".into(),
            "NoSegment",
        ),
        (
            "/table/v1/driving/14.4,35.9;14.4,95".into(),
            "InvalidOptions",
        ),
        (
            format!("/table/v1/driving/{TWO}?sources=2"),
            "InvalidOptions",
        ),
        (
            format!("/table/v1/driving/{TWO}?scale_factor=0"),
            "InvalidOptions",
        ),
        (
            format!("/table/v1/driving/{TWO}?annotations=speed"),
            "InvalidQuery",
        ),
        (
            "/nearest/v1/driving/14.4,35.9?number=0".into(),
            "InvalidOptions",
        ),
        (
            "/nearest/v1/driving/14.4,35.9?number=100000".into(),
            "TooBig",
        ),
        (format!("/nearest/v1/driving/{TWO}"), "InvalidOptions"),
        (format!("/trip/v1/driving/{TWO}"), "Ok"),
        (
            format!("/trip/v1/driving/{TWO}?roundtrip=false"),
            "NotImplemented",
        ),
    ] {
        assert_eq!(code(&target), expected, "{target}");
    }
}

#[test]
fn bodies_say_the_same_as_addresses() {
    let body = format!(
        r#"{{"coordinates":[[{}],[{}]],"steps":true,"annotations":["nodes","speed"],"radiuses":[null,"unlimited"],
            "bearings":[null,[90,180]],"exclude":["toll"],"alternatives":2,"overview":"full","unheard":{{}}}}"#,
        "14.4,35.9", "14.403,35.9"
    );
    let (status, posted) = ask("POST", "/route/v1/driving", body.as_bytes());
    let address = format!(
        "/route/v1/driving/{TWO}?steps=true&annotations=nodes,speed&radiuses=;unlimited&bearings=;90,180\
         &exclude=toll&alternatives=2&overview=full"
    );
    let (_, got) = ask("GET", &address, b"");
    assert_eq!((status, posted), (200, got));
}

#[test]
fn odd_bodies_are_refused() {
    for (target, body, expected) in [
        ("/route/v1/driving", "", "InvalidQuery"),
        ("/route/v1/driving", "[]", "InvalidQuery"),
        ("/route/v1/driving", "{}", "InvalidQuery"),
        (
            "/route/v1/driving",
            r#"{"coordinates":[[1]]}"#,
            "InvalidQuery",
        ),
        (
            "/route/v1/driving",
            r#"{"coordinates":[[1,2,3]]}"#,
            "InvalidQuery",
        ),
        (
            "/route/v1/driving",
            r#"{"coordinates":"polyline"}"#,
            "InvalidQuery",
        ),
        (
            "/route/v1/driving",
            r#"{"coordinates":[[1,2],[null,1]]}"#,
            "InvalidQuery",
        ),
        (
            "/route/v1/driving",
            r#"{"coordinates":[[1,1],[1,1]],"bearings":7}"#,
            "InvalidQuery",
        ),
        (
            "/route/v1/driving",
            r#"{"coordinates":[[1,1],[1,1]],"hints":["a;b"]}"#,
            "InvalidQuery",
        ),
        (
            "/route/v1/driving",
            r#"{"coordinates":[[1,1],[1,1]],"overview":"x"}"#,
            "InvalidQuery",
        ),
        (
            "/table/v1/driving",
            r#"{"coordinates":[[1,1]]}"#,
            "InvalidOptions",
        ),
        (
            "/nearest/v1/driving",
            r#"{"coordinates":[[1,1]]}"#,
            "NotImplemented",
        ),
        ("/route/v1/driving/1,1;1,1", "{}", "InvalidUrl"),
    ] {
        let (status, value) = ask("POST", target, body.as_bytes());
        assert_eq!(
            (status, value["code"].as_str()),
            (400, Some(expected)),
            "{body}"
        );
    }
    let deep = format!("{{\"coordinates\":{}", "[".repeat(200_000));
    assert_eq!(ask("POST", "/route/v1/driving", deep.as_bytes()).0, 400);
    assert_eq!(ask("DELETE", "/route/v1/driving", b"").0, 405);
}

#[test]
fn too_many_places_are_refused_without_work() {
    let many = "14.4,35.9;".repeat(10_000);
    let target = format!("/route/v1/driving/{many}14.4,35.9");
    assert_eq!(code(&target), "TooBig");
    assert_eq!(code(&target.replace("route", "trip")), "TooBig");
    assert_eq!(code(&target.replace("route", "nearest")), "TooBig");
    assert_eq!(
        code(&format!(
            "/route/v1/driving/{TWO}?hints={}",
            "x".repeat(10 << 20)
        )),
        "InvalidOptions"
    );
    let body = format!("{{\"coordinates\":[{}[1,1]]}}", "[1,1],".repeat(100_000));
    assert_eq!(
        ask("POST", "/table/v1/driving", body.as_bytes()).1["code"],
        "TooBig"
    );
}

fn options() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "steps",
        "overview",
        "geometries",
        "annotations",
        "alternatives",
        "continue_straight",
        "bearings",
        "radiuses",
        "approaches",
        "hints",
        "exclude",
        "waypoints",
        "sources",
        "destinations",
        "fallback_speed",
        "scale_factor",
        "number",
        "roundtrip",
        "source",
        "destination",
        "snapping",
        "generate_hints",
        "skip_waypoints",
        "nonsense",
    ]);
    let value = prop_oneof![
        "[a-z0-9,;.=_-]{0,12}",
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("full".to_owned()),
        Just("curb;opposite".to_owned()),
        Just("10,20;;30,40".to_owned()),
        Just("0;1".to_owned()),
        Just("geojson".to_owned()),
    ];
    (name, value).prop_map(|(name, value)| format!("{name}={value}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_address_gets_an_answer(
        service in prop::sample::select(vec!["route", "table", "nearest", "trip", "match"]),
        places in prop::collection::vec((14.39..14.42_f64, 35.89..35.91_f64), 0..5),
        options in prop::collection::vec(options(), 0..4),
    ) {
        let places: Vec<String> = places.iter().map(|(lon, lat)| format!("{lon:.6},{lat:.6}")).collect();
        code(&format!("/{service}/v1/car/{}?{}", places.join(";"), options.join("&")));
    }

    #[test]
    fn any_text_gets_an_answer(text in ".{0,80}") {
        ask("GET", &text, b"");
        code(&format!("/route/v1/car/{text}"));
        ask("POST", "/table/v1/car", text.as_bytes());
    }

    #[test]
    fn any_json_gets_an_answer(
        name in "(steps|bearings|radiuses|exclude|coordinates|annotations|hints)",
        value in "(null|true|-1|1e99|\"\"|\"é;\"|\\[\\]|\\[null\\]|\\[\\[1,2\\],null\\]|\\{\\}|\\[1,\"a\"\\])",
    ) {
        let body = format!("{{\"coordinates\":[[14.4,35.9],[14.403,35.9]],\"{name}\":{value}}}");
        let (_, answer) = ask("POST", "/route/v1/car", body.as_bytes());
        prop_assert!(answer["code"].is_string());
    }
}
