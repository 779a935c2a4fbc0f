//! Counts and latencies for Prometheus. Each app owns its recorder, so that two servers in one process (as in tests) do
//! not mix their figures.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use metrics::{counter, histogram, with_local_recorder};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusRecorder};

/// Upper bounds of latency buckets, in seconds.
const BUCKETS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// The figures of one server.
pub struct Metrics {
    recorder: PrometheusRecorder,
}

impl Metrics {
    /// No figures yet.
    pub fn new() -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?
            .build_recorder();
        Ok(Self { recorder })
    }

    /// One answered request. `route` is the pattern, never the address, to keep the number of series small.
    pub fn request(&self, method: &Method, route: &str, status: StatusCode, took: Duration) {
        let method = known_method(method);
        with_local_recorder(&self.recorder, || {
            counter!(
                "rondo_http_requests_total",
                "method" => method,
                "route" => route.to_owned(),
                "status" => status.as_u16().to_string()
            )
            .increment(1);
            histogram!(
                "rondo_http_request_seconds",
                "method" => method,
                "route" => route.to_owned()
            )
            .record(took);
        });
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
