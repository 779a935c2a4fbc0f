//! What can be reached, and who is near? [`Planner::isochrones`] and [`Planner::nearby`].

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};

use super::Planner;
use super::clock::DayClock;
use super::error::{PlanError, Result};
use super::isochrone::{isochrones, pieces};
use super::standing::Standings;
use crate::accounts::Account;
use crate::accounts::cadence::Due;
use crate::coverage::polygons::{Piece, ReachArea};
use crate::geometry::LonLat;
use crate::network::Snap;
use crate::routing::{Direction, MetricSpec, Reach, Router};
use crate::store::Book;
use crate::units::Millis;

/// An account near a place, by road.
#[derive(Clone, Debug, PartialEq)]
pub struct Nearby {
    /// Whom.
    pub account: Account,
    /// Driving there.
    pub drive: Millis,
    /// Metres there, by road.
    pub dist_m: f64,
    /// When one would be there, parking included.
    pub there_at: DateTime<FixedOffset>,
    /// Open for a whole visit from then; `None` when its hours are not known.
    pub open_now: Option<bool>,
    /// Where its cadence stands.
    pub due: Due,
}

/// How one drives.
#[derive(Clone, Debug, Default)]
pub struct Driving {
    /// Name of the profile; `None` for that of the region.
    pub profile: Option<String>,
    /// What differs from it.
    pub spec: MetricSpec,
}

/// What is asked of [`Planner::reached`].
#[derive(Clone, Debug)]
pub struct ReachQuestion {
    /// Places to set out from; of several the nearest counts.
    pub origins: Vec<LonLat>,
    /// Limits in milliseconds; in centimetres when the way of driving is by length.
    pub limits: Vec<Millis>,
    /// From the origins, or towards them.
    pub direction: Direction,
    /// How one drives.
    pub driving: Driving,
}

/// Areas, and what lies in them.
#[derive(Clone, Debug)]
pub struct Reached {
    /// One for each limit, shortest first.
    pub areas: Vec<ReachArea>,
    reach: Reach,
    router: Router,
}

impl Reached {
    /// The roads within the longest limit, each with when (or at how many centimetres) it is entered and left.
    #[must_use]
    pub fn roads(&self) -> Vec<Piece> {
        pieces(self.router.network(), &self.reach)
    }
}

impl Planner {
    /// The router that drives so.
    ///
    /// # Errors
    /// When the wish makes no sense.
    pub fn router(&self, driving: &Driving) -> Result<Router> {
        let router = match &driving.profile {
            None => &self.ground.router,
            Some(name) => self.profile(name)?,
        };
        Ok(router.metric(&driving.spec)?)
    }

    fn profile(&self, name: &str) -> Result<&Router> {
        let known = &self.ground.profiles;
        known.get(name).ok_or_else(|| PlanError::UnknownProfile {
            name: name.to_owned(),
            known: known.keys().cloned().collect::<Vec<_>>().join(", "),
        })
    }

    /// The areas within the limits, and the roads in them.
    ///
    /// # Errors
    /// When an origin lies off the roads, or the way of driving makes no sense.
    pub fn reached(&self, question: &ReachQuestion) -> Result<Reached> {
        let router = self.router(&question.driving)?;
        let origins = question.origins.iter();
        let snaps = origins
            .map(|at| self.place_on(&router, *at))
            .collect::<Result<Vec<Snap>>>()?;
        let found = isochrones(&router, &snaps, &question.limits, question.direction);
        Ok(Reached {
            areas: found.areas,
            reach: found.reach,
            router,
        })
    }

