//! Files of all formats: what is written is read, and no damage does more than to be told.

use geo::{Geometry, Point, polygon};

use super::*;
use crate::crs::Crs;

const COLUMNS: [Column<'static>; 6] = [
    column("name", ColumnKind::Text),
    column("flag", ColumnKind::Bool),
    column("count", ColumnKind::Int),
    column("share", ColumnKind::Real),
    column("day", ColumnKind::Date),
    column("at", ColumnKind::Instant),
];

const fn column(name: &'static str, kind: ColumnKind) -> Column<'static> {
    Column {
        name,
        kind,
        title: "",
    }
}

fn about(geometry: Option<GeometryKind>, crs: Crs) -> About<'static> {
    About {
        name: "places",
        title: "Places",
        description: "Places for tests",
        geometry,
        crs,
        columns: &COLUMNS,
    }
}

/// Thirty rows, some with nothing in them.
fn rows() -> Vec<(Option<Geometry<f64>>, Vec<Value>)> {
    (0..30)
        .map(|i| {
            let x = f64::from(i);
            let shape = (i % 7 != 3).then(|| Point::new(14.0 + x / 97.0, 35.0 + x / 31.0).into());
            let values = vec![
                format!("Ħaż-Żebbuġ {i}; \"{i}\"").into(),
                (i % 2 == 0).into(),
                (i64::from(i) - 15).into(),
                (x / 7.0).into(),
                Value::Date("2026-11-28".parse().unwrap()),
                Value::Instant("2026-11-28T01:00:00Z".parse().unwrap()),
            ];
            let empty = vec![Value::Null; COLUMNS.len()];
            (shape, if i % 5 == 4 { empty } else { values })
        })
        .collect()
}

fn flatgeobuf(index: bool) -> Vec<u8> {
    let about = about(Some(GeometryKind::Point), Crs::epsg(3857));
    let mut writer = flatgeobuf::Writer::new(&about, index).unwrap();
    for (shape, values) in rows() {
        let place = Geometry::from(Point::new(0.5, 0.5));
        let shape = shape.as_ref().or(index.then_some(&place));
        writer.push(shape, values.iter()).unwrap();
    }
    let mut out = Vec::new();
    writer.finish(&mut out).unwrap();
    out
}

fn geopackage(geometry: Option<GeometryKind>) -> Vec<u8> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut writer = geopackage::Writer::create(file.path(), None).unwrap();
    let about = about(geometry, Crs::epsg(27_700));
    writer
        .table(&about, |table| {
            for (shape, values) in rows() {
                table.push(shape.as_ref(), values.iter())?;
            }
            Ok::<_, rusqlite::Error>(())
        })
        .unwrap();
    writer.finish().unwrap();
    std::fs::read(file.path()).unwrap()
}

fn table(bytes: &[u8]) -> Result<Table, ReadError> {
    match Format::of(bytes) {
        Some(format) => read(bytes, format, &Ask::default()),
        None => Err(ReadError::Damaged {
            format: "file",
            detail: "of no format".into(),
        }),
    }
}

#[test]
fn flatgeobuf_is_read_as_it_was_written() {
    let table = table(&flatgeobuf(false)).unwrap();
    assert_eq!(table.system.unwrap().to_string(), "EPSG:3857");
    assert_eq!(table.columns, COLUMNS.map(|column| column.name));
    let found: Vec<_> = table
        .rows
        .into_iter()
        .map(|row| (row.shape, row.values))
        .collect();
    assert_eq!(found, rows());
}

#[test]
fn an_index_changes_the_order_alone() {
    let table = table(&flatgeobuf(true)).unwrap();
    let mut names: Vec<_> = table
        .rows
        .iter()
        .map(|row| row.values[0].to_text())
        .collect();
    let mut expected: Vec<_> = rows()
        .iter()
        .map(|row| row.1[0].to_text().into_owned())
        .collect();
    names.sort();
    expected.sort();
    assert_eq!(names, expected);
    let about = about(Some(GeometryKind::Point), Crs::WGS84);
    let mut writer = flatgeobuf::Writer::new(&about, true).unwrap();
    let refused = writer.push(None, [].iter());
    assert!(matches!(refused, Err(flatgeobuf::WriteError::NoShape)));
}

