//! Puts the answers of the tag table together, way by way, node by node, relation by relation.

use std::collections::BTreeMap;

use super::access::{self, Sense, Verdict};
use super::conditional::Conditions;
use super::country::{self, Countries};
use super::oneway::{self, Flow};
use super::{CarModel, barriers, ferries, restrictions, speed};
use crate::geometry::{LonLat, LonLatE7, line_length};
use crate::osm::{
    Access, Direction, Extract, JudgeReport, OsmNodeId, RawWay, RoadClass, RoadWay, Roads, Tags,
};

/// See [`CarModel::judge`].
pub fn judge(model: &CarModel, extract: &Extract) -> Roads {
    let mut report = JudgeReport::default();
    let mut counts = BTreeMap::new();
    let mut conditions = Conditions::new(model.departure, &mut counts);
    let ways = judge_ways(model, extract, &mut report, &mut conditions);
    let node_rules = extract
        .node_tags
        .iter()
        .filter_map(|(id, tags)| Some((*id, barriers::rules(tags, &mut conditions)?)))
        .collect();
    let open = restrictions::OpenWays::new(&ways);
    let mut turns = Vec::new();
    for relation in &extract.restrictions {
        match restrictions::restriction(relation, &open, &mut conditions) {
            Ok(restriction) => turns.push(restriction),
            Err(reason) => *report.restrictions_dropped.entry(reason).or_default() += 1,
        }
    }
    report.restrictions_kept = turns.len() as u64;
    report.conditionals = counts;
    Roads {
        node_positions: used_positions(extract, &ways),
        node_rules,
        ways,
        restrictions: turns,
        report,
    }
}

fn judge_ways(
    model: &CarModel,
    extract: &Extract,
    report: &mut JudgeReport,
    conditions: &mut Conditions<'_>,
) -> Vec<RoadWay> {
    let mut countries = Countries::new(extract, model.country.as_deref());
    let mut kept = Vec::new();
    for way in &extract.ways {
        let runs = known_runs(extract, way);
        let Some((_, line)) = runs.first() else {
            drop_way(report, "fewer than two nodes in the extract".into());
            continue;
        };
        let class = match class(&way.tags) {
            Ok(class) => class,
            Err(reason) => {
                drop_way(report, reason);
                continue;
            }
        };
        let country = countries.of(line[0]);
        match road(way, class, &country, conditions) {
            Err(reason) => drop_way(report, reason),
            Ok(road) => {
                report.ways_kept += 1;
                *report.countries.entry(country).or_default() += 1;
                let whole: Vec<Vec<LonLat>> = runs
                    .iter()
                    .map(|(_, line)| line.iter().map(|p| p.to_lon_lat()).collect())
                    .collect();
                for ((nodes, _), line) in runs.into_iter().zip(whole) {
                    kept.push(RoadWay {
                        nodes,
                        ferry: matches!(class, RoadClass::Ferry | RoadClass::ShuttleTrain)
                            .then(|| ferries::crossing(&way.tags, class, line_length(&line))),
                        ..road.clone()
                    });
                }
            }
        }
    }
    kept
}

fn drop_way(report: &mut JudgeReport, reason: String) {
    *report.ways_dropped.entry(reason).or_default() += 1;
}

/// The stretches of a way whose nodes the extract holds, two nodes at least. Cut extracts miss some.
fn known_runs(extract: &Extract, way: &RawWay) -> Vec<(Vec<OsmNodeId>, Vec<LonLatE7>)> {
    let mut runs = Vec::new();
    let mut run = (Vec::new(), Vec::new());
    for &node in &way.nodes {
        match extract
            .node_positions
            .binary_search_by_key(&node, |(id, _)| *id)
        {
            Ok(i) if run.0.last() != Some(&node) => {
                run.0.push(node);
                run.1.push(extract.node_positions[i].1);
            }
            Ok(_) => {}
            Err(_) => runs.push(std::mem::take(&mut run)),
        }
    }
    runs.push(run);
    runs.retain(|(nodes, _)| nodes.len() > 1);
    runs
}

