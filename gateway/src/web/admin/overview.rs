//! The first page: alarms, figures, open requests.

use super::super::gate::{AsAdmin, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::worker::card::CardView;
use super::super::{Shared, Topic, events, when, words};
use crate::desk::view::Overview;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::TimeDelta;

#[derive(Template)]
#[template(path = "admin/overview_page.html")]
struct OverviewPage {
    page: Page,
    form: FormKeys,
    overview: Figures,
}

#[derive(Template)]
#[template(path = "admin/overview.html")]
struct Figures {
    page: Page,
    o: Overview,
    /// Class, icon, words, number.
    classes: Vec<(&'static str, &'static str, &'static str, i64)>,
    /// How long the oldest message has waited.
    oldest: String,
    cards: Vec<CardView>,
}

impl Figures {
    async fn of(site: &Shared, prefs: Prefs) -> Result<Self, Problem> {
        let page = Page::desk(site, prefs);
        let o = site.backend.overview(page.lang).await?;
        let cards = site.backend.admin_requests(page.lang).await?;
        let classes = o.open.iter().map(|(class, number)| {
            let (class_words, icon) = words::class(page.lang, class);
            (*class, icon, class_words, *number)
        });
        Ok(Self {
            classes: classes.collect(),
            oldest: when::span(page.w, TimeDelta::seconds(o.outbox.1)),
            cards: cards
                .into_iter()
                .map(|card| CardView::new(&page, card))
                .collect(),
            o,
            page,
        })
    }
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
) -> Result<Response, Problem> {
    let overview = Figures::of(&site, prefs.clone()).await?;
    Ok(page::html(&OverviewPage {
        page: Page::desk(&site, prefs),
        form: FormKeys::new(&me.secret),
        overview,
    }))
}

pub(super) async fn fragment(
    State(site): State<Shared>,
    prefs: Prefs,
    _: AsAdmin,
) -> Result<Response, Problem> {
    Ok(page::html(&Figures::of(&site, prefs).await?))
}

pub(super) async fn follow(State(site): State<Shared>, _: AsAdmin) -> Response {
    events::stream(site.backend.hints(Topic::Admin))
}
