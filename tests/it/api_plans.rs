//! Planned days, coverage and roads over HTTP.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::api::{DAY, Server, blotted, request};

fn plan_body() -> Value {
    json!({"rep": "r1", "date": DAY})
}

fn layer<'p>(plan: &'p Value, name: &str) -> Vec<&'p Value> {
    plan["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["properties"]["layer"] == name)
        .collect()
}

#[tokio::test]
async fn a_day_is_planned_kept_and_the_same_again() {
    let server = Server::new();
    let day = format!("/api/v1/plans/day?rep=r1&date={DAY}");
    assert_eq!(server.get(&day).await.problem(), "not-found");
    let made = server.post("/api/v1/plans/day", &plan_body()).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    let plan = made.json();
    let visits: Vec<&str> = layer(&plan, "visits")
        .iter()
        .map(|f| f["properties"]["account"].as_str().unwrap())
        .collect();
    assert!(
        visits.contains(&"overdue") && visits.contains(&"due"),
        "{visits:?}"
    );
    assert_eq!(layer(&plan, "legs").len(), visits.len() + 1);
    assert_eq!(layer(&plan, "home").len(), 1);
    let island = layer(&plan, "unplanned")
        .into_iter()
        .find(|f| f["properties"]["account"] == "lost")
        .unwrap();
    assert_eq!(island["properties"]["reason_code"], "unlocated");
    assert_eq!(plan["run_id"], plan["plan"]["run_id"]);
    let kept = server.get(&day).await.json();
    assert_eq!(kept["plan"], plan["plan"]);
    assert_eq!(kept["features"], plan["features"]);
    let again = server.post("/api/v1/plans/day", &plan_body()).await.json();
    assert_eq!(again["plan"]["run_id"], plan["plan"]["run_id"]);
    let list = server.get("/api/v1/plans?rep=r1").await.json();
    assert_eq!(list["plans"][0], again["plan"]);
    // Planning the same again changes nothing but the instant of the book's last change.
    assert_eq!(again["features"], plan["features"]);
    let shown = blotted(plan, &["/run_id", "/plan/run_id"]);
    insta::assert_json_snapshot!("day_plan", shown);
}

#[tokio::test]
async fn outcomes_show_in_the_stored_day() {
    let server = Server::new();
    let plan = server.post("/api/v1/plans/day", &plan_body()).await.json();
    let first = layer(&plan, "visits")[0]["id"].as_str().unwrap().to_owned();
    let account = layer(&plan, "visits")[0]["properties"]["account"].clone();
    let said = json!({"status": "done", "outcome": "ordered", "note": "two boxes"});
    let reply = server
        .post(&format!("/api/v1/visits/{first}/outcome"), &said)
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert_eq!(reply.json()["account"]["properties"]["id"], account);
    assert_eq!(reply.json()["account"]["properties"]["last_done"], DAY);
    let day = format!("/api/v1/plans/day?rep=r1&date={DAY}");
    let kept = server.get(&day).await.json();
    let stop = layer(&kept, "visits")[0].clone();
    assert_eq!(stop["properties"]["status"], "done");
    assert_eq!(stop["properties"]["outcome"], "ordered");
    let unknown = server
        .post("/api/v1/visits/nothing/outcome", &json!({"status": "done"}))
        .await;
    assert_eq!(unknown.problem(), "not-found");
    let odd = server
        .post(
            &format!("/api/v1/visits/{first}/outcome"),
            &json!({"status": "planned"}),
        )
        .await;
    assert_eq!(odd.problem(), "invalid-fields");
}

#[tokio::test]
async fn a_day_off_is_an_answer() {
    let server = Server::new();
    let sunday = json!({"rep": "r1", "date": "2026-11-22"});
    let reply = server.post("/api/v1/plans/day", &sunday).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert_eq!(reply.json()["plan"]["day_off"]["code"], "weekday");
    assert_eq!(reply.json()["plan"]["visits"], 0);
}

