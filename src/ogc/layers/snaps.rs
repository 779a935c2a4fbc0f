//! Where accounts meet the roads.

use std::borrow::Cow;
use std::sync::Arc;

use geo::Geometry;
use rayon::prelude::*;

use super::super::feature::{Feature, Value};
use super::super::layer::Layer;
use super::super::orders::Orders;
use super::super::places::Places;
use super::super::row::Row;
use super::super::schema::{AS_OF, Field, Kind, RUN_ID, fields};
use super::super::service::{Context, Each, Walk};
use super::super::standings::Standings;
use super::super::table::{self, Table};
use super::roads::Roads;
use super::{metres, point};
use crate::accounts::Account;
use crate::geometry::Bounds;
use crate::network::{Edge, Network, Side, Snap};
use crate::planner::Result;

const SIDES: &[&str] = &["left", "right", "on"];

/// What a property of a snap is.
type Column = (Field, fn(&SnapRow<'_>) -> Value);

/// The properties, each with what it is.
const COLUMNS: [Column; 12] = [
    (
        Field::new("account", Kind::Text, "Id of the account"),
        |one| one.account.id.0.clone().into(),
    ),
    (
        Field::new("name", Kind::Text, "Name of the account"),
        |one| one.account.name.clone().into(),
    ),
    (
        Field::new(
            "snap_m",
            Kind::Real,
            "Metres from the account to this place on the road",
        ),
        |one| metres(one.snap.distance.0).into(),
    ),
    (
        Field::new(
            "side",
            Kind::Code(SIDES),
            "Side of the road on which the account lies, looking along the road",
        ),
        |one| side(one.snap.side).into(),
    ),
    (
        Field::new("road", Kind::Text, "Id of the road, as in the layer roads"),
        |one| one.road().into(),
    ),
    (Field::new("way", Kind::Int, "OSM way"), |one| {
        one.edge().way().0.into()
    }),
    (
        Field::new("road_name", Kind::Text, "Name of the road"),
        |one| {
            Some(one.edge().name().to_owned())
                .filter(|name| !name.is_empty())
                .into()
        },
    ),
    (
        Field::new(
            "component",
            Kind::Int,
            "Part of the network, as in the layer roads",
        ),
        |one| (one.table.network.component(one.snap.edge) as u64).into(),
    ),
    (
        Field::new(
            "account_lon",
            Kind::Real,
            "Where the account is, degrees east",
        ),
        |one| one.account.location.map(|place| place.at.lon).into(),
    ),
    (
        Field::new(
            "account_lat",
            Kind::Real,
            "Where the account is, degrees north",
        ),
        |one| one.account.location.map(|place| place.at.lat).into(),
    ),
    (RUN_ID, |one| {
        one.table.standings.coverage.run_id.clone().into()
    }),
    (AS_OF, |one| one.table.standings.as_of.into()),
];

/// The properties.
pub const FIELDS: &[Field] = &fields(&COLUMNS);

/// Where accounts meet the roads, found once per state of the book.
#[derive(Debug)]
pub(in crate::ogc) struct Met {
    /// Place of the account in the list of all, and its snap; accounts that no road is near are left out.
    rows: Vec<(u32, Snap)>,
    places: Places,
    orders: Orders,
}

/// All snaps of a book.
pub(in crate::ogc) struct Snaps {
    standings: Arc<Standings>,
    network: Arc<Network>,
    roads: Arc<Roads>,
    met: Arc<Met>,
}

impl Snaps {
    pub fn of(context: &Context) -> Result<Self> {
        let standings = context.standings()?;
        let planner = context.planner();
        let met = standings.snaps.get_or_init(|| {
            let rows: Vec<(u32, Snap)> = standings
                .accounts
                .par_iter()
                .enumerate()
                .filter_map(|(at, account)| {
                    let snap = planner.ground.snap_account(account, &planner.settings)?;
                    Some((at as u32, snap))
                })
                .collect();
            let boxes = rows.iter().map(|(_, snap)| {
                let at = snap.at.rounded();
                Some(Bounds { min: at, max: at })
            });
            Arc::new(Met {
                places: Places::new(boxes),
                orders: Orders::default(),
                rows,
            })
        });
        Ok(Self {
            met: Arc::clone(met),
            network: Arc::clone(planner.ground.network()),
            roads: Arc::clone(context.service.roads()),
            standings,
        })
    }
}

impl Table for Snaps {
    type Row<'t> = SnapRow<'t>;

    fn layer(&self) -> Layer {
        Layer::Snaps
    }

    fn len(&self) -> usize {
        self.met.rows.len()
    }

    fn row(&self, at: usize) -> SnapRow<'_> {
        let (account, snap) = &self.met.rows[at];
        SnapRow {
            account: &self.standings.accounts[*account as usize],
            snap,
            table: self,
        }
    }

    fn places(&self) -> &Places {
        &self.met.places
    }

    fn orders(&self) -> &Orders {
        &self.met.orders
    }
}

/// Where one account meets the roads.
pub(in crate::ogc) struct SnapRow<'t> {
    account: &'t Account,
    snap: &'t Snap,
    table: &'t Snaps,
}

impl SnapRow<'_> {
    fn edge(&self) -> Edge<'_> {
        self.table.network.edge(self.snap.edge)
    }

    fn road(&self) -> String {
        let id = self.table.roads.under(&self.table.network, self.snap);
        id.to_string()
    }
}

impl Row for SnapRow<'_> {
    fn key(&self) -> &str {
        &self.account.id.0
    }

    fn id(&self) -> &str {
        &self.account.id.0
    }

    fn shape(&self) -> Option<Cow<'_, Geometry<f64>>> {
        Some(Cow::Owned(point(self.snap.at).into()))
    }

    fn value(&self, field: usize) -> Cow<'_, Value> {
        Cow::Owned((COLUMNS[field].1)(self))
    }
}

const fn side(side: Side) -> &'static str {
    match side {
        Side::Left => "left",
        Side::Right => "right",
        Side::On => "on",
    }
}

pub(super) fn walk(context: &Context, walk: &Walk, each: Each<'_>) -> Result<()> {
    table::walk(&Snaps::of(context)?, walk, each);
    Ok(())
}

pub(super) fn one(context: &Context, id: &str) -> Result<Option<Feature>> {
    Ok(table::one(&Snaps::of(context)?, id))
}
