//! The only place that reads the machine's clock.
//!
//! Everything else is given a [`Clock`], so that tests drive time by hand and
//! the demo can run it faster. Times are UTC, truncated to microseconds, which
//! is what both databases keep. Nothing here knows about working time; that is
//! `calendar`.
#![allow(clippy::disallowed_methods)]

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// A moment as the product knows it: UTC, microseconds.
pub type Moment = DateTime<Utc>;

/// Source of time. Cheap to clone; clones share the same time.
#[derive(Clone, Debug)]
pub struct Clock(Inner);

#[derive(Clone, Debug)]
enum Inner {
    /// Real time, or real time stretched by `speed` since `origin`; `skew` is
    /// a constant error, used by tests of several processes.
    Running {
        origin: (DateTime<Utc>, Instant),
        speed: f64,
        skew: TimeDelta,
    },
    Manual(Arc<Manual>),
}

#[derive(Debug)]
struct Manual {
    now: Mutex<DateTime<Utc>>,
    moved: Notify,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::running(1.0, TimeDelta::zero())
    }

    /// A clock that runs `speed` times faster than the machine's from now on,
    /// and is wrong by `skew`. `speed` 1 follows the machine's clock, jumps
    /// included; another speed follows the monotonic clock.
    pub fn running(speed: f64, skew: TimeDelta) -> Self {
        Self(Inner::Running {
            origin: (Utc::now(), Instant::now()),
            speed,
            skew,
        })
    }

    /// A clock that showed the right time at `epoch` and runs `speed` times
    /// faster ever since: processes started at different times agree.
    pub fn running_since(epoch: Moment, speed: f64, skew: TimeDelta) -> Self {
        let ran = (Utc::now() - epoch).as_seconds_f64() * speed;
        Self(Inner::Running {
            origin: (
                epoch + TimeDelta::microseconds((ran * 1e6) as i64),
                Instant::now(),
            ),
            speed,
            skew,
        })
    }

    /// A clock that stands still until [`Clock::advance`] or [`Clock::set`].
    pub fn manual(start: Moment) -> Self {
        Self(Inner::Manual(Arc::new(Manual {
            now: Mutex::new(start.trunc_subsecs(6)),
            moved: Notify::new(),
        })))
    }

    /// The present moment.
    pub fn now(&self) -> Moment {
        let now = match &self.0 {
            Inner::Running {
                origin,
                speed,
                skew,
            } => {
                let base = if (*speed - 1.0).abs() < f64::EPSILON {
                    Utc::now()
                } else {
                    let ran = origin.1.elapsed().as_secs_f64() * speed;
                    origin.0 + TimeDelta::microseconds((ran * 1e6) as i64)
                };
                base + *skew
            }
            Inner::Manual(m) => *m.now.lock().expect("no panic while held"),
        };
        now.trunc_subsecs(6)
    }

    /// A monotonic reading for measuring how long work took, in real time.
    pub fn stopwatch(&self) -> Instant {
        Instant::now()
    }

    /// Real time that passes while the clock moves by `span`.
    pub fn real(&self, span: TimeDelta) -> Duration {
        let span = span.to_std().unwrap_or(Duration::ZERO);
        match &self.0 {
            Inner::Running { speed, .. } => span.div_f64(speed.max(1e-9)),
            Inner::Manual(_) => span,
        }
    }

    /// How far the clock moves while `span` passes in real time; never less than
    /// `span`, so that a slowed clock shortens nothing.
    pub fn ahead(&self, span: TimeDelta) -> TimeDelta {
        match &self.0 {
            Inner::Running { speed, .. } => {
                let micros = span.num_microseconds().unwrap_or(i64::MAX) as f64 * speed.max(1.0);
                TimeDelta::microseconds(micros as i64)
            }
            Inner::Manual(_) => span,
        }
    }

    /// Waits until the clock shows `at` or later.
    pub async fn sleep_until(&self, at: Moment) {
        loop {
            match &self.0 {
                Inner::Running { .. } => {
                    let left = at - self.now();
                    if left <= TimeDelta::zero() {
                        return;
                    }
                    // Short naps, so that a clock that jumps forward is noticed.
                    let nap = self.real(left).min(Duration::from_secs(1));
                    tokio::time::sleep(nap.max(Duration::from_micros(200))).await;
                }
                Inner::Manual(m) => {
                    let moved = m.moved.notified();
                    if *m.now.lock().expect("no panic while held") >= at {
                        return;
                    }
                    moved.await;
                }
            }
        }
    }

    /// Moves a manual clock forward.
    ///
    /// # Panics
    /// On a running clock: nobody moves real time.
    pub fn advance(&self, span: TimeDelta) {
        let now = self.now();
        self.set(now + span);
    }

    /// Sets a manual clock, backwards too.
    ///
    /// # Panics
    /// On a running clock.
    pub fn set(&self, at: Moment) {
        match &self.0 {
            Inner::Manual(m) => {
                *m.now.lock().expect("no panic while held") = at.trunc_subsecs(6);
                m.moved.notify_waiters();
            }
            Inner::Running { .. } => panic!("only a manual clock can be set"),
        }
    }

    /// Whether time stands still until somebody moves it.
    pub fn is_manual(&self) -> bool {
        matches!(self.0, Inner::Manual(_))
    }
}

/// Microseconds since 1970, the stored form of a moment.
pub fn micros(at: Moment) -> i64 {
    at.timestamp_micros()
}

/// The moment of a stored number of microseconds. Out-of-range values, which
/// only a damaged row can hold, become the epoch.
pub fn moment(micros: i64) -> Moment {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
