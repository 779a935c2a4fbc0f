//! What would let a left-out visit in, worked out when somebody asks and kept while the book stands as it is: [`Remedies`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::accounts::{AccountId, RepId};
use crate::planner::{PlanError, Planner, Result};

/// So many are kept; beyond, all are forgotten and worked out again when asked for.
const MOST: usize = 10_000;

/// What would let one visit in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The smallest change, for people; none where no single change was found.
    pub change: Option<String>,
    /// When the first later day has room, everything there staying.
    pub next: Option<DateTime<FixedOffset>>,
}

/// Whose visit, and of which plan.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    /// Whose day.
    pub rep: RepId,
    /// Which day.
    pub day: NaiveDate,
    /// Who was left out.
    pub account: AccountId,
    /// The plan that left it out.
    pub run_id: String,
}

/// What was worked out on the book's latest state that was asked about.
#[derive(Debug, Default)]
pub(super) struct Remedies(Mutex<(u64, HashMap<Asked, Arc<Found>>)>);

impl Remedies {
    /// What would let the visit in. Nothing when another plan has taken the place of the one asked about meanwhile.
    pub fn get(&self, planner: &Planner, asked: Asked) -> Result<Arc<Found>> {
        let revision = planner.store.revision()?;
        {
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if known.0 == revision
                && let Some(found) = known.1.get(&asked)
            {
                return Ok(Arc::clone(found));
            }
        }
        // Not under the lock: others ask about other visits meanwhile.
        let found = Arc::new(work_out(planner, &asked)?);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 < revision || known.1.len() >= MOST {
            *known = (revision, HashMap::new());
        }
        if known.0 == revision {
            known.1.insert(asked, Arc::clone(&found));
        }
        Ok(found)
    }
}

fn work_out(planner: &Planner, asked: &Asked) -> Result<Found> {
    let way_in = match planner.way_in(&asked.rep, asked.day, &asked.account) {
        Ok(way_in) if way_in.run_id == asked.run_id => way_in,
        // The day was planned anew, became a day off, or somebody is gone, since the feature was made.
        Ok(_)
        | Err(
            PlanError::NotPlanned { .. }
            | PlanError::NotNow(_)
            | PlanError::UnknownAccount(_)
            | PlanError::UnknownRep(_),
        ) => return Ok(Found::default()),
        Err(error) => return Err(error),
    };
    Ok(Found {
        change: way_in.change.map(|remedy| remedy.what.text()),
        next: way_in.next.map(|slot| slot.start),
    })
}
