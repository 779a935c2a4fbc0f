//! Which turns are forbidden or commanded, as far as they concern a car, with a reason for each relation left out.

use std::collections::{BTreeMap, BTreeSet};

use super::conditional::{Conditions, Times, depends_on_time};
use super::profile::Mode;
use crate::osm::{
    Member, OsmNodeId, OsmWayId, RawRelation, Restriction, RestrictionKind, RoadWay, Slot, Via,
    When,
};

/// Keys from the most to the least specific, as for access, and the exceptions that lift the last one.
const fn keys(mode: Mode) -> (&'static [&'static str], &'static [&'static str]) {
    match mode {
        Mode::Car => (
            &[
                "restriction:motorcar",
                "restriction:motor_vehicle",
                "restriction:vehicle",
                "restriction",
            ],
            &["motorcar", "motor_vehicle", "vehicle"],
        ),
        Mode::Foot => (&["restriction:foot"], &[]),
        Mode::Bicycle => (
            &["restriction:bicycle", "restriction:vehicle", "restriction"],
            &["bicycle", "vehicle"],
        ),
    }
}

/// The open ways of the network, to look up what a relation speaks of.
pub struct OpenWays<'a> {
    by_id: BTreeMap<OsmWayId, Vec<&'a RoadWay>>,
}

impl<'a> OpenWays<'a> {
    /// Those of `ways` that `relations` speak of.
    pub fn new(ways: &'a [RoadWay], relations: &[RawRelation]) -> Self {
        let named: BTreeSet<OsmWayId> = relations
            .iter()
            .flat_map(|relation| &relation.members)
            .filter_map(|(member, _)| match member {
                Member::Way(way) => Some(*way),
                _ => None,
            })
            .collect();
        let mut by_id: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for way in ways.iter().filter(|way| named.contains(&way.id)) {
            by_id.entry(way.id).or_default().push(way);
        }
        Self { by_id }
    }

    fn holds(&self, way: OsmWayId, node: OsmNodeId) -> bool {
        self.nodes(way).any(|n| n == node)
    }

    fn is_open(&self, way: OsmWayId) -> bool {
        self.by_id.contains_key(&way)
    }

    fn nodes(&self, way: OsmWayId) -> impl Iterator<Item = OsmNodeId> {
        self.by_id
            .get(&way)
            .into_iter()
            .flatten()
            .flat_map(|run| run.nodes.iter().copied())
    }

    fn touch(&self, a: OsmWayId, b: OsmWayId) -> bool {
        self.nodes(a).any(|node| self.holds(b, node))
    }
}

/// What `relation` means for a car, or why it means nothing.
///
/// # Errors
/// The reason, fit for counting.
pub fn restriction(
    relation: &RawRelation,
    ways: &OpenWays<'_>,
    conditions: &mut Conditions,
) -> Result<Restriction, String> {
    let kind = kind(relation, conditions)?;
    let (mut from, mut to) = (Vec::new(), Vec::new());
    let (mut via_nodes, mut via_ways) = (Vec::new(), Vec::new());
    for (member, role) in &relation.members {
        match (role.as_str(), member) {
            ("from", Member::Way(way)) => from.push(*way),
            ("to", Member::Way(way)) => to.push(*way),
            ("via", Member::Node(node)) => via_nodes.push(*node),
            ("via", Member::Way(way)) => via_ways.push(*way),
            _ => {}
        }
    }
    if from.is_empty() || to.is_empty() {
        return Err("without from or to".into());
    }
    let several = |text: &str| {
        relation
            .tags
            .iter()
            .any(|(_, value)| value.starts_with(text))
    };
    if from.len() > 1 && !several("no_entry") {
        return Err("several from".into());
    }
    if to.len() > 1 && !several("no_exit") {
        return Err("several to".into());
    }
    from.retain(|way| ways.is_open(*way));
    to.retain(|way| ways.is_open(*way));
    if from.is_empty() {
        return Err("from a way that is closed or missing".into());
    }
    if to.is_empty() {
        return Err("to a way that is closed or missing".into());
    }
    let via = match (&via_nodes[..], &via_ways[..]) {
        ([node], []) => via_node(*node, &mut from, &mut to, ways)?,
        ([], [_, ..]) => via_chain(via_ways, &from, &to, ways)?,
        ([], []) => return Err("without via".into()),
        _ => return Err("several via nodes, or nodes and ways mixed".into()),
    };
    Ok(Restriction {
        id: relation.id,
        kind,
        from,
        via,
        to,
        holds: When::ALWAYS,
    })
}

