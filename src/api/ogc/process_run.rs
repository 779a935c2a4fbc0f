//! The processes: what each takes, and how it runs. They are the questions of `/api/v1`, answered by the same code.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::api::coverage::{self, CoverageParams};
use crate::api::fields::{Fields, FromFields, Refusal, short};
use crate::api::plans::{self, PlanRequest};
use crate::api::problem::{Kind, Problem};
use crate::api::reach::{self, AskMany};
use crate::api::read;
use crate::api::state::Loaded;
use crate::geometry::LonLat;
use crate::planner::Control;

/// Places of a table, at most.
const MOST_PLACES: usize = 500;

/// A process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Process {
    /// Plans a rep's day and keeps the plan.
    PlanDay,
    /// What can be driven to.
    Isochrone,
    /// Times and distances between places.
    Table,
    /// Coverage in figures.
    Coverage,
}

/// What a process has to do, read and checked.
#[derive(Debug)]
pub enum Task {
    Plan(PlanRequest),
    Reach(Box<AskMany>),
    Table(Vec<LonLat>),
    Coverage(CoverageParams),
}

/// What a task runs beside.
pub struct Beside<'a> {
    pub loaded: &'a Loaded,
    pub today: NaiveDate,
    pub now: DateTime<Utc>,
    /// The task is called off.
    pub off: &'a AtomicBool,
}

impl Process {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::PlanDay, Self::Isochrone, Self::Table, Self::Coverage];

    /// The id in addresses.
    pub const fn id(self) -> &'static str {
        match self {
            Self::PlanDay => "plan-day",
            Self::Isochrone => "isochrone",
            Self::Table => "table",
            Self::Coverage => "coverage",
        }
    }

    /// The process with this id.
    ///
    /// # Errors
    /// 404 with the list of ids.
    pub fn find(id: &str) -> Result<Self, Problem> {
        let found = Self::ALL.into_iter().find(|process| process.id() == id);
        found.ok_or_else(|| {
            let ids = Self::ALL.map(Self::id).join(", ");
            let text = format!("There is no process {}; there are: {ids}.", short(id));
            Problem::new(Kind::NoSuchProcess, text)
        })
    }

    /// Title and description for people.
    pub const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::PlanDay => (
                "Plan a day",
                "Chooses and orders a rep's visits of a day and keeps the plan in the place of the one before. Agreed visits \
                 and appointments stay.",
            ),
            Self::Isochrone => (
                "Reach",
                "What can be driven to within some minutes or metres, as polygons, longest limit first.",
            ),
            Self::Table => (
                "Table",
                "Driving times and distances between all places, row by row.",
            ),
            Self::Coverage => (
                "Coverage",
                "Coverage as fractions with numerator, denominator and formula; causes that sum to the total.",
            ),
        }
    }

    /// Id of the one output, and its media type.
    pub const fn output(self) -> (&'static str, &'static str) {
        match self {
            Self::PlanDay => ("plan", "application/geo+json"),
            Self::Isochrone => ("reach", "application/geo+json"),
            Self::Table => ("table", "application/json"),
            Self::Coverage => ("coverage", "application/json"),
        }
    }

    /// Inputs by name: title, whether it must be there, JSON schema.
    pub fn inputs(self) -> Vec<Input> {
        match self {
            Self::PlanDay => of_plan(),
            Self::Isochrone => of_reach(),
            Self::Table => vec![(
                "places",
                "Places, longitude first",
                true,
                list(place(), MOST_PLACES),
            )],
            Self::Coverage => vec![
                ("date", "The day; default today", false, date()),
                (
                    "window_days",
                    "Days to look back on; default 84",
                    false,
                    integer(7, 731),
                ),
                ("minutes", "Reach limit; default 45", false, integer(1, 240)),
                ("rep", "Accounts of this rep only", false, text()),
                ("class", "Accounts of this class only", false, text()),
            ],
        }
    }

    /// The schema of the output.
    pub fn output_schema(self) -> Value {
        match self {
            Self::PlanDay | Self::Isochrone => json!({
                "type": "object", "required": ["type", "features"],
                "properties": {"type": {"type": "string", "enum": ["FeatureCollection"]},
                    "features": {"type": "array", "items": {"type": "object"}}},
                "contentMediaType": "application/geo+json",
            }),
            Self::Table => {
                let rows = json!({"type": "array", "items": {"type": "array", "items": {"type": "number", "nullable": true}}});
                json!({
                    "type": "object", "required": ["durations_s", "distances_m"],
                    "properties": {"durations_s": rows, "distances_m": rows}, "contentMediaType": "application/json",
                })
            }
            Self::Coverage => json!({"type": "object", "contentMediaType": "application/json"}),
        }
    }

    /// Reads the inputs.
    ///
    /// # Errors
    /// Every input that cannot be accepted, all at once.
    pub fn read(self, inputs: Map<String, Value>) -> Result<Task, Problem> {
        let plain = |(name, value): (String, Value)| {
            let value = plain(&name, value)?;
            Ok((name, value))
        };
        let inputs: Result<_, Problem> = inputs.into_iter().map(plain).collect();
        let fields = Fields::from_object(inputs?);
        Ok(match self {
            Self::PlanDay => Task::Plan(fields.read()?),
            Self::Isochrone => Task::Reach(Box::new(fields.read()?)),
            Self::Table => Task::Table(fields.read::<Places>()?.0),
            Self::Coverage => Task::Coverage(fields.read()?),
        })
    }
}

/// Name, title, whether it must be there, JSON schema.
type Input = (&'static str, &'static str, bool, Value);

