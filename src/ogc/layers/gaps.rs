//! Where which cause of missing coverage lies: the hexagons that hold such accounts, joined.

use geo::{MultiPolygon, Polygon, unary_union};

use super::super::feature::Feature;
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::super::service::Context;
use super::{accounts, line, share};
use crate::coverage::GapCause;
use crate::planner::Result;

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new(
        "cause",
        Kind::Code(accounts::CAUSES),
        "Why accounts are not covered",
    ),
    Field::new("label", Kind::Text, "The cause, for people"),
    Field::new("fix", Kind::Text, "What would help"),
    Field::new(
        "accounts",
        Kind::Int,
        "Accounts with this cause, with a place or without",
    ),
    Field::new("share", Kind::Real, "accounts over all active accounts"),
    Field::new("weight", Kind::Real, "Value of these accounts"),
    RUN_ID,
    AS_OF,
];

pub(super) fn all(context: &Context) -> Result<Vec<Feature>> {
    let standings = context.standings()?;
    let feature = |count: &crate::coverage::CauseCount| {
        let cause = count.cause;
        let hexagons: Vec<Polygon<f64>> = standings
            .cells
            .cells
            .iter()
            .filter(|cell| {
                cell.causes
                    .iter()
                    .any(|there| there.cause == cause && there.accounts > 0)
            })
            .map(|cell| Polygon::new(line(&cell.ring), Vec::new()))
            .collect();
        let joined: MultiPolygon<f64> = unary_union(&hexagons);
        Feature {
            key: cause.code().to_owned(),
            id: cause.code().to_owned(),
            shape: (!joined.0.is_empty()).then(|| joined.into()),
            values: vec![
                cause.code().into(),
                cause.label().into(),
                cause.fix().into(),
                count.accounts.into(),
                share(count.share).into(),
                count.value.into(),
                standings.coverage.run_id.clone().into(),
                standings.as_of.into(),
            ],
        }
    };
    Ok(standings
        .coverage
        .causes
        .iter()
        .filter(|count| count.cause != GapCause::Covered)
        .map(feature)
        .collect())
}
