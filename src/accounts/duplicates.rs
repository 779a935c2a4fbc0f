//! Which accounts may be one and the same? Near in place and alike in name. Only listed: merging is a person's decision.

use super::index::AccountIndex;
use super::model::Account;
use super::names::plain;
use super::report::DuplicateSuspect;
use crate::units::Metres;

/// When two accounts are suspects.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SuspectRule {
    /// At most so far apart.
    pub within: Metres,
    /// Names at least so alike: 1 = the same but for case, accents and punctuation.
    pub similarity: f64,
}

impl Default for SuspectRule {
    fn default() -> Self {
        Self {
            within: Metres(100.0),
            similarity: 0.85,
        }
    }
}

/// Pairs of suspects among `accounts`, by ids; `a` before `b` in the list. Accounts that are not active stay out. Cost:
/// n times the number of neighbours within the rule's distance.
#[must_use]
pub fn suspects(accounts: &[Account], rule: SuspectRule) -> Vec<DuplicateSuspect> {
    let names: Vec<String> = accounts.iter().map(|a| plain(&a.name)).collect();
    let places = accounts
        .iter()
        .map(|a| a.location.filter(|_| a.active).map(|l| l.at));
    let index = AccountIndex::of_places(places);
    let mut pairs = Vec::new();
    for (i, account) in accounts.iter().enumerate() {
        let Some(location) = account.location.filter(|_| account.active) else {
            continue;
        };
        for (j, distance) in index.within(location.at, rule.within) {
            if j <= i {
                continue;
            }
            let similarity = alike(&names[i], &names[j]);
            if similarity >= rule.similarity {
                pairs.push(DuplicateSuspect {
                    a: account.id.clone(),
                    b: accounts[j].id.clone(),
                    distance_m: (distance.0 * 10.0).round() / 10.0,
                    name_similarity: (similarity * 1_000.0).round() / 1_000.0,
                });
            }
        }
    }
    pairs.sort_by(|x, y| (&x.a, &x.b).cmp(&(&y.a, &y.b)));
    pairs
}

/// 0 to 1: how alike two names are, as written or with their words sorted (`Borg Pharmacy`, `Pharmacy Borg`).
fn alike(a: &str, b: &str) -> f64 {
    let sorted = |name: &str| {
        let mut words: Vec<_> = name.split(' ').collect();
        words.sort_unstable();
        words.join(" ")
    };
    strsim::normalized_damerau_levenshtein(a, b).max(strsim::normalized_damerau_levenshtein(
        &sorted(a),
        &sorted(b),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{Location, LocationQuality};
    use crate::geometry::LonLat;

    fn account(id: &str, name: &str, lon: f64) -> Account {
        Account {
            id: id.into(),
            name: name.to_owned(),
            location: Some(Location {
                at: LonLat::new(lon, 35.9),
                quality: LocationQuality::Given,
            }),
            ..Account::default()
        }
    }

    #[test]
    fn near_and_alike_is_suspect_and_nothing_else() {
        // 0.0005 degrees of longitude are 45 m here.
        let mut accounts = vec![
            account("1", "Borg Pharmacy", 14.5),
            account("2", "Pharmacy BORG", 14.5005),
            account("3", "Börg Pharmaçy", 14.5),
            account("4", "Borg Pharmacy", 14.51),
            account("5", "Azzopardi Fisheries", 14.5),
        ];
        let pairs = |accounts: &[Account]| -> Vec<(String, String)> {
            suspects(accounts, SuspectRule::default())
                .into_iter()
                .map(|s| (s.a.0, s.b.0))
                .collect()
        };
        let want = [("1", "2"), ("1", "3"), ("2", "3")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(pairs(&accounts), want);
        accounts[0].active = false;
        accounts[2].location = None;
        assert_eq!(pairs(&accounts), []);
    }

    #[test]
    fn any_script_can_be_compared() {
        let accounts = [
            account("1", "東京薬局", 14.5),
            account("2", "東京薬局　", 14.5),
        ];
        assert!(suspects(&accounts, SuspectRule::default())[0].name_similarity > 0.999);
    }
}
