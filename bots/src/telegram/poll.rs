//! Long polling, for a gateway no webhook can reach.
//!
//! A batch is confirmed by the call after it, so whatever was stored in between
//! survives any crash, and a crash before it brings the batch again. Only one
//! process may poll a bot.

use super::api::{Api, Failure};
use super::{UPDATES, receive};
use crate::channel::Poller;
use crate::error::PollError;
use crate::message::Inbound;
use async_trait::async_trait;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;

/// How long Telegram holds an empty answer back, in seconds.
const HOLD: u64 = 30;
const PATIENCE: Duration = Duration::from_secs(HOLD + 15);

struct TelegramPoller {
    account: String,
    api: Arc<Api>,
    /// The first update not yet stored.
    offset: Option<i64>,
}

#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow)]
    result: Vec<&'a RawValue>,
}

pub(super) fn poller(account: &str, api: Arc<Api>) -> Box<dyn Poller> {
    Box::new(TelegramPoller {
        account: account.to_owned(),
        api,
        offset: None,
    })
}

#[async_trait]
impl Poller for TelegramPoller {
    async fn next(&mut self) -> Result<Vec<Inbound>, PollError> {
        let body = match self.updates().await {
            Err(failure) if failure.webhook_is_set() => {
                tracing::warn!(
                    account = self.account,
                    "a webhook was set for this bot; deleting it, because polling is configured"
                );
                let keep = json!({"drop_pending_updates": false});
                self.api.call::<IgnoredAny>("deleteWebhook", &keep).await?;
                self.updates().await?
            }
            other => other?,
        };
        self.take(&body)
    }
}

impl TelegramPoller {
    async fn updates(&self) -> Result<Vec<u8>, Failure> {
        let mut call = json!({"limit": 100, "timeout": HOLD, "allowed_updates": UPDATES});
        if let Some(offset) = self.offset {
            call["offset"] = offset.into();
        }
        self.api.raw(PATIENCE, "getUpdates", &call).await
    }

    /// Reads a batch and moves the offset behind it.
    fn take(&mut self, body: &[u8]) -> Result<Vec<Inbound>, PollError> {
        let body = receive::repaired(body);
        let batch: Batch<'_> = serde_json::from_slice(&body)
            .map_err(|_| PollError::Temporary("an unreadable answer".into()))?;
        let mut inbound = Vec::with_capacity(batch.result.len());
        for update in batch.result {
            let update = update.get().as_bytes();
            let one = receive::inbound(&self.account, update);
            if let (Ok(one), Some(id)) = (one, receive::update_id(update)) {
                self.offset = self.offset.max(id.checked_add(1));
                inbound.push(one);
            } else {
                // Without a number it can be neither stored once nor confirmed.
                tracing::warn!("an update without a number was passed over");
            }
        }
        Ok(inbound)
    }
}

impl Failure {
    fn webhook_is_set(&self) -> bool {
        matches!(self, Self::Refused { code: 409, description, .. }
            if description.to_lowercase().contains("webhook"))
    }
}

impl From<Failure> for PollError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::TooFast(wait) => Self::RetryAfter(wait),
            Failure::Down(cause) | Failure::Unanswered(cause) => Self::Temporary(cause),
            Failure::Refused { code: 409, .. } => {
                Self::Conflict("another process polls this bot, or has set a webhook".into())
            }
            Failure::Refused { description, .. } => Self::Rejected(description),
        }
    }
}
