//! The workers' pages: queue, one request, connecting a messenger.
//!
//! `card` and `sheet` prepare what `queue` and `request` draw; `act` does.

mod act;
mod bind;
pub(super) mod card;
mod queue;
mod request;
mod roster;
pub(super) mod sheet;

use super::cookies::Jar;
use super::routes::Routes;
use crate::rights::Right;

pub(super) fn routes() -> Routes {
    Routes::signed(Jar::Worker)
        .get("/worker", Right::Queue, queue::open)
        .get("/worker/queue", Right::Queue, queue::fragment)
        .get("/worker/events", Right::Queue, queue::follow)
        .get("/worker/bind", Right::Bind, bind::ask)
        .post("/worker/bind", Right::Bind, bind::give)
        .get("/worker/roster", Right::Roster, roster::open)
        .post("/worker/roster", Right::Roster, roster::order)
        .get("/worker/r/{reference}", Right::Read, request::open)
        .get("/worker/r/{reference}/live", Right::Read, request::fragment)
        .get("/worker/r/{reference}/events", Right::Read, request::follow)
        .post("/worker/r/{reference}/note", Right::Note, act::note)
        .post("/worker/r/{reference}/task", Right::Settle, act::settle)
        // Which act it is stands in the form; `perform` asks for its right.
        .post("/worker/r/{reference}/act", Right::Read, act::act)
}
