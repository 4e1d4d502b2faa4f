//! The working calendar as a form: days off, make-up days, hours, and the import
//! of a year's notice. Everything becomes the draft; publishing has a page of its
//! own.

use super::super::Shared;
use super::super::gate::{AsAdmin, Fields, FormKeys, Signed};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::words::{Editing, editing, weekday};
use super::editor::{Head, ask, put, revision};
use crate::calendar::edit::{Edit, Listed, hours, listed};
use crate::editing::{Edits, Kind, Order, Workbench};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;

#[derive(Template)]
#[template(path = "admin/calendar.html")]
struct CalendarPage {
    page: Page,
    form: FormKeys,
    t: &'static Editing,
    head: Head,
    years: Vec<Year>,
    /// Name and windows of each weekday.
    hours: Vec<(&'static str, String)>,
    findings: Vec<String>,
}

struct Year {
    year: String,
    days: Vec<Row>,
}

struct Row {
    from: NaiveDate,
    to: NaiveDate,
    name: String,
    /// "3 天", or the hours of a working day.
    more: String,
    works: bool,
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
) -> Result<Response, Problem> {
    let bench = ask(&site, &signed, Kind::Calendar, 0, Order::Look).await?;
    Ok(draw(&site, prefs, &me, &bench, Vec::new()))
}

pub(super) async fn order(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    signed: Signed,
    fields: Fields,
) -> Result<Response, Problem> {
    let fields = fields.of(&me.secret)?;
    let order = Order::Edit(Edits::Calendar(edits(&fields)?));
    let bench = ask(&site, &signed, Kind::Calendar, revision(&fields)?, order).await?;
    Ok(draw(&site, prefs, &me, &bench, fields.again()))
}

fn edits(fields: &Fields) -> Result<Vec<Edit>, Problem> {
    let text = |name: &str| fields.get(name).trim().to_owned();
    let date = |text: &str| text.trim().parse().map_err(|_| Problem::Unreadable);
    let (what, of) = fields.order();
    Ok(match what {
        "off" => {
            let from = date(fields.get("from"))?;
            let to = match fields.get("to").trim() {
                "" => from,
                to => date(to)?,
            };
            let name = text("name");
            vec![Edit::Off { from, to, name }]
        }
        "work" => vec![Edit::Work {
            on: date(fields.get("from"))?,
            name: text("name"),
            windows: windows(fields.get("windows")),
        }],
        "clear" => vec![Edit::Clear { on: date(of)? }],
        "hours" => {
            let changed = |day: &usize| {
                let field = |start: &str| windows(fields.get(&format!("{start}.{day}")));
                field("h") != field("o")
            };
            let days = (0..7).filter(changed).map(|day| Edit::Hours {
                day,
                windows: windows(fields.get(&format!("h.{day}"))),
            });
            days.collect()
        }
        "announce" => vec![Edit::Announce {
            text: fields.get("text").replace("\r\n", "\n"),
            year: match fields.get("year").trim() {
                "" => None,
                year => Some(year.parse().map_err(|_| Problem::Unreadable)?),
            },
            source: text("source"),
        }],
        _ => return Err(Problem::Unreadable),
    })
}

/// "09:00-12:00, 14:00-17:30", with any comma or blanks.
fn windows(text: &str) -> Vec<String> {
    let parts = text.split([',', '，', '、', ' ', ';', '；']);
    let parts = parts.map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

fn draw(
    site: &Shared,
    prefs: Prefs,
    me: &AsAdmin,
    bench: &Workbench,
    again: Vec<(String, String)>,
) -> Response {
    let page = Page::desk(site, prefs);
    let t = editing(page.lang);
    let mut years: Vec<Year> = Vec::new();
    for day in listed(bench.text()) {
        if years.last().is_none_or(|last| last.year != day.year) {
            years.push(Year {
                year: day.year.clone(),
                days: Vec::new(),
            });
        }
        let row = row(t, day);
        years.last_mut().expect("just pushed").days.push(row);
    }
    years.reverse();
    let week = hours(bench.text()).into_iter().enumerate();
    let findings = bench.findings.iter();
    let drawn = CalendarPage {
        form: FormKeys::new(&me.secret),
        head: Head::of(&page, bench, again),
        years,
        hours: week
            .map(|(day, hours)| (weekday(page.lang, day), hours))
            .collect(),
        findings: findings.map(|f| f.text.get(page.lang).to_owned()).collect(),
        t,
        page,
    };
    Head::dress(bench, page::html(&drawn))
}

fn row(t: &Editing, day: Listed) -> Row {
    let days = (day.to - day.from).num_days() + 1;
    Row {
        more: if day.works {
            day.windows.join(", ")
        } else {
            put(t.days, days)
        },
        from: day.from,
        to: day.to,
        name: day.name,
        works: day.works,
    }
}