#[test]
fn a_geopackage_is_read_as_it_was_written() {
    let table = table(&geopackage(Some(GeometryKind::Point))).unwrap();
    assert_eq!(table.system.unwrap().to_string(), "EPSG:27700");
    assert_eq!(table.columns[0], "fid");
    for (row, (shape, values)) in table.rows.iter().zip(rows()) {
        assert_eq!(row.shape, shape);
        for (found, value) in row.values[1..].iter().zip(values) {
            match value {
                // The format has days and instants as text.
                Value::Date(_) => assert_eq!(found.to_text(), "2026-11-28"),
                Value::Instant(_) => assert_eq!(found.to_text(), "2026-11-28T01:00:00.000Z"),
                other => assert_eq!(*found, other),
            }
        }
    }
    let plain = self::table(&geopackage(None)).unwrap();
    assert!(!plain.spatial && plain.system.is_none() && plain.rows.len() == 30);
}

#[test]
fn polygons_keep_their_holes() {
    let square: Geometry<f64> = polygon![
        exterior: [(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0), (x: 0.0, y: 4.0)],
        interiors: [[(x: 1.0, y: 1.0), (x: 1.0, y: 2.0), (x: 2.0, y: 2.0)]],
    ]
    .into();
    let mut about = about(Some(GeometryKind::MultiPolygon), Crs::WGS84);
    about.columns = &[];
    let Geometry::Polygon(one) = square else {
        unreachable!()
    };
    let shape: Geometry<f64> = geo::MultiPolygon(vec![one.clone(), one]).into();
    let mut writer = flatgeobuf::Writer::new(&about, true).unwrap();
    writer.push(Some(&shape), [].iter()).unwrap();
    let mut out = Vec::new();
    writer.finish(&mut out).unwrap();
    assert_eq!(table(&out).unwrap().rows[0].shape, Some(shape));
}

/// Every beginning of a file, and files with one bit wrong: nothing panics, and what is read is no more than there was.
fn survives_damage(bytes: &[u8], cuts: usize, flips: usize) {
    for i in 0..cuts {
        if let Ok(table) = table(&bytes[..bytes.len() * i / cuts]) {
            assert!(table.rows.len() <= 30);
        }
    }
    let mut state = 7_u64;
    for _ in 0..flips {
        // Knuth's multiplier: the same places in every run.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let (at, bit) = ((state >> 33) as usize % bytes.len(), state >> 61);
        let mut damaged = bytes.to_vec();
        damaged[at] ^= 1 << bit;
        if let Ok(table) = table(&damaged) {
            assert!(table.rows.len() <= 40);
        }
    }
}

#[test]
fn damaged_flatgeobuf_is_told() {
    survives_damage(&flatgeobuf(false), 2_000, 4_000);
    survives_damage(&flatgeobuf(true), 500, 4_000);
}

#[test]
fn the_index_of_a_geopackage_finds_what_a_look_at_every_row_finds() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), geopackage(Some(GeometryKind::Point))).unwrap();
    let db = rusqlite::Connection::open(file.path()).unwrap();
    let ids = |sql: &str| -> Vec<i64> {
        let mut query = db.prepare(sql).unwrap();
        let rows = query.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    for [west, south, east, north] in [
        [14.0, 35.0, 15.0, 36.0],
        [14.05, 35.2, 14.2, 35.6],
        [14.1, 35.0, 14.1, 36.0],
        [0.0, 0.0, 1.0, 1.0],
    ] {
        let found = ids(&format!(
            "SELECT id FROM rtree_places_geom WHERE maxx >= {west} AND minx <= {east}
             AND maxy >= {south} AND miny <= {north} ORDER BY id"
        ));
        let inside = |shape: &Geometry<f64>| match shape {
            Geometry::Point(at) => {
                (west..=east).contains(&at.x()) && (south..=north).contains(&at.y())
            }
            _ => false,
        };
        let all = rows();
        let wanted = all.iter().zip(1..);
        let wanted = wanted.filter(|((shape, _), _)| shape.as_ref().is_some_and(inside));
        assert_eq!(found, wanted.map(|(_, fid)| fid).collect::<Vec<i64>>());
    }
    let named = "SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'";
    assert_eq!(ids(named), [1]);
    let kept = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree_places_geom_%'";
    assert_eq!(ids(kept), [6]);
}

