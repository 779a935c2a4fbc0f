//! Appointments: promises that the planner keeps.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::columns::{SLICE, date, slice_params, time, time_text};
use super::{Result, Slice};
use crate::accounts::{AccountId, Appointment, RepId, Stored, VisitId};

const COLUMNS: &str = "id, account, rep, date, start, leeway_min, visit_min, purpose, note";

fn read(row: &Row) -> rusqlite::Result<Appointment> {
    Ok(Appointment {
        id: VisitId(row.get(0)?),
        account: AccountId(row.get(1)?),
        rep: RepId(row.get(2)?),
        date: date(row, 3)?,
        start: time(row, 4)?,
        leeway_min: row.get(5)?,
        visit_min: row.get(6)?,
        purpose: row.get(7)?,
        note: row.get(8)?,
    })
}

/// Appointments of a slice, by date, start and id.
pub(super) fn of(db: &Connection, slice: &Slice) -> Result<Vec<Appointment>> {
    let mut query = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM appointments WHERE {SLICE} ORDER BY date, start, id"
    ))?;
    let rows = query.query_map(slice_params(slice), read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Makes or replaces an appointment.
pub(super) fn put(db: &Connection, appointment: &Appointment) -> Result<Stored> {
    let before = db
        .prepare_cached(&format!("SELECT {COLUMNS} FROM appointments WHERE id = ?1"))?
        .query_row([&appointment.id.0], read)
        .optional()?;
    if before.as_ref() == Some(appointment) {
        return Ok(Stored::Unchanged);
    }
    db.prepare_cached(&format!(
        "INSERT OR REPLACE INTO appointments ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
    ))?
    .execute(params![
        appointment.id.0,
        appointment.account.0,
        appointment.rep.0,
        appointment.date.to_string(),
        time_text(appointment.start),
        appointment.leeway_min,
        appointment.visit_min,
        appointment.purpose,
        appointment.note,
    ])?;
    Ok(Stored::of(before.is_some()))
}

/// Removes an appointment; whether it was there.
pub(super) fn remove(db: &Connection, id: &VisitId) -> Result<bool> {
    Ok(db.execute("DELETE FROM appointments WHERE id = ?1", [&id.0])? > 0)
}
