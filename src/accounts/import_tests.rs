//! Whole files through the importer.

use proptest::prelude::*;

use super::export::{to_csv_in, to_geojson};
use super::export_files::{to_flatgeobuf, to_geopackage, to_shapefile};
use super::*;
use crate::crs::Crs;
use crate::geometry::{Bounds, LonLat};

fn malta() -> ImportOptions {
    ImportOptions {
        file: "accounts.csv".to_owned(),
        region: Some(Bounds {
            min: LonLat::new(14.1, 35.7),
            max: LonLat::new(14.6, 36.1),
        }),
        today: "2026-05-04".parse().ok(),
        reps: Some(["r1".into()].into()),
        ..ImportOptions::default()
    }
}

fn import(text: &str) -> AccountImport {
    import_accounts(text.as_bytes(), &malta()).unwrap()
}

fn codes(import: &AccountImport) -> Vec<(usize, ProblemCode, Severity)> {
    import
        .report
        .problems
        .iter()
        .map(|p| (p.row, p.code, p.severity))
        .collect()
}

#[test]
fn a_german_export_is_read_without_settings() {
    let text = "Kunden-Nr;Firma;Straße;Hausnummer;PLZ;Ort;Längengrad;Breitengrad;Klasse;Umsatz;Letzter Besuch;Öffnungszeiten\n\
                1001;Café Größe;Triq il-Kbira;12;STJ 1234;San Giljan;14,4901;35,9183;b;1.234,50;03.04.2026;Mo-Fr 09:00-17:00\n";
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(latin.len() < text.len() + 20);
    for bytes in [text.as_bytes().to_vec(), latin.into_owned()] {
        let import = import_accounts(&bytes, &malta()).unwrap();
        let [account] = import.rows.as_slice() else {
            panic!("{:#?}", import.report)
        };
        assert_eq!(account.id.0, "1001");
        assert_eq!(account.class.as_deref(), Some("B"));
        assert_eq!(
            (account.value, account.last_visit),
            (1234.5, "2026-04-03".parse().ok())
        );
        assert_eq!(account.location.unwrap().at, LonLat::new(14.4901, 35.9183));
        assert_eq!(
            codes(&import),
            [(2, ProblemCode::DoubtfulDate, Severity::Warning)]
        );
        assert_eq!(import.report.read_as.delimiter, Some(';'));
        assert!(import.report.columns.iter().all(|c| c.field.is_some()));
    }
}

#[test]
fn names_in_any_script_stay_intact() {
    let import =
        import("id,名前,note\n1,東京薬局 本店,\"two\nlines\"\n2,صيدلية السلام,\n3,한국 약국,\n");
    let names: Vec<_> = import.rows.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["東京薬局 本店", "صيدلية السلام", "한국 약국"]);
    assert_eq!(import.rows[0].note.as_deref(), Some("two\nlines"));
    assert_eq!(import.report.problems, []);
}

#[test]
fn coordinates_that_cannot_be_trusted_refuse_the_row() {
    let import = import(
        "id,name,lon,lat\n1,a,35.9,14.5\n2,b,0,0\n3,c,14.5,\n4,d,NaN,35.9\n5,e,214.5,35.9\n6,f,14.5,35..9\n\
         7,g,9.0,48.0\n8,h,,\n9,i,\"14,5\",\"35,9\"\n",
    );
    assert_eq!(
        codes(&import),
        [
            (2, ProblemCode::CoordinatesSwapped, Severity::Error),
            (3, ProblemCode::CoordinatesZero, Severity::Error),
            (4, ProblemCode::CoordinatesIncomplete, Severity::Error),
            (5, ProblemCode::CoordinatesUnreadable, Severity::Error),
            (6, ProblemCode::CoordinatesOutOfRange, Severity::Error),
            (7, ProblemCode::CoordinatesUnreadable, Severity::Error),
            (8, ProblemCode::CoordinatesOutsideRegion, Severity::Warning),
        ]
    );
    let kept: Vec<_> = import.rows.iter().map(|a| a.id.0.as_str()).collect();
    assert_eq!(kept, ["7", "8", "9"]);
    assert_eq!((import.report.rows, import.report.rejected), (9, 6));
    assert_eq!(import.report.problems[0].value, "35.9, 14.5");
}

