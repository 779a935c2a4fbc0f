//! Reading in slices for those who stream: days that hold visits, one day's visits with where
//! they take place. Every query walks an index, so that the last page costs what the first does.

use chrono::NaiveDate;
use rusqlite::{Connection, params};

use super::columns::date;
use super::{Result, Shown, VisitThere, visits};
use crate::geometry::LonLat;

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

/// How many of the visits that were meant took place, by class of the account. A call by phone is neither.
pub(super) fn shown(db: &Connection) -> Result<Vec<Shown>> {
    let mut query = db.prepare_cached(
        "SELECT a.class, sum(v.status = 'done'), count(*) FROM visits v JOIN accounts a ON a.id = v.account
         WHERE v.status IN ('done', 'missed', 'refused', 'cancelled') GROUP BY a.class ORDER BY a.class",
    )?;
    let rows = query.query_map([], |row| {
        Ok(Shown {
            class: row.get(0)?,
            held: row.get::<_, i64>(1)?.unsigned_abs(),
            meant: row.get::<_, i64>(2)?.unsigned_abs(),
        })
    })?;
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
