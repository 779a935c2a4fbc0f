//! Accounts, reps and visits: the book. Import, cadence and urgency, opening hours, and the R-tree over places.
//!
//! Start at [`Account`]; [`import_accounts`] reads a file of them, [`cadence`] says which are due, [`hours`] when they are
//! open, [`AccountIndex`] which are near. Rests on geometry; meets roads only in the planner.

mod account_row;
pub mod areas;
pub mod cadence;
mod columns;
pub mod days;
pub mod duplicates;
pub mod export;
pub mod export_book;
pub mod export_files;
mod fields;
mod geojson_rows;
mod geojson_text;
pub mod hours;
mod import;
mod import_reps;
mod import_visits;
mod index;
pub mod merge;
mod model;
pub mod names;
mod report;
mod rows;
mod table;
mod text;
mod values;
mod vector_rows;
mod wkt;

pub use fields::*;
pub use import::*;
pub use import_reps::*;
pub use import_visits::*;
pub use index::AccountIndex;
pub use model::*;
pub use report::*;
pub use rows::{block, block_text};
pub use values::{list, list_text};

#[cfg(test)]
mod import_tests;
