//! Reading a list of reps.

use chrono::{NaiveTime, Weekday};

use super::columns::rep_fields;
use super::import::{ImportError, ImportOptions, guesses, named_rows};
use super::model::{Lunch, Rep, RepId};
use super::report::{ImportReport, ProblemCode, ReadAs};
use super::rows::{Complaint, Problems, RowReader};
use super::table::read_table;
use super::text::decode;
use super::values::{Decimal, coordinate, time, weekdays};
use crate::crs::Crs;
use crate::geometry::LonLat;

/// The reps of one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RepImport {
    /// Good rows.
    pub rows: Vec<Rep>,
    /// What was wrong with the others.
    pub report: ImportReport,
}

const WORKDAYS: [Weekday; 5] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
];

const fn clock(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).expect("constants below 24 h")
}

/// Lunch of a rep whose file says nothing: half an hour, starting between 12:00 and 13:30.
pub const USUAL_LUNCH: Lunch = Lunch {
    earliest: clock(12, 0),
    latest: clock(13, 30),
    minutes: 30,
};

/// Reads reps from CSV. What is left empty is usual: 08:00 to 17:00, Monday to Friday, [`USUAL_LUNCH`].
///
/// # Errors
/// When nothing can be read at all; defects of rows are in the report.
pub fn import_reps(bytes: &[u8], options: &ImportOptions) -> Result<RepImport, ImportError> {
    if bytes.len() > options.limits.bytes {
        return Err(ImportError::TooLarge {
            bytes: bytes.len(),
            limit: options.limits.bytes,
        });
    }
    let crs = options.crs.unwrap_or_default();
    crs.check()?;
    let decoded = decode(bytes);
    let table = read_table(&decoded.text, &options.limits)?;
    let fields = rep_fields(&table.headings);
    for needed in ["id", "home_lon", "home_lat"] {
        if !fields.contains(&Some(needed)) {
            return Err(ImportError::NoColumn { field: needed });
        }
    }
    let mut problems = Problems::new(&options.limits);
    let mut import = RepImport::default();
    for row in named_rows(&table, &fields, &options.limits) {
        let cells = row.cells.iter().map(|(f, c)| (*f, c.as_str())).collect();
        let mut reader = RowReader::new(row.number, cells, &mut problems);
        let taken = |id: &RepId| import.rows.iter().any(|r| r.id == *id);
        let read = match row.defect {
            Some(defect) => {
                reader.error("", defect);
                None
            }
            None => rep(&mut reader, crs, taken),
        };
        match read {
            Some(rep) => import.rows.push(rep),
            None => import.report.rejected += 1,
        }
    }
    import.report = ImportReport {
        file: options.file.clone(),
        read_as: ReadAs {
            format: "csv".to_owned(),
            delimiter: Some(table.delimiter),
            encoding: decoded.encoding.to_owned(),
            crs: crs.to_string(),
        },
        rows: table.rows.len(),
        columns: guesses(&table.headings, fields.iter().copied()),
        problems: problems.kept,
        problems_left_out: problems.left_out,
        ..import.report
    };
    Ok(import)
}

fn rep(row: &mut RowReader, crs: Crs, taken: impl Fn(&RepId) -> bool) -> Option<Rep> {
    let id = RepId(row.text("id").unwrap_or_default());
    if id.0.is_empty() {
        row.error("id", missing("no id", "give every rep an id"));
    } else if taken(&id) {
        row.error(
            "id",
            Complaint {
                code: ProblemCode::DuplicateId,
                problem: "a row above has the same id".to_owned(),
                cure: "give every rep an id of its own, or remove the row",
            },
        );
    }
    let home = home(row, crs);
    let shift_start = row.time("shift_start").unwrap_or(clock(8, 0));
    let shift_end = row.time("shift_end").unwrap_or(clock(17, 0));
    if shift_end <= shift_start {
        row.error(
            "shift_end",
            Complaint {
                code: ProblemCode::EndBeforeStart,
                problem: format!(
                    "the shift ends at {shift_end}, not after its start at {shift_start}"
                ),
                cure: "correct the times; shifts over midnight are not planned",
            },
        );
    }
    let rep = Rep {
        name: row.text("name").unwrap_or_else(|| id.0.clone()),
        id,
        home: home.unwrap_or_default(),
        shift_start,
        shift_end,
        weekdays: working_days(row),
        lunch: lunch(row),
        max_visits: row.whole("max_visits", 1_000, Decimal::Point),
        max_drive_min: row.whole("max_drive_min", 1_440, Decimal::Point),
        skills: row.list("skills"),
        blocks: row.blocks("blocks"),
        open_end: row.flag("open_end").unwrap_or(false),
        active: row.flag("active").unwrap_or(true),
    };
    (!row.refused()).then_some(rep)
}

fn missing(problem: &str, cure: &'static str) -> Complaint {
    Complaint {
        code: ProblemCode::MissingId,
        problem: problem.to_owned(),
        cure,
    }
}

