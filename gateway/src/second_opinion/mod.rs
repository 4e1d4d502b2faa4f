//! A second opinion on words the classifier cannot place, from a model the city
//! runs itself; off unless an address is set.
//!
//! [`judge`] says what may be asked about and what an answer may change, `wire`
//! is the protocol, `crate::breaker` leaves a failing endpoint alone. The words come
//! here masked already (`people::anonymous`) and are masked for numbers once
//! more. Any failure means that the first reading stands. Nothing of a message,
//! an answer or the address is logged.

pub mod judge;
mod wire;

use crate::breaker::Breaker;
use crate::clock::Clock;
use crate::config;
use crate::telemetry::Metrics;
use futures::StreamExt;
use judge::Offered;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Questions under way at once; more get none.
const AT_ONCE: usize = 8;
/// Bytes of an answer that are read.
const LONGEST_ANSWER: usize = 64 * 1024;
/// Characters of a message that are sent.
const LONGEST_MESSAGE: usize = 600;

/// The endpoint.
pub struct SecondOpinion {
    client: reqwest::Client,
    address: String,
    model: String,
    key: config::Secret,
    timeout: Duration,
    breaker: Breaker,
    room: Semaphore,
    clock: Clock,
    metrics: Arc<Metrics>,
}

/// Why there is no answer. Names nothing that was sent or received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Failure {
    #[error("no answer within the time")]
    Slow,
    #[error("it cannot be reached")]
    Away,
    #[error("it answered with an error")]
    Status(u16),
    #[error("the answer is too long")]
    Long,
    #[error(transparent)]
    Unsound(#[from] wire::Unsound),
}

impl SecondOpinion {
    /// The endpoint of the configuration, if one is set.
    pub fn new(
        settings: &config::SecondOpinion,
        clock: Clock,
        metrics: Arc<Metrics>,
    ) -> Option<Self> {
        if settings.url.is_empty() {
            return None;
        }
        let client = reqwest::Client::builder()
            .timeout(settings.timeout)
            .redirect(reqwest::redirect::Policy::none())
            // Words go to the configured machine, and to nobody on the way.
            .no_proxy()
            .build()
            .expect("the options are constant");
        Some(Self {
            client,
            address: format!("{}/chat/completions", settings.url),
            model: settings.model.clone(),
            key: settings.key.clone(),
            timeout: settings.timeout,
            breaker: Breaker::new(),
            room: Semaphore::new(AT_ONCE),
            clock,
            metrics,
        })
    }

    /// The longest a question may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The services an answer names, best first; `None` if there is no answer
    /// to go by. `masked` is the message without the person in it, `spent` what
    /// of the time is gone already.
    pub async fn ask(
        &self,
        masked: &str,
        offered: &[Offered],
        spent: Duration,
    ) -> Option<Vec<String>> {
        if offered.is_empty() || masked.trim().is_empty() {
            return None;
        }
        let Ok(_room) = self.room.try_acquire() else {
            return self.count("busy");
        };
        let Some(permit) = self.breaker.admit(self.clock.now()) else {
            return self.count("resting");
        };
        let watch = self.clock.stopwatch();
        let left = self.timeout.saturating_sub(spent);
        let result = tokio::time::timeout(left, self.fetch(masked, offered)).await;
        self.metrics
            .opinion_seconds
            .observe(watch.elapsed().as_secs_f64());
        match result.unwrap_or(Err(Failure::Slow)) {
            Ok(codes) => {
                permit.succeeded();
                let _ = self.count(if codes.is_empty() {
                    "unsure"
                } else {
                    "answered"
                });
                Some(codes)
            }
            Err(failure) => {
                permit.failed(self.clock.now());
                tracing::debug!(%failure, "no second opinion");
                self.count(failure.label())
            }
        }
    }

    fn count(&self, outcome: &str) -> Option<Vec<String>> {
        self.metrics.opinions.with_label_values(&[outcome]).inc();
        None
    }

    async fn fetch(&self, masked: &str, offered: &[Offered]) -> Result<Vec<String>, Failure> {
        let message: String = masked.chars().take(LONGEST_MESSAGE).collect();
        // Once more, whoever the caller is: no number of a person leaves here.
        let message = intents::redact::redact(&message);
        let mut request =
            self.client
                .post(&self.address)
                .json(&wire::question(&self.model, &message, offered));
        if !self.key.is_empty() {
            request = request.bearer_auth(self.key.expose());
        }
        let away = |e: reqwest::Error| {
            if e.is_timeout() {
                Failure::Slow
            } else {
                Failure::Away
            }
        };
        let response = request.send().await.map_err(away)?;
        let status = response.status();
        if !status.is_success() {
            return Err(Failure::Status(status.as_u16()));
        }
        let (mut body, mut parts) = (Vec::new(), response.bytes_stream());
        while let Some(part) = parts.next().await {
            let part = part.map_err(away)?;
            if body.len() + part.len() > LONGEST_ANSWER {
                return Err(Failure::Long);
            }
            body.extend_from_slice(&part);
        }
        Ok(wire::answer(&body, offered)?)
    }
}

impl Failure {
    fn label(self) -> &'static str {
        match self {
            Self::Slow => "slow",
            Self::Away => "away",
            Self::Status(_) => "refused",
            Self::Long | Self::Unsound(_) => "unsound",
        }
    }
}
