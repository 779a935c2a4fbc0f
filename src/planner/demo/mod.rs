//! The demo: a made-up wholesaler with eight reps who serve real businesses of the Malta extract.
//!
//! [`generate`] makes the demo's files from an extract and a seed; those of Malta stand in `data/` and are built into the
//! program ([`DemoFiles::committed`]). [`load`] puts such files into a store as of a date. Days in the files count from the demo's Monday ([`monday_of`]), so that the
//! demo is fresh on any date and weekends stay weekends.

mod customers;
mod history;
mod people;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};

use super::geocode::Geocoder;
use super::intake::{IntakeError, Surroundings, read};
use super::random::Random;
use crate::accounts::export::to_csv;
use crate::accounts::{
    Account, AccountId, Appointment, Field, ImportError, ImportOptions, ImportReport, Rep, RepId,
    VisitId, import_reps, import_visits,
};
use crate::geometry::Bounds;
use crate::osm::Place;
use crate::store::{Changes, Store};
use history::{HISTORY_D, PastVisit, Promise};

/// The committed files.
const ACCOUNTS: &str = include_str!("../../../data/accounts.csv");
const REPS: &str = include_str!("../../../data/reps.csv");
const VISITS: &str = include_str!("../../../data/visits.csv");
const APPOINTMENTS: &str = include_str!("../../../data/appointments.csv");

/// How many accounts the demo has.
const ACCOUNT_COUNT: usize = 900;

/// The demo's files, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoFiles {
    /// `accounts.csv`.
    pub accounts: String,
    /// `reps.csv`.
    pub reps: String,
    /// `visits.csv`; `day` counts from the demo's Monday.
    pub visits: String,
    /// `appointments.csv`; likewise.
    pub appointments: String,
}

impl DemoFiles {
    /// The files in `data/`, which are built into the program.
    #[must_use]
    pub fn committed() -> Self {
        Self {
            accounts: ACCOUNTS.to_owned(),
            reps: REPS.to_owned(),
            visits: VISITS.to_owned(),
            appointments: APPOINTMENTS.to_owned(),
        }
    }
}

/// Makes the demo's files from the places of an extract. Equal places and seed give equal files.
#[must_use]
pub fn generate(places: &[Place], seed: u64) -> DemoFiles {
    let mut random = Random::seeded(seed);
    let reps = people::reps(places, customers::count(places).min(ACCOUNT_COUNT));
    let mut accounts = customers::accounts(places, &reps, ACCOUNT_COUNT, &mut random);
    let visits = history::visits(&accounts, &reps, &mut random);
    let promises = history::promises(&accounts, &reps, &mut random);
    customers::forget_places(&mut accounts, &mut random);
    let promises: Vec<_> = promises
        .into_iter()
        .filter(|p| {
            accounts
                .iter()
                .any(|a| a.id == p.account && a.location.is_some())
        })
        .collect();
    let visited: BTreeSet<&AccountId> = visits.iter().map(|v| &v.account).collect();
    let since = accounts
        .iter()
        .map(|a| {
            if visited.contains(&a.id) {
                400
            } else {
                random.between(5, 90)
            }
        })
        .collect::<Vec<_>>();
    DemoFiles {
        accounts: accounts_file(&accounts, &since),
        reps: reps_file(&reps),
        visits: visits_file(&visits),
        appointments: appointments_file(&promises),
    }
}

/// The demo's first day: the Monday of the week of `date`, on a weekend the next one.
#[must_use]
pub fn monday_of(date: NaiveDate) -> NaiveDate {
    let from_monday = u64::from(date.weekday().num_days_from_monday());
    if matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
        date + Days::new(7 - from_monday)
    } else {
        date - Days::new(from_monday)
    }
}

