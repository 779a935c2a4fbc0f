//! Taking an address apart: `/{service}/v{version}/{profile}/{places and options}`.

use super::scan::Scan;
use crate::osrm::{Code, Fault};

/// The services of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Best way over places.
    Route,
    /// Times between many places.
    Table,
    /// Roads around a place.
    Nearest,
    /// Best order of places.
    Trip,
    /// Matching of traces; not here.
    Match,
    /// Debug tiles; not here.
    Tile,
}

/// The parts of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What is asked.
    pub service: Service,
    /// Places and options, decoded; empty for a request that has them in its body.
    pub query: String,
    /// Where `query` begins in the decoded address, for telling positions.
    pub offset: usize,
}

/// Reads the path and query of a request; `with_query` when places have to follow the profile.
///
/// # Errors
/// `InvalidUrl`, `InvalidService` or `InvalidVersion`.
pub fn read(target: &str, with_query: bool) -> Result<Address, Fault> {
    let text = decoded(target)?;
    let mut scan = Scan::new(&text);
    let malformed = |scan: &Scan<'_>| Err(malformed(&text, scan.at()));
    if !scan.eat("/") {
        return malformed(&scan);
    }
    let name = scan.take_while(is_identifier);
    if name.is_empty() || !scan.eat("/") || !scan.eat("v") {
        return malformed(&scan);
    }
    let Some(version) = scan.natural::<u32>() else {
        return malformed(&scan);
    };
    if !scan.eat("/") || scan.take_while(is_identifier).is_empty() {
        return malformed(&scan);
    }
    if with_query {
        if !scan.eat("/") || scan.is_done() {
            return malformed(&scan);
        }
    } else {
        scan.eat("/");
    }
    let offset = scan.at();
    let query = scan.take_while(|c| with_query && is_query(c));
    if !scan.is_done() {
        return malformed(&scan);
    }
    let not_found = |code| Err(Fault::new(code, format!("Service {name} not found!")));
    let service = match name {
        "route" => Service::Route,
        "table" => Service::Table,
        "nearest" => Service::Nearest,
        "trip" => Service::Trip,
        "match" => Service::Match,
        "tile" => Service::Tile,
        _ => return not_found(Code::InvalidService),
    };
    if version != 1 {
        return not_found(Code::InvalidVersion);
    }
    Ok(Address {
        service,
        query: query.to_owned(),
        offset,
    })
}

fn is_identifier(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_.~:-".contains(c)
}

fn is_query(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_[]{}@?|\\~`^=,;:&().-+%".contains(c)
}

fn malformed(text: &str, position: usize) -> Fault {
    let near: String = text
        .char_indices()
        .filter(|(i, _)| (position.saturating_sub(3)..position + 3).contains(i))
        .map(|(_, c)| c)
        .collect();
    Fault::new(
        Code::InvalidUrl,
        format!("URL string malformed close to position {position}: \"{near}\""),
    )
}

/// The address with its `%` escapes undone.
fn decoded(target: &str) -> Result<String, Fault> {
    let bytes = target.as_bytes();
    let mut text = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        if bytes[i] == b'%' {
            let digits = bytes
                .get(i + 1..i + 3)
                .and_then(|two| std::str::from_utf8(two).ok());
            let byte = digits
                .filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit()))
                .and_then(|two| u8::from_str_radix(two, 16).ok())
                .ok_or_else(|| malformed(target, i))?;
            text.push(byte);
            i += 3;
        } else {
            text.push(bytes[i]);
            i += 1;
        }
    }
    String::from_utf8(text).map_err(|error| malformed(target, error.utf8_error().valid_up_to()))
}
