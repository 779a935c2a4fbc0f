//! Import reports: kept, and served again.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::{NoParams, Params, PathId};
use super::problem::{Problem, ProblemBody};
use super::state::{App, Work};
use crate::accounts::{
    ColumnGuess, DuplicateSuspect, Geocoded, ImportReport, ReadAs, RowProblem, Severity, Tally,
};

/// What an import came to.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ImportReport)]
pub struct Report {
    id: String,
    /// Name of the file as given.
    file: String,
    received_at: Option<DateTime<Utc>>,
    read_as: HowRead,
    /// Data rows in the file.
    received: usize,
    stored: Stored,
    /// Rows refused.
    rejected: usize,
    columns: Vec<Column>,
    problems: Vec<ProblemRow>,
    /// Pairs that may be one account. Never merged silently.
    duplicates: Vec<Suspect>,
    geocoded: Positions,
}

/// How the file was read.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct HowRead {
    /// `csv`, `geojson`, `flatgeobuf`, `geopackage` or `shapefile`.
    format: String,
    #[schema(value_type = Option<String>)]
    delimiter: Option<char>,
    encoding: String,
    /// Reference system of the coordinates.
    crs: String,
}

/// Rows stored.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = StoredRows)]
pub struct Stored {
    new: usize,
    updated: usize,
    unchanged: usize,
}

/// A column and the field it was taken for.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Column {
    column: String,
    /// `null` when not used.
    field: Option<String>,
}

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ProblemRow {
    /// As a spreadsheet counts.
    row: usize,
    /// Id of the account, where the row has one.
    id: Option<String>,
    field: String,
    value: String,
    /// `error`: the row was refused; `warning`: it was stored.
    #[schema(value_type = String)]
    severity: Severity,
    /// Stable code.
    #[schema(value_type = String)]
    code: crate::accounts::ProblemCode,
    problem: String,
    cure: String,
}

/// Two accounts near in place and alike in name.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Suspect {
    a: String,
    b: String,
    distance_m: f64,
    /// 0 to 1.
    name_similarity: f64,
}

/// How positions were found.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Positions {
    given: usize,
    rooftop: usize,
    street: usize,
    place: usize,
    failed: usize,
}

impl From<ImportReport> for Report {
    fn from(report: ImportReport) -> Self {
        Self {
            id: report.id,
            file: report.file,
            received_at: report.received,
            read_as: report.read_as.into(),
            received: report.rows,
            stored: report.stored.into(),
            rejected: report.rejected,
            columns: report.columns.into_iter().map(Into::into).collect(),
            problems: report.problems.into_iter().map(Into::into).collect(),
            duplicates: report.duplicates.into_iter().map(Into::into).collect(),
            geocoded: report.geocoded.into(),
        }
    }
}

impl From<ReadAs> for HowRead {
    fn from(how: ReadAs) -> Self {
        Self {
            format: how.format,
            delimiter: how.delimiter,
            encoding: how.encoding,
            crs: how.crs,
        }
    }
}

impl From<Tally> for Stored {
    fn from(tally: Tally) -> Self {
        Self {
            new: tally.new,
            updated: tally.updated,
            unchanged: tally.unchanged,
        }
    }
}

impl From<ColumnGuess> for Column {
    fn from(guess: ColumnGuess) -> Self {
        Self {
            column: guess.column,
            field: guess.field,
        }
    }
}

impl From<RowProblem> for ProblemRow {
    fn from(row: RowProblem) -> Self {
        Self {
            row: row.row,
            id: row.id,
            field: row.field,
            value: row.value,
            severity: row.severity,
            code: row.code,
            problem: row.problem,
            cure: row.cure,
        }
    }
}

impl From<DuplicateSuspect> for Suspect {
    fn from(pair: DuplicateSuspect) -> Self {
        Self {
            a: pair.a.0,
            b: pair.b.0,
            distance_m: (pair.distance_m * 10.0).round() / 10.0,
            name_similarity: (pair.name_similarity * 1e3).round() / 1e3,
        }
    }
}

impl From<Geocoded> for Positions {
    fn from(found: Geocoded) -> Self {
        Self {
            given: found.given,
            rooftop: found.rooftop,
            street: found.street,
            place: found.place,
            failed: found.failed,
        }
    }
}

/// An import in the list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ImportSummary {
    id: String,
    file: String,
    received_at: Option<DateTime<Utc>>,
    /// Data rows in the file.
    received: usize,
    stored: Stored,
    rejected: usize,
    /// How many problems the report lists.
    problems: usize,
    /// How many pairs of suspects it lists.
    duplicates: usize,
}

/// Imports, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Imports {
    imports: Vec<ImportSummary>,
    total: usize,
}

/// Imports, newest first, without their problems.
#[utoipa::path(get, path = "/api/v1/imports", tag = "book",
    responses((status = 200, body = Imports),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list(
    State(app): State<App>,
    Params(NoParams): Params<NoParams>,
) -> Result<Json<Imports>, Problem> {
    app.run(Work::Reading, |loaded| {
        let imports: Vec<ImportSummary> = loaded
            .store
            .imports()?
            .into_iter()
            .map(|report| ImportSummary {
                id: report.id,
                file: report.file,
                received_at: report.received,
                received: report.rows,
                stored: report.stored.into(),
                rejected: report.rejected,
                problems: report.problems.len(),
                duplicates: report.duplicates.len(),
            })
            .collect();
        Ok(Json(Imports {
            total: imports.len(),
            imports,
        }))
    })
    .await
}

/// The whole report of one import.
#[utoipa::path(get, path = "/api/v1/imports/{id}", tag = "book",
    params(("id" = String, Path, description = "Id of the import")),
    responses((status = 200, body = Report),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn one(
    State(app): State<App>,
    PathId(id): PathId,
    Params(NoParams): Params<NoParams>,
) -> Result<Json<Report>, Problem> {
    app.run(Work::Reading, move |loaded| {
        loaded
            .store
            .import(&id)?
            .map(|report| Json(report.into()))
            .ok_or_else(|| {
                let id = super::fields::short(&id);
                Problem::not_found(format!("There is no import {id}."))
            })
    })
    .await
}
