use geo::{Area as _, CoordsIter as _, GeodesicArea as _};
use serde_json::json;

use super::export::{to_csv, to_flatgeobuf, to_geojson, to_geopackage, to_shapefile};
use super::*;
use crate::accounts::{ImportOptions, ProblemCode, Severity};
use crate::crs::Crs;

fn import(bytes: &[u8], crs: Option<Crs>) -> AreaImport {
    let options = ImportOptions {
        crs,
        reps: Some(["r1".into()].into()),
        ..ImportOptions::default()
    };
    import_areas(bytes, &options).unwrap()
}

/// Two territories on Malta, one of two parts with a hole.
fn drawn() -> Vec<Area> {
    let file = json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "north", "properties": {"name": "Tramuntana", "kind": "territory", "rep": "r1"},
         "geometry": {"type": "MultiPolygon", "coordinates": [
            [[[14.40, 35.90], [14.44, 35.90], [14.44, 35.94], [14.40, 35.94], [14.40, 35.90]],
             [[14.41, 35.91], [14.41, 35.92], [14.42, 35.92], [14.41, 35.91]]],
            [[[14.45, 35.95], [14.46, 35.95], [14.45, 35.96], [14.45, 35.95]]]]}},
        // Clockwise and without its last position: read all the same.
        {"type": "Feature", "id": 7, "properties": {},
         "geometry": {"type": "Polygon", "coordinates": [[[14.5, 35.8, 12.0], [14.5, 35.85], [14.55, 35.85]]]}},
    ]});
    let import = import(file.to_string().as_bytes(), None);
    assert_eq!(import.report.problems, []);
    import.rows
}

#[test]
fn a_file_becomes_areas() {
    let areas = drawn();
    let [north, seven] = areas.as_slice() else {
        panic!("{areas:?}")
    };
    assert_eq!(
        (north.id.as_str(), north.name.as_str()),
        ("north", "Tramuntana")
    );
    assert_eq!(north.kind.as_deref(), Some("territory"));
    assert_eq!(north.rep, Some("r1".into()));
    assert_eq!(
        (north.shape.0.len(), north.shape.0[0].interiors().len()),
        (2, 1)
    );
    assert_eq!(
        (seven.id.as_str(), seven.name.as_str(), &seven.rep),
        ("7", "7", &None)
    );
    for area in &areas {
        // Outer rings against the clock, closed.
        assert!(area.shape.signed_area() > 0.0);
        assert!(area.shape.iter().all(|one| one.exterior().is_closed()));
    }
}

