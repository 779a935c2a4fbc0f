//! Puts the answers of the tag table together, way by way, node by node, relation by relation.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::access::{self, Sense, Verdict};
use super::conditional::{Conditions, Times, depends_on_time};
use super::country::{self, Countries};
use super::directions::Routes;
use super::oneway::{self, Flow};
use super::profile::{Mode, Profile};
use super::{CarModel, barriers, ferries, restrictions, sizes, speed};
use crate::geometry::{LonLat, LonLatE7, line_length};
use crate::osm::{
    Access, Direction, Extract, JudgeReport, OsmNodeId, RawWay, RoadClass, RoadWay, Roads, Tags,
};
use crate::units::Metres;

/// Ways judged by one thread at a time. Fixed, so that the answer does not hang on the number of threads.
const CHUNK: usize = 8_192;

/// See [`CarModel::judge`].
pub fn judge(model: &CarModel, extract: &Extract) -> Roads {
    let mut report = JudgeReport::default();
    let mut ways = Vec::new();
    let shares: Vec<_> = extract
        .ways
        .par_chunks(CHUNK)
        .map(|chunk| judge_ways(model, extract, chunk))
        .collect();
    for (mut judged, of_chunk) in shares {
        ways.append(&mut judged);
        absorb(&mut report, of_chunk);
    }
    if model.profile.cardinal_directions {
        let routes = Routes::new(&extract.routes);
        for way in &mut ways {
            routes.name(way);
        }
    }
    let mut times = Times::new(&model.profile, model.departure);
    let node_rules = extract
        .node_tags
        .iter()
        .filter_map(|(id, tags)| Some((*id, barriers::rules(tags, &mut times.departure)?)))
        .collect();
    let open = restrictions::OpenWays::new(&ways, &extract.restrictions);
    let mut turns = Vec::new();
    for relation in &extract.restrictions {
        let (found, dropped) = restrictions::at_all_times(relation, &open, &mut times);
        match dropped {
            Some(reason) => *report.restrictions_dropped.entry(reason).or_default() += 1,
            None => report.restrictions_kept += 1,
        }
        turns.extend(found);
    }
    count_conditions(&mut report, times.departure.counts);
    Roads {
        node_positions: used_positions(extract, &ways),
        node_rules,
        ways,
        restrictions: turns,
        report,
    }
}

fn absorb(report: &mut JudgeReport, part: JudgeReport) {
    report.ways_kept += part.ways_kept;
    for (reason, count) in part.ways_dropped {
        *report.ways_dropped.entry(reason).or_default() += count;
    }
    for (country, count) in part.countries {
        *report.countries.entry(country).or_default() += count;
    }
    count_conditions(report, part.conditionals);
}

fn count_conditions(report: &mut JudgeReport, counts: BTreeMap<String, [u64; 3]>) {
    for (key, columns) in counts {
        let sums = report.conditionals.entry(key).or_default();
        for (sum, count) in sums.iter_mut().zip(columns) {
            *sum += count;
        }
    }
}

fn judge_ways(model: &CarModel, extract: &Extract, ways: &[RawWay]) -> (Vec<RoadWay>, JudgeReport) {
    let mut report = JudgeReport::default();
    let mut times = Times::new(&model.profile, model.departure);
    let mut countries = Countries::new(extract, model.country.as_deref());
    let mut kept = Vec::new();
    for way in ways {
        match judge_way(way, extract, &mut countries, &mut times) {
            Err(reason) => *report.ways_dropped.entry(reason).or_default() += 1,
            Ok((mut runs, country)) => {
                report.ways_kept += 1;
                // A ferry may start at a far shore: it says nothing about where the roads are.
                if runs.iter().all(|run| run.ferry.is_none()) {
                    *report.countries.entry(country).or_default() += 1;
                }
                kept.append(&mut runs);
            }
        }
    }
    report.conditionals = times.departure.counts;
    (kept, report)
}

