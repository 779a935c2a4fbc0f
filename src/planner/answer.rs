//! From a solved tour to the [`DayPlan`] that people read: instants, reasons, legs on the roads, totals.

use chrono::{DateTime, NaiveDate, Utc};

use super::candidates::{Candidate, spans};
use super::clock::DayClock;
use super::error::{PlanError, Result};
use super::ground::Ground;
use super::plan::{
    Bound, DayOff, DayPlan, DayTotals, Hours, LeftOut, Leg, LunchTaken, PlanStatus, ReasonIn, Stop,
    StopKind,
};
use super::problem::Frame;
use super::request::DayRequest;
use super::search::Found;
use crate::accounts::cadence::DueStatus;
use crate::accounts::{Address, Rep, VisitStatus};
use crate::network::Snap;
use crate::store::Book;
use crate::tours::{Tour, TourStop};
use crate::units::{Millis, total};

/// What an answer is made of.
pub(super) struct Answer<'q> {
    pub ground: &'q Ground,
    pub frame: &'q Frame<'q>,
    pub request: &'q DayRequest,
    pub hours: Hours,
    /// The stops behind, in order.
    pub past: &'q [Past<'q>],
    pub found: &'q Found<'q, 'q>,
    /// The tour of what is to come.
    pub tour: Option<&'q Tour>,
    pub run: &'q str,
    pub as_of: Option<DateTime<Utc>>,
}

/// A stop that lies behind.
#[derive(Clone, Debug)]
pub(super) struct Past<'a> {
    pub candidate: Candidate<'a>,
    pub arrival: i64,
    pub end: i64,
}

/// A day on which nobody works: an empty plan that says so.
pub(super) fn day_off_plan(
    book: &Book,
    rep: &Rep,
    request: &DayRequest,
    clock: DayClock,
    run: String,
    why: DayOff,
) -> DayPlan {
    let start = clock.instant(clock.millis_at(rep.shift_start));
    let mut warnings = vec![why.text(&rep.name, request.date)];
    let promised = |a: &&crate::accounts::Appointment| a.rep == rep.id && a.date == request.date;
    for appointment in book.appointments.iter().filter(promised) {
        warnings.push(format!(
            "an appointment at {} with {} stands on that day",
            appointment.start.format("%H:%M"),
            appointment.account
        ));
    }
    DayPlan {
        rep: rep.id.clone(),
        rep_name: rep.name.clone(),
        date: request.date,
        home: rep.home,
        status: PlanStatus::Draft,
        run_id: run,
        as_of: book.as_of,
        seed: request.seed,
        day_off: Some(why),
        depart: start,
        home_at: start,
        stops: Vec::new(),
        legs: Vec::new(),
        lunch: None,
        totals: DayTotals::default(),
        left_out: Vec::new(),
        bound: None,
        warnings,
        violations: Vec::new(),
        hours: Hours::default(),
        replanned: None,
    }
}

