//! My roster: two weeks ahead, leave, swaps, and what to hand over.

use super::super::Shared;
use super::super::gate::{AsWorker, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use crate::desk::mine::{Mine, Order};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "worker/roster.html")]
struct RosterPage {
    page: Page,
    form: FormKeys,
    me: AsWorker,
    mine: Mine,
}

async fn draw(
    site: &Shared,
    prefs: Prefs,
    me: AsWorker,
    order: Order,
) -> Result<Response, Problem> {
    let page = Page::desk(site, prefs);
    let mine = site.backend.my_roster(&me.id, order, page.lang).await?;
    Ok(page::html(&RosterPage {
        page,
        form: FormKeys::new(&me.secret),
        me,
        mine,
    }))
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
) -> Result<Response, Problem> {
    draw(&site, prefs, me, Order::Show).await
}

pub(super) async fn order(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsWorker,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let day = |name: &str| fields.get(name).parse().map_err(|_| Problem::Unreadable);
    let order = match fields.get("do") {
        "leave" => Order::Leave {
            first: day("first")?,
            last: day("last")?,
            substitute: Some(fields.get("who").to_owned()).filter(|who| !who.is_empty()),
        },
        "swap" => Order::Swap {
            day: day("day")?,
            with: fields.get("who").to_owned(),
        },
        "withdraw" => Order::Withdraw {
            id: fields.get("id").to_owned(),
        },
        "hand_over" => Order::HandOver {
            references: fields.beginning("case-"),
        },
        _ => return Err(Problem::Unreadable),
    };
    draw(&site, prefs, me, order).await
}
