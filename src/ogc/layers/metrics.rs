//! Coverage in figures.

use super::super::feature::Feature;
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::super::service::Context;
use super::part;
use crate::coverage::{Metric, Scope};
use crate::planner::Result;

const SCOPES: &[&str] = &["all", "rep", "class"];

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new("name", Kind::Text, "What is measured"),
    Field::new(
        "scope",
        Kind::Code(SCOPES),
        "Over all accounts, one rep's or one class's",
    ),
    Field::new(
        "scope_id",
        Kind::Text,
        "Which rep or class; none = accounts without one",
    ),
    Field::new(
        "value",
        Kind::Real,
        "numerator over denominator; none = the denominator is 0",
    ),
    Field::new("numerator", Kind::Real, "The part"),
    Field::new("denominator", Kind::Real, "The whole"),
    Field::new("formula", Kind::Text, "How both are made"),
    RUN_ID,
    AS_OF,
];

pub(super) fn all(context: &Context) -> Result<Vec<Feature>> {
    let standings = context.standings()?;
    let coverage = &standings.coverage;
    let by_rep = coverage.by_rep.iter().flat_map(|rep| &rep.metrics);
    let by_class = coverage.by_class.iter().flat_map(|class| &class.metrics);
    let feature = |metric: &Metric| {
        let (scope, of) = match &metric.scope {
            Scope::All => ("all", None),
            Scope::Rep(rep) => ("rep", Some(rep.0.as_str())),
            Scope::Class(class) => ("class", Some(class.as_str())),
        };
        let of = of.filter(|of| !of.is_empty());
        let id = match of {
            Some(of) => format!("{}:{scope}:{}", metric.name, part(of)),
            None => format!("{}:{scope}", metric.name),
        };
        Feature {
            key: id.clone(),
            id,
            shape: None,
            values: vec![
                metric.name.clone().into(),
                scope.into(),
                of.map(str::to_owned).into(),
                metric.value.into(),
                metric.numerator.into(),
                metric.denominator.into(),
                metric.formula.clone().into(),
                coverage.run_id.clone().into(),
                standings.as_of.into(),
            ],
        }
    };
    Ok(coverage
        .metrics
        .iter()
        .chain(by_rep)
        .chain(by_class)
        .map(feature)
        .collect())
}
