//! What the world sees: GeoJSON (RFC 7946) features of every layer, as typed values, so that what is served and what
//! OpenAPI documents are one type.
//!
//! [`Feature`] and [`Collection`] carry the properties of a layer; [`day`] makes those of a planned day.
//! Longitude first, 7 digits, outer rings counter-clockwise, `bbox` on every collection that has a geometry.

pub mod areas;
pub mod coverage;
pub mod day;
pub mod explain;
pub mod proposal;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::geometry::{Bounds, LonLat};

/// Media type of GeoJSON.
pub const MEDIA_TYPE: &str = "application/geo+json";

/// Degrees with 7 digits, longitude first.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[schema(value_type = [f64; 2])]
pub struct Position([f64; 2]);

impl From<LonLat> for Position {
    fn from(at: LonLat) -> Self {
        Self([digits(at.lon), digits(at.lat)])
    }
}

/// A centimetre is enough.
fn digits(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

/// A GeoJSON geometry.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "type", content = "coordinates")]
pub enum Geometry {
    /// One place.
    Point(Position),
    /// Along the roads; at least two positions.
    LineString(Vec<Position>),
    /// Rings, closed; the outer one first.
    Polygon(Vec<Vec<Position>>),
    /// Several of them.
    MultiPolygon(Vec<Vec<Vec<Position>>>),
}

impl Geometry {
    /// A point.
    #[must_use]
    pub fn point(at: LonLat) -> Self {
        Self::Point(at.into())
    }

    /// A line; a single point counts as a line from itself to itself, none as no geometry.
    #[must_use]
    pub fn line(line: &[LonLat]) -> Option<Self> {
        match line {
            [] => None,
            [only] => Some(Self::LineString(positions(&[*only, *only]))),
            line => Some(Self::LineString(positions(line))),
        }
    }

    fn each_position(&self, visit: &mut impl FnMut(Position)) {
        match self {
            Self::Point(at) => visit(*at),
            Self::LineString(line) => line.iter().copied().for_each(visit),
            Self::Polygon(rings) => rings.iter().flatten().copied().for_each(visit),
            Self::MultiPolygon(parts) => {
                parts.iter().flatten().flatten().copied().for_each(visit);
            }
        }
    }
}

/// Positions of a line or ring.
#[must_use]
pub fn positions(line: &[LonLat]) -> Vec<Position> {
    line.iter().copied().map(Position::from).collect()
}

/// The word `Feature`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub enum FeatureType {
    /// As RFC 7946 writes it.
    #[default]
    Feature,
}

/// The word `FeatureCollection`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub enum CollectionType {
    /// As RFC 7946 writes it.
    #[default]
    FeatureCollection,
}

/// One feature.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Feature<P> {
    #[serde(rename = "type")]
    kind: FeatureType,
    /// Stable over calls.
    pub id: String,
    /// Where; `null` when nowhere.
    pub geometry: Option<Geometry>,
    /// What.
    pub properties: P,
}

impl<P> Feature<P> {
    /// A feature.
    pub fn new(id: impl Into<String>, geometry: Option<Geometry>, properties: P) -> Self {
        Self {
            kind: FeatureType::Feature,
            id: id.into(),
            geometry,
            properties,
        }
    }
}

/// A list of features.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Collection<P> {
    #[serde(rename = "type")]
    kind: CollectionType,
    /// West, south, east, north of the geometries in this answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bbox: Option<[f64; 4]>,
    /// The features, in the order that the endpoint names.
    pub features: Vec<Feature<P>>,
    /// Hash of inputs, settings and versions, where a computation is behind the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_id: Option<String>,
    /// Last change of the book.
    pub as_of: Option<DateTime<Utc>>,
    /// How many there are on all pages.
    pub total: usize,
    /// Hand this back as `cursor` for the next page; `null` on the last.
    pub next: Option<String>,
}

impl<P> Collection<P> {
    /// A whole list.
    #[must_use]
    pub fn new(features: Vec<Feature<P>>, as_of: Option<DateTime<Utc>>) -> Self {
        Self {
            kind: CollectionType::FeatureCollection,
            bbox: bbox(&features),
            total: features.len(),
            features,
            run_id: None,
            as_of,
            next: None,
        }
    }

    /// Says that it is one page of `total` features, followed by the one at `next`.
    #[must_use]
    pub fn page_of(self, total: usize, next: Option<String>) -> Self {
        Self {
            total,
            next,
            ..self
        }
    }

    /// Says which run computed it.
    #[must_use]
    pub fn of_run(self, run_id: impl Into<String>) -> Self {
        Self {
            run_id: Some(run_id.into()),
            ..self
        }
    }
}

fn bbox<P>(features: &[Feature<P>]) -> Option<[f64; 4]> {
    let mut bounds: Option<Bounds> = None;
    for geometry in features.iter().filter_map(|f| f.geometry.as_ref()) {
        geometry.each_position(&mut |Position([lon, lat])| {
            let at = LonLat::new(lon, lat);
            bounds = Some(bounds.map_or(Bounds { min: at, max: at }, |b| b.with(at)));
        });
    }
    bounds.map(Bounds::to_bbox)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_as_the_standard_writes_them() {
        let at = LonLat::new(14.512_345_678_9, 35.9);
        let list = Collection::new(
            vec![
                Feature::new("a", Some(Geometry::point(at)), "x"),
                Feature::new("b", None, "y"),
            ],
            None,
        );
        assert_eq!(
            serde_json::to_value(list).unwrap(),
            serde_json::json!({
                "type": "FeatureCollection",
                "bbox": [14.512_345_7, 35.9, 14.512_345_7, 35.9],
                "features": [
                    {"type": "Feature", "id": "a", "properties": "x",
                     "geometry": {"type": "Point", "coordinates": [14.512_345_7, 35.9]}},
                    {"type": "Feature", "id": "b", "properties": "y", "geometry": null},
                ],
                "as_of": null, "total": 2, "next": null
            })
        );
    }

    #[test]
    fn lines_have_two_positions_or_none() {
        assert_eq!(Geometry::line(&[]), None);
        let one = Geometry::line(&[LonLat::new(1.0, 2.0)]);
        assert!(matches!(one, Some(Geometry::LineString(line)) if line.len() == 2));
    }
}
