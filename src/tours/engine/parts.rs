//! Parts of a large problem: neighbouring rep-days with their visits, as small problems of their own.
//!
//! A part is solved without knowing the rest, so parts can run side by side; drawn anew each round, their borders move.

use std::collections::BTreeMap;

use super::model::{NONE, Node};
use super::near::Near;
use super::random::Random;
use super::state::Tours;
use crate::tours::problem::{Keep, Problem, RepDay, Visit};

/// How many near visits say which days are neighbours.
const LINKS: usize = 12;

/// Rep-days and visits that belong together.
#[derive(Clone, Debug, Default)]
pub struct Part {
    pub days: Vec<u32>,
    /// Planned and left-out visits.
    pub visits: Vec<Node>,
}

/// Divides all days and visits into parts of about `size` visits, around days drawn at random.
pub fn divide(tours: &Tours, near: &Near, size: usize, random: &mut Random) -> Vec<Part> {
    let links = links(tours, near);
    let mut part_of = vec![NONE; tours.model.days.len()];
    let mut waiting: Vec<u32> = (0..part_of.len() as u32)
        .filter(|&d| tours.stops[d as usize] > 0)
        .collect();
    random.shuffle(&mut waiting);
    let mut count = 0;
    while let Some(&seed) = waiting.iter().find(|&&d| part_of[d as usize] == NONE) {
        let number = count;
        let grown = grow(tours, &links, &mut part_of, seed, number, size);
        count += 1;
        if grown * 2 < size
            && let Some(host) = closest_part(&links, &part_of, number)
        {
            for part in part_of.iter_mut().filter(|p| **p == number) {
                *part = host;
            }
            count -= 1;
        }
    }
    collect(tours, near, part_of, count.max(1) as usize, random)
}

/// How many near pairs of visits each two days share.
fn links(tours: &Tours, near: &Near) -> Vec<BTreeMap<u32, u32>> {
    let mut links = vec![BTreeMap::new(); tours.model.days.len()];
    for visit in 0..tours.model.visits as Node {
        let day = tours.day[visit as usize];
        if day == NONE {
            continue;
        }
        for &other in near.of(tours.model, visit).iter().take(LINKS) {
            let there = tours.day[other as usize];
            if there != NONE && there != day {
                *links[day as usize].entry(there).or_insert(0) += 1;
                *links[there as usize].entry(day).or_insert(0) += 1;
            }
        }
    }
    links
}

/// Gathers the free days that share most with the part, from `seed` on; returns how many visits it has.
fn grow(
    tours: &Tours,
    links: &[BTreeMap<u32, u32>],
    part_of: &mut [u32],
    seed: u32,
    number: u32,
    size: usize,
) -> usize {
    let mut pull = BTreeMap::<u32, u32>::new();
    let mut next = Some(seed);
    let mut visits = 0;
    while let Some(day) = next {
        part_of[day as usize] = number;
        visits += tours.stops[day as usize] as usize;
        if visits >= size {
            break;
        }
        pull.remove(&day);
        for (&other, &shared) in &links[day as usize] {
            if part_of[other as usize] == NONE {
                *pull.entry(other).or_insert(0) += shared;
            }
        }
        let strength =
            |(&day, &shared): (&u32, &u32)| (shared * 64 / tours.stops[day as usize].max(1), day);
        next = pull
            .iter()
            .max_by_key(|&entry| strength(entry))
            .map(|e| *e.0);
    }
    visits
}

/// The other part that shares most with part `number`.
fn closest_part(links: &[BTreeMap<u32, u32>], part_of: &[u32], number: u32) -> Option<u32> {
    let mut pull = BTreeMap::<u32, u32>::new();
    for (day, part) in part_of.iter().enumerate() {
        if *part == number {
            for (&other, &shared) in &links[day] {
                let host = part_of[other as usize];
                if host != NONE && host != number {
                    *pull.entry(host).or_insert(0) += shared;
                }
            }
        }
    }
    pull.into_iter()
        .max_by_key(|&(part, shared)| (shared, part))
        .map(|p| p.0)
}

