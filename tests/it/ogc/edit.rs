//! Part 4: features are made, replaced, changed and removed, under optimistic locking.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use rondo::store::Store as _;

use super::{features, items, ok, planned};
use crate::api::{DAY, Reply, Server, request};

const GEOJSON: &str = "application/geo+json";
const PATCH: &str = "application/merge-patch+json";

/// A write with some headers.
async fn write(
    server: &Server,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Reply {
    let kind = if method == Method::PATCH {
        PATCH
    } else {
        GEOJSON
    };
    let mut ask = request(method, path).header(header::CONTENT_TYPE, kind);
    for (name, value) in headers {
        ask = ask.header(*name, *value);
    }
    server
        .send(ask.body(Body::from(body.to_string())).unwrap())
        .await
}

fn account(properties: &Value) -> Value {
    json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [14.5, 35.9]}, "properties": properties})
}

fn path_of(reply: &Reply) -> String {
    reply
        .header("location")
        .strip_prefix("http://localhost:8080")
        .unwrap()
        .to_owned()
}

/// Fields at fault.
fn faults(reply: &Reply) -> Vec<String> {
    let errors = reply.json()["errors"].as_array().unwrap().clone();
    let mut fields: Vec<String> = errors
        .iter()
        .inspect(|error| assert!(!error["cure"].as_str().unwrap().is_empty()))
        .map(|error| error["field"].as_str().unwrap().to_owned())
        .collect();
    fields.sort();
    fields
}

#[tokio::test]
async fn conf_create_replace_delete_options() {
    let server = planned().await;
    for (path, methods) in [
        (items("accounts"), "POST"),
        (items("accounts") + "/due", "PUT, PATCH, DELETE"),
        (items("visits"), "POST"),
        (items("visits") + "/v1", "PUT, PATCH, DELETE"),
        (items("roads"), "GET, HEAD, OPTIONS"),
        ("/ogc".into(), "GET, HEAD, OPTIONS"),
        ("/ogc/api".into(), "GET, HEAD, OPTIONS"),
        ("/ogc/download".into(), "GET, HEAD, OPTIONS"),
        ("/ogc/collections/roads/schema".into(), "GET, HEAD, OPTIONS"),
        ("/ogc/processes/plan-day/execution".into(), "POST, OPTIONS"),
    ] {
        let ask = request(Method::OPTIONS, &path).body(Body::empty()).unwrap();
        let reply = server.send(ask).await;
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.header("allow").ends_with(methods), "{path}");
    }
    let reply = write(
        &server,
        Method::POST,
        &items("roads"),
        &[],
        &account(&json!({})),
    )
    .await;
    assert_eq!(reply.problem(), "method-not-allowed");
    assert!(reply.header("allow").starts_with("GET"));
    let reply = write(&server, Method::PUT, "/ogc/conformance", &[], &json!({})).await;
    assert_eq!(reply.problem(), "method-not-allowed");
    assert_eq!(reply.header("allow"), "GET,HEAD,OPTIONS");
    let reply = write(
        &server,
        Method::PUT,
        &(items("tours") + "/x"),
        &[],
        &json!({}),
    )
    .await;
    assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn conf_create_replace_delete_post_and_delete() {
    let server = planned().await;
    let feature = account(&json!({"name": "New", "class": "B", "rep": "r1", "tags": "a; b"}));
    let made = write(&server, Method::POST, &items("accounts"), &[], &feature).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    assert_eq!(made.header("content-type"), GEOJSON);
    let path = path_of(&made);
    let read = ok(&server, &path).await;
    assert_eq!(read["properties"]["name"], "New");
    assert_eq!(read["properties"]["tags"], "a;b");
    assert_eq!(read["geometry"]["coordinates"], json!([14.5, 35.9]));
    assert_eq!(made.json()["properties"], read["properties"]);
    // Another one gets another id; a given id is kept, once.
    let other = write(&server, Method::POST, &items("accounts"), &[], &feature).await;
    assert_ne!(path_of(&other), path);
    let mut named = feature.clone();
    named["id"] = json!("own id");
    let named_reply = write(&server, Method::POST, &items("accounts"), &[], &named).await;
    assert!(path_of(&named_reply).ends_with("/own%20id"));
    let again = write(&server, Method::POST, &items("accounts"), &[], &named).await;
    assert_eq!(again.problem(), "conflict");
    let gone = write(&server, Method::DELETE, &path, &[], &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&path).await.status, StatusCode::NOT_FOUND);
    let gone = write(&server, Method::DELETE, &path, &[], &Value::Null).await;
    assert_eq!(gone.problem(), "not-found");
    // What visits refer to stays.
    let due = items("accounts") + "/due";
    let kept = write(&server, Method::DELETE, &due, &[], &Value::Null).await;
    assert_eq!(kept.problem(), "conflict");
    assert_eq!(server.get(&due).await.status, 200);
}

