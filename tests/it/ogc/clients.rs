//! What clients rely on beside the standard.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use rondo::testkit::TextMap;
use serde_json::json;

use super::{features, items, ok, planned};
use crate::api::{DAY, Server, request};

#[tokio::test]
async fn unchanged_answers_are_not_sent_again() {
    let server = planned().await;
    let path = items("accounts") + "?limit=2";
    let first = server.get(&path).await;
    let tag = first.header("etag").to_owned();
    let again = || request(Method::GET, &path).header(header::IF_NONE_MATCH, &tag);
    let reply = server.send(again().body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::NOT_MODIFIED);
    // Another form is another answer.
    let html = server
        .send(
            again()
                .header(header::ACCEPT, "text/html")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(html.status, 200);
    let visit = json!({"account": "due", "rep": "r1", "date": DAY, "status": "done"});
    let recorded = server.post("/api/v1/visits", &visit).await;
    assert!(recorded.status.is_success(), "{}", recorded.text());
    let reply = server.send(again().body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, 200, "the book has changed");
}

#[tokio::test]
async fn every_value_is_of_the_kind_that_its_layer_declares() {
    use std::ops::ControlFlow;
    let server = planned().await;
    let api = ok(&server, "/ogc/api").await;
    for layer in rondo::ogc::Layer::ALL {
        let page = ok(&server, &format!("{}?limit=1000", items(layer.id()))).await;
        for feature in features(&page) {
            let properties = feature["properties"].as_object().unwrap();
            assert_eq!(properties.len(), layer.usual().len());
            let stands_on = |name: &str, may_lack: bool| {
                assert!(
                    properties[name].is_string() || may_lack && properties[name].is_null(),
                    "{}: {name} {}",
                    layer.id(),
                    properties[name]
                );
            };
            // Nothing is worked out for a visit that was only recorded, and the map of the tests is of no instant.
            let recorded = properties.get("kind") == Some(&"recorded".into());
            stands_on("run_id", recorded);
            stands_on("as_of", layer == rondo::ogc::Layer::Roads);
            if let (Some(kind), Some(shape)) = (layer.geometry(), feature["geometry"].as_object()) {
                assert_eq!(shape["type"], kind.name(), "{}", layer.id());
            }
        }
        assert!(
            api.to_string()
                .contains(&format!("/collections/{}/items", layer.id()))
        );
    }
    // The same below HTTP, where kinds are told apart.
    let service = rondo::ogc::Service::new(planner(&server), &[]);
    for layer in rondo::ogc::Layer::ALL {
        let today = DAY.parse().unwrap();
        let mut last = String::new();
        service
            .walk(layer, today, &rondo::ogc::Walk::default(), &mut |feature| {
                assert!(feature.key > last, "{}: keys grow", layer.id());
                last.clone_from(&feature.key);
                assert_eq!(feature.values.len(), layer.fields().len());
                for (field, value) in layer.fields().iter().zip(&feature.values) {
                    assert!(
                        field.takes(value),
                        "{}.{}: {value:?}",
                        layer.id(),
                        field.name
                    );
                }
                ControlFlow::Continue(())
            })
            .unwrap();
    }
}

/// GDAL hangs an id to the address, and a page sends browsers to what they can read.
#[tokio::test]
async fn features_are_found_by_an_id_hung_to_the_link_of_their_collection() {
    let server = planned().await;
    for (path, at) in [
        ("/ogc/collections", "/collections/0"),
        ("/ogc/collections/accounts", ""),
    ] {
        let about = ok(&server, path).await;
        let items = super::links(about.pointer(at).unwrap(), "items");
        let one = ok(&server, &format!("{}/due", items[0])).await;
        assert_eq!(one["id"], "due");
        let page = server.get(&format!("{path}?f=html")).await;
        let page = page.text();
        assert!(
            page.contains("/collections/accounts/items?f=json"),
            "{path}"
        );
    }
}

/// A column is typed whatever its first values are: the schema says it.
#[tokio::test]
async fn a_whole_feature_has_a_schema_with_plain_types() {
    let server = planned().await;
    for layer in rondo::ogc::Layer::ALL {
        let about = ok(&server, &format!("/ogc/collections/{}", layer.id())).await;
        let link = super::links(&about, "describedBy");
        let reply = server.get(&link[0]).await;
        assert_eq!(reply.header("content-type"), "application/schema+json");
        let schema = reply.json();
        let listed = &schema["properties"]["properties"]["properties"];
        let logical = ok(&server, &format!("/ogc/collections/{}/schema", layer.id())).await;
        for (name, about) in listed.as_object().unwrap() {
            for member in ["type", "format", "enum"] {
                assert_eq!(
                    about[member],
                    logical["properties"][name][member],
                    "{}.{name}",
                    layer.id()
                );
            }
        }
        let page = ok(&server, &(items(layer.id()) + "?limit=1")).await;
        for name in features(&page)[0]["properties"].as_object().unwrap().keys() {
            assert!(
                listed[name].is_object() || ["way", "seed"].contains(&&**name),
                "{}.{name}",
                layer.id()
            );
        }
        assert_eq!(server.get(&format!("{}?f=html", link[0])).await.status, 200);
    }
}

#[tokio::test]
async fn qgis_is_told_that_times_of_its_filters_would_be_taken_for_others() {
    let server = planned().await;
    let path = items("accounts") + "?datetime=2026-11-01/9999-12-31T00:00:00Z";
    let ask = |agent: &str| {
        let ask = request(Method::GET, &path).header(header::USER_AGENT, agent);
        ask.body(Body::empty()).unwrap()
    };
    assert_eq!(server.send(ask("curl/8")).await.status, 200);
    let reply = server.send(ask("Mozilla/5.0 QGIS/32216/Linux")).await;
    assert_eq!(reply.problem(), "invalid-parameters");
    assert!(reply.text().contains("to_date("), "{}", reply.text());
}

pub fn planner(server: &Server) -> rondo::planner::Planner {
    planner_on(server, &crate::api::map())
}

/// What the store of the server holds, planned on another map.
pub fn planner_on(server: &Server, map: &TextMap) -> rondo::planner::Planner {
    use rondo::planner::{Ground, Planner, PrepareOptions, Region, Settings};
    let region = Region::from_extract(map.extract(), &PrepareOptions::default(), &|_| {}).unwrap();
    Planner::new(
        Ground::of(&region),
        server.store.clone(),
        Settings::default(),
    )
}

#[tokio::test]
async fn tokens_guard_the_collections() {
    let tokens = rondo::api::Tokens::parse("a-long-enough-secret-token-for-a-test\n").unwrap();
    let options = rondo::api::Options {
        tokens: Some(tokens),
        ..Default::default()
    };
    let server = Server::with(options);
    for path in [
        "/ogc",
        "/ogc/collections",
        "/ogc/collections/accounts/items",
    ] {
        assert_eq!(
            server.get(path).await.status,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
}

/// Addresses that the README shows, without what is around them.
fn of_readme() -> Vec<&'static str> {
    const HOST: &str = "http://127.0.0.1:8080";
    include_str!("../../../README.md")
        .split(HOST)
        .skip(1)
        .map(|rest| {
            let ends = |c: char| c.is_whitespace() || "'`)\"".contains(c);
            rest.split(ends).next().unwrap_or_default()
        })
        .filter(|path| path.starts_with('/'))
        .collect()
}

#[tokio::test]
async fn what_the_readme_shows_is_answered() {
    let server = planned().await;
    let paths = of_readme();
    assert!(paths.len() > 10, "{paths:?}");
    for path in paths {
        let path = path.trim_end_matches([',', '.', ':']);
        // What an address may hold as it is (RFC 3986); others are refused before they reach us.
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._~:/?@!$&'()*+,;=%".contains(c);
        assert!(path.chars().all(fits), "{path}");
        // Writes, and ids of the demo.
        let is_read =
            path.starts_with("/ogc") && !path.contains("/execution") && !path.ends_with("a17");
        if is_read {
            let reply = server.get(path).await;
            assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        }
    }
}

#[tokio::test]
async fn addresses_without_anything_lead_to_the_document_of_the_service() {
    let server = planned().await;
    for path in ["/ogc/nothing", "/ogc/collections/accounts/nothing/at/all"] {
        let reply = server.get(path).await;
        assert_eq!(reply.problem(), "not-found");
        let detail = reply.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("/ogc/api"), "{detail}");
    }
    let elsewhere = server.get("/api/v1/nothing").await;
    assert!(elsewhere.text().contains("/api/openapi.json"));
}

#[tokio::test]
async fn who_takes_no_plain_answer_gets_a_compressed_one_or_is_told() {
    let server = planned().await;
    let get = async |encoding: &str| {
        let ask = request(Method::GET, "/ogc/api").header(header::ACCEPT_ENCODING, encoding);
        server.send(ask.body(Body::empty()).unwrap()).await
    };
    for (encoding, coding) in [
        ("gzip, identity;q=0", "gzip"),
        ("identity;q=0, br", "br"),
        ("identity;q=0, *", "gzip"),
        ("identity", ""),
        ("*;q=0, identity", ""),
    ] {
        let reply = get(encoding).await;
        assert_eq!(reply.status, 200, "{encoding}");
        assert_eq!(reply.header("content-encoding"), coding, "{encoding}");
    }
    for encoding in ["identity;q=0", "*;q=0", "identity;q=0, zstd"] {
        let reply = get(encoding).await;
        assert_eq!(reply.problem(), "not-acceptable", "{encoding}");
        assert!(reply.body.len() < 1_000);
    }
}
