//! One row of an account list to an [`Account`].

use super::hours::complaint;
use super::import::RowContext;
use super::model::{Account, AccountId, AccountKind, Address, Location, LocationQuality, RepId};
use super::names::plain;
use super::report::ProblemCode;
use super::rows::{Complaint, RowReader, shortened};
use super::values::coordinate;
use crate::geometry::LonLat;

/// Longest id, in bytes: ids stand in addresses of the API.
const LONGEST_ID: usize = 120;

/// Longest cadence in days.
const LONGEST_CADENCE_D: u32 = 3_660;

/// Longest visit in minutes.
const LONGEST_VISIT_MIN: u32 = 720;

/// The account of a row, or `None` when an error was reported.
pub(super) fn account(row: &mut RowReader, context: &RowContext) -> Option<Account> {
    let location = location(row, context);
    let address = Address {
        street: row.text("street"),
        housenumber: row.text("housenumber"),
        postcode: row.text("postcode"),
        city: row.text("city"),
    };
    let name = row.text("name");
    let id = id(row, context, name.as_deref(), &address, location);
    let decimal = context.decimal;
    let account = Account {
        name: name.unwrap_or_else(|| missing_name(row, &id)),
        id,
        kind: kind(row),
        location,
        address,
        class: class(row, context),
        value: row.amount("value", decimal).unwrap_or(0.0),
        cadence_days: row.whole("cadence_days", LONGEST_CADENCE_D, decimal),
        visit_min: row.whole("visit_min", LONGEST_VISIT_MIN, decimal),
        opening_hours: opening_hours(row),
        start_inside_is_enough: row.flag("start_inside_is_enough").unwrap_or(false),
        rep: rep(row, context),
        stage: row.text("stage"),
        last_visit: last_visit(row, context),
        active_from: row.date("active_from"),
        active: row.flag("active").unwrap_or(true),
        blocks: row.blocks("blocks"),
        skills: row.list("skills"),
        phone: row.text("phone"),
        email: row.text("email"),
        tags: row.list("tags"),
        note: row.text("note"),
    };
    (!row.refused()).then_some(account)
}

/// The id as given. In a file without ids it is made of name, address and place, so that the same row gets the same id
/// again; a row of a file with ids needs one.
fn id(
    row: &mut RowReader,
    context: &RowContext,
    name: Option<&str>,
    address: &Address,
    location: Option<Location>,
) -> AccountId {
    if let Some(id) = row.text("id") {
        if id.len() <= LONGEST_ID && !id.contains('\n') {
            return AccountId(id);
        }
        row.error(
            "id",
            Complaint {
                code: ProblemCode::TooLarge,
                problem: format!("longer than {LONGEST_ID} bytes, or of several lines"),
                cure: "use a short id",
            },
        );
        return AccountId::default();
    }
    if !context.derive_ids || name.is_none() {
        row.error(
            "id",
            Complaint {
                code: ProblemCode::MissingId,
                problem: "no id".to_owned(),
                cure: "give every account an id that stays the same over imports",
            },
        );
        return AccountId::default();
    }
    let place = location.map(|l| format!("{:.5} {:.5}", l.at.lon, l.at.lat));
    let parts = [
        name,
        address.street.as_deref(),
        address.housenumber.as_deref(),
        address.postcode.as_deref(),
        address.city.as_deref(),
        place.as_deref(),
    ];
    let text: Vec<_> = parts.iter().map(|p| plain(p.unwrap_or_default())).collect();
    let hash = blake3::hash(text.join("\n").as_bytes()).to_hex();
    AccountId(format!("x-{}", &hash[..12]))
}

fn missing_name(row: &mut RowReader, id: &AccountId) -> String {
    if !row.refused() {
        row.warn(
            "name",
            Complaint {
                code: ProblemCode::MissingName,
                problem: "no name; the id stands in for it".to_owned(),
                cure: "fill in the name",
            },
        );
    }
    id.0.clone()
}

fn kind(row: &mut RowReader) -> AccountKind {
    let Some(text) = row.text("kind") else {
        return AccountKind::Customer;
    };
    match plain(&text).as_str() {
        "customer" | "client" | "kunde" | "bestandskunde" | "cliente" | "顧客" | "得意先"
        | "고객" => AccountKind::Customer,
        "prospect" | "lead" | "potential" | "interessent" | "neukunde" | "prospecto"
        | "potencial" | "prospetto" | "potenziale" | "見込み客" | "見込客" | "잠재고객" => {
            AccountKind::Prospect
        }
        "vip" | "key account" | "key" | "schlusselkunde" | "cuenta clave" | "重要顧客"
        | "주요 계정" => AccountKind::Vip,
        _ => {
            row.warn(
                "kind",
                Complaint {
                    code: ProblemCode::UnknownKind,
                    problem: "unknown kind, taken for a customer".to_owned(),
                    cure: "write customer, prospect or vip",
                },
            );
            AccountKind::Customer
        }
    }
}

fn class(row: &mut RowReader, context: &RowContext) -> Option<String> {
    let text = row.text("class")?;
    let class = text.to_uppercase();
    if context.options.classes.contains(&class) {
        return Some(class);
    }
    if context.options.classes.contains(&text) {
        return Some(text);
    }
    let known: Vec<_> = context.options.classes.iter().map(String::as_str).collect();
    row.warn(
        "class",
        Complaint {
            code: ProblemCode::UnknownClass,
            problem: format!("unknown class, left empty (known: {})", known.join(", ")),
            cure: "use a known class, or add this one to the settings",
        },
    );
    None
}

