//! The bytes of a Mapbox Vector Tile, version 2: a protobuf message written by hand, since the few fields it needs are
//! shorter than a crate's bridge to them, and rings that touch must not lose their first command.

use std::collections::BTreeMap;

use super::Form;
use super::grid::{Cell, TILE};

/// One layer in the making.
#[derive(Default)]
pub struct Layer {
    features: Vec<u8>,
    count: usize,
    values: BTreeMap<String, u32>,
    order: Vec<String>,
}

/// Properties of every layer, by number.
const KEYS: [&str; 2] = ["kind", "name"];

impl Layer {
    /// Adds a feature whose `parts` are in units of the tile. Rings do not repeat their first point.
    pub fn add(&mut self, form: Form, parts: &[Vec<Cell>], kind: &str, name: Option<&str>) {
        let mut tags = vec![0, self.value(kind)];
        if let Some(name) = name {
            tags.extend([1, self.value(name)]);
        }
        let form_number = match form {
            Form::Points => 1,
            Form::Lines => 2,
            Form::Rings => 3,
        };
        let mut feature = Vec::new();
        packed(&mut feature, 2, &tags);
        number(&mut feature, 3, form_number);
        packed(&mut feature, 4, &commands(form, parts));
        bytes(&mut self.features, 2, &feature);
        self.count += 1;
    }

    fn value(&mut self, text: &str) -> u32 {
        if let Some(&index) = self.values.get(text) {
            return index;
        }
        let index = self.order.len() as u32;
        self.order.push(text.to_owned());
        self.values.insert(text.to_owned(), index);
        index
    }

    /// Appends the layer to a tile; nothing when it is empty.
    pub fn write(&self, name: &str, tile: &mut Vec<u8>) {
        if self.count == 0 {
            return;
        }
        let mut layer = Vec::with_capacity(self.features.len() + 256);
        bytes(&mut layer, 1, name.as_bytes());
        layer.extend(&self.features);
        for key in KEYS {
            bytes(&mut layer, 3, key.as_bytes());
        }
        for text in &self.order {
            let mut value = Vec::new();
            bytes(&mut value, 1, text.as_bytes());
            bytes(&mut layer, 4, &value);
        }
        number(&mut layer, 5, TILE as u32);
        number(&mut layer, 15, 2);
        bytes(tile, 3, &layer);
    }
}

/// MoveTo, LineTo and ClosePath with zigzag steps from point to point.
fn commands(form: Form, parts: &[Vec<Cell>]) -> Vec<u32> {
    let mut out = Vec::new();
    let mut at = [0, 0];
    let mut step = |out: &mut Vec<u32>, to: Cell| {
        for axis in 0..2 {
            let delta = to[axis] - at[axis];
            out.push(((delta << 1) ^ (delta >> 31)) as u32);
        }
        at = to;
    };
    if form == Form::Points {
        let points: Vec<Cell> = parts.iter().flatten().copied().collect();
        out.push(1 | (points.len() as u32) << 3);
        for point in points {
            step(&mut out, point);
        }
        return out;
    }
    for part in parts {
        let Some((first, rest)) = part.split_first() else {
            continue;
        };
        out.push(1 | 1 << 3);
        step(&mut out, *first);
        out.push(2 | (rest.len() as u32) << 3);
        for point in rest {
            step(&mut out, *point);
        }
        if form == Form::Rings {
            out.push(7 | 1 << 3);
        }
    }
    out
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn number(out: &mut Vec<u8>, field: u32, value: u32) {
    varint(out, u64::from(field) << 3);
    varint(out, u64::from(value));
}

fn bytes(out: &mut Vec<u8>, field: u32, content: &[u8]) {
    varint(out, u64::from(field) << 3 | 2);
    varint(out, content.len() as u64);
    out.extend(content);
}

fn packed(out: &mut Vec<u8>, field: u32, values: &[u32]) {
    let mut content = Vec::new();
    for &value in values {
        varint(&mut content, u64::from(value));
    }
    bytes(out, field, &content);
}
