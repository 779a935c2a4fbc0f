//! Part 1, core: landing page, API definition, conformance, collections.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{LAYERS, features, items, links, ok, planned};

#[tokio::test]
async fn conf_core_http() {
    let reply = planned().await.get("/ogc").await;
    assert_eq!(reply.header("content-type"), "application/json");
    assert!(reply.header("vary").contains("accept"));
}

#[tokio::test]
async fn conf_core_root_op_and_success() {
    let server = planned().await;
    for path in ["/ogc", "/ogc/"] {
        let about = ok(&server, path).await;
        for rel in [
            "self",
            "alternate",
            "service-desc",
            "service-doc",
            "conformance",
            "data",
        ] {
            let found = links(&about, rel);
            assert_eq!(found.len(), 1, "{rel}");
            assert_eq!(server.get(&found[0]).await.status, 200, "{}", found[0]);
        }
    }
}

#[tokio::test]
async fn conf_core_api_definition_op_and_success() {
    let server = planned().await;
    let reply = server.get("/ogc/api").await;
    assert_eq!(
        reply.header("content-type"),
        "application/vnd.oai.openapi+json;version=3.0"
    );
    let about = reply.json();
    assert!(about["openapi"].as_str().unwrap().starts_with("3.0."));
    // Complete in itself: every reference leads somewhere inside.
    let mut references = BTreeSet::new();
    gather(&about, &mut references);
    for pointer in &references {
        assert!(
            about.pointer(pointer.strip_prefix('#').unwrap()).is_some(),
            "{pointer}"
        );
    }
    // Every documented address answers.
    for path in about["paths"]
        .as_object()
        .unwrap()
        .keys()
        .filter(|path| !path.contains('{'))
    {
        assert_eq!(
            server.get(&format!("/ogc{path}")).await.status,
            200,
            "{path}"
        );
    }
}

fn gather(about: &Value, into: &mut BTreeSet<String>) {
    match about {
        Value::Object(members) => {
            if let Some(Value::String(pointer)) = members.get("$ref") {
                into.insert(pointer.clone());
            }
            members.values().for_each(|member| gather(member, into));
        }
        Value::Array(list) => list.iter().for_each(|item| gather(item, into)),
        _ => {}
    }
}

#[tokio::test]
async fn conf_core_conformance_op_and_success() {
    let about = ok(&planned().await, "/ogc/conformance").await;
    let classes = about["conformsTo"].as_array().unwrap();
    for class in ["core", "oas30", "html", "geojson"] {
        let uri = format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{class}");
        assert!(classes.contains(&json!(uri)), "{class}");
    }
}

#[tokio::test]
async fn conf_core_fc_md_op_success_links_and_items() {
    let server = planned().await;
    let about = ok(&server, "/ogc/collections").await;
    assert_eq!(links(&about, "self").len(), 1);
    assert_eq!(links(&about, "alternate").len(), 1);
    let list = about["collections"].as_array().unwrap();
    let found: Vec<&str> = list.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(found, LAYERS);
    for collection in list {
        // fc-md-items-links: an items link for each form.
        assert_eq!(links(collection, "items").len(), 2);
        for path in links(collection, "items") {
            assert_eq!(server.get(&path).await.status, 200, "{path}");
        }
    }
}

#[tokio::test]
async fn conf_core_fc_md_extent() {
    let server = planned().await;
    let about = ok(&server, "/ogc/collections").await;
    for collection in about["collections"].as_array().unwrap() {
        let id = collection["id"].as_str().unwrap();
        let Some(bbox) = collection.pointer("/extent/spatial/bbox/0") else {
            assert_eq!(id, "metrics");
            continue;
        };
        let [west, south, east, north] = [0, 1, 2, 3].map(|i| bbox[i].as_f64().unwrap());
        let page = ok(&server, &format!("{}?limit=1000", items(id))).await;
        for feature in features(&page) {
            let mut inside = true;
            positions(&feature["geometry"]["coordinates"], &mut |x, y| {
                // Reach is drawn a little wider than the roads, hexagons reach beyond their accounts.
                let margin = if ["isochrones", "cells", "gaps"].contains(&id) {
                    1.0
                } else {
                    1e-6
                };
                inside &= (west - margin..=east + margin).contains(&x);
                inside &= (south - margin..=north + margin).contains(&y);
            });
            assert!(inside, "{id}: {feature}");
        }
    }
}

fn positions(coordinates: &Value, visit: &mut dyn FnMut(f64, f64)) {
    let Some(list) = coordinates.as_array() else {
        return;
    };
    match (
        list.first().and_then(Value::as_f64),
        list.get(1).and_then(Value::as_f64),
    ) {
        (Some(x), Some(y)) => visit(x, y),
        _ => list.iter().for_each(|part| positions(part, visit)),
    }
}

#[tokio::test]
async fn conf_core_sfc_md_op_and_success() {
    let server = planned().await;
    let all = ok(&server, "/ogc/collections").await;
    for collection in all["collections"].as_array().unwrap() {
        let one = ok(
            &server,
            &format!("/ogc/collections/{}", collection["id"].as_str().unwrap()),
        )
        .await;
        for part in [
            "id",
            "title",
            "description",
            "extent",
            "itemType",
            "crs",
            "storageCrs",
            "links",
        ] {
            assert_eq!(one[part], collection[part], "{part}");
        }
    }
    let reply = server.get("/ogc/collections/none").await;
    assert_eq!(reply.status, 404);
    assert!(reply.text().contains("accounts"));
}
