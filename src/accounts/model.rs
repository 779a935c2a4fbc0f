//! The book's entities: [`Account`], [`Rep`], [`Visit`], [`Appointment`]. Words and defaults: the trade's, as in the
//! README's glossary.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc, Weekday};
use serde::{Deserialize, Serialize};

use crate::geometry::LonLat;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }
    };
}
text_id!(
    /// An account's external id, stable over imports.
    AccountId
);
text_id!(
    /// A rep's external id.
    RepId
);
text_id!(
    /// A visit's id: given by import, or made by the store.
    VisitId
);

/// A customer or prospect that reps visit. [`Account::default`] is active and otherwise empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Account {
    /// External id.
    pub id: AccountId,
    /// Name in its own script.
    pub name: String,
    /// customer, prospect or VIP.
    pub kind: AccountKind,
    /// Where it is; `None` until located.
    pub location: Option<Location>,
    /// Address as given.
    pub address: Address,
    /// A, B, C, ...; `None` when unknown.
    pub class: Option<String>,
    /// Worth in the team's own money or points, at least 0.
    pub value: f64,
    /// Days between visits; `None` = the class's default; 0 = no cadence.
    pub cadence_days: Option<u32>,
    /// Minutes on site; `None` = default.
    pub visit_min: Option<u32>,
    /// OSM opening_hours text as given.
    pub opening_hours: Option<String>,
    /// `true`: only the start of a visit must lie inside the opening hours.
    pub start_inside_is_enough: bool,
    /// Who looks after it.
    pub rep: Option<RepId>,
    /// Pipeline stage, free text.
    pub stage: Option<String>,
    /// From the account list; visits in the log take precedence when later.
    pub last_visit: Option<NaiveDate>,
    /// When the account became active; `None` = always.
    pub active_from: Option<NaiveDate>,
    /// `false` = kept for history only.
    pub active: bool,
    /// No visits in these days (inclusive), whatever is due.
    pub blocks: Vec<Block>,
    /// Skills a visiting rep must have.
    pub skills: Vec<String>,
    /// Phone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Free tags.
    pub tags: Vec<String>,
    /// Note.
    pub note: Option<String>,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            id: AccountId::default(),
            name: String::new(),
            kind: AccountKind::default(),
            location: None,
            address: Address::default(),
            class: None,
            value: 0.0,
            cadence_days: None,
            visit_min: None,
            opening_hours: None,
            start_inside_is_enough: false,
            rep: None,
            stage: None,
            last_visit: None,
            active_from: None,
            active: true,
            blocks: Vec::new(),
            skills: Vec::new(),
            phone: None,
            email: None,
            tags: Vec::new(),
            note: None,
        }
    }
}

impl Account {
    /// The block that holds `date`, if any.
    #[must_use]
    pub fn blocked_on(&self, date: NaiveDate) -> Option<&Block> {
        self.blocks.iter().find(|b| (b.from..=b.to).contains(&date))
    }

    /// Whether it may be visited on `date` as far as its dates of life go; blocks aside.
    #[must_use]
    pub fn active_on(&self, date: NaiveDate) -> bool {
        self.active && self.active_from.is_none_or(|start| start <= date)
    }
}

/// Kinds of [`Account`].
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// Buys.
    #[default]
    Customer,
    /// May buy.
    Prospect,
    /// Buys, and is handled with care.
    Vip,
}

impl AccountKind {
    /// Name in files and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Prospect => "prospect",
            Self::Vip => "vip",
        }
    }
}

/// Where an account is, and how well that is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// Position.
    pub at: LonLat,
    /// How well it is known.
    pub quality: LocationQuality,
}

/// How a position was found, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocationQuality {
    /// Coordinates in the file, or set by a person.
    Given,
    /// The house number.
    Rooftop,
    /// The street.
    Street,
    /// Only the town: never planned silently.
    Place,
}

impl LocationQuality {
    /// Name in files and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Rooftop => "rooftop",
            Self::Street => "street",
            Self::Place => "place",
        }
    }
}

