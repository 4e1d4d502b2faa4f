//! "What would happen if": a form, the answer under it, and the scenarios that
//! are run on every publication.
//!
//! What is written travels in the body of the form, never in an address, and is
//! kept only if it is saved as a scenario.

use super::super::Shared;
use super::super::gate::{AsAdmin, Fields, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{self, Editing, editing};
use super::super::{Lang, when};
use super::release::moment;
use crate::editing::{Kind, Supposed, Try, Trying};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

/// Channels somebody may write through.
const CHANNELS: [&str; 2] = ["telegram", "webchat"];

#[derive(Template)]
#[template(path = "admin/whatif.html")]
struct WhatIfPage {
    page: Page,
    form: FormKeys,
    t: &'static Editing,
    asked: Asked,
    notice: Option<(&'static str, bool)>,
    answer: Option<Answer>,
    /// Name, what is written, when.
    scenarios: Vec<(String, String, String)>,
}

/// The form as it was filled in.
#[derive(Default)]
struct Asked {
    text: String,
    address: String,
    hukou: String,
    at: String,
    name: String,
    /// Code, name, chosen.
    channels: Vec<(&'static str, bool)>,
    en: bool,
    on: String,
}

struct Answer {
    decision: &'static str,
    evidence: String,
    ranked: Vec<(String, String, u8)>,
    service: String,
    class: &'static str,
    route: Vec<(String, String)>,
    promise: Vec<String>,
    due: Vec<(String, String)>,
    future: Vec<(String, String)>,
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
) -> Result<Response, Problem> {
    let trying = site
        .backend
        .suppose(&signed.known.actor(), Try::Look)
        .await?;
    let page = Page::desk(&site, prefs);
    let asked = Asked {
        at: page
            .now
            .with_timezone(&page.offset)
            .format("%Y-%m-%dT%H:%M")
            .to_string(),
        en: page.lang == Lang::En,
        channels: CHANNELS.map(|c| (c, c == CHANNELS[0])).to_vec(),
        ..Asked::default()
    };
    Ok(draw(page, &me, &trying, asked, StatusCode::OK))
}

pub(super) async fn ask(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let (asked, order) = read(&fields, &site)?;
    let trying = site.backend.suppose(&signed.known.actor(), order).await?;
    let status = match trying.done {
        Some(false) => StatusCode::CONFLICT,
        _ => StatusCode::OK,
    };
    Ok(draw(Page::desk(&site, prefs), &me, &trying, asked, status))
}

fn read(fields: &Fields, site: &Shared) -> Result<(Asked, Try), Problem> {
    let text = |name: &str, most| {
        fields
            .get(name)
            .trim()
            .chars()
            .take(most)
            .collect::<String>()
    };
    let channel = CHANNELS.iter().find(|c| **c == fields.get("channel"));
    let channel = *channel.unwrap_or(&CHANNELS[0]);
    let asked = Asked {
        text: text("text", 2000),
        address: text("address", 400),
        hukou: text("hukou", 400),
        at: text("at", 20),
        name: text("name", 80),
        channels: CHANNELS.map(|c| (c, c == channel)).to_vec(),
        en: fields.get("lang") == "en",
        on: text("on", 20),
    };
    let (what, of) = fields.order();
    if what == "drop" {
        return Ok((asked, Try::Drop(of.to_owned())));
    }
    let at = moment(&asked.at, site.settings.offset)?;
    let supposed = Supposed {
        text: asked.text.clone(),
        address: asked.address.clone(),
        hukou: asked.hukou.clone(),
        at: at.unwrap_or_else(|| site.clock.now()),
        channel: channel.to_owned(),
        lang: if asked.en { Lang::En } else { Lang::Zh },
    };
    let on = Kind::named(&asked.on);
    let order = match what {
        "ask" => Try::Ask(supposed, on),
        "keep" if !asked.name.is_empty() => Try::Keep(asked.name.clone(), supposed, on),
        _ => return Err(Problem::Unreadable),
    };
    Ok((asked, order))
}

fn draw(page: Page, me: &AsAdmin, trying: &Trying, asked: Asked, status: StatusCode) -> Response {
    let t = editing(page.lang);
    let scenarios = trying.scenarios.iter().map(|s| {
        let at = when::at(&page, s.supposed.at);
        (s.name.clone(), s.supposed.text.clone(), at)
    });
    let drawn = WhatIfPage {
        form: FormKeys::new(&me.secret),
        notice: trying.done.map(|done| {
            let text = if done {
                t.whatif_kept
            } else {
                t.whatif_not_kept
            };
            (text, !done)
        }),
        answer: answer(&page, t, trying),
        scenarios: scenarios.collect(),
        asked,
        t,
        page,
    };
    let mut response = page::html(&drawn);
    if status != StatusCode::OK {
        *response.status_mut() = status;
    }
    response
}

fn answer(page: &Page, t: &Editing, trying: &Trying) -> Option<Answer> {
    let outcome = trying.outcome.as_ref()?;
    let service = outcome.service.as_ref();
    let decision = match outcome.decision {
        "route" => t.decision_route,
        "ask" => t.decision_ask,
        "crisis" => t.decision_crisis,
        _ => t.decision_none,
    };
    let due = outcome.due.iter().map(|(clock, at)| {
        let name = words::clock(page.lang, clock.code()).to_owned();
        (name, when::at(page, *at))
    });
    let future = outcome.future.iter();
    let future = future.map(|(at, text)| (when::at(page, *at), text.clone()));
    Some(Answer {
        decision,
        evidence: outcome.evidence.join(" · "),
        ranked: outcome.ranked.clone(),
        service: service
            .map(|(code, name)| format!("{name} · {code}"))
            .unwrap_or_default(),
        class: if service.is_some() {
            words::class(page.lang, outcome.class).0
        } else {
            ""
        },
        route: outcome.route.clone(),
        promise: outcome.promise.lines().map(str::to_owned).collect(),
        due: due.collect(),
        future: future.collect(),
    })
}
