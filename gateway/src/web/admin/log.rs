//! Searching the log of who did and read what, and whether it is whole.

use super::super::gate::{AsAdmin, Fields, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::{LogAsked, Shared};
use crate::clock::moment;
use crate::store::audit::{Line, Verified};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{Days, NaiveDate, NaiveTime};
use serde::Deserialize;

/// Lines on one page.
pub(super) const LINES: usize = 100;

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    who: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    /// Only lines before this one.
    before: Option<i64>,
}

/// A line as it is drawn.
struct Row {
    at: String,
    who: String,
    act: String,
    about: String,
    detail: String,
}

#[derive(Template)]
#[template(path = "admin/log.html")]
struct LogPage {
    page: Page,
    form: FormKeys,
    asked: Asked,
    wrong: Option<&'static str>,
    rows: Vec<Row>,
    /// The place to go on from.
    next: Option<i64>,
    /// Whether the chain is whole, in a sentence; good or not.
    chain: Option<(bool, String)>,
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    draw(&site, prefs, &me, asked, None).await
}

/// Reads the whole chain.
pub(super) async fn verify(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    fields: Fields,
) -> Result<Response, Problem> {
    fields.of(&me.secret)?;
    let verified = site.backend.verify_log().await?;
    draw(&site, prefs, &me, Asked::default(), Some(verified)).await
}

async fn draw(
    site: &Shared,
    prefs: Prefs,
    me: &AsAdmin,
    asked: Asked,
    verified: Option<Verified>,
) -> Result<Response, Problem> {
    let page = Page::desk(site, prefs);
    let (mut wrong, mut rows, mut next) = (None, Vec::new(), None);
    match wanted(&asked, &page) {
        Ok(wanted) => {
            let found = site.backend.search_log(wanted).await?;
            let full = found.len() == LINES;
            next = found.last().filter(|_| full).map(|line| line.seq);
            rows = found.into_iter().map(|line| row(line, &page)).collect();
        }
        Err(()) => wrong = Some(page.w.log_days_wrong),
    }
    let chain = verified.map(|verified| whole(&verified, &page));
    Ok(page::html(&LogPage {
        form: FormKeys::new(&me.secret),
        asked,
        wrong,
        rows,
        next,
        chain,
        page,
    }))
}

/// What is asked for; an error where a day cannot be read or the last lies
/// before the first.
fn wanted(asked: &Asked, page: &Page) -> Result<LogAsked, ()> {
    let midnight = |day: NaiveDate| {
        let at = day.and_time(NaiveTime::MIN).and_local_timezone(page.offset);
        at.single().map(|at| at.to_utc())
    };
    let after = |day: NaiveDate| day.checked_add_days(Days::new(1));
    let (first, last) = (day(&asked.from)?, day(&asked.to)?);
    if first.zip(last).is_some_and(|(first, last)| first > last) {
        return Err(());
    }
    Ok(LogAsked {
        actor: asked.who.trim().to_owned(),
        act: asked.act.trim().to_owned(),
        subject: asked.about.trim().to_owned(),
        from: first.and_then(midnight),
        to: last.and_then(after).and_then(midnight),
        before: asked.before,
        most: LINES,
    })
}

fn row(line: Line, page: &Page) -> Row {
    let at = moment(line.at).with_timezone(&page.offset);
    Row {
        at: at.format("%Y-%m-%d %H:%M:%S").to_string(),
        who: line.actor,
        act: line.act,
        about: line.subject,
        detail: line.detail.trim_start_matches("{}").to_owned(),
    }
}

/// Whether the chain is whole, and the sentence that says so.
fn whole(verified: &Verified, page: &Page) -> (bool, String) {
    let put = |pattern: &str, number: String| pattern.replace("{}", &number);
    match &verified.broken {
        None => (true, put(page.w.log_whole, verified.lines.to_string())),
        Some(broken) => {
            let sentence = put(page.w.log_broken, broken.seq.to_string());
            (false, format!("{sentence} {}", broken.what))
        }
    }
}

/// A day as the field sends it; nothing for an empty field.
fn day(text: &str) -> Result<Option<NaiveDate>, ()> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| ()),
    }
}