/// Puts a demo into `store` in one transaction: accounts (those without coordinates looked up in `places`), reps,
/// visits before and appointments from the Monday of `date` on. The store's instant becomes `date` at midnight UTC.
/// Loading the same again changes nothing.
///
/// # Errors
/// When the store cannot be written, or the files are not as [`generate`] writes them.
pub fn load(
    store: &dyn Store,
    files: &DemoFiles,
    date: NaiveDate,
    places: &[Place],
    bounds: Option<Bounds>,
) -> Result<ImportReport, IntakeError> {
    let monday = monday_of(date);
    let options = |file: &str| ImportOptions {
        file: file.to_owned(),
        region: bounds,
        ..ImportOptions::default()
    };
    let reps = import_reps(files.reps.as_bytes(), &options("reps.csv"))?.rows;
    let addresses = Surroundings {
        geocoder: &Geocoder::build(places),
        roads: None,
    };
    let mut import = read(
        files.accounts.as_bytes(),
        &options("accounts.csv"),
        Some(&addresses),
    )?;
    let since = column_by_id(&files.accounts, "since_days");
    import.fields.insert(Field::ActiveFrom);
    for account in &mut import.rows {
        let days = since.get(account.id.0.as_str()).copied().unwrap_or(0);
        account.active_from = Some(shifted(monday, -days));
    }
    let ids: BTreeSet<AccountId> = import.rows.iter().map(|a| a.id.clone()).collect();
    let mut visits = import_visits(
        dated(&files.visits, monday).as_bytes(),
        &ids,
        &options("visits.csv"),
    )?
    .rows;
    for visit in &mut visits {
        visit.recorded_at = visit.end.map(|end| visit.date.and_time(end).and_utc());
    }
    let changes = Changes {
        source: "import".to_owned(),
        reps,
        import: Some(import),
        visits,
        appointments: appointments(&files.appointments, monday, date)?,
        ..Changes::default()
    };
    let written = store.write(&changes, instant_of(date))?;
    Ok(written.report.unwrap_or_default())
}

/// Midnight UTC of `date`: the instant that a freshly loaded demo bears.
#[must_use]
pub fn instant_of(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

fn shifted(monday: NaiveDate, days: i64) -> NaiveDate {
    let size = Days::new(days.unsigned_abs());
    if days < 0 {
        monday - size
    } else {
        monday + size
    }
}

fn rows(text: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .filter_map(Result::ok)
        .collect()
}

/// Numbers of one column by the first.
fn column_by_id(text: &str, column: &str) -> BTreeMap<String, i64> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let index = reader
        .headers()
        .ok()
        .and_then(|h| h.iter().position(|name| name == column));
    let Some(index) = index else {
        return BTreeMap::new();
    };
    rows(text)
        .iter()
        .filter_map(|r| Some((r.get(0)?.to_owned(), r.get(index)?.parse().ok()?)))
        .collect()
}

/// A visit file with dates instead of days.
fn dated(text: &str, monday: NaiveDate) -> String {
    let mut out = String::from("account,rep,date,start,end,status,outcome\n");
    for row in rows(text) {
        let day: i64 = row.get(2).and_then(|d| d.parse().ok()).unwrap_or(-1);
        let date = shifted(monday, day).to_string();
        let cells: Vec<&str> = row
            .iter()
            .enumerate()
            .map(|(i, c)| if i == 2 { date.as_str() } else { c })
            .collect();
        out.push_str(&cells.join(","));
        out.push('\n');
    }
    out
}

/// Appointments from `date` on.
fn appointments(
    file: &str,
    monday: NaiveDate,
    date: NaiveDate,
) -> Result<Vec<Appointment>, ImportError> {
    let read = |row: &csv::StringRecord| {
        let day = shifted(monday, row.get(2)?.parse().ok()?);
        Some(Appointment {
            id: VisitId(format!("demo-{}-{day}", row.get(0)?)),
            account: AccountId(row.get(0)?.to_owned()),
            rep: RepId(row.get(1)?.to_owned()),
            date: day,
            start: row.get(3)?.parse().ok()?,
            leeway_min: row.get(4)?.parse().ok()?,
            visit_min: None,
            purpose: Some(row.get(5)?.to_owned()),
            note: None,
        })
    };
    let all: Option<Vec<_>> = rows(file).iter().map(read).collect();
    let all = all.ok_or(ImportError::Empty)?;
    Ok(all.into_iter().filter(|a| a.date >= date).collect())
}

