//! Reading in slices for those who stream: accounts after an id, days that hold visits, one day's visits with where
//! they take place. Every query walks an index, so that the last page costs what the first does.

use chrono::NaiveDate;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};

use super::columns::date;
use super::{AccountPage, Result, VisitThere, accounts, visits};
use crate::accounts::Account;
use crate::geometry::{Bounds, LonLat};

/// Accounts after an id, by id.
pub(super) fn accounts(db: &Connection, ask: &AccountPage) -> Result<Vec<Account>> {
    let (within, mut values) = boxes(&ask.within);
    let after = ask.after.as_ref().map_or("", |id| id.0.as_str());
    let first = values.len() + 1;
    values.push(after.to_owned().into());
    values.push((ask.limit as i64).into());
    let mut query = db.prepare_cached(&format!(
        "SELECT {} FROM accounts WHERE {within} AND id > ?{first} ORDER BY id LIMIT ?{}",
        accounts::COLUMNS,
        first + 1
    ))?;
    let rows = query.query_map(params_from_iter(values), accounts::read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many accounts lie in any of the boxes or have no place; all accounts without a box.
pub(super) fn count_accounts(db: &Connection, within: &[Bounds]) -> Result<u64> {
    let (within, values) = boxes(within);
    let count: i64 = db
        .prepare_cached(&format!("SELECT count(*) FROM accounts WHERE {within}"))?
        .query_row(params_from_iter(values), |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// A condition that holds in any of the boxes and for what has no place, with its parameters.
fn boxes(within: &[Bounds]) -> (String, Vec<Value>) {
    if within.is_empty() {
        return ("1".into(), Vec::new());
    }
    let mut values = Vec::new();
    let mut terms = vec!["lon IS NULL".to_owned()];
    for bounds in within {
        let n = values.len();
        terms.push(format!(
            "(lon BETWEEN ?{} AND ?{} AND lat BETWEEN ?{} AND ?{})",
            n + 1,
            n + 2,
            n + 3,
            n + 4
        ));
        let (min, max) = (bounds.min, bounds.max);
        values.extend([min.lon, max.lon, min.lat, max.lat].map(Value::from));
    }
    (format!("({})", terms.join(" OR ")), values)
}

/// Days on which visits stand, recorded or planned, in order; both ends included.
pub(super) fn visit_days(
    db: &Connection,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Vec<NaiveDate>> {
    let mut query = db.prepare_cached(
        "SELECT DISTINCT date FROM visits WHERE date >= coalesce(?1, '') AND date <= coalesce(?2, '~')
         UNION SELECT DISTINCT date FROM plans WHERE date >= coalesce(?1, '') AND date <= coalesce(?2, '~')
         ORDER BY 1",
    )?;
    let text = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let rows = query.query_map(params![text(from), text(to)], |row| date(row, 0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The recorded visits of a day with what is known of their accounts, by id.
pub(super) fn visits_on(db: &Connection, day: NaiveDate) -> Result<Vec<VisitThere>> {
    let columns: Vec<String> = visits::COLUMNS
        .split(", ")
        .map(|column| format!("v.{column}"))
        .collect();
    let mut query = db.prepare_cached(&format!(
        "SELECT {}, a.name, a.class, a.lon, a.lat FROM visits v JOIN accounts a ON a.id = v.account
         WHERE v.date = ?1 ORDER BY v.id",
        columns.join(", ")
    ))?;
    let rows = query.query_map([day.to_string()], |row| {
        let lon: Option<f64> = row.get(14)?;
        let lat: Option<f64> = row.get(15)?;
        Ok(VisitThere {
            visit: visits::read(row)?,
            name: row.get(12)?,
            class: row.get(13)?,
            at: lon.zip(lat).map(|(lon, lat)| LonLat::new(lon, lat)),
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
