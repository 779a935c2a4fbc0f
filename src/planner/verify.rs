//! Does a plan hold on the roads? [`verify`] re-derives every promise of a [`DayPlan`] from fresh routes.
//!
//! It shares nothing with the search: no travel table, no schedule. Legs are routed anew by the bidirectional engine, and
//! every instant follows from the one before. `tours::check` has judged the tour as numbers; this judges what leaves.

use super::candidates::Candidate;
use super::ground::Ground;
use super::plan::{DayPlan, StopKind};
use super::problem::Frame;
use super::violation::Violation;
use crate::network::Snap;

/// Instants are shown in whole seconds: two of them may be off by half a second each.
const ROUNDING: i64 = 1_000;

/// Everything wrong with `plan`; `planned` are the candidates behind its stops, in order.
///
/// # Errors
/// The list of broken promises, when there are any.
pub(super) fn verify(
    ground: &Ground,
    frame: &Frame,
    planned: &[&Candidate],
    plan: &DayPlan,
) -> Result<(), Vec<String>> {
    let mut judge = Judge {
        ground,
        frame,
        plan,
        wrong: Vec::new(),
    };
    judge.shape(planned);
    if judge.wrong.is_empty() && !planned.is_empty() {
        judge.legs(planned);
        // What a person decided is shown with what it breaks.
        let dropped = |broken: &Violation| matches!(broken, Violation::Dropped { .. });
        if plan.violations.iter().all(dropped) {
            judge.limits();
            judge.stops(planned);
            judge.day();
            judge.lunch();
        }
    }
    if judge.wrong.is_empty() {
        Ok(())
    } else {
        Err(judge.wrong)
    }
}

struct Judge<'q> {
    ground: &'q Ground,
    frame: &'q Frame<'q>,
    plan: &'q DayPlan,
    wrong: Vec<String>,
}

