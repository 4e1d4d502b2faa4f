//! The workers' pages: queue, one request, connecting a messenger.
//!
//! `card` and `sheet` prepare what `queue` and `request` draw; `act` does; `look`
//! and `reviews` are about seeing what is masked, `rights` about a person's own data.

mod act;
mod bind;
mod board;
pub(super) mod card;
mod look;
mod mending;
pub(super) mod queue;
mod request;
mod reviews;
mod rights;
mod roster;
pub(super) mod sheet;
mod visits;

use super::cookies::Jar;
use super::routes::Routes;
use crate::rights::Right;

pub(super) fn routes() -> Routes {
    Routes::signed(Jar::Worker)
        .get("/worker", Right::Queue, queue::open)
        .get("/worker/queue", Right::Queue, queue::fragment)
        .get("/worker/board", Right::Oversee, board::open)
        .get("/worker/board/part", Right::Oversee, board::fragment)
        .get("/worker/events", Right::Queue, queue::follow)
        .get("/worker/bind", Right::Bind, bind::ask)
        .post("/worker/bind", Right::Bind, bind::give)
        .get("/worker/visits", Right::Queue, visits::open)
        .get("/worker/parked", Right::Mend, mending::open)
        .post("/worker/parked", Right::Mend, mending::mend)
        .get("/worker/roster", Right::Roster, roster::open)
        .post("/worker/roster", Right::Roster, roster::order)
        .get("/worker/r/{reference}", Right::Read, request::open)
        .get("/worker/r/{reference}/live", Right::Read, request::fragment)
        .get("/worker/r/{reference}/events", Right::Read, request::follow)
        .get("/worker/r/{reference}/show", Right::Unmask, look::ask)
        .post("/worker/r/{reference}/show", Right::Unmask, look::show)
        .get("/worker/r/{reference}/data", Right::Erase, rights::ask)
        .post("/worker/r/{reference}/data", Right::Erase, rights::erase)
        .get(
            "/worker/r/{reference}/data.json",
            Right::Export,
            rights::file,
        )
        .get("/worker/emergency", Right::BreakGlass, look::emergency)
        .post("/worker/emergency", Right::BreakGlass, look::break_glass)
        .get("/worker/reviews", Right::Review, reviews::open)
        .post("/worker/reviews", Right::Review, reviews::sign)
        .post("/worker/r/{reference}/note", Right::Note, act::note)
        .post("/worker/r/{reference}/task", Right::Settle, act::settle)
        .get(
            "/worker/r/{reference}/photo/{photo}",
            Right::Story,
            request::photo,
        )
        // Which act it is stands in the form; `perform` asks for its right.
        .post("/worker/r/{reference}/act", Right::Read, act::act)
}
