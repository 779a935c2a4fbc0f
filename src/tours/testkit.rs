//! Small random problems with every feature, and the best answer by trying everything.

use super::problem::{
    Break, Budget, Keep, Lateness, Objective, Overtime, Problem, RepDay, Slice, TravelTable,
    UNREACHABLE, Visit, Window,
};
use super::rules::{gain, holds};

/// Enough for problems as small as these.
pub const BUDGET: Budget = Budget {
    iterations: Some(300),
    seconds: None,
    seed: 1,
    threads: 1,
};

/// A tiny generator of repeatable random numbers (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: u64) -> i64 {
        (self.next() % n.max(1)) as i64
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// A random problem of up to `visits` visits and `days` rep-days; each feature is on in some of them.
pub fn random_problem(seed: u64, visits: usize, days: usize) -> Problem {
    let mut dice = Dice(seed.wrapping_mul(0x51_7CC1_B727));
    let places = 2 + dice.below(visits as u64 + 2) as usize;
    let (metric, gaps) = (dice.one_in(2), dice.one_in(4));
    let at: Vec<(i64, i64)> = (0..places)
        .map(|_| (dice.below(60), dice.below(60)))
        .collect();
    let travel = TravelTable::from_fn(places, |a, b| {
        if a == b {
            return 0;
        }
        if gaps && dice.one_in(12) {
            return UNREACHABLE;
        }
        let grid = (at[a].0 - at[b].0).abs() + (at[a].1 - at[b].1).abs();
        (if metric { grid } else { grid + dice.below(25) }) as u32
    });
    let n = dice.below(visits as u64 + 1) as usize;
    let d = 1 + dice.below(days as u64) as usize;
    let on: Vec<bool> = (0..12).map(|_| dice.one_in(3)).collect();
    let travel = if dice.one_in(5) {
        by_time(&mut dice, &travel)
    } else {
        travel
    };
    let priced = dice.one_in(4);
    let visits = (0..n)
        .map(|_| random_visit(&mut dice, places, d, &on))
        .collect();
    let mut problem = Problem {
        travel,
        visits,
        days: (0..d).map(|_| random_day(&mut dice, places, &on)).collect(),
        objective: [
            Objective::Travel,
            Objective::TravelAndMissed,
            Objective::MaxPrize,
        ][[1, 1, 1, 0, 2][dice.below(5) as usize]],
    };
    if priced {
        put_prices(&mut dice, &mut problem);
    }
    if on[5] && dice.one_in(2) {
        take_along(&mut dice, &mut problem);
    }
    if dice.one_in(6) {
        for visit in &mut problem.visits {
            visit.setup = dice.below(30);
        }
    }
    if dice.one_in(6) {
        for visit in &mut problem.visits {
            visit.by_kind = (0..dice.below(3))
                .map(|_| (dice.below(40), dice.below(10)))
                .collect();
        }
        for day in &mut problem.days {
            day.kind = dice.below(2) as usize;
        }
    }
    if on[11] && n > 0 {
        let (visit, day) = (dice.below(n as u64) as usize, dice.below(d as u64) as usize);
        if holds(&problem, day, &[visit]).is_ok() {
            problem.days[day].prefix = vec![visit];
        }
    }
    problem
}

/// The same table with two to six times of day, some slower.
fn by_time(dice: &mut Dice, table: &TravelTable) -> TravelTable {
    let slices = (0..2 + dice.below(5)).map(|at| Slice {
        from: at * 100,
        times: table
            .raw()
            .iter()
            .map(|&time| match time {
                0 | UNREACHABLE => time,
                _ => time + dice.below(30) as u32,
            })
            .collect(),
    });
    TravelTable::by_time(table.places(), slices.collect(), 700).expect("sound")
}

/// Puts prices on overtime, waiting and lateness, and a chance on some visits.
fn put_prices(dice: &mut Dice, problem: &mut Problem) {
    for day in &mut problem.days {
        if dice.one_in(2) {
            day.overtime = Some(Overtime {
                after: day.shift.close - dice.below(150),
                per_mille: dice.below(1_500),
            });
        }
        if dice.one_in(2) {
            day.wait_per_mille = dice.below(800);
        }
    }
    for visit in &mut problem.visits {
        if dice.one_in(3) {
            visit.late = Some(Lateness {
                most: dice.below(60),
                per_mille: dice.below(1_500),
            });
        }
        if dice.one_in(3) {
            visit.show = Some(dice.below(1_001) as u16);
        }
    }
}

/// Lets some visits give something to take along, and brings nothing to some of those; sometimes there is a second kind of load.
fn take_along(dice: &mut Dice, problem: &mut Problem) {
    let second = dice.one_in(2);
    for day in problem.days.iter_mut().filter(|_| second) {
        day.capacity.push(dice.below(25));
    }
    for visit in &mut problem.visits {
        if dice.one_in(2) {
            visit.pickup = vec![dice.below(12)];
        }
        if dice.one_in(3) {
            visit.demand.clear();
        }
        if second && !visit.demand.is_empty() {
            visit.demand.push(dice.below(8));
            visit.pickup.resize(1, 0);
            visit.pickup.push(dice.below(8));
        }
    }
}

