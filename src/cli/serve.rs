//! `rondo serve`: page, API and tiles from a prepared region and a store.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use chrono::NaiveDate;

use crate::api::server::{self, TlsFiles};
use crate::api::{App, Loaded, Options, Tokens, router};
use crate::crs::{Crs, CrsError};
use crate::osrm::Limits;
use crate::planner::{Region, Settings};
use crate::store::SqliteStore;

/// What `serve` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Region file, made by `rondo prepare`.
    #[arg(long, value_name = "FILE")]
    pub region: PathBuf,
    /// Region file of the same place for another profile, such as foot, which questions may then name. May be repeated.
    #[arg(long = "also", value_name = "FILE")]
    pub also: Vec<PathBuf>,
    /// Store file; made when it is not there.
    #[arg(long, value_name = "FILE", default_value = "rondo.db")]
    pub store: PathBuf,
    /// How to listen.
    #[command(flatten)]
    pub listening: Listening,
    /// How much one request to the OSRM API may ask for.
    #[command(flatten)]
    pub limits: OsrmLimits,
}

/// Limits of the OSRM API.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct OsrmLimits {
    /// Most places of one route (OSRM API).
    #[arg(long, value_name = "PLACES", default_value_t = Limits::default().route_places)]
    pub max_route: usize,
    /// A table may have at most so many sources times so many destinations (OSRM API).
    #[arg(long, value_name = "PLACES", default_value_t = Limits::default().table_places)]
    pub max_table: usize,
    /// Most places of one trip (OSRM API).
    #[arg(long, value_name = "PLACES", default_value_t = Limits::default().trip_places)]
    pub max_trip: usize,
    /// Most alternatives of one route (OSRM API).
    #[arg(long, value_name = "ROUTES", default_value_t = Limits::default().alternatives)]
    pub max_alternatives: usize,
}

impl From<OsrmLimits> for Limits {
    fn from(given: OsrmLimits) -> Self {
        Self {
            route_places: given.max_route,
            table_places: given.max_table,
            trip_places: given.max_trip,
            alternatives: given.max_alternatives,
            ..Self::default()
        }
    }
}

/// Where to listen and who may ask.
#[derive(Debug, clap::Args)]
pub struct Listening {
    /// Address and port; port 0 takes a free one. Any address but this machine's own needs --token-file.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// File with one bearer token per line, in clear text or as `sha256:<hex>`.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Certificate chain, PEM: serves HTTPS.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Private key, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Host name under which the server is asked, beside IP addresses and localhost. May be repeated.
    #[arg(long = "host", value_name = "NAME")]
    pub hosts: Vec<String>,
    /// Coordinate reference system that GIS clients may ask /ogc for, beside the usual ones, such as EPSG:2154. May be
    /// repeated.
    #[arg(long = "crs", value_name = "EPSG:N", value_parser = known_crs)]
    pub crs: Vec<Crs>,
    /// Let pages of other origins read (GET only).
    #[arg(long)]
    pub cors: bool,
}

/// Listens at once, loads, and serves until told to stop.
///
/// # Errors
/// When the address is not allowed or taken, or region, store, tokens or certificate cannot be used.
pub fn run(args: Args, give_back: fn()) -> anyhow::Result<()> {
    let (region, also, store) = (args.region, args.also, args.store);
    let limits = args.limits.into();
    args.listening.serve(None, move || {
        let loaded = load(&region, &also, &store, give_back)?;
        give_back();
        Ok(loaded.with_osrm_limits(limits))
    })
}

/// Opens region and store.
fn load(region: &Path, also: &[PathBuf], store: &Path, give_back: fn()) -> anyhow::Result<Loaded> {
    let store = Arc::new(SqliteStore::open(store)?);
    let region = Region::load(region)?;
    // The file, which is as large as what was made of it.
    give_back();
    let router = region.router();
    // Questions that come before it is done wait for it.
    std::thread::spawn(move || {
        router.warm();
        // What that took for a moment lies with the threads that helped.
        rayon::broadcast(|_| give_back());
        give_back();
    });
    let mut loaded = Loaded::new(region, store, Settings::default());
    for file in also {
        loaded = loaded.with_profile(&Region::load(file)?);
    }
    Ok(loaded)
}

impl Listening {
    /// Binds the port, runs `load` while `/health` already answers, then serves everything and prints the address.
    /// `today` is the day that counts as today; `None` = the clock's.
    ///
    /// # Errors
    /// As [`run`].
    pub fn serve(
        self,
        today: Option<NaiveDate>,
        load: impl FnOnce() -> anyhow::Result<Loaded> + Send + 'static,
    ) -> anyhow::Result<()> {
        let app = App::new(Options {
            today,
            ..self.options()?
        })?;
        let tls = self.tls_files();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let (listener, bound) = server::bind(self.listen)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("cannot start the threads that serve")?;
        runtime.block_on(async move {
            let serving = tokio::spawn(server::serve(listener, router(app.clone()), tls));
            let loaded = tokio::task::spawn_blocking(load)
                .await
                .context("loading broke off")??;
            app.load(loaded);
            let mut out = std::io::stdout();
            writeln!(out, "Rondo is at {scheme}://{bound}/")?;
            out.flush()?;
            serving.await.context("serving broke off")?
        })
    }

    fn options(&self) -> anyhow::Result<Options> {
        let tokens = match &self.token_file {
            Some(file) => Some(read_tokens(file)?),
            None if self.listen.ip().is_loopback() => None,
            None => bail!(
                "{} can be reached from other machines: give --token-file, or listen on 127.0.0.1",
                self.listen
            ),
        };
        if tokens.is_some() && self.tls_cert.is_none() && !self.listen.ip().is_loopback() {
            tracing::warn!(
                "tokens travel in clear text: give --tls-cert and --tls-key, or put a proxy with TLS before"
            );
        }
        Ok(Options {
            tokens,
            hosts: self.hosts.clone(),
            cors: self.cors,
            crs: self.crs.clone(),
            https: self.tls_cert.is_some(),
            ..Options::default()
        })
    }

    fn tls_files(&self) -> Option<TlsFiles> {
        Some(TlsFiles {
            cert: self.tls_cert.clone()?,
            key: self.tls_key.clone()?,
        })
    }
}

/// A system of places that PROJ knows.
fn known_crs(text: &str) -> Result<Crs, CrsError> {
    let crs: Crs = text.parse()?;
    crs.check()?;
    Ok(crs)
}

fn read_tokens(file: &Path) -> anyhow::Result<Tokens> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the token file {}", file.display()))?;
    Tokens::parse(&text).with_context(|| format!("the token file {}", file.display()))
}
