//! Writing GeoPackages, with the SQLite that the store brings along.

use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use geo::{Geometry, Rect};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params, params_from_iter};

use super::index::{self, Entries};
use super::quoted;
use crate::crs::{Crs, Dialect};
use crate::vector::columns::{About, ColumnKind};
use crate::vector::value::Value;
use crate::vector::wkb;

/// `GPKG` in ASCII, and the version 1.3.
const APPLICATION_ID: i32 = 0x4750_4B47;
const VERSION: i32 = 10_300;

const TABLES: &str = r#"
CREATE TABLE gpkg_spatial_ref_sys (
    srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
    ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
    ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
    ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', 'longitude and latitude in degrees');
CREATE TABLE gpkg_contents (
    table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
    last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_geometry_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
    z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
    CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents (table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
"#;

/// A file being written. What is dropped before [`Writer::finish`] is no GeoPackage yet.
pub struct Writer {
    db: Connection,
    changed: String,
}

/// A table being written.
pub struct Rows<'w> {
    insert: rusqlite::Statement<'w>,
    /// `None` in a table of attributes.
    index: Option<Entries<'w>>,
    srs: i32,
    bounds: Bounds,
}

impl Writer {
    /// A new file at `path`, which is empty or not there; `as_of` is the instant that the file says it is of.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn create(path: &Path, as_of: Option<DateTime<Utc>>) -> rusqlite::Result<Self> {
        let db = Connection::open(path)?;
        // The file is thrown away when writing fails: no journal is needed to take anything back.
        db.pragma_update_and_check(None, "journal_mode", "OFF", |_| Ok(()))?;
        db.pragma_update(None, "synchronous", "OFF")?;
        db.pragma_update(None, "application_id", APPLICATION_ID)?;
        db.pragma_update(None, "user_version", VERSION)?;
        db.execute_batch("BEGIN")?;
        db.execute_batch(TABLES)?;
        db.execute_batch(index::TABLES)?;
        let changed = as_of.unwrap_or(DateTime::UNIX_EPOCH);
        Ok(Self {
            db,
            changed: changed.to_rfc3339_opts(SecondsFormat::Millis, true),
        })
    }

    /// Adds a table with the rows that `fill` pushes.
    ///
    /// # Errors
    /// Those of `fill`, and when the file system refuses.
    pub fn table<E: From<rusqlite::Error>>(
        &mut self,
        about: &About<'_>,
        fill: impl FnOnce(&mut Rows<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let srs = self.begin(about)?;
        let bounds = {
            let spatial = usize::from(about.geometry.is_some());
            let marks: Vec<String> = (1..=about.columns.len() + spatial)
                .map(|i| format!("?{i}"))
                .collect();
            let geometry = about.geometry.map(|_| "geom".to_owned());
            let names = about.columns.iter().map(|column| quoted(column.name));
            let names: Vec<String> = geometry.into_iter().chain(names).collect();
            let insert = self.db.prepare(&format!(
                "INSERT INTO {} ({}) VALUES ({})",
                quoted(about.name),
                names.join(", "),
                marks.join(", ")
            ))?;
            let index = about.geometry.map(|_| Entries::of(&self.db, about.name));
            let mut rows = Rows {
                insert,
                index: index.transpose()?,
                srs,
                bounds: Bounds::default(),
            };
            fill(&mut rows)?;
            rows.bounds
        };
        Ok(self.end(about, srs, &bounds)?)
    }

    fn begin(&self, about: &About<'_>) -> rusqlite::Result<i32> {
        let geometry = about
            .geometry
            .map(|kind| format!("geom {}", kind.name().to_uppercase()));
        let columns = about
            .columns
            .iter()
            .map(|column| format!("{} {}", quoted(column.name), sql_type(column.kind)));
        let columns: Vec<String> = geometry.into_iter().chain(columns).collect();
        self.db.execute_batch(&format!(
            "CREATE TABLE {} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {})",
            quoted(about.name),
            columns.join(", ")
        ))?;
        if about.geometry.is_some() {
            index::create(&self.db, about.name)?;
        }
        self.system(about.crs)
    }

    /// The id of a system, entered in the file when it is not there.
    fn system(&self, crs: Crs) -> rusqlite::Result<i32> {
        let code = i32::try_from(crs.code()).unwrap_or(0);
        let name = crs.to_string();
        let text = crs
            .text(Dialect::Gdal)
            .unwrap_or_else(|| "undefined".into());
        self.db.execute(
            "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?1, ?2, 'EPSG', ?2, ?3, NULL)",
            params![name, code, text],
        )?;
        Ok(code)
    }

    /// Enters the table in the tables of contents; one without geometry is one of attributes.
    fn end(&self, about: &About<'_>, srs: i32, bounds: &Bounds) -> rusqlite::Result<()> {
        let [west, south, east, north] = bounds.0.map_or([None; 4], |corners| corners.map(Some));
        let kind = if about.geometry.is_some() {
            "features"
        } else {
            "attributes"
        };
        self.db.execute(
            "INSERT INTO gpkg_contents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                about.name,
                kind,
                about.title,
                about.description,
                self.changed,
                west,
                south,
                east,
                north,
                about.geometry.map(|_| srs),
            ],
        )?;
        if let Some(kind) = about.geometry {
            self.db.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)",
                params![about.name, kind.name().to_uppercase(), srs],
            )?;
            index::finish(&self.db, about.name)?;
        }
        Ok(())
    }

    /// Closes the file.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn finish(self) -> rusqlite::Result<()> {
        self.db.execute_batch("COMMIT")?;
        self.db.close().map_err(|(_, error)| error)
    }
}