#[test]
fn every_problem_of_a_row_is_told_at_once() {
    let import = import(
        "id,name,class,value,cadence_days,visit_min,opening_hours,rep,kind,last_visit,active,blocks,tags\n\
         1,,Z,-5,soon,9999,whenever,r9,alien,2027-01-01,perhaps,yesterday,[a\n",
    );
    let told: Vec<_> = codes(&import)
        .into_iter()
        .map(|(_, code, _)| code)
        .collect();
    assert_eq!(
        told,
        [
            ProblemCode::MissingName,
            ProblemCode::UnknownKind,
            ProblemCode::UnknownClass,
            ProblemCode::Negative,
            ProblemCode::NotANumber,
            ProblemCode::TooLarge,
            ProblemCode::UnreadableOpeningHours,
            ProblemCode::UnknownRep,
            ProblemCode::FutureDate,
            ProblemCode::UnreadableFlag,
            ProblemCode::UnreadableDate,
            ProblemCode::UnreadableList
        ]
    );
    assert!(
        import
            .report
            .problems
            .iter()
            .all(|p| p.severity == Severity::Warning)
    );
    assert!(
        import
            .report
            .problems
            .iter()
            .all(|p| !p.problem.is_empty() && !p.cure.is_empty())
    );
    assert_eq!(import.rows.len(), 1);
}

#[test]
fn ids_are_needed_unless_the_file_has_none() {
    let with = import("id,name\n,a\n1,b\n1,c\n");
    assert_eq!(
        codes(&with),
        [
            (2, ProblemCode::MissingId, Severity::Error),
            (4, ProblemCode::DuplicateId, Severity::Error)
        ]
    );
    let without = "name,city\nBorg,Sliema\nBorg,Valletta\nBorg,Sliema\n";
    let first = import(without);
    assert_eq!(
        codes(&first),
        [(4, ProblemCode::DuplicateId, Severity::Error)]
    );
    assert_eq!(first.rows.len(), 2);
    assert_eq!(import(without), first, "derived ids are stable");
    assert!(first.rows[0].id.0.starts_with("x-"));
}

#[test]
fn rows_that_do_not_fit_the_headings_are_refused() {
    let import = import("id,name,lon,lat\n1,Borg, Sons,14.5,35.9\n2,Camilleri\n");
    assert_eq!(
        codes(&import),
        [
            (2, ProblemCode::WrongNumberOfCells, Severity::Error),
            (3, ProblemCode::WrongNumberOfCells, Severity::Warning)
        ]
    );
}

#[test]
fn other_reference_systems_are_transformed() {
    let options = ImportOptions {
        crs: "EPSG:3857".parse().ok(),
        ..malta()
    };
    let text = "id,name,x,y\n1,a,1614132.6,4285846.7\n2,b,14.5,35.9\n";
    let import = import_accounts(text.as_bytes(), &options).unwrap();
    let at = import.rows[0].location.unwrap().at;
    assert!(
        (at.lon - 14.5).abs() < 1e-3 && (at.lat - 35.9).abs() < 0.1,
        "{at:?}"
    );
    // Degrees read as metres lie in the Gulf of Guinea.
    assert_eq!(
        import.report.problems[0].code,
        ProblemCode::CoordinatesOutsideRegion
    );
    let wrong = ImportOptions {
        crs: "EPSG:999999".parse().ok(),
        ..malta()
    };
    assert!(import_accounts(text.as_bytes(), &wrong).is_err());
}

#[test]
fn geojson_features_are_read_one_by_one() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[14.5,35.9,3]},
         "properties":{"Name":"Borg","class":"A","value":12.5,"tags":["x","y;z"],"active":false,"colour":"red"}},
        {"type":"Feature","id":8,"geometry":{"type":"LineString","coordinates":[]},"properties":null},
        {"type":"Feature","id":9,"geometry":null,"properties":{"Name":"Nowhere"}},
        {"type":"Feature","id":10,"geometry":{"type":"Point","coordinates":["x"]},"properties":{"Name":"Odd"}},
        17]}"#;
    let import = import(text);
    assert_eq!(
        codes(&import),
        [
            (2, ProblemCode::GeometryNotAPoint, Severity::Error),
            (4, ProblemCode::CoordinatesIncomplete, Severity::Error),
            (5, ProblemCode::DamagedRow, Severity::Error)
        ]
    );
    let borg = &import.rows[0];
    assert_eq!(
        (borg.id.0.as_str(), borg.value, borg.active),
        ("7", 12.5, false)
    );
    assert_eq!(borg.tags, ["x", "y;z"]);
    assert_eq!(import.rows[1].location, None);
    assert_eq!(import.report.read_as.format, "geojson");
}

