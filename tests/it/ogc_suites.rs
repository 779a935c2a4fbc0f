//! Abstract tests of OGC API - Features Parts 1 (17-069r4, annex A) and 2 (18-058, annex A) that ask one thing each of
//! documents and headers, named after them. Their siblings over features stand in `ogc.rs`.

use serde_json::Value;

use crate::api::Server;
use crate::ogc::planned;

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

async fn document(server: &Server, path: &str) -> Value {
    let reply = server.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

async fn collections(server: &Server) -> Vec<Value> {
    let about = document(server, "/ogc/collections").await;
    about["collections"].as_array().unwrap().clone()
}

fn name(collection: &Value) -> &str {
    collection["id"].as_str().unwrap()
}

/// Collections whose features have places.
async fn spatial(server: &Server) -> Vec<Value> {
    let all = collections(server).await;
    all.into_iter()
        .filter(|one| one["crs"].is_array())
        .collect()
}

/// Parameters of an operation, references followed.
fn parameters<'a>(api: &'a Value, path: &str) -> Vec<&'a Value> {
    let list = api["paths"][path]["get"]["parameters"].as_array().unwrap();
    list.iter()
        .map(|one| match one["$ref"].as_str() {
            Some(address) => api.pointer(&address[1..]).unwrap(),
            None => one,
        })
        .collect()
}

/// A text parameter that is an address of a reference system, as both definitions of Part 2 have it.
fn assert_is_crs_parameter(api: &Value, collection: &Value, wanted: &str) {
    let path = format!("/collections/{}/items", name(collection));
    let all = parameters(api, &path);
    let one = all.iter().find(|one| one["name"] == wanted).unwrap();
    assert_eq!(one["in"], "query");
    assert_eq!(one["required"], false);
    assert_eq!(
        (&one["style"], &one["explode"]),
        (&"form".into(), &false.into())
    );
    assert_eq!(
        (&one["schema"]["type"], &one["schema"]["format"]),
        (&"string".into(), &"uri".into())
    );
    for uri in collection["crs"].as_array().unwrap() {
        assert!(
            one["schema"]["enum"].as_array().unwrap().contains(uri),
            "{path} {uri}"
        );
    }
}

// Part 1.

#[tokio::test]
async fn conf_core_fc_md_items_links() {
    for collection in collections(&planned().await).await {
        let links = collection["links"].as_array().unwrap();
        for media in ["application/geo+json", "text/html"] {
            assert!(
                links
                    .iter()
                    .any(|link| link["rel"] == "items" && link["type"] == media),
                "{collection}"
            );
        }
    }
}

#[tokio::test]
async fn conf_core_fc_rel_type() {
    let server = planned().await;
    for collection in collections(&server).await {
        let page = document(
            &server,
            &format!("/ogc/collections/{}/items?limit=1", name(&collection)),
        )
        .await;
        for link in page["links"].as_array().unwrap() {
            assert!(
                link["rel"].is_string() && link["type"].is_string(),
                "{link}"
            );
        }
    }
}

#[tokio::test]
async fn conf_core_fc_response() {
    let server = planned().await;
    for collection in collections(&server).await {
        let page = document(
            &server,
            &format!("/ogc/collections/{}/items", name(&collection)),
        )
        .await;
        assert_eq!(page["type"], "FeatureCollection");
        for feature in page["features"].as_array().unwrap() {
            assert_eq!(feature["type"], "Feature");
            assert!(feature["id"].is_string() && feature["properties"].is_object());
            assert!(feature.get("geometry").is_some());
        }
    }
}

#[tokio::test]
async fn conf_oas30_oas_definition_1() {
    let server = planned().await;
    let reply = server.get("/ogc/api").await;
    assert_eq!(
        reply.header("content-type"),
        "application/vnd.oai.openapi+json;version=3.0"
    );
    assert!(
        reply.json()["openapi"]
            .as_str()
            .unwrap()
            .starts_with("3.0.")
    );
}

