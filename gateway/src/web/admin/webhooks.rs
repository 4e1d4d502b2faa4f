//! Programs that are told what happens: their addresses, what became of each
//! message, and a message sent once more.

use super::super::gate::{AsAdmin, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{Operating, operating, told_kind};
use super::super::{Address, Delivery, Shared, Told, Wrong, when};
use crate::webhooks::{KINDS, New};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

/// Deliveries on one page.
const LINES: usize = 50;
/// Who does what is done on this page.
const ACTOR: &str = "admin";

#[derive(Template)]
#[template(path = "admin/webhooks.html")]
struct WebhooksPage {
    page: Page,
    form: FormKeys,
    t: &'static Operating,
    notice: Option<&'static str>,
    wrong: Option<&'static str>,
    /// Shown this once.
    secret: Option<String>,
    programs: Vec<(String, String)>,
    /// Code and words of what can be told.
    kinds: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    told: Vec<Line>,
    /// The place to go on from.
    next: Option<String>,
}

struct Row {
    of: Address,
    since: String,
    kinds: Vec<&'static str>,
}

struct Line {
    of: Delivery,
    at: String,
    kind: &'static str,
    state: String,
}

/// What a form led to.
#[derive(Default)]
struct Done {
    notice: Option<&'static str>,
    wrong: Option<&'static str>,
    secret: Option<String>,
}

/// Where to go on.
#[derive(Default, Deserialize)]
pub(super) struct Older {
    #[serde(default)]
    before: String,
}

async fn draw(
    site: &Shared,
    page: Page,
    me: &AsAdmin,
    done: Done,
    before: &str,
) -> Result<Response, Problem> {
    let t = operating(page.lang);
    let asked = Told {
        before,
        most: LINES,
        ..Told::default()
    };
    let told = site.backend.deliveries(asked).await?;
    let full = told.len() == LINES;
    let next = told.last().filter(|_| full).map(|line| line.id.clone());
    let rows = site.backend.webhooks(None).await?;
    Ok(page::html(&WebhooksPage {
        form: FormKeys::new(&me.secret),
        notice: done.notice,
        wrong: done.wrong,
        secret: done.secret,
        programs: site.backend.programs().await?,
        kinds: KINDS
            .iter()
            .map(|k| (*k, told_kind(page.lang, k)))
            .collect(),
        rows: rows.into_iter().map(|of| row(of, &page)).collect(),
        told: told.into_iter().map(|of| line(of, &page, t)).collect(),
        next,
        t,
        page,
    }))
}

fn row(of: Address, page: &Page) -> Row {
    Row {
        since: when::at(page, of.made),
        kinds: of.kinds.iter().map(|k| told_kind(page.lang, k)).collect(),
        of,
    }
}

fn line(of: Delivery, page: &Page, t: &Operating) -> Line {
    let state = match of.state {
        "waiting" => {
            let next = of.next.map(|at| when::at(page, at)).unwrap_or_default();
            t.told_waiting.replace("{}", &next)
        }
        "taken" => t.told_taken.to_owned(),
        "given_up" => t.told_given_up.to_owned(),
        _ => t.told_over.to_owned(),
    };
    Line {
        at: when::at(page, of.at),
        kind: told_kind(page.lang, &of.kind),
        state,
        of,
    }
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    Query(older): Query<Older>,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    draw(&site, page, &me, Done::default(), &older.before).await
}

pub(super) async fn order(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let page = Page::desk(&site, prefs);
    let t = operating(page.lang);
    let id = fields.get("id");
    let said = |done: bool, notice| Done {
        notice: done.then_some(notice),
        wrong: (!done).then_some(t.webhook_gone),
        secret: None,
    };
    let done = match fields.get("do") {
        "add" => add(&site, &fields, t).await?,
        "end" => {
            let ended = site.backend.end_webhook(ACTOR, id, None).await?;
            said(ended, t.webhook_ended)
        }
        "again" => {
            let again = site.backend.tell_again(ACTOR, id, None).await?;
            said(again, t.webhook_again_done)
        }
        _ => return Err(Problem::Unreadable),
    };
    draw(&site, page, &me, done, "").await
}

async fn add(site: &Shared, fields: &Fields, t: &Operating) -> Result<Done, Problem> {
    let chosen = KINDS
        .iter()
        .filter(|kind| !fields.get(&format!("kind.{kind}")).is_empty());
    let new = New {
        client: fields.get("client").to_owned(),
        url: fields.get("url").trim().to_owned(),
        kinds: chosen.map(|kind| (*kind).to_owned()).collect(),
        secret: None,
        once: None,
    };
    Ok(match site.backend.add_webhook(ACTOR, new).await? {
        Ok((_, secret)) => Done {
            secret: Some(secret),
            ..Done::default()
        },
        Err(wrong) => Done {
            wrong: Some(match wrong {
                Wrong::Url => t.wrong_url,
                Wrong::Client => t.wrong_client,
                Wrong::Many => t.wrong_many,
                Wrong::Kinds | Wrong::Secret => t.wrong_kinds,
            }),
            ..Done::default()
        },
    })
}
