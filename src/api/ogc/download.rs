//! Whole collections to take along, streamed while they are read.

use std::io::{self, Read as _};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use axum::response::Response;
use http_body::Frame;
use tokio::sync::mpsc;

use super::parameters::{self, DownloadParams};
use crate::api::fields::Fields;
use crate::api::problem::Problem;
use crate::api::state::{App, Work};
use crate::ogc::documents::File;
use crate::ogc::write::geopackage::GeoPackage;
use crate::ogc::write::{csv, flatgeobuf, geopackage, seq};
use crate::ogc::{Layer, Service};
use crate::planner::PlanError;
use crate::vector::flatgeobuf::WriteError;

/// Bytes that are sent at once.
const CHUNK: usize = 64 * 1024;
/// Chunks that wait for a slow reader; the walk waits with them.
const WAITING: usize = 8;
/// A reader that takes nothing for so long has gone.
const PATIENCE: Duration = Duration::from_secs(30);

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

/// Why a GeoPackage is not written.
enum Unpacked {
    File(rusqlite::Error),
    Layer(PlanError),
}

/// Why a FlatGeobuf is not written.
enum Unindexed {
    File(WriteError),
    Layer(PlanError),
}

impl From<WriteError> for Unindexed {
    fn from(error: WriteError) -> Self {
        Self::File(error)
    }
}

impl From<Unindexed> for Problem {
    fn from(error: Unindexed) -> Self {
        match error {
            Unindexed::File(error) => Self::internal(&error),
            Unindexed::Layer(error) => error.into(),
        }
    }
}

impl From<rusqlite::Error> for Unpacked {
    fn from(error: rusqlite::Error) -> Self {
        Self::File(error)
    }
}

impl From<Unpacked> for Problem {
    fn from(error: Unpacked) -> Self {
        match error {
            Unpacked::File(error) => Self::internal(&error),
            Unpacked::Layer(error) => error.into(),
        }
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
    let file = GeoPackage::create(beside.path(), service.as_of()?).map_err(Unpacked::File);
    let mut file = file?;
    for layer in layers {
        file.layer(*layer, |each| {
            service
                .page(*layer, today, &params.ask, each)
                .map(|_| ())
                .map_err(Unpacked::Layer)
        })?;
    }
    file.finish().map_err(Unpacked::File)?;
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
        page.map(|_| ()).map_err(Unindexed::Layer)
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
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let options = app.options().clone();
    let work = tokio::spawn(async move {
        let pipe = Pipe(sender.clone());
        let done = app
            .run(Work::Reading, move |loaded| {
                write(loaded.ogc(&options), today, &pipe)
            })
            .await;
        if let Err(problem) = &done {
            let broken = io::Error::other(problem.detail.clone());
            // Nobody may be listening any more.
            let _ = sender.send(Err(broken)).await;
        }
        done
    });
    let first = if let Some(Ok(first)) = receiver.recv().await {
        Some(first)
    } else {
        work.await.map_err(|error| Problem::internal(&error))??;
        None
    };
    let mut response = Response::new(Body::new(Stream { first, receiver }));
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

/// Where a walk puts its bytes.
struct Pipe(mpsc::Sender<io::Result<Bytes>>);

/// The reader has left.
struct Gone;

impl Pipe {
    /// Waits until there is room.
    fn send(&self, chunk: Vec<u8>) -> Result<(), Gone> {
        let sending = tokio::time::timeout(PATIENCE, self.0.send(Ok(chunk.into())));
        match tokio::runtime::Handle::current().block_on(sending) {
            Ok(Ok(())) => Ok(()),
            _ => Err(Gone),
        }
    }
}

/// The other end, as a body.
struct Stream {
    first: Option<Bytes>,
    receiver: mpsc::Receiver<io::Result<Bytes>>,
}

impl http_body::Body for Stream {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        let next = self.receiver.poll_recv(context);
        next.map(|next| next.map(|chunk| chunk.map(Frame::data)))
    }
}
