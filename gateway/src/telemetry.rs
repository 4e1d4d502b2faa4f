//! What the running gateway tells its operators: logs and metrics.
//!
//! Logs carry events and counts, never what people wrote or who they are; a
//! last net replaces known secrets on their way out. Metrics have labels from
//! closed sets only. Serving `/metrics` is the web's, health checks too.

use crate::config::{Log, LogFormat, Secret};
use prometheus::{
    Encoder as _, Gauge, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec,
    IntGauge, Opts, Registry, TextEncoder,
};
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Starts logging for the whole process. Every `secret` of eight characters or
/// more is replaced by `***` wherever it would appear. A second call changes
/// nothing, so that several gateways can live in one test process.
pub fn start(log: &Log, secrets: Vec<Secret>) {
    let filter = EnvFilter::builder()
        .parse(&log.level)
        .expect("the configuration was checked");
    let out = Redacted::new(std::io::stderr, secrets);
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(out);
    // `try_init` fails when another subscriber is there already.
    let _ = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    quiet_panics();
}

/// A panic's text may quote what somebody wrote, so only fixed texts are logged.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let what = panic.payload().downcast_ref::<&'static str>();
        tracing::error!(
            place = place.unwrap_or_default(),
            "panic: {}",
            what.unwrap_or(&"(text left out, it may quote a message)")
        );
    }));
}

/// Writes what `inner` makes, with secrets replaced. Each log event arrives as
/// one write.
#[derive(Clone)]
struct Redacted<M> {
    inner: M,
    secrets: Arc<[Secret]>,
}

impl<M> Redacted<M> {
    fn new(inner: M, mut secrets: Vec<Secret>) -> Self {
        secrets.retain(|s| s.expose().len() >= 8);
        Self {
            inner,
            secrets: secrets.into(),
        }
    }
}

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Redacted<M> {
    type Writer = Redacted<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Redacted {
            inner: self.inner.make_writer(),
            secrets: self.secrets.clone(),
        }
    }
}

impl<W: Write> Write for Redacted<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        if self.secrets.iter().any(|s| text.contains(s.expose())) {
            let mut text = text.into_owned();
            for secret in self.secrets.iter() {
                text = text.replace(secret.expose(), "***");
            }
            self.inner.write_all(text.as_bytes())?;
        } else {
            self.inner.write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// Every figure the gateway publishes. Cheap to clone; clones share the figures.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    /// Messages answered as stored, by channel kind.
    pub accepted: IntCounterVec,
    pub processed: IntCounter,
    pub duplicates: IntCounter,
    /// Accepted and not yet processed, and the age of the oldest in seconds.
    pub unprocessed: IntGauge,
    pub unprocessed_age: Gauge,
    pub parked: IntGauge,
    /// Messages from a chat that was slowed down.
    pub slowed: IntCounter,
    /// Messages written by one commit.
    pub group_size: Histogram,
    /// From receipt to commit.
    pub message_seconds: Histogram,
    pub timers_due: IntGauge,
    pub timers_open: IntGauge,
    pub timer_lateness: Histogram,
    /// Rungs fired, by rung key of the policy.
    pub rungs_fired: IntCounterVec,
    /// Rungs the auditor found missing or surplus at its last look.
    pub audit_findings: IntGauge,
    pub outbox_pending: IntGauge,
    pub outbox_age: Gauge,
    /// Sends, by channel kind and result: sent, retry, gone, rejected, unknown.
    pub outbox_sent: IntCounterVec,
    pub outbox_send_seconds: HistogramVec,
    pub spool_messages: IntGauge,
    pub spool_bytes: IntGauge,
    pub spool_age: Gauge,
    /// Crisis cases opened, by service code.
    pub crisis: IntCounterVec,
    /// Requests opened, by service code.
    pub opened: IntCounterVec,
    /// Web requests, by method, route template and status.
    pub http_seconds: HistogramVec,
    /// Open event streams of web pages.
    pub streams: IntGauge,
    /// Database errors by kind: away, busy, other.
    pub database_errors: IntCounterVec,
    /// 1 while the database answers.
    pub database_up: IntGauge,
    /// Hints to other processes, by direction: sent, received, lost.
    pub hints: IntCounterVec,
    /// Essential tasks that died.
    pub tasks_died: IntCounter,
    memory: IntGauge,
}

