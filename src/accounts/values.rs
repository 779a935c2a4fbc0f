//! Single values of a cell: numbers, dates, times, flags, lists, weekdays. Each reader takes what people write and says
//! when it had to guess.

use chrono::{Days, NaiveDate, NaiveTime, Weekday};

use super::names::plain;

/// How a file writes decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decimal {
    /// `1,234.5`
    #[default]
    Point,
    /// `1.234,5`
    Comma,
}

/// What separates decimals in a file, judged from cells that can only be read one way.
#[must_use]
pub fn decimal_of<'a>(cells: impl Iterator<Item = &'a str>) -> Decimal {
    let (mut comma, mut point) = (0_usize, 0_usize);
    for cell in cells {
        let cell = cell.trim();
        let Some(last) = cell.rfind(['.', ',']) else {
            continue;
        };
        let digits_after = cell.len() - last - 1;
        let only_one = cell.matches(['.', ',']).count() == 1;
        if only_one && digits_after == 3 {
            continue; // 1.234 and 1,234 say nothing
        }
        if cell.as_bytes()[last] == b',' {
            comma += 1;
        } else {
            point += 1;
        }
    }
    if comma > point {
        Decimal::Comma
    } else {
        Decimal::Point
    }
}

/// A number with optional grouping (`1 234`, `1'234`, `1,234.5`, `1.234,5`) and currency sign. `None` when it is none,
/// or not finite.
#[must_use]
pub fn number(text: &str, decimal: Decimal) -> Option<f64> {
    let cleaned: String = text
        .trim()
        .trim_matches(|c: char| matches!(c, '€' | '$' | '£' | '¥' | '₩' | '%'))
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’' | '\u{a0}' | '\u{202f}'))
        .map(|c| if c == '−' { '-' } else { c })
        .collect();
    let (points, commas) = (cleaned.matches('.').count(), cleaned.matches(',').count());
    let unsigned = cleaned.trim_start_matches(['-', '+']);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')) {
        return None; // words such as NaN and inf, which the standard reader would take
    }
    let separator = match (points, commas) {
        (0, 0) => None,
        (1.., 1..) => cleaned.rfind(['.', ',']).map(|at| cleaned.as_bytes()[at]),
        (2.., 0) | (0, 2..) => None,
        (_, 0) => (decimal == Decimal::Point || !grouped(&cleaned, '.')).then_some(b'.'),
        (0, _) => (decimal == Decimal::Comma || !grouped(&cleaned, ',')).then_some(b','),
    };
    let (whole, fraction) = match separator {
        Some(b) => cleaned.rsplit_once(b as char)?,
        None => (cleaned.as_str(), ""),
    };
    let group = if separator == Some(b',') || (separator.is_none() && points > 0) {
        '.'
    } else {
        ','
    };
    if whole.contains(['.', ',']) && !grouped(whole, group) {
        return None;
    }
    let whole = whole.replace(group, "");
    let plain = match separator {
        Some(_) => format!("{whole}.{fraction}"),
        None => whole,
    };
    plain.parse::<f64>().ok().filter(|n| n.is_finite())
}

/// Whether `text` is one to three digits followed by groups of three.
fn grouped(text: &str, separator: char) -> bool {
    let mut groups = text.trim_start_matches(['-', '+']).split(separator);
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && groups.all(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit()))
}

/// A coordinate: a number whose single comma or point is always the decimal one.
#[must_use]
pub fn coordinate(text: &str) -> Option<f64> {
    let text = text.trim().trim_end_matches('°');
    let decimal = if text.contains(',') && !text.contains('.') {
        Decimal::Comma
    } else {
        Decimal::Point
    };
    number(text, decimal)
}

/// How sure the reading of a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateReading {
    /// ISO 8601, or with the units written out.
    Sure(NaiveDate),
    /// Another form that has one meaning only.
    Guessed(NaiveDate),
}