/// The runs of a way that a car may use and the country they lie in, or why there are none.
fn judge_way(
    way: &RawWay,
    extract: &Extract,
    countries: &mut Countries<'_>,
    times: &mut Times<'_>,
) -> Result<(Vec<RoadWay>, String), String> {
    let class = class(&way.tags, times.departure.profile())?;
    let runs = known_runs(extract, way);
    let (_, line) = runs.first().ok_or("fewer than two nodes in the extract")?;
    let country = countries.of(line[0]);
    let mut road = road_at_all_times(way, class, &country, times)?;
    if times.departure.mode() == Mode::Car && way.tags.is("bridge", "movable") {
        let metres = runs.iter().map(|(_, line)| length(line)).sum();
        road.wait_for_bridge(ferries::movable_bridge(&way.tags, metres));
    }
    let ferry = |line: &[LonLatE7]| {
        matches!(class, RoadClass::Ferry | RoadClass::ShuttleTrain).then(|| {
            let profile = times.departure.profile();
            ferries::crossing(profile, &way.tags, class, length(line))
        })
    };
    let runs = runs
        .into_iter()
        .map(|(nodes, line)| RoadWay {
            nodes,
            ferry: ferry(&line),
            ..road.clone()
        })
        .collect();
    Ok((runs, country))
}

fn length(line: &[LonLatE7]) -> Metres {
    let line: Vec<LonLat> = line.iter().map(|at| at.to_lon_lat()).collect();
    line_length(&line)
}

impl RoadWay {
    /// Drives over a bridge that opens at no more than this, at any time of day.
    fn wait_for_bridge(&mut self, kmh: f64) {
        let slots = self.slots.iter_mut().flat_map(|slots| slots.iter_mut());
        let directions = slots
            .flatten()
            .chain([&mut self.forward, &mut self.backward]);
        for direction in directions.flatten() {
            direction.speed_kmh = kmh;
        }
    }
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

/// The class of a way, or the reason why it is no road for such vehicles whatever its access tags say.
fn class(tags: &Tags, profile: &Profile) -> Result<RoadClass, String> {
    let mode = profile.mode;
    if let Some(class) = ferries::class(tags) {
        return Ok(class);
    }
    if tags.is("area", "yes") {
        return Err("area=yes".into());
    }
    if let Some(works) = tags.get("construction")
        && !matches!(works, "no" | "widening" | "minor")
    {
        return Err("construction".into());
    }
    let wheels = mode != Mode::Foot;
    let impassable = [
        ("impassable", "yes"),
        ("status", "impassable"),
        ("smoothness", "impassable"),
    ];
    if wheels && impassable.iter().any(|(key, value)| tags.is(key, value)) {
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
        // Driven in winter only, on ice: open as other roads are, where they are mapped.
        "winter_road" | "ice_road" => RoadClass::Other,
        "steps" if mode != Mode::Car => RoadClass::Other,
        "corridor" | "platform" | "elevator" if mode == Mode::Foot => RoadClass::Other,
        "construction" | "proposed" | "steps" | "" => {
            return Err(format!("highway={}", short(highway)));
        }
        _ if profile.paths_by_access => RoadClass::Other,
        _ => return Err(format!("highway={}", short(highway))),
    })
}

/// The road at departure, with what differs in the slots of the day.
fn road_at_all_times(
    way: &RawWay,
    class: RoadClass,
    country: &str,
    times: &mut Times<'_>,
) -> Result<RoadWay, String> {
    let at_departure = road(way, class, country, &mut times.departure);
    if !depends_on_time(&way.tags) {
        return at_departure;
    }
    let in_slots = times
        .slots
        .each_mut()
        .map(|conditions| road(way, class, country, conditions));
    let directions = |road: &Result<RoadWay, String>| match road {
        Ok(road) => [road.forward, road.backward],
        Err(_) => [None, None],
    };
    let usual = directions(&at_departure);
    let slots = in_slots.each_ref().map(directions);
    if slots.iter().all(|slot| *slot == usual) {
        return at_departure;
    }
    // A road that is closed at departure is known by a slot in which it is open.
    let closed = at_departure.is_err();
    let open = |reason| in_slots.into_iter().find_map(Result::ok).ok_or(reason);
    let mut road = at_departure.or_else(open)?;
    if closed {
        (road.forward, road.backward) = (None, None);
    }
    road.slots = Some(Box::new(slots));
    Ok(road)
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
    conditions: &mut Conditions,
) -> Result<RoadWay, String> {
    let tags = &way.tags;
    if let Some(reason) = sizes::too_large(&conditions.profile().vehicle, tags) {
        return Err(reason);
    }
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
    let two_way = forward.is_some() && backward.is_some();
    let profile = conditions.profile();
    for (open, sense) in [
        (&mut forward, Sense::Forward),
        (&mut backward, Sense::Backward),
    ] {
        if let Some(open) = open {
            open.reluctance = speed::reluctance(profile, tags, class, sense, two_way);
        }
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
        pronunciation: tags.get("name:pronunciation").unwrap_or_default().into(),
        reference: tags.get("ref").map(spaced).unwrap_or_default(),
        back_reference: None,
        class,
        forward,
        backward,
        slots: None,
        roundabout: oneway::is_roundabout(tags),
        toll: tags.is("toll", "yes"),
        drives_left,
        tunnel: tags.get("tunnel").is_some_and(|kind| kind != "no"),
        private_service: is_private_service(tags),
        ferry: None,
    })
}

