//! The bytes of a Mapbox Vector Tile, version 2: a protobuf message written by hand, since the few fields it needs are
//! shorter than a crate's bridge to them, and rings that touch must not lose their first command.

use std::collections::BTreeMap;

use super::Form;
use super::grid::{Cell, TILE};

/// One layer in the making.
#[derive(Debug)]
pub struct Layer {
    name: String,
    keys: Vec<String>,
    features: Vec<u8>,
    count: usize,
    values: BTreeMap<Vec<u8>, u32>,
    order: Vec<Vec<u8>>,
}

/// A property's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Text.
    Text(&'a str),
    /// Whole number.
    Int(i64),
    /// Number.
    Real(f64),
    /// Yes or no.
    Bool(bool),
}

impl Value<'_> {
    /// As a message of the format.
    fn message(self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Text(text) => bytes(&mut out, 1, text.as_bytes()),
            Self::Real(x) => {
                varint(&mut out, 3 << 3 | 1);
                out.extend(x.to_le_bytes());
            }
            Self::Int(n) => {
                varint(&mut out, 6 << 3);
                varint(&mut out, ((n << 1) ^ (n >> 63)) as u64);
            }
            Self::Bool(flag) => number(&mut out, 7, u32::from(flag)),
        }
        out
    }
}

impl Layer {
    /// An empty layer whose features may have these properties.
    #[must_use]
    pub fn new(name: &str, keys: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            features: Vec::new(),
            count: 0,
            values: BTreeMap::new(),
            order: Vec::new(),
        }
    }

    /// Adds a feature whose `parts` are in units of the tile, with values by the place of their key. Rings do not repeat
    /// their first point.
    pub(super) fn add<'v>(
        &mut self,
        form: Form,
        parts: &[Vec<Cell>],
        values: impl IntoIterator<Item = (usize, Value<'v>)>,
    ) {
        let mut tags = Vec::new();
        for (key, value) in values {
            tags.extend([key as u32, self.value(value)]);
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

    fn value(&mut self, value: Value<'_>) -> u32 {
        let message = value.message();
        if let Some(&index) = self.values.get(&message) {
            return index;
        }
        let index = self.order.len() as u32;
        self.order.push(message.clone());
        self.values.insert(message, index);
        index
    }

    /// Appends the layer to a tile; nothing when it is empty.
    pub fn write(&self, tile: &mut Vec<u8>) {
        if self.count == 0 {
            return;
        }
        let mut layer = Vec::with_capacity(self.features.len() + 256);
        bytes(&mut layer, 1, self.name.as_bytes());
        layer.extend(&self.features);
        for key in &self.keys {
            bytes(&mut layer, 3, key.as_bytes());
        }
        for value in &self.order {
            bytes(&mut layer, 4, value);
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
