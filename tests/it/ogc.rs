//! `/ogc` held to the abstract test suites of OGC API - Features Parts 1 and 2: one test per abstract test, named after
//! it, over every collection.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::api::{DAY, Reply, Server, request};

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const LAYERS: [&str; 12] = [
    "accounts",
    "reps",
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

async fn ok(server: &Server, path: &str) -> Value {
    let reply = server.get(path).await;
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    reply.json()
}

async fn accept(server: &Server, path: &str, media: &str) -> Reply {
    let ask = request(Method::GET, path).header(header::ACCEPT, media);
    server.send(ask.body(Body::empty()).unwrap()).await
}

fn items(layer: &str) -> String {
    format!("/ogc/collections/{layer}/items")
}

fn features(page: &Value) -> &Vec<Value> {
    page["features"].as_array().unwrap()
}

fn ids(page: &Value) -> Vec<String> {
    let id = |feature: &Value| feature["id"].as_str().unwrap().to_owned();
    features(page).iter().map(id).collect()
}

/// Addresses of the links with this relation, as paths.
fn links(about: &Value, rel: &str) -> Vec<String> {
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
async fn walk(server: &Server, first: &str) -> Vec<String> {
    let (mut seen, mut next) = (Vec::new(), Some(first.to_owned()));
    while let Some(path) = next {
        let page = ok(server, &path).await;
        assert_eq!(page["numberReturned"], features(&page).len());
        seen.extend(ids(&page));
        next = links(&page, "next").pop();
    }
    seen
}

// Part 1, core: landing page, API definition, conformance.

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

// Part 1, core: collections.

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

// Part 1, core: features.

#[tokio::test]
async fn conf_core_fc_op_and_response() {
    let server = planned().await;
    for layer in LAYERS {
        let reply = server.get(&items(layer)).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), "application/geo+json");
        let page = reply.json();
        assert_eq!(page["type"], "FeatureCollection");
        assert!(!features(&page).is_empty(), "{layer} is empty");
    }
}

