//! Checks the JSON form of a condition against the fields of a layer and compiles it.

use chrono::DateTime;
use serde_json::Value as Json;

use super::like::{Pattern, fold};
use super::spatial::{Region, SpatialOp};
use super::temporal::TemporalOp;
use super::{Compare, DEEPEST, Expr, FilterError, Operand, Result, Span};
use crate::ogc::{Kind, Layer, Reference, Value};

/// What the compiler looks things up in.
struct Compiler<'a> {
    layer: Layer,
    reference: &'a Reference,
}

/// Name of the geometry in filters.
const GEOMETRY: &str = "geometry";

pub(super) fn expr(json: &Json, layer: Layer, reference: &Reference) -> Result<Expr> {
    Compiler { layer, reference }.expr(json, 0)
}

impl Compiler<'_> {
    fn expr(&self, json: &Json, depth: usize) -> Result<Expr> {
        if depth > DEEPEST * 2 {
            return Err(FilterError::new(format!("is nested deeper than {DEEPEST}")));
        }
        let Some(op) = json.get("op").and_then(Json::as_str) else {
            return self.flag(json);
        };
        let args = json.get("args").and_then(Json::as_array);
        let args = args.ok_or_else(|| FilterError::new(format!("has {op} without args")))?;
        if let Some(spatial) = SpatialOp::parse(op) {
            return self.spatial(spatial, two(op, args)?);
        }
        if let Some(temporal) = TemporalOp::parse(op) {
            let [a, b] = two(op, args)?;
            return Ok(Expr::Temporal(temporal, self.span(a)?, self.span(b)?));
        }
        match op {
            "and" | "or" => {
                let parts = args
                    .iter()
                    .map(|arg| self.expr(arg, depth + 1))
                    .collect::<Result<Vec<_>>>()?;
                if parts.is_empty() {
                    return Err(FilterError::new(format!("has {op} of nothing")));
                }
                Ok(if op == "and" {
                    Expr::And(parts)
                } else {
                    Expr::Or(parts)
                })
            }
            "not" => match args.as_slice() {
                [inner] => Ok(Expr::Not(Box::new(self.expr(inner, depth + 1)?))),
                _ => Err(FilterError::new("has not without its one argument")),
            },
            "=" | "<>" | "<" | "<=" | ">" | ">=" => self.compare(op, two(op, args)?),
            "like" => self.like(two(op, args)?),
            "between" => match args.as_slice() {
                [value, low, high] => {
                    let value = self.operand(value)?;
                    let low = self.matching(self.operand(low)?, &value)?;
                    let high = self.matching(self.operand(high)?, &value)?;
                    Ok(Expr::Between(value, low, high))
                }
                _ => Err(FilterError::new("has between without its three arguments")),
            },
            "in" => self.list(two(op, args)?),
            "isNull" => match args.as_slice() {
                [arg] if is_geometry(arg) => Ok(Expr::NoPlace),
                [arg] => Ok(Expr::IsNull(self.operand(arg)?)),
                _ => Err(FilterError::new("has isNull without its one argument")),
            },
            other => Err(FilterError::new(format!(
                "has the operator {other:.40}, which is not known"
            ))),
        }
    }

    /// A truth value or a property that is one.
    fn flag(&self, json: &Json) -> Result<Expr> {
        let operand = self.operand(json)?;
        match self.kind(&operand) {
            Some(Kind::Bool) => Ok(Expr::Is(operand)),
            _ => Err(FilterError::new("has a value where a condition is wanted")),
        }
    }

    fn compare(&self, op: &str, [a, b]: [&Json; 2]) -> Result<Expr> {
        let (a, b) = self.pair(a, b)?;
        let op = match op {
            "=" => Compare::Equal,
            "<>" => Compare::NotEqual,
            "<" => Compare::Less,
            "<=" => Compare::LessOrEqual,
            ">" => Compare::Greater,
            _ => Compare::GreaterOrEqual,
        };
        Ok(Expr::Compare(a, op, b))
    }

    fn like(&self, [value, pattern]: [&Json; 2]) -> Result<Expr> {
        let value = self.operand(value)?;
        if !matches!(self.kind(&value), Some(Kind::Text | Kind::Code(_))) {
            return Err(FilterError::new("has LIKE on something that is no text"));
        }
        let (text, case_free) = match self.operand(pattern)? {
            Operand::Constant(Value::Text(text)) => (text, false),
            Operand::CaseFree(inner) => match *inner {
                Operand::Constant(Value::Text(text)) => (text, true),
                _ => return Err(FilterError::new("has LIKE without a constant pattern")),
            },
            _ => return Err(FilterError::new("has LIKE without a constant pattern")),
        };
        Ok(Expr::Like(value, Pattern::new(&text, case_free)))
    }

    fn list(&self, [value, list]: [&Json; 2]) -> Result<Expr> {
        let value = self.operand(value)?;
        let list = list.as_array().filter(|list| !list.is_empty());
        let list = list.ok_or_else(|| FilterError::new("has IN without a list"))?;
        let list = list
            .iter()
            .map(|item| self.matching(self.operand(item)?, &value))
            .collect::<Result<_>>()?;
        Ok(Expr::In(value, list))
    }

    fn spatial(&self, op: SpatialOp, [a, b]: [&Json; 2]) -> Result<Expr> {
        let (op, shape) = match (is_geometry(a), is_geometry(b)) {
            (true, false) => (op, b),
            (false, true) => (op.turned(), a),
            _ => {
                return Err(FilterError::new(
                    "has a spatial condition that is not between the property geometry and a given geometry",
                ));
            }
        };
        if self.layer.geometry().is_none() {
            return Err(FilterError::new(
                "asks for places in a collection without geometry",
            ));
        }
        let region = Region::read(shape, self.reference)?;
        Ok(Expr::Spatial(op, Box::new(region)))
    }

    fn span(&self, json: &Json) -> Result<Span> {
        if let Some(ends) = json.get("interval") {
            let ends = ends.as_array().map(Vec::as_slice);
            let Some([from, to]) = ends else {
                return Err(FilterError::new("has an interval without two ends"));
            };
            return Ok(Span {
                from: self.end(from)?,
                to: self.end(to)?,
            });
        }
        let operand = self.time(json)?;
        Ok(Span {
            from: Some(operand.clone()),
            to: Some(operand),
        })
    }

    fn end(&self, json: &Json) -> Result<Option<Operand>> {
        match json.as_str() {
            Some("..") => Ok(None),
            Some(text) => match time(text) {
                Some(value) => Ok(Some(Operand::Constant(value))),
                None => Err(FilterError::new(format!(
                    "has {text:.40?}, which is no date or timestamp"
                ))),
            },
            None => self.time(json).map(Some),
        }
    }

    fn time(&self, json: &Json) -> Result<Operand> {
        let operand = self.operand(json)?;
        match self.kind(&operand) {
            Some(Kind::Date | Kind::Instant) => Ok(operand),
            _ => Err(FilterError::new(
                "has a temporal condition on something that is no time",
            )),
        }
    }

    /// Two operands that can be compared.
    fn pair(&self, a: &Json, b: &Json) -> Result<(Operand, Operand)> {
        let (a, b) = (self.operand(a)?, self.operand(b)?);
        if matches!(a, Operand::Constant(_)) {
            return Ok((self.matching(a, &b)?, b));
        }
        let b = self.matching(b, &a)?;
        Ok((a, b))
    }

    /// `operand`, as one that can be compared with `other`. Text stands for a time and a number for a truth value where one is
    /// wanted: clients that know only text and numbers write them so.
    fn matching(&self, operand: Operand, other: &Operand) -> Result<Operand> {
        let (mine, wanted) = (self.kind(&operand), self.kind(other));
        match (&operand, wanted) {
            (Operand::Constant(Value::Text(text)), Some(Kind::Date | Kind::Instant)) => {
                return match time(text).or_else(|| loose_time(text)) {
                    Some(value) => Ok(Operand::Constant(value)),
                    None => Err(FilterError::new(format!(
                        "compares {} with {text:.40?}, which is not written as 2026-11-24 or 2026-11-24T08:00:00Z",
                        self.name(other)
                    ))),
                };
            }
            (Operand::Constant(value), Some(Kind::Bool)) => {
                if let Some(flag) = value.as_number().and_then(flag) {
                    return Ok(Operand::Constant(flag.into()));
                }
            }
            _ => {}
        }
        let comparable = match (mine, wanted) {
            (Some(Kind::Int | Kind::Real), Some(Kind::Int | Kind::Real)) => true,
            (Some(Kind::Text | Kind::Code(_)), Some(Kind::Text | Kind::Code(_))) => true,
            (Some(Kind::Date | Kind::Instant), Some(Kind::Date | Kind::Instant)) => true,
            (a, b) => a.is_some() && a == b,
        };
        if comparable {
            Ok(operand)
        } else {
            Err(FilterError::new(format!(
                "compares {} with {}",
                self.name(other),
                self.name(&operand)
            )))
        }
    }

    fn operand(&self, json: &Json) -> Result<Operand> {
        match json {
            Json::Bool(flag) => Ok(Operand::Constant((*flag).into())),
            Json::Number(number) => {
                let value = match number.as_i64() {
                    Some(n) => n.into(),
                    None => Value::from(number.as_f64().unwrap_or(f64::NAN)),
                };
                Ok(Operand::Constant(value))
            }
            Json::String(text) => Ok(Operand::Constant(text.clone().into())),
            Json::Object(members) => {
                let text = |name: &str| members.get(name).and_then(Json::as_str);
                if let Some(name) = text("property") {
                    return self.property(name);
                }
                if let Some(text) = text("date").or_else(|| text("timestamp")) {
                    let value = time(text).filter(|value| {
                        matches!(value, Value::Date(_)) == members.contains_key("date")
                    });
                    return match value {
                        Some(value) => Ok(Operand::Constant(value)),
                        None => Err(FilterError::new(format!(
                            "has {text:.40?}, which is not written as 2026-11-24 or 2026-11-24T08:00:00Z"
                        ))),
                    };
                }
                match (text("op"), members.get("args").and_then(Json::as_array)) {
                    (Some("casei"), Some(args)) if args.len() == 1 => {
                        let inner = self.operand(&args[0])?;
                        if !matches!(self.kind(&inner), Some(Kind::Text | Kind::Code(_))) {
                            return Err(FilterError::new("has CASEI of something that is no text"));
                        }
                        Ok(match inner {
                            Operand::Constant(Value::Text(text)) => {
                                Operand::CaseFree(Box::new(Operand::Constant(fold(&text).into())))
                            }
                            Operand::CaseFree(_) => inner,
                            inner => Operand::CaseFree(Box::new(inner)),
                        })
                    }
                    _ => Err(FilterError::new(
                        "has a value of a sort that is not known here",
                    )),
                }
            }
            Json::Null | Json::Array(_) => Err(FilterError::new(
                "has a value of a sort that is not known here",
            )),
        }
    }

    fn property(&self, name: &str) -> Result<Operand> {
        if name == "id" {
            return Ok(Operand::Id);
        }
        self.layer.queryable(name).map(Operand::Property).ok_or_else(|| {
            let names: Vec<&str> = self.layer.queryables().map(|f| f.name).collect();
            FilterError::new(format!(
                "asks for the property {name:.60}, which {} does not have; there are: id, {GEOMETRY}, {}",
                self.layer.id(),
                names.join(", ")
            ))
        })
    }

    fn kind(&self, operand: &Operand) -> Option<Kind> {
        Some(match operand {
            Operand::Property(at) => self.layer.fields()[*at].kind,
            Operand::Id => Kind::Text,
            Operand::CaseFree(inner) => return self.kind(inner),
            Operand::Constant(value) => match value {
                Value::Null => return None,
                Value::Bool(_) => Kind::Bool,
                Value::Int(_) => Kind::Int,
                Value::Real(_) => Kind::Real,
                Value::Text(_) => Kind::Text,
                Value::Date(_) => Kind::Date,
                Value::Instant(_) => Kind::Instant,
            },
        })
    }

    fn name(&self, operand: &Operand) -> String {
        match operand {
            Operand::Property(at) => format!("the property {}", self.layer.fields()[*at].name),
            Operand::Id => "the id".into(),
            Operand::Constant(value) => format!("{:.40}", value.to_text()),
            Operand::CaseFree(inner) => self.name(inner),
        }
    }
}