fn opening_hours(row: &mut RowReader) -> Option<String> {
    let text = row.text("opening_hours")?;
    if let Some(why) = complaint(&text) {
        row.warn(
            "opening_hours",
            Complaint {
                code: ProblemCode::UnreadableOpeningHours,
                problem: format!("cannot be read, counts as always open ({})", shortened(&why)),
                cure: "write as in OpenStreetMap, for example Mo-Fr 09:00-13:00,16:00-19:00; PH off",
            },
        );
    }
    Some(text)
}

fn rep(row: &mut RowReader, context: &RowContext) -> Option<RepId> {
    let rep = RepId(row.text("rep")?);
    if context
        .options
        .reps
        .as_ref()
        .is_some_and(|known| !known.contains(&rep))
    {
        row.warn(
            "rep",
            Complaint {
                code: ProblemCode::UnknownRep,
                problem: "no such rep; the account counts as unassigned".to_owned(),
                cure: "import the rep, or correct the id",
            },
        );
    }
    Some(rep)
}

fn last_visit(row: &mut RowReader, context: &RowContext) -> Option<chrono::NaiveDate> {
    let day = row.date("last_visit")?;
    if context.options.today.is_some_and(|today| day > today) {
        row.warn(
            "last_visit",
            Complaint {
                code: ProblemCode::FutureDate,
                problem: "lies in the future, left empty".to_owned(),
                cure: "correct the date, or enter an appointment",
            },
        );
        return None;
    }
    Some(day)
}

/// The position of a row; errors for coordinates that cannot be trusted.
fn location(row: &mut RowReader, context: &RowContext) -> Option<Location> {
    let (x_text, y_text) = (row.raw("lon"), row.raw("lat"));
    if x_text.is_empty() && y_text.is_empty() {
        return None;
    }
    match place(x_text, y_text, context) {
        Ok(at) => {
            let outside = context.options.region.is_some_and(|r| !r.contains(at));
            if outside {
                row.warn(
                    "lon, lat",
                    Complaint {
                        code: ProblemCode::CoordinatesOutsideRegion,
                        problem: "outside the map".to_owned(),
                        cure: "correct the coordinates, or prepare a larger map",
                    },
                );
            }
            Some(Location {
                at,
                quality: quality(row)?,
            })
        }
        Err(complaint) => {
            row.error("lon, lat", complaint);
            None
        }
    }
}

/// How the position was found; `None` when the file itself says that it was not.
fn quality(row: &mut RowReader) -> Option<LocationQuality> {
    match plain(row.raw("quality")).as_str() {
        "rooftop" => Some(LocationQuality::Rooftop),
        "street" => Some(LocationQuality::Street),
        "place" => Some(LocationQuality::Place),
        "failed" => None,
        _ => Some(LocationQuality::Given),
    }
}

fn place(x_text: &str, y_text: &str, context: &RowContext) -> Result<LonLat, Complaint> {
    let complain = |code, problem: &str, cure| Complaint {
        code,
        problem: problem.to_owned(),
        cure,
    };
    if x_text.is_empty() || y_text.is_empty() {
        return Err(complain(
            ProblemCode::CoordinatesIncomplete,
            "one of the two coordinates is missing",
            "fill in both, or leave both empty to have the address looked up",
        ));
    }
    let (Some(x), Some(y)) = (coordinate(x_text), coordinate(y_text)) else {
        return Err(complain(
            ProblemCode::CoordinatesUnreadable,
            "no decimal degrees",
            "write decimal degrees, for example 14.5109 and 35.8997",
        ));
    };
    if x == 0.0 && y == 0.0 {
        return Err(complain(
            ProblemCode::CoordinatesZero,
            "0, 0 lies in the Atlantic and stands for no position",
            "leave both empty to have the address looked up",
        ));
    }
    let at = context.crs.to_wgs84(x, y).map(|at| known(at, context));
    let swapped = context.crs.to_wgs84(y, x);
    let inside = |p: Option<LonLat>| match context.options.region {
        Some(region) => p.is_some_and(|p| region.contains(p)),
        None => p.is_some(),
    };
    if !inside(at) && inside(swapped) {
        return Err(complain(
            ProblemCode::CoordinatesSwapped,
            "longitude and latitude look swapped: the other way round they lie on the map",
            "exchange the two columns of this row",
        ));
    }
    at.ok_or_else(|| {
        if context.crs.is_wgs84() {
            complain(
                ProblemCode::CoordinatesOutOfRange,
                "longitude goes from -180 to 180, latitude from -90 to 90",
                "correct the coordinates, or name their reference system (EPSG code)",
            )
        } else {
            complain(
                ProblemCode::CoordinatesUntransformable,
                "outside the area of the reference system",
                "correct the coordinates, or name another reference system",
            )
        }
    })
}

/// A place to a millimetre where it was computed: what was written in another system comes back as the number
/// that it was.
fn known(at: LonLat, context: &RowContext) -> LonLat {
    if context.crs.is_wgs84() {
        return at;
    }
    let round = |degrees: f64| (degrees * 1e8).round() / 1e8;
    LonLat::new(round(at.lon), round(at.lat))
}
