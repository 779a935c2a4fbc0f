//! The background as bytes, for the region file. Points are stored as steps, so most take two to four bytes.

use serde::{Deserialize, Serialize};

use super::grid::Cell;
use super::{Background, Feature, Form};
use crate::geometry::Bounds;
use crate::osm::BackgroundLayer;

/// Why saved bytes are refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SavedError {
    /// Not what was written.
    #[error("the background map in the file is damaged")]
    Damaged,
}

#[derive(Serialize, Deserialize)]
struct Saved {
    bounds: Bounds,
    kinds: Vec<String>,
    names: Vec<String>,
    features: Vec<SavedFeature>,
}

#[derive(Serialize, Deserialize)]
struct SavedFeature {
    layer: BackgroundLayer,
    kind: u32,
    name: Option<u32>,
    from_zoom: u8,
    form: Form,
    parts: Vec<Vec<Cell>>,
}

impl Background {
    /// All of it as bytes; the same background gives the same bytes.
    ///
    /// # Panics
    /// Never: plain lists always serialize into memory.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let saved = Saved {
            bounds: self.bounds,
            kinds: self.kinds.clone(),
            names: self.names.clone(),
            features: self
                .features
                .iter()
                .map(|f| SavedFeature {
                    layer: f.layer,
                    kind: f.kind,
                    name: f.name,
                    from_zoom: f.from_zoom,
                    form: f.form,
                    parts: f.parts.iter().map(|part| steps(part)).collect(),
                })
                .collect(),
        };
        postcard::to_stdvec(&saved).expect("plain lists always fit into memory")
    }

    /// The background that [`Background::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the bytes are not such.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SavedError> {
        let saved: Saved = postcard::from_bytes(bytes).map_err(|_| SavedError::Damaged)?;
        let sound = |f: &SavedFeature| {
            (f.kind as usize) < saved.kinds.len()
                && f.name
                    .is_none_or(|name| (name as usize) < saved.names.len())
                && !f.parts.is_empty()
                && f.parts.iter().all(|part| !part.is_empty())
        };
        if !saved.features.iter().all(sound) {
            return Err(SavedError::Damaged);
        }
        let features = saved
            .features
            .into_iter()
            .map(|f| Feature {
                layer: f.layer,
                kind: f.kind,
                name: f.name,
                from_zoom: f.from_zoom,
                form: f.form,
                parts: f.parts.iter().map(|part| sums(part)).collect(),
            })
            .collect::<Vec<Feature>>();
        let on_grid = |cell: &Cell| cell.iter().all(|v| (0..=1 << 28).contains(v));
        if !features
            .iter()
            .flat_map(|f| f.parts.iter().flatten())
            .all(on_grid)
        {
            return Err(SavedError::Damaged);
        }
        Ok(Self::assemble(
            saved.bounds,
            saved.kinds,
            saved.names,
            features,
        ))
    }
}

fn steps(part: &[Cell]) -> Vec<Cell> {
    let mut last = [0, 0];
    part.iter()
        .map(|&point| {
            let step = [
                point[0].wrapping_sub(last[0]),
                point[1].wrapping_sub(last[1]),
            ];
            last = point;
            step
        })
        .collect()
}

fn sums(steps: &[Cell]) -> Vec<Cell> {
    let mut at = [0_i32, 0];
    steps
        .iter()
        .map(|step| {
            at = [at[0].wrapping_add(step[0]), at[1].wrapping_add(step[1])];
            at
        })
        .collect()
}
