//! OGC API - Tiles: the same collections as vector tiles.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use geo::CoordsIter as _;
use rondo::basemap::Sheet;
use rondo::ogc::{Ask, Layer, Service, Tiled, Walk};
use rondo::planner::{Ground, Planner, Settings};
use rondo::store::{SqliteStore, Store as _};
use rondo::testkit::protobuf::fields;

use super::{LAYERS, features, items, links, ok, planned};
use crate::api::{Server, request};

fn number(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes.try_into().unwrap())
}

fn packed(bytes: &[u8]) -> Vec<u64> {
    let (mut list, mut value, mut shift) = (Vec::new(), 0_u64, 0);
    for byte in bytes {
        value |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            list.push(value);
            (value, shift) = (0, 0);
        }
    }
    list
}

/// Layer -> properties of its features, in their order.
fn decode(tile: &[u8]) -> BTreeMap<String, Vec<BTreeMap<String, Value>>> {
    let mut tiles = BTreeMap::new();
    for (_, layer) in fields(tile) {
        let parts = fields(&layer);
        let texts = |at: u64| {
            let found = parts.iter().filter(move |(field, _)| *field == at);
            found
                .map(|(_, bytes)| String::from_utf8(bytes.clone()).unwrap())
                .collect::<Vec<_>>()
        };
        let values: Vec<Value> = parts
            .iter()
            .filter(|(field, _)| *field == 4)
            .map(|(_, bytes)| {
                let (kind, content) = fields(bytes).remove(0);
                match kind {
                    1 => json!(String::from_utf8(content).unwrap()),
                    3 => json!(f64::from_le_bytes(content.try_into().unwrap())),
                    6 => {
                        let n = number(&content);
                        json!((n >> 1) as i64 ^ -((n & 1) as i64))
                    }
                    7 => json!(number(&content) == 1),
                    kind => panic!("value of kind {kind}"),
                }
            })
            .collect();
        let keys = texts(3);
        let list = parts
            .iter()
            .filter(|(field, _)| *field == 2)
            .map(|(_, bytes)| {
                let tags = fields(bytes)
                    .into_iter()
                    .find(|(field, _)| *field == 2)
                    .unwrap()
                    .1;
                packed(&tags)
                    .chunks(2)
                    .map(|pair| {
                        (
                            keys[pair[0] as usize].clone(),
                            values[pair[1] as usize].clone(),
                        )
                    })
                    .collect()
            });
        tiles.insert(texts(1).remove(0), list.collect());
    }
    tiles
}

async fn tile(server: &Server, path: &str) -> BTreeMap<String, Vec<BTreeMap<String, Value>>> {
    let reply = server.get(path).await;
    if reply.status == StatusCode::NO_CONTENT {
        return BTreeMap::new();
    }
    assert_eq!(reply.status, 200, "{path}: {}", reply.text());
    assert_eq!(
        reply.header("content-type"),
        "application/vnd.mapbox-vector-tile"
    );
    decode(&reply.body)
}

fn set(layer: &str) -> String {
    format!("/ogc/collections/{layer}/tiles/WebMercatorQuad")
}

