//! The book from outside: the dirty account list, the demo, and a program that is killed while it writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

use chrono::{Datelike, NaiveDate, TimeZone, Utc, Weekday};
use rondo::accounts::cadence::{CadenceRules, DueStatus, mean_value};
use rondo::accounts::{ImportOptions, LocationQuality, ProblemCode};
use rondo::geometry::{Bounds, LonLat};
use rondo::osm::{Extract, PlaceKind, ReadOptions};
use rondo::planner::demo;
use rondo::planner::geocode::Geocoder;
use rondo::planner::intake::{self, Surroundings};
use rondo::store::{SqliteStore, Store};
use rondo::units::Metres;

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data")
        .join(name)
}

static MALTA: LazyLock<Extract> = LazyLock::new(|| {
    let options = ReadOptions {
        progress: None,
        threads: None,
    };
    rondo::osm::read(&data("malta.osm.pbf"), &options).expect("the extract in data/ is sound")
});

/// Malta's roads, with what finds its addresses.
fn surroundings(geocoder: &Geocoder) -> Surroundings<'_> {
    Surroundings::of(super::malta::region(), geocoder, Metres(500.0))
}

fn dirty() -> (Vec<u8>, ImportOptions) {
    let options = ImportOptions {
        file: "dirty-accounts.csv".to_owned(),
        region: Some(Bounds {
            min: LonLat::new(14.18, 35.80),
            max: LonLat::new(14.58, 36.09),
        }),
        reps: Some(["r1", "r2", "r3", "r4", "r6"].map(Into::into).into()),
        today: NaiveDate::from_ymd_opt(2024, 3, 18),
        ..ImportOptions::default()
    };
    (std::fs::read(data("dirty-accounts.csv")).unwrap(), options)
}

#[test]
fn the_dirty_list_is_reported_defect_by_defect() {
    let (bytes, options) = dirty();
    let geocoder = Geocoder::build(&MALTA.places);
    let map = surroundings(&geocoder);
    let store = SqliteStore::in_memory().unwrap();
    let at = Utc.with_ymd_and_hms(2024, 3, 18, 8, 0, 0).unwrap();
    let report = intake::take_in(&store, &bytes, &options, Some(&map), at).unwrap();
    insta::assert_json_snapshot!("dirty_report", report);

    let names: BTreeSet<_> = store
        .accounts()
        .unwrap()
        .into_iter()
        .map(|a| a.name)
        .collect();
    for name in ["東京薬局 バレッタ店", "صيدلية السلام", "몰타 한국 식당"]
    {
        assert!(names.contains(name), "{name}");
    }
    let again = intake::take_in(&store, &bytes, &options, Some(&map), at).unwrap();
    assert_eq!(again.stored.unchanged, report.stored.new);
    assert_eq!((again.stored.new, again.stored.updated), (0, 0));
}

#[test]
fn the_dirty_list_has_every_defect_that_a_csv_list_can_have() {
    let (bytes, options) = dirty();
    let geocoder = Geocoder::build(&MALTA.places);
    let map = surroundings(&geocoder);
    let report = intake::check(&bytes, &options, Some(&map)).unwrap();
    let mut told: BTreeSet<_> = report.problems.iter().map(|p| p.code).collect();
    told.extend(
        intake::check(&bytes, &options, None)
            .unwrap()
            .problems
            .iter()
            .map(|p| p.code),
    );
    for code in [
        ProblemCode::MissingId,
        ProblemCode::DuplicateId,
        ProblemCode::MissingName,
        ProblemCode::WrongNumberOfCells,
        ProblemCode::RowTooLong,
        ProblemCode::DamagedCharacters,
        ProblemCode::NotANumber,
        ProblemCode::Negative,
        ProblemCode::TooLarge,
        ProblemCode::CoordinatesIncomplete,
        ProblemCode::CoordinatesUnreadable,
        ProblemCode::CoordinatesOutOfRange,
        ProblemCode::CoordinatesZero,
        ProblemCode::CoordinatesSwapped,
        ProblemCode::CoordinatesOutsideRegion,
        ProblemCode::FarFromRoads,
        ProblemCode::NoPosition,
        ProblemCode::PlaceOnly,
        ProblemCode::AddressNotFound,
        ProblemCode::UnknownClass,
        ProblemCode::UnknownKind,
        ProblemCode::UnreadableOpeningHours,
        ProblemCode::UnreadableDate,
        ProblemCode::DoubtfulDate,
        ProblemCode::UnreadableFlag,
        ProblemCode::UnreadableList,
        ProblemCode::UnknownRep,
        ProblemCode::FutureDate,
    ] {
        assert!(told.contains(&code), "{code:?}");
    }
    assert!(!report.duplicates.is_empty());
}

