//! What keeps a candidate off a finished tour, in the words of the trade: [`why_out`].

use super::candidates::{Candidate, Sieve, spans};
use super::plan::WhyOut;
use super::problem::Frame;
use super::search::Found;
use crate::tours::Blocked;

/// The verdict of the tour planner as a reason.
pub(super) fn why_out(
    candidate: &Candidate,
    blocked: &Blocked,
    sieve: &Sieve,
    frame: &Frame,
    found: &Found,
) -> WhyOut {
    let closed = || WhyOut::Closed {
        hours_today: spans(&candidate.hours),
        visit_min: candidate.visit_min,
    };
    match *blocked {
        Blocked::Closed | Blocked::OutOfReach { short: None } => closed(),
        Blocked::Skill => WhyOut::Skill {
            missing: candidate
                .account
                .skills
                .iter()
                .filter(|skill| !sieve.rep.skills.contains(skill))
                .cloned()
                .collect(),
        },
        Blocked::OutOfReach { short: Some(short) } => match alone_takes(candidate, found) {
            // Hours stand in the way, not the distance.
            Some(takes) if takes <= frame.shift.1 - frame.shift.0 => closed(),
            Some(takes) if takes <= frame.working.1 - frame.working.0 => WhyOut::NoTime {
                short_min: minutes_up(short),
            },
            _ => WhyOut::OutOfReach {
                round_trip_min: round_trip_min(candidate, found),
            },
        },
        Blocked::MaxStops { limit } => WhyOut::MaxVisits {
            limit: limit as u32,
        },
        Blocked::MaxDrive { over } => WhyOut::MaxDrive {
            limit_min: frame.rep.max_drive_min.unwrap_or(0),
            over_min: minutes_up(over),
        },
        Blocked::NoTime { short } | Blocked::NoGap { short } => WhyOut::NoTime {
            short_min: minutes_up(short),
        },
        Blocked::NotWorthIt { detour, prize } => WhyOut::NotWorthIt {
            adds_min: minutes_up(detour),
            worth_min: prize / 60_000,
        },
        // The search takes it; a person may have done otherwise.
        Blocked::Fits { detour, .. } => WhyOut::Fits {
            adds_min: minutes_up(detour),
        },
        // A day has one rep, no groups and no loads.
        Blocked::NoWay | Blocked::DayNotAllowed | Blocked::GroupServed | Blocked::Load { .. } => {
            WhyOut::OutOfReach {
                round_trip_min: None,
            }
        }
    }
}

fn round_trip_min(candidate: &Candidate, found: &Found) -> Option<i64> {
    let place = 1 + found
        .candidates
        .iter()
        .position(|c| std::ptr::eq(*c, candidate))?;
    let travel = &found.problem.travel;
    Some(minutes_up(travel.time(0, place)? + travel.time(place, 0)?))
}

/// How long a day of this visit alone takes, lunch included, in milliseconds, were it received at any time.
fn alone_takes(candidate: &Candidate, found: &Found) -> Option<i64> {
    let mut candidates = found.candidates.iter();
    let visit = candidates.position(|c| std::ptr::eq(*c, candidate))?;
    let (visit, day) = (&found.problem.visits[visit], &found.problem.days[0]);
    let travel = &found.problem.travel;
    let out = travel.leg(day.start, Some(visit.place))?;
    let back = travel.leg(Some(visit.place), day.end)?;
    let breaks: i64 = day.breaks.iter().map(|rest| rest.duration).sum();
    Some(out + visit.service + breaks + back)
}

/// Whole minutes, rounded up: what is said to be missing must suffice.
const fn minutes_up(millis: i64) -> i64 {
    (millis + 59_999).div_euclid(60_000)
}
