//! Writing points or polygons as a Shapefile.
//!
//! The format has names of ten bytes and texts of 254. [`short_name`] cuts names so that none is lost, and longer texts go
//! on in columns `note~2`, `note~3`, ... that reading puts together again.

use geo::orient::{Direction, Orient as _};
use geo::{Coord, CoordsIter as _, Geometry, MultiPolygon};

use super::zip::bundle;
use crate::crs::Dialect;
use crate::vector::columns::{About, ColumnKind, GeometryKind};
use crate::vector::value::Value;

/// Longest name of a column.
const LONGEST_NAME: usize = 10;
/// Longest text.
const LONGEST_TEXT: usize = 254;
/// Most columns for one text.
const MOST_CONTINUED: usize = 99;

/// Size of the header of .shp and .shx.
const HEADER: usize = 100;
/// Kinds of shapes.
const NOTHING: u32 = 0;
const POINT: u32 = 1;
const POLYGON: u32 = 5;

/// A table of points or of polygons being written, in memory.
pub struct Writer<'a> {
    about: About<'a>,
    rows: Vec<(Vec<u8>, Vec<Value>)>,
    /// Least and greatest coordinates so far.
    bounds: Bounds,
}

/// West, south, east, north.
struct Bounds([f64; 4]);

impl Bounds {
    const NOTHING: Self = Self([
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ]);

    fn add(&mut self, at: Coord<f64>) {
        let [west, south, east, north] = self.0;
        self.0 = [
            west.min(at.x),
            south.min(at.y),
            east.max(at.x),
            north.max(at.y),
        ];
    }

    /// Zeros where there is nothing.
    fn write(&self, out: &mut Vec<u8>) {
        for x in self.0 {
            let x = if x.is_finite() { x } else { 0.0 };
            out.extend(x.to_le_bytes());
        }
    }
}

impl<'a> Writer<'a> {
    /// An empty table.
    #[must_use]
    pub const fn new(about: About<'a>) -> Self {
        Self {
            about,
            rows: Vec::new(),
            bounds: Bounds::NOTHING,
        }
    }