/// A date: ISO 8601 (`2026-05-04`, with or without a time after it), `20260504`, `2026/5/4`, `2026年5月4日`,
/// `2026년 5월 4일`; guessed: `4.5.2026`, `31/12/2026`, `12/31/2026`, and day numbers of spreadsheets. `None` when it is
/// none of these, or like `4/5/2026` may mean two days.
#[must_use]
pub fn date(text: &str) -> Option<DateReading> {
    use DateReading::{Guessed, Sure};
    let text = text.trim();
    let ymd = |y: u32, m: u32, d: u32| {
        NaiveDate::from_ymd_opt(y as i32, m, d).filter(|_| (1900..=2200).contains(&y))
    };
    if text.len() > 10 && text.as_bytes().get(4) == Some(&b'-') && text.is_char_boundary(10) {
        let rest = text[10..].trim_start();
        if rest.starts_with(|c: char| c == 'T' || c.is_ascii_digit()) {
            return date(&text[..10]);
        }
    }
    if let Ok(n) = text.parse::<u32>() {
        return match text.len() {
            8 => ymd(n / 10_000, n / 100 % 100, n % 100).map(Sure),
            // Day 1 of spreadsheets is 1900-01-01, and they believe in 1900-02-29.
            5 => NaiveDate::from_ymd_opt(1899, 12, 30)?
                .checked_add_days(Days::new(u64::from(n)))
                .filter(|_| (20_000..80_000).contains(&n))
                .map(Guessed),
            _ => None,
        };
    }
    let separators: String = text
        .chars()
        .filter(|c| !c.is_ascii_digit() && *c != ' ')
        .collect();
    let parts: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|p| !p.is_empty())
        .map(|p| p.parse().ok())
        .collect::<Option<_>>()?;
    let &[a, b, c] = parts.as_slice() else {
        return None;
    };
    match separators.as_str() {
        "--" | "//" | ".." | "..." | "年月日" | "년월일" if a > 31 => ymd(a, b, c).map(Sure),
        ".." => ymd(c, b, a).map(Guessed),
        "//" | "--" if a > 12 => ymd(c, b, a).map(Guessed),
        "//" | "--" if b > 12 => ymd(c, a, b).map(Guessed),
        "//" | "--" if a == b => ymd(c, a, b).map(Guessed),
        _ => None,
    }
}

/// A time of day: `8:05`, `08:05:30`, `8h05`, `8.05`, `8`, `5:30 pm`.
#[must_use]
pub fn time(text: &str) -> Option<NaiveTime> {
    let lower = text.trim().to_lowercase();
    let (clock, afternoon) = match lower.strip_suffix("pm").or(lower.strip_suffix("p.m.")) {
        Some(clock) => (clock, Some(true)),
        None => match lower.strip_suffix("am").or(lower.strip_suffix("a.m.")) {
            Some(clock) => (clock, Some(false)),
            None => (lower.as_str(), None),
        },
    };
    let mut parts = clock
        .trim()
        .split([':', 'h', '.'])
        .filter(|p| !p.is_empty());
    let mut part = || match parts.next() {
        Some(p) if p.len() <= 2 => p.parse::<u32>().ok(),
        Some(_) => None,
        None => Some(0),
    };
    if clock.trim().is_empty() {
        return None;
    }
    let (hour, minute, second) = (part()?, part()?, part()?);
    let hour = match afternoon {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(pm) => hour % 12 + if pm { 12 } else { 0 },
    };
    if parts.next().is_some() {
        return None;
    }
    NaiveTime::from_hms_opt(hour, minute, second)
}

/// Yes or no in the languages of the headings.
#[must_use]
pub fn flag(text: &str) -> Option<bool> {
    match plain(text).as_str() {
        "true" | "t" | "yes" | "y" | "1" | "x" | "active" | "aktiv" | "activo" | "actif"
        | "attivo" | "ja" | "si" | "oui" | "iva" | "はい" | "有効" | "예" | "활성" => {
            Some(true)
        }
        "false" | "f" | "no" | "n" | "0" | "inactive" | "inaktiv" | "inactivo" | "inactif"
        | "inattivo" | "nein" | "non" | "le" | "いいえ" | "無効" | "아니오" | "비활성" => {
            Some(false)
        }
        _ => None,
    }
}

