//! The draft of the menu on a phone: what a resident would see and press, on a
//! channel, in a language, at a place, a moment and a level of proof. What was
//! said so far travels with the form; nothing is kept.

use super::super::Shared;
use super::super::gate::{AsAdmin, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{Editing, editing};
use super::editor::put;
use super::release::moment;
use crate::clock::Moment;
use crate::editing::{Bubble, MOST_TURNS as MOST, Preview, Previewed, Turn};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use menus::{Assurance, Lang};

/// Kinds of channels with what people call them.
const CHANNELS: [&str; 2] = [bots::webchat::NAME, bots::telegram::NAME];
const LEVELS: [(&str, Assurance); 4] = [
    ("L0", Assurance::L0),
    ("L1", Assurance::L1),
    ("L2", Assurance::L2),
    ("L3", Assurance::L3),
];
/// Characters of one message.
const WORDS: usize = 500;

#[derive(Template)]
#[template(path = "admin/preview.html")]
struct PreviewPage {
    page: Page,
    form: FormKeys,
    t: &'static Editing,
    /// Value, name, chosen.
    channels: Vec<(&'static str, &'static str, bool)>,
    levels: Vec<(&'static str, &'static str, bool)>,
    en: bool,
    area: String,
    at: String,
    /// What was said so far, a line each.
    turns: String,
    /// About the place, the hours and the draft.
    notes: Vec<String>,
    bubbles: Vec<Shown>,
    telegram: bool,
}

struct Shown {
    mine: bool,
    danger: bool,
    lines: Vec<String>,
    rows: Vec<Vec<(String, Option<usize>)>>,
    /// Its limits in words, and whether it breaks one.
    facts: String,
    bad: bool,
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    let asked = Preview {
        channel: CHANNELS[0].to_owned(),
        lang: page.lang,
        level: Assurance::L0,
        area: String::new(),
        at: page.now,
        turns: Vec::new(),
    };
    draw(&site, page, &me, asked).await
}

pub(super) async fn play(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let page = Page::desk(&site, prefs);
    let asked = read(&fields, page.now, &site)?;
    draw(&site, page, &me, asked).await
}

fn read(fields: &Fields, now: Moment, site: &Shared) -> Result<Preview, Problem> {
    let level = LEVELS.iter().find(|(word, _)| *word == fields.get("level"));
    let channel = CHANNELS.iter().find(|c| **c == fields.get("channel"));
    let mut turns = turns(fields.get("turns")).ok_or(Problem::Unreadable)?;
    let (what, of) = fields.order();
    match what {
        "press" => turns.push(Turn::Presses(of.parse().map_err(|_| Problem::Unreadable)?)),
        "say" => {
            let said: String = fields.get("say").chars().take(WORDS).collect();
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            turns.extend(Some(said).filter(|said| !said.is_empty()).map(Turn::Says));
        }
        // Another channel, place or moment: the same words again.
        "again" => {}
        "restart" => turns.clear(),
        _ => return Err(Problem::Unreadable),
    }
    Ok(Preview {
        channel: (*channel.unwrap_or(&CHANNELS[0])).to_owned(),
        lang: if fields.get("lang") == "en" {
            Lang::En
        } else {
            Lang::Zh
        },
        level: level.map_or(Assurance::L0, |(_, level)| *level),
        area: fields.get("area").trim().chars().take(200).collect(),
        at: moment(fields.get("at"), site.settings.offset)?.unwrap_or(now),
        turns,
    })
}

async fn draw(
    site: &Shared,
    page: Page,
    me: &AsAdmin,
    asked: Preview,
) -> Result<Response, Problem> {
    let t = editing(page.lang);
    let played = site.backend.preview(asked.clone()).await?;
    let played = played.ok_or(Problem::Broken("preview"))?;
    let names = [t.preview_web, t.preview_telegram];
    let channels = CHANNELS.into_iter().zip(names);
    let proofs = [t.level_0, t.level_1, t.level_2, t.level_3];
    let levels = LEVELS.into_iter().zip(proofs);
    let local = asked.at.with_timezone(&page.offset);
    let drawn = PreviewPage {
        form: FormKeys::new(&me.secret),
        channels: channels
            .map(|(code, name)| (code, name, code == asked.channel))
            .collect(),
        levels: levels
            .map(|((word, level), name)| (word, name, level == asked.level))
            .collect(),
        en: asked.lang == Lang::En,
        at: local.format("%Y-%m-%dT%H:%M").to_string(),
        notes: notes(t, &asked, &played),
        turns: written(&asked.turns),
        bubbles: played.bubbles.into_iter().map(|b| shown(t, b)).collect(),
        telegram: asked.channel == bots::telegram::NAME,
        area: asked.area,
        t,
        page,
    };
    Ok(page::html(&drawn))
}

fn notes(t: &Editing, asked: &Preview, played: &Previewed) -> Vec<String> {
    let place = match &played.area {
        Some(area) => put(t.preview_place, area),
        None if asked.area.is_empty() => t.preview_nowhere.to_owned(),
        None => t.preview_unknown.to_owned(),
    };
    let hours = if played.open {
        t.preview_open
    } else {
        t.preview_closed
    };
    let draft = if played.draft {
        t.preview_draft
    } else {
        t.preview_live
    };
    vec![draft.to_owned(), place, hours.to_owned()]
}

fn shown(t: &Editing, bubble: Bubble) -> Shown {
    let bad = !bubble.fits();
    let mut facts = Vec::new();
    if !bubble.mine {
        facts.push(put(&put(t.preview_units, bubble.units), bubble.most));
        if bubble.choices > 0 {
            facts.push(put(t.preview_choices, bubble.choices));
        }
        if let Some(bytes) = bubble.code {
            facts.push(put(t.preview_code, bytes));
        }
    }
    Shown {
        mine: bubble.mine,
        danger: bubble.danger,
        lines: bubble.text.lines().map(str::to_owned).collect(),
        rows: bubble.rows,
        facts: facts.join(" · "),
        bad,
    }
}

/// What was said so far, from its written form; `None` for another text.
fn turns(text: &str) -> Option<Vec<Turn>> {
    let turn = |line: &str| match line.split_at_checked(2)? {
        ("> ", said) => Some(Turn::Says(said.chars().take(WORDS).collect())),
        ("# ", at) => at.trim().parse().ok().map(Turn::Presses),
        _ => None,
    };
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.take(MOST).map(turn).collect()
}

/// A line for everything said: `> words` or `# button`.
fn written(turns: &[Turn]) -> String {
    let lines = turns.iter().map(|turn| match turn {
        Turn::Says(text) => format!("> {text}"),
        Turn::Presses(at) => format!("# {at}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}