    /// One more row: a shape of the table's kind or none, and a value per column.
    pub fn push<'v>(
        &mut self,
        shape: Option<&Geometry<f64>>,
        values: impl Iterator<Item = &'v Value>,
    ) {
        let content = match (self.kind(), shape) {
            (POINT, Some(Geometry::Point(at))) => point(at.0),
            (POLYGON, Some(Geometry::Polygon(one))) => polygons(&MultiPolygon(vec![one.clone()])),
            (POLYGON, Some(Geometry::MultiPolygon(many))) => polygons(many),
            _ => NOTHING.to_le_bytes().to_vec(),
        };
        for at in shape.into_iter().flat_map(Geometry::coords_iter) {
            self.bounds.add(at);
        }
        self.rows.push((content, values.cloned().collect()));
    }

    /// The kind of all shapes that are there.
    const fn kind(&self) -> u32 {
        match self.about.geometry {
            Some(GeometryKind::Polygon | GeometryKind::MultiPolygon) => POLYGON,
            _ => POINT,
        }
    }

    /// The archive with all parts.
    ///
    /// # Errors
    /// When the table does not fit into the format.
    pub fn finish(self) -> Result<Vec<u8>, std::io::Error> {
        let name = self.about.name;
        let (shp, shx) = self.shapes();
        let prj = self.about.crs.text(Dialect::Esri).unwrap_or_default();
        bundle(&[
            (format!("{name}.shp"), shp),
            (format!("{name}.shx"), shx),
            (format!("{name}.dbf"), self.values()?),
            (format!("{name}.prj"), prj.into_bytes()),
            (format!("{name}.cpg"), b"UTF-8".to_vec()),
        ])
    }

    /// The shapes and their index. Lengths and places count in words of two bytes.
    fn shapes(&self) -> (Vec<u8>, Vec<u8>) {
        let (mut shp, mut shx) = (vec![0; HEADER], vec![0; HEADER]);
        for (number, (content, _)) in (1_u32..).zip(&self.rows) {
            let words = (content.len() / 2) as u32;
            shx.extend(((shp.len() / 2) as u32).to_be_bytes());
            shx.extend(words.to_be_bytes());
            shp.extend(number.to_be_bytes());
            shp.extend(words.to_be_bytes());
            shp.extend(content);
        }
        for file in [&mut shp, &mut shx] {
            let words = (file.len() / 2) as u32;
            file[..4].copy_from_slice(&9_994_u32.to_be_bytes());
            file[24..28].copy_from_slice(&words.to_be_bytes());
            file[28..32].copy_from_slice(&1_000_u32.to_le_bytes());
            file[32..36].copy_from_slice(&self.kind().to_le_bytes());
            let mut bounds = Vec::with_capacity(32);
            self.bounds.write(&mut bounds);
            file[36..68].copy_from_slice(&bounds);
        }
        (shp, shx)
    }

    fn values(&self) -> Result<Vec<u8>, std::io::Error> {
        let columns = self.columns()?;
        let length: usize = 1 + columns.iter().map(|c| c.length).sum::<usize>();
        let header = 33 + 32 * columns.len();
        let too_wide = |_| std::io::Error::other("the table has too many columns for a Shapefile");
        let mut out = vec![0; 32];
        // dBASE III; a day in place of that of the last change, so that the same table makes the same bytes.
        out[..4].copy_from_slice(&[3, 95, 7, 26]);
        out[4..8].copy_from_slice(&(self.rows.len() as u32).to_le_bytes());
        out[8..10].copy_from_slice(&u16::try_from(header).map_err(too_wide)?.to_le_bytes());
        out[10..12].copy_from_slice(&u16::try_from(length).map_err(too_wide)?.to_le_bytes());
        for column in &columns {
            let mut about = [0; 32];
            about[..column.name.len()].copy_from_slice(column.name.as_bytes());
            about[11] = column.kind;
            about[16] = column.length as u8;
            about[17] = column.decimals;
            out.extend(about);
        }
        out.push(0x0D);
        for (_, values) in &self.rows {
            out.push(b' ');
            for column in &columns {
                let cell = cell(&values[column.of], column);
                let fill = column.length.saturating_sub(cell.len());
                if column.kind == b'N' {
                    out.resize(out.len() + fill, b' ');
                    out.extend(cell);
                } else {
                    out.extend(cell);
                    out.resize(out.len() + fill, b' ');
                }
            }
        }
        out.push(0x1A);
        Ok(out)
    }

    fn columns(&self) -> Result<Vec<Column>, std::io::Error> {
        let mut columns: Vec<Column> = Vec::new();
        for (of, column) in self.about.columns.iter().enumerate() {
            let name = short_name(column.name);
            let texts = || self.rows.iter().map(|(_, values)| written(&values[of]));
            let longest = texts().map(|text| text.len()).max().unwrap_or(0).max(1);
            let one = |kind: u8, length: usize| Column {
                name: name.clone(),
                kind,
                length,
                decimals: 0,
                of,
                part: 0,
            };
            match column.kind {
                ColumnKind::Bool => columns.push(one(b'L', 1)),
                ColumnKind::Date => columns.push(one(b'D', 8)),
                ColumnKind::Int => columns.push(one(b'N', 20)),
                ColumnKind::Real => columns.push(Column {
                    decimals: 15,
                    ..one(b'N', longest.clamp(20, LONGEST_TEXT))
                }),
                ColumnKind::Text | ColumnKind::Instant => {
                    let parts = texts()
                        .map(|text| pieces(&text).len())
                        .max()
                        .unwrap_or(1)
                        .max(1);
                    if parts > MOST_CONTINUED {
                        return Err(std::io::Error::other(format!(
                            "a text of column {} is too long for a Shapefile",
                            column.name
                        )));
                    }
                    for part in 0..parts {
                        columns.push(Column {
                            name: part_name(&name, part),
                            part,
                            ..one(b'C', longest.min(LONGEST_TEXT))
                        });
                    }
                }
            }
        }
        Ok(columns)
    }
}

fn point(at: Coord<f64>) -> Vec<u8> {
    let mut content = POINT.to_le_bytes().to_vec();
    content.extend(at.x.to_le_bytes());
    content.extend(at.y.to_le_bytes());
    content
}

