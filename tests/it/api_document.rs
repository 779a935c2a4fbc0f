//! The OpenAPI document and the server say the same.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::Value;

use super::api::{Server, request};

fn document() -> Value {
    serde_json::to_value(rondo::api::document()).unwrap()
}

/// Every documented operation: method, path, operation.
fn operations(document: &Value) -> Vec<(Method, String, Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase().parse().unwrap();
            found.push((method, path.clone(), operation.clone()));
        }
    }
    found
}

/// A path with its parameters filled in.
fn filled(path: &str) -> String {
    path.replace("{id}", "nothing")
        .replace("{code}", "not-found")
        .replace("{z}/{x}/{y}", "12/0/0.mvt")
}

#[test]
fn the_interface_is_this() {
    let list: Vec<String> = operations(&document())
        .into_iter()
        .map(|(method, path, _)| format!("{method} {path}"))
        .collect();
    insta::assert_json_snapshot!("operations", list);
}

#[tokio::test]
async fn every_documented_operation_is_routed() {
    let server = Server::new();
    for (method, path, _) in operations(&document()) {
        let request = request(method.clone(), &filled(&path))
            .body(Body::empty())
            .unwrap();
        let reply = server.send(request).await;
        assert_ne!(
            reply.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{method} {path}"
        );
        let unrouted = reply.status == StatusCode::NOT_FOUND
            && reply.text().contains("There is nothing at this address");
        assert!(!unrouted, "{method} {path}");
    }
}

#[tokio::test]
async fn the_served_document_is_the_routers_own() {
    let served = Server::new().get("/api/openapi.json").await;
    assert_eq!(served.json(), document());
    assert!(document()["openapi"].as_str().unwrap().starts_with("3.1"));
}

/// What an endpoint takes is what it documents: an unknown parameter is refused with the list of valid ones, and that list
/// is the documented one.
#[tokio::test]
async fn documented_parameters_are_the_accepted_ones() {
    let server = Server::new();
    for (method, path, operation) in operations(&document()) {
        if method != Method::GET || !path.starts_with("/api/v1/") {
            continue;
        }
        let mut documented: Vec<&str> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|p| p["in"] == "query")
            .map(|p| p["name"].as_str().unwrap())
            .collect();
        documented.sort_unstable();
        let reply = server.get(&format!("{}?nonsense=1", filled(&path))).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}");
        let body = reply.json();
        let cure = body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .find(|e| e["field"] == "nonsense")
            .unwrap()["cure"]
            .as_str()
            .unwrap();
        let mut accepted: Vec<&str> = match cure.strip_prefix("one of: ") {
            Some(list) => list.split(", ").collect(),
            None => Vec::new(),
        };
        accepted.sort_unstable();
        assert_eq!(accepted, documented, "{path}");
    }
}

#[test]
fn every_operation_documents_its_problems() {
    let document = document();
    for (method, path, operation) in operations(&document) {
        assert!(
            !operation["summary"].as_str().unwrap_or_default().is_empty(),
            "{method} {path}"
        );
        if path.starts_with("/api/v1/") {
            let problem = &operation["responses"]["default"]["content"]["application/problem+json"];
            assert!(problem.is_object(), "{method} {path}");
        }
    }
}

/// Every `$ref` leads somewhere.
#[test]
fn no_reference_dangles() {
    fn walk(value: &Value, document: &Value) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(target)) = members.get("$ref") {
                    let pointer = target.trim_start_matches('#');
                    assert!(document.pointer(pointer).is_some(), "{target}");
                }
                members.values().for_each(|v| walk(v, document));
            }
            Value::Array(items) => items.iter().for_each(|v| walk(v, document)),
            _ => {}
        }
    }
    let document = document();
    walk(&document, &document);
}
