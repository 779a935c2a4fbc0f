//! Stands in for `osrm-routed` in OSRM's own behaviour suite: reads a small `.osm` file, builds the roads in memory and
//! answers the OSRM API until it is told to stop. See `scripts/osrm-suite`.
//!
//! usage: osrm_routed FILE.osm --profile car|testbot [--listen ADDRESS] [--data-version TEXT] [--small-component N]
//!        [--speeds FILE.csv]... [--max-table N] [--max-trip N] [--max-route N] [--max-alternatives N]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use axum::Router as Axum;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request as HttpRequest;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use rondo::api::osrm::{Request, answer};
use rondo::geometry::{LonLat, line_length};
use rondo::network::{Network, TurnModel};
use rondo::osm::car::{CarModel, Profile};
use rondo::osm::{
    self, Direction, Extract, NodeRules, RawWay, ReadOptions, RoadClass, Roads, Tags,
};
use rondo::osrm::{Services, Settings};
use rondo::routing::{MetricSpec, Router, SegmentSpeeds};
use rondo::units::Millis;

struct Args {
    file: PathBuf,
    profile: String,
    listen: SocketAddr,
    speeds: Vec<PathBuf>,
    settings: Settings,
}

fn args() -> anyhow::Result<Args> {
    let mut args = Args {
        file: PathBuf::new(),
        profile: "car".into(),
        listen: SocketAddr::from(([127, 0, 0, 1], 5000)),
        speeds: Vec::new(),
        settings: Settings::default(),
    };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        if !name.starts_with("--") {
            args.file = name.into();
            continue;
        }
        let value = given
            .next()
            .with_context(|| format!("{name} needs a value"))?;
        let limits = &mut args.settings.limits;
        match name.as_str() {
            "--profile" => args.profile = value,
            "--listen" => args.listen = value.parse()?,
            "--data-version" => args.settings.data_version = Some(value),
            "--small-component" => args.settings.small_component_nodes = value.parse()?,
            "--speeds" => args.speeds.push(value.into()),
            "--max-table" => limits.table_places = value.parse()?,
            "--max-trip" => limits.trip_places = value.parse()?,
            "--max-route" => limits.route_places = value.parse()?,
            "--max-alternatives" => limits.alternatives = value.parse()?,
            _ => bail!("unknown option {name}"),
        }
    }
    Ok(args)
}

fn main() -> anyhow::Result<()> {
    let mut args = args()?;
    let extract = osm::read(&args.file, &ReadOptions::default())?;
    let (roads, turns) = match args.profile.as_str() {
        "car" => {
            let car = CarModel {
                profile: Profile::parse(include_str!("../scripts/osrm-suite/car.toml"))?,
                ..CarModel::default()
            };
            (car.judge(&extract), TurnModel::default())
        }
        "testbot" => {
            args.settings.weight_name = "duration".into();
            testbot(extract)
        }
        other => bail!("no profile {other}"),
    };
    let (network, _) = Network::build_with(&roads, &turns);
    let mut router = Router::new(Arc::new(network));
    if !args.speeds.is_empty() {
        router = router.metric(&measured(&args.speeds)?)?;
    }
    let services = Arc::new(Services::new(router, args.settings, &args.profile));
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(serve(services, args.listen))
}

fn measured(files: &[PathBuf]) -> anyhow::Result<MetricSpec> {
    let mut lines = String::new();
    for file in files {
        lines.push_str(&read(file)?);
        lines.push('\n');
    }
    Ok(MetricSpec {
        speeds: Some(Arc::new(SegmentSpeeds::read(lines.as_bytes())?)),
        ..MetricSpec::default()
    })
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

async fn serve(services: Arc<Services>, address: SocketAddr) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    let app = Axum::new().fallback(move |request: HttpRequest| {
        let services = Arc::clone(&services);
        async move { respond(&services, request).await }
    });
    // The suite waits for this line.
    #[expect(clippy::print_stdout, reason = "a program's output")]
    {
        println!("running and waiting for requests");
    }
    axum::serve(listener, app).await?;
    Ok(())
}

