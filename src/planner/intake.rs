//! Taking an account file into the book: read, locate, compare, store, report.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::geocode::Geocoder;
use crate::accounts::duplicates::{SuspectRule, suspects};
use crate::accounts::{
    Account, AccountImport, ImportError, ImportOptions, ImportReport, LocationQuality, ProblemCode,
    RowProblem, Severity, import_accounts,
};
use crate::store::{Changes, Store, StoreError};

/// Why a file was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// It cannot be read.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// It cannot be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Reads a file, looks up rows without coordinates, lists duplicate suspects among its rows and the book, and stores
/// the good rows in one transaction. The same file again changes nothing.
///
/// # Errors
/// When the file cannot be read at all, or not stored; then nothing changed.
pub fn take_in(
    store: &dyn Store,
    bytes: &[u8],
    options: &ImportOptions,
    geocoder: Option<&Geocoder>,
    at: DateTime<Utc>,
) -> Result<ImportReport, IntakeError> {
    let mut import = read(bytes, options, geocoder)?;
    list_suspects(&mut import, store.accounts()?);
    let changes = Changes {
        import: Some(import),
        ..Changes::default()
    };
    let written = store.write(&changes, at)?;
    Ok(written.report.unwrap_or_default())
}

/// The report of a file without storing anything.
///
/// # Errors
/// When the file cannot be read at all.
pub fn check(
    bytes: &[u8],
    options: &ImportOptions,
    geocoder: Option<&Geocoder>,
) -> Result<ImportReport, ImportError> {
    let mut import = read(bytes, options, geocoder)?;
    list_suspects(&mut import, Vec::new());
    Ok(import.report)
}

/// Reads a file and looks up rows without coordinates. Without a geocoder those stay unlocated.
///
/// # Errors
/// When the file cannot be read at all.
pub fn read(
    bytes: &[u8],
    options: &ImportOptions,
    geocoder: Option<&Geocoder>,
) -> Result<AccountImport, ImportError> {
    let mut import = import_accounts(bytes, options)?;
    for (account, row) in import.rows.iter_mut().zip(&import.row_numbers) {
        if account.location.is_some() {
            continue;
        }
        account.location = geocoder.and_then(|g| g.locate(&account.address));
        let counts = &mut import.report.geocoded;
        match account.location.map(|l| l.quality) {
            Some(LocationQuality::Rooftop | LocationQuality::Given) => counts.rooftop += 1,
            Some(LocationQuality::Street) => counts.street += 1,
            Some(LocationQuality::Place) => counts.place += 1,
            None => counts.failed += 1,
        }
        if let Some(problem) = doubt(account, *row, geocoder.is_some()) {
            if import.report.problems.len() < options.limits.problems {
                import.report.problems.push(problem);
            } else {
                import.report.problems_left_out += 1;
            }
        }
    }
    import.report.problems.sort_by_key(|p| p.row);
    Ok(import)
}

/// What to say about an account that was looked up, if it may not be planned as it is.
fn doubt(account: &Account, row: usize, looked_up: bool) -> Option<RowProblem> {
    let a = &account.address;
    let parts = [&a.street, &a.housenumber, &a.postcode, &a.city];
    let text: Vec<&str> = parts.iter().filter_map(|p| p.as_deref()).collect();
    let (code, problem, cure) = match account.location.map(|l| l.quality) {
        Some(LocationQuality::Place) => (
            ProblemCode::PlaceOnly,
            "only the town was found: not planned until corrected",
            "complete the street and number, or drag the account to its place on the map",
        ),
        Some(_) => return None,
        None if text.is_empty() => (
            ProblemCode::NoPosition,
            "neither coordinates nor an address: not planned",
            "fill in coordinates or an address, or put the account on the map",
        ),
        None if looked_up => (
            ProblemCode::AddressNotFound,
            "the address was not found, or may be two places: not planned",
            "check street and town, or put the account on the map",
        ),
        None => (
            ProblemCode::NoPosition,
            "no coordinates, and no map to look up the address: not planned",
            "name the prepared region, or fill in coordinates",
        ),
    };
    Some(RowProblem {
        row,
        id: Some(account.id.0.clone()),
        field: "address".to_owned(),
        value: text.join(", "),
        severity: Severity::Warning,
        code,
        problem: problem.to_owned(),
        cure: cure.to_owned(),
    })
}

/// Suspects with at least one account of the file; rows take the place of the same accounts in the book.
fn list_suspects(import: &mut AccountImport, book: Vec<Account>) {
    let mut all: BTreeMap<_, Account> = book.into_iter().map(|a| (a.id.clone(), a)).collect();
    for row in &import.rows {
        let place = row.location.or_else(|| all.get(&row.id)?.location);
        all.insert(
            row.id.clone(),
            Account {
                location: place,
                ..row.clone()
            },
        );
    }
    let accounts: Vec<Account> = all.into_values().collect();
    let ids: std::collections::BTreeSet<_> = import.rows.iter().map(|a| &a.id).collect();
    import.report.duplicates = suspects(&accounts, SuspectRule::default())
        .into_iter()
        .filter(|s| ids.contains(&s.a) || ids.contains(&s.b))
        .collect();
}
