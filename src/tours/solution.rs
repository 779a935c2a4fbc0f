//! What is answered: tours with every instant, what is left out, and what it all costs.

/// One visit on a tour, with its instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TourStop {
    /// Which visit.
    pub visit: usize,
    /// Travel time of the leg that leads here; the leg sets out at `arrival - drive`.
    pub drive: i64,
    /// When the leg ends.
    pub arrival: i64,
    /// Idle time between arrival and start, breaks not counted.
    pub wait: i64,
    /// When service starts.
    pub start: i64,
    /// When service ends.
    pub end: i64,
    /// How long after its windows it starts, where that is allowed.
    pub late: i64,
    /// How much later one could arrive here and still keep the rest of the tour.
    pub slack: i64,
}

/// A break with its instants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakTaken {
    /// Which of the day's breaks.
    pub index: usize,
    /// When it starts.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// How many stops are done before it.
    pub after_stops: usize,
    /// Taken on arrival at the next place (true) or before setting out to it (false).
    pub on_arrival: bool,
}

/// One rep-day that has visits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tour {
    /// Which rep-day.
    pub day: usize,
    /// When the tour starts; as late as its end allows.
    pub departure: i64,
    /// The visits in order.
    pub stops: Vec<TourStop>,
    /// The breaks in order.
    pub breaks: Vec<BreakTaken>,
    /// Travel time of the last leg.
    pub last_drive: i64,
    /// When the tour is over (back at the end place, breaks taken).
    pub back: i64,
    /// Total travel time.
    pub drive: i64,
    /// Total service time.
    pub service: i64,
    /// Total idle time.
    pub wait: i64,
    /// How much later the tour could start and still keep every promise.
    pub slack: i64,
    /// What overtime, waiting and lateness cost.
    pub time_price: i64,
}

impl Tour {
    /// The visits in order.
    pub fn visits(&self) -> impl Iterator<Item = usize> + '_ {
        self.stops.iter().map(|stop| stop.visit)
    }

    /// From departure to return.
    #[must_use]
    pub const fn duration(&self) -> i64 {
        self.back - self.departure
    }
}

/// What a solution costs, part by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Required visits that are left out.
    pub missing_required: usize,
    /// Travel time of all tours.
    pub travel: i64,
    /// Fixed cost of the days used.
    pub fixed: i64,
    /// Expected prize of the visits made.
    pub prize: i64,
    /// Expected prize of the visits missed.
    pub missed: i64,
    /// Price of the changes against an existing plan.
    pub changes: i64,
    /// Price of overtime, waiting and lateness.
    pub time: i64,
    /// The objective's value: less is better, but for `MaxPrize`, where it is the prize and more is better.
    pub value: i64,
}

/// How a bound was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundMethod {
    /// Every choice was weighed: the solution is optimal.
    Exact,
    /// Each place visited is entered and left once: a cheapest assignment.
    Assignment,
    /// Tours hold a spanning tree: the cheapest one, with prices that pull it towards tours.
    OneTree,
    /// The hours of all days, filled with the visits that earn most per time.
    Knapsack,
}

impl BoundMethod {
    /// Its name in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Assignment => "assignment",
            Self::OneTree => "one-tree",
            Self::Knapsack => "knapsack",
        }
    }
}

/// A value that no solution can beat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// In the units of [`Cost::value`].
    pub value: i64,
    /// Where it comes from.
    pub method: BoundMethod,
}

/// Tours for the rep-days, and the visits that none of them makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Solution {
    /// The days that have visits, by day.
    pub tours: Vec<Tour>,
    /// The visits left out, ascending.
    pub left_out: Vec<usize>,
    /// What it costs.
    pub cost: Cost,
    /// The best value anyone could reach, when known.
    pub bound: Option<Bound>,
    /// Search steps made.
    pub iterations: u64,
    /// The clock or the caller ended the search before the iterations did.
    pub cut: bool,
}

impl Solution {
    /// The tour of a rep-day, if it has visits.
    #[must_use]
    pub fn tour(&self, day: usize) -> Option<&Tour> {
        self.tours.iter().find(|tour| tour.day == day)
    }

    /// Where a visit stands: (rep-day, position on its tour).
    #[must_use]
    pub fn position(&self, visit: usize) -> Option<(usize, usize)> {
        self.tours.iter().find_map(|tour| {
            let at = tour.visits().position(|v| v == visit)?;
            Some((tour.day, at))
        })
    }
}