    /// Active accounts that lie on roads within the longest limit, with the time (or centimetres) between, nearest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn accounts_reached(&self, reached: &Reached) -> Result<Vec<(Account, Millis)>> {
        let book = self.store.book()?;
        let mut found: Vec<(Account, Millis)> = self
            .placed(&book, &reached.router)
            .into_iter()
            .filter_map(|(account, snap)| Some((account.clone(), reached.reach.time_at(&snap)?)))
            .collect();
        found.sort_by(|a, b| (a.1, &a.0.id).cmp(&(b.1, &b.0.id)));
        Ok(found)
    }

    /// The area within each of `minutes` of the nearest of `origins`, shortest first.
    ///
    /// # Errors
    /// When an origin lies off the roads.
    pub fn isochrones(
        &self,
        origins: &[LonLat],
        minutes: &[u32],
        direction: Direction,
    ) -> Result<Vec<ReachArea>> {
        let question = ReachQuestion {
            origins: origins.to_vec(),
            limits: minutes
                .iter()
                .map(|m| Millis::from_minutes(i64::from(*m)))
                .collect(),
            direction,
            driving: Driving::default(),
        };
        Ok(self.reached(&question)?.areas)
    }

    /// Active accounts within `minutes` of driving from `at`, nearest first, as they stand when one sets out on `date` at
    /// `time`.
    ///
    /// # Errors
    /// When the place lies off the roads, or the store fails.
    pub fn nearby(
        &self,
        at: LonLat,
        minutes: u32,
        date: NaiveDate,
        time: NaiveTime,
        driving: &Driving,
    ) -> Result<Vec<Nearby>> {
        let router = self.router(driving)?;
        let origin = self.place_on(&router, at)?;
        let book = self.store.book()?;
        let placed = self.placed(&book, &router);
        let snaps: Vec<Snap> = placed.iter().map(|(_, snap)| *snap).collect();
        let matrix = router.matrix(&[origin], &snaps);
        let standings = Standings::new(&book, &self.settings, date);
        let clock = DayClock::new(date, self.ground.time_zone);
        let reader = self.ground.hours_reader();
        let limit = Millis::from_minutes(i64::from(minutes));
        let parking = Millis::from_minutes(i64::from(self.settings.parking_min));
        let mut found: Vec<Nearby> = placed
            .iter()
            .enumerate()
            .filter_map(|(i, (account, _))| {
                let drive = matrix.time(0, i).filter(|drive| *drive <= limit)?;
                let start = clock.millis_at(time) + (drive + parking).0;
                let hours = reader.read(
                    account.opening_hours.as_deref(),
                    account.location.map(|l| l.at),
                );
                let minutes = account.visit_min.unwrap_or(self.settings.visit_min);
                let end = if account.start_inside_is_enough {
                    start
                } else {
                    start + i64::from(minutes) * 60_000
                };
                let today = hours.on(date);
                let open_now = today.windows.iter().any(|w| {
                    clock.millis_at_minute(w.start_min) <= start
                        && end <= clock.millis_at_minute(w.end_min)
                });
                Some(Nearby {
                    account: (*account).clone(),
                    drive,
                    dist_m: matrix.length(0, i)?.0,
                    there_at: clock.instant(start),
                    open_now: if account.blocked_on(date).is_some() {
                        Some(false)
                    } else {
                        hours.is_known().then_some(open_now)
                    },
                    due: standings.due(account),
                })
            })
            .collect();
        found.sort_by(|a, b| (a.drive, &a.account.id).cmp(&(b.drive, &b.account.id)));
        Ok(found)
    }

    /// Active accounts that lie on roads open to `router`.
    fn placed<'b>(&self, book: &'b Book, router: &Router) -> Vec<(&'b Account, Snap)> {
        let ground = &self.ground;
        book.accounts
            .iter()
            .filter(|account| account.active)
            .filter_map(|a| Some((a, ground.snap_account_on(router, a, &self.settings)?)))
            .collect()
    }

    /// Where a place meets the roads.
    ///
    /// # Errors
    /// When it does not.
    pub fn place(&self, at: LonLat) -> Result<Snap> {
        self.place_on(&self.ground.router, at)
    }

    /// The same on the roads that are open to `router`.
    ///
    /// # Errors
    /// When it does not.
    pub fn place_on(&self, router: &Router, at: LonLat) -> Result<Snap> {
        self.ground
            .snap_on(router, at, &self.settings)
            .ok_or(PlanError::PlaceOffNetwork {
                lon: at.lon,
                lat: at.lat,
                limit_m: self.settings.snap_limit_m,
            })
    }
}