/// A list: a JSON array of texts, or texts between `;` (or `,`, `|`, when there is no `;`).
#[must_use]
pub fn list(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    if text.starts_with('[') {
        return serde_json::from_str(text).ok();
    }
    let separator = [';', '|', ','].into_iter().find(|c| text.contains(*c));
    let items = match separator {
        Some(separator) => text
            .split(separator)
            .map(str::trim)
            .map(str::to_owned)
            .collect(),
        None => vec![text.to_owned()],
    };
    Some(
        items
            .into_iter()
            .filter(|item: &String| !item.is_empty())
            .collect(),
    )
}

/// A list as a cell that [`list`] reads back exactly.
#[must_use]
pub fn list_text(items: &[String]) -> String {
    let simple = items.iter().all(|item| {
        !item.is_empty() && item.trim() == item && !item.contains([';', '|', ',', '['])
    });
    if simple {
        items.join(";")
    } else {
        serde_json::Value::from(items).to_string()
    }
}

/// Weekdays: names or beginnings of names in en, de, es, fr, it, ja, ko, or numbers (1 = Monday), as a list or ranges:
/// `Mo-Fr`, `mon, wed, fri`, `1-5`, `月火水`. In order of the week; `None` when a part is not understood.
#[must_use]
pub fn weekdays(text: &str) -> Option<Vec<Weekday>> {
    let lower = text.trim().to_lowercase();
    let spread: String = lower
        .chars()
        .flat_map(|c| {
            let cjk = "月火水木金土日월화수목금토일".contains(c);
            let gap = if cjk { Some(' ') } else { None };
            gap.into_iter().chain([c]).chain(gap)
        })
        .collect();
    let spread = spread.replace(['–', '~', '～'], "-");
    let joined = spread.replace(" -", "-").replace("- ", "-");
    let mut chosen = [false; 7];
    for part in joined
        .split([',', ';', ' ', '/', '+', '、', '・'])
        .filter(|p| !p.is_empty())
    {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (weekday(from)?, weekday(to)?);
        let mut day = from;
        chosen[day.num_days_from_monday() as usize] = true;
        while day != to {
            day = day.succ();
            chosen[day.num_days_from_monday() as usize] = true;
        }
    }
    let days: Vec<_> = (0_u8..7)
        .filter(|n| chosen[usize::from(*n)])
        .filter_map(|n| Weekday::try_from(n).ok())
        .collect();
    (!days.is_empty()).then_some(days)
}

