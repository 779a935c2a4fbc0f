//! The values of options, one kind a function; `None` when the text makes no sense where the scan stands.

use super::scan::Scan;
use crate::osrm::{Annotations, Bearing, Hint};

/// Entries with semicolons between, which may be empty.
pub fn each<T>(
    scan: &mut Scan<'_>,
    read: impl Fn(&mut Scan<'_>) -> Option<T>,
) -> Option<Vec<Option<T>>> {
    let mut list = Vec::new();
    loop {
        let empty = scan.is_done() || scan.rest().starts_with(';');
        list.push(if empty { None } else { Some(read(scan)?) });
        if !scan.eat(";") {
            return Some(list);
        }
    }
}

/// Metres, or `unlimited`.
pub fn radius(scan: &mut Scan<'_>) -> Option<f64> {
    if scan.eat("unlimited") {
        return Some(f64::INFINITY);
    }
    scan.number()
}

/// Degrees and range.
pub fn bearing(scan: &mut Scan<'_>) -> Option<Bearing> {
    let degrees = scan.number()?;
    let range = scan.eat(",").then(|| scan.number()).flatten()?;
    Some(Bearing { degrees, range })
}

/// Text of base64.
pub fn hint(scan: &mut Scan<'_>) -> Option<Hint> {
    let text = scan.take_while(|c| c.is_ascii_alphanumeric() || "-_=".contains(c));
    (!text.is_empty()).then(|| Hint::decode(text))
}

/// `true` or `false`.
pub fn boolean(scan: &mut Scan<'_>) -> Option<bool> {
    word(scan, &[("true", true), ("false", false)])
}

/// One of some words.
pub fn word<T: Copy>(scan: &mut Scan<'_>, words: &[(&str, T)]) -> Option<T> {
    let mut ahead = *scan;
    let text = ahead.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
    let (_, value) = words.iter().find(|(word, _)| *word == text)?;
    *scan = ahead;
    Some(*value)
}

/// Names with commas between.
pub fn names(scan: &mut Scan<'_>) -> Option<Vec<String>> {
    let mut list = Vec::new();
    loop {
        let name = scan.take_while(|c| c.is_ascii_alphanumeric());
        if name.is_empty() {
            return None;
        }
        list.push(name.to_owned());
        if !scan.eat(",") {
            return Some(list);
        }
    }
}

/// Indices with semicolons between; `all` is the same as none.
pub fn indices(scan: &mut Scan<'_>) -> Option<Vec<usize>> {
    if scan.eat("all") {
        return Some(Vec::new());
    }
    let mut list = Vec::new();
    loop {
        list.push(scan.natural()?);
        if !scan.eat(";") {
            return Some(list);
        }
    }
}

/// How many, or whether.
pub fn alternatives(scan: &mut Scan<'_>) -> Option<u32> {
    scan.natural().or_else(|| boolean(scan).map(u32::from))
}

/// `true`, `false`, or names with commas between.
pub fn annotations(scan: &mut Scan<'_>) -> Option<Annotations> {
    let mut wish = Annotations::default();
    loop {
        let mut ahead = *scan;
        match ahead.take_while(|c| c.is_ascii_alphabetic()) {
            "true" => wish = Annotations::ALL,
            "false" => {}
            "duration" => wish.duration = true,
            "distance" => wish.distance = true,
            "speed" => wish.speed = true,
            "weight" => wish.weight = true,
            "nodes" => wish.nodes = true,
            "datasources" => wish.datasources = true,
            _ => return None,
        }
        *scan = ahead;
        if !scan.eat(",") {
            return Some(wish);
        }
    }
}
