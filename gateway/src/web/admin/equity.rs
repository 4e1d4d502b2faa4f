//! Who is served and how, by unit, and the three rates; small counts are hidden
//! before they come here.

use super::super::Shared;
use super::super::gate::{AsAdmin, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use crate::desk::equity::{Count, DAYS, LEAST, Row};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

/// Which unit is looked at.
#[derive(Default, Deserialize)]
pub(super) struct Place {
    #[serde(default)]
    unit: String,
}

#[derive(Template)]
#[template(path = "admin/equity.html")]
struct EquityPage {
    page: Page,
    form: FormKeys,
    path: Vec<(String, String)>,
    lead: String,
    /// The rate of problems solved, and what it is made of.
    solved: String,
    rows: Vec<Line>,
}

struct Line {
    of: Row,
    opened: String,
    per_thousand: String,
    night: String,
    web: String,
    solved: String,
}

fn few() -> String {
    format!("<{LEAST}")
}

fn hidden() -> String {
    "–".to_owned()
}

fn percent(share: Option<i64>) -> String {
    share.map_or_else(hidden, |share| format!("{share}%"))
}

/// "62% (62/100)".
fn rate(of: Option<(i64, i64)>) -> String {
    of.map_or_else(few, |(part, whole)| {
        format!("{}% ({part}/{whole})", (part * 100 + whole / 2) / whole)
    })
}

fn line(of: Row) -> Line {
    Line {
        opened: match of.opened {
            Count::Told(count) => count.to_string(),
            Count::Few => few(),
        },
        per_thousand: of.per_thousand.map_or_else(hidden, |n| n.to_string()),
        night: percent(of.night),
        web: percent(of.web),
        solved: rate(of.solved),
        of,
    }
}

/// `GET /admin/equity?unit=…`
pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    Query(place): Query<Place>,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    let unit = Some(place.unit.as_str()).filter(|unit| !unit.is_empty());
    let found = site.backend.equity(unit).await?.ok_or(Problem::NotFound)?;
    let lead = page.ops.equity_more.replacen("{}", &DAYS.to_string(), 1);
    Ok(page::html(&EquityPage {
        lead: lead.replacen("{}", &LEAST.to_string(), 1),
        solved: rate(found.solved),
        rows: found.rows.into_iter().map(line).collect(),
        path: found.path,
        form: FormKeys::new(&me.secret),
        page,
    }))
}
