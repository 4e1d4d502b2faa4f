//! The supervisors' board: backlog by unit and age, what is late and why.
//!
//! The figures come counted; here they become a table, bars and a CSV file.

use super::super::gate::{AsAdmin, FormKeys};
use super::super::page::{self, Page};
use super::super::prefs::Prefs;
use super::super::problem::Problem;
use super::super::{Shared, when, words};
use crate::desk::board::{BANDS, Backlog};
use crate::desk::view::{BoardRow, BoardView, LateRow};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

/// Width of a bar in the units of its drawing.
const WIDE: u32 = 240;

/// Which unit is looked at.
#[derive(Deserialize)]
pub(in crate::web) struct Place {
    unit: Option<String>,
}

impl Place {
    pub(in crate::web) fn unit(&self) -> Option<&str> {
        self.unit.as_deref().filter(|unit| !unit.is_empty())
    }
}

#[derive(Template)]
#[template(path = "admin/board_page.html")]
struct BoardPage {
    page: Page,
    form: FormKeys,
    /// Of the unit looked at, for the links; empty for all.
    unit: String,
    board: Figures,
}

#[derive(Template)]
#[template(path = "admin/board.html")]
pub(in crate::web) struct Figures {
    page: Page,
    /// Whose pages the links lead to.
    base: &'static str,
    /// For those who may take the table out and see what the audit found.
    whole: bool,
    b: BoardView,
    unit: String,
    /// When it was counted.
    counted: String,
    /// How the crisis line is staffed, and what waits there.
    line_staff: String,
    line_waiting: String,
    /// Names of the bands of age.
    bands: Vec<String>,
    rows: Vec<Row>,
    late: Vec<Late>,
    /// Said when there are more late ones than are listed.
    some: Option<String>,
}

struct Row {
    of: BoardRow,
    /// Of the open requests by age: left edge and width of each piece.
    pieces: Vec<(usize, u32, u32)>,
    /// The bar in words.
    spoken: String,
}

struct Late {
    of: LateRow,
    class_words: &'static str,
    icon: &'static str,
    clock: &'static str,
    since: String,
}

impl Figures {
    async fn of(site: &Shared, prefs: Prefs, place: &Place) -> Result<Self, Problem> {
        let found = site.backend.board(place.unit(), prefs.lang).await?;
        let b = found.ok_or(Problem::NotFound)?;
        Ok(Self::new(Page::desk(site, prefs), b, place, "/admin"))
    }

    /// Of a board, in the pages that begin with `base`.
    pub(in crate::web) fn new(page: Page, b: BoardView, place: &Place, base: &'static str) -> Self {
        let bands = bands(&page);
        let (line_staff, line_waiting) = line(&page, &b);
        let most = b.rows.iter().map(|row| row.backlog.open()).max();
        let draw = |row: &BoardRow| Row {
            of: row.clone(),
            pieces: pieces(&row.backlog, most.unwrap_or_default()),
            spoken: spoken(&row.backlog, &bands),
        };
        let late = |late: &LateRow| {
            let (class_words, icon) = words::class(page.lang, late.class);
            Late {
                of: late.clone(),
                class_words,
                icon,
                clock: words::clock(page.lang, late.clock),
                since: when::until(page.w, late.due, page.now),
            }
        };
        let whole = base == "/admin";
        let (listed, all) = (b.late.len().to_string(), b.total.overdue.to_string());
        let words = if whole {
            page.w.board_some.replace("{}", &listed)
        } else {
            let all = page.w.board_own.replacen("{}", &all, 1);
            all.replacen("{}", &listed, 1)
        };
        let some = (b.late.len() < b.total.overdue as usize).then_some(words);
        let counted = |at| page.w.board_counted.replace("{}", &when::at(&page, at));
        Self {
            base,
            whole,
            line_staff,
            line_waiting,
            counted: b.at.map(counted).unwrap_or_default(),
            rows: b.rows.iter().map(draw).collect(),
            late: b.late.iter().map(late).collect(),
            unit: place.unit().unwrap_or_default().to_owned(),
            some,
            bands,
            page,
            b,
        }
    }
}

