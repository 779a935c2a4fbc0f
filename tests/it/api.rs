//! A small server in memory for the API's tests: a drawn map, a handful of accounts, two reps.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc, Weekday};
use rondo::accounts::{Account, Location, LocationQuality, Rep, Visit, VisitStatus};
use rondo::api::{App, Loaded, Options, router};
use rondo::geometry::LonLat;
use rondo::planner::{PrepareOptions, Region, Settings};
use rondo::store::{Changes, SqliteStore, Store};
use rondo::testkit::TextMap;
use serde_json::Value;
use tower::ServiceExt as _;

/// A Tuesday; all tests ask about it.
pub const DAY: &str = "2026-11-24";

/// Streets of about a kilometre each, and one island.
pub fn map() -> TextMap {
    let tags = [("highway", "residential"), ("name", "Triq it-Test")];
    TextMap::draw(
        250.0,
        "
        A---B---C---D
        |   |   |   |
        E---F---G---H       X-Y
        |   |   |   |
        I---J---K---L
    ",
    )
    .way("ABCD", &tags)
    .way("EFGH", &tags)
    .way("IJKL", &tags)
    .way("AEI", &tags)
    .way("BFJ", &tags)
    .way("CGK", &tags)
    .way("DHL", &tags)
    .way("XY", &tags)
}

/// An account at a node of the map.
pub fn account(map: &TextMap, id: &str, node: char) -> Account {
    Account {
        id: id.into(),
        name: format!("Account {id}"),
        location: Some(Location {
            at: map.at(node),
            quality: LocationQuality::Given,
        }),
        class: Some("A".into()),
        value: 10.0,
        rep: Some("r1".into()),
        opening_hours: Some("Mo-Fr 08:00-18:00".into()),
        ..Account::default()
    }
}

/// A rep who lives at `home` and works from Monday to Friday.
pub fn rep(id: &str, home: LonLat) -> Rep {
    let time = |h| NaiveTime::from_hms_opt(h, 0, 0).unwrap();
    Rep {
        id: id.into(),
        name: format!("Rep {id}"),
        home,
        shift_start: time(8),
        shift_end: time(17),
        weekdays: vec![
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
        ],
        lunch: None,
        max_visits: None,
        max_drive_min: None,
        skills: Vec::new(),
        blocks: Vec::new(),
        open_end: false,
        active: true,
    }
}

/// A visit done on a day of 2026.
pub fn done(id: &str, account: &str, month: u32, day: u32) -> Visit {
    Visit {
        id: id.into(),
        account: account.into(),
        rep: "r1".into(),
        date: NaiveDate::from_ymd_opt(2026, month, day).unwrap(),
        start: None,
        end: None,
        status: VisitStatus::Done,
        purpose: None,
        outcome: None,
        note: None,
        source: "import".into(),
        recorded_at: None,
    }
}

/// The instant of all seeding writes.
pub fn long_ago() -> DateTime<Utc> {
    "2026-11-01T08:00:00Z".parse().unwrap()
}

/// Six accounts of every sort: due, overdue, fresh, without rep, without place, on an island.
pub fn book(map: &TextMap) -> Changes {
    Changes {
        source: "import".into(),
        reps: vec![rep("r1", map.at('F')), rep("r2", map.at('L'))],
        accounts: vec![
            account(map, "due", 'B'),
            account(map, "fresh", 'G'),
            Account {
                location: Some(Location {
                    at: map.at('Y'),
                    quality: LocationQuality::Given,
                }),
                ..account(map, "island", 'B')
            },
            Account {
                location: None,
                ..account(map, "lost", 'B')
            },
            account(map, "overdue", 'K'),
            Account {
                rep: None,
                ..account(map, "unassigned", 'D')
            },
        ],
        areas: vec![rondo::accounts::areas::Area {
            id: "centre".into(),
            name: "Centre".into(),
            kind: Some("territory".into()),
            rep: Some("r1".into()),
            shape: {
                let (home, n) = (map.at('B'), 0.01);
                let west_south = geo::coord! { x: home.lon - n, y: home.lat - n };
                let east_north = geo::coord! { x: home.lon + n, y: home.lat + n };
                vec![geo::Rect::new(west_south, east_north).to_polygon()].into()
            },
        }],
        visits: vec![
            done("v1", "due", 11, 12),
            done("v2", "fresh", 11, 23),
            done("v3", "overdue", 10, 20),
            done("v4", "unassigned", 11, 20),
            done("v5", "island", 11, 20),
        ],
        ..Changes::default()
    }
}

/// A server in memory.
pub struct Server {
    pub router: Router,
    /// Keeps the book alive beside the router, and open to a test that wants to look inside.
    #[allow(dead_code, reason = "not every test looks inside")]
    pub store: Arc<SqliteStore>,
}

/// An answer, read to its end.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{e}: {} {}", self.status, self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The code at the end of a problem's type.
    pub fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text()
        );
        let body = self.json();
        assert_eq!(body["status"], self.status.as_u16());
        assert_eq!(body["request_id"], self.header("x-request-id"));
        body["type"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()
    }
}

impl Server {
    pub fn new() -> Self {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        let map = map();
        let region =
            Region::from_extract(map.extract(), &PrepareOptions::default(), &|_| {}).unwrap();
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        store.write(&book(&map), long_ago()).unwrap();
        let app = App::new(Options {
            today: Some(DAY.parse().unwrap()),
            ..options
        })
        .unwrap();
        app.load(Loaded::new(region, store.clone(), Settings::default()));
        Self {
            router: router(app),
            store,
        }
    }

    /// A server that never finishes loading.
    pub fn loading() -> Router {
        router(App::new(Options::default()).unwrap())
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(request(Method::GET, path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.json(Method::POST, path, body).await
    }

    pub async fn json(&self, method: Method, path: &str, body: &Value) -> Reply {
        let request = request(method, path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        send(&self.router, request).await
    }
}

pub fn request(method: Method, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "localhost:8080")
}

pub async fn send(router: &Router, request: Request<Body>) -> Reply {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Reply {
        status: parts.status,
        headers: parts.headers,
        body: to_bytes(body, usize::MAX).await.unwrap(),
    }
}

/// The value with what changes from build to build blotted out, by JSON pointer.
pub fn blotted(mut value: Value, pointers: &[&str]) -> Value {
    for pointer in pointers {
        if let Some(found) = value.pointer_mut(pointer) {
            *found = Value::from("[blotted]");
        }
    }
    value
}