impl Answer<'_> {
    /// The plan.
    pub fn plan(&self, left_out: Vec<LeftOut>, warnings: Vec<String>) -> Result<DayPlan> {
        let tour = self.tour;
        let instant = |millis| self.frame.clock.instant(millis);
        let past = self.past.iter().map(|past| self.past_stop(past));
        let ahead = tour.into_iter().flat_map(|tour| &tour.stops);
        let stops: Vec<Stop> = past
            .chain(ahead.map(|stop| self.stop(stop)))
            .zip(1..)
            .map(|(stop, seq)| Stop { seq, ..stop })
            .collect();
        let legs = self.legs()?;
        let lunch = tour.and_then(|t| t.breaks.first()).map(|taken| LunchTaken {
            start: instant(taken.start),
            end: instant(taken.end),
        });
        let first = legs.first().map(|leg| leg.depart);
        let depart = match tour {
            Some(tour) if self.past.is_empty() => instant(tour.departure),
            _ => first.unwrap_or_else(|| instant(self.frame.shift.0)),
        };
        let last = legs.last().map(|leg| leg.arrive);
        let home_at = match tour {
            Some(tour) => instant(tour.back),
            None => last.unwrap_or(depart),
        };
        Ok(DayPlan {
            rep: self.frame.rep.id.clone(),
            rep_name: self.frame.rep.name.clone(),
            date: self.request.date,
            home: self.frame.rep.home,
            status: PlanStatus::Draft,
            run_id: self.run.to_owned(),
            as_of: self.as_of,
            seed: self.request.seed,
            day_off: None,
            depart,
            home_at,
            totals: self.totals(&stops, &legs, lunch.is_some()),
            stops,
            legs,
            lunch,
            left_out,
            bound: self.found.solution.bound.map(|bound| Bound {
                value_s: Millis(bound.value).as_secs_rounded(),
                cost_s: Millis(self.found.solution.cost.value).as_secs_rounded(),
                method: bound.method.name().to_owned(),
            }),
            warnings,
            violations: Vec::new(),
            hours: self.hours,
            replanned: None,
        })
    }

    fn past_stop(&self, past: &Past) -> Stop {
        let length = i64::from(past.candidate.visit_min) * 60_000;
        let stop = TourStop {
            visit: 0,
            drive: 0,
            arrival: past.arrival,
            wait: 0,
            start: past.end - length - self.frame.parking,
            end: past.end,
            slack: 0,
            late: 0,
        };
        self.stop_of(&past.candidate, &stop, 0)
    }

    fn stop(&self, stop: &TourStop) -> Stop {
        let detour = self.found.detour(stop.visit).unwrap_or(0);
        let candidate = self.found.candidates[stop.visit];
        self.stop_of(candidate, stop, Millis(detour).as_secs_rounded())
    }

    fn stop_of(&self, candidate: &Candidate, stop: &TourStop, detour: i64) -> Stop {
        let account = candidate.account;
        let instant = |millis| self.frame.clock.instant(millis);
        Stop {
            visit: candidate.visit.clone(),
            account: account.id.clone(),
            name: account.name.clone(),
            class: account.class.clone(),
            at: account.location.map_or(candidate.snap.at, |l| l.at),
            address: address_line(&account.address),
            phone: account.phone.clone(),
            seq: 0,
            arrival: instant(stop.arrival),
            start: instant(stop.start + self.frame.parking),
            end: instant(stop.end),
            wait_s: Millis(stop.wait).as_secs_rounded(),
            kind: candidate.kind,
            frozen: candidate.pinned || candidate.kind != StopKind::Suggested,
            pinned: candidate.pinned,
            status: match candidate.kind {
                StopKind::Suggested | StopKind::Must => VisitStatus::Planned,
                StopKind::Appointment => VisitStatus::Agreed,
                StopKind::Done => VisitStatus::Done,
            },
            outcome: candidate.outcome.clone(),
            visit_min: candidate.visit_min,
            opening_hours: account.opening_hours.clone(),
            hours_today: spans(&candidate.hours),
            urgency: candidate.due.interval_d.map(|_| candidate.due.urgency),
            overdue_days: candidate.due.overdue_days,
            due_status: candidate.due.status.name().to_owned(),
            prize_s: candidate.due.prize_s,
            detour_s: detour,
            reason: reason_in(candidate, self.request.date, detour),
        }
    }

    /// The drives of the day, each with its way on the roads.
    fn legs(&self) -> Result<Vec<Leg>> {
        let ahead: Vec<&TourStop> = self.tour.iter().flat_map(|tour| &tour.stops).collect();
        let past = self.past.iter().map(|past| &past.candidate);
        let planned = ahead.iter().map(|stop| self.found.candidates[stop.visit]);
        let candidates: Vec<&Candidate> = past.chain(planned).collect();
        if candidates.is_empty() && self.frame.origin.is_none() {
            return Ok(Vec::new());
        }
        let places: Vec<Snap> = candidates.iter().map(|c| c.snap).collect();
        let arrivals = self.past.iter().map(|past| past.arrival);
        let arrivals: Vec<i64> = arrivals.chain(ahead.iter().map(|s| s.arrival)).collect();
        let account = |stop: Option<usize>| stop.map(|i| candidates[i].account.id.clone());
        let mut query = self.ground.router.query();
        self.frame
            .drives(&places)
            .into_iter()
            .zip(1..)
            .map(|([(from, a), (to, b)], seq)| {
                let route = self.ground.router.route(&mut query, &a, &b);
                let route = route.ok_or_else(|| {
                    PlanError::Unsound(vec![format!("leg {seq} has no way on the roads")])
                })?;
                let mut line = route.line(self.ground.network());
                while line.len() < 2 {
                    line.push(line.first().copied().unwrap_or(a.at));
                }
                let (depart, arrive) = match to {
                    Some(stop) => (arrivals[stop] - route.time.0, arrivals[stop]),
                    None => (self.set_out(), self.set_out() + route.time.0),
                };
                Ok(Leg {
                    seq,
                    from: account(from),
                    to: account(to),
                    depart: self.frame.clock.instant(depart),
                    arrive: self.frame.clock.instant(arrive),
                    drive_ms: route.time.0,
                    cost_ms: i64::try_from(route.cost.millis()).ok(),
                    dist_m: route.length.0,
                    ferry: route.ferry,
                    line,
                })
            })
            .collect()
    }

    /// When the way home begins: lunch may come before it, or at home.
    fn set_out(&self) -> i64 {
        let Some(tour) = self.tour else {
            return self.frame.shift.0;
        };
        let last = tour.stops.last().map_or(tour.departure, |stop| stop.end);
        tour.breaks
            .iter()
            .filter(|b| b.after_stops == tour.stops.len() && !b.on_arrival)
            .map(|b| b.end)
            .fold(last, i64::max)
    }

    fn totals(&self, stops: &[Stop], legs: &[Leg], lunch_taken: bool) -> DayTotals {
        let frame = self.frame;
        let lunch = frame.lunch_length;
        let shift_s = (frame.working.1 - frame.working.0 - lunch).max(0) / 1_000;
        let drive_s = Millis(legs.iter().map(|leg| leg.drive_ms).sum()).as_secs_rounded();
        let face_s = stops.iter().map(|s| i64::from(s.visit_min) * 60).sum();
        let share = |seconds: i64| {
            if shift_s > 0 {
                seconds as f64 / shift_s as f64
            } else {
                0.0
            }
        };
        DayTotals {
            visits: stops.len() as u32,
            drive_s,
            dist_m: total(legs.iter().map(|leg| leg.dist_m)),
            face_s,
            parking_s: frame.parking / 1_000 * stops.len() as i64,
            wait_s: stops.iter().map(|s| s.wait_s).sum(),
            lunch_s: if lunch_taken { lunch / 1_000 } else { 0 },
            shift_s,
            drive_share: share(drive_s),
            face_share: share(face_s),
            expected_prize_s: stops
                .iter()
                .filter(|s| s.kind != StopKind::Done)
                .map(|s| s.prize_s)
                .sum(),
        }
    }
}

