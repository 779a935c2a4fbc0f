//! OGC GeoPackage 1.3 (12-128r18): an SQLite file with one table per layer, in WGS 84.
//!
//! Written with the SQLite that the store brings along. Nothing of the book's own tables is known here.

use std::ops::ControlFlow;
use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use geo::{BoundingRect as _, Coord, Geometry, LineString, Polygon};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params, params_from_iter};

use crate::ogc::{Feature, Kind, Layer, Value};

/// Media type.
pub const MEDIA_TYPE: &str = "application/geopackage+sqlite3";

/// `GPKG` in ASCII, and the version 1.3.
const APPLICATION_ID: i32 = 0x4750_4B47;
const VERSION: i32 = 10_300;

/// Identifier of WGS 84 in the file.
const WGS84: i32 = 4326;

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

/// A file being written. What is dropped before [`GeoPackage::finish`] is no GeoPackage yet.
pub struct GeoPackage {
    db: Connection,
    changed: String,
}

impl GeoPackage {
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
        let changed = as_of.unwrap_or(DateTime::UNIX_EPOCH);
        Ok(Self {
            db,
            changed: changed.to_rfc3339_opts(SecondsFormat::Millis, true),
        })
    }

    /// Adds a layer with the features that `walk` hands over.
    ///
    /// # Errors
    /// Those of `walk`, and when the file system refuses.
    pub fn layer<E: From<rusqlite::Error>>(
        &mut self,
        layer: Layer,
        walk: impl FnOnce(&mut dyn FnMut(Feature) -> ControlFlow<()>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.begin(layer)?;
        let mut failed = None;
        let mut bounds = Bounds::default();
        {
            let marks: Vec<String> = (1..=layer.fields().len() + 2)
                .map(|i| format!("?{i}"))
                .collect();
            let names: Vec<String> = layer
                .fields()
                .iter()
                .map(|f| format!("\"{}\"", f.name))
                .collect();
            let mut insert = self.db.prepare(&format!(
                "INSERT INTO \"{}\" (id, geom, {}) VALUES ({})",
                layer.id(),
                names.join(", "),
                marks.join(", ")
            ))?;
            walk(&mut |feature| {
                let geometry = feature.shape.as_ref().map(|shape| {
                    bounds.add(shape);
                    blob(shape)
                });
                let cells = [Sql::Text(feature.id), geometry.map_or(Sql::Null, Sql::Blob)];
                let values = feature.values.iter().map(sql);
                match insert.execute(params_from_iter(cells.into_iter().chain(values))) {
                    Ok(_) => ControlFlow::Continue(()),
                    Err(error) => {
                        failed = Some(error);
                        ControlFlow::Break(())
                    }
                }
            })?;
        }
        match failed {
            Some(error) => Err(error.into()),
            None => Ok(self.end(layer, &bounds)?),
        }
    }

    fn begin(&self, layer: Layer) -> rusqlite::Result<()> {
        let kind = layer.geometry().map(|kind| kind.name().to_uppercase());
        let geometry = kind.as_deref().unwrap_or("BLOB");
        let columns: Vec<String> = layer
            .fields()
            .iter()
            .map(|field| format!("\"{}\" {}", field.name, column(field.kind)))
            .collect();
        self.db.execute_batch(&format!(
            "CREATE TABLE \"{}\" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {geometry}, id TEXT, {})",
            layer.id(),
            columns.join(", ")
        ))
    }

    /// Enters the layer in the tables of contents; a layer without geometry is one of attributes.
    fn end(&self, layer: Layer, bounds: &Bounds) -> rusqlite::Result<()> {
        let spatial = layer.geometry();
        if spatial.is_none() {
            self.db
                .execute_batch(&format!("ALTER TABLE \"{}\" DROP COLUMN geom", layer.id()))?;
        }
        let [west, south, east, north] = bounds.0.map_or([None; 4], |corners| corners.map(Some));
        self.db.execute(
            "INSERT INTO gpkg_contents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                layer.id(),
                if spatial.is_some() {
                    "features"
                } else {
                    "attributes"
                },
                layer.title(),
                layer.description(),
                self.changed,
                west,
                south,
                east,
                north,
                spatial.map(|_| WGS84),
            ],
        )?;
        if let Some(kind) = spatial {
            self.db.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)",
                params![layer.id(), kind.name().to_uppercase(), WGS84],
            )?;
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

/// Type of a column.
const fn column(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Code(_) => "TEXT",
        Kind::Bool => "BOOLEAN",
        Kind::Int => "INTEGER",
        Kind::Real => "DOUBLE",
        Kind::Date => "DATE",
        Kind::Instant => "DATETIME",
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
    fn add(&mut self, shape: &Geometry<f64>) {
        if let Some(rect) = shape.bounding_rect() {
            let (min, max) = (rect.min(), rect.max());
            let [west, south, east, north] = self.0.unwrap_or([min.x, min.y, max.x, max.y]);
            self.0 = Some([
                west.min(min.x),
                south.min(min.y),
                east.max(max.x),
                north.max(max.y),
            ]);
        }
    }
}

/// Header of the format and well-known binary, little endian.
fn blob(shape: &Geometry<f64>) -> Vec<u8> {
    let mut out = b"GP\x00\x01".to_vec();
    out.extend(WGS84.to_le_bytes());
    wkb(&mut out, shape);
    out
}

fn wkb(out: &mut Vec<u8>, shape: &Geometry<f64>) {
    let mut head = |kind: u32| {
        out.push(1);
        out.extend(kind.to_le_bytes());
    };
    match shape {
        Geometry::Point(at) => {
            head(1);
            position(out, at.0);
        }
        Geometry::LineString(one) => {
            head(2);
            line(out, one);
        }
        Geometry::Polygon(one) => {
            head(3);
            rings(out, one);
        }
        Geometry::MultiLineString(lines) => {
            head(5);
            count(out, lines.0.len());
            for one in lines {
                wkb(out, &Geometry::LineString(one.clone()));
            }
        }
        Geometry::MultiPolygon(polygons) => {
            head(6);
            count(out, polygons.0.len());
            for one in polygons {
                wkb(out, &Geometry::Polygon(one.clone()));
            }
        }
        // No layer has other shapes; an empty collection stands for them.
        _ => {
            head(7);
            count(out, 0);
        }
    }
}

fn count(out: &mut Vec<u8>, n: usize) {
    out.extend((n as u32).to_le_bytes());
}

fn position(out: &mut Vec<u8>, at: Coord<f64>) {
    out.extend(at.x.to_le_bytes());
    out.extend(at.y.to_le_bytes());
}

fn line(out: &mut Vec<u8>, one: &LineString<f64>) {
    count(out, one.0.len());
    one.0.iter().for_each(|at| position(out, *at));
}

fn rings(out: &mut Vec<u8>, polygon: &Polygon<f64>) {
    count(out, polygon.interiors().len() + 1);
    line(out, polygon.exterior());
    polygon.interiors().iter().for_each(|ring| line(out, ring));
}