fn random_visit(dice: &mut Dice, places: usize, days: usize, on: &[bool]) -> Visit {
    let mut windows = Vec::new();
    if on[0] {
        for _ in 0..dice.below(4) {
            let open = dice.below(300);
            windows.push(Window::new(open, open + dice.below(90)));
        }
    }
    let day = |dice: &mut Dice| dice.below(days as u64) as usize;
    Visit {
        place: dice.below(places as u64) as usize,
        windows,
        service: if dice.one_in(4) { 0 } else { dice.below(40) },
        setup: 0,
        by_kind: Vec::new(),
        prize: dice.below(120),
        show: None,
        late: None,
        required: on[1] && dice.one_in(4),
        skills: if on[2] && dice.one_in(3) {
            vec![dice.below(2) as u32]
        } else {
            Vec::new()
        },
        allowed_days: (on[3] && dice.one_in(2)).then(|| vec![day(dice)]),
        group: (on[4] && dice.one_in(2)).then(|| dice.below(2) as u32),
        demand: if on[5] {
            vec![dice.below(10)]
        } else {
            Vec::new()
        },
        pickup: Vec::new(),
        keep: (on[6] && dice.one_in(2)).then(|| Keep {
            day: day(dice),
            price: dice.below(50),
        }),
    }
}

fn random_day(dice: &mut Dice, places: usize, on: &[bool]) -> RepDay {
    let place =
        |dice: &mut Dice| (!on[7] || dice.one_in(2)).then(|| dice.below(places as u64) as usize);
    let open = dice.below(60);
    let breaks = if on[8] { 1 + dice.below(2) } else { 0 };
    RepDay {
        start: place(dice),
        end: place(dice),
        shift: Window::new(open, open + 120 + dice.below(300)),
        breaks: (0..breaks)
            .map(|_| {
                let open = 60 + dice.below(150);
                Break {
                    window: Window::new(open, open + dice.below(80)),
                    duration: dice.below(30),
                }
            })
            .collect(),
        max_stops: on[9].then(|| 1 + dice.below(5) as usize),
        max_drive: on[10].then(|| 50 + dice.below(200)),
        max_duration: on[1].then(|| 60 + dice.below(250)),
        skills: if on[2] {
            vec![dice.below(2) as u32]
        } else {
            Vec::new()
        },
        capacity: if on[5] {
            vec![dice.below(30)]
        } else {
            Vec::new()
        },
        overtime: None,
        wait_per_mille: 0,
        fixed_cost: if on[9] { dice.below(40) } else { 0 },
        prefix: Vec::new(),
        kind: 0,
    }
}

/// The least cost (travel and fixed cost minus gains) over all choices, days and orders. For small problems only.
pub fn brute_force(problem: &Problem) -> i128 {
    let n = problem.visits.len();
    let sets = 1usize << n;
    let conflict = |set: usize| {
        let mut seen = std::collections::BTreeSet::new();
        (0..n)
            .filter(|v| set >> v & 1 == 1)
            .filter_map(|v| problem.visits[v].group)
            .any(|group| !seen.insert(group))
    };
    let mut best = vec![i128::MAX; sets];
    best[0] = 0;
    for day in 0..problem.days.len() {
        let mut alone = vec![None; sets];
        orders(problem, day, &mut Vec::new(), 0, &mut alone);
        let mut next = vec![i128::MAX; sets];
        for (set, &base) in best.iter().enumerate().filter(|(_, b)| **b < i128::MAX) {
            for (add, cost) in alone.iter().enumerate() {
                if let Some(cost) = cost
                    && set & add == 0
                {
                    next[set | add] = next[set | add].min(base + cost);
                }
            }
        }
        best = next;
    }
    let sets = (0..sets).filter(|set| !conflict(*set));
    sets.map(|set| best[set]).min().unwrap_or(0)
}

/// Fills `best` with the least cost of `day` per set of visits, by trying every order.
fn orders(
    problem: &Problem,
    day: usize,
    order: &mut Vec<usize>,
    set: usize,
    best: &mut [Option<i128>],
) {
    if let Some(cost) = day_cost(problem, day, order) {
        best[set] = Some(best[set].map_or(cost, |b: i128| b.min(cost)));
    }
    for visit in 0..problem.visits.len() {
        if set >> visit & 1 == 0 && problem.may_serve(day, visit) {
            order.push(visit);
            orders(problem, day, order, set | 1 << visit, best);
            order.pop();
        }
    }
}

/// Travel and fixed cost minus gains, `None` when a rule is broken.
pub fn day_cost(problem: &Problem, day: usize, order: &[usize]) -> Option<i128> {
    if order.is_empty() {
        return problem.days[day].prefix.is_empty().then_some(0);
    }
    let price = holds(problem, day, order).ok()? + problem.days[day].fixed_cost;
    let gains: i128 = order.iter().map(|&v| gain(problem, day, v)).sum();
    Some(i128::from(price) - gains)
}

/// Does `found` hold for some order of `visits`? Tries all; for few visits only.
pub fn every_order(visits: &mut [usize], found: &mut impl FnMut(&[usize]) -> bool) -> bool {
    fn from(at: usize, visits: &mut [usize], found: &mut impl FnMut(&[usize]) -> bool) -> bool {
        if at + 1 >= visits.len() {
            return found(visits);
        }
        for other in at..visits.len() {
            visits.swap(at, other);
            if from(at + 1, visits, found) {
                return true;
            }
            visits.swap(at, other);
        }
        false
    }
    from(0, visits, found)
}
