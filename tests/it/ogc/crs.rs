//! Part 2: reference systems.

use serde_json::Value;

use super::{CRS84, features, ids, items, ok, planned};

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
