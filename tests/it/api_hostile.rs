//! What must not get through: wrong hosts and origins, sizes, forms, numbers, paths.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use rondo::api::{Options, Tokens};
use serde_json::json;

use super::api::{DAY, Server, request, send};

#[tokio::test]
async fn problems_look_like_this() {
    let server = Server::new();
    let same_id = |request: axum::http::request::Builder| request.header("x-request-id", "test");
    let get = |path: &str| {
        same_id(request(Method::GET, path))
            .body(Body::empty())
            .unwrap()
    };
    let post = |path: &str, kind: &str, body: &'static str| {
        same_id(request(Method::POST, path))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .unwrap()
    };
    let asked = [
        ("not found", get("/api/v1/nothing")),
        (
            "unknown plan",
            get("/api/v1/plans/day?rep=r2&date=2026-11-24"),
        ),
        (
            "parameters",
            get("/api/v1/accounts?limit=0&date=2026-02-30&colour=red"),
        ),
        (
            "method",
            same_id(request(Method::PUT, "/api/v1/reps"))
                .body(Body::empty())
                .unwrap(),
        ),
        (
            "not json",
            post("/api/v1/plans/day", "application/json", "{\"rep\": "),
        ),
        (
            "not an object",
            post("/api/v1/plans/day", "application/json", "[1]"),
        ),
        (
            "fields",
            post(
                "/api/v1/plans/day",
                "application/json",
                "{\"date\": 7, \"seed\": -1}",
            ),
        ),
        (
            "no such rep",
            post(
                "/api/v1/plans/day",
                "application/json",
                "{\"rep\": \"r9\", \"date\": \"2026-11-24\"}",
            ),
        ),
        ("media type", post("/api/v1/visits", "text/plain", "hello")),
    ];
    for (name, request) in asked {
        let reply = server.send(request).await;
        reply.problem();
        insta::assert_json_snapshot!(format!("problem_{}", name.replace(' ', "_")), reply.json());
    }
}

#[tokio::test]
async fn foreign_names_and_origins_are_kept_out() {
    let server = Server::new();
    let with = |method: Method, headers: &[(&str, &str)]| {
        let mut request = axum::http::Request::builder()
            .method(method)
            .uri("/api/v1/appointments/x");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::empty()).unwrap()
    };
    for (headers, kind) in [
        (vec![("host", "evil.example")], "wrong-host"),
        (vec![], "wrong-host"),
        (
            vec![("host", "localhost"), ("origin", "http://evil.example")],
            "cross-site",
        ),
        (
            vec![("host", "localhost"), ("origin", "null")],
            "cross-site",
        ),
        (
            vec![("host", "localhost"), ("sec-fetch-site", "cross-site")],
            "cross-site",
        ),
        (
            vec![("host", "localhost"), ("origin", "http://localhost")],
            "not-found",
        ),
    ] {
        let reply = server.send(with(Method::DELETE, &headers)).await;
        assert_eq!(reply.problem(), kind, "{headers:?}");
    }
    let read = server
        .send(with(
            Method::GET,
            &[("host", "localhost"), ("origin", "http://evil.example")],
        ))
        .await;
    assert_eq!(read.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn other_origins_may_read_only_when_asked_for() {
    let server = Server::with(Options {
        cors: true,
        ..Options::default()
    });
    let from_elsewhere = |method: Method| {
        request(method, "/api/v1/reps")
            .header("origin", "http://gis.example")
            .body(Body::empty())
            .unwrap()
    };
    let read = server.send(from_elsewhere(Method::GET)).await;
    assert_eq!(read.status, StatusCode::OK);
    assert_eq!(read.header("access-control-allow-origin"), "*");
    let write = server.send(from_elsewhere(Method::POST)).await;
    assert_eq!(write.problem(), "cross-site");
    // A browser asks whether it may; somebody else asks what can be done.
    let options = |asked: Option<&str>| {
        let mut asks = request(Method::OPTIONS, "/ogc/collections/accounts/items");
        if let Some(method) = asked {
            asks = asks.header("access-control-request-method", method);
        }
        asks.body(Body::empty()).unwrap()
    };
    let may = server.send(options(Some("PUT"))).await;
    assert_eq!(may.header("access-control-allow-methods"), "GET");
    assert_eq!(may.header("allow"), "");
    let can = server.send(options(None)).await;
    assert_eq!(can.header("allow"), "GET, HEAD, OPTIONS, POST");
}

#[tokio::test]
async fn tokens_open_the_api_and_nothing_else_does() {
    let server = Server::with(Options {
        tokens: Some(Tokens::parse("a-long-enough-token").unwrap()),
        ..Options::default()
    });
    let with = |path: &str, name: &str, value: &str| {
        request(Method::GET, path)
            .header(name, value)
            .body(Body::empty())
            .unwrap()
    };
    for path in [
        "/api/v1/reps",
        "/tiles/0/0/0.mvt",
        "/metrics",
        "/api/openapi.json",
    ] {
        let reply = server.get(path).await;
        assert_eq!(reply.problem(), "unauthorized", "{path}");
        assert!(reply.header("www-authenticate").starts_with("Bearer"));
        let wrong = with(path, "authorization", "Bearer a-long-enough-tokem");
        assert_eq!(server.send(wrong).await.status, StatusCode::UNAUTHORIZED);
        let right = with(path, "authorization", "Bearer a-long-enough-token");
        assert!(!server.send(right).await.status.is_client_error(), "{path}");
    }
    assert_eq!(server.get("/health").await.status, StatusCode::OK);
    assert!(server.get("/").await.text().contains("action=\"/login\""));
}

#[tokio::test]
async fn signing_in_sets_a_cookie_that_opens_the_page() {
    let server = Server::with(Options {
        tokens: Some(Tokens::parse("a-long-enough-token").unwrap()),
        ..Options::default()
    });
    let submit = |token: &str| {
        request(Method::POST, "/login")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("token={token}")))
            .unwrap()
    };
    assert_eq!(server.send(submit("wrong")).await.problem(), "unauthorized");
    let reply = server.send(submit("a-long-enough-token")).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let cookie = reply.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let pair = cookie.split(';').next().unwrap();
    let request = request(Method::GET, "/api/v1/reps")
        .header("cookie", pair)
        .body(Body::empty())
        .unwrap();
    assert_eq!(server.send(request).await.status, StatusCode::OK);
}

