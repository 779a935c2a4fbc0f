//! The book over HTTP: reading it, correcting it, importing into it.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::api::{DAY, Reply, Server, blotted, request};

fn ids(reply: &Reply) -> Vec<String> {
    reply.json()["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn import(server: &Server, query: &str, kind: &str, body: &str) -> Reply {
    let request = request(Method::POST, &format!("/api/v1/accounts/import{query}"))
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body.to_owned()))
        .unwrap();
    server.send(request).await
}

#[tokio::test]
async fn lists_look_like_this() {
    let server = Server::new();
    for path in ["meta", "reps", "accounts", "quality", "accounts/overdue"] {
        let reply = server.get(&format!("/api/v1/{path}")).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        let shown = blotted(reply.json(), &["/version", "/region/hash"]);
        insta::assert_json_snapshot!(format!("answer_{}", path.replace('/', "_")), shown);
    }
}

#[tokio::test]
async fn filters_narrow_and_pages_add_up() {
    let server = Server::new();
    for (query, wanted) in [
        (
            "",
            vec!["due", "fresh", "island", "lost", "overdue", "unassigned"],
        ),
        ("?q=OVER", vec!["overdue"]),
        ("?rep=r1&status=overdue,critical", vec!["overdue"]),
        ("?cause=unassigned,unlocated", vec!["lost", "unassigned"]),
        ("?cause=out_of_reach", vec!["island"]),
        ("?class=B", vec![]),
        ("?bbox=0,0,1,1", vec![]),
    ] {
        let reply = server.get(&format!("/api/v1/accounts{query}")).await;
        assert_eq!(ids(&reply), wanted, "{query}");
        assert_eq!(reply.json()["total"], wanted.len());
    }
    let first = server.get("/api/v1/accounts?limit=4").await;
    assert_eq!(first.json()["total"], 6);
    let next = first.json()["next"].as_str().unwrap().to_owned();
    let second = server
        .get(&format!("/api/v1/accounts?limit=4&cursor={next}"))
        .await;
    assert_eq!(ids(&second), ["overdue", "unassigned"]);
    assert_eq!(second.json()["next"], Value::Null);
}

#[tokio::test]
async fn unchanged_answers_are_not_sent_again() {
    let server = Server::new();
    for path in [
        "/api/v1/accounts",
        "/api/v1/coverage",
        "/api/v1/coverage/cells",
    ] {
        let tag = server.get(path).await.header("etag").to_owned();
        assert!(!tag.is_empty(), "{path}");
        let again = || {
            request(Method::GET, path)
                .header("if-none-match", &tag)
                .body(Body::empty())
                .unwrap()
        };
        let reply = server.send(again()).await;
        assert_eq!(reply.status, StatusCode::NOT_MODIFIED, "{path}");
        assert!(reply.body.is_empty());
    }
    let tag = server
        .get("/api/v1/accounts")
        .await
        .header("etag")
        .to_owned();
    let note = json!({"note": "gate code 7"});
    server
        .json(Method::PATCH, "/api/v1/accounts/due", &note)
        .await;
    assert_ne!(server.get("/api/v1/accounts").await.header("etag"), tag);
}

#[tokio::test]
async fn corrections_stay_and_say_what_they_changed() {
    let server = Server::new();
    let patch = |body: Value| {
        let server = &server;
        async move {
            server
                .json(Method::PATCH, "/api/v1/accounts/unassigned", &body)
                .await
        }
    };
    let reply = patch(
        json!({"rep": "r2", "cadence_days": 7, "note": "by phone first",
        "blocks": [{"from": "2026-12-24", "to": "2027-01-06", "reason": "closed"}]}),
    )
    .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let properties = &reply.json()["properties"];
    assert_eq!(properties["rep_name"], "Rep r2");
    assert_eq!(properties["gap_cause"], "covered");
    assert_eq!(properties["cadence_days"], 7);
    assert_eq!(properties["blocks"][0]["reason"], "closed");
    let reply = patch(json!({"rep": null, "cadence_days": null})).await;
    assert_eq!(reply.json()["properties"]["gap_cause"], "unassigned");
    assert_eq!(reply.json()["properties"]["cadence_days"], 14);
    assert_eq!(reply.json()["properties"]["note"], "by phone first");
    for (body, field) in [
        (json!({"rep": "r9"}), "rep"),
        (json!({"opening_hours": "Mo-Fr 8 to 5"}), "opening_hours"),
        (json!({"visit_min": 0}), "visit_min"),
    ] {
        let reply = patch(body).await;
        assert_eq!(reply.problem(), "invalid-fields");
        assert_eq!(reply.json()["errors"][0]["field"], field);
    }
    let nobody = server
        .json(
            Method::PATCH,
            "/api/v1/accounts/nobody",
            &json!({"note": "x"}),
        )
        .await;
    assert_eq!(nobody.problem(), "not-found");
}

