//! When is an account open on a date? Reads OSM `opening_hours` texts.
//!
//! Start at [`windows`] for one account and day, or make one [`HoursReader`] for a region and read each text once.
//! Windows are local wall-clock minutes from midnight of the date. What cannot be read counts as open all day, with a
//! warning: a typing error in a text must not take an account off the road.

use chrono::NaiveDate;
use chrono_tz::Tz;
use opening_hours::localization::{Coordinates, Country, TzLocation};
use opening_hours::{Context, OpeningHours, RuleKind};
use serde::{Deserialize, Serialize};

use crate::geometry::LonLat;

/// Minutes of a day.
pub const DAY_MIN: u32 = 24 * 60;

/// Longer texts are not read: OSM allows 255 characters, and evaluation takes time with each rule.
const LONGEST_TEXT: usize = 1_000;

/// Characters of a text that are quoted when it is not understood.
const LONGEST_QUOTE: usize = 30;

/// A stretch of opening time: `[start, end)` in minutes from local midnight of its date. `end` exceeds 1440 when the
/// place stays open past midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OpenWindow {
    /// First minute.
    pub start_min: u32,
    /// First minute after.
    pub end_min: u32,
}

impl OpenWindow {
    /// All day.
    pub const ALL_DAY: Self = Self {
        start_min: 0,
        end_min: DAY_MIN,
    };

    /// `["08:00", "13:00"]`, as JSON and the page show it; an end past midnight reads `25:30`.
    #[must_use]
    pub fn to_text(self) -> [String; 2] {
        [self.start_min, self.end_min].map(|m| format!("{:02}:{:02}", m / 60, m % 60))
    }
}

/// Opening hours of a date.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// When it is open, in order, disjoint; empty = closed all day.
    pub windows: Vec<OpenWindow>,
    /// Why the text could not be read; the windows then say open all day.
    pub unreadable: Option<String>,
}

impl Hours {
    /// Open all day, as are accounts without a text.
    #[must_use]
    pub fn all_day() -> Self {
        Self {
            windows: vec![OpenWindow::ALL_DAY],
            unreadable: None,
        }
    }
}

/// Opening hours of one account on `date`: the easy door. `None` as text = open all day. `country` is ISO 3166-1
/// alpha-2 and decides public holidays; `at` decides sunrise and sunset.
#[must_use]
pub fn windows(
    text: Option<&str>,
    date: NaiveDate,
    time_zone: Tz,
    country: Option<&str>,
    at: Option<LonLat>,
) -> Hours {
    HoursReader::new(country, time_zone).read(text, at).on(date)
}

/// Reads texts of one region: holds its public holidays and time zone.
#[derive(Clone, Debug)]
pub struct HoursReader {
    context: Context<TzLocation<Tz>>,
    time_zone: Tz,
}

impl HoursReader {
    /// A reader for a country (unknown codes: no public holidays) and time zone.
    #[must_use]
    pub fn new(country: Option<&str>, time_zone: Tz) -> Self {
        let holidays = country
            .and_then(|code| code.to_ascii_uppercase().parse::<Country>().ok())
            .map(Country::holidays)
            .unwrap_or_default();
        Self {
            context: Context::default()
                .with_holidays(holidays)
                .with_locale(TzLocation::new(time_zone)),
            time_zone,
        }
    }

    /// Reads a text once; ask the result for as many dates as needed.
    #[must_use]
    pub fn read(&self, text: Option<&str>, at: Option<LonLat>) -> Reading {
        let Some(text) = text.map(str::trim).filter(|t| !t.is_empty()) else {
            return Reading(Meaning::AllDay);
        };
        match parse(text) {
            Ok(hours) => {
                let coordinates = at.and_then(|p| Coordinates::new(p.lat, p.lon));
                let place = TzLocation::new(self.time_zone);
                let place = match coordinates {
                    Some(coordinates) => place.with_coords(coordinates),
                    None => place,
                };
                let context = self.context.clone().with_locale(place);
                Reading(Meaning::Rules(Box::new(hours.with_context(context))))
            }
            Err(why) => Reading(Meaning::Unreadable(why)),
        }
    }
}

