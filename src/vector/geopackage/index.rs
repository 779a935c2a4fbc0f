//! The spatial index of a table: the extension `gpkg_rtree_index`, an R-tree of SQLite that holds the box around each shape.
//!
//! The standard wants it kept up to date by triggers. They call functions that programs for GeoPackages bring along and our
//! SQLite does not, so they are made after the rows, which go into the index here.

use geo::Rect;
use rusqlite::{Connection, Statement, params};

use super::quoted;

pub(super) const TABLES: &str = "
CREATE TABLE gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
    CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
";

/// Name of the index of a table whose shapes are in the column `geom`.
fn name(table: &str) -> String {
    format!("rtree_{table}_geom")
}

/// Makes the empty index of a table.
pub(super) fn create(db: &Connection, table: &str) -> rusqlite::Result<()> {
    let index = quoted(&name(table));
    db.execute_batch(&format!(
        "CREATE VIRTUAL TABLE {index} USING rtree(id, minx, maxx, miny, maxy)"
    ))
}

/// Puts rows into the index of a table.
pub(super) struct Entries<'w>(Statement<'w>);

impl<'w> Entries<'w> {
    pub(super) fn of(db: &'w Connection, table: &str) -> rusqlite::Result<Self> {
        let index = quoted(&name(table));
        let sql = format!("INSERT INTO {index} VALUES (?1, ?2, ?3, ?4, ?5)");
        db.prepare(&sql).map(Self)
    }

    /// One row, its shape within `around`.
    pub(super) fn push(&mut self, row: i64, around: &Rect<f64>) -> rusqlite::Result<()> {
        let (min, max) = (around.min(), around.max());
        self.0
            .execute(params![row, min.x, max.x, min.y, max.y])
            .map(|_| ())
    }
}

/// Enters the index among the extensions and makes the triggers that keep it, once all rows are in.
pub(super) fn finish(db: &Connection, table: &str) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO gpkg_extensions VALUES (?1, 'geom', 'gpkg_rtree_index',
            'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        [table],
    )?;
    let index = name(table);
    let (rtree, rows) = (quoted(&index), quoted(table));
    let full = "(NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom))";
    let empty = "(NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))";
    let put = format!(
        "INSERT OR REPLACE INTO {rtree} VALUES \
         (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));"
    );
    let drop = |which: &str| format!("DELETE FROM {rtree} WHERE id IN ({which});");
    // Suffix, event, condition, what to do: as the standard lists them.
    let triggers = [
        ("insert", "INSERT", full.to_owned(), put.clone()),
        (
            "update1",
            "UPDATE OF geom",
            format!("OLD.fid = NEW.fid AND {full}"),
            put.clone(),
        ),
        (
            "update2",
            "UPDATE OF geom",
            format!("OLD.fid = NEW.fid AND {empty}"),
            drop("OLD.fid"),
        ),
        (
            "update3",
            "UPDATE",
            format!("OLD.fid != NEW.fid AND {full}"),
            format!("{} {put}", drop("OLD.fid")),
        ),
        (
            "update4",
            "UPDATE",
            format!("OLD.fid != NEW.fid AND {empty}"),
            drop("OLD.fid, NEW.fid"),
        ),
        (
            "delete",
            "DELETE",
            "OLD.geom NOT NULL".to_owned(),
            drop("OLD.fid"),
        ),
    ];
    for (suffix, event, condition, action) in triggers {
        let trigger = quoted(&format!("{index}_{suffix}"));
        db.execute_batch(&format!(
            "CREATE TRIGGER {trigger} AFTER {event} ON {rows} WHEN {condition} BEGIN {action} END"
        ))?;
    }
    Ok(())
}