fn reason_in(candidate: &Candidate, date: NaiveDate, detour_s: i64) -> ReasonIn {
    let due = &candidate.due;
    let standing = match due.status {
        DueStatus::Critical | DueStatus::Overdue => {
            format!("overdue {}", days(due.overdue_days))
        }
        _ if due.last_done.is_none() && due.interval_d.is_some() => "never visited".to_owned(),
        DueStatus::Due => match due.next_due.map(|next| (next - date).num_days()) {
            Some(left) if left > 0 => format!("due in {}", days(left)),
            _ => "due today".to_owned(),
        },
        DueStatus::NotDue | DueStatus::NoCadence => "asked for".to_owned(),
    };
    let adds = format!("adds {} min", (detour_s + 30).div_euclid(60).max(0));
    let (code, text) = match (candidate.kind, due.status) {
        (StopKind::Done, _) => ("done", "done already".to_owned()),
        (StopKind::Appointment, _) => (
            "appointment",
            candidate.agreed.map_or("appointment".to_owned(), |time| {
                format!("appointment {}", time.format("%H:%M"))
            }),
        ),
        (StopKind::Must, _) => ("must", format!("must visit, {adds}")),
        (StopKind::Suggested, DueStatus::Critical) => {
            ("critical", format!("critical, {standing}, {adds}"))
        }
        (StopKind::Suggested, DueStatus::Overdue) => ("overdue", format!("{standing}, {adds}")),
        (StopKind::Suggested, _) => ("due", format!("{standing}, {adds}")),
    };
    ReasonIn {
        code: code.to_owned(),
        text,
    }
}

fn days(n: i64) -> String {
    if n == 1 {
        "1 day".to_owned()
    } else {
        format!("{n} days")
    }
}

/// An address in one line, as far as known.
#[must_use]
pub fn address_line(address: &Address) -> Option<String> {
    let join = |parts: [&Option<String>; 2]| {
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        parts.join(" ")
    };
    let lines = [
        join([&address.street, &address.housenumber]),
        join([&address.postcode, &address.city]),
    ];
    let lines: Vec<String> = lines.into_iter().filter(|l| !l.is_empty()).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}