/// The class of a way, or the reason why it is no road for cars whatever its access tags say.
fn class(tags: &Tags) -> Result<RoadClass, String> {
    if let Some(class) = ferries::class(tags) {
        return Ok(class);
    }
    if tags.is("area", "yes") {
        return Err("area=yes".into());
    }
    if tags.is("impassable", "yes") || tags.is("smoothness", "impassable") {
        return Err("impassable".into());
    }
    let highway = tags.get("highway").unwrap_or_default();
    Ok(match highway {
        "motorway" => RoadClass::Motorway,
        "motorway_link" => RoadClass::MotorwayLink,
        "trunk" => RoadClass::Trunk,
        "trunk_link" => RoadClass::TrunkLink,
        "primary" => RoadClass::Primary,
        "primary_link" => RoadClass::PrimaryLink,
        "secondary" => RoadClass::Secondary,
        "secondary_link" => RoadClass::SecondaryLink,
        "tertiary" => RoadClass::Tertiary,
        "tertiary_link" => RoadClass::TertiaryLink,
        "unclassified" => RoadClass::Unclassified,
        "residential" => RoadClass::Residential,
        "living_street" => RoadClass::LivingStreet,
        "service" if tags.is("service", "emergency_access") => {
            return Err("service=emergency_access".into());
        }
        "service" => RoadClass::Service,
        "track" => RoadClass::Track,
        // Open to cars only where a tag for vehicles says so.
        "road" | "pedestrian" | "footway" | "path" | "cycleway" | "bridleway" => RoadClass::Other,
        _ => return Err(format!("highway={}", short(highway))),
    })
}

/// Long or odd values would swell the report.
fn short(value: &str) -> &str {
    let known = value.len() <= 24 && value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if known { value } else { "(other)" }
}

fn road(
    way: &RawWay,
    class: RoadClass,
    country: &str,
    conditions: &mut Conditions<'_>,
) -> Result<RoadWay, String> {
    let tags = &way.tags;
    let flow = oneway::flow(tags, conditions);
    if flow == Flow::Closed {
        return Err("oneway=reversible".into());
    }
    let forward = direction(tags, class, Sense::Forward, flow, country, conditions);
    let backward = direction(tags, class, Sense::Backward, flow, country, conditions);
    let (mut forward, mut backward) = match (forward, backward) {
        (Err(reason), Err(against)) => {
            return Err(if flow == Flow::Backward {
                against
            } else {
                reason
            });
        }
        (forward, backward) => (forward.ok(), backward.ok()),
    };
    let reluctance = speed::reluctance(tags, class, forward.is_some() && backward.is_some());
    for open in [&mut forward, &mut backward].into_iter().flatten() {
        open.reluctance = reluctance;
    }
    let drives_left = match tags.get("driving_side") {
        Some("left") => true,
        Some("right") => false,
        _ => country::drives_left(country),
    };
    Ok(RoadWay {
        id: way.id,
        nodes: Vec::new(),
        name: tags.get("name").unwrap_or_default().into(),
        reference: tags.get("ref").unwrap_or_default().into(),
        class,
        forward,
        backward,
        roundabout: oneway::is_roundabout(tags),
        toll: tags.is("toll", "yes"),
        drives_left,
        ferry: None,
    })
}

/// One direction, or why it is closed.
fn direction(
    tags: &Tags,
    class: RoadClass,
    sense: Sense,
    flow: Flow,
    country: &str,
    conditions: &mut Conditions<'_>,
) -> Result<Direction, String> {
    match (flow, sense) {
        (Flow::Backward, Sense::Forward) | (Flow::Forward, Sense::Backward) => {
            return Err("oneway".into());
        }
        _ => {}
    }
    let verdict = who(tags, class, sense, conditions);
    if verdict.access == Access::Closed {
        return Err(verdict.because.unwrap_or_else(|| {
            format!("highway={}", short(tags.get("highway").unwrap_or_default()))
        }));
    }
    Ok(Direction {
        speed_kmh: speed::speed(tags, class, sense, country, conditions),
        reluctance: 1.0,
        access: verdict.access,
    })
}

/// Who may drive: the tags, or what the class implies where they are silent.
fn who(tags: &Tags, class: RoadClass, sense: Sense, conditions: &mut Conditions<'_>) -> Verdict {
    if matches!(class, RoadClass::Ferry | RoadClass::ShuttleTrain) {
        return ferries::board(tags, sense, conditions);
    }
    let path = class == RoadClass::Other && !tags.is("highway", "road");
    let said = if path {
        access::tagged_for_vehicles(tags, sense, conditions)
    } else {
        access::tagged(tags, sense, conditions)
    };
    let implied = match class {
        _ if path => Access::Closed,
        // A farm may lie along a track, but tracks are no way through.
        RoadClass::Track if matches!(tags.get("tracktype"), Some("grade4" | "grade5")) => {
            Access::Closed
        }
        RoadClass::Track => Access::Restricted,
        _ => Access::Open,
    };
    said.unwrap_or(Verdict {
        access: implied,
        because: None,
    })
}

fn used_positions(extract: &Extract, ways: &[RoadWay]) -> Vec<(OsmNodeId, LonLatE7)> {
    let mut used: Vec<OsmNodeId> = ways.iter().flat_map(|w| &w.nodes).copied().collect();
    used.sort_unstable();
    used.dedup();
    let mut used = used.into_iter().peekable();
    extract
        .node_positions
        .iter()
        .filter(|(id, _)| used.next_if_eq(id).is_some())
        .copied()
        .collect()
}
