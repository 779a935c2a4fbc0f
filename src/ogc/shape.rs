//! Boxes that are asked for and shapes in other reference systems.

use geo::{Coord, Geometry, Intersects as _, MapCoords as _, Rect};

use super::references::Reference;
use crate::geometry::{Bounds, LonLat};

/// A box in some reference system that features must meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Boxes {
    /// Boxes in degrees that hold the asked one, and little more: one, or two on either side of the antimeridian.
    coarse: Vec<Bounds>,
    /// The box itself, x east and y north, where it is none of degrees.
    exact: Option<(Reference, Rect<f64>)>,
}

/// Samples along each side of a box; reference systems bend straight lines.
const SAMPLES: u32 = 24;

impl Boxes {
    /// The box with these corners in the order of the axes of `reference`. West of east over the antimeridian when the
    /// first longitude is greater.
    ///
    /// # Errors
    /// What is wrong with the corners, for people.
    pub fn new(corners: [f64; 4], reference: &Reference) -> Result<Self, &'static str> {
        let [a, b, c, d] = corners;
        if corners.iter().any(|x| !x.is_finite()) {
            return Err("holds a number that is not finite");
        }
        let [west, south] = reference.ordered([a, b]);
        let [east, north] = reference.ordered([c, d]);
        if south > north {
            return Err("ends south of where it begins");
        }
        if reference.is_wgs84() {
            if ![west, east].iter().all(|x| (-180.0..=180.0).contains(x))
                || ![south, north].iter().all(|y| (-90.0..=90.0).contains(y))
            {
                return Err("reaches beyond 180 or 90 degrees");
            }
            let span = |west, east| Bounds {
                min: LonLat::new(west, south),
                max: LonLat::new(east, north),
            };
            let coarse = if west <= east {
                vec![span(west, east)]
            } else {
                vec![span(west, 180.0), span(-180.0, east)]
            };
            return Ok(Self {
                coarse,
                exact: None,
            });
        }
        if west > east {
            return Err("ends west of where it begins");
        }
        let rect = Rect::new((west, south), (east, north));
        Ok(Self {
            coarse: around(reference, rect),
            exact: Some((reference.clone(), rect)),
        })
    }

    /// Boxes in degrees outside of which nothing is wanted; empty = it cannot be told.
    #[must_use]
    pub fn coarse(&self) -> &[Bounds] {
        &self.coarse
    }

    /// The coarse boxes are all there is to it.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        self.exact.is_none()
    }

    /// Whether a shape shares a point with the box.
    #[must_use]
    pub fn meet(&self, shape: &Geometry<f64>) -> bool {
        let coarse = self.coarse.is_empty()
            || self.coarse.iter().any(|bounds| {
                let (min, max) = (bounds.min, bounds.max);
                shape.intersects(&Rect::new((min.lon, min.lat), (max.lon, max.lat)))
            });
        let inside = |(reference, rect): &(Reference, Rect<f64>)| {
            in_system(shape, |at| {
                let [x, y] = reference.ordered(reference.place(at)?);
                Some(Coord { x, y })
            })
            .is_some_and(|shape| shape.intersects(rect))
        };
        coarse && self.exact.as_ref().is_none_or(inside)
    }
}

/// Degrees around a box of another system, with a margin; empty when the system is not defined all over the box.
fn around(reference: &Reference, rect: Rect<f64>) -> Vec<Bounds> {
    let steps = f64::from(SAMPLES);
    let (min, width, height) = (rect.min(), rect.width(), rect.height());
    let mut places = Vec::new();
    for i in 0..=SAMPLES {
        for j in 0..=SAMPLES {
            let x = min.x + width * f64::from(i) / steps;
            let y = min.y + height * f64::from(j) / steps;
            let Some(at) = reference.locate(reference.ordered([x, y])) else {
                return Vec::new();
            };
            places.push(at);
        }
    }
    let Some(bounds) = Bounds::around(places) else {
        return Vec::new();
    };
    let (min, max) = (bounds.min, bounds.max);
    // A box over the antimeridian or a pole looks like half the world here: no help.
    if max.lon - min.lon > 90.0 || max.lat.abs().max(min.lat.abs()) > 85.0 {
        return Vec::new();
    }
    let margin = 1e-5 + 0.02 * (max.lon - min.lon).max(max.lat - min.lat);
    vec![Bounds {
        min: LonLat::new(min.lon - margin, min.lat - margin),
        max: LonLat::new(max.lon + margin, max.lat + margin),
    }]
}

