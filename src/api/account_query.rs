//! Which accounts are asked for: search, filters and pages.

use chrono::NaiveDate;
use utoipa::IntoParams;

use super::fields::{Fields, FromFields, Raw, Refusal};
use super::read;
use super::standing::Standing;
use crate::accounts::names::plain;
use crate::coverage::GapCause;
use crate::geometry::Bounds;
use crate::planner::address_line;

/// Most accounts on one page.
const LARGEST_PAGE: u32 = 5_000;
/// Accounts on one page unless told.
const PAGE: u32 = 500;

const KINDS: [&str; 3] = ["customer", "prospect", "vip"];
const STATUSES: [&str; 5] = ["not_due", "due", "overdue", "critical", "no_cadence"];

/// Filters of account lists. Several values of one filter are separated by commas and mean any of them; several filters
/// mean all of them.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccountParams {
    /// Words that id, name, address or tags must hold; case and accents do not matter. At most 100 characters.
    pub q: Option<String>,
    /// West,south,east,north; accounts without a place are not in any box.
    #[param(value_type = Option<String>)]
    pub bbox: Option<Bounds>,
    /// Looked after by these reps.
    #[param(value_type = Option<String>)]
    pub rep: Option<Vec<String>>,
    /// Of these classes.
    #[param(value_type = Option<String>)]
    pub class: Option<Vec<String>>,
    /// `customer`, `prospect`, `vip`.
    #[param(value_type = Option<String>)]
    pub kind: Option<Vec<usize>>,
    /// `not_due`, `due`, `overdue`, `critical`, `no_cadence`.
    #[param(value_type = Option<String>)]
    pub status: Option<Vec<usize>>,
    /// Gap causes, as listed in /api/v1/meta.
    #[param(value_type = Option<String>)]
    pub cause: Option<Vec<usize>>,
    /// The day that status and cause are about; default today.
    pub date: Option<NaiveDate>,
    /// Reach limit in minutes that the cause is about, 1 to 240; default 45.
    pub minutes: Option<u32>,
    /// Accounts on one page, 1 to 5000; default 500.
    pub limit: Option<u32>,
    /// From `next` of the page before.
    pub cursor: Option<String>,
}

impl FromFields for AccountParams {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let causes = GapCause::ALL.map(GapCause::code);
        Some(Self {
            q: f.optional("q", read::text(100)),
            bbox: f.optional("bbox", read::bbox),
            rep: f.optional("rep", read::list(100, read::id)),
            class: f.optional("class", read::list(50, read::id)),
            kind: f.optional("kind", read::list(3, read::choice(&KINDS))),
            status: f.optional("status", read::list(5, read::choice(&STATUSES))),
            cause: f.optional("cause", read::list(6, read::choice(&causes))),
            date: f.optional("date", read::date),
            minutes: f.optional("minutes", read::integer(1, 240)),
            limit: f.optional("limit", read::integer(1, LARGEST_PAGE)),
            cursor: f.optional("cursor", cursor),
        })
    }
}

impl AccountParams {
    /// Whether an account is asked for, apart from pages.
    pub fn wants(&self, standing: &Standing) -> bool {
        let account = &standing.account;
        let among = |wanted: &Option<Vec<String>>, value: Option<&str>| {
            wanted
                .as_ref()
                .is_none_or(|list| value.is_some_and(|value| list.iter().any(|w| w == value)))
        };
        let chosen = |wanted: &Option<Vec<usize>>, names: &[&str], value: Option<&str>| {
            wanted
                .as_ref()
                .is_none_or(|list| list.iter().any(|&i| names.get(i).copied() == value))
        };
        let causes = GapCause::ALL.map(GapCause::code);
        among(&self.rep, account.rep.as_ref().map(|rep| rep.0.as_str()))
            && among(&self.class, account.class.as_deref())
            && chosen(&self.kind, &KINDS, Some(KINDS[account.kind as usize]))
            && chosen(&self.status, &STATUSES, Some(standing.due.status.name()))
            && chosen(&self.cause, &causes, standing.cause.map(GapCause::code))
            && self.bbox.is_none_or(|bbox| {
                account
                    .location
                    .is_some_and(|place| bbox.contains(place.at))
            })
            && self.q.as_deref().is_none_or(|q| holds(standing, q))
    }

