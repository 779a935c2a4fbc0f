//! The account list in files of GIS programs: written, read again and sent over HTTP.

use axum::http::{Method, header};
use rondo::accounts::export::{to_csv_in, to_geojson};
use rondo::accounts::export_files::{to_flatgeobuf, to_geopackage, to_shapefile};
use rondo::accounts::{
    Account, AccountImport, AccountKind, Address, Block, ImportOptions, Location, LocationQuality,
    import_accounts,
};
use rondo::crs::Crs;
use rondo::geometry::LonLat;
use serde_json::Value;

use crate::api::{Server, request};

/// Systems with a place in the middle of where they are used: UTM, national grids, web Mercator, and degrees with
/// latitude first.
const SYSTEMS: [(u32, f64, f64); 11] = [
    (4326, 14.5, 35.9),
    (4258, 14.5, 35.9),
    (32_633, 14.5, 35.9),
    (25_832, 9.2, 48.8),
    (32_756, 151.2, -33.9),
    (27_700, -1.5, 52.5),
    (2154, 2.3, 48.9),
    (31_370, 4.4, 50.8),
    (2056, 8.5, 47.4),
    (3035, 10.0, 52.0),
    (3857, 14.5, 35.9),
];

/// Accounts with everything that an account may have, around a place.
fn accounts(lon: f64, lat: f64) -> Vec<Account> {
    let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let text = |i: usize, what: &str| (!i.is_multiple_of(3)).then(|| format!("{what} {i}"));
    (0..25)
        .map(|i| {
            let day = |d: u64| {
                let first: chrono::NaiveDate = "2026-01-31".parse().unwrap();
                first + chrono::Days::new(d)
            };
            let x = i as f64;
            Account {
                id: format!("ż-{i:02}").as_str().into(),
                name: format!("Ħanut \"{i}\"; Straße, 東京"),
                kind: [
                    AccountKind::Customer,
                    AccountKind::Prospect,
                    AccountKind::Vip,
                ][i % 3],
                location: (i % 6 != 5).then(|| Location {
                    at: LonLat::new(round(lon + x / 7919.0), round(lat - x / 6007.0)),
                    quality: [
                        LocationQuality::Given,
                        LocationQuality::Rooftop,
                        LocationQuality::Street,
                    ][i % 3],
                }),
                address: Address {
                    street: text(i, "Triq ir-Repubblika"),
                    housenumber: text(i + 1, "12a"),
                    postcode: text(i, "0"),
                    city: text(i + 2, "Il-Belt"),
                },
                class: Some(["A", "B", "C"][i % 3].into()),
                value: [0.0, 0.1 + 0.2, 1234.5, 1e9][i % 4],
                cadence_days: (i % 2 == 0).then_some(14),
                visit_min: (i % 3 == 0).then_some(45),
                opening_hours: (i % 4 == 0).then(|| "Mo-Fr 09:00-13:00,16:00-19:00; PH off".into()),
                start_inside_is_enough: i % 2 == 1,
                rep: text(i, "rep").map(|id| id.as_str().into()),
                stage: text(i, "lead"),
                last_visit: (i % 5 == 0).then(|| day(i as u64)),
                active_from: (i % 5 == 1).then(|| day(i as u64)),
                active: i % 7 != 0,
                blocks: (0..i % 3)
                    .map(|n| Block {
                        from: day(n as u64 * 10),
                        to: day(n as u64 * 10 + 3),
                        reason: text(n + 1, "holiday"),
                    })
                    .collect(),
                skills: (0..i % 3).map(|n| format!("skill; {n}")).collect(),
                phone: text(i, "+356 21"),
                email: text(i, "a@example.com"),
                tags: (0..i % 4).map(|n| format!("tag{n}")).collect(),
                // Longer than one column of a Shapefile.
                note: (i % 8 == 2).then(|| "ġ long note. ".repeat(60).trim().to_owned()),
            }
        })
        .collect()
}

fn read(file: &[u8], crs: Option<Crs>) -> AccountImport {
    let options = ImportOptions {
        crs,
        ..ImportOptions::default()
    };
    import_accounts(file, &options).unwrap()
}

