//! A whole book goes out and comes back: by the command line, and through the collections that a GIS downloads.

use std::path::Path;
use std::process::Command;

use chrono::{NaiveDate, NaiveTime, Weekday};
use rondo::accounts::areas::Area;
use rondo::accounts::{
    Account, AccountId, Block, ImportOptions, Lunch, Rep, Visit, VisitStatus, import_accounts,
    import_visits,
};
use rondo::store::{Changes, SqliteStore, Store as _};

use crate::api::{Server, account, book, done, long_ago, map, rep};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(hour: u32, minute: u32, second: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, second).unwrap()
}

/// A book with everything that is easily lost: separators in texts, what is not set, what is usual elsewhere.
fn changes() -> Changes {
    let map = map();
    let mut changes = book(&map);
    let leave = |from, to, reason: Option<&str>| Block {
        from: day(from),
        to: day(to),
        reason: reason.map(str::to_owned),
    };
    changes.accounts.extend([
        Account {
            tags: vec!["shop=ceramic_tiles,_sanitary,_furniture".into()],
            skills: vec!["cold chain; frozen".into(), "vet".into()],
            blocks: vec![
                leave(
                    "2026-08-10",
                    "2026-08-21",
                    Some("summer, all of it; and more"),
                ),
                leave("2026-12-24", "2026-12-24", None),
            ],
            visit_min: None,
            cadence_days: Some(0),
            active_from: Some(day("2026-09-01")),
            last_visit: Some(day("2026-08-01")),
            start_inside_is_enough: true,
            note: Some("two\nlines, \"quoted\"".into()),
            ..account(&map, "odd", 'C')
        },
        Account {
            active: false,
            visit_min: Some(45),
            tags: vec!["[x]".into(), "a|b".into()],
            ..account(&map, "gone", 'J')
        },
    ]);
    changes.reps.push(Rep {
        shift_start: time(7, 30, 15),
        weekdays: vec![Weekday::Mon, Weekday::Sun],
        lunch: Some(Lunch {
            earliest: time(11, 45, 0),
            latest: time(13, 0, 0),
            minutes: 45,
        }),
        max_visits: Some(9),
        max_drive_min: Some(200),
        skills: vec!["a,b".into()],
        blocks: vec![leave("2026-08-10", "2026-08-21", Some("leave"))],
        open_end: true,
        active: false,
        ..rep("r3", map.at('A'))
    });
    changes.visits.extend([
        Visit {
            start: Some(time(9, 5, 0)),
            end: Some(time(9, 35, 30)),
            purpose: Some("order, refill".into()),
            outcome: Some("sold".into()),
            note: Some("ask \"again\"\nin May".into()),
            source: "manual".into(),
            recorded_at: "2026-11-13T17:00:00.25Z".parse().ok(),
            ..done("w1", "odd", 11, 13)
        },
        Visit {
            status: VisitStatus::Missed,
            ..done("w2", "gone", 11, 14)
        },
    ]);
    changes.areas.push(Area {
        name: "North, \"upper\"".into(),
        kind: None,
        rep: None,
        id: "north;1".into(),
        shape: changes.areas[0].shape.clone(),
    });
    changes
}

fn rondo(args: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_rondo"))
        .args(args)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert!(output.status.success(), "{args:?}: {}", text(output.stderr));
    text(output.stdout)
}

#[test]
fn a_book_that_was_exported_and_imported_is_exported_as_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (first, second) = (path("first.db"), path("second.db"));
    let store = SqliteStore::open(Path::new(&first)).unwrap();
    store.write(&changes(), long_ago()).unwrap();
    drop(store);
    // Reps first: others name them.
    for what in ["reps", "accounts", "areas", "visits"] {
        let file = path(&format!("{what}.out"));
        rondo(&[what, "export", "--store", &first, "-o", &file]);
        let report = rondo(&[what, "import", &file, "--store", &second, "--json"]);
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        // One account has neither place nor address, and is told so at every import.
        let problems = report["problems"].as_array().unwrap();
        assert!(
            problems.iter().all(|one| one["code"] == "no_position"),
            "{what}: {report}"
        );
        let before = std::fs::read_to_string(&file).unwrap();
        let after = rondo(&[what, "export", "--store", &second]);
        assert_eq!(after, before, "{what}");
        // And once more: nothing is new.
        let report = rondo(&[what, "import", &file, "--store", &second, "--json"]);
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        assert_eq!(
            (&report["stored"]["new"], &report["stored"]["updated"]),
            (&0.into(), &0.into()),
            "{what}: {report}"
        );
    }
}

#[tokio::test]
async fn accounts_that_a_gis_downloaded_come_back_as_they_were() {
    let server = Server::new();
    server.store.write(&changes(), long_ago()).unwrap();
    let kept = server.store.accounts().unwrap();
    for form in ["csv", "geojsonseq", "gpkg", "flatgeobuf"] {
        let file = server
            .get(&format!("/ogc/collections/accounts/download?f={form}"))
            .await;
        let import = import_accounts(&file.body, &ImportOptions::default()).unwrap();
        assert_eq!(import.report.problems, [], "{form}");
        let mut found = import.rows;
        found.sort_by(|a, b| a.id.cmp(&b.id));
        let rounded: Vec<Account> = kept
            .iter()
            .cloned()
            .map(|mut account| {
                if let Some(location) = &mut account.location {
                    location.at = location.at.rounded();
                }
                account
            })
            .collect();
        assert_eq!(found, rounded, "{form}");
    }
}

#[tokio::test]
async fn visits_that_a_gis_downloaded_keep_their_times() {
    let server = Server::new();
    server.store.write(&changes(), long_ago()).unwrap();
    let kept = server
        .store
        .visits(&rondo::store::Slice::default())
        .unwrap();
    let accounts = server.store.accounts().unwrap();
    let accounts = accounts
        .into_iter()
        .map(|a| a.id)
        .collect::<std::collections::BTreeSet<AccountId>>();
    let file = server.get("/ogc/collections/visits/download?f=csv").await;
    let import = import_visits(&file.body, &accounts, &ImportOptions::default()).unwrap();
    assert_eq!(import.report.problems, []);
    let wanted = kept.into_iter().map(|visit| Visit {
        recorded_at: None,
        ..visit
    });
    let mut wanted: Vec<Visit> = wanted.collect();
    let mut found = import.rows;
    wanted.sort_by(|a, b| a.id.cmp(&b.id));
    found.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(found, wanted);
}
