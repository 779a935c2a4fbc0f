//! How one value from outside is read and bounded. Each reader takes a [`Raw`] and returns the value or a [`Refusal`]
//! with its cure; no reader lets through what is not finite, not on the globe or longer than it may be.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::Value;

use super::fields::{Raw, Refusal};
use crate::geometry::{Bounds, LonLat};

/// The result of reading one value.
pub type Read<T> = Result<T, Refusal>;

fn as_text(raw: Raw<'_>) -> Read<&str> {
    match raw {
        Raw::Text(text) => Ok(text),
        Raw::Json(Value::String(text)) => Ok(text),
        Raw::Json(_) => Err(Refusal::new("is not text", "put it in quotes")),
    }
}

fn as_number(raw: Raw<'_>) -> Read<f64> {
    let number = match raw {
        Raw::Text(text) => text.trim().parse().ok(),
        Raw::Json(value) => value.as_f64(),
    };
    number
        .filter(|n: &f64| n.is_finite())
        .ok_or_else(|| Refusal::new("is not a number", "write a number such as 12.5"))
}

/// Text of at most `max` characters, without control characters but line breaks and tabs. Trimmed.
pub fn text(max: usize) -> impl Fn(Raw<'_>) -> Read<String> {
    move |raw| {
        let text = as_text(raw)?.trim();
        if text.chars().count() > max {
            return Err(Refusal::new(
                "is too long",
                format!("at most {max} characters"),
            ));
        }
        if text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            return Err(Refusal::new("holds control characters", "write plain text"));
        }
        Ok(text.to_owned())
    }
}

/// Text that must say something.
pub fn filled(max: usize) -> impl Fn(Raw<'_>) -> Read<String> {
    move |raw| {
        let text = text(max)(raw)?;
        if text.is_empty() {
            return Err(Refusal::new("is empty", "give a value"));
        }
        Ok(text)
    }
}

/// An id: 1 to 200 characters on one line.
pub fn id(raw: Raw<'_>) -> Read<String> {
    let id = filled(200)(raw)?;
    if id.contains(['\n', '\r', '\t']) {
        return Err(Refusal::new(
            "spans several lines",
            "an id stands on one line",
        ));
    }
    Ok(id)
}

/// A whole number from `min` to `max`, both allowed.
pub fn integer(min: u32, max: u32) -> impl Fn(Raw<'_>) -> Read<u32> {
    move |raw| {
        let number = match raw {
            Raw::Text(text) => text.trim().parse::<i64>().ok(),
            Raw::Json(value) => value.as_i64(),
        };
        number
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| (min..=max).contains(n))
            .ok_or_else(|| {
                Refusal::new(
                    "is not a whole number in range",
                    format!("a whole number from {min} to {max}"),
                )
            })
    }
}

/// A seed: any whole number from 0 to 2^53, so that JSON keeps it exact.
pub fn seed(raw: Raw<'_>) -> Read<u64> {
    let number = match raw {
        Raw::Text(text) => text.trim().parse::<u64>().ok(),
        Raw::Json(value) => value.as_u64(),
    };
    number
        .filter(|n| *n <= 1 << 53)
        .ok_or_else(|| Refusal::new("is not a seed", "a whole number from 0 to 9007199254740992"))
}

/// A number from `min` to `max`, both allowed.
pub fn number(min: f64, max: f64) -> impl Fn(Raw<'_>) -> Read<f64> {
    move |raw| {
        let n = as_number(raw)?;
        if (min..=max).contains(&n) {
            Ok(n)
        } else {
            Err(Refusal::new(
                "is out of range",
                format!("a number from {min} to {max}"),
            ))
        }
    }
}

/// Degrees east.
pub fn lon(raw: Raw<'_>) -> Read<f64> {
    number(-180.0, 180.0)(raw)
}

/// Degrees north.
pub fn lat(raw: Raw<'_>) -> Read<f64> {
    number(-90.0, 90.0)(raw)
}

/// Yes or no.
pub fn flag(raw: Raw<'_>) -> Read<bool> {
    match raw {
        Raw::Text("true" | "1" | "yes") | Raw::Json(Value::Bool(true)) => Ok(true),
        Raw::Text("false" | "0" | "no") | Raw::Json(Value::Bool(false)) => Ok(false),
        _ => Err(Refusal::new("is neither true nor false", "true or false")),
    }
}

/// A date from 1900 to 2199.
pub fn date(raw: Raw<'_>) -> Read<NaiveDate> {
    use chrono::Datelike;
    NaiveDate::parse_from_str(as_text(raw)?.trim(), "%Y-%m-%d")
        .ok()
        .filter(|d| (1900..2200).contains(&d.year()))
        .ok_or_else(|| Refusal::new("is not a date", "a date such as 2026-11-24"))
}

/// A local time of day, `08:30` or `08:30:00`; seconds are dropped.
pub fn time(raw: Raw<'_>) -> Read<NaiveTime> {
    let text = as_text(raw)?.trim();
    NaiveTime::parse_from_str(text, "%H:%M")
        .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"))
        .map_err(|_| Refusal::new("is not a time of day", "a time such as 08:30"))
}

