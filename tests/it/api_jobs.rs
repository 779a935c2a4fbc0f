//! Jobs and VROOM's format over HTTP.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::api::{DAY, Server, request};

async fn ended(server: &Server, id: &str) -> Value {
    for _ in 0..600 {
        let job = server.get(&format!("/api/v1/jobs/{id}")).await.json();
        if !matches!(job["status"].as_str(), Some("waiting" | "running")) {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the job never ended");
}

#[tokio::test]
async fn a_week_is_planned_as_a_job_and_its_result_kept() {
    let server = Server::new();
    let ask = json!({"from": "2026-11-23", "to": "2026-11-29"});
    let started = server.post("/api/v1/jobs", &ask).await;
    assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.text());
    let id = started.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(started.header("location"), format!("/api/v1/jobs/{id}"));
    // Two reps, seven days; the events end with how it ended, and each carries the whole state.
    let events = server.get(&format!("/api/v1/jobs/{id}/events")).await;
    assert_eq!(events.header("content-type"), "text/event-stream");
    let last = events
        .text()
        .trim()
        .rsplit("\n\n")
        .next()
        .unwrap()
        .to_owned();
    assert!(last.contains("event: done"), "{last}");
    assert!(last.contains("\"days_done\":14"), "{last}");
    let job = ended(&server, &id).await;
    assert_eq!(
        (&job["status"], &job["days_total"]),
        (&json!("done"), &json!(14))
    );
    let results = job["results"].as_array().unwrap();
    assert_eq!(results.len(), 14);
    let tuesday = results
        .iter()
        .find(|r| r["date"] == DAY && r["rep"] == "r1")
        .unwrap();
    let plan = server
        .get(&format!("/api/v1/plans/day?rep=r1&date={DAY}"))
        .await;
    assert_eq!(plan.json()["run_id"], tuesday["run_id"]);
    let saturday = results.iter().find(|r| r["date"] == "2026-11-28").unwrap();
    assert!(saturday["run_id"].is_null() && saturday["note"].is_string());
    // Who comes late hears the end at once; calling off what is over changes nothing.
    let late = server.get(&format!("/api/v1/jobs/{id}/events")).await;
    assert!(late.text().contains("event: done"));
    let path = format!("/api/v1/jobs/{id}");
    let off = server
        .send(request(Method::DELETE, &path).body(Body::empty()).unwrap())
        .await;
    assert_eq!(off.json()["status"], "done");
    let list = server.get("/api/v1/jobs").await.json();
    assert_eq!(list["jobs"][0]["id"], id);
}

#[tokio::test]
async fn jobs_are_called_off_bounded_and_refused_in_words() {
    let server = Server::new();
    let long = json!({"from": "2026-12-01", "to": "2027-01-31"});
    let mut ids = Vec::new();
    let refused = loop {
        let reply = server.post("/api/v1/jobs", &long).await;
        if reply.status != StatusCode::ACCEPTED || ids.len() > 30 {
            break reply;
        }
        ids.push(reply.json()["id"].as_str().unwrap().to_owned());
    };
    assert_eq!(refused.problem(), "overloaded");
    for id in &ids {
        let path = format!("/api/v1/jobs/{id}");
        let off = server
            .send(request(Method::DELETE, &path).body(Body::empty()).unwrap())
            .await;
        assert_eq!(off.status, StatusCode::OK);
    }
    let last = ended(&server, ids.last().unwrap()).await;
    assert_eq!(last["status"], "cancelled");
    for (body, problem) in [
        (
            json!({"from": "2026-12-02", "to": "2026-12-01"}),
            "invalid-fields",
        ),
        (
            json!({"from": "2026-12-01", "to": "2028-12-01"}),
            "invalid-fields",
        ),
        (
            json!({"from": "2026-12-01", "to": "2026-12-01", "reps": ["r9"]}),
            "invalid-fields",
        ),
        (json!({}), "invalid-fields"),
    ] {
        assert_eq!(
            server.post("/api/v1/jobs", &body).await.problem(),
            problem,
            "{body}"
        );
    }
    assert_eq!(server.get("/api/v1/jobs/none").await.problem(), "not-found");
    assert_eq!(
        server.get("/api/v1/jobs/none/events").await.problem(),
        "not-found"
    );
}

#[tokio::test]
async fn vroom_s_clients_are_answered_on_our_roads() {
    let server = Server::new();
    let map = super::api::map();
    let at = |node| json!([map.at(node).lon, map.at(node).lat]);
    let ask = json!({
        "vehicles": [{"id": 1, "start": at('A'), "end": at('A')}],
        "jobs": [{"id": 1, "location": at('D'), "service": 300}, {"id": 2, "location": at('B')}, {"id": 3, "location": at('L')}],
        "options": {"g": true}
    });
    let reply = server.post("/vroom", &ask).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let answer = reply.json();
    assert_eq!(answer["code"], 0);
    let route = &answer["routes"][0];
    assert!(!route["geometry"].as_str().unwrap().is_empty());
    // Three kilometres along, one down, and back.
    assert!(
        (7_000..9_000).contains(&route["distance"].as_i64().unwrap()),
        "{answer}"
    );
    for (body, status, code) in [
        ("{", StatusCode::BAD_REQUEST, 2),
        ("[]", StatusCode::BAD_REQUEST, 2),
        (
            "{\"vehicles\": [{\"id\": 1, \"start\": [0, 0]}], \"jobs\": []}",
            StatusCode::BAD_REQUEST,
            3,
        ),
    ] {
        let asked = request(Method::POST, "/vroom")
            .header("content-type", "application/json")
            .body(Body::from(body))
            .unwrap();
        let reply = server.send(asked).await;
        assert_eq!(reply.status, status, "{}", reply.text());
        assert_eq!(reply.json()["code"], code, "{}", reply.text());
        assert!(reply.json()["error"].is_string());
    }
}
