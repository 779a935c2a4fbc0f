//! Features: a page of them, and one.

use std::ops::ControlFlow;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::Response;
use serde_json::{Value as Json, json};

use super::parameters::{self, ItemsParams};
use super::{answer, condition, edit};
use crate::api::account_query::to_cursor;
use crate::api::caching;
use crate::api::fields::{Fields, Refusal, short};
use crate::api::page::map_assets;
use crate::api::problem::Problem;
use crate::api::state::{App, Work};
use crate::ogc::documents::html::Drawn;
use crate::ogc::documents::{Base, Format, html, link};
use crate::ogc::write::{self, GeoJson};
use crate::ogc::{Feature, Layer, PageEnd, Reference, Service};

const GEOJSON: &str = "application/geo+json";

/// A page of features.
pub async fn items(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = parameters::layer(&id)?;
    let today = app.today()?;
    let options = app.options().clone();
    let work = work(
        layer,
        uri.query()
            .is_some_and(|query| query.contains("properties=")),
    );
    app.run(work, move |loaded| {
        let service = loaded.ogc(&options);
        let params = Fields::from_query(&uri).read_with(|f| {
            let params = parameters::items(f, layer, service.references(), service.zone());
            if params.ask.period.is_some() && is_qgis(&headers) {
                f.refuse("datetime", time_of_qgis());
            }
            params
        })?;
        let format = answer::format_of_features(params.format, &headers, layer)?;
        let base = answer::base(&options, &uri, &headers);
        let beside = (&uri, &base, format, today);
        caching::by_revision(loaded, &headers, &beside, || {
            let page = Page {
                layer,
                params: &params,
                address: base.at(uri.path().trim_start_matches("/ogc")),
                query: uri.query().unwrap_or_default(),
                base: &base,
                format,
            };
            let response = page.answer(service, today)?;
            Ok(answer::in_system(response, &params.reference))
        })
    })
    .await
}

fn is_qgis(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT);
    agent.is_some_and(|agent| agent.as_bytes().windows(5).any(|part| part == b"QGIS/"))
}

/// QGIS sends what a filter compares with a text as `datetime`, whichever property of time it compares, and does not look
/// again itself: collections without a time of their own would come whole, and others by their start and end.
fn time_of_qgis() -> Refusal {
    Refusal::new(
        "would compare the time of the feature, not the property that the filter of QGIS names",
        "write the time in the filter of the layer as to_date('2026-11-24') or to_datetime('2026-11-24T08:00:00')",
    )
}

/// How much work an answer may be: `asked` = for what is worked out on request, if the layer has any.
fn work(layer: Layer, asked: bool) -> Work {
    if asked && layer.works_out() {
        Work::Planning
    } else {
        Work::Reading
    }
}

/// One page on its way out.
struct Page<'a> {
    layer: Layer,
    params: &'a ItemsParams,
    address: String,
    query: &'a str,
    base: &'a Base,
    format: Format,
}

impl Page<'_> {
    fn answer(&self, service: &Service, today: chrono::NaiveDate) -> Result<Response, Problem> {
        let (layer, params) = (self.layer, self.params);
        let as_of = json!(service.as_of()?);
        match self.format {
            Format::Json => {
                let mut text = GeoJson::new(layer, &params.reference, &params.properties);
                let end = self.each(service, today, |feature| text.push(&feature))?;
                let links = Json::Array(self.links(&end));
                Ok(answer::body(GEOJSON, text.finish(&end, &as_of, &links)))
            }
            Format::Html => {
                let mut list = Vec::new();
                let end = self.each(service, today, |feature| list.push(feature))?;
                let mut about =
                    json!({"description": layer.description(), "numberReturned": end.returned});
                if let Some(matched) = end.matched {
                    about["numberMatched"] = matched.into();
                }
                about["as_of"] = as_of;
                about["links"] = Json::Array(self.links(&end));
                let address = |id: &str| self.base.feature(layer, id) + "?f=html";
                let bounds = service.view(layer, today)?;
                let drawn = bounds.map(|bounds| Drawn {
                    layer,
                    base: self.base,
                    bounds,
                    // In degrees, and with the property that decides how a feature looks.
                    features: self.changed(&["f", "crs", "properties"], "f", "json"),
                });
                let text = html::features(
                    layer,
                    &list,
                    &params.properties,
                    address,
                    &about,
                    drawn.as_ref(),
                    map_assets(),
                );
                Ok(answer::page(text))
            }
        }
    }

    /// Hands over the features of the page with all that is asked for of them.
    fn each(
        &self,
        service: &Service,
        today: chrono::NaiveDate,
        mut take: impl FnMut(Feature),
    ) -> Result<PageEnd, Problem> {
        let (layer, params) = (self.layer, self.params);
        let mut done = Ok(());
        let end = service.page(layer, today, &params.ask, &mut |mut feature| {
            done = service.work_out(layer, &params.properties, &mut feature);
            if done.is_err() {
                return ControlFlow::Break(());
            }
            take(feature);
            ControlFlow::Continue(())
        })?;
        done?;
        Ok(end)
    }

    fn links(&self, end: &PageEnd) -> Vec<Json> {
        let mut links: Vec<Json> = [(Format::Json, GEOJSON), (Format::Html, "text/html")]
            .map(|(format, media)| {
                let rel = if format == self.format {
                    "self"
                } else {
                    "alternate"
                };
                link(self.with("f", format.name()), rel, media, "This page")
            })
            .to_vec();
        if let Some(next) = &end.next {
            let media = match self.format {
                Format::Json => GEOJSON,
                Format::Html => "text/html",
            };
            // As asked, so that a client that chose its form by header goes on as it began.
            links.push(link(
                self.with("cursor", &to_cursor(next)),
                "next",
                media,
                "The next page",
            ));
        }
        let home = self.base.collection(self.layer);
        links.push(link(
            home,
            "collection",
            "application/json",
            self.layer.title(),
        ));
        links
    }

    /// This address with one parameter set, and all others as they came.
    fn with(&self, name: &str, value: &str) -> String {
        self.changed(&[name], name, value)
    }

    /// This address without some parameters and with one set.
    fn changed(&self, without: &[&str], name: &str, value: &str) -> String {
        let kept = self.query.split('&').filter(|pair| {
            let given = pair.split('=').next().unwrap_or_default();
            !pair.is_empty() && !without.contains(&given)
        });
        let set = format!("{name}={value}");
        let query: Vec<&str> = kept.chain(std::iter::once(set.as_str())).collect();
        format!("{}?{}", self.address, query.join("&"))
    }
}

