//! An account as served: its own fields and where it stands on a day.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use super::account_query::AccountParams;
use super::appointments::AppointmentProperties;
use super::geo::{Collection, Feature, Geometry};
use super::problem::Problem;
use super::standing::Standing;
use super::state::Loaded;
use super::visits::VisitProperties;
use crate::accounts::{AccountKind, Block, LocationQuality};
use crate::coverage::GapCause;
use crate::planner::address_line;

/// One account on a day.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AccountProperties {
    id: String,
    name: String,
    /// `customer`, `prospect` or `vip`.
    #[schema(value_type = String)]
    kind: AccountKind,
    class: Option<String>,
    value: f64,
    /// Who looks after it.
    rep: Option<String>,
    rep_name: Option<String>,
    /// In one line.
    address: Option<String>,
    stage: Option<String>,
    /// Days between visits that hold: its own, else its class's; `null` = no cadence.
    cadence_days: Option<u32>,
    /// The account's own cadence, where it differs from its class's.
    cadence_days_own: Option<u32>,
    /// Minutes on site that hold.
    visit_min: u32,
    /// OSM opening_hours.
    opening_hours: Option<String>,
    /// Last visit that counts.
    last_done: Option<NaiveDate>,
    /// The same as `cadence_days`.
    interval_d: Option<u32>,
    /// Days since the last visit over the interval; `null` without a cadence.
    urgency: Option<f64>,
    /// `not_due`, `due`, `overdue`, `critical` or `no_cadence`.
    status: &'static str,
    overdue_days: i64,
    /// By then the next visit should be done.
    next_due: Option<NaiveDate>,
    /// What a visit is worth, in seconds of travel.
    prize_s: i64,
    /// `given`, `rooftop`, `street`, `place` or `failed`.
    quality: &'static str,
    /// Metres to the road; `null` when no road is within the limit.
    snap_m: Option<f64>,
    /// Why it is not covered, or `covered`; `null` for accounts that are not active.
    gap_cause: Option<&'static str>,
    cause_label: Option<&'static str>,
    /// What would help.
    fix: Option<&'static str>,
    active: bool,
    phone: Option<String>,
    email: Option<String>,
    tags: Vec<String>,
    skills: Vec<String>,
    note: Option<String>,
    /// Days without visits.
    blocks: Vec<BlockedDays>,
}

/// Days without visits, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BlockedDays {
    from: NaiveDate,
    to: NaiveDate,
    reason: Option<String>,
}

impl From<&Block> for BlockedDays {
    fn from(block: &Block) -> Self {
        Self {
            from: block.from,
            to: block.to,
            reason: block.reason.clone(),
        }
    }
}

/// One account with its history.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct AccountCard {
    #[serde(flatten)]
    pub(super) account: AccountProperties,
    /// The log, newest first.
    pub(super) visits: Vec<VisitProperties>,
    /// Opening hours of the day; `[["00:00", "24:00"]]` = all day, empty = closed.
    #[schema(value_type = Vec<Vec<String>>)]
    pub(super) hours_today: Vec<[String; 2]>,
    /// Why the hours could not be read; then it counts as open.
    pub(super) hours_warning: Option<String>,
    /// From the day on.
    pub(super) appointments: Vec<AppointmentProperties>,
}

/// One account and the way to it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct NearbyAccount {
    #[serde(flatten)]
    pub(super) account: AccountProperties,
    /// Driving there.
    pub(super) drive_s: i64,
    pub(super) dist_m: f64,
    /// When one would be there, parking included.
    pub(super) there_at: DateTime<FixedOffset>,
    /// Open for a whole visit from then; `None` when its hours are not known.
    pub(super) open_now: Option<bool>,
}

/// The properties of an account.
pub fn properties(standing: &Standing) -> AccountProperties {
    let account = &standing.account;
    let due = &standing.due;
    let cause = standing.cause;
    AccountProperties {
        id: account.id.0.clone(),
        name: account.name.clone(),
        kind: account.kind,
        class: account.class.clone(),
        value: account.value,
        rep: account.rep.as_ref().map(|rep| rep.0.clone()),
        rep_name: standing.rep_name.clone(),
        address: address_line(&account.address),
        stage: account.stage.clone(),
        cadence_days: due.interval_d,
        cadence_days_own: account.cadence_days,
        visit_min: standing.visit_min,
        opening_hours: account.opening_hours.clone(),
        last_done: due.last_done,
        interval_d: due.interval_d,
        urgency: due.interval_d.map(|_| (due.urgency * 1e4).round() / 1e4),
        status: due.status.name(),
        overdue_days: due.overdue_days,
        next_due: due.next_due,
        prize_s: due.prize_s,
        quality: quality(standing),
        snap_m: standing.snap_m.map(|m| (m * 10.0).round() / 10.0),
        gap_cause: cause.map(GapCause::code),
        cause_label: cause.map(GapCause::label),
        fix: cause
            .filter(|cause| *cause != GapCause::Covered)
            .map(GapCause::fix),
        active: account.active,
        phone: account.phone.clone(),
        email: account.email.clone(),
        tags: account.tags.clone(),
        skills: account.skills.clone(),
        note: account.note.clone(),
        blocks: account.blocks.iter().map(Into::into).collect(),
    }
}

/// `properties` at the account's place.
pub fn feature(standing: &Standing) -> Feature<AccountProperties> {
    at_place(standing, properties(standing))
}

/// One page of the accounts that are asked for.
pub fn page(
    loaded: &Loaded,
    params: &AccountParams,
    wanted: &[&Standing],
) -> Result<Collection<AccountProperties>, Problem> {
    let (page, next) = params.page(wanted);
    let features = page.into_iter().map(feature).collect();
    let list = Collection::new(features, loaded.store.as_of()?);
    Ok(list.page_of(wanted.len(), next))
}

/// Any properties at the account's place.
pub fn at_place<P>(standing: &Standing, properties: P) -> Feature<P> {
    let account = &standing.account;
    Feature::new(
        account.id.0.clone(),
        account.location.map(|place| Geometry::point(place.at)),
        properties,
    )
}

fn quality(standing: &Standing) -> &'static str {
    match standing.account.location.map(|place| place.quality) {
        Some(LocationQuality::Given) => "given",
        Some(LocationQuality::Rooftop) => "rooftop",
        Some(LocationQuality::Street) => "street",
        Some(LocationQuality::Place) => "place",
        None => "failed",
    }
}