#[tokio::test]
async fn what_was_served_may_be_sent_back_and_changes_nothing() {
    let server = planned().await;
    let all = ok(&server, &items("accounts")).await;
    let before = server.store.accounts().unwrap();
    for crs in [
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "http://www.opengis.net/def/crs/EPSG/0/3857",
    ] {
        for feature in features(&all) {
            let path = format!("{}/{}", items("accounts"), feature["id"].as_str().unwrap());
            let served = ok(&server, &format!("{path}?crs={crs}")).await;
            let system = format!("<{crs}>");
            let headers = [("content-crs", system.as_str())];
            let reply = write(&server, Method::PUT, &path, &headers, &served).await;
            assert_eq!(reply.status, 200, "{}", reply.text());
            assert_eq!(
                reply.json()["properties"]["name"],
                feature["properties"]["name"]
            );
        }
    }
    assert_eq!(server.store.accounts().unwrap(), before);
}

#[tokio::test]
async fn conf_create_replace_delete_put() {
    let server = planned().await;
    let path = items("accounts") + "/due";
    let reply = write(
        &server,
        Method::PUT,
        &path,
        &[],
        &account(&json!({"name": "Other"})),
    )
    .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let read = ok(&server, &path).await;
    assert_eq!(read["properties"]["name"], "Other");
    assert_eq!(read["properties"]["class"], Value::Null, "not named: empty");
    // A new one under the id of the address.
    let path = items("accounts") + "/by%20put";
    let made = write(
        &server,
        Method::PUT,
        &path,
        &[],
        &account(&json!({"name": "x"})),
    )
    .await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(path_of(&made), path);
    let about = ok(&server, "/ogc/collections/accounts").await;
    assert_eq!(about["supportsNonAutogeneratedResourceIds"], true);
    // put-rid-exception: never with If-Match.
    let path = items("accounts") + "/nobody";
    let headers = [("if-match", "\"a.b\"")];
    let reply = write(
        &server,
        Method::PUT,
        &path,
        &headers,
        &account(&json!({"name": "x"})),
    )
    .await;
    assert_eq!(reply.problem(), "precondition-failed");
    let mut wrong = account(&json!({"name": "x"}));
    wrong["id"] = json!("another");
    let reply = write(&server, Method::PUT, &path, &[], &wrong).await;
    assert_eq!(faults(&reply), ["id"]);
}

