//! What is asked: visits that could be made, rep-days that could make them, and the travel between places.

use thiserror::Error;

pub use super::travel::{Slice, TravelTable, UNREACHABLE};

/// The latest instant a window may name; far enough for any calendar, small enough to add to.
pub const FOREVER: i64 = i64::MAX / 8;

/// The longest lateness.
const MOST_TIME: i64 = 1 << 40;

/// The highest price of 1,000 units of time.
const MOST_PRICE: i64 = 1_000_000;

/// The most breaks that one rep-day can carry.
pub const MAX_BREAKS: usize = 4;

/// A span of time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// First allowed instant.
    pub open: i64,
    /// Last allowed instant.
    pub close: i64,
}

impl Window {
    /// From `open` to `close`, both allowed.
    #[must_use]
    pub const fn new(open: i64, close: i64) -> Self {
        Self { open, close }
    }

    /// Any time from zero on.
    #[must_use]
    pub const fn always() -> Self {
        Self::new(0, FOREVER)
    }

    /// Is `at` inside?
    #[must_use]
    pub const fn holds(&self, at: i64) -> bool {
        self.open <= at && at <= self.close
    }
}

/// A visit that an existing plan has on a rep-day, and the price of taking it off that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// The rep-day that has it now.
    pub day: usize,
    /// Added to the cost unless the visit stays on that day.
    pub price: i64,
}

/// A visit may start after a window has closed, at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lateness {
    /// How late at most.
    pub most: i64,
    /// What 1,000 units of time late cost.
    pub per_mille: i64,
}

/// A day may last beyond its regular end, up to the end of the shift, at a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overtime {
    /// The regular end.
    pub after: i64,
    /// What 1,000 units of time beyond it cost.
    pub per_mille: i64,
}

/// A visit that could be made. `Visit::default()` takes no time, earns nothing and is open always.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// Where, as a row of the travel table.
    pub place: usize,
    /// When service may **start**; none means any time.
    pub windows: Vec<Window>,
    /// How long it takes.
    pub service: i64,
    /// How much longer it takes one who was not at this place before: nothing is set up twice in a row.
    pub setup: i64,
    /// Service and setup by [`RepDay::kind`], for visits that do not take everyone the same time.
    pub by_kind: Vec<(i64, i64)>,
    /// The travel time that making it is worth.
    pub prize: i64,
    /// The chance, in per mille, that it takes place when one gets there: its prize counts for so much. `None` is certain.
    pub show: Option<u16>,
    /// Starting late is allowed, at a price.
    pub late: Option<Lateness>,
    /// It must be made; a solution that misses it says so in its cost.
    pub required: bool,
    /// Skills that the rep must have, by number.
    pub skills: Vec<u32>,
    /// The rep-days that may make it; `None` means all.
    pub allowed_days: Option<Vec<usize>>,
    /// At most one visit of a group is made; the others then count as not missed.
    pub group: Option<u32>,
    /// What is brought to it, one entry per capacity of the rep-days: on board from the start of the day up to this visit.
    /// Empty means nothing.
    pub demand: Vec<i64>,
    /// What is taken along from it, likewise: on board from this visit to the end of the day.
    pub pickup: Vec<i64>,
    /// What an existing plan promised.
    pub keep: Option<Keep>,
}

/// A pause whose start floats in a window. Taken between visits: before or after a leg, never inside one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// When the pause may start.
    pub window: Window,
    /// How long it lasts.
    pub duration: i64,
}

/// One working day of one rep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepDay {
    /// Where the day starts; `None` starts at the first visit.
    pub start: Option<usize>,
    /// Where the day ends; `None` ends at the last visit.
    pub end: Option<usize>,
    /// Not out before `open`, back by `close`.
    pub shift: Window,
    /// Pauses, all of which must be taken on a day that has visits.
    pub breaks: Vec<Break>,
    /// The most visits.
    pub max_stops: Option<usize>,
    /// The most travel time. Where the travel table has pairs with no way, a day never travels for more than 2^32 - 2.
    pub max_drive: Option<i64>,
    /// The most time from departure to return, breaks and waits included.
    pub max_duration: Option<i64>,
    /// Skills of the rep, by number.
    pub skills: Vec<u32>,
    /// What can be on board at any time, one entry per kind of load; empty means no limit.
    pub capacity: Vec<i64>,
    /// Added to the cost when the day has visits.
    pub fixed_cost: i64,
    /// The last part of the shift costs extra.
    pub overtime: Option<Overtime>,
    /// What 1,000 units of idle time cost.
    pub wait_per_mille: i64,
    /// Visits already done or promised in this order: they stay the first stops of the day.
    pub prefix: Vec<usize>,
    /// Which of a visit's times by kind hold here; where it has none of that number, its general ones do.
    pub kind: usize,
}