/// Why `text` cannot be read as `opening_hours`; `None` when it can.
#[must_use]
pub fn complaint(text: &str) -> Option<String> {
    parse(text.trim()).err()
}

fn parse(text: &str) -> Result<OpeningHours, String> {
    if text.len() > LONGEST_TEXT {
        return Err(format!("longer than {LONGEST_TEXT} bytes"));
    }
    text.parse::<OpeningHours>()
        .map_err(|e| plainly(text, &e.to_string()))
}

/// The parser draws a picture of the place of the error (`--> line:column`) and names its own grammar below; a person
/// wants to know from where on the text makes no sense.
fn plainly(text: &str, message: &str) -> String {
    let mut lines = message.lines().map(str::trim);
    let column = lines.clone().find_map(|line| {
        let (_, place) = line.split_once("--> ")?;
        place.rsplit(':').next()?.parse::<usize>().ok()
    });
    match column {
        Some(column) => {
            let rest: String = text.chars().skip(column.saturating_sub(1)).collect();
            match rest.trim() {
                "" => "it breaks off".to_owned(),
                rest => {
                    let short: String = rest.chars().take(LONGEST_QUOTE).collect();
                    let dots = if short.len() < rest.len() { "…" } else { "" };
                    format!("not understood from \"{short}{dots}\" on")
                }
            }
        }
        None => lines.next().unwrap_or("not understood").to_owned(),
    }
}

/// A text that was read, or why not.
#[derive(Clone, Debug)]
pub struct Reading(Meaning);

#[derive(Clone, Debug)]
enum Meaning {
    AllDay,
    Rules(Box<OpeningHours<TzLocation<Tz>>>),
    Unreadable(String),
}

impl Reading {
    /// Whether there was a text and it was read; else "open all day" is an assumption.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        matches!(self.0, Meaning::Rules(_))
    }

    /// Opening hours of `date`. Times marked `unknown` in the text count as open. A window that runs past midnight
    /// belongs to the day it starts on, and its rest also stands at the beginning of the next day.
    #[must_use]
    pub fn on(&self, date: NaiveDate) -> Hours {
        match &self.0 {
            Meaning::AllDay => Hours::all_day(),
            Meaning::Unreadable(why) => Hours {
                unreadable: Some(why.clone()),
                ..Hours::all_day()
            },
            Meaning::Rules(rules) => Hours {
                windows: windows_of(rules, date),
                unreadable: None,
            },
        }
    }
}

fn windows_of(rules: &OpeningHours<TzLocation<Tz>>, date: NaiveDate) -> Vec<OpenWindow> {
    let mut today = open_stretches(rules, date);
    if let Some(last) = today.last_mut().filter(|w| w.end_min == DAY_MIN) {
        // Open until midnight: go on into the next day, unless it is open round the clock anyway.
        let tomorrow = date
            .succ_opt()
            .map(|next| open_stretches(rules, next))
            .unwrap_or_default();
        if let Some(rest) = tomorrow
            .first()
            .filter(|w| w.start_min == 0 && w.end_min < DAY_MIN)
        {
            last.end_min += rest.end_min;
        }
    }
    today
}