#[tokio::test]
async fn conf_update_merge_patch() {
    let server = planned().await;
    let path = items("accounts") + "/due";
    let before = ok(&server, &path).await;
    for body in [
        json!({"class": "C", "note": "x"}),
        json!({"type": "Feature", "properties": {"class": "C", "note": "x"}}),
    ] {
        let reply = write(&server, Method::PATCH, &path, &[], &body).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let read = reply.json();
        assert_eq!(read["properties"]["class"], "C");
        assert_eq!(read["properties"]["note"], "x");
        assert_eq!(read["properties"]["name"], before["properties"]["name"]);
        assert_eq!(read["geometry"], before["geometry"]);
        let back = json!({"class": before["properties"]["class"], "note": null});
        let reply = write(&server, Method::PATCH, &path, &[], &back).await;
        assert_eq!(reply.json()["properties"]["note"], Value::Null);
    }
    // Geometry: its coordinates alone, another system, none.
    let moved = json!({"geometry": {"coordinates": [14.51, 35.91]}});
    let reply = write(&server, Method::PATCH, &path, &[], &moved).await;
    assert_eq!(
        reply.json()["geometry"]["coordinates"],
        json!([14.51, 35.91])
    );
    assert_eq!(reply.json()["properties"]["quality"], "given");
    let swapped = json!({"geometry": {"type": "Point", "coordinates": [35.92, 14.52]}});
    let headers = [(
        "content-crs",
        "<http://www.opengis.net/def/crs/EPSG/0/4326>",
    )];
    let reply = write(&server, Method::PATCH, &path, &headers, &swapped).await;
    assert_eq!(
        reply.json()["geometry"]["coordinates"],
        json!([14.52, 35.92])
    );
    let reply = write(
        &server,
        Method::PATCH,
        &path,
        &[],
        &json!({"geometry": null}),
    )
    .await;
    assert_eq!(reply.json()["geometry"], Value::Null);
    assert_eq!(reply.json()["properties"]["gap_cause"], "unlocated");
    let reply = write(
        &server,
        Method::PATCH,
        &(items("accounts") + "/nobody"),
        &[],
        &json!({}),
    )
    .await;
    assert_eq!(reply.problem(), "not-found");
    let reply = write(&server, Method::PATCH, &path, &[], &json!({"id": "other"})).await;
    assert_eq!(faults(&reply), ["id"]);
}

#[tokio::test]
async fn conf_features_content_crs_unknown() {
    let server = planned().await;
    let headers = [(
        "content-crs",
        "<http://www.opengis.net/def/crs/EPSG/0/9999>",
    )];
    let feature = account(&json!({"name": "x"}));
    let reply = write(
        &server,
        Method::POST,
        &items("accounts"),
        &headers,
        &feature,
    )
    .await;
    assert_eq!(reply.problem(), "invalid-parameters");
    assert_eq!(faults(&reply), ["Content-Crs"]);
}

#[tokio::test]
async fn all_faults_of_a_feature_are_told_at_once() {
    let server = planned().await;
    let bad = json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [200, 0]},
        "properties": {"kind": "x", "value": -1, "rep": "nobody", "opening_hours": "never ever", "colour": "red",
            "active": "yes?", "visit_min": 0, "cadence_days": 1.5}});
    let reply = write(&server, Method::POST, &items("accounts"), &[], &bad).await;
    assert_eq!(reply.problem(), "invalid-fields");
    assert_eq!(
        faults(&reply),
        [
            "active",
            "cadence_days",
            "colour",
            "geometry",
            "kind",
            "name",
            "opening_hours",
            "rep",
            "value",
            "visit_min"
        ]
    );
    let bad = json!({"type": "Feature", "properties": {"account": "nobody", "day": "x", "status": "agreed", "start": "08:00"}});
    let reply = write(&server, Method::POST, &items("visits"), &[], &bad).await;
    assert_eq!(faults(&reply), ["account", "day", "rep", "start", "status"]);
    for (kind, body) in [("text/csv", "a"), (GEOJSON, "{"), (GEOJSON, "[]")] {
        let ask = request(Method::POST, &items("accounts")).header(header::CONTENT_TYPE, kind);
        let reply = server.send(ask.body(Body::from(body)).unwrap()).await;
        assert!(reply.status.is_client_error(), "{kind} {body}");
        reply.problem();
    }
}

