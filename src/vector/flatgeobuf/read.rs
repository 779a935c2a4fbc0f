//! Reading FlatGeobuf.
//!
//! The crate's own reader trusts the sizes that a file claims, and stops at the first damaged row. So the sections are cut
//! here, every size held against the bytes that are there, and the crate verifies each buffer before it is looked into.

use ::flatgeobuf as fgb;
use chrono::DateTime;
use flatbuffers::VerifierOptions;
use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use crate::crs::{Crs, System};
use crate::vector::bytes::Bytes;
use crate::vector::table::{Limits, ReadError, Row, Table};
use crate::vector::value::Value;

/// More columns than that are no table of accounts or areas.
const MOST_COLUMNS: usize = 2_000;

/// Reads the table of a file.
///
/// # Errors
/// When nothing of it can be read.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Table, ReadError> {
    let mut from = Bytes::new(bytes);
    let magic = from.take(8).ok_or_else(cut)?;
    if magic[..3] != *b"fgb" || magic[3] > 3 || magic[4..7] != *b"fgb" {
        return Err(damaged("it does not begin as one of version 3"));
    }
    let header = sized(&mut from).ok_or_else(cut)?;
    let header = fgb::size_prefixed_root_as_header_with_opts(&trust(&header), &header)
        .map_err(|_| damaged("its header is damaged"))?;
    let columns = columns(&header)?;
    skip_index(&header, &mut from)?;
    let mut table = Table {
        format: "flatgeobuf",
        system: system(&header)?,
        encoding: "UTF-8".into(),
        spatial: true,
        columns: columns.iter().map(|(name, _)| name.clone()).collect(),
        rows: Vec::new(),
    };
    let kinds: Vec<fgb::ColumnType> = columns.iter().map(|(_, kind)| *kind).collect();
    let expected = header.features_count();
    while from.left() > 0 {
        let number = table.rows.len() + 1;
        limits.check(number, kinds.len())?;
        let Some(buffer) = sized(&mut from) else {
            return Err(damaged(&format!("it ends in the middle of row {number}")));
        };
        table
            .rows
            .push(row(number, &buffer, header.geometry_type(), &kinds));
    }
    if expected > 0 && expected != table.rows.len() as u64 {
        return Err(damaged(&format!(
            "{} rows are there where it promises {expected}",
            table.rows.len()
        )));
    }
    Ok(table)
}

fn damaged(detail: &str) -> ReadError {
    ReadError::Damaged {
        format: "FlatGeobuf",
        detail: detail.to_owned(),
    }
}

fn cut() -> ReadError {
    damaged("it ends too early")
}

/// The next buffer with the size before it, copied so that it lies as its numbers want to lie.
fn sized(from: &mut Bytes<'_>) -> Option<Vec<u8>> {
    let size = from.u32(true)?;
    let buffer = from.take(size as usize)?;
    let mut copy = Vec::with_capacity(buffer.len() + 4);
    copy.extend(size.to_le_bytes());
    copy.extend(buffer);
    Some(copy)
}

/// What a buffer may look like: parts that stand for one another many times over would take memory without end.
fn trust(buffer: &[u8]) -> VerifierOptions {
    VerifierOptions {
        max_apparent_size: buffer.len() * 4 + 1_024,
        ..VerifierOptions::default()
    }
}

fn columns(header: &fgb::Header<'_>) -> Result<Vec<(String, fgb::ColumnType)>, ReadError> {
    let Some(columns) = header.columns() else {
        return Ok(Vec::new());
    };
    if columns.len() > MOST_COLUMNS {
        return Err(damaged("it has too many columns"));
    }
    Ok(columns
        .iter()
        .map(|column| (column.name().to_owned(), column.type_()))
        .collect())
}

/// The system that the header names: by code, else by text, else none.
fn system(header: &fgb::Header<'_>) -> Result<Option<System>, ReadError> {
    let Some(crs) = header.crs() else {
        return Ok(None);
    };
    let epsg = crs.org().is_none_or(|org| org.eq_ignore_ascii_case("EPSG"));
    let code = u32::try_from(crs.code()).unwrap_or(0);
    if epsg && code > 0 {
        return Ok(Some(System::from(Crs::epsg(code))));
    }
    match crs.wkt() {
        Some(text) if !text.trim().is_empty() => Ok(Some(System::from_wkt(text)?)),
        _ => Ok(None),
    }
}

/// Leaves the tree out: its size follows from the number of rows and of branches.
fn skip_index(header: &fgb::Header<'_>, from: &mut Bytes<'_>) -> Result<(), ReadError> {
    const NODE: u64 = 40;
    let (mut level, branches) = (header.features_count(), u64::from(header.index_node_size()));
    if level == 0 || branches == 0 {
        return Ok(());
    }
    let branches = branches.max(2);
    let mut nodes = level;
    // A single row has a root above it too.
    loop {
        level = level.div_ceil(branches);
        nodes = nodes.saturating_add(level);
        if level == 1 {
            break;
        }
    }
    let size = usize::try_from(nodes.saturating_mul(NODE)).map_err(|_| cut())?;
    from.take(size).map(|_| ()).ok_or_else(cut)
}

fn row(number: usize, buffer: &[u8], kind: fgb::GeometryType, kinds: &[fgb::ColumnType]) -> Row {
    let mut row = Row {
        number,
        shape: None,
        values: vec![Value::Null; kinds.len()],
        damage: None,
    };
    let Ok(feature) = fgb::size_prefixed_root_as_feature_with_opts(&trust(buffer), buffer) else {
        row.damage = Some("the row is damaged");
        return row;
    };
    if let Some(properties) = feature.properties()
        && values(properties.bytes(), kinds, &mut row.values).is_none()
    {
        row.damage = Some("its values are damaged");
    }
    if let Some(geometry) = feature.geometry() {
        match shape(&geometry, kind, 0) {
            Ok(shape) => row.shape = shape,
            Err(damage) => row.damage = Some(damage),
        }
    }
    row
}

