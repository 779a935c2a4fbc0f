//! Stands in for `osrm-routed` in OSRM's own behaviour suite: reads a small `.osm` file, builds the roads in memory and
//! answers the OSRM API until it is told to stop. See `scripts/osrm-suite`.
//!
//! usage: osrm_routed FILE.osm --profile car|testbot [--listen ADDRESS] [--data-version TEXT] [--small-component N]
//!        [--speeds FILE.csv]... [--max-table N] [--max-trip N] [--max-route N] [--max-alternatives N]
//!        [--keep-left] [--sides FILE.geojson] [--top-speed KMH] [--no-motorways] [--cardinal-directions] [--segment SECONDS]
//!        [--turn-bias N] [--departure UNIX_SECONDS --time-zones FILE.geojson]

mod conditions;
mod rounding;
mod sides;
mod testbot;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use axum::Router as Axum;
use axum::body::{Bytes, to_bytes};
use axum::extract::Request as HttpRequest;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use chrono::NaiveDateTime;
use rondo::api::osrm::{Request, answer};
use rondo::network::{Network, TurnModel};
use rondo::osm::car::{CarModel, Profile};
use rondo::osm::{self, Extract, ReadOptions, Roads};
use rondo::osrm::{Services, Settings};
use rondo::routing::{Router, SegmentSpeeds};
use rondo::units::Millis;

struct Args {
    file: PathBuf,
    profile: String,
    listen: SocketAddr,
    speeds: Vec<PathBuf>,
    settings: Settings,
    keep_left: bool,
    sides: Option<PathBuf>,
    top_speed: Option<f64>,
    no_motorways: bool,
    cardinal_directions: bool,
    segment_s: Option<f64>,
    turn_bias: Option<f64>,
    departure: Option<i64>,
    time_zones: Option<PathBuf>,
}

fn args() -> anyhow::Result<Args> {
    let mut args = Args {
        file: PathBuf::new(),
        profile: "car".into(),
        listen: SocketAddr::from(([127, 0, 0, 1], 5000)),
        speeds: Vec::new(),
        settings: Settings::default(),
        keep_left: false,
        sides: None,
        top_speed: None,
        no_motorways: false,
        cardinal_directions: false,
        segment_s: None,
        turn_bias: None,
        departure: None,
        time_zones: None,
    };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        if !name.starts_with("--") {
            args.file = name.into();
            continue;
        }
        let flag = match name.as_str() {
            "--keep-left" => Some(&mut args.keep_left),
            "--no-motorways" => Some(&mut args.no_motorways),
            "--cardinal-directions" => Some(&mut args.cardinal_directions),
            _ => None,
        };
        if let Some(flag) = flag {
            *flag = true;
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
            "--sides" => args.sides = Some(value.into()),
            "--top-speed" => args.top_speed = Some(value.parse()?),
            "--segment" => args.segment_s = Some(value.parse()?),
            "--turn-bias" => args.turn_bias = Some(value.parse()?),
            "--departure" => args.departure = Some(value.parse()?),
            "--time-zones" => args.time_zones = Some(value.into()),
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
    let mut extract = osm::read(&args.file, &ReadOptions::default())?;
    rounding::round_positions(&mut extract);
    let local = conditions::prepare(&mut extract, args.departure, args.time_zones.as_deref())?;
    let sides = sides::tagged(&extract);
    let durations = rounding::with_duration(&extract);
    let (mut roads, turns) = match args.profile.as_str() {
        "car" => {
            let mut turns = TurnModel {
                grain: Millis(100),
                ..TurnModel::default()
            };
            turns.side_bias = args.turn_bias.unwrap_or(turns.side_bias);
            (car(&args, &extract, local)?, turns)
        }
        "testbot" => {
            args.settings.weight_name = "duration".into();
            testbot::roads(extract)
        }
        other => bail!("no profile {other}"),
    };
    if let Some(file) = &args.sides {
        sides::apply(&mut roads, &sides, file)?;
    }
    for way in &mut roads.ways {
        way.drives_left |= args.keep_left;
    }
    let (network, _) = Network::build_with(&roads, &turns);
    let measured = measured(&args.speeds)?;
    let network = rounding::round_times(&network, &roads, args.segment_s, &measured, &durations);
    let router = Router::new(Arc::new(network));
    let services = Arc::new(Services::new(router, args.settings, &args.profile));
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(serve(services, args.listen))
}

fn car(args: &Args, extract: &Extract, local: Option<NaiveDateTime>) -> anyhow::Result<Roads> {
    let mut profile = Profile::parse(include_str!("../../scripts/osrm-suite/car.toml"))?;
    profile.top_speed = args.top_speed;
    profile.cardinal_directions = args.cardinal_directions;
    if args.no_motorways {
        for class in ["motorway", "motorway_link"] {
            profile.speeds.insert(class.into(), 0.0);
        }
    }
    let mut car = CarModel {
        profile,
        ..CarModel::default()
    };
    if let Some(local) = local {
        car.departure = local;
    }
    Ok(car.judge(extract))
}

fn measured(files: &[PathBuf]) -> anyhow::Result<SegmentSpeeds> {
    let mut lines = String::new();
    for file in files {
        lines.push_str(&read(file)?);
        lines.push('\n');
    }
    Ok(SegmentSpeeds::read(lines.as_bytes())?)
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
    let target = parts.uri.path_and_query().map_or("", |text| text.as_str());
    let target = rounding::round_target(target);
    let body = rounding::round_body(&body);
    let found = answer(
        services,
        &Request {
            method: parts.method.as_str(),
            target: &target,
            media_type,
            body: &body,
        },
    );
    let status = StatusCode::from_u16(found.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = [(header::CONTENT_TYPE, "application/json; charset=UTF-8")];
    (status, kind, found.json)
}
