//! One page of what is asked for: [`Service::page`].

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

use chrono::NaiveDate;

use super::ask::{Ask, Sort};
use super::feature::{Feature, Value};
use super::layer::Layer;
use super::layers::accounts::Accounts;
use super::layers::snaps::Snaps;
use super::row::Row;
use super::service::{Context, Each, Service, Walk};
use super::table;
use crate::planner::Result;

/// How a page ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageEnd {
    /// Features on it.
    pub returned: usize,
    /// Features on all pages: on the first page, where that is cheap to tell.
    pub matched: Option<u64>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<String>,
}

impl Service {
    /// Hands the wanted features of one page to `each`.
    ///
    /// Pages follow one another by key, not by count: what is written meanwhile makes no other feature come twice or be left
    /// out. Only a feature that changes its own place, since the property that is sorted by changes, may come twice or not at all.
    /// In the order of the layer a page costs what its own features and those passed over on the way cost; in another order
    /// every page looks at the whole layer, and holds no more than itself.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn page(
        &self,
        layer: Layer,
        today: NaiveDate,
        ask: &Ask,
        each: Each<'_>,
    ) -> Result<PageEnd> {
        let context = Context {
            service: self,
            today,
        };
        let mut end = match layer {
            Layer::Accounts => table::page(&Accounts::of(&context)?, ask, self.zone(), each),
            Layer::Snaps => table::page(&Snaps::of(&context)?, ask, self.zone(), each),
            _ if ask.sort.is_empty() => self.page_by_key(layer, today, ask, each)?,
            _ => self.page_sorted(layer, today, ask, each)?,
        };
        end.matched = match end.matched {
            _ if ask.cursor.is_none() && end.next.is_none() => Some(end.returned as u64),
            // Whoever goes on from page to page has seen it on the first.
            None if ask.cursor.is_none() => self.count(layer, today, ask)?,
            known => known,
        };
        Ok(end)
    }

    fn page_by_key(
        &self,
        layer: Layer,
        today: NaiveDate,
        ask: &Ask,
        each: Each<'_>,
    ) -> Result<PageEnd> {
        let zone = self.zone();
        let mut walk = hints(ask, zone);
        walk.after.clone_from(&ask.cursor);
        let mut end = PageEnd::default();
        let mut last = String::new();
        self.walk(layer, today, &walk, &mut |feature| {
            if !ask.wants(layer, &feature, zone) {
                return ControlFlow::Continue(());
            }
            if end.returned == ask.limit {
                end.next = Some(std::mem::take(&mut last));
                return ControlFlow::Break(());
            }
            end.returned += 1;
            last.clone_from(&feature.key);
            each(feature)
        })?;
        Ok(end)
    }

    /// Keeps the first features after the cursor in a heap while it walks through the whole layer.
    fn page_sorted(
        &self,
        layer: Layer,
        today: NaiveDate,
        ask: &Ask,
        each: Each<'_>,
    ) -> Result<PageEnd> {
        let zone = self.zone();
        let after = ask.cursor.as_deref().and_then(|c| Rank::read(c, &ask.sort));
        let mut first: BinaryHeap<Ranked> = BinaryHeap::new();
        let mut matched = 0;
        self.walk(layer, today, &hints(ask, zone), &mut |feature| {
            if !ask.wants(layer, &feature, zone) {
                return ControlFlow::Continue(());
            }
            matched += 1;
            let rank = Rank::of(&feature, &ask.sort);
            if after.as_ref().is_none_or(|after| rank > *after) {
                first.push(Ranked { rank, feature });
                if first.len() > ask.limit.saturating_add(1) {
                    first.pop();
                }
            }
            ControlFlow::Continue(())
        })?;
        let mut page = first.into_sorted_vec();
        let more = page.len() > ask.limit;
        page.truncate(ask.limit);
        let end = PageEnd {
            returned: page.len(),
            matched: Some(matched),
            next: page.last().filter(|_| more).map(|last| last.rank.write()),
        };
        for ranked in page {
            if each(ranked.feature).is_break() {
                break;
            }
        }
        Ok(end)
    }

    /// How many features are wanted, where that is cheap: by count of the store, or by a look at a short list.
    fn count(&self, layer: Layer, today: NaiveDate, ask: &Ask) -> Result<Option<u64>> {
        match layer {
            Layer::Roads if ask.is_only_box(layer) && ask.boxes.is_none() => {
                Ok(Some(self.roads().count() as u64))
            }
            Layer::Reps
            | Layer::Areas
            | Layer::Isochrones
            | Layer::Gaps
            | Layer::Cells
            | Layer::Metrics => {
                let zone = self.zone();
                let mut count = 0;
                self.walk(layer, today, &Walk::default(), &mut |feature| {
                    count += u64::from(ask.wants(layer, &feature, zone));
                    ControlFlow::Continue(())
                })?;
                Ok(Some(count))
            }
            _ => Ok(None),
        }
    }
}

