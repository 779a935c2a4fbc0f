//! Accounts, joined with where they stand today.

use std::borrow::Cow;
use std::sync::Arc;

use geo::Geometry;

use super::super::feature::{Feature, Value};
use super::super::layer::Layer;
use super::super::orders::Orders;
use super::super::places::Places;
use super::super::row::Row;
use super::super::schema::{AS_OF, Field, Kind, RUN_ID, fields};
use super::super::service::{Context, Each, Walk};
use super::super::standings::{Standing, Standings};
use super::super::table::{self, Table};
use super::{list, metres, point, share};
use crate::accounts::{Account, LocationQuality, block_text};
use crate::coverage::GapCause;
use crate::geometry::Bounds;
use crate::planner::Result;

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

/// What a property of an account is.
type Column = (Field, fn(&AccountRow<'_>) -> Value);

/// The properties, each with what it is.
const COLUMNS: [Column; 36] = [
    (
        Field::new("name", Kind::Text, "Name in its own script").editable(),
        |one| one.account.name.clone().into(),
    ),
    (
        Field::new("kind", Kind::Code(KINDS), "Customer, prospect or VIP").editable(),
        |one| one.account.kind.name().into(),
    ),
    (
        Field::new("class", Kind::Text, "Class: A, B, C, ...").editable(),
        |one| one.account.class.clone().into(),
    ),
    (
        Field::new(
            "value",
            Kind::Real,
            "Worth in the team's own money or points",
        )
        .editable(),
        |one| one.account.value.into(),
    ),
    (
        Field::new("rep", Kind::Text, "Id of the rep who looks after it").editable(),
        |one| one.account.rep.as_ref().map(|rep| rep.0.clone()).into(),
    ),
    (
        Field::new(
            "territory",
            Kind::Text,
            "Id of the area that it lies in, of those that are territories: that of its own rep where several are; none = in none",
        ),
        |one| {
            let areas = &one.table.standings.areas;
            let territory = one.standing.territory;
            territory.map(|at| areas[at as usize].clone()).into()
        },
    ),
    (
        Field::new("street", Kind::Text, "Street").editable(),
        |one| one.account.address.street.clone().into(),
    ),
    (
        Field::new("housenumber", Kind::Text, "House number").editable(),
        |one| one.account.address.housenumber.clone().into(),
    ),
    (
        Field::new("postcode", Kind::Text, "Postcode").editable(),
        |one| one.account.address.postcode.clone().into(),
    ),
    (Field::new("city", Kind::Text, "Town").editable(), |one| {
        one.account.address.city.clone().into()
    }),
    (
        Field::new("stage", Kind::Text, "Pipeline stage").editable(),
        |one| one.account.stage.clone().into(),
    ),
    (
        Field::new(
            "cadence_days",
            Kind::Int,
            "Its own days between visits; none = those of its class",
        )
        .editable(),
        |one| one.account.cadence_days.into(),
    ),
    (
        Field::new(
            "visit_min",
            Kind::Int,
            "Its own minutes on site; none = the team's usual",
        )
        .editable(),
        |one| one.account.visit_min.into(),
    ),
    (
        Field::new("opening_hours", Kind::Text, "OSM opening_hours").editable(),
        |one| one.account.opening_hours.clone().into(),
    ),
    (
        Field::new(
            "start_inside_is_enough",
            Kind::Bool,
            "Whether only the start of a visit must lie inside the opening hours",
        )
        .editable(),
        |one| one.account.start_inside_is_enough.into(),
    ),
    (
        Field::new(
            "last_visit",
            Kind::Date,
            "Last visit as the account list has it; later ones of the log go before",
        )
        .editable(),
        |one| one.account.last_visit.into(),
    ),
    (
        Field::new("last_done", Kind::Date, "Last visit that counts"),
        |one| one.standing.due.last_done.into(),
    ),
    (
        Field::new("interval_d", Kind::Int, "Days between visits that hold"),
        |one| one.standing.due.interval_d.into(),
    ),
    (
        Field::new(
            "urgency",
            Kind::Real,
            "Days since the last visit over the interval",
        ),
        |one| {
            one.standing
                .due
                .interval_d
                .map(|_| share(one.standing.due.urgency))
                .into()
        },
    ),
    (
        Field::new(
            "status",
            Kind::Code(STATUSES),
            "How it stands to its cadence",
        ),
        |one| one.standing.due.status.name().into(),
    ),
    (
        Field::new("overdue_days", Kind::Int, "Days past the interval"),
        |one| one.standing.due.overdue_days.into(),
    ),
    (
        Field::new(
            "next_due",
            Kind::Date,
            "By then the next visit should be done",
        ),
        |one| one.standing.due.next_due.into(),
    ),
    (
        Field::new(
            "prize_s",
            Kind::Int,
            "What a visit is worth, in seconds of travel",
        ),
        |one| one.standing.due.prize_s.into(),
    ),
    (
        Field::new(
            "quality",
            Kind::Code(QUALITIES),
            "How well its place is known",
        ),
        |one| {
            one.account
                .location
                .map_or("failed", |place| LocationQuality::name(place.quality))
                .into()
        },
    ),
    (
        Field::new(
            "snap_m",
            Kind::Real,
            "Metres to the road; none = no road within the limit",
        ),
        |one| one.standing.snap_m.map(metres).into(),
    ),
    (
        Field::new(
            "gap_cause",
            Kind::Code(CAUSES),
            "Why it is not covered, or covered; none = not active",
        ),
        |one| one.standing.cause.map(GapCause::code).into(),
    ),
    (
        Field::new("active", Kind::Bool, "Whether it is visited at all").editable(),
        |one| one.account.active.into(),
    ),
    (
        Field::new(
            "active_from",
            Kind::Date,
            "From when it counts; none = always",
        )
        .editable(),
        |one| one.account.active_from.into(),
    ),
    (
        Field::new(
            "blocks",
            Kind::Text,
            "Days without visits, such as 2026-08-10/2026-08-21 summer break, separated by semicolons",
        )
        .editable(),
        |one| list(&one.account.blocks.iter().map(block_text).collect::<Vec<_>>()),
    ),
    (Field::new("phone", Kind::Text, "Phone").editable(), |one| {
        one.account.phone.clone().into()
    }),
    (
        Field::new("email", Kind::Text, "E-mail").editable(),
        |one| one.account.email.clone().into(),
    ),
    (
        Field::new(
            "tags",
            Kind::Text,
            "Tags, separated by semicolons; a JSON array where one holds a separator",
        )
        .editable(),
        |one| list(&one.account.tags),
    ),
    (
        Field::new(
            "skills",
            Kind::Text,
            "Skills that a visiting rep must have, written as tags are",
        )
        .editable(),
        |one| list(&one.account.skills),
    ),
    (Field::new("note", Kind::Text, "Note").editable(), |one| {
        one.account.note.clone().into()
    }),
    (RUN_ID, |one| one.table.standings.run.clone().into()),
    (AS_OF, |one| one.table.standings.as_of.into()),
];

/// The properties.
pub const FIELDS: &[Field] = &fields(&COLUMNS);

/// All accounts as they stand on a day.
pub(in crate::ogc) struct Accounts {
    standings: Arc<Standings>,
}

impl Accounts {
    pub fn of(context: &Context) -> Result<Self> {
        Ok(Self {
            standings: context.standings()?,
        })
    }
}

impl Table for Accounts {
    type Row<'t> = AccountRow<'t>;

    fn layer(&self) -> Layer {
        Layer::Accounts
    }

    fn len(&self) -> usize {
        self.standings.accounts.len()
    }

    fn row(&self, at: usize) -> AccountRow<'_> {
        AccountRow {
            account: &self.standings.accounts[at],
            standing: &self.standings.rows[at],
            table: self,
        }
    }

    fn places(&self) -> &Places {
        self.standings.places.get_or_init(|| {
            let places = self.standings.accounts.iter();
            Places::new(places.map(|account| {
                let at = account.location?.at.rounded();
                Some(Bounds { min: at, max: at })
            }))
        })
    }

    fn orders(&self) -> &Orders {
        &self.standings.orders
    }
}

/// One account and where it stands.
pub(in crate::ogc) struct AccountRow<'t> {
    account: &'t Account,
    standing: &'t Standing,
    table: &'t Accounts,
}

impl Row for AccountRow<'_> {
    fn key(&self) -> &str {
        &self.account.id.0
    }

    fn id(&self) -> &str {
        &self.account.id.0
    }

    fn shape(&self) -> Option<Cow<'_, Geometry<f64>>> {
        let at = self.account.location?.at;
        Some(Cow::Owned(point(at).into()))
    }

    fn value(&self, field: usize) -> Cow<'_, Value> {
        Cow::Owned((COLUMNS[field].1)(self))
    }
}

pub(super) fn walk(context: &Context, walk: &Walk, each: Each<'_>) -> Result<()> {
    table::walk(&Accounts::of(context)?, walk, each);
    Ok(())
}

pub(super) fn one(context: &Context, id: &str) -> Result<Option<Feature>> {
    Ok(table::one(&Accounts::of(context)?, id))
}