#[tokio::test]
async fn nothing_too_large_is_read() {
    let server = Server::new();
    let long = format!("/api/v1/accounts?q={}", "x".repeat(60_000));
    assert_eq!(server.get(&long).await.problem(), "address-too-long");
    let post = |path: &str, kind: &str, body: Vec<u8>| {
        request(Method::POST, path)
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .unwrap()
    };
    let large = post("/api/v1/visits", "application/json", vec![b' '; 300_000]);
    assert_eq!(server.send(large).await.problem(), "too-large");
    let import = post("/api/v1/accounts/import", "text/csv", vec![b'a'; 21 << 20]);
    assert_eq!(server.send(import).await.problem(), "too-large");
    // Without an announced length the limit holds as well.
    let piece = vec![b'a'; 1 << 20];
    let stream = in_pieces(vec![piece; 21]);
    let unannounced = request(Method::POST, "/api/v1/accounts/import")
        .header(header::CONTENT_TYPE, "text/csv")
        .body(stream)
        .unwrap();
    assert_eq!(server.send(unannounced).await.problem(), "too-large");
}

/// A body in pieces whose length is not known beforehand.
fn in_pieces(pieces: Vec<Vec<u8>>) -> Body {
    struct Pieces(std::vec::IntoIter<Vec<u8>>);
    impl axum::body::HttpBody for Pieces {
        type Data = axum::body::Bytes;
        type Error = std::convert::Infallible;
        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
            let next = self.0.next();
            std::task::Poll::Ready(next.map(|piece| Ok(http_body::Frame::data(piece.into()))))
        }
    }
    Body::new(Pieces(pieces.into_iter()))
}

#[tokio::test]
async fn deep_and_odd_json_is_refused() {
    let server = Server::new();
    let deep = format!("{{\"rep\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    for body in [
        deep.as_str(),
        "{\"rep\": NaN}",
        "{\"rep\": \"r1\", \"date\": \"2026-11-24\"} trailing",
        "\u{feff}{}",
        "{\"rep\": \"\\ud800\"}",
        "",
    ] {
        let request = request(Method::POST, "/api/v1/plans/day")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_owned()))
            .unwrap();
        let reply = server.send(request).await;
        assert_eq!(reply.problem(), "unreadable-body", "{body:.40}");
    }
}

