//! The embedded store: one SQLite file in WAL mode, one connection that writes and a pool that reads.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::schema::{APPLICATION_ID, MIGRATIONS};
use super::{
    AccountChange, Book, Changes, Counts, PlanRun, Result, RunRecord, Shown, Slice, StopOnDay,
    Store, StoreError, StoredPlan, VisitThere, Written,
};
use super::{
    accounts, appointments, areas, imports, pages, plan_runs, plans, reps, settings, state, visits,
};
use crate::accounts::areas::Area;
use crate::accounts::{Account, AccountId, Appointment, ImportReport, Rep, RepId, Visit, VisitId};

/// How long a call waits for another process that is writing.
const BUSY: Duration = Duration::from_secs(10);

/// Idle reading connections that are kept.
const IDLE_READERS: usize = 8;

/// [`Store`] in an SQLite file, or in memory for tests.
///
/// `synchronous=FULL`: a write that returned is on the disk. Readers see the last confirmed state and never wait for the
/// writer.
pub struct SqliteStore {
    path: Option<PathBuf>,
    // One writer at a time is SQLite's own rule; a poisoned lock is fine because a panic rolls its transaction back.
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl SqliteStore {
    /// Opens the store at `path`, making it if there is no such file and lifting an older one to today's schema.
    ///
    /// # Errors
    /// When the file is damaged, another program's, newer than this program, or cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let mut db = Connection::open(path).map_err(|source| StoreError::Open {
            path: path.to_owned(),
            source,
        })?;
        prepare(&mut db, path).map_err(|error| blame_file(error, path))?;
        Ok(Self {
            path: Some(path.to_owned()),
            writer: Mutex::new(db),
            readers: Mutex::default(),
        })
    }

    /// A store that lives as long as this value.
    ///
    /// # Errors
    /// When SQLite refuses, for want of memory.
    pub fn in_memory() -> Result<Self> {
        let mut db = Connection::open_in_memory()?;
        prepare(&mut db, Path::new(":memory:"))?;
        Ok(Self {
            path: None,
            writer: Mutex::new(db),
            readers: Mutex::default(),
        })
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `ask` on one consistent state.
    fn read<T>(&self, ask: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let Some(path) = &self.path else {
            return ask(&self.writer());
        };
        let idle = self.idle().pop();
        let mut db = match idle {
            Some(db) => db,
            None => open_reader(path)?,
        };
        let answer = {
            let snapshot = db.transaction()?;
            ask(&snapshot)
        };
        let mut idle = self.idle();
        if idle.len() < IDLE_READERS {
            idle.push(db);
        }
        answer
    }

    /// Runs `change` in one transaction; confirms it when it returns `Ok`.
    fn transact<T>(&self, change: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        let mut db = self.writer();
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = change(&transaction)?;
        transaction.commit()?;
        Ok(answer)
    }
}

fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY)?;
    Ok(db)
}

/// Checks whose file it is, sets the connection up and runs the migrations that are missing.
fn prepare(db: &mut Connection, path: &Path) -> Result<()> {
    db.busy_timeout(BUSY)?;
    let application: i32 = db.pragma_query_value(None, "application_id", |r| r.get(0))?;
    let version: i64 = db.pragma_query_value(None, "user_version", |r| r.get(0))?;
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?;
    if application != APPLICATION_ID && (application != 0 || version != 0 || tables != 0) {
        return Err(StoreError::Foreign {
            path: path.to_owned(),
        });
    }
    if version > MIGRATIONS.len() as i64 || version < 0 {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found: usize::try_from(version).unwrap_or(usize::MAX),
            known: MIGRATIONS.len(),
        });
    }
    let health: String = db.query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
    if health != "ok" {
        return Err(StoreError::Damaged {
            path: path.to_owned(),
            detail: health,
        });
    }
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    migrate(db)
}

fn migrate(db: &mut Connection) -> Result<()> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read again under the lock: another process may just have done it.
    let version: i64 = transaction.pragma_query_value(None, "user_version", |r| r.get(0))?;
    for step in MIGRATIONS.iter().skip(version as usize) {
        transaction.execute_batch(step)?;
    }
    if (version as usize) < MIGRATIONS.len() {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    }
    transaction.commit()?;
    Ok(())
}

/// Turns SQLite's complaint about the bytes of a file into one that names the file.
fn blame_file(error: StoreError, path: &Path) -> StoreError {
    use rusqlite::ErrorCode::{CannotOpen, DatabaseCorrupt, NotADatabase};
    match error {
        StoreError::Sqlite(source) => match source.sqlite_error_code() {
            Some(NotADatabase | DatabaseCorrupt) => StoreError::Damaged {
                path: path.to_owned(),
                detail: source.to_string(),
            },
            Some(CannotOpen) => StoreError::Open {
                path: path.to_owned(),
                source,
            },
            _ => StoreError::Sqlite(source),
        },
        other => other,
    }
}