#[test]
fn a_flatgeobuf_of_nothing_has_columns_and_no_index() {
    let writer = flatgeobuf::Writer::new(&about(Some(GeometryKind::Point), Crs::epsg(3857)), true);
    let mut out = Vec::new();
    writer.unwrap().finish(&mut out).unwrap();
    let header = ::flatgeobuf::size_prefixed_root_as_header(&out[8..]).unwrap();
    assert_eq!(header.index_node_size(), 0);
    assert_eq!(header.columns().unwrap().len(), COLUMNS.len());
    assert_eq!(header.geometry_type(), ::flatgeobuf::GeometryType::Point);
    assert!(table(&out).unwrap().rows.is_empty());
}

#[test]
fn damaged_geopackages_are_told() {
    survives_damage(&geopackage(Some(GeometryKind::Point)), 40, 300);
}

#[test]
fn a_geopackage_of_code_is_not_run() {
    let bytes = geopackage(Some(GeometryKind::Point));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let db = rusqlite::Connection::open(file.path()).unwrap();
    // A view that never ends in place of the table.
    db.execute_batch(
        "ALTER TABLE places RENAME TO others;
         CREATE VIEW places AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
             SELECT i AS fid, NULL AS geom, i AS name FROM n;",
    )
    .unwrap();
    drop(db);
    let error = table(&std::fs::read(file.path()).unwrap()).unwrap_err();
    assert!(error.to_string().contains("no plain table"), "{error}");
}

#[test]
fn tables_are_chosen_by_name_and_limits_hold() {
    let bytes = geopackage(Some(GeometryKind::Point));
    let ask = |table, rows| Ask {
        table,
        prefer: "",
        limits: Limits {
            rows,
            ..Limits::default()
        },
    };
    assert!(read(&bytes, Format::GeoPackage, &ask(Some("PLACES"), 30)).is_ok());
    let error = read(&bytes, Format::GeoPackage, &ask(Some("x"), 30)).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no table \"x\"; there are: places"),
        "{error}"
    );
    for (bytes, format) in [
        (bytes, Format::GeoPackage),
        (flatgeobuf(false), Format::FlatGeobuf),
    ] {
        let error = read(&bytes, format, &ask(None, 29)).unwrap_err();
        assert!(matches!(error, ReadError::TooManyRows { limit: 29 }));
    }
}

