//! Everything a person sees in a browser, and the addresses machines call.
//!
//! Pages are askama templates drawn on the server; a handler answers a fragment
//! when the page's script asks, else the whole page, and every form works
//! without the script. Nothing here knows the database or decides what a reader
//! may see: that is behind [`Backend`].
//!
//! To add a page: one file under `chat/`, `worker/` or `admin/` with its
//! template, and one line with its right in that folder's `routes`. Texts go into `words/`.
//! Errors become HTTP in `problem` only; who may enter is decided by the guard
//! in `routes`, which leaves who it is for the gates in `gate`.

mod accounts;
mod admin;
mod api;
mod assets;
mod backend;
mod casework;
mod chat;
mod chats;
mod cookies;
mod editor;
mod embed;
mod events;
#[cfg(any(test, feature = "testing"))]
pub mod fake;
mod front;
mod gate;
mod health;
mod hooks;
mod lang;
mod operation;
mod page;
mod persons;
mod porch;
mod prefs;
mod problem;
mod programs;
mod routes;
mod same_site;
mod sign_in;
mod staff;
#[cfg(test)]
mod tests;
mod upload;
mod visitor;
mod webhooks;
mod when;
mod words;
mod worker;

pub use accounts::Accounts;
pub use backend::{
    Backend, Hint, Hook, HookAnswer, Lines, Session, Subject, Topic, Unavailable, Worker,
};
pub use casework::Casework;
pub use chats::{Chats, Taken};
pub use editor::Editor;
pub use menus::Lang;
pub use operation::{Channel, LogAsked, Operation};
pub use persons::Persons;
pub use porch::{Porch, porch};
pub use programs::{Part, Programs, UnitLine};
pub use webhooks::{Added, Address, Delivery, Told, Webhooks, Wrong};

use crate::clock::Clock;
use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};
use chrono::FixedOffset;
use routes::Routes;
use std::sync::Arc;
use std::time::Duration;
use tower_http::compression::CompressionLayer;

/// Largest form body in bytes; the longest text field takes a quarter of it.
const FORM_BYTES: usize = 64 * 1024;

/// What an operator can set about the pages.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Public address without a slash at the end; empty when unknown. With
    /// `https` cookies are marked secure.
    pub public_url: String,
    /// Local time of the city.
    pub offset: FixedOffset,
    /// Large text for residents who did not choose.
    pub elder_default: bool,
    /// How long a sign-in lasts in the browser.
    pub session: Duration,
    /// Reverse proxies of our own that add to `X-Forwarded-For`.
    pub proxies: usize,
    /// How long a resident finds the conversation again.
    pub resident_session: Duration,
    /// Token for `/metrics` from elsewhere; `None`: only this machine.
    pub metrics_token: Option<String>,
    /// How much faster than real time the clock runs; the pages' chips follow.
    pub speed: f64,
    /// Sites that may frame the residents' chat.
    pub embed_origins: Vec<String>,
    /// Emergency numbers at the foot of pages, in order.
    pub lines: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: String::new(),
            offset: FixedOffset::east_opt(8 * 3600).expect("within a day"),
            elder_default: false,
            session: Duration::from_hours(12),
            proxies: 0,
            resident_session: Duration::from_hours(30 * 24),
            metrics_token: None,
            speed: 1.0,
            embed_origins: Vec::new(),
            lines: ["110", "119", "120", "12356"].map(String::from).to_vec(),
        }
    }
}

/// What the pages are made from.
pub struct Site {
    /// The rest of the gateway.
    pub backend: Arc<dyn Backend>,
    /// Time.
    pub clock: Clock,
    /// Settings.
    pub settings: Settings,
}

type Shared = Arc<Site>;

/// All routes. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`,
/// else `/metrics` answers only to its token.
pub fn router(site: Site) -> Router {
    let site = Arc::new(site);
    let pages = pages()
        .guarded(&site)
        .fallback(problem::not_found)
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(middleware::from_fn_with_state(
            site.clone(),
            same_site::guard,
        ))
        .layer(middleware::from_fn_with_state(site.clone(), problem::dress))
        .layer(middleware::from_fn_with_state(site.clone(), embed::guard))
        .layer(CompressionLayer::new());
    // Machines get neither page headers nor compression: this path is hot.
    let machines = machines().unguarded().merge(api::router(&site));
    let timed = middleware::from_fn_with_state(site.clone(), health::timed);
    let all = machines.merge(pages).layer(timed).with_state(site);
    #[cfg(feature = "testing")]
    let all =
        all.layer(middleware::from_fn(
            |request, next: middleware::Next| async move {
                crate::store::counted(next.run(request)).await
            },
        ));
    all
}

/// What people open.
fn pages() -> Routes {
    front::routes()
        .merge(sign_in::routes())
        .merge(staff::routes())
        .merge(chat::routes())
        .merge(worker::routes())
        .merge(admin::routes())
        .merge(assets::routes())
        .merge(api::description::routes())
}

/// The addresses that answer `GET` to people, for tests that go over all of them.
#[cfg(feature = "testing")]
pub fn addresses() -> Vec<&'static str> {
    let pages = pages();
    let shown = pages
        .list()
        .iter()
        .filter(|l| l.method == axum::http::Method::GET);
    shown.map(|l| l.path).collect()
}

/// What machines call.
fn machines() -> Routes {
    hooks::routes().merge(health::routes())
}
