//! Applying a set of changes inside one transaction.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Error};

use super::{Changes, Result, StoreError, Written};
use super::{
    accounts, appointments, areas, imports, plan_runs, plans, reps, settings, state, visits,
};
use crate::accounts::Stored;

/// Applies everything in the order of [`Changes`]' fields and notes the instant when anything changed.
pub(super) fn apply(db: &Connection, changes: &Changes, at: DateTime<Utc>) -> Result<Written> {
    let mut written = Written::default();
    for rep in &changes.reps {
        written.reps.count(reps::put(db, rep)?);
    }
    for area in &changes.areas {
        written.areas.count(areas::put(db, area)?);
    }
    for id in &changes.removed_areas {
        written.removed += usize::from(areas::remove(db, id)?);
    }
    let source = if changes.source.is_empty() {
        "manual"
    } else {
        &changes.source
    };
    for account in &changes.accounts {
        written
            .accounts
            .count(accounts::put(db, account, source, at)?);
    }
    if let Some(import) = &changes.import {
        let tally = accounts::import(db, import, at)?;
        written.accounts.new += tally.new;
        written.accounts.updated += tally.updated;
        written.accounts.unchanged += tally.unchanged;
        let mut report = import.report.clone();
        report.stored = tally;
        report.received = Some(at);
        written.report = Some(imports::add(db, report)?);
    }
    for visit in &changes.visits {
        let stored = named(visits::put(db, visit), || {
            (
                format!("visit {}", visit.id),
                format!("account {}", visit.account),
            )
        })?;
        written.visits.count(stored);
    }
    for appointment in &changes.appointments {
        let stored = named(appointments::put(db, appointment), || {
            (
                format!("appointment {}", appointment.id),
                format!("account {}", appointment.account),
            )
        })?;
        written.appointments.count(stored);
    }
    let mut other = plan_changes(db, changes, &mut written)?;
    for (key, value) in &changes.settings {
        other |= settings::put(db, key, value.as_deref())?;
    }
    removals(db, changes, &mut written)?;
    let tallies = [
        written.reps,
        written.areas,
        written.accounts,
        written.visits,
        written.appointments,
        written.plans,
    ];
    if other || written.removed > 0 || tallies.iter().any(crate::accounts::Tally::changed) {
        state::touch(db, at)?;
    }
    Ok(written)
}

/// Removes and stores appointments and plans; whether a run was added.
fn plan_changes(db: &Connection, changes: &Changes, written: &mut Written) -> Result<bool> {
    for id in &changes.cancelled_appointments {
        written.removed += usize::from(appointments::remove(db, id)?);
    }
    for (rep, date) in &changes.dropped_plans {
        written.removed += usize::from(plans::remove(db, rep, *date)?);
    }
    for plan in &changes.plans {
        let stored = named(plans::put(db, plan), || {
            (
                format!("plan {}", plan.id),
                format!("rep {} or an account of the plan", plan.rep),
            )
        })?;
        written.plans.count(stored);
    }
    for run in &changes.plan_runs {
        plan_runs::put(db, run)?;
    }
    let mut added = false;
    for run in &changes.runs {
        added |= plans::add_run(db, run)?;
    }
    Ok(added)
}

/// Removes visits, then accounts.
fn removals(db: &Connection, changes: &Changes, written: &mut Written) -> Result<()> {
    for id in &changes.removed_visits {
        written.removed += usize::from(visits::remove(db, id)?);
    }
    for id in &changes.removed_accounts {
        let removed = accounts::remove(db, id).map_err(|error| {
            if is_broken_reference(&error) {
                let what = format!("account {id}");
                StoreError::InUse { what }
            } else {
                error
            }
        })?;
        written.removed += usize::from(removed);
    }
    Ok(())
}

/// A broken reference, with the names of what refers and what is missing.
fn named(stored: Result<Stored>, names: impl FnOnce() -> (String, String)) -> Result<Stored> {
    stored.map_err(|error| {
        if is_broken_reference(&error) {
            let (what, missing) = names();
            StoreError::Missing { what, missing }
        } else {
            error
        }
    })
}

fn is_broken_reference(error: &StoreError) -> bool {
    matches!(error, StoreError::Sqlite(Error::SqliteFailure(failure, _))
        if failure.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY)
}