/// All rings of all polygons one after the other, outer ones with the clock and holes against it.
fn polygons(shape: &MultiPolygon<f64>) -> Vec<u8> {
    let shape = shape.orient(Direction::Reversed);
    let rings = || {
        shape
            .iter()
            .flat_map(|one| std::iter::once(one.exterior()).chain(one.interiors()))
    };
    let mut bounds = Bounds::NOTHING;
    shape.coords_iter().for_each(|at| bounds.add(at));
    let mut content = POLYGON.to_le_bytes().to_vec();
    bounds.write(&mut content);
    content.extend((rings().count() as u32).to_le_bytes());
    content.extend((shape.coords_count() as u32).to_le_bytes());
    let mut begin = 0_u32;
    for ring in rings() {
        content.extend(begin.to_le_bytes());
        begin += ring.0.len() as u32;
    }
    for at in rings().flat_map(|ring| &ring.0) {
        content.extend(at.x.to_le_bytes());
        content.extend(at.y.to_le_bytes());
    }
    content
}

/// A column of the .dbf.
struct Column {
    name: String,
    kind: u8,
    length: usize,
    decimals: u8,
    /// The column of the table that it holds values of.
    of: usize,
    /// Which piece of them.
    part: usize,
}

/// A value as text; numbers as the shortest that reads as the same number.
fn written(value: &Value) -> std::borrow::Cow<'_, str> {
    match value {
        Value::Real(x) if value.to_text().len() > 20 => format!("{x:e}").into(),
        other => other.to_text(),
    }
}

fn cell(value: &Value, column: &Column) -> Vec<u8> {
    match (value, column.kind) {
        (Value::Null, b'L') => b"?".to_vec(),
        (Value::Bool(flag), b'L') => vec![if *flag { b'T' } else { b'F' }],
        (Value::Date(day), b'D') => day.format("%Y%m%d").to_string().into_bytes(),
        (value, b'C') => {
            let text = written(value);
            let piece = pieces(&text).get(column.part).copied().unwrap_or_default();
            piece.as_bytes().to_vec()
        }
        (value, _) => written(value).into_owned().into_bytes(),
    }
}

/// A text cut into pieces that fit; never within a character or before a space, which the format would swallow.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while rest.len() > LONGEST_TEXT {
        let fits = |at: &usize| rest.is_char_boundary(*at) && !rest[..*at].ends_with(' ');
        // A text of spaces alone is cut anywhere.
        let at = (1..=LONGEST_TEXT).rev().find(fits);
        let at = at.unwrap_or_else(|| rest.floor_char_boundary(LONGEST_TEXT));
        let (piece, more) = rest.split_at(at);
        pieces.push(piece);
        rest = more;
    }
    pieces.push(rest);
    pieces
}

/// A name of at most ten bytes: whole words are shortened from the end. The names of account fields stay apart.
#[must_use]
pub fn short_name(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let mut words: Vec<&str> = name.split('_').collect();
    loop {
        let length: usize = words.iter().map(|word| word.len() + 1).sum::<usize>() - 1;
        if length <= LONGEST_NAME {
            return words.join("_");
        }
        let longest = (0..words.len()).rev().max_by_key(|at| words[*at].len());
        match longest.filter(|at| words[*at].len() > 1) {
            Some(at) => {
                let (end, _) = words[at].char_indices().next_back().unwrap_or_default();
                words[at] = &words[at][..end];
            }
            None => {
                words.pop();
            }
        }
    }
}

/// The name of a further piece of a column.
fn part_name(name: &str, part: usize) -> String {
    if part == 0 {
        return name.to_owned();
    }
    let ending = format!("~{}", part + 1);
    let keep = name.floor_char_boundary(LONGEST_NAME - ending.len());
    format!("{}{ending}", &name[..keep.min(name.len())])
}

/// The column that a further piece belongs to, and which piece it is, by its name: it stands after the piece before it.
pub(super) fn continued(name: &str, before: &[String]) -> Option<(usize, usize)> {
    let (_, number) = name.rsplit_once('~')?;
    let part = number.parse::<usize>().ok().filter(|n| *n >= 2)? - 1;
    let of = before.len().checked_sub(1)?;
    (part_name(&before[of], part) == name).then_some((of, part))
}
