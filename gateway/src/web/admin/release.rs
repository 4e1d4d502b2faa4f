//! What a draft changes and whom it meets; publishing, agreeing, going back; the
//! whole document as one file.

use super::super::Shared;
use super::super::gate::{AsAdmin, Fields, FormKeys, Signed, Uploaded};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::when;
use super::super::words::{Editing, editing};
use super::editor::{Head, ask, put, revision};
use super::naming::{Said, actor, changes, comma, findings};
use super::sure::{self, Entered, meets, title};
use crate::clock::Moment;
use crate::editing::words;
use crate::editing::{Ended, Kind, Moved, Order, Release, State as Stage, Workbench};
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
    findings: Vec<Said>,
    changes: Vec<Said>,
    meets: Vec<String>,
    moved: Option<MovedView>,
    needs_two: bool,
    /// What is wrong with a file that was sent.
    unread: Option<&'static str>,
    waiting: Vec<Waiting>,
    ended: Vec<Ended>,
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

struct Waiting {
    id: String,
    state: &'static str,
    at: String,
    who: String,
    note: String,
    cause: String,
    may_approve: bool,
    may_withdraw: bool,
}

struct VersionRow {
    number: u32,
    at: String,
    copy_of: String,
    /// Who did what for it, in words.
    who: String,
    note: String,
    /// How much it changed, the first of it, and how much is not listed.
    changed: String,
    changes: Vec<String>,
    further: String,
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
    let note = fields.get("note").to_owned();
    let order = match what {
        "publish" => {
            let t = editing(prefs.lang);
            match planned(fields.get("at"), site.settings.offset, site.clock.now(), t) {
                Ok(at) => Order::Publish {
                    live: number("live")?,
                    at,
                    note,
                },
                Err(wrong) => {
                    let entered = Entered {
                        at: fields.get("at").to_owned(),
                        note,
                        wrong: Some(wrong),
                    };
                    return sure::again(&site, &prefs, &me, &signed, kind, entered).await;
                }
            }
        }
        "approve" => Order::Approve(of.to_owned()),
        "withdraw" => Order::Withdraw(of.to_owned()),
        "revert" => Order::Revert {
            to: of.parse().map_err(|_| Problem::Unreadable)?,
            note,
        },
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
            let wrong = Some((why.status(), words));
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
    wrong: Option<(StatusCode, &'static str)>,
) -> Result<Response, Problem> {
    let status = wrong.map_or(StatusCode::OK, |(status, _)| status);
    let page = Page::desk(site, prefs);
    let t = editing(page.lang);
    let moved = match (bench.kind, &bench.draft) {
        (Kind::Calendar, Some(_)) => site.backend.moved().await?,
        _ => None,
    };
    let drawn = ReleasePage {
        form: FormKeys::new(&me.secret),
        head: Head::of(&page, bench, again),
        title: title(bench.kind, t),
        findings: findings(bench, page.lang),
        changes: changes(bench, page.lang),
        meets: meets(bench, &page),
        moved: moved.map(|moved| told(&page, t, &moved)),
        needs_two: bench.needs_two,
        unread: wrong.map(|(_, words)| words),
        waiting: waiting(&page, t, bench),
        ended: bench.ended.clone(),
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
        who: put(asked(r, t), actor(&r.asked_by, page.lang)),
        note: r.note.clone(),
        cause: r.cause.clone().unwrap_or_default(),
        may_approve: r.state == Stage::Unapproved && r.may_approve(&bench.actor),
        may_withdraw: r.state != Stage::Failed,
    });
    waiting.collect()
}

/// Whether somebody asked for a second person or for a moment.
const fn asked(release: &Release, t: &Editing) -> &'static str {
    match release.state {
        Stage::Unapproved => t.version_asked,
        _ => t.version_planned,
    }
}

/// The versions there were.
fn versions(page: &Page, t: &Editing, bench: &Workbench) -> Vec<VersionRow> {
    let versions = bench.versions.iter().map(|v| {
        let mut releases = bench.releases.iter();
        let release = releases.find(|r| r.version == Some(v.number));
        let copy_of = release.and_then(|r| r.copy_of);
        let told = release.map(|r| &r.told).filter(|told| told.count > 0);
        let listed = told.map_or(&[][..], |told| &told.first);
        let further = told.map_or(0, |told| told.count.saturating_sub(listed.len()));
        VersionRow {
            number: v.number,
            at: when::at(page, v.at),
            copy_of: copy_of.map(|of| put(t.copy_of, of)).unwrap_or_default(),
            who: release.map_or_else(|| t.version_shipped.to_owned(), |r| who(r, page, t)),
            note: release.map(|r| r.note.clone()).unwrap_or_default(),
            changed: told.map_or_else(String::new, |told| put(t.version_changed, told.count)),
            changes: listed.iter().map(|l| l.get(page.lang).to_owned()).collect(),
            further: match further {
                0 => String::new(),
                further => put(t.version_further, further),
            },
            in_force: v.number == bench.live,
        }
    });
    versions.collect()
}

/// Who published a version, and who else had a hand in it.
fn who(release: &Release, page: &Page, t: &Editing) -> String {
    let named = |pattern: &str, who: &str| put(pattern, actor(who, page.lang));
    let pattern = if release.planned {
        t.version_planned
    } else if release.approved_by.is_some() {
        t.version_asked
    } else {
        t.version_by
    };
    let mut said = vec![named(pattern, &release.asked_by)];
    if let Some(second) = &release.approved_by {
        said.push(named(t.version_approved, second));
    }
    said.join(comma(page.lang))
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