fn two<'j>(op: &str, args: &'j [Json]) -> Result<[&'j Json; 2]> {
    match args {
        [a, b] => Ok([a, b]),
        _ => Err(FilterError::new(format!(
            "has {op} without its two arguments"
        ))),
    }
}

fn is_geometry(json: &Json) -> bool {
    json.get("property").and_then(Json::as_str) == Some(GEOMETRY)
}

fn time(text: &str) -> Option<Value> {
    if let Ok(day) = text.parse() {
        return Some(Value::Date(day));
    }
    DateTime::parse_from_rfc3339(text).ok().map(Value::Instant)
}

/// A time as GDAL writes it that is no whole one: a day with the letter of a time after it, or hours without minutes or seconds.
fn loose_time(text: &str) -> Option<Value> {
    let (day, time) = text.split_once('T')?;
    let time = match time.strip_suffix('Z') {
        None if time.is_empty() => return day.parse().ok().map(Value::Date),
        None => return None,
        Some(time) => time,
    };
    let rest = match time.len() {
        2 => ":00:00Z",
        5 => ":00Z",
        _ => return None,
    };
    DateTime::parse_from_rfc3339(&format!("{day}T{time}{rest}"))
        .ok()
        .map(Value::Instant)
}

/// The truth value that a number stands for.
fn flag(number: f64) -> Option<bool> {
    match number {
        0.0 => Some(false),
        1.0 => Some(true),
        _ => None,
    }
}
