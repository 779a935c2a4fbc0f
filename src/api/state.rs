//! What all handlers share: [`App`]. Cheap to clone; bound to a port first, given its region and book when they are loaded.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::clock;
use super::job_list::Jobs;
use super::metrics::Metrics;
use super::ogc::ProcessJobs;
use super::options::Options;
use super::problem::{Kind, Problem};
use super::tile_cache::TileCache;
use crate::ogc;
use crate::osrm::{self, Services};
use crate::planner::geocode::Geocoder;
use crate::planner::{Ground, Planner, Region, Settings};
use crate::store::Store;

/// The server's shared state.
#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    options: Options,
    metrics: Metrics,
    in_flight: Semaphore,
    reading: Arc<Semaphore>,
    planning: Arc<Semaphore>,
    importing: Arc<Semaphore>,
    jobs: Jobs,
    process_jobs: ProcessJobs,
    loaded: OnceLock<Arc<Loaded>>,
}

/// What answers stand on.
pub struct Loaded {
    /// The region.
    pub region: Region,
    /// The book.
    pub store: Arc<dyn Store>,
    /// Answers questions about both.
    pub planner: Planner,
    /// Tiles cut lately.
    pub(super) tiles: TileCache,
    /// Answers in the words of the OSRM API, for the region's own profile.
    osrm: Services,
    /// The same for the other profiles, by name.
    osrm_of: BTreeMap<String, Services>,
    /// Made at the first import; most servers never need it.
    geocoder: OnceLock<Geocoder>,
    /// Made at the first question from a GIS.
    ogc: OnceLock<ogc::Service>,
}

/// Bytes of tiles that are kept.
const TILE_CACHE: usize = 32 << 20;

impl Loaded {
    /// A region, a book and what the team has set.
    #[must_use]
    pub fn new(region: Region, store: Arc<dyn Store>, settings: Settings) -> Self {
        let ground = Ground::of(&region);
        Self {
            osrm: Services::new(ground.router.clone(), osrm_settings(&region), &region.hash),
            osrm_of: BTreeMap::new(),
            planner: Planner::new(ground, Arc::clone(&store), settings),
            store,
            region,
            tiles: TileCache::new(TILE_CACHE),
            geocoder: OnceLock::new(),
            ogc: OnceLock::new(),
        }
    }

    /// The same with the roads of another region beside, for questions that name its profile.
    #[must_use]
    pub fn with_profile(mut self, other: &Region) -> Self {
        let (name, router) = (other.meta.profile.clone(), other.router());
        let osrm = Services::new(router.clone(), osrm_settings(other), &other.hash)
            .with_limits(self.osrm.settings().limits);
        self.osrm_of.insert(name.clone(), osrm);
        self.planner.ground.profiles.insert(name, router);
        self
    }

    /// The same with other limits for the OSRM API.
    #[must_use]
    pub fn with_osrm_limits(mut self, limits: osrm::Limits) -> Self {
        self.osrm = self.osrm.with_limits(limits);
        let others = std::mem::take(&mut self.osrm_of).into_iter();
        self.osrm_of = others
            .map(|(name, s)| (name, s.with_limits(limits)))
            .collect();
        self
    }

    /// The OSRM API for a profile; the region's own for a name that no region has.
    pub(super) fn osrm(&self, profile: &str) -> &Services {
        self.osrm_of.get(profile).unwrap_or(&self.osrm)
    }

    /// Finds places of addresses.
    pub(super) fn geocoder(&self) -> &Geocoder {
        self.geocoder
            .get_or_init(|| Geocoder::build(&self.region.places))
    }

    /// Everything as collections of features, offered also in the reference systems of `options`.
    pub(super) fn ogc(&self, options: &Options) -> &ogc::Service {
        self.ogc.get_or_init(|| {
            let map_of = self.region.meta.source.osm_timestamp.as_deref();
            let map_of = map_of.and_then(|text| DateTime::parse_from_rfc3339(text).ok());
            ogc::Service::new(self.planner.clone(), &options.crs).with_map_of(map_of)
        })
    }

    /// Local time of the region.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.planner.ground.time_zone
    }
}

/// How the OSRM API tells of a region.
fn osrm_settings(region: &Region) -> osrm::Settings {
    osrm::Settings {
        data_version: region.meta.source.osm_timestamp.clone(),
        travel: match region.meta.profile.as_str() {
            "foot" => "walking",
            "bicycle" => "cycling",
            _ => "driving",
        },
        ..osrm::Settings::default()
    }
}

