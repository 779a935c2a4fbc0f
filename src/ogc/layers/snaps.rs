//! Where accounts meet the roads.

use super::super::feature::Feature;
use super::super::schema::{AS_OF, Field, Kind};
use super::super::service::{Context, Each, Walk};
use super::{accounts, metres, point};
use crate::accounts::Account;
use crate::network::Side;
use crate::planner::Result;

const SIDES: &[&str] = &["left", "right", "on"];

/// The properties.
pub const FIELDS: &[Field] = &[
    Field::new("account", Kind::Text, "Id of the account"),
    Field::new("name", Kind::Text, "Name of the account"),
    Field::new(
        "snap_m",
        Kind::Real,
        "Metres from the account to this place on the road",
    ),
    Field::new(
        "side",
        Kind::Code(SIDES),
        "Side of the road on which the account lies, looking along the road",
    ),
    Field::new("road", Kind::Text, "Id of the road, as in the layer roads"),
    Field::new("way", Kind::Int, "OSM way"),
    Field::new("road_name", Kind::Text, "Name of the road"),
    Field::new(
        "component",
        Kind::Int,
        "Part of the network, as in the layer roads",
    ),
    Field::new(
        "account_lon",
        Kind::Real,
        "Where the account is, degrees east",
    ),
    Field::new(
        "account_lat",
        Kind::Real,
        "Where the account is, degrees north",
    ),
    AS_OF,
];

pub(super) fn walk(context: &Context, walk: &Walk, each: Each<'_>) -> Result<()> {
    // The place on the road may lie inside a box that leaves its account outside: no hint about places helps here.
    let everywhere = Walk {
        within: Vec::new(),
        ..walk.clone()
    };
    let as_of = context.as_of()?;
    accounts::slices(
        context,
        &everywhere,
        &mut |account| match feature(context, account, as_of) {
            Some(feature) => each(feature),
            None => std::ops::ControlFlow::Continue(()),
        },
    )
}

pub(super) fn one(context: &Context, id: &str) -> Result<Option<Feature>> {
    let account = context.planner().store.account(&id.into())?;
    let as_of = context.as_of()?;
    Ok(account.and_then(|account| feature(context, account, as_of)))
}

/// `None` for accounts that no road is near.
fn feature(
    context: &Context,
    account: Account,
    as_of: Option<chrono::DateTime<chrono::Utc>>,
) -> Option<Feature> {
    let planner = context.planner();
    let snap = planner.ground.snap_account(&account, &planner.settings)?;
    let place = account.location?;
    let network = planner.ground.network();
    let edge = network.edge(snap.edge);
    let road = snap
        .reverse
        .map_or(snap.edge, |reverse| reverse.min(snap.edge));
    let side = match snap.side {
        Side::Left => "left",
        Side::Right => "right",
        Side::On => "on",
    };
    Some(Feature {
        key: account.id.0.clone(),
        shape: Some(point(snap.at).into()),
        values: vec![
            account.id.0.clone().into(),
            account.name.into(),
            metres(snap.distance.0).into(),
            side.into(),
            road.0.to_string().into(),
            edge.way().0.into(),
            Some(edge.name().to_owned())
                .filter(|name| !name.is_empty())
                .into(),
            (network.component(snap.edge) as u64).into(),
            place.at.lon.into(),
            place.at.lat.into(),
            as_of.into(),
        ],
        id: account.id.0,
    })
}
