//! Importing a file of accounts or areas: a raw body of any format that is read, in any reference system that PROJ knows.

use axum::Json;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use utoipa::IntoParams;

use super::extract::{NoParams, Params, PathId, discard, media_type, read_body, unsupported};
use super::fields::{Fields, FromFields, Raw, Refusal, short};
use super::imports::Report;
use super::problem::{Kind, Problem, ProblemBody};
use super::read;
use super::state::{App, Loaded, Work};
use crate::accounts::{ImportError, ImportOptions, areas};
use crate::crs::Crs;
use crate::planner::intake::{IntakeError, Surroundings, take_in};
use crate::store::Changes;
use crate::units::Metres;
use crate::vector::{Format, ReadError, flatgeobuf, geopackage, shapefile};

/// Largest file.
const FILE_LIMIT: usize = 20 << 20;

/// How the file is to be read.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportParams {
    /// Reference system of the coordinates, such as `EPSG:3857`; default what the file says, else WGS 84.
    #[param(value_type = Option<String>)]
    crs: Option<Crs>,
    /// `csv`, `geojson`, `flatgeobuf`, `geopackage` or `shapefile`; default by content.
    #[param(value_type = Option<String>)]
    format: Option<usize>,
    /// Table of a GeoPackage, or Shapefile of an archive, that has several; default the only one, or `accounts` (`areas`).
    table: Option<String>,
    /// Name of the file, for the report.
    file: Option<String>,
}

const FORMATS: [&str; 5] = ["csv", "geojson", "flatgeobuf", "geopackage", "shapefile"];

impl FromFields for ImportParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        Some(Self {
            crs: f.optional("crs", crs),
            format: f.optional("format", read::choice(&FORMATS)),
            table: f.optional("table", read::filled(200)),
            file: f.optional("file", read::filled(200)),
        })
    }
}

fn crs(raw: Raw<'_>) -> read::Read<Crs> {
    let known = read::filled(100)(raw)?.parse::<Crs>().and_then(|crs| {
        crs.check()?;
        Ok(crs)
    });
    known.map_err(|error| Refusal::new(error.to_string(), "an EPSG code such as EPSG:3857"))
}

