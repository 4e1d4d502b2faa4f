//! Being asked once more: what it would change, whom it would meet and what is to
//! mend, before anything is published, taken back or given up. A page of its own;
//! where there is the script, the same as a dialog over the page.

use super::super::Shared;
use super::super::gate::{AsAdmin, FormKeys, Signed};
use super::super::page::{self, Page, wants_fragment};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{Editing, editing};
use super::editor::{ask, put};
use super::naming::{Said, changes, comma, findings, language};
use crate::editing::{Kind, Order, Said as Came, Weighed, Workbench};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "admin/sure_page.html")]
struct SurePage {
    page: Page,
    form: FormKeys,
    title: String,
    part: String,
}

#[derive(Template)]
#[template(path = "admin/sure.html")]
struct SurePart {
    page: Page,
    form: FormKeys,
    t: &'static Editing,
    /// Over another page.
    dialog: bool,
    kind: Kind,
    title: String,
    more: &'static str,
    /// What the button orders, and what stands on it.
    order: String,
    button: &'static str,
    asks: Asks,
    revision: i64,
    live: u32,
    changes: Vec<Said>,
    meets: Vec<String>,
    findings: Vec<Said>,
    needs_two: bool,
    /// Something is to mend first.
    blocked: bool,
    entered: Entered,
}

/// What is asked besides yes or no.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Asks {
    moment: bool,
    note: bool,
    /// What cannot be had back.
    danger: bool,
}

/// What somebody wrote before, and what is wrong with the moment.
#[derive(Default)]
pub(super) struct Entered {
    pub(super) at: String,
    pub(super) note: String,
    pub(super) wrong: Option<&'static str>,
}

/// The words of an order somebody is asked about.
struct Question {
    title: String,
    more: &'static str,
    button: &'static str,
    asks: Asks,
}

pub(super) async fn open(
    State(site): State<Shared>,
    Path((kind, order)): Path<(String, String)>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kind = Kind::named(&kind).ok_or(Problem::NotFound)?;
    let dialog = wants_fragment(&headers);
    let entered = Entered::default();
    draw(&site, prefs, &me, &signed, (kind, &order), dialog, entered).await
}

/// The same page again, with what is wrong about the moment.
pub(super) async fn again(
    site: &Shared,
    prefs: &Prefs,
    me: &AsAdmin,
    signed: &Signed,
    kind: Kind,
    entered: Entered,
) -> Result<Response, Problem> {
    let prefs = prefs.at(&format!("/admin/documents/{}/sure/publish", kind.name()));
    let drawn = draw(site, prefs, me, signed, (kind, "publish"), false, entered);
    let mut response = drawn.await?;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

async fn draw(
    site: &Shared,
    prefs: Prefs,
    me: &AsAdmin,
    signed: &Signed,
    (kind, order): (Kind, &str),
    dialog: bool,
    entered: Entered,
) -> Result<Response, Problem> {
    let page = Page::desk(site, prefs);
    let t = editing(page.lang);
    let weighed = weighed(order)?;
    let bench = ask(site, signed, kind, 0, Order::Weigh(weighed)).await?;
    if bench.said == Some(Came::Gone) {
        let to = format!("/admin/documents/{}", kind.name());
        return Ok(Redirect::to(&to).into_response());
    }
    let question = question(kind, order, t);
    let publishes = order != "discard";
    let blocked = publishes && bench.findings.iter().any(|found| found.grave);
    let part = SurePart {
        form: FormKeys::new(&me.secret),
        t,
        dialog,
        kind,
        title: question.title.clone(),
        more: question.more,
        order: order.to_owned(),
        button: question.button,
        asks: question.asks,
        revision: bench.revision,
        live: bench.live,
        changes: changes(&bench, page.lang),
        meets: if publishes {
            meets(&bench, &page)
        } else {
            Vec::new()
        },
        findings: if publishes {
            findings(&bench, page.lang)
        } else {
            Vec::new()
        },
        needs_two: publishes && bench.needs_two && !order.starts_with("approve"),
        blocked,
        entered,
        page: page.clone(),
    };
    if dialog {
        return Ok(page::html(&part));
    }
    let part = part.render().map_err(|_| Problem::Broken("template"))?;
    Ok(page::html(&SurePage {
        form: FormKeys::new(&me.secret),
        title: question.title,
        part,
        page,
    }))
}

fn weighed(order: &str) -> Result<Weighed, Problem> {
    Ok(match order.split_once(':') {
        None if matches!(order, "publish" | "discard") => Weighed::Draft,
        Some(("revert", of)) => Weighed::Version(of.parse().map_err(|_| Problem::NotFound)?),
        Some(("approve", of)) => Weighed::Release(of.to_owned()),
        _ => return Err(Problem::NotFound),
    })
}

/// The name of a kind of document.
pub(super) const fn title(kind: Kind, t: &Editing) -> &'static str {
    match kind {
        Kind::Menu => t.menu,
        Kind::Policy => t.policy,
        Kind::Calendar => t.calendar,
    }
}

fn question(kind: Kind, order: &str, t: &'static Editing) -> Question {
    let name = title(kind, t);
    let asks = |moment, note, danger| Asks {
        moment,
        note,
        danger,
    };
    match order.split_once(':') {
        Some(("revert", of)) => Question {
            title: put(&put(t.sure_back, name), of),
            more: t.back_sure,
            button: t.back,
            asks: asks(false, true, false),
        },
        Some(_) => Question {
            title: put(t.sure_approve, name),
            more: t.sure_approve_more,
            button: t.approve,
            asks: asks(false, false, false),
        },
        None if order == "discard" => Question {
            title: put(t.sure_discard, name),
            more: t.discard_sure,
            button: t.discard,
            asks: asks(false, false, true),
        },
        None => Question {
            title: put(t.sure_publish, name),
            more: t.sure_publish_more,
            button: t.publish,
            asks: asks(true, true, false),
        },
    }
}

/// Whom it would meet, a sentence each.
pub(super) fn meets(bench: &Workbench, page: &Page) -> Vec<String> {
    let (t, blast) = (editing(page.lang), &bench.blast);
    let people = if blast.residents.is_empty() {
        t.blast_nobody.to_owned()
    } else {
        let by = |(lang, people): &(menus::Lang, i64)| {
            put(&put(t.blast_language, language(*lang, page.lang)), people)
        };
        let by: Vec<String> = blast.residents.iter().map(by).collect();
        let pattern = match bench.kind {
            Kind::Menu => put(t.blast_menu, bench.live),
            Kind::Policy | Kind::Calendar => t.blast_people.to_owned(),
        };
        put(&put(&pattern, blast.people()), by.join(comma(page.lang)))
    };
    let requests = match bench.kind {
        Kind::Menu => t.blast_requests_menu,
        Kind::Policy => t.blast_requests_policy,
        Kind::Calendar => t.blast_requests_calendar,
    };
    vec![people, put(requests, blast.requests)]
}
