//! How good is the book's data? Shares with their fractions, and every defect with its cure.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::caching;
use super::extract::{NoParams, Params};
use super::problem::{Problem, ProblemBody};
use super::standing::{self, Standing};
use super::state::{App, Loaded, Work};
use crate::accounts::duplicates::{SuspectRule, suspects};
use crate::accounts::{Account, LocationQuality, hours};
use crate::geojson::coverage::Fraction;

/// An account farther from the road than this is suspect.
const NEAR_ROAD_M: f64 = 50.0;
/// Longest list that is sent.
const MOST_ISSUES: usize = 5_000;

/// Quality of the active accounts' data.
#[derive(Debug, Serialize, ToSchema)]
pub struct Quality {
    /// Located by coordinates, house number or street.
    located: Fraction,
    /// Within 50 m of a road.
    snapped: Fraction,
    class_known: Fraction,
    /// With a cadence of its own or of its class.
    cadence_known: Fraction,
    /// With opening hours that can be read.
    hours_known: Fraction,
    last_visit_known: Fraction,
    /// The weakest of them.
    score: Fraction,
    /// What the score is made of.
    score_rule: &'static str,
    /// Defects, worst kinds first, then by account.
    issues: Vec<Issue>,
    /// How many there are; more than are listed when the list was cut.
    total_issues: usize,
}

/// One defect.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Issue {
    account: String,
    name: String,
    /// `unlocated`, `place_only`, `off_network`, `far_from_road`, `no_rep`, `duplicate_suspect`, `unreadable_hours`,
    /// `no_class` or `never_visited`.
    code: &'static str,
    detail: String,
    cure: &'static str,
}

/// Quality of the active accounts' data today.
#[utoipa::path(get, path = "/api/v1/quality", tag = "book",
    responses((status = 200, body = Quality), (status = 304, description = "Unchanged"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json")))]
pub async fn quality(
    State(app): State<App>,
    Params(NoParams): Params<NoParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let today = app.today()?;
    app.run(Work::Planning, move |loaded| {
        caching::by_revision(loaded, &headers, &today, || {
            let mut all = standing::all(loaded, today, None)?;
            // Only those that take part on the day were looked at on the roads.
            all.retain(|one| one.cause.is_some());
            Ok(Json(report(loaded, &all)))
        })
    })
    .await
}

fn report(loaded: &Loaded, all: &[Standing]) -> Quality {
    let total = all.len() as f64;
    let share = |holds: &dyn Fn(&Standing) -> bool| {
        Fraction::new(all.iter().filter(|one| holds(one)).count() as f64, total)
    };
    let shares = [
        share(&|one| is_located(&one.account)),
        share(&|one| one.snap_m.is_some_and(|m| m <= NEAR_ROAD_M)),
        share(&|one| one.account.class.is_some()),
        share(&|one| one.due.interval_d.is_some()),
        share(&|one| {
            let text = one.account.opening_hours.as_deref();
            text.is_some_and(|text| hours::complaint(text).is_none())
        }),
        share(&|one| one.due.last_done.is_some()),
    ];
    let mut issues = defects(all, loaded.planner.settings.snap_limit_m);
    issues.extend(duplicates(all));
    issues.sort_by(|a, b| (rank(a.code), &a.account).cmp(&(rank(b.code), &b.account)));
    let total_issues = issues.len();
    issues.truncate(MOST_ISSUES);
    let [
        located,
        snapped,
        class_known,
        cadence_known,
        hours_known,
        last_visit_known,
    ] = shares;
    let score = shares
        .into_iter()
        .min_by(|a, b| a.numerator().total_cmp(&b.numerator()))
        .unwrap_or(located);
    Quality {
        located,
        snapped,
        class_known,
        cadence_known,
        hours_known,
        last_visit_known,
        score,
        score_rule: "the weakest of located, snapped, class_known, cadence_known, hours_known and last_visit_known",
        issues,
        total_issues,
    }
}

fn is_located(account: &Account) -> bool {
    account
        .location
        .is_some_and(|place| place.quality != LocationQuality::Place)
}

/// Kinds of defects, worst first.
const CODES: [&str; 9] = [
    "unlocated",
    "place_only",
    "off_network",
    "no_rep",
    "far_from_road",
    "duplicate_suspect",
    "unreadable_hours",
    "no_class",
    "never_visited",
];

fn rank(code: &str) -> usize {
    CODES.iter().position(|c| *c == code).unwrap_or(CODES.len())
}

fn defects(all: &[Standing], snap_limit_m: f64) -> Vec<Issue> {
    let mut issues = Vec::new();
    for one in all {
        let account = &one.account;
        let mut tell = |code, detail: String, cure| {
            issues.push(Issue {
                account: account.id.0.clone(),
                name: account.name.clone(),
                code,
                detail,
                cure,
            });
        };
        match (account.location, one.snap_m) {
            (None, _) => tell(
                "unlocated",
                "no place is known".into(),
                "correct the address, or drag the account to its place",
            ),
            (Some(place), _) if place.quality == LocationQuality::Place => tell(
                "place_only",
                "only its town is known; it is not planned".into(),
                "add street and house number, or drag the account to its place",
            ),
            (Some(_), None) => tell(
                "off_network",
                format!("no road within {snap_limit_m:.0} m"),
                "drag the account to its place",
            ),
            (Some(_), Some(m)) if m > NEAR_ROAD_M => tell(
                "far_from_road",
                format!("{m:.0} m from the nearest road"),
                "check its place",
            ),
            _ => {}
        }
        if one.rep_name.is_none() {
            tell(
                "no_rep",
                match &account.rep {
                    Some(rep) => format!("{rep} is not an active rep"),
                    None => "nobody looks after it".into(),
                },
                "assign an active rep",
            );
        }
        if let Some(text) = &account.opening_hours
            && let Some(why) = hours::complaint(text)
        {
            tell(
                "unreadable_hours",
                format!("{text:?}: {why}"),
                "write them as OpenStreetMap does, such as Mo-Fr 08:00-13:00,16:00-19:00",
            );
        }
        if account.class.is_none() {
            tell(
                "no_class",
                "without a class the default cadence holds".into(),
                "set a class",
            );
        }
        if one.due.last_done.is_none() && one.due.interval_d.is_some() {
            tell(
                "never_visited",
                "no visit is on record".into(),
                "plan a first visit, or import past visits",
            );
        }
    }
    issues
}

fn duplicates(all: &[Standing]) -> Vec<Issue> {
    let accounts: Vec<Account> = all.iter().map(|one| one.account.clone()).collect();
    let names: BTreeMap<_, _> = accounts.iter().map(|a| (&a.id, &a.name)).collect();
    let name = |id| names.get(id).map_or("", |name| name.as_str());
    suspects(&accounts, SuspectRule::default())
        .iter()
        .map(|pair| Issue {
            account: pair.a.0.clone(),
            name: name(&pair.a).to_owned(),
            code: "duplicate_suspect",
            detail: format!(
                "may be the same as {} {:?}, {:.0} m away",
                pair.b,
                name(&pair.b),
                pair.distance_m
            ),
            cure: "if it is, make one of the two inactive",
        })
        .collect()
}
