//! Checks of names in requests against the book, and ids for what is made here.

use super::fields::short;
use super::problem::{Kind, Problem};
use super::state::Loaded;
use crate::accounts::{Account, Rep};
use crate::planner::{MetricError, PlanError};
use crate::store::StoreError;

/// The account a body names.
pub fn known_account(loaded: &Loaded, id: &str) -> Result<Account, Problem> {
    loaded.store.account(&id.into())?.ok_or_else(|| {
        Problem::field(
            "account",
            format!("there is no account {}", short(id)),
            "an id from /api/v1/accounts",
        )
    })
}

/// The rep a body names.
pub fn known_rep(loaded: &Loaded, id: &str) -> Result<Rep, Problem> {
    loaded.store.rep(&id.into())?.ok_or_else(|| {
        Problem::field(
            "rep",
            format!("there is no rep {}", short(id)),
            "an id from /api/v1/reps",
        )
    })
}

/// The rep that an address names.
pub fn rep_by_id(loaded: &Loaded, id: &str) -> Result<Rep, Problem> {
    loaded
        .store
        .rep(&id.into())?
        .ok_or_else(|| Problem::not_found(format!("There is no rep {}.", short(id))))
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing { what, missing } => Self::new(
                Kind::Conflict,
                format!("The {what} refers to {missing}, which is not in the book."),
            ),
            StoreError::InUse { what } => Self::new(
                Kind::Conflict,
                format!(
                    "The {what} cannot be removed: visits, appointments or plans refer to it. Set active to false instead."
                ),
            ),
            error => Self::internal(&format_args!("{:#}", anyhow::Error::from(error))),
        }
    }
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Store(error) => error.into(),
            PlanError::UnknownRep(_)
            | PlanError::UnknownAccount(_)
            | PlanError::UnknownVisit(_)
            | PlanError::UnknownRun(_)
            | PlanError::NotPlanned { .. } => Self::not_found(sentence(&error)),
            PlanError::Conflict { .. } | PlanError::Agreed { .. } | PlanError::NotNow(_) => {
                Self::new(Kind::Conflict, sentence(&error))
            }
            PlanError::HomeOffNetwork { .. } | PlanError::PlaceOffNetwork { .. } => {
                Self::new(Kind::Unanswerable, sentence(&error))
            }
            PlanError::Driving(MetricError::Area { .. }) => Self::field(
                "avoid",
                short_line(&error.to_string()),
                "simple polygons in degrees, longitude first",
            ),
            PlanError::UnknownProfile { known, .. } => {
                Self::field("profile", "is not loaded", format!("one of: {known}"))
            }
            PlanError::Driving(MetricError::UnknownExclusion(_)) => {
                Self::new(Kind::InvalidParameters, sentence(&error))
            }
            PlanError::NotAnOutcome(_) => Self::new(Kind::InvalidFields, sentence(&error)),
            PlanError::Problem(_) | PlanError::StoredPlan { .. } | PlanError::Unsound(_) => {
                Self::internal(&format_args!("{:#}", anyhow::Error::from(error)))
            }
        }
    }
}

/// An error's text with a capital and a full stop.
fn sentence(error: &PlanError) -> String {
    let text = short_line(&error.to_string());
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), letters.as_str())
    })
}

/// Ids in errors come from outside: one line, of bounded length.
fn short_line(text: &str) -> String {
    let line = text.replace(char::is_control, " ");
    match line.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
