//! What a fact of a request looks like to a program, and who is told.

use super::{Endpoint, is_admin, told};
use crate::clock::{Moment, micros};
use crate::desk::access::{Access, access};
use crate::ids::{OutboxId, WorkerId};
use crate::requests::case::Case;
use crate::requests::event::{Entry, Fact};
use crate::requests::notify;
use crate::store::webhooks::DeliveryRow;
use crate::world::World;
use chrono::SecondsFormat;
use serde_json::{Value, json};

/// The deliveries of new facts, to be written with them.
pub fn news(case: &Case, fresh: &[Entry], world: &World) -> Vec<DeliveryRow> {
    if case.restricted || world.webhooks.is_empty() {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for entry in fresh {
        let Some(kind) = told(&entry.fact) else {
            continue;
        };
        let hears = |e: &&Endpoint| {
            e.until > entry.at
                && e.kinds.iter().any(|k| k == kind)
                && may_hear(e, case, world, entry.at)
        };
        for endpoint in world.webhooks.iter().filter(hears) {
            rows.push(DeliveryRow {
                id: OutboxId::new(entry.at).0,
                webhook: endpoint.id.clone(),
                request: case.id.0.clone(),
                seq: i64::from(entry.seq),
                kind: kind.to_owned(),
                at: micros(entry.at),
                body: message(case, entry, kind, world).to_string(),
            });
        }
    }
    rows
}

fn may_hear(endpoint: &Endpoint, case: &Case, world: &World, at: Moment) -> bool {
    if is_admin(endpoint) {
        return true;
    }
    let worker = endpoint.subject.strip_prefix("worker:").map(WorkerId::from);
    let worker = worker.and_then(|id| world.worker(&id));
    worker.is_some_and(|worker| access(worker, case, world, at) > Access::None)
}

/// References, codes and times: no name, no number, nobody's words, no worker.
fn message(case: &Case, entry: &Entry, kind: &str, world: &World) -> Value {
    let mut data = json!({
        "reference": notify::shown(&case.reference),
        "seq": entry.seq,
        "service": case.service,
        "class": case.class().code(),
        "state": case.status().code(),
        "unit": case.place.unit.as_str(),
        "opened_at": rfc(case.opened_at),
    });
    let mut put = |name: &str, value: Value| data[name] = value;
    if let Some(at) = case.closed_at() {
        put("closed_at", rfc(at));
    }
    if let Some(next) = case.next(world) {
        put(
            "next",
            json!({ "clock": next.clock.code(), "rung": next.rung, "at": rfc(next.at) }),
        );
    }
    match &entry.fact {
        Fact::Fired { clock, rung, .. } => {
            put("fired", json!({ "clock": clock.code(), "rung": rung }));
        }
        Fact::Decided { outcome } => put("outcome", json!(outcome.code())),
        Fact::Paused { until, .. } => put("until", rfc(*until)),
        _ => {}
    }
    json!({ "type": format!("request.{kind}"), "timestamp": rfc(entry.at), "data": data })
}

fn rfc(at: Moment) -> Value {
    json!(at.to_rfc3339_opts(SecondsFormat::Secs, true))
}
