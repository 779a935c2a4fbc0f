//! Places and options as they are written in an address.

use super::draft::{Draft, Wrong};
use super::scan::Scan;
use super::url::{Address, Service};
use crate::osrm::{Code, Fault};
use crate::polyline::{Precision, decode};

/// Reads `{places}[.{format}]?{option}={value}&…`. More than `most` places are refused before they are read.
///
/// # Errors
/// `InvalidQuery` with the position where sense ends; `TooBig`; `NotImplemented` for another format than JSON.
pub fn read(address: &Address, most: usize) -> Result<Draft, Fault> {
    let mut scan = Scan::new(&address.query);
    let malformed = |at: usize| {
        let position = address.offset + at;
        let message = format!("Query string malformed close to position {position}");
        Fault::new(Code::InvalidQuery, message)
    };
    let places = match places(&mut scan, most) {
        Ok(places) => places,
        Err(Places::Malformed) => return Err(malformed(scan.at())),
        Err(Places::TooMany) => return Err(too_many(most)),
    };
    let mut draft = Draft::of(places);
    if scan.eat(".flatbuffers") {
        return Err(no_flatbuffers());
    }
    scan.eat(".json");
    if scan.eat("?") {
        while !scan.is_done() {
            option(&mut draft, address.service, &mut scan).map_err(malformed)?;
        }
    }
    if !scan.is_done() {
        return Err(malformed(scan.at()));
    }
    Ok(draft)
}

/// Only JSON is written.
pub fn no_flatbuffers() -> Fault {
    Fault::new(
        Code::NotImplemented,
        "Answers are written as JSON only; flatbuffers are not supported.",
    )
}

/// Refuses a list of places that no service would take.
pub fn too_many(most: usize) -> Fault {
    Fault::new(
        Code::TooBig,
        format!("More than {most} coordinates are not read here."),
    )
}

/// One option and the `&` after it, or the position of the trouble.
fn option(draft: &mut Draft, service: Service, scan: &mut Scan<'_>) -> Result<(), usize> {
    let start = scan.at();
    let name = scan.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
    if name.is_empty() || !scan.eat("=") {
        return Err(start);
    }
    let value_at = scan.at();
    let value = scan.take_while(|c| c != '&');
    draft
        .set(service, name, value)
        .map_err(|wrong| match wrong {
            Wrong::Unknown => start,
            Wrong::At(at) => value_at + at,
        })?;
    let and = scan.at();
    if scan.eat("&") && scan.is_done() {
        return Err(and);
    }
    Ok(())
}

/// Why places cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    Malformed,
    TooMany,
}

/// The places at the beginning of a query. What does not even begin as an entry is left unread, as is the semicolon
/// before it, so that the position told is where sense ends.
fn places(scan: &mut Scan<'_>, most: usize) -> Result<Vec<[f64; 2]>, Places> {
    for (prefix, precision) in [
        ("polyline(", Precision::Five),
        ("polyline6(", Precision::Six),
    ] {
        if scan.eat(prefix) {
            let line = polyline(scan.take_while(|c| c != ')'), precision, most)?;
            return if scan.eat(")") {
                Ok(line)
            } else {
                Err(Places::Malformed)
            };
        }
    }
    let mut list = Vec::new();
    loop {
        let mut ahead = *scan;
        let place = if list.is_empty() || ahead.eat(";") {
            place(&mut ahead)
        } else {
            Ok(None)
        };
        match place {
            Ok(Some(place)) => list.push(place),
            Ok(None) if list.is_empty() => return Err(Places::Malformed),
            Ok(None) => return Ok(list),
            Err(wrong) => {
                *scan = ahead;
                return Err(wrong);
            }
        }
        if list.len() > most {
            return Err(Places::TooMany);
        }
        *scan = ahead;
    }
}

/// Degrees that 32 bits of millionths hold; what is larger is no coordinate at all.
const FARTHEST: f64 = 2_147.483_647;

/// `lon,lat`; nothing when no number comes next.
fn place(scan: &mut Scan<'_>) -> Result<Option<[f64; 2]>, Places> {
    let Some(lon) = scan.number() else {
        return Ok(None);
    };
    if !scan.eat(",") {
        return Err(Places::Malformed);
    }
    let lat = scan.number().ok_or(Places::Malformed)?;
    let fits = lon.abs() <= FARTHEST && lat.abs() <= FARTHEST;
    Ok(fits.then_some([lon, lat]))
}

/// The places of an encoded line.
///
/// # Errors
/// When it cannot be read or has more than `most` places.
pub fn polyline(text: &str, precision: Precision, most: usize) -> Result<Vec<[f64; 2]>, Places> {
    let line = decode(text, precision, most).ok_or(Places::Malformed)?;
    if line.is_empty() {
        return Err(Places::Malformed);
    }
    if line.len() > most {
        return Err(Places::TooMany);
    }
    Ok(line.into_iter().map(|at| [at.lon, at.lat]).collect())
}