#[test]
fn what_is_no_list_is_refused_in_a_line() {
    let small = ImportOptions {
        limits: Limits {
            bytes: 50,
            ..Limits::default()
        },
        ..malta()
    };
    for (bytes, options, want) in [
        ("", &malta(), "the file is empty"),
        (
            "{\"a\":1}",
            &malta(),
            "the file is JSON without GeoJSON features",
        ),
        (
            "{\"a\":",
            &malta(),
            "the file is no JSON: EOF while parsing a value at line 1 column 5",
        ),
        (
            "colour,size\nred,9\n",
            &malta(),
            "no column is known among colour, size; name them as in the guide, for example id, name, lon, lat",
        ),
        (
            &"x".repeat(51),
            &small,
            "the file has 51 bytes, more than the 50 that are read; split it",
        ),
    ] {
        let error = import_accounts(bytes.as_bytes(), options).unwrap_err();
        assert_eq!(error.to_string(), want);
    }
}

#[test]
fn only_so_many_problems_are_listed() {
    let options = ImportOptions {
        limits: Limits {
            problems: 2,
            ..Limits::default()
        },
        ..malta()
    };
    let text = format!("id,name\n{}", ",x\n".repeat(5));
    let report = import_accounts(text.as_bytes(), &options).unwrap().report;
    assert_eq!(
        (
            report.problems.len(),
            report.problems_left_out,
            report.rejected
        ),
        (2, 3, 5)
    );
}

/// As `ogr2ogr -lco GEOMETRY=AS_WKT` writes it.
#[test]
fn a_sheet_with_points_as_text_says_where_its_accounts_are() {
    let text = "WKT,id,name\n\"POINT (14.5 35.9)\",a,A\n\"POINT Z (14.51 35.91 12)\",b,B\n\"MULTIPOINT ((14.4 35.8))\",c,C\n\
                ,d,D\nPOINT EMPTY,e,E\n\"POLYGON ((14 35,15 35,15 36,14 35))\",f,F\nPOINT (14.5),g,G\n\
                GEOMETRYCOLLECTION (POINT (14.5 35.9)),h,H\n";
    let import = import(text);
    let places: Vec<_> = import
        .rows
        .iter()
        .map(|one| {
            (
                one.id.0.as_str(),
                one.location.map(|l| (l.at.lon, l.at.lat)),
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            ("a", Some((14.5, 35.9))),
            ("b", Some((14.51, 35.91))),
            ("c", Some((14.4, 35.8))),
            ("d", None),
            ("e", None)
        ]
    );
    let bad = codes(&import)
        .into_iter()
        .filter(|(_, _, severity)| *severity == Severity::Error);
    let bad: Vec<_> = bad.map(|(row, code, _)| (row, code)).collect();
    assert_eq!(
        bad,
        [7, 8, 9].map(|row| (row, ProblemCode::GeometryNotAPoint))
    );
    assert_eq!(import.report.columns[0].field.as_deref(), Some("lon, lat"));
    assert!(import.fields.contains(&Field::Lon) && import.fields.contains(&Field::Lat));
    // Columns of coordinates go before; in another system the text is in that system.
    let both = self::import("id,name,lon,lat,wkt\na,A,14.5,35.9,POINT (1 1)\n");
    assert_eq!(both.rows[0].location.unwrap().at, LonLat::new(14.5, 35.9));
    let options = ImportOptions {
        crs: Some(Crs::epsg(3857)),
        ..malta()
    };
    let metres = b"id,name,geom\na,A,POINT (1614132.62 4286000)\n";
    let metres = import_accounts(metres, &options).unwrap();
    assert!((metres.rows[0].location.unwrap().at.lon - 14.5).abs() < 1e-6);
}

fn text() -> impl Strategy<Value = Option<String>> {
    prop::option::of(
        "[a-zà-ž薬ا\"',;| \n]{0,10}"
            .prop_map(|t| t.trim().to_owned())
            .prop_filter("kept as is", |t| !t.is_empty()),
    )
}

fn any_account() -> impl Strategy<Value = Account> {
    let place = prop::option::of((13.0_f64..15.0, 35.0_f64..36.5, 0_usize..4));
    let texts = (text(), text(), text(), text(), text());
    let numbers = (
        0.0_f64..1e9,
        prop::option::of(0_u32..3_660),
        prop::option::of(0_u32..720),
    );
    let lists = (
        prop::collection::vec("[^\\p{C}\u{FFFD}]{1,6}", 0..3),
        0_u64..100,
        0_u64..9,
        any::<[bool; 3]>(),
    );
    ("[A-Za-z0-9_-]{1,8}", place, texts, numbers, lists).prop_map(
        |(
            id,
            place,
            (name, street, class, phone, note),
            (value, cadence_days, visit_min),
            (tags, from, n, flags),
        )| {
            let day =
                |n| chrono::NaiveDate::from_ymd_opt(2025, 1, 1).map(|d| d + chrono::Days::new(n));
            let qualities = [
                LocationQuality::Given,
                LocationQuality::Rooftop,
                LocationQuality::Street,
                LocationQuality::Place,
            ];
            Account {
                name: name.unwrap_or_else(|| id.clone()),
                id: AccountId(id),
                location: place.map(|(lon, lat, q)| Location {
                    at: LonLat::new(lon, lat),
                    quality: qualities[q],
                }),
                address: Address {
                    street,
                    ..Address::default()
                },
                class: class.map(|_| "B".to_owned()),
                value,
                cadence_days,
                visit_min,
                kind: if flags[0] {
                    AccountKind::Vip
                } else {
                    AccountKind::Prospect
                },
                active: flags[1],
                start_inside_is_enough: flags[2],
                last_visit: day(from),
                blocks: day(from)
                    .zip(day(from + n))
                    .map(|(from, to)| Block {
                        from,
                        to,
                        reason: phone.clone().map(|r| r.replace('\n', " ")),
                    })
                    .into_iter()
                    .collect(),
                tags,
                phone,
                note,
                ..Account::default()
            }
        },
    )
}

proptest! {
    #[test]
    fn a_round_trip_loses_nothing(mut accounts in prop::collection::vec(any_account(), 1..12)) {
        accounts.sort_by(|a, b| a.id.cmp(&b.id));
        accounts.dedup_by(|a, b| a.id == b.id);
        let crs = Crs::WGS84;
        for file in [
            to_csv_in(&accounts, crs),
            to_geojson(&accounts, crs),
            to_flatgeobuf(&accounts, crs),
            to_geopackage(&accounts, crs),
            to_shapefile(&accounts, crs),
        ] {
            let import = import_accounts(&file.unwrap(), &ImportOptions::default()).unwrap();
            prop_assert_eq!(&import.report.problems, &[]);
            prop_assert_eq!(&import.rows, &accounts);
        }
    }

    #[test]
    fn no_bytes_break_the_importers(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            "id,name,lon,lat,last_visit,blocks\n([0-9x\"',;\n.]{0,30}|,){0,20}".prop_map(String::into_bytes),
            "\\{\"features\":\\[(\\{\"id\":[0-9],\"properties\":\\{\"name\":[0-9]\\},\"geometry\":(null|[0-9]|\\[\\])\\},?){0,3}\\]\\}"
                .prop_map(String::into_bytes),
        ],
    ) {
        let options = malta();
        let _ = import_accounts(&bytes, &options);
        let _ = import_reps(&bytes, &options);
        let _ = import_visits(&bytes, &["1".into()].into(), &options);
    }
}

