//! Plans of days with their stops, and the runs that made them.

use chrono::NaiveDate;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::columns::{date, date_opt, instant, instant_text, name, name_text, slice_params};
use super::{PlannedStop, Result, RunRecord, Slice, StopOnDay, StoredPlan};
use crate::accounts::{AccountId, RepId, Stored, VisitId};

fn read(row: &Row) -> rusqlite::Result<StoredPlan> {
    Ok(StoredPlan {
        id: row.get(0)?,
        rep: RepId(row.get(1)?),
        date: date(row, 2)?,
        status: name(row, 3)?,
        run_id: row.get(4)?,
        stops: Vec::new(),
        body: row.get(5)?,
    })
}

fn read_stop(row: &Row) -> rusqlite::Result<StopOnDay> {
    Ok(StopOnDay {
        stop: PlannedStop {
            visit: VisitId(row.get(0)?),
            account: AccountId(row.get(1)?),
        },
        rep: RepId(row.get(2)?),
        date: date(row, 3)?,
    })
}

/// Stops of plans, by date, rep and order.
pub(super) fn stops(db: &Connection, slice: &Slice) -> Result<Vec<StopOnDay>> {
    let mut query = db.prepare_cached(&format!(
        "SELECT visit, account, rep, date FROM plan_stops WHERE {} ORDER BY date, rep, seq",
        super::columns::SLICE
    ))?;
    let rows = query.query_map(slice_params(slice), read_stop)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The planned stop with this visit id.
pub(super) fn stop(db: &Connection, visit: &VisitId) -> Result<Option<StopOnDay>> {
    Ok(db
        .prepare_cached("SELECT visit, account, rep, date FROM plan_stops WHERE visit = ?1")?
        .query_row([&visit.0], read_stop)
        .optional()?)
}

/// Plans of a slice, by date and rep.
pub(super) fn of(db: &Connection, slice: &Slice) -> Result<Vec<StoredPlan>> {
    let mut query = db.prepare_cached(
        "SELECT id, rep, date, status, run_id, body FROM plans
         WHERE (?1 IS NULL OR rep = ?1) AND (?3 IS NULL OR date >= ?3) AND (?4 IS NULL OR date <= ?4)
           AND (?2 IS NULL OR EXISTS (SELECT 1 FROM plan_stops s
                WHERE s.rep = plans.rep AND s.date = plans.date AND s.account = ?2))
         ORDER BY date, rep",
    )?;
    let plans: Vec<StoredPlan> = query
        .query_map(slice_params(slice), read)?
        .collect::<rusqlite::Result<_>>()?;
    plans
        .into_iter()
        .map(|mut plan| {
            let day = Slice {
                rep: Some(plan.rep.clone()),
                from: Some(plan.date),
                to: Some(plan.date),
                account: None,
            };
            plan.stops = stops(db, &day)?.into_iter().map(|s| s.stop).collect();
            Ok(plan)
        })
        .collect()
}

/// The plan of a rep and day.
pub(super) fn get(db: &Connection, rep: &RepId, date: NaiveDate) -> Result<Option<StoredPlan>> {
    let day = Slice {
        rep: Some(rep.clone()),
        from: Some(date),
        to: Some(date),
        account: None,
    };
    Ok(of(db, &day)?.pop())
}

/// First and last day with a plan.
pub(super) fn dates(db: &Connection) -> Result<Option<(NaiveDate, NaiveDate)>> {
    Ok(
        db.query_row("SELECT min(date), max(date) FROM plans", [], |row| {
            Ok(date_opt(row, 0)?.zip(date_opt(row, 1)?))
        })?,
    )
}

/// Makes a plan, or replaces the one of the same rep and day.
pub(super) fn put(db: &Connection, plan: &StoredPlan) -> Result<Stored> {
    let before = get(db, &plan.rep, plan.date)?;
    if before.as_ref() == Some(plan) {
        return Ok(Stored::Unchanged);
    }
    remove(db, &plan.rep, plan.date)?;
    let date = plan.date.to_string();
    db.execute(
        "INSERT INTO plans (rep, date, id, status, run_id, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            plan.rep.0,
            date,
            plan.id,
            name_text(plan.status),
            plan.run_id,
            plan.body
        ],
    )?;
    let mut add = db.prepare_cached(
        "INSERT INTO plan_stops (visit, rep, date, seq, account) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (seq, stop) in (1_i64..).zip(&plan.stops) {
        add.execute(params![stop.visit.0, plan.rep.0, date, seq, stop.account.0])?;
    }
    Ok(Stored::of(before.is_some()))
}

/// Removes a plan with its stops; whether it was there.
pub(super) fn remove(db: &Connection, rep: &RepId, date: NaiveDate) -> Result<bool> {
    Ok(db.execute(
        "DELETE FROM plans WHERE rep = ?1 AND date = ?2",
        params![rep.0, date.to_string()],
    )? > 0)
}

/// One run.
pub(super) fn run(db: &Connection, id: &str) -> Result<Option<RunRecord>> {
    Ok(db
        .query_row(
            "SELECT id, kind, at, inputs FROM runs WHERE id = ?1",
            [id],
            |row| {
                Ok(RunRecord {
                    id: row.get(0)?,
                    kind: row.get(1)?,
                    at: instant(row, 2)?,
                    inputs: row.get(3)?,
                })
            },
        )
        .optional()?)
}

/// Keeps a run; one with the same id is the same run. Whether it is new.
pub(super) fn add_run(db: &Connection, run: &RunRecord) -> Result<bool> {
    Ok(db.execute(
        "INSERT OR IGNORE INTO runs VALUES (?1, ?2, ?3, ?4)",
        params![run.id, run.kind, instant_text(run.at), run.inputs],
    )? > 0)
}
