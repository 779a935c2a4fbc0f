//! Optimistic locking (RFC 9110, 13): a write goes through only when what it changes is still what the caller has seen.
//!
//! Features that can be written carry a strong tag of two parts, `"state.form"`: the state of the record, and the form it
//! was served in (address, media type, day, revision of the book). A cache compares both. A write compares the state alone, so
//! that neither another form nor another record's change stands in its way.

use axum::http::{HeaderMap, HeaderName, header};
use serde::Serialize;

use crate::api::problem::{Kind, Problem};

/// The state of a record: equal records, equal text.
pub fn state_of(record: &impl Serialize) -> String {
    let text = serde_json::to_vec(record).unwrap_or_default();
    blake3::hash(&text).to_hex()[..16].to_owned()
}

/// The tag of a record in some form.
pub fn tag(state: &str, form: &str) -> String {
    format!("\"{state}.{form}\"")
}

/// Whether the headers let a write go on; `state` is that of the record now, `None` when there is none.
///
/// # Errors
/// 412 when a condition does not hold.
pub fn check(headers: &HeaderMap, state: Option<&str>) -> Result<(), Problem> {
    let expected = list(headers, &header::IF_MATCH);
    // Strong comparison: a weak tag never matches.
    let is_seen = |held: &String| held == "*" || state_in(held) == state;
    if !expected.is_empty() && (state.is_none() || !expected.iter().any(is_seen)) {
        return Err(failed("If-Match", state));
    }
    let excluded = list(headers, &header::IF_NONE_MATCH);
    let is_excluded =
        |held: &String| held == "*" || state_in(held.trim_start_matches("W/")) == state;
    if state.is_some() && excluded.iter().any(is_excluded) {
        return Err(failed("If-None-Match", state));
    }
    Ok(())
}

fn failed(name: &str, state: Option<&str>) -> Problem {
    let what = if state.is_some() {
        "it has changed, or is there already"
    } else {
        "there is no such feature"
    };
    Problem::new(
        Kind::PreconditionFailed,
        format!(
            "{name} does not hold: {what}. Read the feature again and send the tag that it has now."
        ),
    )
}

fn list(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    headers
        .get_all(name)
        .iter()
        .map(|value| value.to_str().unwrap_or_default())
        .flat_map(|value| value.split(','))
        .map(|held| held.trim().to_owned())
        .filter(|held| !held.is_empty())
        .collect()
}

/// The first part of a strong tag.
fn state_in(tag: &str) -> Option<&str> {
    let inside = tag.strip_prefix('"')?.strip_suffix('"')?;
    Some(inside.split('.').next().unwrap_or(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(name: HeaderName, value: &'static str, state: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        check(&headers, state).is_ok()
    }

    #[test]
    fn writes_compare_the_state_and_nothing_else() {
        use header::{IF_MATCH, IF_NONE_MATCH};
        for (value, holding) in [
            ("\"a.1\"", true),
            ("\"a.2\"", true),
            ("\"b.1\", \"a.3\"", true),
            ("*", true),
            ("\"b.1\"", false),
            ("W/\"a.1\"", false),
            ("a.1", false),
        ] {
            assert_eq!(holds(IF_MATCH, value, Some("a")), holding, "{value}");
            assert!(!holds(IF_MATCH, value, None), "{value}");
            assert!(holds(IF_NONE_MATCH, value, None), "{value}");
        }
        for (value, holding) in [
            ("*", false),
            ("\"a.1\"", false),
            ("W/\"a.1\"", false),
            ("\"b.1\"", true),
        ] {
            assert_eq!(holds(IF_NONE_MATCH, value, Some("a")), holding, "{value}");
        }
        assert!(check(&HeaderMap::new(), Some("a")).is_ok());
        assert!(check(&HeaderMap::new(), None).is_ok());
    }
}
