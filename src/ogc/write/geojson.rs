//! GeoJSON text, written feature by feature.

use std::io::Write as _;

use geo::{Coord, Geometry, LineString, Polygon};
use serde_json::Value as Json;

use crate::ogc::{Feature, Layer, PageEnd, Placed, Reference};

/// A feature collection on its way out. Features first, what is only known at the end after them.
#[derive(Debug)]
pub struct GeoJson<'a> {
    out: Vec<u8>,
    layer: Layer,
    reference: &'a Reference,
    /// Which properties, by their place in the layer's fields.
    properties: &'a [usize],
    any: bool,
}

impl<'a> GeoJson<'a> {
    /// An empty collection.
    #[must_use]
    pub fn new(layer: Layer, reference: &'a Reference, properties: &'a [usize]) -> Self {
        Self {
            out: br#"{"type":"FeatureCollection","features":["#.to_vec(),
            layer,
            reference,
            properties,
            any: false,
        }
    }

    /// One more feature.
    pub fn push(&mut self, one: &Feature) {
        if std::mem::replace(&mut self.any, true) {
            self.out.extend(b",\n");
        }
        feature(
            &mut self.out,
            self.layer,
            one,
            self.reference,
            self.properties,
        );
        self.out.push(b'}');
    }

    /// The whole text, with counts and links.
    #[must_use]
    pub fn finish(mut self, end: &PageEnd, as_of: &Json, links: &Json) -> Vec<u8> {
        // Writing to memory does not fail.
        let _ = write!(self.out, "],\"numberReturned\":{}", end.returned);
        if let Some(matched) = end.matched {
            let _ = write!(self.out, ",\"numberMatched\":{matched}");
        }
        let _ = write!(self.out, ",\"as_of\":{as_of},\"links\":{links}}}");
        self.out
    }
}

/// A feature without its closing brace, so that more members may follow.
pub fn feature(
    out: &mut Vec<u8>,
    layer: Layer,
    feature: &Feature,
    reference: &Reference,
    properties: &[usize],
) {
    out.extend(br#"{"type":"Feature","id":"#);
    text(out, &feature.id);
    out.extend(br#","geometry":"#);
    let placed = feature
        .shape
        .as_ref()
        .and_then(|shape| Placed::new(shape, reference));
    match placed {
        Some(Placed(shape)) => geometry(out, &shape, reference.digits()),
        None => out.extend(b"null"),
    }
    out.extend(br#","properties":{"#);
    for (i, at) in properties.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        text(out, layer.fields()[*at].name);
        out.push(b':');
        value(out, &feature.values[*at]);
    }
    out.push(b'}');
}

fn text(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("text is JSON, and memory takes it");
}

fn value(out: &mut Vec<u8>, value: &crate::ogc::Value) {
    use crate::ogc::Value;
    match value {
        Value::Text(words) => text(out, words),
        other => {
            serde_json::to_writer(out, &other.to_json())
                .expect("values are JSON, and memory takes it");
        }
    }
}

/// A geometry with `digits` after the point.
pub fn geometry(out: &mut Vec<u8>, shape: &Geometry<f64>, digits: usize) {
    let scale = 10_f64.powi(digits as i32);
    let mut writer = Writer { out, scale };
    match shape {
        Geometry::Point(at) => writer.typed("Point", |w| w.position(at.0)),
        Geometry::Line(line) => {
            let line = LineString::from(vec![line.start, line.end]);
            writer.typed("LineString", |w| w.positions(&line));
        }
        Geometry::LineString(line) => writer.typed("LineString", |w| w.positions(line)),
        Geometry::Polygon(polygon) => writer.typed("Polygon", |w| w.rings(polygon)),
        Geometry::MultiPoint(points) => {
            writer.typed("MultiPoint", |w| {
                w.list(&points.0, |w, at| w.position(at.0));
            });
        }
        Geometry::MultiLineString(lines) => {
            writer.typed("MultiLineString", |w| {
                w.list(&lines.0, Writer::positions);
            });
        }
        Geometry::MultiPolygon(polygons) => {
            writer.typed("MultiPolygon", |w| {
                w.list(&polygons.0, Writer::rings);
            });
        }
        // No layer has these.
        Geometry::GeometryCollection(_) | Geometry::Rect(_) | Geometry::Triangle(_) => {
            writer.out.extend(b"null");
        }
    }
}

struct Writer<'o> {
    out: &'o mut Vec<u8>,
    scale: f64,
}

impl Writer<'_> {
    fn typed(&mut self, name: &str, coordinates: impl FnOnce(&mut Self)) {
        let _ = write!(self.out, "{{\"type\":\"{name}\",\"coordinates\":");
        coordinates(self);
        self.out.push(b'}');
    }

    fn list<T>(&mut self, items: &[T], mut one: impl FnMut(&mut Self, &T)) {
        self.out.push(b'[');
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            one(self, item);
        }
        self.out.push(b']');
    }

    fn positions(&mut self, line: &LineString<f64>) {
        self.list(&line.0, |w, at| w.position(*at));
    }

    fn rings(&mut self, polygon: &Polygon<f64>) {
        let rings: Vec<&LineString<f64>> = std::iter::once(polygon.exterior())
            .chain(polygon.interiors())
            .collect();
        self.list(&rings, |w, ring| w.positions(ring));
    }

    fn position(&mut self, at: Coord<f64>) {
        let round = |x: f64| (x * self.scale).round() / self.scale;
        let (x, y) = (round(at.x), round(at.y));
        let _ = write!(self.out, "[{x},{y}]");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ogc::Value;

    #[test]
    fn a_feature_is_as_the_standard_writes_it() {
        let layer = Layer::Gaps;
        let mut values = vec![Value::Null; layer.fields().len()];
        values[0] = "overdue".into();
        let one = Feature {
            key: "k".into(),
            id: "a \"b\"".into(),
            shape: Some(geo::Point::new(14.512_345_678_9, 35.9).into()),
            values,
        };
        let reference = Reference::crs84();
        let mut text = GeoJson::new(layer, &reference, &[0, 3]);
        text.push(&one);
        text.push(&Feature { shape: None, ..one });
        let end = PageEnd {
            returned: 2,
            matched: Some(2),
            next: None,
        };
        let bytes = text.finish(&end, &Json::Null, &Json::Array(Vec::new()));
        let json: Json = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(
            json,
            serde_json::json!({
                "type": "FeatureCollection", "numberReturned": 2, "numberMatched": 2, "as_of": null, "links": [],
                "features": [
                    {"type": "Feature", "id": "a \"b\"",
                     "geometry": {"type": "Point", "coordinates": [14.512_345_7, 35.9]},
                     "properties": {"cause": "overdue", "accounts": null}},
                    {"type": "Feature", "id": "a \"b\"", "geometry": null,
                     "properties": {"cause": "overdue", "accounts": null}},
                ]
            })
        );
    }
}
