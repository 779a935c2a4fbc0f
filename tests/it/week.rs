//! A week lived through: plan Monday, record what happened, plan the other days. Cadence, coverage and plans move as the
//! definitions say, and the same week again gives the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc, Weekday};
use rondo::accounts::cadence::DueStatus;
use rondo::accounts::{Account, AccountId, Location, LocationQuality, Lunch, Rep, VisitStatus};
use rondo::coverage::{Coverage, GapCause};
use rondo::geometry::{LonLat, distance};
use rondo::planner::{
    CoverageRequest, DayPlan, DayRequest, Ground, Outcome, Planner, Settings, Standings, WhyOut,
};
use rondo::store::{Changes, SqliteStore, Store};

const MONDAY: &str = "2026-11-23";
/// Mosta, in the middle of the main island.
const HOME: LonLat = LonLat::new(14.4255, 35.9097);

fn day(n: u64) -> NaiveDate {
    MONDAY.parse::<NaiveDate>().unwrap() + Days::new(n)
}

fn evening(n: u64) -> DateTime<Utc> {
    day(n).and_hms_opt(18, 0, 0).unwrap().and_utc()
}

fn at(h: u32, m: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(h, m, 0).unwrap()
}

fn anna() -> Rep {
    Rep {
        id: "anna".into(),
        name: "Anna".into(),
        home: HOME,
        shift_start: at(8, 30),
        shift_end: at(17, 0),
        weekdays: vec![
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
        ],
        lunch: Some(Lunch {
            earliest: at(12, 0),
            latest: at(13, 30),
            minutes: 30,
        }),
        max_visits: Some(7),
        max_drive_min: None,
        skills: Vec::new(),
        blocks: Vec::new(),
        open_end: false,
        active: true,
    }
}

/// Forty-eight accounts at road ends within six kilometres of home, last seen 10 to 60 days before Monday.
fn accounts() -> Vec<Account> {
    let network = &super::malta::region().network;
    let near: Vec<LonLat> = network
        .edges()
        .map(|edge| edge.place_at(0.5))
        .filter(|p| distance(*p, HOME).0 < 6_000.0)
        .collect();
    near.iter()
        .step_by(near.len() / 48)
        .take(48)
        .enumerate()
        .map(|(i, place)| Account {
            id: AccountId(format!("a{i:02}")),
            name: format!("Account {i}"),
            location: Some(Location {
                at: *place,
                quality: LocationQuality::Given,
            }),
            class: Some(["A", "B", "C"][i % 3].to_owned()),
            value: 100.0 + (i * 37 % 50) as f64,
            rep: Some("anna".into()),
            last_visit: Some(day(0) - Days::new(10 + (i as u64 * 7) % 50)),
            opening_hours: (i % 4 == 0).then(|| "Mo-Fr 09:00-13:00,16:00-19:00".to_owned()),
            ..Account::default()
        })
        .collect()
}

struct Week {
    planner: Planner,
    store: Arc<SqliteStore>,
    plans: Vec<DayPlan>,
    coverage: Vec<Coverage>,
}

impl Week {
    fn begin() -> Self {
        let store = Arc::new(SqliteStore::in_memory().unwrap());
        let book = Changes {
            source: "import".to_owned(),
            reps: vec![anna()],
            accounts: accounts(),
            ..Changes::default()
        };
        let sunday = evening(0) - Days::new(1);
        store.write(&book, sunday).unwrap();
        let ground = Ground::of(super::malta::region());
        let planner = Planner::new(
            ground,
            Arc::clone(&store) as Arc<dyn Store>,
            Settings::default(),
        );
        let mut week = Self {
            planner,
            store,
            plans: Vec::new(),
            coverage: Vec::new(),
        };
        week.count(day(0) - Days::new(1));
        week
    }

    fn count(&mut self, date: NaiveDate) {
        let coverage = self.planner.coverage(&CoverageRequest::on(date)).unwrap();
        self.coverage.push(coverage);
    }

    /// Plans a day, lives it and counts in the evening. On Monday the first is missed and the second phoned; all other
    /// visits take place.
    fn live(&mut self, n: u64) {
        let request = DayRequest::new("anna".into(), day(n));
        let plan = self
            .planner
            .plan_and_store(&request, evening(n) - Days::new(1))
            .unwrap();
        for stop in &plan.stops {
            let status = match (n, stop.seq) {
                (0, 1) => VisitStatus::Missed,
                (0, 2) => VisitStatus::Phone,
                _ => VisitStatus::Done,
            };
            self.planner
                .record_outcome(&stop.visit, &Outcome::of(status), evening(n))
                .unwrap();
        }
        self.plans.push(plan);
        self.count(day(n));
    }

    fn lived() -> Self {
        let mut week = Self::begin();
        (0..5).for_each(|n| week.live(n));
        week
    }

