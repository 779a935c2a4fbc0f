//! Areas as files, such that reading them again loses nothing.

use std::io;

use geo::{Coord, Geometry, MapCoords as _, MultiPolygon};
use serde_json::{Value as Json, json};

use super::Area;
use crate::crs::{Crs, CrsError};
use crate::geometry::LonLat;
use crate::vector::{About, Column, ColumnKind, GeometryKind, Value, flatgeobuf, geopackage};

/// Why areas are not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// An area reaches beyond the reference system.
    #[error("area {area} has no place in {crs}; write the file in another system")]
    NoPlace {
        /// The area.
        area: String,
        /// The system.
        crs: Crs,
    },
    /// The system is not known.
    #[error(transparent)]
    Crs(#[from] CrsError),
    /// The file cannot be made.
    #[error("the file cannot be made: {0}")]
    File(#[from] io::Error),
    /// The GeoPackage cannot be made.
    #[error("the file cannot be made: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The FlatGeobuf cannot be made.
    #[error("the file cannot be made: {0}")]
    FlatGeobuf(#[from] flatgeobuf::WriteError),
}

const COLUMNS: [Column<'static>; 4] = {
    const fn text(name: &'static str) -> Column<'static> {
        Column {
            name,
            kind: ColumnKind::Text,
            title: "",
        }
    }
    [text("id"), text("name"), text("kind"), text("rep")]
};

const fn about(crs: Crs) -> About<'static> {
    About {
        name: "areas",
        title: "Areas",
        description: "Territories and other areas of Rondo",
        geometry: Some(GeometryKind::MultiPolygon),
        crs,
        columns: &COLUMNS,
    }
}

fn row(area: &Area, crs: Crs) -> Result<(Geometry<f64>, [Value; 4]), ExportError> {
    let values = [
        area.id.clone().into(),
        area.name.clone().into(),
        area.kind.clone().into(),
        area.rep.as_ref().map(|rep| rep.0.clone()).into(),
    ];
    Ok((placed(area, crs)?.into(), values))
}

/// The shape in `crs`, east before north.
fn placed(area: &Area, crs: Crs) -> Result<MultiPolygon<f64>, ExportError> {
    area.shape.try_map_coords(|at| {
        let found = crs.from_wgs84(LonLat::new(at.x, at.y))?;
        let [x, y] = found.ok_or_else(|| ExportError::NoPlace {
            area: area.id.clone(),
            crs,
        })?;
        Ok(Coord { x, y })
    })
}

/// `areas` as a GeoJSON feature collection. In another system than WGS 84 the member `crs` names it, as before RFC 7946;
/// east stands first all the same.
///
/// # Errors
/// When an area has no place in the system.
#[expect(clippy::missing_panics_doc, reason = "a JSON value always serialises")]
pub fn to_geojson(areas: &[Area], crs: Crs) -> Result<Vec<u8>, ExportError> {
    let ring = |ring: &geo::LineString<f64>| -> Json {
        ring.coords().map(|at| json!([at.x, at.y])).collect()
    };
    let polygon = |one: &geo::Polygon<f64>| -> Json {
        std::iter::once(one.exterior())
            .chain(one.interiors())
            .map(ring)
            .collect()
    };
    let feature = |area: &Area| -> Result<Json, ExportError> {
        let coordinates: Json = placed(area, crs)?.iter().map(polygon).collect();
        Ok(json!({
            "type": "Feature",
            "id": area.id,
            "geometry": {"type": "MultiPolygon", "coordinates": coordinates},
            "properties": {"name": area.name, "kind": area.kind, "rep": area.rep.as_ref().map(|rep| &rep.0)},
        }))
    };
    let features: Vec<Json> = areas.iter().map(feature).collect::<Result<_, _>>()?;
    let mut collection = json!({"type": "FeatureCollection", "features": features});
    if !crs.is_wgs84() {
        let name = format!("urn:ogc:def:crs:EPSG::{}", crs.code());
        collection["crs"] = json!({"type": "name", "properties": {"name": name}});
    }
    Ok(serde_json::to_vec(&collection).expect("a JSON value serialises"))
}

/// `areas` as FlatGeobuf, in their own order, without index.
///
/// # Errors
/// When an area has no place in the system, or there is none for a temporary file.
pub fn to_flatgeobuf(areas: &[Area], crs: Crs) -> Result<Vec<u8>, ExportError> {
    let mut writer = flatgeobuf::Writer::new(&about(crs), false)?;
    for area in areas {
        let (shape, values) = row(area, crs)?;
        writer.push(Some(&shape), values.iter())?;
    }
    let mut out = Vec::new();
    writer.finish(&mut out)?;
    Ok(out)
}

/// `areas` as a GeoPackage with one table.
///
/// # Errors
/// When an area has no place in the system, or there is none for a temporary file.
pub fn to_geopackage(areas: &[Area], crs: Crs) -> Result<Vec<u8>, ExportError> {
    let beside = tempfile::NamedTempFile::new()?;
    let mut writer = geopackage::Writer::create(beside.path(), None)?;
    writer.table(&about(crs), |table| {
        for area in areas {
            let (shape, values) = row(area, crs)?;
            table.push(Some(&shape), values.iter())?;
        }
        Ok::<_, ExportError>(())
    })?;
    writer.finish()?;
    Ok(std::fs::read(beside.path())?)
}
