//! The pages in front of everything: three doors, preferences, and the neutral
//! page somebody flees to.

use super::cookies::{self, Jar};
use super::gate::{Fields, Visitor};
use super::page::{self, Page};
use super::prefs::{self, Prefs};
use super::problem::Problem;
use super::routes::Routes;
use super::{Shared, when};
use crate::identity::face::BACK;
use crate::rights::Right;
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use std::time::Duration;

/// A hidden chat stays covered this long.
const COVERED: Duration = Duration::from_hours(7 * 24);

pub(super) fn routes() -> Routes {
    Routes::open()
        .get("/", Right::Visit, landing)
        .get("/today", Right::Visit, today)
        .get(BACK, Right::Visit, back)
        .post("/hide", Right::Chat, hide)
        .post("/prefs", Right::Visit, prefs::change)
}

#[derive(Template)]
#[template(path = "landing.html")]
struct Landing {
    page: Page,
}

async fn landing(State(site): State<Shared>, prefs: Prefs) -> Response {
    page::html(&Landing {
        page: Page::new(&site, prefs),
    })
}

#[derive(Template)]
#[template(path = "proof.html")]
struct Back {
    page: Page,
}

/// Where a provider that compares faces sends people back to. Whatever comes with
/// it proves nothing and is not looked at.
async fn back(State(site): State<Shared>, prefs: Prefs) -> Response {
    page::html(&Back {
        page: Page::new(&site, prefs),
    })
}

#[derive(Template)]
#[template(path = "today.html")]
struct Today {
    page: Page,
    date: String,
    weekday: &'static str,
    time: String,
}

async fn today(State(site): State<Shared>, prefs: Prefs) -> Response {
    let page = Page::new(&site, prefs);
    page::html(&Today {
        date: when::date(&page, page.now),
        weekday: when::weekday(&page, page.now),
        time: when::clock_time(&page, page.now),
        page,
    })
}

/// Covers the chat and leads away to a page that gives nothing away; the script
/// (`scripted`) leaves without a trace in the history.
pub(super) fn covered(site: &Shared, scripted: bool) -> Response {
    let mut response = if scripted {
        [("x-leave", "/today")].into_response()
    } else {
        Redirect::to("/today").into_response()
    };
    let headers = response.headers_mut();
    cookies::write(headers, &site.settings, Jar::Hidden, "1", COVERED);
    response
}

/// `POST /hide` covers the chat and leads to a page that gives nothing away;
/// with `show` it uncovers it again. The conversation itself stays.
async fn hide(
    State(site): State<Shared>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&visitor.secret)?;
    if fields.get("show").is_empty() {
        Ok(covered(&site, false))
    } else {
        let mut response = Redirect::to("/chat#end").into_response();
        cookies::delete(response.headers_mut(), &site.settings, Jar::Hidden);
        Ok(response)
    }
}
