//! Part 2: reference systems.

use serde_json::Value;

use super::{CRS84, features, ids, items, ok, planned};

#[tokio::test]
async fn conf_crs_lists_begin_with_the_default_and_hold_the_storage_crs() {
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
async fn conf_crs_crs_parameter_default() {
    let server = planned().await;
    for path in [items("accounts"), items("accounts") + "/due"] {
        let plain = server.get(&path).await;
        assert_eq!(plain.header("content-crs"), format!("<{CRS84}>"));
        let named = ok(&server, &format!("{path}?crs={CRS84}")).await;
        assert_eq!(plain.json()["geometry"], named["geometry"]);
        assert_eq!(plain.json()["features"], named["features"]);
    }
}

#[tokio::test]
async fn conf_crs_crs_parameter() {
    let server = planned().await;
    let about = ok(&server, "/ogc/collections/accounts").await;
    for uri in about["crs"].as_array().unwrap() {
        let uri = uri.as_str().unwrap();
        for path in [items("accounts"), items("accounts") + "/due"] {
            let reply = server.get(&format!("{path}?crs={uri}")).await;
            assert_eq!(reply.status, 200, "{uri}");
            assert_eq!(reply.header("content-crs"), format!("<{uri}>"));
        }
    }
}

/// Every system on offer, held against PROJ through the same program's import.
#[tokio::test]
async fn conf_crs_crs_parameter_transform() {
    let server = planned().await;
    let as_is = ok(&server, &items("reps")).await;
    let about = ok(&server, "/ogc/collections/reps").await;
    for uri in about["crs"].as_array().unwrap() {
        let uri = uri.as_str().unwrap();
        let Some(code) = uri.strip_prefix("http://www.opengis.net/def/crs/EPSG/0/") else {
            continue;
        };
        let crs = rondo::crs::Crs::epsg(code.parse().unwrap());
        let is_swapped = crs.axes().unwrap().order == rondo::crs::AxisOrder::NorthEast;
        let moved = ok(&server, &format!("{}?crs={uri}", items("reps"))).await;
        for (one, other) in features(&as_is).iter().zip(features(&moved)) {
            let at =
                |feature: &Value, i: usize| feature["geometry"]["coordinates"][i].as_f64().unwrap();
            let [mut x, mut y] = [at(other, 0), at(other, 1)];
            if is_swapped {
                std::mem::swap(&mut x, &mut y);
            }
            let back = crs.to_wgs84(x, y).unwrap().unwrap();
            assert!((back.lon - at(one, 0)).abs() < 1e-6, "{uri}");
            assert!((back.lat - at(one, 1)).abs() < 1e-6, "{uri}");
        }
    }
    // Latitude first where the authority says so.
    let swapped = ok(
        &server,
        &(items("reps") + "?crs=http://www.opengis.net/def/crs/EPSG/0/4326"),
    )
    .await;
    let at = |page: &Value, i: usize| features(page)[0]["geometry"]["coordinates"][i].clone();
    assert_eq!(
        (at(&swapped, 0), at(&swapped, 1)),
        (at(&as_is, 1), at(&as_is, 0))
    );
}

async fn assert_refused(name: &str) {
    let server = planned().await;
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

#[tokio::test]
async fn conf_crs_crs_parameter_invalid() {
    assert_refused("crs").await;
}

#[tokio::test]
async fn conf_crs_bbox_crs_parameter_invalid() {
    assert_refused("bbox-crs").await;
}

/// A metre or its like in degrees around the first account, in the system of its coordinates.
fn around(one: &Value) -> String {
    let at = [0, 1].map(|i| one["geometry"]["coordinates"][i].as_f64().unwrap());
    let r = if at[0].abs() < 180.0 { 1e-5 } else { 1.0 };
    format!("{},{},{},{}", at[0] - r, at[1] - r, at[0] + r, at[1] + r)
}

#[tokio::test]
async fn conf_crs_bbox_crs_parameter() {
    let server = planned().await;
    let about = ok(&server, "/ogc/collections/accounts").await;
    for uri in about["crs"].as_array().unwrap() {
        let uri = uri.as_str().unwrap();
        let one = ok(&server, &format!("{}/due?crs={uri}", items("accounts"))).await;
        let ask = format!("{}?bbox={}&bbox-crs={uri}", items("accounts"), around(&one));
        assert_eq!(ids(&ok(&server, &ask).await), ["due", "lost"], "{uri}");
    }
}

#[tokio::test]
async fn conf_crs_bbox_crs_parameter_default() {
    let server = planned().await;
    let one = ok(&server, &(items("accounts") + "/due")).await;
    let ask = format!("{}?bbox={}", items("accounts"), around(&one));
    assert_eq!(ids(&ok(&server, &ask).await), ["due", "lost"]);
    let named = ok(&server, &format!("{ask}&bbox-crs={CRS84}")).await;
    assert_eq!(ids(&named), ["due", "lost"]);
}