fn shapefile_of(columns: &[Column<'_>], rows: &[(Option<Geometry<f64>>, Vec<Value>)]) -> Vec<u8> {
    let mut about = about(Some(GeometryKind::Point), Crs::epsg(2154));
    let columns: Vec<Column<'_>> = columns.to_vec();
    about.columns = &columns;
    let mut writer = shapefile::Writer::new(about);
    for (shape, values) in rows {
        writer.push(shape.as_ref(), values.iter());
    }
    writer.finish().unwrap()
}

#[test]
fn a_shapefile_is_read_as_it_was_written() {
    let table = table(&shapefile_of(&COLUMNS, &rows())).unwrap();
    assert_eq!(table.system.unwrap().to_string(), "EPSG:2154");
    assert_eq!(table.columns, COLUMNS.map(|column| column.name));
    assert_eq!(table.encoding, "UTF-8");
    for (row, (shape, values)) in table.rows.iter().zip(rows()) {
        assert_eq!((&row.shape, row.damage), (&shape, None));
        for (found, value) in row.values.iter().zip(values) {
            match value {
                // The format has no instants.
                Value::Instant(_) => assert_eq!(found.to_text(), value.to_text()),
                other => assert_eq!(*found, other),
            }
        }
    }
}

#[test]
fn long_texts_and_far_numbers_survive_a_shapefile() {
    let columns = [
        column("remarks_of_all", ColumnKind::Text),
        column("tiny", ColumnKind::Real),
    ];
    let texts = [
        "",
        "short",
        &"é ".repeat(400),
        &"x".repeat(1_000),
        " within ",
    ];
    let numbers = [0.0, 1.0e-300, -1.797e308, 0.1 + 0.2, f64::MIN_POSITIVE];
    let rows: Vec<_> = texts
        .iter()
        .zip(numbers)
        .map(|(text, x)| (None, vec![Value::from((*text).to_owned()), Value::Real(x)]))
        .collect();
    let table = table(&shapefile_of(&columns, &rows)).unwrap();
    assert_eq!(table.columns[0], shapefile::short_name("remarks_of_all"));
    assert_eq!(table.columns.len(), 2);
    for ((row, text), x) in table.rows.iter().zip(texts).zip(numbers) {
        // Spaces at the end are what fills a column up.
        assert_eq!(row.values[0].to_text(), text.trim_end());
        assert_eq!(row.values[1], Value::Real(x));
    }
}

#[test]
fn damaged_shapefiles_are_told() {
    let bytes = shapefile_of(&COLUMNS, &rows());
    survives_damage(&bytes, 50, 200);
    // Without the checksum of the archive in between.
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    let mut archive = ::zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
        parts.push((entry.name().unwrap().into_owned(), content));
    }
    let mut state = 1_usize;
    for i in 0..300 {
        let mut damaged = parts.clone();
        let part = &mut damaged[[0, 2, 3][i % 3]].1;
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345) % (1 << 31);
        let (at, bit) = (state % part.len().min(600), i % 8);
        part[at] ^= 1 << bit;
        if i % 5 == 0 {
            part.truncate(at);
        }
        let _ = table(&shapefile::bundle(&damaged).unwrap());
    }
}

#[test]
fn a_bomb_in_an_archive_is_refused() {
    let zeros = vec![0; 65 << 20];
    let archive = shapefile::bundle(&[("a.shp".into(), zeros)]).unwrap();
    assert!(archive.len() < 200_000);
    let error = table(&archive).unwrap_err();
    assert!(matches!(error, ReadError::TooLarge { .. }), "{error}");
}

#[test]
fn names_are_cut_so_that_they_stay_apart() {
    for (name, short) in [
        ("name", "name"),
        ("opening_hours", "open_hours"),
        ("cadence_days", "caden_days"),
        ("start_inside_is_enough", "s_in_is_en"),
        ("housenumber", "housenumbe"),
        ("ħaż_żebbuġ_għawdex", ""),
    ] {
        let cut = shapefile::short_name(name);
        assert!(cut.len() <= 10, "{cut}");
        if !short.is_empty() {
            assert_eq!(cut, short);
        }
    }
}

#[test]
fn holes_of_a_shapefile_find_their_rings() {
    // Two squares, the second with a hole, as rings that turn with the clock and against it.
    let rings: [&[(f64, f64)]; 3] = [
        &[(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0)],
        &[(5.0, 0.0), (5.0, 4.0), (9.0, 4.0), (9.0, 0.0), (5.0, 0.0)],
        &[(6.0, 1.0), (7.0, 1.0), (7.0, 2.0), (6.0, 1.0)],
    ];
    let mut content = 5_u32.to_le_bytes().to_vec();
    content.extend([0; 32]);
    content.extend((rings.len() as u32).to_le_bytes());
    content.extend((rings.iter().map(|r| r.len()).sum::<usize>() as u32).to_le_bytes());
    let mut begin = 0_u32;
    for ring in rings {
        content.extend(begin.to_le_bytes());
        begin += ring.len() as u32;
    }
    for (x, y) in rings.concat() {
        content.extend(x.to_le_bytes());
        content.extend(y.to_le_bytes());
    }
    let mut shp = vec![0; 100];
    shp[2..4].copy_from_slice(&[0x27, 0x0A]);
    shp.extend(1_u32.to_be_bytes());
    shp.extend(((content.len() / 2) as u32).to_be_bytes());
    shp.extend(content);
    let table = table(&shp).unwrap();
    let Some(Geometry::MultiPolygon(found)) = &table.rows[0].shape else {
        panic!("{table:?}")
    };
    let holes: Vec<usize> = found.iter().map(|one| one.interiors().len()).collect();
    assert_eq!(holes, [0, 1]);
}