#[tokio::test]
async fn a_day_leaves_the_house_in_every_form() {
    let server = Server::new();
    server.post("/api/v1/plans/day", &plan_body()).await;
    for (format, kind, begins) in [
        ("gpx", "application/gpx+xml", "<?xml"),
        ("ics", "text/calendar; charset=utf-8", "BEGIN:VCALENDAR\r\n"),
        (
            "csv",
            "text/csv; charset=utf-8; header=present",
            "date,rep,seq",
        ),
        (
            "geojson",
            "application/geo+json",
            "{\"type\":\"FeatureCollection\"",
        ),
    ] {
        let path = format!("/api/v1/plans/day/export?rep=r1&date={DAY}&format={format}");
        let reply = server.get(&path).await;
        assert_eq!(reply.header("content-type"), kind);
        assert!(reply.text().starts_with(begins), "{}", reply.text());
        let name = format!("attachment; filename=\"rondo-r1-{DAY}.{format}\"");
        assert_eq!(reply.header("content-disposition"), name);
    }
    let links = server
        .get(&format!("/api/v1/plans/day/links?rep=r1&date={DAY}"))
        .await
        .json();
    let google = links["google"][0]["url"].as_str().unwrap();
    assert!(google.starts_with("https://www.google.com/maps/dir/?api=1&origin=35."));
    assert!(
        links["geo"][0]["uri"]
            .as_str()
            .unwrap()
            .starts_with("geo:35.")
    );
    let word = format!("/api/v1/plans/day/export?rep=r1&date={DAY}&format=docx");
    assert_eq!(server.get(&word).await.problem(), "invalid-parameters");
}

#[tokio::test]
async fn coverage_sums_and_its_lists_agree() {
    let server = Server::new();
    let coverage = server.get("/api/v1/coverage").await.json();
    let total = coverage["total"].as_u64().unwrap();
    assert_eq!(total, 6);
    let mut sum = 0;
    for cause in coverage["causes"].as_array().unwrap() {
        let code = cause["code"].as_str().unwrap();
        let list = server
            .get(&format!("/api/v1/coverage/accounts?cause={code}"))
            .await
            .json();
        assert_eq!(list["total"], cause["accounts"], "{code}");
        sum += cause["accounts"].as_u64().unwrap();
    }
    assert_eq!(sum, total);
    let cells = server.get("/api/v1/coverage/cells?res=9").await.json();
    let in_cells: u64 = cells["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cell| cell["properties"]["accounts"].as_u64().unwrap())
        .sum();
    // One account has no place.
    assert_eq!(in_cells, total - 1);
    insta::assert_json_snapshot!("coverage", blotted(coverage, &["/run_id"]));
}

#[tokio::test]
async fn reach_grows_with_its_limit() {
    let server = Server::new();
    let reach = server
        .get("/api/v1/isochrones?rep=r1&minutes=1,2")
        .await
        .json();
    let areas: Vec<(i64, f64)> = reach["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            let p = &f["properties"];
            (p["tau_s"].as_i64().unwrap(), p["area_m2"].as_f64().unwrap())
        })
        .collect();
    assert_eq!(areas.len(), 2);
    assert_eq!((areas[0].0, areas[1].0), (120, 60));
    assert!(areas[0].1 > areas[1].1 && areas[1].1 > 0.0);
    let map = super::api::map();
    let origins: Vec<[f64; 2]> = ['A', 'Y'].map(|n| [map.at(n).lon, map.at(n).lat]).into();
    let many = server
        .post(
            "/api/v1/isochrones",
            &json!({"origins": origins, "minutes": [1]}),
        )
        .await;
    assert_eq!(many.status, StatusCode::OK, "{}", many.text());
    assert_eq!(
        many.json()["features"][0]["geometry"]["type"],
        "MultiPolygon"
    );
    assert_eq!(
        server.get("/api/v1/isochrones?rep=r9").await.problem(),
        "not-found"
    );
    assert_eq!(
        server.get("/api/v1/isochrones").await.problem(),
        "invalid-parameters"
    );
    let sea = server.get("/api/v1/isochrones?lon=0&lat=0").await;
    assert_eq!(sea.problem(), "unanswerable");
}

