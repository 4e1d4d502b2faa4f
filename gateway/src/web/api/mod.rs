//! The JSON interface: what the pages do, for programs.
//!
//! A call brings a token (`crate::clients`); the guard asks for its scope and
//! for the right of whoever it acts as, the same rights as at the pages. Every
//! answer is described: the description is made from the handlers when the
//! routes are (`description`), so that neither can be without the other.
//!
//! To add a call: a handler with `#[utoipa::path]` in a file here, and a line
//! with its scope and rights in [`build`]. A write takes [`call::Keyed`].

mod acts;
mod call;
mod cursor;
pub(super) mod description;
mod directory;
mod fault;
mod figures;
mod messages;
mod pace;
mod requests;
mod shapes;
mod webhooks;

use super::{Shared, Site, cookies, problem};
use crate::clients::Scope;
use crate::rights::Right;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use fault::Fault;
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tower_http::compression::CompressionLayer;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

/// A call with what it needs.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) scope: Scope,
    /// One of these is enough.
    pub(super) rights: &'static [Right],
}

/// The calls under construction.
pub(super) struct Calls {
    router: OpenApiRouter<Shared>,
    pub(super) list: Vec<Endpoint>,
}

impl Calls {
    fn serve(
        mut self,
        mut calls: UtoipaMethodRouter<Shared>,
        scope: Scope,
        rights: &'static [Right],
    ) -> Self {
        for (path, item) in &mut calls.1.paths {
            for (method, operation) in description::operations(item) {
                description::complete(operation, path, scope);
                self.list.push(Endpoint {
                    method,
                    path: path.clone(),
                    scope,
                    rights,
                });
            }
        }
        self.router = self.router.routes(calls);
        self
    }
}

/// Whoever may connect a messenger may connect a program.
const HEAR: &[Right] = &[Right::Bind, Right::Webhooks];

/// All calls. Acts are looked at once more, each with the right of its own.
pub(super) fn build() -> Calls {
    let calls = Calls {
        router: OpenApiRouter::with_openapi(description::frame()),
        list: Vec::new(),
    };
    calls
        .serve(
            routes!(requests::list),
            Scope::Read,
            &[Right::Queue, Right::Overview],
        )
        .serve(
            routes!(requests::read),
            Scope::Read,
            &[Right::Read, Right::Overview],
        )
        .serve(routes!(requests::act), Scope::Act, &[Right::Note])
        .serve(
            routes!(directory::services),
            Scope::Directory,
            &[Right::Read, Right::Route],
        )
        .serve(
            routes!(directory::units),
            Scope::Directory,
            &[Right::Read, Right::Route],
        )
        .serve(
            routes!(directory::workers),
            Scope::Directory,
            &[Right::Accounts],
        )
        .serve(
            routes!(directory::roster),
            Scope::Roster,
            &[Right::Roster, Right::Duty],
        )
        .serve(routes!(directory::board), Scope::Board, &[Right::Overview])
        .serve(
            routes!(messages::say, messages::chat),
            Scope::Chat,
            &[Right::Chat],
        )
        .serve(
            routes!(messages::parked, messages::handle_parked),
            Scope::Parked,
            &[Right::Parked],
        )
        .serve(
            routes!(webhooks::list, webhooks::register),
            Scope::Webhooks,
            HEAR,
        )
        .serve(routes!(webhooks::end), Scope::Webhooks, HEAR)
        .serve(
            routes!(webhooks::deliveries, webhooks::again),
            Scope::Webhooks,
            HEAR,
        )
}

/// The interface, behind its guard.
pub(super) fn router(site: &Arc<Site>) -> Router<Shared> {
    let calls = build();
    let guard = call::Guard {
        site: site.clone(),
        list: calls.list.into(),
        pace: Arc::default(),
    };
    let guard = middleware::from_fn_with_state(guard, call::guarded);
    let (router, _) = calls.router.split_for_parts();
    router
        .route_layer(guard)
        .route("/api/{*rest}", any(async || Fault::not_found()))
        .layer(DefaultBodyLimit::max(call::MOST_BYTES))
        .layer(middleware::from_fn_with_state(site.clone(), dress))
        .layer(CompressionLayer::new())
}

/// Outermost: every error is a problem document, and every answer is kept from
/// caches and frames.
async fn dress(State(site): State<Shared>, request: Request, next: Next) -> Response {
    let mut response = AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| {
            tracing::error!("a call of the interface could not be answered");
            axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        });
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    let ours = kind.is_some_and(|k| k.as_bytes().starts_with(b"application/"));
    if (status.is_client_error() || status.is_server_error()) && !ours {
        response = Fault::bare(status).into_response();
    }
    problem::protect(response.headers_mut(), cookies::secure(&site.settings));
    response
}

/// Lines in a part of a list.
fn page_size(limit: u16) -> Result<usize, Fault> {
    if (1..=200).contains(&limit) {
        Ok(usize::from(limit))
    } else {
        Err(Fault::unreadable("limit is from 1 to 200"))
    }
}
