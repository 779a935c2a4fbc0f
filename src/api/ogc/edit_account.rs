//! Accounts as features that are made, replaced and changed.

use chrono::NaiveDate;

use super::edit_body::{Extent, Sent, computed, is_same_place, point};
use crate::accounts::{
    Account, AccountKind, Block, Location, LocationQuality, RepId, block, hours, list,
};
use crate::api::fields::{Fields, Patch, Raw, Refusal};
use crate::api::problem::Problem;
use crate::api::read::{self, Read};
use crate::geometry::LonLat;
use crate::ogc::Layer;

/// What an account is read beside.
pub struct Beside<'a> {
    /// The account now; `None` when it is new.
    pub before: Option<&'a Account>,
    /// Ids of all reps.
    pub reps: &'a [RepId],
    /// From when a new account counts.
    pub today: NaiveDate,
}

const KINDS: [(&str, AccountKind); 3] = [
    ("customer", AccountKind::Customer),
    ("prospect", AccountKind::Prospect),
    ("vip", AccountKind::Vip),
];

/// The account that `sent` makes of the one before. Properties that are computed are not read in a whole
/// feature, which may be sent back as it was served, and refused in a part of one.
///
/// # Errors
/// Every member that cannot be accepted, all at once.
pub fn read(id: &str, sent: &Sent, beside: &Beside<'_>) -> Result<Account, Problem> {
    Fields::from_object(sent.members.clone()).read_with(|f| {
        let whole = sent.extent == Extent::Whole;
        let mut account = beside.before.cloned().unwrap_or_else(|| Account {
            id: id.into(),
            active_from: Some(beside.today),
            ..Account::default()
        });
        computed(f, sent.extent, Layer::Accounts.computed());
        let mut edit = Edit { f, whole };
        edit.name(&mut account.name);
        edit.place(sent, &mut account.location);
        edit.text("class", 20, &mut account.class);
        edit.text("street", 200, &mut account.address.street);
        edit.text("housenumber", 50, &mut account.address.housenumber);
        edit.text("postcode", 50, &mut account.address.postcode);
        edit.text("city", 200, &mut account.address.city);
        edit.text("stage", 200, &mut account.stage);
        edit.text("phone", 200, &mut account.phone);
        edit.text("email", 200, &mut account.email);
        edit.text("note", 4_000, &mut account.note);
        edit.list("tags", &mut account.tags);
        edit.list("skills", &mut account.skills);
        edit.optional("opening_hours", opening_hours, &mut account.opening_hours);
        let cadence = read::integer(0, 3_650);
        edit.optional("cadence_days", cadence, &mut account.cadence_days);
        edit.optional("rep", |raw| rep(raw, beside.reps), &mut account.rep);
        let kinds = KINDS.map(|(name, _)| name);
        let kind = |raw: Raw<'_>| read::choice(&kinds)(raw).map(|at| KINDS[at].1);
        edit.plain("kind", kind, AccountKind::default(), &mut account.kind);
        edit.plain("value", read::number(0.0, 1e12), 0.0, &mut account.value);
        edit.plain("active", read::flag, true, &mut account.active);
        edit.optional("visit_min", read::integer(1, 720), &mut account.visit_min);
        let inside = &mut account.start_inside_is_enough;
        edit.plain("start_inside_is_enough", read::flag, false, inside);
        edit.optional("last_visit", read::date, &mut account.last_visit);
        edit.optional("active_from", read::date, &mut account.active_from);
        edit.plain("blocks", blocks, Vec::new(), &mut account.blocks);
        account
    })
}

/// Puts members where they belong, or notes why not.
struct Edit<'f> {
    f: &'f mut Fields,
    whole: bool,
}

impl Edit<'_> {
    fn name(&mut self, name: &mut String) {
        let read = read::filled(200);
        let given = match self.f.patch("name", read) {
            Patch::Set(given) => Some(given),
            Patch::Keep if !self.whole => return,
            Patch::Keep | Patch::Clear => None,
        };
        match given {
            Some(given) => *name = given,
            None if self.f.is_refused("name") => {}
            None => self
                .f
                .refuse("name", Refusal::new("is missing", "give a name")),
        }
    }

    fn place(&mut self, sent: &Sent, location: &mut Option<Location>) {
        let before = *location;
        let mut at: Option<LonLat> = before.map(|known| known.at);
        self.optional("geometry", point(sent, at), &mut at);
        *location = match (at, before) {
            // Sent back as it was served: as well known as before.
            (Some(at), Some(known)) if is_same_place(at, known.at) => before,
            (Some(at), _) => Some(Location {
                at,
                quality: LocationQuality::Given,
            }),
            (None, _) => None,
        };
    }

    fn text(&mut self, name: &'static str, longest: usize, into: &mut Option<String>) {
        self.optional(name, read::text(longest), into);
        if into.as_deref() == Some("") {
            *into = None;
        }
    }

    /// Texts as account lists have them.
    fn list(&mut self, name: &'static str, into: &mut Vec<String>) {
        self.plain(name, texts, Vec::new(), into);
    }

    fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Raw<'_>) -> Read<T>,
        into: &mut Option<T>,
    ) {
        match self.f.patch(name, read) {
            Patch::Set(value) => *into = Some(value),
            Patch::Keep if !self.whole => {}
            Patch::Keep | Patch::Clear => *into = None,
        }
    }

    fn plain<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Raw<'_>) -> Read<T>,
        usual: T,
        into: &mut T,
    ) {
        match self.f.patch(name, read) {
            Patch::Set(value) => *into = value,
            Patch::Keep if !self.whole => {}
            Patch::Keep | Patch::Clear => *into = usual,
        }
    }
}

fn rep(raw: Raw<'_>, known: &[RepId]) -> Read<RepId> {
    let id = RepId(read::id(raw)?);
    if known.contains(&id) {
        Ok(id)
    } else {
        Err(Refusal::new(
            "is no rep",
            "an id of the collection reps, or null",
        ))
    }
}

/// Texts between semicolons, or in a JSON array.
fn texts(raw: Raw<'_>) -> Read<Vec<String>> {
    let text = read::text(2_000)(raw)?;
    if text.trim_start().starts_with('[') {
        let cure = "a JSON array of texts, or texts separated by semicolons";
        return list(&text).ok_or_else(|| Refusal::new("is a list that cannot be read", cure));
    }
    let words = text.split(';').map(str::trim).filter(|w| !w.is_empty());
    Ok(words.map(str::to_owned).collect())
}

fn blocks(raw: Raw<'_>) -> Read<Vec<Block>> {
    let spans = texts(raw)?.into_iter().map(|item| {
        block(&item).ok_or_else(|| {
            Refusal::new(
                format!("holds {item:?}, which is no span of days"),
                "first and last day, such as 2026-08-10/2026-08-21 summer break",
            )
        })
    });
    spans.collect()
}

fn opening_hours(raw: Raw<'_>) -> Read<String> {
    let text = read::text(1_000)(raw)?;
    match hours::complaint(&text) {
        Some(why) if !text.is_empty() => Err(Refusal::new(
            format!("cannot be read: {why}"),
            "as OpenStreetMap writes them, such as Mo-Fr 08:00-13:00,16:00-19:00",
        )),
        _ => Ok(text),
    }
}
