//! Areas.

use geo::{LineString, MultiPolygon, Polygon};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Result;
use super::columns::{json, json_text};
use crate::accounts::areas::Area;
use crate::accounts::{RepId, Stored};

const COLUMNS: &str = "id, name, kind, rep, shape";

/// Polygons of rings of positions, as GeoJSON has them.
type Rings = Vec<Vec<Vec<[f64; 2]>>>;

fn read(row: &Row) -> rusqlite::Result<Area> {
    let line = |ring: Vec<[f64; 2]>| LineString::from(ring);
    let polygon = |rings: Vec<Vec<[f64; 2]>>| {
        let mut rings = rings.into_iter().map(line);
        let outer = rings.next().unwrap_or_else(|| LineString::new(Vec::new()));
        Polygon::new(outer, rings.collect())
    };
    Ok(Area {
        id: row.get(0)?,
        name: row.get(1)?,
        kind: row.get(2)?,
        rep: row.get::<_, Option<String>>(3)?.map(RepId),
        shape: MultiPolygon(json::<Rings>(row, 4)?.into_iter().map(polygon).collect()),
    })
}

fn rings(shape: &MultiPolygon<f64>) -> Rings {
    let ring = |ring: &LineString<f64>| ring.coords().map(|at| [at.x, at.y]).collect();
    let polygon = |one: &Polygon<f64>| {
        std::iter::once(one.exterior())
            .chain(one.interiors())
            .map(ring)
            .collect()
    };
    shape.iter().map(polygon).collect()
}

/// All areas, by id.
pub(super) fn all(db: &Connection) -> Result<Vec<Area>> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM areas ORDER BY id"))?;
    let rows = query.query_map([], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One area.
pub(super) fn get(db: &Connection, id: &str) -> Result<Option<Area>> {
    let mut query = db.prepare_cached(&format!("SELECT {COLUMNS} FROM areas WHERE id = ?1"))?;
    Ok(query.query_row([id], read).optional()?)
}

/// Makes or replaces an area.
pub(super) fn put(db: &Connection, area: &Area) -> Result<Stored> {
    let before = get(db, &area.id)?;
    if before.as_ref() == Some(area) {
        return Ok(Stored::Unchanged);
    }
    db.prepare_cached(&format!(
        "INSERT OR REPLACE INTO areas ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5)"
    ))?
    .execute(params![
        area.id,
        area.name,
        area.kind,
        area.rep.as_ref().map(|rep| &rep.0),
        json_text(&rings(&area.shape)),
    ])?;
    Ok(Stored::of(before.is_some()))
}

/// Removes an area; whether there was one.
pub(super) fn remove(db: &Connection, id: &str) -> Result<bool> {
    Ok(db.execute("DELETE FROM areas WHERE id = ?1", [id])? > 0)
}
