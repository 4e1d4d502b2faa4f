//! The residents' chat: a page with forms, better with the script.
//!
//! Shows what the gateway stored and passes on what somebody does; the
//! conversation itself is elsewhere. `lines` draws, `say` receives.

mod copy;
mod lines;
mod mine;
mod photo;
mod refusal;
mod resume;
mod say;
mod tel;

use super::cookies::{self, Jar};
use super::gate::{FormKeys, Visitor, random_hex};
use super::page::{self, Page};
use super::prefs::Prefs;
use super::problem::Problem;
use super::routes::Routes;
use super::upload::MOST_BYTES;
use super::{Shared, Topic, events};
use crate::rights::Right;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use lines::Lines;
use mine::Matters;

pub(super) fn routes() -> Routes {
    Routes::open()
        .post("/chat/photo", Right::Chat, photo::send)
        .body_limit(MOST_BYTES)
        .get("/chat/photo/{photo}", Right::Chat, photo::show)
        .get("/chat", Right::Chat, open)
        .post("/chat", Right::Chat, say::say)
        .get("/chat/lines", Right::Chat, fragment)
        .get("/chat/mine", Right::Chat, mine::open)
        .get("/chat/resume", Right::Chat, resume::open)
        .post("/chat/resume", Right::Chat, resume::resume)
        .post("/chat/code", Right::Chat, resume::code)
        .get("/chat/events", Right::Chat, follow)
        .get("/my-data", Right::Chat, copy::ask)
        .post("/my-data", Right::Chat, copy::give)
}

#[derive(Template)]
#[template(path = "chat/page.html")]
struct ChatPage {
    page: Page,
    form: FormKeys,
    once_more: String,
    lines: Lines,
    matters: Option<Matters>,
    notice: Option<String>,
    /// What was written and could not be taken.
    text: String,
}

#[derive(Template)]
#[template(path = "chat/cover.html")]
struct Cover {
    page: Page,
    form: FormKeys,
}

async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let covered = cookies::read(&headers, &site.settings, Jar::Hidden).is_some_and(|v| v == "1");
    let mut response = if covered {
        page::html(&Cover {
            page: Page::new(&site, prefs),
            form: FormKeys::new(&visitor.secret),
        })
    } else {
        draw(&site, prefs, &visitor).await?
    };
    // Set again at every visit, so that it lives from the last one on.
    let age = site.settings.resident_session;
    cookies::write(
        response.headers_mut(),
        &site.settings,
        Jar::Chat,
        &visitor.secret,
        age,
    );
    Ok(response)
}

async fn draw(site: &Shared, prefs: Prefs, visitor: &Visitor) -> Result<Response, Problem> {
    let (lines, matters) = tokio::try_join!(
        Lines::of(site, prefs.clone(), visitor),
        Matters::of(site, prefs.clone(), visitor, true),
    )?;
    Ok(page::html(&ChatPage {
        matters: Some(matters),
        ..ChatPage::with(site, prefs, visitor, lines)
    }))
}

impl ChatPage {
    /// The page with these lines, where nothing else can be read.
    fn with(site: &Shared, prefs: Prefs, visitor: &Visitor, lines: Lines) -> Self {
        Self {
            page: Page::new(site, prefs),
            form: FormKeys::new(&visitor.secret),
            once_more: random_hex::<12>(),
            lines,
            matters: None,
            notice: None,
            text: String::new(),
        }
    }
}

async fn fragment(
    State(site): State<Shared>,
    prefs: Prefs,
    visitor: Visitor,
) -> Result<Response, Problem> {
    Ok(page::html(&Lines::of(&site, prefs, &visitor).await?))
}

async fn follow(State(site): State<Shared>, visitor: Visitor) -> Response {
    if visitor.fresh {
        return Problem::NotFound.into_response();
    }
    events::stream(site.backend.hints(Topic::Chat(visitor.session)))
}