/// Open stretches within the 24 hours of `date`, merged.
fn open_stretches(rules: &OpeningHours<TzLocation<Tz>>, date: NaiveDate) -> Vec<OpenWindow> {
    let mut open: Vec<OpenWindow> = Vec::new();
    for range in rules.schedule_at(date) {
        if range.kind == RuleKind::Closed {
            continue;
        }
        let minutes = |t: u16| u32::from(t).min(DAY_MIN);
        let start_min = minutes(range.range.start.mins_from_midnight());
        let end_min = minutes(range.range.end.mins_from_midnight());
        match open.last_mut() {
            Some(last) if start_min <= last.end_min => last.end_min = last.end_min.max(end_min),
            _ if start_min < end_min => open.push(OpenWindow { start_min, end_min }),
            _ => {}
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn on(text: &str, date: &str) -> Vec<[String; 2]> {
        let hours = windows(
            Some(text),
            date.parse().unwrap(),
            chrono_tz::Europe::Malta,
            Some("MT"),
            Some(LonLat::new(14.51, 35.9)),
        );
        assert_eq!(hours.unreadable, None);
        hours.windows.into_iter().map(OpenWindow::to_text).collect()
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<[String; 2]> {
        list.iter()
            .map(|(a, b)| [(*a).to_owned(), (*b).to_owned()])
            .collect()
    }

    // 2026-05-04 is a Monday.

    #[test]
    fn a_siesta_makes_two_windows() {
        let text = "Mo-Fr 09:00-13:00,16:00-19:00; Sa 09:00-13:00";
        assert_eq!(
            on(text, "2026-05-04"),
            pairs(&[("09:00", "13:00"), ("16:00", "19:00")])
        );
        assert_eq!(on(text, "2026-05-09"), pairs(&[("09:00", "13:00")]));
        assert_eq!(on(text, "2026-05-10"), pairs(&[]));
    }

    #[test]
    fn past_midnight_belongs_to_the_evening_and_to_the_night_after() {
        let text = "Fr 18:00-02:00";
        assert_eq!(on(text, "2026-05-08"), pairs(&[("18:00", "26:00")]));
        assert_eq!(on(text, "2026-05-09"), pairs(&[("00:00", "02:00")]));
        assert_eq!(on("24/7", "2026-05-09"), pairs(&[("00:00", "24:00")]));
    }

    #[test]
    fn public_holidays_are_the_countrys() {
        // 21 September is Malta's Independence Day; a Monday in 2026.
        let text = "Mo-Fr 08:00-17:00; PH off";
        assert_eq!(on(text, "2026-09-21"), pairs(&[]));
        assert_eq!(on(text, "2026-09-28"), pairs(&[("08:00", "17:00")]));
    }

    #[test]
    fn sunrise_is_the_places_own() {
        let june = on("sunrise-12:00", "2026-06-21");
        assert!(
            ("05:30".."06:00").contains(&june[0][0].as_str()),
            "{june:?}"
        );
    }

    #[test]
    fn what_cannot_be_read_is_open_with_a_warning() {
        let date = "2026-05-04".parse().unwrap();
        for text in [
            "whenever we like",
            "Mo-Fr 9-",
            &"Mo 09:00-10:00;".repeat(200),
        ] {
            let hours = windows(Some(text), date, chrono_tz::Europe::Malta, None, None);
            assert_eq!(hours.windows, vec![OpenWindow::ALL_DAY]);
            let why = hours.unreadable.unwrap();
            assert!(!why.is_empty() && !why.contains('\n'), "{why}");
        }
        for (text, why) in [
            ("Mo-Fr 9 to 5", "not understood from \"9 to 5\" on"),
            ("Mo-Fr 9-", "not understood from \"9-\" on"),
            ("Mo 08:00-", "it breaks off"),
        ] {
            assert_eq!(complaint(text).as_deref(), Some(why), "{text}");
        }
        let none = windows(None, date, chrono_tz::Europe::Malta, None, None);
        assert_eq!(none, Hours::all_day());
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(
            text in prop_oneof![
                any::<String>(),
                "((Mo|Tu|PH|SH|Su|Jan|week 1|easter|sunset|dusk|24/7|[0-9]{1,2}:[0-9]{2}|off|[-,;+/ \"()\\[\\]]){1}){0,12}",
            ],
            day in 0_i32..4000,
        ) {
            let date = NaiveDate::from_num_days_from_ce_opt(738_000 + day).unwrap();
            let at = Some(LonLat::new(25.0, 70.0));
            let hours = windows(Some(&text), date, chrono_tz::Europe::Helsinki, Some("FI"), at);
            for pair in hours.windows.windows(2) {
                prop_assert!(pair[0].end_min < pair[1].start_min);
            }
            for w in &hours.windows {
                prop_assert!(w.start_min < w.end_min && w.start_min < DAY_MIN && w.end_min <= 2 * DAY_MIN);
            }
        }
    }
}
