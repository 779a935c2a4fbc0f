//! Areas as files, such that reading them again loses nothing.

use geo::{Coord, MapCoords as _, MultiPolygon};
use serde_json::{Value as Json, json};
use wkt::ToWkt as _;

use super::Area;
use crate::accounts::export::{ExportError, collection};
use crate::accounts::export_files::{FileRow, flatgeobuf_of, geopackage_of, shapefile_of};
use crate::crs::Crs;
use crate::geometry::LonLat;
use crate::vector::{About, Column, ColumnKind, GeometryKind};

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

fn row(area: &Area, crs: Crs) -> Result<FileRow, ExportError> {
    let values = vec![
        area.id.clone().into(),
        area.name.clone().into(),
        area.kind.clone().into(),
        area.rep.as_ref().map(|rep| rep.0.clone()).into(),
    ];
    Ok((Some(placed(area, crs)?.into()), values))
}

/// The shape in `crs`, east before north.
fn placed(area: &Area, crs: Crs) -> Result<MultiPolygon<f64>, ExportError> {
    area.shape.try_map_coords(|at| {
        let found = crs.from_wgs84(LonLat::new(at.x, at.y))?;
        let [x, y] = found.ok_or_else(|| ExportError::NoPlace {
            what: format!("area {}", area.id),
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
    let features = areas.iter().map(feature).collect::<Result<_, _>>()?;
    Ok(collection(features, crs))
}

/// `areas` as CSV in UTF-8, comma-separated, the shapes as WKT in the last column. The file does not say its system: who reads
/// it has to, unless it is WGS 84.
///
/// # Errors
/// When an area has no place in the system.
#[expect(clippy::missing_panics_doc, reason = "writing to memory cannot fail")]
pub fn to_csv(areas: &[Area], crs: Crs) -> Result<Vec<u8>, ExportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let fits = "writing rows of equal length to memory cannot fail";
    let names = COLUMNS.iter().map(|column| column.name);
    writer.write_record(names.chain(["wkt"])).expect(fits);
    for area in areas {
        let shape = placed(area, crs)?.wkt_string();
        let kind = area.kind.as_deref().unwrap_or_default();
        let rep = area.rep.as_ref().map_or("", |rep| &rep.0);
        let row = [&area.id, &area.name, kind, rep, &shape];
        writer.write_record(row).expect(fits);
    }
    Ok(writer.into_inner().expect("flushing to memory cannot fail"))
}

/// `areas` as FlatGeobuf, in their own order, without index.
///
/// # Errors
/// When an area has no place in the system, or there is none for a temporary file.
pub fn to_flatgeobuf(areas: &[Area], crs: Crs) -> Result<Vec<u8>, ExportError> {
    flatgeobuf_of(&about(crs), areas.iter().map(|area| row(area, crs)))
}

/// `areas` as a GeoPackage with one table.
///
/// # Errors
/// When an area has no place in the system, or there is none for a temporary file.
pub fn to_geopackage(areas: &[Area], crs: Crs) -> Result<Vec<u8>, ExportError> {
    geopackage_of(&about(crs), areas.iter().map(|area| row(area, crs)))
}

/// `areas` as a Shapefile in a ZIP archive.
///
/// # Errors
/// When an area has no place in the system, or a text is too long for the format.
pub fn to_shapefile(areas: &[Area], crs: Crs) -> Result<Vec<u8>, ExportError> {
    shapefile_of(about(crs), areas.iter().map(|area| row(area, crs)))
}
