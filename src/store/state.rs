//! How often and when the store last changed.

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::columns::{instant_opt, instant_text};
use super::{Counts, Result};

/// Revision and instant of the last change.
pub(super) fn get(db: &Connection) -> Result<(u64, Option<DateTime<Utc>>)> {
    Ok(
        db.query_row("SELECT revision, as_of FROM state", [], |row| {
            Ok((row.get::<_, i64>(0)? as u64, instant_opt(row, 1)?))
        })?,
    )
}

/// Notes a change at `at`.
pub(super) fn touch(db: &Connection, at: DateTime<Utc>) -> Result<()> {
    db.execute(
        "UPDATE state SET revision = revision + 1, as_of = ?1",
        [instant_text(at)],
    )?;
    Ok(())
}

/// Sizes of the book.
pub(super) fn counts(db: &Connection) -> Result<Counts> {
    Ok(db.query_row(
        "SELECT (SELECT count(*) FROM accounts), (SELECT count(*) FROM reps),
                (SELECT count(*) FROM visits), (SELECT count(*) FROM plans)",
        [],
        |row| {
            let size = |i| row.get::<_, i64>(i).map(|n| n as usize);
            Ok(Counts {
                accounts: size(0)?,
                reps: size(1)?,
                visits: size(2)?,
                plans: size(3)?,
            })
        },
    )?)
}