#[tokio::test]
async fn conf_core_fc_limit_definition_and_response() {
    let server = planned().await;
    let api = ok(&server, "/ogc/api").await;
    let schema = &api["components"]["parameters"]["limit"]["schema"];
    assert_eq!(
        (&schema["type"], &schema["minimum"]),
        (&json!("integer"), &json!(1))
    );
    for layer in LAYERS {
        let page = ok(&server, &format!("{}?limit=1", items(layer))).await;
        assert_eq!(features(&page).len(), 1);
    }
    // More than the maximum counts as the maximum; nothing and less are no limits.
    assert_eq!(
        server
            .get(&(items("accounts") + "?limit=100000000"))
            .await
            .status,
        200
    );
    for bad in ["0", "-1", "x", "1.5"] {
        let reply = server
            .get(&format!("{}?limit={bad}", items("accounts")))
            .await;
        assert_eq!(reply.problem(), "invalid-parameters", "{bad}");
    }
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repeat() {
    let server = planned().await;
    for layer in LAYERS {
        let whole = ids(&ok(&server, &format!("{}?limit=10000", items(layer))).await);
        let unique: BTreeSet<&String> = whole.iter().collect();
        assert_eq!(unique.len(), whole.len(), "{layer}");
        for size in [1, 2, 3] {
            let paged = walk(&server, &format!("{}?limit={size}", items(layer))).await;
            assert_eq!(paged, whole, "{layer}");
        }
    }
}

#[tokio::test]
async fn sorted_pages_follow_one_another_too() {
    let server = planned().await;
    for sort in ["-value,name", "urgency", "-last_done", "%2Bstatus,-urgency"] {
        let path = format!("{}?limit=10000&sortby={sort}", items("accounts"));
        let whole = ids(&ok(&server, &path).await);
        assert_eq!(whole.len(), 6);
        for size in [1, 2, 4] {
            let first = format!("{}?limit={size}&sortby={sort}", items("accounts"));
            assert_eq!(walk(&server, &first).await, whole, "{sort}");
        }
    }
}

#[tokio::test]
async fn conf_core_fc_bbox_definition_and_response() {
    let server = planned().await;
    let all = ok(&server, &(items("accounts") + "?limit=1000")).await;
    let place = |id: &str| {
        let feature = features(&all).iter().find(|f| f["id"] == id).unwrap();
        let at = &feature["geometry"]["coordinates"];
        [at[0].as_f64().unwrap(), at[1].as_f64().unwrap()]
    };
    let [x, y] = place("due");
    let tight = format!("{},{},{},{}", x - 1e-6, y - 1e-6, x + 1e-6, y + 1e-6);
    // What has no place is matched by every box: the standard has it so.
    let found = |bbox: String| {
        let server = &server;
        async move { ids(&ok(server, &format!("{}?bbox={bbox}", items("accounts"))).await) }
    };
    assert_eq!(found(tight).await, ["due", "lost"]);
    let six = format!("{},{},0,{},{},100", x - 1e-6, y - 1e-6, x + 1e-6, y + 1e-6);
    assert_eq!(found(six).await, ["due", "lost"]);
    assert_eq!(found("-180,-90,180,90".into()).await.len(), 6);
    // Over the antimeridian, all around the world but for the place.
    assert_eq!(
        found(format!("{},-90,{},90", x + 1e-6, x - 1e-6))
            .await
            .len(),
        5
    );
    for bad in [
        "1,2,3",
        "1,2,3,x",
        "1,3,2,2",
        "0,0,1,91",
        "1,2,3,4,5",
        "NaN,0,1,1",
    ] {
        let reply = server
            .get(&format!("{}?bbox={bad}", items("accounts")))
            .await;
        assert_eq!(reply.problem(), "invalid-parameters", "{bad}");
    }
    // A line that only crosses a box is in it.
    let legs = ok(&server, &items("legs")).await;
    let line = features(&legs)[0]["geometry"]["coordinates"]
        .as_array()
        .unwrap();
    let middle =
        |i: usize| f64::midpoint(line[0][i].as_f64().unwrap(), line[1][i].as_f64().unwrap());
    let (x, y) = (middle(0), middle(1));
    let path = format!(
        "{}?bbox={},{},{},{}",
        items("legs"),
        x - 1e-5,
        y - 1e-5,
        x + 1e-5,
        y + 1e-5
    );
    assert!(ids(&ok(&server, &path).await).contains(&ids(&legs)[0]));
}

#[tokio::test]
async fn conf_core_fc_time_definition_and_response() {
    let server = planned().await;
    let found = |layer: &'static str, datetime: &'static str| {
        let server = &server;
        async move {
            let path = format!("{}?limit=1000&datetime={datetime}", items(layer));
            ids(&ok(server, &path).await).len()
        }
    };
    let all = found("visits", "../2100-01-01").await;
    assert_eq!(found("visits", "2000-01-01/..").await, all);
    assert_eq!(found("visits", "2000-01-01/").await, all);
    assert_eq!(found("visits", "2026-10-20").await, 1);
    assert_eq!(found("visits", "2026-10-20T12:00:00Z").await, 1);
    assert_eq!(found("visits", "2026-11-01/2026-11-20").await, 3);
    assert_eq!(found("visits", "/2026-11-12").await, 2);
    assert_eq!(found("visits", "1999-01-01/1999-12-31").await, 0);
    assert_eq!(found("tours", "2026-11-24").await, 1);
    // Features without a time match every time.
    assert_eq!(found("accounts", "1999-01-01").await, 6);
    for bad in ["yesterday", "../..", "2026-11-24/2026-11-20", "/"] {
        let reply = server
            .get(&format!("{}?datetime={bad}", items("visits")))
            .await;
        assert_eq!(reply.problem(), "invalid-parameters", "{bad}");
    }
}

#[tokio::test]
async fn conf_core_fc_links() {
    let server = planned().await;
    let page = ok(&server, &(items("accounts") + "?limit=2&class=A&f=json")).await;
    assert_eq!(links(&page, "self").len(), 1);
    let alternate = links(&page, "alternate");
    assert_eq!(alternate.len(), 1);
    assert!(alternate[0].contains("class=A") && alternate[0].contains("limit=2"));
    let next = links(&page, "next");
    assert!(
        next[0].contains("class=A") && next[0].contains("limit=2") && next[0].contains("f=json")
    );
}

#[tokio::test]
async fn conf_core_fc_number_matched_and_returned() {
    let server = planned().await;
    for layer in LAYERS {
        let all = walk(&server, &items(layer)).await.len();
        let page = ok(&server, &format!("{}?limit=1", items(layer))).await;
        assert_eq!(page["numberReturned"], 1);
        if let Some(matched) = page.get("numberMatched") {
            assert_eq!(matched, all, "{layer}");
        }
    }
    let page = ok(
        &server,
        &(items("accounts") + "?limit=1&bbox=-10,-10,-9,-9"),
    )
    .await;
    assert_eq!(page["numberMatched"], 1, "only the one without a place");
}

#[tokio::test]
async fn conf_core_fc_time_stamp() {
    // Optional, and left out: equal states of the book give equal bytes.
    let server = planned().await;
    let (one, two) = (
        server.get(&items("accounts")).await,
        server.get(&items("accounts")).await,
    );
    assert_eq!(one.body, two.body);
    assert!(one.json().get("timeStamp").is_none());
}

#[tokio::test]
async fn conf_core_f_op_success_and_links() {
    let server = planned().await;
    for layer in LAYERS {
        let page = ok(&server, &format!("{}?limit=3", items(layer))).await;
        for feature in features(&page) {
            let id = feature["id"].as_str().unwrap();
            let path = format!("{}/{id}", items(layer));
            let one = ok(&server, &path).await;
            for part in ["type", "id", "geometry", "properties"] {
                assert_eq!(one[part], feature[part], "{layer} {id} {part}");
            }
            for rel in ["self", "alternate", "collection"] {
                let found = links(&one, rel);
                assert_eq!(found.len(), 1);
                assert_eq!(server.get(&found[0]).await.status, 200, "{}", found[0]);
            }
        }
        let reply = server
            .get(&format!("{}/no-such-feature", items(layer)))
            .await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{layer}");
    }
}

#[tokio::test]
async fn conf_core_crs84() {
    let server = planned().await;
    let page = ok(&server, &(items("reps") + "?limit=1")).await;
    let at = &features(&page)[0]["geometry"]["coordinates"];
    // The drawn map lies in Malta: longitude about 14, latitude about 36.
    assert!(
        at[0].as_f64().unwrap() < 20.0 && at[1].as_f64().unwrap() > 30.0,
        "{at}"
    );
}

#[tokio::test]
async fn conf_core_query_param_unknown_and_invalid() {
    let server = planned().await;
    for path in [
        "/ogc",
        "/ogc/conformance",
        "/ogc/collections",
        "/ogc/collections/roads",
        "/ogc/api",
    ] {
        let reply = server.get(&format!("{path}?unknown=1")).await;
        assert_eq!(reply.problem(), "invalid-parameters", "{path}");
    }
    let reply = server.get(&(items("accounts") + "?unknown=1")).await;
    assert_eq!(reply.problem(), "invalid-parameters");
    let cure = reply.json()["errors"][0]["cure"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        cure.contains("bbox-crs") && cure.contains("datetime") && cure.contains("gap_cause"),
        "{cure}"
    );
    for bad in [
        "f=gml",
        "status=late",
        "active=1",
        "value=x",
        "sortby=nothing",
        "properties=nothing",
        "cursor=zz",
        "last_done=x",
    ] {
        let reply = server.get(&format!("{}?{bad}", items("accounts"))).await;
        assert_eq!(reply.problem(), "invalid-parameters", "{bad}");
    }
}

// Part 1: other classes.

#[tokio::test]
async fn conf_geojson_definition_and_content() {
    let server = planned().await;
    for layer in LAYERS {
        for media in ["application/geo+json", "application/json", "*/*"] {
            let reply = accept(&server, &items(layer), media).await;
            assert_eq!(reply.header("content-type"), "application/geo+json");
            for feature in features(&reply.json()) {
                let text = feature.to_string();
                assert!(text.parse::<geojson::Feature>().is_ok(), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn conf_html_definition_and_content() {
    let server = planned().await;
    let mut paths = vec![
        "/ogc".to_owned(),
        "/ogc/conformance".into(),
        "/ogc/collections".into(),
        "/ogc/api".into(),
    ];
    for layer in LAYERS {
        paths.push(format!("/ogc/collections/{layer}"));
        paths.push(items(layer));
    }
    paths.push(items("accounts") + "/due");
    for path in paths {
        let reply = accept(&server, &path, "text/html,*/*;q=0.8").await;
        assert_eq!(
            reply.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        assert!(reply.text().starts_with("<!doctype html>") && reply.text().contains("</html>"));
        let asked = server.get(&format!("{path}?f=html")).await;
        assert_eq!(asked.status, 200);
    }
    assert_eq!(
        accept(&server, "/ogc", "application/gml+xml")
            .await
            .problem(),
        "not-acceptable"
    );
}

#[tokio::test]
async fn conf_oas30_completeness_exception_codes_and_security() {
    let server = planned().await;
    let api = ok(&server, "/ogc/api").await;
    for (path, about) in api["paths"].as_object().unwrap() {
        let operation = &about["get"];
        for code in ["200", "400", "404", "406", "500"] {
            assert!(operation["responses"].get(code).is_some(), "{path} {code}");
        }
    }
    // security: what is declared is what holds.
    assert!(api["components"]["securitySchemes"]["token"].is_object());
    let list = api["paths"]["/collections/accounts/items"]["get"]["parameters"].to_string();
    assert!(list.contains("gap_cause") && list.contains("bbox-crs"));
}

// Part 2.

#[tokio::test]
async fn conf_crs_crs_uri_default_crs_and_storage_crs() {
    let server = planned().await;
    let about = ok(&server, "/ogc/collections").await;
    for collection in about["collections"].as_array().unwrap() {
        if collection["id"] == "metrics" {
            continue;
        }
        let list = collection["crs"].as_array().unwrap();
        assert_eq!(list[0], CRS84);
        assert!(list.iter().all(|uri| {
            uri.as_str()
                .unwrap()
                .starts_with("http://www.opengis.net/def/crs/")
        }));
        assert!(list.contains(&collection["storageCrs"]));
        assert!(list.len() > 5);
    }
}

#[tokio::test]
async fn conf_crs_crs_parameter_default_and_transform() {
    let server = planned().await;
    let plain = server.get(&items("accounts")).await;
    assert_eq!(plain.header("content-crs"), format!("<{CRS84}>"));
    let about = ok(&server, "/ogc/collections/accounts").await;
    for uri in about["crs"].as_array().unwrap() {
        let uri = uri.as_str().unwrap();
        for path in [items("accounts"), items("accounts") + "/due"] {
            let reply = server.get(&format!("{path}?crs={uri}")).await;
            assert_eq!(reply.status, 200, "{uri}");
            assert_eq!(reply.header("content-crs"), format!("<{uri}>"));
        }
    }
    // Latitude first where the authority says so.
    let swapped = ok(
        &server,
        &(items("reps") + "?crs=http://www.opengis.net/def/crs/EPSG/0/4326"),
    )
    .await;
    let as_is = ok(&server, &items("reps")).await;
    let at = |page: &Value, i: usize| features(page)[0]["geometry"]["coordinates"][i].clone();
    assert_eq!(
        (at(&swapped, 0), at(&swapped, 1)),
        (at(&as_is, 1), at(&as_is, 0))
    );
}

#[tokio::test]
async fn conf_crs_crs_parameter_and_bbox_crs_parameter_invalid() {
    let server = planned().await;
    for name in ["crs", "bbox-crs"] {
        for bad in [
            "http://www.opengis.net/def/crs/EPSG/0/2154",
            "x",
            "EPSG:999999",
        ] {
            let path = format!("{}?bbox=1,1,2,2&{name}={bad}", items("accounts"));
            assert_eq!(
                server.get(&path).await.problem(),
                "invalid-parameters",
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn conf_crs_bbox_crs_parameter_and_default() {
    let server = planned().await;
    let path = |crs: &str| format!("{}/due?crs={crs}", items("accounts"));
    let about = ok(&server, "/ogc/collections/accounts").await;
    for uri in about["crs"].as_array().unwrap() {
        let uri = uri.as_str().unwrap();
        let one = ok(&server, &path(uri)).await;
        let at = [0, 1].map(|i| one["geometry"]["coordinates"][i].as_f64().unwrap());
        // A metre or its like in degrees.
        let r = if at[0].abs() < 180.0 { 1e-5 } else { 1.0 };
        let bbox = format!("{},{},{},{}", at[0] - r, at[1] - r, at[0] + r, at[1] + r);
        let ask = format!("{}?bbox={bbox}&bbox-crs={uri}", items("accounts"));
        assert_eq!(ids(&ok(&server, &ask).await), ["due", "lost"], "{uri}");
        if uri == CRS84 {
            let ask = format!("{}?bbox={bbox}", items("accounts"));
            assert_eq!(ids(&ok(&server, &ask).await), ["due", "lost"]);
        }
    }
}

// What clients rely on beside the standard.

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
            assert_eq!(properties.len(), layer.fields().len());
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

fn planner(server: &Server) -> rondo::planner::Planner {
    use rondo::planner::{Ground, Planner, PrepareOptions, Region, Settings};
    let map = crate::api::map();
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

// Part 3 and CQL2.

/// A filter as a parameter.
fn filtered(layer: &str, filter: &str) -> String {
    use std::fmt::Write as _;
    let mut path = items(layer) + "?limit=1000&filter=";
    for byte in filter.bytes() {
        write!(path, "%{byte:02X}").unwrap();
    }
    path
}

#[tokio::test]
async fn filters_pick_what_they_say() {
    let server = planned().await;
    for (filter, expected) in [
        ("id = 'due'", vec!["due"]),
        ("status = 'critical'", vec!["overdue"]),
        (
            "gap_cause IN ('unlocated', 'unassigned')",
            vec!["lost", "unassigned"],
        ),
        ("CASEI(name) LIKE CASEI('%FRESH')", vec!["fresh"]),
        ("geometry IS NULL", vec!["lost"]),
        (
            "rep IS NULL OR urgency > 1.5",
            vec!["overdue", "unassigned"],
        ),
        (
            "last_done BETWEEN DATE('2026-11-01') AND DATE('2026-11-15')",
            vec!["due"],
        ),
        ("T_BEFORE(last_done, DATE('2026-11-01'))", vec!["overdue"]),
        (
            "{\"op\":\"=\",\"args\":[{\"property\":\"id\"},\"due\"]}",
            vec!["due"],
        ),
    ] {
        let page = ok(&server, &filtered("accounts", filter)).await;
        assert_eq!(ids(&page), expected, "{filter}");
        assert_eq!(page["numberMatched"], expected.len(), "{filter}");
    }
    let at = ok(&server, &(items("accounts") + "/due")).await;
    let [x, y] = [0, 1].map(|i| at["geometry"]["coordinates"][i].as_f64().unwrap());
    let near = format!(
        "S_INTERSECTS(geometry, BBOX({}, {}, {}, {}))",
        x - 1e-6,
        y - 1e-6,
        x + 1e-6,
        y + 1e-6
    );
    assert_eq!(
        ids(&ok(&server, &filtered("accounts", &near)).await),
        ["due"]
    );
    let north_first = format!(
        "S_INTERSECTS(geometry, BBOX({}, {}, {}, {}))",
        y - 1e-6,
        x - 1e-6,
        y + 1e-6,
        x + 1e-6
    );
    let path = filtered("accounts", &north_first)
        + "&filter-crs=http://www.opengis.net/def/crs/EPSG/0/4326";
    assert_eq!(ids(&ok(&server, &path).await), ["due"]);
}

#[tokio::test]
async fn wrong_filters_are_refused_with_their_reason() {
    let server = planned().await;
    for (filter, reason) in [
        ("colour = 1", "does not have"),
        ("class = ", "at its end"),
        ("class", "condition"),
    ] {
        let reply = server.get(&filtered("accounts", filter)).await;
        assert_eq!(reply.problem(), "invalid-parameters", "{filter}");
        assert!(reply.text().contains(reason), "{}", reply.text());
    }
    let reply = server
        .get(&(items("metrics") + "?filter=S_INTERSECTS(geometry,POINT(1%201))"))
        .await;
    assert_eq!(reply.problem(), "invalid-parameters");
    let reply = server
        .get(&(items("accounts") + "?filter=active&filter-lang=ecql"))
        .await;
    assert_eq!(reply.problem(), "invalid-parameters");
}

#[tokio::test]
async fn queryables_are_linked_listed_and_taken_as_parameters() {
    let server = planned().await;
    for layer in LAYERS {
        let about = ok(&server, &format!("/ogc/collections/{layer}")).await;
        for rel in ["queryables", "schema"] {
            let found = links(
                &about,
                &format!("http://www.opengis.net/def/rel/ogc/1.0/{rel}"),
            );
            let reply = server.get(&found[0]).await;
            assert_eq!(reply.header("content-type"), "application/schema+json");
            let schema = reply.json();
            assert_eq!(schema["additionalProperties"], false);
            let page = ok(&server, &(items(layer) + "?limit=1")).await;
            for name in features(&page)[0]["properties"].as_object().unwrap().keys() {
                assert!(
                    schema["properties"][name]["title"].is_string(),
                    "{layer}.{name}"
                );
            }
        }
    }
    let page = ok(
        &server,
        &(items("accounts") + "?class=A&status=critical&active=true"),
    )
    .await;
    assert_eq!(ids(&page), ["overdue"]);
    let page = ok(
        &server,
        &(items("accounts") + "?properties=class,name&limit=1"),
    )
    .await;
    let kept: Vec<&String> = features(&page)[0]["properties"]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(kept, ["class", "name"]);
}

// Files to take along.

#[tokio::test]
async fn downloads_hold_every_feature() {
    let server = planned().await;
    for layer in LAYERS {
        let expected = walk(&server, &items(layer)).await;
        let path = format!("/ogc/collections/{layer}/download");
        let lines = server.get(&format!("{path}?f=geojsonseq")).await;
        assert_eq!(lines.header("content-type"), "application/geo+json-seq");
        let read: Vec<Value> = lines
            .text()
            .lines()
            .map(|line| serde_json::from_str(line.trim_start_matches('\u{1e}')).unwrap())
            .collect();
        let found: Vec<&str> = read.iter().map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(found, expected, "{layer}");
        let table = server.get(&format!("{path}?f=csv")).await;
        assert!(
            table
                .header("content-disposition")
                .contains(&format!("{layer}.csv"))
        );
        let mut rows = csv::Reader::from_reader(&table.body[..]);
        let found: Vec<String> = rows
            .records()
            .map(|row| row.unwrap()[0].to_owned())
            .collect();
        assert_eq!(found, expected, "{layer}");
        let file = server.get(&format!("{path}?f=gpkg")).await;
        assert!(file.body.starts_with(b"SQLite format 3\0"), "{layer}");
    }
    let some = server.get("/ogc/collections/accounts/download?f=csv&filter=class='A'&properties=name&crs=EPSG:3857").await;
    assert!(some.text().starts_with("id,x,y,name\n"));
    for bad in ["f=shp", "f=gpkg&crs=EPSG:3857", "limit=5"] {
        let reply = server
            .get(&format!("/ogc/collections/accounts/download?{bad}"))
            .await;
        assert_eq!(reply.problem(), "invalid-parameters", "{bad}");
    }
}

#[tokio::test]
async fn the_geopackage_of_everything_has_a_table_for_each_collection() {
    let server = planned().await;
    let reply = server.get("/ogc/download").await;
    assert_eq!(
        reply.header("content-type"),
        "application/geopackage+sqlite3"
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &reply.body).unwrap();
    let db = rusqlite::Connection::open(file.path()).unwrap();
    let id: i32 = db
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .unwrap();
    assert_eq!(id, 0x4750_4B47);
    for layer in LAYERS {
        let sql = format!("SELECT count(*) FROM {layer}");
        let rows: i64 = db.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(
            rows as usize,
            walk(&server, &items(layer)).await.len(),
            "{layer}"
        );
        let kind: String = db
            .query_row(
                "SELECT data_type FROM gpkg_contents WHERE table_name = ?1",
                [layer],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(
            kind,
            if layer == "metrics" {
                "attributes"
            } else {
                "features"
            }
        );
    }
    // A point, byte by byte: header, system, byte order, type, longitude, latitude.
    let blob: Vec<u8> = db
        .query_row("SELECT geom FROM accounts WHERE id = 'due'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(
        &blob[..13],
        b"GP\x00\x01\xe6\x10\x00\x00\x01\x01\x00\x00\x00"
    );
    assert_eq!(blob.len(), 29);
}
