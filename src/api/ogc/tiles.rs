//! Collections as vector tiles, as OGC API - Tiles has it.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value as Json;

use super::documents::{Asked, answer_with};
use super::{answer, parameters};
use crate::api::caching;
use crate::api::fields::{Fields, Raw, short};
use crate::api::problem::Problem;
use crate::api::read;
use crate::api::state::{App, Work};
use crate::basemap::Sheet;
use crate::ogc::documents::tiles::{MATRIX_SET, MVT, Tiles, matrix_set, matrix_sets};
use crate::ogc::{Ask, DEEPEST, Layer, Tiled};

const JSON: &str = "application/json";

/// The tile matrix sets.
pub async fn sets(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    answer_with(app, uri, headers, None, |asked| {
        let about = matrix_sets(&asked.base, asked.format);
        Ok((JSON, "Tile matrix sets".into(), about))
    })
    .await
}

/// The definition of a tile matrix set.
pub async fn set(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    known(&id)?;
    answer_with(app, uri, headers, None, |_| {
        Ok((JSON, MATRIX_SET.into(), matrix_set()))
    })
    .await
}

/// There is only one.
fn known(matrix_set: &str) -> Result<(), Problem> {
    if matrix_set == MATRIX_SET {
        return Ok(());
    }
    let id = short(matrix_set);
    let text = format!("There is no tile matrix set {id}; there is: {MATRIX_SET}.");
    Err(Problem::not_found(text))
}

/// The collection with this id, when it has tiles.
fn tiled(id: &str) -> Result<Layer, Problem> {
    let layer = parameters::layer(id)?;
    if layer.geometry().is_some() {
        return Ok(layer);
    }
    let text = format!("The collection {} is a table: it has no tiles.", layer.id());
    Err(Problem::not_found(text))
}

/// A document about the tiles of a collection, or of all of them.
async fn about(
    (app, uri, headers): (App, Uri, HeaderMap),
    layer: Option<Layer>,
    title: &'static str,
    make: impl FnOnce(&Tiles<'_>, &Asked<'_>) -> Json + Send + 'static,
) -> Result<Response, Problem> {
    answer_with(app, uri, headers, None, move |asked| {
        let (service, today) = (asked.service, asked.today);
        let extent = match layer {
            Some(layer) => service.extent(layer, today)?,
            None => service.whole_extent(today)?,
        };
        let tiles = Tiles {
            base: &asked.base,
            layer,
            extent: &extent,
        };
        Ok((JSON, title.into(), make(&tiles, asked)))
    })
    .await
}

/// The tilesets of a collection.
pub async fn list(
    State(app): State<App>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = Some(tiled(&id)?);
    about((app, uri, headers), layer, "Tiles", |tiles, asked| {
        tiles.list(asked.format)
    })
    .await
}

/// The tilesets of all collections together.
pub async fn list_of_all(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    about((app, uri, headers), None, "Tiles", |tiles, asked| {
        tiles.list(asked.format)
    })
    .await
}

/// One tileset of a collection.
pub async fn tileset(
    State(app): State<App>,
    Path((id, set)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = Some(tiled(&id)?);
    known(&set)?;
    about((app, uri, headers), layer, "Tiles", |tiles, asked| {
        tiles.tileset(asked.format)
    })
    .await
}

/// The tileset of all collections together.
pub async fn tileset_of_all(
    State(app): State<App>,
    Path(set): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    known(&set)?;
    about((app, uri, headers), None, "Tiles", |tiles, asked| {
        tiles.tileset(asked.format)
    })
    .await
}

/// A tileset as TileJSON.
pub async fn tilejson(
    State(app): State<App>,
    Path((id, set)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = Some(tiled(&id)?);
    known(&set)?;
    about((app, uri, headers), layer, "TileJSON", |tiles, _| {
        tiles.tilejson()
    })
    .await
}

/// The tileset of all collections together, as TileJSON.
pub async fn tilejson_of_all(
    State(app): State<App>,
    Path(set): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    known(&set)?;
    about((app, uri, headers), None, "TileJSON", |tiles, _| {
        tiles.tilejson()
    })
    .await
}

/// A tile of one collection; conditions as for its features.
pub async fn tile(
    State(app): State<App>,
    Path((id, set, z, y, x)): Path<(String, String, String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = tiled(&id)?;
    known(&set)?;
    let sheet = sheet(&z, &y, &x)?;
    let loaded = app.loaded()?;
    let service = loaded.ogc(app.options());
    let tiled = Fields::from_query(&uri)
        .read_with(|f| parameters::tile(f, layer, service.references(), service.zone()))?;
    send(app, &uri, headers, sheet, vec![tiled]).await
}

/// A tile of several collections.
pub async fn tile_of_all(
    State(app): State<App>,
    Path((set, z, y, x)): Path<(String, String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    known(&set)?;
    let sheet = sheet(&z, &y, &x)?;
    let layers = Fields::from_query(&uri).read_with(parameters::tile_collections)?;
    let tiled = layers.into_iter().map(|layer| Tiled {
        layer,
        ask: Ask::default(),
        properties: layer.usual(),
    });
    send(app, &uri, headers, sheet, tiled.collect()).await
}

async fn send(
    app: App,
    uri: &Uri,
    headers: HeaderMap,
    sheet: Sheet,
    tiled: Vec<Tiled>,
) -> Result<Response, Problem> {
    let today = app.today()?;
    let options = app.options().clone();
    let address = uri.clone();
    app.run(Work::Reading, move |loaded| {
        caching::by_revision(loaded, &headers, &(&address, today), || {
            let bytes = loaded.ogc(&options).tile(&sheet, today, &tiled)?;
            Ok(if bytes.is_empty() {
                StatusCode::NO_CONTENT.into_response()
            } else {
                answer::body(MVT, bytes)
            })
        })
    })
    .await
}

/// The tile at a zoom, row and column.
///
/// # Errors
/// 404 for what lies outside of the tile matrix set.
fn sheet(z: &str, y: &str, x: &str) -> Result<Sheet, Problem> {
    let number = |text: &str, most: u32| read::integer(0, most)(Raw::Text(text)).ok();
    let x = x.strip_suffix(".mvt").unwrap_or(x);
    let found = number(z, u32::from(DEEPEST)).and_then(|z| {
        let last = (1_u32 << z) - 1;
        Sheet::new(z as u8, number(x, last)?, number(y, last)?)
    });
    found.ok_or_else(|| {
        Problem::not_found(format!(
            "There is no such tile: zoom 0 to {DEEPEST}, then the row from the north, then the column from the west."
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_lie_within_their_matrix() {
        assert!(sheet("0", "0", "0").is_ok() && sheet("3", "7", "7.mvt").is_ok());
        for (z, y, x) in [
            ("0", "1", "0"),
            ("3", "0", "8"),
            ("21", "0", "0"),
            ("-1", "0", "0"),
            ("a", "0", "0"),
            ("3", "0", "1.5"),
            ("99999999999", "0", "0"),
        ] {
            assert!(sheet(z, y, x).is_err(), "{z}/{y}/{x}");
        }
    }
}
