//! Spatial conditions: how a feature's shape lies to a given one.

use geo::{
    BoundingRect as _, Coord, CoordsIter as _, Geometry, GeometryCollection, Intersects as _,
    MapCoords as _, Point, Rect, Relate as _,
};
use serde_json::Value as Json;

use super::outline::Outline;
use super::{FilterError, Result};
use crate::geometry::{Bounds, LonLat};
use crate::ogc::{Boxes, Reference};

/// The relations of simple features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SpatialOp {
    Intersects,
    Disjoint,
    Equals,
    Touches,
    Within,
    Contains,
    Crosses,
    Overlaps,
}

impl SpatialOp {
    pub(super) fn parse(op: &str) -> Option<Self> {
        Some(match op {
            "s_intersects" => Self::Intersects,
            "s_disjoint" => Self::Disjoint,
            "s_equals" => Self::Equals,
            "s_touches" => Self::Touches,
            "s_within" => Self::Within,
            "s_contains" => Self::Contains,
            "s_crosses" => Self::Crosses,
            "s_overlaps" => Self::Overlaps,
            _ => return None,
        })
    }

    /// The relation seen from the other side.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Within => Self::Contains,
            Self::Contains => Self::Within,
            other => other,
        }
    }
}

/// A given shape, in WGS 84.
#[derive(Clone, Debug)]
pub(super) struct Region {
    shape: Geometry<f64>,
    outline: Outline,
}

impl PartialEq for Region {
    /// The outline follows from the shape.
    fn eq(&self, other: &Self) -> bool {
        self.shape == other.shape
    }
}

/// Most positions of a shape in a filter.
const MOST_POSITIONS: usize = 10_000;

impl Region {
    /// Reads a GeoJSON geometry or a bbox whose coordinates are those of `reference`.
    pub(super) fn read(json: &Json, reference: &Reference) -> Result<Self> {
        if let Some(corners) = json.get("bbox") {
            return Self::bbox(corners, reference);
        }
        let wrong = |why: &str| FilterError::new(format!("has a geometry that {why}"));
        let shape: geojson::Geometry =
            serde_json::from_value(json.clone()).map_err(|_| wrong("is no GeoJSON"))?;
        let shape = Geometry::<f64>::try_from(shape).map_err(|_| wrong("cannot be used"))?;
        if empty(&shape) {
            return Err(wrong("is empty"));
        }
        if shape.coords_count() > MOST_POSITIONS {
            return Err(wrong("has too many positions"));
        }
        let shape = shape.try_map_coords(|at| {
            let found = reference.locate([at.x, at.y]).ok_or(());
            found.map(|LonLat { lon, lat }| Coord { x: lon, y: lat })
        });
        shape
            .map(Self::new)
            .map_err(|()| wrong("lies outside of its reference system"))
    }

    fn bbox(corners: &Json, reference: &Reference) -> Result<Self> {
        let numbers: Option<Vec<f64>> = corners
            .as_array()
            .map(|list| list.iter().filter_map(Json::as_f64).collect());
        let corners = match numbers.as_deref() {
            Some(&[a, b, c, d] | &[a, b, _, c, d, _]) => [a, b, c, d],
            _ => return Err(FilterError::new("has a BBOX without four or six numbers")),
        };
        let boxes = Boxes::new(corners, reference)
            .map_err(|why| FilterError::new(format!("has a BBOX that {why}")))?;
        if boxes.is_plain() {
            let rect = |b: &Bounds| {
                let rect = Rect::new((b.min.lon, b.min.lat), (b.max.lon, b.max.lat));
                Geometry::from(rect.to_polygon())
            };
            let mut parts: Vec<Geometry<f64>> = boxes.coarse().iter().map(rect).collect();
            let shape = if parts.len() == 1 {
                parts.swap_remove(0)
            } else {
                Geometry::GeometryCollection(GeometryCollection::from(parts))
            };
            return Ok(Self::new(shape));
        }
        // Straight in the other system: the sides are bent in degrees, so they are followed closely.
        let [a, b, c, d] = corners;
        let steps = 32;
        let side = |from: [f64; 2], to: [f64; 2]| {
            (0..steps).map(move |i| {
                let share = f64::from(i) / f64::from(steps);
                [
                    from[0] + (to[0] - from[0]) * share,
                    from[1] + (to[1] - from[1]) * share,
                ]
            })
        };
        let ring: Option<Vec<Coord<f64>>> = side([a, b], [c, b])
            .chain(side([c, b], [c, d]))
            .chain(side([c, d], [a, d]))
            .chain(side([a, d], [a, b]))
            .map(|at| {
                reference.locate(at).map(|at| Coord {
                    x: at.lon,
                    y: at.lat,
                })
            })
            .collect();
        let ring =
            ring.ok_or_else(|| FilterError::new("has a BBOX outside of its reference system"))?;
        let polygon = geo::Polygon::new(geo::LineString::new(ring), Vec::new());
        Ok(Self::new(polygon.into()))
    }

