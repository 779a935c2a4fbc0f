//! A day planned again, changed by hand, explained; slots and runs compared; over HTTP.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::api::{DAY, Server, blotted};

const REPLAN: &str = "/api/v1/plans/day/replan";
const EDIT: &str = "/api/v1/plans/day/edit";
const ACCEPT: &str = "/api/v1/plans/day/accept";
const UNDO: &str = "/api/v1/plans/day/undo";

async fn planned() -> (Server, Value) {
    let server = Server::new();
    let body = json!({"rep": "r1", "date": DAY});
    let plan = server.post("/api/v1/plans/day", &body).await.json();
    (server, plan)
}

fn visits(day: &Value) -> Vec<String> {
    let features = day["features"].as_array().unwrap().iter();
    features
        .map(|f| &f["properties"])
        .filter(|p| p["layer"] == "visits")
        .map(|p| p["account"].as_str().unwrap().to_owned())
        .collect()
}

fn of_day(more: Value) -> Value {
    let mut body = json!({"rep": "r1", "date": DAY});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn now(time: &str) -> Value {
    json!(format!("{DAY}T{time}:00+01:00"))
}

#[tokio::test]
async fn the_rest_of_a_day_is_proposed_accepted_and_undone() {
    let (server, plan) = planned().await;
    let elsewhere = json!({"rep": "r2", "date": DAY, "now": now("09:00")});
    let unplanned = server.post(REPLAN, &elsewhere);
    assert_eq!(unplanned.await.problem(), "not-found");
    let ask = of_day(json!({"now": now("16:30")}));
    let found = server.post(REPLAN, &ask).await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.text());
    let found = found.json();
    let dropped = found["proposal"]["diff"]["dropped"].as_array().unwrap();
    assert!(!dropped.is_empty(), "half an hour is left");
    assert_eq!(found["proposal"]["diff"]["agreed_broken"], 0);
    assert_eq!(found["proposal"]["base"], plan["run_id"]);
    // Nothing has changed yet.
    let day = format!("/api/v1/plans/day?rep=r1&date={DAY}");
    assert_eq!(server.get(&day).await.json()["run_id"], plan["run_id"]);
    let run = found["proposal"]["run_id"].clone();
    let accepted = server.post(ACCEPT, &of_day(json!({"run_id": run}))).await;
    assert_eq!(accepted.status, StatusCode::OK, "{}", accepted.text());
    assert_eq!(visits(&accepted.json()), visits(&found));
    let changes = format!("/api/v1/plans/compare?a={}&b={}", plan["run_id"], run).replace('"', "");
    let changes = server.get(&changes).await.json();
    assert_eq!(
        changes["diff"]["dropped"].as_array().unwrap().len(),
        dropped.len()
    );
    let undone = server
        .post(UNDO, &of_day(json!({"run_id": run})))
        .await
        .json();
    assert_eq!(undone["run_id"], plan["run_id"]);
    assert_eq!(undone["features"], plan["features"]);
    insta::assert_json_snapshot!(
        "replanned_day",
        blotted(
            found,
            &[
                "/as_of",
                "/plan/as_of",
                "/run_id",
                "/plan/run_id",
                "/proposal/run_id",
                "/proposal/base"
            ]
        )
    );
}

#[tokio::test]
async fn edits_by_hand_are_judged_at_once() {
    let (server, plan) = planned().await;
    let order = visits(&plan);
    let moved = of_day(json!({"edits": [{"move": order[0], "to": 99}]}));
    let found = server.post(EDIT, &moved).await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.text());
    assert_eq!(visits(&found.json()).last(), Some(&order[0]));
    let early = of_day(json!({"edits": [{"insert": "fresh"}], "end": "08:10"}));
    let found = server.post(EDIT, &early).await.json();
    assert_eq!(found["plan"]["violations"][0]["code"], "after_shift");
    assert!(visits(&found).contains(&"fresh".to_owned()));
    // A dry run cannot be accepted.
    let dry = of_day(json!({"edits": [{"remove": order[0]}], "dry": true}));
    let dry = server.post(EDIT, &dry).await.json();
    let run = of_day(json!({"run_id": dry["proposal"]["run_id"]}));
    assert_eq!(server.post(ACCEPT, &run).await.problem(), "not-found");
    let repaired = of_day(json!({"edits": [{"swap": [order[0], order[1]]}], "repair": true}));
    let repaired = server.post(EDIT, &repaired).await;
    assert_eq!(repaired.status, StatusCode::OK, "{}", repaired.text());
}

