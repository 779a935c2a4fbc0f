//! Hints: where an earlier answer found the road of a place, so that the next request need not search.
//!
//! The text is base64 (of the alphabet for addresses) of the roads' stamp, the place asked for, the edge and the share of
//! its length. A hint of other roads or for another place is no error: the place is then searched as without it.

use crate::geometry::{LonLat, LonLatE7};
use crate::network::EdgeId;

/// A decoded hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Of the roads.
    pub(super) stamp: u32,
    /// The place asked for.
    pub(super) asked: LonLatE7,
    /// The edge found.
    pub(super) edge: EdgeId,
    /// Share of its length, of 2^32.
    pub(super) along: u32,
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bytes in a hint: five numbers and one of padding, so that base64 comes out even.
const BYTES: usize = 21;

impl Hint {
    /// Appends the text.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let mut bytes = [0_u8; BYTES];
        let numbers = [
            self.stamp,
            self.asked.lon_e7.cast_unsigned(),
            self.asked.lat_e7.cast_unsigned(),
            self.edge.0,
            self.along,
        ];
        for (place, number) in bytes.chunks_exact_mut(4).zip(numbers) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        for three in bytes.chunks_exact(3) {
            let bits = three.iter().fold(0, |bits, b| bits << 8 | u32::from(*b));
            for shift in [18, 12, 6, 0] {
                out.push(ALPHABET[(bits >> shift & 63) as usize]);
            }
        }
    }

    /// Speaks of no road.
    const UNKNOWN: Self = Self {
        stamp: 0,
        asked: LonLatE7 {
            lon_e7: 0,
            lat_e7: 0,
        },
        edge: EdgeId(u32::MAX),
        along: 0,
    };

    /// Reads the text. What is none of our hints speaks of no road, and does no harm.
    #[must_use]
    pub fn decode(text: &str) -> Self {
        Self::read(text).unwrap_or(Self::UNKNOWN)
    }

    fn read(text: &str) -> Option<Self> {
        if text.len() != BYTES / 3 * 4 {
            return None;
        }
        let mut bytes = [0_u8; BYTES];
        for (three, four) in bytes
            .chunks_exact_mut(3)
            .zip(text.as_bytes().chunks_exact(4))
        {
            let mut bits = 0;
            for character in four {
                bits = bits << 6 | value(*character)?;
            }
            three.copy_from_slice(&bits.to_be_bytes()[1..]);
        }
        let number = |i: usize| {
            let place = bytes[i * 4..i * 4 + 4].try_into();
            u32::from_be_bytes(place.expect("four bytes"))
        };
        Some(Self {
            stamp: number(0),
            asked: LonLatE7 {
                lon_e7: number(1).cast_signed(),
                lat_e7: number(2).cast_signed(),
            },
            edge: EdgeId(number(3)),
            along: number(4),
        })
    }

    /// Whether it speaks of this place.
    pub(super) fn is_for(&self, at: LonLat) -> bool {
        self.asked == at.to_e7()
    }
}

fn value(character: u8) -> Option<u32> {
    Some(u32::from(match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hints_survive(stamp: u32, lon_e7: i32, lat_e7: i32, edge: u32, along: u32) {
            let hint = Hint { stamp, asked: LonLatE7 { lon_e7, lat_e7 }, edge: EdgeId(edge), along };
            let mut text = Vec::new();
            hint.encode(&mut text);
            prop_assert_eq!(Hint::decode(std::str::from_utf8(&text).unwrap()), hint);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,40}") {
            let _ = Hint::decode(&text);
        }
    }
}
