//! Reading an account list: which rows are good, and what is wrong with the others?
//!
//! Start at [`import_accounts`]. The rule for refusing: a row whose id or coordinates cannot be trusted, or whose cells
//! do not match the headings, is refused; every other defect costs only the value, and is a warning. Nothing is stored
//! here: the result goes to the store, which merges it by id.

use std::collections::{BTreeMap, BTreeSet};

use super::account_row::account;
use super::columns::account_fields;
use super::fields::{Field, FieldSet};
use super::geojson_rows::geojson_rows;
use super::geojson_text::is_geojson;
use super::model::{Account, RepId};
use super::report::{ColumnGuess, ImportReport, ProblemCode, ReadAs};
use super::rows::{Complaint, Problems, RowReader};
use super::table::{Table, read_table};
use super::text::decode;
use super::values::{Decimal, decimal_of};
use super::vector_rows::{no_point, point, put, vector_rows};
use super::wkt;
use crate::crs::{Crs, CrsError, System};
use crate::geometry::Bounds;
use crate::vector::{Format, ReadError};

/// How to read a file.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Name of the file, for the report.
    pub file: String,
    /// Reference system of the coordinates; `None` = as the file says, else WGS 84.
    pub crs: Option<Crs>,
    /// The table of a file that has several; `None` = the only one, or `accounts`.
    pub table: Option<String>,
    /// Where accounts are expected; tells swapped and stray coordinates.
    pub region: Option<Bounds>,
    /// Classes that exist.
    pub classes: BTreeSet<String>,
    /// Reps that exist, when known.
    pub reps: Option<BTreeSet<RepId>>,
    /// Last day that a visit can have happened on, when known.
    pub today: Option<chrono::NaiveDate>,
    /// Sizes beyond which a file is refused.
    pub limits: Limits,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            file: String::new(),
            crs: None,
            table: None,
            region: None,
            classes: ["A", "B", "C"].map(str::to_owned).into(),
            reps: None,
            today: None,
            limits: Limits::default(),
        }
    }
}

/// Sizes beyond which a file or row is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Data rows.
    pub rows: usize,
    /// Bytes of a row's cells together.
    pub row_bytes: usize,
    /// Problems that are listed; the rest is only counted.
    pub problems: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            rows: 500_000,
            row_bytes: 20_000,
            problems: 10_000,
        }
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Larger than the limit.
    #[error("the file has {bytes} bytes, more than the {limit} that are read; split it")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// More rows than the limit.
    #[error("the file has more than {limit} rows; split it")]
    TooManyRows {
        /// The limit.
        limit: usize,
    },
    /// No heading.
    #[error("the file is empty")]
    Empty,
    /// Not one heading is known.
    #[error(
        "no column is known among {headings}; name them as in the guide, for example id, name, lon, lat"
    )]
    NoColumns {
        /// The headings.
        headings: String,
    },
    /// A column that the file needs.
    #[error("the file has no column for {field}")]
    NoColumn {
        /// The field.
        field: &'static str,
    },
    /// Not JSON.
    #[error("the file is no JSON: {detail}")]
    Json {
        /// Where and why.
        detail: String,
    },
    /// JSON, but not GeoJSON features.
    #[error("the file is JSON without GeoJSON features")]
    NotFeatures,
    /// The reference system is unknown.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// A file of a GIS program that cannot be read.
    #[error(transparent)]
    Features(#[from] ReadError),
}

/// The accounts of one file, to be merged into the book by external id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountImport {
    /// Good rows.
    pub rows: Vec<Account>,
    /// Their numbers in the file, for further problems.
    pub row_numbers: Vec<usize>,
    /// The fields that the file has columns for; others stay as they are.
    pub fields: FieldSet,
    /// The report; the store fills in its id, the instant and the tally.
    pub report: ImportReport,
}

/// Rows of either format, under the names of fields.
pub(super) struct SourceRows {
    pub(super) columns: Vec<ColumnGuess>,
    pub(super) fields: FieldSet,
    pub(super) rows: Vec<SourceRow>,
    pub(super) read_as: ReadAs,
    pub(super) crs: System,
}

