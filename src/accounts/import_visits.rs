//! Reading a log of visits.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::columns::visit_fields;
use super::import::{ImportError, ImportOptions, guesses, named_rows};
use super::model::{AccountId, RepId, Visit, VisitId, VisitStatus};
use super::names::plain;
use super::report::{ImportReport, ProblemCode, ReadAs};
use super::rows::{Complaint, Problems, RowReader};
use super::table::read_table;
use super::text::decode;

/// The visits of one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VisitImport {
    /// Good rows.
    pub rows: Vec<Visit>,
    /// What was wrong with the others.
    pub report: ImportReport,
}

/// Reads visits from CSV. `accounts` are those of the book: a visit of another is refused. A row without an id gets one
/// made of account, day and start, so that the same row is the same visit at the next import. Files of this program also say
/// where a visit comes from and when it was recorded; of others the visits come from `import`, recorded at no known instant.
///
/// # Errors
/// When nothing can be read at all; defects of rows are in the report.
pub fn import_visits(
    bytes: &[u8],
    accounts: &BTreeSet<AccountId>,
    options: &ImportOptions,
) -> Result<VisitImport, ImportError> {
    if bytes.len() > options.limits.bytes {
        return Err(ImportError::TooLarge {
            bytes: bytes.len(),
            limit: options.limits.bytes,
        });
    }
    let decoded = decode(bytes);
    let table = read_table(&decoded.text, &options.limits)?;
    let fields = visit_fields(&table.headings);
    for needed in ["account", "rep", "date"] {
        if !fields.contains(&Some(needed)) {
            return Err(ImportError::NoColumn { field: needed });
        }
    }
    let mut problems = Problems::new(&options.limits);
    let mut import = VisitImport::default();
    let mut seen = BTreeSet::new();
    for row in named_rows(&table, &fields, &options.limits) {
        let cells = row.cells.iter().map(|(f, c)| (*f, c.as_str())).collect();
        let mut reader = RowReader::new(row.number, cells, &mut problems);
        let read = match row.defect {
            Some(defect) => {
                reader.error("", defect);
                None
            }
            None => visit(&mut reader, accounts, options, &mut seen),
        };
        match read {
            Some(visit) => import.rows.push(visit),
            None => import.report.rejected += 1,
        }
    }
    import.report = ImportReport {
        file: options.file.clone(),
        read_as: ReadAs {
            format: "csv".to_owned(),
            delimiter: Some(table.delimiter),
            encoding: decoded.encoding.to_owned(),
            crs: String::new(),
        },
        rows: table.rows.len(),
        columns: guesses(&table.headings, fields.iter().copied()),
        problems: problems.kept,
        problems_left_out: problems.left_out,
        ..import.report
    };
    Ok(import)
}

fn visit(
    row: &mut RowReader,
    accounts: &BTreeSet<AccountId>,
    options: &ImportOptions,
    seen: &mut BTreeSet<VisitId>,
) -> Option<Visit> {
    let account = AccountId(row.text("account").unwrap_or_default());
    if !accounts.contains(&account) {
        row.error(
            "account",
            complaint(
                ProblemCode::UnknownAccount,
                "no such account",
                "import the account first, or correct its id",
            ),
        );
    }
    let rep = RepId(row.text("rep").unwrap_or_default());
    if rep.0.is_empty() {
        row.error(
            "rep",
            complaint(
                ProblemCode::UnknownRep,
                "no rep",
                "fill in who made the visit",
            ),
        );
    }
    let date = row.date("date");
    if row.raw("date").is_empty() {
        row.error(
            "date",
            complaint(
                ProblemCode::UnreadableDate,
                "no date",
                "fill in the day of the visit",
            ),
        );
    }
    let (start, end) = (row.time("start"), row.time("end"));
    if start.zip(end).is_some_and(|(start, end)| end < start) {
        row.warn(
            "end",
            complaint(
                ProblemCode::EndBeforeStart,
                "ends before it starts",
                "correct the times",
            ),
        );
    }
    let status = status(row, options, date)?;
    let date = date?;
    let id = row
        .text("id")
        .map_or_else(|| derived_id(&account, date, start), VisitId);
    if row.refused() {
        return None;
    }
    if !seen.insert(id.clone()) {
        row.error(
            "id",
            complaint(
                ProblemCode::DuplicateId,
                "a row above is the same visit",
                "remove the row, or fill in its start or an id",
            ),
        );
        return None;
    }
    Some(Visit {
        id,
        account,
        rep,
        date,
        start,
        end,
        status,
        purpose: row.text("purpose"),
        outcome: row.text("outcome"),
        note: row.text("note"),
        source: row.text("source").unwrap_or_else(|| "import".to_owned()),
        recorded_at: recorded_at(row),
    })
}

/// When the visit was recorded; files of this program have it.
fn recorded_at(row: &mut RowReader) -> Option<DateTime<Utc>> {
    let text = row.text("recorded_at")?;
    let at = DateTime::parse_from_rfc3339(&text).ok();
    if at.is_none() {
        row.warn(
            "recorded_at",
            complaint(
                ProblemCode::UnreadableTime,
                "no instant",
                "write for example 2026-05-04T16:30:00Z, or leave the cell empty",
            ),
        );
    }
    at.map(|at| at.to_utc())
}