/// A shape with every position moved by `place`; `None` when one of them has no place.
fn in_system(
    shape: &Geometry<f64>,
    place: impl Fn(LonLat) -> Option<Coord<f64>>,
) -> Option<Geometry<f64>> {
    shape
        .try_map_coords(|at| place(LonLat::new(at.x, at.y)).ok_or(()))
        .ok()
}

/// A shape in a reference system, in the order of its authority's axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed(pub Geometry<f64>);

impl Placed {
    /// The shape in `reference`; `None` when the system is not defined all over it.
    #[must_use]
    pub fn new(shape: &Geometry<f64>, reference: &Reference) -> Option<Self> {
        in_system(shape, |at| {
            let [x, y] = reference.place(at)?;
            Some(Coord { x, y })
        })
        .map(Self)
    }

    /// As [`Placed::new`], but east before north, as files of GIS programs have it whatever the authority says.
    #[must_use]
    pub fn east_first(shape: &Geometry<f64>, reference: &Reference) -> Option<Self> {
        in_system(shape, |at| {
            let [x, y] = reference.ordered(reference.place(at)?);
            Some(Coord { x, y })
        })
        .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crs::Crs;
    use crate::ogc::References;
    use geo::{Line, LineString, Point};
    use proptest::prelude::*;

    fn references() -> References {
        References::new(None, &[Crs::epsg(32_633)])
    }

    fn point(lon: f64, lat: f64) -> Geometry<f64> {
        Point::new(lon, lat).into()
    }

    #[test]
    fn a_box_over_the_antimeridian_has_two_parts() {
        let boxes = Boxes::new([170.0, -10.0, -170.0, 10.0], &Reference::crs84()).unwrap();
        assert!(boxes.meet(&point(175.0, 0.0)) && boxes.meet(&point(-175.0, 0.0)));
        assert!(!boxes.meet(&point(0.0, 0.0)) && !boxes.meet(&point(175.0, 11.0)));
        // A line that crosses the box without a corner in it.
        let line = LineString::from(vec![(172.0, -20.0), (172.0, 20.0)]);
        assert!(boxes.meet(&line.into()));
    }

    #[test]
    fn corners_that_make_no_box_are_refused() {
        let crs84 = Reference::crs84();
        for bad in [
            [0.0, 2.0, 1.0, 1.0],
            [f64::NAN, 0.0, 1.0, 1.0],
            [0.0, 0.0, 181.0, 1.0],
            [0.0, -91.0, 1.0, 1.0],
        ] {
            assert!(Boxes::new(bad, &crs84).is_err(), "{bad:?}");
        }
        let list = references();
        let utm = list.find("EPSG:32633").unwrap();
        assert!(Boxes::new([2.0, 0.0, 1.0, 1.0], utm).is_err());
        // Latitude first.
        let wgs84 = list.find("EPSG:4326").unwrap();
        let boxes = Boxes::new([35.0, 14.0, 36.0, 15.0], wgs84).unwrap();
        assert!(boxes.meet(&point(14.5, 35.5)) && !boxes.meet(&point(35.5, 14.5)));
    }

    proptest! {
        /// The naive twin: move the point, compare numbers.
        #[test]
        fn boxes_in_metres_hold_what_lies_between_their_corners(
            lon in 14.0..15.0_f64, lat in 35.5..36.5_f64,
            west in 380_000.0..500_000.0_f64, south in 3_920_000.0..4_040_000.0_f64,
            width in 0.0..60_000.0_f64, height in 0.0..60_000.0_f64,
        ) {
            let list = references();
            let utm = list.find("EPSG:32633").unwrap();
            let boxes = Boxes::new([west, south, west + width, south + height], utm).unwrap();
            let [x, y] = utm.place(LonLat::new(lon, lat)).unwrap();
            let inside = (west..=west + width).contains(&x) && (south..=south + height).contains(&y);
            prop_assert_eq!(boxes.meet(&point(lon, lat)), inside);
        }

        #[test]
        fn no_corners_break_it(a in any::<[f64; 4]>(), code in prop::sample::select(vec![4326, 3857, 3035, 32_633])) {
            let list = references();
            if let Some(reference) = list.find(&format!("EPSG:{code}"))
                && let Ok(boxes) = Boxes::new(a, reference) {
                let line = Line::new((14.0, 35.0), (15.0, 36.0));
                let _ = boxes.meet(&Geometry::Line(line));
            }
        }
    }
}
