//! What a messenger posts: read by its channel, and kept before it is answered.

use crate::telemetry::Metrics;
use crate::web::{Hook, HookAnswer};
use axum::body::Bytes;
use bots::{Channel, Inbound, ReceiveError};
use std::collections::HashMap;
use std::sync::Arc;

fn answer(status: u16, retry_after: Option<u64>, body: &'static str) -> HookAnswer {
    HookAnswer {
        status,
        retry_after,
        body: Bytes::from_static(body.as_bytes()),
    }
}

/// The messages in what came for a channel ("kind/account"), else what to answer.
/// What was not taken is counted, where somebody counts.
pub(in crate::app) fn read(
    channels: &HashMap<String, Arc<dyn Channel>>,
    metrics: Option<&Metrics>,
    hook: &Hook,
) -> Result<Vec<Inbound>, HookAnswer> {
    let name = format!("{}/{}", hook.channel, hook.account);
    let Some(channel) = channels.get(&name) else {
        return Err(answer(404, None, "no such channel"));
    };
    // No messenger of ours proves its address by asking.
    if hook.get {
        return Err(answer(405, None, "post here"));
    }
    let count = |why: &str| {
        if let Some(metrics) = metrics {
            let counter = metrics.refused.with_label_values(&[channel.name(), why]);
            counter.inc();
        }
    };
    let messages = channel
        .receive(&hook.headers, &hook.query, &hook.body)
        .map_err(|error| {
            let (why, answer) = match error {
                ReceiveError::Unauthorized => {
                    ("secret", answer(401, None, "not from the provider"))
                }
                ReceiveError::TooLarge => ("size", answer(413, None, "too large")),
                ReceiveError::Malformed(_) => ("unreadable", answer(400, None, "cannot be read")),
                ReceiveError::Unsupported(_) => ("unsupported", answer(200, None, "")),
            };
            count(why);
            answer
        })?;
    // These are stored like any other, but there is nobody to answer.
    let nobody = messages.iter().filter(|m| m.address.chat.is_empty());
    nobody.for_each(|_| count("nobody"));
    Ok(messages)
}

/// All of it is stored, or on disk.
pub(in crate::app) fn taken() -> HookAnswer {
    answer(200, None, "")
}

/// The messenger has to come again with it.
pub(in crate::app) fn come_again() -> HookAnswer {
    answer(503, Some(5), "not stored, come again")
}
