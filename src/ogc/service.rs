//! Answers for all layers: [`Service`].

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use chrono_tz::Tz;

use super::extents::{Extent, LatestExtents};
use super::feature::Feature;
use super::layer::Layer;
use super::layers::{self, isochrones, roads, unplanned};
use super::references::References;
use super::remedies::Remedies;
use super::shows::{LatestShows, Shows};
use super::standings::{Latest, Standings};
use crate::crs::Crs;
use crate::geometry::Bounds;
use crate::planner::{Planner, Result};

/// One region and one book as collections of features. Cheap to share by `Arc`.
pub struct Service {
    planner: Planner,
    references: References,
    latest: Latest,
    reach: Mutex<Option<(isochrones::Homes, Arc<Vec<isochrones::Reached>>)>>,
    /// Last change of the map, where it is known.
    map_of: Option<DateTime<FixedOffset>>,
    roads: OnceLock<Arc<roads::Roads>>,
    remedies: Remedies,
    shows: LatestShows,
    extents: LatestExtents,
}

/// What takes features, in the order of their keys, and says when it has enough.
pub type Each<'a> = &'a mut dyn FnMut(Feature) -> ControlFlow<()>;

/// Where a walk through a layer begins and what it may leave out. Features that are not wanted may come all the same.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// Only features whose key is greater.
    pub after: Option<String>,
    /// Nothing with a place outside of all these boxes is wanted; empty = all is.
    pub within: Vec<Bounds>,
    /// Nothing before this day is wanted.
    pub from: Option<NaiveDate>,
    /// Nothing after this day is wanted.
    pub to: Option<NaiveDate>,
}

/// What a walk stands on.
pub(super) struct Context<'s> {
    pub service: &'s Service,
    /// The day that counts as today.
    pub today: NaiveDate,
}

impl Context<'_> {
    pub fn planner(&self) -> &Planner {
        &self.service.planner
    }

    /// Where all accounts stand today.
    pub fn standings(&self) -> Result<Arc<Standings>> {
        self.service.latest.get(&self.service.planner, self.today)
    }

    /// Last change of the book.
    pub fn as_of(&self) -> Result<Option<DateTime<Utc>>> {
        Ok(self.planner().store.as_of()?)
    }
}

impl Service {
    /// A service on what `planner` knows; `more` reference systems are offered beside the usual ones.
    #[must_use]
    pub fn new(planner: Planner, more: &[Crs]) -> Self {
        let around = planner.ground.network().bounds();
        Self {
            references: References::new(around, more),
            planner,
            latest: Latest::default(),
            reach: Mutex::default(),
            map_of: None,
            roads: OnceLock::new(),
            remedies: Remedies::default(),
            shows: LatestShows::default(),
            extents: LatestExtents::default(),
        }
    }

    /// The same, telling that the map is of this instant.
    #[must_use]
    pub fn with_map_of(self, instant: Option<DateTime<FixedOffset>>) -> Self {
        Self {
            map_of: instant,
            ..self
        }
    }

    /// The reference systems on offer.
    #[must_use]
    pub const fn references(&self) -> &References {
        &self.references
    }

    /// Local time of the region.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.planner.ground.time_zone
    }

    /// Last change of the book.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn as_of(&self) -> Result<Option<DateTime<Utc>>> {
        Ok(self.planner.store.as_of()?)
    }

    /// Hands over the features of a layer in the order of their keys until `each` has enough.
    ///
    /// Accounts and snaps are made up one by one from what is kept of the book, visits are read by day, planned days one at
    /// a time, roads one edge at a time: memory does not grow with the walk.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn walk(&self, layer: Layer, today: NaiveDate, walk: &Walk, each: Each<'_>) -> Result<()> {
        let context = Context {
            service: self,
            today,
        };
        layers::walk(layer, &context, walk, each)
    }

    /// The feature with this id; `None` when there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn feature(&self, layer: Layer, today: NaiveDate, id: &str) -> Result<Option<Feature>> {
        let context = Context {
            service: self,
            today,
        };
        layers::one(layer, &context, id)
    }

    /// Puts those of `properties` into a feature that are worked out on request only; walks and pages leave them empty. A search
    /// for each feature, about a second, unless it was asked for before.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn work_out(
        &self,
        layer: Layer,
        properties: &[usize],
        feature: &mut Feature,
    ) -> Result<()> {
        let fields = layer.fields();
        if layer == Layer::Unplanned && properties.iter().any(|at| fields[*at].on_request) {
            unplanned::work_out(&self.planner, &self.remedies, feature)?;
        }
        Ok(())
    }

    /// The space and time that a layer covers, worked out once per state of the book.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn extent(&self, layer: Layer, today: NaiveDate) -> Result<Extent> {
        let context = Context {
            service: self,
            today,
        };
        self.extents.get(&context, layer)
    }

    /// The space and time that all layers cover together.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn whole_extent(&self, today: NaiveDate) -> Result<Extent> {
        Layer::ALL
            .into_iter()
            .try_fold(Extent::default(), |all, layer| {
                Ok(all.and(self.extent(layer, today)?))
            })
    }

    /// What a map of a layer shows at first: its features, or the roads where it has none; `None` for a table.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn view(&self, layer: Layer, today: NaiveDate) -> Result<Option<Bounds>> {
        if layer.geometry().is_none() {
            return Ok(None);
        }
        let bounds = self.extent(layer, today)?.bounds;
        Ok(bounds.or_else(|| self.roads().around()))
    }

    /// Which visits take place, as the book has it now.
    pub(super) fn shows(&self) -> Result<Arc<Shows>> {
        self.shows.get(&*self.planner.store)
    }

    /// Reach of all homes, computed when the homes have changed.
    pub(super) fn reach(&self, homes: isochrones::Homes) -> Arc<Vec<isochrones::Reached>> {
        let mut known = self.reach.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((of, reach)) if *of == homes => Arc::clone(reach),
            _ => {
                let fresh = Arc::new(isochrones::reach(&self.planner, &homes));
                *known = Some((homes, Arc::clone(&fresh)));
                fresh
            }
        }
    }

    /// The drawn roads, listed at the first question about them.
    pub(super) fn roads(&self) -> &Arc<roads::Roads> {
        self.roads
            .get_or_init(|| Arc::new(roads::Roads::new(&self.planner.ground, self.map_of)))
    }
}
