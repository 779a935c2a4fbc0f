//! Visits: the log that cadence rests on.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::columns::{
    SLICE, date, instant_opt, instant_text, name, name_text, slice_params, time_opt, time_text,
};
use super::{Result, Slice};
use crate::accounts::{AccountId, RepId, Stored, Visit, VisitId};

pub(super) const COLUMNS: &str =
    "id, account, rep, date, start, end, status, purpose, outcome, note, source, recorded_at";

pub(super) fn read(row: &Row) -> rusqlite::Result<Visit> {
    Ok(Visit {
        id: VisitId(row.get(0)?),
        account: AccountId(row.get(1)?),
        rep: RepId(row.get(2)?),
        date: date(row, 3)?,
        start: time_opt(row, 4)?,
        end: time_opt(row, 5)?,
        status: name(row, 6)?,
        purpose: row.get(7)?,
        outcome: row.get(8)?,
        note: row.get(9)?,
        source: row.get(10)?,
        recorded_at: instant_opt(row, 11)?,
    })
}

/// Visits of a slice, by date, start and id.
pub(super) fn of(db: &Connection, slice: &Slice) -> Result<Vec<Visit>> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM visits WHERE {SLICE} ORDER BY date, start, id"
    ))?;
    let rows = query.query_map(slice_params(slice), read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One visit.
pub(super) fn get(db: &Connection, id: &VisitId) -> Result<Option<Visit>> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM visits WHERE id = ?1"))?;
    Ok(query.query_row([&id.0], read).optional()?)
}

/// Makes or replaces a visit. When only the instant of recording differs, nothing changes: a second import of the same
/// file says nothing new.
pub(super) fn put(db: &Connection, visit: &Visit) -> Result<Stored> {
    let before = get(db, &visit.id)?;
    if let Some(before) = &before {
        let same_time = Visit {
            recorded_at: before.recorded_at,
            ..visit.clone()
        };
        if same_time == *before {
            return Ok(Stored::Unchanged);
        }
    }
    db.prepare_cached(&format!(
        "INSERT OR REPLACE INTO visits ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    ))?
    .execute(params![
        visit.id.0,
        visit.account.0,
        visit.rep.0,
        visit.date.to_string(),
        visit.start.map(time_text),
        visit.end.map(time_text),
        name_text(visit.status),
        visit.purpose,
        visit.outcome,
        visit.note,
        visit.source,
        visit.recorded_at.map(instant_text),
    ])?;
    Ok(Stored::of(before.is_some()))
}

/// Removes a visit; whether it was there.
pub(super) fn remove(db: &Connection, id: &VisitId) -> Result<bool> {
    Ok(db.execute("DELETE FROM visits WHERE id = ?1", [&id.0])? > 0)
}
