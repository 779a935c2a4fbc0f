//! Google's encoded polyline, latitude first: differences of rounded coordinates as printable characters.

use crate::geometry::{LonLat, LonLatE7};

/// Digits after the point that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Five: about a metre.
    Five,
    /// Six: about a decimetre.
    Six,
}

impl Precision {
    const fn factor(self) -> f64 {
        match self {
            Self::Five => 1e5,
            Self::Six => 1e6,
        }
    }

    /// A coordinate of OSM's grid with so many digits, halves away from zero.
    #[must_use]
    pub fn round_e7(self, e7: i32) -> i64 {
        let step = match self {
            Self::Five => 100,
            Self::Six => 10,
        };
        let e7 = i64::from(e7);
        (e7 + e7.signum() * step / 2) / step
    }
}

/// Appends the encoded line.
pub fn encode(line: impl IntoIterator<Item = LonLat>, precision: Precision, out: &mut Vec<u8>) {
    let rounded = |degrees: f64| (degrees * precision.factor()).round() as i64;
    let line = line.into_iter();
    encode_rounded(line.map(|at| [rounded(at.lat), rounded(at.lon)]), out);
}

/// Appends the encoded line of places on OSM's grid, which is rounded in whole numbers: no decimal gets lost on the way.
pub fn encode_e7(
    line: impl IntoIterator<Item = LonLatE7>,
    precision: Precision,
    out: &mut Vec<u8>,
) {
    let line = line.into_iter();
    let rounded = |e7| precision.round_e7(e7);
    encode_rounded(line.map(|at| [rounded(at.lat_e7), rounded(at.lon_e7)]), out);
}

fn encode_rounded(line: impl Iterator<Item = [i64; 2]>, out: &mut Vec<u8>) {
    let mut before = [0, 0];
    for here in line {
        encode_number(here[0] - before[0], out);
        encode_number(here[1] - before[1], out);
        before = here;
    }
}

/// The encoded line as text.
#[must_use]
pub fn encode_text(line: &[LonLat], precision: Precision) -> String {
    let mut text = Vec::new();
    encode(line.iter().copied(), precision, &mut text);
    text.into_iter().map(char::from).collect()
}

fn encode_number(value: i64, out: &mut Vec<u8>) {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    while rest >= 0x20 {
        out.push((rest as u8 & 0x1f | 0x20) + 63);
        rest >>= 5;
    }
    out.push(rest as u8 + 63);
}

/// The line again; `None` when the text breaks off, holds other characters or leaves the globe. At most `limit` points
/// and one more are read, so that a caller can tell that there are too many.
#[must_use]
pub fn decode(text: &str, precision: Precision, limit: usize) -> Option<Vec<LonLat>> {
    let mut line = Vec::new();
    let mut rest = text.as_bytes();
    let (mut lat, mut lon) = (0_i64, 0_i64);
    while !rest.is_empty() && line.len() <= limit {
        lat = lat.checked_add(decode_number(&mut rest)?)?;
        lon = lon.checked_add(decode_number(&mut rest)?)?;
        let degrees = |value: i64| value as f64 / precision.factor();
        line.push(LonLat::checked(degrees(lon), degrees(lat))?);
    }
    Some(line)
}

fn decode_number(rest: &mut &[u8]) -> Option<i64> {
    let mut value = 0_u64;
    for shift in (0..60).step_by(5) {
        let (first, after) = rest.split_first()?;
        *rest = after;
        let bits = u64::from(first.checked_sub(63)?);
        if bits > 0x3f {
            return None;
        }
        value |= (bits & 0x1f) << shift;
        if bits & 0x20 == 0 {
            return Some((value >> 1).cast_signed() ^ -((value & 1).cast_signed()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_published_example_comes_out() {
        let line = [(-120.2, 38.5), (-120.95, 40.7), (-126.453, 43.252)]
            .map(|(lon, lat)| LonLat::new(lon, lat));
        let mut text = Vec::new();
        encode(line, Precision::Five, &mut text);
        assert_eq!(text, b"_p~iF~ps|U_ulLnnqC_mqNvxq`@");
        assert_eq!(encode_text(&line, Precision::Five).into_bytes(), text);
        let back = decode("_p~iF~ps|U_ulLnnqC_mqNvxq`@", Precision::Five, 10).unwrap();
        assert_eq!(back, line);
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (e7, five, six) in [
            (149, 1, 15),
            (150, 2, 15),
            (-150, -2, -15),
            (-149, -1, -15),
            (44, 0, 4),
        ] {
            assert_eq!(Precision::Five.round_e7(e7), five);
            assert_eq!(Precision::Six.round_e7(e7), six);
        }
    }

    proptest! {
        #[test]
        fn lines_on_the_grid_are_the_same_but_for_halves(line in prop::collection::vec((-1_800_000_000..1_800_000_000_i32, -900_000_000..900_000_000_i32), 0..40)) {
            for precision in [Precision::Five, Precision::Six] {
                let no_half = |e7: i32| e7 / 10 * 10 + 3;
                let grid = line.iter().map(|(lon, lat)| LonLatE7 { lon_e7: no_half(*lon), lat_e7: no_half(*lat) });
                let (mut exact, mut floating) = (Vec::new(), Vec::new());
                encode_e7(grid.clone(), precision, &mut exact);
                encode(grid.map(LonLatE7::to_lon_lat), precision, &mut floating);
                prop_assert_eq!(exact, floating);
            }
        }

        #[test]
        fn lines_survive(line in prop::collection::vec((-179.9..179.9_f64, -89.9..89.9_f64), 0..40)) {
            for (precision, step) in [(Precision::Five, 5e-6), (Precision::Six, 5e-7)] {
                let mut text = Vec::new();
                encode(line.iter().map(|(lon, lat)| LonLat::new(*lon, *lat)), precision, &mut text);
                let back = decode(std::str::from_utf8(&text).unwrap(), precision, 100).unwrap();
                prop_assert_eq!(back.len(), line.len());
                for (a, b) in line.iter().zip(back) {
                    prop_assert!((a.0 - b.lon).abs() <= step * 1.01 && (a.1 - b.lat).abs() <= step * 1.01);
                }
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,60}") {
            if let Some(line) = decode(&text, Precision::Five, 10) {
                prop_assert!(line.len() <= 11);
            }
        }
    }
}
