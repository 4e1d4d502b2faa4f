//! The resident's own requests: who, what, by when, and how far they are.
//!
//! Everything shown is a recorded fact. The buttons speak for the resident in
//! the chat, which answers there.

use super::super::Shared;
use super::super::cookies::{self, Jar};
use super::super::gate::{FormKeys, Visitor};
use super::super::page::{self, Page, wants_fragment};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::when;
use crate::desk::view::Matter;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "chat/matters.html")]
pub(super) struct Matters {
    page: Page,
    form: FormKeys,
    all: Vec<Shown>,
    /// On the page of its own a press leads to the chat; beside the chat its
    /// answer appears there.
    beside: bool,
}

struct Shown {
    matter: Matter,
    /// Why it cannot be urged now.
    urged: Option<String>,
    /// Stamp, clock time and sentence of each fact.
    steps: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "chat/mine.html")]
struct MinePage {
    page: Page,
    form: FormKeys,
    matters: Matters,
}

impl Matters {
    pub(super) async fn of(
        site: &Shared,
        prefs: Prefs,
        visitor: &Visitor,
        beside: bool,
    ) -> Result<Self, Problem> {
        let page = Page::new(site, prefs);
        let found = if visitor.fresh {
            Vec::new()
        } else {
            site.backend.matters(&visitor.session, page.lang).await?
        };
        let step = |(at, text)| {
            let time = format!("{} {}", when::date(&page, at), when::clock_time(&page, at));
            (when::stamp(at), time, text)
        };
        let all = found
            .into_iter()
            .map(|mut matter| Shown {
                urged: (matter.urged_until.as_ref())
                    .map(|until| page.own.mine_urged.replace("{}", until)),
                steps: matter.steps.drain(..).map(step).collect(),
                matter,
            })
            .collect();
        Ok(Self {
            form: FormKeys::new(&visitor.secret),
            all,
            beside,
            page,
        })
    }

    /// How many are under way.
    pub(super) fn open(&self) -> usize {
        self.all.iter().filter(|m| m.matter.open).count()
    }
}

/// `GET /chat/mine`: the page, or for the script what stands beside the chat.
pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let covered = cookies::read(&headers, &site.settings, Jar::Hidden).is_some_and(|v| v == "1");
    if covered {
        return Ok(Redirect::to("/chat").into_response());
    }
    let beside = wants_fragment(&headers);
    let matters = Matters::of(&site, prefs.clone(), &visitor, beside).await?;
    if beside {
        return Ok(page::html(&matters));
    }
    Ok(page::html(&MinePage {
        page: Page::new(&site, prefs),
        form: FormKeys::new(&visitor.secret),
        matters,
    }))
}