/// Bucket bounds in seconds: the figures we promise lie between 1 ms and 1 s.
const FAST: [f64; 14] = [
    0.0005, 0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.125, 0.25, 0.5, 1.0, 5.0, 30.0,
];
/// Lateness reaches from a wake-up to an outage.
const LATE: [f64; 12] = [
    0.002, 0.005, 0.01, 0.03, 0.1, 0.5, 1.0, 5.0, 30.0, 300.0, 3600.0, 86400.0,
];
const GROUPS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// A fresh set with its own registry.
    pub fn new() -> Self {
        let registry = Registry::new();
        let r = &registry;
        Self {
            accepted: counters(
                r,
                "accepted_total",
                "Messages answered as stored.",
                &["channel"],
            ),
            processed: counter(r, "processed_total", "Messages carried out."),
            duplicates: counter(
                r,
                "duplicates_total",
                "Redelivered messages that changed nothing.",
            ),
            unprocessed: gauge(
                r,
                "accepted_unprocessed",
                "Messages stored and not yet carried out.",
            ),
            unprocessed_age: seconds(
                r,
                "accepted_unprocessed_age_seconds",
                "Age of the oldest of them.",
            ),
            parked: gauge(r, "parked", "Messages put aside for an administrator."),
            slowed: counter(
                r,
                "slowed_total",
                "Messages of chats that were slowed down.",
            ),
            group_size: histogram(
                r,
                "commit_messages",
                "Messages written by one commit.",
                &GROUPS,
            ),
            message_seconds: histogram(r, "message_seconds", "From receipt to commit.", &FAST),
            timers_due: gauge(r, "timers_due", "Timers that are due and not yet run."),
            timers_open: gauge(r, "timers_open", "Timers that wait for their time."),
            timer_lateness: histogram(
                r,
                "timer_lateness_seconds",
                "How late timers were run.",
                &LATE,
            ),
            rungs_fired: counters(
                r,
                "rungs_fired_total",
                "Steps of a ladder that were taken.",
                &["rung"],
            ),
            audit_findings: gauge(
                r,
                "audit_findings",
                "Steps missing or surplus at the last audit.",
            ),
            outbox_pending: gauge(r, "outbox_pending", "Messages waiting to be sent."),
            outbox_age: seconds(
                r,
                "outbox_age_seconds",
                "Age of the oldest message that should be out.",
            ),
            outbox_sent: counters(
                r,
                "outbox_sent_total",
                "Attempts to send.",
                &["channel", "result"],
            ),
            outbox_send_seconds: histograms(
                r,
                "outbox_send_seconds",
                "Time one attempt took.",
                &["channel"],
            ),
            spool_messages: gauge(
                r,
                "spool_messages",
                "Messages kept while the database is away.",
            ),
            spool_bytes: gauge(r, "spool_bytes", "Their size on disk."),
            spool_age: seconds(r, "spool_age_seconds", "Age of the oldest of them."),
            crisis: counters(r, "crisis_total", "Crisis cases opened.", &["service"]),
            opened: counters(r, "opened_total", "Requests opened.", &["service"]),
            http_seconds: histograms(
                r,
                "http_seconds",
                "Web requests.",
                &["method", "route", "status"],
            ),
            streams: gauge(r, "streams", "Open event streams of web pages."),
            database_errors: counters(r, "database_errors_total", "Failed statements.", &["kind"]),
            database_up: gauge(r, "database_up", "1 while the database answers."),
            hints: counters(
                r,
                "hints_total",
                "Wake-up hints between processes.",
                &["direction"],
            ),
            tasks_died: counter(
                r,
                "tasks_died_total",
                "Background tasks that ended by themselves.",
            ),
            memory: gauge(r, "resident_memory_bytes", "Memory this process occupies."),
            registry,
        }
    }

    /// One served web request. `route` is the template (`/r/{reference}`), never
    /// the path itself: that would be personal.
    pub fn served(&self, method: &str, route: &str, status: u16, took: Duration) {
        self.http_seconds
            .with_label_values(&[method, route, &status.to_string()])
            .observe(took.as_secs_f64());
    }

    /// Everything in the Prometheus text format.
    pub fn render(&self) -> String {
        if let Some(bytes) = resident_memory() {
            self.memory.set(bytes as i64);
        }
        let mut out = Vec::new();
        TextEncoder::new()
            .encode(&self.registry.gather(), &mut out)
            .expect("writing to memory does not fail");
        String::from_utf8(out).expect("names, labels and figures are text")
    }
}