/// Imports at once.
const IMPORTS: usize = 3;

/// Kinds of blocking work, each with its own number of turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Reads of store and roads, small writes.
    Reading,
    /// Planning, coverage, imports: seconds of processor time.
    Planning,
}

impl App {
    /// A server that answers `/health` and has nothing loaded yet.
    ///
    /// # Errors
    /// When the metrics recorder refuses its buckets.
    pub fn new(options: Options) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Shared {
            metrics: Metrics::new()?,
            in_flight: Semaphore::new(options.in_flight),
            reading: Arc::new(Semaphore::new(options.reading)),
            planning: Arc::new(Semaphore::new(options.planning)),
            importing: Arc::new(Semaphore::new(IMPORTS)),
            jobs: Jobs::default(),
            process_jobs: ProcessJobs::default(),
            loaded: OnceLock::new(),
            options,
        })))
    }

    /// Opens for business. Later calls change nothing.
    pub fn load(&self, loaded: Loaded) {
        // Only the first one counts; answers never change what they stand on.
        let _ = self.0.loaded.set(Arc::new(loaded));
    }

    /// How the server is reached.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// Counts and latencies.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Long work.
    pub(super) fn jobs(&self) -> &Jobs {
        &self.0.jobs
    }

    /// Processes that run on after their request.
    pub(super) fn process_jobs(&self) -> &ProcessJobs {
        &self.0.process_jobs
    }

    pub(super) fn in_flight(&self) -> &Semaphore {
        &self.0.in_flight
    }

    /// Region and book, once loaded.
    ///
    /// # Errors
    /// A 503 problem until then.
    pub fn loaded(&self) -> Result<Arc<Loaded>, Problem> {
        self.0.loaded.get().cloned().ok_or_else(|| {
            Problem::new(
                Kind::NotReady,
                "The region and the book are still being loaded; /ready tells when.",
            )
        })
    }

    /// The day that counts as today: the region's date, or the one the operator set.
    ///
    /// # Errors
    /// A 503 problem until loaded.
    pub fn today(&self) -> Result<NaiveDate, Problem> {
        let zone = self.loaded()?.zone();
        Ok(self.0.options.today.unwrap_or_else(|| clock::today(zone)))
    }

    /// When a write happens: now, on the day that counts as today. A book whose today was set is written on that day, so
    /// that an account imported then takes part in it.
    ///
    /// # Errors
    /// A 503 problem until loaded.
    pub fn now(&self) -> Result<DateTime<Utc>, Problem> {
        let (now, zone) = (clock::now(), self.loaded()?.zone());
        Ok(self.0.options.today.map_or(now, |today| {
            let time = now.with_timezone(&zone).time();
            clock::instant(zone, today, time).to_utc()
        }))
    }

    /// A place among the few imports whose files are held in memory at once.
    ///
    /// # Errors
    /// 503 when none came free in time.
    pub(super) async fn import_place(&self) -> Result<OwnedSemaphorePermit, Problem> {
        turn(&self.0.importing, self.0.options.patience).await
    }

    /// Runs `work` on a thread where it may block, when its kind has a turn free. A caller that leaves does not stop
    /// work that has begun; its turn is given back when it ends.
    ///
    /// # Errors
    /// What `work` returns; 503 when nothing is loaded or no turn came free in time; 500 when it panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        kind: Work,
        work: impl FnOnce(&Loaded) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let loaded = self.loaded()?;
        let turns = match kind {
            Work::Reading => &self.0.reading,
            Work::Planning => &self.0.planning,
        };
        let turn = turn(turns, self.0.options.patience).await?;
        let span = tracing::Span::current();
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            span.in_scope(|| work(&loaded))
        });
        done.await.unwrap_or_else(|error| {
            // A join error is a panic of `work`; its message is in the log already.
            Err(Problem::internal(&error))
        })
    }
}

async fn turn(turns: &Arc<Semaphore>, patience: Duration) -> Result<OwnedSemaphorePermit, Problem> {
    let wait = tokio::time::timeout(patience, Arc::clone(turns).acquire_owned());
    match wait.await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(Problem::new(
            Kind::Overloaded,
            "All turns for this kind of work are taken; try again in a moment.",
        )),
    }
}