/// Addresses of the extract itself, looked up again: surveyed house numbers with a town must come out where they are.
#[test]
fn known_house_numbers_are_found_where_they_are() {
    let geocoder = Geocoder::build(&MALTA.places);
    let (mut asked, mut near) = (0, 0);
    for place in &MALTA.places {
        let surveyed = matches!(place.kind, PlaceKind::Address | PlaceKind::Business);
        if !surveyed
            || place.housenumber.is_none()
            || place.street.is_none()
            || place.city.is_none()
        {
            continue;
        }
        let address = rondo::accounts::Address {
            street: place.street.clone(),
            housenumber: place.housenumber.clone(),
            postcode: place.postcode.clone(),
            city: place.city.clone(),
        };
        asked += 1;
        near += usize::from(geocoder.locate(&address).is_some_and(|l| {
            l.quality != LocationQuality::Place
                && rondo::geometry::distance(l.at, place.at).0 < 150.0
        }));
    }
    assert!(asked > 300, "{asked}");
    assert!(near * 100 >= asked * 95, "{near} of {asked}");
}

#[test]
fn the_demo_files_come_out_of_the_extract_as_committed() {
    let files = demo::generate(&MALTA.places, 1);
    for (name, text) in [
        ("accounts.csv", files.accounts),
        ("reps.csv", files.reps),
        ("visits.csv", files.visits),
        ("appointments.csv", files.appointments),
    ] {
        let committed = std::fs::read_to_string(data(name)).unwrap();
        assert!(committed == text, "{name} differs: run rondo demo-data");
    }
}

#[test]
fn the_demo_is_a_lively_book_on_any_date() {
    for date in ["2024-03-13", "2026-11-22"] {
        let date: NaiveDate = date.parse().unwrap();
        let store = SqliteStore::in_memory().unwrap();
        let report = demo::load(
            &store,
            &demo::DemoFiles::committed(),
            date,
            &MALTA.places,
            None,
        )
        .unwrap();
        assert_eq!((report.stored.new, report.rejected), (900, 0));
        let book = store.book().unwrap();
        assert_eq!(book.reps.len(), 8);
        assert!(book.visits.len() > 4_000);
        assert!(book.visits.iter().all(|v| v.date < date));
        assert!(
            book.visits
                .iter()
                .all(|v| !matches!(v.date.weekday(), Weekday::Sat | Weekday::Sun))
        );
        assert!(book.appointments.len() > 10 && book.appointments.iter().all(|a| a.date >= date));

        let rules = CadenceRules::default();
        let last = rules.last_done(&book.visits, date);
        let mean = mean_value(&book.accounts);
        let mut by_status: BTreeMap<DueStatus, usize> = BTreeMap::new();
        for account in &book.accounts {
            let due = rules.due(account, last.get(&account.id).copied(), mean, date);
            *by_status.entry(due.status).or_default() += 1;
        }
        for status in [
            DueStatus::NotDue,
            DueStatus::Due,
            DueStatus::Overdue,
            DueStatus::Critical,
        ] {
            assert!(
                by_status.get(&status).is_some_and(|n| *n > 20),
                "{by_status:?}"
            );
        }
        let unassigned = book.accounts.iter().filter(|a| a.rep.is_none()).count();
        assert!((10..60).contains(&unassigned), "{unassigned}");

        let again = demo::load(
            &store,
            &demo::DemoFiles::committed(),
            date,
            &MALTA.places,
            None,
        )
        .unwrap();
        assert_eq!(again.stored.unchanged, 900);
        assert_eq!(store.revision().unwrap(), 1);
    }
}

