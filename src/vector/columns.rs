//! What a table of features says about itself: [`About`], its [`Column`]s and [`GeometryKind`].

use crate::crs::Crs;

/// Type of the geometries of a table's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeometryKind {
    /// A point.
    Point,
    /// A line.
    Line,
    /// Several lines.
    MultiLine,
    /// A polygon.
    Polygon,
    /// Several polygons.
    MultiPolygon,
}

impl GeometryKind {
    /// Its name in GeoJSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::Line => "LineString",
            Self::MultiLine => "MultiLineString",
            Self::Polygon => "Polygon",
            Self::MultiPolygon => "MultiPolygon",
        }
    }
}

/// Type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Yes or no.
    Bool,
    /// Whole number.
    Int,
    /// Number.
    Real,
    /// Local day.
    Date,
    /// Instant.
    Instant,
}

/// One column of a table to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its type.
    pub kind: ColumnKind,
    /// What it says; empty = nothing more than its name.
    pub title: &'a str,
}

/// A table to write, without its rows.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Its name in the file.
    pub name: &'a str,
    /// Its title for people.
    pub title: &'a str,
    /// What it holds.
    pub description: &'a str,
    /// Type of its geometries; `None` for a table without.
    pub geometry: Option<GeometryKind>,
    /// The system of its coordinates, which are given east before north.
    pub crs: Crs,
    /// Its columns.
    pub columns: &'a [Column<'a>],
}
