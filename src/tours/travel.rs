//! Travel times between places, the same all day or by the time of day.

use super::problem::ProblemError;

/// Marks a pair of places with no way between them in a [`TravelTable`].
pub const UNREACHABLE: u32 = u32::MAX;

/// The most slices that a table may have.
pub const MAX_SLICES: usize = 6;

/// Travel times between places, in whole units (milliseconds in the product). Need not be symmetric.
///
/// With slices, a leg takes the time of the slice it sets out in, but never arrives later than one that sets out after
/// it (first in, first out): where the next slice is quicker, it takes as long as if it had waited for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TravelTable {
    places: usize,
    /// The least time of each pair over all slices.
    times: Vec<u32>,
    slices: Vec<Slice>,
    /// After this time the slices begin again.
    period: i64,
    symmetric: bool,
    longest: u32,
    /// Some pair has no way.
    gaps: bool,
}

/// The travel times that hold from an instant of the period on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// First instant, counted from the start of the period.
    pub from: i64,
    /// Times, row-major; [`UNREACHABLE`] where there is no way.
    pub times: Vec<u32>,
}

impl TravelTable {
    /// A table of `places` rows, row-major; [`UNREACHABLE`] marks pairs with no way.
    ///
    /// # Errors
    /// When `times` does not hold `places * places` entries.
    pub fn new(places: usize, times: Vec<u32>) -> Result<Self, ProblemError> {
        if places.checked_mul(places) == Some(times.len()) {
            Ok(Self::looked_through(places, times, Vec::new(), 0))
        } else {
            Err(ProblemError::TableShape {
                places,
                entries: times.len(),
            })
        }
    }

    /// A table whose times depend on the time of day: up to [`MAX_SLICES`] slices, the first from 0 on, that begin
    /// again after each `period` (a day, say), which must be longer than any leg.
    ///
    /// # Errors
    /// When a slice has the wrong number of entries, slices are too many or not in order, a leg takes longer than the
    /// period, or a pair has a way in one slice and none in another.
    pub fn by_time(places: usize, slices: Vec<Slice>, period: i64) -> Result<Self, ProblemError> {
        let bad = |rule| Err(ProblemError::Slices(rule));
        if slices.is_empty() || slices.len() > MAX_SLICES {
            return bad("a table has one to six of them");
        }
        if slices[0].from != 0
            || slices.windows(2).any(|pair| pair[0].from >= pair[1].from)
            || slices[slices.len() - 1].from >= period
        {
            return bad(
                "the first starts at 0, each later than the one before, all within the period",
            );
        }
        if let Some(slice) = slices
            .iter()
            .find(|s| Some(s.times.len()) != places.checked_mul(places))
        {
            return Err(ProblemError::TableShape {
                places,
                entries: slice.times.len(),
            });
        }
        let mut times = slices[0].times.clone();
        for slice in &slices {
            for (least, &time) in times.iter_mut().zip(&slice.times) {
                if (time == UNREACHABLE) != (*least == UNREACHABLE) {
                    return bad("a pair has a way in all of them or in none");
                }
                if time != UNREACHABLE && i64::from(time) > period {
                    return bad("the period must be longer than any leg");
                }
                *least = (*least).min(time);
            }
        }
        let slices = if slices.len() > 1 { slices } else { Vec::new() };
        Ok(Self::looked_through(places, times, slices, period))
    }

    /// A table filled by asking `time(from, to)` for every pair.
    #[must_use]
    pub fn from_fn(places: usize, mut time: impl FnMut(usize, usize) -> u32) -> Self {
        let mut times = Vec::with_capacity(places * places);
        for from in 0..places {
            times.extend((0..places).map(|to| time(from, to)));
        }
        Self::looked_through(places, times, Vec::new(), 0)
    }