#[tokio::test]
async fn conf_tilesets_list_and_tileset() {
    let server = planned().await;
    let mut paths = vec!["/ogc".to_owned()];
    paths.extend(LAYERS.map(|layer| format!("/ogc/collections/{layer}")));
    for path in paths {
        let about = ok(&server, &path).await;
        let lists = links(
            &about,
            "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
        );
        assert_eq!(lists.is_empty(), path.ends_with("metrics"), "{path}");
        for list in lists {
            let list = ok(&server, &list).await;
            let head = &list["tilesets"][0];
            assert_eq!(head["dataType"], "vector");
            let tileset = &links(head, "http://www.opengis.net/def/rel/ogc/1.0/tileset")[0];
            let tileset = ok(&server, tileset).await;
            for part in ["dataType", "crs", "tileMatrixSetURI"] {
                assert_eq!(head[part], tileset[part]);
            }
            let scheme = links(
                &tileset,
                "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme",
            );
            assert_eq!(ok(&server, &scheme[0]).await["id"], "WebMercatorQuad");
            let item = tileset["links"]
                .as_array()
                .unwrap()
                .iter()
                .find(|l| l["rel"] == "item")
                .unwrap();
            assert_eq!(item["templated"], true);
            let template = item["href"]
                .as_str()
                .unwrap()
                .replacen("http://localhost:8080", "", 1);
            let zero = template
                .replace("{tileMatrix}", "0")
                .replace("{tileRow}", "0")
                .replace("{tileCol}", "0");
            // Lines and areas of a few kilometres are too small to be seen on the whole world.
            let shown = tile(&server, &zero).await;
            let of_points = ["/ogc/tiles", "accounts", "reps", "visits", "snaps"];
            assert!(
                !shown.is_empty() || !of_points.iter().any(|of| zero.contains(of)),
                "{zero}"
            );
            let tilejson = ok(&server, &links(&tileset, "describedby")[0]).await;
            assert_eq!(tilejson["tilejson"], "3.0.0");
            assert!(
                tilejson["tiles"][0]
                    .as_str()
                    .unwrap()
                    .ends_with("/{z}/{y}/{x}")
            );
        }
    }
    let sets = ok(&server, "/ogc/tileMatrixSets").await;
    assert_eq!(sets["tileMatrixSets"][0]["id"], "WebMercatorQuad");
    let matrices = ok(&server, "/ogc/tileMatrixSets/WebMercatorQuad").await;
    // The figures of the standard's Annex D.
    let one = &matrices["tileMatrices"][1];
    assert!((one["scaleDenominator"].as_f64().unwrap() - 279_541_132.014_358).abs() < 1e-3);
    assert_eq!(one["matrixWidth"], 2);
}

