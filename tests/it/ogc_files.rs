//! Collections as files of GIS programs, read back.

use rondo::vector::{Ask, Format, Limits, Table, Value, read};
use serde_json::Value as Json;

use crate::ogc::{LAYERS, planned};

fn table(bytes: &[u8]) -> Table {
    let format = Format::of(bytes).expect("a file of a known format");
    read(bytes, format, &Ask::default()).unwrap()
}

fn ids(table: &Table) -> Vec<String> {
    let at = table.columns.iter().position(|name| name == "id").unwrap();
    let text = |row: &rondo::vector::Row| row.values[at].to_text().into_owned();
    table.rows.iter().map(text).collect()
}

#[tokio::test]
async fn flatgeobuf_has_the_same_features_as_the_other_forms() {
    let server = planned().await;
    for layer in LAYERS {
        let path = format!("/ogc/collections/{layer}/download");
        let lines = server.get(&format!("{path}?f=geojsonseq")).await;
        let lines = lines.text();
        let expected: Vec<Json> = lines
            .lines()
            .map(|line| serde_json::from_str(line.trim_start_matches('\u{1e}')).unwrap())
            .collect();
        let file = server.get(&format!("{path}?f=flatgeobuf")).await;
        assert_eq!(file.status, 200, "{layer}: {}", file.text());
        assert_eq!(file.header("content-type"), "application/flatgeobuf");
        assert!(
            file.header("content-disposition")
                .contains(&format!("{layer}.fgb"))
        );
        let table = table(&file.body);
        assert_eq!(table.rows.len(), expected.len(), "{layer}");
        // The order is that of the index.
        let found = ids(&table);
        for one in expected {
            let id = one["id"].as_str().unwrap();
            let at = found.iter().position(|found| found == id).unwrap();
            let row = &table.rows[at];
            assert_eq!(row.damage, None);
            assert_eq!(
                row.shape.is_some(),
                !one["geometry"].is_null(),
                "{layer} {id}"
            );
            for (name, value) in table.columns.iter().zip(&row.values).skip(1) {
                let want = &one["properties"][name];
                match value {
                    Value::Instant(at) => {
                        let want: chrono::DateTime<chrono::FixedOffset> =
                            want.as_str().unwrap().parse().unwrap();
                        assert_eq!(*at, want, "{layer} {id} {name}");
                    }
                    other => assert_eq!(&other.to_json(), want, "{layer} {id} {name}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn files_are_asked_for_in_part_and_in_other_systems() {
    let server = planned().await;
    let path = "/ogc/collections/accounts/download?f=flatgeobuf";
    let whole = table(&server.get(path).await.body);
    for (system, wgs84) in [
        ("EPSG:4326", true),
        ("EPSG:4258", false),
        ("EPSG:3857", false),
    ] {
        let file = server
            .get(&format!("{path}&properties=name&crs={system}"))
            .await;
        let table = table(&file.body);
        assert_eq!(table.columns, ["id", "name"]);
        let own = table.system.clone().unwrap();
        assert_eq!((own.to_string().as_str(), own.is_wgs84()), (system, wgs84));
        let (found, whole_ids) = (ids(&table), ids(&whole));
        for (id, row) in found.iter().zip(&table.rows) {
            let same = &whole.rows[whole_ids.iter().position(|one| one == id).unwrap()];
            // East stands first, whatever the authority says.
            let (Some(geo::Geometry::Point(a)), Some(geo::Geometry::Point(b))) =
                (&row.shape, &same.shape)
            else {
                assert_eq!(row.shape, same.shape);
                continue;
            };
            let at = own.to_wgs84(a.x(), a.y()).unwrap();
            assert!((at.lon - b.x()).abs() < 1e-8 && (at.lat - b.y()).abs() < 1e-8);
        }
    }
    let first = &ids(&whole)[..1];
    let one = server
        .get(&format!("{path}&filter=id='{}'", first[0]))
        .await;
    assert_eq!(ids(&table(&one.body)), first);
    assert!(whole.rows.len() > 1);
    let none = server.get(&format!("{path}&filter=class='none'")).await;
    assert_eq!(table(&none.body).rows.len(), 0);
}

#[tokio::test]
async fn every_table_of_the_geopackage_is_read_back() {
    let server = planned().await;
    let file = server.get("/ogc/download").await.body;
    for layer in LAYERS {
        let ask = Ask {
            table: Some(layer),
            limits: Limits::default(),
            ..Ask::default()
        };
        let table = read(&file, Format::GeoPackage, &ask).unwrap();
        let lines = server
            .get(&format!("/ogc/collections/{layer}/download?f=geojsonseq"))
            .await;
        let lines = lines.text();
        assert_eq!(table.rows.len(), lines.lines().count(), "{layer}");
        for (row, line) in table.rows.iter().zip(lines.lines()) {
            let one: Json = serde_json::from_str(line.trim_start_matches('\u{1e}')).unwrap();
            assert_eq!(ids(&table)[row.number - 1], one["id"].as_str().unwrap());
            assert_eq!(row.shape.is_some(), !one["geometry"].is_null(), "{layer}");
            assert_eq!(row.damage, None);
        }
    }
    let several = read(&file, Format::GeoPackage, &Ask::default()).unwrap_err();
    assert!(several.to_string().contains("accounts, reps"), "{several}");
}