impl Default for RepDay {
    fn default() -> Self {
        Self {
            start: None,
            end: None,
            shift: Window::always(),
            breaks: Vec::new(),
            max_stops: None,
            max_drive: None,
            max_duration: None,
            skills: Vec::new(),
            capacity: Vec::new(),
            fixed_cost: 0,
            overtime: None,
            wait_per_mille: 0,
            prefix: Vec::new(),
            kind: 0,
        }
    }
}

impl Visit {
    /// Service and setup on rep-days of a kind.
    #[must_use]
    pub fn times(&self, kind: usize) -> (i64, i64) {
        let general = (self.service, self.setup);
        self.by_kind.get(kind).copied().unwrap_or(general)
    }

    /// The least time it takes anyone, set up or not.
    #[must_use]
    pub fn least_service(&self) -> i64 {
        let of_kinds = self.by_kind.iter().map(|times| times.0);
        of_kinds.fold(self.service, i64::min)
    }

    /// What making it is worth: the prize times the chance that it takes place.
    #[must_use]
    pub fn expected_prize(&self) -> i64 {
        self.show
            .map_or(self.prize, |chance| self.prize * i64::from(chance) / 1_000)
    }
}

impl RepDay {
    /// Does time itself cost here: overtime or waiting?
    #[must_use]
    pub const fn prices_time(&self) -> bool {
        self.overtime.is_some() || self.wait_per_mille != 0
    }
}

/// What counts as better. Missing fewer required visits always comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Objective {
    /// Least travel and fixed cost; optional visits earn nothing.
    Travel,
    /// Least travel, fixed cost and prizes missed.
    #[default]
    TravelAndMissed,
    /// Most prize; among equals, least travel.
    MaxPrize,
}

/// Visits, rep-days and travel: the whole question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Travel times between places.
    pub travel: TravelTable,
    /// What could be visited.
    pub visits: Vec<Visit>,
    /// Who could go, and when.
    pub days: Vec<RepDay>,
    /// What counts as better.
    pub objective: Objective,
}

/// How long to search. With `iterations` alone the result depends on nothing but input and seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Search steps; `None` leaves it to the seconds.
    pub iterations: Option<u64>,
    /// Wall-clock guard in seconds; a result cut by it depends on the machine.
    pub seconds: Option<f64>,
    /// Seed of all random choices.
    pub seed: u64,
    /// Threads that may be used; never changes the result of an iteration budget.
    pub threads: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            iterations: Some(20_000),
            seconds: None,
            seed: 1,
            threads: 1,
        }
    }
}

/// Why a problem cannot be read as one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProblemError {
    /// The travel table is not square.
    #[error("a travel table of {places} places needs {places} x {places} entries, not {entries}")]
    TableShape {
        /// Rows promised.
        places: usize,
        /// Entries given.
        entries: usize,
    },
    /// The times of day of a travel table make no sense.
    #[error("slices of a travel table: {0}")]
    Slices(&'static str),
    /// Something points outside the list it points into.
    #[error("{what} {index} names {target} {value}, but there are only {count}")]
    OutOfRange {
        /// "visit" or "rep-day".
        what: &'static str,
        /// Which one.
        index: usize,
        /// "place", "rep-day" or "visit".
        target: &'static str,
        /// What it names.
        value: usize,
        /// How many there are.
        count: usize,
    },
    /// A number that makes no sense where it stands.
    #[error("{what} {index}: {rule}")]
    BadValue {
        /// "visit" or "rep-day".
        what: &'static str,
        /// Which one.
        index: usize,
        /// The rule it breaks.
        rule: &'static str,
    },
}

impl Problem {
    /// Checks that every index points somewhere and every number makes sense.
    ///
    /// # Errors
    /// The first thing found wrong.
    pub fn validate(&self) -> Result<(), ProblemError> {
        for (index, visit) in self.visits.iter().enumerate() {
            self.validate_visit(index, visit)?;
        }
        let mut locked = vec![false; self.visits.len()];
        for (index, day) in self.days.iter().enumerate() {
            self.validate_day(index, day, &mut locked)?;
        }
        Ok(())
    }

    fn validate_visit(&self, index: usize, visit: &Visit) -> Result<(), ProblemError> {
        let bad = |rule| bad("visit", index, rule);
        in_range("visit", index, "place", visit.place, self.travel.places())?;
        if visit.windows.iter().any(|w| w.open > w.close) {
            return bad("a window closes before it opens");
        }
        if visit.windows.iter().any(|w| !sane(w.open)) {
            return bad("a window opens beyond any calendar");
        }
        let general = (visit.service, visit.setup);
        for (service, setup) in visit.by_kind.iter().copied().chain([general]) {
            if service < 0 || !sane(service) {
                return bad("service time must be zero or more");
            }
            if setup < 0 || !sane(setup) {
                return bad("setup time must be zero or more");
            }
        }
        if visit.prize < 0 || visit.prize > 1 << 40 {
            return bad("prize must be zero or more, and below 2^40");
        }
        let loads = || visit.demand.iter().chain(&visit.pickup);
        if loads().any(|&load| load < 0 || !sane(load)) {
            return bad("demand and pickup must be zero or more");
        }
        if visit.show.is_some_and(|chance| chance > 1_000) {
            return bad("a chance is at most 1000 per mille");
        }
        if visit.late.is_some_and(|late| {
            !(0..=MOST_TIME).contains(&late.most) || !(0..=MOST_PRICE).contains(&late.per_mille)
        }) {
            return bad("lateness and its price must be zero or more, and sane");
        }
        for &day in visit.allowed_days.iter().flatten() {
            in_range("visit", index, "rep-day", day, self.days.len())?;
        }
        if let Some(keep) = visit.keep {
            in_range("visit", index, "rep-day", keep.day, self.days.len())?;
            if keep.price < 0 || keep.price > 1 << 40 {
                return bad("the price of a change must be zero or more, and below 2^40");
            }
        }
        Ok(())
    }

