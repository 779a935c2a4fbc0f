//! Who is near whom: for each visit the others by distance, nearest first.

use super::model::{Model, Node};

/// Fixed-length lists of near visits.
pub struct Near {
    width: usize,
    list: Vec<Node>,
}

impl Near {
    /// The `width` nearest visits of each visit by travel there and back.
    /// Costs O(n^2) for n visits.
    pub fn new(model: &Model, width: usize) -> Self {
        let n = model.visits;
        let width = width.min(n.saturating_sub(1));
        let mut list = Vec::with_capacity(n * width);
        let mut far: Vec<(u64, Node)> = Vec::with_capacity(n);
        for v in 0..n {
            far.clear();
            let (out, into) = (model.row_out(v as Node), model.row_in(v as Node));
            for u in (0..n).filter(|&u| u != v) {
                let place = model.place(u as Node);
                let (there, back) = (i64::from(out[place]), i64::from(into[place]));
                far.push(((there + back) as u64, u as Node));
            }
            if width < far.len() {
                far.select_nth_unstable(width);
                far.truncate(width);
            }
            far.sort_unstable();
            list.extend(far.iter().map(|f| f.1));
        }
        Self { width, list }
    }

    /// The visits near `visit`, nearest first.
    #[inline]
    pub fn of(&self, visit: Node) -> &[Node] {
        let at = visit as usize * self.width;
        &self.list[at..at + self.width]
    }
}
