//! Reading text from left to right: numbers and words, never beyond the end, knowing where it stopped.

/// Text and how far it has been read.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    /// At the beginning of `text`.
    pub const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Bytes read.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// What is left.
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Whether all is read.
    pub const fn is_done(&self) -> bool {
        self.at == self.text.len()
    }

    /// Reads `what` if it comes next.
    pub fn eat(&mut self, what: &str) -> bool {
        let is_next = self.rest().starts_with(what);
        if is_next {
            self.at += what.len();
        }
        is_next
    }

    /// Reads as long as characters are `wanted`.
    pub fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Reads a decimal number without exponent; `None` and nothing read when there is none. A point that no digit
    /// follows is left alone: it may begin `.json`.
    pub fn number(&mut self) -> Option<f64> {
        let bytes = self.rest().as_bytes();
        let digits = |from: usize| {
            let rest = bytes.get(from..).unwrap_or_default();
            rest.iter().take_while(|b| b.is_ascii_digit()).count()
        };
        let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
        let whole = digits(sign);
        let mut end = sign + whole;
        let fraction = if bytes.get(end) == Some(&b'.') {
            digits(end + 1)
        } else {
            0
        };
        if whole + fraction == 0 {
            return None;
        }
        if fraction > 0 {
            end += 1 + fraction;
        }
        let value = self.rest()[..end].parse().ok()?;
        self.at += end;
        Some(value)
    }

    /// Reads a number without sign or fraction.
    pub fn natural<T: std::str::FromStr>(&mut self) -> Option<T> {
        let mut ahead = *self;
        let value = ahead.take_while(|c| c.is_ascii_digit()).parse().ok()?;
        *self = ahead;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_end_where_they_end() {
        for (text, value, rest) in [
            ("1.5,2", Some(1.5), ",2"),
            ("-0.25", Some(-0.25), ""),
            ("+7;", Some(7.0), ";"),
            (".5", Some(0.5), ""),
            ("1.json", Some(1.0), ".json"),
            ("1e5", Some(1.0), "e5"),
            ("x", None, "x"),
            ("-", None, "-"),
            (".", None, "."),
            ("nan", None, "nan"),
            ("inf", None, "inf"),
            ("", None, ""),
            ("1é", Some(1.0), "é"),
        ] {
            let mut scan = Scan::new(text);
            assert_eq!((scan.number(), scan.rest()), (value, rest), "{text}");
        }
        assert_eq!(Scan::new("99999999999999999999999").natural::<u32>(), None);
    }
}