#[tokio::test]
async fn strange_edits_are_refused_with_a_cure() {
    let (server, plan) = planned().await;
    let first = &visits(&plan)[0];
    for edits in [
        json!([{"move": first}]),
        json!([{"fly": first}]),
        json!([{"swap": [first]}]),
        json!([{"swap": [first, first, first]}]),
        json!([{"remove": first, "pin": first}]),
        json!([{"remove": first, "to": 1}]),
        json!([{"move": first, "to": 0}]),
        json!([{"move": first, "to": -1}]),
        json!([{"move": first, "to": 1e99}]),
        json!([{"move": {"a": 1}, "to": 1}]),
        json!(["remove"]),
        json!({"remove": first}),
        json!(vec![json!({"pin": first}); 51]),
        json!([{"remove": "nobody"}]),
        json!([{}]),
        json!(null),
    ] {
        let reply = server.post(EDIT, &of_day(json!({"edits": edits}))).await;
        assert_eq!(reply.problem(), "invalid-fields", "{edits}");
        assert!(
            !reply.json()["errors"][0]["cure"]
                .as_str()
                .unwrap()
                .is_empty()
        );
    }
    for edits in [
        json!([{"insert": "lost"}]),
        json!([{"insert": first}]),
        json!([{"move": "fresh", "to": 1}]),
        json!([{"remove": first}, {"pin": first}]),
    ] {
        let reply = server.post(EDIT, &of_day(json!({"edits": edits}))).await;
        assert_eq!(reply.problem(), "conflict", "{edits}");
    }
    for (body, problem) in [
        (of_day(json!({})), "invalid-fields"),
        (of_day(json!({"now": "9 o'clock"})), "invalid-fields"),
        (
            of_day(json!({"now": "2020-01-01T00:00:00Z"})),
            "invalid-fields",
        ),
        (
            of_day(json!({"now": now("09:00"), "here": [200, 0]})),
            "invalid-fields",
        ),
        (
            of_day(json!({"now": now("09:00"), "here": [0, 0]})),
            "unanswerable",
        ),
        (
            of_day(json!({"now": now("09:00"), "stability_s": -5})),
            "invalid-fields",
        ),
    ] {
        assert_eq!(
            server.post(REPLAN, &body).await.problem(),
            problem,
            "{body}"
        );
    }
    let run = of_day(json!({"run_id": "none"}));
    assert_eq!(server.post(UNDO, &run).await.problem(), "not-found");
    let same = server.get("/api/v1/plans/compare?a=x&b=y").await;
    assert_eq!(same.problem(), "not-found");
}

#[tokio::test]
async fn reasons_come_with_what_would_help() {
    let (server, plan) = planned().await;
    let explain =
        |account: &str| format!("/api/v1/plans/day/explain?rep=r1&date={DAY}&account={account}");
    let first = visits(&plan)[0].clone();
    let included = server.get(&explain(&first)).await.json();
    assert!(included["included"]["detour_s"].as_i64().unwrap() >= 0);
    assert_eq!(included["days"], json!([]));
    let fresh = server.get(&explain("fresh")).await.json();
    assert_eq!(fresh["days"][0]["reason_code"], "not_due");
    assert_eq!(fresh["days"][0]["changes"][0]["code"], "ask_for");
    assert!(fresh["next"]["offer"].is_string());
    // What it says to send does what it says.
    let edit = of_day(fresh["days"][0]["changes"][0]["edit"].clone());
    let found = server.post(EDIT, &edit).await.json();
    assert!(visits(&found).contains(&"fresh".to_owned()));
    assert_eq!(found["plan"]["violations"], json!([]));
    let lost = server.get(&explain("lost")).await.json();
    assert_eq!(lost["days"][0]["reason_code"], "unlocated");
    assert_eq!(lost["days"][0]["changes"], json!([]));
    assert_eq!(server.get(&explain("nobody")).await.problem(), "not-found");
    insta::assert_json_snapshot!("explained", blotted(fresh, &["/run_id"]));
}

#[tokio::test]
async fn slots_are_cheapest_first_and_can_be_agreed() {
    let (server, _) = planned().await;
    let path = format!("/api/v1/slots?account=fresh&from={DAY}&to=2026-12-04");
    let found = server.get(&path).await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.text());
    let found = found.json();
    let slots = found["slots"].as_array().unwrap();
    assert!(slots.len() > 3);
    assert!(slots.is_sorted_by_key(|s| s["detour_s"].as_i64()));
    assert!(
        slots.iter().all(|s| s["date"] != "2026-11-28"),
        "nobody works on Saturdays"
    );
    let slot = &slots[0];
    let wish = json!({"account": "fresh", "rep": slot["rep"], "date": slot["date"], "start": slot["offer"]});
    let made = server.post("/api/v1/appointments", &wish).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    for (query, problem) in [
        ("account=nobody", "not-found"),
        ("account=fresh&rep=r9", "not-found"),
        (
            "account=fresh&from=2026-11-24&to=2026-11-23",
            "invalid-parameters",
        ),
        (
            "account=fresh&from=2026-11-24&to=2030-11-23",
            "invalid-parameters",
        ),
        ("account=fresh&limit=0", "invalid-parameters"),
        ("", "invalid-parameters"),
    ] {
        let reply = server.get(&format!("/api/v1/slots?{query}")).await;
        assert_eq!(reply.problem(), problem, "{query}");
    }
    let nowhere = server.get("/api/v1/slots?account=lost").await.json();
    assert_eq!(nowhere["slots"], json!([]));
}
