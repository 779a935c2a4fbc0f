//! A feature as conditions and orders see it: [`Row`]. What is not looked at need not be worked out.

use std::borrow::Cow;

use geo::Geometry;

use super::ask::Property;
use super::feature::{Feature, Value};

/// One feature of a layer, made up or not yet.
pub(super) trait Row {
    /// Its place in the order of its layer.
    fn key(&self) -> &str;
    /// Its id.
    fn id(&self) -> &str;
    /// Where it is, in WGS 84; `None` when nowhere.
    fn shape(&self) -> Option<Cow<'_, Geometry<f64>>>;
    /// Its property at this place of the layer's fields.
    fn value(&self, field: usize) -> Cow<'_, Value>;

    /// Its id or one of its properties.
    fn property(&self, property: Property) -> Cow<'_, Value> {
        match property {
            Property::Id => Cow::Owned(self.id().to_owned().into()),
            Property::Field(at) => self.value(at),
        }
    }
}

impl Row for Feature {
    fn key(&self) -> &str {
        &self.key
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn shape(&self) -> Option<Cow<'_, Geometry<f64>>> {
        self.shape.as_ref().map(Cow::Borrowed)
    }

    fn value(&self, field: usize) -> Cow<'_, Value> {
        Cow::Borrowed(&self.values[field])
    }
}
