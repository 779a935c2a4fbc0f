//! Taking an account file into the book: read, locate, compare, store, report.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::geocode::Geocoder;
use super::region::Region;
use crate::accounts::duplicates::{SuspectRule, suspects};
use crate::accounts::{
    Account, AccountImport, ImportError, ImportOptions, ImportReport, LocationQuality, ProblemCode,
    RowProblem, Severity, import_accounts,
};
use crate::network::{Network, SnapOptions};
use crate::store::{Changes, Store, StoreError};
use crate::units::Metres;

/// The map that a file is held against: where addresses are, and where roads.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// Finds places of addresses.
    pub geocoder: &'a Geocoder,
    /// Its roads, and how far from them an account may lie to be planned; `None` to look at addresses only.
    pub roads: Option<(&'a Network, Metres)>,
}

impl<'a> Surroundings<'a> {
    /// Those of a region, whose places `geocoder` knows.
    #[must_use]
    pub fn of(region: &'a Region, geocoder: &'a Geocoder, snap_limit: Metres) -> Self {
        Self {
            geocoder,
            roads: Some((&region.network, snap_limit)),
        }
    }
}

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

/// Reads a file, looks up rows without coordinates, tells those far from any road, lists duplicate suspects among its rows and the book, and stores
/// the good rows in one transaction. The same file again changes nothing.
///
/// # Errors
/// When the file cannot be read at all, or not stored; then nothing changed.
pub fn take_in(
    store: &dyn Store,
    bytes: &[u8],
    options: &ImportOptions,
    map: Option<&Surroundings<'_>>,
    at: DateTime<Utc>,
) -> Result<ImportReport, IntakeError> {
    let mut import = read(bytes, options, map)?;
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
    map: Option<&Surroundings<'_>>,
) -> Result<ImportReport, ImportError> {
    let mut import = read(bytes, options, map)?;
    list_suspects(&mut import, Vec::new());
    Ok(import.report)
}

/// Reads a file and looks up rows without coordinates. Without a map those stay unlocated.
///
/// # Errors
/// When the file cannot be read at all.
pub fn read(
    bytes: &[u8],
    options: &ImportOptions,
    map: Option<&Surroundings<'_>>,
) -> Result<AccountImport, ImportError> {
    let mut import = import_accounts(bytes, options)?;
    let mut found = Vec::new();
    for (account, row) in import.rows.iter_mut().zip(&import.row_numbers) {
        if account.location.is_some() {
            found.extend(map.and_then(|map| far_from_roads(account, *row, map)));
            continue;
        }
        account.location = map.and_then(|map| map.geocoder.locate(&account.address));
        let counts = &mut import.report.geocoded;
        match account.location.map(|l| l.quality) {
            Some(LocationQuality::Rooftop | LocationQuality::Given) => counts.rooftop += 1,
            Some(LocationQuality::Street) => counts.street += 1,
            Some(LocationQuality::Place) => counts.place += 1,
            None => counts.failed += 1,
        }
        found.extend(doubt(account, *row, map.is_some()));
    }
    // What lies outside the map was told already, and of course no road is near.
    let outside: BTreeSet<usize> = import
        .report
        .problems
        .iter()
        .filter(|p| p.code == ProblemCode::CoordinatesOutsideRegion)
        .map(|p| p.row)
        .collect();
    found.retain(|p| p.code != ProblemCode::FarFromRoads || !outside.contains(&p.row));
    let room = options
        .limits
        .problems
        .saturating_sub(import.report.problems.len());
    import.report.problems_left_out += found.len().saturating_sub(room);
    found.truncate(room);
    import.report.problems.extend(found);
    import.report.problems.sort_by_key(|p| p.row);
    Ok(import)
}

/// An account with coordinates that no road leads to: in the sea, in a quarry, or with digits mixed up.
fn far_from_roads(account: &Account, row: usize, map: &Surroundings<'_>) -> Option<RowProblem> {
    let at = account.location?.at;
    let (network, limit) = map.roads?;
    let options = SnapOptions {
        limit,
        ..SnapOptions::default()
    };
    if network.snap(at, &options).is_some() {
        return None;
    }
    Some(RowProblem {
        row,
        id: Some(account.id.0.clone()),
        field: "lon, lat".to_owned(),
        value: format!("{}, {}", at.lon, at.lat),
        severity: Severity::Warning,
        code: ProblemCode::FarFromRoads,
        problem: format!("no road within {:.0} m: not planned", limit.0),
        cure: "correct the coordinates, or drag the account to its place on the map".to_owned(),
    })
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
    let ids: BTreeSet<_> = import.rows.iter().map(|a| &a.id).collect();
    import.report.duplicates = suspects(&accounts, SuspectRule::default())
        .into_iter()
        .filter(|s| ids.contains(&s.a) || ids.contains(&s.b))
        .collect();
}
