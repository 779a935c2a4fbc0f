//! A prepared region: the roads of an extract with everything that planning needs of it, and its file.
//!
//! Preparing reads the extract, judges its tags and builds the network. The file holds sections with checksums (see
//! `network`); it is written beside its final name and renamed, so that a crash leaves the old file or none. The same
//! extract and options give the same bytes.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::island_names;
use crate::basemap::Background;
use crate::geometry::{Bounds, LonLat};
use crate::network::sections::{Reader, Writer, senseless};
use crate::network::{BuildReport, Network, SectionError, TurnModel};
use crate::osm::car::{CarModel, Mode, Profile};
use crate::osm::{
    self, BackgroundFeature, JudgeReport, OsmError, Place, Progress, ReadOptions, Source,
};
use crate::routing::{Hierarchy, Router};
use crate::units::Millis;

/// A region, ready to plan in. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Region {
    /// Where it comes from and what holds in it.
    pub meta: RegionMeta,
    /// Its roads.
    pub network: Arc<Network>,
    /// The index of its roads that routes are found with.
    pub hierarchy: Arc<Hierarchy>,
    /// Businesses, addresses and place names of the extract.
    pub places: Arc<Vec<Place>>,
    /// Shapes for the background map.
    pub background: Arc<Background>,
    /// What preparing read, kept and dropped.
    pub report: PrepareReport,
    /// Hash of all of the above, hexadecimal; part of every `run_id`.
    pub hash: String,
}

/// Where a region comes from and what holds in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegionMeta {
    /// The extract.
    pub source: Source,
    /// Name of the vehicle's profile.
    pub profile: String,
    /// Local time at which conditional tags were read.
    pub departure: NaiveDateTime,
    /// ISO 3166-1 alpha-2 code of the country that most roads lie in, or that was given; upper case.
    pub country: Option<String>,
    /// Whether most roads are driven on the left.
    pub drives_left: bool,
    /// IANA time zone at the middle of the roads.
    pub time_zone: String,
    /// Box around the roads, ferries left out.
    pub bounds: Bounds,
    /// Version of the program that prepared it.
    pub version: String,
}

/// What preparing read, kept and dropped.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PrepareReport {
    /// Ways that may carry traffic or ferries, as read.
    pub ways_read: u64,
    /// Positions of their nodes.
    pub nodes_read: u64,
    /// Turn restrictions, as read.
    pub restrictions_read: u64,
    /// Places, as read.
    pub places_read: u64,
    /// What the tag table kept and dropped.
    pub judged: JudgeReport,
    /// What the graph builder made.
    pub built: BuildReport,
}

/// How to prepare.
#[derive(Clone, Default)]
pub struct PrepareOptions {
    /// ISO 3166-1 alpha-2 code whose rules hold everywhere; `None` to look at where each road lies.
    pub country: Option<String>,
    /// Local time at which conditional tags are read; `None` for a working Tuesday, 10:00.
    pub departure: Option<NaiveDateTime>,
    /// The vehicle; `None` for an ordinary car.
    pub profile: Option<Profile>,
}

/// What preparing is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Reading the extract.
    Reading(Progress),
    /// Judging tags.
    Judging,
    /// Building the network.
    Building,
    /// Building the index that routes are found with.
    Ordering,
    /// Preparing the shapes of the background map.
    Drawing,
    /// Finding names and the time zone.
    Naming,
}