/// Resident memory of this process in bytes, where the system tells.
pub fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

fn register<C: prometheus::core::Collector + Clone + 'static>(
    registry: &Registry,
    made: prometheus::Result<C>,
) -> C {
    let made = made.expect("names and labels are fixed and valid");
    registry
        .register(Box::new(made.clone()))
        .expect("each name is registered once");
    made
}

fn named(name: &str) -> String {
    format!("linli_{name}")
}

fn counter(r: &Registry, name: &str, help: &str) -> IntCounter {
    register(r, IntCounter::new(named(name), help))
}

fn counters(r: &Registry, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    register(r, IntCounterVec::new(Opts::new(named(name), help), labels))
}

fn gauge(r: &Registry, name: &str, help: &str) -> IntGauge {
    register(r, IntGauge::new(named(name), help))
}

fn seconds(r: &Registry, name: &str, help: &str) -> Gauge {
    register(r, Gauge::new(named(name), help))
}

fn histogram(r: &Registry, name: &str, help: &str, buckets: &[f64]) -> Histogram {
    let opts = HistogramOpts::new(named(name), help).buckets(buckets.to_vec());
    register(r, Histogram::with_opts(opts))
}

fn histograms(r: &Registry, name: &str, help: &str, labels: &[&str]) -> HistogramVec {
    let opts = HistogramOpts::new(named(name), help).buckets(FAST.to_vec());
    register(r, HistogramVec::new(opts, labels))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_figure_is_rendered_with_its_explanation() {
        let metrics = Metrics::new();
        metrics.accepted.with_label_values(&["telegram"]).inc();
        metrics.timer_lateness.observe(0.004);
        metrics.served("GET", "/r/{reference}", 200, Duration::from_millis(3));
        let text = metrics.render();
        for line in [
            "# HELP linli_accepted_total Messages answered as stored.",
            "# TYPE linli_accepted_total counter",
            "linli_accepted_total{channel=\"telegram\"} 1",
            "# TYPE linli_timer_lateness_seconds histogram",
            "linli_timer_lateness_seconds_bucket{le=\"0.005\"} 1",
            "linli_timer_lateness_seconds_bucket{le=\"0.002\"} 0",
            "linli_http_seconds_count{method=\"GET\",route=\"/r/{reference}\",status=\"200\"} 1",
            "linli_parked 0",
        ] {
            assert!(
                text.lines().any(|l| l == line),
                "{line} is missing in\n{text}"
            );
        }
    }

    #[test]
    fn two_sets_of_metrics_do_not_share_figures() {
        let (one, two) = (Metrics::new(), Metrics::new());
        one.clone().processed.inc();
        assert_eq!(one.processed.get(), 1);
        assert_eq!(two.processed.get(), 0);
    }

    #[test]
    fn the_memory_of_this_process_is_known_and_published() {
        assert!(resident_memory().unwrap() > 1024 * 1024);
        let text = Metrics::new().render();
        let line = text
            .lines()
            .find(|l| l.starts_with("linli_resident_memory_bytes "));
        assert_ne!(line.unwrap(), "linli_resident_memory_bytes 0");
    }

    #[test]
    fn a_secret_does_not_reach_the_log() {
        let secrets = vec![Secret::new("123456:ABCDEF"), Secret::new("a")];
        let maker = Redacted::new(Vec::<u8>::new, secrets);
        let mut out = maker.make_writer();
        let line = "GET /bot123456:ABCDEF/getMe 老王 a\n";
        out.write_all(line.as_bytes()).unwrap();
        assert_eq!(out.inner, "GET /bot***/getMe 老王 a\n".as_bytes());
    }
}