fn complaint(code: ProblemCode, problem: &str, cure: &'static str) -> Complaint {
    Complaint {
        code,
        problem: problem.to_owned(),
        cure,
    }
}

fn derived_id(
    account: &AccountId,
    date: chrono::NaiveDate,
    start: Option<chrono::NaiveTime>,
) -> VisitId {
    let start = start.map(|t| t.to_string()).unwrap_or_default();
    let hash = blake3::hash(format!("{account}\n{date}\n{start}").as_bytes()).to_hex();
    VisitId(format!("i-{}", &hash[..16]))
}

/// Status of the row; empty means done. A visit in the future cannot have happened.
fn status(
    row: &mut RowReader,
    options: &ImportOptions,
    date: Option<chrono::NaiveDate>,
) -> Option<VisitStatus> {
    let text = plain(row.raw("status"));
    let status =
        match text.as_str() {
            "" | "done" | "visited" | "held" | "completed" | "erledigt" | "besucht"
            | "realizada" | "hecha" | "effectuee" | "faite" | "effettuata" | "fatta" | "完了"
            | "訪問済" | "완료" => VisitStatus::Done,
            "missed" | "no show" | "not met" | "verpasst" | "nicht angetroffen" | "fallida"
            | "ausente" | "manquee" | "absent" | "mancata" | "assente" | "不在" | "부재" => {
                VisitStatus::Missed
            }
            "phone" | "call" | "telefon" | "telefonisch" | "telefono" | "telephone"
            | "telefonica" | "電話" | "전화" => VisitStatus::Phone,
            "refused" | "abgelehnt" | "rechazada" | "refusee" | "rifiutata" | "拒否" | "거절" => {
                VisitStatus::Refused
            }
            "cancelled" | "canceled" | "abgesagt" | "cancelada" | "annulee" | "annullata"
            | "中止" | "キャンセル" | "취소" => VisitStatus::Cancelled,
            "planned" | "geplant" | "planificada" | "planifiee" | "pianificata" | "予定"
            | "예정" => VisitStatus::Planned,
            "agreed" | "vereinbart" | "acordada" | "convenue" | "concordata" | "約束" | "약속" => {
                VisitStatus::Agreed
            }
            _ => {
                row.error(
                    "status",
                    complaint(
                        ProblemCode::UnknownStatus,
                        "unknown status",
                        "write done, missed, phone, refused, cancelled, planned or agreed",
                    ),
                );
                return None;
            }
        };
    let future = options.today.zip(date).is_some_and(|(today, d)| d > today);
    if future
        && !matches!(
            status,
            VisitStatus::Planned | VisitStatus::Agreed | VisitStatus::Cancelled
        )
    {
        row.error(
            "date",
            complaint(
                ProblemCode::FutureDate,
                "cannot have happened yet",
                "correct the date, or enter an appointment",
            ),
        );
    }
    Some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(csv: &str) -> VisitImport {
        let accounts = ["a1", "a2"].map(AccountId::from).into();
        let options = ImportOptions {
            today: "2026-05-04".parse().ok(),
            ..ImportOptions::default()
        };
        import_visits(csv.as_bytes(), &accounts, &options).unwrap()
    }

    #[test]
    fn rows_become_visits_with_stable_ids() {
        let csv = "account;rep;date;start;end;status;outcome\n\
                   a1;r1;2026-05-01;09:00;09:30;done;order\n\
                   a1;r1;2026-05-01;15:00;;Telefonisch;\n\
                   a2;r1;2026-04-01;;;;\n";
        let visits = import(csv);
        assert_eq!(visits.report.problems, []);
        let told: Vec<_> = visits.rows.iter().map(|v| v.status).collect();
        assert_eq!(
            told,
            [VisitStatus::Done, VisitStatus::Phone, VisitStatus::Done]
        );
        assert_eq!(import(csv), visits);
        let ids: BTreeSet<_> = visits.rows.iter().map(|v| &v.id).collect();
        assert_eq!(ids.len(), 3);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let visits = import(
            "account,rep,date,start,end,status\n\
             nobody,r1,2026-05-01,,,\n\
             a1,,2026-05-01,,,\n\
             a1,r1,,,,\n\
             a1,r1,4/5/2026,,,\n\
             a1,r1,2026-05-01,10:00,9:00,done\n\
             a1,r1,2026-05-01,10:00,,missed\n\
             a1,r1,2026-05-02,,,perhaps\n\
             a1,r1,2026-06-01,,,done\n\
             a1,r1,2026-06-01,,,agreed\n",
        );
        let told: Vec<_> = visits
            .report
            .problems
            .iter()
            .map(|p| (p.row, p.code))
            .collect();
        let want = [
            (2, ProblemCode::UnknownAccount),
            (3, ProblemCode::UnknownRep),
            (4, ProblemCode::UnreadableDate),
            (5, ProblemCode::UnreadableDate),
            (6, ProblemCode::EndBeforeStart),
            (7, ProblemCode::DuplicateId),
            (8, ProblemCode::UnknownStatus),
            (9, ProblemCode::FutureDate),
        ];
        assert_eq!(told, want);
        assert_eq!((visits.rows.len(), visits.report.rejected), (2, 7));
    }
}
