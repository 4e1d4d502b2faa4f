//! The HTTP side of the fake: routes, tokens, faults and long polling.

use super::Shared;
use super::constants::FACTS;
use super::faults::Fault;
use super::methods;
use super::wire::{Call, Outcome, Refusal, answer};
use axum::body::Body;
use axum::extract::{Request, State as Shares};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use serde_json::Value;
use std::sync::Arc;

/// Answers `/bot<token>/<method>` and `/file/bot<token>/<path>`.
pub(super) async fn handle(Shares(shared): Shares<Arc<Shared>>, request: Request) -> Response {
    let path = decoded(request.uri().path());
    if let Some(rest) = path.strip_prefix("/file/bot") {
        return download(&shared, rest);
    }
    let Some((token, method)) = path
        .strip_prefix("/bot")
        .and_then(|rest| rest.split_once('/'))
    else {
        return answer(&Err(Refusal::new(404, "Not Found")));
    };
    if token != shared.lock().token {
        return answer(&Err(Refusal::new(401, &FACTS.errors.unauthorized)));
    }
    match Call::read(method, request).await {
        Ok(call) => perform(&shared, &call).await,
        Err(refusal) => answer(&Err(refusal)),
    }
}

async fn perform(shared: &Arc<Shared>, call: &Call) -> Response {
    let fault = if methods::delivers(&call.method) {
        shared.lock().faults.next()
    } else {
        None
    };
    let outcome = match fault {
        Some(Fault::Flood(seconds)) => Err(Refusal::too_fast(seconds)),
        Some(Fault::Error(code)) => Err(Refusal::new(code, "Internal Server Error")),
        Some(Fault::Silent) => return std::future::pending().await,
        _ if call.method == "getupdates" => get_updates(shared, call).await,
        _ => run(shared, call),
    };
    let code = outcome.as_ref().err().map_or(0, |refusal| refusal.code);
    shared.lock().calls.push((call.method.clone(), code));
    shared.changed();
    match fault {
        Some(Fault::SentButSilent) => std::future::pending().await,
        Some(Fault::SentButCut) => {
            let broken = Err::<Vec<u8>, _>(std::io::Error::other("cut"));
            Body::from_stream(futures::stream::iter([broken])).into_response()
        }
        _ => answer(&outcome),
    }
}

/// Runs an immediate method and sets deliveries going again if it may matter.
pub(super) fn run(shared: &Arc<Shared>, call: &Call) -> Outcome {
    let outcome = methods::run(&mut shared.lock(), call, shared.clock.now());
    if call.method.ends_with("webhook") {
        super::delivery::kick(shared);
    }
    outcome
}

/// Long polling: what is there, or what comes within the timeout. A later call
/// ends an earlier one.
async fn get_updates(shared: &Arc<Shared>, call: &Call) -> Outcome {
    let facts = &FACTS.get_updates;
    let limit = call.number("limit").unwrap_or(facts.limit_max);
    let limit = limit.clamp(1, facts.limit_max) as usize;
    let timeout = call
        .number("timeout")
        .unwrap_or(0)
        .clamp(0, facts.timeout_max_s);
    let until = shared.clock.now() + TimeDelta::seconds(timeout);
    let version = {
        let mut state = shared.lock();
        if let Some(kinds) = call.object("allowed_updates")? {
            state.allowed = serde_json::from_value(kinds).ok();
        }
        if let Some(offset) = call.number("offset") {
            confirm(&mut state, offset);
        }
        state.poll_version += 1;
        state.poll_version
    };
    shared.changed();
    loop {
        let changed = shared.wake.notified();
        tokio::pin!(changed);
        // Enabled before looking, so that nothing is missed in between.
        changed.as_mut().enable();
        let now = shared.clock.now();
        {
            let mut state = shared.lock();
            if state.hook.is_some() {
                return Err(Refusal::new(409, &FACTS.errors.webhook_is_set));
            }
            if state.poll_version != version {
                return Err(Refusal::new(409, &FACTS.errors.other_poller));
            }
            state.expire(now);
            let found: Vec<Value> = state
                .pending
                .values()
                .take(limit)
                .map(|update| update.body.clone())
                .collect();
            if !found.is_empty() || now >= until {
                return Ok(Value::Array(found));
            }
        }
        tokio::select! {
            () = &mut changed => {}
            () = shared.clock.sleep_until(until) => {}
        }
    }
}

/// Forgets updates before `offset`; a negative one counts from the end.
fn confirm(state: &mut super::state::State, offset: i64) {
    if offset >= 0 {
        state.pending.retain(|id, _| *id >= offset);
    } else {
        let drop = state
            .pending
            .len()
            .saturating_sub(offset.unsigned_abs() as usize);
        let last: Vec<i64> = state.pending.keys().take(drop).copied().collect();
        for id in last {
            state.pending.remove(&id);
        }
    }
}

fn download(shared: &Shared, rest: &str) -> Response {
    let missing = || answer(&Err(Refusal::new(404, "Not Found")));
    let Some((token, path)) = rest.split_once('/') else {
        return missing();
    };
    let state = shared.lock();
    if token != state.token {
        return answer(&Err(Refusal::new(401, &FACTS.errors.unauthorized)));
    }
    match state.files.values().find(|file| file.path == path) {
        Some(file) => file.bytes.clone().into_response(),
        None => missing(),
    }
}

/// A path without percent-encoding: clients differ in what they encode.
fn decoded(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| path.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}