/// Every reference leads somewhere in the document itself.
#[tokio::test]
async fn conf_oas30_oas_definition_2() {
    fn check(all: &Value, part: &Value) {
        match part {
            Value::Object(members) => {
                if let Some(Value::String(address)) = members.get("$ref") {
                    assert!(
                        address.starts_with("#/") && all.pointer(&address[1..]).is_some(),
                        "{address}"
                    );
                }
                members.values().for_each(|one| check(all, one));
            }
            Value::Array(list) => list.iter().for_each(|one| check(all, one)),
            _ => {}
        }
    }
    let api = document(&planned().await, "/ogc/api").await;
    check(&api, &api);
}

/// What the document says can be asked is answered.
#[tokio::test]
async fn conf_oas30_oas_impl() {
    let server = planned().await;
    let api = document(&server, "/ogc/api").await;
    for (path, operations) in api["paths"].as_object().unwrap() {
        if operations.get("get").is_none() || path.contains('{') {
            continue;
        }
        let reply = server.get(&format!("/ogc{path}")).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    }
}

// Part 2.

#[tokio::test]
async fn conf_crs_crs_uri() {
    for collection in spatial(&planned().await).await {
        for uri in collection["crs"].as_array().unwrap() {
            let uri = uri.as_str().unwrap();
            assert!(uri.starts_with("http://www.opengis.net/def/crs/"), "{uri}");
        }
    }
}

#[tokio::test]
async fn conf_crs_fc_md_crs_list() {
    for collection in spatial(&planned().await).await {
        assert_eq!(collection["crs"][0], CRS84, "the default comes first");
    }
}

/// `#/crs` stands for a list of the whole service, which then has to be there.
#[tokio::test]
async fn conf_crs_fc_md_crs_list_global() {
    let server = planned().await;
    let about = document(&server, "/ogc/collections").await;
    let refers = |one: &Value| {
        one["crs"]
            .as_array()
            .is_some_and(|list| list.contains(&"#/crs".into()))
    };
    let any = about["collections"].as_array().unwrap().iter().any(refers);
    assert!(!any || about["crs"].is_array());
}

#[tokio::test]
async fn conf_crs_fc_md_storage_crs_valid_value() {
    for collection in spatial(&planned().await).await {
        let list = collection["crs"].as_array().unwrap();
        assert!(list.contains(&collection["storageCrs"]), "{collection}");
    }
}

#[tokio::test]
async fn conf_crs_fc_bbox_crs_definition() {
    let server = planned().await;
    let api = document(&server, "/ogc/api").await;
    for collection in spatial(&server).await {
        assert_is_crs_parameter(&api, &collection, "bbox-crs");
    }
}

#[tokio::test]
async fn conf_crs_fc_crs_definition() {
    let server = planned().await;
    let api = document(&server, "/ogc/api").await;
    for collection in spatial(&server).await {
        assert_is_crs_parameter(&api, &collection, "crs");
    }
}

#[tokio::test]
async fn conf_crs_fc_crs_default_value() {
    let server = planned().await;
    for collection in spatial(&server).await {
        let path = format!("/ogc/collections/{}/items?limit=3", name(&collection));
        let plain = document(&server, &path).await;
        let named = document(&server, &format!("{path}&crs={CRS84}")).await;
        assert_eq!(plain["features"], named["features"], "{path}");
    }
}

#[tokio::test]
async fn conf_crs_ogc_crs_header() {
    let server = planned().await;
    for collection in spatial(&server).await {
        let path = format!("/ogc/collections/{}/items?limit=1", name(&collection));
        assert!(
            server.get(&path).await.headers.contains_key("content-crs"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn conf_crs_ogc_crs_header_value() {
    let server = planned().await;
    for collection in spatial(&server).await {
        for uri in collection["crs"].as_array().unwrap() {
            let uri = uri.as_str().unwrap();
            let path = format!(
                "/ogc/collections/{}/items?limit=1&crs={uri}",
                name(&collection)
            );
            assert_eq!(
                server.get(&path).await.header("content-crs"),
                format!("<{uri}>")
            );
        }
    }
}

/// GeoJSON in another system says so in the header, and has no member `crs`.
#[tokio::test]
async fn conf_crs_geojson() {
    let server = planned().await;
    let path = "/ogc/collections/accounts/items?crs=http://www.opengis.net/def/crs/EPSG/0/3857";
    let reply = server.get(path).await;
    assert_eq!(reply.header("content-type"), "application/geo+json");
    assert!(reply.json().get("crs").is_none());
}
