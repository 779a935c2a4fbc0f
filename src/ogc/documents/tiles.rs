//! What the service says about its tiles: tile matrix sets, lists of tilesets, and one tileset as the OGC and as TileJSON see it.

use serde_json::{Map, Value as Json, json};

use super::links::{Base, Format, link, own};
use super::openapi::schema_of;
use crate::geometry::Bounds;
use crate::ogc::references::CRS84;
use crate::ogc::{DEEPEST, Extent, GeometryKind, ID, Layer};

/// The one tile matrix set.
pub const MATRIX_SET: &str = "WebMercatorQuad";
/// Media type of a tile.
pub const MVT: &str = "application/vnd.mapbox-vector-tile";

const MATRIX_SET_URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
const MERCATOR: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";
/// Half the width of the world in metres.
const HALF: f64 = 20_037_508.342_789_244;
/// Metres in a pixel of the scale denominators.
const PIXEL: f64 = 0.000_28;

/// The tiles of one collection, or of all of them.
#[derive(Clone, Copy, Debug)]
pub struct Tiles<'a> {
    /// Where the service is.
    pub base: &'a Base,
    /// The collection; `None` = all that have a geometry.
    pub layer: Option<Layer>,
    /// The space that they cover.
    pub extent: &'a Extent,
}

/// The tile matrix sets.
#[must_use]
pub fn matrix_sets(base: &Base, format: Format) -> Json {
    let address = base.at(&format!("/tileMatrixSets/{MATRIX_SET}"));
    json!({
        "links": own(&base.at("/tileMatrixSets"), format, "This document"),
        "tileMatrixSets": [{
            "id": MATRIX_SET, "title": "Google Maps Compatible for the World", "uri": MATRIX_SET_URI, "crs": MERCATOR,
            "links": [link(address, "self", "application/json", "Its definition")],
        }],
    })
}

/// The definition of the tile matrix set.
#[must_use]
pub fn matrix_set() -> Json {
    let matrices: Vec<Json> = (0..=DEEPEST)
        .map(|zoom| {
            let side = 1_u64 << zoom;
            let cell = 2.0 * HALF / 256.0 / side as f64;
            json!({
                "id": zoom.to_string(), "scaleDenominator": cell / PIXEL, "cellSize": cell, "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-HALF, HALF], "tileWidth": 256, "tileHeight": 256,
                "matrixWidth": side, "matrixHeight": side,
            })
        })
        .collect();
    json!({
        "id": MATRIX_SET,
        "title": "Google Maps Compatible for the World",
        "uri": MATRIX_SET_URI,
        "crs": MERCATOR,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": matrices,
    })
}