    fn validate_day(
        &self,
        index: usize,
        day: &RepDay,
        locked: &mut [bool],
    ) -> Result<(), ProblemError> {
        let bad = |rule| bad("rep-day", index, rule);
        for place in day.start.iter().chain(&day.end) {
            in_range("rep-day", index, "place", *place, self.travel.places())?;
        }
        if day.shift.open > day.shift.close || !sane(day.shift.open) {
            return bad("the shift ends before it starts");
        }
        if day.breaks.len() > MAX_BREAKS {
            return bad("more breaks than a day can carry (4)");
        }
        for pause in &day.breaks {
            if pause.window.open > pause.window.close || !sane(pause.window.open) {
                return bad("a break's window closes before it opens");
            }
            if pause.duration < 0 || !sane(pause.duration) {
                return bad("a break must last zero or more");
            }
        }
        if [day.max_drive, day.max_duration]
            .iter()
            .flatten()
            .any(|&m| m < 0)
        {
            return bad("a limit must be zero or more");
        }
        if day.capacity.iter().any(|&c| c < 0 || !sane(c)) {
            return bad("capacity must be zero or more");
        }
        if day.fixed_cost < 0 || day.fixed_cost > 1 << 40 {
            return bad("fixed cost must be zero or more, and below 2^40");
        }
        if day
            .overtime
            .is_some_and(|over| !sane(over.after) || !(0..=MOST_PRICE).contains(&over.per_mille))
            || !(0..=MOST_PRICE).contains(&day.wait_per_mille)
        {
            return bad("the price of time must be zero or more, and sane");
        }
        for &visit in &day.prefix {
            in_range("rep-day", index, "visit", visit, self.visits.len())?;
            if std::mem::replace(&mut locked[visit], true) {
                return bad("a locked visit stands in two places");
            }
        }
        Ok(())
    }

    /// Does the cost of a day depend on its instants, not on its legs alone: by times of day, or prices of time?
    #[must_use]
    pub fn prices_time(&self) -> bool {
        self.travel.has_slices()
            || self.days.iter().any(RepDay::prices_time)
            || self.visits.iter().any(|visit| visit.late.is_some())
    }

    /// May the rep of `day` make `visit` at all, times aside? (allowed days and skills)
    #[must_use]
    pub fn may_serve(&self, day: usize, visit: usize) -> bool {
        self.day_allowed(day, visit) && self.has_skills(day, visit)
    }

    /// Does `day` have time for `visit` while it is received, were the rep there at once? Ways, breaks and other visits aside.
    #[must_use]
    pub fn has_time(&self, day: usize, visit: usize) -> bool {
        let (shift, wanted) = (self.days[day].shift, &self.visits[visit]);
        let late = wanted.late.map_or(0, |late| late.most);
        let service = wanted.least_service();
        let received = |window: &Window| {
            let start = window.open.max(shift.open);
            start <= window.close.saturating_add(late)
                && start.saturating_add(service) <= shift.close
        };
        wanted.windows.is_empty() || wanted.windows.iter().any(received)
    }

    /// Is `day` among the rep-days that may make `visit`?
    #[must_use]
    pub fn day_allowed(&self, day: usize, visit: usize) -> bool {
        self.visits[visit]
            .allowed_days
            .as_ref()
            .is_none_or(|days| days.contains(&day))
    }

    /// Has the rep of `day` every skill that `visit` asks for?
    #[must_use]
    pub fn has_skills(&self, day: usize, visit: usize) -> bool {
        let have = &self.days[day].skills;
        self.visits[visit].skills.iter().all(|s| have.contains(s))
    }
}

const fn sane(value: i64) -> bool {
    value <= FOREVER && value >= -FOREVER
}

fn in_range(
    what: &'static str,
    index: usize,
    target: &'static str,
    value: usize,
    count: usize,
) -> Result<(), ProblemError> {
    if value < count {
        return Ok(());
    }
    Err(ProblemError::OutOfRange {
        what,
        index,
        target,
        value,
        count,
    })
}

const fn bad<T>(what: &'static str, index: usize, rule: &'static str) -> Result<T, ProblemError> {
    Err(ProblemError::BadValue { what, index, rule })
}