/// A postal address as given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Street.
    pub street: Option<String>,
    /// House number.
    pub housenumber: Option<String>,
    /// Postcode.
    pub postcode: Option<String>,
    /// Town.
    pub city: Option<String>,
}

/// Days on which something is not available, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Why.
    pub reason: Option<String>,
}

/// Someone who visits accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rep {
    /// External id.
    pub id: RepId,
    /// Name.
    pub name: String,
    /// Where days start and end.
    pub home: LonLat,
    /// Start of shift, local time.
    pub shift_start: NaiveTime,
    /// End of shift (back home), local time, after the start.
    pub shift_end: NaiveTime,
    /// Working days.
    pub weekdays: Vec<Weekday>,
    /// Lunch; `None` = none.
    pub lunch: Option<Lunch>,
    /// At most so many visits a day.
    pub max_visits: Option<u32>,
    /// At most so many minutes of driving a day.
    pub max_drive_min: Option<u32>,
    /// Skills.
    pub skills: Vec<String>,
    /// Days off.
    pub blocks: Vec<Block>,
    /// The day may end at the last visit instead of at home.
    pub open_end: bool,
    /// `false` = kept for history only.
    pub active: bool,
}

impl Rep {
    /// Whether `date` is a working day: the weekday is one and no block holds it.
    #[must_use]
    pub fn works_on(&self, date: NaiveDate) -> bool {
        self.active
            && self.weekdays.contains(&date.weekday())
            && !self.blocks.iter().any(|b| (b.from..=b.to).contains(&date))
    }
}

/// A lunch break that floats in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lunch {
    /// Earliest start, local time.
    pub earliest: NaiveTime,
    /// Latest start, local time.
    pub latest: NaiveTime,
    /// Length in minutes.
    pub minutes: u32,
}

/// A visit that is planned, happened or did not happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// Its id.
    pub id: VisitId,
    /// Whom.
    pub account: AccountId,
    /// Who.
    pub rep: RepId,
    /// Local day.
    pub date: NaiveDate,
    /// Local time of start; `None` when only the day is known.
    pub start: Option<NaiveTime>,
    /// Local time of end.
    pub end: Option<NaiveTime>,
    /// What became of it.
    pub status: VisitStatus,
    /// Why it was made.
    pub purpose: Option<String>,
    /// What came out, free text or a code.
    pub outcome: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// `import`, `plan` or `manual`.
    pub source: String,
    /// When it was recorded.
    pub recorded_at: Option<DateTime<Utc>>,
}

/// What became of a [`Visit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitStatus {
    /// Suggested by the planner.
    Planned,
    /// Agreed with the account: only a person moves or drops it.
    Agreed,
    /// Took place: resets the cadence.
    Done,
    /// Nobody there: does not reset the cadence.
    Missed,
    /// By phone: resets the cadence only where so configured.
    Phone,
    /// The account said no.
    Refused,
    /// Called off.
    Cancelled,
}

impl VisitStatus {
    /// It tells what became of a visit, which is not to be made any more.
    #[must_use]
    pub const fn is_outcome(self) -> bool {
        !matches!(self, Self::Planned | Self::Agreed)
    }

    /// Name in files and JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Agreed => "agreed",
            Self::Done => "done",
            Self::Missed => "missed",
            Self::Phone => "phone",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A visit agreed for a time: a promise the planner keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its id.
    pub id: VisitId,
    /// Whom.
    pub account: AccountId,
    /// Who.
    pub rep: RepId,
    /// Local day.
    pub date: NaiveDate,
    /// Agreed start, local time.
    pub start: NaiveTime,
    /// The visit may start this many minutes later.
    pub leeway_min: u32,
    /// Minutes on site; `None` = the account's.
    pub visit_min: Option<u32>,
    /// Purpose.
    pub purpose: Option<String>,
    /// Note.
    pub note: Option<String>,
}
