//! The city's single sign-on in the browser: off to the provider and back, to
//! sign in or to prove again to be there.

use super::super::Shared;
use super::super::cookies::{self, Jar};
use super::super::gate::{Caller, Signed};
use super::super::page::Page;
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::sign_in::{self, Said};
use super::super::when;
use super::password::let_in;
use super::prove;
use crate::staff::oidc::{Again, Back, Begun, Came, Refused};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::time::Duration;

/// How long the browser keeps what it was sent off with.
const KEPT: Duration = Duration::from_mins(10);

/// What the provider adds to the address.
#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
    error: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    back: String,
}

/// The sentence for somebody who was refused.
pub(in crate::web) fn said(page: &Page, why: Refused) -> (StatusCode, String) {
    let e = page.entry;
    let (status, words) = match why {
        Refused::Away => (StatusCode::SERVICE_UNAVAILABLE, e.outside_away),
        Refused::Cancelled => (StatusCode::FORBIDDEN, e.outside_cancelled),
        Refused::Invalid => (StatusCode::FORBIDDEN, e.outside_invalid),
        Refused::Over => (StatusCode::FORBIDDEN, e.outside_over),
        Refused::Unknown => (StatusCode::FORBIDDEN, e.outside_unknown),
        Refused::Stale => (StatusCode::FORBIDDEN, e.outside_stale),
        Refused::Later(wait) => {
            let words = page.w.try_later.replace("{}", &when::span(page.w, wait));
            return (StatusCode::TOO_MANY_REQUESTS, words);
        }
    };
    (status, words.to_owned())
}

/// `GET /sign-in/oidc`.
pub(super) async fn leave(State(site): State<Shared>, prefs: Prefs) -> Result<Response, Problem> {
    match site.backend.leave(None).await.ok_or(Problem::NotFound)? {
        Ok(begun) => Ok(off(&site, &begun)),
        Err(why) => Ok(sign_in::draw(&site, &prefs, Some(Said::Outside(why)))),
    }
}

/// `GET …/prove/oidc`: the same for a proof.
pub(super) async fn leave_again(
    State(site): State<Shared>,
    prefs: Prefs,
    me: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let again = Again {
        known: &me.known,
        to: prove::within(me.area(), &asked.back),
    };
    let left = site.backend.leave(Some(again)).await;
    match left.ok_or(Problem::NotFound)? {
        Ok(begun) => Ok(off(&site, &begun)),
        Err(why) => {
            let said = said(&Page::desk(&site, prefs.clone()), why);
            prove::draw(&site, prefs, &me, again.to, Some(said)).await
        }
    }
}

fn off(site: &Shared, begun: &Begun) -> Response {
    let mut response = Redirect::to(&begun.url).into_response();
    let headers = response.headers_mut();
    cookies::write(headers, &site.settings, Jar::Oidc, &begun.kept, KEPT);
    response
}

/// `GET /sign-in/oidc/back`. Signing in and proving come back here, to the one
/// address the provider knows.
pub(super) async fn back(
    State(site): State<Shared>,
    prefs: Prefs,
    caller: Caller,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, Problem> {
    let kept = cookies::read(&headers, &site.settings, Jar::Oidc).unwrap_or_default();
    let back = Back {
        kept: &kept,
        state: &answer.state,
        code: &answer.code,
        failed: answer.error.is_some(),
    };
    let came = site.backend.come_back(back, caller.from()).await?;
    let mut response = match came.ok_or(Problem::NotFound)? {
        Came::In { secret, subject } => let_in(&site, &headers, &secret, &subject).await?,
        Came::Proved(to) => Redirect::to(&to).into_response(),
        Came::Not(why, None) => sign_in::draw(&site, &prefs, Some(Said::Outside(why))),
        Came::Not(why, Some(to)) => {
            let area = prove::area_of(&to);
            let code = code(why);
            Redirect::to(&format!("{area}/prove?said={code}&back={to}")).into_response()
        }
    };
    cookies::delete(response.headers_mut(), &site.settings, Jar::Oidc);
    Ok(response)
}

/// How a refused proof travels to its page.
fn code(why: Refused) -> &'static str {
    match why {
        Refused::Away => "away",
        Refused::Cancelled => "cancelled",
        Refused::Invalid | Refused::Later(_) => "invalid",
        Refused::Over => "over",
        Refused::Unknown => "unknown",
        Refused::Stale => "stale",
    }
}

/// What such a code stands for.
pub(super) fn of_code(text: &str) -> Option<Refused> {
    let all = [
        Refused::Away,
        Refused::Cancelled,
        Refused::Invalid,
        Refused::Over,
        Refused::Unknown,
        Refused::Stale,
    ];
    all.into_iter().find(|why| code(*why) == text)
}
