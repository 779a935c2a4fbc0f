//! Properties that need more than a look: what is worked out on request, chances of times, territories and their hours.

use rondo::store::{Changes, Store as _};
use serde_json::{Value, json};

use super::{features, ids, items, links, ok, planned, walk};
use crate::api::{DAY, Server};

const ON_REQUEST: [&str; 2] = ["minimal_change", "next_slot"];

async fn of(server: &Server, layer: &str, id: &str) -> Value {
    ok(server, &format!("{}/{id}", items(layer))).await["properties"].clone()
}

#[tokio::test]
async fn what_would_let_a_visit_in_comes_on_request_as_the_explanation_has_it() {
    let server = Server::new();
    // Room for one visit only.
    let mut busy = server.store.reps().unwrap();
    busy[0].max_visits = Some(1);
    let changes = Changes {
        source: "import".into(),
        reps: busy,
        ..Changes::default()
    };
    server
        .store
        .write(&changes, crate::api::long_ago())
        .unwrap();
    let day = json!({"rep": "r1", "date": DAY});
    assert_eq!(server.post("/api/v1/plans/day", &day).await.status, 200);
    let plain = ok(&server, &items("unplanned")).await;
    let mut changes = 0;
    for feature in features(&plain) {
        for name in ON_REQUEST {
            assert_eq!(feature["properties"].get(name), None);
        }
        let account = feature["properties"]["account"].as_str().unwrap();
        let alone = of(&server, "unplanned", feature["id"].as_str().unwrap()).await;
        let path = format!("/api/v1/plans/day/explain?rep=r1&date={DAY}&account={account}");
        let told = ok(&server, &path).await;
        let texts: Vec<&Value> = told["days"][0]["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| &change["text"])
            .collect();
        if texts.is_empty() {
            assert_eq!(alone["minimal_change"], Value::Null, "{account}");
        } else {
            assert!(
                texts.contains(&&alone["minimal_change"]),
                "{account}: {alone}"
            );
            changes += 1;
        }
        assert_eq!(alone["next_slot"], told["next"]["start"], "{account}");
    }
    assert!(changes > 0, "nobody left out could be let in: {plain}");
    // By name on a page, and a page at a time: the same values.
    let query = "properties=account,minimal_change,next_slot";
    let page = ok(&server, &format!("{}?{query}", items("unplanned"))).await;
    for feature in features(&page) {
        let alone = of(&server, "unplanned", feature["id"].as_str().unwrap()).await;
        for (name, value) in feature["properties"].as_object().unwrap() {
            assert_eq!(alone[name], *value);
        }
        assert_eq!(feature["properties"].as_object().unwrap().len(), 3);
    }
    let paged = walk(&server, &format!("{}?{query}&limit=1", items("unplanned"))).await;
    assert_eq!(paged.len(), features(&plain).len());
    let wide = ok(
        &server,
        &format!("{}?{query}&limit=10000", items("unplanned")),
    )
    .await;
    assert!(links(&wide, "next").is_empty() && features(&wide).len() <= 20);
}

#[tokio::test]
async fn no_condition_order_file_or_tile_asks_for_what_is_worked_out_on_request() {
    let server = planned().await;
    let layer = "/ogc/collections/unplanned";
    for name in ON_REQUEST {
        for query in [
            format!("items?{name}=x"),
            format!("items?filter={name}%20IS%20NULL"),
            format!("items?sortby={name}"),
            format!("download?properties={name}"),
            format!("tiles/WebMercatorQuad/0/0/0?properties={name}"),
        ] {
            let reply = server.get(&format!("{layer}/{query}")).await;
            assert_eq!(reply.problem(), "invalid-parameters", "{query}");
            assert!(reply.text().contains(name), "{}", reply.text());
        }
        let queryables = ok(&server, &format!("{layer}/queryables")).await;
        assert_eq!(queryables["properties"].get(name), None);
        let schema = ok(&server, &format!("{layer}/schema")).await;
        let about = &schema["properties"][name];
        assert!(
            about["description"]
                .as_str()
                .unwrap()
                .contains("on request")
        );
        let csv = server.get(&format!("{layer}/download?f=csv")).await;
        assert!(!csv.text().contains(name));
    }
    assert_eq!(
        server.get(&format!("{layer}/download?f=gpkg")).await.status,
        200
    );
}

#[tokio::test]
async fn planned_visits_tell_how_sure_their_times_are() {
    let server = planned().await;
    let page = ok(&server, &format!("{}?kind=suggested", items("visits"))).await;
    assert!(!features(&page).is_empty());
    let instant =
        |value: &Value| chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap();
    for visit in features(&page) {
        let about = &visit["properties"];
        assert!(instant(&about["p50"]) <= instant(&about["p90"]));
        // Open from 08:00 to 18:00, a few minutes away: they are in time.
        assert!(about["p_on_time"].as_f64().unwrap() > 0.99, "{about}");
        // The book holds five visits.
        assert_eq!(about["show_p"], Value::Null);
    }
    let page = ok(&server, &format!("{}?kind=recorded", items("visits"))).await;
    for visit in features(&page) {
        assert_eq!(visit["properties"]["p50"], Value::Null);
    }
}

#[tokio::test]
async fn legs_tell_the_cost_that_their_way_was_chosen_by() {
    let server = planned().await;
    let legs = ok(&server, &items("legs")).await;
    for leg in features(&legs) {
        let about = &leg["properties"];
        assert!(about["cost_s"].as_i64().unwrap() >= about["drive_s"].as_i64().unwrap());
    }
}

#[tokio::test]
async fn accounts_name_their_territory_and_territories_tell_their_hours() {
    let server = planned().await;
    let centre = of(&server, "areas", "centre").await;
    let inside = ok(&server, &format!("{}?territory=centre", items("accounts"))).await;
    assert_eq!(ids(&inside), ["due"]);
    assert_eq!(
        (&centre["accounts"], &centre["potential"]),
        (&1.into(), &10.0.into())
    );
    assert_eq!(
        of(&server, "accounts", "island").await["territory"],
        Value::Null
    );
    assert_eq!(
        of(&server, "accounts", "lost").await["territory"],
        Value::Null
    );
    let (need, have) = (&centre["hours_need"], &centre["hours_have"]);
    assert!(need.as_f64().unwrap() > 0.0 && have.as_f64().unwrap() > 0.0);
    assert_eq!(
        (&centre["dev"], &centre["components"]),
        (&0.0.into(), &1.into())
    );
    // A rectangle of 0.02 by 0.02 degrees at 36 degrees north.
    let compact = centre["compact"].as_f64().unwrap();
    assert!((0.75..0.785).contains(&compact), "{compact}");
    let rep = of(&server, "reps", "r1").await;
    assert_eq!(&rep["hours_have"], have);
    assert!(rep["load"].is_string());
    // The run of the accounts is another one as soon as the areas are.
    let run = of(&server, "accounts", "due").await["run_id"].clone();
    let reply = server
        .json(
            axum::http::Method::DELETE,
            "/api/v1/areas/centre",
            &Value::Null,
        )
        .await;
    assert!(reply.status.is_success(), "{}", reply.text());
    let due = of(&server, "accounts", "due").await;
    assert_eq!(due["territory"], Value::Null);
    assert_ne!(due["run_id"], run);
}
