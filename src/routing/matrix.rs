//! Travel times and lengths from many places to many.

use rayon::prelude::*;

use super::frontier::Frontiers;
use super::metric::Weight;
use super::one_to_many::{Targets, search};
use super::place::Stand;
use crate::network::Network;
use crate::units::{Metres, Millis};

/// Stands for "no route" in the packed numbers.
const NONE: u32 = u32::MAX;

/// Times and lengths of the routes between two lists of places. Eight bytes per pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TravelMatrix {
    rows: usize,
    columns: usize,
    /// Row by row.
    time_ms: Vec<u32>,
    /// Row by row; centimetres, so that 32 bits go once round the earth.
    length_cm: Vec<u32>,
}

impl TravelMatrix {
    /// Number of places to start from.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Number of places to go to.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// Time of the route from the `from`th to the `to`th place; `None` when there is none.
    ///
    /// # Panics
    /// When an index is out of range.
    #[must_use]
    pub fn time(&self, from: usize, to: usize) -> Option<Millis> {
        let ms = self.time_ms[self.at(from, to)];
        (ms != NONE).then_some(Millis(i64::from(ms)))
    }

    /// Length of the same route.
    ///
    /// # Panics
    /// When an index is out of range.
    #[must_use]
    pub fn length(&self, from: usize, to: usize) -> Option<Metres> {
        let cm = self.length_cm[self.at(from, to)];
        (cm != NONE).then_some(Metres(f64::from(cm) / 100.0))
    }

    fn at(&self, from: usize, to: usize) -> usize {
        assert!(
            from < self.rows && to < self.columns,
            "({from}, {to}) is outside of a matrix of {} x {}",
            self.rows,
            self.columns
        );
        from * self.columns + to
    }
}

/// Times and lengths of the routes from one place to several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TravelRow {
    time_ms: Vec<u32>,
    /// Empty when no lengths were wished for.
    length_cm: Vec<u32>,
}

impl TravelRow {
    /// From weights and lengths in millimetres.
    pub(super) fn new(lengths: bool, row: impl IntoIterator<Item = Option<(Weight, u64)>>) -> Self {
        let fit = |number: u64| u32::try_from(number).unwrap_or(NONE).min(NONE - 1);
        let row = row.into_iter();
        let mut cells = Self {
            time_ms: Vec::with_capacity(row.size_hint().0),
            length_cm: Vec::with_capacity(if lengths { row.size_hint().0 } else { 0 }),
        };
        for cell in row {
            let (time, length) = cell.map_or((NONE, NONE), |(weight, length_mm)| {
                (fit(weight.time_ms), fit((length_mm + 5) / 10))
            });
            cells.time_ms.push(time);
            if lengths {
                cells.length_cm.push(length);
            }
        }
        cells
    }

    /// Time of the route to the `to`th place; `None` when there is none.
    ///
    /// # Panics
    /// When the index is out of range.
    #[must_use]
    pub fn time(&self, to: usize) -> Option<Millis> {
        let ms = self.time_ms[to];
        (ms != NONE).then_some(Millis(i64::from(ms)))
    }

    /// Length of the same route in centimetres; `None` when there is none, or no lengths were wished for.
    #[must_use]
    pub fn length_cm(&self, to: usize) -> Option<u32> {
        let cm = self.length_cm.get(to).copied();
        cm.filter(|cm| *cm != NONE)
    }
}

impl TravelMatrix {
    pub(super) fn from_rows(columns: usize, rows: Vec<TravelRow>) -> Self {
        let mut matrix = Self {
            rows: rows.len(),
            columns,
            time_ms: Vec::with_capacity(rows.len() * columns),
            length_cm: Vec::with_capacity(rows.len() * columns),
        };
        for row in rows {
            matrix.time_ms.extend(row.time_ms);
            matrix.length_cm.extend(row.length_cm);
        }
        matrix
    }
}

pub(super) fn matrix(network: &Network, from: &[Stand], to: &[Stand]) -> TravelMatrix {
    let targets = Targets::new(network, to);
    let rows = from
        .par_iter()
        .map_init(
            || Frontiers::new(network),
            |frontiers, source| {
                let found = search(network, &mut frontiers.forth, source, &targets);
                TravelRow::new(
                    true,
                    found
                        .into_iter()
                        .map(|a| a.map(|a| (a.weight, a.length_mm))),
                )
            },
        )
        .collect();
    TravelMatrix::from_rows(to.len(), rows)
}
