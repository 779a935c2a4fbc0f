//! The shapes (.shp).

use geo::{
    BoundingRect as _, Contains as _, Coord, Geometry, LineString, MultiLineString, MultiPoint,
    MultiPolygon, Point, Polygon,
};

use super::damaged;
use crate::vector::bytes::Bytes;
use crate::vector::table::{Limits, ReadError};

/// A shape, none, or what is wrong with it.
pub type Shape = Result<Option<Geometry<f64>>, &'static str>;

/// Size of the header.
const HEADER: usize = 100;
/// Holes times positions of the rings around, beyond which a polygon is refused: which hole is in which ring takes time.
const MOST_WORK: usize = 50_000_000;
const WRONG: &str = "its geometry is damaged";

/// All shapes, one per record.
///
/// # Errors
/// When the file is none, is cut off, or is too long.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Shape>, ReadError> {
    let mut from = Bytes::new(bytes);
    let header = from
        .take(HEADER)
        .ok_or_else(|| damaged("its .shp is cut off"))?;
    if header[..4] != [0, 0, 0x27, 0x0A] {
        return Err(damaged("its .shp does not begin as one"));
    }
    let mut shapes = Vec::new();
    while from.left() > 0 {
        limits.check(shapes.len() + 1, 1)?;
        let record = (|| {
            from.take(4)?;
            // Counted in words of two bytes.
            let words = from.u32(false)? as usize;
            from.take(words.checked_mul(2)?)
        })();
        let Some(content) = record else {
            return Err(damaged(format!(
                "its .shp ends in the middle of shape {}",
                shapes.len() + 1
            )));
        };
        shapes.push(shape(content));
    }
    Ok(shapes)
}

fn shape(content: &[u8]) -> Shape {
    let mut from = Bytes::new(content);
    let kind = from.u32(true).ok_or(WRONG)?;
    match kind {
        0 => Ok(None),
        // Heights and measures stand after the positions and are left out.
        1 | 11 | 21 => {
            let at = position(&mut from).ok_or(WRONG)?;
            Ok(Some(Point(at).into()))
        }
        8 | 18 | 28 => {
            from.take(32).ok_or(WRONG)?;
            let n = from.u32(true).ok_or(WRONG)? as usize;
            let points = positions(&mut from, n).ok_or(WRONG)?;
            Ok(Some(
                MultiPoint(points.into_iter().map(Point).collect()).into(),
            ))
        }
        3 | 13 | 23 => {
            let mut lines = rings(&mut from).ok_or(WRONG)?;
            Ok(Some(match lines.len() {
                1 => lines.remove(0).into(),
                _ => MultiLineString(lines).into(),
            }))
        }
        5 | 15 | 25 => polygons(rings(&mut from).ok_or(WRONG)?).map(Some),
        _ => Err("its geometry is of a kind that is not read, such as a multipatch"),
    }
}

fn position(from: &mut Bytes<'_>) -> Option<Coord<f64>> {
    Some(Coord {
        x: from.f64(true)?,
        y: from.f64(true)?,
    })
}

fn positions(from: &mut Bytes<'_>, n: usize) -> Option<Vec<Coord<f64>>> {
    if n.checked_mul(16)? > from.left() {
        return None;
    }
    (0..n).map(|_| position(from)).collect()
}

/// Parts of lines or polygons: the place where each begins, then all positions.
fn rings(from: &mut Bytes<'_>) -> Option<Vec<LineString<f64>>> {
    from.take(32)?;
    let parts = from.u32(true)? as usize;
    let n = from.u32(true)? as usize;
    if parts.checked_mul(4)? > from.left() {
        return None;
    }
    let begins: Vec<usize> = (0..parts)
        .map(|_| from.u32(true).map(|begin| begin as usize))
        .collect::<Option<_>>()?;
    let all = positions(from, n)?;
    let ends = begins.iter().skip(1).copied().chain([n]);
    begins
        .iter()
        .zip(ends)
        .map(|(begin, end)| Some(LineString(all.get(*begin..end)?.to_vec())))
        .collect()
}

/// Twice the area of a ring; negative when it turns with the clock, as outer rings do.
fn turn(ring: &LineString<f64>) -> f64 {
    let Some(first) = ring.0.first() else {
        return 0.0;
    };
    ring.lines()
        .map(|l| {
            (l.start.x - first.x) * (l.end.y - first.y)
                - (l.end.x - first.x) * (l.start.y - first.y)
        })
        .sum()
}

/// Rings as polygons: each hole goes to the smallest outer ring around it, or is an outer one itself when there is none.
fn polygons(rings: Vec<LineString<f64>>) -> Result<Geometry<f64>, &'static str> {
    let (holes, outer): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| turn(ring) > 0.0);
    let positions: usize = outer.iter().map(|ring| ring.0.len()).sum();
    if holes.len().saturating_mul(positions) > MOST_WORK {
        return Err("its polygon has too many holes");
    }
    let mut polygons: Vec<Polygon<f64>> = Vec::new();
    for ring in outer {
        polygons.push(Polygon::new(ring, Vec::new()));
    }
    let around: Vec<_> = polygons
        .iter()
        .map(|one| (one.clone(), one.bounding_rect()))
        .collect();
    for hole in holes {
        let inside = hole.0.first().map(|at| Point(*at));
        let size = |at: &usize| {
            around[*at]
                .1
                .map_or(0.0, |rect| rect.width() * rect.height())
        };
        let home = (0..around.len())
            .filter(|at| {
                inside.is_some_and(|place| {
                    let (ring, bounds) = &around[*at];
                    bounds.is_some_and(|bounds| {
                        bounds.min().x <= place.x() && place.x() <= bounds.max().x
                    }) && (ring.contains(&place) || ring.exterior().contains(&place))
                })
            })
            .min_by(|a, b| size(a).total_cmp(&size(b)));
        match home {
            Some(at) => polygons[at].interiors_push(hole),
            None => polygons.push(Polygon::new(hole, Vec::new())),
        }
    }
    Ok(match polygons.len() {
        1 => polygons.remove(0).into(),
        _ => MultiPolygon(polygons).into(),
    })
}