fn weekday(name: &str) -> Option<Weekday> {
    let name = plain(name);
    let two: String = name.chars().take(2).collect();
    let three: String = name.chars().take(3).collect();
    Some(match (name.as_str(), three.as_str(), two.as_str()) {
        ("1" | "月" | "월", ..) | (_, "mon" | "lun", _) | ("mo", ..) => Weekday::Mon,
        ("2" | "火" | "화", ..) | (_, "tue" | "die" | "mar", _) | ("tu" | "di", ..) => {
            Weekday::Tue
        }
        ("3" | "水" | "수", ..) | (_, "wed" | "mit" | "mie" | "mer", _) | ("we" | "mi", ..) => {
            Weekday::Wed
        }
        ("4" | "木" | "목", ..)
        | (_, "thu" | "don" | "jue" | "jeu" | "gio", _)
        | ("th" | "do", ..) => Weekday::Thu,
        ("5" | "金" | "금", ..) | (_, "fri" | "fre" | "vie" | "ven", _) | ("fr", ..) => {
            Weekday::Fri
        }
        ("6" | "土" | "토", ..) | (_, "sat" | "sam" | "sab", _) | ("sa", ..) => Weekday::Sat,
        ("7" | "日" | "일", ..) | (_, "sun" | "son" | "dom" | "dim", _) | ("su" | "so", ..) => {
            Weekday::Sun
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        use Decimal::{Comma, Point};
        for (text, decimal, want) in [
            ("1234.5", Point, Some(1234.5)),
            ("1,234.5", Point, Some(1234.5)),
            ("1.234,5", Point, Some(1234.5)),
            ("1.234,5", Comma, Some(1234.5)),
            ("12,5", Point, Some(12.5)),
            ("1,234", Point, Some(1234.0)),
            ("1,234", Comma, Some(1.234)),
            ("1.234", Comma, Some(1234.0)),
            ("1.234", Point, Some(1.234)),
            ("1.234.567", Point, Some(1_234_567.0)),
            ("0,125", Point, Some(0.125)),
            ("1 234,50 €", Point, Some(1234.5)),
            ("1'234", Point, Some(1234.0)),
            ("−3", Point, Some(-3.0)),
            ("1e3", Point, Some(1000.0)),
            ("1.5e3", Point, Some(1500.0)),
            ("12,,5", Point, None),
            ("1.2.3", Point, None),
            ("NaN", Point, None),
            ("inf", Point, None),
            ("-", Point, None),
            ("", Point, None),
            ("12 km", Point, None),
        ] {
            assert_eq!(number(text, decimal), want, "{text} {decimal:?}");
        }
    }

    #[test]
    fn coordinates_never_have_groups() {
        for (text, want) in [
            ("35,899", Some(35.899)),
            ("35.899", Some(35.899)),
            ("35.9°", Some(35.9)),
            ("35..9", None),
            ("35,,9", None),
            ("35°54'", None),
            ("nan", None),
        ] {
            assert_eq!(coordinate(text), want, "{text}");
        }
    }

    #[test]
    fn the_decimal_separator_is_judged_over_the_file() {
        assert_eq!(decimal_of(["1.234", "12,5"].into_iter()), Decimal::Comma);
        assert_eq!(decimal_of(["1,234", "12.5"].into_iter()), Decimal::Point);
        assert_eq!(decimal_of(["7", ""].into_iter()), Decimal::Point);
    }

    #[test]
    fn dates_with_two_meanings_are_none() {
        use DateReading::{Guessed, Sure};
        let day = NaiveDate::from_ymd_opt(2026, 5, 14).unwrap();
        for text in [
            "2026-05-14",
            "2026-05-14T10:00:00Z",
            "2026/5/14",
            "20260514",
            "2026年5月14日",
            "2026년 5월 14일",
        ] {
            assert_eq!(date(text), Some(Sure(day)), "{text}");
        }
        for text in ["14.05.2026", "14/5/2026", "5/14/2026", "46156"] {
            assert_eq!(date(text), Some(Guessed(day)), "{text}");
        }
        for text in [
            "4/5/2026",
            "2026-13-01",
            "31.02.2026",
            "soon",
            "2026",
            "1/2",
            "",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_read_in_their_usual_forms() {
        let at = |h, m| NaiveTime::from_hms_opt(h, m, 0);
        for (text, want) in [
            ("8:05", at(8, 5)),
            ("08:05:00", at(8, 5)),
            ("8h05", at(8, 5)),
            ("8h", at(8, 0)),
            ("5:30 pm", at(17, 30)),
            ("12 am", at(0, 0)),
            ("24:00", None),
            ("noon", None),
            ("", None),
            ("1:2:3:4", None),
        ] {
            assert_eq!(time(text), want, "{text}");
        }
    }

    #[test]
    fn weekdays_of_many_tongues() {
        use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
        let week = vec![Mon, Tue, Wed, Thu, Fri];
        for text in [
            "Mo-Fr",
            "mon-fri",
            "1-5",
            "Lun - Ven",
            "月-金",
            "월화수목금",
            "lunes,martes,miércoles,jueves,viernes",
        ] {
            assert_eq!(weekdays(text), Some(week.clone()), "{text}");
        }
        assert_eq!(weekdays("Sa-Mo"), Some(vec![Mon, Sat, Sun]));
        assert_eq!(weekdays("someday"), None);
        assert_eq!(weekdays(""), None);
    }

    proptest! {
        #[test]
        fn lists_come_back(items in prop::collection::vec("[^\\p{C}]{1,8}", 0..5)) {
            prop_assert_eq!(list(&list_text(&items)), Some(items));
        }

        #[test]
        fn nothing_breaks_the_readers(text in any::<String>()) {
            let _ = (number(&text, Decimal::Comma), coordinate(&text), date(&text), time(&text));
            let _ = (flag(&text), list(&text), weekdays(&text));
        }

        #[test]
        fn plain_numbers_come_back(n in -1e12_f64..1e12) {
            prop_assert_eq!(number(&n.to_string(), Decimal::Point).map(|m| (m - n).abs() < 1e-3), Some(true));
        }
    }
}