#[tokio::test]
async fn dragging_an_account_locates_it() {
    let server = Server::new();
    let at = super::api::map().at('C');
    let place = json!({"lon": at.lon, "lat": at.lat});
    let reply = server
        .json(Method::PATCH, "/api/v1/accounts/lost", &place)
        .await;
    let feature = reply.json();
    assert_eq!(feature["properties"]["quality"], "given");
    assert_ne!(feature["properties"]["gap_cause"], "unlocated");
    let lon = feature["geometry"]["coordinates"][0].as_f64().unwrap();
    assert!((lon - at.lon).abs() < 1e-7);
}

#[tokio::test]
async fn outcomes_move_the_cadence_as_defined() {
    let server = Server::new();
    let record = |status: &'static str, day: &'static str| {
        let server = &server;
        async move {
            let body = json!({"account": "overdue", "rep": "r1", "date": day, "status": status});
            let reply = server.post("/api/v1/visits", &body).await;
            assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
            reply.json()
        }
    };
    let missed = record("missed", DAY).await;
    assert_eq!(missed["account"]["properties"]["last_done"], "2026-10-20");
    let phone = record("phone", "2026-11-23").await;
    assert_eq!(phone["account"]["properties"]["last_done"], "2026-10-20");
    let done = record("done", "2026-11-22").await;
    assert_eq!(done["account"]["properties"]["last_done"], "2026-11-22");
    assert_eq!(done["account"]["properties"]["status"], "not_due");
    let again = record("done", "2026-11-22").await;
    assert_eq!(again["visit"]["id"], done["visit"]["id"]);
    let all = server
        .get("/api/v1/visits?account=overdue&from=2026-11-01")
        .await;
    assert_eq!(all.json()["total"], 3);
}

#[tokio::test]
async fn appointments_are_made_when_they_can_be_kept() {
    let server = Server::new();
    let ask = |account: &'static str, start: &'static str, date: &'static str| {
        let server = &server;
        async move {
            let body = json!({"account": account, "rep": "r1", "date": date, "start": start});
            server.post("/api/v1/appointments", &body).await
        }
    };
    let made = ask("fresh", "10:00", DAY).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text());
    assert_eq!(
        made.json()["properties"]["start"],
        "2026-11-24T10:00:00+01:00"
    );
    let again = ask("fresh", "10:00", DAY).await;
    assert_eq!(again.json()["id"], made.json()["id"]);
    assert_eq!(ask("due", "10:05", DAY).await.problem(), "conflict");
    assert_eq!(
        ask("due", "10:00", "2026-11-22").await.problem(),
        "conflict"
    );
    assert_eq!(
        ask("nobody", "10:00", DAY).await.problem(),
        "invalid-fields"
    );
    let list = server
        .get(&format!("/api/v1/appointments?rep=r1&from={DAY}&to={DAY}"))
        .await;
    assert_eq!(list.json()["total"], 1);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let cancel = format!("/api/v1/appointments/{id}");
    let gone = server.json(Method::DELETE, &cancel, &json!({})).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let twice = server.json(Method::DELETE, &cancel, &json!({})).await;
    assert_eq!(twice.problem(), "not-found");
}