    /// The table, and what a search asks of it first.
    fn looked_through(places: usize, times: Vec<u32>, slices: Vec<Slice>, period: i64) -> Self {
        let known = times.iter().filter(|&&time| time != UNREACHABLE);
        Self {
            longest: known.max().copied().unwrap_or(0),
            gaps: times.contains(&UNREACHABLE),
            symmetric: is_symmetric(&times, places),
            places,
            times,
            slices,
            period,
        }
    }

    /// Does every way take as long as the way back?
    pub(super) const fn is_symmetric(&self) -> bool {
        self.symmetric
    }

    /// Is there a pair with no way between?
    pub(super) const fn has_gaps(&self) -> bool {
        self.gaps
    }

    /// The longest time of any pair.
    pub(super) const fn longest(&self) -> u32 {
        self.longest
    }

    /// The table of some of the places, renumbered as listed.
    #[must_use]
    pub(super) fn only(&self, places: &[usize]) -> Self {
        let pick = |all: &[u32]| {
            let mut times = Vec::with_capacity(places.len() * places.len());
            for &from in places {
                let row = &all[from * self.places..(from + 1) * self.places];
                times.extend(places.iter().map(|&to| row[to]));
            }
            times
        };
        let slice = |slice: &Slice| Slice {
            from: slice.from,
            times: pick(&slice.times),
        };
        let slices = self.slices.iter().map(slice).collect();
        Self::looked_through(places.len(), pick(&self.times), slices, self.period)
    }

    /// How many places it knows.
    #[must_use]
    pub const fn places(&self) -> usize {
        self.places
    }

    /// Do times depend on the time of day?
    #[must_use]
    pub const fn has_slices(&self) -> bool {
        !self.slices.is_empty()
    }

    /// The slices; none when times are the same all day.
    #[must_use]
    pub fn slices(&self) -> &[Slice] {
        &self.slices
    }

    /// After this time the slices begin again.
    #[must_use]
    pub const fn period(&self) -> i64 {
        self.period
    }

    /// The travel time (the least of all slices), `None` where there is no way.
    #[must_use]
    pub fn time(&self, from: usize, to: usize) -> Option<i64> {
        match self.times[from * self.places + to] {
            UNREACHABLE => None,
            time => Some(i64::from(time)),
        }
    }

    /// Travel between two places where either may be "nowhere" (an open start or end), which costs nothing.
    #[must_use]
    pub fn leg(&self, from: Option<usize>, to: Option<usize>) -> Option<i64> {
        match (from, to) {
            (Some(from), Some(to)) => self.time(from, to),
            _ => Some(0),
        }
    }

    /// All entries (the least of all slices), row-major, [`UNREACHABLE`] included.
    #[must_use]
    pub fn raw(&self) -> &[u32] {
        &self.times
    }

    /// When one arrives that sets out at `leave`; the pair must have a way.
    #[must_use]
    pub(super) fn arrive(&self, from: Option<usize>, to: Option<usize>, leave: i64) -> i64 {
        let (Some(from), Some(to)) = (from, to) else {
            return leave;
        };
        let pair = from * self.places + to;
        if self.slices.is_empty() {
            return leave.saturating_add(i64::from(self.times[pair]));
        }
        let (mut slice, mut start) = self.slice_at(leave);
        let mut best = leave + i64::from(self.slices[slice].times[pair]);
        loop {
            (slice, start) = self.slice_after(slice, start);
            // The least time of all slices says when looking on is in vain.
            if start + i64::from(self.times[pair]) >= best {
                return best;
            }
            best = best.min(start + i64::from(self.slices[slice].times[pair]));
        }
    }

    /// The latest instant to set out and arrive by `arrive`; the pair must have a way.
    #[must_use]
    pub(super) fn leave_by(&self, from: Option<usize>, to: Option<usize>, arrive: i64) -> i64 {
        let (Some(from), Some(to)) = (from, to) else {
            return arrive;
        };
        let pair = from * self.places + to;
        if self.slices.is_empty() {
            return arrive.saturating_sub(i64::from(self.times[pair]));
        }
        let (mut slice, mut start) = self.slice_at(arrive);
        let mut last = arrive;
        loop {
            let leave = last.min(arrive - i64::from(self.slices[slice].times[pair]));
            if leave >= start {
                return leave;
            }
            last = start - 1;
            (slice, start) = self.slice_at(last);
        }
    }

