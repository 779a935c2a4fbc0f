//! Local days and times of the region as instants, and the other way. The only place of the API that asks for the time.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::planner::DayClock;

/// Now: when a write happens.
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The region's date now.
pub fn today(zone: Tz) -> NaiveDate {
    now().with_timezone(&zone).date_naive()
}

/// A local day and time as an instant with its offset.
pub fn instant(zone: Tz, date: NaiveDate, time: NaiveTime) -> DateTime<FixedOffset> {
    let day = DayClock::new(date, zone);
    day.instant(day.millis_at(time))
}
