//! Whole collections to take along, streamed while they are read.

use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;

use super::answer;
use super::parameters::{self, DownloadParams};
use crate::api::caching;
use crate::api::fields::Fields;
use crate::api::problem::{Kind, Problem};
use crate::api::state::{App, Work};
use crate::api::stream::{Pieces, Pipe, pipe};
use crate::ogc::documents::File;
use crate::ogc::write::geopackage::GeoPackage;
use crate::ogc::write::{csv, flatgeobuf, seq};
use crate::ogc::{Layer, Reference, Service};
use crate::planner::PlanError;
use crate::vector::flatgeobuf::WriteError;

/// Bytes that are sent at once.
const CHUNK: usize = 64 * 1024;

/// One collection as CSV, a GeoJSON text sequence, a GeoPackage or FlatGeobuf.
pub async fn layer(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = parameters::layer(&id)?;
    let loaded = app.loaded()?;
    let service = loaded.ogc(app.options());
    let accepted = answer::file(&headers, &File::ALL);
    let params = Fields::from_query(&uri).read_with(|f| {
        parameters::download(f, layer, service.references(), service.zone(), accepted)
    })?;
    let Some(file) = params.file else {
        return Err(not_acceptable(&File::ALL));
    };
    let attached = Attached {
        file,
        name: layer.id(),
        reference: params.reference.clone(),
    };
    attached
        .answer(app, &uri, &headers, move |service, today, out| match file {
            File::GeoPackage => packed(service, today, &[layer], &params, out),
            File::FlatGeobuf => indexed(service, today, layer, &params, out),
            File::Csv | File::Sequence => written(service, today, layer, file, &params, out),
        })
        .await
}

/// Everything in one GeoPackage.
pub async fn everything(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let loaded = app.loaded()?;
    let references = loaded.ogc(app.options()).references();
    let fields = Fields::from_query(&uri);
    let params = fields.read_with(|f| parameters::download_of_all(f, references))?;
    if answer::file(&headers, &[File::GeoPackage]).is_none() {
        return Err(not_acceptable(&[File::GeoPackage]));
    }
    let attached = Attached {
        file: File::GeoPackage,
        name: "rondo",
        reference: params.reference.clone(),
    };
    attached
        .answer(app, &uri, &headers, move |service, today, out| {
            packed(service, today, &Layer::ALL, &params, out)
        })
        .await
}

fn not_acceptable(on_offer: &[File]) -> Problem {
    let served: Vec<&str> = on_offer.iter().map(|file| file.media_type()).collect();
    Problem::new(
        Kind::NotAcceptable,
        format!("Served here: {}; or choose with f.", served.join(", ")),
    )
}

/// Writes line by line.
fn written(
    service: &Service,
    today: chrono::NaiveDate,
    layer: Layer,
    file: File,
    params: &DownloadParams,
    out: &Pipe,
) -> Result<(), Problem> {
    let (reference, properties) = (&params.reference, params.properties_of(layer));
    let mut chunk = Vec::with_capacity(CHUNK + 4_096);
    if file == File::Csv {
        csv::header(&mut chunk, layer, reference, &properties);
    }
    let mut gone = false;
    service.page(layer, today, &params.ask, &mut |feature| {
        let record = match file {
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
        let properties = params.properties_of(*layer);
        file.layer(*layer, &params.reference, &properties, |each| {
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

/// A file that is sent.
struct Attached {
    file: File,
    name: &'static str,
    reference: Reference,
}

impl Attached {
    /// Runs `write` on a thread where it may block and answers with what it sends, or that the caller holds it already. A failure
    /// before the first bytes is a problem; a later one breaks the answer off, so that nobody takes a part for the whole.
    async fn answer(
        self,
        app: App,
        uri: &Uri,
        headers: &HeaderMap,
        write: impl FnOnce(&Service, chrono::NaiveDate, &Pipe) -> Result<(), Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        let today = app.today()?;
        // Read before the features: the tag is never newer than what it is the tag of.
        let beside = (uri.clone(), self.file, today);
        let stands_on = app.run(Work::Reading, move |loaded| {
            caching::stands_on(loaded, &beside)
        });
        let tag = format!("W/\"{}\"", stands_on.await?);
        if caching::matches_etag(headers, &tag) {
            return Ok(caching::not_modified(&tag, caching::REVALIDATE));
        }
        let pieces = begin(app, today, write).await?;
        let mut response = Response::new(Body::new(pieces));
        caching::set(response.headers_mut(), &tag, caching::REVALIDATE);
        let headers = response.headers_mut();
        let media = HeaderValue::from_static(self.file.media_type());
        headers.insert(header::CONTENT_TYPE, media);
        headers.insert(header::VARY, HeaderValue::from_static("accept"));
        let ending = self.file.ending();
        let attachment = format!("attachment; filename=\"{}.{ending}\"", self.name);
        if let Ok(value) = HeaderValue::try_from(attachment) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        Ok(answer::in_system(response, &self.reference))
    }
}

/// Waits for the first piece of what `write` sends.
async fn begin(
    app: App,
    today: chrono::NaiveDate,
    write: impl FnOnce(&Service, chrono::NaiveDate, &Pipe) -> Result<(), Problem> + Send + 'static,
) -> Result<Pieces, Problem> {
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
    Ok(pieces)
}