#[test]
fn export_and_import_lose_nothing_in_any_system_and_format() {
    let areas = drawn();
    // Degrees, web Mercator, UTM, LAEA with northing first, a national grid far from home, latitude first.
    for code in [4326, 3857, 32_633, 3035, 3004, 4258, 27_572] {
        let crs = Crs::epsg(code);
        let files = [
            ("geojson", to_geojson(&areas, crs).unwrap()),
            ("csv", to_csv(&areas, crs).unwrap()),
            ("flatgeobuf", to_flatgeobuf(&areas, crs).unwrap()),
            ("geopackage", to_geopackage(&areas, crs).unwrap()),
            ("shapefile", to_shapefile(&areas, crs).unwrap()),
        ];
        for (format, bytes) in files {
            // Only CSV does not say its system.
            let again = import(&bytes, (format == "csv").then_some(crs));
            assert_eq!(again.report.read_as.format, format);
            assert_eq!(again.report.problems, [], "{format} {code}");
            assert_eq!(again.rows.len(), areas.len());
            for (a, b) in areas.iter().zip(&again.rows) {
                assert_eq!(
                    (&a.id, &a.name, &a.kind, &a.rep),
                    (&b.id, &b.name, &b.kind, &b.rep)
                );
                // Inverting the datum shift of the old French grid loses more than a centimetre.
                if code != 27_572 {
                    assert_eq!(a.shape, b.shape, "{format} {code}");
                }
                assert_eq!(a.shape.coords_count(), b.shape.coords_count());
                for (p, q) in a.shape.coords_iter().zip(b.shape.coords_iter()) {
                    let off = (p.x - q.x).abs().max((p.y - q.y).abs());
                    // A millimetre is 9e-9 degrees; inverting the datum shift of the old French grid loses more.
                    assert!(
                        off < if code == 27_572 { 1e-6 } else { 9e-9 },
                        "{format} {code}: {off}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_bad_row_is_told_with_field_and_cure_and_the_good_ones_are_kept() {
    let ring =
        |positions: serde_json::Value| json!({"type": "Polygon", "coordinates": [positions]});
    let good = ring(json!([[14, 35], [15, 35], [15, 36], [14, 35]]));
    let row = |id: serde_json::Value, rep: Option<&str>, geometry: &serde_json::Value| json!({"type": "Feature", "properties": {"id": id, "rep": rep}, "geometry": geometry});
    let bow = ring(json!([[14, 35], [15, 36], [15, 35.2], [14, 36], [14, 35]]));
    let line = json!({"type": "LineString", "coordinates": [[14, 35], [15, 35]]});
    let broken = ring(json!([[14, 35], [15, "x"], [15, 36], [14, 35]]));
    let short = ring(json!([[14, 35], [15, 35], [14, 35]]));
    let far = ring(json!([[140, 95], [15, 35], [15, 36], [140, 95]]));
    let many: Vec<[f64; 2]> = (0..100_001)
        .map(|i| [14.0 + f64::from(i) * 1e-6, f64::from(i % 2)])
        .collect();
    let features = [
        row(json!("a"), Some("r1"), &good),
        row(json!("b"), None, &bow),
        row(json!("c"), None, &line),
        row(json!("d"), None, &json!(null)),
        row(json!("e"), None, &broken),
        row(json!("f"), None, &short),
        row(json!("g"), None, &far),
        row(json!(null), None, &good),
        row(json!("a"), None, &good),
        row(json!("h"), Some("nobody"), &good),
        row(json!("i"), None, &ring(json!(many))),
        row(
            json!("j"),
            None,
            &json!({"type": "MultiPolygon", "coordinates": []}),
        ),
        row(json!("x".repeat(30_000)), None, &good),
    ];
    let file = json!({"type": "FeatureCollection", "features": features});
    let import = import(file.to_string().as_bytes(), None);
    let told: Vec<_> = import
        .report
        .problems
        .iter()
        .map(|p| (p.row, p.field.as_str(), p.code))
        .collect();
    let expected = [
        (2, "geometry", ProblemCode::GeometryInvalid),
        (3, "geometry", ProblemCode::GeometryNotAnArea),
        (4, "geometry", ProblemCode::GeometryNotAnArea),
        (5, "geometry", ProblemCode::GeometryNotAnArea),
        (6, "geometry", ProblemCode::GeometryInvalid),
        (7, "geometry", ProblemCode::CoordinatesOutOfRange),
        (8, "id", ProblemCode::MissingId),
        (9, "id", ProblemCode::DuplicateId),
        (10, "rep", ProblemCode::UnknownRep),
        (11, "geometry", ProblemCode::TooLarge),
        (12, "geometry", ProblemCode::GeometryNotAnArea),
        (13, "geometry", ProblemCode::RowTooLong),
    ];
    assert_eq!(told, expected);
    assert!(import.report.problems.iter().all(|p| !p.cure.is_empty()));
    let warned = |p: &&crate::accounts::RowProblem| p.severity == Severity::Warning;
    assert_eq!(import.report.problems.iter().filter(warned).count(), 1);
    let ids: Vec<&str> = import.rows.iter().map(|area| area.id.as_str()).collect();
    assert_eq!(ids, ["a", "h"]);
    assert_eq!((import.report.rows, import.report.rejected), (13, 11));
}

#[test]
fn territories_come_from_a_sheet_with_wkt() {
    let file = "ID;Name;the_geom\n\
        a;Noord;POLYGON((14 35, 15 35, 15 36, 14 35))\n\
        b;Zuid;MULTIPOLYGON Z(((14 35 1, 15 35 1, 15 36 1, 14 35 1)))\n\
        c;;POINT(14 35)\n\
        d;;POLYGON((14 35, 15\n\
        e;;\n\
        f;;GEOMETRYCOLLECTION(POLYGON((14 35, 15 35, 15 36, 14 35)))\n\
        g;Leeg;POLYGON EMPTY\n";
    let import = import(file.as_bytes(), None);
    let named: Vec<_> = import
        .rows
        .iter()
        .map(|area| (&*area.id, &*area.name))
        .collect();
    assert_eq!(named, [("a", "Noord"), ("b", "Zuid")]);
    assert_eq!(import.rows[0].shape, import.rows[1].shape);
    let told = import
        .report
        .problems
        .iter()
        .map(|p| (p.row, p.field.as_str()));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [4, 5, 6, 7, 8].map(|row| (row, "geometry"))
    );
    // However deep a text nests, it is refused in its row.
    let deep = format!("id,wkt\na,{}\n", "GEOMETRYCOLLECTION(".repeat(100_000));
    assert_eq!(
        super::import_areas(deep.as_bytes(), &ImportOptions::default())
            .unwrap()
            .rows,
        []
    );
}

#[test]
fn what_is_no_file_of_areas_is_refused() {
    for bytes in [
        &b""[..],
        b"id,name\n1,x\n",
        b"{}",
        b"[]",
        b"{\"type\":",
        b"SQLite format 3\0",
        b"PK\x03\x04",
    ] {
        assert!(
            import_areas(bytes, &ImportOptions::default()).is_err(),
            "{bytes:?}"
        );
    }
}

#[test]
fn cut_off_files_are_refused_or_reported_and_never_half_believed() {
    let areas = drawn();
    for whole in [
        to_geojson(&areas, Crs::WGS84).unwrap(),
        to_flatgeobuf(&areas, Crs::WGS84).unwrap(),
    ] {
        for length in (0..whole.len()).step_by(7) {
            if let Ok(import) = import_areas(&whole[..length], &ImportOptions::default()) {
                for area in &import.rows {
                    assert!(areas.contains(area), "{area:?}");
                    assert!(area.shape.geodesic_area_unsigned() > 0.0);
                }
            }
        }
    }
}