impl Store for SqliteStore {
    fn as_of(&self) -> Result<Option<DateTime<Utc>>> {
        self.read(|db| Ok(state::get(db)?.1))
    }

    fn revision(&self) -> Result<u64> {
        self.read(|db| Ok(state::get(db)?.0))
    }

    fn book(&self) -> Result<Book> {
        self.read(|db| {
            let (revision, as_of) = state::get(db)?;
            Ok(Book {
                as_of,
                revision,
                accounts: accounts::all(db)?,
                reps: reps::all(db)?,
                visits: visits::of(db, &Slice::default())?,
                appointments: appointments::of(db, &Slice::default())?,
            })
        })
    }

    fn counts(&self) -> Result<Counts> {
        self.read(state::counts)
    }

    fn accounts(&self) -> Result<Vec<Account>> {
        self.read(accounts::all)
    }

    fn account(&self, id: &AccountId) -> Result<Option<Account>> {
        self.read(|db| accounts::get(db, id))
    }

    fn account_changes(&self, id: &AccountId) -> Result<Vec<AccountChange>> {
        self.read(|db| accounts::changes(db, id))
    }

    fn reps(&self) -> Result<Vec<Rep>> {
        self.read(reps::all)
    }

    fn rep(&self, id: &RepId) -> Result<Option<Rep>> {
        self.read(|db| reps::get(db, id))
    }

    fn areas(&self) -> Result<Vec<Area>> {
        self.read(areas::all)
    }

    fn area(&self, id: &str) -> Result<Option<Area>> {
        self.read(|db| areas::get(db, id))
    }

    fn visits(&self, slice: &Slice) -> Result<Vec<Visit>> {
        self.read(|db| visits::of(db, slice))
    }

    fn visit(&self, id: &VisitId) -> Result<Option<Visit>> {
        self.read(|db| visits::get(db, id))
    }

    fn visit_days(&self, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Vec<NaiveDate>> {
        self.read(|db| pages::visit_days(db, from, to))
    }

    fn visits_on(&self, day: NaiveDate) -> Result<Vec<VisitThere>> {
        self.read(|db| pages::visits_on(db, day))
    }

    fn shown(&self) -> Result<Vec<Shown>> {
        self.read(pages::shown)
    }

    fn appointments(&self, slice: &Slice) -> Result<Vec<Appointment>> {
        self.read(|db| appointments::of(db, slice))
    }

    fn plan(&self, rep: &RepId, date: NaiveDate) -> Result<Option<StoredPlan>> {
        self.read(|db| plans::get(db, rep, date))
    }

    fn plans(&self, slice: &Slice) -> Result<Vec<StoredPlan>> {
        self.read(|db| plans::of(db, slice))
    }

    fn planned_stops(&self, slice: &Slice) -> Result<Vec<StopOnDay>> {
        self.read(|db| plans::stops(db, slice))
    }

    fn planned_stop(&self, visit: &VisitId) -> Result<Option<StopOnDay>> {
        self.read(|db| plans::stop(db, visit))
    }

    fn plan_dates(&self) -> Result<Option<(NaiveDate, NaiveDate)>> {
        self.read(plans::dates)
    }

    fn run(&self, id: &str) -> Result<Option<RunRecord>> {
        self.read(|db| plans::run(db, id))
    }

    fn plan_run(&self, run_id: &str) -> Result<Option<PlanRun>> {
        self.read(|db| plan_runs::get(db, run_id))
    }

    fn imports(&self) -> Result<Vec<ImportReport>> {
        self.read(imports::all)
    }

    fn import(&self, id: &str) -> Result<Option<ImportReport>> {
        self.read(|db| imports::get(db, id))
    }

    fn setting(&self, key: &str) -> Result<Option<String>> {
        self.read(|db| settings::get(db, key))
    }

    fn write(&self, changes: &Changes, at: DateTime<Utc>) -> Result<Written> {
        self.transact(|db| super::apply::apply(db, changes, at))
    }

    fn write_at(
        &self,
        revision: u64,
        changes: &Changes,
        at: DateTime<Utc>,
    ) -> Result<Option<Written>> {
        self.transact(|db| {
            if state::get(db)?.0 != revision {
                return Ok(None);
            }
            super::apply::apply(db, changes, at).map(Some)
        })
    }

    fn update_account(
        &self,
        id: &AccountId,
        at: DateTime<Utc>,
        edit: &mut dyn FnMut(&mut Account),
    ) -> Result<Option<Account>> {
        self.transact(|db| {
            let Some(mut account) = accounts::get(db, id)? else {
                return Ok(None);
            };
            edit(&mut account);
            account.id.clone_from(id);
            if accounts::put(db, &account, "manual", at)? != crate::accounts::Stored::Unchanged {
                state::touch(db, at)?;
            }
            Ok(Some(account))
        })
    }
}
