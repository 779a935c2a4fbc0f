//! Which roads lie in an area to avoid?

use geo::{BoundingRect, Coord, Intersects, Line, Point, Rect, Validation};
use thiserror::Error;

use super::spec::MetricError;
use crate::geometry::{LonLat, LonLatE7};
use crate::network::Edge;

/// Most corners that the areas of one wish may have together.
pub const MOST_CORNERS: usize = 2_000;

/// What is wrong with an area.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AreaError {
    /// A corner is not on the globe.
    #[error("a corner is not on the globe, longitude first")]
    OffTheGlobe,
    /// Fewer than three different corners, sides that cross, holes outside, ...
    #[error("it is no simple polygon: {0}")]
    NotSimple(String),
    /// The areas have more corners than [`MOST_CORNERS`].
    #[error("the areas have {found} corners together, at most {most} are allowed")]
    TooManyCorners {
        /// How many they have.
        found: usize,
        /// How many they may have.
        most: usize,
    },
}

/// Areas that have been looked over.
pub(super) struct Areas<'a>(Vec<(Rect, &'a geo::Polygon)>);

impl<'a> Areas<'a> {
    /// O(corners squared).
    pub fn new(polygons: &'a [geo::Polygon]) -> Result<Self, MetricError> {
        let mut corners = 0;
        let checked = polygons.iter().enumerate().map(|(i, polygon)| {
            corners += corner_count(polygon);
            checked(polygon, corners).map_err(|problem| MetricError::Area {
                number: i + 1,
                problem,
            })
        });
        checked.collect::<Result<_, _>>().map(Self)
    }

    /// Whether a part of the edge lies in one of the areas or on its border.
    pub fn meet(&self, edge: &Edge<'_>) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let (points, _) = edge.drawn();
        let bounds = bounds(points);
        self.0
            .iter()
            .any(|(area, polygon)| area.intersects(&bounds) && touches(polygon, area, points))
    }
}

fn corner_count(polygon: &geo::Polygon) -> usize {
    let holes: usize = polygon.interiors().iter().map(|ring| ring.0.len()).sum();
    polygon.exterior().0.len() + holes
}

fn checked(polygon: &geo::Polygon, corners: usize) -> Result<(Rect, &geo::Polygon), AreaError> {
    if corners > MOST_CORNERS {
        return Err(AreaError::TooManyCorners {
            found: corners,
            most: MOST_CORNERS,
        });
    }
    let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
    let mut all = rings.flat_map(|ring| &ring.0);
    if !all.all(|corner| LonLat::checked(corner.x, corner.y).is_some()) {
        return Err(AreaError::OffTheGlobe);
    }
    polygon
        .check_validation()
        .map_err(|problem| AreaError::NotSimple(problem.to_string()))?;
    let bounds = polygon.bounding_rect();
    let bounds = bounds.ok_or_else(|| AreaError::NotSimple("it has no corners".into()))?;
    Ok((bounds, polygon))
}

fn touches(polygon: &geo::Polygon, area: &Rect, points: &[LonLatE7]) -> bool {
    let near = |line: &Line| area.intersects(&line.bounding_rect());
    let mut lines = points
        .windows(2)
        .map(|pair| Line::new(coord(pair[0]), coord(pair[1])));
    polygon.intersects(&Point(coord(points[0])))
        || lines.any(|line| near(&line) && polygon.intersects(&line))
}

fn coord(at: LonLatE7) -> Coord {
    at.to_lon_lat().into()
}

fn bounds(points: &[LonLatE7]) -> Rect {
    let first = coord(points[0]);
    let (mut min, mut max) = (first, first);
    for point in &points[1..] {
        let at = coord(*point);
        min = Coord {
            x: min.x.min(at.x),
            y: min.y.min(at.y),
        };
        max = Coord {
            x: max.x.max(at.x),
            y: max.y.max(at.y),
        };
    }
    Rect::new(min, max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::EdgeId;
    use crate::testkit::TextMap;
    use geo::polygon;

    fn problem(area: geo::Polygon) -> Option<AreaError> {
        match Areas::new(&[area]).err()? {
            MetricError::Area { problem, .. } => Some(problem),
            MetricError::UnknownExclusion(_) => None,
        }
    }

    #[test]
    fn areas_that_make_no_sense_are_refused() {
        let bow_tie =
            polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0), (x: 1.0, y: 0.0), (x: 0.0, y: 1.0)];
        assert!(matches!(problem(bow_tie), Some(AreaError::NotSimple(_))));
        let nowhere = polygon![(x: 0.0, y: 0.0), (x: f64::NAN, y: 1.0), (x: 1.0, y: 0.0)];
        assert_eq!(problem(nowhere), Some(AreaError::OffTheGlobe));
        let far = polygon![(x: 0.0, y: 0.0), (x: 181.0, y: 1.0), (x: 1.0, y: 0.0)];
        assert_eq!(problem(far), Some(AreaError::OffTheGlobe));
        let flat = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0)];
        assert!(matches!(problem(flat), Some(AreaError::NotSimple(_))));
        let none = geo::Polygon::new(geo::LineString::new(Vec::new()), Vec::new());
        assert!(matches!(problem(none), Some(AreaError::NotSimple(_))));
        let round = (0..=MOST_CORNERS).map(|i| {
            let angle = i as f64 / MOST_CORNERS as f64;
            (angle.cos(), angle.sin())
        });
        let many = geo::Polygon::new(round.collect(), Vec::new());
        assert!(matches!(
            problem(many),
            Some(AreaError::TooManyCorners { .. })
        ));
    }

    #[test]
    fn a_road_is_met_inside_across_and_on_the_border_but_not_in_a_hole() {
        let network = TextMap::draw(100.0, "A-B").road("AB", |_| {}).network();
        let edge = network.edge(EdgeId(0));
        let line = edge.line();
        let (west, east, lat) = (line[0].lon, line[1].lon, line[0].lat);
        let (west, east) = (west.min(east), west.max(east));
        let wide = east - west;
        let met = |from: f64, to: f64, south: f64, north: f64| {
            let rect = geo::Rect::new(
                (west + wide * from, lat + south),
                (west + wide * to, lat + north),
            );
            Areas::new(&[rect.to_polygon()]).unwrap().meet(&edge)
        };
        assert!(met(-1.0, 2.0, -0.001, 0.001), "inside");
        assert!(met(0.4, 0.6, -0.001, 0.001), "across");
        assert!(met(0.4, 0.6, 0.0, 0.001), "on the border");
        assert!(met(-1.0, 0.0, -0.001, 0.001), "at its end");
        assert!(!met(0.4, 0.6, 0.000_01, 0.001), "beside");
        assert!(!met(-1.0, -0.1, -0.001, 0.001), "before");
        let hole = geo::Rect::new((west - wide, lat - 0.001), (east + wide, lat + 0.001));
        let outer = geo::Rect::new((west - 0.1, lat - 0.1), (east + 0.1, lat + 0.1));
        let ring = geo::Polygon::new(
            outer.to_polygon().into_inner().0,
            vec![hole.to_polygon().into_inner().0],
        );
        assert!(!Areas::new(&[ring]).unwrap().meet(&edge));
    }
}
