use chrono::{NaiveTime, TimeZone, Weekday};

use super::*;
use crate::accounts::{
    AccountImport, Address, Block, Field, FieldSet, Location, LocationQuality, Lunch, VisitStatus,
};
use crate::geometry::LonLat;

fn at(minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 5, 4, 8, minute, 0).unwrap()
}

fn day(d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, d).unwrap()
}

fn time(h: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(h, 0, 0).unwrap()
}

fn account(id: &str) -> Account {
    Account {
        id: id.into(),
        name: format!("薬局 {id}"),
        location: Some(Location {
            at: LonLat::new(14.5, 35.9),
            quality: LocationQuality::Given,
        }),
        address: Address {
            street: Some("Triq ir-Repubblika".to_owned()),
            ..Address::default()
        },
        class: Some("A".to_owned()),
        value: 12.5,
        rep: Some("r1".into()),
        last_visit: Some(day(1)),
        blocks: vec![Block {
            from: day(2),
            to: day(3),
            reason: Some("holiday".to_owned()),
        }],
        tags: vec!["a,b".to_owned(), "c".to_owned()],
        ..Account::default()
    }
}

fn rep(id: &str) -> Rep {
    Rep {
        id: id.into(),
        name: "Maria".to_owned(),
        home: LonLat::new(14.4, 35.8),
        shift_start: time(8),
        shift_end: time(17),
        weekdays: vec![Weekday::Mon, Weekday::Fri],
        lunch: Some(Lunch {
            earliest: time(12),
            latest: time(13),
            minutes: 30,
        }),
        max_visits: Some(12),
        max_drive_min: None,
        skills: vec!["cold chain".to_owned()],
        blocks: Vec::new(),
        open_end: false,
        active: true,
    }
}

fn visit(id: &str, date: NaiveDate) -> Visit {
    Visit {
        id: id.into(),
        account: "a1".into(),
        rep: "r1".into(),
        date,
        start: Some(time(9)),
        end: None,
        status: VisitStatus::Done,
        purpose: None,
        outcome: Some("order".to_owned()),
        note: None,
        source: "manual".to_owned(),
        recorded_at: Some(at(0)),
    }
}

fn plan(date: NaiveDate, stops: &[&str]) -> StoredPlan {
    StoredPlan {
        id: format!("plan-{date}"),
        rep: "r1".into(),
        date,
        status: PlanStatus::Draft,
        run_id: "run".to_owned(),
        stops: stops
            .iter()
            .map(|a| PlannedStop {
                visit: VisitId(format!("{date}-{a}")),
                account: (*a).into(),
            })
            .collect(),
        body: "{}".to_owned(),
    }
}

fn filled() -> SqliteStore {
    let store = SqliteStore::in_memory().unwrap();
    let changes = Changes {
        reps: vec![rep("r1")],
        accounts: vec![account("a1"), account("a2")],
        visits: vec![visit("v2", day(2)), visit("v1", day(1))],
        ..Changes::default()
    };
    store.write(&changes, at(1)).unwrap();
    store
}

#[test]
fn what_goes_in_comes_out() {
    let store = filled();
    let book = store.book().unwrap();
    assert_eq!(book.as_of, Some(at(1)));
    assert_eq!(book.revision, 1);
    assert_eq!(book.accounts, vec![account("a1"), account("a2")]);
    assert_eq!(book.reps, vec![rep("r1")]);
    assert_eq!(
        book.visits,
        vec![visit("v1", day(1)), visit("v2", day(2))],
        "by date"
    );
    assert_eq!(store.account(&"a2".into()).unwrap(), Some(account("a2")));
    assert_eq!(store.account(&"a3".into()).unwrap(), None);
}

#[test]
fn the_store_is_shared_as_an_object() {
    let store: std::sync::Arc<dyn Store> = std::sync::Arc::new(filled());
    assert_eq!(store.counts().unwrap().accounts, 2);
}

#[test]
fn the_same_again_moves_neither_revision_nor_instant() {
    let store = filled();
    let changes = Changes {
        reps: vec![rep("r1")],
        accounts: vec![account("a1")],
        visits: vec![visit("v1", day(1))],
        ..Changes::default()
    };
    let written = store.write(&changes, at(9)).unwrap();
    assert_eq!(written.accounts.unchanged, 1);
    assert_eq!(
        (store.as_of().unwrap(), store.revision().unwrap()),
        (Some(at(1)), 1)
    );
}

#[test]
fn a_failing_part_takes_the_whole_set_back() {
    let store = filled();
    let mut stray = visit("v3", day(3));
    stray.account = "nobody".into();
    let changes = Changes {
        accounts: vec![account("a3")],
        visits: vec![stray],
        ..Changes::default()
    };
    let error = store.write(&changes, at(2)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "visit v3 refers to account nobody, which is not in the store"
    );
    assert_eq!(store.account(&"a3".into()).unwrap(), None);
    assert_eq!(store.as_of().unwrap(), Some(at(1)));
}