async fn respond(services: &Services, request: HttpRequest) -> impl IntoResponse + use<> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 2 << 20).await.unwrap_or(Bytes::new());
    let header = parts.headers.get(header::CONTENT_TYPE);
    let media_type = header.and_then(|h| h.to_str().ok()).unwrap_or_default();
    let found = answer(
        services,
        &Request {
            method: parts.method.as_str(),
            target: parts.uri.path_and_query().map_or("", |text| text.as_str()),
            media_type,
            body: &body,
        },
    );
    let status = StatusCode::from_u16(found.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = [(header::CONTENT_TYPE, "application/json; charset=UTF-8")];
    (status, kind, found.json)
}

/// The roads of the suite's own vehicle, which takes every way at a round speed: 36 km/h on a primary road, half of it on a
/// secondary, a third on a tertiary, 24 elsewhere; 20 s to turn back, 7 s at lights.
fn testbot(mut extract: Extract) -> (Roads, TurnModel) {
    let ways = extract.ways.clone();
    for way in &mut extract.ways {
        let kept = ["name", "ref", "oneway", "toll"];
        let mut tags: Vec<(&str, &str)> = vec![("highway", "primary")];
        tags.extend(way.tags.iter().filter(|(key, _)| kept.contains(key)));
        if way.tags.is("junction", "roundabout") {
            tags.push(("junction", "roundabout"));
        }
        way.tags = tags.into_iter().collect();
    }
    let lights = |tags: &Tags| tags.is("highway", "traffic_signals");
    let signals: Vec<_> = std::mem::take(&mut extract.node_tags)
        .into_iter()
        .filter(|(_, tags)| lights(tags))
        .map(|(id, _)| id)
        .collect();
    let mut roads = CarModel::default().judge(&extract);
    roads.node_rules = signals
        .into_iter()
        .map(|id| {
            let rules = NodeRules {
                delay_forward: Millis::from_secs(7),
                delay_backward: Millis::from_secs(7),
                signals: true,
                ..NodeRules::default()
            };
            (id, rules)
        })
        .collect();
    let positions = extract.node_positions;
    for road in &mut roads.ways {
        let Some(way) = ways.iter().find(|way| way.id == road.id) else {
            continue;
        };
        let line: Vec<LonLat> = way
            .nodes
            .iter()
            .filter_map(|node| {
                let i = positions.binary_search_by_key(node, |(id, _)| *id).ok()?;
                Some(positions[i].1.to_lon_lat())
            })
            .collect();
        let [forward, backward] = speeds(way, line_length(&line).0);
        let set = |direction: &mut Option<Direction>, speed: f64| {
            if let Some(direction) = direction {
                direction.speed_kmh = speed;
                direction.reluctance = 1.0;
            }
        };
        set(&mut road.forward, forward);
        set(&mut road.backward, backward);
        if way.tags.is("highway", "motorway") {
            road.class = RoadClass::Motorway;
        }
    }
    let turns = TurnModel {
        sharpest: Millis::ZERO,
        turning_back: Millis::from_secs(20),
    };
    (roads, turns)
}

/// Speeds along and against a way, km/h.
fn speeds(way: &RawWay, length_m: f64) -> [f64; 2] {
    let number = |key: &str| way.tags.get(key).and_then(|text| text.parse::<f64>().ok());
    if let Some(seconds) = way.tags.get("duration").and_then(seconds) {
        return [length_m / seconds * 3.6; 2];
    }
    let usual = match way.tags.get("highway") {
        Some("primary") => 36.0,
        Some("secondary") => 18.0,
        Some("tertiary") => 12.0,
        Some("steps") => 6.0,
        _ => 24.0,
    };
    let [along, against] = if way.tags.is("highway", "river") {
        [usual * 1.5, usual / 1.5]
    } else {
        [usual, usual]
    };
    let limited = |speed: f64, key: &str| match (number(key), number("maxspeed")) {
        (Some(limit), _) if limit > 0.0 => limit,
        (_, Some(limit)) if limit > 0.0 => speed.min(limit),
        _ => speed,
    };
    [
        limited(along, "maxspeed:forward"),
        limited(against, "maxspeed:backward"),
    ]
}

/// `hh:mm`, `hh:mm:ss` or minutes.
fn seconds(text: &str) -> Option<f64> {
    let parts: Option<Vec<f64>> = text.split(':').map(|part| part.parse().ok()).collect();
    let seconds = match parts?[..] {
        [minutes] => minutes * 60.0,
        [hours, minutes] => (hours * 60.0 + minutes) * 60.0,
        [hours, minutes, seconds] => (hours * 60.0 + minutes) * 60.0 + seconds,
        _ => return None,
    };
    Some(seconds.max(1.0))
}
