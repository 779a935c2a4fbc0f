//! The service's own API document, OpenAPI 3.0, complete in itself. (The rest of the program is documented as OpenAPI
//! 3.1, which the standard's requirement class for 3.0 does not allow.)

use serde_json::{Map, Value as Json, json};

use super::links::{Base, File};
use super::openapi_edit::edits;
use super::openapi_processes::processes;
use super::openapi_tiles::tiles;
use crate::ogc::style::{QML, Style};
use crate::ogc::{Field, ID, Kind, Layer, Reference, References};

/// Media type of the document.
pub const MEDIA_TYPE: &str = "application/vnd.oai.openapi+json;version=3.0";

/// Names of the forms of a filter. `cql-text` is what a draft of Part 3 called CQL2 text: GDAL looks for that name, and without
/// it turns conditions on dates into `datetime`, whatever property they are about.
pub const FILTER_LANGUAGES: [&str; 3] = ["cql2-text", "cql2-json", "cql-text"];

/// Most features on a page.
pub const LARGEST_PAGE: u32 = 10_000;
/// Features on a page unless told.
pub const PAGE: u32 = 100;
/// Most features on a page with properties that are worked out on request.
pub const MOST_WORKED_OUT: u32 = 20;
/// Most features of a file in an order of its own: they are held in memory until the last is read.
pub const MOST_SORTED: u32 = 100_000;

/// The whole document.
#[must_use]
pub fn openapi(base: &Base, references: &References) -> Json {
    let mut paths = Map::new();
    let mut document = |path: &str, id: &str, summary: &str, schema: &str| {
        paths.insert(
            path.to_owned(),
            json!({"get": {
                "operationId": id, "summary": summary, "tags": ["service"],
                "parameters": [{"$ref": "#/components/parameters/f"}],
                "responses": responses(&[("application/json", schema), ("text/html", "page")], false),
            }}),
        );
    };
    document("/", "landing", "Landing page", "landingPage");
    document(
        "/conformance",
        "conformance",
        "Standards it follows",
        "confClasses",
    );
    document(
        "/collections",
        "collections",
        "The collections",
        "collections",
    );
    paths.insert(
        "/api".to_owned(),
        json!({"get": {
            "operationId": "api", "summary": "This document", "tags": ["service"],
            "parameters": [{"$ref": "#/components/parameters/f"}],
            "responses": responses(&[(MEDIA_TYPE, "document"), ("text/html", "page")], false),
        }}),
    );
    paths.insert(
        "/download".to_owned(),
        json!({"get": {
            "operationId": "download", "summary": "Everything as a GeoPackage", "tags": ["features"],
            "parameters": [{"$ref": "#/components/parameters/crs"}, {"name": "f", "in": "query", "required": false,
                "description": "Form of the file", "schema": {"type": "string", "enum": [File::GeoPackage.name()]}}],
            "responses": responses(&[(File::GeoPackage.media_type(), "file")], true),
        }}),
    );
    for layer in Layer::ALL {
        for (path, operation) in of_layer(layer) {
            paths.insert(path, json!({"get": operation}));
        }
        if layer.is_editable() {
            for (path, method, operation) in edits(layer) {
                paths[&path][method] = operation;
            }
        }
    }
    for (path, operation) in tiles(|layer| conditions(layer, &["properties"])) {
        paths.insert(path, json!({"get": operation}));
    }
    for (path, method, operation) in processes() {
        let all = paths.entry(path).or_insert_with(|| json!({}));
        all[method] = operation;
    }
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Rondo for GIS",
            "description": "OGC API - Features, Tiles and Processes over accounts, visits, tours, reach, coverage gaps and roads.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "MIT OR Apache-2.0", "url": "https://spdx.org/licenses/"},
        },
        "servers": [{"url": base.at("")}],
        "security": [{}, {"token": []}],
        "tags": [{"name": "service", "description": "What there is"},
                 {"name": "features", "description": "Collections and their features"},
                 {"name": "tiles", "description": "Collections as vector tiles"},
                 {"name": "processes", "description": "What can be computed"}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": parameters(references),
            "schemas": schemas(),
            "headers": {
                "Content-Crs": {"description": "Reference system of the coordinates, in angle brackets",
                                "schema": {"type": "string"}},
                "ETag": {"description": "Names this state of the answer", "schema": {"type": "string"}},
            },
            "responses": {
                "Problem": {
                    "description": "What is wrong with the request, field by field (RFC 9457)",
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
                },
                "NotModified": {"description": "Unchanged since the answer with this ETag"},
            },
        },
    })
}

