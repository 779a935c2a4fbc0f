//! Files to take along.

use axum::body::Body;
use axum::http::Method;
use serde_json::Value;

use super::{LAYERS, items, planned, walk};
use crate::api::{Reply, Server, request};

async fn get_with(server: &Server, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut ask = request(Method::GET, path);
    for (name, value) in headers {
        ask = ask.header(*name, *value);
    }
    server.send(ask.body(Body::empty()).unwrap()).await
}

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
    for bad in [
        "f=shp",
        "limit=0",
        "sortby=name",
        "sortby=name&limit=100001",
        "sortby=name&limit=5&f=flatgeobuf",
        "cursor=x",
    ] {
        let reply = server
            .get(&format!("/ogc/collections/accounts/download?{bad}"))
            .await;
        assert_eq!(reply.problem(), "invalid-parameters", "{bad}");
    }
}

#[tokio::test]
async fn downloads_end_at_a_limit_and_follow_an_order() {
    let server = planned().await;
    for layer in LAYERS {
        let field = rondo::ogc::Layer::from_id(layer).unwrap().fields()[0].name;
        let expected = walk(&server, &format!("{}?sortby=-{field}", items(layer))).await;
        let path = format!("/ogc/collections/{layer}/download?limit=2&f=csv");
        for (order, wanted) in [
            (String::new(), walk(&server, &items(layer)).await),
            (format!("&sortby=-{field}"), expected),
        ] {
            let table = server.get(&format!("{path}{order}")).await;
            let mut rows = csv::Reader::from_reader(&table.body[..]);
            let found: Vec<String> = rows
                .records()
                .map(|row| row.unwrap()[0].to_owned())
                .collect();
            assert_eq!(found, wanted[..wanted.len().min(2)], "{layer} {order}");
        }
    }
}

#[tokio::test]
async fn files_are_chosen_by_header_and_not_sent_again() {
    let server = planned().await;
    let path = "/ogc/collections/accounts/download";
    for (accept, media) in [
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/flatgeobuf", "application/flatgeobuf"),
        ("*/*", "application/geo+json-seq"),
    ] {
        let reply = get_with(&server, path, &[("accept", accept)]).await;
        assert_eq!(reply.header("content-type"), media);
        assert_eq!(reply.header("vary"), "accept");
        let tag = reply.header("etag").to_owned();
        let held = [("accept", accept), ("if-none-match", &tag)];
        let again = get_with(&server, path, &held).await;
        assert_eq!(again.status, 304, "{accept}");
        assert!(again.body.is_empty());
        // Another form is another file.
        let other = [("accept", "application/geopackage+sqlite3"), held[1]];
        assert_eq!(get_with(&server, path, &other).await.status, 200);
    }
    let png = [("accept", "image/png")];
    let chosen = get_with(&server, &format!("{path}?f=csv"), &png).await;
    assert_eq!(chosen.status, 200);
    for path in [path, "/ogc/download"] {
        let refused = get_with(&server, path, &png).await;
        assert_eq!(refused.problem(), "not-acceptable", "{path}");
        assert!(refused.text().contains("application/geopackage+sqlite3"));
    }
    let whole = server.get("/ogc/download").await;
    let held = [("if-none-match", whole.header("etag"))];
    assert_eq!(get_with(&server, "/ogc/download", &held).await.status, 304);
    // What changes the book changes the file.
    let visit = serde_json::json!({"type": "Feature", "geometry": null, "properties": {
        "account": "due", "rep": "r1", "day": "2026-11-23", "status": "done"}});
    let made = server.post("/ogc/collections/visits/items", &visit).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(get_with(&server, "/ogc/download", &held).await.status, 200);
}

/// In a system whose authority puts north first, files put east first, and say so where they can.
#[tokio::test]
async fn files_have_east_first_in_every_system() {
    let server = planned().await;
    let first = |text: &str| -> (String, [f64; 2]) {
        let mut lines = text.lines();
        let names: String = lines.next().unwrap().to_owned();
        let row: Vec<&str> = lines.next().unwrap().split(',').collect();
        (names, [1, 2].map(|at| row[at].parse().unwrap()))
    };
    let path = "/ogc/collections/snaps/download?properties=name&f=csv";
    let degrees = server.get(path).await.text().to_owned();
    let (names, [lon, lat]) = first(&degrees);
    assert_eq!(names, "id,lon,lat,name");
    let turned = server.get(&format!("{path}&crs=EPSG:4326")).await;
    assert_eq!(
        turned.header("content-crs"),
        "<http://www.opengis.net/def/crs/EPSG/0/4326>"
    );
    assert_eq!(turned.text(), degrees);
    let (names, [x, y]) = first(server.get(&format!("{path}&crs=EPSG:3035")).await.text());
    assert_eq!(names, "id,x,y,name");
    let grid = rondo::crs::Crs::epsg(3035);
    let back = grid.to_wgs84(x, y).unwrap().unwrap();
    assert!((back.lon - lon).abs() < 1e-6 && (back.lat - lat).abs() < 1e-6);
    // Well-known text likewise; GeoJSON is in the order of the authority, as on pages.
    let path = "/ogc/collections/roads/download?limit=1";
    let east = server.get(&format!("{path}&f=csv")).await.text().to_owned();
    let north = server.get(&format!("{path}&f=csv&crs=EPSG:4326")).await;
    assert_eq!(north.text(), east);
    let start = |text: &str| -> Value {
        let feature: Value = serde_json::from_str(text.trim_start_matches('\u{1e}')).unwrap();
        feature["geometry"]["coordinates"][0].clone()
    };
    let plain = start(server.get(path).await.text());
    let turned = start(server.get(&format!("{path}&crs=EPSG:4326")).await.text());
    assert_eq!([&plain[0], &plain[1]], [&turned[1], &turned[0]]);
    assert!(east.contains(&format!("LINESTRING ({} {},", plain[0], plain[1])));
}

#[tokio::test]
async fn geopackages_take_a_system_and_properties() {
    let server = planned().await;
    let open = |body: &[u8]| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), body).unwrap();
        let db = rusqlite::Connection::open(file.path()).unwrap();
        (file, db)
    };
    let reply = server.get("/ogc/download?crs=EPSG:3035").await;
    assert!(reply.header("content-crs").ends_with("/3035>"));
    let (_file, db) = open(&reply.body);
    let systems = "SELECT DISTINCT srs_id FROM gpkg_geometry_columns";
    assert_eq!(
        db.query_row(systems, [], |row| row.get::<_, i32>(0))
            .unwrap(),
        3035
    );
    let (x, y): (f64, f64) = db
        .query_row(
            "SELECT min_x, min_y FROM gpkg_contents WHERE table_name = 'roads'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    let corner = rondo::crs::Crs::epsg(3035).to_wgs84(x, y).unwrap().unwrap();
    let roads = server.get("/ogc/collections/roads?f=json").await.json();
    let bbox = &roads["extent"]["spatial"]["bbox"][0];
    assert!((corner.lon - bbox[0].as_f64().unwrap()).abs() < 0.05);
    assert!((corner.lat - bbox[1].as_f64().unwrap()).abs() < 0.05);
    let path = "/ogc/collections/accounts/download?f=gpkg&properties=name,class";
    let (_file, db) = open(&server.get(path).await.body);
    let columns: Vec<String> = db
        .prepare("SELECT * FROM accounts")
        .unwrap()
        .column_names()
        .map(str::to_owned)
        .collect();
    assert_eq!(columns, ["fid", "geom", "id", "name", "class"]);
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
