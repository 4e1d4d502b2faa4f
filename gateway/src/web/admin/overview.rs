//! The first page: alarms, figures, a part of the open requests.

use super::super::gate::{AsAdmin, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::worker::card::CardView;
use super::super::worker::queue::Asked;
use super::super::{Part, Shared, Topic, events, when, words};
use crate::desk::view::Overview;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::TimeDelta;

#[derive(Template)]
#[template(path = "admin/overview_page.html")]
struct OverviewPage {
    page: Page,
    form: FormKeys,
    overview: Figures,
    /// Where the part that is shown begins, for the address of its news.
    after: String,
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
    /// All open requests, of which this is a part.
    all: i64,
    /// Whether more pressing ones come before this part.
    later: bool,
    /// Where the next part begins.
    next: Option<String>,
}

impl Figures {
    async fn of(site: &Shared, prefs: Prefs, from: &Asked) -> Result<Self, Problem> {
        let page = Page::desk(site, prefs);
        let after = from.place()?;
        let (o, part) = tokio::try_join!(
            site.backend.overview(page.lang),
            site.backend.admin_requests(after.as_ref(), page.lang),
        )?;
        let Part { cards, next } = part;
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
            all: o.open.iter().map(|(_, number)| number).sum(),
            later: after.is_some(),
            next,
            o,
            page,
        })
    }
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    Query(from): Query<Asked>,
) -> Result<Response, Problem> {
    let overview = Figures::of(&site, prefs.clone(), &from).await?;
    Ok(page::html(&OverviewPage {
        page: Page::desk(&site, prefs),
        form: FormKeys::new(&me.secret),
        overview,
        after: from.after,
    }))
}

pub(super) async fn fragment(
    State(site): State<Shared>,
    prefs: Prefs,
    _: AsAdmin,
    Query(from): Query<Asked>,
) -> Result<Response, Problem> {
    Ok(page::html(&Figures::of(&site, prefs, &from).await?))
}

pub(super) async fn follow(State(site): State<Shared>, _: AsAdmin) -> Response {
    events::stream(site.backend.hints(Topic::Admin))
}
