//! What time and stops are worth where the days cannot hold every visit: prices for a bound, see [`super::one_tree`].
//!
//! Whatever is charged for time and stops and given back for all that the days have of them, no plan becomes cheaper by it
//! than it is (Lagrange). The prices here are those at which the most worthwhile visits, cut to fit, just fill the days: the
//! fractional knapsack (Dantzig 1957) with a second limit on how many there are.

use super::problem::{Problem, UNREACHABLE};

/// Prices are counted in so many parts of a unit.
pub(super) const PARTS: i64 = 16;
/// The dearest a unit of time can be, in parts.
const DEAREST: i64 = 1 << 14;
/// More time than any day has; days without limits make time cost nothing.
const ENDLESS: i64 = 1 << 42;

/// Prices of what the days have too little of, and how much they have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Scarcity {
    /// What a unit of time on the clock costs, in parts.
    pub time_price: i64,
    /// All time that the days have for travel and visits.
    pub time: i64,
    /// What a stop costs, in parts.
    pub stop_price: i64,
    /// All stops that the days may make.
    pub stops: i64,
}

impl Scarcity {
    /// Whether there is enough of everything.
    pub const fn is_free(&self) -> bool {
        self.time_price == 0 && self.stop_price == 0
    }

    /// What is given back for all that the days have, in parts.
    pub const fn refund(&self) -> i64 {
        self.time_price
            .saturating_mul(self.time)
            .saturating_add(self.stop_price.saturating_mul(self.stops))
    }

    /// The prices among `visits` of a problem; nothing costs anything where all find room. O(n^2) for n visits.
    pub fn of(problem: &Problem, visits: &[usize]) -> Self {
        let time = problem.days.iter().fold(0i64, |sum, day| {
            let length = day.shift.close.saturating_sub(day.shift.open);
            let length = day.max_duration.map_or(length, |most| length.min(most));
            let breaks: i64 = day.breaks.iter().map(|pause| pause.duration).sum();
            sum.saturating_add(length.saturating_sub(breaks).max(0))
        });
        let stops = problem.days.iter().fold(0i64, |sum, day| {
            let most = day.max_stops.map_or(ENDLESS, |most| most as i64);
            sum.saturating_add(most)
        });
        let items: Vec<Item> = visits.iter().map(|&v| Item::new(problem, v)).collect();
        let pool = Pool { items, time, stops };
        let time_price = if time < ENDLESS { pool.time_price() } else { 0 };
        Self {
            time_price,
            time: time.min(ENDLESS),
            stop_price: pool.stop_price(time_price),
            stops: stops.min(ENDLESS),
        }
    }
}

/// A visit as the knapsack sees it.
struct Item {
    /// Worth beyond its travel.
    gain: i64,
    /// Time on the clock.
    takes: i64,
    required: bool,
}

impl Item {
    fn new(problem: &Problem, visit: usize) -> Self {
        let wanted = &problem.visits[visit];
        let travel = shortest_legs(problem, visit) / 2;
        Self {
            gain: wanted.expected_prize() - travel,
            takes: wanted.least_service() + travel,
            required: wanted.required,
        }
    }

    /// Worth at a price of time, in parts.
    fn worth(&self, time_price: i64) -> i64 {
        (self.gain.saturating_mul(PARTS)).saturating_sub(self.takes.saturating_mul(time_price))
    }
}

struct Pool {
    items: Vec<Item>,
    time: i64,
    stops: i64,
}

impl Pool {
    /// What the visits chosen at a price of time are worth, with what is given back.
    fn value(&self, time_price: i64) -> i128 {
        let chosen: i128 = self
            .chosen(time_price)
            .iter()
            .map(|&worth| i128::from(worth))
            .sum();
        chosen + i128::from(time_price) * i128::from(self.time)
    }

    /// The worth of all that pay or must be made, as many as there are stops, best first.
    fn chosen(&self, time_price: i64) -> Vec<i64> {
        let required = self.items.iter().filter(|item| item.required).count();
        let mut worth: Vec<i64> = (self.items.iter())
            .filter(|item| !item.required)
            .map(|item| item.worth(time_price))
            .filter(|worth| *worth > 0)
            .collect();
        worth.sort_unstable_by(|a, b| b.cmp(a));
        let room = usize::try_from(self.stops).unwrap_or(usize::MAX);
        worth.truncate(room.saturating_sub(required));
        let must = self.items.iter().filter(|item| item.required);
        worth.extend(must.map(|item| item.worth(time_price)));
        worth
    }

    /// The price at which the value is least: it falls, then rises.
    fn time_price(&self) -> i64 {
        let (mut low, mut high) = (0, DEAREST);
        while low < high {
            let middle = i64::midpoint(low, high);
            if self.value(middle) <= self.value(middle + 1) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    /// The worth of the first visit that finds no stop left.
    fn stop_price(&self, time_price: i64) -> i64 {
        let required = self.items.iter().filter(|item| item.required).count() as i64;
        let Ok(room) = usize::try_from(self.stops.saturating_sub(required)) else {
            return 0;
        };
        let mut worth: Vec<i64> = (self.items.iter())
            .filter(|item| !item.required)
            .map(|item| item.worth(time_price))
            .collect();
        worth.sort_unstable_by(|a, b| b.cmp(a));
        worth.get(room).map_or(0, |worth| (*worth).max(0))
    }
}

/// The shortest legs to and from a visit together; 0 where days may start or end anywhere.
fn shortest_legs(problem: &Problem, visit: usize) -> i64 {
    let place = problem.visits[visit].place;
    if problem
        .days
        .iter()
        .any(|d| d.start.is_none() || d.end.is_none())
    {
        return 0;
    }
    let others = (0..problem.visits.len()).filter(|&v| v != visit);
    let others = others.map(|v| problem.visits[v].place);
    let ends = problem.days.iter().flat_map(|day| [day.start, day.end]);
    let places = problem.travel.places();
    let (mut to, mut from) = (UNREACHABLE, UNREACHABLE);
    for other in others.chain(ends.flatten()) {
        to = to.min(problem.travel.raw()[other * places + place]);
        from = from.min(problem.travel.raw()[place * places + other]);
    }
    [to, from]
        .iter()
        .filter(|&&leg| leg != UNREACHABLE)
        .map(|&leg| i64::from(leg))
        .sum()
}