/// What `relation` means at departure and in the slots of the day: once, with the times at which it holds, or, when it
/// commands different things at different times, several times.
///
/// # Errors
/// The reason why it means nothing at departure; what it means at other times is with it.
pub fn at_all_times(
    relation: &RawRelation,
    ways: &OpenWays<'_>,
    times: &mut Times<'_>,
) -> (Vec<Restriction>, Option<String>) {
    let at_departure = restriction(relation, ways, &mut times.departure);
    if !depends_on_time(&relation.tags) {
        return match at_departure {
            Ok(found) => (vec![found], None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
    }
    let mut found: Vec<Restriction> = Vec::new();
    let mut add = |one: Restriction, when: When| match found
        .iter_mut()
        .find(|known| known.kind == one.kind)
    {
        Some(known) => known.holds = known.holds.or(when),
        None => found.push(Restriction { holds: when, ..one }),
    };
    let reason = match at_departure {
        Ok(one) => {
            add(one, When::AT_DEPARTURE);
            None
        }
        Err(reason) => Some(reason),
    };
    for (slot, conditions) in Slot::ALL.into_iter().zip(&mut times.slots) {
        if let Ok(one) = restriction(relation, ways, conditions) {
            add(one, When::within(slot));
        }
    }
    (found, reason)
}

/// `no_*` or `only_*`, from the most specific tag that speaks to cars at the time of departure.
fn kind(relation: &RawRelation, conditions: &mut Conditions) -> Result<RestrictionKind, String> {
    let (keys, exceptions) = keys(conditions.mode());
    let exempt = relation.tags.get("except").is_some_and(|list| {
        list.split(';')
            .any(|mode| exceptions.contains(&mode.trim()))
    });
    if exempt {
        return Err("except this vehicle".into());
    }
    let mut conditional_only = false;
    for key in keys {
        let conditional = conditions.value(&relation.tags, key);
        conditional_only |= relation.tags.get(&format!("{key}:conditional")).is_some();
        if let Some(value) = conditional.as_deref().or_else(|| relation.tags.get(key)) {
            return match value {
                "none" | "no" => Err("lifted for this vehicle".into()),
                "no_u_turn" => Ok(RestrictionKind::NoUTurn),
                // While the lights are red; the turn itself is allowed.
                _ if value.ends_with("_on_red") => Err("on red only".into()),
                _ if value.starts_with("no_") => Ok(RestrictionKind::No),
                _ if value.starts_with("only_") => Ok(RestrictionKind::Only),
                _ => Err("an unknown kind of restriction".into()),
            };
        }
    }
    Err(if conditional_only {
        "conditional and not in force".into()
    } else {
        "for other vehicles".into()
    })
}

fn via_node(
    node: OsmNodeId,
    from: &mut Vec<OsmWayId>,
    to: &mut Vec<OsmWayId>,
    ways: &OpenWays<'_>,
) -> Result<Via, String> {
    from.retain(|way| ways.holds(*way, node));
    to.retain(|way| ways.holds(*way, node));
    if from.is_empty() || to.is_empty() {
        return Err("via not on from and to".into());
    }
    Ok(Via::Node(node))
}

/// Puts via ways in travel order: each touches the one before, the first touches `from`, the last `to`.
fn via_chain(
    via: Vec<OsmWayId>,
    from: &[OsmWayId],
    to: &[OsmWayId],
    ways: &OpenWays<'_>,
) -> Result<Via, String> {
    if via.iter().any(|way| !ways.is_open(*way)) {
        return Err("via a way that is closed or missing".into());
    }
    let connected = |via: &[OsmWayId]| {
        let touches =
            |side: &[OsmWayId], end: OsmWayId| side.iter().any(|way| ways.touch(*way, end));
        via.windows(2).all(|pair| ways.touch(pair[0], pair[1]))
            && via.first().is_some_and(|first| touches(from, *first))
            && via.last().is_some_and(|last| touches(to, *last))
    };
    if connected(&via) {
        return Ok(Via::Ways(via));
    }
    let reversed: Vec<_> = via.into_iter().rev().collect();
    if connected(&reversed) {
        return Ok(Via::Ways(reversed));
    }
    Err("via ways that do not join from and to".into())
}
