//! Style hints: linked, readable, and about values that are there.

use super::{LAYERS, features, items, links, ok, planned};

#[tokio::test]
async fn styles_are_linked_from_their_collections() {
    let server = planned().await;
    for layer in LAYERS {
        let about = ok(&server, &format!("/ogc/collections/{layer}")).await;
        let list = links(&about, "http://www.opengis.net/def/rel/ogc/1.0/styles");
        let sheets = links(&about, "stylesheet");
        if layer == "metrics" {
            assert!(list.is_empty() && sheets.is_empty());
            continue;
        }
        assert_eq!(sheets.len(), 2, "{layer}");
        let listed = ok(&server, &list[0]).await;
        assert_eq!(listed["default"], listed["styles"][0]["id"]);
        for style in listed["styles"].as_array().unwrap() {
            for path in links(style, "stylesheet") {
                let reply = server.get(&path).await;
                assert_eq!(reply.status, 200, "{path}");
                if path.contains(".qml") {
                    assert_eq!(reply.header("content-type"), "application/vnd.qgis.qml");
                    assert!(reply.text().starts_with("<!DOCTYPE qgis"));
                    assert!(reply.text().trim_end().ends_with("</qgis>"));
                } else {
                    assert_eq!(reply.json()["collection"], layer);
                }
            }
        }
    }
}

#[tokio::test]
async fn rules_meet_the_features() {
    let server = planned().await;
    let style = ok(&server, "/ogc/collections/accounts/styles/cause.json").await;
    let rules = style["rules"].as_array().unwrap();
    let page = ok(&server, &items("accounts")).await;
    for feature in features(&page) {
        let cause = &feature["properties"]["gap_cause"];
        assert!(rules.iter().any(|rule| rule["value"] == *cause), "{cause}");
    }
}

#[tokio::test]
async fn what_is_no_style_is_not_there() {
    let server = planned().await;
    for path in [
        "accounts/styles/none.qml",
        "accounts/styles/cause.sld",
        "accounts/styles/cause",
        "metrics/styles/plain.qml",
        "none/styles",
    ] {
        let reply = server.get(&format!("/ogc/collections/{path}")).await;
        assert_eq!(reply.problem(), "not-found", "{path}");
    }
    let reply = server
        .get("/ogc/collections/accounts/styles/cause.qml?f=json")
        .await;
    assert_eq!(reply.problem(), "invalid-parameters");
}
