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
async fn conf_core_root_op() {
    let server = planned().await;
    for path in ["/ogc", "/ogc/"] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn conf_core_root_success() {
    let server = planned().await;
    for path in ["/ogc", "/ogc/"] {
        let about = ok(&server, path).await;
        assert!(about["title"].is_string() && about["description"].is_string());
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

/// The address that the landing page gives, in the media type that it gives.
#[tokio::test]
async fn conf_core_api_definition_op() {
    let server = planned().await;
    let home = ok(&server, "/ogc").await;
    for rel in ["service-desc", "service-doc"] {
        let listed = home["links"].as_array().unwrap().iter();
        let link = listed.clone().find(|link| link["rel"] == rel).unwrap();
        let reply = server.get(&links(&home, rel)[0]).await;
        assert_eq!(reply.status, 200);
        let media = link["type"].as_str().unwrap();
        assert!(reply.header("content-type").starts_with(media), "{rel}");
    }
}

#[tokio::test]
async fn conf_core_api_definition_success() {
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
async fn conf_core_conformance_op() {
    let server = planned().await;
    let home = ok(&server, "/ogc").await;
    for path in ["/ogc/conformance", &links(&home, "conformance")[0]] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn conf_core_conformance_success() {
    let about = ok(&planned().await, "/ogc/conformance").await;
    let classes = about["conformsTo"].as_array().unwrap();
    for class in ["core", "oas30", "html", "geojson"] {
        let uri = format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{class}");
        assert!(classes.contains(&json!(uri)), "{class}");
    }
}

#[tokio::test]
async fn conf_core_fc_md_op() {
    let server = planned().await;
    let home = ok(&server, "/ogc").await;
    for path in ["/ogc/collections", &links(&home, "data")[0]] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn conf_core_fc_md_success() {
    let about = ok(&planned().await, "/ogc/collections").await;
    assert!(about["links"].is_array());
    for collection in about["collections"].as_array().unwrap() {
        for part in ["id", "title", "description", "itemType"] {
            assert!(collection[part].is_string(), "{part}");
        }
        assert!(collection["extent"].is_object() && collection["links"].is_array());
    }
}

#[tokio::test]
async fn conf_core_fc_md_links() {
    let server = planned().await;
    for (form, other) in [("json", "html"), ("html", "json")] {
        // The page says the same as the document; its links are read there.
        let about = ok(&server, "/ogc/collections?f=json").await;
        let page = server.get(&format!("/ogc/collections?f={form}")).await;
        assert_eq!(page.status, 200);
        let own = links(&about, "self");
        let others = links(&about, "alternate");
        assert_eq!((own.len(), others.len()), (1, 1));
        assert!(own[0].ends_with("f=json") && others[0].ends_with("f=html"));
        assert!(page.text().contains(&format!("f={other}")), "{form}");
    }
}

/// Every collection of the service is listed, and nothing else.
#[tokio::test]
async fn conf_core_fc_md_items() {
    let about = ok(&planned().await, "/ogc/collections").await;
    let list = about["collections"].as_array().unwrap();
    let found: Vec<&str> = list.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(found, LAYERS);
}

#[tokio::test]
async fn conf_core_fc_md_extent() {
    let server = planned().await;
    assert_extents_are_around_features(&server).await;
    // What is added outside of the roads counts as well, and what is taken away does not.
    let far = json!({"type": "Feature", "id": "far", "properties": {"name": "Far"},
        "geometry": {"type": "Point", "coordinates": [-17.25, 64.5]}});
    let made = server.post(&items("accounts"), &far).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_extents_are_around_features(&server).await;
    let all = ok(&server, "/ogc/tiles/WebMercatorQuad/tilejson").await;
    let own = ok(
        &server,
        "/ogc/collections/accounts/tiles/WebMercatorQuad/tilejson",
    )
    .await;
    assert_eq!(own["bounds"][0], -17.25);
    // Around the hexagon of that account.
    assert!((-17.3..-17.25).contains(&all["bounds"][0].as_f64().unwrap()));
    let path = items("accounts") + "/far";
    assert_eq!(
        server
            .json(axum::http::Method::DELETE, &path, &json!(null))
            .await
            .status,
        204
    );
    assert_extents_are_around_features(&server).await;
}

/// Every extent is that of the features, neither less nor more; times are whole local days.
async fn assert_extents_are_around_features(server: &crate::api::Server) {
    let about = ok(server, "/ogc/collections").await;
    for collection in about["collections"].as_array().unwrap() {
        let id = collection["id"].as_str().unwrap();
        let page = ok(server, &format!("{}?limit=10000", items(id))).await;
        let mut around = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        let mut days = BTreeSet::new();
        for feature in features(&page) {
            positions(&feature["geometry"]["coordinates"], &mut |x, y| {
                around = [
                    around[0].min(x),
                    around[1].min(y),
                    around[2].max(x),
                    around[3].max(y),
                ];
            });
            days.extend(feature["properties"]["day"].as_str().map(str::to_owned));
        }
        let bbox = collection.pointer("/extent/spatial/bbox/0");
        match bbox {
            None => assert_eq!(id, "metrics"),
            Some(bbox) => {
                for (i, wanted) in around.into_iter().enumerate() {
                    let found = bbox[i].as_f64().unwrap();
                    assert!((found - wanted).abs() < 1e-9, "{id}: {bbox} {around:?}");
                }
            }
        }
        // Malta is an hour ahead of UTC in winter, two in summer.
        let interval = collection.pointer("/extent/temporal/interval/0");
        let local = interval.map(|interval| {
            [0, 1].map(|i| {
                let at: chrono::DateTime<chrono::Utc> =
                    interval[i].as_str().unwrap().parse().unwrap();
                at.with_timezone(&chrono_tz::Europe::Malta)
                    .format("%F %T")
                    .to_string()
            })
        });
        let wanted = days
            .first()
            .zip(days.last())
            .map(|(first, last)| [format!("{first} 00:00:00"), format!("{last} 23:59:59")]);
        assert_eq!(local, wanted, "{id}");
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

/// Where there are several boxes or intervals, the first is around the others; there is one of each here.
#[tokio::test]
async fn conf_core_fc_md_extent_multi() {
    let about = ok(&planned().await, "/ogc/collections").await;
    for collection in about["collections"].as_array().unwrap() {
        for (what, size) in [("spatial/bbox", 4), ("temporal/interval", 2)] {
            let Some(list) = collection.pointer(&format!("/extent/{what}")) else {
                continue;
            };
            let list = list.as_array().unwrap();
            assert_eq!(list.len(), 1, "{collection}");
            assert_eq!(list[0].as_array().unwrap().len(), size, "{collection}");
        }
    }
}

#[tokio::test]
async fn conf_core_sfc_md_op() {
    let server = planned().await;
    for layer in LAYERS {
        let path = format!("/ogc/collections/{layer}");
        assert_eq!(server.get(&path).await.status, 200, "{path}");
    }
    let reply = server.get("/ogc/collections/none").await;
    assert_eq!(reply.status, 404);
    assert!(reply.text().contains("accounts"));
}

#[tokio::test]
async fn conf_core_sfc_md_success() {
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
}
