//! Accounts, the log of their changed fields, and what the last import said about each.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::columns::{date_opt, instant, instant_text, json, json_text, name, name_text};
use super::{AccountChange, Result};
use crate::accounts::merge::{differences, merge, remember};
use crate::accounts::{
    Account, AccountId, AccountImport, Address, Field, Location, RepId, Stored, Tally,
};
use crate::geometry::LonLat;

pub(super) const COLUMNS: &str = "id, name, kind, lon, lat, quality, street, housenumber, postcode, city, class, value, \
     cadence_days, visit_min, opening_hours, start_inside_is_enough, rep, stage, last_visit, active_from, active, \
     blocks, skills, phone, email, tags, note";

pub(super) fn read(row: &Row) -> rusqlite::Result<Account> {
    let lon: Option<f64> = row.get(3)?;
    let location = match lon {
        Some(lon) => Some(Location {
            at: LonLat::new(lon, row.get(4)?),
            quality: name(row, 5)?,
        }),
        None => None,
    };
    Ok(Account {
        id: AccountId(row.get(0)?),
        name: row.get(1)?,
        kind: name(row, 2)?,
        location,
        address: Address {
            street: row.get(6)?,
            housenumber: row.get(7)?,
            postcode: row.get(8)?,
            city: row.get(9)?,
        },
        class: row.get(10)?,
        value: row.get(11)?,
        cadence_days: row.get(12)?,
        visit_min: row.get(13)?,
        opening_hours: row.get(14)?,
        start_inside_is_enough: row.get(15)?,
        rep: row.get::<_, Option<String>>(16)?.map(RepId),
        stage: row.get(17)?,
        last_visit: date_opt(row, 18)?,
        active_from: date_opt(row, 19)?,
        active: row.get(20)?,
        blocks: json(row, 21)?,
        skills: json(row, 22)?,
        phone: row.get(23)?,
        email: row.get(24)?,
        tags: json(row, 25)?,
        note: row.get(26)?,
    })
}

/// All accounts, by id.
pub(super) fn all(db: &Connection) -> Result<Vec<Account>> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM accounts ORDER BY id"))?;
    let rows = query.query_map([], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One account.
pub(super) fn get(db: &Connection, id: &AccountId) -> Result<Option<Account>> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM accounts WHERE id = ?1"))?;
    Ok(query.query_row([&id.0], read).optional()?)
}

/// Makes or replaces an account and logs which fields changed.
pub(super) fn put(
    db: &Connection,
    account: &Account,
    source: &str,
    at: DateTime<Utc>,
) -> Result<Stored> {
    let before = get(db, &account.id)?;
    if before.as_ref() == Some(account) {
        return Ok(Stored::Unchanged);
    }
    save(db, account)?;
    if let Some(before) = &before {
        log(db, before, account, source, at)?;
    }
    Ok(Stored::of(before.is_some()))
}

fn save(db: &Connection, a: &Account) -> Result<()> {
    // An upsert: replacing the row would take the log and the remembered import along.
    db.prepare_cached(&format!(
        "INSERT INTO accounts ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
            ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)
         ON CONFLICT (id) DO UPDATE SET name = ?2, kind = ?3, lon = ?4, lat = ?5, quality = ?6, street = ?7,
            housenumber = ?8, postcode = ?9, city = ?10, class = ?11, value = ?12, cadence_days = ?13, visit_min = ?14,
            opening_hours = ?15, start_inside_is_enough = ?16, rep = ?17, stage = ?18, last_visit = ?19,
            active_from = ?20, active = ?21, blocks = ?22, skills = ?23, phone = ?24, email = ?25, tags = ?26,
            note = ?27"
    ))?
    .execute(params![
        a.id.0,
        a.name,
        name_text(a.kind),
        a.location.map(|l| l.at.lon),
        a.location.map(|l| l.at.lat),
        a.location.map(|l| name_text(l.quality)),
        a.address.street,
        a.address.housenumber,
        a.address.postcode,
        a.address.city,
        a.class,
        a.value,
        a.cadence_days,
        a.visit_min,
        a.opening_hours,
        a.start_inside_is_enough,
        a.rep.as_ref().map(|r| &r.0),
        a.stage,
        a.last_visit.map(|d| d.to_string()),
        a.active_from.map(|d| d.to_string()),
        a.active,
        json_text(&a.blocks),
        json_text(&a.skills),
        a.phone,
        a.email,
        json_text(&a.tags),
        a.note,
    ])?;
    Ok(())
}

fn log(
    db: &Connection,
    before: &Account,
    after: &Account,
    source: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    let mut add = db.prepare_cached(
        "INSERT INTO account_changes (account, at, source, field, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (field, old, new) in differences(before, after) {
        add.execute(params![
            after.id.0,
            instant_text(at),
            source,
            field,
            old.to_string(),
            new.to_string()
        ])?;
    }
    Ok(())
}

/// Removes an account with its log; whether it was there.
pub(super) fn remove(db: &Connection, id: &AccountId) -> Result<bool> {
    Ok(db.execute("DELETE FROM accounts WHERE id = ?1", [&id.0])? > 0)
}

/// The log of one account, oldest first.
pub(super) fn changes(db: &Connection, id: &AccountId) -> Result<Vec<AccountChange>> {
    let mut query = db.prepare_cached(
        "SELECT at, source, field, before, after FROM account_changes WHERE account = ?1 ORDER BY seq",
    )?;
    let rows = query.query_map([&id.0], |row| {
        Ok(AccountChange {
            at: instant(row, 0)?,
            source: row.get(1)?,
            field: row.get(2)?,
            before: json(row, 3)?,
            after: json(row, 4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Merges the rows of a file into the book. A new account without a visit, of a file that says nothing of start dates, counts
/// from the day of the import: from then on the wait for its first visit grows. Where a file has start dates, none means always.
pub(super) fn import(db: &Connection, import: &AccountImport, at: DateTime<Utc>) -> Result<Tally> {
    let mut tally = Tally::default();
    for row in &import.rows {
        let last = remembered(db, &row.id)?;
        let account = if let Some(current) = get(db, &row.id)? {
            merge(&current, last.as_ref(), row, &import.fields)
        } else {
            let has_starts = import.fields.contains(&Field::ActiveFrom);
            let from_now = !has_starts && row.last_visit.is_none();
            Account {
                active_from: row.active_from.or(from_now.then(|| at.date_naive())),
                ..row.clone()
            }
        };
        tally.count(put(db, &account, "import", at)?);
        let kept = remember(last.as_ref(), row, &import.fields);
        if last.as_ref() != Some(&kept) {
            db.prepare_cached("INSERT OR REPLACE INTO account_imports VALUES (?1, ?2)")?
                .execute(params![row.id.0, json_text(&kept)])?;
        }
    }
    Ok(tally)
}

fn remembered(db: &Connection, id: &AccountId) -> Result<Option<Account>> {
    Ok(db
        .prepare_cached("SELECT row FROM account_imports WHERE account = ?1")?
        .query_row([&id.0], |row| json(row, 0))
        .optional()?)
}
