//! Which features of a layer are wanted: [`Ask`].

use super::cql2::Filter;
use super::feature::{Feature, Value};
use super::layer::{Layer, Time};
use super::period::Period;
use super::row::Row;
use super::shape::Boxes;
use chrono_tz::Tz;

/// Conditions on a layer's features; all of them hold for what is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// Meets this box, or has no place.
    pub boxes: Option<Boxes>,
    /// Its time shares an instant with this period, or the layer has no times.
    pub period: Option<Period>,
    /// These properties have these values.
    pub equal: Vec<(Property, Value)>,
    /// This holds for it.
    pub filter: Option<Filter>,
    /// Order; empty = that of the layer.
    pub sort: Vec<Sort>,
    /// Where the page before ended, from [`super::PageEnd::next`].
    pub cursor: Option<String>,
    /// At most so many.
    pub limit: usize,
}

/// What a condition or an order is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// The id of a feature.
    Id,
    /// The property at this place of the layer's fields.
    Field(usize),
}

/// One property to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Which.
    pub by: Property,
    /// Greatest first.
    pub descending: bool,
}

impl Default for Ask {
    /// Everything.
    fn default() -> Self {
        Self {
            boxes: None,
            period: None,
            equal: Vec::new(),
            filter: None,
            sort: Vec::new(),
            cursor: None,
            limit: usize::MAX,
        }
    }
}

impl Ask {
    /// Whether a feature is wanted, apart from pages.
    #[must_use]
    pub fn wants(&self, layer: Layer, feature: &Feature, zone: Tz) -> bool {
        self.wants_row(layer, feature, zone)
    }

    /// The same for what is no whole feature yet. What is cheap to tell is asked first.
    pub(super) fn wants_row(&self, layer: Layer, row: &impl Row, zone: Tz) -> bool {
        let in_period =
            |period: &Period| layer.time().is_none_or(|at| meets(period, at, row, zone));
        let equal = |(property, value): &(Property, Value)| {
            row.property(*property).compare(value) == Some(std::cmp::Ordering::Equal)
        };
        let in_box = |boxes: &Boxes| row.shape().is_none_or(|shape| boxes.meet(&shape));
        self.period.as_ref().is_none_or(in_period)
            && self.equal.iter().all(equal)
            && self.boxes.as_ref().is_none_or(in_box)
            && self
                .filter
                .as_ref()
                .is_none_or(|filter| filter.holds_for(row))
    }

    /// The same without what tells pages apart.
    pub(super) fn list(&self) -> Self {
        Self {
            cursor: None,
            limit: usize::MAX,
            ..self.clone()
        }
    }

    /// Whether two are pages of the same list.
    pub(super) fn same_list(&self, other: &Self) -> bool {
        self.sort == other.sort
            && self.boxes == other.boxes
            && self.period == other.period
            && self.equal == other.equal
            && self.filter == other.filter
    }

    /// Nothing but the box decides.
    pub(super) fn is_only_box(&self, layer: Layer) -> bool {
        (self.period.is_none() || layer.time().is_none())
            && self.equal.is_empty()
            && self.filter.is_none()
    }
}

/// Whether the time of a row shares an instant with a period.
fn meets(period: &Period, at: Time, row: &impl Row, zone: Tz) -> bool {
    let instant = |at: usize| match &*row.value(at) {
        Value::Instant(instant) => Some(instant.to_utc()),
        _ => None,
    };
    let start = at.span.and_then(|(start, _)| instant(start));
    if let Some(start) = start {
        let end = at.span.and_then(|(_, end)| instant(end));
        return period.meets_span(start, end.unwrap_or(start));
    }
    match &*row.value(at.day) {
        Value::Date(day) => period.meets(*day, zone),
        _ => true,
    }
}
