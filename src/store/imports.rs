//! Import reports, kept whole as JSON.

use rusqlite::{Connection, OptionalExtension, params};

use super::columns::{instant_text, json, json_text};
use super::{Result, StoreError};
use crate::accounts::ImportReport;

/// Keeps a report under the next id, which it gets.
pub(super) fn add(db: &Connection, mut report: ImportReport) -> Result<ImportReport> {
    let id: i64 = db.query_row("SELECT coalesce(max(id), 0) + 1 FROM imports", [], |row| {
        row.get(0)
    })?;
    report.id = id.to_string();
    let received = report.received.ok_or_else(|| StoreError::Missing {
        what: "an import report".to_owned(),
        missing: "its instant".to_owned(),
    })?;
    db.execute(
        "INSERT INTO imports VALUES (?1, ?2, ?3)",
        params![id, instant_text(received), json_text(&report)],
    )?;
    Ok(report)
}

/// All reports, newest first.
pub(super) fn all(db: &Connection) -> Result<Vec<ImportReport>> {
    let mut query = db.prepare_cached("SELECT report FROM imports ORDER BY id DESC")?;
    let rows = query.query_map([], |row| json(row, 0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The report with this id.
pub(super) fn get(db: &Connection, id: &str) -> Result<Option<ImportReport>> {
    let Ok(id) = id.parse::<i64>() else {
        return Ok(None);
    };
    Ok(db
        .query_row("SELECT report FROM imports WHERE id = ?1", [id], |row| {
            json(row, 0)
        })
        .optional()?)
}