fn of_layer(layer: Layer) -> Vec<(String, Json)> {
    let id = layer.id();
    let shared = |name: &str| json!({"$ref": format!("#/components/parameters/{name}")});
    let asked = |others: &[&str]| conditions(layer, others);
    let items = asked(&["f", "limit", "crs", "sortby", "properties", "cursor"]);
    let files = File::ALL.map(|file| (file.media_type(), "file"));
    let features = [
        ("application/geo+json", "featureCollectionGeoJSON"),
        ("text/html", "page"),
    ];
    let feature = [
        ("application/geo+json", "featureGeoJSON"),
        ("text/html", "page"),
    ];
    let feature_id = json!({"name": "featureId", "in": "path", "required": true, "description": "Id of the feature",
                            "schema": {"type": "string"}});
    let schema = |last: &str, summary: &str| {
        let forms = [
            ("application/schema+json", "document"),
            ("text/html", "page"),
        ];
        (
            format!("/collections/{id}/{last}"),
            json!({
                "operationId": format!("{id}.{last}"), "tags": ["features"],
                "summary": format!("{summary} {}", layer.title()), "parameters": [shared("f")],
                "responses": responses(&forms, false),
            }),
        )
    };
    let mut paths = vec![
        schema("schema", "Properties of"),
        schema("feature-schema", "A whole feature, as GeoJSON, of"),
        schema("queryables", "What filters may ask about"),
        schema("sortables", "What sorts"),
        (
            format!("/collections/{id}/download"),
            json!({
                "operationId": format!("{id}.download"), "tags": ["features"],
                "summary": format!("All features of {} as a file", layer.title()),
                "description": "The reference system is that of crs. GeoJSON has the axes in the order of the system; CSV (lon and lat, or x \
                    and y, or well-known text), GeoPackage and FlatGeobuf have east before north, as GIS programs expect of files.",
                "parameters": asked(&["file", "crs", "properties", "file-limit", "file-sortby"]),
                "responses": responses(&files, true),
            }),
        ),
        (
            format!("/collections/{id}"),
            json!({
                "operationId": format!("{id}.collection"), "tags": ["features"], "summary": layer.title(),
                "description": layer.description(), "parameters": [shared("f")],
                "responses": responses(&[("application/json", "collection"), ("text/html", "page")], false),
            }),
        ),
        (
            format!("/collections/{id}/items"),
            json!({
                "operationId": format!("{id}.items"), "tags": ["features"],
                "summary": format!("Features of {}", layer.title()),
                "description": layer.description(), "parameters": items,
                "responses": responses(&features, true),
            }),
        ),
        (
            format!("/collections/{id}/items/{{featureId}}"),
            json!({
                "operationId": format!("{id}.item"), "tags": ["features"],
                "summary": format!("One feature of {}", layer.title()),
                "parameters": [feature_id, shared("f"), shared("crs"), shared("item-properties")],
                "responses": responses(&feature, true),
            }),
        ),
    ];
    if !Style::of(layer).is_empty() {
        paths.extend(styles(layer));
    }
    paths
}

/// The styles of a layer and their files.
fn styles(layer: Layer) -> [(String, Json); 2] {
    let (id, title) = (layer.id(), layer.title());
    let files: Vec<String> = Style::of(layer)
        .iter()
        .flat_map(|style| ["qml", "json"].map(|ending| format!("{}.{ending}", style.id)))
        .collect();
    let file = json!({"name": "styleFile", "in": "path", "required": true,
        "description": "Id of the style with the form: QML for QGIS, JSON with path options of Leaflet",
        "schema": {"type": "string", "enum": files}});
    [
        (
            format!("/collections/{id}/styles"),
            json!({
                "operationId": format!("{id}.styles"), "tags": ["features"],
                "summary": format!("Ways to draw {title}"),
                "parameters": [{"$ref": "#/components/parameters/f"}],
                "responses": responses(&[("application/json", "styles"), ("text/html", "page")], false),
            }),
        ),
        (
            format!("/collections/{id}/styles/{{styleFile}}"),
            json!({
                "operationId": format!("{id}.style"), "tags": ["features"],
                "summary": format!("One way to draw {title}, as a file"), "parameters": [file],
                "responses": responses(&[(QML, "page"), ("application/json", "document")], false),
            }),
        ),
    ]
}

/// Which features are wanted, as parameters, after `others`.
fn conditions(layer: Layer, others: &[&str]) -> Vec<Json> {
    const CONDITIONS: [&str; 6] = [
        "bbox",
        "bbox-crs",
        "datetime",
        "filter",
        "filter-lang",
        "filter-crs",
    ];
    let one = |name: &str| match name {
        "sortby" => sorting(layer, SORTBY),
        "file-sortby" => {
            let text = format!(
                "{SORTBY}. It needs a limit of at most {MOST_SORTED}; FlatGeobuf, whose rows follow its index, takes none."
            );
            sorting(layer, &text)
        }
        name => json!({"$ref": format!("#/components/parameters/{name}")}),
    };
    let named = others.iter().chain(&CONDITIONS).copied().map(one);
    let equal = std::iter::once(&ID).chain(layer.queryables());
    named.chain(equal.map(equality)).collect()
}