impl Rows<'_> {
    /// One more row: a value per column. The shape does not count in a table without geometry.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn push<'v>(
        &mut self,
        shape: Option<&Geometry<f64>>,
        values: impl Iterator<Item = &'v Value>,
    ) -> rusqlite::Result<()> {
        let geometry = self
            .index
            .is_some()
            .then(|| shape.map_or(Sql::Null, |shape| Sql::Blob(blob(self.srs, shape))));
        let cells = geometry.into_iter().chain(values.map(sql));
        let row = self.insert.insert(params_from_iter(cells))?;
        let around = shape.and_then(geo::BoundingRect::bounding_rect);
        if let (Some(index), Some(around)) = (&mut self.index, around) {
            self.bounds.add(&around);
            index.push(row, &around)?;
        }
        Ok(())
    }
}

/// Type of a column.
const fn sql_type(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Text => "TEXT",
        ColumnKind::Bool => "BOOLEAN",
        ColumnKind::Int => "INTEGER",
        ColumnKind::Real => "DOUBLE",
        ColumnKind::Date => "DATE",
        ColumnKind::Instant => "DATETIME",
    }
}

fn sql(value: &Value) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Bool(flag) => Sql::Integer(i64::from(*flag)),
        Value::Int(n) => Sql::Integer(*n),
        Value::Real(x) => Sql::Real(*x),
        Value::Text(text) => Sql::Text(text.clone().into_owned()),
        Value::Date(day) => Sql::Text(day.to_string()),
        // The format has no offsets.
        Value::Instant(at) => Sql::Text(
            at.with_timezone(&Utc)
                .to_rfc3339_opts(SecondsFormat::Millis, true),
        ),
    }
}

/// West, south, east, north of what was added.
#[derive(Default)]
struct Bounds(Option<[f64; 4]>);

impl Bounds {
    fn add(&mut self, around: &Rect<f64>) {
        let (min, max) = (around.min(), around.max());
        let [west, south, east, north] = self.0.unwrap_or([min.x, min.y, max.x, max.y]);
        self.0 = Some([
            west.min(min.x),
            south.min(min.y),
            east.max(max.x),
            north.max(max.y),
        ]);
    }
}

/// Header of the format and well-known binary, little endian.
fn blob(srs: i32, shape: &Geometry<f64>) -> Vec<u8> {
    let mut out = b"GP\x00\x01".to_vec();
    out.extend(srs.to_le_bytes());
    wkb::write(&mut out, shape);
    out
}