    fn bytes(&self) -> Vec<u8> {
        let stored: Vec<_> = (0..5)
            .map(|n| self.planner.stored_plan(&"anna".into(), day(n)).unwrap())
            .collect();
        serde_json::to_vec(&(&self.plans, stored, &self.coverage)).unwrap()
    }

    fn status(&self, account: &AccountId, date: NaiveDate) -> (DueStatus, f64) {
        let book = self.store.book().unwrap();
        let standings = Standings::new(&book, &self.planner.settings, date);
        let account = book.accounts.iter().find(|a| a.id == *account).unwrap();
        let due = standings.due(account);
        (due.status, due.urgency)
    }
}

fn numerator(coverage: &Coverage, name: &str) -> f64 {
    coverage
        .metrics
        .iter()
        .find(|m| m.name == name)
        .unwrap()
        .numerator
}

fn accounts_with(coverage: &Coverage, cause: GapCause) -> u64 {
    coverage
        .causes
        .iter()
        .find(|c| c.cause == cause)
        .unwrap()
        .accounts
}

#[test]
fn a_week_moves_cadence_coverage_and_plans_as_defined() {
    let week = Week::lived();
    let monday = &week.plans[0];
    assert!(monday.stops.len() >= 5, "{}", monday.stops.len());
    let (missed, phoned, done) = (
        &monday.stops[0].account,
        &monday.stops[1].account,
        &monday.stops[2].account,
    );

    // Done starts the interval anew; missed and phone do not.
    assert!(week.status(done, day(0)).1.abs() < 1e-12);
    let overdue_still = |account: &AccountId, was: Option<f64>| {
        let book = week.store.book().unwrap();
        let visits = book.visits.iter().filter(|v| v.account == *account);
        let done_later = visits.filter(|v| v.status == VisitStatus::Done).count();
        done_later > 0 || week.status(account, day(4)).1 > was.unwrap()
    };
    assert!(overdue_still(missed, monday.stops[0].urgency));
    assert!(overdue_still(phoned, monday.stops[1].urgency));
    assert!(week.status(missed, day(0)).1 > 0.0 && week.status(phoned, day(0)).1 > 0.0);

    // Tuesday may take up again whoever was missed or phoned; whoever was visited is left in peace all week.
    let tuesday = &week.plans[1];
    for again in [missed, phoned] {
        let planned = tuesday.stops.iter().any(|s| s.account == *again);
        let why = tuesday
            .left_out
            .iter()
            .find(|l| l.account == *again)
            .map(|l| &l.why);
        assert!(
            planned
                || !matches!(
                    why,
                    None | Some(WhyOut::InOtherPlan { .. } | WhyOut::NotDue { .. })
                ),
            "{why:?}"
        );
    }
    let mut visited = BTreeMap::new();
    for plan in &week.plans {
        for stop in &plan.stops {
            if plan.date != day(0) || stop.seq > 2 {
                *visited.entry(&stop.account).or_insert(0) += 1;
            }
        }
    }
    assert!(visited.values().all(|times| *times == 1), "{visited:?}");

    // Coverage: every visit done counts, causes sum to the total every evening.
    let reached = |n: usize| numerator(&week.coverage[n], "frequency_coverage");
    assert!((0..5).all(|n| reached(n + 1) >= reached(n) - 1e-9));
    assert!(reached(5) > reached(0));
    let overdue = |n: usize| accounts_with(&week.coverage[n], GapCause::Overdue);
    assert!(overdue(5) < overdue(0), "{} {}", overdue(5), overdue(0));
    for coverage in &week.coverage {
        let sum: u64 = coverage.causes.iter().map(|c| c.accounts).sum();
        assert_eq!((sum, coverage.total), (48, 48));
        let by_rep: u64 = coverage.by_rep.iter().map(|r| r.accounts).sum();
        assert_eq!(by_rep, 48);
    }

    // Every account of the rep is either planned or has its reason, every day.
    for plan in &week.plans {
        let named: BTreeSet<_> = plan.stops.iter().map(|s| &s.account).collect();
        assert!(plan.left_out.iter().all(|l| !named.contains(&l.account)));
        assert!(
            plan.totals.visits > 0 && plan.warnings.is_empty(),
            "{:?}",
            plan.warnings
        );
    }
}

#[test]
fn the_same_week_twice_gives_the_same_bytes() {
    assert!(Week::lived().bytes() == Week::lived().bytes());
}

#[test]
fn planning_a_day_again_changes_that_day_only() {
    let week = Week::begin();
    let plan = |n| {
        let request = DayRequest::new("anna".into(), day(n));
        week.planner.plan_and_store(&request, evening(0)).unwrap()
    };
    let first: Vec<DayPlan> = (0..3).map(plan).collect();
    let again = plan(1);
    assert_eq!(again.stops, plan(1).stops);
    assert_eq!(again.run_id, plan(1).run_id);
    for n in [0, 2] {
        let stored = week
            .planner
            .stored_plan(&"anna".into(), day(n))
            .unwrap()
            .unwrap();
        assert_eq!(stored, first[n as usize]);
    }
}
