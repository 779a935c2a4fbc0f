//! Bearer tokens: kept as SHA-256, compared without telling by timing how much of one was right.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// A digest of a token.
type Hash = [u8; 32];

/// The tokens that open the server.
#[derive(Clone)]
pub struct Tokens {
    hashes: Vec<Hash>,
}

/// Why a token file is refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TokenError {
    /// No token in it.
    #[error("holds no token: write one per line")]
    Empty,
    /// Too short to withstand guessing.
    #[error(
        "line {line}: a token has at least {MIN_LENGTH} characters (`openssl rand -hex 24` makes one)"
    )]
    Short {
        /// Line, from 1.
        line: usize,
    },
    /// `sha256:` without 64 hex digits.
    #[error("line {line}: `sha256:` is followed by 64 hex digits")]
    Digest {
        /// Line, from 1.
        line: usize,
    },
}

/// Shortest token in clear text.
const MIN_LENGTH: usize = 16;

impl Tokens {
    /// One token per line, in clear text or as `sha256:<hex>`; empty lines and `#` comments are skipped.
    ///
    /// # Errors
    /// When a line is too short for a token or is no hash.
    pub fn parse(text: &str) -> Result<Self, TokenError> {
        let mut hashes = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let (line, number) = (line.trim(), index + 1);
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            hashes.push(match line.strip_prefix("sha256:") {
                Some(hex) => from_hex(hex).ok_or(TokenError::Digest { line: number })?,
                None if line.len() < MIN_LENGTH => {
                    return Err(TokenError::Short { line: number });
                }
                None => Sha256::digest(line).into(),
            });
        }
        if hashes.is_empty() {
            return Err(TokenError::Empty);
        }
        Ok(Self { hashes })
    }

    /// Whether `token` is one of them. Takes the same time for every token of a length.
    #[must_use]
    pub fn accepts(&self, token: &str) -> bool {
        let given: Hash = Sha256::digest(token).into();
        self.hashes
            .iter()
            .fold(false, |found, hash| found | same(hash, &given))
    }
}

/// Hashes stay out of logs.
impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tokens({})", self.hashes.len())
    }
}

/// Equality that looks at every byte, whatever the first ones say.
fn same(a: &Hash, b: &Hash) -> bool {
    let difference = a.iter().zip(b).fold(0, |acc, (x, y)| acc | (x ^ y));
    std::hint::black_box(difference) == 0
}

fn from_hex(hex: &str) -> Option<Hash> {
    let digits = hex.trim().as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}

/// `sha256:<hex>` of a token, as a token file may hold it.
#[must_use]
pub fn digest_line(token: &str) -> String {
    let hash: Hash = Sha256::digest(token).into();
    hash.iter().fold("sha256:".to_owned(), |mut line, byte| {
        let _ = write!(line, "{byte:02x}");
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_and_hashed_tokens_open() {
        let file = format!(
            "# team\ncorrect-horse-battery\n\n{}\n",
            digest_line("another-long-token")
        );
        let tokens = Tokens::parse(&file).unwrap();
        assert!(tokens.accepts("correct-horse-battery"));
        assert!(tokens.accepts("another-long-token"));
        assert!(!tokens.accepts("correct-horse-batterz"));
        assert!(!tokens.accepts(""));
        assert_eq!(format!("{tokens:?}"), "Tokens(2)");
    }

    #[test]
    fn weak_files_are_refused_by_line() {
        let refused = |text| Tokens::parse(text).unwrap_err();
        assert_eq!(refused("# none\n"), TokenError::Empty);
        assert_eq!(refused("\nshort"), TokenError::Short { line: 2 });
        assert_eq!(refused("sha256:zz"), TokenError::Digest { line: 1 });
    }
}
