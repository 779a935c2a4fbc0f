//! Landing page and conformance.

use serde_json::{Value as Json, json};

use super::links::{Base, Format, link, own};
use super::openapi;
use crate::ogc::write::geopackage;

/// The conformance classes that hold; tests go through each of them.
pub const CLASSES: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/returnables-and-receivables",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/ogc-process-description",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/job-list",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/dismiss",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
];

/// What the service is, and the way to the rest.
#[must_use]
pub fn landing(base: &Base, format: Format, region: &str) -> Json {
    let mut links = own(&base.at(""), format, "This document");
    links.extend([
        link(
            base.at("/api"),
            "service-desc",
            openapi::MEDIA_TYPE,
            "What can be asked, as OpenAPI 3.0",
        ),
        link(
            base.at("/api?f=html"),
            "service-doc",
            "text/html",
            "What can be asked, for people",
        ),
        link(
            base.at("/conformance"),
            "conformance",
            "application/json",
            "Standards it follows",
        ),
        link(
            base.at("/collections"),
            "data",
            "application/json",
            "The collections",
        ),
        link(
            base.at("/tiles"),
            "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
            "application/json",
            "All collections as vector tiles",
        ),
        link(
            base.at("/tileMatrixSets"),
            "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
            "application/json",
            "Their tile matrix sets",
        ),
        link(
            base.at("/processes"),
            "http://www.opengis.net/def/rel/ogc/1.0/processes",
            "application/json",
            "What can be computed",
        ),
        link(
            base.at("/jobs"),
            "http://www.opengis.net/def/rel/ogc/1.0/job-list",
            "application/json",
            "What is being computed",
        ),
        link(
            base.at("/download"),
            "enclosure",
            geopackage::MEDIA_TYPE,
            "Everything as a GeoPackage",
        ),
    ]);
    json!({
        "title": format!("Rondo: field visits in {region}"),
        "description": "Accounts, visits, tours, reach, coverage gaps and roads, as they stand now.",
        "attribution": "Roads: © OpenStreetMap contributors, ODbL",
        "links": links,
    })
}

/// The standards it follows.
#[must_use]
pub fn conformance(base: &Base, format: Format) -> Json {
    json!({
        "links": own(&base.at("/conformance"), format, "This document"),
        "conformsTo": CLASSES,
    })
}
