//! Features as vector tiles: [`Service::tile`]. Where a tile would hold too many, those that matter most are kept.
//!
//! What matters is a property of the feature alone, the limit is the same at every zoom, and whatever touches the tile counts
//! for it, however small it is drawn. So the same book gives the same tile, nothing is left out before what matters less, and
//! whatever is shown stays when one zooms in: a tile further in holds some of the same features, and what was among the first
//! of all is among the first of some.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

use chrono::NaiveDate;
use geo::{Intersects as _, Rect};

use super::ask::Ask;
use super::feature::{Feature, Value};
use super::layer::Layer;
use super::page::hints;
use super::service::{Service, Walk};
use crate::basemap::{Sheet, TileLayer, TileValue};
use crate::planner::Result;

/// Features of one layer in a tile, at most.
pub const MOST: usize = 4_000;
/// The zoom of the deepest tiles.
pub const DEEPEST: u8 = 20;

/// What of a layer is wanted in a tile.
#[derive(Clone, Debug)]
pub struct Tiled {
    /// The layer; its id names the layer of the tile.
    pub layer: Layer,
    /// Which features.
    pub ask: Ask,
    /// Which properties, by their place in the layer's fields; the id comes in any case.
    pub properties: Vec<usize>,
}

impl Service {
    /// The features of some layers in a tile, as MVT; empty when there are none. Walks through what touches the tile and
    /// holds no more than [`MOST`] features of a layer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn tile(&self, sheet: &Sheet, today: NaiveDate, wanted: &[Tiled]) -> Result<Vec<u8>> {
        let mut tile = Vec::new();
        for tiled in wanted {
            let kept = self.first(sheet, today, tiled)?;
            write(sheet, tiled, kept, &mut tile);
        }
        Ok(tile)
    }

    /// The features that matter most, the first first.
    fn first(&self, sheet: &Sheet, today: NaiveDate, tiled: &Tiled) -> Result<Vec<Kept>> {
        let (layer, zone) = (tiled.layer, self.zone());
        let bounds = sheet.bounds();
        let (min, max) = (bounds.min, bounds.max);
        let square = Rect::new((min.lon, min.lat), (max.lon, max.lat));
        let walk = Walk {
            within: vec![bounds],
            ..hints(&tiled.ask, zone)
        };
        let mut first: BinaryHeap<Kept> = BinaryHeap::new();
        self.walk(layer, today, &walk, &mut |feature| {
            let rank = Rank::of(layer, &feature);
            let is_beyond =
                first.len() >= MOST && first.peek().is_some_and(|last| rank > last.rank);
            let touches = |feature: &Feature| {
                let shape = feature.shape.as_ref();
                shape.is_some_and(|shape| shape.intersects(&square))
            };
            if !is_beyond && touches(&feature) && tiled.ask.wants(layer, &feature, zone) {
                first.push(Kept { rank, feature });
                if first.len() > MOST {
                    first.pop();
                }
            }
            ControlFlow::Continue(())
        })?;
        Ok(first.into_sorted_vec())
    }
}

fn write(sheet: &Sheet, tiled: &Tiled, kept: Vec<Kept>, tile: &mut Vec<u8>) {
    let fields = tiled.layer.fields();
    let names = tiled.properties.iter().map(|at| fields[*at].name);
    let keys: Vec<&str> = std::iter::once("id").chain(names).collect();
    let mut layer = TileLayer::new(tiled.layer.id(), &keys);
    for Kept { feature: one, .. } in kept {
        let Some(piece) = one.shape.as_ref().and_then(|shape| sheet.cut(shape)) else {
            continue;
        };
        let texts: Vec<_> = tiled
            .properties
            .iter()
            .map(|at| one.values[*at].to_text())
            .collect();
        let values = tiled.properties.iter().zip(&texts).enumerate();
        let values = values.filter_map(|(i, (at, text))| {
            let value = match &one.values[*at] {
                Value::Null => return None,
                Value::Bool(flag) => TileValue::Bool(*flag),
                Value::Int(n) => TileValue::Int(*n),
                Value::Real(x) => TileValue::Real(*x),
                Value::Text(_) | Value::Date(_) | Value::Instant(_) => TileValue::Text(text),
            };
            Some((i + 1, value))
        });
        let id = std::iter::once((0, TileValue::Text(&one.id)));
        piece.add(&mut layer, id.chain(values));
    }
    layer.write(tile);
}

/// A feature's place in the order of what matters: less is more, keys break ties.
#[derive(Clone, Debug, PartialEq)]
struct Rank {
    importance: [f64; 2],
    key: String,
}

impl Rank {
    fn of(layer: Layer, feature: &Feature) -> Self {
        let number = |name: &str| {
            let value = layer.field(name).map(|at| &feature.values[at]);
            value
                .and_then(Value::as_number)
                .unwrap_or(f64::NEG_INFINITY)
        };
        let importance = match layer {
            // What a visit is worth grows with urgency, class and value.
            Layer::Accounts => [number("prize_s"), number("value")],
            Layer::Visits | Layer::Unplanned => [number("prize_s"), number("urgency")],
            Layer::Tours => [number("prize_s"), number("visits")],
            Layer::Legs => [number("drive_s"), number("dist_m")],
            Layer::Reps => [number("accounts"), 0.0],
            Layer::Areas | Layer::Isochrones => [number("area_m2"), 0.0],
            Layer::Gaps | Layer::Cells => [number("share"), number("accounts")],
            Layer::Roads => [-road_class(layer, feature), number("length_m")],
            // Those that lie far from their road are the ones to look at.
            Layer::Snaps => [number("snap_m"), 0.0],
            Layer::Metrics => [0.0, 0.0],
        };
        Self {
            importance,
            key: feature.key.clone(),
        }
    }
}

/// Motorways first: the place of the class in its list.
fn road_class(layer: Layer, feature: &Feature) -> f64 {
    use super::schema::Kind;
    let at = layer.field("class");
    let (kind, value) = at.map_or((Kind::Text, &Value::Null), |at| {
        (layer.fields()[at].kind, &feature.values[at])
    });
    let (Kind::Code(codes), Value::Text(class)) = (kind, value) else {
        return f64::INFINITY;
    };
    let place = codes.iter().position(|code| code == class);
    place.map_or(f64::INFINITY, |place| place as f64)
}

impl Eq for Rank {}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        let [a, b] = [self.importance, other.importance];
        let most_first = b[0].total_cmp(&a[0]).then(b[1].total_cmp(&a[1]));
        most_first.then_with(|| self.key.cmp(&other.key))
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A feature of the tile.
struct Kept {
    rank: Rank,
    feature: Feature,
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Kept {}

impl Ord for Kept {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(first: f64, second: f64, key: &str) -> Rank {
        Rank {
            importance: [first, second],
            key: key.to_owned(),
        }
    }

    #[test]
    fn what_matters_more_comes_first_and_keys_break_ties() {
        assert!(rank(2.0, 0.0, "b") < rank(1.0, 9.0, "a"));
        assert!(rank(1.0, 2.0, "b") < rank(1.0, 1.0, "a"));
        assert!(rank(1.0, 1.0, "a") < rank(1.0, 1.0, "b"));
        assert!(rank(0.0, 0.0, "b") < rank(f64::NEG_INFINITY, 0.0, "a"));
    }
}
