//! Lines as text, five digits after the point: the encoded polyline algorithm format that VROOM's clients draw.

use crate::geometry::LonLat;

/// A line as an encoded polyline, latitude first as that format has it.
pub fn encode(line: &[LonLat]) -> String {
    let mut text = String::new();
    let (mut lat, mut lon) = (0, 0);
    for at in line {
        let next = ((at.lat * 1e5).round() as i64, (at.lon * 1e5).round() as i64);
        write(&mut text, next.0 - lat);
        write(&mut text, next.1 - lon);
        (lat, lon) = next;
    }
    text
}

/// A difference: sign in the lowest bit, then groups of five bits, lowest first, as printable letters.
fn write(text: &mut String, difference: i64) {
    let mut rest = (difference << 1) ^ (difference >> 63);
    loop {
        let group = (rest & 31) as u8;
        rest >>= 5;
        let more = if rest > 0 { 32 } else { 0 };
        text.push(char::from((group | more) + 63));
        if rest == 0 {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_s_own_example_comes_out() {
        let line = [(38.5, -120.2), (40.7, -120.95), (43.252, -126.453)];
        let line: Vec<LonLat> = line
            .iter()
            .map(|(lat, lon)| LonLat::new(*lon, *lat))
            .collect();
        assert_eq!(encode(&line), "_p~iF~ps|U_ulLnnqC_mqNvxq`@");
    }
}
