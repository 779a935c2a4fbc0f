//! Files to take along.

use serde_json::Value;

use super::{LAYERS, items, planned, walk};

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
