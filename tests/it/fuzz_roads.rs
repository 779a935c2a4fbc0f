//! Roads asked for in every garbled way: addresses and bodies of the OSRM API, polylines, avoid areas, isochrones.
//!
//! Good requests are cut, doubled, mixed and littered by a fixed rule. Whatever comes of it gets an answer in the form that
//! its API promises, and never one that says the program failed. `RONDO_FUZZ=100000 cargo nextest run fuzz` asks more than
//! the usual number of times; `RONDO_FUZZ_SEED` begins elsewhere.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, Uri, header};

use super::api::{Reply, Server, send};

/// Requests in an ordinary run.
const USUALLY: u64 = 20_000;

/// Good requests: method, path and query, body.
const GOOD: [(&str, &str, &str); 18] = [
    (
        "GET",
        "/route/v1/driving/14.4,35.9;14.41,35.89?steps=true&overview=full&alternatives=2",
        "",
    ),
    (
        "GET",
        "/route/v1/car/14.4,35.9;14.401,35.899;14.41,35.89?annotations=duration,nodes&waypoints=0;2&continue_straight=false",
        "",
    ),
    (
        "GET",
        "/route/v1/car/polyline(_p~iF~ps|U_ulLnnqC)?geometries=polyline6&bearings=10,20;;&radiuses=5;unlimited",
        "",
    ),
    (
        "GET",
        "/route/v1/car/polyline6(_izlhA~rlgdF_{geC~ywl@).json?approaches=curb;opposite&generate_hints=false",
        "",
    ),
    (
        "GET",
        "/table/v1/car/14.4,35.9;14.41,35.89;14.405,35.895?sources=0;1&destinations=2&annotations=duration,distance&fallback_speed=30&scale_factor=1.5",
        "",
    ),
    (
        "GET",
        "/nearest/v1/car/14.4,35.9?number=3&exclude=toll,ferry",
        "",
    ),
    (
        "GET",
        "/trip/v1/car/14.4,35.9;14.41,35.89;14.405,35.895?source=first&destination=last&roundtrip=false&geometries=geojson",
        "",
    ),
    (
        "GET",
        "/match/v1/car/14.4,35.9;14.41,35.89?timestamps=1;2",
        "",
    ),
    (
        "POST",
        "/route/v1/car",
        r#"{"coordinates":[[14.4,35.9],[14.41,35.89]],"steps":true,"bearings":[[10,20],null],"hints":["","x"]}"#,
    ),
    (
        "POST",
        "/table/v1/car",
        r#"{"coordinates":[[14.4,35.9],[14.41,35.89]],"sources":[0],"annotations":["duration","distance"],"exclude":["toll"]}"#,
    ),
    (
        "GET",
        "/api/v1/isochrones?lon=14.4&lat=35.9&minutes=5,10&direction=towards&slot=07-09&exclude=toll&roads=true&accounts=true",
        "",
    ),
    ("GET", "/api/v1/isochrones?rep=r1&metres=500,1000", ""),
    (
        "GET",
        "/api/v1/nearby?lon=14.4&lat=35.9&minutes=10&date=2026-11-24&time=09:00",
        "",
    ),
    (
        "GET",
        "/api/v1/route?from=14.4,35.9&to=14.41,35.89&slot=night",
        "",
    ),
    (
        "POST",
        "/api/v1/isochrones",
        r#"{"origins":[[14.4,35.9],[14.41,35.89]],"minutes":[5],"combine":"difference","slot":"16-19","avoid":{"type":"Polygon","coordinates":[[[14.4,35.89],[14.402,35.89],[14.402,35.892],[14.4,35.89]]]}}"#,
    ),
    (
        "POST",
        "/api/v1/isochrones",
        r#"{"reps":["r1","r2"],"metres":[500],"combine":"each","accounts":true,"avoid":{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"MultiPolygon","coordinates":[[[[14.4,35.89],[14.402,35.89],[14.402,35.892],[14.4,35.89]],[[14.401,35.8905],[14.4015,35.8905],[14.4015,35.891],[14.401,35.8905]]]]}}]}}"#,
    ),
    (
        "POST",
        "/api/v1/route",
        r#"{"from":[14.4,35.9],"to":[14.41,35.89],"avoid":{"type":"Polygon","coordinates":[[[14.4,35.89],[14.41,35.9],[14.41,35.89],[14.4,35.9],[14.4,35.89]]]}}"#,
    ),
    (
        "POST",
        "/api/v1/route",
        r#"{"from":[14.4,35.9],"to":[14.41,35.89],"exclude":["ferry"],"profile":"car","slot":"night"}"#,
    ),
];

