//! Part 1: GeoJSON, HTML and OpenAPI.

use super::{LAYERS, accept, features, items, ok, planned};

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
        let Some(operation) = about.get("get") else {
            assert!(about["post"].is_object(), "{path}");
            continue;
        };
        for code in ["200", "400", "404", "406", "500"] {
            assert!(operation["responses"].get(code).is_some(), "{path} {code}");
        }
    }
    // security: what is declared is what holds.
    assert!(api["components"]["securitySchemes"]["token"].is_object());
    let list = api["paths"]["/collections/accounts/items"]["get"]["parameters"].to_string();
    assert!(list.contains("gap_cause") && list.contains("bbox-crs"));
}