/// Why a region could not be prepared, saved or loaded.
#[derive(Debug, Error)]
pub enum RegionError {
    /// The extract cannot be read.
    #[error(transparent)]
    Extract(#[from] OsmError),
    /// The extract has no road for this vehicle.
    #[error("{file}: no road in it may be driven by a {profile}")]
    NoRoads {
        /// The extract.
        file: String,
        /// The vehicle.
        profile: String,
    },
    /// The file system refuses.
    #[error("{}: {source}", path.display())]
    Io {
        /// The region file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no region file of this version.
    #[error("{}: {source}; make it again with `rondo prepare EXTRACT -o {}`", path.display(), path.display())]
    File {
        /// The region file.
        path: PathBuf,
        /// What is wrong with it.
        source: SectionError,
    },
}

impl Region {
    /// Reads an extract and builds the region, telling `progress` what it does.
    ///
    /// # Errors
    /// When the extract cannot be read or has no roads.
    pub fn prepare(
        extract: &Path,
        options: &PrepareOptions,
        progress: &(dyn Fn(Step) + Sync),
    ) -> Result<Self, RegionError> {
        let on_read = |p: Progress| progress(Step::Reading(p));
        let read = ReadOptions {
            progress: Some(&on_read),
            threads: None,
        };
        Self::from_extract(osm::read(extract, &read)?, options, progress)
    }

    /// Builds the region of an extract that has been read.
    ///
    /// # Errors
    /// When it has no roads.
    pub fn from_extract(
        extract: osm::Extract,
        options: &PrepareOptions,
        progress: &(dyn Fn(Step) + Sync),
    ) -> Result<Self, RegionError> {
        progress(Step::Judging);
        let mut model = CarModel {
            country: options.country.clone(),
            profile: options.profile.clone().unwrap_or_else(Profile::car),
            ..CarModel::default()
        };
        model.departure = options.departure.unwrap_or(model.departure);
        let mut roads = model.judge(&extract);
        let mut report = PrepareReport {
            ways_read: extract.ways.len() as u64,
            nodes_read: extract.node_positions.len() as u64,
            restrictions_read: extract.restrictions.len() as u64,
            places_read: extract.places.len() as u64,
            ..PrepareReport::default()
        };
        let left = roads.ways.iter().filter(|way| way.drives_left).count();
        let drives_left = left * 2 > roads.ways.len();
        let (source, places, shapes) = kept(extract);
        let Some(bounds) = osm::road_bounds(&roads) else {
            return Err(RegionError::NoRoads {
                file: source.file,
                profile: model.profile.name,
            });
        };
        progress(Step::Drawing);
        let background = Background::build(shapes, bounds);
        progress(Step::Building);
        let (mut network, built) = Network::build_with(&roads, &turns(&model.profile));
        report.judged = std::mem::take(&mut roads.report);
        // They are as large as the network, and ordering needs room.
        drop(roads);
        report.built = built;
        progress(Step::Naming);
        network.name_islands(|island| island_names::name(island, &places));
        let meta = RegionMeta {
            profile: model.profile.name,
            departure: model.departure,
            country: model.country.or_else(|| main_country(&report.judged)),
            drives_left,
            time_zone: time_zone(bounds.centre()),
            bounds,
            version: env!("CARGO_PKG_VERSION").into(),
            source,
        };
        progress(Step::Ordering);
        let hierarchy = Hierarchy::build(&network);
        let mut region = Self {
            meta,
            network: Arc::new(network),
            hierarchy: Arc::new(hierarchy),
            places: Arc::new(places),
            background: Arc::new(background),
            report,
            hash: String::new(),
        };
        region.hash = region.writer().hash().to_hex().to_string();
        Ok(region)
    }

    /// Finds routes in the region.
    #[must_use]
    pub fn router(&self) -> Router {
        Router::with_hierarchy(Arc::clone(&self.network), Arc::clone(&self.hierarchy))
    }

    /// Writes the region to a file, replacing it at once and only when all is written.
    ///
    /// # Errors
    /// When the file system refuses; the old file is then still there.
    pub fn save(&self, path: &Path) -> Result<(), RegionError> {
        let failed = |source| RegionError::Io {
            path: path.to_owned(),
            source,
        };
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}.part", std::process::id()));
        let beside = PathBuf::from(beside);
        let written = File::create(&beside).and_then(|mut file| {
            self.writer().write_to(&mut file)?;
            file.sync_all()?;
            fs::rename(&beside, path)
        });
        if written.is_err() {
            // The part may not have been created at all; the first error is the one to tell.
            let _ = fs::remove_file(&beside);
        }
        written.map_err(failed)
    }

    /// Reads a region from its file.
    ///
    /// # Errors
    /// When it cannot be read, is damaged or cut off, of another version, or no region file at all.
    pub fn load(path: &Path) -> Result<Self, RegionError> {
        let file = File::open(path).map_err(|source| RegionError::Io {
            path: path.to_owned(),
            source,
        })?;
        Self::read(file).map_err(|source| RegionError::File {
            path: path.to_owned(),
            source,
        })
    }

    fn writer(&self) -> Writer<'_> {
        let mut writer = Writer::default();
        writer.value("meta", &self.meta);
        writer.value("report", &self.report);
        writer.value("places", self.places.as_ref());
        writer.bytes("background", self.background.to_bytes());
        self.network.write(&mut writer);
        self.hierarchy.write(&self.network, &mut writer);
        writer
    }

    fn read(file: impl Read) -> Result<Self, SectionError> {
        let mut reader = Reader::open(file)?;
        let network = Network::read(&mut reader)?;
        let hierarchy = Hierarchy::read(&mut reader, &network)?;
        let mut places: Vec<Place> = reader.value("places")?;
        places.shrink_to_fit();
        Ok(Self {
            meta: reader.value("meta")?,
            network: Arc::new(network),
            hierarchy: Arc::new(hierarchy),
            places: Arc::new(places),
            background: Arc::new(
                Background::from_bytes(&reader.bytes("background")?)
                    .map_err(|error| senseless("background", &error.to_string()))?,
            ),
            report: reader.value("report")?,
            hash: reader.hash().to_hex().to_string(),
        })
    }
}

/// What turning takes by this profile.
fn turns(profile: &Profile) -> TurnModel {
    let usual = match profile.mode {
        Mode::Car => TurnModel::default(),
        Mode::Foot => TurnModel::FREE,
        Mode::Bicycle => TurnModel {
            sharpest: Millis(5_000),
            turning_back: Millis(5_000),
            ..TurnModel::default()
        },
    };
    let millis = |seconds: Option<f64>, usual: Millis| {
        seconds.map_or(usual, |s| Millis((s * 1_000.0).round() as i64))
    };
    TurnModel {
        sharpest: millis(profile.turns.sharpest_s, usual.sharpest),
        turning_back: millis(profile.turns.turning_back_s, usual.turning_back),
        side_bias: profile.turns.side_bias.unwrap_or(usual.side_bias),
        ..usual
    }
}

/// The parts of an extract that outlive judging. The rest, which is most of it, goes free here.
fn kept(extract: osm::Extract) -> (Source, Vec<Place>, Vec<BackgroundFeature>) {
    (extract.source, extract.places, extract.background)
}

/// The country that most ways lie in; the first by code of several.
fn main_country(report: &JudgeReport) -> Option<String> {
    let most = report.countries.values().max()?;
    let (code, _) = report.countries.iter().find(|(_, ways)| *ways == most)?;
    (!code.is_empty()).then(|| code.clone())
}

/// IANA name of the time zone at a place; UTC where there is none.
fn time_zone(at: LonLat) -> String {
    let name = tzf_rs::DefaultFinder::new()
        .get_tz_name(at.lon, at.lat)
        .to_owned();
    if name.is_empty() { "UTC".into() } else { name }
}
