//! A resident's browser: the secret in its cookie, and the session behind it.
//!
//! Only secrets made here count, so that nobody begins a conversation under one that
//! is easy to guess or was made up for somebody else. That does not keep anybody from
//! fetching a genuine one and putting it into another's browser: there the name of the
//! cookie helps, which browsers take over TLS from this very host alone, and without
//! TLS nothing does. What a session may see is the backend's.

use super::Shared;
use super::cookies::{self, Jar};
use super::gate::{digest, random_hex};
use super::problem::Problem;
use crate::app::resume::FURTHER;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// A resident's browser.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    /// What the cookie holds.
    pub(super) secret: String,
    /// What the gateway knows the chat by; the cookie cannot be computed from it.
    pub(super) session: String,
    /// The cookie is not set yet.
    pub(super) fresh: bool,
}

impl FromRequestParts<Shared> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, site: &Shared) -> Result<Self, Problem> {
        let mut kept = cookies::read(&parts.headers, &site.settings, Jar::Chat);
        if let Some(secret) = &kept
            && !is_ours(secret, site)
            && !is_former(secret, site).await
        {
            kept = None;
        }
        let fresh = kept.is_none();
        let secret = kept.unwrap_or_else(|| marked(random_hex::<16>(), site));
        Ok(Self {
            session: session(&secret),
            secret,
            fresh,
        })
    }
}

impl Visitor {
    /// A new session for a browser that goes on with another's conversation.
    pub(super) fn further(site: &Shared) -> Self {
        let secret = marked(format!("{FURTHER}{}", &random_hex::<16>()[1..]), site);
        Self {
            session: session(&secret),
            secret,
            fresh: true,
        }
    }
}

/// A chat's secret from its beginning.
fn marked(beginning: String, site: &Shared) -> String {
    let mark = site.backend.chat_mark(&beginning);
    beginning + &mark
}

/// Whether a chat's secret bears our mark.
fn is_ours(secret: &str, site: &Shared) -> bool {
    let Some((beginning, mark)) = secret.split_at_checked(32) else {
        return false;
    };
    let ours = site.backend.chat_mark(beginning);
    bots::webhook::same_secret(mark.as_bytes(), ours.as_bytes())
}

/// Whether this is a secret of before there were marks, which a conversation was
/// begun with: it goes on. While nobody can look that up it counts, or an outage
/// would take the conversation away for good.
async fn is_former(secret: &str, site: &Shared) -> bool {
    let is_hex = |c: char| c.is_ascii_hexdigit();
    let rest = secret.strip_prefix(|c| c == FURTHER || is_hex(c));
    if secret.len() != 64 || !rest.is_some_and(|rest| rest.chars().all(is_hex)) {
        return false;
    }
    let began = site.backend.chat_began(&session(secret)).await;
    began.unwrap_or(true)
}

/// What the gateway knows a chat's secret by; it shows which kind it is.
fn session(secret: &str) -> String {
    let hash = digest(&["chat", secret]);
    if secret.starts_with(FURTHER) {
        format!("{FURTHER}{}", &hash[1..32])
    } else {
        hash[..32].to_owned()
    }
}