    /// The page of `wanted` (sorted by id) that is asked for, and the cursor of the next one.
    pub fn page<'s>(&self, wanted: &[&'s Standing]) -> (Vec<&'s Standing>, Option<String>) {
        let first = self.cursor.as_ref().map_or(0, |after| {
            wanted.partition_point(|standing| standing.account.id.0 <= *after)
        });
        let size = self.limit.unwrap_or(PAGE) as usize;
        let rest = &wanted[first..];
        let page = &rest[..size.min(rest.len())];
        let next = page
            .last()
            .filter(|_| rest.len() > size)
            .map(|last| to_cursor(&last.account.id.0));
        (page.to_vec(), next)
    }
}

fn holds(standing: &Standing, q: &str) -> bool {
    let account = &standing.account;
    let mut text = format!("{} {}", account.id, account.name);
    for part in address_line(&account.address).iter().chain(&account.tags) {
        text.push(' ');
        text.push_str(part);
    }
    let text = plain(&text);
    plain(q).split_whitespace().all(|word| text.contains(word))
}

/// The last key of a page, in hex: opaque, and safe in an address.
pub fn to_cursor(id: &str) -> String {
    use std::fmt::Write as _;
    id.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// What [`to_cursor`] was made of.
pub fn cursor(raw: Raw<'_>) -> read::Read<String> {
    let wrong = || Refusal::new("is not a cursor", "the value of `next` of the page before");
    let hex = read::filled(2_000)(raw)?;
    if hex.len() % 2 != 0 || !hex.is_ascii() {
        return Err(wrong());
    }
    let bytes: Option<Vec<u8>> = (0..hex.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).ok())
        .collect();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{Account, AccountId};

    fn standing(id: &str, name: &str) -> Standing {
        Standing::of(Account {
            id: AccountId(id.into()),
            name: name.into(),
            ..Account::default()
        })
    }

    fn params(query: &str) -> AccountParams {
        let uri = format!("/x?{query}").parse().unwrap();
        Fields::from_query(&uri).read().unwrap()
    }

    #[test]
    fn search_ignores_case_and_accents() {
        let one = standing("a-1", "Ħanut ta' Ċensu");
        for q in ["hanut", "CENSU", "ħanut censu", "a-1"] {
            let q: String = q.bytes().map(|b| format!("%{b:02X}")).collect();
            assert!(params(&format!("q={q}")).wants(&one), "{q}");
        }
        assert!(!params("q=hanut+xyz").wants(&one));
    }

    #[test]
    fn pages_follow_one_another_without_gap_or_repeat() {
        let all: Vec<Standing> = (0..23)
            .map(|i| standing(&format!("id {i:02}/é"), "x"))
            .collect();
        let wanted: Vec<&Standing> = all.iter().collect();
        let (mut seen, mut query) = (Vec::new(), "limit=5".to_owned());
        loop {
            let (page, more) = params(&query).page(&wanted);
            seen.extend(page.iter().map(|s| s.account.id.0.clone()));
            match more {
                Some(more) => query = format!("limit=5&cursor={more}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 23);
        assert!(seen.is_sorted());
    }

    #[test]
    fn damaged_cursors_are_refused() {
        for bad in ["xyz", "f", "ff", "%C3%A9%C3%A9"] {
            let uri = format!("/x?cursor={bad}").parse().unwrap();
            assert!(
                Fields::from_query(&uri).read::<AccountParams>().is_err(),
                "{bad}"
            );
        }
    }
}
