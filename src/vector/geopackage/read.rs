//! Reading GeoPackages. The file comes from outside and is a database with code in it (views, triggers, generated
//! columns): it is opened read-only with SQLite's defences up, plain tables alone are read, and work is counted.

use std::path::Path;

use geo::Geometry;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::quoted;
use crate::crs::{Crs, System};
use crate::vector::bytes::Bytes;
use crate::vector::read::Ask;
use crate::vector::table::{ReadError, Row, Table, listed};
use crate::vector::value::Value;
use crate::vector::wkb;

/// Steps of SQLite's machine between two looks at the count, and how many looks a file may take: some minutes.
const STEPS: i32 = 100_000;
const LOOKS: u32 = 50_000;
/// Largest text or geometry.
const LARGEST_VALUE: i32 = 16 << 20;

/// Reads one table of a file.
///
/// # Errors
/// When nothing of it can be read.
pub fn read(bytes: &[u8], ask: &Ask<'_>) -> Result<Table, ReadError> {
    if is_cut(bytes) {
        return Err(damaged(&"it is cut off"));
    }
    let file = tempfile::NamedTempFile::new().map_err(|e| damaged(&e))?;
    std::fs::write(file.path(), bytes).map_err(|e| damaged(&e))?;
    let db = open(file.path()).map_err(|e| damaged(&e))?;
    let entry = choose(entries(&db)?, ask)?;
    let system = match entry.srs {
        Some(srs) => system(&db, srs)?,
        None => None,
    };
    rows(&db, &entry, system, ask)
}

/// Whether the file is shorter than its header says. SQLite reads what is missing as zeros: rows with wrong values.
fn is_cut(bytes: &[u8]) -> bool {
    let (Some(size), Some(count)) = (bytes.get(16..18), bytes.get(28..32)) else {
        return true;
    };
    let number = |bytes: &[u8]| bytes.iter().fold(0, |sum, &b| sum << 8 | u64::from(b));
    // A size of 1 stands for 65,536.
    let size = match number(size) {
        1 => 65_536,
        size => size,
    };
    (bytes.len() as u64) < size * number(count)
}

fn damaged(detail: &dyn std::fmt::Display) -> ReadError {
    ReadError::Damaged {
        format: "GeoPackage",
        detail: detail.to_string(),
    }
}

impl From<rusqlite::Error> for ReadError {
    fn from(error: rusqlite::Error) -> Self {
        damaged(&error)
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    // Immutable: a file that was left in write-ahead mode is read without files beside it.
    let escaped: String = path
        .to_string_lossy()
        .chars()
        .map(|c| match c {
            '%' => "%25".to_owned(),
            '?' => "%3f".to_owned(),
            '#' => "%23".to_owned(),
            c => c.to_string(),
        })
        .collect();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let mut db = Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, LARGEST_VALUE)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    db.pragma_update(None, "cell_size_check", true)?;
    let mut looks = 0;
    db.progress_handler(
        STEPS,
        Some(move || {
            looks += 1;
            looks > LOOKS
        }),
    )?;
    Ok(db)
}

/// A table that the contents list.
struct Entry {
    name: String,
    /// Its column of geometries; `None` for plain attributes.
    geometry: Option<String>,
    srs: Option<i64>,
}

fn entries(db: &Connection) -> Result<Vec<Entry>, ReadError> {
    if !is_table(db, "gpkg_contents")? {
        return Err(damaged(&"it is a database without the table gpkg_contents"));
    }
    let spatial = is_table(db, "gpkg_geometry_columns")?;
    let sql = if spatial {
        "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c
         LEFT JOIN gpkg_geometry_columns g ON lower(g.table_name) = lower(c.table_name)
         WHERE c.data_type IN ('features', 'attributes') ORDER BY c.data_type DESC, c.rowid LIMIT 1000"
    } else {
        "SELECT table_name, NULL, NULL FROM gpkg_contents WHERE data_type = 'attributes' LIMIT 1000"
    };
    let mut statement = db.prepare(sql)?;
    let entries = statement.query_map([], |row| {
        Ok(Entry {
            name: row.get(0)?,
            geometry: row.get(1)?,
            srs: row.get(2)?,
        })
    })?;
    Ok(entries.collect::<rusqlite::Result<_>>()?)
}

/// A plain table of this name: no view and no virtual table, whose code would run.
fn is_table(db: &Connection, name: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower(?1)";
    let made: Option<String> = db.query_row(sql, [name], |row| row.get(0)).optional()?;
    Ok(made.is_some_and(|sql| {
        let mut words = sql.split_whitespace().map(str::to_ascii_lowercase);
        words.next().as_deref() == Some("create") && words.next().as_deref() != Some("virtual")
    }))
}

