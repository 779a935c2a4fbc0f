//! Reading the parameters of `/ogc`: what is not known or not readable is refused with what would be right.

use chrono::DateTime;
use chrono_tz::Tz;

use crate::api::account_query;
use crate::api::fields::{Fields, Raw, Refusal};
use crate::api::problem::Problem;
use crate::api::read::{self, Read};
use crate::ogc::documents::{
    FILTER_LANGUAGES, File, Format, LARGEST_PAGE, MOST_SORTED, MOST_WORKED_OUT, PAGE,
};
use crate::ogc::{
    Ask, Boxes, Field, Filter, ID, Kind, Layer, Period, Property, Reference, References, Sort,
    Tiled, Value, is_cursor,
};

/// The collection with this id.
///
/// # Errors
/// 404 with the list of ids.
pub fn layer(id: &str) -> Result<Layer, Problem> {
    Layer::from_id(id).ok_or_else(|| {
        let ids = Layer::ALL.map(Layer::id).join(", ");
        let id = crate::api::fields::short(id);
        Problem::not_found(format!("There is no collection {id}; there are: {ids}."))
    })
}

const FORMATS: [Format; 2] = [Format::Json, Format::Html];

/// `f` alone.
pub fn format(fields: &mut Fields) -> Option<Format> {
    let names = FORMATS.map(Format::name);
    fields
        .optional("f", read::choice(&names))
        .map(|at| FORMATS[at])
}

/// `f` of features: files have an address of their own.
fn format_of_features(fields: &mut Fields, layer: Layer) -> Option<Format> {
    fields.optional("f", |raw| {
        let text = read::filled(40)(raw)?;
        let found = FORMATS.into_iter().find(|format| format.name() == text);
        found.ok_or_else(|| {
            let download = format!("/ogc/collections/{}/download?f=", layer.id());
            let names = FORMATS.map(Format::name).join(", ");
            match File::ALL.into_iter().find(|file| file.name() == text) {
                Some(file) => Refusal::new(
                    "is a form of files, not of pages",
                    format!("{download}{}; here one of: {names}", file.name()),
                ),
                None => Refusal::new(
                    "is not one of the choices",
                    format!(
                        "one of: {names}; as a file {download} and one of: {}",
                        File::ALL.map(File::name).join(", ")
                    ),
                ),
            }
        })
    })
}

/// What the address of a page of features asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemsParams {
    /// Form of the answer.
    pub format: Option<Format>,
    /// Which features.
    pub ask: Ask,
    /// Reference system of the answer.
    pub reference: Reference,
    /// Which properties, by their place in the layer's fields.
    pub properties: Vec<usize>,
}

/// What the address of one feature asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemParams {
    /// Form of the answer.
    pub format: Option<Format>,
    /// Reference system of the answer.
    pub reference: Reference,
    /// Which properties, by their place in the layer's fields.
    pub properties: Vec<usize>,
}

/// What the address of a download asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DownloadParams {
    /// Form of the file; `None` = the caller takes none of them.
    pub file: Option<File>,
    /// Which features; all on one page.
    pub ask: Ask,
    /// Reference system of the file.
    pub reference: Reference,
    /// Which properties; `None` = all.
    properties: Option<Vec<usize>>,
}

impl DownloadParams {
    /// The properties that the file has, by their place in the layer's fields.
    pub fn properties_of(&self, layer: Layer) -> Vec<usize> {
        chosen(self.properties.clone(), layer)
    }
}

/// Sorted and without repeats; the usual ones when nothing is chosen.
fn chosen(properties: Option<Vec<usize>>, layer: Layer) -> Vec<usize> {
    let mut properties = properties.unwrap_or_else(|| layer.usual());
    properties.sort_unstable();
    properties.dedup();
    properties
}

