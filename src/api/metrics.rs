//! Counts and latencies for Prometheus. Each app owns its recorder, so that two servers in one process (as in tests) do
//! not mix their figures.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use metrics::{Counter, Histogram, counter, histogram, with_local_recorder};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusRecorder};

/// Upper bounds of latency buckets, in seconds.
const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// Requests after which latencies are summed up, lest they pile up while nobody asks for the figures.
const UPKEEP: u64 = 4_096;

/// The figures of one server.
pub struct Metrics {
    recorder: PrometheusRecorder,
    /// Where requests of a kind are counted: finding that anew takes longer than counting.
    known: Mutex<HashMap<Kind, (Counter, Histogram)>>,
    requests: AtomicU64,
}

/// Method, route and status.
type Kind = (&'static str, Cow<'static, str>, StatusCode);

impl Metrics {
    /// No figures yet.
    pub fn new() -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?
            .build_recorder();
        Ok(Self {
            recorder,
            known: Mutex::default(),
            requests: AtomicU64::new(0),
        })
    }

    /// One answered request. `route` is the pattern, never the address, to keep the number of series small.
    pub fn request(
        &self,
        method: &Method,
        route: impl Into<Cow<'static, str>>,
        status: StatusCode,
        took: Duration,
    ) {
        let (counter, histogram) = self.counters((known_method(method), route.into(), status));
        counter.increment(1);
        histogram.record(took);
        if self.requests.fetch_add(1, Ordering::Relaxed) % UPKEEP == UPKEEP - 1 {
            self.recorder.handle().run_upkeep();
        }
    }

    fn counters(&self, kind: Kind) -> (Counter, Histogram) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(&kind) {
            return found.clone();
        }
        let (method, route, status) = &kind;
        let made = with_local_recorder(&self.recorder, || {
            let counter = counter!(
                "rondo_http_requests_total",
                "method" => *method,
                "route" => route.to_string(),
                "status" => status.as_u16().to_string()
            );
            let histogram = histogram!(
                "rondo_http_request_seconds",
                "method" => *method,
                "route" => route.to_string()
            );
            (counter, histogram)
        });
        known.insert(kind, made.clone());
        made
    }

    /// One planned day.
    pub fn plan(&self, took: Duration, stops: usize) {
        with_local_recorder(&self.recorder, || {
            histogram!("rondo_plan_seconds").record(took);
            counter!("rondo_planned_stops_total").increment(stops as u64);
        });
    }

    /// The text that Prometheus reads.
    pub fn render(&self) -> String {
        let handle = self.recorder.handle();
        handle.run_upkeep();
        handle.render()
    }
}

/// A caller can invent methods; they share one series.
fn known_method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