#[tokio::test]
async fn conf_optimistic_locking_etags() {
    let server = planned().await;
    for (path, one, two) in [
        (
            items("accounts") + "/due",
            json!({"note": "one"}),
            json!({"note": "two"}),
        ),
        (
            items("visits") + "/v1",
            json!({"note": "one"}),
            json!({"note": "two"}),
        ),
    ] {
        let seen = server.get(&path).await.header("etag").to_owned();
        assert!(seen.starts_with('"'), "strong: {seen}");
        let mine = [("if-match", seen.as_str())];
        let first = write(&server, Method::PATCH, &path, &mine, &one).await;
        assert_eq!(first.status, 200, "{}", first.text());
        let late = write(&server, Method::PATCH, &path, &mine, &two).await;
        assert_eq!(late.problem(), "precondition-failed");
        let late = write(&server, Method::DELETE, &path, &mine, &Value::Null).await;
        assert_eq!(late.problem(), "precondition-failed");
        // The tag of the answer is good for the next write; so is that of any form.
        let next = first.header("etag").to_owned();
        let reply = write(&server, Method::PATCH, &path, &[("if-match", &next)], &two).await;
        assert_eq!(reply.status, 200);
        let html = server
            .get(&format!("{path}?f=html"))
            .await
            .header("etag")
            .to_owned();
        let reply = write(&server, Method::PATCH, &path, &[("if-match", &html)], &one).await;
        assert_eq!(reply.status, 200);
        // Others' changes do not stand in the way, and weak tags never match.
        let seen = server.get(&path).await.header("etag").to_owned();
        write(
            &server,
            Method::PATCH,
            &(items("accounts") + "/fresh"),
            &[],
            &one,
        )
        .await;
        let weak = format!("W/{seen}");
        let reply = write(&server, Method::PATCH, &path, &[("if-match", &weak)], &two).await;
        assert_eq!(reply.problem(), "precondition-failed");
        let reply = write(&server, Method::PATCH, &path, &[("if-match", &seen)], &two).await;
        assert_eq!(reply.status, 200);
        let only_new = [("if-none-match", "*")];
        let reply = write(
            &server,
            Method::PUT,
            &path,
            &only_new,
            &account(&json!({"name": "x"})),
        )
        .await;
        assert_eq!(reply.problem(), "precondition-failed");
    }
}