impl Judge<'_> {
    fn expect(&mut self, holds: bool, broken: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(broken());
        }
    }

    fn millis(&self, instant: chrono::DateTime<chrono::FixedOffset>) -> i64 {
        self.frame.clock.millis_until(instant)
    }

    /// One stop per candidate, one leg more than stops (or as many, with an open end), nobody twice.
    fn shape(&mut self, planned: &[&Candidate]) {
        let stops = &self.plan.stops;
        let same = stops.len() == planned.len()
            && stops.iter().zip(planned).all(|(s, c)| {
                s.account == c.account.id && s.visit == c.visit && s.visit_min == c.visit_min
            });
        self.expect(same, || "the stops are not those of the tour".into());
        let away = !stops.is_empty() || self.frame.origin.is_some();
        let closing = usize::from(!self.frame.rep.open_end && away);
        let legs = self.plan.legs.len();
        self.expect(legs == stops.len() + closing, || {
            format!("{legs} legs for {} stops", stops.len())
        });
        let mut visits: Vec<_> = stops.iter().map(|s| &s.visit).collect();
        visits.sort();
        visits.dedup();
        self.expect(visits.len() == stops.len(), || {
            "a visit stands twice".into()
        });
    }

    /// Every leg takes what a fresh route takes and arrives when it should.
    fn legs(&mut self, planned: &[&Candidate]) {
        let places: Vec<Snap> = planned.iter().map(|c| c.snap).collect();
        let mut reference = self.ground.router.reference();
        for ([(_, from), (_, to)], leg) in
            self.frame.drives(&places).into_iter().zip(&self.plan.legs)
        {
            let fresh = reference.route_bidirectional(&from, &to);
            let time = fresh.as_ref().map(|route| route.time.0);
            self.expect(time == Some(leg.drive_ms), || {
                format!("leg {} takes {time:?} ms, not {}", leg.seq, leg.drive_ms)
            });
            let shown = self.millis(leg.arrive) - self.millis(leg.depart);
            self.expect((shown - leg.drive_ms).abs() <= ROUNDING, || {
                format!("leg {} shows {shown} ms for {} ms", leg.seq, leg.drive_ms)
            });
            self.expect(leg.line.len() >= 2, || {
                format!("leg {} has no line", leg.seq)
            });
        }
    }

    /// No more visits and no more driving than are left to make.
    fn limits(&mut self) {
        let ahead = self.plan.legs.iter().skip(self.frame.done);
        let drive: i64 = ahead.map(|leg| leg.drive_ms).sum();
        let limit = self.frame.max_drive.unwrap_or(i64::MAX);
        self.expect(drive <= limit, || {
            format!("{drive} ms driving, {limit} allowed")
        });
        let stops = self.plan.stops.get(self.frame.done..).unwrap_or_default();
        let limit = self.frame.max_stops.unwrap_or(usize::MAX);
        let optional = stops.iter().any(|s| s.kind == StopKind::Suggested);
        let visits = stops.len();
        self.expect(visits <= limit || !optional, || {
            format!("{visits} visits, {limit} allowed")
        });
    }

    /// Arrival, wait, parking, window and length of every visit.
    fn stops(&mut self, planned: &[&Candidate]) {
        let mut free_at = self.frame.shift.0;
        let all = self.plan.stops.iter().zip(planned).zip(&self.plan.legs);
        for ((stop, candidate), leg) in all.skip(self.frame.done) {
            let [arrival, start, end] =
                [stop.arrival, stop.start, stop.end].map(|i| self.millis(i));
            let (depart, arrive) = (self.millis(leg.depart), self.millis(leg.arrive));
            let seq = stop.seq;
            self.expect(depart >= free_at - ROUNDING, || {
                format!("leg {seq} leaves before the visit before it ends")
            });
            self.expect(arrival == arrive, || {
                format!("stop {seq} does not begin where its leg ends")
            });
            let parked = arrival + self.frame.parking;
            self.expect(start >= parked - ROUNDING, || {
                format!("visit {seq} starts before the car is parked")
            });
            let length = end - start - i64::from(stop.visit_min) * 60_000;
            self.expect(length.abs() <= ROUNDING, || {
                format!("visit {seq} is off its length by {length} ms")
            });
            let lunch = self.lunch_between(arrival, start);
            let idle = start - parked - lunch - stop.wait_s * 1_000;
            self.expect(idle.abs() <= 2 * ROUNDING, || {
                format!("the wait at stop {seq} is off by {idle} ms")
            });
            let inside =
                |(first, last): &(i64, i64)| start >= first - ROUNDING && start <= last + ROUNDING;
            let open = candidate.starts.is_empty() || candidate.starts.iter().any(inside);
            self.expect(open, || format!("visit {seq} lies outside its hours"));
            free_at = end;
        }
    }

    /// Lunch taken between two instants.
    fn lunch_between(&self, from: i64, to: i64) -> i64 {
        self.plan.lunch.map_or(0, |lunch| {
            let (start, end) = (self.millis(lunch.start), self.millis(lunch.end));
            if start >= from - ROUNDING && end <= to + ROUNDING {
                end - start
            } else {
                0
            }
        })
    }

    /// Leaves and comes back within the shift.
    fn day(&mut self) {
        let (depart, home_at) = (
            self.millis(self.plan.depart),
            self.millis(self.plan.home_at),
        );
        let (open, close) = self.frame.shift;
        self.expect(depart >= open - ROUNDING || self.frame.done > 0, || {
            "leaves before the shift".into()
        });
        self.expect(home_at <= close + ROUNDING, || {
            format!("back {} ms after the shift", home_at - close)
        });
        let first = self.plan.legs.first().map(|leg| self.millis(leg.depart));
        self.expect(first.is_none_or(|first| depart <= first + ROUNDING), || {
            "the first leg leaves before the day does".into()
        });
        let stops_end = self.plan.stops.last().map(|stop| self.millis(stop.end));
        let legs_end = self.plan.legs.last().map(|leg| self.millis(leg.arrive));
        let over = stops_end.max(legs_end).unwrap_or(depart);
        self.expect(home_at >= over - ROUNDING, || {
            "the day ends before its last leg".into()
        });
    }

    /// Lunch is taken, whole, in its window, and never during a drive or a visit.
    fn lunch(&mut self) {
        let Some((earliest, latest, length)) = self.frame.lunch else {
            return;
        };
        let Some(lunch) = self.plan.lunch else {
            self.wrong.push("no lunch".into());
            return;
        };
        let (start, end) = (self.millis(lunch.start), self.millis(lunch.end));
        self.expect(
            start >= earliest - ROUNDING && start <= latest + ROUNDING,
            || "lunch lies outside its window".into(),
        );
        self.expect((end - start - length).abs() <= ROUNDING, || {
            "lunch is cut short".into()
        });
        let drives = self.plan.legs.iter().map(|leg| (leg.depart, leg.arrive));
        let parking = chrono::TimeDelta::milliseconds(self.frame.parking);
        let visits = self.plan.stops.iter().map(|s| (s.start - parking, s.end));
        let busy: Vec<(i64, i64)> = drives
            .chain(visits)
            .map(|(from, to)| (self.millis(from), self.millis(to)))
            .collect();
        let apart = busy
            .iter()
            .all(|(from, to)| end <= from + ROUNDING || start >= to - ROUNDING);
        self.expect(apart, || "lunch overlaps a drive or a visit".into());
    }
}