#[test]
fn every_format_comes_back_whole_from_every_family_of_systems() {
    for (code, lon, lat) in SYSTEMS {
        let (crs, list) = (Crs::epsg(code), accounts(lon, lat));
        for (format, file, named) in [
            ("csv", to_csv_in(&list, crs), Some(crs)),
            ("geojson", to_geojson(&list, crs), None),
            ("flatgeobuf", to_flatgeobuf(&list, crs), None),
            ("geopackage", to_geopackage(&list, crs), None),
            ("shapefile", to_shapefile(&list, crs), None),
        ] {
            let import = read(&file.unwrap(), named);
            assert_eq!(import.report.read_as.format, format);
            assert_eq!(import.report.read_as.crs, crs.to_string(), "{format}");
            assert_eq!(import.report.problems, [], "{format} {code}");
            for (found, account) in import.rows.iter().zip(&list) {
                let mut found = found.clone();
                if let (Some(found), Some(place)) = (&mut found.location, &account.location) {
                    // Shifts of a datum are inverted to about a millimetre.
                    let off = (found.at.lon - place.at.lon).hypot(found.at.lat - place.at.lat);
                    assert!(off < 2e-8, "{format} {code}: {off} degrees off");
                    found.at = place.at;
                }
                assert_eq!(&found, account, "{format} {code}");
            }
            assert_eq!(import.rows.len(), list.len());
        }
    }
}

#[test]
fn a_system_named_by_the_caller_goes_before_that_of_the_file() {
    let list = accounts(2.3, 48.9);
    let file = to_geopackage(&list, Crs::epsg(2154)).unwrap();
    let import = read(&file, Some(Crs::epsg(27_572)));
    assert_eq!(import.report.read_as.crs, "EPSG:27572");
    assert_ne!(
        import.rows.first().map(|a| a.location),
        list.first().map(|a| a.location)
    );
}

#[test]
fn an_unknown_system_is_refused() {
    let list = accounts(14.5, 35.9);
    let error = to_shapefile(&list, Crs::epsg(3857))
        .err()
        .map(|e| e.to_string());
    // Web Mercator reaches there; a grid of one country does not, or says so.
    assert_eq!(error, None);
    let unknown = to_shapefile(&list, Crs::epsg(999_999)).unwrap_err();
    assert!(unknown.to_string().contains("EPSG:999999 is not known"));
}

