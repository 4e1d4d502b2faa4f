//! How channels are: last in, last out, what waits, what may not go out yet,
//! what was given up and why.

use super::super::gate::{AsAdmin, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{Operating, operating};
use super::super::{Channel, Shared, when};
use crate::clock::Moment;
use askama::Template;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "admin/channels.html")]
struct ChannelsPage {
    page: Page,
    form: FormKeys,
    t: &'static Operating,
    rows: Vec<Row>,
}

struct Row {
    of: Channel,
    last_in: String,
    last_out: String,
    /// "3 条要等到 09:00 以后"; empty if nothing is held.
    held: String,
    /// A failure that nothing came after.
    failing: bool,
}

/// `GET /admin/channels`.
pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    let t = operating(page.lang);
    let channels = site.backend.channels().await?;
    let rows = channels.into_iter().map(|of| row(of, &page, t));
    Ok(page::html(&ChannelsPage {
        rows: rows.collect(),
        form: FormKeys::new(&me.secret),
        t,
        page,
    }))
}

fn row(of: Channel, page: &Page, t: &Operating) -> Row {
    let at = |moment: Option<Moment>| {
        moment.map_or_else(|| t.channel_never.to_owned(), |at| when::at(page, at))
    };
    let held = of.until.map(|until| {
        let held = t.channel_held.replacen("{}", &of.held.to_string(), 1);
        held.replacen("{}", &when::at(page, until), 1)
    });
    Row {
        last_in: at(of.last_in),
        last_out: at(of.last_out),
        held: held.unwrap_or_default(),
        failing: of.failed.is_some_and(|f| of.last_out.is_none_or(|o| o < f)),
        of,
    }
}
