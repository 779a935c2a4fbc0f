//! Bytes of a file to text: which encoding is it?

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// A decoded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// Name of the encoding.
    pub encoding: &'static str,
    /// Some bytes had no meaning in this encoding and became U+FFFD.
    pub damaged: bool,
}

/// Decodes by byte order mark, else as UTF-16 when every other byte of the beginning is zero, else as UTF-8, else as
/// Windows-1252, in which every byte means something.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => without_mark(bytes),
    };
    let (text, encoding, damaged) = encoding.decode(bytes);
    Decoded {
        text: text.into_owned(),
        encoding: encoding.name(),
        damaged,
    }
}

fn without_mark(bytes: &[u8]) -> &'static Encoding {
    let start = &bytes[..bytes.len().min(1_000)];
    let zeros = |offset: usize| {
        start
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let many = (start.len() / 2).max(1) * 4 / 10;
    if bytes.len().is_multiple_of(2) && start.len() >= 4 {
        let (even, odd) = (zeros(0), zeros(1));
        if odd > many && even == 0 {
            return UTF_16LE;
        }
        if even > many && odd == 0 {
            return UTF_16BE;
        }
    }
    if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1252
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_told_apart() {
        let text = "id;name\n1;Café Größe\n";
        let utf16 = |little: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|u| {
                    if little {
                        u.to_le_bytes()
                    } else {
                        u.to_be_bytes()
                    }
                })
                .collect()
        };
        let with = |mark: &[u8], body: &[u8]| [mark, body].concat();
        let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (with(b"\xEF\xBB\xBF", text.as_bytes()), "UTF-8"),
            (with(b"\xFF\xFE", &utf16(true)), "UTF-16LE"),
            (utf16(true), "UTF-16LE"),
            (with(b"\xFE\xFF", &utf16(false)), "UTF-16BE"),
            (utf16(false), "UTF-16BE"),
            (latin, "windows-1252"),
        ] {
            let decoded = decode(&bytes);
            assert_eq!((decoded.text.as_str(), decoded.encoding), (text, encoding));
            assert!(!decoded.damaged);
        }
    }

    #[test]
    fn bytes_without_meaning_are_noted() {
        let decoded = decode(b"\xEF\xBB\xBFname\xFF");
        assert!(decoded.damaged && decoded.text.ends_with('\u{FFFD}'));
        assert_eq!(decode(b"").text, "");
    }
}