    fn new(shape: Geometry<f64>) -> Self {
        Self {
            outline: Outline::of(&shape),
            shape,
        }
    }

    /// The box around it; `None` when it has no places.
    pub(super) fn bounds(&self) -> Option<Bounds> {
        let rect = self.shape.bounding_rect()?;
        let corner = |at: Coord<f64>| LonLat::new(at.x, at.y);
        Some(Bounds {
            min: corner(rect.min()),
            max: corner(rect.max()),
        })
    }

    /// Whether the feature's shape stands so to this one.
    pub(super) fn relates(&self, op: SpatialOp, shape: &Geometry<f64>) -> bool {
        let clear = shape
            .bounding_rect()
            .filter(|rect| self.outline.is_clear_of(*rect));
        if clear.is_some()
            && let Some(at) = shape.coords_iter().next()
        {
            // All of it lies where any point of it lies.
            let inside = self.shape.intersects(&Point(at));
            return match op {
                SpatialOp::Intersects | SpatialOp::Within => inside,
                SpatialOp::Disjoint => !inside,
                _ => false,
            };
        }
        self.relates_exactly(op, shape)
    }

    /// The same by a look at all positions.
    fn relates_exactly(&self, op: SpatialOp, shape: &Geometry<f64>) -> bool {
        if matches!(op, SpatialOp::Intersects | SpatialOp::Disjoint) {
            return shape.intersects(&self.shape) == (op == SpatialOp::Intersects);
        }
        let matrix = shape.relate(&self.shape);
        match op {
            SpatialOp::Intersects => matrix.is_intersects(),
            SpatialOp::Disjoint => matrix.is_disjoint(),
            SpatialOp::Equals => matrix.is_equal_topo(),
            SpatialOp::Touches => matrix.is_touches(),
            SpatialOp::Within => matrix.is_within(),
            SpatialOp::Contains => matrix.is_contains(),
            SpatialOp::Crosses => matrix.is_crosses(),
            SpatialOp::Overlaps => matrix.is_overlaps(),
        }
    }
}

