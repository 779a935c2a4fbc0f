//! Well-known binary of simple features (OGC 06-103r4, and PostGIS' flags for heights): what GeoPackages hold.

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

use super::bytes::Bytes;

/// Deeper nesting than collections of multi-geometries is no map.
const DEEPEST: usize = 4;

/// The shape, heights and measures left out; `None` for an empty point. Counts are held against the bytes that are left, so
/// that no promise of a damaged file takes memory.
///
/// # Errors
/// What is wrong, in a few words.
pub fn read(bytes: &[u8]) -> Result<Option<Geometry<f64>>, &'static str> {
    shape(&mut Bytes::new(bytes), 0)
}

const CUT: &str = "its geometry ends too early";

fn shape(from: &mut Bytes<'_>, depth: usize) -> Result<Option<Geometry<f64>>, &'static str> {
    if depth > DEEPEST {
        return Err("its geometry is nested too deep");
    }
    let little = match from.take(1).ok_or(CUT)?[0] {
        0 => false,
        1 => true,
        _ => return Err("its geometry is no well-known binary"),
    };
    let kind = from.u32(little).ok_or(CUT)?;
    if kind & 0x2000_0000 != 0 {
        from.take(4).ok_or(CUT)?;
    }
    let base = kind & 0x0FFF_FFFF;
    let flags = |bit: u32| usize::from(kind & bit != 0);
    let more =
        flags(0x8000_0000) + flags(0x4000_0000) + [0, 1, 1, 2][(base / 1000).min(3) as usize];
    let mut reader = Reader {
        from,
        little,
        width: 2 + more,
    };
    Ok(Some(match base % 1000 {
        1 => {
            let at = reader.position().ok_or(CUT)?;
            if at.x.is_nan() && at.y.is_nan() {
                return Ok(None);
            }
            Geometry::Point(Point(at))
        }
        2 => Geometry::LineString(reader.line().ok_or(CUT)?),
        3 => Geometry::Polygon(reader.polygon().ok_or(CUT)?),
        4 => Geometry::MultiPoint(MultiPoint(reader.parts(depth, |one| match one {
            Geometry::Point(point) => Some(point),
            _ => None,
        })?)),
        5 => Geometry::MultiLineString(MultiLineString(reader.parts(depth, |one| match one {
            Geometry::LineString(line) => Some(line),
            _ => None,
        })?)),
        6 => Geometry::MultiPolygon(MultiPolygon(reader.parts(depth, |one| match one {
            Geometry::Polygon(polygon) => Some(polygon),
            _ => None,
        })?)),
        7 => Geometry::GeometryCollection(geo::GeometryCollection(reader.parts(depth, Some)?)),
        _ => return Err("its geometry is of a kind that is not read, such as a curve"),
    }))
}

struct Reader<'r, 'b> {
    from: &'r mut Bytes<'b>,
    little: bool,
    /// Numbers of a position.
    width: usize,
}

impl Reader<'_, '_> {
    /// A count of things of at least `size` bytes each.
    fn count(&mut self, size: usize) -> Option<usize> {
        let n = self.from.u32(self.little)? as usize;
        (n.checked_mul(size)? <= self.from.left()).then_some(n)
    }

    fn position(&mut self) -> Option<Coord<f64>> {
        let (x, y) = (self.from.f64(self.little)?, self.from.f64(self.little)?);
        self.from.take((self.width - 2) * 8)?;
        Some(Coord { x, y })
    }

    fn line(&mut self) -> Option<LineString<f64>> {
        let n = self.count(self.width * 8)?;
        let positions: Option<Vec<_>> = (0..n).map(|_| self.position()).collect();
        positions.map(LineString)
    }

    fn polygon(&mut self) -> Option<Polygon<f64>> {
        let n = self.count(4)?;
        let rings: Option<Vec<_>> = (0..n).map(|_| self.line()).collect();
        let mut rings = rings?.into_iter();
        let exterior = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Some(Polygon::new(exterior, rings.collect()))
    }

    fn parts<T>(
        &mut self,
        depth: usize,
        take: impl Fn(Geometry<f64>) -> Option<T>,
    ) -> Result<Vec<T>, &'static str> {
        let n = self.count(5).ok_or(CUT)?;
        let mut parts = Vec::new();
        for _ in 0..n {
            if let Some(one) = shape(self.from, depth + 1)? {
                parts.push(take(one).ok_or("its geometry has parts of another kind")?);
            }
        }
        Ok(parts)
    }
}

/// The shape in little-endian order. Kinds that no table here has become an empty collection.
pub fn write(out: &mut Vec<u8>, shape: &Geometry<f64>) {
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
                write(out, &Geometry::LineString(one.clone()));
            }
        }
        Geometry::MultiPolygon(polygons) => {
            head(6);
            count(out, polygons.0.len());
            for one in polygons {
                write(out, &Geometry::Polygon(one.clone()));
            }
        }
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

#[cfg(test)]
mod tests {
    use geo::polygon;
    use proptest::prelude::*;

    use super::*;

    fn round(shape: &Geometry<f64>) -> Geometry<f64> {
        let mut out = Vec::new();
        write(&mut out, shape);
        read(&out).unwrap().unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let square = polygon![
            exterior: [(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 4.0, y: 4.0)],
            interiors: [[(x: 1.0, y: 0.5), (x: 2.0, y: 0.5), (x: 2.0, y: 1.0)]],
        ];
        let line = LineString::from(vec![(0.0, 0.5), (1.0, -2.0)]);
        for shape in [
            Point::new(14.5, 35.9).into(),
            line.clone().into(),
            square.clone().into(),
            MultiLineString(vec![line.clone(), line]).into(),
            Geometry::from(MultiPolygon(vec![square])),
        ] {
            assert_eq!(round(&shape), shape);
        }
    }

    #[test]
    fn heights_are_left_out_in_both_spellings() {
        for kind in [1001_u32, 0x8000_0001] {
            let mut bytes = vec![0];
            bytes.extend(kind.to_be_bytes());
            for x in [1.0_f64, 2.0, 3.0] {
                bytes.extend(x.to_be_bytes());
            }
            assert_eq!(read(&bytes), Ok(Some(Point::new(1.0, 2.0).into())));
        }
    }

    #[test]
    fn promises_that_the_bytes_do_not_keep_are_refused() {
        // A line of four thousand million positions, and collections in collections.
        let mut line = vec![1, 2, 0, 0, 0];
        line.extend(u32::MAX.to_le_bytes());
        assert_eq!(read(&line), Err(CUT));
        let nested: Vec<u8> = [1, 7, 0, 0, 0, 1, 0, 0, 0].repeat(100_000);
        assert_eq!(read(&nested), Err("its geometry is nested too deep"));
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0_u8..9) {
            let _ = read(&bytes);
            let mut better = vec![1, kind, 0, 0, 0];
            better.extend(bytes);
            let _ = read(&better);
        }
    }
}
