//! Changes that let a visit in: [`Remedy`].

use chrono::NaiveTime;

use super::edit::Edit;
use super::plan::Hours;
use crate::accounts::AccountId;

/// A change that lets a visit in, and how to make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// What to change.
    pub what: What,
    /// The edits that make use of it; none where no edit of this day can.
    pub edits: Vec<Edit>,
    /// The working hours it needs.
    pub hours: Hours,
}

/// Kinds of [`Remedy`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Nothing: asking for the visit is enough.
    AskFor {
        /// The stops change their order to make room.
        reordered: bool,
    },
    /// Nothing: the day planned again has it by itself.
    PlanAgain {
        /// Names of those that then stay out.
        instead: Vec<String>,
    },
    /// Leave earlier.
    StartEarlier {
        /// Then.
        start: NaiveTime,
        /// By so many minutes.
        by_min: i64,
    },
    /// Come home later.
    EndLater {
        /// Then.
        end: NaiveTime,
        /// By so many minutes.
        by_min: i64,
    },
    /// The account stays open longer, at one of its times.
    OpenLonger {
        /// So that the visit may start by then.
        until: NaiveTime,
        /// By so many minutes.
        by_min: i64,
    },
    /// The rep makes more visits than the limit of a day.
    MoreVisits {
        /// The limit.
        limit: u32,
        /// How many more.
        by: u32,
    },
    /// Another visit, of lower worth, makes room.
    InsteadOf {
        /// Which.
        account: AccountId,
        /// Its name.
        name: String,
    },
    /// The visit is worth more.
    WorthMore {
        /// What it is worth, in seconds of travel.
        from_s: i64,
        /// What it would have to be worth.
        to_s: i64,
        /// Names of those that then stay out.
        instead: Vec<String>,
    },
    /// Someone with other skills goes.
    OtherSkill {
        /// What this rep cannot do.
        missing: Vec<String>,
        /// Names of those who can.
        able: Vec<String>,
    },
}

impl What {
    /// The code that stands in JSON.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AskFor { .. } => "ask_for",
            Self::PlanAgain { .. } => "plan_again",
            Self::StartEarlier { .. } => "start_earlier",
            Self::EndLater { .. } => "end_later",
            Self::OpenLonger { .. } => "open_longer",
            Self::MoreVisits { .. } => "more_visits",
            Self::InsteadOf { .. } => "instead_of",
            Self::WorthMore { .. } => "worth_more",
            Self::OtherSkill { .. } => "other_skill",
        }
    }

    /// How much is asked for, to compare: asking alone is least, then planning again, minutes of hours by their number, then visits beyond the
    /// limit, another visit, a higher worth, another person.
    #[must_use]
    pub fn size(&self) -> (u8, i64) {
        match self {
            Self::AskFor { reordered } => (0, i64::from(*reordered)),
            Self::PlanAgain { .. } => (0, 2),
            Self::StartEarlier { by_min, .. }
            | Self::EndLater { by_min, .. }
            | Self::OpenLonger { by_min, .. } => (1, *by_min),
            Self::MoreVisits { by, .. } => (2, i64::from(*by)),
            Self::InsteadOf { .. } => (3, 0),
            Self::WorthMore { from_s, to_s, .. } => (4, *to_s - *from_s),
            Self::OtherSkill { missing, .. } => (5, missing.len() as i64),
        }
    }

    /// One line for people.
    #[must_use]
    pub fn text(&self) -> String {
        let at = |time: &NaiveTime| time.format("%H:%M");
        match self {
            Self::AskFor { reordered: false } => "put it in anyway".to_owned(),
            Self::AskFor { reordered: true } => {
                "put it in anyway, the stops in another order".to_owned()
            }
            Self::PlanAgain { instead } => {
                then_out("plan the day again, which takes it in".to_owned(), instead)
            }
            Self::StartEarlier { start, by_min } => {
                format!("start {by_min} min earlier, at {}", at(start))
            }
            Self::EndLater { end, by_min } => format!("end {by_min} min later, at {}", at(end)),
            Self::OpenLonger { until, by_min } => {
                format!("be received until {}, {by_min} min longer", at(until))
            }
            Self::MoreVisits { limit, by: 1 } => {
                format!("make one visit more than the limit of {limit}")
            }
            Self::MoreVisits { limit, by } => {
                format!("make {by} visits more than the limit of {limit}")
            }
            Self::InsteadOf { name, .. } => format!("drop {name}"),
            Self::WorthMore {
                from_s,
                to_s,
                instead,
            } => {
                let worth = format!(
                    "count it worth {} min of driving, not {}",
                    (to_s + 59) / 60,
                    from_s / 60
                );
                then_out(worth, instead)
            }
            Self::OtherSkill { missing, able } => {
                let skills = missing.join(", ");
                if able.is_empty() {
                    format!("someone with {skills}, which no rep has")
                } else {
                    format!("someone with {skills}: {}", able.join(", "))
                }
            }
        }
    }
}

fn then_out(what: String, instead: &[String]) -> String {
    if instead.is_empty() {
        return what;
    }
    format!("{what}; then {} would stay out", instead.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remedies_read_as_sentences() {
        let what = What::StartEarlier {
            start: NaiveTime::from_hms_opt(7, 35, 0).expect("a time"),
            by_min: 25,
        };
        assert_eq!(what.text(), "start 25 min earlier, at 07:35");
        let asking = What::AskFor { reordered: true };
        assert!(asking.size() < what.size());
        let what = What::WorthMore {
            from_s: 900,
            to_s: 1_140,
            instead: Vec::new(),
        };
        assert_eq!(what.text(), "count it worth 19 min of driving, not 15");
        let end = |by_min| What::EndLater {
            end: NaiveTime::MIN,
            by_min,
        };
        assert!(end(24).size() < end(25).size() && end(1_000).size() < what.size());
    }
}
