//! Changes to one account, as a JSON merge patch (RFC 7396): what is not named stays, `null` clears.

use chrono::NaiveDate;
use serde_json::Value;
use utoipa::ToSchema;

use super::fields::{Fields, FromFields, Patch, Raw, Refusal};
use super::read;
use crate::accounts::{Account, AccountKind, Block, Location, LocationQuality};
use crate::geometry::LonLat;

/// The form of a patch, for the document; [`AccountPatch`] is what it is read into.
#[derive(ToSchema)]
#[schema(as = AccountPatch)]
#[expect(dead_code, reason = "documents the body; reading goes field by field")]
pub struct PatchBody {
    /// Degrees east; together with `lat`. The account then counts as located by a person.
    lon: Option<f64>,
    /// Degrees north; together with `lon`.
    lat: Option<f64>,
    /// Who looks after it; `null` = nobody.
    rep: Option<String>,
    /// `null` = unknown.
    class: Option<String>,
    /// `customer`, `prospect` or `vip`.
    kind: Option<String>,
    /// At least 0.
    value: Option<f64>,
    /// Days between visits; 0 = no cadence, `null` = the class's.
    cadence_days: Option<u32>,
    /// Minutes on site; `null` = default.
    visit_min: Option<u32>,
    /// OSM opening_hours; `null` = not known, open all day.
    opening_hours: Option<String>,
    /// Note.
    note: Option<String>,
    /// `false` = kept for history only.
    active: Option<bool>,
    /// Days without visits; replaces the whole list.
    blocks: Option<Vec<BlockBody>>,
}

/// Days without visits, both ends included.
#[derive(ToSchema)]
#[expect(dead_code, reason = "documents the body; reading goes field by field")]
pub struct BlockBody {
    from: NaiveDate,
    to: NaiveDate,
    reason: Option<String>,
}

/// What to change.
#[derive(Debug)]
pub struct AccountPatch {
    at: Option<LonLat>,
    /// The rep that is named, to be checked against the book.
    pub rep: Patch<String>,
    class: Patch<String>,
    kind: Option<AccountKind>,
    value: Option<f64>,
    cadence_days: Patch<u32>,
    visit_min: Patch<u32>,
    /// The hours, to be checked for sense.
    pub opening_hours: Patch<String>,
    note: Patch<String>,
    active: Option<bool>,
    blocks: Patch<Vec<Block>>,
}

const KINDS: [(&str, AccountKind); 3] = [
    ("customer", AccountKind::Customer),
    ("prospect", AccountKind::Prospect),
    ("vip", AccountKind::Vip),
];

impl FromFields for AccountPatch {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let kinds = KINDS.map(|(name, _)| name);
        Some(Self {
            at: place(f),
            rep: f.patch("rep", read::id),
            class: f.patch("class", read::filled(20)),
            kind: set(f, "kind", read::choice(&kinds)).map(|i| KINDS[i].1),
            value: set(f, "value", read::number(0.0, 1e12)),
            cadence_days: f.patch("cadence_days", read::integer(0, 3_650)),
            visit_min: f.patch("visit_min", read::integer(1, 720)),
            opening_hours: f.patch("opening_hours", read::text(1_000)),
            note: f.patch("note", read::text(4_000)),
            active: set(f, "active", read::flag),
            blocks: f.patch("blocks", blocks),
        })
    }
}