#[tokio::test]
async fn a_file_is_taken_in_reported_and_kept() {
    let server = Server::new();
    let at = super::api::map().at('G');
    let file = format!(
        "id;name;lon;lat;class;rep;last_visit\nnew-1;Café Ħal;{};{};B;r2;2026-11-02\nnew-2;Nowhere;999;35.9;A;r1;\n;;;;;;\nlost;Found;{};{};A;r1;soon\n",
        at.lon, at.lat, at.lon, at.lat
    );
    let reply = import(&server, "?file=list.csv", "text/csv", &file).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let report = reply.json();
    assert_eq!(report["file"], "list.csv");
    assert_eq!(report["stored"]["new"], 1, "{report}");
    assert_eq!(report["stored"]["updated"], 1);
    assert!(
        report["problems"]
            .as_array()
            .unwrap()
            .iter()
            .any(|p| p["id"] == "new-2")
    );
    let id = report["id"].as_str().unwrap();
    let kept = server.get(&format!("/api/v1/imports/{id}")).await;
    assert_eq!(kept.json(), report);
    let list = server.get("/api/v1/imports").await.json();
    assert_eq!(list["total"], 1);
    let again = import(&server, "", "text/csv", &file).await.json();
    assert_eq!(
        again["stored"],
        json!({"new": 0, "updated": 0, "unchanged": 2})
    );
}

/// The server's day is set (as the demo's is), long after or before the machine's own: what is imported then takes part in
/// that day, and is not told to lie off the roads.
#[tokio::test]
async fn an_imported_account_counts_from_the_day_that_is_today() {
    let server = Server::new();
    let total = |body: Value| body["total"].as_u64().unwrap();
    let before = total(server.get("/api/v1/coverage").await.json());
    let at = super::api::map().at('G');
    let file = format!(
        "id,name,lon,lat,class,rep\nnew,New,{},{},B,r1\n",
        at.lon, at.lat
    );
    import(&server, "", "text/csv", &file).await;
    assert_eq!(
        total(server.get("/api/v1/coverage").await.json()),
        before + 1
    );
    let account = server.get("/api/v1/accounts/new").await.json();
    // Never visited and due from its first day on.
    assert_eq!(
        account["properties"]["gap_cause"], "never_visited",
        "{account}"
    );
    assert!(account["properties"]["snap_m"].is_number());
    let quality = server.get("/api/v1/quality").await.json();
    let issues = quality["issues"].as_array().unwrap();
    assert!(
        !issues
            .iter()
            .any(|i| i["account"] == "new" && i["code"] == "off_network"),
        "{quality}"
    );
}

/// A place that no road leads to is told with its row: it is stored, and never planned.
#[tokio::test]
async fn a_row_in_the_sea_is_reported() {
    let server = Server::new();
    let at = super::api::map().at('G');
    let file = format!("id,name,lon,lat\nsea,Sea,{},{}\n", at.lon + 0.05, at.lat);
    let report = import(&server, "", "text/csv", &file).await.json();
    let problems = report["problems"].as_array().unwrap();
    assert!(
        problems
            .iter()
            .any(|p| p["row"] == 2 && p["field"] == "lon, lat" && p["severity"] == "warning"),
        "{report}"
    );
}

#[tokio::test]
async fn files_that_are_none_are_refused_with_a_reason() {
    let server = Server::new();
    for (query, kind, body, problem) in [
        ("", "text/csv", "", "unreadable-body"),
        (
            "",
            "text/csv",
            "colour,shape\nred,round\n",
            "unreadable-body",
        ),
        ("", "application/json", "{\"type\": ", "unreadable-body"),
        (
            "",
            "application/json",
            "{\"type\": \"Point\"}",
            "unreadable-body",
        ),
        (
            "?format=geojson",
            "text/csv",
            "id,name\n1,x\n",
            "unreadable-body",
        ),
        (
            "?crs=EPSG:0",
            "text/csv",
            "id,name\n1,x\n",
            "invalid-parameters",
        ),
        (
            "?crs=mercator",
            "text/csv",
            "id,name\n1,x\n",
            "invalid-parameters",
        ),
        (
            "?colour=red",
            "text/csv",
            "id,name\n1,x\n",
            "invalid-parameters",
        ),
        ("", "image/png", "id,name\n1,x\n", "unsupported-media-type"),
    ] {
        let reply = import(&server, query, kind, body).await;
        assert_eq!(reply.problem(), problem, "{query} {kind} {body}");
    }
    assert_eq!(server.get("/api/v1/imports").await.json()["total"], 0);
}
