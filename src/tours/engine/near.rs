//! Who is near whom: for each visit the others by distance, nearest first.

use std::sync::OnceLock;

use super::model::{Model, Node};

/// Lists of near visits, each made when it is first asked for: a search cut short pays for no more than it used.
pub struct Near {
    width: usize,
    lists: Vec<OnceLock<Box<[Node]>>>,
}

impl Near {
    /// Lists of the `width` nearest visits for each visit of `model`.
    pub fn new(model: &Model, width: usize) -> Self {
        Self {
            width: width.min(model.visits.saturating_sub(1)),
            lists: (0..model.visits).map(|_| OnceLock::new()).collect(),
        }
    }

    /// The visits near `visit` by travel there and back, nearest first; costs O(n) for n visits the first time. `model` is
    /// always the one that the lists were made for.
    #[inline]
    pub fn of(&self, model: &Model, visit: Node) -> &[Node] {
        self.lists[visit as usize].get_or_init(|| nearest(model, visit, self.width))
    }
}

fn nearest(model: &Model, visit: Node, width: usize) -> Box<[Node]> {
    let (out, into) = (model.row_out(visit), model.row_in(visit));
    let others = (0..model.visits as Node).filter(|&u| u != visit);
    let mut far: Vec<(u64, Node)> = others
        .map(|u| {
            let place = model.place(u);
            (u64::from(out[place]) + u64::from(into[place]), u)
        })
        .collect();
    if width < far.len() {
        far.select_nth_unstable(width);
        far.truncate(width);
    }
    far.sort_unstable();
    far.into_iter().map(|(_, u)| u).collect()
}