/// A member that may be set but not cleared.
fn set<T>(
    f: &mut Fields,
    name: &'static str,
    read: impl FnOnce(Raw<'_>) -> Result<T, Refusal>,
) -> Option<T> {
    match f.patch(name, read) {
        Patch::Set(value) => Some(value),
        Patch::Keep => None,
        Patch::Clear => {
            f.refuse(
                name,
                Refusal::new("cannot be cleared", "give a value, or leave it out"),
            );
            None
        }
    }
}

fn place(f: &mut Fields) -> Option<LonLat> {
    match (set(f, "lon", read::lon), set(f, "lat", read::lat)) {
        (Some(lon), Some(lat)) => Some(LonLat::new(lon, lat)),
        (None, None) => None,
        (lon, _) => {
            let missing = if lon.is_some() { "lat" } else { "lon" };
            if !f.is_refused(missing) {
                f.refuse(
                    missing,
                    Refusal::new("is missing", "give lon and lat together"),
                );
            }
            None
        }
    }
}

fn blocks(raw: Raw<'_>) -> read::Read<Vec<Block>> {
    read::list(100, block)(raw)
}

fn block(raw: Raw<'_>) -> read::Read<Block> {
    let form = || {
        Refusal::new(
            "holds something that is not a block",
            "{\"from\": \"2026-12-24\", \"to\": \"2026-12-31\", \"reason\": \"holiday\"}, from not after to",
        )
    };
    let Raw::Json(Value::Object(object)) = raw else {
        return Err(form());
    };
    Fields::from_object(object.clone())
        .read::<OneBlock>()
        .map(|one| one.0)
        .map_err(|_| form())
}

struct OneBlock(Block);

impl FromFields for OneBlock {
    fn from_fields(f: &mut Fields) -> Option<Self> {
        let from = f.required("from", read::date);
        let to = f.required("to", read::date);
        let reason = f.optional("reason", read::text(200));
        let (from, to) = (from?, to?);
        if to < from {
            f.refuse("to", Refusal::new("lies before from", "a later day"));
        }
        Some(Self(Block { from, to, reason }))
    }
}

impl AccountPatch {
    /// Changes the account.
    pub fn apply(&self, account: &mut Account) {
        if let Some(at) = self.at {
            account.location = Some(Location {
                at,
                quality: LocationQuality::Given,
            });
        }
        match &self.rep {
            Patch::Keep => {}
            Patch::Clear => account.rep = None,
            Patch::Set(rep) => account.rep = Some(rep.as_str().into()),
        }
        put(&self.class, &mut account.class);
        put(&self.cadence_days, &mut account.cadence_days);
        put(&self.visit_min, &mut account.visit_min);
        put(&self.opening_hours, &mut account.opening_hours);
        put(&self.note, &mut account.note);
        if let Some(kind) = self.kind {
            account.kind = kind;
        }
        if let Some(value) = self.value {
            account.value = value;
        }
        if let Some(active) = self.active {
            account.active = active;
        }
        match &self.blocks {
            Patch::Keep => {}
            Patch::Clear => account.blocks.clear(),
            Patch::Set(blocks) => account.blocks.clone_from(blocks),
        }
    }
}

fn put<T: Clone>(patch: &Patch<T>, field: &mut Option<T>) {
    match patch {
        Patch::Keep => {}
        Patch::Clear => *field = None,
        Patch::Set(value) => *field = Some(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patch(body: &Value) -> Result<AccountPatch, super::super::Problem> {
        Fields::from_object(body.as_object().unwrap().clone()).read()
    }

    #[test]
    fn what_is_not_named_stays_and_null_clears() {
        let mut account = Account {
            class: Some("A".into()),
            note: Some("old".into()),
            cadence_days: Some(7),
            ..Account::default()
        };
        patch(&serde_json::json!({"note": null, "value": 12.5, "lon": 14.5, "lat": 35.9}))
            .unwrap()
            .apply(&mut account);
        assert_eq!(account.class.as_deref(), Some("A"));
        assert_eq!((account.note, account.cadence_days), (None, Some(7)));
        assert_eq!(account.location.unwrap().at, LonLat::new(14.5, 35.9));
    }

    #[test]
    fn half_a_place_and_backward_blocks_are_refused() {
        for (body, field) in [
            (serde_json::json!({"lon": 14.5}), "lat"),
            (serde_json::json!({"lon": 200, "lat": 1}), "lon"),
            (serde_json::json!({"active": null}), "active"),
            (serde_json::json!({"value": -1}), "value"),
            (
                serde_json::json!({"blocks": [{"from": "2026-02-02", "to": "2026-02-01"}]}),
                "blocks",
            ),
            (serde_json::json!({"id": "other"}), "id"),
        ] {
            let problem = patch(&body).unwrap_err();
            assert_eq!(problem.errors.len(), 1, "{problem:?}");
            assert_eq!(problem.errors[0].field, field);
        }
    }
}
