//! Why an account is in or out, and when it could be visited, as JSON: [`explanation`] and [`slot`].

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::day::params;
use crate::planner::explain::{DayReason, Explanation};
use crate::planner::plan::hh_mm;
use crate::planner::remedy::{Remedy, What};
use crate::planner::{Edit, Slot};

/// Why an account is in a day or out of it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Explanation)]
pub struct ExplanationOut {
    account: String,
    name: String,
    /// The run of the day's plan.
    run_id: String,
    /// What it costs and earns, when it is in.
    included: Option<Included>,
    /// What keeps it out, rep-day by rep-day; the day asked about first.
    days: Vec<DayReasonOut>,
    /// The first day after on which it fits, and the cheapest slot of that day.
    next: Option<SlotOut>,
}

/// What a visit costs and earns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Included {
    /// Place in the order, from 1.
    seq: u32,
    /// Driving that it adds.
    detour_s: i64,
    /// What it is worth, in seconds of travel.
    prize_s: i64,
    reason_code: String,
    /// For people.
    reason: String,
}

/// What keeps an account out of one rep-day.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = DayReason)]
pub struct DayReasonOut {
    rep: String,
    date: NaiveDate,
    /// The first rule in the way; codes as in a day's `unplanned` layer.
    reason_code: &'static str,
    /// For people.
    reason: String,
    /// The numbers behind the reason.
    params: Value,
    /// The smallest changes that let it in, each proven by solving the day anew with it and with one step less.
    changes: Vec<RemedyOut>,
}

/// A change that lets a visit in.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Remedy)]
pub struct RemedyOut {
    /// `ask_for`, `plan_again`, `start_earlier`, `end_later`, `open_longer`, `more_visits`, `instead_of`, `worth_more` or `other_skill`.
    code: &'static str,
    /// For people.
    text: String,
    /// By how many minutes, where hours change.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_min: Option<i64>,
    /// What the visit is worth and what it would have to be, in seconds of driving, where that is the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    prize_s: Option<[i64; 2]>,
    /// What to send to `/api/v1/plans/day/edit` beside rep and date; `null` where no edit of this day helps.
    edit: Value,
}

/// When a rep could make a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Slot)]
pub struct SlotOut {
    rep: String,
    rep_name: String,
    date: NaiveDate,
    /// Earliest start.
    start: DateTime<FixedOffset>,
    /// Latest start that keeps the rest of the day.
    latest: DateTime<FixedOffset>,
    /// A round time between the two, `10:20`, to agree on; `null` where there is none.
    offer: Option<String>,
    detour_s: i64,
    /// Driving it adds, in minutes rounded up.
    detour_min: i64,
    /// Place in the order of the day, from 1.
    seq: u32,
    visit_min: u32,
}

/// An explanation as JSON.
#[must_use]
pub fn explanation(found: &Explanation) -> ExplanationOut {
    ExplanationOut {
        account: found.account.0.clone(),
        name: found.name.clone(),
        run_id: found.run_id.clone(),
        included: found.stop.as_ref().map(|stop| Included {
            seq: stop.seq,
            detour_s: stop.detour_s,
            prize_s: stop.prize_s,
            reason_code: stop.reason.code.clone(),
            reason: stop.reason.text.clone(),
        }),
        days: found.days.iter().map(reason).collect(),
        next: found.next.as_ref().map(slot),
    }
}

fn reason(day: &DayReason) -> DayReasonOut {
    DayReasonOut {
        rep: day.rep.0.clone(),
        date: day.date,
        reason_code: day.why.code(),
        reason: day.why.text(),
        params: params(&day.why),
        changes: day.changes.iter().map(remedy).collect(),
    }
}

fn remedy(remedy: &Remedy) -> RemedyOut {
    let mut edit = json!({"edits": remedy.edits.iter().map(edit_json).collect::<Vec<_>>()});
    if let Some(start) = remedy.hours.start {
        edit["start"] = hh_mm(start).into();
    }
    if let Some(end) = remedy.hours.end {
        edit["end"] = hh_mm(end).into();
    }
    RemedyOut {
        code: remedy.what.code(),
        text: remedy.what.text(),
        by_min: match remedy.what {
            What::StartEarlier { by_min, .. }
            | What::EndLater { by_min, .. }
            | What::OpenLonger { by_min, .. } => Some(by_min),
            _ => None,
        },
        prize_s: match remedy.what {
            What::WorthMore { from_s, to_s, .. } => Some([from_s, to_s]),
            _ => None,
        },
        edit: if remedy.edits.is_empty() {
            Value::Null
        } else {
            edit
        },
    }
}

/// An edit as the edit endpoint reads it.
fn edit_json(edit: &Edit) -> Value {
    match edit {
        Edit::Move { account, to } => json!({"move": account, "to": to}),
        Edit::Swap { a, b } => json!({"swap": [a, b]}),
        Edit::Insert { account, to: None } => json!({"insert": account}),
        Edit::Insert { account, to } => json!({"insert": account, "to": to}),
        Edit::Remove { account } => json!({"remove": account}),
        Edit::Pin { account } => json!({"pin": account}),
        Edit::Unpin { account } => json!({"unpin": account}),
    }
}

/// A slot as JSON.
#[must_use]
pub fn slot(slot: &Slot) -> SlotOut {
    SlotOut {
        rep: slot.rep.0.clone(),
        rep_name: slot.rep_name.clone(),
        date: slot.date,
        start: slot.start,
        latest: slot.latest,
        offer: offer(slot),
        detour_s: slot.detour_s,
        detour_min: (slot.detour_s + 59).div_euclid(60),
        seq: slot.seq,
        visit_min: slot.visit_min,
    }
}

/// The first time that people would name: a multiple of ten, five or one minutes of the same day.
fn offer(slot: &Slot) -> Option<String> {
    use chrono::{TimeDelta, Timelike};
    [600, 300, 60].into_iter().find_map(|step| {
        let past = i64::from(slot.start.num_seconds_from_midnight()).rem_euclid(step);
        let up = slot.start + TimeDelta::seconds((step - past).rem_euclid(step));
        let same_day = up.date_naive() == slot.date;
        (up <= slot.latest && same_day).then(|| hh_mm(up.time()))
    })
}
