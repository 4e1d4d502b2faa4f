//! The last minutes of a few figures, kept in memory for the page that draws
//! them. What is published for good is in `metrics`.

use super::Metrics;
use crate::clock::Moment;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Samples kept: ten minutes of one every five seconds.
const KEPT: usize = 120;

/// A figure that is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Messages received in a minute.
    Received,
    /// Milliseconds from receipt to commit.
    Commit,
    /// Messages sent in a minute.
    Sent,
    /// Messages waiting to be sent.
    Waiting,
    /// Steps of ladders that are due.
    Due,
    /// Memory in megabytes.
    Memory,
}

impl Figure {
    /// All, as they are drawn.
    pub const ALL: [Self; 6] = [
        Self::Received,
        Self::Commit,
        Self::Sent,
        Self::Waiting,
        Self::Due,
        Self::Memory,
    ];
}

/// What counters stood at, and when.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: Moment,
    received: f64,
    sent: f64,
    commits: f64,
    seconds: f64,
}

#[derive(Debug, Default)]
struct Kept {
    before: Option<Mark>,
    samples: VecDeque<[f64; Figure::ALL.len()]>,
}

/// The samples of one process.
#[derive(Debug, Default)]
pub struct History(Mutex<Kept>);

impl History {
    /// Takes a sample.
    pub fn sample(&self, metrics: &Metrics, now: Moment) {
        let mark = Mark {
            at: now,
            received: metrics.total("accepted_total"),
            sent: metrics.total("outbox_sent_total"),
            commits: metrics.message_seconds.get_sample_count() as f64,
            seconds: metrics.message_seconds.get_sample_sum(),
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = kept.before.replace(mark).unwrap_or(mark);
        let minutes = (now - before.at).as_seconds_f64() / 60.0;
        let rate = |now: f64, before: f64| {
            if minutes > 0.0 {
                (now - before) / minutes
            } else {
                0.0
            }
        };
        let commits = mark.commits - before.commits;
        let took = if commits > 0.0 {
            (mark.seconds - before.seconds) / commits * 1000.0
        } else {
            0.0
        };
        let memory = super::metrics::resident_memory().unwrap_or(0) as f64 / 1e6;
        if kept.samples.len() == KEPT {
            kept.samples.pop_front();
        }
        kept.samples.push_back([
            rate(mark.received, before.received),
            took,
            rate(mark.sent, before.sent),
            metrics.outbox_pending.get() as f64,
            metrics.timers_due.get() as f64,
            memory,
        ]);
    }

    /// The samples of a figure, oldest first.
    pub fn of(&self, figure: Figure) -> Vec<f64> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.samples.iter().map(|s| s[figure as usize]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::moment;

    #[test]
    fn rates_are_of_the_time_between_two_samples_and_the_oldest_are_dropped() {
        let (metrics, history) = (Metrics::new(), History::default());
        history.sample(&metrics, moment(0));
        metrics.accepted.with_label_values(&["web"]).inc_by(10);
        metrics.message_seconds.observe(0.02);
        metrics.message_seconds.observe(0.04);
        metrics.outbox_pending.set(3);
        history.sample(&metrics, moment(30_000_000));
        assert_eq!(history.of(Figure::Received), [0.0, 20.0]);
        let took = history.of(Figure::Commit)[1];
        assert!((took - 30.0).abs() < 1e-6, "{took}");
        assert_eq!(history.of(Figure::Waiting), [0.0, 3.0]);
        for second in 31..231 {
            history.sample(&metrics, moment(second * 1_000_000));
        }
        assert_eq!(history.of(Figure::Received), [0.0; KEPT]);
    }
}
