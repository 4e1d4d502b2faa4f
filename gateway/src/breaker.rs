//! Leaves an endpoint alone that keeps failing, and lets one question through
//! now and then to see whether it is well again.
//!
//! Knows neither HTTP nor what a failure is.

use crate::clock::Moment;
use chrono::TimeDelta;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Failures in a row that open it.
const PATIENCE: u32 = 3;
/// How long it then stays open.
const REST: TimeDelta = TimeDelta::seconds(30);

/// The state of one endpoint.
#[derive(Debug)]
pub(crate) struct Breaker(Mutex<State>);

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Closed {
        failures: u32,
    },
    Open {
        until: Moment,
    },
    /// One question is on its way to see.
    Probing,
}

/// Leave to ask once. Dropped without a result it changes nothing.
pub(crate) struct Permit<'b> {
    breaker: &'b Breaker,
    at: Moment,
    told: bool,
}

impl Breaker {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State::Closed { failures: 0 }))
    }

    /// Leave to ask now, if there is any.
    pub(crate) fn admit(&self, now: Moment) -> Option<Permit<'_>> {
        let mut state = self.lock();
        match *state {
            State::Closed { .. } => {}
            State::Open { until } if now >= until => *state = State::Probing,
            State::Open { .. } | State::Probing => return None,
        }
        Some(Permit {
            breaker: self,
            at: now,
            told: false,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit<'_> {
    /// The endpoint answered as it should.
    pub(crate) fn succeeded(mut self) {
        self.told = true;
        *self.breaker.lock() = State::Closed { failures: 0 };
    }

    /// It did not.
    pub(crate) fn failed(mut self, now: Moment) {
        self.told = true;
        let mut state = self.breaker.lock();
        *state = match *state {
            State::Closed { failures } if failures + 1 < PATIENCE => State::Closed {
                failures: failures + 1,
            },
            State::Open { until } => State::Open { until },
            State::Closed { .. } | State::Probing => State::Open { until: now + REST },
        };
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.breaker.lock();
        if !self.told && *state == State::Probing {
            // Nobody waited for the probe's end: the next one may try.
            *state = State::Open { until: self.at };
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn it_opens_after_three_failures_and_closes_after_a_good_probe() {
        let breaker = Breaker::new();
        let start = Moment::UNIX_EPOCH;
        for _ in 0..PATIENCE {
            breaker.admit(start).unwrap().failed(start);
        }
        assert!(
            breaker
                .admit(start + REST - TimeDelta::seconds(1))
                .is_none()
        );
        let probe = breaker.admit(start + REST).unwrap();
        assert!(breaker.admit(start + REST).is_none(), "one probe at a time");
        probe.failed(start + REST);
        assert!(breaker.admit(start + REST).is_none(), "it rests again");
        breaker.admit(start + REST + REST).unwrap().succeeded();
        for _ in 1..PATIENCE {
            breaker.admit(start).unwrap().failed(start);
        }
        assert!(breaker.admit(start).is_some(), "counted from the start");
    }

    #[test]
    fn a_probe_nobody_waited_for_leaves_the_next_one_free() {
        let breaker = Breaker::new();
        let start = Moment::UNIX_EPOCH;
        for _ in 0..PATIENCE {
            breaker.admit(start).unwrap().failed(start);
        }
        drop(breaker.admit(start + REST).unwrap());
        assert!(breaker.admit(start + REST).is_some());
    }
}