    /// The slice at an instant, and when it starts.
    fn slice_at(&self, at: i64) -> (usize, i64) {
        let round = at.div_euclid(self.period) * self.period;
        let slice = self.slices.partition_point(|s| s.from <= at - round) - 1;
        (slice, round + self.slices[slice].from)
    }

    /// The slice after one that starts at `start`, and when it starts.
    fn slice_after(&self, slice: usize, start: i64) -> (usize, i64) {
        match self.slices.get(slice + 1) {
            Some(next) => (slice + 1, start - self.slices[slice].from + next.from),
            None => (0, start - self.slices[slice].from + self.period),
        }
    }

    /// How long after `at` times change next; `None` when they never do.
    #[must_use]
    pub(super) fn until_change(&self, at: i64) -> Option<i64> {
        if self.slices.is_empty() {
            return None;
        }
        let (slice, start) = self.slice_at(at);
        Some(self.slice_after(slice, start).1 - at)
    }
}

/// Is a square table its own mirror image? Compared tile by tile, which large tables need to stay in the cache.
fn is_symmetric(table: &[u32], n: usize) -> bool {
    const TILE: usize = 64;
    (0..n).step_by(TILE).all(|top| {
        (0..=top).step_by(TILE).all(|left| {
            (top..n.min(top + TILE))
                .all(|a| (left..n.min(left + TILE)).all(|b| table[a * n + b] == table[b * n + a]))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two places; 10 units apart, 30 in the rush hour from 100 to 199, each 1,000.
    fn rush_hour() -> TravelTable {
        let slice = |from, time| Slice {
            from,
            times: vec![0, time, time, 0],
        };
        TravelTable::by_time(2, vec![slice(0, 10), slice(100, 30), slice(200, 10)], 1_000)
            .expect("sound")
    }

    #[test]
    fn a_leg_takes_the_time_of_its_slice_and_nobody_is_overtaken() {
        let table = rush_hour();
        let arrive = |leave| table.arrive(Some(0), Some(1), leave);
        assert_eq!(arrive(99), 109);
        assert_eq!(arrive(100), 130);
        // Setting out at 190 would take until 220; whoever waits for 200 arrives at 210.
        assert_eq!(arrive(190), 210);
        assert_eq!(arrive(1_150), 1_180);
        assert_eq!(arrive(-850), -820);
    }

    #[test]
    fn arriving_never_gets_earlier_and_the_latest_departure_is_its_mirror() {
        let table = rush_hour();
        let (from, to) = (Some(0), Some(1));
        for at in -1_500..2_500 {
            assert!(
                table.arrive(from, to, at) <= table.arrive(from, to, at + 1),
                "{at}"
            );
            let leave = table.leave_by(from, to, at);
            assert!(table.arrive(from, to, leave) <= at, "{at}");
            assert!(table.arrive(from, to, leave + 1) > at, "{at}");
        }
    }

    #[test]
    fn slices_that_make_no_sense_are_refused() {
        let slice = |from, times: [u32; 4]| Slice {
            from,
            times: times.to_vec(),
        };
        let day = [0, 5, 5, 0];
        let cases = [
            vec![],
            vec![slice(1, day)],
            vec![slice(0, day), slice(0, day)],
            vec![slice(0, day), slice(200, day)],
            vec![slice(0, [0, 500, 5, 0])],
            vec![slice(0, day), slice(50, [0, UNREACHABLE, 5, 0])],
            (0..7).map(|at| slice(at, day)).collect(),
        ];
        for slices in cases {
            assert!(
                TravelTable::by_time(2, slices.clone(), 100).is_err(),
                "{slices:?}"
            );
        }
    }
}
