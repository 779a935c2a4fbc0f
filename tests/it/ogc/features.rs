//! Part 1, core: features, their pages and conditions.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::json;

use super::{LAYERS, features, ids, items, links, ok, planned, walk};
use crate::api::DAY;

#[tokio::test]
async fn conf_core_fc_op() {
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
async fn conf_core_fc_limit_definition() {
    let server = planned().await;
    let api = ok(&server, "/ogc/api").await;
    let schema = &api["components"]["parameters"]["limit"]["schema"];
    assert_eq!(
        (&schema["type"], &schema["minimum"]),
        (&json!("integer"), &json!(1))
    );
    assert!(schema["maximum"].is_u64() && schema["default"].is_u64());
}

#[tokio::test]
async fn conf_core_fc_limit_response() {
    let server = planned().await;
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
async fn conf_core_fc_bbox_definition() {
    let api = ok(&planned().await, "/ogc/api").await;
    let bbox = &api["components"]["parameters"]["bbox"];
    assert_eq!(
        (&bbox["in"], &bbox["style"]),
        (&json!("query"), &json!("form"))
    );
    assert_eq!(
        (&bbox["required"], &bbox["explode"]),
        (&json!(false), &json!(false))
    );
    let schema = &bbox["schema"];
    assert_eq!(
        (&schema["minItems"], &schema["maxItems"]),
        (&json!(4), &json!(6))
    );
    assert_eq!(schema["items"]["type"], "number");
}

#[tokio::test]
async fn conf_core_fc_bbox_response() {
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
async fn conf_core_fc_time_definition() {
    let api = ok(&planned().await, "/ogc/api").await;
    let datetime = &api["components"]["parameters"]["datetime"];
    assert_eq!(
        (&datetime["in"], &datetime["style"]),
        (&json!("query"), &json!("form"))
    );
    assert_eq!(
        (&datetime["required"], &datetime["explode"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(datetime["schema"]["type"], "string");
}

#[tokio::test]
async fn conf_core_fc_time_response() {
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
async fn conf_core_fc_number_returned() {
    let server = planned().await;
    for layer in LAYERS {
        for limit in [1, 3, 1_000] {
            let page = ok(&server, &format!("{}?limit={limit}", items(layer))).await;
            assert_eq!(page["numberReturned"], features(&page).len(), "{layer}");
        }
    }
}

#[tokio::test]
async fn conf_core_fc_number_matched() {
    let server = planned().await;
    for layer in LAYERS {
        let all = walk(&server, &items(layer)).await.len();
        let page = ok(&server, &format!("{}?limit=1", items(layer))).await;
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
async fn conf_core_f_op() {
    let server = planned().await;
    for layer in LAYERS {
        let page = ok(&server, &format!("{}?limit=3", items(layer))).await;
        for id in ids(&page) {
            let reply = server.get(&format!("{}/{id}", items(layer))).await;
            assert_eq!(reply.status, 200, "{layer} {id}");
        }
        let reply = server
            .get(&format!("{}/no-such-feature", items(layer)))
            .await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{layer}");
    }
}

#[tokio::test]
async fn conf_core_f_success() {
    let server = planned().await;
    for layer in LAYERS {
        let page = ok(&server, &format!("{}?limit=3", items(layer))).await;
        for feature in features(&page) {
            let id = feature["id"].as_str().unwrap();
            let path = format!("{}/{id}", items(layer));
            let one = ok(&server, &path).await;
            for part in ["type", "id", "geometry"] {
                assert_eq!(one[part], feature[part], "{layer} {id} {part}");
            }
            // Alone it may have more: what is worked out on request.
            for (name, value) in feature["properties"].as_object().unwrap() {
                assert_eq!(one["properties"][name], *value, "{layer} {id} {name}");
            }
        }
    }
}

#[tokio::test]
async fn conf_core_f_links() {
    let server = planned().await;
    for layer in LAYERS {
        let page = ok(&server, &format!("{}?limit=3", items(layer))).await;
        for id in ids(&page) {
            let one = ok(&server, &format!("{}/{id}", items(layer))).await;
            for rel in ["self", "alternate", "collection"] {
                let found = links(&one, rel);
                assert_eq!(found.len(), 1);
                assert_eq!(server.get(&found[0]).await.status, 200, "{}", found[0]);
            }
        }
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
async fn conf_core_query_param_unknown() {
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
}

#[tokio::test]
async fn conf_core_query_param_invalid() {
    let server = planned().await;
    for bad in [
        "limit=none",
        "bbox=1,2,3",
        "datetime=someday",
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

#[tokio::test]
async fn datetime_looks_at_the_time_of_day() {
    let server = planned().await;
    let text = |feature: &serde_json::Value, name: &str| -> Option<chrono::DateTime<chrono::Utc>> {
        feature["properties"][name].as_str()?.parse().ok()
    };
    for (layer, start, end) in [
        ("legs", "depart", "arrive"),
        ("visits", "start", "end"),
        ("tours", "depart", "home_at"),
    ] {
        let all = ok(&server, &format!("{}?datetime={DAY}", items(layer))).await;
        let first = features(&all)[0].clone();
        let (from, to) = (text(&first, start).unwrap(), text(&first, end).unwrap());
        let second = chrono::TimeDelta::seconds(1);
        // Around its start, its end and its middle, and right beside it.
        for (a, b, is_in) in [
            (from - second, from, true),
            (to, to + second, true),
            (from + (to - from) / 2, from + (to - from) / 2, true),
            (from - second * 2, from - second, false),
            (to + second, to + second * 2, false),
        ] {
            let form = |at: chrono::DateTime<chrono::Utc>| {
                at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
            };
            let path = format!("{}?datetime={}/{}", items(layer), form(a), form(b));
            let found = ids(&ok(&server, &path).await);
            assert_eq!(
                found.contains(&ids(&all)[0]),
                is_in,
                "{layer} {path} {first}"
            );
            // By hand: intervals that share an instant; what has no start takes its day.
            let wanted = features(&all).iter().filter(|one| match text(one, start) {
                Some(from) => from <= b && text(one, end).unwrap_or(from) >= a,
                None => true,
            });
            assert_eq!(found.len(), wanted.count(), "{path}");
        }
        // A part of the day holds a part of the legs.
        assert!(layer != "legs" || features(&all).len() > 1);
    }
    let schema = ok(&server, "/ogc/collections/legs/schema").await;
    let role = |name: &str| schema["properties"][name]["x-ogc-role"].clone();
    assert_eq!(role("depart"), "primary-interval-start");
    assert_eq!(role("arrive"), "primary-interval-end");
    assert!(role("day").is_null());
}

#[tokio::test]
async fn empty_parameters_are_refused() {
    let server = planned().await;
    for name in [
        "name",
        "crs",
        "sortby",
        "properties",
        "filter",
        "bbox",
        "datetime",
        "limit",
        "f",
        "id",
    ] {
        let reply = server.get(&format!("{}?{name}=", items("accounts"))).await;
        assert_eq!(reply.problem(), "invalid-parameters", "{name}");
        let fault = &reply.json()["errors"][0];
        assert_eq!(
            (&fault["field"], &fault["problem"]),
            (&json!(name), &json!("is empty"))
        );
        assert!(fault["cure"].as_str().unwrap().contains("leave"));
    }
}

#[tokio::test]
async fn ids_sort_and_are_asked_for_like_properties() {
    let server = planned().await;
    for layer in LAYERS {
        let mut all = walk(&server, &items(layer)).await;
        all.sort_by(|a, b| b.cmp(a));
        let sorted = walk(&server, &format!("{}?sortby=-id&limit=3", items(layer))).await;
        assert_eq!(sorted, all, "{layer}");
        let id = all[0].replace('%', "%25");
        let found = ok(&server, &format!("{}?id={id}", items(layer))).await;
        assert_eq!(ids(&found), all[..1], "{layer}");
    }
}

#[tokio::test]
async fn sortables_tell_what_sorts() {
    let server = planned().await;
    let api = ok(&server, "/ogc/api").await;
    for layer in LAYERS {
        let about = ok(&server, &format!("/ogc/collections/{layer}")).await;
        let link = links(&about, "http://www.opengis.net/def/rel/ogc/1.0/sortables");
        let sortables = ok(&server, &link[0]).await;
        assert!(sortables["$id"].as_str().unwrap().ends_with("/sortables"));
        let named = sortables["properties"].as_object().unwrap();
        assert!(named.contains_key("id") && !named.contains_key("geometry"));
        let pointer = format!("/paths/~1collections~1{layer}~1items/get/parameters");
        let parameters = api.pointer(&pointer).unwrap().as_array().unwrap();
        let sortby = parameters
            .iter()
            .find(|one| one["name"] == "sortby")
            .unwrap();
        let pattern = sortby["schema"]["items"]["pattern"].as_str().unwrap();
        for name in named.keys() {
            let path = format!("{}?limit=1&sortby={name}", items(layer));
            assert_eq!(server.get(&path).await.status, 200, "{path}");
            let names = pattern.trim_matches(|c: char| "^$[+-]?()".contains(c));
            assert!(names.split('|').any(|one| one == name), "{pattern} {name}");
        }
    }
}

#[tokio::test]
async fn properties_are_chosen_on_a_feature_as_on_a_page() {
    let server = planned().await;
    for layer in LAYERS {
        let id = ids(&ok(&server, &format!("{}?limit=1", items(layer))).await).remove(0);
        let field = rondo::ogc::Layer::from_id(layer).unwrap().fields()[0].name;
        let path = format!("{}/{}", items(layer), id.replace('%', "%25"));
        let one = ok(&server, &format!("{path}?properties={field}")).await;
        let names: Vec<&String> = one["properties"].as_object().unwrap().keys().collect();
        assert_eq!(names, [field], "{layer}");
        let reply = server.get(&format!("{path}?properties=nothing")).await;
        assert_eq!(reply.problem(), "invalid-parameters");
    }
}
