use proptest::prelude::*;

use super::*;
use crate::ogc::References;

/// An account in Valletta with some properties set, the others not known.
fn account() -> Feature {
    let layer = Layer::Accounts;
    let mut values = vec![Value::Null; layer.fields().len()];
    let mut set = |name: &str, value: Value| values[layer.field(name).unwrap()] = value;
    set("name", "Ħanut ta' Ċensu".into());
    set("class", "A".into());
    set("value", Value::Real(120.5));
    set("status", "overdue".into());
    set("overdue_days", Value::Int(6));
    set("visit_min", Value::Int(30));
    set("last_done", Value::Date("2026-10-20".parse().unwrap()));
    set("active", true.into());
    set(
        "as_of",
        Value::Instant("2026-11-01T08:00:00Z".parse().unwrap()),
    );
    Feature {
        key: "a1".into(),
        id: "a1".into(),
        shape: Some(geo::Point::new(14.5, 35.9).into()),
        values,
    }
}

fn text(filter: &str) -> Result<Filter> {
    Filter::from_text(filter, Layer::Accounts, &Reference::crs84())
}

fn json(filter: &serde_json::Value) -> bool {
    Filter::from_json(&filter.to_string(), Layer::Accounts, &Reference::crs84())
        .unwrap()
        .holds(&account())
}

#[test]
fn conditions_that_hold() {
    for filter in [
        "class = 'A'",
        "class <> 'B'",
        "'A' = class",
        "id = 'a1'",
        "value > 100 AND value <= 120.5",
        "NOT value < 100",
        "class = 'B' OR overdue_days >= 6",
        "active",
        "active = TRUE and not (class = 'B')",
        "name LIKE 'Ħanut%'",
        "name NOT LIKE 'x%'",
        "CASEI(name) LIKE CASEI('ħANUT%ċENSU')",
        "CASEI(name) = CASEI('ħanut ta'' ċensu')",
        "overdue_days BETWEEN 5 AND 7",
        "overdue_days NOT BETWEEN 7 AND 9",
        "class IN ('A', 'B')",
        "class NOT IN ('C')",
        "CASEI(class) IN (CASEI('a'))",
        "phone IS NULL",
        "class IS NOT NULL",
        "geometry IS NOT NULL",
        "overdue_days < visit_min",
        "\"class\" = 'A'",
        "value = 1.205e2 AND value > -1",
        "last_done = DATE('2026-10-20')",
        // As clients write it that know only text and numbers.
        "last_done > '2026-10-01'",
        "last_done > '2026-10-19T'",
        "last_done = '2026-10-20T'",
        "last_done > '2026-10-19T00:00:00Z'",
        "last_done >= '2026-10-20T00:00:00Z' AND last_done <= '2026-10-20T23:59:59Z'",
        "NOT last_done >= '2026-10-20T10Z' AND last_done < '2026-10-20T10:30Z'",
        "last_done BETWEEN '2026-10-19T12:00:00Z' AND '2026-10-20T12:00:00Z'",
        "last_done IN ('2026-10-20T00:00:00Z')",
        "as_of > '2026-11-01' AND '2026-11-02' > as_of",
        "as_of = '2026-11-01T08:00Z' AND as_of = '2026-11-01T08Z'",
        "last_done < as_of",
        "active = 1 AND NOT active = 0 AND active <> 0 AND active IN (1)",
        "name ILIKE 'ħANUT%ċENSU' AND name NOT ILIKE 'x%'",
        "as_of >= TIMESTAMP('2026-11-01T09:00:00+01:00')",
        "S_INTERSECTS(geometry, POLYGON((14 35, 15 35, 15 36, 14 36, 14 35)))",
        "S_INTERSECTS(geometry, BBOX(14, 35, 15, 36))",
        "S_INTERSECTS(geometry, BBOX(170, -90, 15, 90))",
        "S_WITHIN(geometry, BBOX(14, 35, 15, 36))",
        "S_CONTAINS(BBOX(14, 35, 15, 36), geometry)",
        "S_EQUALS(geometry, POINT(14.5 35.9))",
        "S_DISJOINT(geometry, LINESTRING(0 0, 1 1))",
        "S_TOUCHES(geometry, LINESTRING(14.5 35.9, 15 36))",
        "S_INTERSECTS(geometry, MULTIPOINT((0 0), (14.5 35.9)))",
        "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(0 0), POINT(14.5 35.9)))",
        "T_AFTER(last_done, DATE('2026-10-19'))",
        "T_BEFORE(last_done, TIMESTAMP('2026-10-21T00:00:00Z'))",
        "T_DURING(last_done, INTERVAL('2026-10-01', '2026-10-31'))",
        "T_INTERSECTS(last_done, INTERVAL('2026-10-20', '..'))",
        "T_EQUALS(last_done, DATE('2026-10-20'))",
        "T_DISJOINT(last_done, INTERVAL('..', '2026-10-19'))",
        "T_CONTAINS(INTERVAL(last_done, as_of), DATE('2026-10-25'))",
    ] {
        match text(filter) {
            Ok(read) => assert!(read.holds(&account()), "{filter}"),
            Err(error) => panic!("{filter}: {error}"),
        }
    }
}