/// The parts with their visits; unused days in turn to all, a visit left out to the part of a near day that may make it.
fn collect(
    tours: &Tours,
    near: &Near,
    mut part_of: Vec<u32>,
    count: usize,
    random: &mut Random,
) -> Vec<Part> {
    let mut parts = vec![Part::default(); count];
    let mut turn = 0;
    for (day, part) in part_of.iter_mut().enumerate() {
        if *part == NONE {
            *part = turn % count as u32;
            turn += 1;
        }
        parts[*part as usize].days.push(day as u32);
    }
    let homes: Vec<u32> = (0..tours.model.visits as Node)
        .map(|visit| {
            let day = match tours.day[visit as usize] {
                NONE => day_to_try(tours, near, visit, random),
                day => Some(day),
            };
            day.map_or(visit % count as u32, |day| part_of[day as usize])
        })
        .collect();
    let of_group = group_homes(tours, &homes);
    for (visit, &home) in homes.iter().enumerate() {
        let group = tours.model.group[visit];
        if group == NONE || of_group[group as usize] == home {
            parts[home as usize].visits.push(visit as Node);
        }
    }
    parts
}

/// A day that may make a visit that is left out: that of its nearest planned visit, for a required one any of the near.
fn day_to_try(tours: &Tours, near: &Near, visit: Node, random: &mut Random) -> Option<u32> {
    let days = near
        .of(tours.model, visit)
        .iter()
        .map(|&v| tours.day[v as usize]);
    let mut days = days.filter(|&day| day != NONE && tours.model.may_serve(day, visit));
    if !tours.model.required[visit as usize] {
        return days.next();
    }
    let mut days: Vec<u32> = days.collect();
    days.sort_unstable();
    days.dedup();
    if days.is_empty() {
        days = (0..tours.model.days.len() as u32)
            .filter(|&day| tours.model.may_serve(day, visit))
            .collect();
    }
    (!days.is_empty()).then(|| days[random.below(days.len())])
}

/// The one part that may choose from each group: that of its planned visit, or of its first.
fn group_homes(tours: &Tours, homes: &[u32]) -> Vec<u32> {
    let mut of_group = vec![NONE; tours.model.groups];
    for (visit, &home) in homes.iter().enumerate() {
        let group = tours.model.group[visit] as usize;
        if let Some(chosen) = of_group.get_mut(group)
            && (*chosen == NONE || tours.day[visit] != NONE)
        {
            *chosen = home;
        }
    }
    of_group
}

impl Part {
    /// The part as a problem of its own; its visits and days are numbered as they are listed here.
    pub fn problem(&self, tours: &Tours) -> Problem {
        let whole = tours.model.problem;
        let mut places = BTreeMap::new();
        let mut day_at = BTreeMap::new();
        for (at, &day) in self.days.iter().enumerate() {
            day_at.insert(day as usize, at);
            for place in [whole.days[day as usize].start, whole.days[day as usize].end] {
                place.map(|place| places.insert(place, 0));
            }
        }
        for &visit in &self.visits {
            places.insert(whole.visits[visit as usize].place, 0);
        }
        let known: Vec<usize> = places.keys().copied().collect();
        for (at, number) in places.values_mut().enumerate() {
            *number = at;
        }
        let at = |visit: usize| {
            let found = self.visits.binary_search(&(visit as Node));
            found.expect("a locked visit is planned on its day")
        };
        let days = self.days.iter().map(|&day| {
            let rep = &whole.days[day as usize];
            RepDay {
                start: rep.start.map(|place| places[&place]),
                end: rep.end.map(|place| places[&place]),
                prefix: rep.prefix.iter().map(|&v| at(v)).collect(),
                ..rep.clone()
            }
        });
        let days: Vec<RepDay> = days.collect();
        let visits = self.visits.iter().map(|&visit| {
            let wanted = &whole.visits[visit as usize];
            let keep = wanted.keep.and_then(|keep| {
                let day = *day_at.get(&keep.day)?;
                Some(Keep { day, ..keep })
            });
            let allowed = wanted.allowed_days.as_ref();
            Visit {
                place: places[&wanted.place],
                allowed_days: allowed
                    .map(|days| days.iter().filter_map(|d| day_at.get(d).copied()).collect()),
                keep,
                ..wanted.clone()
            }
        });
        let visits = visits.collect();
        Problem {
            travel: whole.travel.only(&known),
            visits,
            days,
            objective: whole.objective,
        }
    }

    /// The orders of the part's days in the part's own numbers.
    pub fn orders(&self, tours: &Tours) -> Vec<Vec<Node>> {
        let own = |v: Node| {
            let found = self.visits.binary_search(&v);
            found.expect("a planned visit belongs to the part of its day") as Node
        };
        let order = |&day: &u32| tours.order(day).into_iter().map(own).collect();
        self.days.iter().map(order).collect()
    }
}
