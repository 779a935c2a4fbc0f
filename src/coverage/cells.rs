//! Where on the map are the gaps? Accounts and causes per H3 cell: [`cells`].

use std::collections::BTreeMap;

use h3o::{CellIndex, LatLng, Resolution};

use super::causes::{cause, tally};
use super::facts::Facts;
use super::model::{CauseCount, GapCause};
use crate::geometry::LonLat;
use crate::units::{Millis, total};

/// Coarsest resolution that is offered (cells of about 250 square kilometres).
pub const COARSEST: u8 = 5;
/// Finest resolution that is offered (cells of about 0.1 square kilometres).
pub const FINEST: u8 = 9;
/// With resolution left to us, at most so many cells hold an account.
const ENOUGH_CELLS: usize = 160;

/// What a cell's gap counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// Each account once.
    #[default]
    Accounts,
    /// Each account by its value.
    Value,
}

/// One H3 cell that holds accounts.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// H3 index as text.
    pub id: String,
    /// H3 resolution.
    pub resolution: u8,
    /// Corners, counter-clockwise, the first repeated at the end.
    pub ring: Vec<LonLat>,
    /// Number of accounts.
    pub accounts: u64,
    /// Their weight.
    pub weight: f64,
    /// Weight that is not covered.
    pub gap: f64,
    /// `gap / weight`; 0 where nothing weighs.
    pub share: f64,
    /// By cause; all six, in order.
    pub causes: Vec<CauseCount>,
}

/// The cells that hold accounts, by id, and the number of accounts without any place.
#[derive(Clone, Debug, PartialEq)]
pub struct Cells {
    /// By id.
    pub cells: Vec<Cell>,
    /// Accounts that no cell holds because nobody knows where they are.
    pub without_place: u64,
}

/// Counts `accounts` by H3 cell at `resolution` (clamped to what is offered; `None` = fine enough to see, coarse enough
/// to read). The cells' accounts and those without a place sum to the total.
#[must_use]
pub fn cells(accounts: &[Facts], resolution: Option<u8>, weight: Weight, reach: Millis) -> Cells {
    let resolution = match resolution {
        Some(wanted) => h3_resolution(wanted),
        None => readable(accounts),
    };
    let mut by_cell: BTreeMap<CellIndex, Vec<&Facts>> = BTreeMap::new();
    let mut without_place = 0;
    for account in accounts {
        match account.at.and_then(|at| cell_of(at, resolution)) {
            Some(cell) => by_cell.entry(cell).or_default().push(account),
            None => without_place += 1,
        }
    }
    Cells {
        cells: by_cell
            .into_iter()
            .map(|(index, inside)| one_cell(index, &inside, weight, reach))
            .collect(),
        without_place,
    }
}

fn one_cell(index: CellIndex, inside: &[&Facts], weight: Weight, reach: Millis) -> Cell {
    let weigh = |a: &Facts| match weight {
        Weight::Accounts => 1.0,
        Weight::Value => a.value,
    };
    let all = total(inside.iter().map(|a| weigh(a)));
    let gap = total(
        inside
            .iter()
            .filter(|a| cause(a, reach) != GapCause::Covered)
            .map(|a| weigh(a)),
    );
    Cell {
        id: index.to_string(),
        resolution: u8::from(index.resolution()),
        ring: ring(index),
        accounts: inside.len() as u64,
        weight: all,
        gap,
        share: if all > 0.0 { gap / all } else { 0.0 },
        causes: tally(inside.iter().copied(), reach),
    }
}

/// H3 gives corners counter-clockwise, as GeoJSON wants outer rings.
fn ring(index: CellIndex) -> Vec<LonLat> {
    let mut ring: Vec<LonLat> = index
        .boundary()
        .iter()
        .map(|corner| LonLat::new(corner.lng(), corner.lat()))
        .collect();
    ring.extend(ring.first().copied());
    ring
}

fn cell_of(at: LonLat, resolution: Resolution) -> Option<CellIndex> {
    Some(LatLng::new(at.lat, at.lon).ok()?.to_cell(resolution))
}

fn h3_resolution(wanted: u8) -> Resolution {
    Resolution::try_from(wanted.clamp(COARSEST, FINEST)).expect("5 to 9 are H3 resolutions")
}

/// The finest resolution at which the accounts lie in few enough cells.
fn readable(accounts: &[Facts]) -> Resolution {
    (COARSEST..=FINEST)
        .rev()
        .map(h3_resolution)
        .find(|&resolution| {
            let mut cells: Vec<CellIndex> = accounts
                .iter()
                .filter_map(|a| cell_of(a.at?, resolution))
                .collect();
            cells.sort_unstable();
            cells.dedup();
            cells.len() <= ENOUGH_CELLS
        })
        .unwrap_or_else(|| h3_resolution(COARSEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coverage::tests::account;

    const REACH: Millis = Millis::from_minutes(45);

    fn book() -> Vec<Facts> {
        (0..300)
            .map(|n| Facts {
                at: (n % 10 != 0).then(|| {
                    LonLat::new(
                        14.3 + f64::from(n % 17) * 0.012,
                        35.85 + f64::from(n % 13) * 0.009,
                    )
                }),
                on_network: n % 10 != 0,
                urgency: Some(f64::from(n % 3)),
                ..account(&format!("a{n}"))
            })
            .collect()
    }

    #[test]
    fn cells_and_the_placeless_sum_to_the_total_at_every_resolution() {
        for resolution in [None, Some(5), Some(7), Some(9), Some(200)] {
            let found = cells(&book(), resolution, Weight::Accounts, REACH);
            let inside: u64 = found.cells.iter().map(|c| c.accounts).sum();
            assert_eq!(inside + found.without_place, 300);
            assert_eq!(found.without_place, 30);
            for cell in &found.cells {
                let by_cause: u64 = cell.causes.iter().map(|c| c.accounts).sum();
                assert_eq!(by_cause, cell.accounts);
            }
        }
    }

    #[test]
    fn left_to_us_the_cells_stay_readable() {
        let found = cells(&book(), None, Weight::Accounts, REACH);
        assert!(!found.cells.is_empty() && found.cells.len() <= ENOUGH_CELLS);
    }

    #[test]
    fn rings_are_closed_and_counter_clockwise() {
        for cell in cells(&book(), Some(8), Weight::Value, REACH).cells {
            assert_eq!(cell.ring.first(), cell.ring.last());
            let twice: f64 = cell
                .ring
                .windows(2)
                .map(|p| p[0].lon * p[1].lat - p[1].lon * p[0].lat)
                .sum();
            assert!(twice > 0.0, "{}", cell.id);
        }
    }
}
