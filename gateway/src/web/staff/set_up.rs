//! Setting up an account from a one-time link: password, second factor, then
//! the recovery codes, shown once.

use super::super::Shared;
use super::super::cookies;
use super::super::gate::{Caller, Fields};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::{sign_in, when};
use super::password::door;
use crate::staff::Weak;
use crate::staff::enrol::{Offer, SetUp, Typed, Wrong};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "staff/set_up_link.html")]
struct Link {
    page: Page,
    spent: bool,
}

#[derive(Template)]
#[template(path = "staff/set_up.html")]
struct Form {
    page: Page,
    link: String,
    offer: Offer,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/recovery.html")]
struct Recovery {
    page: Page,
    codes: Vec<String>,
    to: &'static str,
}

/// The recovery codes, this once.
pub(super) fn recovery(page: Page, codes: Vec<String>, to: &'static str) -> Response {
    page::html(&Recovery { page, codes, to })
}

/// `GET /set-up`: the secret stays behind `#` until a button is pressed.
pub(super) async fn ask(State(site): State<Shared>, prefs: Prefs) -> Response {
    link(&site, &prefs, false)
}

fn link(site: &Shared, prefs: &Prefs, spent: bool) -> Response {
    let page = plain(site, prefs);
    let mut response = page::html(&Link { page, spent });
    if spent {
        *response.status_mut() = StatusCode::FORBIDDEN;
    }
    response
}

/// These pages answer posts: changing the language leads to the first of them.
fn plain(site: &Shared, prefs: &Prefs) -> Page {
    Page::new(site, prefs.at("/set-up"))
}

/// `POST /set-up`: shows what to set up; spends nothing.
pub(super) async fn show(
    State(site): State<Shared>,
    prefs: Prefs,
    fields: Fields,
) -> Result<Response, Problem> {
    let secret = sign_in::pasted(fields.get("link"));
    let offer = if secret.is_empty() || secret.len() > 256 {
        None
    } else {
        site.backend.offer(secret).await?
    };
    Ok(match offer {
        None => link(&site, &prefs, true),
        Some(offer) => page::html(&Form {
            page: plain(&site, &prefs),
            link: secret.to_owned(),
            offer,
            wrong: None,
        }),
    })
}

/// `POST /set-up/finish`: spends the link and signs in.
pub(super) async fn finish(
    State(site): State<Shared>,
    prefs: Prefs,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Problem> {
    let page = plain(&site, &prefs);
    if fields.get("password") != fields.get("again") || fields.get("link").len() > 256 {
        let offer = site.backend.offer(fields.get("link")).await?;
        return Ok(match offer {
            None => link(&site, &prefs, true),
            Some(offer) => {
                let wrong = page.w.setup_differ.to_owned();
                refused(page, fields.get("link"), offer, wrong)
            }
        });
    }
    let typed = Typed {
        link: fields.get("link"),
        sealed: fields.get("offer"),
        password: fields.get("password"),
        code: fields.get("code"),
    };
    match site.backend.set_up(typed, caller.from()).await? {
        SetUp::Spent => Ok(link(&site, &prefs, true)),
        SetUp::Again(offer, wrong) => {
            let wrong = said(&page, wrong);
            Ok(refused(page, fields.get("link"), offer, wrong))
        }
        SetUp::Done {
            secret,
            subject,
            recovery: codes,
        } => {
            let (jar, to) = door(&subject);
            let mut response = recovery(page, codes, to);
            let age = site.settings.session;
            cookies::write(response.headers_mut(), &site.settings, jar, &secret, age);
            Ok(response)
        }
    }
}

fn refused(page: Page, link: &str, offer: Offer, wrong: String) -> Response {
    let mut response = page::html(&Form {
        page,
        link: link.to_owned(),
        offer,
        wrong: Some(wrong),
    });
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

/// Why a password is not taken.
pub(super) fn weak(page: &Page, why: Weak) -> &'static str {
    match why {
        Weak::Short => page.w.setup_short,
        Weak::Long => page.w.setup_long,
        Weak::Common => page.w.setup_common,
    }
}

fn said(page: &Page, wrong: Wrong) -> String {
    match wrong {
        Wrong::Password(why) => weak(page, why).to_owned(),
        Wrong::Code => page.w.code_wrong.to_owned(),
        Wrong::Later(wait) => page.w.try_later.replace("{}", &when::span(page.w, wait)),
    }
}
