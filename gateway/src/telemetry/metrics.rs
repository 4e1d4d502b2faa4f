//! The figures a running gateway publishes. Labels come from closed sets only;
//! nothing here knows who reads them, or when.

use crate::clock::{Moment, micros};
use prometheus::{
    Encoder as _, Gauge, GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter,
    IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};
use std::time::Duration;

/// Declares [`Metrics`]: the explanation of a figure is also its help text.
macro_rules! metrics {
    ($(#[doc = $help:literal] $field:ident: $type:ident = $make:ident($name:literal $(, $more:expr)*);)*) => {
        /// Every figure the gateway publishes, registered under `linli_` and the
        /// name given. Cheap to clone; clones share the figures.
        #[derive(Clone)]
        pub struct Metrics {
            registry: Registry,
            $(#[doc = $help] pub $field: $type,)*
        }

        impl Metrics {
            /// A fresh set with its own registry.
            pub fn new() -> Self {
                let registry = Registry::new();
                Self {
                    $($field: $make(&registry, $name, $help.trim() $(, $more)*),)*
                    registry,
                }
            }
        }
    };
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

metrics! {
    /// Messages answered as stored, by channel kind.
    accepted: IntCounterVec = counters("accepted_total", &["channel"]);
    /// Webhook calls not taken (why: secret, size, unreadable or unsupported) and messages of nobody who could be answered (nobody).
    refused: IntCounterVec = counters("refused_total", &["channel", "why"]);
    /// Messages carried out.
    processed: IntCounter = counter("processed_total");
    /// Redelivered messages that changed nothing.
    duplicates: IntCounter = counter("duplicates_total");
    /// Messages in the queue and not yet carried out; those on disk are spool_messages.
    unprocessed: IntGauge = gauge("accepted_unprocessed");
    /// Age of the oldest of them.
    unprocessed_age: Gauge = seconds("accepted_unprocessed_age_seconds");
    /// Messages put aside for an administrator.
    parked: IntGauge = gauge("parked");
    /// Messages of chats that were slowed down.
    slowed: IntCounter = counter("slowed_total");
    /// Messages written by one commit.
    group_size: Histogram = histogram("commit_messages", &GROUPS);
    /// From receipt to commit.
    message_seconds: Histogram = histogram("message_seconds", &FAST);
    /// Second opinions, by what came of them: answered, unsure, slow, away, refused, unsound, busy or resting.
    opinions: IntCounterVec = counters("second_opinions_total", &["outcome"]);
    /// Text messages, by what came of them: sent, later, refused, fault, unknown or limited.
    texts: IntCounterVec = counters("texts_total", &["outcome"]);
    /// Checks of name, document or face at a provider, by what came of them: match, no_match, cannot_say, expired or link.
    checks: IntCounterVec = counters("checks_total", &["verifier", "outcome"]);
    /// Attempts to tell programs, by what came of them: taken, refused or failed.
    webhooks: IntCounterVec = counters("webhooks_total", &["outcome"]);
    /// Time one second opinion took.
    opinion_seconds: Histogram = histogram("second_opinion_seconds", &FAST);
    /// Timers that are due and not yet run.
    timers_due: IntGauge = gauge("timers_due");
    /// How late timers were run.
    timer_lateness: Histogram = histogram("timer_lateness_seconds", &LATE);
    /// Steps of a ladder that were taken, by rung key of the policy.
    rungs_fired: IntCounterVec = counters("rungs_fired_total", &["rung"]);
    /// When a channel last did something, in seconds since 1970; way: in, out or failed.
    channel_last: GaugeVec = gauges("channel_last_seconds", &["channel", "way"]);
    /// 1 while the last probe came through.
    probe_good: IntGauge = gauge("probe_good");
    /// Steps missing or surplus at the last audit.
    audit_findings: IntGauge = gauge("audit_findings");
    /// Desks that nobody holds now.
    desks_empty: IntGauge = gauge("desks_empty");
    /// Desks that nobody will hold at some time in the next twelve hours.
    desks_empty_soon: IntGauge = gauge("desks_empty_soon");
    /// Messages waiting to be sent.
    outbox_pending: IntGauge = gauge("outbox_pending");
    /// Age of the oldest message that should be out.
    outbox_age: Gauge = seconds("outbox_age_seconds");
    /// Attempts to send; result: sent or failed.
    outbox_sent: IntCounterVec = counters("outbox_sent_total", &["channel", "result"]);
    /// Time one attempt took.
    outbox_send_seconds: HistogramVec = histograms("outbox_send_seconds", &["channel"]);
    /// Messages kept while the database is away.
    spool_messages: IntGauge = gauge("spool_messages");
    /// Their size on disk.
    spool_bytes: IntGauge = gauge("spool_bytes");
    /// Age of the oldest of them.
    spool_age: Gauge = seconds("spool_age_seconds");
    /// Crisis cases opened, by service code.
    crisis: IntCounterVec = counters("crisis_total", &["service"]);
    /// Requests opened; class: normal, urgent or crisis.
    opened: IntCounterVec = counters("opened_total", &["class"]);
    /// Web requests; route: the template.
    http_seconds: HistogramVec = histograms("http_seconds", &["method", "route", "status"]);
    /// Open event streams of web pages.
    streams: IntGauge = gauge("streams");
    /// Failed statements; kind: away, busy or other.
    database_errors: IntCounterVec = counters("database_errors_total", &["kind"]);
    /// 1 while the database answers.
    database_up: IntGauge = gauge("database_up");
    /// Background tasks that ended by themselves.
    tasks_died: IntCounter = counter("tasks_died_total");
    /// Memory this process occupies.
    memory: IntGauge = gauge("resident_memory_bytes");
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// One served web request. `route` is the template (`/r/{reference}`), never
    /// the path itself: that would be personal.
    pub fn served(&self, method: &str, route: &str, status: u16, took: Duration) {
        self.http_seconds
            .with_label_values(&[method, route, &status.to_string()])
            .observe(took.as_secs_f64());
    }

    /// A channel ("kind/account") did something now; way: in, out or failed.
    pub fn channel_did(&self, channel: &str, way: &str, now: Moment) {
        let last = self.channel_last.with_label_values(&[channel, way]);
        last.set(micros(now) as f64 / 1e6);
    }

    /// When a channel last did something here, in microseconds; 0 never.
    pub fn channel_last(&self, channel: &str, way: &str) -> i64 {
        let last = self.channel_last.with_label_values(&[channel, way]);
        (last.get() * 1e6) as i64
    }

    /// A counter over all its labels, by its name without `linli_`.
    pub fn total(&self, name: &str) -> f64 {
        let name = named(name);
        let families = self.registry.gather();
        let family = families.iter().find(|family| family.name() == name);
        let counted = family.map_or(&[][..], |family| family.get_metric());
        counted.iter().map(|m| m.get_counter().get_value()).sum()
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

fn gauges(r: &Registry, name: &str, help: &str, labels: &[&str]) -> GaugeVec {
    register(r, GaugeVec::new(Opts::new(named(name), help), labels))
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
            "# HELP linli_accepted_total Messages answered as stored, by channel kind.",
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
}
