//! The administrators' pages: how things run, without residents' words.

mod corrections;
mod overview;
mod parked;
mod request;
mod workers;

use super::Shared;
use axum::Router;
use axum::routing::get;

pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/admin", get(overview::open))
        .route("/admin/overview", get(overview::fragment))
        .route("/admin/events", get(overview::follow))
        .route("/admin/find", get(request::find))
        .route("/admin/r/{reference}", get(request::open))
        .route("/admin/parked", get(parked::open).post(parked::decide))
        .route(
            "/admin/corrections",
            get(corrections::open).post(corrections::order),
        )
        .route("/admin/workers", get(workers::open).post(workers::link))
}