#[test]
fn changed_fields_are_logged_and_visits_stay() {
    let store = filled();
    let mut changed = account("a1");
    changed.class = Some("B".to_owned());
    let changes = Changes {
        accounts: vec![changed],
        ..Changes::default()
    };
    store.write(&changes, at(2)).unwrap();
    store
        .update_account(&"a1".into(), at(3), &mut |a| a.id = "other".into())
        .unwrap();
    let log = store.account_changes(&"a1".into()).unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!(
        (log[0].field.as_str(), &log[0].before, &log[0].after),
        ("class", &"A".into(), &"B".into())
    );
    assert_eq!(store.visits(&Slice::default()).unwrap().len(), 2);
    assert_eq!(store.as_of().unwrap(), Some(at(2)));
}

#[test]
fn an_import_merges_by_id_and_a_second_one_changes_nothing() {
    let store = filled();
    let fields: FieldSet = [Field::Id, Field::Name, Field::Class].into_iter().collect();
    let mut old = account("a1");
    old.name = "Renamed".to_owned();
    let fresh = Account {
        id: "a9".into(),
        ..Account::default()
    };
    let import = Changes {
        import: Some(AccountImport {
            rows: vec![old, fresh],
            fields,
            ..AccountImport::default()
        }),
        ..Changes::default()
    };
    let report = store.write(&import, at(2)).unwrap().report.unwrap();
    assert_eq!((report.stored.new, report.stored.updated), (1, 1));
    let merged = store.account(&"a1".into()).unwrap().unwrap();
    assert_eq!((merged.name.as_str(), merged.value), ("Renamed", 12.5));
    let fresh = store.account(&"a9".into()).unwrap().unwrap();
    assert_eq!(fresh.active_from, Some(day(4)));
    let again = store.write(&import, at(3)).unwrap().report.unwrap();
    assert_eq!((again.stored.unchanged, again.id.as_str()), (2, "2"));
    assert_eq!(store.as_of().unwrap(), Some(at(2)));
    let ids: Vec<_> = store.imports().unwrap().into_iter().map(|r| r.id).collect();
    assert_eq!(ids, ["2", "1"]);
}

#[test]
fn a_plan_replaces_only_its_own_day() {
    let store = filled();
    let changes = Changes {
        plans: vec![plan(day(4), &["a1", "a2"]), plan(day(5), &["a2"])],
        ..Changes::default()
    };
    store.write(&changes, at(2)).unwrap();
    let again = Changes {
        plans: vec![plan(day(4), &["a1"])],
        ..Changes::default()
    };
    assert_eq!(store.write(&again, at(3)).unwrap().plans.updated, 1);
    assert_eq!(
        store.plan(&"r1".into(), day(4)).unwrap(),
        Some(plan(day(4), &["a1"]))
    );
    let of_a2 = Slice {
        account: Some("a2".into()),
        ..Slice::default()
    };
    assert_eq!(store.plans(&of_a2).unwrap(), vec![plan(day(5), &["a2"])]);
    assert_eq!(store.planned_stops(&of_a2).unwrap()[0].date, day(5));
    assert_eq!(store.plan_dates().unwrap(), Some((day(4), day(5))));
    let found = store.planned_stop(&"2026-05-04-a1".into()).unwrap();
    assert_eq!(found.unwrap().rep, "r1".into());
    store
        .write(
            &Changes {
                reps: vec![Rep {
                    open_end: true,
                    ..rep("r1")
                }],
                ..Changes::default()
            },
            at(4),
        )
        .unwrap();
    assert_eq!(
        store.counts().unwrap().plans,
        2,
        "changing a rep keeps the plans"
    );
}

#[test]
fn appointments_and_settings_come_and_go() {
    let store = filled();
    let appointment = Appointment {
        id: "p1".into(),
        account: "a1".into(),
        rep: "r1".into(),
        date: day(6),
        start: time(10),
        leeway_min: 15,
        visit_min: None,
        purpose: None,
        note: Some("bring samples".to_owned()),
    };
    let mut changes = Changes {
        appointments: vec![appointment.clone()],
        settings: vec![("theme".to_owned(), Some("dark".to_owned()))],
        ..Changes::default()
    };
    store.write(&changes, at(2)).unwrap();
    assert_eq!(
        store.appointments(&Slice::default()).unwrap(),
        vec![appointment]
    );
    assert_eq!(store.setting("theme").unwrap().as_deref(), Some("dark"));
    changes = Changes {
        cancelled_appointments: vec!["p1".into(), "p1".into()],
        settings: vec![("theme".to_owned(), None)],
        ..Changes::default()
    };
    assert_eq!(store.write(&changes, at(3)).unwrap().removed, 1);
    assert!(store.appointments(&Slice::default()).unwrap().is_empty());
    assert_eq!(store.setting("theme").unwrap(), None);
}