/// A list of accounts that all bear one note.
fn list(rows: usize, note: &str) -> String {
    let mut text = String::from("id,name,lon,lat,note\n");
    for i in 0..rows {
        text.push_str(&format!("a{i:05},Account {i},14.5,35.9,{note}\n"));
    }
    text
}

/// Kills an importing process at many moments. Afterwards the book holds the last confirmed list or the one that was
/// being written, whole in either case; what the process had reported as stored is there.
#[test]
fn a_killed_import_leaves_a_whole_book() {
    const ROWS: usize = 3_000;
    let dir = tempfile::tempdir().unwrap();
    let (db, file) = (dir.path().join("book.db"), dir.path().join("list.csv"));
    let import = |note: &str| {
        std::fs::write(&file, list(ROWS, note)).unwrap();
        Command::new(env!("CARGO_BIN_EXE_rondo"))
            .args(["accounts", "import", "--json"])
            .arg(&file)
            .arg("--store")
            .arg(&db)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    assert!(import("0").wait_with_output().unwrap().status.success());
    let mut confirmed = "0".to_owned();
    let mut cut_short = 0;
    for round in 1..=12_u64 {
        let note = round.to_string();
        let mut child = import(&note);
        std::thread::sleep(Duration::from_millis(round * 30));
        // SIGKILL on Unix.
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        let reported = !output.stdout.is_empty();
        cut_short += usize::from(!reported);

        let accounts = SqliteStore::open(&db).unwrap().accounts().unwrap();
        assert_eq!(accounts.len(), ROWS);
        let notes: BTreeSet<_> = accounts.into_iter().filter_map(|a| a.note).collect();
        assert_eq!(notes.len(), 1, "half a list after {round}");
        let found = notes.into_iter().next().unwrap();
        assert!(
            found == note || (!reported && found == confirmed),
            "{found} after {round}"
        );
        confirmed = found;
    }
    assert!(cut_short > 0, "no process was killed in time");
}

#[test]
fn the_command_line_imports_exports_and_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let rondo = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_rondo"))
            .args(args)
            .current_dir(dir.path())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            output.status.success(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    std::fs::write(path("reps.csv"), "id,home_lon,home_lat\nr1,14.5,35.9\n").unwrap();
    std::fs::write(
        path("list.csv"),
        "id,name,lon,lat,rep\n1,Borg,14.5,35.9,r1\n2,Zammit,,,r9\n",
    )
    .unwrap();
    std::fs::write(
        path("visits.csv"),
        "account,rep,date\n1,r1,2024-01-02\n3,r1,2024-01-02\n",
    )
    .unwrap();
    assert!(rondo(&["reps", "import", "reps.csv"]).0);
    let (done, report, _) = rondo(&["accounts", "import", "list.csv"]);
    assert!(done);
    assert!(
        report.contains("2 rows: 2 new, 0 updated, 0 unchanged, 0 refused"),
        "{report}"
    );
    assert!(
        report.contains("row 3 (2), warning, rep \"r9\": no such rep"),
        "{report}"
    );
    let (done, report, _) = rondo(&["visits", "import", "visits.csv"]);
    assert!(
        done && report.contains("1 new") && report.contains("1 refused"),
        "{report}"
    );
    for format in ["csv", "geojson"] {
        let out = format!("out.{format}");
        assert!(rondo(&["accounts", "export", "--format", format, "-o", &out]).0);
        let (_, report, _) = rondo(&["accounts", "import", &out]);
        assert!(report.contains("0 new, 0 updated, 2 unchanged"), "{report}");
        let (_, report, _) = rondo(&[
            "accounts",
            "import",
            &out,
            "--store",
            &format!("{format}.db"),
        ]);
        assert!(report.contains("2 new"), "{report}");
        let (_, first, _) = rondo(&["accounts", "export"]);
        let (_, second, _) = rondo(&["accounts", "export", "--store", &format!("{format}.db")]);
        assert_eq!(first, second);
    }
    let (done, _, error) = rondo(&["accounts", "check", "nowhere.csv"]);
    assert!(
        !done && error.starts_with("rondo: cannot read nowhere.csv"),
        "{error}"
    );
    assert_eq!(error.lines().count(), 1);
}