#[tokio::test]
async fn reach_tells_what_lies_in_it_and_what_reps_share() {
    let server = Server::new();
    let count = |answer: &serde_json::Value, layer: &str| {
        let features = answer["features"].as_array().unwrap().iter();
        features
            .filter(|f| f["properties"]["layer"] == layer)
            .count()
    };
    let reach = server
        .get("/api/v1/isochrones?rep=r1&metres=300,600&accounts=true&roads=true&exclude=toll")
        .await
        .json();
    assert_eq!(count(&reach, "area"), 2);
    assert!(count(&reach, "road") > 0 && count(&reach, "account") > 0);
    assert_eq!(reach["features"][0]["properties"]["limit_m"], 600);
    assert!(reach["features"][0]["properties"]["tau_s"].is_null());

    let map = super::api::map();
    let origins: Vec<[f64; 2]> = ['A', 'B'].map(|n| [map.at(n).lon, map.at(n).lat]).into();
    let area = async |combine: &str| {
        let body = json!({"origins": origins, "minutes": [1], "combine": combine});
        let answer = server.post("/api/v1/isochrones", &body).await.json();
        let features = answer["features"].as_array().unwrap();
        let sizes = features
            .iter()
            .map(|f| f["properties"]["area_m2"].as_f64().unwrap());
        sizes.sum::<f64>()
    };
    let (each, all) = (area("each").await, area("union").await);
    let (both, first) = (area("intersection").await, area("difference").await);
    assert!(
        (each - all - both).abs() < 0.02 * all,
        "{each} {all} {both}"
    );
    assert!(first > 0.0 && first < all);

    for body in [
        json!({"origins": origins, "reps": ["r1"]}),
        json!({"origins": origins, "minutes": [1], "metres": [1]}),
        json!({"origins": origins, "minutes": []}),
        json!({"origins": [], "combine": "each"}),
        json!({"origins": origins, "combine": "sum"}),
        json!({"origins": origins, "exclude": ["tunnel"]}),
        json!({"origins": origins, "avoid": {"type": "Point", "coordinates": [0, 0]}}),
        json!({"origins": origins, "profile": "tram"}),
        json!({"origins": origins, "slot": "noon"}),
        json!({"origins": origins, "avoid": {"type": "Polygon", "coordinates":
            [[[14, 35], [15, 36], [15, 35], [14, 36], [14, 35]]]}}),
    ] {
        let refused = server.post("/api/v1/isochrones", &body).await;
        assert_eq!(refused.problem(), "invalid-fields", "{body}");
    }
    let morning = server
        .get("/api/v1/isochrones?rep=r1&minutes=1&slot=07-09&profile=car&direction=towards")
        .await;
    assert_eq!(count(&morning.json(), "area"), 1);
    let unknown = server.get("/api/v1/isochrones?rep=r1&exclude=tunnel").await;
    assert_eq!(unknown.problem(), "invalid-parameters");
}

#[tokio::test]
async fn routes_go_round_areas_to_avoid() {
    let server = Server::new();
    let map = super::api::map();
    let at = |name| [map.at(name).lon, map.at(name).lat];
    let (from, to) = (at('A'), at('L'));
    let ask = async |avoid: serde_json::Value| {
        let body = json!({"from": from, "to": to, "avoid": avoid});
        server.post("/api/v1/route", &body).await
    };
    let free = ask(json!(null)).await.json();
    let line = free["geometry"]["coordinates"].as_array().unwrap();
    let middle = &line[line.len() / 2];
    let (x, y) = (middle[0].as_f64().unwrap(), middle[1].as_f64().unwrap());
    let around = |d: f64| {
        let ring = [
            [x - d, y - d],
            [x + d, y - d],
            [x + d, y + d],
            [x - d, y + d],
            [x - d, y - d],
        ];
        json!({"type": "Polygon", "coordinates": [ring]})
    };
    let round = ask(around(1e-5)).await.json();
    let seconds = |route: &serde_json::Value| route["properties"]["drive_s"].as_i64().unwrap();
    assert!(seconds(&round) >= seconds(&free));
    assert!(
        !round["geometry"]["coordinates"]
            .as_array()
            .unwrap()
            .contains(middle)
    );
    let walled = ask(around(1.0)).await;
    assert_eq!(walled.problem(), "unanswerable");
    let body = json!({"from": from, "to": to, "avoid": around(1e-5), "alternatives": 3});
    let with_others = server.post("/api/v1/route", &body).await.json();
    assert_eq!(with_others["geometry"], round["geometry"]);
    let others = with_others["properties"]["alternatives"]
        .as_array()
        .unwrap();
    for other in others {
        assert!(seconds(other) >= seconds(&round));
        let line = other["geometry"]["coordinates"].as_array().unwrap();
        assert!(!line.contains(middle));
        assert_ne!(other["geometry"], round["geometry"]);
    }
    assert!(round["properties"].get("alternatives").is_none());
    let body = json!({"from": from, "to": to, "alternatives": 4});
    let refused = server.post("/api/v1/route", &body).await;
    assert_eq!(refused.problem(), "invalid-fields");
}