/// A shape or a part of one without positions, or too few to be one.
fn empty(shape: &Geometry<f64>) -> bool {
    match shape {
        Geometry::LineString(line) => line.0.len() < 2,
        Geometry::Polygon(polygon) => polygon.exterior().0.len() < 4,
        Geometry::MultiPoint(points) => points.0.is_empty(),
        Geometry::MultiLineString(lines) => {
            lines.0.is_empty() || lines.iter().any(|line| line.0.len() < 2)
        }
        Geometry::MultiPolygon(parts) => {
            parts.0.is_empty() || parts.iter().any(|part| part.exterior().0.len() < 4)
        }
        Geometry::GeometryCollection(parts) => parts.0.is_empty() || parts.iter().any(empty),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{LineString, Polygon, polygon};
    use proptest::prelude::*;
    use serde_json::json;

    fn region(json: &Json) -> Region {
        Region::read(json, &Reference::crs84()).unwrap()
    }

    #[test]
    fn each_relation_is_the_one_that_its_name_says() {
        use SpatialOp as Op;
        // A square of 2 by 2 degrees at the origin.
        let square = region(&json!({"bbox": [0, 0, 2, 2]}));
        let line = |from, to| Geometry::from(LineString::from(vec![from, to]));
        let inside: Geometry<f64> = Point::new(1.0, 1.0).into();
        let half_out =
            polygon![(x: 1.0, y: 1.0), (x: 3.0, y: 1.0), (x: 3.0, y: 3.0), (x: 1.0, y: 3.0)];
        let around =
            polygon![(x: -1.0, y: -1.0), (x: 3.0, y: -1.0), (x: 3.0, y: 3.0), (x: -1.0, y: 3.0)];
        let same = polygon![(x: 0.0, y: 0.0), (x: 2.0, y: 0.0), (x: 2.0, y: 2.0), (x: 0.0, y: 2.0)];
        for (shape, holding) in [
            (inside, vec![Op::Intersects, Op::Within]),
            (
                line((-1.0, 1.0), (3.0, 1.0)),
                vec![Op::Intersects, Op::Crosses],
            ),
            (
                line((2.0, 0.0), (4.0, 0.0)),
                vec![Op::Intersects, Op::Touches],
            ),
            (line((5.0, 5.0), (6.0, 6.0)), vec![Op::Disjoint]),
            (half_out.into(), vec![Op::Intersects, Op::Overlaps]),
            (around.into(), vec![Op::Intersects, Op::Contains]),
            (
                same.into(),
                vec![Op::Intersects, Op::Equals, Op::Within, Op::Contains],
            ),
        ] {
            for op in [
                "s_intersects",
                "s_disjoint",
                "s_equals",
                "s_touches",
                "s_within",
                "s_contains",
                "s_crosses",
                "s_overlaps",
            ] {
                let op = Op::parse(op).unwrap();
                assert_eq!(
                    square.relates(op, &shape),
                    holding.contains(&op),
                    "{op:?} {shape:?}"
                );
            }
        }
    }

    #[test]
    fn shapes_that_are_none_are_refused() {
        for bad in [
            json!({"type": "Polygon", "coordinates": []}),
            json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}),
            json!({"type": "LineString", "coordinates": [[0, 0]]}),
            json!({"type": "MultiPoint", "coordinates": []}),
            json!({"type": "Point", "coordinates": ["a", "b"]}),
            json!({"type": "Point", "coordinates": [0, 95]}),
            json!({"type": "GeometryCollection", "geometries": []}),
            json!({"bbox": [1, 2]}),
            json!(5),
        ] {
            assert!(Region::read(&bad, &Reference::crs84()).is_err(), "{bad}");
        }
    }

    const OPS: [SpatialOp; 8] = [
        SpatialOp::Intersects,
        SpatialOp::Disjoint,
        SpatialOp::Equals,
        SpatialOp::Touches,
        SpatialOp::Within,
        SpatialOp::Contains,
        SpatialOp::Crosses,
        SpatialOp::Overlaps,
    ];

    proptest! {
        /// A star around the middle, with a hole around it; small shapes anywhere, most of them clear of both outlines.
        #[test]
        fn what_lies_clear_of_an_outline_is_told_as_by_a_look_at_all_of_it(
            radii in proptest::collection::vec(3.0..9.0_f64, 40..120),
            hole in 0.5..2.5_f64,
            (x, y) in (-10.0..10.0_f64, -10.0..10.0_f64),
            (dx, dy) in (-2.0..2.0_f64, -2.0..2.0_f64),
        ) {
            let ring = |radius: &dyn Fn(usize) -> f64| -> LineString<f64> {
                let n = radii.len();
                let at = |i: usize| {
                    let angle = std::f64::consts::TAU * i as f64 / n as f64;
                    (radius(i) * angle.cos(), radius(i) * angle.sin())
                };
                (0..n).chain([0]).map(at).collect::<Vec<_>>().into()
            };
            let star = Polygon::new(ring(&|i| radii[i]), vec![ring(&|_| hole)]);
            let lines = Geometry::from(ring(&|i| radii[i]));
            let shapes: [Geometry<f64>; 4] = [
                Point::new(x, y).into(),
                LineString::from(vec![(x, y), (x + dx, y + dy)]).into(),
                Rect::new((x, y), (x + dx, y + dy)).to_polygon().into(),
                star.clone().into(),
            ];
            for region in [Region::new(star.into()), Region::new(lines)] {
                for (shape, op) in shapes.iter().flat_map(|s| OPS.map(|op| (s, op))) {
                    prop_assert_eq!(region.relates(op, shape), region.relates_exactly(op, shape), "{:?} {:?}", op, shape);
                }
            }
        }
    }
}
