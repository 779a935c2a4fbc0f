//! The background map as Mapbox vector tiles, cut from the shapes in the region when asked for.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::caching;
use super::fields::{Raw, Refusal};
use super::problem::{FieldError, Kind, Problem, ProblemBody};
use super::read;
use super::state::{App, Work};
use super::tile_cache::TileKey;

/// Deepest zoom that is cut; maps stretch it beyond.
const DEEPEST: u8 = 18;

/// Tiles change only with the region.
const CACHE: &str = "public, max-age=3600";

/// One tile of the background: layers earth, landuse, water, buildings, roads and places.
#[utoipa::path(get, path = "/tiles/{z}/{x}/{y}", tag = "map",
    params(("z" = u8, Path, description = "Zoom, 0 to 18"), ("x" = u32, Path, description = "Column from the west"),
        ("y" = String, Path, description = "Row from the north, with the suffix `.mvt`")),
    responses((status = 200, description = "Mapbox vector tile", content_type = "application/vnd.mapbox-vector-tile"),
        (status = 204, description = "Nothing there"), (status = 304, description = "Unchanged"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn tile(
    State(app): State<App>,
    Path((z, x, y)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let key = key(&z, &x, &y)?;
    let cached = app.loaded()?.tiles.get(key);
    let tile = match cached {
        Some(tile) => tile,
        None => {
            app.run(Work::Reading, move |loaded| {
                let made = loaded.region.background.tile(key.z, key.x, key.y);
                let tile = Bytes::from(made);
                loaded.tiles.put(key, tile.clone());
                Ok(tile)
            })
            .await?
        }
    };
    if tile.is_empty() {
        let mut response = StatusCode::NO_CONTENT.into_response();
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE));
        return Ok(response);
    }
    let tag = format!("\"{}\"", &blake3::hash(&tile).to_hex()[..16]);
    if caching::matches_etag(&headers, &tag) {
        return Ok(caching::not_modified(&tag, CACHE));
    }
    let kind = [(header::CONTENT_TYPE, "application/vnd.mapbox-vector-tile")];
    let mut response = (kind, tile).into_response();
    caching::set(response.headers_mut(), &tag, CACHE);
    Ok(response)
}

fn key(z: &str, x: &str, y: &str) -> Result<TileKey, Problem> {
    let number = |name: &str, text: &str, max| {
        read::integer(0, max)(Raw::Text(text)).map_err(|refusal| refused(name, refusal))
    };
    let row = y.strip_suffix(".mvt").ok_or_else(|| {
        refused(
            "y",
            Refusal::new("has no suffix .mvt", "a row such as 3.mvt"),
        )
    })?;
    let z = number("z", z, u32::from(DEEPEST))?;
    let last = (1_u32 << z) - 1;
    Ok(TileKey {
        z: z as u8,
        x: number("x", x, last)?,
        y: number("y", row, last)?,
    })
}

fn refused(name: &str, refusal: Refusal) -> Problem {
    Problem {
        kind: Kind::InvalidParameters,
        detail: format!("{name}: {}", refusal.problem),
        errors: vec![FieldError {
            row: None,
            field: name.to_owned(),
            problem: refusal.problem,
            cure: refusal.cure,
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_lie_within_their_zoom() {
        assert_eq!(
            key("1", "1", "0.mvt").unwrap(),
            TileKey { z: 1, x: 1, y: 0 }
        );
        for (z, x, y) in [
            ("1", "2", "0.mvt"),
            ("19", "0", "0.mvt"),
            ("-1", "0", "0.mvt"),
            ("1", "0", "0"),
            ("1", "0", "x.mvt"),
            ("99999999999", "0", "0.mvt"),
            ("1", "0", "4294967296.mvt"),
        ] {
            assert_eq!(key(z, x, y).unwrap_err().kind, Kind::InvalidParameters);
        }
    }
}