async fn send(server: &Server, query: &str, media: &str, body: Vec<u8>) -> crate::api::Reply {
    let ask = request(Method::POST, &format!("/api/v1/accounts/import{query}"))
        .header(header::CONTENT_TYPE, media);
    server.send(ask.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn files_are_taken_over_http_with_the_same_report() {
    let server = Server::new();
    let list = accounts(14.5, 35.9);
    let crs = Crs::epsg(32_633);
    let files = [
        ("application/flatgeobuf", to_flatgeobuf(&list, crs)),
        ("application/geopackage+sqlite3", to_geopackage(&list, crs)),
        ("application/zip", to_shapefile(&list, crs)),
        ("application/octet-stream", to_shapefile(&list, crs)),
    ];
    for (at, (media, file)) in files.into_iter().enumerate() {
        let file = file.unwrap();
        let reply = send(&server, "", media, file.clone()).await;
        assert_eq!(reply.status, 200, "{media}: {}", reply.text());
        let report = reply.json();
        assert_eq!(report["read_as"]["crs"], "EPSG:32633");
        assert_eq!(report["received"], list.len());
        // The first file is new, the same in another format changes nothing.
        let new = if at == 0 { list.len() } else { 0 };
        assert_eq!(report["stored"]["new"], new, "{media}");
        assert_eq!(report["stored"]["updated"], 0, "{media}");
        let other = send(&server, "?format=csv", media, file.clone()).await;
        assert_eq!(other.problem(), "unreadable-body");
        // Cut off anywhere, it is refused in words.
        for part in [9, 200, file.len() / 2, file.len() - 40] {
            let reply = send(&server, "", media, file[..part].to_vec()).await;
            assert!(
                [200, 400, 415, 422].contains(&reply.status.as_u16()),
                "{}",
                reply.text()
            );
            assert!(reply.status != 200 || reply.json()["rejected"] != Value::Null);
        }
    }
}

#[tokio::test]
async fn bad_rows_of_a_file_are_told_and_the_good_ones_go_in() {
    use rondo::vector::{About, Column, ColumnKind, flatgeobuf};
    let columns = ["id", "name", "class", "value"].map(|name| Column {
        name,
        kind: ColumnKind::Text,
        title: "",
    });
    let about = About {
        name: "mixed",
        title: "",
        description: "",
        geometry: Some(rondo::vector::GeometryKind::Point),
        crs: Crs::WGS84,
        columns: &columns,
    };
    let mut writer = flatgeobuf::Writer::new(&about, false).unwrap();
    let point: geo::Geometry<f64> = geo::Point::new(14.5, 35.9).into();
    for cells in [
        ["a", "Good", "A", "1"],
        ["", "No id", "A", "1"],
        ["c", "Bad value", "Z", "much"],
        ["a", "Twice", "A", "1"],
    ] {
        let values = cells.map(|text| rondo::vector::Value::from(text.to_owned()));
        writer.push(Some(&point), values.iter()).unwrap();
    }
    let mut file = Vec::new();
    writer.finish(&mut file).unwrap();
    let reply = send(&Server::new(), "", "application/flatgeobuf", file).await;
    let report = reply.json();
    assert_eq!(
        (&report["received"], &report["rejected"]),
        (&4.into(), &2.into())
    );
    let codes: Vec<(u64, &str)> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["row"].as_u64().unwrap(), one["code"].as_str().unwrap()))
        .collect();
    for expected in [
        (2, "missing_id"),
        (3, "unknown_class"),
        (3, "not_a_number"),
        (4, "duplicate_id"),
    ] {
        assert!(codes.contains(&expected), "{codes:?}");
    }
}

/// One feature a line, with the separators of RFC 8142 and without.
#[test]
fn sequences_of_features_are_read_line_by_line() {
    let list = accounts(14.5, 35.9);
    let whole: Value = serde_json::from_slice(&to_geojson(&list, Crs::WGS84).unwrap()).unwrap();
    let lines: Vec<String> = whole["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    for (text, rows) in [
        (lines.join("\n"), &list[..]),
        (lines.join("\r\n") + "\r\n", &list[..]),
        (
            lines.iter().map(|line| format!("\u{1e}{line}\n")).collect(),
            &list[..],
        ),
        (format!("\u{1e}{}\n", lines[0]), &list[..1]),
    ] {
        let import = read(text.as_bytes(), None);
        assert_eq!(import.report.read_as.format, "geojsonseq");
        assert_eq!(import.report.problems, []);
        assert_eq!(import.rows, rows);
    }
    // A line that is broken does not hide the others.
    let broken = format!("{}\n{{\"type\": \n{}\n", lines[0], lines[1]);
    let import = read(broken.as_bytes(), None);
    assert_eq!(import.rows, list[..2]);
    let told: Vec<_> = import
        .report
        .problems
        .iter()
        .map(|p| (p.row, p.code))
        .collect();
    assert_eq!(told, [(2, rondo::accounts::ProblemCode::DamagedRow)]);

    let area = |id: &str, x: f64| {
        let ring = [[x, 35.0], [x + 0.1, 35.0], [x + 0.1, 35.1], [x, 35.0]];
        serde_json::json!({"type": "Feature", "id": id, "properties": {"name": id},
            "geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    for separator in ["", "\u{1e}"] {
        let text = format!(
            "{separator}{}\n{separator}{}\n",
            area("a", 14.0),
            area("b", 15.0)
        );
        let options = ImportOptions::default();
        let import = rondo::accounts::areas::import_areas(text.as_bytes(), &options).unwrap();
        assert_eq!(import.report.problems, []);
        assert_eq!(import.report.read_as.format, "geojsonseq");
        let found: Vec<&str> = import.rows.iter().map(|area| area.id.as_str()).collect();
        assert_eq!(found, ["a", "b"]);
    }
}
