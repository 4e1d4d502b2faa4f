//! Going on with the conversation in another browser, by a short code.
//!
//! One page for both sides: here a code is shown, there it is typed. Whoever is
//! let in gets a cookie of its own, whatever the browser brought along.

use super::super::Shared;
use super::super::cookies::{self, Jar};
use super::super::gate::{Caller, Fields, FormKeys, Visitor};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::own;
use crate::app::resume::Resumed;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "chat/resume.html")]
struct ResumePage {
    page: Page,
    form: FormKeys,
    /// Whether there is a conversation in this browser.
    talks: bool,
    /// A fresh code, in two groups.
    code: Option<(String, String)>,
    wrong: Option<&'static str>,
    /// The other browsers were ended.
    ended: bool,
}

impl ResumePage {
    fn new(site: &Shared, prefs: &Prefs, visitor: &Visitor) -> Self {
        Self {
            page: Page::new(site, prefs.at("/chat/resume")),
            form: FormKeys::new(&visitor.secret),
            talks: !visitor.fresh,
            code: None,
            wrong: None,
            ended: false,
        }
    }

    /// The page; the form on it needs the cookie it was made for.
    fn with_cookie(&self, site: &Shared, visitor: &Visitor, status: StatusCode) -> Response {
        let mut response = page::html(self);
        *response.status_mut() = status;
        keep(&mut response, site, &visitor.secret);
        response
    }
}

/// Sets the chat's cookie.
fn keep(response: &mut Response, site: &Shared, secret: &str) {
    let age = site.settings.resident_session;
    let headers = response.headers_mut();
    cookies::write(headers, &site.settings, Jar::Chat, secret, age);
}

pub(super) async fn open(State(site): State<Shared>, prefs: Prefs, visitor: Visitor) -> Response {
    ResumePage::new(&site, &prefs, &visitor).with_cookie(&site, &visitor, StatusCode::OK)
}

/// `POST /chat/code`: a code for this conversation, shown once.
pub(super) async fn code(
    State(site): State<Shared>,
    prefs: Prefs,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.of(&visitor.secret)?;
    let code = site.backend.resume_code(&visitor.session).await?;
    let (first, rest) = code.split_at(code.len() / 2);
    let page = ResumePage {
        code: Some((first.to_owned(), rest.to_owned())),
        ..ResumePage::new(&site, &prefs, &visitor)
    };
    Ok(page.with_cookie(&site, &visitor, StatusCode::OK))
}

/// `POST /chat/resume`: a code that was typed, or with `end` the end of all
/// other browsers.
pub(super) async fn resume(
    State(site): State<Shared>,
    prefs: Prefs,
    visitor: Visitor,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&visitor.secret)?;
    if !fields.get("end").is_empty() {
        site.backend.end_others(&visitor.session).await?;
        let page = ResumePage {
            ended: true,
            ..ResumePage::new(&site, &prefs, &visitor)
        };
        return Ok(page.with_cookie(&site, &visitor, StatusCode::OK));
    }
    let fresh = Visitor::further(&site);
    let typed = fields.get("code");
    let resumed = site
        .backend
        .resume(typed, &fresh.session, &caller.address)
        .await?;
    let refused = |status, words| {
        let page = ResumePage {
            wrong: Some(words),
            ..ResumePage::new(&site, &prefs, &visitor)
        };
        page.with_cookie(&site, &visitor, status)
    };
    let w = own(prefs.lang);
    Ok(match resumed {
        Resumed::Here => {
            let mut response = Redirect::to("/chat#end").into_response();
            keep(&mut response, &site, &fresh.secret);
            response
        }
        Resumed::Wrong => refused(StatusCode::FORBIDDEN, w.resume_wrong),
        Resumed::Later => refused(StatusCode::TOO_MANY_REQUESTS, w.resume_later),
    })
}
