//! The value of one cell: [`Value`].

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat, Utc};

/// A property's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Not known, or not applicable.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A count or an amount in whole units.
    Int(i64),
    /// A measured amount; finite.
    Real(f64),
    /// Text or a code.
    Text(Cow<'static, str>),
    /// A local day.
    Date(NaiveDate),
    /// An instant; shown with its offset, compared as an instant.
    Instant(DateTime<FixedOffset>),
}

impl Value {
    /// The order within a kind; numbers compare across the two kinds of numbers. `None` between other kinds and with
    /// [`Value::Null`].
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (Self::Instant(a), Self::Instant(b)) => Some(a.cmp(b)),
            (a, b) => a.as_number()?.partial_cmp(&b.as_number()?),
        }
    }

    /// The number, when it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(*n as f64),
            Self::Real(x) => Some(*x),
            _ => None,
        }
    }

    /// As plain text; empty for [`Value::Null`].
    #[must_use]
    pub fn to_text(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bool(b) => Cow::Borrowed(if *b { "true" } else { "false" }),
            Self::Int(n) => Cow::Owned(n.to_string()),
            Self::Real(x) => Cow::Owned(x.to_string()),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Date(day) => Cow::Owned(day.to_string()),
            Self::Instant(at) => Cow::Owned(at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        }
    }

    /// As JSON.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(b) => (*b).into(),
            Self::Int(n) => (*n).into(),
            Self::Real(x) => (*x).into(),
            other => other.to_text().into(),
        }
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<u32> for Value {
    fn from(n: u32) -> Self {
        Self::Int(i64::from(n))
    }
}

impl From<u64> for Value {
    fn from(n: u64) -> Self {
        Self::Int(i64::try_from(n).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Value {
    /// What is not finite has no form in JSON.
    fn from(x: f64) -> Self {
        if x.is_finite() {
            Self::Real(x)
        } else {
            Self::Null
        }
    }
}

impl From<NaiveDate> for Value {
    fn from(day: NaiveDate) -> Self {
        Self::Date(day)
    }
}

impl From<DateTime<FixedOffset>> for Value {
    fn from(at: DateTime<FixedOffset>) -> Self {
        Self::Instant(at)
    }
}

impl From<DateTime<Utc>> for Value {
    fn from(at: DateTime<Utc>) -> Self {
        Self::Instant(at.fixed_offset())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_across_kinds_and_nothing_else_does() {
        assert_eq!(Value::Int(2).compare(&2.5.into()), Some(Ordering::Less));
        assert_eq!(Value::Int(2).compare(&"2".into()), None);
        assert_eq!(Value::Null.compare(&Value::Null), None);
    }

    #[test]
    fn what_is_not_finite_is_nothing() {
        assert_eq!(Value::from(f64::NAN), Value::Null);
        assert_eq!(Value::from(f64::INFINITY), Value::Null);
    }
}