/// What a walk may leave out.
pub(super) fn hints(ask: &Ask, zone: chrono_tz::Tz) -> Walk {
    let boxes = ask.boxes.as_ref();
    let (from, to) = ask.period.map_or((None, None), |period| period.days(zone));
    Walk {
        after: None,
        within: boxes.map_or_else(Vec::new, |boxes| boxes.coarse().to_vec()),
        // What begins late in a day may end in the next.
        from: from.map(|day| day.pred_opt().unwrap_or(day)),
        to,
    }
}

/// Whether a cursor is one that [`Service::page`] gave for this order.
#[must_use]
pub fn is_cursor(text: &str, sort: &[Sort]) -> bool {
    sort.is_empty() || Rank::read(text, sort).is_some()
}

/// A feature's place in an asked order: the values, then the key. Nothing comes last, whichever way.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rank {
    values: Vec<(Value, bool)>,
    key: String,
}

impl Rank {
    pub fn of(row: &impl Row, sort: &[Sort]) -> Self {
        Self {
            values: sort
                .iter()
                .map(|by| (row.property(by.by).into_owned(), by.descending))
                .collect(),
            key: row.key().to_owned(),
        }
    }

    /// As text that [`Rank::read`] reads.
    pub fn write(&self) -> String {
        let values: Vec<(char, String)> = self
            .values
            .iter()
            .map(|(value, _)| (letter(value), value.to_text().into_owned()))
            .collect();
        serde_json::to_string(&(values, &self.key)).expect("text and characters are JSON")
    }

    pub fn read(text: &str, sort: &[Sort]) -> Option<Self> {
        let (values, key): (Vec<(char, String)>, String) = serde_json::from_str(text).ok()?;
        if values.len() != sort.len() {
            return None;
        }
        let values = values
            .into_iter()
            .zip(sort)
            .map(|((letter, text), by)| Some((value(letter, text)?, by.descending)))
            .collect::<Option<_>>()?;
        Some(Self { values, key })
    }
}

fn letter(value: &Value) -> char {
    match value {
        Value::Null => 'n',
        Value::Bool(_) => 'b',
        Value::Int(_) => 'i',
        Value::Real(_) => 'r',
        Value::Text(_) => 't',
        Value::Date(_) => 'd',
        Value::Instant(_) => 'a',
    }
}

fn value(letter: char, text: String) -> Option<Value> {
    Some(match letter {
        'n' => Value::Null,
        'b' => Value::Bool(text.parse().ok()?),
        'i' => Value::Int(text.parse().ok()?),
        'r' => Value::Real(text.parse().ok()?),
        't' => Value::from(text),
        'd' => Value::Date(text.parse().ok()?),
        'a' => Value::Instant(chrono::DateTime::parse_from_rfc3339(&text).ok()?),
        _ => return None,
    })
}

impl Eq for Rank {}

impl Ord for Rank {
    fn cmp(&self, other: &Self) -> Ordering {
        let pairs = self.values.iter().zip(&other.values);
        pairs
            .map(|((a, descending), (b, _))| compare(a, b, *descending))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| self.key.cmp(&other.key))
    }
}

/// The order of two values of one property. Nothing comes last, whichever way.
pub(super) fn compare(a: &Value, b: &Value, descending: bool) -> Ordering {
    match (a, b) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Greater,
        (_, Value::Null) => Ordering::Less,
        (a, b) => {
            let order = a.compare(b).unwrap_or(Ordering::Equal);
            if descending { order.reverse() } else { order }
        }
    }
}

impl PartialOrd for Rank {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A feature in its order.
struct Ranked {
    rank: Rank,
    feature: Feature,
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Ranked {}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ask::Property;
    use super::*;

    fn rank(value: Value, descending: bool, key: &str) -> Rank {
        Rank {
            values: vec![(value, descending)],
            key: key.into(),
        }
    }

    #[test]
    fn nothing_comes_last_and_keys_break_ties() {
        for descending in [false, true] {
            assert!(rank(Value::Null, descending, "a") > rank(Value::Int(1), descending, "b"));
            assert!(rank(Value::Int(1), descending, "a") < rank(Value::Int(1), descending, "b"));
        }
        assert!(rank(Value::Int(2), true, "x") < rank(Value::Int(1), true, "x"));
    }

    #[test]
    fn ranks_survive_being_written() {
        let sort = [Sort {
            by: Property::Field(0),
            descending: true,
        }];
        for value in [
            Value::Null,
            Value::Real(0.1 + 0.2),
            Value::Int(-3),
            Value::from("a \"b\"".to_owned()),
            Value::Date("2026-11-24".parse().unwrap()),
            Value::Instant("2026-11-24T08:00:00+01:00".parse().unwrap()),
        ] {
            let rank = rank(value, true, "k\u{1f}1");
            assert_eq!(Rank::read(&rank.write(), &sort), Some(rank));
        }
        assert_eq!(Rank::read("x", &sort), None);
        assert_eq!(Rank::read("[[],\"k\"]", &sort), None);
    }
}
