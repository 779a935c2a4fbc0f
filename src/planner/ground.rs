//! The ground that plans stand on: [`Ground`], the roads with their time zone and country.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono_tz::Tz;

use super::settings::Settings;
use crate::accounts::hours::HoursReader;
use crate::accounts::{Account, LocationQuality};
use crate::geometry::LonLat;
use crate::network::{Network, Snap, SnapOptions};
use crate::routing::Router;
use crate::units::Metres;

/// Roads and what holds on them.
#[derive(Clone, Debug)]
pub struct Ground {
    /// Finds routes.
    pub router: Router,
    /// Routers of other profiles by name.
    pub profiles: BTreeMap<String, Router>,
    /// Local time.
    pub time_zone: Tz,
    /// Decides public holidays.
    pub country: Option<String>,
    /// Hash of the roads; part of every run id.
    pub hash: String,
}

impl Ground {
    /// A ground of these roads, whose index is built first; `time_zone` is an IANA name, unknown ones count as UTC.
    #[must_use]
    pub fn new(
        network: Arc<Network>,
        time_zone: &str,
        country: Option<String>,
        hash: String,
    ) -> Self {
        Self {
            router: Router::new(network),
            profiles: BTreeMap::new(),
            time_zone: parse_zone(time_zone),
            country,
            hash,
        }
    }

    /// The ground of a prepared region.
    #[must_use]
    pub fn of(region: &super::Region) -> Self {
        let router = region.router();
        Self {
            profiles: [(region.meta.profile.clone(), router.clone())].into(),
            router,
            time_zone: parse_zone(&region.meta.time_zone),
            country: region.meta.country.clone(),
            hash: region.hash.clone(),
        }
    }

    /// The roads.
    #[must_use]
    pub fn network(&self) -> &Arc<Network> {
        self.router.network()
    }

    /// Where a point meets the roads, within the snap limit.
    #[must_use]
    pub fn snap(&self, at: LonLat, settings: &Settings) -> Option<Snap> {
        self.snap_on(&self.router, at, settings)
    }

    /// The same on the roads that are open to `router`.
    #[must_use]
    pub fn snap_on(&self, router: &Router, at: LonLat, settings: &Settings) -> Option<Snap> {
        let options = SnapOptions {
            limit: Metres(settings.snap_limit_m),
            ..SnapOptions::default()
        };
        router.network().snap(at, &options)
    }

    /// Where an account meets the roads; `None` when it is not located well enough or too far away.
    #[must_use]
    pub fn snap_account(&self, account: &Account, settings: &Settings) -> Option<Snap> {
        self.snap_account_on(&self.router, account, settings)
    }

    /// The same on the roads that are open to `router`.
    #[must_use]
    pub fn snap_account_on(
        &self,
        router: &Router,
        account: &Account,
        settings: &Settings,
    ) -> Option<Snap> {
        let location = account
            .location
            .filter(|l| l.quality != LocationQuality::Place)?;
        self.snap_on(router, location.at, settings)
    }

    /// Driving times in milliseconds and lengths in metres between all places, row by row; `None` where no road leads.
    ///
    /// # Errors
    /// The number of a place that lies on no road.
    pub fn table(
        &self,
        places: &[LonLat],
        settings: &Settings,
    ) -> Result<Vec<Option<(i64, f64)>>, usize> {
        let snaps: Vec<Snap> = places
            .iter()
            .enumerate()
            .map(|(number, at)| self.snap(*at, settings).ok_or(number))
            .collect::<Result<_, _>>()?;
        let matrix = self.router.matrix(&snaps, &snaps);
        let pairs = (0..snaps.len()).flat_map(|from| (0..snaps.len()).map(move |to| (from, to)));
        Ok(pairs
            .map(|(from, to)| Some((matrix.time(from, to)?.0, matrix.length(from, to)?.0)))
            .collect())
    }

    /// The way through all places in order; `None` when one lies off the roads or cannot be reached from the one before.
    #[must_use]
    pub fn line(&self, places: &[LonLat], settings: &Settings) -> Option<Vec<LonLat>> {
        let snaps: Option<Vec<Snap>> = places.iter().map(|at| self.snap(*at, settings)).collect();
        let mut query = self.router.query();
        let mut line: Vec<LonLat> = Vec::new();
        for pair in snaps?.windows(2) {
            let route = self.router.route(&mut query, &pair[0], &pair[1])?;
            let next = route.line(self.network());
            let again = line.last().is_some() && line.last() == next.first();
            line.extend(next.into_iter().skip(usize::from(again)));
        }
        Some(line)
    }

    /// A reader of opening hours for this country and zone.
    #[must_use]
    pub fn hours_reader(&self) -> HoursReader {
        HoursReader::new(self.country.as_deref(), self.time_zone)
    }
}

fn parse_zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}