proptest! {
    // Each case is fifty files.
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// In every family of systems; the accounts lie in Malta, where national grids elsewhere are turned back least well.
    #[test]
    fn a_round_trip_through_another_system_loses_nothing(mut accounts in prop::collection::vec(any_account(), 1..6), seed in 0_u32..10_000) {
        accounts.sort_by(|a, b| a.id.cmp(&b.id));
        accounts.dedup_by(|a, b| a.id == b.id);
        for (account, i) in accounts.iter_mut().zip(seed..) {
            if let Some(location) = &mut account.location {
                let share = |step: u32| f64::from(i * step % 10_007) / 1e5;
                let round = |degrees: f64| (degrees * 1e8).round() / 1e8;
                location.at = LonLat::new(round(14.4 + share(1_237)), round(35.85 + share(7_331)));
            }
        }
        for code in [32_633, 3857, 2154, 3035, 5514, 31_370, 2056, 31_467, 27_700, 4258] {
            let crs = Crs::epsg(code);
            for file in [
                to_csv_in(&accounts, crs),
                to_geojson(&accounts, crs),
                to_flatgeobuf(&accounts, crs),
                to_geopackage(&accounts, crs),
                to_shapefile(&accounts, crs),
            ] {
                let options = ImportOptions { crs: Some(crs), ..ImportOptions::default() };
                let import = import_accounts(&file.unwrap(), &options).unwrap();
                prop_assert_eq!(&import.report.problems, &[]);
                prop_assert_eq!(&import.rows, &accounts, "EPSG:{}", code);
            }
        }
    }
}