fn of_plan() -> Vec<Input> {
    let whole = json!({"type": "integer", "minimum": 0});
    let start = "Local time of leaving home, such as 08:30, instead of the start of the shift";
    let must = "Accounts to visit whatever their cadence says";
    let also = "Also list accounts that are not due among those left out";
    vec![
        ("rep", "Whose day", true, text()),
        ("date", "Which local day", true, date()),
        (
            "seed",
            "Start of every random choice; default 1",
            false,
            whole,
        ),
        ("start", start, false, text()),
        ("must_visit", must, false, list(text(), 50)),
        ("list_not_due", also, false, flag()),
        (
            "afresh",
            "Forget what people changed by hand in the day's plan",
            false,
            flag(),
        ),
    ]
}

fn of_reach() -> Vec<Input> {
    let slot = "Part of the day whose conditional access, speeds and turns hold";
    let together = "How the reach of several places is put together";
    let ways = ["nearest", "each", "union", "intersection", "difference"];
    vec![
        (
            "origins",
            "Places to set out from, longitude first; or reps",
            false,
            list(place(), 50),
        ),
        (
            "reps",
            "Reps from whose homes to set out; or origins",
            false,
            list(text(), 50),
        ),
        (
            "minutes",
            "Limits; default 10, 20, 30, 45",
            false,
            list(integer(1, 240), 8),
        ),
        (
            "metres",
            "Limits by road, instead of minutes",
            false,
            list(integer(1, 300_000), 8),
        ),
        (
            "direction",
            "From the places (default), or towards them",
            false,
            one_of(&["from", "towards"]),
        ),
        ("combine", together, false, one_of(&ways)),
        (
            "profile",
            "Profile; default that of the region",
            false,
            text(),
        ),
        (
            "exclude",
            "Kinds of road to leave out",
            false,
            list(one_of(&["toll", "ferry", "motorway"]), 3),
        ),
        (
            "slot",
            slot,
            false,
            one_of(&["07-09", "09-16", "16-19", "night"]),
        ),
        (
            "avoid",
            "GeoJSON polygons whose roads are left out",
            false,
            json!({"type": "object"}),
        ),
        (
            "accounts",
            "Also the accounts within the longest limit",
            false,
            flag(),
        ),
        (
            "roads",
            "Also the roads within the longest limit",
            false,
            flag(),
        ),
    ]
}

fn text() -> Value {
    json!({"type": "string"})
}

fn date() -> Value {
    json!({"type": "string", "format": "date"})
}

fn flag() -> Value {
    json!({"type": "boolean"})
}

fn place() -> Value {
    json!({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2})
}

fn list(items: Value, most: usize) -> Value {
    json!({"type": "array", "items": items, "minItems": 1, "maxItems": most})
}

fn integer(least: u32, most: u32) -> Value {
    json!({"type": "integer", "minimum": least, "maximum": most})
}

fn one_of(names: &[&str]) -> Value {
    json!({"type": "string", "enum": names})
}

/// The value of an input; one that stands somewhere else is not fetched: this server asks nobody.
fn plain(name: &str, value: Value) -> Result<Value, Problem> {
    match value {
        Value::Object(mut object) if object.contains_key("value") => {
            Ok(object.remove("value").unwrap_or_default())
        }
        Value::Object(object) if object.contains_key("href") => Err(Problem::field(
            short(name),
            "stands at another address",
            "put the value into the request",
        )),
        value => Ok(value),
    }
}

#[derive(Debug)]
struct Places(Vec<LonLat>);

impl FromFields for Places {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let places = f.required("places", read::list(MOST_PLACES, read::lon_lat));
        if places.as_ref().is_some_and(Vec::is_empty) {
            f.refuse("places", Refusal::new("is empty", "at least one place"));
        }
        places.map(Self)
    }
}

/// A table as served.
#[derive(Debug, Serialize)]
struct Table {
    durations_s: Vec<Vec<Option<f64>>>,
    distances_m: Vec<Vec<Option<f64>>>,
}

impl Task {
    /// Does it; the answer as JSON text.
    ///
    /// # Errors
    /// What keeps it from an answer.
    pub fn run(self, beside: &Beside<'_>) -> Result<Vec<u8>, Problem> {
        let loaded = beside.loaded;
        match self {
            Self::Plan(ask) => {
                let off = || beside.off.load(Ordering::Relaxed);
                let control = || {
                    if off() {
                        Control::Stop
                    } else {
                        Control::Continue
                    }
                };
                let plan = plans::planned(loaded, ask, beside.now, &control)?;
                to_text(&plans::features(&plan).0)
            }
            Self::Reach(ask) => to_text(&reach::answer_many(loaded, &ask)?.0),
            Self::Table(places) => to_text(&table(loaded, &places)?),
            Self::Coverage(params) => to_text(&coverage::answer(loaded, &params, beside.today)?),
        }
    }
}

fn to_text(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|cause| Problem::internal(&cause))
}

fn table(loaded: &Loaded, places: &[LonLat]) -> Result<Table, Problem> {
    let (ground, settings) = (&loaded.planner.ground, &loaded.planner.settings);
    let cells = ground.table(places, settings).map_err(|number| {
        let text = format!("Place {} lies too far from any road.", number + 1);
        Problem::new(Kind::Unanswerable, text)
    })?;
    let rows = || cells.chunks(places.len());
    let tenths = |x: f64| (x * 10.0).round() / 10.0;
    let row = |row: &[Option<(i64, f64)>], of: &dyn Fn((i64, f64)) -> f64| {
        row.iter()
            .map(|cell| cell.map(|cell| tenths(of(cell))))
            .collect()
    };
    Ok(Table {
        durations_s: rows().map(|r| row(r, &|(ms, _)| ms as f64 / 1e3)).collect(),
        distances_m: rows().map(|r| row(r, &|(_, m)| m)).collect(),
    })
}