/// A list of references with a space after each semicolon, as people read it.
fn spaced(list: &str) -> String {
    let entries: Vec<&str> = list.split(';').map(str::trim).collect();
    entries.join("; ")
}

/// Whether the most specific access tag of a service road says private.
fn is_private_service(tags: &Tags) -> bool {
    let keys = ["motorcar", "motor_vehicle", "vehicle", "access"];
    let said = keys.iter().find_map(|key| tags.get(key));
    tags.is("highway", "service") && said == Some("private")
}

/// One direction, or why it is closed.
fn direction(
    tags: &Tags,
    class: RoadClass,
    sense: Sense,
    flow: Flow,
    country: &str,
    conditions: &mut Conditions,
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
    let speed_kmh = speed::speed(tags, class, sense, country, conditions)
        .ok_or("a road that the profile leaves out")?;
    let access = if conditions.mode() == Mode::Car && access::is_for_car_pools(tags, sense) {
        Access::Restricted
    } else {
        verdict.access
    };
    Ok(Direction {
        speed_kmh,
        reluctance: 1.0,
        access,
    })
}

/// Who may drive: the tags, or what the class implies where they are silent.
fn who(tags: &Tags, class: RoadClass, sense: Sense, conditions: &mut Conditions) -> Verdict {
    if matches!(class, RoadClass::Ferry | RoadClass::ShuttleTrain) {
        return ferries::board(tags, sense, conditions);
    }
    let mode = conditions.mode();
    let path = class == RoadClass::Other
        && !matches!(
            tags.get("highway"),
            Some("road" | "winter_road" | "ice_road")
        );
    if mode == Mode::Car && conditions.profile().paths_by_access {
        let aside = path || class == RoadClass::Track || tags.is("highway", "road");
        return by_access(access::tagged(tags, sense, conditions), aside);
    }
    let said = if path && mode == Mode::Car {
        access::tagged_for_vehicles(tags, sense, conditions)
    } else {
        access::tagged(tags, sense, conditions)
    };
    let implied = match mode {
        Mode::Car => implied_for_cars(tags, class, path),
        Mode::Foot => implied_on_foot(tags),
        Mode::Bicycle => implied_by_bicycle(tags),
    };
    said.unwrap_or(Verdict {
        access: implied,
        because: None,
    })
}

/// As [`Profile::paths_by_access`] has it.
fn by_access(said: Option<Verdict>, aside: bool) -> Verdict {
    match said {
        Some(said) if aside && said.access == Access::Restricted => Verdict {
            access: Access::Closed,
            ..said
        },
        Some(said) => said,
        None => Verdict {
            access: if aside { Access::Closed } else { Access::Open },
            because: None,
        },
    }
}

fn implied_for_cars(tags: &Tags, class: RoadClass, path: bool) -> Access {
    match class {
        _ if path => Access::Closed,
        // A farm may lie along a track, but tracks are no way through.
        RoadClass::Track if matches!(tags.get("tracktype"), Some("grade4" | "grade5")) => {
            Access::Closed
        }
        RoadClass::Track => Access::Restricted,
        _ => Access::Open,
    }
}

fn implied_on_foot(tags: &Tags) -> Access {
    let walled_off = matches!(
        tags.get("highway"),
        Some("motorway" | "motorway_link" | "trunk" | "trunk_link")
    );
    // A pavement makes any road a road for walkers.
    let pavement = [
        "sidewalk",
        "sidewalk:left",
        "sidewalk:right",
        "sidewalk:both",
    ]
    .iter()
    .any(|key| {
        tags.get(key)
            .is_some_and(|value| !matches!(value, "no" | "none"))
    });
    if tags.is("motorroad", "yes") || (walled_off && !pavement) {
        Access::Closed
    } else {
        Access::Open
    }
}

fn implied_by_bicycle(tags: &Tags) -> Access {
    let closed = matches!(
        tags.get("highway"),
        Some("motorway" | "motorway_link" | "footway" | "bridleway" | "steps")
    );
    if closed || tags.is("motorroad", "yes") {
        Access::Closed
    } else {
        Access::Open
    }
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
