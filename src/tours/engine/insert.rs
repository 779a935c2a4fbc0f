//! Where a left-out visit fits cheapest.

use super::feasible::Trial;
use super::kept::Kept;
use super::model::{Model, NONE, Node};
use super::near::Near;
use super::random::Random;
use super::state::{Spot, Tours};

/// How many near visits are looked beside.
const BESIDE: usize = 40;

/// How insertion positions are looked for.
pub struct Inserter<'a> {
    pub near: &'a Near,
    /// Look at every position instead of those beside near visits.
    pub everywhere: bool,
    /// One position in this many is overlooked, so that the search does not repeat itself; 0 overlooks none.
    pub blink: u32,
    /// What is known of days that did not change, where every position is looked at. It belongs to one `Tours`, which changes
    /// by steps alone from then on, see `Tours::begin`.
    pub kept: Option<Kept>,
}

/// The cheapest spot so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Best {
    delta: i64,
    day: u32,
    after: Node,
}

impl Best {
    const fn below(limit: i64) -> Self {
        Self {
            delta: limit,
            day: NONE,
            after: NONE,
        }
    }

    fn spot(&self) -> Option<Spot> {
        (self.day != NONE).then_some(Spot { after: self.after })
    }
}

impl<'a> Inserter<'a> {
    /// Looks at every position each time.
    pub const fn thorough(near: &'a Near) -> Self {
        Self {
            near,
            everywhere: true,
            blink: 0,
            kept: None,
        }
    }

    /// The cheapest feasible spot for a left-out visit that costs less than it is worth and `bonus` more.
    pub fn best(
        &mut self,
        tours: &Tours,
        visit: Node,
        bonus: i64,
        random: &mut Random,
    ) -> Option<Spot> {
        if !tours.group_free(visit) {
            return None;
        }
        let mut best = Best::below(tours.model.worth[visit as usize].saturating_add(bonus));
        if self.everywhere {
            self.scan(tours, visit, random, &mut best);
        } else {
            self.beside_near(tours, visit, random, &mut best);
            empty_days(tours, visit, &mut best);
            if best.day == NONE && tours.model.required[visit as usize] {
                self.scan(tours, visit, random, &mut best);
            }
        }
        best.spot()
    }

    fn blinks(&self, random: &mut Random) -> bool {
        self.blink > 0 && (random.next() as u32) < u32::MAX / self.blink
    }

    fn beside_near(&self, tours: &Tours, visit: Node, random: &mut Random, best: &mut Best) {
        let model = tours.model;
        let (row_in, row_out) = (model.row_in(visit), model.row_out(visit));
        let mut last_day = NONE;
        let mut room = false;
        let mut kept = 0;
        for &beside in self.near.of(model, visit).iter().take(BESIDE) {
            let day = tours.day[beside as usize];
            if day == NONE {
                continue;
            }
            if day != last_day {
                last_day = day;
                room = tours.has_room(day, visit);
                kept = kept_price(model, day, visit);
            }
            if !room || self.blinks(random) {
                continue;
            }
            let (prev, next) = (tours.prev[beside as usize], tours.next[beside as usize]);
            let to = i64::from(row_in[model.place(beside)]);
            let from = i64::from(row_out[model.place(next)]);
            let delta = to + from - tours.leg(next) - kept;
            if delta < best.delta
                && !is_locked(model, next)
                && tours.fits(day, beside, visit, to, from)
            {
                *best = Best {
                    delta,
                    day,
                    after: beside,
                };
            }
            let to = i64::from(row_in[model.place(prev)]);
            let from = i64::from(row_out[model.place(beside)]);
            let delta = to + from - tours.leg(beside) - kept;
            if delta < best.delta
                && !is_locked(model, beside)
                && tours.fits(day, prev, visit, to, from)
            {
                *best = Best {
                    delta,
                    day,
                    after: prev,
                };
            }
        }
    }

    /// Looks at every position of every day.
    fn scan(&mut self, tours: &Tours, visit: Node, random: &mut Random, best: &mut Best) {
        let model = tours.model;
        let mut tried_class = NONE;
        for day in 0..model.days.len() as u32 {
            if tours.stops[day as usize] == 0 {
                if tried_class == model.days[day as usize].class {
                    continue;
                }
                tried_class = model.days[day as usize].class;
                try_empty(tours, visit, day, best);
            } else if self.kept.is_some() && !tours.is_touched(day) {
                self.scan_kept(tours, visit, day, random, best);
            } else {
                self.scan_day(tours, visit, day, NONE, random, best);
            }
        }
    }

