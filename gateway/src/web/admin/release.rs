//! What a draft changes and whom it meets; publishing, agreeing, going back; the
//! whole document as one file.

use super::super::Shared;
use super::super::gate::{AsAdmin, Fields, FormKeys, Signed, Uploaded};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::when;
use super::super::words::{Editing, editing};
use super::editor::{Head, ask, put, revision, texts};
use crate::clock::Moment;
use crate::editing::words;
use crate::editing::{Kind, Moved, Order, Release, State as Stage, Workbench};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, FixedOffset, NaiveDateTime, TimeDelta, TimeZone};
use std::ops::RangeInclusive;

#[derive(Template)]
#[template(path = "admin/release.html")]
struct ReleasePage {
    page: Page,
    form: FormKeys,
    t: &'static Editing,
    head: Head,
    title: &'static str,
    findings: Vec<(String, String, bool)>,
    changes: Vec<String>,
    blast: String,
    moved: Option<MovedView>,
    needs_two: bool,
    /// What was entered as the moment to publish, and what is wrong with it.
    planned: Option<(String, &'static str)>,
    /// What is wrong with a file that was sent.
    unread: Option<&'static str>,
    waiting: Vec<Waiting>,
    versions: Vec<VersionRow>,
    text: String,
}

/// What a calendar would mean for the open requests, in words.
struct MovedView {
    kept: String,
    told: String,
    listed: String,
    /// Reference, clock, the moment now and the moment then.
    rows: Vec<(String, &'static str, String, String)>,
}

/// What is wrong with what was entered, and where it is said.
enum Wrong {
    /// The moment to publish, as entered.
    Moment(String, &'static str),
    File(Problem, &'static str),
}

struct Waiting {
    id: String,
    state: &'static str,
    at: String,
    cause: String,
    may_approve: bool,
    may_withdraw: bool,
}

struct VersionRow {
    number: u32,
    at: String,
    copy_of: String,
    in_force: bool,
}

pub(super) async fn open(
    State(site): State<Shared>,
    Path(kind): Path<String>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
) -> Result<Response, Problem> {
    let kind = Kind::named(&kind).ok_or(Problem::NotFound)?;
    let bench = ask(&site, &signed, kind, 0, Order::Look).await?;
    draw(&site, prefs, &me, &bench, Vec::new(), None).await
}

pub(super) async fn order(
    State(site): State<Shared>,
    Path(kind): Path<String>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
    fields: Fields,
) -> Result<Response, Problem> {
    let kind = Kind::named(&kind).ok_or(Problem::NotFound)?;
    let fields = fields.of(&me.secret)?;
    let seen = revision(&fields)?;
    let number = |name: &str| fields.get(name).parse().map_err(|_| Problem::Unreadable);
    let (what, of) = fields.order();
    let order = match what {
        "publish" => {
            let t = editing(prefs.lang);
            match planned(fields.get("at"), site.settings.offset, site.clock.now(), t) {
                Ok(at) => Order::Publish(number("live")?, at),
                Err(wrong) => {
                    let bench = ask(&site, &signed, kind, seen, Order::Look).await?;
                    let wrong = Wrong::Moment(fields.get("at").to_owned(), wrong);
                    return draw(&site, prefs, &me, &bench, Vec::new(), Some(wrong)).await;
                }
            }
        }
        "approve" => Order::Approve(of.to_owned()),
        "withdraw" => Order::Withdraw(of.to_owned()),
        "revert" => Order::Revert(of.parse().map_err(|_| Problem::Unreadable)?),
        "discard" => Order::Discard,
        "write" => Order::Write(fields.get("text").to_owned()),
        _ => return Err(Problem::Unreadable),
    };
    let bench = ask(&site, &signed, kind, seen, order).await?;
    draw(&site, prefs, &me, &bench, fields.again(), None).await
}

/// A file that becomes the draft.
pub(super) async fn upload(
    State(site): State<Shared>,
    Path(kind): Path<String>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
    uploaded: Result<Uploaded, Problem>,
) -> Result<Response, Problem> {
    let kind = Kind::named(&kind).ok_or(Problem::NotFound)?;
    let t = editing(prefs.lang);
    let fields = match uploaded.and_then(|Uploaded(fields)| fields.of(&me.secret)) {
        Ok(fields) => fields,
        Err(why) => {
            let words = match why {
                Problem::TooLarge => t.file_large,
                Problem::Unreadable => t.file_unread,
                other => return Err(other),
            };
            let bench = ask(&site, &signed, kind, 0, Order::Look).await?;
            let wrong = Some(Wrong::File(why, words));
            return draw(&site, prefs, &me, &bench, Vec::new(), wrong).await;
        }
    };
    let (seen, text) = (revision(&fields)?, fields.get("text").to_owned());
    let bench = ask(&site, &signed, kind, seen, Order::Write(text)).await?;
    // Whoever was late sends the file again.
    draw(&site, prefs, &me, &bench, Vec::new(), None).await
}

/// The draft, or what is in force, as a file.
pub(super) async fn file(
    State(site): State<Shared>,
    Path(kind): Path<String>,
    _: AsAdmin,
    signed: Signed,
) -> Result<Response, Problem> {
    let kind = Kind::named(&kind).ok_or(Problem::NotFound)?;
    let bench = ask(&site, &signed, kind, 0, Order::Look).await?;
    let text = bench.text().to_owned();
    Ok(page::file(kind.file(), "text/plain; charset=utf-8", text))
}

/// Years a form may name: beyond them promises cannot be reckoned.
const YEARS: RangeInclusive<i32> = 2000..=2200;

/// A local moment of a form; nothing means now.
pub(super) fn moment(text: &str, offset: FixedOffset) -> Result<Option<Moment>, Problem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let read = NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%dT%H:%M");
    let local = read
        .ok()
        .filter(|at| YEARS.contains(&at.year()))
        .and_then(|at| offset.from_local_datetime(&at).single());
    let at = local.ok_or(Problem::Unreadable)?;
    Ok(Some(at.to_utc()))
}

/// How far ahead something can be planned: beyond it nobody remembers.
const AHEAD: TimeDelta = TimeDelta::days(366);

/// When to publish, from a form; what is wrong with it.
fn planned(
    text: &str,
    offset: FixedOffset,
    now: Moment,
    t: &Editing,
) -> Result<Option<Moment>, &'static str> {
    match moment(text, offset) {
        Err(_) => Err(t.publish_far),
        // The field has no seconds.
        Ok(Some(at)) if at < now - TimeDelta::minutes(1) => Err(t.publish_past),
        Ok(Some(at)) if at > now + AHEAD => Err(t.publish_far),
        Ok(at) => Ok(at),
    }
}

async fn draw(
    site: &Shared,
    prefs: Prefs,
    me: &AsAdmin,
    bench: &Workbench,
    again: Vec<(String, String)>,
    wrong: Option<Wrong>,
) -> Result<Response, Problem> {
    let (status, planned, unread) = match wrong {
        None => (StatusCode::OK, None, None),
        Some(Wrong::Moment(at, words)) => {
            let planned = Some((at, words));
            (StatusCode::UNPROCESSABLE_ENTITY, planned, None)
        }
        Some(Wrong::File(why, words)) => (why.status(), None, Some(words)),
    };
    let page = Page::desk(site, prefs);
    let t = editing(page.lang);
    let moved = match (bench.kind, &bench.draft) {
        (Kind::Calendar, Some(_)) => site.backend.moved().await?,
        _ => None,
    };
    let findings = bench.findings.iter();
    let findings = findings.map(|f| (f.place.clone(), f.text.get(page.lang).to_owned(), f.grave));
    let blast = bench.blast;
    let meets = [blast.residents, blast.languages, blast.requests];
    let blast = meets
        .into_iter()
        .fold(t.blast_text.to_owned(), |text, n| put(&text, n));
    let drawn = ReleasePage {
        form: FormKeys::new(&me.secret),
        head: Head::of(&page, bench, again),
        title: match bench.kind {
            Kind::Menu => t.menu,
            Kind::Policy => t.policy,
            Kind::Calendar => t.calendar,
        },
        findings: findings.collect(),
        changes: texts(&bench.changes, page.lang),
        blast,
        moved: moved.map(|moved| told(&page, t, &moved)),
        needs_two: bench.needs_two,
        planned,
        unread,
        waiting: waiting(&page, t, bench),
        versions: versions(&page, t, bench),
        text: if bench.kind == Kind::Menu {
            String::new()
        } else {
            bench.text().to_owned()
        },
        t,
        page,
    };
    let mut response = page::html(&drawn);
    if status != StatusCode::OK {
        *response.status_mut() = status;
    }
    Ok(Head::dress(bench, response))
}

fn told(page: &Page, t: &Editing, moved: &Moved) -> MovedView {
    let mut told = if moved.promises == 0 {
        t.moved_none.to_owned()
    } else {
        put(&put(t.moved_some, moved.requests), moved.promises)
    };
    if moved.more {
        told = format!("{told} {}", put(t.moved_more, moved.open));
    }
    let rows = moved.first.iter().map(|one| {
        let clock = words::clock(one.clock, page.lang);
        let (before, after) = (when::at(page, one.before), when::at(page, one.after));
        (one.reference.clone(), clock, before, after)
    });
    MovedView {
        kept: put(t.moved_kept, moved.open),
        told,
        listed: put(t.moved_first, moved.first.len()),
        rows: rows.collect(),
    }
}

/// Releases that are not in force yet, or failed.
fn waiting(page: &Page, t: &Editing, bench: &Workbench) -> Vec<Waiting> {
    let waits =
        |r: &&Release| matches!(r.state, Stage::Unapproved | Stage::Planned | Stage::Failed);
    let waiting = bench.releases.iter().filter(waits).map(|r| Waiting {
        id: r.id.clone(),
        state: match r.state {
            Stage::Unapproved => t.state_unapproved,
            Stage::Planned => t.state_planned,
            _ => t.state_failed,
        },
        at: when::at(page, r.at),
        cause: r.cause.clone().unwrap_or_default(),
        may_approve: r.state == Stage::Unapproved && r.may_approve(&bench.actor),
        may_withdraw: r.state != Stage::Failed,
    });
    waiting.collect()
}

/// The versions there were.
fn versions(page: &Page, t: &Editing, bench: &Workbench) -> Vec<VersionRow> {
    let versions = bench.versions.iter().map(|v| {
        let mut releases = bench.releases.iter();
        let release = releases.find(|r| r.version == Some(v.number));
        let copy_of = release.and_then(|r| r.copy_of);
        VersionRow {
            number: v.number,
            at: when::at(page, v.at),
            copy_of: copy_of.map(|of| put(t.copy_of, of)).unwrap_or_default(),
            in_force: v.number == bench.live,
        }
    });
    versions.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_lies_in_years_that_promises_can_be_reckoned_in() {
        let offset = FixedOffset::east_opt(8 * 3600).expect("a whole hour");
        let read = |text: &str| moment(text, offset);
        assert!(matches!(read(" "), Ok(None)));
        assert!(matches!(read("2026-03-02T18:30"), Ok(Some(_))));
        for wrong in [
            "+262142-12-31T23:59",
            "1999-12-31T23:59",
            "2201-01-01T00:00",
            "soon",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
