//! What can be reached, and who is near? [`Planner::isochrones`] and [`Planner::nearby`].

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime};

use super::Planner;
use super::clock::DayClock;
use super::error::{PlanError, Result};
use super::standing::Standings;
use crate::accounts::cadence::Due;
use crate::accounts::{Account, RepId};
use crate::coverage::polygons::{Piece, ReachArea, reach_areas};
use crate::geometry::LonLat;
use crate::network::Snap;
use crate::routing::{Direction, Reach};
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
    /// Open for a whole visit from then.
    pub open_now: bool,
    /// Where its cadence stands.
    pub due: Due,
}

impl Planner {
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
        let snaps = origins
            .iter()
            .map(|at| self.place(*at))
            .collect::<Result<Vec<Snap>>>()?;
        let limits: Vec<Millis> = minutes
            .iter()
            .map(|m| Millis::from_minutes(i64::from(*m)))
            .collect();
        let longest = limits.iter().copied().max().unwrap_or_default();
        let mut query = self.ground.router.query();
        let reach = self
            .ground
            .router
            .reach(&mut query, &snaps, longest, direction);
        Ok(reach_areas(&self.pieces(&reach), &limits))
    }

    /// The area within each of the set minutes of a rep's home.
    ///
    /// # Errors
    /// Unknown rep, a home off the roads, a failing store.
    pub fn rep_isochrones(&self, rep: &RepId, minutes: &[u32]) -> Result<Vec<ReachArea>> {
        let rep = self
            .store
            .rep(rep)?
            .ok_or_else(|| PlanError::UnknownRep(rep.clone()))?;
        self.isochrones(&[rep.home], minutes, Direction::From)
    }

    /// Reached edges as pieces of road. Ferries carry nobody to places between their piers.
    fn pieces(&self, reach: &Reach) -> Vec<Piece> {
        let network = self.ground.network();
        reach
            .edges
            .iter()
            .filter(|part| !network.edge(part.edge).ferry())
            .map(|part| {
                let mut line = network.line_between(part.edge, part.from_share, part.to_share);
                let (mut enter, mut leave) = (part.time_from, part.time_to);
                if leave < enter {
                    line.reverse();
                    std::mem::swap(&mut enter, &mut leave);
                }
                Piece { line, enter, leave }
            })
            .collect()
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
    ) -> Result<Vec<Nearby>> {
        let origin = self.place(at)?;
        let book = self.store.book()?;
        let placed = self.placed(&book);
        let snaps: Vec<Snap> = placed.iter().map(|(_, snap)| *snap).collect();
        let matrix = self.ground.router.matrix(&[origin], &snaps);
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
                let open_now = hours.on(date).windows.iter().any(|w| {
                    clock.millis_at_minute(w.start_min) <= start
                        && end <= clock.millis_at_minute(w.end_min)
                });
                Some(Nearby {
                    account: (*account).clone(),
                    drive,
                    dist_m: matrix.length(0, i)?.0,
                    there_at: clock.instant(start),
                    open_now: open_now && account.blocked_on(date).is_none(),
                    due: standings.due(account),
                })
            })
            .collect();
        found.sort_by(|a, b| (a.drive, &a.account.id).cmp(&(b.drive, &b.account.id)));
        Ok(found)
    }

    /// Active accounts that lie on the roads.
    fn placed<'b>(&self, book: &'b Book) -> Vec<(&'b Account, Snap)> {
        book.accounts
            .iter()
            .filter(|account| account.active)
            .filter_map(|a| Some((a, self.ground.snap_account(a, &self.settings)?)))
            .collect()
    }

    /// Where a place meets the roads.
    ///
    /// # Errors
    /// When it does not.
    pub fn place(&self, at: LonLat) -> Result<Snap> {
        self.ground
            .snap(at, &self.settings)
            .ok_or(PlanError::PlaceOffNetwork {
                lon: at.lon,
                lat: at.lat,
                limit_m: self.settings.snap_limit_m,
            })
    }
}