#[tokio::test]
async fn conf_core_tc_success_and_error() {
    let server = planned().await;
    for layer in LAYERS.into_iter().filter(|layer| *layer != "metrics") {
        // Everything is on the tile of the whole world, with the values of the features.
        let all = ok(&server, &format!("{}?limit=10000", items(layer))).await;
        let tiles = tile(&server, &format!("{}/0/0/0", set(layer))).await;
        let shown = tiles.get(layer).cloned().unwrap_or_default();
        let known: BTreeMap<&str, &Value> = features(&all)
            .iter()
            .map(|one| (one["id"].as_str().unwrap(), &one["properties"]))
            .collect();
        for one in &shown {
            let properties = known[one["id"].as_str().unwrap()];
            for (name, value) in one.iter().filter(|(name, _)| *name != "id") {
                assert_eq!(value, &properties[name], "{layer}.{name}");
            }
        }
        if ["accounts", "reps", "visits", "snaps"].contains(&layer) {
            let placed = features(&all)
                .iter()
                .filter(|one| !one["geometry"].is_null())
                .count();
            assert_eq!(shown.len(), placed, "{layer}");
        }
    }
    for path in ["0/1/0", "0/0/1", "21/0/0", "x/0/0", "3/8/0"] {
        let reply = server.get(&format!("{}/{path}", set("accounts"))).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
    let reply = server
        .get("/ogc/collections/accounts/tiles/Other/0/0/0")
        .await;
    assert_eq!(reply.problem(), "not-found");
    let reply = server.get(&format!("{}/0/0/0", set("metrics"))).await;
    assert_eq!(reply.problem(), "not-found");
    // Nothing there: the other side of the world.
    let reply = server.get(&format!("{}/4/15/15", set("accounts"))).await;
    assert_eq!(reply.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn rows_come_before_columns_and_neighbours_share_nothing() {
    let server = planned().await;
    let all = ok(&server, &items("accounts")).await;
    for feature in features(&all)
        .iter()
        .filter(|one| !one["geometry"].is_null())
    {
        let at = &feature["geometry"]["coordinates"];
        let [lon, lat] = [0, 1].map(|i| at[i].as_f64().unwrap());
        let side = f64::from(1 << 14);
        let col = ((lon + 180.0) / 360.0 * side) as u32;
        let row =
            ((1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * side) as u32;
        let here = tile(&server, &format!("{}/14/{row}/{col}", set("accounts"))).await;
        assert!(
            here["accounts"]
                .iter()
                .any(|one| one["id"] == feature["id"])
        );
        let turned = tile(&server, &format!("{}/14/{col}/{row}", set("accounts"))).await;
        assert!(turned.is_empty());
        let far = tile(
            &server,
            &format!("{}/14/{}/{col}", set("accounts"), row + 2),
        )
        .await;
        assert!(
            !far.get("accounts")
                .is_some_and(|list| list.iter().any(|one| one["id"] == feature["id"]))
        );
    }
}

#[tokio::test]
async fn conf_collections_selection_and_conditions() {
    let server = planned().await;
    let whole = tile(&server, "/ogc/tiles/WebMercatorQuad/0/0/0").await;
    let layers: BTreeSet<&str> = whole.keys().map(String::as_str).collect();
    assert!(layers.contains("accounts") && layers.contains("reps") && !layers.contains("metrics"));
    let some = tile(
        &server,
        "/ogc/tiles/WebMercatorQuad/0/0/0?collections=reps,accounts",
    )
    .await;
    assert_eq!(some.keys().collect::<Vec<_>>(), ["accounts", "reps"]);
    let path = format!(
        "{}/0/0/0?filter=status='critical'&properties=status",
        set("accounts")
    );
    let critical = tile(&server, &path).await;
    assert_eq!(critical["accounts"].len(), 1);
    let names: Vec<&String> = critical["accounts"][0].keys().collect();
    assert_eq!(names, ["id", "status"]);
    let path = format!("{}/0/0/0?datetime=1999-01-01", set("visits"));
    assert!(tile(&server, &path).await.is_empty());
    for bad in [
        format!("{}/0/0/0?colour=red", set("accounts")),
        "/ogc/tiles/WebMercatorQuad/0/0/0?collections=metrics".to_owned(),
    ] {
        assert_eq!(
            server.get(&bad).await.problem(),
            "invalid-parameters",
            "{bad}"
        );
    }
}

#[tokio::test]
async fn tiles_are_named_and_not_sent_again() {
    let server = planned().await;
    let path = format!("{}/0/0/0", set("accounts"));
    let first = server.get(&path).await;
    let again = request(Method::GET, &path).header(header::IF_NONE_MATCH, first.header("etag"));
    let reply = server.send(again.body(Body::empty()).unwrap()).await;
    assert_eq!(reply.status, StatusCode::NOT_MODIFIED);
    assert_eq!(server.get(&path).await.body, first.body);
}

#[tokio::test]
async fn the_first_of_many_are_kept_at_every_zoom() {
    use crate::api::{account, map};
    let server = planned().await;
    let map = map();
    let accounts = (0..5_000_u32).map(|i| rondo::accounts::Account {
        value: f64::from(i * 7_919 % 5_000),
        location: Some(rondo::accounts::Location {
            at: rondo::geometry::LonLat::new(
                14.4 + f64::from(i % 100) * 1e-3,
                35.8 + f64::from(i / 100) * 1e-3,
            ),
            quality: rondo::accounts::LocationQuality::Given,
        }),
        ..account(&map, &format!("many{i:05}"), 'B')
    });
    let changes = rondo::store::Changes {
        accounts: accounts.collect(),
        ..Default::default()
    };
    server
        .store
        .write(&changes, "2026-11-24T00:00:00Z".parse().unwrap())
        .unwrap();
    // Tile by tile inwards: what was shown, and lies there, is shown.
    let (mut row, mut col) = (0_u32, 0_u32);
    let mut before: BTreeSet<String> = BTreeSet::new();
    for zoom in 0..14_u32 {
        let shown = tile(
            &server,
            &format!("{}/{zoom}/{row}/{col}?properties=name", set("accounts")),
        )
        .await;
        let shown: BTreeSet<String> = shown["accounts"]
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect();
        assert!(shown.len() <= 4_000);
        if zoom == 0 {
            assert_eq!(shown.len(), 4_000);
            // The least that was kept is worth no less than the most that was not.
            let page = ok(
                &server,
                &(items("accounts") + "?limit=10000&properties=prize_s,value"),
            )
            .await;
            let worth = |one: &Value| {
                let [prize, value] = ["prize_s", "value"]
                    .map(|name| one["properties"][name].as_f64().unwrap_or(f64::MIN));
                (prize, value)
            };
            let placed = features(&page)
                .iter()
                .filter(|one| !one["geometry"].is_null());
            let (kept, left): (Vec<&Value>, Vec<&Value>) =
                placed.partition(|one| shown.contains(one["id"].as_str().unwrap()));
            let least = kept
                .iter()
                .map(|one| worth(one))
                .reduce(|a, b| if a < b { a } else { b })
                .unwrap();
            assert!(left.iter().all(|one| worth(one) <= least));
        } else {
            let path = format!(
                "{}/{zoom}/{row}/{col}?filter=id%20IN%20({})",
                set("accounts"),
                before
                    .iter()
                    .take(40)
                    .map(|id| format!("'{id}'"))
                    .collect::<Vec<_>>()
                    .join(",")
            );
            let there = tile(&server, &path).await;
            for one in there.get("accounts").into_iter().flatten() {
                assert!(shown.contains(one["id"].as_str().unwrap()), "zoom {zoom}");
            }
        }
        before = shown;
        let side = f64::from(1_u32 << (zoom + 1));
        col = ((14.45 + 180.0) / 360.0 * side) as u32;
        row = ((1.0 - 35.825_f64.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * side)
            as u32;
    }
}

/// The tile at a zoom that holds a place: column and row.
fn holding(zoom: u8, lon: f64, lat: f64) -> [u32; 2] {
    let side = f64::from(1_u32 << zoom);
    let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
    [(lon + 180.0) / 360.0, y].map(|share| (share * side) as u32)
}

/// Classes of road, the first first.
const CLASSES: [&str; 12] = [
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "service",
    "track",
];

#[test]
fn roads_of_a_country_are_thinned_by_class_and_stay_further_in() {
    let store = Arc::new(SqliteStore::in_memory().unwrap());
    let ground = Ground::of(crate::malta::region());
    let service = Service::new(Planner::new(ground, store, Settings::default()), &[]);
    let today = crate::api::DAY.parse().unwrap();
    let tiled = [Tiled {
        layer: Layer::Roads,
        ask: Ask::default(),
        properties: Layer::Roads.usual(),
    }];
    let mut all = BTreeMap::new();
    service
        .walk(Layer::Roads, today, &Walk::default(), &mut |road| {
            all.insert(road.id.clone(), road);
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    let shown = |zoom, [x, y]: [u32; 2]| -> BTreeSet<String> {
        let sheet = Sheet::new(zoom, x, y).unwrap();
        let bytes = service.tile(&sheet, today, &tiled).unwrap();
        let roads = decode(&bytes).remove("roads").unwrap_or_default();
        let id = |road: BTreeMap<String, Value>| road["id"].as_str().unwrap().to_owned();
        roads.into_iter().map(id).collect()
    };

    // The whole country is on one tile. Class by class everything is drawn that is more than a dot, until the tile is full.
    let whole = holding(8, 14.5, 35.9);
    let far = shown(8, whole);
    let field = |name: &str| Layer::Roads.field(name).unwrap();
    let mut full = false;
    for class in CLASSES {
        let (mut drawn, mut length) = (0.0, 0.0);
        for (id, road) in &all {
            if road.values[field("class")].to_text() == class {
                let metres = road.values[field("length_m")].as_number().unwrap();
                length += metres;
                drawn += if far.contains(id) { metres } else { 0.0 };
            }
        }
        let share = drawn / length;
        assert!(!full || drawn == 0.0, "{class} before what goes first");
        full |= share < 0.9;
        assert!(!full || !class.starts_with("trunk"), "{class}: {share}");
    }
    assert!(full && far.len() > 2_000);

    // What lies in a tile and is shown there is shown on a tile of the next zoom.
    let mut open = vec![(8, whole)];
    let mut followed = 0;
    while let Some((zoom, [x, y])) = open.pop() {
        let here = shown(zoom, [x, y]);
        let children = [0, 1, 2, 3].map(|i| [2 * x + i % 2, 2 * y + i / 2]);
        let further: BTreeSet<String> = children
            .into_iter()
            .flat_map(|child| shown(zoom + 1, child))
            .collect();
        for id in &here {
            let mut at = all[id].shape.as_ref().unwrap().coords_iter();
            if at.all(|at| holding(zoom, at.x, at.y) == [x, y]) {
                followed += 1;
                assert!(further.contains(id), "{id} of {zoom}/{x}/{y}");
            }
        }
        if zoom < 11 && !here.is_empty() {
            open.extend(children.map(|child| (zoom + 1, child)));
        }
    }
    assert!(followed > 10_000);
}
