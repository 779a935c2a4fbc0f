//! What the service says about itself.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use chrono::NaiveDate;
use serde::Serialize;

use super::answer;
use super::parameters::{format, layer};
use crate::api::caching;
use crate::api::fields::Fields;
use crate::api::problem::Problem;
use crate::api::state::{App, Loaded, Work};
use crate::ogc::documents as ogc;
use crate::ogc::documents::html::Drawn;
use crate::ogc::documents::{Base, Format};
use crate::ogc::{Layer, Service};

/// Everything that a document is made from.
pub(super) struct Asked<'a> {
    pub service: &'a Service,
    loaded: &'a Loaded,
    pub base: Base,
    pub format: Format,
    pub today: NaiveDate,
}

impl Asked<'_> {
    /// A map of the first features of a layer; `None` for a table.
    fn drawn(&self, layer: Layer) -> Result<Option<Drawn<'_>>, Problem> {
        let bounds = self.service.view(layer, self.today)?;
        Ok(bounds.map(|bounds| Drawn {
            layer,
            base: &self.base,
            bounds,
            features: format!("{}/items?f=json&limit={DRAWN}", self.base.collection(layer)),
        }))
    }
}

/// Features on the map of a collection's page.
const DRAWN: u32 = 1_000;

/// Answers with what `make` makes: a media type for JSON, a title and the document. The page of a collection draws it.
pub(super) async fn answer_with<T: Serialize>(
    app: App,
    uri: Uri,
    headers: HeaderMap,
    of: Option<Layer>,
    make: impl FnOnce(&Asked) -> Result<(&'static str, String, T), Problem> + Send + 'static,
) -> Result<Response, Problem> {
    let asked = Fields::from_query(&uri).read_with(format)?;
    let format = answer::format(
        asked,
        &headers,
        &["application/json", ogc::OPENAPI, ogc::SCHEMA],
    )?;
    let base = answer::base(app.options(), &uri, &headers);
    let options = app.options().clone();
    let today = app.today()?;
    app.run(Work::Reading, move |loaded| {
        let beside = (&base, format, uri.path(), today);
        caching::by_revision(loaded, &headers, &beside, || {
            let asked = Asked {
                service: loaded.ogc(&options),
                loaded,
                base: base.clone(),
                format,
                today,
            };
            let (media, title, about) = make(&asked)?;
            let drawn = match of {
                Some(layer) if format == Format::Html => asked.drawn(layer)?,
                _ => None,
            };
            answer::document(format, media, &title, &about, drawn.as_ref())
        })
    })
    .await
}

const JSON: &str = "application/json";

/// The landing page.
pub async fn landing(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer_with(app, uri, headers, None, |asked| {
        let source = &asked.loaded.region.meta.source.file;
        let name = source.split('.').next().unwrap_or(source);
        let about = ogc::landing(&asked.base, asked.format, name);
        Ok((JSON, "Rondo for GIS".into(), about))
    })
    .await
}

/// Any other address.
pub async fn nowhere() -> Problem {
    Problem::not_found("There is nothing at this address; /ogc/api lists what there is.")
}

/// Standards it follows.
pub async fn conformance(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer_with(app, uri, headers, None, |asked| {
        let about = ogc::conformance(&asked.base, asked.format);
        Ok((JSON, "Conformance".into(), about))
    })
    .await
}

/// The API document.
pub async fn api(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer_with(app, uri, headers, None, |asked| {
        let about = ogc::openapi(&asked.base, asked.service.references());
        Ok((ogc::OPENAPI, "What can be asked".into(), about))
    })
    .await
}

/// All collections.
pub async fn collections(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer_with(app, uri, headers, None, |asked| {
        let extents = Layer::ALL
            .into_iter()
            .map(|layer| Ok((layer, asked.service.extent(layer, asked.today)?)))
            .collect::<Result<Vec<_>, Problem>>()?;
        let references = asked.service.references();
        let about = ogc::collections(&asked.base, asked.format, references, &extents);
        Ok((JSON, "Collections".into(), about))
    })
    .await
}

/// One collection.
pub async fn collection(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = layer(&id)?;
    answer_with(app, uri, headers, Some(layer), move |asked| {
        let (base, references) = (&asked.base, asked.service.references());
        let extent = asked.service.extent(layer, asked.today)?;
        let about = ogc::collection(base, asked.format, references, layer, &extent);
        Ok((JSON, layer.title().into(), about))
    })
    .await
}

/// What features of a collection have.
pub async fn schema(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    of_fields((app, uri, headers), &id, "Schema", ogc::schema).await
}

/// What a feature of a collection looks like as a whole.
pub async fn feature_schema(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    of_fields((app, uri, headers), &id, "Schema", ogc::feature_schema).await
}

/// What filters on a collection may ask about.
pub async fn queryables(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    of_fields((app, uri, headers), &id, "Queryables", ogc::queryables).await
}

/// What features of a collection can be sorted by.
pub async fn sortables(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    of_fields((app, uri, headers), &id, "Sortables", ogc::sortables).await
}

/// A JSON Schema about the fields of a collection, as `write` has it.
async fn of_fields<T: Serialize + 'static>(
    (app, uri, headers): (App, Uri, HeaderMap),
    id: &str,
    title: &'static str,
    write: fn(&Base, Layer) -> T,
) -> Result<Response, Problem> {
    let layer = layer(id)?;
    answer_with(app, uri, headers, None, move |asked| {
        let about = write(&asked.base, layer);
        Ok((ogc::SCHEMA, format!("{title} of {}", layer.title()), about))
    })
    .await
}

/// How a collection may be drawn.
pub async fn styles(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = layer(&id)?;
    answer_with(app, uri, headers, None, move |asked| {
        let about = ogc::styles(&asked.base, asked.format, layer);
        Ok((JSON, format!("Styles of {}", layer.title()), about))
    })
    .await
}