#[tokio::test]
async fn numbers_that_are_none_are_refused_everywhere() {
    let server = Server::new();
    for query in [
        "nearby?lon=NaN&lat=35.9&minutes=10",
        "nearby?lon=14.4&lat=inf&minutes=10",
        "nearby?lon=14.4&lat=35.9&minutes=1e9",
        "nearby?lon=181&lat=35.9",
        "isochrones?lon=14.4&lat=35.9&minutes=10,-5",
        "isochrones?lon=14.4&lat=35.9&minutes=10,20,30,40,50,60,70,80,90",
        "route?from=14.4&to=14.5,35.9",
        "route?from=14.4,35.9,1&to=14.5,35.9",
        "accounts?bbox=1,2,3",
        "coverage?window_days=0",
        "coverage/cells?res=15",
        "coverage?date=99999-01-01",
    ] {
        let reply = server.get(&format!("/api/v1/{query}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(reply.problem(), "invalid-parameters", "{query}");
        assert!(!reply.json()["errors"].as_array().unwrap().is_empty());
    }
}

/// A body that stops arriving is given up on, with a problem.
#[tokio::test]
async fn silent_clients_are_not_waited_for() {
    struct Silent;
    impl axum::body::HttpBody for Silent {
        type Data = axum::body::Bytes;
        type Error = std::convert::Infallible;
        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
            std::task::Poll::Pending
        }
    }
    let server = Server::with(Options {
        body_idle: std::time::Duration::from_millis(50),
        ..Options::default()
    });
    for (path, kind) in [
        ("/api/v1/visits", "application/json"),
        ("/api/v1/accounts/import", "text/csv"),
    ] {
        let request = request(Method::POST, path)
            .header(header::CONTENT_TYPE, kind)
            .body(Body::new(Silent))
            .unwrap();
        assert_eq!(server.send(request).await.problem(), "slow-body", "{path}");
    }
}

#[tokio::test]
async fn too_many_at_once_are_turned_away() {
    let server = Server::with(Options {
        in_flight: 0,
        ..Options::default()
    });
    let reply = server.get("/api/v1/reps").await;
    assert_eq!(reply.problem(), "overloaded");
    assert_eq!(reply.header("retry-after"), "2");
    assert_eq!(server.get("/health").await.status, StatusCode::OK);
    let patient = Server::with(Options {
        planning: 0,
        patience: std::time::Duration::from_millis(20),
        ..Options::default()
    });
    let body = json!({"rep": "r1", "date": DAY});
    let reply = patient.post("/api/v1/plans/day", &body).await;
    assert_eq!(reply.problem(), "overloaded");
}

#[tokio::test]
async fn paths_do_not_leave_the_page() {
    let server = Server::new();
    for path in [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/assets/..%2f..%2f..%2fCargo.toml",
        "/assets/%2e%2e%5c%2e%2e%5cCargo.toml",
        "/.git/config",
        "/index.html/",
        "//etc/passwd",
        "/%00",
    ] {
        let reply = server.get(path).await;
        assert!(reply.status.is_client_error(), "{path}: {}", reply.status);
        reply.problem();
    }
}

#[tokio::test]
async fn ids_in_paths_are_bounded_and_decoded() {
    let server = Server::new();
    let long = format!("/api/v1/accounts/{}", "x".repeat(300));
    assert_eq!(server.get(&long).await.problem(), "invalid-parameters");
    let odd = server.get("/api/v1/accounts/%ff%fe").await;
    assert_eq!(odd.problem(), "invalid-parameters");
    let sql = server.get("/api/v1/accounts/x'%20OR%201=1--").await;
    assert_eq!(sql.problem(), "not-found");
}

#[tokio::test]
async fn while_loading_only_health_answers() {
    let loading = Server::loading();
    let get = |path: &str| request(Method::GET, path).body(Body::empty()).unwrap();
    assert_eq!(send(&loading, get("/health")).await.status, StatusCode::OK);
    for path in ["/ready", "/api/v1/meta", "/tiles/0/0/0.mvt"] {
        let reply = send(&loading, get(path)).await;
        assert_eq!(reply.problem(), "not-ready", "{path}");
        assert_eq!(reply.header("retry-after"), "2");
    }
}

#[tokio::test]
async fn every_answer_carries_security_headers() {
    let server = Server::new();
    for path in ["/", "/api/v1/reps", "/nothing", "/health"] {
        let reply = server.get(path).await;
        assert!(
            reply
                .header("content-security-policy")
                .contains("default-src 'none'")
        );
        assert!(!reply.header("content-security-policy").contains("unsafe"));
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("x-frame-options"), "DENY");
        assert!(!reply.header("x-request-id").is_empty());
    }
}

#[tokio::test]
async fn writes_name_their_fields_when_refused() {
    let server = Server::new();
    let reply = server
        .post(
            "/api/v1/appointments",
            &json!({"account": "due", "rep": "r1", "date": DAY, "start": "25:00", "leeway_min": 1e9, "x": 1}),
        )
        .await;
    assert_eq!(reply.problem(), "invalid-fields");
    let body = reply.json();
    let fields: Vec<&str> = body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["start", "leeway_min", "x"]);
}