#[tokio::test]
async fn visits_are_recorded_corrected_and_removed() {
    let server = planned().await;
    let feature = json!({"type": "Feature", "geometry": null, "properties": {"account": "due", "rep": "r1",
        "day": "2026-11-20", "status": "done", "start": "2026-11-20T09:00:00+01:00", "end": "2026-11-20T09:30:00+01:00"}});
    let made = write(&server, Method::POST, &items("visits"), &[], &feature).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let path = path_of(&made);
    let read = ok(&server, &path).await;
    assert_eq!(read["properties"]["start"], "2026-11-20T09:00:00+01:00");
    assert_eq!(read["properties"]["source"], "manual");
    let twice = write(&server, Method::POST, &items("visits"), &[], &feature).await;
    assert_eq!(twice.problem(), "conflict");
    let reply = write(
        &server,
        Method::PATCH,
        &path,
        &[],
        &json!({"status": "missed", "end": null}),
    )
    .await;
    assert_eq!(reply.json()["properties"]["status"], "missed");
    assert_eq!(reply.json()["properties"]["end"], Value::Null);
    let off_day = json!({"start": "2026-11-21T09:00:00+01:00"});
    let reply = write(&server, Method::PATCH, &path, &[], &off_day).await;
    assert_eq!(faults(&reply), ["start"]);
    let gone = write(&server, Method::DELETE, &path, &[], &Value::Null).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(server.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn planned_visits_take_an_outcome_and_nothing_else() {
    let server = planned().await;
    let day = ok(&server, &format!("{}?datetime={DAY}", items("visits"))).await;
    let stop = features(&day)[0].clone();
    let path = format!("{}/{}", items("visits"), stop["id"].as_str().unwrap());
    let gone = write(&server, Method::DELETE, &path, &[], &Value::Null).await;
    assert_eq!(gone.problem(), "conflict");
    for moving in [
        json!({"status": "done", "account": "fresh"}),
        json!({"status": "done", "day": "2026-11-25"}),
    ] {
        let reply = write(&server, Method::PATCH, &path, &[], &moving).await;
        let moved = reply.status == StatusCode::CONFLICT
            || reply.status == StatusCode::UNPROCESSABLE_ENTITY;
        assert!(moved, "{}", reply.text());
    }
    let reply = write(&server, Method::PATCH, &path, &[], &json!({"note": "x"})).await;
    assert_eq!(faults(&reply), ["status"], "an outcome first");
    let reply = write(
        &server,
        Method::PATCH,
        &path,
        &[],
        &json!({"status": "done", "outcome": "order"}),
    )
    .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let read = ok(&server, &path).await;
    assert_eq!(read["properties"]["status"], "done");
    assert_eq!(read["properties"]["outcome"], "order");
    assert_eq!(read["properties"]["seq"], stop["properties"]["seq"]);
    // It stands on the book of now, not only on that of its plan.
    let instant =
        |at: &Value| -> chrono::DateTime<chrono::Utc> { at.as_str().unwrap().parse().unwrap() };
    let as_of = instant(&read["properties"]["as_of"]);
    assert!(as_of > instant(&stop["properties"]["as_of"]));
    assert_eq!(
        as_of,
        instant(&ok(&server, &items("visits")).await["as_of"])
    );
}

#[tokio::test]
async fn changes_of_what_is_computed_or_unknown_are_refused_with_all_faults() {
    let server = planned().await;
    let path = items("accounts") + "/due";
    let before = server.get(&path).await;
    let patch = json!({"class": "C", "urgency": 9, "status": null, "colour": "red", "as_of": "x"});
    let reply = write(&server, Method::PATCH, &path, &[], &patch).await;
    assert_eq!(reply.problem(), "invalid-fields");
    assert_eq!(faults(&reply), ["as_of", "colour", "status", "urgency"]);
    assert_eq!(server.get(&path).await.body, before.body, "nothing changed");
    let moved =
        json!({"geometry": {"type": "Point", "coordinates": [14.5, 35.9]}, "note": "x", "seq": 3});
    let path = items("visits") + "/v1";
    let reply = write(&server, Method::PATCH, &path, &[], &moved).await;
    assert_eq!(reply.problem(), "invalid-fields");
    assert_eq!(faults(&reply), ["geometry", "seq"]);
    // As a whole, a feature may be sent back as it was served.
    let served = ok(&server, &path).await;
    let reply = write(&server, Method::PUT, &path, &[], &served).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
}

#[tokio::test]
async fn foreign_pages_write_nothing() {
    let server = planned().await;
    for (name, value, problem) in [
        ("origin", "http://evil.example", "cross-site"),
        ("sec-fetch-site", "cross-site", "cross-site"),
        ("host", "evil.example", "wrong-host"),
    ] {
        let headers = [(name, value)];
        let feature = account(&json!({"name": "x"}));
        let ask = request(Method::POST, &items("accounts"));
        let mut ask = ask.body(Body::from(feature.to_string())).unwrap();
        for (name, value) in headers {
            ask.headers_mut().insert(name, value.parse().unwrap());
        }
        assert_eq!(server.send(ask).await.problem(), problem, "{name}");
    }
}

#[tokio::test]
async fn the_schema_says_what_writes_may_set() {
    let server = planned().await;
    for layer in ["accounts", "visits"] {
        let schema = ok(&server, &format!("/ogc/collections/{layer}/schema")).await;
        let api = ok(&server, "/ogc/api").await;
        let pointer = format!(
            "/paths/~1collections~1{layer}~1items/post/requestBody/content/application~1geo+json/schema/properties/properties/properties"
        );
        let named = api.pointer(&pointer).unwrap().as_object().unwrap();
        for (name, about) in schema["properties"].as_object().unwrap() {
            let editable = about.get("readOnly").is_none();
            assert_eq!(
                editable,
                named.contains_key(name) || (name == "geometry" && layer == "accounts"),
                "{layer}.{name}"
            );
        }
    }
}

#[tokio::test]
async fn writers_at_once_lose_nothing() {
    let server = planned().await;
    let path = items("accounts") + "/due";
    let bodies = [
        json!({"note": "n"}),
        json!({"phone": "1"}),
        json!({"email": "e"}),
        json!({"city": "c"}),
    ];
    let writes = bodies
        .iter()
        .map(|body| write(&server, Method::PATCH, &path, &[], body));
    for reply in futures_util::future::join_all(writes).await {
        assert_eq!(reply.status, 200, "{}", reply.text());
    }
    let read = ok(&server, &path).await;
    for (name, value) in [("note", "n"), ("phone", "1"), ("email", "e"), ("city", "c")] {
        assert_eq!(read["properties"][name], value);
    }
}
