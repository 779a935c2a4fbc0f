//! Does the vehicle fit? Height, width, length, weight and axle load against the signs.

use super::profile::Vehicle;
use crate::osm::Tags;

/// Metres in a foot and in an inch.
const FOOT_M: f64 = 0.3048;
const INCH_M: f64 = 0.0254;
/// Tonnes in a short ton, a pound and a long hundredweight.
const SHORT_TON_T: f64 = 0.907_184_74;
const POUND_T: f64 = 0.000_453_592_37;
const HUNDREDWEIGHT_T: f64 = 0.050_802_345;

/// The sign that keeps the vehicle out, as `key=value`; `None` when it fits. Values that cannot be read keep nobody out.
pub fn too_large(vehicle: &Vehicle, tags: &Tags) -> Option<String> {
    let length = metres as fn(&str) -> Option<f64>;
    let weight = tonnes as fn(&str) -> Option<f64>;
    let signs = [
        ("maxheight", vehicle.height_m, length),
        ("maxheight:physical", vehicle.height_m, length),
        ("maxwidth", vehicle.width_m, length),
        ("maxwidth:physical", vehicle.width_m, length),
        ("maxlength", vehicle.length_m, length),
        ("maxweight", vehicle.weight_t, weight),
        ("maxweightrating", vehicle.weight_t, weight),
        ("maxaxleload", vehicle.axle_load_t, weight),
    ];
    // A road as wide as the vehicle has no room beside it.
    if let Some(own) = vehicle.width_m
        && let Some(key) = ["width", "est_width"]
            .into_iter()
            .find(|key| tags.get(key).and_then(metres).is_some_and(|w| w <= own))
    {
        return Some(format!("{key} is less than the vehicle needs"));
    }
    signs.into_iter().find_map(|(key, own, read)| {
        let (own, sign) = (own?, tags.get(key)?);
        read(sign)
            .filter(|most| own > *most)
            .map(|_| format!("{key} is less than the vehicle needs"))
    })
}

/// `3.5`, `3.5 m`, `350 cm`, `11'6"`, `11 ft`. Decimal commas count as points.
pub fn metres(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    if let Some((feet, rest)) = text.split_once('\'') {
        let inches = rest.trim().trim_end_matches('"').trim();
        let inches: f64 = if inches.is_empty() {
            0.0
        } else {
            inches.parse().ok()?
        };
        return sensible(feet.trim().parse::<f64>().ok()? * FOOT_M + inches * INCH_M);
    }
    let (number, unit) = number_and_unit(&text)?;
    sensible(match unit {
        "" | "m" => number,
        "cm" => number / 100.0,
        "ft" => number * FOOT_M,
        "in" | "\"" => number * INCH_M,
        _ => return None,
    })
}

/// `7.5`, `7.5 t`, `3500 kg`, `10 st`, `6000 lbs`.
fn tonnes(text: &str) -> Option<f64> {
    let text = text.trim().replace(',', ".");
    let (number, unit) = number_and_unit(&text)?;
    sensible(match unit {
        "" | "t" => number,
        "kg" => number / 1_000.0,
        "st" => number * SHORT_TON_T,
        "lbs" | "lb" => number * POUND_T,
        "cwt" => number * HUNDREDWEIGHT_T,
        _ => return None,
    })
}

fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    Some((text[..digits].parse().ok()?, text[digits..].trim()))
}

fn sensible(amount: f64) -> Option<f64> {
    (amount > 0.0 && amount.is_finite()).then_some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_the_units_of_the_world() {
        let near = |found: Option<f64>, expected: f64| {
            assert!(
                found.is_some_and(|f| (f - expected).abs() < 1e-3),
                "{found:?}"
            );
        };
        near(metres("3.5"), 3.5);
        near(metres("3,5 m"), 3.5);
        near(metres("11'6\""), 3.505);
        near(metres("11'"), 3.353);
        near(metres("250 cm"), 2.5);
        near(tonnes("7.5"), 7.5);
        near(tonnes("3500 kg"), 3.5);
        near(tonnes("10 st"), 9.072);
        for bad in ["default", "none", "", "'", "-3", "0", "3 cubits", "1e9x"] {
            assert_eq!((metres(bad), tonnes(bad)), (None, None), "{bad}");
        }
    }

    #[test]
    fn only_what_is_given_is_held_against_the_sign() {
        let tags: Tags = [("maxheight", "3.0"), ("maxweight", "low")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into_iter()
            .collect();
        let high = |height_m| Vehicle {
            height_m,
            weight_t: Some(40.0),
            ..Vehicle::default()
        };
        assert!(too_large(&high(Some(3.2)), &tags).is_some());
        assert_eq!(too_large(&high(Some(3.0)), &tags), None);
        assert_eq!(too_large(&high(None), &tags), None);
    }
}