fn choose(entries: Vec<Entry>, ask: &Ask<'_>) -> Result<Entry, ReadError> {
    let names = || listed(entries.iter().map(|entry| entry.name.as_str()));
    let find = |name: &str| {
        let same = |entry: &Entry| entry.name.eq_ignore_ascii_case(name);
        entries.iter().position(same)
    };
    let spatial: Vec<usize> = (0..entries.len())
        .filter(|at| entries[*at].geometry.is_some())
        .collect();
    let at = match (ask.table, &spatial[..]) {
        (Some(name), _) => find(name).ok_or_else(|| ReadError::NoSuchTable {
            name: listed(std::iter::once(name)),
            names: names(),
        })?,
        (None, [one]) => *one,
        (None, []) if entries.len() == 1 => 0,
        (None, []) if entries.is_empty() => return Err(damaged(&"it has no table of features")),
        (None, _) => find(ask.prefer).ok_or_else(|| ReadError::SeveralTables { names: names() })?,
    };
    let mut entries = entries;
    Ok(entries.swap_remove(at))
}

/// The system with this id in the file; `None` for the two that say nothing.
fn system(db: &Connection, srs: i64) -> Result<Option<System>, ReadError> {
    if srs <= 0 {
        return Ok(None);
    }
    if !is_table(db, "gpkg_spatial_ref_sys")? {
        return Err(damaged(&"it lacks the table gpkg_spatial_ref_sys"));
    }
    let sql = "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?1";
    let found = db
        .query_row(sql, [srs], |row| {
            let texts: (String, i64, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(texts)
        })
        .optional()?;
    let Some((organization, code, definition)) = found else {
        return Ok(None);
    };
    let code = u32::try_from(code).unwrap_or(0);
    if organization.eq_ignore_ascii_case("EPSG") && code > 0 {
        return Ok(Some(System::from(Crs::epsg(code))));
    }
    Ok(match definition.as_deref().map(str::trim) {
        Some(text) if !text.is_empty() && !text.eq_ignore_ascii_case("undefined") => {
            Some(System::from_wkt(text)?)
        }
        _ => None,
    })
}

fn rows(
    db: &Connection,
    entry: &Entry,
    system: Option<System>,
    ask: &Ask<'_>,
) -> Result<Table, ReadError> {
    if !is_table(db, &entry.name)? {
        let name = listed(std::iter::once(entry.name.as_str()));
        return Err(damaged(&format!("{name:?} is no plain table of it")));
    }
    let mut statement = db.prepare(&format!("SELECT * FROM {}", quoted(&entry.name)))?;
    let place = |column: &rusqlite::Column<'_>| {
        let named = entry.geometry.as_deref();
        named.is_some_and(|name| column.name().eq_ignore_ascii_case(name))
    };
    let all: Vec<_> = statement.columns().collect();
    let geometry = all.iter().position(place);
    if entry.geometry.is_some() && geometry.is_none() {
        return Err(damaged(&"its table lacks the column of geometries"));
    }
    let kept: Vec<(usize, bool)> = (0..all.len())
        .filter(|at| Some(*at) != geometry)
        .map(|at| {
            let kind = all[at].decl_type().unwrap_or_default();
            (at, kind.eq_ignore_ascii_case("boolean"))
        })
        .collect();
    let mut table = Table {
        format: "geopackage",
        system,
        encoding: "UTF-8".into(),
        spatial: geometry.is_some(),
        columns: kept
            .iter()
            .map(|(at, _)| all[*at].name().to_owned())
            .collect(),
        rows: Vec::new(),
    };
    drop(all);
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let number = table.rows.len() + 1;
        ask.limits.check(number, kept.len())?;
        let values = kept
            .iter()
            .map(|(at, flag)| value(row.get_ref(*at).ok(), *flag));
        let mut read = Row {
            number,
            shape: None,
            values: values.collect(),
            damage: None,
        };
        if let Some(at) = geometry {
            match row.get_ref(at)? {
                ValueRef::Null => {}
                ValueRef::Blob(blob) => match shape(blob) {
                    Ok(shape) => read.shape = shape,
                    Err(damage) => read.damage = Some(damage),
                },
                _ => read.damage = Some("its geometry is no geometry"),
            }
        }
        table.rows.push(read);
    }
    Ok(table)
}

fn value(cell: Option<ValueRef<'_>>, flag: bool) -> Value {
    match cell {
        Some(ValueRef::Integer(n)) if flag => Value::Bool(n != 0),
        Some(ValueRef::Integer(n)) => Value::Int(n),
        Some(ValueRef::Real(x)) => x.into(),
        Some(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned().into(),
        None | Some(ValueRef::Null | ValueRef::Blob(_)) => Value::Null,
    }
}

/// The shape in the format's own envelope around well-known binary.
fn shape(blob: &[u8]) -> Result<Option<Geometry<f64>>, &'static str> {
    const NONE: &str = "its geometry is not as the format has it";
    let mut from = Bytes::new(blob);
    let head = from.take(8).ok_or(NONE)?;
    let flags = head[3];
    if head[..2] != *b"GP" || flags & 0x20 != 0 {
        return Err(NONE);
    }
    let envelope = match flags >> 1 & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err(NONE),
    };
    from.take(envelope).ok_or(NONE)?;
    if flags & 0x10 != 0 {
        return Ok(None);
    }
    let rest = from.left();
    wkb::read(from.take(rest).unwrap_or_default())
}
