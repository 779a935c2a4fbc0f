//! The collections: [`Layer`].

use super::layers;
use super::schema::Field;
pub use crate::vector::GeometryKind;

/// A collection of features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Customers and prospects, and where each stands today.
    Accounts,
    /// Who visits them.
    Reps,
    /// Territories and other areas.
    Areas,
    /// Visits, recorded and planned.
    Visits,
    /// Planned days.
    Tours,
    /// Drives of planned days.
    Legs,
    /// Accounts that planned days left out.
    Unplanned,
    /// What each rep reaches from home.
    Isochrones,
    /// Where which cause of missing coverage lies.
    Gaps,
    /// Coverage by hexagon.
    Cells,
    /// The roads that everything is computed on.
    Roads,
    /// Where each account meets the roads.
    Snaps,
    /// Coverage in figures.
    Metrics,
}

impl Layer {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 13] = [
        Self::Accounts,
        Self::Reps,
        Self::Areas,
        Self::Visits,
        Self::Tours,
        Self::Legs,
        Self::Unplanned,
        Self::Isochrones,
        Self::Gaps,
        Self::Cells,
        Self::Roads,
        Self::Snaps,
        Self::Metrics,
    ];

    /// The id in addresses.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.texts().0
    }

    /// The title for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.texts().1
    }

    /// What it holds.
    #[must_use]
    pub const fn description(self) -> &'static str {
        self.texts().2
    }

    const fn texts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Accounts => (
                "accounts",
                "Accounts",
                "Customers and prospects where they are, with cadence, urgency and cause of missing coverage as of today.",
            ),
            Self::Reps => (
                "reps",
                "Reps",
                "Who visits the accounts, at home, with working hours.",
            ),
            Self::Areas => (
                "areas",
                "Areas",
                "Territories and other areas that were imported, with the rep whom a territory belongs to.",
            ),
            Self::Visits => (
                "visits",
                "Visits",
                "Visits at their accounts: those recorded, and the stops of planned days, newest day first.",
            ),
            Self::Tours => (
                "tours",
                "Tours",
                "Planned days of reps along the roads, with drive, face and waiting time and the proven bound.",
            ),
            Self::Legs => (
                "legs",
                "Legs",
                "Every drive of a planned day along the roads.",
            ),
            Self::Unplanned => (
                "unplanned",
                "Left out",
                "Accounts that a planned day left out, with the reason and its numbers.",
            ),
            Self::Isochrones => (
                "isochrones",
                "Reach",
                "What each active rep reaches from home within some minutes of driving.",
            ),
            Self::Gaps => (
                "gaps",
                "Gaps",
                "Hexagons whose accounts lack coverage, joined by cause.",
            ),
            Self::Cells => (
                "cells",
                "Coverage cells",
                "H3 hexagons that hold accounts, with the share that is not covered.",
            ),
            Self::Roads => (
                "roads",
                "Roads",
                "The road network that everything is computed on: class, speed, direction, component. An id is way:first node:last node of OpenStreetMap.",
            ),
            Self::Snaps => (
                "snaps",
                "Snaps",
                "Where each account meets the road network.",
            ),
            Self::Metrics => (
                "metrics",
                "Metrics",
                "Coverage in figures: every value with its numerator, denominator and formula.",
            ),
        }
    }

    /// The layer with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.id() == id)
    }

    /// Type of its geometries; `None` for a table.
    #[must_use]
    pub const fn geometry(self) -> Option<GeometryKind> {
        match self {
            Self::Accounts | Self::Reps | Self::Visits | Self::Unplanned | Self::Snaps => {
                Some(GeometryKind::Point)
            }
            Self::Legs | Self::Roads => Some(GeometryKind::Line),
            Self::Tours => Some(GeometryKind::MultiLine),
            Self::Cells => Some(GeometryKind::Polygon),
            Self::Areas | Self::Isochrones | Self::Gaps => Some(GeometryKind::MultiPolygon),
            Self::Metrics => None,
        }
    }

    /// Its properties, the id left out.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Accounts => layers::accounts::FIELDS,
            Self::Reps => layers::reps::FIELDS,
            Self::Areas => layers::areas::FIELDS,
            Self::Visits => layers::visits::FIELDS,
            Self::Tours => layers::tours::FIELDS,
            Self::Legs => layers::legs::FIELDS,
            Self::Unplanned => layers::unplanned::FIELDS,
            Self::Isochrones => layers::isochrones::FIELDS,
            Self::Gaps => layers::gaps::FIELDS,
            Self::Cells => layers::cells::FIELDS,
            Self::Roads => layers::roads::FIELDS,
            Self::Snaps => layers::snaps::FIELDS,
            Self::Metrics => layers::metrics::FIELDS,
        }
    }

    /// Whether its features can be made, changed and removed.
    #[must_use]
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Accounts | Self::Visits)
    }

    /// Names of the properties that no write sets.
    pub fn computed(self) -> impl Iterator<Item = &'static str> {
        let fields = self.fields().iter().filter(|field| !field.editable);
        fields.map(|field| field.name)
    }

    /// Where a property stands in [`Layer::fields`].
    #[must_use]
    pub fn field(self, name: &str) -> Option<usize> {
        self.fields().iter().position(|field| field.name == name)
    }

    /// The properties that come unless others are asked for, by their place in [`Layer::fields`].
    #[must_use]
    pub fn usual(self) -> Vec<usize> {
        let all = self.fields().iter().enumerate();
        all.filter(|(_, field)| !field.on_request)
            .map(|(at, _)| at)
            .collect()
    }

    /// Where a property that conditions and orders may ask about stands in [`Layer::fields`].
    #[must_use]
    pub fn queryable(self, name: &str) -> Option<usize> {
        self.field(name).filter(|at| !self.fields()[*at].on_request)
    }

    /// The properties that conditions and orders may ask about.
    pub fn queryables(self) -> impl Iterator<Item = &'static Field> {
        self.fields().iter().filter(|field| !field.on_request)
    }

    /// Whether any of its properties is worked out on request only.
    #[must_use]
    pub fn works_out(self) -> bool {
        self.fields().iter().any(|field| field.on_request)
    }

    /// The properties that `datetime` is about; `None` where features have no time of their own.
    #[must_use]
    pub fn time(self) -> Option<Time> {
        let day = self.field("day")?;
        let (start, end) = match self {
            Self::Tours => ("depart", "home_at"),
            Self::Legs => ("depart", "arrive"),
            Self::Visits => ("start", "end"),
            _ => return Some(Time { day, span: None }),
        };
        let span = self.field(start).zip(self.field(end));
        Some(Time { day, span })
    }
}

