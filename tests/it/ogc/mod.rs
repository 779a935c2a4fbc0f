//! `/ogc` held to the abstract test suites of the standards it declares: one test per abstract test, named after it, over
//! every collection; and to what its clients rely on beside them. One file per topic.

mod clients;
mod core;
mod crs;
mod edit;
mod features;
mod files;
mod filters;
mod forms;
mod paging;
mod processes;
mod roads;
mod styles;
mod tiles;
mod twins;
mod worked_out;

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::{Value, json};

use crate::api::{DAY, Reply, Server, request};

pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
pub const LAYERS: [&str; 13] = [
    "accounts",
    "reps",
    "areas",
    "visits",
    "tours",
    "legs",
    "unplanned",
    "isochrones",
    "gaps",
    "cells",
    "roads",
    "snaps",
    "metrics",
];

/// A server whose day is planned, so that no collection is empty.
pub async fn planned() -> Server {
    let server = Server::new();
    let reply = server
        .post("/api/v1/plans/day", &json!({"rep": "r1", "date": DAY}))
        .await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    server
}

pub async fn ok(server: &Server, path: &str) -> Value {
    let reply = server.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

pub async fn accept(server: &Server, path: &str, media: &str) -> Reply {
    let ask = request(Method::GET, path).header(header::ACCEPT, media);
    server.send(ask.body(Body::empty()).unwrap()).await
}

pub fn items(layer: &str) -> String {
    format!("/ogc/collections/{layer}/items")
}

pub fn features(page: &Value) -> &Vec<Value> {
    page["features"].as_array().unwrap()
}

pub fn ids(page: &Value) -> Vec<String> {
    let id = |feature: &Value| feature["id"].as_str().unwrap().to_owned();
    features(page).iter().map(id).collect()
}

/// Addresses of the links with this relation, as paths.
pub fn links(about: &Value, rel: &str) -> Vec<String> {
    about["links"]
        .as_array()
        .unwrap()
        .iter()
        .inspect(|link| {
            for part in ["href", "rel", "type"] {
                assert!(
                    link[part].as_str().is_some_and(|text| !text.is_empty()),
                    "{link}"
                );
            }
        })
        .filter(|link| link["rel"] == rel)
        .map(|link| {
            link["href"]
                .as_str()
                .unwrap()
                .replacen("http://localhost:8080", "", 1)
        })
        .collect()
}

/// Follows the next links of a layer to the end.
pub async fn walk(server: &Server, first: &str) -> Vec<String> {
    let (mut seen, mut next) = (Vec::new(), Some(first.to_owned()));
    while let Some(path) = next {
        let page = ok(server, &path).await;
        assert_eq!(page["numberReturned"], features(&page).len());
        seen.extend(ids(&page));
        next = links(&page, "next").pop();
    }
    seen
}
