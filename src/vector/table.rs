//! One table of features as read: [`Table`].

use geo::Geometry;

use super::value::Value;
use crate::crs::{CrsError, System};

/// Rows with a shape each, as a file has them.
#[derive(Debug, Default)]
pub struct Table {
    /// The format: `flatgeobuf`, `geopackage` or `shapefile`.
    pub format: &'static str,
    /// The system of the coordinates, which stand east before north; `None` when the file does not say.
    pub system: Option<System>,
    /// Encoding of the texts.
    pub encoding: String,
    /// Whether rows can have shapes at all.
    pub spatial: bool,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Rows in the order of the file.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number in the file, from 1.
    pub number: usize,
    /// Where; `None` for nowhere.
    pub shape: Option<Geometry<f64>>,
    /// One value per column.
    pub values: Vec<Value>,
    /// What is wrong with it, in a few words: its values cannot be trusted.
    pub damage: Option<&'static str>,
}

/// Sizes beyond which a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file, and of what is unpacked from it.
    pub bytes: usize,
    /// Rows.
    pub rows: usize,
    /// Values in all rows together.
    pub values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            rows: 500_000,
            values: 10_000_000,
        }
    }
}

impl Limits {
    /// Whether so many rows of so many columns are read.
    pub(super) fn check(&self, rows: usize, columns: usize) -> Result<(), ReadError> {
        if rows > self.rows {
            return Err(ReadError::TooManyRows { limit: self.rows });
        }
        if rows.saturating_mul(columns) > self.values {
            return Err(ReadError::TooManyValues { limit: self.values });
        }
        Ok(())
    }
}

/// Why nothing of a file can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// More rows than the limit.
    #[error("the file has more than {limit} rows; split it")]
    TooManyRows {
        /// The limit.
        limit: usize,
    },
    /// More values than the limit.
    #[error(
        "the file has more than {limit} values; leave out columns that are not needed, or split it"
    )]
    TooManyValues {
        /// The limit.
        limit: usize,
    },
    /// More bytes than the limit once unpacked.
    #[error("unpacked the file has more than {limit} bytes; split it")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Damaged, cut off, or of another kind.
    #[error("the file is no readable {format}: {detail}")]
    Damaged {
        /// The format it looks like.
        format: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// Which of its tables?
    #[error("the file has several tables: {names}; name one of them")]
    SeveralTables {
        /// Their names.
        names: String,
    },
    /// None of that name.
    #[error("the file has no table {name:?}; there are: {names}")]
    NoSuchTable {
        /// The name asked for.
        name: String,
        /// Those that are there.
        names: String,
    },
    /// The reference system that the file names cannot be used.
    #[error("{0}; name the system yourself")]
    Crs(#[from] CrsError),
}

/// Names quoted in an error, not all of them when they are many.
pub(super) fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const MOST: usize = 20;
    let short = |name: &str| name.chars().take(60).collect::<String>();
    let mut names: Vec<String> = names.map(short).collect();
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}