    /// The same result as [`Self::scan_day`] for a day that this step has not touched, by what is known of it.
    fn scan_kept(
        &mut self,
        tours: &Tours,
        visit: Node,
        day: u32,
        random: &mut Random,
        best: &mut Best,
    ) {
        let found = self.look_up(tours, visit, day, best.delta);
        debug_assert_eq!(
            found,
            look(tours, visit, day, best.delta),
            "what is kept of visit {visit} on day {day} is what a fresh look finds"
        );
        if found.day == NONE {
            return;
        }
        if self.blinks(random) {
            // The next best spot of the day then, if it is not overlooked in turn.
            self.scan_day(tours, visit, day, found.after, random, best);
        } else {
            *best = found;
        }
    }

    /// The best spot on a day for less than `limit`, from what is known where the day is as it was.
    fn look_up(&mut self, tours: &Tours, visit: Node, day: u32, limit: i64) -> Best {
        let Some(kept) = &mut self.kept else {
            return look(tours, visit, day, limit);
        };
        let version = tours.version(day);
        if let Some(known) = kept.get(visit, day, version) {
            if known.delta >= limit {
                return Best::below(limit);
            }
            if known.after != NONE {
                let (delta, after) = (known.delta, known.after);
                return Best { delta, day, after };
            }
        }
        let found = look(tours, visit, day, limit);
        kept.set(visit, day, version, found.after, found.delta);
        found
    }

    /// Looks at every position of a day but that behind `aside`.
    fn scan_day(
        &self,
        tours: &Tours,
        visit: Node,
        day: u32,
        aside: Node,
        random: &mut Random,
        best: &mut Best,
    ) {
        each_position(tours, visit, day, best, |after| {
            after != aside && !self.blinks(random)
        });
    }
}

/// The best spot on a day for less than `limit`.
fn look(tours: &Tours, visit: Node, day: u32, limit: i64) -> Best {
    let mut best = Best::below(limit);
    each_position(tours, visit, day, &mut best, |_| true);
    best
}

/// Looks at the positions of a day behind nodes that `counts` lets pass, and keeps what is better than `best`.
#[inline]
fn each_position(
    tours: &Tours,
    visit: Node,
    day: u32,
    best: &mut Best,
    mut counts: impl FnMut(Node) -> bool,
) {
    let model = tours.model;
    if !tours.has_room(day, visit) {
        return;
    }
    let (row_in, row_out) = (model.row_in(visit), model.row_out(visit));
    let kept = kept_price(model, day, visit);
    let trial = Trial::new(tours, day, visit);
    let mut after = model.start(day);
    let mut to = i64::from(row_in[model.place(after)]);
    loop {
        let next = tours.next[after as usize];
        let from = i64::from(row_out[model.place(next)]);
        let delta = to + from - tours.leg(next) - kept;
        if delta < best.delta
            && !is_locked(model, next)
            && counts(after)
            && trial.fits(after, next, to, from)
        {
            *best = Best { delta, day, after };
        }
        if !model.is_visit(next) {
            break;
        }
        to = i64::from(row_in[model.place(next)]);
        after = next;
    }
}

/// One empty day per class.
fn empty_days(tours: &Tours, visit: Node, best: &mut Best) {
    let mut from = 0;
    let mut tried = NONE;
    while let Some(day) = tours.next_empty(from) {
        let class = tours.model.days[day as usize].class;
        if class != tried {
            tried = class;
            try_empty(tours, visit, day, best);
        }
        from = day + 1;
    }
}

fn try_empty(tours: &Tours, visit: Node, day: u32, best: &mut Best) {
    let model = tours.model;
    let (start, end) = (model.start(day), model.end(day));
    let to = model.travel(start, visit);
    let from = model.travel(visit, end);
    let delta = to + from + model.days[day as usize].fixed_cost - kept_price(model, day, visit);
    if delta < best.delta && tours.has_room(day, visit) && tours.fits(day, start, visit, to, from) {
        *best = Best {
            delta,
            day,
            after: start,
        };
    }
}

#[inline]
fn kept_price(model: &Model, day: u32, visit: Node) -> i64 {
    if !model.any_keep {
        return 0;
    }
    let (kept, price) = model.keep[visit as usize];
    if kept == day { price } else { 0 }
}

#[inline]
fn is_locked(model: &Model, node: Node) -> bool {
    model.any_locked && model.is_visit(node) && model.locked[node as usize]
}
