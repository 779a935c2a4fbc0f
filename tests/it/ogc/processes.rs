//! OGC API - Processes: descriptions, execution at once and as jobs.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::{links, ok, planned};
use crate::api::{DAY, Reply, Server, request};

async fn execute(server: &Server, id: &str, prefer: &str, body: &Value) -> Reply {
    let path = format!("/ogc/processes/{id}/execution");
    let ask = request(Method::POST, &path)
        .header(header::CONTENT_TYPE, "application/json")
        .header("prefer", prefer);
    server
        .send(ask.body(Body::from(body.to_string())).unwrap())
        .await
}

fn inputs() -> Vec<(&'static str, Value)> {
    vec![
        ("plan-day", json!({"rep": "r1", "date": DAY})),
        ("isochrone", json!({"reps": ["r1"], "minutes": [5]})),
        ("table", json!({"places": [[14.5, 35.9], [14.501, 35.9]]})),
        ("coverage", json!({"date": DAY})),
    ]
}

/// Inputs whose places lie on the drawn map.
async fn placed(server: &Server) -> Vec<(&'static str, Value)> {
    let page = ok(server, "/ogc/collections/accounts/items").await;
    let places: Vec<&Value> = page["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["geometry"].is_object() && one["id"] != "island")
        .map(|one| &one["geometry"]["coordinates"])
        .collect();
    let places = json!(places);
    let mut all = inputs();
    all[2].1 = json!({"places": places});
    all
}

/// Waits until a job has ended.
async fn ended(server: &Server, path: &str) -> Value {
    for _ in 0..600 {
        let about = ok(server, path).await;
        if !["accepted", "running"].contains(&about["status"].as_str().unwrap()) {
            return about;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{path} does not end");
}

#[tokio::test]
async fn conf_core_process_list_and_description() {
    let server = planned().await;
    let landing = ok(&server, "/ogc").await;
    for rel in ["processes", "job-list"] {
        let found = links(
            &landing,
            &format!("http://www.opengis.net/def/rel/ogc/1.0/{rel}"),
        );
        assert_eq!(server.get(&found[0]).await.status, 200);
    }
    let list = ok(&server, "/ogc/processes").await;
    let ids: Vec<&str> = list["processes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, inputs().iter().map(|(id, _)| *id).collect::<Vec<_>>());
    let two = ok(&server, "/ogc/processes?limit=2").await;
    assert_eq!(two["processes"].as_array().unwrap().len(), 2);
    for summary in list["processes"].as_array().unwrap() {
        let about = ok(&server, &links(summary, "self")[0]).await;
        for part in ["id", "title", "version", "jobControlOptions"] {
            assert_eq!(about[part], summary[part]);
        }
        assert_eq!(about["outputs"].as_object().unwrap().len(), 1);
        assert!(
            about["inputs"]
                .as_object()
                .unwrap()
                .values()
                .all(|input| input["schema"].is_object())
        );
    }
    let reply = server.get("/ogc/processes/none").await;
    assert_eq!(reply.problem(), "no-such-process");
    assert_eq!(
        reply.json()["type"],
        "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process"
    );
    let html = server.get("/ogc/processes/plan-day?f=html").await;
    assert!(html.text().starts_with("<!doctype html>"));
}

#[tokio::test]
async fn every_input_that_is_described_is_read_and_no_other() {
    let server = planned().await;
    for (id, _) in inputs() {
        let about = ok(&server, &format!("/ogc/processes/{id}")).await;
        let reply = execute(&server, id, "", &json!({"inputs": {"no such input": 1}})).await;
        assert_eq!(reply.problem(), "invalid-fields", "{id}");
        let errors = reply.json();
        let unknown = errors["errors"]
            .as_array()
            .unwrap()
            .iter()
            .find(|e| e["field"] == "no such input");
        let cure = unknown.unwrap()["cure"].as_str().unwrap().to_owned();
        let mut read: Vec<&str> = cure.strip_prefix("one of: ").unwrap().split(", ").collect();
        let mut described: Vec<&str> = about["inputs"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        read.sort_unstable();
        described.sort_unstable();
        assert_eq!(read, described, "{id}");
    }
}

#[tokio::test]
async fn conf_core_execute_sync() {
    let server = planned().await;
    for (id, inputs) in placed(&server).await {
        let raw = execute(&server, id, "", &json!({"inputs": inputs})).await;
        assert_eq!(raw.status, 200, "{id}: {}", raw.text());
        let document = execute(
            &server,
            id,
            "",
            &json!({"inputs": inputs, "response": "document"}),
        )
        .await;
        let about = ok(&server, &format!("/ogc/processes/{id}")).await;
        let output = about["outputs"].as_object().unwrap().keys().next().unwrap();
        let (mut found, mut expected) = (document.json()[output].clone(), raw.json());
        if id == "plan-day" {
            // The book has changed in between: the plan was stored.
            found = json!(found["features"].as_array().unwrap().len());
            expected = json!(expected["features"].as_array().unwrap().len());
        }
        assert_eq!(found, expected, "{id}");
        let silent = execute(&server, id, "", &json!({"inputs": inputs, "outputs": {}})).await;
        assert_eq!(silent.status, StatusCode::NO_CONTENT);
    }
    // The same answers as under /api/v1.
    let coverage = execute(
        &server,
        "coverage",
        "",
        &json!({"inputs": {"date": {"value": DAY}}}),
    )
    .await;
    assert_eq!(
        coverage.json(),
        ok(&server, &format!("/api/v1/coverage?date={DAY}")).await
    );
    let reach = execute(
        &server,
        "isochrone",
        "",
        &json!({"inputs": {"reps": ["r1"], "minutes": [5]}}),
    )
    .await;
    let own = server
        .post(
            "/api/v1/isochrones",
            &json!({"reps": ["r1"], "minutes": [5]}),
        )
        .await;
    assert_eq!(reach.json(), own.json());
    let table = execute(
        &server,
        "table",
        "",
        &json!({"inputs": placed(&server).await[2].1}),
    )
    .await
    .json();
    let rows = table["durations_s"].as_array().unwrap();
    assert_eq!(rows.len(), rows[0].as_array().unwrap().len());
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(row[i], 0.0);
    }
}

#[tokio::test]
async fn conf_core_execute_async_job_and_results() {
    let server = planned().await;
    for (id, inputs) in placed(&server).await {
        let reply = execute(
            &server,
            id,
            "respond-async, wait=1",
            &json!({"inputs": inputs}),
        )
        .await;
        assert_eq!(reply.status, StatusCode::CREATED, "{id}: {}", reply.text());
        assert_eq!(reply.header("preference-applied"), "respond-async");
        let path = reply
            .header("location")
            .strip_prefix("http://localhost:8080")
            .unwrap()
            .to_owned();
        let about = ended(&server, &path).await;
        assert_eq!(about["status"], "successful", "{about}");
        assert_eq!(about["processID"], id);
        let results = &links(&about, "http://www.opengis.net/def/rel/ogc/1.0/results")[0];
        let at_once = execute(&server, id, "", &json!({"inputs": inputs})).await;
        let mut expected = at_once.json();
        let mut found = server.get(results).await.json();
        for one in [&mut expected, &mut found] {
            // The store has changed in between.
            one.as_object_mut().unwrap().remove("as_of");
        }
        if id != "plan-day" {
            assert_eq!(found, expected, "{id}");
        }
        let listed = ok(
            &server,
            &format!("/ogc/jobs?processID={id}&status=successful&type=process"),
        )
        .await;
        assert_eq!(listed["jobs"].as_array().unwrap().len(), 1, "{id}");
        // Forgotten.
        let gone = server
            .send(request(Method::DELETE, &path).body(Body::empty()).unwrap())
            .await;
        assert_eq!(gone.json()["status"], "dismissed");
        assert_eq!(server.get(&path).await.problem(), "no-such-job");
    }
    assert_eq!(
        server.get("/ogc/jobs/none/results").await.problem(),
        "no-such-job"
    );
    let reply = server.get("/ogc/jobs?colour=red").await;
    assert_eq!(reply.problem(), "invalid-parameters");
}

#[tokio::test]
async fn a_job_that_fails_tells_why() {
    let server = planned().await;
    let nowhere = json!({"inputs": {"places": [[0.0, 0.0]]}});
    let reply = execute(&server, "table", "respond-async", &nowhere).await;
    let path = reply
        .header("location")
        .strip_prefix("http://localhost:8080")
        .unwrap()
        .to_owned();
    let about = ended(&server, &path).await;
    assert_eq!(about["status"], "failed");
    assert!(about["message"].as_str().unwrap().contains("road"));
    // What is not known is left out, and the list says how it was asked for.
    let well = execute(&server, "coverage", "respond-async", &json!({"inputs": {}})).await;
    let created = well.json();
    assert!(created.get("message").is_none(), "{created}");
    let list = ok(&server, "/ogc/jobs?status=failed&limit=5&f=json").await;
    let links = |rel| super::links(&list, rel).remove(0);
    assert_eq!(links("self"), "/ogc/jobs?status=failed&limit=5&f=json");
    assert_eq!(links("alternate"), "/ogc/jobs?status=failed&limit=5&f=html");
    let jobs = ok(&server, "/ogc/jobs").await;
    for job in jobs["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .chain([&created, &about])
    {
        let nothing = job.as_object().unwrap().iter().find(|(_, v)| v.is_null());
        assert_eq!(nothing, None, "{job}");
    }
    assert_eq!(
        server.get(&format!("{path}/results")).await.problem(),
        "unanswerable"
    );
    // What cannot be read is no job at all.
    for (id, body) in [
        ("plan-day", json!({"inputs": {"rep": "r1"}})),
        ("table", json!({"inputs": {"places": [[14.5, 95.0]]}})),
        (
            "table",
            json!({"inputs": {"places": {"href": "http://localhost/x"}}}),
        ),
        (
            "coverage",
            json!({"inputs": [], "response": "x", "outputs": {"other": {}}}),
        ),
    ] {
        let reply = execute(&server, id, "respond-async", &body).await;
        assert_eq!(reply.problem(), "invalid-fields", "{id} {body}");
    }
}

#[tokio::test]
async fn jobs_are_bounded_and_may_be_dismissed() {
    let server = planned().await;
    let mut paths = Vec::new();
    let mut refused = 0;
    for _ in 0..40 {
        let reply = execute(&server, "coverage", "respond-async", &json!({"inputs": {}})).await;
        if reply.status == StatusCode::SERVICE_UNAVAILABLE {
            assert_eq!(reply.problem(), "overloaded");
            refused += 1;
        } else {
            paths.push(
                reply
                    .header("location")
                    .strip_prefix("http://localhost:8080")
                    .unwrap()
                    .to_owned(),
            );
        }
    }
    assert!(paths.len() + refused == 40);
    for path in &paths {
        let reply = server
            .send(request(Method::DELETE, path).body(Body::empty()).unwrap())
            .await;
        assert!(reply.status == 200 || reply.problem() == "no-such-job");
    }
}
