//! Layers whose features stand in a list: pages that look only where an index points, and orders that are kept.
//!
//! The walk of a layer is what pages are judged by: a page taken here holds the same features.

use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::sync::Arc;

use chrono_tz::Tz;
use rayon::prelude::*;

use super::ask::{Ask, Sort};
use super::feature::{Feature, Value};
use super::layer::Layer;
use super::orders::Orders;
use super::page::{PageEnd, Rank, compare};
use super::places::Places;
use super::row::Row;
use super::service::{Each, Walk};

/// A layer as a list of rows in the order of their keys.
pub(super) trait Table: Sync {
    /// One feature that is not made up yet.
    type Row<'t>: Row
    where
        Self: 't;

    /// Whose features they are.
    fn layer(&self) -> Layer;
    /// How many.
    fn len(&self) -> usize;
    /// The row at this place of the list.
    fn row(&self, at: usize) -> Self::Row<'_>;
    /// Where the rows are.
    fn places(&self) -> &Places;
    /// Orders that were asked for before.
    fn orders(&self) -> &Orders;

    /// The feature at this place of the list.
    fn feature(&self, at: usize) -> Feature {
        let row = self.row(at);
        Feature {
            key: row.key().to_owned(),
            id: row.id().to_owned(),
            shape: row.shape().map(std::borrow::Cow::into_owned),
            values: (0..self.layer().fields().len())
                .map(|field| row.value(field).into_owned())
                .collect(),
        }
    }

    /// The first row with a greater key.
    fn after(&self, key: &str) -> usize {
        partition(self.len(), |at| self.row(at).key() <= key)
    }
}

/// The first of `0..len` for which `before` does not hold; it holds for none after that.
fn partition(len: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Hands over what a walk wants: all that comes after its beginning and may lie in its boxes.
pub(super) fn walk(table: &impl Table, walk: &Walk, each: Each<'_>) {
    let first = walk.after.as_deref().map_or(0, |key| table.after(key));
    let candidates = if walk.within.is_empty() {
        None
    } else {
        table.places().within(&walk.within)
    };
    // Whether it was broken off makes no difference at the end.
    let _ = from(table, first, candidates.as_deref(), |at| {
        each(table.feature(at))
    });
}

/// The row with this id, where ids are keys.
pub(super) fn one(table: &impl Table, id: &str) -> Option<Feature> {
    let at = partition(table.len(), |at| table.row(at).key() < id);
    (at < table.len() && table.row(at).id() == id).then(|| table.feature(at))
}

/// Goes through the candidates, or all rows, from `first` on.
fn from(
    table: &impl Table,
    first: usize,
    candidates: Option<&[u32]>,
    mut take: impl FnMut(usize) -> ControlFlow<()>,
) -> ControlFlow<()> {
    match candidates {
        Some(list) => list[list.partition_point(|at| (*at as usize) < first)..]
            .iter()
            .try_for_each(|at| take(*at as usize)),
        None => (first..table.len()).try_for_each(take),
    }
}

/// One page; as [`super::Service::page`] takes it from the walk.
pub(super) fn page(table: &impl Table, ask: &Ask, zone: Tz, each: Each<'_>) -> PageEnd {
    if ask.sort.is_empty() {
        by_key(table, ask, zone, each)
    } else {
        sorted(table, ask, zone, each)
    }
}

fn by_key(table: &impl Table, ask: &Ask, zone: Tz, each: Each<'_>) -> PageEnd {
    let layer = table.layer();
    let first = ask.cursor.as_deref().map_or(0, |key| table.after(key));
    let candidates = candidates(table, ask);
    let mut end = PageEnd::default();
    let mut last = None;
    // Whether it was broken off makes no difference at the end.
    let _ = from(table, first, candidates.as_deref(), |at| {
        let row = table.row(at);
        if !ask.wants_row(layer, &row, zone) {
            return ControlFlow::Continue(());
        }
        if end.returned == ask.limit {
            end.next = last.map(|at| table.row(at).key().to_owned());
            return ControlFlow::Break(());
        }
        end.returned += 1;
        last = Some(at);
        each(table.feature(at))
    });
    if ask.cursor.is_none() && end.next.is_some() && ask.is_only_box(layer) {
        end.matched = match &ask.boxes {
            None => Some(table.len() as u64),
            Some(boxes) if boxes.is_plain() => {
                let count = candidates.map(|list| list.len());
                Some(count.unwrap_or_else(|| table.places().count(boxes.coarse())) as u64)
            }
            Some(_) => None,
        };
    }
    end
}

/// The rows among which all wanted ones are, in order; `None` when that would be most of them.
fn candidates(table: &impl Table, ask: &Ask) -> Option<Vec<u32>> {
    let boxes = ask.boxes.as_ref().map(super::Boxes::coarse);
    match boxes.filter(|boxes| !boxes.is_empty()) {
        Some(boxes) => table.places().within(boxes),
        None => table.places().within(&[ask.filter.as_ref()?.bounds()?]),
    }
}

fn sorted(table: &impl Table, ask: &Ask, zone: Tz, each: Each<'_>) -> PageEnd {
    let order = table.orders().get(ask, || order(table, ask, zone));
    let after = ask.cursor.as_deref().and_then(|c| Rank::read(c, &ask.sort));
    let first = after.map_or(0, |after| {
        order.partition_point(|at| Rank::of(&table.row(*at as usize), &ask.sort) <= after)
    });
    let rest = &order[first..];
    let page = &rest[..rest.len().min(ask.limit)];
    let last = page.last().filter(|_| rest.len() > page.len());
    let end = PageEnd {
        returned: page.len(),
        matched: Some(order.len() as u64),
        next: last.map(|at| Rank::of(&table.row(*at as usize), &ask.sort).write()),
    };
    for at in page {
        if each(table.feature(*at as usize)).is_break() {
            break;
        }
    }
    end
}

/// All wanted rows in the asked order.
fn order(table: &impl Table, ask: &Ask, zone: Tz) -> Arc<[u32]> {
    let layer = table.layer();
    let wanted = |at: &u32| ask.wants_row(layer, &table.row(*at as usize), zone);
    let rows: Vec<u32> = match candidates(table, ask) {
        Some(list) => list.into_par_iter().filter(wanted).collect(),
        None => (0..table.len() as u32)
            .into_par_iter()
            .filter(wanted)
            .collect(),
    };
    let mut keyed: Vec<(Vec<Value>, u32)> = rows
        .into_par_iter()
        .map(|at| {
            let row = table.row(at as usize);
            let value = |by: &Sort| row.property(by.by).into_owned();
            (ask.sort.iter().map(value).collect(), at)
        })
        .collect();
    keyed.par_sort_unstable_by(|(a, at), (b, bt)| by_values(a, b, &ask.sort).then(at.cmp(bt)));
    keyed.into_iter().map(|(_, at)| at).collect()
}

fn by_values(a: &[Value], b: &[Value], sort: &[Sort]) -> Ordering {
    let pairs = a.iter().zip(b).zip(sort);
    pairs
        .map(|((a, b), by)| compare(a, b, by.descending))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}