#[tokio::test]
async fn routes_and_neighbours_follow_the_roads() {
    let server = Server::new();
    let map = super::api::map();
    let at = |n| format!("{},{}", map.at(n).lon, map.at(n).lat);
    let route = server
        .get(&format!("/api/v1/route?from={}&to={}", at('A'), at('L')))
        .await
        .json();
    // Five steps of 1000 m: three right, two down; a grid step is 250 m a character.
    assert!(route["properties"]["dist_m"].as_f64().unwrap() > 3_000.0);
    assert_eq!(route["geometry"]["type"], "LineString");
    let island = server
        .get(&format!("/api/v1/route?from={}&to={}", at('A'), at('X')))
        .await;
    assert_eq!(island.problem(), "unanswerable");
    let (lon, lat) = (map.at('A').lon, map.at('A').lat);
    let near = server
        .get(&format!(
            "/api/v1/nearby?lon={lon}&lat={lat}&minutes=30&time=10:00"
        ))
        .await
        .json();
    let found: Vec<(&str, i64)> = near["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            (
                f["id"].as_str().unwrap(),
                f["properties"]["drive_s"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(found[0].0, "due");
    assert!(found.is_sorted_by_key(|(_, drive)| *drive));
    assert!(!found.iter().any(|(id, _)| *id == "island"));
    assert_eq!(near["features"][0]["properties"]["open_now"], true);
    let late = server
        .get(&format!(
            "/api/v1/nearby?lon={lon}&lat={lat}&minutes=30&time=23:00"
        ))
        .await
        .json();
    assert_eq!(late["features"][0]["properties"]["open_now"], false);
}

#[tokio::test]
async fn tiles_are_cached_tagged_or_empty() {
    let server = Server::new();
    let empty = server.get("/tiles/12/0/0.mvt").await;
    assert_eq!(empty.status, StatusCode::NO_CONTENT);
    for bad in [
        "/tiles/99/0/0.mvt",
        "/tiles/1/5/0.mvt",
        "/tiles/1/0/0.png",
        "/tiles/a/b/c.mvt",
    ] {
        assert_eq!(
            server.get(bad).await.problem(),
            "invalid-parameters",
            "{bad}"
        );
    }
}

#[tokio::test]
async fn answers_are_compressed_when_asked_for() {
    let server = Server::new();
    for coding in ["gzip", "br"] {
        let asked = request(Method::GET, "/api/openapi.json")
            .header("accept-encoding", coding)
            .body(Body::empty())
            .unwrap();
        let reply = server.send(asked).await;
        assert_eq!(reply.header("content-encoding"), coding);
        assert!(reply.body.len() < 40_000);
    }
}

#[tokio::test]
async fn requests_and_plans_are_counted() {
    let server = Server::new();
    server.post("/api/v1/plans/day", &plan_body()).await;
    server.get("/api/v1/accounts/due").await;
    server.get("/wp-login.php").await;
    let text = server.get("/metrics").await.text().to_owned();
    for line in [
        "rondo_http_requests_total{method=\"GET\",route=\"/api/v1/accounts/{id}\",status=\"200\"} 1",
        "rondo_http_requests_total{method=\"GET\",route=\"/{*path}\",status=\"404\"} 1",
        "rondo_plan_seconds_count 1",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let other = Server::new().get("/metrics").await;
    assert!(!other.text().contains("rondo_plan_seconds_count"));
}
