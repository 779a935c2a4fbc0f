//! Asks a compiled condition about one feature, with three truth values: `None` = not known, as in SQL.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::like::fold;
use super::temporal::{Times, times};
use super::{Compare, Expr, Operand, Span};
use crate::ogc::Value;
use crate::ogc::row::Row;

pub(super) fn expr(condition: &Expr, feature: &impl Row) -> Option<bool> {
    match condition {
        Expr::And(parts) => joined(parts, feature, false),
        Expr::Or(parts) => joined(parts, feature, true),
        Expr::Not(inner) => expr(inner, feature).map(|holds| !holds),
        Expr::Is(operand) => match *value(operand, feature) {
            Value::Bool(flag) => Some(flag),
            _ => None,
        },
        Expr::Compare(a, op, b) => {
            let order = order(&value(a, feature), &value(b, feature))?;
            Some(match op {
                Compare::Equal => order.is_eq(),
                Compare::NotEqual => order.is_ne(),
                Compare::Less => order.is_lt(),
                Compare::LessOrEqual => order.is_le(),
                Compare::Greater => order.is_gt(),
                Compare::GreaterOrEqual => order.is_ge(),
            })
        }
        Expr::Like(operand, pattern) => match &*value(operand, feature) {
            Value::Text(text) => Some(pattern.fits(text)),
            _ => None,
        },
        Expr::Between(operand, low, high) => {
            let middle = value(operand, feature);
            let above = order(&middle, &value(low, feature))?.is_ge();
            let below = order(&middle, &value(high, feature))?.is_le();
            Some(above && below)
        }
        Expr::In(operand, list) => {
            let sought = value(operand, feature);
            let mut unknown = false;
            for item in list {
                match order(&sought, &value(item, feature)) {
                    Some(Ordering::Equal) => return Some(true),
                    Some(_) => {}
                    None => unknown = true,
                }
            }
            (!unknown).then_some(false)
        }
        Expr::IsNull(operand) => Some(*value(operand, feature) == Value::Null),
        Expr::NoPlace => Some(feature.shape().is_none()),
        Expr::Spatial(op, region) => feature.shape().map(|shape| region.relates(*op, &shape)),
        Expr::Temporal(op, a, b) => Some(op.holds(span(a, feature)?, span(b, feature)?)),
    }
}

/// `decides` alone decides: one true part makes an OR true, one false part an AND false, whatever is not known.
fn joined(parts: &[Expr], feature: &impl Row, decides: bool) -> Option<bool> {
    let mut unknown = false;
    for part in parts {
        match expr(part, feature) {
            Some(holds) if holds == decides => return Some(decides),
            Some(_) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(!decides)
}

/// How two values compare. A day beside an instant counts as its midnight, in the offset that the instant is written in: as GDAL,
/// QGIS and databases have it.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    let midnight = |day: &NaiveDate| day.and_time(NaiveTime::MIN);
    match (a, b) {
        (Value::Date(day), Value::Instant(at)) => Some(midnight(day).cmp(&at.naive_local())),
        (Value::Instant(at), Value::Date(day)) => Some(at.naive_local().cmp(&midnight(day))),
        _ => a.compare(b),
    }
}

fn value<'a>(operand: &'a Operand, feature: &'a impl Row) -> Cow<'a, Value> {
    match operand {
        Operand::Property(at) => feature.value(*at),
        Operand::Id => Cow::Owned(feature.id().to_owned().into()),
        Operand::Constant(value) => Cow::Borrowed(value),
        Operand::CaseFree(inner) => match &*value(inner, feature) {
            Value::Text(text) => Cow::Owned(fold(text).into()),
            other => Cow::Owned(other.clone()),
        },
    }
}

fn span(span: &Span, feature: &impl Row) -> Option<Times> {
    let end = |operand: &Option<Operand>, open: DateTime<Utc>| match operand {
        None => Some((open, open)),
        Some(operand) => times(&value(operand, feature)),
    };
    let (from, _) = end(&span.from, DateTime::<Utc>::MIN_UTC)?;
    let (_, to) = end(&span.to, DateTime::<Utc>::MAX_UTC)?;
    Some((from, to))
}
