//! Splits CQL2 text into tokens.

use super::{FilterError, Result};

/// A piece of text that means something.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or keyword.
    Word(String),
    /// A name in double quotes, never a keyword.
    Quoted(String),
    /// Text in single quotes.
    Text(String),
    /// A number.
    Number(f64),
    /// An operator or bracket.
    Sign(&'static str),
}

const SIGNS: [&str; 14] = [
    "<>", "<=", ">=", "=", "<", ">", "(", ")", ",", "+", "-", "*", "/", "^",
];

/// The tokens with the byte at which each begins.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, length) = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if c == '\'' || c == '"' {
            let (inner, length) = quoted(rest, c)
                .ok_or_else(|| FilterError::new(format!("the quote at {at} is not closed")))?;
            let token = if c == '"' {
                Token::Quoted(inner)
            } else {
                Token::Text(inner)
            };
            (token, length)
        } else if c.is_ascii_digit()
            || (c == '.' && rest[1..].starts_with(|d: char| d.is_ascii_digit()))
        {
            let length = number(rest);
            let value: f64 = rest[..length]
                .parse()
                .map_err(|_| FilterError::new(format!("no number at {at}")))?;
            if !value.is_finite() {
                return Err(FilterError::new(format!("the number at {at} is too large")));
            }
            (Token::Number(value), length)
        } else if c.is_alphabetic() || c == '_' || c == ':' {
            let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.');
            let length = rest.find(|c| !word(c)).unwrap_or(rest.len());
            (Token::Word(rest[..length].to_owned()), length)
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            (Token::Sign(sign), sign.len())
        } else {
            return Err(FilterError::new(format!(
                "{c:?} at {at} means nothing here"
            )));
        };
        found.push((at, token));
        at += length;
    }
    Ok(found)
}

/// What stands between quotes, a doubled or escaped quote counting as one of the text, and the length with quotes.
fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut inner = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            if chars.next_if(|(_, next)| *next == quote).is_none() {
                return Some((inner, at + 1));
            }
        } else if c == '\\' && chars.next_if(|(_, next)| *next == quote).is_some() {
            inner.push(quote);
            continue;
        }
        inner.push(c);
    }
    None
}

/// Length of an unsigned number.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}
