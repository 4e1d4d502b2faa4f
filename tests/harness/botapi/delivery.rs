//! Posting updates to the webhook as the real server does.
//!
//! One task per queue: the next update of a chat is withheld until the one
//! before it was taken or has expired. A failure is followed by an immediate
//! attempt, then by one after 2, 4, 8 … seconds up to a cap; a `Retry-After` of
//! the other side is honoured.

use super::Shared;
use super::constants::FACTS;
use super::server;
use super::state::{Delivery, Hook, Queue};
use super::wire::Call;
use chrono::TimeDelta;
use gateway::clock::Moment;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Starts a task for every queue that has updates and none.
pub(super) fn kick(shared: &Arc<Shared>) {
    let mut state = shared.lock();
    if state.hook.is_none() {
        drop(state);
        shared.changed();
        return;
    }
    let queues: Vec<Queue> = state.pending.values().map(|update| update.queue).collect();
    for queue in queues {
        if state.running.insert(queue) {
            tokio::spawn(deliver(Arc::clone(shared), queue));
        }
    }
    drop(state);
    shared.changed();
}

/// What an attempt came to.
struct Attempt {
    status: Option<u16>,
    retry_after: Option<i64>,
    body: Vec<u8>,
}

/// Delivers a queue until it is empty or there is no webhook.
async fn deliver(shared: Arc<Shared>, queue: Queue) {
    let mut failures = 0;
    while let Some((id, body, hook)) = next(&shared, queue) {
        let place = Arc::clone(&shared.places)
            .acquire_many_owned(places(&hook))
            .await;
        let attempt = post(&shared, &hook, &body).await;
        drop(place);
        let at = shared.clock.now();
        let taken = record(&shared, id, &attempt, at);
        if taken {
            failures = 0;
            answer_within(&shared, &attempt.body);
            continue;
        }
        failures += 1;
        let again = at + delay(&shared, failures, attempt.retry_after);
        wait(&shared, id, again).await;
    }
}

/// How many of the hundred places one post takes, so that no more than
/// `max_connections` run at the same time.
fn places(hook: &Hook) -> u32 {
    u32::try_from(100 / hook.max_connections)
        .unwrap_or(1)
        .max(1)
}

/// The update to post now; none ends the task.
fn next(shared: &Shared, queue: Queue) -> Option<(i64, Value, Hook)> {
    let mut state = shared.lock();
    state.expire(shared.clock.now());
    let hook = state.hook.clone();
    let found = state
        .front(queue)
        .map(|(id, update)| (id, update.body.clone()));
    if let (Some(hook), Some((id, body))) = (hook, found) {
        return Some((id, body, hook));
    }
    state.running.remove(&queue);
    drop(state);
    // Something may have expired.
    shared.changed();
    None
}

async fn post(shared: &Shared, hook: &Hook, body: &Value) -> Attempt {
    let patience = Duration::from_secs(FACTS.webhook.answer_within_s);
    let mut request = shared.client.post(&hook.url).timeout(patience).json(body);
    if let Some(secret) = &hook.secret {
        request = request.header(&FACTS.webhook.secret_header, secret);
    }
    match request.send().await {
        Ok(response) => Attempt {
            status: Some(response.status().as_u16()),
            retry_after: response
                .headers()
                .get("retry-after")
                .and_then(|v| v.to_str().ok()?.parse().ok()),
            body: response.bytes().await.map(Into::into).unwrap_or_default(),
        },
        Err(_) => Attempt {
            status: None,
            retry_after: None,
            body: Vec::new(),
        },
    }
}

/// Notes an attempt; whether the update was taken.
fn record(shared: &Shared, id: i64, attempt: &Attempt, at: Moment) -> bool {
    let mut state = shared.lock();
    state.deliveries.push(Delivery {
        update: id,
        at,
        status: attempt.status,
    });
    let taken = attempt
        .status
        .is_some_and(|code| (200..300).contains(&code));
    if taken {
        state.pending.remove(&id);
    }
    if let Some(hook) = &mut state.hook {
        if !taken {
            let said = attempt.status.map_or_else(
                || "Connection failed".to_owned(),
                |code| format!("Wrong response from the webhook: {code}"),
            );
            hook.last_error = Some((at, said));
        }
        let gone = TimeDelta::seconds(FACTS.webhook.gone_closes_after_s);
        if attempt.status != Some(410) {
            hook.gone_since = None;
        } else if at - *hook.gone_since.get_or_insert(at) >= gone {
            state.hook = None;
            state.hook_version += 1;
        }
    }
    drop(state);
    shared.changed();
    taken
}

/// How long to wait after the n-th failure in a row.
fn delay(shared: &Shared, failures: u32, retry_after: Option<i64>) -> TimeDelta {
    let facts = &FACTS.webhook;
    if let Some(seconds) = retry_after {
        return TimeDelta::seconds(seconds.clamp(0, facts.retry_after_honoured_max_s));
    }
    if failures == 1 {
        return TimeDelta::seconds(facts.first_retry_s);
    }
    let (low, high) = facts.retry_cap_s;
    let cap = rand::random_range(low..=high).min(shared.longest_retry_s());
    let doubled = facts.second_retry_s << (failures - 2).min(16);
    TimeDelta::seconds(doubled.min(cap))
}

/// Waits for the next attempt. An update that would have expired by then is
/// dropped at once; a changed webhook ends the wait.
async fn wait(shared: &Shared, id: i64, until: Moment) {
    let version = {
        let mut state = shared.lock();
        if state
            .pending
            .get(&id)
            .is_some_and(|update| update.expires <= until)
        {
            state.pending.remove(&id);
            drop(state);
            shared.changed();
            return;
        }
        state.hook_version
    };
    loop {
        let changed = shared.wake.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        if shared.lock().hook_version != version || shared.clock.now() >= until {
            return;
        }
        tokio::select! {
            () = &mut changed => {}
            () = shared.clock.sleep_until(until) => return,
        }
    }
}

/// A call in the webhook's answer is performed; its result is lost.
fn answer_within(shared: &Arc<Shared>, body: &[u8]) {
    let Ok(Value::Object(mut params)) = serde_json::from_slice(body) else {
        return;
    };
    let Some(Value::String(method)) = params.remove("method") else {
        return;
    };
    let method = method.to_ascii_lowercase();
    let never = &FACTS.webhook.never_in_the_answer;
    if method.starts_with("get") || never.contains(&method) {
        return;
    }
    let call = Call {
        method,
        params,
        ..Call::default()
    };
    let outcome = server::run(shared, &call);
    let code = outcome.err().map_or(0, |refusal| refusal.code);
    shared.lock().calls.push((call.method, code));
}
