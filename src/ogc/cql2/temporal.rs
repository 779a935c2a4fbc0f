//! Temporal conditions: Allen's relations between spans of time, as CQL2 names them.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::ogc::Value;

/// Relations between two spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TemporalOp {
    After,
    Before,
    Contains,
    Disjoint,
    During,
    Equals,
    FinishedBy,
    Finishes,
    Intersects,
    Meets,
    MetBy,
    OverlappedBy,
    Overlaps,
    StartedBy,
    Starts,
}

impl TemporalOp {
    pub(super) fn parse(op: &str) -> Option<Self> {
        Some(match op {
            "t_after" => Self::After,
            "t_before" => Self::Before,
            "t_contains" => Self::Contains,
            "t_disjoint" => Self::Disjoint,
            "t_during" => Self::During,
            "t_equals" => Self::Equals,
            "t_finishedBy" => Self::FinishedBy,
            "t_finishes" => Self::Finishes,
            "t_intersects" => Self::Intersects,
            "t_meets" => Self::Meets,
            "t_metBy" => Self::MetBy,
            "t_overlappedBy" => Self::OverlappedBy,
            "t_overlaps" => Self::Overlaps,
            "t_startedBy" => Self::StartedBy,
            "t_starts" => Self::Starts,
            _ => return None,
        })
    }

    /// Whether span `a` stands so to span `b`; both ends belong to a span.
    pub(super) fn holds(self, (a0, a1): Times, (b0, b1): Times) -> bool {
        match self {
            Self::After => a0 > b1,
            Self::Before => a1 < b0,
            Self::Contains => a0 < b0 && a1 > b1,
            Self::Disjoint => a1 < b0 || a0 > b1,
            Self::During => a0 > b0 && a1 < b1,
            Self::Equals => a0 == b0 && a1 == b1,
            Self::FinishedBy => a0 < b0 && a1 == b1,
            Self::Finishes => a0 > b0 && a1 == b1,
            Self::Intersects => a0 <= b1 && a1 >= b0,
            Self::Meets => a1 == b0,
            Self::MetBy => a0 == b1,
            Self::OverlappedBy => a0 > b0 && a0 < b1 && a1 > b1,
            Self::Overlaps => a0 < b0 && a1 > b0 && a1 < b1,
            Self::StartedBy => a0 == b0 && a1 > b1,
            Self::Starts => a0 == b0 && a1 < b1,
        }
    }
}

/// First and last instant of a span.
pub(super) type Times = (DateTime<Utc>, DateTime<Utc>);

/// First and last instant of a value that is one of time; a day runs from its first millisecond to its last, in UTC.
pub(super) fn times(value: &Value) -> Option<Times> {
    match value {
        Value::Instant(at) => {
            let at = at.with_timezone(&Utc);
            Some((at, at))
        }
        Value::Date(day) => Some(of_day(*day)),
        _ => None,
    }
}

fn of_day(day: NaiveDate) -> Times {
    let from = day.and_time(chrono::NaiveTime::MIN).and_utc();
    (from, from + TimeDelta::milliseconds(86_399_999))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A span of whole seconds.
    fn span(from: i64, to: i64) -> Times {
        let at = |s| DateTime::from_timestamp(s, 0).unwrap();
        (at(from), at(to))
    }

    #[test]
    fn each_relation_is_the_one_that_its_name_says() {
        use TemporalOp as Op;
        // ```text
        //   0 1 2 3 4 5 6 7 8
        //       b-----b          2 to 5
        // ```
        let b = span(2, 5);
        for (a, holding) in [
            (span(0, 1), vec![Op::Before, Op::Disjoint]),
            (span(6, 8), vec![Op::After, Op::Disjoint]),
            (span(0, 2), vec![Op::Meets, Op::Intersects]),
            (span(5, 8), vec![Op::MetBy, Op::Intersects]),
            (span(0, 3), vec![Op::Overlaps, Op::Intersects]),
            (span(4, 8), vec![Op::OverlappedBy, Op::Intersects]),
            (span(2, 4), vec![Op::Starts, Op::Intersects]),
            (span(2, 8), vec![Op::StartedBy, Op::Intersects]),
            (span(3, 5), vec![Op::Finishes, Op::Intersects]),
            (span(0, 5), vec![Op::FinishedBy, Op::Intersects]),
            (span(3, 4), vec![Op::During, Op::Intersects]),
            (span(0, 8), vec![Op::Contains, Op::Intersects]),
            (span(2, 5), vec![Op::Equals, Op::Intersects]),
        ] {
            for op in [
                "t_after",
                "t_before",
                "t_contains",
                "t_disjoint",
                "t_during",
                "t_equals",
                "t_finishedBy",
                "t_finishes",
                "t_intersects",
                "t_meets",
                "t_metBy",
                "t_overlappedBy",
                "t_overlaps",
                "t_startedBy",
                "t_starts",
            ] {
                let op = Op::parse(op).unwrap();
                assert_eq!(op.holds(a, b), holding.contains(&op), "{a:?} {op:?}");
            }
        }
    }
}