/// Reads pairs of a column's number and its value; `None` when they make no sense.
fn values(bytes: &[u8], kinds: &[fgb::ColumnType], values: &mut [Value]) -> Option<()> {
    let mut from = Bytes::new(bytes);
    while from.left() > 0 {
        let at = usize::from(from.u16(true)?);
        let value = value(&mut from, *kinds.get(at)?)?;
        values[at] = value;
    }
    Some(())
}

fn value(from: &mut Bytes<'_>, kind: fgb::ColumnType) -> Option<Value> {
    use fgb::ColumnType as T;
    Some(match kind {
        T::Byte => Value::Int(i64::from(from.u8()? as i8)),
        T::UByte => Value::Int(i64::from(from.u8()?)),
        T::Bool => Value::Bool(from.u8()? != 0),
        T::Short => Value::Int(i64::from(from.u16(true)? as i16)),
        T::UShort => Value::Int(i64::from(from.u16(true)?)),
        T::Int => Value::Int(i64::from(from.u32(true)? as i32)),
        T::UInt => Value::Int(i64::from(from.u32(true)?)),
        T::Long => Value::Int(from.u64(true)? as i64),
        T::ULong => from.u64(true)?.into(),
        T::Float => f64::from(f32::from_bits(from.u32(true)?)).into(),
        T::Double => from.f64(true)?.into(),
        T::String | T::Json => String::from_utf8_lossy(text(from)?).into_owned().into(),
        T::DateTime => {
            let text = String::from_utf8_lossy(text(from)?).into_owned();
            match (text.parse(), DateTime::parse_from_rfc3339(&text)) {
                (Ok(day), _) => Value::Date(day),
                (_, Ok(at)) => Value::Instant(at),
                _ => text.into(),
            }
        }
        T::Binary => {
            text(from)?;
            Value::Null
        }
        _ => return None,
    })
}

/// Bytes with their length before them.
fn text<'b>(from: &mut Bytes<'b>) -> Option<&'b [u8]> {
    let length = from.u32(true)? as usize;
    from.take(length)
}

const WRONG: &str = "its geometry is damaged";

/// The shape; `None` for an empty one. `kind` is that of the table, which rows of mixed tables replace by their own.
fn shape(
    geometry: &fgb::Geometry<'_>,
    kind: fgb::GeometryType,
    depth: usize,
) -> Result<Option<Geometry<f64>>, &'static str> {
    use fgb::GeometryType as T;
    if depth > 4 {
        return Err(WRONG);
    }
    let kind = if kind == T::Unknown || depth > 0 && geometry.type_() != T::Unknown {
        geometry.type_()
    } else {
        kind
    };
    let xy: Vec<Coord<f64>> = geometry.xy().map_or_else(Vec::new, |xy| {
        let numbers: Vec<f64> = xy.iter().collect();
        let pairs = numbers.chunks_exact(2);
        pairs
            .map(|pair| Coord {
                x: pair[0],
                y: pair[1],
            })
            .collect()
    });
    let parts = geometry.parts();
    if xy.is_empty() && parts.is_none() {
        return Ok(None);
    }
    Ok(Some(match kind {
        T::Point => Point(xy[..].first().copied().ok_or(WRONG)?).into(),
        T::LineString => LineString(xy).into(),
        T::MultiPoint => MultiPoint(xy.into_iter().map(Point).collect()).into(),
        T::Polygon => polygon(xy, geometry)?.into(),
        T::MultiLineString => MultiLineString(rings(xy, geometry)?).into(),
        T::MultiPolygon => match parts {
            // Some writers leave the only part out.
            None => MultiPolygon(vec![polygon(xy, geometry)?]).into(),
            Some(parts) => {
                let mut polygons = Vec::new();
                for part in parts {
                    match shape(&part, T::Polygon, depth + 1)? {
                        Some(Geometry::Polygon(one)) => polygons.push(one),
                        None => {}
                        Some(_) => return Err(WRONG),
                    }
                }
                MultiPolygon(polygons).into()
            }
        },
        T::GeometryCollection => {
            let mut list = Vec::new();
            for part in parts.ok_or(WRONG)? {
                list.extend(shape(&part, T::Unknown, depth + 1)?);
            }
            Geometry::GeometryCollection(geo::GeometryCollection(list))
        }
        _ => return Err("its geometry is of a kind that is not read, such as a curve"),
    }))
}

/// Positions cut where `ends` says.
fn rings(
    xy: Vec<Coord<f64>>,
    geometry: &fgb::Geometry<'_>,
) -> Result<Vec<LineString<f64>>, &'static str> {
    let Some(ends) = geometry.ends() else {
        return Ok(vec![LineString(xy)]);
    };
    let mut begin = 0;
    let mut rings = Vec::new();
    for end in ends {
        let end = end as usize;
        rings.push(LineString(xy.get(begin..end).ok_or(WRONG)?.to_vec()));
        begin = end;
    }
    Ok(rings)
}

fn polygon(
    xy: Vec<Coord<f64>>,
    geometry: &fgb::Geometry<'_>,
) -> Result<Polygon<f64>, &'static str> {
    let mut rings = rings(xy, geometry)?.into_iter();
    let exterior = rings.next().ok_or(WRONG)?;
    Ok(Polygon::new(exterior, rings.collect()))
}
