//! Signing in with name, password and code.

use super::super::Shared;
use super::super::cookies::{self, Jar};
use super::super::gate::{Caller, Fields};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::sign_in::{self, Said};
use crate::staff::sign_in::{SignedIn, Typed};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

/// The cookie and the first page of whoever signed in.
pub(in crate::web) fn door(subject: &str) -> (Jar, &'static str) {
    if subject.starts_with("worker:") {
        (Jar::Worker, "/worker")
    } else {
        (Jar::Admin, "/admin")
    }
}

/// Lets a browser in: always with a new cookie, and the session of its former
/// one ends.
pub(in crate::web) async fn let_in(
    site: &Shared,
    headers: &HeaderMap,
    secret: &str,
    subject: &str,
) -> Result<Response, Problem> {
    let (jar, to) = door(subject);
    if let Some(former) = cookies::read(headers, &site.settings, jar) {
        site.backend.sign_out(&former).await?;
    }
    let mut response = Redirect::to(to).into_response();
    let age = site.settings.session;
    cookies::write(response.headers_mut(), &site.settings, jar, secret, age);
    Ok(response)
}

/// `POST /sign-in/password`.
pub(super) async fn enter(
    State(site): State<Shared>,
    prefs: Prefs,
    caller: Caller,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let typed = Typed {
        name: fields.get("name"),
        password: fields.get("password"),
        code: fields.get("code"),
    };
    match site.backend.sign_in(typed, caller.from()).await? {
        SignedIn::In { secret, subject } => let_in(&site, &headers, &secret, &subject).await,
        SignedIn::No => Ok(sign_in::draw(&site, &prefs, Some(Said::Wrong))),
        SignedIn::Later(wait) => Ok(sign_in::draw(&site, &prefs, Some(Said::Later(wait)))),
    }
}
