//! Merging a row of a file into the account it names, without undoing what people did in between.
//!
//! Three values decide each field: what the book says now, what the last import said, and what this file says. Only
//! where the file itself changed does its value win. So the same file again changes nothing, not even after somebody
//! dragged an account to its true place.

use serde_json::Value;

use super::fields::{Field, FieldSet};
use super::model::Account;

macro_rules! plain_fields {
    ($with:ident) => {
        $with! {
            Name => name, Class => class, Value => value, CadenceDays => cadence_days, VisitMin => visit_min,
            OpeningHours => opening_hours, StartInsideIsEnough => start_inside_is_enough, Rep => rep, Kind => kind,
            Stage => stage, LastVisit => last_visit, ActiveFrom => active_from, Active => active, Blocks => blocks,
            Skills => skills, Phone => phone, Email => email, Tags => tags, Note => note
        }
    };
}

/// The account after importing `row`, a line of a file that has columns for `fields`, over `current`.
///
/// `last` is the row remembered from the import before, `None` when the account was never imported. Fields without a
/// column stay. A row without a position keeps the one there is, unless its address changed and the position came from
/// the old address; then the account is unlocated again.
#[must_use]
pub fn merge(
    current: &Account,
    last: Option<&Account>,
    row: &Account,
    fields: &FieldSet,
) -> Account {
    let mut merged = current.clone();
    macro_rules! take {
        ($($field:ident => $name:ident),*) => {
            $(if fields.contains(&Field::$field) && last.is_none_or(|l| l.$name != row.$name) {
                merged.$name = row.$name.clone();
            })*
        };
    }
    plain_fields!(take);
    let said = last.map(|l| &l.address);
    macro_rules! take_address {
        ($($field:ident => $name:ident),*) => {
            $(if fields.contains(&Field::$field) && said.is_none_or(|l| l.$name != row.address.$name) {
                merged.address.$name = row.address.$name.clone();
            })*
        };
    }
    take_address!(Street => street, Housenumber => housenumber, Postcode => postcode, City => city);
    if row.location.is_some() {
        if last.is_none_or(|l| l.location != row.location) {
            merged.location = row.location;
        }
    } else if merged.address != current.address
        && current
            .location
            .is_some_and(|l| l.quality != super::LocationQuality::Given)
    {
        merged.location = None;
    }
    merged
}

/// The row to remember for the next import: `row`, completed by `last` where the file has no column.
#[must_use]
pub fn remember(last: Option<&Account>, row: &Account, fields: &FieldSet) -> Account {
    let Some(last) = last else {
        return row.clone();
    };
    let mut kept = last.clone();
    macro_rules! take {
        ($($field:ident => $name:ident),*) => {
            $(if fields.contains(&Field::$field) {
                kept.$name = row.$name.clone();
            })*
        };
    }
    plain_fields!(take);
    macro_rules! take_address {
        ($($field:ident => $name:ident),*) => {
            $(if fields.contains(&Field::$field) {
                kept.address.$name = row.address.$name.clone();
            })*
        };
    }
    take_address!(Street => street, Housenumber => housenumber, Postcode => postcode, City => city);
    kept.location = row.location.or(kept.location);
    kept
}

/// The fields in which two states of an account differ, with both values, by name.
#[must_use]
pub fn differences(before: &Account, after: &Account) -> Vec<(String, Value, Value)> {
    let (Ok(Value::Object(before)), Ok(Value::Object(mut after))) =
        (serde_json::to_value(before), serde_json::to_value(after))
    else {
        return Vec::new();
    };
    let mut changed: Vec<_> = before
        .into_iter()
        .filter_map(|(field, old)| {
            let new = after.remove(&field)?;
            (old != new).then_some((field, old, new))
        })
        .collect();
    changed.sort_by(|a, b| a.0.cmp(&b.0));
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{Address, Location, LocationQuality};
    use crate::geometry::LonLat;

    fn account(name: &str, class: &str) -> Account {
        Account {
            id: "1".into(),
            name: name.to_owned(),
            class: Some(class.to_owned()),
            ..Account::default()
        }
    }

    fn fields(list: &[Field]) -> FieldSet {
        list.iter().copied().collect()
    }

    fn at(lon: f64, quality: LocationQuality) -> Location {
        Location {
            at: LonLat::new(lon, 35.9),
            quality,
        }
    }

    #[test]
    fn a_correction_by_hand_survives_the_same_file() {
        let file = account("Bakery", "B");
        let mut by_hand = file.clone();
        by_hand.class = Some("A".to_owned());
        let all = fields(&[Field::Name, Field::Class]);
        assert_eq!(merge(&by_hand, Some(&file), &file, &all), by_hand);
        let changed_file = account("Bakery", "C");
        assert_eq!(
            merge(&by_hand, Some(&file), &changed_file, &all).class,
            Some("C".to_owned())
        );
    }

    #[test]
    fn fields_without_a_column_stay() {
        let current = account("Bakery", "B");
        let merged = merge(
            &current,
            None,
            &account("New name", ""),
            &fields(&[Field::Name]),
        );
        assert_eq!(merged, account("New name", "B"));
    }

    #[test]
    fn a_file_without_coordinates_keeps_the_place_unless_the_address_moved() {
        let address = |street: &str| Address {
            street: Some(street.to_owned()),
            ..Address::default()
        };
        let mut current = account("Bakery", "B");
        current.address = address("Old Street");
        current.location = Some(at(14.5, LocationQuality::Street));
        let mut row = current.clone();
        row.location = None;
        let columns = fields(&[Field::Street]);
        assert_eq!(merge(&current, None, &row, &columns), current);
        row.address = address("New Street");
        assert_eq!(merge(&current, None, &row, &columns).location, None);
        current.location = Some(at(14.5, LocationQuality::Given));
        assert_eq!(
            merge(&current, None, &row, &columns).location,
            current.location
        );
    }

    #[test]
    fn what_is_remembered_keeps_fields_of_earlier_files() {
        let kept = remember(
            Some(&account("Bakery", "B")),
            &account("Bakery Ltd", ""),
            &fields(&[Field::Name]),
        );
        assert_eq!(kept, account("Bakery Ltd", "B"));
    }

    #[test]
    fn differences_name_the_fields() {
        let changes = differences(&account("a", "B"), &account("b", "B"));
        assert_eq!(changes, vec![("name".to_owned(), "a".into(), "b".into())]);
    }
}