/// Reads the parameters of a download; `accepted` is the file that the header wants.
pub fn download(
    fields: &mut Fields,
    layer: Layer,
    references: &References,
    zone: Tz,
    accepted: Option<File>,
) -> DownloadParams {
    let names = File::ALL.map(File::name);
    let file = fields.optional("f", read::choice(&names));
    let file = file.map(|at| File::ALL[at]).or(accepted);
    let limit = fields.optional("limit", read::integer(1, u32::MAX));
    let sort = fields.optional("sortby", read::list(10, |raw| sort(raw, layer)));
    let sort = sort.unwrap_or_default();
    if !sort.is_empty() {
        if file == Some(File::FlatGeobuf) {
            let cure = "leave sortby out, or ask for geojsonseq, csv or gpkg";
            fields.refuse(
                "sortby",
                Refusal::new("cannot order FlatGeobuf, whose rows follow its index", cure),
            );
        } else if limit.is_none_or(|limit| limit > MOST_SORTED) {
            let cure = format!("give a limit of at most {MOST_SORTED} beside it");
            fields.refuse(
                "sortby",
                Refusal::new("cannot order files of any length", cure),
            );
        }
    }
    let conditions = conditions(fields, layer, references, zone);
    DownloadParams {
        file,
        ask: Ask {
            sort,
            limit: limit.map_or(usize::MAX, |limit| limit as usize),
            ..conditions
        },
        reference: reference(fields, references),
        properties: fields.optional("properties", read::list(100, |raw| kept_ready(raw, layer))),
    }
}

/// Reads the parameters of the download of everything.
pub fn download_of_all(fields: &mut Fields, references: &References) -> DownloadParams {
    let _ = fields.optional("f", read::choice(&[File::GeoPackage.name()]));
    DownloadParams {
        reference: reference(fields, references),
        ..DownloadParams::default()
    }
}

/// `crs` alone.
pub fn reference(fields: &mut Fields, references: &References) -> Reference {
    let reference = fields.optional("crs", one_of(references));
    reference.unwrap_or_default()
}

/// Reads the parameters of one feature, which has all its properties unless told.
pub fn item(fields: &mut Fields, layer: Layer, references: &References) -> ItemParams {
    let format = format_of_features(fields, layer);
    let reference = reference(fields, references);
    let properties = fields.optional("properties", read::list(100, |raw| property(raw, layer)));
    let all = || (0..layer.fields().len()).collect();
    ItemParams {
        format,
        reference,
        properties: chosen(Some(properties.unwrap_or_else(all)), layer),
    }
}

/// Reads the parameters of a page of features.
pub fn items(fields: &mut Fields, layer: Layer, references: &References, zone: Tz) -> ItemsParams {
    let format = format_of_features(fields, layer);
    let limit = fields.optional("limit", limit).unwrap_or(PAGE);
    let reference = fields.optional("crs", one_of(references));
    let sort = fields.optional("sortby", read::list(10, |raw| sort(raw, layer)));
    let sort = sort.unwrap_or_default();
    let properties = fields.optional("properties", read::list(100, |raw| property(raw, layer)));
    let cursor = fields.optional("cursor", |raw| {
        let cursor = account_query::cursor(raw)?;
        if is_cursor(&cursor, &sort) {
            Ok(cursor)
        } else {
            Err(Refusal::new(
                "belongs to another order",
                "the cursor of the link to the next page, with the same sortby",
            ))
        }
    });
    let conditions = conditions(fields, layer, references, zone);
    let properties = chosen(properties, layer);
    let worked_out = properties.iter().any(|at| layer.fields()[*at].on_request);
    ItemsParams {
        format,
        ask: Ask {
            sort,
            cursor,
            limit: limit.min(if worked_out {
                MOST_WORKED_OUT
            } else {
                u32::MAX
            }) as usize,
            ..conditions
        },
        reference: reference.unwrap_or_default(),
        properties,
    }
}