fn home(row: &mut RowReader, crs: Crs) -> Option<LonLat> {
    let read = coordinate(row.raw("home_lon")).zip(coordinate(row.raw("home_lat")));
    let at = read
        .filter(|(x, y)| *x != 0.0 || *y != 0.0)
        .and_then(|(x, y)| crs.to_wgs84(x, y).ok().flatten());
    if at.is_none() {
        row.error(
            "home_lon",
            Complaint {
                code: ProblemCode::CoordinatesUnreadable,
                problem: "no position of the home".to_owned(),
                cure: "write decimal degrees in home_lon and home_lat",
            },
        );
    }
    at
}

fn working_days(row: &mut RowReader) -> Vec<Weekday> {
    let Some(text) = row.text("weekdays") else {
        return WORKDAYS.into();
    };
    weekdays(&text).unwrap_or_else(|| {
        row.warn(
            "weekdays",
            Complaint {
                code: ProblemCode::UnknownWeekday,
                problem: "not understood, taken for Monday to Friday".to_owned(),
                cure: "write for example Mo-Fr or mon,wed,fri",
            },
        );
        WORKDAYS.into()
    })
}

/// `12:00-13:30 30` (start between the times, minutes), `30` (minutes), `no`; empty = usual.
fn lunch(row: &mut RowReader) -> Option<Lunch> {
    let Some(text) = row.text("lunch") else {
        return Some(USUAL_LUNCH);
    };
    if super::values::flag(&text) == Some(false) || text == "-" {
        return None;
    }
    let read = lunch_of(&text);
    if read.is_none() {
        row.warn(
            "lunch",
            Complaint {
                code: ProblemCode::UnreadableTime,
                problem: "not understood, taken for 30 minutes from 12:00 to 13:30".to_owned(),
                cure: "write for example 12:00-13:30 30, or no",
            },
        );
    }
    Some(read.unwrap_or(USUAL_LUNCH))
}

fn lunch_of(text: &str) -> Option<Lunch> {
    let mut parts = text.split([' ', '/']).filter(|p| !p.is_empty());
    let (first, second) = (parts.next()?, parts.next());
    if let Ok(minutes) = first.parse::<u32>() {
        return (minutes <= 240 && second.is_none()).then_some(Lunch {
            minutes,
            ..USUAL_LUNCH
        });
    }
    let (earliest, latest) = first.split_once('-')?;
    let (earliest, latest) = (time(earliest)?, time(latest)?);
    let minutes = second.map_or(Some(USUAL_LUNCH.minutes), |m| m.parse().ok())?;
    (earliest <= latest && minutes <= 240).then_some(Lunch {
        earliest,
        latest,
        minutes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(csv: &str) -> RepImport {
        import_reps(csv.as_bytes(), &ImportOptions::default()).unwrap()
    }

    #[test]
    fn a_full_row_and_a_bare_one() {
        let reps = import(
            "id,name,home_lon,home_lat,shift_start,shift_end,weekdays,lunch,max_visits,max_drive_min,skills,blocks\n\
             r1,Maria,14.5,35.9,7:30,16:00,mon-thu,11:30-13:00 45,10,180,cold chain;vet,2026-08-10/2026-08-21 leave\n\
             r2,,\"14,4\",\"35,8\",,,,,,,,\n",
        );
        assert_eq!(reps.report.problems, []);
        let [full, bare] = reps.rows.as_slice() else {
            panic!("{reps:?}")
        };
        assert_eq!(
            (full.shift_start, full.shift_end, full.weekdays.len()),
            (clock(7, 30), clock(16, 0), 4)
        );
        let lunch = full.lunch.unwrap();
        assert_eq!((lunch.earliest, lunch.minutes), (clock(11, 30), 45));
        assert_eq!((full.max_visits, full.max_drive_min), (Some(10), Some(180)));
        assert_eq!(full.skills, ["cold chain", "vet"]);
        assert_eq!(full.blocks[0].reason.as_deref(), Some("leave"));
        assert_eq!((bare.name.as_str(), bare.lunch), ("r2", Some(USUAL_LUNCH)));
        assert_eq!(
            (bare.home, bare.weekdays.len()),
            (LonLat::new(14.4, 35.8), 5)
        );
    }

    #[test]
    fn defects_are_told_row_by_row() {
        let reps = import(
            "id,home_lon,home_lat,shift_start,shift_end,weekdays,lunch\n\
             r1,14.5,,,,,\n\
             ,14.5,35.9,,,,\n\
             r2,14.5,35.9,17:00,08:00,,\n\
             r3,14.5,35.9,soon,,someday,late\n\
             r3,14.5,35.9,,,,\n",
        );
        let told: Vec<_> = reps
            .report
            .problems
            .iter()
            .map(|p| (p.row, p.field.as_str()))
            .collect();
        let want = [
            (2, "home_lon"),
            (3, "id"),
            (4, "shift_end"),
            (5, "shift_start"),
            (5, "weekdays"),
            (5, "lunch"),
            (6, "id"),
        ];
        assert_eq!(told, want);
        assert_eq!((reps.rows.len(), reps.report.rejected), (1, 4));
    }

    #[test]
    fn a_file_without_homes_is_refused() {
        let error = import_reps(b"id,name\n1,x\n", &ImportOptions::default()).unwrap_err();
        assert_eq!(error.to_string(), "the file has no column for home_lon");
    }
}
