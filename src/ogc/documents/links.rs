//! Absolute addresses and links between documents.

use serde_json::{Value as Json, json};

use crate::ogc::write::{csv, flatgeobuf, geopackage, seq};

/// The forms in which documents and features are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON; GeoJSON for features.
    Json,
    /// A page for people.
    Html,
}

impl Format {
    /// Value of the parameter `f`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Html => "html",
        }
    }
}

/// The forms in which whole collections are taken along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum File {
    /// Comma-separated values.
    Csv,
    /// One GeoJSON feature a line.
    #[default]
    Sequence,
    /// An SQLite file for GIS programs.
    GeoPackage,
    /// One table with a spatial index, for GIS programs.
    FlatGeobuf,
}

impl File {
    /// All of them, the default first.
    pub const ALL: [Self; 4] = [
        Self::Sequence,
        Self::Csv,
        Self::GeoPackage,
        Self::FlatGeobuf,
    ];

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => csv::MEDIA_TYPE,
            Self::Sequence => seq::MEDIA_TYPE,
            Self::GeoPackage => geopackage::MEDIA_TYPE,
            Self::FlatGeobuf => flatgeobuf::MEDIA_TYPE,
        }
    }

    /// How names of such files end.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Sequence => "geojsonl",
            Self::GeoPackage => "gpkg",
            Self::FlatGeobuf => "fgb",
        }
    }

    /// Value of the parameter `f`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Sequence => "geojsonseq",
            Self::GeoPackage => "gpkg",
            Self::FlatGeobuf => "flatgeobuf",
        }
    }
}

/// Where the service is, as the client sees it: `http://localhost:8080/ogc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// Under this scheme and host.
    #[must_use]
    pub fn new(scheme: &str, host: &str) -> Self {
        Self(format!("{scheme}://{host}/ogc"))
    }

    /// Address of a path below the service; its parts must be escaped already.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// Address of a collection.
    #[must_use]
    pub fn collection(&self, layer: crate::ogc::Layer) -> String {
        self.at(&format!("/collections/{}", layer.id()))
    }

    /// Address of a feature.
    #[must_use]
    pub fn feature(&self, layer: crate::ogc::Layer, id: &str) -> String {
        format!("{}/items/{}", self.collection(layer), escape(id))
    }
}

/// A part of a path, with everything escaped that means something in an address.
fn escape(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// A link.
#[must_use]
pub fn link(href: impl Into<String>, rel: &str, media: &str, title: &str) -> Json {
    json!({"href": href.into(), "rel": rel, "type": media, "title": title})
}

/// Links of a document to itself in the form it is served in and in the other one.
pub(super) fn own(address: &str, format: Format, title: &str) -> Vec<Json> {
    let media = |format: Format| match format {
        Format::Json => "application/json",
        Format::Html => "text/html",
    };
    [Format::Json, Format::Html]
        .map(|one| {
            let rel = if one == format { "self" } else { "alternate" };
            link(
                format!("{address}?f={}", one.name()),
                rel,
                media(one),
                title,
            )
        })
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_escaped_in_addresses() {
        let base = Base::new("http", "localhost:1");
        assert_eq!(
            base.feature(crate::ogc::Layer::Accounts, "a/b ü?"),
            "http://localhost:1/ogc/collections/accounts/items/a%2Fb%20%C3%BC%3F"
        );
    }
}
