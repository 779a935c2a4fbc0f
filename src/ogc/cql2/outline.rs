//! Where the outline of a given shape runs. Most features lie clear of it, wholly inside or wholly outside, and one point of
//! theirs then decides what an exact look would take as long for as the shape has positions.

use geo::{Coord, Geometry, Line, LineString, Polygon, Rect};
use rstar::primitives::Rectangle;
use rstar::{AABB, RTree};

/// Pieces of an outline below which looking at all of them is no dearer.
const FEW: usize = 32;

/// Boxes around the pieces of an outline; `None` where there are few.
#[derive(Clone, Debug)]
pub(super) struct Outline(Option<RTree<Rectangle<[f64; 2]>>>);

impl Outline {
    /// The outline of a shape. n log n.
    pub fn of(shape: &Geometry<f64>) -> Self {
        let mut pieces = Vec::new();
        gather(shape, &mut pieces);
        Self((pieces.len() > FEW).then(|| RTree::bulk_load(pieces)))
    }

    /// Nothing of the outline comes into the box: it lies wholly inside or wholly outside of the shape. `false` where that cannot
    /// be told.
    pub fn is_clear_of(&self, rect: Rect<f64>) -> bool {
        let corner = |at: Coord<f64>| [at.x, at.y];
        let around = AABB::from_corners(corner(rect.min()), corner(rect.max()));
        self.0.as_ref().is_some_and(|pieces| {
            let mut near = pieces.locate_in_envelope_intersecting(around);
            near.next().is_none()
        })
    }
}

fn gather(shape: &Geometry<f64>, pieces: &mut Vec<Rectangle<[f64; 2]>>) {
    match shape {
        Geometry::Point(at) => pieces.push(piece(at.0, at.0)),
        Geometry::MultiPoint(points) => pieces.extend(points.iter().map(|at| piece(at.0, at.0))),
        Geometry::Line(Line { start, end }) => pieces.push(piece(*start, *end)),
        Geometry::LineString(line) => along(line, pieces),
        Geometry::MultiLineString(lines) => lines.iter().for_each(|line| along(line, pieces)),
        Geometry::Polygon(polygon) => around(polygon, pieces),
        Geometry::MultiPolygon(polygons) => polygons.iter().for_each(|one| around(one, pieces)),
        Geometry::Rect(rect) => around(&rect.to_polygon(), pieces),
        Geometry::Triangle(triangle) => around(&triangle.to_polygon(), pieces),
        Geometry::GeometryCollection(parts) => parts.iter().for_each(|part| gather(part, pieces)),
    }
}

fn around(polygon: &Polygon<f64>, pieces: &mut Vec<Rectangle<[f64; 2]>>) {
    along(polygon.exterior(), pieces);
    for hole in polygon.interiors() {
        along(hole, pieces);
    }
}

fn along(line: &LineString<f64>, pieces: &mut Vec<Rectangle<[f64; 2]>>) {
    pieces.extend(line.lines().map(|Line { start, end }| piece(start, end)));
}

fn piece(a: Coord<f64>, b: Coord<f64>) -> Rectangle<[f64; 2]> {
    Rectangle::from_corners([a.x, a.y], [b.x, b.y])
}