/// One row; `defect` when its cells cannot be told apart.
pub(super) struct SourceRow {
    pub(super) number: usize,
    pub(super) cells: BTreeMap<&'static str, String>,
    pub(super) defect: Option<Complaint>,
    pub(super) doubt: Option<Complaint>,
}

/// Reads a file of any format: GIS programs' files are told by their first bytes, GeoJSON by its brace or the separator of its records, else it is CSV.
///
/// # Errors
/// When nothing can be read at all; defects of rows are in the report.
pub fn import_accounts(
    bytes: &[u8],
    options: &ImportOptions,
) -> Result<AccountImport, ImportError> {
    if bytes.len() > options.limits.bytes {
        return Err(ImportError::TooLarge {
            bytes: bytes.len(),
            limit: options.limits.bytes,
        });
    }
    if let Some(format) = Format::of(bytes) {
        let mut source = vector_rows(bytes, format, options)?;
        source.crs.check()?;
        source.read_as.crs = source.crs.to_string();
        return Ok(read(source, options));
    }
    let decoded = decode(bytes);
    let mut source = if is_geojson(&decoded.text) {
        geojson_rows(&decoded.text, options)?
    } else {
        csv_rows(&decoded.text, options)?
    };
    decoded.encoding.clone_into(&mut source.read_as.encoding);
    source.crs.check()?;
    source.read_as.crs = source.crs.to_string();
    Ok(read(source, options))
}

fn read(source: SourceRows, options: &ImportOptions) -> AccountImport {
    let mut problems = Problems::new(&options.limits);
    let context = RowContext {
        options,
        crs: source.crs.clone(),
        decimal: decimal_of(source.rows.iter().flat_map(|row| {
            ["lon", "lat", "value"]
                .into_iter()
                .filter_map(|f| row.cells.get(f).map(String::as_str))
        })),
        derive_ids: !source.fields.contains(&Field::Id),
    };
    let mut import = AccountImport {
        fields: source.fields,
        ..AccountImport::default()
    };
    import.fields.insert(Field::Id);
    let mut seen: BTreeMap<_, usize> = BTreeMap::new();
    for row in &source.rows {
        let cells = row.cells.iter().map(|(f, c)| (*f, c.as_str())).collect();
        let mut reader = RowReader::new(row.number, cells, &mut problems);
        let Some(account) = good_row(row, &mut reader, &context, &mut seen) else {
            import.report.rejected += 1;
            continue;
        };
        if account.location.is_some() {
            import.report.geocoded.given += 1;
        }
        import.rows.push(account);
        import.row_numbers.push(row.number);
    }
    import.report.file.clone_from(&options.file);
    import.report.read_as = source.read_as;
    import.report.rows = source.rows.len();
    import.report.columns = source.columns;
    import.report.problems = problems.kept;
    import.report.problems_left_out = problems.left_out;
    import
}

/// What all rows of a file share.
pub(super) struct RowContext<'a> {
    pub(super) options: &'a ImportOptions,
    pub(super) crs: System,
    pub(super) decimal: Decimal,
    pub(super) derive_ids: bool,
}

fn good_row(
    row: &SourceRow,
    reader: &mut RowReader,
    context: &RowContext,
    seen: &mut BTreeMap<super::AccountId, usize>,
) -> Option<Account> {
    if let Some(defect) = &row.defect {
        reader.error("", defect.clone());
        return None;
    }
    if let Some(doubt) = &row.doubt {
        reader.warn("", doubt.clone());
    }
    let account = account(reader, context)?;
    if let Some(first) = seen.get(&account.id) {
        reader.error(
            "id",
            Complaint {
                code: ProblemCode::DuplicateId,
                problem: format!("row {first} has the same id"),
                cure: "give every account an id of its own, or remove the row",
            },
        );
        return None;
    }
    seen.insert(account.id.clone(), row.number);
    Some(account)
}

