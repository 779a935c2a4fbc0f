//! Accounts, read from the store in slices by id, joined with where they stand today.

use chrono::{DateTime, Utc};

use super::super::feature::{Feature, Value};
use super::super::schema::{AS_OF, Field, Kind, RUN_ID};
use super::super::service::{Context, Each, Walk};
use super::super::standings::Standings;
use super::{metres, point, share};
use crate::accounts::{Account, AccountId, LocationQuality};
use crate::planner::Result;
use crate::store::AccountPage;

/// Kinds of accounts.
pub(super) const KINDS: &[&str] = &["customer", "prospect", "vip"];
/// How an account stands to its cadence.
pub(super) const STATUSES: &[&str] = &["not_due", "due", "overdue", "critical", "no_cadence"];
/// Causes of missing coverage, with `covered`.
pub(super) const CAUSES: &[&str] = &[
    "unlocated",
    "unassigned",
    "out_of_reach",
    "never_visited",
    "overdue",
    "covered",
];
/// How well a place is known.
const QUALITIES: &[&str] = &["given", "rooftop", "street", "place", "failed"];

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new("name", Kind::Text, "Name in its own script").editable(),
    Field::new("kind", Kind::Code(KINDS), "Customer, prospect or VIP").editable(),
    Field::new("class", Kind::Text, "Class: A, B, C, ...").editable(),
    Field::new(
        "value",
        Kind::Real,
        "Worth in the team's own money or points",
    )
    .editable(),
    Field::new("rep", Kind::Text, "Id of the rep who looks after it").editable(),
    Field::new("street", Kind::Text, "Street").editable(),
    Field::new("housenumber", Kind::Text, "House number").editable(),
    Field::new("postcode", Kind::Text, "Postcode").editable(),
    Field::new("city", Kind::Text, "Town").editable(),
    Field::new("stage", Kind::Text, "Pipeline stage").editable(),
    Field::new(
        "cadence_days",
        Kind::Int,
        "Its own days between visits; none = those of its class",
    )
    .editable(),
    Field::new("visit_min", Kind::Int, "Minutes on site").editable(),
    Field::new("opening_hours", Kind::Text, "OSM opening_hours").editable(),
    Field::new("last_done", Kind::Date, "Last visit that counts"),
    Field::new("interval_d", Kind::Int, "Days between visits that hold"),
    Field::new(
        "urgency",
        Kind::Real,
        "Days since the last visit over the interval",
    ),
    Field::new(
        "status",
        Kind::Code(STATUSES),
        "How it stands to its cadence",
    ),
    Field::new("overdue_days", Kind::Int, "Days past the interval"),
    Field::new(
        "next_due",
        Kind::Date,
        "By then the next visit should be done",
    ),
    Field::new(
        "prize_s",
        Kind::Int,
        "What a visit is worth, in seconds of travel",
    ),
    Field::new(
        "quality",
        Kind::Code(QUALITIES),
        "How well its place is known",
    ),
    Field::new(
        "snap_m",
        Kind::Real,
        "Metres to the road; none = no road within the limit",
    ),
    Field::new(
        "gap_cause",
        Kind::Code(CAUSES),
        "Why it is not covered, or covered; none = not active",
    ),
    Field::new("active", Kind::Bool, "Whether it is visited at all").editable(),
    Field::new("phone", Kind::Text, "Phone").editable(),
    Field::new("email", Kind::Text, "E-mail").editable(),
    Field::new("tags", Kind::Text, "Tags, separated by semicolons").editable(),
    Field::new(
        "skills",
        Kind::Text,
        "Skills that a visiting rep must have, separated by semicolons",
    )
    .editable(),
    Field::new("note", Kind::Text, "Note").editable(),
    RUN_ID,
    AS_OF,
];

/// Accounts read at once.
const SLICE: usize = 500;

pub(super) fn walk(context: &Context, walk: &Walk, each: Each<'_>) -> Result<()> {
    let standings = context.standings()?;
    slices(context, walk, &mut |account| {
        each(feature(context, &standings, account))
    })
}

/// All accounts that the walk wants, slice by slice.
pub(super) fn slices(
    context: &Context,
    walk: &Walk,
    each: &mut dyn FnMut(Account) -> std::ops::ControlFlow<()>,
) -> Result<()> {
    let mut ask = AccountPage {
        after: walk.after.as_deref().map(AccountId::from),
        within: walk.within.clone(),
        limit: SLICE,
    };
    loop {
        let slice = context.planner().store.accounts_page(&ask)?;
        let full = slice.len() == ask.limit;
        ask.after = slice.last().map(|account| account.id.clone());
        for account in slice {
            if each(account).is_break() {
                return Ok(());
            }
        }
        if !full {
            return Ok(());
        }
    }
}

pub(super) fn one(context: &Context, id: &str) -> Result<Option<Feature>> {
    let account = context.planner().store.account(&id.into())?;
    let standings = context.standings()?;
    Ok(account.map(|account| feature(context, &standings, account)))
}

fn feature(context: &Context, standings: &Standings, account: Account) -> Feature {
    let standing = standings.of(&account.id);
    let due = standing.map(|standing| &standing.due);
    let quality = account
        .location
        .map_or("failed", |place| LocationQuality::name(place.quality));
    let visit_min = account
        .visit_min
        .unwrap_or(context.planner().settings.visit_min);
    let as_of: Option<DateTime<Utc>> = standings.as_of;
    let address = account.address;
    Feature {
        key: account.id.0.clone(),
        shape: account.location.map(|place| point(place.at).into()),
        values: vec![
            account.name.into(),
            account.kind.name().into(),
            account.class.into(),
            account.value.into(),
            account.rep.map(|rep| rep.0).into(),
            address.street.into(),
            address.housenumber.into(),
            address.postcode.into(),
            address.city.into(),
            account.stage.into(),
            account.cadence_days.into(),
            visit_min.into(),
            account.opening_hours.into(),
            due.and_then(|due| due.last_done).into(),
            due.and_then(|due| due.interval_d).into(),
            due.filter(|due| due.interval_d.is_some())
                .map(|due| share(due.urgency))
                .into(),
            due.map(|due| due.status.name()).into(),
            due.map(|due| due.overdue_days).into(),
            due.and_then(|due| due.next_due).into(),
            due.map(|due| due.prize_s).into(),
            quality.into(),
            standing.and_then(|s| s.snap_m).map(metres).into(),
            standing
                .and_then(|s| s.cause)
                .map(crate::coverage::GapCause::code)
                .into(),
            account.active.into(),
            account.phone.into(),
            account.email.into(),
            Value::from(account.tags.as_slice()),
            Value::from(account.skills.as_slice()),
            account.note.into(),
            standings.coverage.run_id.clone().into(),
            as_of.into(),
        ],
        id: account.id.0,
    }
}