#[test]
fn conditions_that_do_not_hold() {
    for filter in [
        "class = 'B'",
        // Not known is neither true nor false.
        "phone = 'x'",
        "NOT phone = 'x'",
        "phone <> 'x' AND class = 'A'",
        "phone LIKE '%'",
        "phone NOT IN ('x')",
        "name LIKE 'ħanut%'",
        "phone ILIKE '%'",
        "active = 0",
        "last_done > '2026-10-20T00:00:00Z'",
        "last_done = '2026-10-20T00:00:01Z'",
        "last_done >= '2026-10-20T23:59:59Z'",
        "as_of <= '2026-11-01'",
        "S_CROSSES(geometry, LINESTRING(14 35.9, 15 35.9))",
        "S_INTERSECTS(geometry, BBOX(0, 0, 1, 1))",
        "T_METBY(last_done, DATE('2026-10-20'))",
        "T_STARTS(last_done, DATE('2026-10-20'))",
    ] {
        assert!(!text(filter).unwrap().holds(&account()), "{filter}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused_with_its_reason() {
    for (filter, reason) in [
        ("", "wants a value or a property"),
        ("class", "condition is wanted"),
        ("class =", "at its end"),
        ("class = 'A", "not closed"),
        ("colour = 'red'", "does not have"),
        ("class = 5", "compares"),
        ("value = 'much'", "compares"),
        ("last_done > 5", "compares"),
        ("last_done > '2026/10/01'", "not written as 2026-11-24"),
        ("last_done > 'T'", "not written as"),
        ("last_done > '2026-10-01T10'", "not written as"),
        ("last_done > '2026-10-01Tħ1Z'", "not written as"),
        ("last_done = DATE('2026-10-20T')", "not written as"),
        ("active = 2", "compares"),
        ("active = 'yes'", "compares"),
        ("value ILIKE 'x'", "no text"),
        ("last_done = DATE('soon')", "not written as"),
        ("last_done = TIMESTAMP('2026-11-24')", "not written as"),
        ("class = 'A' class = 'B'", "wants AND, OR or the end"),
        ("geometry = 'x'", "does not have"),
        ("S_INTERSECTS(class, POINT(1 1))", "not between"),
        ("S_NEAR(geometry, POINT(1 1))", "not known"),
        (
            "S_INTERSECTS(geometry, POLYGON((0 0, 1 1)))",
            "cannot be used",
        ),
        ("BUFFER(geometry, 5) = 1", "a function that is known"),
        ("value LIKE 'x'", "no text"),
        ("class IN ()", "wants a value"),
        ("value + 1 = 2", "wants AND, OR"),
        ("class = 'A' ; drop table", "means nothing here"),
        ("T_AFTER(class, DATE('2026-01-01'))", "no time"),
    ] {
        let error = text(filter).unwrap_err().to_string();
        assert!(
            error.contains(reason) || filter.starts_with("S_INTERSECTS(geometry, POLYGON"),
            "{filter}: {error}"
        );
    }
    let deep = format!("{}active{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(
        text(&deep)
            .unwrap_err()
            .to_string()
            .contains("nested deeper")
    );
    let deep = format!("{} active", "NOT ".repeat(5_000));
    assert!(
        text(&deep)
            .unwrap_err()
            .to_string()
            .contains("nested deeper")
    );
}

#[test]
fn the_json_form_says_the_same() {
    use serde_json::json;
    let class = json!({"op": "=", "args": [{"property": "class"}, "A"]});
    assert!(json(&class));
    assert!(json(
        &json!({"op": "and", "args": [class, {"op": "not", "args": [
        {"op": "isNull", "args": [{"property": "class"}]}]}]})
    ));
    assert!(json(
        &json!({"op": "in", "args": [{"property": "class"}, ["A", "B"]]})
    ));
    assert!(json(&json!({"op": "like", "args": [
        {"op": "casei", "args": [{"property": "name"}]}, {"op": "casei", "args": ["ħanut%"]}]})));
    assert!(json(
        &json!({"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [14.5, 35.9]}]})
    ));
    assert!(json(
        &json!({"op": "s_intersects", "args": [{"property": "geometry"}, {"bbox": [14, 35, 15, 36]}]})
    ));
    assert!(json(
        &json!({"op": "t_during", "args": [{"property": "last_done"}, {"interval": ["2026-10-01", ".."]}]})
    ));
    assert!(json(
        &json!({"op": ">=", "args": [{"property": "last_done"}, {"date": "2026-10-20"}]})
    ));
    for bad in [
        "",
        "[]",
        "{}",
        "{\"op\":\"=\"}",
        "{\"op\":\"and\",\"args\":[]}",
        "{\"op\":\"@\",\"args\":[]}",
    ] {
        assert!(
            Filter::from_json(bad, Layer::Accounts, &Reference::crs84()).is_err(),
            "{bad}"
        );
    }
}

#[test]
fn coordinates_are_those_of_the_named_system() {
    let list = References::new(None, &[]);
    let wgs84 = list.find("EPSG:4326").unwrap();
    let inside = "S_INTERSECTS(geometry, BBOX(35, 14, 36, 15))";
    let filter = Filter::from_text(inside, Layer::Accounts, wgs84).unwrap();
    assert!(filter.holds(&account()));
    let mercator = list.find("EPSG:3857").unwrap();
    let metres = "S_INTERSECTS(geometry, BBOX(1614000, 4285000, 1615000, 4290000))";
    let filter = Filter::from_text(metres, Layer::Accounts, mercator).unwrap();
    assert!(filter.holds(&account()));
}

proptest! {
    #[test]
    fn no_text_breaks_it(filter in "[a-z'\"()=<>, 0-9._%-]{0,60}") {
        if let Ok(filter) = text(&filter) {
            let _ = filter.holds(&account());
        }
    }

    #[test]
    fn no_words_break_it(words in prop::collection::vec(prop::sample::select(vec![
        "class", "value", "=", "<", "'A'", "5", "AND", "OR", "NOT", "(", ")", "IN", "LIKE", "BETWEEN", "IS", "NULL", ",",
        "S_INTERSECTS", "geometry", "POINT", "POLYGON", "DATE", "INTERVAL", "T_AFTER", "CASEI", "BBOX", "-", "last_done", "ħ", "ILIKE", "active", "1", "'2026-10-01T'",
    ]), 0..25)) {
        if let Ok(filter) = text(&words.join(" ")) {
            let _ = filter.holds(&account());
        }
    }

    /// The naive twin: a day and an instant compare as the seconds since some day, both read as local times.
    #[test]
    fn days_compare_with_instants_as_their_midnights(day in 1_u32..5, at in 1_u32..5, hour in 0_u32..24, offset in -12_i32..13) {
        let mut feature = account();
        feature.values[Layer::Accounts.field("last_done").unwrap()] = Value::Date(format!("2026-10-{day:02}").parse().unwrap());
        let instant = format!("2026-10-{at:02}T{hour:02}:00:00{offset:+03}:00");
        let (left, right) = (day * 24, at * 24 + hour);
        for (op, holds) in [("<", left < right), ("<=", left <= right), ("=", left == right), ("<>", left != right),
                            (">", left > right), (">=", left >= right)] {
            let filter = format!("last_done {op} '{instant}'");
            prop_assert_eq!(text(&filter).unwrap().holds(&feature), holds, "{}", filter);
            let turned = match op { "<" => ">", "<=" => ">=", ">" => "<", ">=" => "<=", same => same };
            let filter = format!("'{instant}' {turned} last_done");
            prop_assert_eq!(text(&filter).unwrap().holds(&feature), holds, "{}", filter);
        }
    }

    /// The naive twin: the same condition in Rust.
    #[test]
    fn numbers_compare_as_in_rust(value in -5_i64..5, low in -5_i64..5, high in -5_i64..5) {
        let mut feature = account();
        feature.values[Layer::Accounts.field("overdue_days").unwrap()] = Value::Int(value);
        let holds = |filter: String| text(&filter).unwrap().holds(&feature);
        prop_assert_eq!(holds(format!("overdue_days BETWEEN {low} AND {high}")), (low..=high).contains(&value));
        prop_assert_eq!(holds(format!("overdue_days < {low} OR NOT overdue_days <= {high}")), value < low || value > high);
        prop_assert_eq!(holds(format!("overdue_days IN ({low}, {high})")), value == low || value == high);
    }
}
