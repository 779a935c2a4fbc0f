//! Roads keep their ids when a map is prepared again.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rondo::ogc::{Ask, Feature, Layer, Service, Walk};
use rondo::testkit::TextMap;

use super::clients::planner_on;
use crate::api::{DAY, Server};

const STREET: [(&str, &str); 1] = [("highway", "residential")];

const DRAWING: &str = "
    A---B---C---D
    |   |   |   |
    E---F---G---H
    |   |   |   |
    I---J---K---L
";

fn service(map: &TextMap) -> Service {
    Service::new(planner_on(&Server::new(), map), &[])
}

fn all(service: &Service) -> BTreeMap<String, Feature> {
    let mut roads = BTreeMap::new();
    let day = DAY.parse().unwrap();
    service
        .walk(Layer::Roads, day, &Walk::default(), &mut |road| {
            assert_eq!(
                service.feature(Layer::Roads, day, &road.id).unwrap(),
                Some(road.clone())
            );
            assert!(roads.insert(road.id.clone(), road).is_none(), "ids are one");
            ControlFlow::Continue(())
        })
        .unwrap();
    roads
}

fn property<'f>(road: &'f Feature, name: &str) -> &'f rondo::ogc::Value {
    &road.values[Layer::Roads.field(name).unwrap()]
}

#[test]
fn roads_that_stay_keep_their_ids_on_a_newer_map() {
    let old = TextMap::draw(250.0, DRAWING)
        .way("ABCD", &STREET)
        .way("AEI", &STREET)
        .way("BFJ", &STREET);
    // Another street first, so that every running number differs; it meets the second stretch of the first street and the
    // last one of the third.
    let new = TextMap::draw(250.0, DRAWING)
        .way("ABCD", &STREET)
        .way("AEI", &STREET)
        .way("BFJ", &STREET)
        .way("IJKL", &STREET)
        .way("CGK", &STREET);
    let (old, new) = (all(&service(&old)), all(&service(&new)));
    let same: Vec<&String> = old.keys().filter(|id| new.contains_key(*id)).collect();
    for id in &same {
        assert_eq!(old[*id].shape, new[*id].shape, "{id}");
        assert_eq!(property(&old[*id], "way"), property(&new[*id], "way"));
    }
    // A-B, A-I and B-J stay; B-D is cut at C.
    assert_eq!((old.len(), same.len()), (4, 3));
}

#[test]
fn a_way_that_runs_twice_between_two_junctions_has_two_roads() {
    let map = TextMap::draw(250.0, DRAWING).way("BCGFBAEIJKLHDC", &STREET);
    let service = service(&map);
    let roads = all(&service);
    let mut ids: Vec<&String> = roads.keys().collect();
    ids.sort_by_key(|id| id.len());
    assert_eq!(ids.len(), 3);
    assert_eq!(*ids[2], format!("{}:2", ids[0].min(ids[1])), "{ids:?}");
    // Pages of one follow one another over both.
    let mut seen = Vec::new();
    let mut ask = Ask {
        limit: 1,
        ..Ask::default()
    };
    loop {
        let page = service.page(Layer::Roads, DAY.parse().unwrap(), &ask, &mut |road| {
            seen.push(road.id);
            ControlFlow::Continue(())
        });
        ask.cursor = page.unwrap().next;
        if ask.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|id| roads.contains_key(id)));
}

#[test]
fn snaps_name_the_road_that_they_lie_on() {
    let service = service(&crate::api::map());
    let roads = all(&service);
    let mut seen = 0;
    service
        .walk(
            Layer::Snaps,
            DAY.parse().unwrap(),
            &Walk::default(),
            &mut |snap| {
                let at = Layer::Snaps.field("road").unwrap();
                let rondo::ogc::Value::Text(road) = &snap.values[at] else {
                    panic!("a snap has a road");
                };
                let way = &snap.values[Layer::Snaps.field("way").unwrap()];
                assert_eq!(property(&roads[road.as_ref()], "way"), way);
                seen += 1;
                ControlFlow::Continue(())
            },
        )
        .unwrap();
    assert!(seen > 0);
}
