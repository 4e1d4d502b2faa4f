//! Entering by one-time link, and leaving.
//!
//! The secret travels behind `#`, which browsers never send, so that neither
//! previews of messengers nor logs can spend or keep it. Only pressing the
//! button does; links of the demo (`?now`) press it by themselves.

use super::cookies::{self, Jar};
use super::gate::{Caller, Fields};
use super::page::{self, Page};
use super::prefs::Prefs;
use super::problem::Problem;
use super::routes::Routes;
use super::staff::{outside, password};
use super::{Shared, when};
use crate::rights::Right;
use crate::staff::oidc::Refused;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;

pub(super) fn routes() -> Routes {
    Routes::open()
        .get("/sign-in", Right::Enter, ask)
        .post("/sign-in", Right::Enter, enter)
        .post("/sign-out", Right::Enter, leave)
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    page: Page,
    /// The one-time link was not good.
    spent: bool,
    /// Another way in was not.
    wrong: Option<String>,
    /// There is a single sign-on.
    outside: bool,
}

/// What is wrong with a try.
#[derive(Clone, Copy)]
pub(super) enum Said {
    /// The link is used, old, or was never given out.
    Spent,
    /// Name, password or code; which one is not said.
    Wrong,
    /// Too many tries: how long to wait.
    Later(TimeDelta),
    /// The single sign-on.
    Outside(Refused),
}

async fn ask(State(site): State<Shared>, prefs: Prefs) -> Response {
    draw(&site, &prefs, None)
}

/// The page, with what was wrong.
pub(super) fn draw(site: &Shared, prefs: &Prefs, said: Option<Said>) -> Response {
    let page = Page::new(site, prefs.at("/sign-in"));
    let (status, wrong) = match said {
        None => (StatusCode::OK, None),
        Some(Said::Spent) => (StatusCode::FORBIDDEN, None),
        Some(Said::Wrong) => (StatusCode::FORBIDDEN, Some(page.w.sign_in_wrong.to_owned())),
        Some(Said::Later(wait)) => {
            let wait = when::span(page.w, wait);
            let words = page.w.try_later.replace("{}", &wait);
            (StatusCode::TOO_MANY_REQUESTS, Some(words))
        }
        Some(Said::Outside(why)) => {
            let (status, words) = outside::said(&page, why);
            (status, Some(words))
        }
    };
    let spent = matches!(said, Some(Said::Spent));
    let mut response = page::html(&SignIn {
        page,
        spent,
        wrong,
        outside: site.backend.outside(),
    });
    *response.status_mut() = status;
    response
}

/// The secret in what somebody pasted: a whole link or the code alone.
pub(super) fn pasted(text: &str) -> &str {
    let text = text.trim();
    text.rsplit_once('#')
        .map_or(text, |(_, secret)| secret.trim())
}

/// Always a new cookie, whatever the browser brought along.
async fn enter(
    State(site): State<Shared>,
    prefs: Prefs,
    caller: Caller,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let secret = pasted(fields.get("link"));
    let session = if secret.is_empty() || secret.len() > 256 {
        None
    } else {
        site.backend.open_link(secret, caller.from()).await?
    };
    let Some(session) = session else {
        return Ok(draw(&site, &prefs, Some(Said::Spent)));
    };
    let subject = session.subject.actor();
    password::let_in(&site, &headers, &session.secret, &subject).await
}

async fn leave(
    State(site): State<Shared>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let jar = match fields.get("who") {
        "worker" => Jar::Worker,
        "admin" => Jar::Admin,
        _ => return Err(Problem::Unreadable),
    };
    let mut response = Redirect::to("/").into_response();
    if let Some(secret) = cookies::read(&headers, &site.settings, jar) {
        fields.of(&secret)?;
        site.backend.sign_out(&secret).await?;
        cookies::delete(response.headers_mut(), &site.settings, jar);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_link_or_the_bare_code_can_be_pasted() {
        for text in ["abc", " abc\n", "http://x/sign-in#abc", "/sign-in#abc "] {
            assert_eq!(pasted(text), "abc", "{text:?}");
        }
    }
}
