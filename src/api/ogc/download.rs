//! Whole collections to take along, streamed while they are read.

use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::Response;

use super::parameters::{self, DownloadParams};
use crate::api::fields::Fields;
use crate::api::problem::{Kind, Problem};
use crate::api::state::{App, Work};
use crate::api::stream::{Pipe, pipe};
use crate::ogc::documents::File;
use crate::ogc::write::geopackage::GeoPackage;
use crate::ogc::write::{csv, flatgeobuf, geopackage, seq};
use crate::ogc::{Layer, Service};
use crate::planner::PlanError;
use crate::vector::flatgeobuf::WriteError;

/// Bytes that are sent at once.
const CHUNK: usize = 64 * 1024;

/// One collection as CSV, a GeoJSON text sequence, a GeoPackage or FlatGeobuf.
pub async fn layer(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    _headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = parameters::layer(&id)?;
    let loaded = app.loaded()?;
    let service = loaded.ogc(app.options());
    let params = Fields::from_query(&uri)
        .read_with(|f| parameters::download(f, layer, service.references(), service.zone()))?;
    let (file, reference) = (params.file, params.reference.uri().to_owned());
    let mut response = send(
        app,
        file,
        layer.id(),
        move |service, today, out| match file {
            File::GeoPackage => packed(service, today, &[layer], &params, out),
            File::FlatGeobuf => indexed(service, today, layer, &params, out),
            File::Csv | File::Sequence => written(service, today, layer, &params, out),
        },
    )
    .await?;
    if let Ok(value) = HeaderValue::try_from(format!("<{reference}>")) {
        let name = HeaderName::from_static("content-crs");
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// Everything in one GeoPackage.
pub async fn everything(State(app): State<App>, uri: Uri) -> Result<Response, Problem> {
    Fields::from_query(&uri).read_with(|_| ())?;
    let params = DownloadParams::default();
    send(
        app,
        File::GeoPackage,
        "rondo",
        move |service, today, out| packed(service, today, &Layer::ALL, &params, out),
    )
    .await
}

/// Writes line by line.
fn written(
    service: &Service,
    today: chrono::NaiveDate,
    layer: Layer,
    params: &DownloadParams,
    out: &Pipe,
) -> Result<(), Problem> {
    let (reference, properties) = (&params.reference, params.properties_of(layer));
    let mut chunk = Vec::with_capacity(CHUNK + 4_096);
    if params.file == File::Csv {
        csv::header(&mut chunk, layer, reference, &properties);
    }
    let mut gone = false;
    service.page(layer, today, &params.ask, &mut |feature| {
        let record = match params.file {
            File::Csv => csv::record,
            _ => seq::record,
        };
        record(&mut chunk, layer, &feature, reference, &properties);
        if chunk.len() < CHUNK {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK + 4_096));
        gone = out.send(full).is_err();
        if gone {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    if !gone {
        // A reader that left has no use for the rest.
        let _ = out.send(chunk);
    }
    Ok(())
}

/// Why a file is not written: the layer cannot be walked, or the disk refuses.
struct Unwritten(Problem);

impl From<PlanError> for Unwritten {
    fn from(error: PlanError) -> Self {
        Self(error.into())
    }
}

impl From<WriteError> for Unwritten {
    fn from(error: WriteError) -> Self {
        Self(Problem::internal(&error))
    }
}

impl From<rusqlite::Error> for Unwritten {
    fn from(error: rusqlite::Error) -> Self {
        Self(Problem::internal(&error))
    }
}

impl From<Unwritten> for Problem {
    fn from(error: Unwritten) -> Self {
        error.0
    }
}

/// Writes a file beside, then sends it: the format begins with what is only known at the end.
fn packed(
    service: &Service,
    today: chrono::NaiveDate,
    layers: &[Layer],
    params: &DownloadParams,
    out: &Pipe,
) -> Result<(), Problem> {
    let beside = tempfile::NamedTempFile::new().map_err(|e| Problem::internal(&e))?;
    let file = GeoPackage::create(beside.path(), service.as_of()?).map_err(Unwritten::from);
    let mut file = file?;
    for layer in layers {
        file.layer(*layer, |each| {
            service
                .page(*layer, today, &params.ask, each)
                .map(|_| ())
                .map_err(Unwritten::from)
        })?;
    }
    file.finish().map_err(Unwritten::from)?;
    pass_on(&beside, out)
}

/// Writes a file beside, then sends it: it is sorted by its index.
fn indexed(
    service: &Service,
    today: chrono::NaiveDate,
    layer: Layer,
    params: &DownloadParams,
    out: &Pipe,
) -> Result<(), Problem> {
    let properties = params.properties_of(layer);
    let walk = |each: crate::ogc::Each<'_>| {
        let page = service.page(layer, today, &params.ask, each);
        page.map(|_| ()).map_err(Unwritten::from)
    };
    let beside = tempfile::NamedTempFile::new().map_err(|e| Problem::internal(&e))?;
    let file = io::BufWriter::new(beside.as_file());
    flatgeobuf::write(layer, &params.reference, &properties, &walk, file)?;
    pass_on(&beside, out)
}

/// Sends a written file.
fn pass_on(beside: &tempfile::NamedTempFile, out: &Pipe) -> Result<(), Problem> {
    let mut reader = beside.reopen().map_err(|e| Problem::internal(&e))?;
    loop {
        let mut chunk = vec![0; CHUNK];
        let length = reader.read(&mut chunk).map_err(|e| Problem::internal(&e))?;
        chunk.truncate(length);
        if length == 0 || out.send(chunk).is_err() {
            return Ok(());
        }
    }
}

/// Runs `write` on a thread where it may block and answers with what it sends. A failure before the first bytes is a
/// problem; a later one breaks the answer off, so that nobody takes a part for the whole.
async fn send(
    app: App,
    file: File,
    name: &str,
    write: impl FnOnce(&Service, chrono::NaiveDate, &Pipe) -> Result<(), Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let today = app.today()?;
    let (pipe, mut pieces) = pipe();
    let options = app.options().clone();
    let work = tokio::spawn(async move {
        app.run(Work::Reading, move |loaded| {
            let written = catch_unwind(AssertUnwindSafe(|| {
                write(loaded.ogc(&options), today, &pipe)
            }));
            let done = written.unwrap_or_else(|_| {
                Err(Problem::new(
                    Kind::Internal,
                    "The file could not be finished.",
                ))
            });
            if let Err(problem) = &done {
                pipe.fail(problem.detail.clone());
            }
            done
        })
        .await
    });
    if !pieces.begin().await {
        work.await.map_err(|error| Problem::internal(&error))??;
    }
    let mut response = Response::new(Body::new(pieces));
    let headers = response.headers_mut();
    let (media, ending) = match file {
        File::Csv => (csv::MEDIA_TYPE, "csv"),
        File::Sequence => (seq::MEDIA_TYPE, "geojsonl"),
        File::GeoPackage => (geopackage::MEDIA_TYPE, "gpkg"),
        File::FlatGeobuf => (flatgeobuf::MEDIA_TYPE, "fgb"),
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    let attachment = format!("attachment; filename=\"{name}.{ending}\"");
    if let Ok(value) = HeaderValue::try_from(attachment) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