/// When a feature is, by the place of its properties in [`Layer::fields`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Its local day.
    pub day: usize,
    /// Its first and last instant, where the layer has them; a feature without them takes its day.
    pub span: Option<(usize, usize)>,
}

#[cfg(test)]
mod tests {
    use super::super::schema::Kind;
    use super::*;

    #[test]
    fn ids_are_found_again_and_names_are_unique() {
        for layer in Layer::ALL {
            assert_eq!(Layer::from_id(layer.id()), Some(layer));
            for (i, field) in layer.fields().iter().enumerate() {
                assert_eq!(layer.field(field.name), Some(i), "{}", layer.id());
                assert!(field.name != "id" && field.name != "geometry");
            }
        }
        assert_eq!(Layer::from_id("none"), None);
        assert!(Layer::Accounts.time().is_none());
        for (layer, has_span) in [
            (Layer::Tours, true),
            (Layer::Legs, true),
            (Layer::Visits, true),
            (Layer::Unplanned, false),
        ] {
            let time = layer.time().unwrap();
            assert_eq!(layer.fields()[time.day].kind, Kind::Date);
            assert_eq!(time.span.is_some(), has_span, "{}", layer.id());
            for at in time.span.into_iter().flat_map(|(start, end)| [start, end]) {
                assert_eq!(layer.fields()[at].kind, Kind::Instant);
            }
        }
    }
}
