//! The space and time that layers cover: [`Extent`], worked out once per state of the book.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use geo::{BoundingRect as _, Geometry};

use super::feature::Feature;
use super::layer::Layer;
use super::layers::accounts::Accounts;
use super::layers::snaps::Snaps;
use super::layers::{self, legs, point, tours, unplanned};
use super::period::Period;
use super::service::{Context, Walk};
use super::table::Table as _;
use crate::geometry::{Bounds, LonLat};
use crate::planner::{DayPlan, Result};
use crate::store::{Slice, StoredPlan};

/// The space and time that a layer covers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extent {
    /// Around its features; `None` for a table, and where no feature has a place.
    pub bounds: Option<Bounds>,
    /// First and last instant of the days of its features; `None` where they have none.
    pub period: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Extent {
    /// Around both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let bounds = match (self.bounds, other.bounds) {
            (Some(a), Some(b)) => Some(a.with(b.min).with(b.max)),
            (a, b) => a.or(b),
        };
        let period = match (self.period, other.period) {
            (Some((from, to)), Some((begin, end))) => Some((from.min(begin), to.max(end))),
            (a, b) => a.or(b),
        };
        Self { bounds, period }
    }

    fn of_shape(shape: Option<&Geometry<f64>>) -> Self {
        let around = shape.and_then(Geometry::bounding_rect);
        Self {
            bounds: around.map(|around| Bounds {
                min: LonLat::new(around.min().x, around.min().y),
                max: LonLat::new(around.max().x, around.max().y),
            }),
            period: None,
        }
    }

    fn of_day(day: NaiveDate, zone: Tz) -> Self {
        Self {
            bounds: None,
            period: Period::of_day(day, zone).and_then(|day| day.from.zip(day.to)),
        }
    }

    fn of_place(at: LonLat) -> Self {
        Self::of_shape(Some(&point(at).into()))
    }
}

/// What the layers cover that are made of planned days.
#[derive(Clone, Copy, Debug, Default)]
struct Planned {
    tours: Extent,
    legs: Extent,
    unplanned: Extent,
    stops: Extent,
}

impl Planned {
    fn of(plan: &DayPlan, zone: Tz) -> Self {
        let day = Extent::of_day(plan.date, zone);
        let on_day = |features: &[Feature]| {
            let each = features.iter();
            each.fold(Extent::default(), |all, feature| {
                all.and(day).and(Extent::of_shape(feature.shape.as_ref()))
            })
        };
        let stops = plan.stops.iter().fold(Extent::default(), |all, stop| {
            all.and(day).and(Extent::of_place(stop.at))
        });
        Self {
            tours: on_day(&tours::of(plan)),
            legs: on_day(&legs::of(plan)),
            unplanned: on_day(&unplanned::of(plan)),
            stops,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            tours: self.tours.and(other.tours),
            legs: self.legs.and(other.legs),
            unplanned: self.unplanned.and(other.unplanned),
            stops: self.stops.and(other.stops),
        }
    }
}

/// What is known of the latest state that was asked about.
#[derive(Debug, Default)]
pub(super) struct LatestExtents(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Revision of the book and the day that counted as today.
    of: (u64, NaiveDate),
    layers: BTreeMap<Layer, Extent>,
    /// By run: what a run made never changes, so that a write looks at new plans only.
    runs: BTreeMap<String, Planned>,
}

impl LatestExtents {
    /// What a layer covers. One caller computes, the others wait for it.
    pub fn get(&self, context: &Context, layer: Layer) -> Result<Extent> {
        let of = (context.planner().store.revision()?, context.today);
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.of != of {
            known.of = of;
            known.layers.clear();
        }
        if let Some(extent) = known.layers.get(&layer) {
            return Ok(*extent);
        }
        match layer {
            Layer::Tours | Layer::Legs | Layer::Unplanned | Layer::Visits => known.days(context)?,
            _ => {
                let extent = of_layer(context, layer)?;
                known.layers.insert(layer, extent);
            }
        }
        Ok(known.layers.get(&layer).copied().unwrap_or_default())
    }
}

impl Known {
    /// Goes through all days once, for all layers that have some.
    fn days(&mut self, context: &Context) -> Result<()> {
        let store = &context.planner().store;
        let zone = context.service.zone();
        let (mut planned, mut visits) = (Planned::default(), Extent::default());
        let mut runs = BTreeMap::new();
        for day in store.visit_days(None, None)? {
            let plans = store.plans(&Slice {
                from: Some(day),
                to: Some(day),
                ..Slice::default()
            })?;
            let stops = plans.iter().flat_map(|plan| &plan.stops);
            let stops: BTreeSet<_> = stops.map(|stop| &stop.visit).collect();
            for there in store.visits_on(day)? {
                if !stops.contains(&there.visit.id) {
                    let at = there.at.map(Extent::of_place).unwrap_or_default();
                    visits = visits.and(Extent::of_day(day, zone)).and(at);
                }
            }
            for plan in &plans {
                let of = match self.runs.get(&plan.run_id) {
                    Some(known) => *known,
                    None => planned_by(context, plan)?,
                };
                planned = planned.and(of);
                runs.insert(plan.run_id.clone(), of);
            }
        }
        self.runs = runs;
        self.layers.extend([
            (Layer::Tours, planned.tours),
            (Layer::Legs, planned.legs),
            (Layer::Unplanned, planned.unplanned),
            (Layer::Visits, visits.and(planned.stops)),
        ]);
        Ok(())
    }
}

fn planned_by(context: &Context, plan: &StoredPlan) -> Result<Planned> {
    let plans = context.planner().stored_plans(&Slice {
        rep: Some(plan.rep.clone()),
        from: Some(plan.date),
        to: Some(plan.date),
        ..Slice::default()
    })?;
    let of = |plan| Planned::of(plan, context.service.zone());
    Ok(plans.iter().map(of).fold(Planned::default(), Planned::and))
}

/// What a layer without days covers.
fn of_layer(context: &Context, layer: Layer) -> Result<Extent> {
    let around = |bounds| Extent {
        bounds,
        period: None,
    };
    Ok(match layer {
        Layer::Metrics => Extent::default(),
        Layer::Accounts => around(Accounts::of(context)?.places().around()),
        Layer::Snaps => around(Snaps::of(context)?.places().around()),
        Layer::Roads => around(context.service.roads().around()),
        _ => {
            let mut all = Extent::default();
            let whole = Walk::default();
            layers::walk(layer, context, &whole, &mut |feature| {
                all = all.and(Extent::of_shape(feature.shape.as_ref()));
                ControlFlow::Continue(())
            })?;
            all
        }
    })
}