/// The account list with the column `since_days` and without the columns that the demo leaves empty.
fn accounts_file(accounts: &[Account], since: &[i64]) -> String {
    let full = String::from_utf8(to_csv(accounts)).unwrap_or_default();
    let mut reader = csv::Reader::from_reader(full.as_bytes());
    let headings = reader.headers().cloned().unwrap_or_default();
    let records = rows(&full);
    let left_out = [
        "quality",
        "active",
        "start_inside_is_enough",
        "active_from",
        "last_visit",
    ];
    let kept: Vec<usize> = (0..headings.len())
        .filter(|i| !left_out.contains(&&headings[*i]))
        .filter(|i| records.iter().any(|r| !r[*i].is_empty()))
        .collect();
    let mut table = vec![
        kept.iter()
            .map(|i| headings[*i].to_owned())
            .chain(["since_days".to_owned()])
            .collect::<Vec<_>>(),
    ];
    for (record, days) in records.iter().zip(since) {
        table.push(
            kept.iter()
                .map(|i| record[*i].to_owned())
                .chain([days.to_string()])
                .collect(),
        );
    }
    written(&table)
}

fn reps_file(reps: &[Rep]) -> String {
    let heading =
        "id,name,home_lon,home_lat,shift_start,shift_end,weekdays,lunch,max_visits,max_drive_min";
    let mut table = vec![heading.split(',').map(str::to_owned).collect::<Vec<_>>()];
    for r in reps {
        let week: Vec<_> = r
            .weekdays
            .iter()
            .map(|d| d.to_string().to_lowercase())
            .collect();
        let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
        let lunch = r.lunch.map(|l| {
            format!(
                "{}-{} {}",
                l.earliest.format("%H:%M"),
                l.latest.format("%H:%M"),
                l.minutes
            )
        });
        table.push(vec![
            r.id.0.clone(),
            r.name.clone(),
            r.home.lon.to_string(),
            r.home.lat.to_string(),
            r.shift_start.format("%H:%M").to_string(),
            r.shift_end.format("%H:%M").to_string(),
            week.join(","),
            lunch.unwrap_or_default(),
            number(r.max_visits),
            number(r.max_drive_min),
        ]);
    }
    written(&table)
}

fn visits_file(visits: &[PastVisit]) -> String {
    let mut out = String::from("account,rep,day,start,end,status,outcome\n");
    for v in visits {
        debug_assert!((-HISTORY_D..0).contains(&v.day));
        let status = serde_json::to_value(v.status).unwrap_or_default();
        let status = status.as_str().unwrap_or_default().to_owned();
        let (start, end) = (v.start.format("%H:%M"), v.end.format("%H:%M"));
        let row = [
            v.account.0.as_str(),
            &v.rep.0,
            &v.day.to_string(),
            &start.to_string(),
            &end.to_string(),
            &status,
            v.outcome,
        ];
        out.push_str(&row.join(","));
        out.push('\n');
    }
    out
}

fn appointments_file(promises: &[Promise]) -> String {
    let mut out = String::from("account,rep,day,start,leeway_min,purpose\n");
    for p in promises {
        let start = p.start.format("%H:%M:%S");
        let row = [
            p.account.0.as_str(),
            &p.rep.0,
            &p.day.to_string(),
            &start.to_string(),
            &p.leeway_min.to_string(),
            "agreed by phone",
        ];
        out.push_str(&row.join(","));
        out.push('\n');
    }
    out
}

fn written(table: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in table {
        writer
            .write_record(row)
            .expect("rows of equal length go to memory");
    }
    let bytes = writer.into_inner().expect("flushing to memory cannot fail");
    String::from_utf8(bytes).expect("texts in, text out")
}
