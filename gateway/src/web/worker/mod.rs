//! The workers' pages: queue, one request, connecting a messenger.
//!
//! `card` and `sheet` prepare what `queue` and `request` draw; `act` does.

mod act;
mod bind;
pub(super) mod card;
mod queue;
mod request;
pub(super) mod sheet;

use super::Shared;
use axum::Router;
use axum::routing::{get, post};

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/worker", get(queue::open))
        .route("/worker/queue", get(queue::fragment))
        .route("/worker/events", get(queue::follow))
        .route("/worker/bind", get(bind::ask).post(bind::give))
        .route("/worker/r/{reference}", get(request::open))
        .route("/worker/r/{reference}/live", get(request::fragment))
        .route("/worker/r/{reference}/events", get(request::follow))
        .route("/worker/r/{reference}/act", post(act::act))
}
