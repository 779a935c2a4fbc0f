//! Pages while the book changes, and what every link to the next page keeps.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::json;

use super::{features, ids, items, links, ok, planned};
use crate::api::{Server, request};

async fn put(server: &Server, id: &str, name: &str) {
    let path = format!("{}/{id}", items("accounts"));
    let body = json!({"type": "Feature", "geometry": null, "properties": {"name": name}});
    let ask = request(Method::PUT, &path).header(header::CONTENT_TYPE, "application/geo+json");
    let reply = server
        .send(ask.body(Body::from(body.to_string())).unwrap())
        .await;
    assert!(reply.status.is_success(), "{}", reply.text());
}

async fn delete(server: &Server, id: &str) {
    let path = format!("{}/{id}", items("accounts"));
    let reply = server
        .send(request(Method::DELETE, &path).body(Body::empty()).unwrap())
        .await;
    assert!(reply.status.is_success(), "{}", reply.text());
}

#[tokio::test]
async fn nothing_is_skipped_or_repeated_while_the_book_changes() {
    for sort in ["", "&sortby=name", "&sortby=-name", "&sortby=-value,name"] {
        let server = planned().await;
        for i in 0..20 {
            put(&server, &format!("x{i:02}"), &format!("Name {i:02}")).await;
        }
        // Every third one comes and goes while one walks: before, on and after the page.
        let mut restless: BTreeMap<String, bool> = (0..20)
            .step_by(3)
            .map(|i| (format!("x{i:02}"), true))
            .collect();
        let still: Vec<String> = ids(&ok(&server, &(items("accounts") + "?limit=1000")).await)
            .into_iter()
            .filter(|id| !restless.contains_key(id))
            .collect();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut next = Some(format!("{}?limit=3{sort}", items("accounts")));
        let mut round = 0;
        while let Some(path) = next {
            let page = ok(&server, &path).await;
            assert_eq!(page["numberReturned"], features(&page).len());
            for id in ids(&page) {
                *seen.entry(id).or_default() += 1;
            }
            next = links(&page, "next").pop();
            for (i, (id, is_there)) in restless.iter_mut().enumerate() {
                if (round + i) % 3 == 0 {
                    if *is_there {
                        delete(&server, id).await;
                    } else {
                        put(&server, id, &format!("Name {}", &id[1..])).await;
                    }
                    *is_there = !*is_there;
                }
            }
            // Others come, too: some before the page, some after it.
            for id in ["a", "w", "z"].iter().filter(|_| round < 5) {
                put(&server, &format!("{id}{round:03}"), &format!("{id}{round}")).await;
            }
            round += 1;
        }
        for id in still {
            assert_eq!(seen.remove(&id), Some(1), "{id} with {sort}");
        }
        assert!(
            seen.values().all(|times| *times == 1),
            "{seen:?} with {sort}"
        );
    }
}

/// What moves in the order of the pages is the one exception that is told; it costs no other feature its place.
#[tokio::test]
async fn a_feature_that_moves_in_the_order_moves_no_other() {
    let server = planned().await;
    for i in 0..20 {
        put(&server, &format!("x{i:02}"), &format!("Name {i:02}")).await;
    }
    let all = ids(&ok(&server, &(items("accounts") + "?limit=1000")).await);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut next = Some(format!("{}?limit=3&sortby=name", items("accounts")));
    let mut round = 0;
    while let Some(path) = next {
        let page = ok(&server, &path).await;
        for id in ids(&page) {
            *seen.entry(id).or_default() += 1;
        }
        next = links(&page, "next").pop();
        match round {
            2 => put(&server, "x00", "Zz").await,
            3 => put(&server, "x19", "Aa").await,
            _ => {}
        }
        round += 1;
    }
    assert_eq!((seen.remove("x00"), seen.remove("x19")), (Some(2), None));
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
    assert_eq!(seen.len(), all.len() - 2);
}

#[tokio::test]
async fn links_to_the_next_page_keep_every_parameter() {
    let server = planned().await;
    let asked = [
        ("bbox", "14,35,15,36.5"),
        ("bbox-crs", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"),
        ("crs", "http://www.opengis.net/def/crs/EPSG/0/3857"),
        ("datetime", "2000-01-01/.."),
        ("filter", "value%3E0"),
        ("filter-lang", "cql2-text"),
        ("sortby", "-name"),
        ("properties", "name,class"),
        ("active", "true"),
        ("limit", "1"),
        ("f", "json"),
    ];
    let query: Vec<String> = asked
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let first = format!("{}?{}", items("accounts"), query.join("&"));
    let mut next = Some(first);
    let mut pages = 0;
    while let Some(path) = next {
        let page = ok(&server, &path).await;
        assert_eq!(features(&page).len(), 1);
        let kept: Vec<String> = features(&page)[0]["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        assert_eq!(kept, ["class", "name"]);
        next = links(&page, "next").pop();
        if let Some(next) = &next {
            for part in &query {
                assert!(next.contains(part.as_str()), "{part} in {next}");
            }
            assert_eq!(next.matches("cursor=").count(), 1);
        }
        pages += 1;
    }
    assert_eq!(pages, 6);
}

#[tokio::test]
async fn answers_are_compressed_as_the_client_wishes() {
    let server = planned().await;
    for path in [
        items("roads"),
        "/ogc/api".to_owned(),
        "/ogc/collections".to_owned(),
        "/ogc/collections/accounts/tiles/WebMercatorQuad/0/0/0".to_owned(),
        "/ogc/collections/accounts/download?f=csv".to_owned(),
    ] {
        let plain = server.get(&path).await;
        for coding in ["gzip", "br"] {
            let ask = request(Method::GET, &path).header(header::ACCEPT_ENCODING, coding);
            let reply = server.send(ask.body(Body::empty()).unwrap()).await;
            assert_eq!(reply.header("content-encoding"), coding, "{path}");
            assert!(reply.body.len() < plain.body.len(), "{path}");
        }
    }
}
