//! Pages that an index and a kept order give, held against a look at every feature.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::sample::select;
use rondo::accounts::{Account, Location, LocationQuality};
use rondo::geometry::LonLat;
use rondo::ogc::{
    Ask, Boxes, Feature, Filter, Layer, Property, Reference, References, Service, Sort, Value, Walk,
};
use rondo::store::{Changes, Store as _};

use super::clients::planner;
use crate::api::{DAY, Server, map};

/// A service over 300 accounts around the map's roads, some of them nowhere.
fn service() -> Service {
    let server = Server::new();
    let home = map().at('B');
    let account = |i: u32| {
        let at = LonLat::new(
            home.lon + f64::from(i * 37 % 101) * 1e-4,
            home.lat + f64::from(i * 53 % 97) * 1e-4,
        );
        let location = Location {
            at,
            quality: LocationQuality::Given,
        };
        Account {
            id: format!("n{:03}", i * 7 % 300).as_str().into(),
            name: format!("Name {}", i % 40),
            class: (!i.is_multiple_of(5)).then(|| ["A", "B", "C"][i as usize % 3].to_owned()),
            value: f64::from(i % 11) * 10.0,
            cadence_days: Some(7 * (1 + i % 4)),
            active: !i.is_multiple_of(13),
            location: (!i.is_multiple_of(17)).then_some(location),
            ..Account::default()
        }
    };
    let changes = Changes {
        source: "import".into(),
        accounts: (0..300).map(account).collect(),
        ..Changes::default()
    };
    server.store.write(&changes, chrono::Utc::now()).unwrap();
    Service::new(planner(&server), &[])
}

fn today() -> NaiveDate {
    DAY.parse().unwrap()
}

/// All wanted features in the asked order, found by looking at each.
fn all(service: &Service, layer: Layer, ask: &Ask) -> Vec<Feature> {
    let mut list = Vec::new();
    let walk = &mut |feature: Feature| {
        if ask.wants(layer, &feature, service.zone()) {
            list.push(feature);
        }
        ControlFlow::Continue(())
    };
    service
        .walk(layer, today(), &Walk::default(), walk)
        .unwrap();
    list.sort_by(|a, b| {
        let value = |one: &Feature, by| match by {
            Property::Id => one.id.clone().into(),
            Property::Field(at) => one.values[at].clone(),
        };
        let by = |sort: &Sort| match (value(a, sort.by), value(b, sort.by)) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Greater,
            (_, Value::Null) => Ordering::Less,
            (x, y) if sort.descending => y.compare(&x).unwrap(),
            (x, y) => x.compare(&y).unwrap(),
        };
        let order = ask.sort.iter().map(by).find(|order| order.is_ne());
        order.unwrap_or_else(|| a.key.cmp(&b.key))
    });
    list
}

/// Pages until the last one; the count is that of the first.
fn paged(service: &Service, layer: Layer, mut ask: Ask) -> (Vec<Feature>, Option<u64>) {
    let (mut list, mut matched) = (Vec::new(), None);
    loop {
        let before = list.len();
        let each = &mut |feature| {
            list.push(feature);
            ControlFlow::Continue(())
        };
        let end = service.page(layer, today(), &ask, each).unwrap();
        assert_eq!(end.returned, list.len() - before);
        assert!(end.returned == ask.limit || end.next.is_none());
        matched = matched.or(end.matched);
        ask.cursor = end.next;
        if ask.cursor.is_none() {
            return (list, matched);
        }
    }
}

fn asks(layer: Layer) -> impl Strategy<Value = Ask> {
    let home = map().at('B');
    let (x, y) = (home.lon, home.lat);
    let around = |w: f64, h: f64| format!("BBOX({x}, {y}, {}, {})", x + w, y + h);
    let spatial = [
        format!("S_INTERSECTS(geometry, {})", around(0.002, 0.002)),
        format!(
            "S_WITHIN(geometry, {}) AND name LIKE '%1%'",
            around(0.004, 0.001)
        ),
        format!("NOT S_INTERSECTS(geometry, {})", around(0.002, 0.002)),
        format!(
            "S_INTERSECTS(geometry, {}) OR S_EQUALS(geometry, POINT({} {y}))",
            around(0.001, 0.001),
            x + 0.0037,
        ),
        format!("S_DISJOINT(geometry, {})", around(0.002, 0.002)),
    ];
    let plain: &[&str] = match layer {
        Layer::Accounts => &[
            "class = 'A' AND value > 50",
            "class IS NULL OR CASEI(class) = CASEI('b')",
            "geometry IS NULL",
            "value BETWEEN 10 AND 30 AND active = true",
        ],
        _ => &[
            "snap_m > 100",
            "name LIKE 'Name 1%'",
            "side IN ('left', 'on')",
        ],
    };
    let filters: Vec<Option<String>> = spatial
        .into_iter()
        .chain(plain.iter().map(|text| (*text).to_owned()))
        .map(Some)
        .chain([None, None])
        .collect();
    let fields: &[&str] = match layer {
        Layer::Accounts => &["value", "class", "name", "prize_s", "last_done", "id"],
        _ => &["name", "snap_m", "side", "id"],
    };
    let sort = (select(fields), any::<bool>()).prop_map(move |(name, descending)| Sort {
        by: layer.field(name).map_or(Property::Id, Property::Field),
        descending,
    });
    let corner = || (0.0..0.012_f64, 0.0..0.012_f64);
    let boxes = (corner(), corner(), any::<bool>()).prop_map(move |(a, b, metres)| {
        let from = [x + a.0.min(b.0), y + a.1.min(b.1)];
        let to = [x + a.0.max(b.0), y + a.1.max(b.1)];
        let references = References::new(None, &[]);
        let reference = if metres {
            references.find("EPSG:3857").unwrap().clone()
        } else {
            Reference::crs84()
        };
        let corners = [from, to].map(|[x, y]| reference.place(LonLat::new(x, y)).unwrap());
        Boxes::new(
            [corners[0][0], corners[0][1], corners[1][0], corners[1][1]],
            &reference,
        )
        .unwrap()
    });
    (
        select(filters),
        prop::option::of(boxes),
        prop::collection::vec(sort, 0..3),
        1..80_usize,
    )
        .prop_map(move |(filter, boxes, sort, limit)| Ask {
            filter: filter
                .map(|text| Filter::from_text(&text, layer, &Reference::crs84()).unwrap()),
            boxes,
            sort,
            limit,
            ..Ask::default()
        })
}

fn hold(layer: Layer) {
    let service = service();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    runner
        .run(&asks(layer), |ask| {
            let expected = all(&service, layer, &ask);
            let (found, matched) = paged(&service, layer, ask);
            prop_assert!(matched.is_none_or(|count| count == expected.len() as u64));
            prop_assert_eq!(found, expected);
            Ok(())
        })
        .unwrap();
}

#[test]
fn pages_of_accounts_hold_what_a_look_at_all_of_them_finds() {
    hold(Layer::Accounts);
}

#[test]
fn pages_of_snaps_hold_what_a_look_at_all_of_them_finds() {
    hold(Layer::Snaps);
}