/// What is strewn in.
const LITTER: [&str; 40] = [
    "0",
    "-1",
    "1e999",
    "NaN",
    "inf",
    "null",
    "true",
    "9999999999999999999999",
    "-0.0",
    "180.0000001",
    "90.1",
    "14.4,35.9",
    ";",
    ",",
    ";;",
    "&",
    "=",
    "?",
    "#",
    "%",
    "%00",
    "%ff",
    "%2f",
    "../",
    "(",
    ")",
    "polyline(",
    "polyline6(~~~~~~~~~~~~)",
    "_p~iF~ps|U",
    "{",
    "}",
    "[",
    "]",
    "[[[[",
    "\"",
    "\\",
    "\u{e9}",
    "\u{0}",
    "{\"type\":\"Polygon\",\"coordinates\":[]}",
    "unlimited",
];

/// Numbers that are the same on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % count.max(1)
    }

    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    /// The text with something done to it.
    fn garbled(&mut self, text: &str, other: &str) -> String {
        let (a, b) = (self.place(text), self.place(text));
        let (from, to) = (a.min(b), a.max(b));
        match self.below(7) {
            0 => format!("{}{}", &text[..from], &text[to..]),
            1 => format!("{}{}{}", &text[..to], &text[from..to], &text[to..]),
            2 => text[..from].to_owned(),
            3 => format!("{}{}", &text[..from], &other[self.place(other)..]),
            4 => {
                // A number becomes another.
                let digits = |c: char| c.is_ascii_digit() || c == '.';
                let begin = text[from..].find(digits).map_or(from, |i| from + i);
                let end = text[begin..]
                    .find(|c| !digits(c))
                    .map_or(text.len(), |i| begin + i);
                format!(
                    "{}{}{}",
                    &text[..begin],
                    LITTER[self.below(11)],
                    &text[end..]
                )
            }
            5 => format!(
                "{}{}{}",
                &text[..from],
                LITTER[self.below(LITTER.len())],
                &text[to..]
            ),
            _ => format!(
                "{}{}{}",
                &text[..from],
                LITTER[self.below(LITTER.len())],
                &text[from..]
            ),
        }
    }
}

fn number(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Holds an answer against what its API promises.
fn judge(path: &str, asked: &str, reply: &Reply) {
    assert_ne!(
        reply.status,
        StatusCode::INTERNAL_SERVER_ERROR,
        "{asked}\n{}",
        reply.text()
    );
    let services = ["/route", "/table", "/nearest", "/trip", "/match", "/tile"];
    if services
        .iter()
        .any(|service| path.split('/').nth(1) == Some(&service[1..]))
    {
        let json = reply.json();
        let code = json["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{asked}\n{json}"));
        assert_eq!(
            reply.status == StatusCode::OK,
            code == "Ok",
            "{asked}\n{json}"
        );
    } else if reply.status.is_client_error() || reply.status.is_server_error() {
        let kind = reply.header("content-type");
        assert_eq!(kind, "application/problem+json", "{asked}");
        reply.problem();
    } else if path.starts_with("/api/v1/isochrones") {
        assert_eq!(reply.json()["type"], "FeatureCollection", "{asked}");
    }
}

#[tokio::test]
async fn garbled_questions_get_answers() {
    let server = Server::new();
    let mut dice = Dice(number("RONDO_FUZZ_SEED", 26));
    for _ in 0..number("RONDO_FUZZ", USUALLY) {
        let (method, path, body) = GOOD[dice.below(GOOD.len())];
        let (_, other_path, other_body) = GOOD[dice.below(GOOD.len())];
        let (mut path, mut body) = (path.to_owned(), body.to_owned());
        for _ in 0..=dice.below(3) {
            if body.is_empty() || dice.below(6) == 0 {
                path = dice.garbled(&path, other_path);
            } else {
                body = dice.garbled(&body, other_body);
            }
        }
        // What no client can send is no question.
        let Ok(uri) = path.parse::<Uri>() else {
            continue;
        };
        if !path.starts_with('/') {
            continue;
        }
        // What follows a # is not sent.
        let asked_for = uri.path().to_owned();
        let asked = format!("{method} {path}\n{body}");
        let request = Request::builder()
            .method(method.parse::<Method>().unwrap())
            .uri(uri)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .unwrap();
        let reply = send(&server.router, request).await;
        judge(&asked_for, &asked, &reply);
    }
}
