//! Coverage as served: the table of metrics and causes, cells and reach areas.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Feature, Geometry, positions};
use crate::coverage::cells::Cell;
use crate::coverage::polygons::ReachArea;
use crate::coverage::{
    Capacity, CauseCount, ClassCoverage, Coverage, GapCause, Metric, RepCoverage, Scope,
};

/// Coverage at a date, over a window that ends with it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Coverage)]
pub struct CoverageAnswer {
    date: NaiveDate,
    window: Window,
    /// The reach limit.
    reach_min: u32,
    /// Hash of inputs, settings and versions.
    run_id: String,
    /// Last change of the book.
    as_of: Option<DateTime<Utc>>,
    /// Active accounts looked at; the causes sum to it.
    total: u64,
    total_value: f64,
    /// All six, in the order in which they apply.
    causes: Vec<CauseShare>,
    /// Over everything asked for.
    metrics: Vec<MetricAnswer>,
    /// Reps by id; accounts without one stand last with `rep` null.
    by_rep: Vec<RepAnswer>,
    by_class: Vec<ClassAnswer>,
}

/// Days that are looked back on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Window {
    /// First day.
    from: NaiveDate,
    /// First day after.
    to: NaiveDate,
    days: i64,
}

/// Accounts that share a cause.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct CauseShare {
    /// `unlocated`, `unassigned`, `out_of_reach`, `never_visited`, `overdue` or `covered`.
    code: &'static str,
    label: &'static str,
    accounts: u64,
    /// Of the total.
    share: f64,
    value: f64,
}

impl From<&CauseCount> for CauseShare {
    fn from(count: &CauseCount) -> Self {
        Self {
            code: count.cause.code(),
            label: count.cause.label(),
            accounts: count.accounts,
            share: count.share,
            value: count.value,
        }
    }
}

/// A number with its proof.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Metric)]
pub struct MetricAnswer {
    name: String,
    scope: ScopeAnswer,
    /// `null` when the denominator is 0.
    value: Option<f64>,
    numerator: f64,
    denominator: f64,
    formula: String,
}

/// What a metric is about.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Scope)]
pub enum ScopeAnswer {
    /// Everything asked for.
    All(bool),
    /// One rep.
    Rep(String),
    /// One class; empty = unknown.
    Class(String),
}

impl From<&Metric> for MetricAnswer {
    fn from(metric: &Metric) -> Self {
        Self {
            name: metric.name.clone(),
            scope: match &metric.scope {
                Scope::All => ScopeAnswer::All(true),
                Scope::Rep(rep) => ScopeAnswer::Rep(rep.0.clone()),
                Scope::Class(class) => ScopeAnswer::Class(class.clone()),
            },
            value: metric.value,
            numerator: metric.numerator,
            denominator: metric.denominator,
            formula: metric.formula.clone(),
        }
    }
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct Fraction {
    /// `null` when the denominator is 0.
    value: Option<f64>,
    numerator: f64,
    denominator: f64,
}

impl Fraction {
    /// `numerator / denominator`.
    #[must_use]
    pub fn new(numerator: f64, denominator: f64) -> Self {
        Self {
            value: (denominator > 0.0).then(|| numerator / denominator),
            numerator,
            denominator,
        }
    }

    /// The part.
    #[must_use]
    pub const fn numerator(&self) -> f64 {
        self.numerator
    }
}

/// One rep's share.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct RepAnswer {
    /// `null` = accounts that no rep looks after.
    rep: Option<String>,
    name: String,
    accounts: u64,
    value: f64,
    /// Hours of work that the cadences ask for in the period.
    hours_need: Option<f64>,
    /// Hours there are.
    hours_have: Option<f64>,
    /// Need over have.
    utilization: Option<f64>,
    /// `free`, `full` or `over`.
    load: Option<String>,
    /// How the hours are made.
    capacity: Option<CapacityAnswer>,
    /// Covered accounts of all.
    covered: Fraction,
    frequency_coverage: Option<Fraction>,
    on_cadence_time: Option<Fraction>,
    causes: Vec<CauseShare>,
    metrics: Vec<MetricAnswer>,
}

/// Need and have of one rep over one period.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Capacity)]
pub struct CapacityAnswer {
    period_days: u32,
    /// Hours on site.
    visits_h: f64,
    /// Hours of travel and parking.
    travel_h: f64,
    /// Share of the promised cadence that fits.
    promise_factor: f64,
    /// `estimate` or `tour`.
    method: String,
}

impl From<&Capacity> for CapacityAnswer {
    fn from(capacity: &Capacity) -> Self {
        Self {
            period_days: capacity.period_days,
            visits_h: hours(capacity.visits_h),
            travel_h: hours(capacity.travel_h),
            promise_factor: capacity.promise_factor,
            method: capacity.method.clone(),
        }
    }
}

