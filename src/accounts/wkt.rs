//! Places and shapes that stand as well-known text in a column of a CSV file, as GDAL, QGIS and PostGIS write them.

use ::wkt::TryFromWkt as _;
use geo::{Geometry, MultiPoint, Point};

use super::names::squeezed;

/// Names of such a column.
const NAMES: [&str; 6] = ["wkt", "wktgeom", "geom", "thegeom", "geometry", "shape"];

/// Whether a column is one by its heading.
pub(super) fn is_wkt(heading: &str) -> bool {
    NAMES.contains(&squeezed(heading).as_str())
}

/// The sort of shape that a text says it is, in lower case.
pub(super) fn kind(text: &str) -> String {
    let word = text.split(|c: char| !c.is_ascii_alphabetic()).next();
    word.unwrap_or_default().to_ascii_lowercase()
}

/// What a text says of a place: nothing, points, or `Err` when it is neither. Heights are left out. Nothing else is parsed, so that
/// no nesting is deep.
pub(super) fn points(text: &str) -> Result<Option<Geometry<f64>>, ()> {
    let text = text.trim();
    let kind = kind(text);
    if text.is_empty() || text.to_ascii_lowercase().ends_with("empty") {
        return Ok(None);
    }
    match kind.as_str() {
        "point" => Point::try_from_wkt_str(text)
            .map(|at| Some(at.into()))
            .map_err(drop),
        "multipoint" => MultiPoint::try_from_wkt_str(text)
            .map(|all| Some(all.into()))
            .map_err(drop),
        _ => Err(()),
    }
}
