//! Entering by one-time link, and leaving.
//!
//! The secret travels behind `#`, which browsers never send, so that neither
//! previews of messengers nor logs can spend or keep it. Only pressing the
//! button does; links of the demo (`?now`) press it by themselves.

use super::cookies::{self, Jar};
use super::gate::Fields;
use super::page::{self, Page};
use super::prefs::Prefs;
use super::problem::Problem;
use super::routes::Routes;
use super::{Shared, Subject};
use crate::rights::Right;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

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
    spent: bool,
}

async fn ask(State(site): State<Shared>, prefs: Prefs) -> Response {
    let page = Page::new(&site, prefs);
    page::html(&SignIn { page, spent: false })
}

/// The secret in what somebody pasted: a whole link or the code alone.
fn pasted(text: &str) -> &str {
    let text = text.trim();
    text.rsplit_once('#')
        .map_or(text, |(_, secret)| secret.trim())
}

/// Always a new cookie, whatever the browser brought along.
async fn enter(
    State(site): State<Shared>,
    prefs: Prefs,
    fields: Fields,
) -> Result<Response, Problem> {
    let secret = pasted(fields.get("link"));
    let session = if secret.is_empty() || secret.len() > 256 {
        None
    } else {
        site.backend.open_link(secret).await?
    };
    let Some(session) = session else {
        let page = Page::new(&site, prefs);
        let mut response = page::html(&SignIn { page, spent: true });
        *response.status_mut() = StatusCode::FORBIDDEN;
        return Ok(response);
    };
    let (jar, to) = match session.subject {
        Subject::Worker { .. } => (Jar::Worker, "/worker"),
        Subject::Admin => (Jar::Admin, "/admin"),
    };
    let mut response = Redirect::to(to).into_response();
    let age = site.settings.session;
    cookies::write(
        response.headers_mut(),
        &site.settings,
        jar,
        &session.secret,
        age,
    );
    Ok(response)
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