/// Reads the parameters of a tile.
pub fn tile(fields: &mut Fields, layer: Layer, references: &References, zone: Tz) -> Tiled {
    let properties = fields.optional("properties", read::list(100, |raw| kept_ready(raw, layer)));
    let _ = fields.optional("f", read::choice(&["mvt"]));
    Tiled {
        layer,
        ask: conditions(fields, layer, references, zone),
        properties: chosen(properties, layer),
    }
}

/// Reads which collections are wanted in a tile; all that have a geometry unless told.
pub fn tile_collections(fields: &mut Fields) -> Vec<Layer> {
    let all = || {
        Layer::ALL
            .into_iter()
            .filter(|layer| layer.geometry().is_some())
    };
    let one = |raw: Raw<'_>| {
        let id = read::filled(100)(raw)?;
        all().find(|layer| layer.id() == id).ok_or_else(|| {
            let ids: Vec<&str> = all().map(Layer::id).collect();
            Refusal::new(
                "is no collection with tiles",
                format!("one of: {}", ids.join(", ")),
            )
        })
    };
    let _ = fields.optional("f", read::choice(&["mvt"]));
    let chosen = fields.optional("collections", read::list(Layer::ALL.len(), one));
    let mut layers = chosen.unwrap_or_else(|| all().collect());
    layers.sort_unstable();
    layers.dedup();
    layers
}

/// Reads which features are wanted.
fn conditions(fields: &mut Fields, layer: Layer, references: &References, zone: Tz) -> Ask {
    let system = fields.optional("bbox-crs", one_of(references));
    let system = system.unwrap_or_default();
    let boxes = fields.optional("bbox", |raw| bbox(raw, &system));
    let period = fields.optional("datetime", |raw| period(raw, zone));
    let language = fields.optional("filter-lang", read::choice(&FILTER_LANGUAGES));
    let system = fields.optional("filter-crs", one_of(references));
    let system = system.unwrap_or_default();
    let filter = fields.optional("filter", |raw| filter(raw, language, layer, &system));
    let mut equal = Vec::new();
    let queryable = layer.fields().iter().enumerate();
    let queryable = queryable.filter(|(_, field)| !field.on_request);
    let queryable = queryable.map(|(at, field)| (Property::Field(at), field));
    for (property, field) in std::iter::once((Property::Id, &ID)).chain(queryable) {
        if let Some(value) = fields.optional(field.name, |raw| value(raw, field)) {
            equal.push((property, value));
        }
    }
    Ask {
        boxes,
        period,
        equal,
        filter,
        ..Ask::default()
    }
}

/// Longest filter that is read: whatever fits in an address.
const LONGEST_FILTER: usize = 60_000;

/// Without a language, what begins with a brace is JSON. The names of text mean the same reader.
fn filter(raw: Raw<'_>, language: Option<usize>, layer: Layer, system: &Reference) -> Read<Filter> {
    let text = read::filled(LONGEST_FILTER)(raw)?;
    let json = language.map_or(text.trim_start().starts_with('{'), |at| {
        FILTER_LANGUAGES[at] == "cql2-json"
    });
    let read = if json {
        Filter::from_json(&text, layer, system)
    } else {
        Filter::from_text(&text, layer, system)
    };
    read.map_err(|error| {
        Refusal::new(
            error.to_string(),
            "CQL2 over the properties that /queryables lists, such as class = 'A' AND urgency > 1",
        )
    })
}

/// Numbers above the maximum count as the maximum: the standard has it so.
fn limit(raw: Raw<'_>) -> Read<u32> {
    read::integer(1, u32::MAX)(raw).map(|limit| limit.min(LARGEST_PAGE))
}

