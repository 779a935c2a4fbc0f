//! Comma-separated values (RFC 4180): points as two columns, other shapes as well-known text. East stands before north
//! whatever the authority says, as programs take it that read such files with a reference system given beside.

use std::fmt::Write as _;

use geo::{Coord, Geometry, LineString, Polygon};

use crate::ogc::{Feature, GeometryKind, Layer, Placed, Reference};

/// Media type.
pub const MEDIA_TYPE: &str = "text/csv; charset=utf-8";

/// Names of the columns.
pub fn header(out: &mut Vec<u8>, layer: Layer, reference: &Reference, properties: &[usize]) {
    let mut names = vec!["id"];
    match layer.geometry() {
        Some(GeometryKind::Point) if reference.degrees() => names.extend(["lon", "lat"]),
        Some(GeometryKind::Point) => names.extend(["x", "y"]),
        Some(_) => names.push("wkt"),
        None => {}
    }
    names.extend(properties.iter().map(|at| layer.fields()[*at].name));
    row(out, names.iter());
}

/// One feature.
pub fn record(
    out: &mut Vec<u8>,
    layer: Layer,
    feature: &Feature,
    reference: &Reference,
    properties: &[usize],
) {
    let placed = feature
        .shape
        .as_ref()
        .and_then(|shape| Placed::east_first(shape, reference));
    let mut cells: Vec<String> = vec![feature.id.clone()];
    match (layer.geometry(), placed) {
        (None, _) => {}
        (Some(GeometryKind::Point), Some(Placed(Geometry::Point(at)))) => {
            cells.extend([at.x(), at.y()].map(|n| number(n, reference.digits())));
        }
        (Some(GeometryKind::Point), _) => cells.extend([String::new(), String::new()]),
        (Some(_), Some(Placed(shape))) => cells.push(wkt(&shape, reference.digits())),
        (Some(_), None) => cells.push(String::new()),
    }
    cells.extend(
        properties
            .iter()
            .map(|at| feature.values[*at].to_text().into_owned()),
    );
    row(out, cells.iter());
}

fn row<T: AsRef<[u8]>>(out: &mut Vec<u8>, cells: impl Iterator<Item = T>) {
    let mut writer = csv::Writer::from_writer(&mut *out);
    writer
        .write_record(cells)
        .expect("memory takes every row, and each row has a writer of its own");
    // The writer hands its bytes over when it is dropped; memory takes them.
}

fn number(x: f64, digits: usize) -> String {
    let scale = 10_f64.powi(digits as i32);
    ((x * scale).round() / scale).to_string()
}

/// Well-known text.
fn wkt(shape: &Geometry<f64>, digits: usize) -> String {
    let mut out = String::new();
    let text = Text { digits };
    match shape {
        Geometry::LineString(line) => {
            out.push_str("LINESTRING ");
            text.line(&mut out, line);
        }
        Geometry::MultiLineString(lines) => {
            out.push_str("MULTILINESTRING ");
            list(&mut out, &lines.0, |out, line| text.line(out, line));
        }
        Geometry::Polygon(polygon) => {
            out.push_str("POLYGON ");
            text.rings(&mut out, polygon);
        }
        Geometry::MultiPolygon(polygons) => {
            out.push_str("MULTIPOLYGON ");
            list(&mut out, &polygons.0, |out, polygon| {
                text.rings(out, polygon);
            });
        }
        // Points have columns of their own, and no layer has other shapes.
        _ => {}
    }
    out
}

struct Text {
    digits: usize,
}

impl Text {
    fn line(&self, out: &mut String, line: &LineString<f64>) {
        list(out, &line.0, |out, Coord { x, y }| {
            let _ = write!(
                out,
                "{} {}",
                number(*x, self.digits),
                number(*y, self.digits)
            );
        });
    }

    fn rings(&self, out: &mut String, polygon: &Polygon<f64>) {
        let rings: Vec<&LineString<f64>> = std::iter::once(polygon.exterior())
            .chain(polygon.interiors())
            .collect();
        list(out, &rings, |out, ring| self.line(out, ring));
    }
}

fn list<T>(out: &mut String, items: &[T], mut one: impl FnMut(&mut String, &T)) {
    out.push('(');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        one(out, item);
    }
    out.push(')');
}

#[cfg(test)]
mod tests {
    use geo::polygon;

    use super::*;
    use crate::ogc::Value;

    #[test]
    fn cells_are_quoted_where_they_have_to_be() {
        let layer = Layer::Reps;
        let mut values = vec![Value::Null; layer.fields().len()];
        values[0] = "Borg, \"Maria\"".into();
        let one = Feature {
            key: "r".into(),
            id: "r".into(),
            shape: Some(geo::Point::new(14.5, 35.9).into()),
            values,
        };
        let mut out = Vec::new();
        header(&mut out, layer, &Reference::crs84(), &[0]);
        record(&mut out, layer, &one, &Reference::crs84(), &[0]);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "id,lon,lat,name\nr,14.5,35.9,\"Borg, \"\"Maria\"\"\"\n"
        );
    }

    #[test]
    fn shapes_are_well_known_text() {
        let square = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.5)];
        assert_eq!(wkt(&square.into(), 2), "POLYGON ((0 0, 1 0, 1 1.5, 0 0))");
        let line = LineString::from(vec![(0.0, 0.0), (-1.0, 2.0)]);
        assert_eq!(wkt(&line.into(), 2), "LINESTRING (0 0, -1 2)");
    }
}
