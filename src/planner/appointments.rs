//! Promises for a time: [`Planner::make_appointment`] and [`Planner::cancel_appointment`].

use chrono::{DateTime, Utc};

use super::clock::DayClock;
use super::day::day_off;
use super::error::{PlanError, Result};
use super::{PlanStatus, Planner};
use crate::accounts::{Account, Appointment, Rep, VisitId};
use crate::network::Snap;
use crate::store::{Changes, Slice};

impl Planner {
    /// Makes an appointment, or moves the one with the same id, when the rep works then, both lie on the roads, and the
    /// appointments of that day can all be kept: each is reached from the one before, parking included, and home in time
    /// from the last.
    ///
    /// # Errors
    /// Unknown account or rep, a conflict with its reason, a failing store.
    pub fn make_appointment(&self, wanted: &Appointment, at: DateTime<Utc>) -> Result<Appointment> {
        let account = self
            .store
            .account(&wanted.account)?
            .ok_or_else(|| PlanError::UnknownAccount(wanted.account.clone()))?;
        let rep = self
            .store
            .rep(&wanted.rep)?
            .ok_or_else(|| PlanError::UnknownRep(wanted.rep.clone()))?;
        let conflict = |why: String| PlanError::Conflict {
            date: wanted.date,
            why,
        };
        if let Some(off) = day_off(&rep, wanted.date) {
            return Err(conflict(off.text(&rep.name, wanted.date)));
        }
        if let Some(block) = account.blocked_on(wanted.date) {
            return Err(conflict(format!(
                "{} is blocked until {}",
                account.name, block.to
            )));
        }
        let stored = self.store.plan(&rep.id, wanted.date)?;
        if stored.is_some_and(|plan| plan.status == PlanStatus::Agreed) {
            return Err(PlanError::Agreed {
                rep: rep.id,
                date: wanted.date,
            });
        }
        // Named before it is judged: the same wish again meets itself, not a rival.
        let mut appointment = wanted.clone();
        if appointment.id.0.is_empty() {
            appointment.id = VisitId(format!(
                "a-{}-{}-{}-{}",
                wanted.date,
                wanted.rep,
                wanted.account,
                wanted.start.format("%H%M")
            ));
        }
        self.keepable(&rep, &appointment)?.map_err(conflict)?;
        let changes = Changes {
            source: "manual".to_owned(),
            appointments: vec![appointment.clone()],
            ..Changes::default()
        };
        self.store.write(&changes, at)?;
        Ok(appointment)
    }

    /// Cancels an appointment; the day's plan keeps its stop until the day is planned again.
    ///
    /// # Errors
    /// Unknown id, a failing store.
    pub fn cancel_appointment(&self, id: &VisitId, at: DateTime<Utc>) -> Result<Appointment> {
        let all = self.store.appointments(&Slice::default())?;
        let found = all
            .into_iter()
            .find(|a| a.id == *id)
            .ok_or_else(|| PlanError::UnknownVisit(id.clone()))?;
        let changes = Changes {
            source: "manual".to_owned(),
            cancelled_appointments: vec![id.clone()],
            ..Changes::default()
        };
        self.store.write(&changes, at)?;
        Ok(found)
    }

    /// Whether the day's appointments, `wanted` among them, can all be kept; if not, why.
    fn keepable(&self, rep: &Rep, wanted: &Appointment) -> Result<std::result::Result<(), String>> {
        let clock = DayClock::new(wanted.date, self.ground.time_zone);
        let home = self.ground.snap(rep.home, &self.settings);
        let home = home.ok_or_else(|| PlanError::HomeOffNetwork {
            rep: rep.id.clone(),
            limit_m: self.settings.snap_limit_m,
        })?;
        let mut promised = self.store.appointments(&Slice {
            rep: Some(rep.id.clone()),
            from: Some(wanted.date),
            to: Some(wanted.date),
            account: None,
        })?;
        promised.retain(|a| a.id != wanted.id);
        promised.push(wanted.clone());
        promised.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));

        let mut query = self.ground.router.query();
        let mut drive = |from: &Snap, to: &Snap| {
            let route = self.ground.router.route(&mut query, from, to);
            route.map(|route| route.time.0)
        };
        let parking = i64::from(self.settings.parking_min) * 60_000;
        let (mut place, mut free) = (home, clock.millis_at(rep.shift_start));
        for appointment in &promised {
            let Some(account) = self.store.account(&appointment.account)? else {
                continue;
            };
            let Some(snap) = self.ground.snap_account(&account, &self.settings) else {
                return Ok(Err(format!("{} has no place on a road", account.name)));
            };
            let Some(time) = drive(&place, &snap) else {
                return Ok(Err(format!("no road leads to {}", account.name)));
            };
            let start = clock.millis_at(appointment.start);
            let ready = free + time + parking;
            let latest = start + i64::from(appointment.leeway_min) * 60_000;
            if ready > latest {
                return Ok(Err(too_late(&account, appointment, ready - latest)));
            }
            let minutes = appointment.visit_min.or(account.visit_min);
            let length = i64::from(minutes.unwrap_or(self.settings.visit_min)) * 60_000;
            (place, free) = (snap, ready.max(start) + length);
        }
        let back = if rep.open_end {
            Some(0)
        } else {
            drive(&place, &home)
        };
        let late = back.map(|time| free + time - clock.millis_at(rep.shift_end));
        Ok(match late {
            None => Err("no road leads home".to_owned()),
            Some(late) if late > 0 => Err(format!(
                "{} would end the day {} min late",
                rep.name,
                (late + 59_999) / 60_000
            )),
            Some(_) => Ok(()),
        })
    }
}

fn too_late(account: &Account, appointment: &Appointment, late: i64) -> String {
    format!(
        "{} would be reached {} min after {}",
        account.name,
        (late + 59_999) / 60_000,
        appointment.start.format("%H:%M")
    )
}