const SORTBY: &str =
    "Properties to sort by, as sortables lists them; `-` before a name = greatest first";

/// The parameter that orders features of a layer.
fn sorting(layer: Layer, description: &str) -> Json {
    let names = std::iter::once(&ID).chain(layer.queryables());
    let names: Vec<&str> = names.map(|field| field.name).collect();
    json!({
        "name": "sortby", "in": "query", "required": false, "style": "form", "explode": false, "description": description,
        "schema": {"type": "array", "minItems": 1, "maxItems": 10,
                   "items": {"type": "string", "pattern": format!("^[+-]?({})$", names.join("|"))}},
    })
}

pub(super) fn responses(contents: &[(&str, &str)], spatial: bool) -> Json {
    let mut media = Map::new();
    for (kind, schema) in contents {
        let schema = json!({"schema": {"$ref": format!("#/components/schemas/{schema}")}});
        media.insert((*kind).to_owned(), schema);
    }
    let mut ok = json!({"description": "The answer", "content": media});
    if spatial {
        ok["headers"] = json!({
            "Content-Crs": {"$ref": "#/components/headers/Content-Crs"},
            "ETag": {"$ref": "#/components/headers/ETag"},
        });
    }
    let problem = json!({"$ref": "#/components/responses/Problem"});
    let mut all = json!({
        "200": ok, "400": problem, "404": problem, "406": problem, "414": problem, "500": problem,
    });
    if spatial {
        all["304"] = json!({"$ref": "#/components/responses/NotModified"});
    }
    all
}

/// A property as a parameter that must equal it.
fn equality(field: &Field) -> Json {
    let mut schema = schema_of(field);
    if field.kind == Kind::Text {
        schema["minLength"] = json!(1);
    }
    json!({
        "name": field.name, "in": "query", "required": false, "style": "form", "explode": false,
        "description": format!("Only features with this value. {}", field.title), "schema": schema,
    })
}

/// The JSON schema of a property.
pub(super) fn schema_of(field: &Field) -> Json {
    match field.kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Code(codes) => json!({"type": "string", "enum": codes}),
        Kind::Bool => json!({"type": "boolean"}),
        Kind::Int => json!({"type": "integer"}),
        Kind::Real => json!({"type": "number"}),
        Kind::Date => json!({"type": "string", "format": "date"}),
        Kind::Instant => json!({"type": "string", "format": "date-time"}),
    }
}

