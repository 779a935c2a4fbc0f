//! The cheap sums and tests of the search against a count from scratch.

use super::insert::Inserter;
use super::kept::Kept;
use super::model::{Model, NONE, Node};
use super::near::Near;
use super::random::Random;
use super::recreate::recreate;
use super::ruin::{RuinSize, ruin};
use super::state::Tours;
use super::tails::swap_tails;
use crate::tours::objective::day_price;
use crate::tours::rules::holds;
use crate::tours::testkit::random_problem;

const SIZE: RuinSize = RuinSize {
    average: 5.0,
    longest: 4,
};

/// The cost and orders of all days.
fn picture(tours: &Tours) -> (i64, Vec<Vec<usize>>) {
    (tours.cost, tours.orders())
}

/// Travel and fixed cost minus gains, from scratch.
fn recount(tours: &Tours) -> i64 {
    let model = tours.model;
    let day_cost = |day: usize, order: &Vec<usize>| {
        if order.is_empty() {
            return 0;
        }
        let (travel, time) = day_price(model.problem, day, order).expect("sound");
        let gains: i64 = order
            .iter()
            .map(|&v| model.gain(day as u32, v as Node))
            .sum();
        travel + time + model.days[day].fixed_cost - gains
    };
    tours
        .orders()
        .iter()
        .enumerate()
        .map(|(day, order)| day_cost(day, order))
        .sum()
}

#[test]
fn sums_kept_step_by_step_agree_with_a_fresh_count_and_undo_takes_all_back() {
    for seed in 0..200 {
        let problem = random_problem(seed, 14, 4);
        let model = Model::new(&problem);
        if model.visits == 0 {
            continue;
        }
        let near = Near::new(&model, 10);
        let mut inserter = Inserter {
            near: &near,
            everywhere: seed % 2 == 0,
            blink: 20,
            kept: Kept::new(&model).filter(|_| seed % 4 < 2),
        };
        let mut random = Random::new(seed);
        let mut tours = Tours::new(&model);
        tours.settle_all();
        for step in 0..60 {
            tours.begin();
            let before = picture(&tours);
            let mut out = Vec::new();
            let center = random.below(model.visits) as Node;
            ruin(&mut tours, &near, center, SIZE, &mut random, &mut out);
            out.extend(tours.absent().to_vec());
            recreate(&mut tours, &mut inserter, &out, 0, &mut random);
            swap_tails(&mut tours, &near, &out);
            tours.settle();
            assert_eq!(tours.cost, recount(&tours), "seed {seed} step {step}");
            for (day, order) in tours.orders().iter().enumerate() {
                if !order.is_empty() {
                    let sound = holds(&problem, day, order);
                    assert!(
                        sound.is_ok(),
                        "seed {seed} step {step}: {sound:?} {order:?}"
                    );
                }
            }
            if random.below(3) == 0 {
                tours.undo();
                assert_eq!(picture(&tours), before, "seed {seed} step {step}");
            }
        }
    }
}

#[test]
fn an_insertion_is_called_feasible_exactly_when_the_rules_hold() {
    for seed in 1_000..1_250 {
        let problem = random_problem(seed, 9, 3);
        let model = Model::new(&problem);
        let near = Near::new(&model, 10);
        let mut inserter = Inserter {
            near: &near,
            everywhere: true,
            blink: 2,
            kept: None,
        };
        let mut random = Random::new(seed);
        let mut tours = Tours::new(&model);
        let all = tours.absent().to_vec();
        recreate(&mut tours, &mut inserter, &all, 0, &mut random);
        for &visit in tours.absent() {
            for day in 0..model.days.len() as u32 {
                for at in 0..=tours.stops[day as usize] as usize {
                    assert_same(&tours, day, at, visit, seed);
                }
            }
        }
    }
}

/// Does the constant-time test agree with the rules on one insertion?
fn assert_same(tours: &Tours, day: u32, at: usize, visit: Node, seed: u64) {
    let model = tours.model;
    let mut order = tours.order(day);
    let after = if at == 0 {
        model.start(day)
    } else {
        order[at - 1]
    };
    let next = tours.next[after as usize];
    if model.is_visit(next) && model.locked[next as usize] {
        return;
    }
    let (to, from) = (model.travel(after, visit), model.travel(visit, next));
    let quick = tours.has_room(day, visit) && tours.fits(day, after, visit, to, from);
    order.insert(at, visit);
    let order: Vec<usize> = order.into_iter().map(|v| v as usize).collect();
    let slow = holds(model.problem, day as usize, &order);
    assert_eq!(
        quick,
        slow.is_ok(),
        "seed {seed}: day {day} {order:?} {slow:?}\n{:#?}",
        model.problem
    );
    assert!(tours.day[visit as usize] == NONE);
}

#[test]
fn what_is_kept_of_unchanged_days_is_what_a_fresh_look_finds() {
    let mut found_again = 0;
    for seed in 2_000..2_200 {
        let problem = random_problem(seed, 14, 4);
        let model = Model::new(&problem);
        if model.visits == 0 {
            continue;
        }
        let near = Near::new(&model, 10);
        let mut keeping = Inserter {
            near: &near,
            everywhere: true,
            blink: 0,
            kept: Kept::new(&model),
        };
        let mut looking = Inserter::thorough(&near);
        let mut random = Random::new(seed);
        let mut tours = Tours::new(&model);
        for step in 0..60 {
            tours.begin();
            let (orders, versions) = (tours.orders(), versions(&tours));
            let center = random.below(model.visits) as Node;
            ruin(
                &mut tours,
                &near,
                center,
                SIZE,
                &mut random,
                &mut Vec::new(),
            );
            for visit in tours.absent().to_vec() {
                let bonus = random.below(1_000) as i64;
                let kept = keeping.best(&tours, visit, bonus, &mut random);
                let fresh = looking.best(&tours, visit, bonus, &mut random);
                assert_eq!(kept, fresh, "seed {seed} step {step} visit {visit}");
                for day in 0..model.days.len() as u32 {
                    let known = keeping.kept.as_ref().expect("few visits");
                    let again = known.get(visit, day, tours.version(day)).is_some();
                    found_again += usize::from(again);
                }
                if let Some(spot) = fresh {
                    tours.insert(spot.after, visit);
                }
            }
            if random.below(2) == 0 {
                tours.undo();
            }
            tours.begin();
            for day in 0..model.days.len() {
                assert_eq!(
                    tours.version(day as u32) == versions[day],
                    tours.orders()[day] == orders[day],
                    "seed {seed} step {step}: day {day} has a new version when it changed"
                );
            }
        }
    }
    assert!(
        found_again > 10_000,
        "days do keep what was found: {found_again}"
    );
}

fn versions(tours: &Tours) -> Vec<u32> {
    let days = 0..tours.model.days.len() as u32;
    days.map(|day| tours.version(day)).collect()
}
