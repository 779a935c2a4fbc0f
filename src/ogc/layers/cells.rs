//! Coverage by hexagon.

use geo::Polygon;

use super::super::feature::Feature;
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::super::service::Context;
use super::{line, share};
use crate::coverage::GapCause;
use crate::coverage::cells::Cell;
use crate::planner::Result;

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new("resolution", Kind::Int, "H3 resolution"),
    Field::new("accounts", Kind::Int, "Accounts in it"),
    Field::new("gap", Kind::Int, "Accounts that are not covered"),
    Field::new("share", Kind::Real, "gap over accounts"),
    Field::new("value", Kind::Real, "Value of its accounts"),
    Field::new("unlocated", Kind::Int, "Accounts without a road near"),
    Field::new("unassigned", Kind::Int, "Accounts without an active rep"),
    Field::new("out_of_reach", Kind::Int, "Accounts beyond the reach limit"),
    Field::new("never_visited", Kind::Int, "Accounts never visited"),
    Field::new("overdue", Kind::Int, "Accounts past their due date"),
    Field::new("covered", Kind::Int, "Accounts covered"),
    RUN_ID,
    AS_OF,
];

pub(super) fn all(context: &Context) -> Result<Vec<Feature>> {
    let standings = context.standings()?;
    let feature = |cell: &Cell| {
        let count = |cause: GapCause| {
            let found = cell.causes.iter().find(|count| count.cause == cause);
            found.map_or(0, |count| count.accounts)
        };
        let value: f64 = cell.causes.iter().map(|count| count.value).sum();
        let mut values = vec![
            u32::from(cell.resolution).into(),
            cell.accounts.into(),
            (cell.accounts - count(GapCause::Covered)).into(),
            share(cell.share).into(),
            value.into(),
        ];
        values.extend(GapCause::ALL.map(|cause| count(cause).into()));
        values.push(standings.coverage.run_id.clone().into());
        values.push(standings.as_of.into());
        Feature {
            key: cell.id.clone(),
            id: cell.id.clone(),
            shape: Some(Polygon::new(line(&cell.ring), Vec::new()).into()),
            values,
        }
    };
    Ok(standings.cells.cells.iter().map(feature).collect())
}
