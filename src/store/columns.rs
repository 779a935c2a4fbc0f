//! Text forms of dates, times and lists in columns, and building filters. Shared by the entity files.

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::records::Slice;

/// `HH:MM:SS`.
pub(super) fn time_text(time: NaiveTime) -> String {
    time.format("%H:%M:%S").to_string()
}

/// RFC 3339 in UTC with milliseconds: sorts as text.
pub(super) fn instant_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A value as JSON text. Entities have string keys only, so this cannot fail.
pub(super) fn json_text<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("entities serialise: no maps with other keys than text")
}

/// A unit enum as its serde name.
pub(super) fn name_text<T: Serialize>(value: T) -> String {
    json_text(&value).trim_matches('"').to_owned()
}

fn unreadable(
    index: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error))
}

/// JSON text of column `index`.
pub(super) fn json<T: DeserializeOwned>(row: &Row, index: usize) -> rusqlite::Result<T> {
    let text: String = row.get(index)?;
    serde_json::from_str(&text).map_err(|e| unreadable(index, e))
}

/// JSON text or NULL.
pub(super) fn json_opt<T: DeserializeOwned>(
    row: &Row,
    index: usize,
) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(index)?;
    text.map(|t| serde_json::from_str(&t).map_err(|e| unreadable(index, e)))
        .transpose()
}

/// A unit enum from its serde name.
pub(super) fn name<T: DeserializeOwned>(row: &Row, index: usize) -> rusqlite::Result<T> {
    let text: String = row.get(index)?;
    serde_json::from_value(serde_json::Value::String(text)).map_err(|e| unreadable(index, e))
}

/// A date or NULL.
pub(super) fn date_opt(row: &Row, index: usize) -> rusqlite::Result<Option<NaiveDate>> {
    let text: Option<String> = row.get(index)?;
    text.map(|t| t.parse().map_err(|e| unreadable(index, e)))
        .transpose()
}

/// A date.
pub(super) fn date(row: &Row, index: usize) -> rusqlite::Result<NaiveDate> {
    let text: String = row.get(index)?;
    text.parse().map_err(|e| unreadable(index, e))
}

/// A time or NULL.
pub(super) fn time_opt(row: &Row, index: usize) -> rusqlite::Result<Option<NaiveTime>> {
    let text: Option<String> = row.get(index)?;
    text.map(|t| t.parse().map_err(|e| unreadable(index, e)))
        .transpose()
}

/// A time.
pub(super) fn time(row: &Row, index: usize) -> rusqlite::Result<NaiveTime> {
    let text: String = row.get(index)?;
    text.parse().map_err(|e| unreadable(index, e))
}

/// An instant.
pub(super) fn instant(row: &Row, index: usize) -> rusqlite::Result<DateTime<Utc>> {
    let text: String = row.get(index)?;
    text.parse().map_err(|e| unreadable(index, e))
}

/// An instant or NULL.
pub(super) fn instant_opt(row: &Row, index: usize) -> rusqlite::Result<Option<DateTime<Utc>>> {
    let text: Option<String> = row.get(index)?;
    text.map(|t| t.parse().map_err(|e| unreadable(index, e)))
        .transpose()
}

/// Written so that an index on `date` serves it. A WHERE clause over columns `rep`, `account` and `date`, with its parameters `?1..?4` in this order.
pub(super) const SLICE: &str = "(?1 IS NULL OR rep = ?1) AND (?2 IS NULL OR account = ?2) \
     AND date >= coalesce(?3, '') AND date <= coalesce(?4, '~')";

/// Parameters of [`SLICE`].
pub(super) fn slice_params(slice: &Slice) -> [Option<String>; 4] {
    [
        slice.rep.as_ref().map(|r| r.0.clone()),
        slice.account.as_ref().map(|a| a.0.clone()),
        slice.from.map(|d| d.to_string()),
        slice.to.map(|d| d.to_string()),
    ]
}
