//! Settings: text by key.

use rusqlite::{Connection, OptionalExtension, params};

use super::Result;

/// The value of `key`.
pub(super) fn get(db: &Connection, key: &str) -> Result<Option<String>> {
    Ok(db
        .query_row("SELECT value FROM settings WHERE key = ?1", [key], |row| {
            row.get(0)
        })
        .optional()?)
}

/// Sets or removes `key`; `false` when it was so already.
pub(super) fn put(db: &Connection, key: &str, value: Option<&str>) -> Result<bool> {
    if get(db, key)?.as_deref() == value {
        return Ok(false);
    }
    match value {
        Some(value) => db.execute(
            "INSERT OR REPLACE INTO settings VALUES (?1, ?2)",
            params![key, value],
        )?,
        None => db.execute("DELETE FROM settings WHERE key = ?1", [key])?,
    };
    Ok(true)
}