fn csv_rows(text: &str, options: &ImportOptions) -> Result<SourceRows, ImportError> {
    let table = read_table(text, &options.limits)?;
    let guessed = account_fields(&table.headings);
    let mut columns = guesses(&table.headings, guessed.iter().map(|f| f.map(Field::name)));
    let mut fields: FieldSet = guessed.iter().flatten().copied().collect();
    if !fields.contains(&Field::Id) && !fields.contains(&Field::Name) {
        return Err(ImportError::NoColumns {
            headings: super::rows::shortened(&table.headings.join(", ")),
        });
    }
    let names: Vec<_> = guessed.iter().map(|f| f.map(Field::name)).collect();
    let mut rows = named_rows(&table, &names, &options.limits);
    let of_text = table.headings.iter().zip(&guessed);
    let mut of_text = of_text.map(|(heading, field)| field.is_none() && wkt::is_wkt(heading));
    if !fields.contains(&Field::Lon)
        && !fields.contains(&Field::Lat)
        && let Some(at) = of_text.position(|is_wkt| is_wkt)
    {
        columns[at].field = Some("lon, lat".to_owned());
        fields.extend([Field::Lon, Field::Lat]);
        put_points(&table, at, &mut rows);
    }
    Ok(SourceRows {
        columns,
        fields,
        rows,
        read_as: ReadAs {
            format: "csv".to_owned(),
            delimiter: Some(table.delimiter),
            ..ReadAs::default()
        },
        crs: System::from(options.crs.unwrap_or_default()),
    })
}

/// Takes the place of each row from its well-known text in the column `at`.
fn put_points(table: &Table, at: usize, rows: &mut [SourceRow]) {
    for (row, source) in rows.iter_mut().zip(&table.rows) {
        let text = source.cells.get(at).map_or("", String::as_str);
        let shape = wkt::points(text).map_err(|()| no_point());
        match shape.and_then(|shape| point(shape.as_ref())) {
            Ok(Some(place)) => put(place, &mut row.cells),
            Ok(None) => {}
            Err(complaint) => {
                row.defect.get_or_insert(complaint);
            }
        }
    }
}

/// Headings with their fields, for the report.
pub(super) fn guesses<'a>(
    headings: &[String],
    fields: impl Iterator<Item = Option<&'a str>>,
) -> Vec<ColumnGuess> {
    headings
        .iter()
        .zip(fields)
        .map(|(heading, field)| ColumnGuess {
            column: super::rows::shortened(heading),
            field: field.map(str::to_owned),
        })
        .collect()
}

/// Rows of a table under the names of their columns' fields.
pub(super) fn named_rows(
    table: &Table,
    names: &[Option<&'static str>],
    limits: &Limits,
) -> Vec<SourceRow> {
    let width = table.headings.len();
    let named = |row: &super::table::TableRow| SourceRow {
        number: row.number,
        defect: row_defect(&row.cells, width, limits),
        doubt: row_doubt(&row.cells, width),
        cells: names
            .iter()
            .zip(&row.cells)
            .filter_map(|(name, cell)| Some(((*name)?, cell.clone())))
            .collect(),
    };
    table.rows.iter().map(named).collect()
}

fn row_defect(cells: &[String], width: usize, limits: &Limits) -> Option<Complaint> {
    let bytes: usize = cells.iter().map(String::len).sum();
    if bytes > limits.row_bytes {
        return Some(Complaint {
            code: ProblemCode::RowTooLong,
            problem: format!("{bytes} bytes, more than {}", limits.row_bytes),
            cure: "look for a quotation mark that is not closed",
        });
    }
    let beyond = cells.iter().skip(width).any(|c| !c.is_empty());
    beyond.then(|| Complaint {
        code: ProblemCode::WrongNumberOfCells,
        problem: format!("{} cells under {width} headings", cells.len()),
        cure: "put cells that contain the delimiter in quotation marks",
    })
}

fn row_doubt(cells: &[String], width: usize) -> Option<Complaint> {
    if cells.iter().any(|c| c.contains('\u{FFFD}')) {
        return Some(Complaint {
            code: ProblemCode::DamagedCharacters,
            problem: "characters that cannot be read".to_owned(),
            cure: "save the file as UTF-8",
        });
    }
    (cells.len() < width).then(|| Complaint {
        code: ProblemCode::WrongNumberOfCells,
        problem: format!("only {} cells under {width} headings", cells.len()),
        cure: "fill the row up with empty cells",
    })
}
