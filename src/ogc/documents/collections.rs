//! The list of collections, and one of them.

use serde_json::{Value as Json, json};

use super::links::{Base, File, Format, link, own};
use super::schema::SCHEMA;
use super::styles::stylesheets;
use crate::ogc::references::CRS84;
use crate::ogc::style::Style;
use crate::ogc::write::{csv, geopackage, seq};
use crate::ogc::{Extent, Layer, Reference, References};

/// All collections with their extents, in the order of [`Layer::ALL`].
#[must_use]
pub fn collections(
    base: &Base,
    format: Format,
    references: &References,
    extents: &[(Layer, Extent)],
) -> Json {
    let uris: Vec<&str> = references.all().iter().map(Reference::uri).collect();
    let list: Vec<Json> = extents
        .iter()
        .map(|(layer, extent)| collection(base, None, references, *layer, extent))
        .collect();
    json!({
        "links": own(&base.at("/collections"), format, "This document"),
        "crs": uris,
        "collections": list,
    })
}

/// One collection; with `format`, as a document of its own.
#[must_use]
pub fn collection(
    base: &Base,
    format: Option<Format>,
    references: &References,
    layer: Layer,
    extent: &Extent,
) -> Json {
    let address = base.collection(layer);
    let mut links = own(&address, format.unwrap_or(Format::Json), layer.title());
    let items = format!("{address}/items");
    links.extend([
        link(
            format!("{items}?f=json"),
            "items",
            "application/geo+json",
            "Its features as GeoJSON",
        ),
        link(
            format!("{items}?f=html"),
            "items",
            "text/html",
            "Its features as a page",
        ),
    ]);
    links.extend(File::ALL.map(|file| {
        let (media, title) = match file {
            File::Csv => (csv::MEDIA_TYPE, "All features as CSV"),
            File::Sequence => (seq::MEDIA_TYPE, "All features, one GeoJSON text a line"),
            File::GeoPackage => (geopackage::MEDIA_TYPE, "All features as a GeoPackage"),
        };
        link(
            format!("{address}/download?f={}", file.name()),
            "enclosure",
            media,
            title,
        )
    }));
    links.extend([
        link(
            format!("{address}/schema"),
            "http://www.opengis.net/def/rel/ogc/1.0/schema",
            SCHEMA,
            "Its properties",
        ),
        link(
            format!("{address}/queryables"),
            "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            SCHEMA,
            "What filters may ask about",
        ),
    ]);
    if let Some(style) = Style::of(layer).first() {
        links.push(link(
            format!("{address}/styles"),
            "http://www.opengis.net/def/rel/ogc/1.0/styles",
            "application/json",
            "Ways to draw it",
        ));
        links.extend(stylesheets(base, layer, style));
    }
    let mut about = json!({
        "id": layer.id(),
        "title": layer.title(),
        "description": layer.description(),
        "itemType": "feature",
        "extent": extent_of(extent),
        "links": links,
    });
    if layer.geometry().is_some() {
        let uris: Vec<&str> = references.all().iter().map(Reference::uri).collect();
        about["crs"] = json!(uris);
        about["storageCrs"] = json!(CRS84);
    }
    about
}

fn extent_of(extent: &Extent) -> Json {
    let mut about = json!({});
    if let Some(bounds) = extent.bounds {
        about["spatial"] = json!({"bbox": [bounds.to_bbox()], "crs": CRS84});
    }
    if let Some((first, last)) = extent.days {
        about["temporal"] = json!({
            "interval": [[format!("{first}T00:00:00Z"), format!("{last}T23:59:59Z")]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        });
    }
    about
}