/// How the crisis line is staffed, and what waits there.
fn line(page: &Page, b: &BoardView) -> (String, String) {
    let put = |none: &str, some: &str, count: usize| match count {
        0 => none.to_owned(),
        count => some.replace("{}", &count.to_string()),
    };
    let (ops, waiting) = (page.ops, b.total.crisis_waiting as usize);
    (
        put(ops.line_nobody, ops.line_staff, b.on_duty),
        put(ops.line_taken, ops.line_waiting, waiting),
    )
}

/// "1 天内", "1–3 天", … "30 天以上".
fn bands(page: &Page) -> Vec<String> {
    let put = |pattern: &str, text: String| pattern.replace("{}", &text);
    let mut names = Vec::with_capacity(BANDS.len() + 1);
    let mut from = 0;
    for to in BANDS {
        names.push(if from == 0 {
            put(page.w.board_within, to.to_string())
        } else {
            put(page.w.days, format!("{from}–{to}"))
        });
        from = to;
    }
    names.push(put(page.w.board_over, from.to_string()));
    names
}

fn pieces(backlog: &Backlog, most: u32) -> Vec<(usize, u32, u32)> {
    let scaled = |count: u32| u64::from(count) * u64::from(WIDE) / u64::from(most.max(1));
    let mut before = 0;
    let mut pieces = Vec::new();
    for (band, count) in backlog.ages.into_iter().enumerate() {
        let (left, right) = (scaled(before), scaled(before + count));
        if count > 0 {
            // The least of them is still seen.
            pieces.push((band, left as u32, (right - left).max(2) as u32));
        }
        before += count;
    }
    pieces
}

fn spoken(backlog: &Backlog, bands: &[String]) -> String {
    let said = bands.iter().zip(backlog.ages);
    let said: Vec<String> = said
        .map(|(band, count)| format!("{band} {count}"))
        .collect();
    said.join(", ")
}

pub(super) async fn open(
    State(site): State<Shared>,
    prefs: Prefs,
    me: AsAdmin,
    Query(place): Query<Place>,
) -> Result<Response, Problem> {
    let board = Figures::of(&site, prefs.clone(), &place).await?;
    Ok(page::html(&BoardPage {
        page: Page::desk(&site, prefs),
        form: FormKeys::new(&me.secret),
        unit: board.unit.clone(),
        board,
    }))
}

pub(super) async fn fragment(
    State(site): State<Shared>,
    prefs: Prefs,
    _: AsAdmin,
    Query(place): Query<Place>,
) -> Result<Response, Problem> {
    Ok(page::html(&Figures::of(&site, prefs, &place).await?))
}

/// The table as a file for a spreadsheet.
pub(super) async fn csv(
    State(site): State<Shared>,
    prefs: Prefs,
    _: AsAdmin,
    Query(place): Query<Place>,
) -> Result<Response, Problem> {
    let page = Page::desk(&site, prefs);
    let found = site.backend.board(place.unit(), page.lang).await?;
    let board = found.ok_or(Problem::NotFound)?;
    let mut file = csv::Writer::from_writer(Vec::new());
    let w = page.w;
    let mut head = vec![w.board_code, w.unit, w.open_requests]
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    head.extend(bands(&page));
    head.extend(
        [
            w.board_crisis,
            w.board_unassigned,
            w.board_today,
            w.board_late,
        ]
        .map(str::to_owned),
    );
    let mut write = |line: &[String]| file.write_record(line).map_err(|_| Problem::Broken("csv"));
    write(&head)?;
    for row in &board.rows {
        let b = &row.backlog;
        let mut line = vec![
            harmless(&row.code),
            harmless(&row.name),
            b.open().to_string(),
        ];
        line.extend(b.ages.iter().map(u32::to_string));
        line.extend([b.crisis, b.unassigned, b.due_today, b.overdue].map(|n| n.to_string()));
        write(&line)?;
    }
    let bytes = file.into_inner().map_err(|_| Problem::Broken("csv"))?;
    // The mark tells spreadsheets that it is UTF-8.
    let body = [&b"\xEF\xBB\xBF"[..], &bytes].concat();
    Ok(page::file("backlog.csv", "text/csv; charset=utf-8", body))
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    // Some read the wide forms alike.
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