impl From<&RepCoverage> for RepAnswer {
    fn from(rep: &RepCoverage) -> Self {
        let named = |name: &str| {
            rep.metrics
                .iter()
                .find(|metric| metric.name == name)
                .map(|metric| Fraction {
                    value: metric.value,
                    numerator: metric.numerator,
                    denominator: metric.denominator,
                })
        };
        let capacity = rep.capacity.as_ref();
        Self {
            rep: rep.rep.as_ref().map(|id| id.0.clone()),
            name: rep.name.clone(),
            accounts: rep.accounts,
            value: rep.value,
            hours_need: capacity.map(|c| hours(c.hours_need)),
            hours_have: capacity.map(|c| hours(c.hours_have)),
            utilization: capacity.and_then(|c| c.utilization),
            load: capacity.map(|c| c.state.clone()),
            capacity: capacity.map(Into::into),
            covered: covered(&rep.causes, rep.accounts),
            frequency_coverage: named("frequency_coverage"),
            on_cadence_time: named("on_cadence_time"),
            causes: rep.causes.iter().map(Into::into).collect(),
            metrics: rep.metrics.iter().map(Into::into).collect(),
        }
    }
}

/// One class's share.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ClassAnswer {
    /// Empty = unknown.
    class: String,
    accounts: u64,
    value: f64,
    /// Covered accounts of all.
    covered: Fraction,
    causes: Vec<CauseShare>,
    metrics: Vec<MetricAnswer>,
}

impl From<&ClassCoverage> for ClassAnswer {
    fn from(class: &ClassCoverage) -> Self {
        Self {
            class: class.class.clone(),
            accounts: class.accounts,
            value: class.value,
            covered: covered(&class.causes, class.accounts),
            causes: class.causes.iter().map(Into::into).collect(),
            metrics: class.metrics.iter().map(Into::into).collect(),
        }
    }
}

fn covered(causes: &[CauseCount], accounts: u64) -> Fraction {
    let covered: u64 = causes
        .iter()
        .filter(|count| count.cause == GapCause::Covered)
        .map(|count| count.accounts)
        .sum();
    Fraction::new(covered as f64, accounts as f64)
}

/// A hundredth of an hour.
fn hours(h: f64) -> f64 {
    (h * 100.0).round() / 100.0
}

impl From<&Coverage> for CoverageAnswer {
    fn from(coverage: &Coverage) -> Self {
        Self {
            date: coverage.date,
            window: Window {
                from: coverage.window_from,
                to: coverage.window_to,
                days: (coverage.window_to - coverage.window_from).num_days(),
            },
            reach_min: coverage.reach_min,
            run_id: coverage.run_id.clone(),
            as_of: coverage.as_of,
            total: coverage.total,
            total_value: coverage.total_value,
            causes: coverage.causes.iter().map(Into::into).collect(),
            metrics: coverage.metrics.iter().map(Into::into).collect(),
            by_rep: coverage.by_rep.iter().map(Into::into).collect(),
            by_class: coverage.by_class.iter().map(Into::into).collect(),
        }
    }
}

/// One H3 cell that holds accounts.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CellProperties {
    /// H3 index.
    id: String,
    /// H3 resolution.
    res: u8,
    accounts: u64,
    /// What the gap is a part of: accounts, or their value.
    weight: f64,
    /// Weight not covered.
    gap: f64,
    /// `gap / weight`.
    share: f64,
    /// Accounts by cause.
    causes: BTreeMap<&'static str, u64>,
}

/// A cell as a polygon.
#[must_use]
pub fn cell(cell: &Cell) -> Feature<CellProperties> {
    Feature::new(
        cell.id.clone(),
        Some(Geometry::Polygon(vec![positions(&cell.ring)])),
        CellProperties {
            id: cell.id.clone(),
            res: cell.resolution,
            accounts: cell.accounts,
            weight: cell.weight,
            gap: cell.gap,
            share: cell.share,
            causes: cell
                .causes
                .iter()
                .map(|count| (count.cause.code(), count.accounts))
                .collect(),
        },
    )
}

/// What can be reached within a limit.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReachProperties {
    /// `area`.
    layer: &'static str,
    /// Rep whose home it starts from, when asked by rep.
    base: Option<String>,
    /// The limit in seconds of driving; `null` where metres were asked for.
    tau_s: Option<i64>,
    /// The limit in metres, where metres were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    limit_m: Option<i64>,
    area_m2: f64,
}

/// A reach area as a multipolygon; no geometry when nothing is reached.
#[must_use]
pub fn reach(area: &ReachArea, base: Option<&str>) -> Feature<ReachProperties> {
    let tau_s = area.limit.as_secs_rounded();
    reach_of(area, base, &tau_s.to_string(), Some(tau_s), None)
}

/// The same for a limit by length, which the area counts in centimetres.
#[must_use]
pub fn reach_by_length(area: &ReachArea, base: Option<&str>) -> Feature<ReachProperties> {
    let metres = area.limit.0 / 100;
    reach_of(area, base, &format!("{metres}m"), None, Some(metres))
}

fn reach_of(
    area: &ReachArea,
    base: Option<&str>,
    name: &str,
    tau_s: Option<i64>,
    limit_m: Option<i64>,
) -> Feature<ReachProperties> {
    let parts: Vec<_> = area
        .polygons
        .iter()
        .map(|polygon| {
            std::iter::once(&polygon.outer)
                .chain(&polygon.holes)
                .map(|ring| positions(ring))
                .collect()
        })
        .collect();
    Feature::new(
        match base {
            Some(base) => format!("reach-{base}-{name}"),
            None => format!("reach-{name}"),
        },
        (!parts.is_empty()).then_some(Geometry::MultiPolygon(parts)),
        ReachProperties {
            layer: "area",
            base: base.map(str::to_owned),
            tau_s,
            limit_m,
            area_m2: area.area_m2.round(),
        },
    )
}