#[test]
fn accounts_go_only_when_nothing_refers_to_them() {
    let store = filled();
    let before = store.book().unwrap();
    let gone = |visits: &[&str], accounts: &[&str]| Changes {
        removed_visits: visits.iter().map(|id| (*id).into()).collect(),
        removed_accounts: accounts.iter().map(|id| (*id).into()).collect(),
        ..Changes::default()
    };
    let refused = store.write(&gone(&[], &["a1"]), at(5)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "account a1 cannot be removed: visits, appointments or plans refer to it"
    );
    assert_eq!(store.book().unwrap(), before);
    let extra = Changes {
        accounts: vec![account("extra")],
        ..Changes::default()
    };
    store.write(&extra, at(6)).unwrap();
    assert_eq!(
        store.write(&gone(&[], &["extra"]), at(7)).unwrap().removed,
        1
    );
    assert_eq!(store.account(&"extra".into()).unwrap(), None);
    let visit = before.visits[0].id.0.clone();
    assert_eq!(
        store
            .write(&gone(&[&visit, "none"], &[]), at(8))
            .unwrap()
            .removed,
        1
    );
    assert_eq!(store.visit(&before.visits[0].id).unwrap(), None);
    assert_eq!(store.as_of().unwrap(), Some(at(8)));
}

#[test]
fn a_late_write_writes_nothing() {
    let store = filled();
    let revision = store.revision().unwrap();
    let named = |name: &str| Changes {
        accounts: vec![Account {
            name: name.to_owned(),
            ..account("a1")
        }],
        ..Changes::default()
    };
    assert!(
        store
            .write_at(revision, &named("one"), at(5))
            .unwrap()
            .is_some()
    );
    assert!(
        store
            .write_at(revision, &named("two"), at(6))
            .unwrap()
            .is_none()
    );
    assert_eq!(store.account(&"a1".into()).unwrap().unwrap().name, "one");
}

mod files {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn a_closed_store_opens_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("book.db");
        let changes = Changes {
            accounts: vec![account("a1")],
            ..Changes::default()
        };
        SqliteStore::open(&path)
            .unwrap()
            .write(&changes, at(1))
            .unwrap();
        let store = SqliteStore::open(&path).unwrap();
        assert_eq!(store.accounts().unwrap(), vec![account("a1")]);
        let second = SqliteStore::open(&path).unwrap();
        let changes = Changes {
            accounts: vec![account("a2")],
            ..Changes::default()
        };
        second.write(&changes, at(2)).unwrap();
        assert_eq!(store.counts().unwrap().accounts, 2, "both see each other");
    }

    #[test]
    fn readers_and_a_writer_share_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(dir.path().join("book.db")).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let book = store.book().unwrap();
                        assert_eq!(book.accounts.len() as u64, book.revision);
                    }
                });
            }
            for i in 0..20 {
                let changes = Changes {
                    accounts: vec![account(&format!("a{i:02}"))],
                    ..Changes::default()
                };
                store.write(&changes, at(i)).unwrap();
            }
        });
    }

    fn refusal(path: &std::path::Path) -> String {
        SqliteStore::open(path)
            .err()
            .map(|e| e.to_string().replace(&path.display().to_string(), "FILE"))
            .unwrap_or_default()
    }

    #[test]
    fn newer_foreign_and_damaged_files_are_refused_in_one_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("newer.db");
        drop(SqliteStore::open(&path).unwrap());
        Connection::open(&path)
            .unwrap()
            .pragma_update(None, "user_version", 99)
            .unwrap();
        assert_eq!(
            refusal(&path),
            "FILE was written by a newer Rondo (schema 99, this one knows 4); update Rondo"
        );

        let path = dir.path().join("foreign.db");
        Connection::open(&path)
            .unwrap()
            .execute_batch("CREATE TABLE t (x)")
            .unwrap();
        assert_eq!(
            refusal(&path),
            "FILE is a database of another program; choose another file for the store"
        );

        let path = dir.path().join("text.db");
        std::fs::write(&path, "id,name\n1,Bakery\n".repeat(100)).unwrap();
        assert!(refusal(&path).starts_with("FILE is not a readable store"));

        let path = dir.path().join("damaged.db");
        drop(SqliteStore::open(&path).unwrap());
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[200..middle].fill(0xA5);
        std::fs::write(&path, bytes).unwrap();
        assert!(
            refusal(&path).starts_with("FILE is not a readable store"),
            "{}",
            refusal(&path)
        );

        assert!(refusal(&dir.path().join("no/such/folder.db")).starts_with("cannot open"));
    }
}
