//! How each layer makes its features, one file per layer: its table of fields, its walk, and the way to one feature.

pub mod accounts;
pub mod areas;
pub mod cells;
pub mod gaps;
pub mod isochrones;
pub mod legs;
pub mod metrics;
mod plans;
pub mod reps;
mod road_id;
pub mod roads;
pub mod snaps;
pub mod tours;
pub mod unplanned;
pub mod visits;

use std::ops::ControlFlow;

use geo::{Coord, LineString, Point};

use super::feature::{Feature, Value};
use super::layer::Layer;
use super::service::{Context, Each, Walk};
use crate::accounts::list_text;
use crate::geometry::LonLat;
use crate::planner::Result;

/// Hands over the features of a layer after `walk.after`, in the order of their keys.
pub(super) fn walk(layer: Layer, context: &Context, walk: &Walk, each: Each<'_>) -> Result<()> {
    match layer {
        Layer::Accounts => accounts::walk(context, walk, each)?,
        Layer::Reps => from_list(reps::all(context)?, walk, each),
        Layer::Areas => from_list(areas::all(context)?, walk, each),
        Layer::Visits => visits::walk(context, walk, each)?,
        Layer::Tours => plans::walk(context, walk, each, tours::of)?,
        Layer::Legs => plans::walk(context, walk, each, legs::of)?,
        Layer::Unplanned => plans::walk(context, walk, each, unplanned::of)?,
        Layer::Isochrones => from_list(isochrones::all(context)?, walk, each),
        Layer::Gaps => from_list(gaps::all(context)?, walk, each),
        Layer::Cells => from_list(cells::all(context)?, walk, each),
        Layer::Roads => roads::walk(context, walk, each),
        Layer::Snaps => snaps::walk(context, walk, each)?,
        Layer::Metrics => from_list(metrics::all(context)?, walk, each),
    }
    Ok(())
}

/// The feature with this id.
pub(super) fn one(layer: Layer, context: &Context, id: &str) -> Result<Option<Feature>> {
    let listed = |list: Vec<Feature>| list.into_iter().find(|feature| feature.id == id);
    Ok(match layer {
        Layer::Accounts => accounts::one(context, id)?,
        Layer::Reps => listed(reps::all(context)?),
        Layer::Areas => areas::one(context, id)?,
        Layer::Visits => visits::one(context, id)?,
        Layer::Tours => plans::one(context, id, tours::of)?,
        Layer::Legs => plans::one(context, id, legs::of)?,
        Layer::Unplanned => plans::one(context, id, unplanned::of)?,
        Layer::Isochrones => listed(isochrones::all(context)?),
        Layer::Gaps => listed(gaps::all(context)?),
        Layer::Cells => listed(cells::all(context)?),
        Layer::Roads => roads::one(context, id),
        Layer::Snaps => snaps::one(context, id)?,
        Layer::Metrics => listed(metrics::all(context)?),
    })
}

/// A walk through a short list, sorted by key here.
fn from_list(mut list: Vec<Feature>, walk: &Walk, each: Each<'_>) {
    list.sort_by(|a, b| a.key.cmp(&b.key));
    // Whether it was broken off makes no difference at the end.
    let _ = hand_over(list, walk, each);
}

/// Hands over what comes after the place where the walk begins.
fn hand_over(features: Vec<Feature>, walk: &Walk, each: Each<'_>) -> ControlFlow<()> {
    for feature in features {
        if walk.after.as_ref().is_none_or(|after| feature.key > *after) {
            each(feature)?;
        }
    }
    ControlFlow::Continue(())
}

/// Separates the parts of a key; sorts before everything that a part may hold.
const SEPARATOR: char = '\u{1f}';

/// A part of an id of several parts: the colon between them cannot be taken for one of its own.
fn part(text: &str) -> String {
    text.replace('%', "%25").replace(':', "%3A")
}

/// Rounded as it is written: a condition with coordinates that were served then finds what was served. So is [`line`].
pub(super) fn point(at: LonLat) -> Point<f64> {
    at.rounded().into()
}

fn line(line: &[LonLat]) -> LineString<f64> {
    line.iter().map(|at| Coord::from(at.rounded())).collect()
}

/// Texts in one, as account lists have them; nothing for none.
fn list(texts: &[String]) -> Value {
    (!texts.is_empty()).then(|| list_text(texts)).into()
}

/// A decimetre.
fn metres(m: f64) -> f64 {
    (m * 10.0).round() / 10.0
}

/// Hundredths of an hour, as coverage tells them.
fn hours(h: f64) -> f64 {
    (h * 100.0).round() / 100.0
}

/// Four digits.
fn share(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}