/// One feature.
pub async fn item(
    State(app): State<App>,
    Path((collection, id)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = parameters::layer(&collection)?;
    let today = app.today()?;
    let options = app.options().clone();
    app.run(work(layer, true), move |loaded| {
        let service = loaded.ogc(&options);
        let params = Fields::from_query(&uri)
            .read_with(|f| parameters::item(f, layer, service.references()))?;
        let format = answer::format_of_features(params.format, &headers, layer)?;
        let base = answer::base(&options, &uri, &headers);
        // Read before the feature: the tag is never newer than what it is the tag of.
        let state = edit::state(loaded, layer, &id)?;
        let form = caching::stands_on(loaded, &(&uri, &base, format, today))?;
        let tag = match state {
            Some(state) => condition::tag(&state, &form),
            None => format!("W/\"{form}\""),
        };
        caching::by_tag(&headers, &tag, || {
            let one = One {
                layer,
                id: &id,
                base: &base,
                format,
                reference: &params.reference,
                properties: &params.properties,
                today,
            };
            one.answer(service)?.ok_or_else(|| {
                let id = short(&id);
                Problem::not_found(format!("There is no feature {id} in {}.", layer.id()))
            })
        })
    })
    .await
}

/// One feature on its way out.
pub struct One<'a> {
    /// Its collection.
    pub layer: Layer,
    /// Its id.
    pub id: &'a str,
    /// Where the service is.
    pub base: &'a Base,
    /// Form of the answer.
    pub format: Format,
    /// Reference system of the answer.
    pub reference: &'a Reference,
    /// Its properties in the answer, by their place in the layer's fields.
    pub properties: &'a [usize],
    /// The day that counts as today.
    pub today: chrono::NaiveDate,
}

impl One<'_> {
    /// The feature with its links; `None` when there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn answer(&self, service: &Service) -> Result<Option<Response>, Problem> {
        let (layer, base) = (self.layer, self.base);
        let Some(mut feature) = service.feature(layer, self.today, self.id)? else {
            return Ok(None);
        };
        service.work_out(layer, self.properties, &mut feature)?;
        let links = item_links(base, layer, &feature.id, self.format);
        let mut text = Vec::new();
        write::feature(&mut text, layer, &feature, self.reference, self.properties);
        text.extend(format!(",\"links\":{}}}", Json::Array(links)).into_bytes());
        let mut response = match self.format {
            Format::Json => answer::body(GEOJSON, text),
            Format::Html => {
                let about: Json =
                    serde_json::from_slice(&text).map_err(|e| Problem::internal(&e))?;
                let bounds = service.view(layer, self.today)?;
                let drawn = bounds.map(|bounds| Drawn {
                    layer,
                    base,
                    bounds,
                    features: base.feature(layer, &feature.id) + "?f=json",
                });
                answer::page(html::document(
                    &feature.id,
                    &about,
                    drawn.as_ref(),
                    map_assets(),
                ))
            }
        };
        if layer.is_editable() {
            response.extensions_mut().insert(caching::Exact);
        }
        Ok(Some(answer::in_system(response, self.reference)))
    }
}

fn item_links(base: &Base, layer: Layer, id: &str, format: Format) -> Vec<Json> {
    let address = base.feature(layer, id);
    let mut links: Vec<Json> = [(Format::Json, GEOJSON), (Format::Html, "text/html")]
        .map(|(one, media)| {
            let rel = if one == format { "self" } else { "alternate" };
            link(
                format!("{address}?f={}", one.name()),
                rel,
                media,
                "This feature",
            )
        })
        .to_vec();
    let home = base.collection(layer);
    links.push(link(home, "collection", "application/json", layer.title()));
    links
}
