//! Part 1: GeoJSON, HTML and OpenAPI.

use super::{LAYERS, accept, features, items, ok, planned};

#[tokio::test]
async fn conf_geojson_definition() {
    let server = planned().await;
    for layer in LAYERS {
        for media in ["application/geo+json", "application/json", "*/*"] {
            let reply = accept(&server, &items(layer), media).await;
            assert_eq!(reply.header("content-type"), "application/geo+json");
        }
    }
}

#[tokio::test]
async fn conf_geojson_content() {
    let server = planned().await;
    for layer in LAYERS {
        for feature in features(&ok(&server, &items(layer)).await) {
            let text = feature.to_string();
            assert!(text.parse::<geojson::Feature>().is_ok(), "{text}");
        }
    }
}

/// Every document and page.
fn pages() -> Vec<String> {
    let documents = ["/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/api"];
    let mut paths: Vec<String> = documents.map(str::to_owned).into();
    for layer in LAYERS {
        paths.push(format!("/ogc/collections/{layer}"));
        paths.push(items(layer));
    }
    paths.push(items("accounts") + "/due");
    paths
}

#[tokio::test]
async fn conf_html_definition() {
    let server = planned().await;
    for path in pages() {
        for reply in [
            accept(&server, &path, "text/html,*/*;q=0.8").await,
            server.get(&format!("{path}?f=html")).await,
        ] {
            assert_eq!(reply.status, 200, "{path}");
            assert_eq!(
                reply.header("content-type"),
                "text/html; charset=utf-8",
                "{path}"
            );
        }
    }
    let other = accept(&server, "/ogc", "application/gml+xml").await;
    assert_eq!(other.problem(), "not-acceptable");
}

/// Who wants a file from the address of pages is told where files are.
#[tokio::test]
async fn files_are_pointed_to_from_pages() {
    let server = planned().await;
    for path in [items("visits"), items("visits") + "/v1"] {
        for (form, pointer) in [
            ("csv", "/ogc/collections/visits/download?f=csv"),
            ("shp", "geojsonseq, csv, gpkg, flatgeobuf"),
        ] {
            let reply = server.get(&format!("{path}?f={form}")).await;
            assert_eq!(reply.problem(), "invalid-parameters");
            assert!(reply.text().contains(pointer), "{}", reply.text());
        }
        let reply = accept(&server, &path, "text/csv").await;
        assert_eq!(reply.problem(), "not-acceptable");
        assert!(
            reply
                .text()
                .contains("At /ogc/collections/visits/download: ")
                && reply.text().contains("text/csv (f=csv)")
        );
    }
}

#[tokio::test]
async fn conf_html_content() {
    let server = planned().await;
    for path in pages() {
        let reply = server.get(&format!("{path}?f=html")).await;
        assert!(reply.text().starts_with("<!doctype html>") && reply.text().contains("</html>"));
        // Its links lead on.
        assert!(reply.text().contains("href=\"http"), "{path}");
    }
}

#[tokio::test]
async fn conf_oas30_exceptions_codes() {
    let server = planned().await;
    let api = ok(&server, "/ogc/api").await;
    for (path, about) in api["paths"].as_object().unwrap() {
        let Some(operation) = about.get("get") else {
            assert!(about["post"].is_object(), "{path}");
            continue;
        };
        for code in ["200", "400", "404", "406", "500"] {
            assert!(operation["responses"].get(code).is_some(), "{path} {code}");
        }
    }
}

/// What is declared is what holds: a token, where the server wants one.
#[tokio::test]
async fn conf_oas30_security() {
    let api = ok(&planned().await, "/ogc/api").await;
    assert!(api["components"]["securitySchemes"]["token"].is_object());
    assert!(
        api["security"]
            .as_array()
            .unwrap()
            .contains(&serde_json::json!({"token": []}))
    );
}

#[tokio::test]
async fn conf_oas30_completeness() {
    let api = ok(&planned().await, "/ogc/api").await;
    for layer in LAYERS {
        for path in ["", "/items", "/items/{featureId}", "/schema", "/queryables"] {
            let path = format!("/collections/{layer}{path}");
            assert!(api["paths"][&path]["get"].is_object(), "{path}");
        }
    }
    let list = api["paths"]["/collections/accounts/items"]["get"]["parameters"].to_string();
    assert!(list.contains("gap_cause") && list.contains("bbox-crs"));
}
