//! Reps.

use chrono::Weekday;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Result;
use super::columns::{json, json_opt, json_text, time, time_text};
use crate::accounts::{Rep, RepId, Stored};
use crate::geometry::LonLat;

const COLUMNS: &str = "id, name, home_lon, home_lat, shift_start, shift_end, weekdays, lunch, \
     max_visits, max_drive_min, skills, blocks, open_end, active";

fn read(row: &Row) -> rusqlite::Result<Rep> {
    Ok(Rep {
        id: RepId(row.get(0)?),
        name: row.get(1)?,
        home: LonLat::new(row.get(2)?, row.get(3)?),
        shift_start: time(row, 4)?,
        shift_end: time(row, 5)?,
        weekdays: json::<Vec<Weekday>>(row, 6)?,
        lunch: json_opt(row, 7)?,
        max_visits: row.get(8)?,
        max_drive_min: row.get(9)?,
        skills: json(row, 10)?,
        blocks: json(row, 11)?,
        open_end: row.get(12)?,
        active: row.get(13)?,
    })
}

/// All reps, by id.
pub(super) fn all(db: &Connection) -> Result<Vec<Rep>> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM reps ORDER BY id"))?;
    let rows = query.query_map([], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One rep.
pub(super) fn get(db: &Connection, id: &RepId) -> Result<Option<Rep>> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM reps WHERE id = ?1"))?;
    Ok(query.query_row([&id.0], read).optional()?)
}

/// Makes or replaces a rep.
pub(super) fn put(db: &Connection, rep: &Rep) -> Result<Stored> {
    let before = get(db, &rep.id)?;
    if before.as_ref() == Some(rep) {
        return Ok(Stored::Unchanged);
    }
    // An upsert and not a replacement: the latter would delete first and take the rep's plans along.
    db.prepare_cached(&format!(
        "INSERT INTO reps ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         ON CONFLICT (id) DO UPDATE SET name = ?2, home_lon = ?3, home_lat = ?4, shift_start = ?5, shift_end = ?6,
            weekdays = ?7, lunch = ?8, max_visits = ?9, max_drive_min = ?10, skills = ?11, blocks = ?12,
            open_end = ?13, active = ?14"
    ))?
    .execute(params![
        rep.id.0,
        rep.name,
        rep.home.lon,
        rep.home.lat,
        time_text(rep.shift_start),
        time_text(rep.shift_end),
        json_text(&rep.weekdays),
        rep.lunch.as_ref().map(json_text),
        rep.max_visits,
        rep.max_drive_min,
        json_text(&rep.skills),
        json_text(&rep.blocks),
        rep.open_end,
        rep.active,
    ])?;
    Ok(Stored::of(before.is_some()))
}