fn parameters(references: &References) -> Json {
    let uris: Vec<&str> = references.all().iter().map(Reference::uri).collect();
    let query = |name: &str, description: &str, schema: Json| {
        json!({"name": name, "in": "query", "required": false, "style": "form", "explode": false,
               "description": description, "schema": schema})
    };
    let filled = json!({"type": "string", "minLength": 1});
    let texts = json!({"type": "array", "minItems": 1, "items": filled});
    json!({
        "f": query("f", "Form of the answer; goes before the header Accept", json!({"type": "string", "enum": ["json", "html"]})),
        "file": query("f", "Form of the file; goes before the header Accept",
            json!({"type": "string", "enum": File::ALL.map(File::name), "default": File::default().name()})),
        "file-limit": query("limit", "Most features in the file; all unless told", json!({"type": "integer", "minimum": 1})),
        "limit": query("limit", "Most features on the page; greater numbers count as the maximum",
            json!({"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE})),
        "bbox": query("bbox", "Only features that meet this box, and those without a place. Four numbers, or six with heights that do not count; \
            in the order of the axes of bbox-crs. West of east over the antimeridian when the first longitude is greater.",
            json!({"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}})),
        "bbox-crs": query("bbox-crs", "Reference system of bbox; default CRS84",
            json!({"type": "string", "format": "uri", "enum": uris, "default": uris[0]})),
        "datetime": query("datetime", "Only features whose time shares an instant with this instant or interval \
            (RFC 3339; `..` = open end), and those without a time. Tours, legs and visits last from their start to their end, others, \
            and visits without a start, their local day. A bare date is the local day.", filled.clone()),
        "crs": query("crs", "Reference system of the answer; default CRS84",
            json!({"type": "string", "format": "uri", "enum": uris, "default": uris[0]})),
        "filter": query("filter", "A condition in CQL2 over the properties that queryables lists. Beside CQL2, \
            1 and 0 count as true and false, ILIKE is LIKE without regard to case, and times may be text; a day beside an instant counts as its \
            midnight. Addresses of up to 60,000 bytes are read.", filled.clone()),
        "filter-lang": query("filter-lang", "Form of the filter; without it, what begins with a brace is JSON. cql-text, the name of a draft, means cql2-text",
            json!({"type": "string", "enum": FILTER_LANGUAGES, "default": FILTER_LANGUAGES[0]})),
        "filter-crs": query("filter-crs", "Reference system of coordinates in the filter; default CRS84",
            json!({"type": "string", "format": "uri", "enum": uris, "default": uris[0]})),
        "properties": query("properties", &format!("Only these properties. Those that are worked out on request, as the schema says, come \
            where they are named; then a page has at most {MOST_WORKED_OUT} features."), texts.clone()),
        "item-properties": query("properties", "Only these properties; all unless told", texts),
        "If-Match": {"name": "If-Match", "in": "header", "required": false, "schema": {"type": "string"},
            "description": "Write only when the feature still has one of these tags; else 412"},
        "If-None-Match": {"name": "If-None-Match", "in": "header", "required": false, "schema": {"type": "string"},
            "description": "Write only when the feature has none of these tags; * = only when there is none"},
        "Content-Crs": {"name": "Content-Crs", "in": "header", "required": false, "schema": {"type": "string"},
            "description": "Reference system of the coordinates in the body, in angle brackets; default CRS84"},
        "cursor": query("cursor", "Where the page begins; stands in the links to the next page. Pages go on behind the last \
            feature, not by count: what is added, removed or changed meanwhile makes no other feature come twice or be left out. Only a feature whose \
            own sorted property changes meanwhile moves, and may come twice or not at all; without sortby, or sorted by id, none does.", filled),
    })
}

fn schemas() -> Json {
    let list = |of: &str| json!({"type": "array", "items": {"$ref": format!("#/components/schemas/{of}")}});
    let text = json!({"type": "string"});
    let texts = json!({"type": "array", "items": {"type": "string"}});
    json!({
        "file": {"type": "string", "format": "binary"},
        "page": {"type": "string", "description": "A page for people"},
        "document": {"type": "object", "description": "An OpenAPI 3.0 document or a JSON Schema"},
        "link": {
            "type": "object", "required": ["href", "rel", "type"],
            "properties": {"href": text, "rel": text, "type": text, "title": text},
        },
        "landingPage": {
            "type": "object", "required": ["links"],
            "properties": {"title": text, "description": text, "attribution": text, "links": list("link")},
        },
        "confClasses": {
            "type": "object", "required": ["conformsTo"],
            "properties": {"conformsTo": texts, "links": list("link")},
        },
        "extent": {
            "type": "object",
            "properties": {
                "spatial": {"type": "object", "properties": {
                    "bbox": {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 4, "maxItems": 6,
                        "items": {"type": "number"}}},
                    "crs": text}},
                "temporal": {"type": "object", "properties": {
                    "interval": {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 2, "maxItems": 2,
                        "items": {"type": "string", "format": "date-time", "nullable": true}}},
                    "trs": text}},
            },
        },
        "collection": {
            "type": "object", "required": ["id", "links"],
            "properties": {"id": text, "title": text, "description": text, "itemType": text,
                "extent": {"$ref": "#/components/schemas/extent"}, "crs": texts, "storageCrs": text, "links": list("link")},
        },
        "collections": {
            "type": "object", "required": ["links", "collections"],
            "properties": {"links": list("link"), "crs": texts, "collections": list("collection")},
        },
        "styles": {
            "type": "object", "required": ["styles"],
            "properties": {"title": text, "default": text, "links": list("link"), "styles": {"type": "array", "items": {
                "type": "object", "required": ["id", "links"],
                "properties": {"id": text, "title": text, "links": list("link")}}}},
        },
        "geometry": {
            "type": "object", "required": ["type", "coordinates"],
            "properties": {
                "type": {"type": "string", "enum": ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"]},
                "coordinates": {"type": "array", "items": {}},
            },
        },
        "featureGeoJSON": {
            "type": "object", "required": ["type", "id", "geometry", "properties"],
            "properties": {
                "type": {"type": "string", "enum": ["Feature"]}, "id": text,
                "geometry": {"type": "object", "nullable": true, "allOf": [{"$ref": "#/components/schemas/geometry"}]},
                "properties": {"type": "object", "nullable": true}, "links": list("link"),
            },
        },
        "featureCollectionGeoJSON": {
            "type": "object", "required": ["type", "features"],
            "properties": {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "features": list("featureGeoJSON"),
                "links": list("link"),
                "numberReturned": {"type": "integer", "minimum": 0},
                "numberMatched": {"type": "integer", "minimum": 0},
                "as_of": {"type": "string", "format": "date-time", "nullable": true},
            },
        },
        "problem": {
            "type": "object", "required": ["type", "title", "status", "detail", "errors"],
            "properties": {"type": text, "title": text, "status": {"type": "integer"}, "detail": text,
                "errors": {"type": "array", "items": {"type": "object", "properties": {"field": text, "problem": text, "cure": text}}},
                "request_id": {"type": "string", "nullable": true}},
        },
    })
}
