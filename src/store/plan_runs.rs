//! What runs made for a rep's day: the plan that stands, those it replaced, and drafts.

use rusqlite::{Connection, OptionalExtension, params};

use super::columns::date;
use super::{PlanRun, RUNS_KEPT, Result};
use crate::accounts::RepId;

/// What a run made.
pub(super) fn get(db: &Connection, run_id: &str) -> Result<Option<PlanRun>> {
    Ok(db
        .prepare_cached("SELECT run_id, rep, date, base, body FROM plan_runs WHERE run_id = ?1")?
        .query_row([run_id], |row| {
            Ok(PlanRun {
                run_id: row.get(0)?,
                rep: RepId(row.get(1)?),
                date: date(row, 2)?,
                base: row.get(3)?,
                body: row.get(4)?,
            })
        })
        .optional()?)
}

/// Keeps what a run made as the newest of its day, in place of what the same run made before, and forgets the oldest.
pub(super) fn put(db: &Connection, run: &PlanRun) -> Result<()> {
    let day = run.date.to_string();
    db.execute("DELETE FROM plan_runs WHERE run_id = ?1", [&run.run_id])?;
    db.execute(
        "INSERT INTO plan_runs (run_id, rep, date, base, body) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![run.run_id, run.rep.0, day, run.base, run.body],
    )?;
    db.execute(
        "DELETE FROM plan_runs WHERE rep = ?1 AND date = ?2 AND seq NOT IN
             (SELECT seq FROM plan_runs WHERE rep = ?1 AND date = ?2 ORDER BY seq DESC LIMIT ?3)",
        params![run.rep.0, day, RUNS_KEPT as i64],
    )?;
    Ok(())
}
