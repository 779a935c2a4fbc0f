//! Writing JSON straight into bytes: no tree in between, numbers in fixed point.
//!
//! Answers run to megabytes and are mostly numbers with few decimals; this writes them at the speed of copying.

/// JSON text under way. Commas take care of themselves.
#[derive(Debug, Default)]
pub struct Json {
    out: Vec<u8>,
    /// Whether the next thing stands after another.
    follows: bool,
}

impl Json {
    /// With room for `bytes`.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            out: Vec::with_capacity(bytes),
            follows: false,
        }
    }

    /// The text.
    pub fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// `{...}`.
    pub fn object(&mut self, inside: impl FnOnce(&mut Self)) {
        self.around(b'{', b'}', inside);
    }

    /// `[...]`.
    pub fn array(&mut self, inside: impl FnOnce(&mut Self)) {
        self.around(b'[', b']', inside);
    }

    /// What has been written so far, taken out: the text goes on behind it.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// `{` or `[`, to be followed by what is inside and [`Json::close`].
    pub fn open(&mut self, bracket: u8) {
        self.comma();
        self.out.push(bracket);
        self.follows = false;
    }

    /// `}` or `]`.
    pub fn close(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.follows = true;
    }

    /// A value that is JSON already.
    pub fn value(&mut self, json: &[u8]) {
        self.comma();
        self.out.extend_from_slice(json);
        self.follows = true;
    }

    /// `[...]` of the written items.
    pub fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.array(|json| {
            for item in items {
                write(json, item);
            }
        });
    }

    /// `"name":`, to be followed by one value. Names are our own and need no escapes.
    pub fn key(&mut self, name: &'static str) -> &mut Self {
        self.comma();
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.follows = false;
        self
    }

    /// A string.
    pub fn text(&mut self, text: &str) {
        self.comma();
        self.out.push(b'"');
        let bytes = text.as_bytes();
        let mut plain = 0;
        for (i, byte) in bytes.iter().enumerate() {
            if *byte >= 0x20 && *byte != b'"' && *byte != b'\\' {
                continue;
            }
            self.out.extend_from_slice(&bytes[plain..i]);
            plain = i + 1;
            match byte {
                b'"' => self.out.extend_from_slice(b"\\\""),
                b'\\' => self.out.extend_from_slice(b"\\\\"),
                b'\n' => self.out.extend_from_slice(b"\\n"),
                control => {
                    const HEX: &[u8; 16] = b"0123456789abcdef";
                    let (high, low) = (usize::from(control >> 4), usize::from(control & 15));
                    self.out.extend_from_slice(b"\\u00");
                    self.out.extend_from_slice(&[HEX[high], HEX[low]]);
                }
            }
        }
        self.out.extend_from_slice(&bytes[plain..]);
        self.out.push(b'"');
        self.follows = true;
    }

    /// A string that `write` appends and that needs no escapes.
    pub fn raw_text(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.comma();
        self.out.push(b'"');
        write(&mut self.out);
        self.out.push(b'"');
        self.follows = true;
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, value: bool) {
        self.comma();
        let text: &[u8] = if value { b"true" } else { b"false" };
        self.out.extend_from_slice(text);
        self.follows = true;
    }

    /// `null`.
    pub fn null(&mut self) {
        self.comma();
        self.out.extend_from_slice(b"null");
        self.follows = true;
    }

    /// A whole number.
    pub fn whole(&mut self, value: i64) {
        self.scaled(value, 0);
    }

    /// A number rounded to `decimals` decimals; what is no number becomes `null`.
    pub fn fixed(&mut self, value: f64, decimals: u32) {
        let scaled = (value * 10_f64.powi(decimals.cast_signed())).round();
        if scaled.abs() < 9e15 {
            self.scaled(scaled as i64, decimals);
        } else if value.is_finite() {
            self.comma();
            self.out.extend_from_slice(format!("{value:e}").as_bytes());
            self.follows = true;
        } else {
            self.null();
        }
    }

    /// `value` / 10^`decimals`, without needless zeros.
    pub fn scaled(&mut self, value: i64, decimals: u32) {
        self.comma();
        self.follows = true;
        let mut digits = [0_u8; 32];
        let mut at = digits.len();
        let mut rest = value.unsigned_abs();
        let mut written = 0;
        let mut significant = decimals == 0;
        while rest > 0 || written <= decimals {
            let digit = b'0' + (rest % 10) as u8;
            rest /= 10;
            if written < decimals {
                significant |= digit != b'0';
                if significant {
                    at -= 1;
                    digits[at] = digit;
                }
            } else {
                if written == decimals && decimals > 0 && significant {
                    at -= 1;
                    digits[at] = b'.';
                }
                at -= 1;
                digits[at] = digit;
            }
            written += 1;
        }
        if value < 0 {
            self.out.push(b'-');
        }
        self.out.extend_from_slice(&digits[at..]);
    }

    fn comma(&mut self) {
        if self.follows {
            self.out.push(b',');
        }
    }

    fn around(&mut self, open: u8, close: u8, inside: impl FnOnce(&mut Self)) {
        self.open(open);
        inside(self);
        self.close(close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Json)) -> String {
        let mut json = Json::default();
        write(&mut json);
        String::from_utf8(json.into_bytes()).unwrap()
    }

    #[test]
    fn numbers_have_no_needless_digits() {
        for (value, decimals, text) in [
            (0.0, 1, "0"),
            (1.0, 1, "1"),
            (0.05, 1, "0.1"),
            (-0.04, 1, "0"),
            (-1.25, 2, "-1.25"),
            (12.300_4, 3, "12.3"),
            (0.000_001, 6, "0.000001"),
            (100.0, 0, "100"),
            (f64::NAN, 1, "null"),
            (f64::INFINITY, 1, "null"),
            (1e300, 1, "1e300"),
        ] {
            assert_eq!(written(|j| j.fixed(value, decimals)), text, "{value}");
        }
        assert_eq!(written(|j| j.whole(i64::MIN)), i64::MIN.to_string());
        assert_eq!(written(|j| j.whole(-70)), "-70");
    }

    #[test]
    fn any_text_survives() {
        for text in ["", "Triq \"il-Kbira\"", "a\\b\n\t\u{1}", "Għar Ħasan 🚗"] {
            let written = written(|j| j.text(text));
            assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }

    #[test]
    fn commas_stand_between_things() {
        let text = written(|j| {
            j.object(|j| {
                j.key("a").list([1, 2], Json::whole);
                j.key("b").object(|_| {});
                j.key("c").null();
            });
        });
        assert_eq!(text, r#"{"a":[1,2],"b":{},"c":null}"#);
    }
}
