//! What an import tells: columns guessed, rows stored and refused, problems with their cures, duplicate suspects.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::model::AccountId;

/// Report of one import. The same value is printed, stored and served.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportReport {
    /// Given by the store; empty for a dry run.
    pub id: String,
    /// Name of the file.
    pub file: String,
    /// When; `None` for a dry run.
    pub received: Option<DateTime<Utc>>,
    /// How the file was read: format, delimiter, encoding, reference system.
    pub read_as: ReadAs,
    /// Data rows in the file, blank lines not counted.
    pub rows: usize,
    /// Rows stored.
    pub stored: Tally,
    /// Rows refused.
    pub rejected: usize,
    /// Columns and the fields they were taken for.
    pub columns: Vec<ColumnGuess>,
    /// All problems, by row.
    pub problems: Vec<RowProblem>,
    /// Problems beyond the limit, only counted.
    pub problems_left_out: usize,
    /// Pairs that may be one account.
    pub duplicates: Vec<DuplicateSuspect>,
    /// How positions were found.
    pub geocoded: Geocoded,
}

/// How a file was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadAs {
    /// `csv`, `geojson`, `flatgeobuf`, `geopackage` or `shapefile`.
    pub format: String,
    /// Delimiter of a CSV file: `,`, `;`, tab or `|`.
    pub delimiter: Option<char>,
    /// `UTF-8`, `UTF-16LE`, `windows-1252`, ...
    pub encoding: String,
    /// Reference system of the coordinates, `EPSG:4326` unless told otherwise.
    pub crs: String,
}

/// How many records a write made, changed and left as they were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Not there before.
    pub new: usize,
    /// Changed.
    pub updated: usize,
    /// The same as before.
    pub unchanged: usize,
}

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, stored: Stored) {
        match stored {
            Stored::New => self.new += 1,
            Stored::Updated => self.updated += 1,
            Stored::Unchanged => self.unchanged += 1,
        }
    }

    /// Whether something was made or changed.
    #[must_use]
    pub const fn changed(&self) -> bool {
        self.new + self.updated > 0
    }
}

/// What a write of one record came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// Not there before.
    New,
    /// Changed.
    Updated,
    /// The same as before.
    Unchanged,
}

impl Stored {
    /// `Updated` when it was there, else `New`.
    #[must_use]
    pub const fn of(was_there: bool) -> Self {
        if was_there { Self::Updated } else { Self::New }
    }
}

/// A column and what it was taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnGuess {
    /// Heading in the file.
    pub column: String,
    /// Field, or `None` when the column is not used.
    pub field: Option<String>,
}

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowProblem {
    /// Row as a spreadsheet counts: the heading is row 1. In files of features the number of the feature, from 1.
    pub row: usize,
    /// External id, where the row has one.
    pub id: Option<String>,
    /// Field it is about; empty when it is about the row.
    pub field: String,
    /// Value as given, cut when long.
    pub value: String,
    /// What became of the row.
    pub severity: Severity,
    /// Short stable code.
    pub code: ProblemCode,
    /// What is wrong.
    pub problem: String,
    /// What would help.
    pub cure: String,
}

/// What became of a row with a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Refused.
    Error,
    /// Stored; the value was dropped or read with doubt.
    Warning,
}

/// Kinds of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names say it; texts stand where each is raised"
)]
pub enum ProblemCode {
    MissingId,
    DuplicateId,
    MissingName,
    WrongNumberOfCells,
    RowTooLong,
    DamagedCharacters,
    NotANumber,
    Negative,
    TooLarge,
    CoordinatesIncomplete,
    CoordinatesUnreadable,
    CoordinatesOutOfRange,
    CoordinatesZero,
    CoordinatesSwapped,
    CoordinatesOutsideRegion,
    CoordinatesUntransformable,
    FarFromRoads,
    GeometryNotAPoint,
    GeometryNotAnArea,
    GeometryInvalid,
    DamagedRow,
    NoPosition,
    PlaceOnly,
    AddressNotFound,
    UnknownClass,
    UnknownKind,
    UnreadableOpeningHours,
    UnreadableDate,
    DoubtfulDate,
    UnreadableTime,
    UnreadableFlag,
    UnreadableList,
    UnknownRep,
    UnknownAccount,
    UnknownStatus,
    UnknownWeekday,
    EndBeforeStart,
    FutureDate,
}

/// Two accounts that may be one: near in place and alike in name. Listed, never merged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DuplicateSuspect {
    /// One.
    pub a: AccountId,
    /// The other.
    pub b: AccountId,
    /// Metres between them.
    pub distance_m: f64,
    /// 0 to 1.
    pub name_similarity: f64,
}

/// How positions of an import were found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Geocoded {
    /// In the file.
    pub given: usize,
    /// By house number.
    pub rooftop: usize,
    /// By street.
    pub street: usize,
    /// By town only: not planned until someone corrects them.
    pub place: usize,
    /// Not at all.
    pub failed: usize,
}