/// An instant with its offset.
pub fn instant(raw: Raw<'_>) -> Read<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(as_text(raw)?.trim())
        .map(|at| at.to_utc())
        .map_err(|_| {
            Refusal::new(
                "is not an instant",
                "an instant with offset such as 2026-11-24T08:30:00+01:00",
            )
        })
}

/// One of `names`; returns its place in the list.
pub fn choice<'n>(names: &'n [&'n str]) -> impl Fn(Raw<'_>) -> Read<usize> + 'n {
    move |raw| {
        let given = as_text(raw)?.trim();
        names.iter().position(|name| *name == given).ok_or_else(|| {
            Refusal::new(
                "is not one of the choices",
                format!("one of: {}", names.join(", ")),
            )
        })
    }
}

/// Up to `max` items: comma separated in an address, an array in JSON.
pub fn list<T>(max: usize, item: impl Fn(Raw<'_>) -> Read<T>) -> impl Fn(Raw<'_>) -> Read<Vec<T>> {
    move |raw| {
        let items: Vec<T> = match raw {
            Raw::Text(text) => text
                .split(',')
                .take(max + 1)
                .map(|part| item(Raw::Text(part)))
                .collect::<Read<_>>()?,
            Raw::Json(Value::Array(values)) => values
                .iter()
                .take(max + 1)
                .map(|value| item(Raw::Json(value)))
                .collect::<Read<_>>()?,
            Raw::Json(_) => return Err(Refusal::new("is not a list", "write [..]")),
        };
        if items.len() > max {
            return Err(Refusal::new("has too many items", format!("at most {max}")));
        }
        Ok(items)
    }
}

/// A place: `lon,lat` in an address, `[lon, lat]` in JSON.
pub fn lon_lat(raw: Raw<'_>) -> Read<LonLat> {
    let wrong = || {
        Refusal::new(
            "is not a place on the globe",
            "longitude first, then latitude, in degrees: 14.51,35.9",
        )
    };
    match list(2, as_number)(raw).map_err(|_| wrong())?[..] {
        [lon, lat] => LonLat::checked(lon, lat).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

/// A box: west, south, east, north.
pub fn bbox(raw: Raw<'_>) -> Read<Bounds> {
    let wrong = || {
        Refusal::new(
            "is not a box",
            "west,south,east,north in degrees, west < east and south < north",
        )
    };
    match list(4, as_number)(raw).map_err(|_| wrong())?[..] {
        [west, south, east, north] if west <= east && south <= north => Ok(Bounds {
            min: LonLat::checked(west, south).ok_or_else(wrong)?,
            max: LonLat::checked(east, north).ok_or_else(wrong)?,
        }),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_none_are_refused() {
        for bad in ["NaN", "inf", "-inf", "1e999", "", "12x", "0x10", "١٢"] {
            assert!(number(-1e9, 1e9)(Raw::Text(bad)).is_err(), "{bad}");
            assert!(integer(0, 100)(Raw::Text(bad)).is_err(), "{bad}");
        }
        assert_eq!(integer(1, 3)(Raw::Text("3")), Ok(3));
        assert!(integer(1, 3)(Raw::Text("4")).is_err());
        assert!(integer(1, 3)(Raw::Text("-1")).is_err());
    }

    #[test]
    fn places_are_longitude_first_and_on_the_globe() {
        assert_eq!(
            lon_lat(Raw::Text("14.5, 35.9")),
            Ok(LonLat::new(14.5, 35.9))
        );
        for bad in ["14.5", "181,0", "0,91", "1,2,3", "NaN,0", "a,b", ""] {
            assert!(lon_lat(Raw::Text(bad)).is_err(), "{bad}");
        }
        let json = serde_json::json!([14.5, 35.9]);
        assert!(lon_lat(Raw::Json(&json)).is_ok());
    }

    #[test]
    fn boxes_are_ordered() {
        assert!(bbox(Raw::Text("14,35,15,36")).is_ok());
        for bad in ["15,35,14,36", "14,36,15,35", "14,35,15", "14,35,15,361"] {
            assert!(bbox(Raw::Text(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn dates_and_times_are_checked() {
        assert!(date(Raw::Text("2026-02-29")).is_err());
        assert!(date(Raw::Text("12026-02-28")).is_err());
        assert!(date(Raw::Text("2024-02-29")).is_ok());
        assert!(time(Raw::Text("24:00")).is_err());
        assert!(time(Raw::Text("08:30")).is_ok());
        assert!(instant(Raw::Text("2026-11-24T08:30:00")).is_err());
    }

    #[test]
    fn text_is_bounded_and_plain() {
        assert!(text(3)(Raw::Text("żół")).is_ok());
        assert!(text(3)(Raw::Text("żółw")).is_err());
        assert!(text(9)(Raw::Text("a\0b")).is_err());
        assert!(id(Raw::Text("  ")).is_err());
        assert!(id(Raw::Text("a\nb")).is_err());
    }

    #[test]
    fn lists_stop_at_their_limit() {
        let many = "1,".repeat(1_000_000);
        assert!(list(4, integer(0, 9))(Raw::Text(&many)).is_err());
        assert_eq!(list(4, integer(0, 9))(Raw::Text("1,2")), Ok(vec![1, 2]));
    }
}