/// Imports accounts, merged into the book by id: good rows are stored, bad ones are told with their cure. The same file
/// again changes nothing; what people corrected since stays. The report is kept.
#[utoipa::path(post, path = "/api/v1/accounts/import", tag = "book", params(ImportParams),
    request_body(content = String, content_type = "text/csv",
        description = "The file itself, up to 20 MiB: CSV, GeoJSON (application/geo+json or application/json; one feature a line: application/geo+json-seq), FlatGeobuf \
            (application/flatgeobuf), GeoPackage (application/geopackage+sqlite3), a Shapefile as ZIP archive \
            (application/zip); any of the last three also as application/octet-stream"),
    responses((status = 200, body = Report),
        (status = 413, description = "Larger than 20 MiB", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn import(State(app): State<App>, request: Request) -> Result<Json<Report>, Problem> {
    let (today, now) = (app.today()?, app.now()?);
    received(app, request, move |loaded, params, bytes| {
        store(loaded, params, bytes, today, now)
    })
    .await
}

/// Imports territories and other areas: good rows are stored, each in the place of the area with its id, bad ones are told
/// with their cure.
#[utoipa::path(post, path = "/api/v1/areas/import", tag = "book", params(ImportParams),
    request_body(content = String, content_type = "application/geo+json",
        description = "The file itself, up to 20 MiB, with polygons and columns id, name, kind, rep: GeoJSON \
            (application/geo+json or application/json; one feature a line: application/geo+json-seq), CSV with a column of WKT (text/csv), FlatGeobuf \
            (application/flatgeobuf), GeoPackage (application/geopackage+sqlite3), a Shapefile as ZIP archive \
            (application/zip); any of the last three also as application/octet-stream"),
    responses((status = 200, body = Report),
        (status = 413, description = "Larger than 20 MiB", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn import_areas(
    State(app): State<App>,
    request: Request,
) -> Result<Json<Report>, Problem> {
    let now = app.now()?;
    received(app, request, move |loaded, params, bytes| {
        store_areas(loaded, params, bytes, now)
    })
    .await
}

/// Takes a file in and hands it to `store`.
async fn received(
    app: App,
    request: Request,
    store: impl FnOnce(&Loaded, &ImportParams, &[u8]) -> Result<Report, Problem> + Send + 'static,
) -> Result<Json<Report>, Problem> {
    let (mut parts, body) = request.into_parts();
    let Params(params) = Params::<ImportParams>::from_request_parts(&mut parts, &app).await?;
    if let Err(problem) = check_media_type(&media_type(&parts.headers)) {
        discard(body).await;
        return Err(problem);
    }
    // Files are large: few are held in memory at once.
    let place = app.import_place().await?;
    let bytes = read_body(&parts.headers, body, FILE_LIMIT).await?;
    let report = app
        .run(Work::Planning, move |loaded| {
            let _place = place;
            store(loaded, &params, &bytes)
        })
        .await?;
    Ok(Json(report))
}

/// Reads the file, finds places for what has only an address, and stores what is good of it.
fn store(
    loaded: &Loaded,
    params: &ImportParams,
    bytes: &[u8],
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Report, Problem> {
    let reps = loaded.store.reps()?;
    let options = ImportOptions {
        file: params.file.clone().unwrap_or_default(),
        crs: params.crs,
        table: params.table.clone(),
        region: Some(loaded.region.meta.bounds),
        reps: Some(reps.into_iter().map(|rep| rep.id).collect()),
        today: Some(today),
        ..ImportOptions::default()
    };
    check_format(params, bytes)?;
    let snap_limit = Metres(loaded.planner.settings.snap_limit_m);
    let map = Surroundings::of(&loaded.region, loaded.geocoder(), snap_limit);
    let taken = take_in(&*loaded.store, bytes, &options, Some(&map), now);
    match taken {
        Ok(report) => Ok(report.into()),
        Err(IntakeError::Import(error)) => Err(unreadable(&error)),
        Err(IntakeError::Store(error)) => Err(error.into()),
    }
}

fn store_areas(
    loaded: &Loaded,
    params: &ImportParams,
    bytes: &[u8],
    now: DateTime<Utc>,
) -> Result<Report, Problem> {
    let reps = loaded.store.reps()?;
    let options = ImportOptions {
        file: params.file.clone().unwrap_or_default(),
        crs: params.crs,
        table: params.table.clone(),
        reps: Some(reps.into_iter().map(|rep| rep.id).collect()),
        ..ImportOptions::default()
    };
    check_format(params, bytes)?;
    let import = areas::import_areas(bytes, &options).map_err(|error| unreadable(&error))?;
    let changes = Changes {
        areas: import.rows,
        ..Changes::default()
    };
    let mut report = import.report;
    report.stored = loaded.store.write(&changes, now)?.areas;
    report.received = Some(now);
    Ok(report.into())
}

/// Removes an area.
#[utoipa::path(delete, path = "/api/v1/areas/{id}", tag = "book",
    params(("id" = String, Path, description = "Id of the area")),
    responses((status = 204, description = "Removed"),
        (status = 404, description = "No such area", body = ProblemBody, content_type = "application/problem+json"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn remove_area(
    State(app): State<App>,
    PathId(id): PathId,
    Params(NoParams): Params<NoParams>,
) -> Result<StatusCode, Problem> {
    let now = app.now()?;
    app.run(Work::Reading, move |loaded| {
        let changes = Changes {
            removed_areas: vec![id.clone()],
            ..Changes::default()
        };
        if loaded.store.write(&changes, now)?.removed == 0 {
            let id = short(&id);
            return Err(Problem::not_found(format!("There is no area {id}.")));
        }
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// A file that is something else than announced; GeoJSON starts with a brace, CSV with something else.
fn check_format(params: &ImportParams, bytes: &[u8]) -> Result<(), Problem> {
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace());
    let found = match Format::of(bytes) {
        Some(format) => format.name(),
        None => FORMATS[usize::from(first == Some(&b'{'))],
    };
    match params.format.map(|i| FORMATS[i]) {
        Some(format) if format != found => Err(Problem::new(
            Kind::UnreadableBody,
            format!("The file is {found}, not {format}."),
        )),
        _ => Ok(()),
    }
}

fn unreadable(error: &ImportError) -> Problem {
    let kind = match error {
        ImportError::TooLarge { .. }
        | ImportError::TooManyRows { .. }
        | ImportError::Features(
            ReadError::TooLarge { .. }
            | ReadError::TooManyRows { .. }
            | ReadError::TooManyValues { .. },
        ) => Kind::TooLarge,
        _ => Kind::UnreadableBody,
    };
    Problem::new(kind, format!("The file cannot be imported: {error}."))
}

fn check_media_type(kind: &str) -> Result<(), Problem> {
    const READ: [&str; 9] = [
        "text/csv",
        "text/plain",
        "application/geo+json",
        "application/geo+json-seq",
        "application/json",
        flatgeobuf::MEDIA_TYPE,
        geopackage::MEDIA_TYPE,
        shapefile::MEDIA_TYPE,
        "application/octet-stream",
    ];
    if READ.contains(&kind) {
        Ok(())
    } else {
        Err(unsupported(kind, &READ.join(", ")))
    }
}
