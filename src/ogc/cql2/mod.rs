//! CQL2, the filter language of OGC (21-065), as text and as JSON.
//!
//! [`Filter::from_text`] and [`Filter::from_json`] lead to one checked [`Filter`]: text is first read into the JSON form
//! (`text`), the JSON form is checked against the layer's fields and compiled (`compile`), and the result is
//! asked about one feature at a time (`eval`). Nesting is limited, so that no filter can exhaust the stack.

mod bounds;
mod compile;
mod eval;
mod like;
mod outline;
mod spatial;
mod temporal;
mod text;
mod tokens;

use super::feature::{Feature, Value};
use super::layer::Layer;
use super::references::Reference;
use super::row::Row;
use crate::geometry::Bounds;
use like::Pattern;
use spatial::{Region, SpatialOp};
use temporal::TemporalOp;

/// Deepest nesting that is read.
const DEEPEST: usize = 40;

/// A condition on the features of one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(Expr);

/// What is wrong with a filter, for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FilterError(String);

impl FilterError {
    fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

type Result<T> = std::result::Result<T, FilterError>;

impl Filter {
    /// Reads CQL2 text; coordinates in it are those of `reference`.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn from_text(text: &str, layer: Layer, reference: &Reference) -> Result<Self> {
        compile::expr(&text::parse(text)?, layer, reference).map(Self)
    }

    /// Reads CQL2 JSON; coordinates in it are those of `reference`.
    ///
    /// # Errors
    /// What is wrong.
    pub fn from_json(text: &str, layer: Layer, reference: &Reference) -> Result<Self> {
        // serde_json limits nesting itself.
        let json =
            serde_json::from_str(text).map_err(|e| FilterError::new(format!("is no JSON: {e}")))?;
        compile::expr(&json, layer, reference).map(Self)
    }

    /// Whether it holds for a feature. What is not known never does.
    #[must_use]
    pub fn holds(&self, feature: &Feature) -> bool {
        self.holds_for(feature)
    }

    /// The same for what is no whole feature yet.
    pub(super) fn holds_for(&self, row: &impl Row) -> bool {
        eval::expr(&self.0, row) == Some(true)
    }

    /// A box outside of which it holds for nothing; `None` when it may hold anywhere, or for what has no place.
    pub(super) fn bounds(&self) -> Option<Bounds> {
        bounds::of(&self.0)
    }
}

/// A compiled condition.
#[derive(Clone, Debug, PartialEq)]
enum Expr {
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Is(Operand),
    Compare(Operand, Compare, Operand),
    Like(Operand, Pattern),
    Between(Operand, Operand, Operand),
    In(Operand, Vec<Operand>),
    IsNull(Operand),
    NoPlace,
    Spatial(SpatialOp, Box<Region>),
    Temporal(TemporalOp, Span, Span),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Something with a value.
#[derive(Clone, Debug, PartialEq)]
enum Operand {
    /// The property at this place of the layer's fields.
    Property(usize),
    /// The feature's id.
    Id,
    /// A constant.
    Constant(Value),
    /// Text without regard to case.
    CaseFree(Box<Self>),
}

/// Something with a time: an instant, a day, or what lies between two of them; `None` = open.
#[derive(Clone, Debug, PartialEq)]
struct Span {
    from: Option<Operand>,
    to: Option<Operand>,
}

#[cfg(test)]
mod tests;