impl Tiles<'_> {
    fn address(&self) -> String {
        match self.layer {
            Some(layer) => format!("{}/tiles", self.base.collection(layer)),
            None => self.base.at("/tiles"),
        }
    }

    fn title(&self) -> String {
        let of = self.layer.map_or("all collections", Layer::title);
        format!("Tiles of {of}")
    }

    fn layers(&self) -> Vec<Layer> {
        let one = self.layer.into_iter();
        let all = Layer::ALL.into_iter().filter(|_| self.layer.is_none());
        one.chain(all)
            .filter(|layer| layer.geometry().is_some())
            .collect()
    }

    /// The list of tilesets.
    #[must_use]
    pub fn list(&self, format: Format) -> Json {
        let address = self.address();
        json!({
            "title": self.title(),
            "links": own(&address, format, "This document"),
            "tilesets": [self.head(vec![
                link(format!("{address}/{MATRIX_SET}?f=json"), "self", "application/json", "About these tiles"),
                link(format!("{address}/{MATRIX_SET}"), "http://www.opengis.net/def/rel/ogc/1.0/tileset", "application/json",
                    "About these tiles"),
                self.item(),
            ])],
        })
    }

    fn head(&self, mut links: Vec<Json>) -> Json {
        let scheme = self.base.at(&format!("/tileMatrixSets/{MATRIX_SET}"));
        links.push(link(
            scheme,
            "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme",
            "application/json",
            "Their tile matrix set",
        ));
        json!({
            "title": self.title(), "dataType": "vector", "crs": MERCATOR, "tileMatrixSetURI": MATRIX_SET_URI, "links": links,
        })
    }

    /// The template of tiles: row, then column.
    fn item(&self) -> Json {
        let address = format!(
            "{}/{MATRIX_SET}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}",
            self.address()
        );
        let mut item = link(address, "item", MVT, "Tiles");
        item["templated"] = json!(true);
        item
    }

    /// Everything about the tileset.
    #[must_use]
    pub fn tileset(&self, format: Format) -> Json {
        let address = format!("{}/{MATRIX_SET}", self.address());
        let mut links = own(&address, format, "This document");
        links.push(self.item());
        links.push(link(
            format!("{address}/tilejson"),
            "describedby",
            "application/json",
            "The same as TileJSON",
        ));
        let mut about = self.head(links);
        let layers: Vec<Json> = self.layers().into_iter().map(layer_of).collect();
        about["layers"] = json!(layers);
        about["accessConstraints"] = json!("unclassified");
        about["attribution"] = json!("Roads: © OpenStreetMap contributors, ODbL");
        if let Some(bounds) = self.extent.bounds {
            let [west, south, east, north] = bounds.to_bbox();
            let centre = bounds.centre();
            about["boundingBox"] =
                json!({"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84});
            about["centerPoint"] = json!({"coordinates": [centre.lon, centre.lat], "crs": CRS84});
        }
        about
    }

    /// The tileset for clients of TileJSON 3.
    #[must_use]
    pub fn tilejson(&self) -> Json {
        let layers: Vec<Json> = self.layers().into_iter().map(|layer| {
            let fields: Map<String, Json> = layer.queryables().map(|f| (f.name.to_owned(), json!(f.title))).collect();
            json!({"id": layer.id(), "description": layer.description(), "fields": fields, "minzoom": 0, "maxzoom": DEEPEST})
        }).collect();
        let mut about = json!({
            "tilejson": "3.0.0",
            "name": self.title(),
            "tiles": [format!("{}/{MATRIX_SET}/{{z}}/{{y}}/{{x}}", self.address())],
            "scheme": "xyz",
            "minzoom": 0,
            "maxzoom": DEEPEST,
            "attribution": "© <a href=\"https://www.openstreetmap.org/copyright\">OpenStreetMap</a> contributors",
            "vector_layers": layers,
        });
        if let Some(bounds) = self.extent.bounds {
            let centre = bounds.centre();
            about["bounds"] = json!(bounds.to_bbox());
            about["center"] = json!([centre.lon, centre.lat, zoom_of(bounds)]);
        }
        about
    }
}

fn layer_of(layer: Layer) -> Json {
    let dimension = match layer.geometry() {
        Some(GeometryKind::Point) | None => 0,
        Some(GeometryKind::Line | GeometryKind::MultiLine) => 1,
        Some(GeometryKind::Polygon | GeometryKind::MultiPolygon) => 2,
    };
    let properties: Map<String, Json> = std::iter::once(&ID)
        .chain(layer.queryables())
        .map(|field| {
            let mut about = schema_of(field);
            about["title"] = json!(field.title);
            (field.name.to_owned(), about)
        })
        .collect();
    json!({
        "id": layer.id(), "title": layer.title(), "description": layer.description(), "dataType": "vector",
        "geometryDimension": dimension, "minTileMatrix": "0", "maxTileMatrix": DEEPEST.to_string(),
        "propertiesSchema": {"type": "object", "properties": properties},
    })
}

/// A zoom at which the bounds fill a screen.
fn zoom_of(bounds: Bounds) -> u8 {
    let width = (bounds.max.lon - bounds.min.lon).max(1e-6);
    (360.0 / width)
        .log2()
        .floor()
        .clamp(0.0, f64::from(DEEPEST)) as u8
        + 1
}
