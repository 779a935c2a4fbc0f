//! Writing reps and visits, such that reading them again loses nothing; accounts are [`super::export`]'s.

use chrono::{NaiveTime, Timelike as _};

use super::export::ExportError;
use super::model::{Lunch, Rep, Visit};
use super::rows::block_text;
use super::values::list_text;
use crate::crs::Crs;

const REP: [&str; 14] = [
    "id",
    "name",
    "home_lon",
    "home_lat",
    "shift_start",
    "shift_end",
    "weekdays",
    "lunch",
    "max_visits",
    "max_drive_min",
    "skills",
    "open_end",
    "active",
    "blocks",
];

const VISIT: [&str; 12] = [
    "id",
    "account",
    "rep",
    "date",
    "start",
    "end",
    "status",
    "purpose",
    "outcome",
    "note",
    "source",
    "recorded_at",
];

/// `reps` as CSV in UTF-8, comma-separated. The file does not say its reference system: who reads it has to, unless it is
/// WGS 84.
///
/// # Errors
/// When a home has no place in the system.
pub fn reps_to_csv(reps: &[Rep], crs: Crs) -> Result<Vec<u8>, ExportError> {
    let row = |rep: &Rep| -> Result<_, ExportError> {
        let no_place = || ExportError::NoPlace {
            what: format!("the home of rep {}", rep.id),
            crs,
        };
        let [x, y] = crs.from_wgs84(rep.home)?.ok_or_else(no_place)?;
        let days = rep
            .weekdays
            .iter()
            .map(|day| day.to_string().to_lowercase());
        let blocks: Vec<_> = rep.blocks.iter().map(block_text).collect();
        Ok([
            rep.id.0.clone(),
            rep.name.clone(),
            x.to_string(),
            y.to_string(),
            clock(rep.shift_start),
            clock(rep.shift_end),
            days.collect::<Vec<_>>().join(";"),
            rep.lunch.map_or_else(|| "no".to_owned(), lunch),
            rep.max_visits.map(|n| n.to_string()).unwrap_or_default(),
            rep.max_drive_min.map(|n| n.to_string()).unwrap_or_default(),
            list_text(&rep.skills),
            rep.open_end.to_string(),
            rep.active.to_string(),
            list_text(&blocks),
        ])
    };
    let rows = reps.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    Ok(csv_of(&REP, rows))
}

/// `visits` as CSV in UTF-8, comma-separated; times are local.
#[must_use]
pub fn visits_to_csv(visits: &[Visit]) -> Vec<u8> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows = visits.iter().map(|visit| {
        [
            visit.id.0.clone(),
            visit.account.0.clone(),
            visit.rep.0.clone(),
            visit.date.to_string(),
            visit.start.map(clock).unwrap_or_default(),
            visit.end.map(clock).unwrap_or_default(),
            visit.status.name().to_owned(),
            text(&visit.purpose),
            text(&visit.outcome),
            text(&visit.note),
            visit.source.clone(),
            visit
                .recorded_at
                .map(|at| at.to_rfc3339())
                .unwrap_or_default(),
        ]
    });
    csv_of(&VISIT, rows)
}

/// A time of day; seconds only where there are some.
fn clock(time: NaiveTime) -> String {
    let form = if time.second() == 0 {
        "%H:%M"
    } else {
        "%H:%M:%S"
    };
    time.format(form).to_string()
}

fn lunch(lunch: Lunch) -> String {
    let (earliest, latest) = (clock(lunch.earliest), clock(lunch.latest));
    format!("{earliest}-{latest} {}", lunch.minutes)
}

fn csv_of<const N: usize>(
    headings: &[&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let fits = "writing rows of equal length to memory cannot fail";
    writer.write_record(headings).expect(fits);
    for row in rows {
        writer.write_record(row).expect(fits);
    }
    writer.into_inner().expect("flushing to memory cannot fail")
}
