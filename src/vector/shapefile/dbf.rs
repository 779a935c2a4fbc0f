//! The values (.dbf), as dBASE III has them.

use std::borrow::Cow;

use chrono::NaiveDate;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::damaged;
use crate::vector::bytes::Bytes;
use crate::vector::table::{Limits, ReadError};
use crate::vector::value::Value;

/// All records.
#[derive(Debug, Default)]
pub struct Values {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Records, also deleted ones: they stand beside shapes.
    pub rows: Vec<Record>,
    /// Name of the encoding.
    pub encoding: String,
}

/// One record.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Marked as deleted.
    pub deleted: bool,
    /// One value per column.
    pub values: Vec<Value>,
}

struct Field<'b> {
    name: &'b [u8],
    kind: u8,
    length: usize,
    decimals: u8,
}

/// Reads all records. `label` is what the .cpg says; else the mark of the header counts, unless all is UTF-8.
///
/// # Errors
/// When the file is none, is cut off, or is too long.
pub fn read(bytes: &[u8], label: Option<&str>, limits: &Limits) -> Result<Values, ReadError> {
    let cut = || damaged("its .dbf is cut off");
    let mut header = Bytes::new(bytes);
    header.take(4).ok_or_else(cut)?;
    let count = header.u32(true).ok_or_else(cut)? as usize;
    let begin = usize::from(header.u16(true).ok_or_else(cut)?);
    let length = usize::from(header.u16(true).ok_or_else(cut)?);
    let mark = header.take(20).ok_or_else(cut)?[17];
    let fields = fields(bytes.get(32..begin).ok_or_else(cut)?);
    let used: usize = 1 + fields.iter().map(|field| field.length).sum::<usize>();
    if fields.is_empty() || used > length {
        return Err(damaged("the columns of its .dbf are damaged"));
    }
    let body = bytes.get(begin..).ok_or_else(cut)?;
    if count.saturating_mul(length) > body.len() {
        return Err(cut());
    }
    limits.check(count, fields.len())?;
    let body = &body[..count * length];
    let encoding = encoding(label, mark, bytes);
    let name = |field: &Field<'_>| {
        encoding
            .decode_without_bom_handling(field.name)
            .0
            .into_owned()
    };
    Ok(Values {
        columns: fields.iter().map(name).collect(),
        rows: body
            .chunks_exact(length)
            .map(|record| row(record, &fields, encoding))
            .collect(),
        encoding: encoding.name().to_owned(),
    })
}

/// Descriptions of 32 bytes each, up to the mark of their end.
fn fields(bytes: &[u8]) -> Vec<Field<'_>> {
    bytes
        .chunks_exact(32)
        .take_while(|about| about[0] != 0x0D)
        .map(|about| {
            let name = &about[..11];
            let end = name.iter().position(|b| *b == 0).unwrap_or(11);
            Field {
                name: &name[..end],
                kind: about[11].to_ascii_uppercase(),
                length: usize::from(about[16]),
                decimals: about[17],
            }
        })
        .collect()
}

fn encoding(label: Option<&str>, mark: u8, bytes: &[u8]) -> &'static Encoding {
    if let Some(label) = label {
        let label = label
            .trim()
            .trim_start_matches("ANSI ")
            .trim_start_matches("OEM ");
        let number: String = label.chars().filter(char::is_ascii_digit).collect();
        let known = match number.as_str() {
            "65001" => Some(UTF_8),
            "932" => Encoding::for_label(b"shift_jis"),
            "936" => Encoding::for_label(b"gbk"),
            "949" => Encoding::for_label(b"euc-kr"),
            "950" => Encoding::for_label(b"big5"),
            _ => Encoding::for_label(label.as_bytes())
                .or_else(|| Encoding::for_label(format!("windows-{number}").as_bytes())),
        };
        if let Some(known) = known {
            return known;
        }
    }
    if std::str::from_utf8(bytes.get(32..).unwrap_or_default()).is_ok() {
        return UTF_8;
    }
    let named: &[u8] = match mark {
        0x13 | 0x7B => b"shift_jis",
        0x4D | 0x7A => b"gbk",
        0x4E | 0x79 => b"euc-kr",
        0x4F | 0x78 => b"big5",
        0x26 | 0x65 => b"ibm866",
        0xC8 => b"windows-1250",
        0xC9 => b"windows-1251",
        0xCA => b"windows-1254",
        0xCB => b"windows-1253",
        _ => b"windows-1252",
    };
    Encoding::for_label(named).unwrap_or(WINDOWS_1252)
}

fn row(record: &[u8], fields: &[Field<'_>], encoding: &'static Encoding) -> Record {
    let mut from = Bytes::new(record);
    let deleted = from.u8() == Some(b'*');
    let values = fields
        .iter()
        .map(|field| {
            // The lengths were added up before.
            let cell = from.take(field.length).unwrap_or_default();
            // What is none of its type stays as text, for whoever reads the row to tell.
            value(cell, field, encoding).unwrap_or_else(|| {
                String::from_utf8_lossy(cell.trim_ascii())
                    .into_owned()
                    .into()
            })
        })
        .collect();
    Record { deleted, values }
}

/// A value; `None` for what is none of its type.
fn value(cell: &[u8], field: &Field<'_>, encoding: &'static Encoding) -> Option<Value> {
    let plain = || String::from_utf8_lossy(cell.trim_ascii()).into_owned();
    Some(match field.kind {
        b'N' | b'F' => {
            let text = plain();
            // Stars say that the number did not fit, zero bytes that there is none.
            if text.trim_matches(['*', '\0']).is_empty() {
                Value::Null
            } else if field.decimals == 0
                && let Ok(n) = text.parse::<i64>()
            {
                Value::Int(n)
            } else {
                text.parse::<f64>().ok()?.into()
            }
        }
        b'D' => {
            let text = plain();
            if text.trim_matches(['0', '\0']).is_empty() {
                Value::Null
            } else {
                Value::Date(NaiveDate::parse_from_str(&text, "%Y%m%d").ok()?)
            }
        }
        b'L' => match cell.first() {
            Some(b'T' | b't' | b'Y' | b'y') => Value::Bool(true),
            Some(b'F' | b'f' | b'N' | b'n') => Value::Bool(false),
            _ => Value::Null,
        },
        b'I' => Value::Int(i64::from(Bytes::new(cell).u32(true)? as i32)),
        b'B' | b'O' if cell.len() == 8 => Bytes::new(cell).f64(true)?.into(),
        b'C' => {
            let end = cell.iter().position(|b| *b == 0).unwrap_or(cell.len());
            let (text, _): (Cow<'_, str>, bool) =
                encoding.decode_without_bom_handling(&cell[..end]);
            // Spaces fill the column up.
            let text = text.trim_end_matches(' ');
            if text.is_empty() {
                Value::Null
            } else {
                text.to_owned().into()
            }
        }
        // Memos stand in another file.
        _ => Value::Null,
    })
}