fn one_of(references: &References) -> impl Fn(Raw<'_>) -> Read<Reference> + '_ {
    move |raw| {
        let text = read::filled(200)(raw)?;
        references.find(&text).cloned().ok_or_else(|| {
            let uris: Vec<&str> = references.all().iter().map(Reference::uri).collect();
            Refusal::new(
                "is no reference system on offer",
                format!("one of: {}", uris.join(", ")),
            )
        })
    }
}

fn bbox(raw: Raw<'_>, system: &Reference) -> Read<Boxes> {
    let numbers = read::list(6, read::number(f64::MIN, f64::MAX))(raw)?;
    let corners = match numbers[..] {
        [a, b, c, d] | [a, b, _, c, d, _] => [a, b, c, d],
        _ => {
            return Err(Refusal::new(
                "does not have four or six numbers",
                "the lower and the upper corner, such as 14.2,35.8,14.6,36.1",
            ));
        }
    };
    Boxes::new(corners, system).map_err(|problem| {
        Refusal::new(
            problem,
            "the lower and the upper corner, in the order of the axes of bbox-crs",
        )
    })
}

/// An instant or an interval.
pub fn period(raw: Raw<'_>, zone: Tz) -> Read<Period> {
    let text = read::filled(100)(raw)?;
    Period::parse(&text, zone).ok_or_else(|| {
        Refusal::new(
            "is no instant or interval",
            "2026-11-24, 2026-11-24T08:00:00Z, or two of them around a slash with .. for an open end",
        )
    })
}

fn property(raw: Raw<'_>, layer: Layer) -> Read<usize> {
    let name = read::filled(100)(raw)?;
    layer.field(&name).ok_or_else(|| {
        let names: Vec<&str> = layer.fields().iter().map(|field| field.name).collect();
        Refusal::new(
            "is no property of this collection",
            format!("one of: {}", names.join(", ")),
        )
    })
}

/// A property that need not be worked out for the answer.
fn kept_ready(raw: Raw<'_>, layer: Layer) -> Read<usize> {
    let at = property(raw, layer)?;
    if layer.fields()[at].on_request {
        return Err(Refusal::new(
            format!(
                "asks for {}, which is worked out feature by feature, on request only",
                layer.fields()[at].name
            ),
            "leave it out here; /items?properties= and single features have it",
        ));
    }
    Ok(at)
}

fn sort(raw: Raw<'_>, layer: Layer) -> Read<Sort> {
    let text = read::filled(100)(raw)?;
    let descending = text.starts_with('-');
    // A plus that was not escaped arrives as a space.
    let name = text.trim_start_matches(['+', '-', ' ']);
    let by = if name == ID.name {
        Property::Id
    } else {
        Property::Field(kept_ready(Raw::Text(name), layer)?)
    };
    Ok(Sort { by, descending })
}

/// A value of a property, from text.
fn value(raw: Raw<'_>, field: &Field) -> Read<Value> {
    let text = read::filled(1_000)(raw)?;
    let refuse = |cure: &str| Err(Refusal::new("is no value of this property", cure));
    match field.kind {
        Kind::Text => Ok(text.into()),
        Kind::Code(codes) if codes.contains(&text.as_str()) => Ok(text.into()),
        Kind::Code(codes) => refuse(&format!("one of: {}", codes.join(", "))),
        Kind::Bool => match text.as_str() {
            "true" => Ok(true.into()),
            "false" => Ok(false.into()),
            _ => refuse("true or false"),
        },
        Kind::Int => text
            .parse::<i64>()
            .map_or_else(|_| refuse("a whole number"), |n| Ok(n.into())),
        Kind::Real => match text.parse::<f64>() {
            Ok(x) if x.is_finite() => Ok(x.into()),
            _ => refuse("a number"),
        },
        Kind::Date => text.parse().map_or_else(
            |_| refuse("a date such as 2026-11-24"),
            |day| Ok(Value::Date(day)),
        ),
        Kind::Instant => DateTime::parse_from_rfc3339(&text).map_or_else(
            |_| refuse("an instant such as 2026-11-24T08:00:00Z"),
            |at| Ok(Value::Instant(at)),
        ),
    }
}
