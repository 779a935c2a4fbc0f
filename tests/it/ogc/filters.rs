//! Part 3 and CQL2.

use super::{LAYERS, features, ids, items, links, ok, planned};

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

/// As GDAL writes conditions when it finds the name that a draft gave to CQL2 text.
#[tokio::test]
async fn conditions_of_gdal_are_read() {
    let server = planned().await;
    let api = ok(&server, "/ogc/api").await;
    let names = &api["components"]["parameters"]["filter-lang"]["schema"]["enum"];
    assert!(names.as_array().unwrap().contains(&"cql-text".into()));
    for (filter, expected) in [
        (
            "last_done > '2026-10-20T00:00:00Z'",
            vec!["due", "fresh", "island", "unassigned"],
        ),
        (
            "(last_done >= '2026-11-01T') AND (last_done <= '2026-11-15T')",
            vec!["due"],
        ),
        ("as_of > '2100-01-01T00:00:00Z'", vec![]),
        ("(active = 1) AND (name ILIKE '%FRESH')", vec!["fresh"]),
        ("active = 0", vec![]),
    ] {
        let path = filtered("accounts", filter) + "&filter-lang=cql-text";
        assert_eq!(ids(&ok(&server, &path).await), expected, "{filter}");
    }
}

/// Outlines and lists of ids are long, and have no other way in than the address.
#[tokio::test]
async fn long_filters_are_read_and_longer_ones_are_refused_with_the_limit() {
    let server = planned().await;
    let path = |letters: usize| {
        let begin = items("accounts") + "?limit=1&filter=id%20IN%20('due','overdue','";
        let filler = letters - begin.len() - 2;
        format!("{begin}{}')", "x".repeat(filler))
    };
    let page = ok(&server, &path(60_000)).await;
    assert_eq!(features(&page).len(), 1);
    // The next page is longer than that by its cursor, and is read when it is a little shorter.
    let page = ok(&server, &path(59_900)).await;
    let next = links(&page, "next");
    assert_eq!(ids(&ok(&server, &next[0]).await).len(), 1);
    let reply = server.get(&path(60_001)).await;
    assert_eq!(reply.problem(), "address-too-long");
    assert!(reply.text().contains("60000 bytes"), "{}", reply.text());
}
